//! `acd.turns.AGENTS.QUEUES.WAITING`: how many calls one core leads from line to talk in a second;
//! `acd.decisions.…`: how many times it says in a second who is next, `.p99` how long that takes at most in
//! ninety-nine of a hundred times; `acd.place`: how long it takes to tell a caller the place.
//!
//! Every agent is talking and so many callers wait. A turn is the whole life of a call in the core
//! ([`Centre::turn`]); a decision is its first part, from the end of a talk until it is said whose phone
//! rings. Here the longest idle is rung; of the other strategies there is `acd.strategy`.
//!
//! The limit is the least that anything sorted could do for a turn: a bare `BTreeMap` of as many
//! entries, out of which the first is taken and into which one is put. The core does the same to
//! its line, and besides keeps agents, reservations, deadlines and reasons; its share of the limit
//! should stay the same however many wait.

use crate::centre::{Centre, Rung, Size, Tiers};
use crate::figure::Figure;
use crate::pace::{Samples, rate, timing};
use acd::Strategy;
use std::collections::BTreeMap;
use std::hint::black_box;

const AGENTS: [u32; 3] = [100, 1_000, 10_000];
const QUEUES: [u32; 2] = [10, 200];
const WAITING: [u32; 4] = [10, 100, 1_000, 100_000];
/// Of the figures that are not asked for every size.
const USUAL: Size = Size {
    agents: 10_000,
    queues: 200,
    waiting: 1_000,
    strategy: Strategy::LongestIdle,
    skills: false,
    tiers: Tiers::One,
};

/// Measures decisions in centres of each size, the same with skills, and places.
#[must_use]
pub(crate) fn run() -> Vec<Figure> {
    let mut figures = Vec::new();
    for waiting in WAITING {
        let limit = bare_map(waiting);
        for (agents, queues) in AGENTS.into_iter().flat_map(|a| QUEUES.map(|q| (a, q))) {
            figures.extend(decisions("", Size { agents, queues, waiting, ..USUAL }, limit));
        }
        figures.extend(decisions(".skills", Size { waiting, skills: true, ..USUAL }, limit));
        let mut centre = Centre::busy(Size { waiting, queues: 1, ..USUAL });
        let places = rate(|| centre.ask_for_a_place());
        figures.push(Figure::alone(format!("acd.place.{waiting}"), 1e9 / places, "ns"));
    }
    figures
}

fn decisions(kind: &str, size: Size, limit: f64) -> [Figure; 3] {
    let Size { agents, queues, waiting, .. } = size;
    let site = format!("{agents}.{queues}.{waiting}{kind}");
    let mut centre = Centre::busy(size);
    let turns = rate(|| centre.turn());
    let decide = |centre: &mut Centre| {
        centre.end_a_talk();
        centre.rung()
    };
    let (one, after) = (|_: &Rung| 1, Centre::connect_and_replace);
    let timing = timing(&mut centre, Samples::MANY, decide, one, after);
    [
        Figure::beside(format!("acd.turns.{site}"), turns, "1/s", limit),
        Figure::alone(format!("acd.decisions.{site}"), timing.per_second, "1/s"),
        Figure::alone(format!("acd.decisions.{site}.p99"), timing.p99_us, "µs"),
    ]
}

/// Turns of a bare map of this size in a second.
fn bare_map(size: u32) -> f64 {
    let mut key = u64::from(size);
    let mut map: BTreeMap<u64, u64> = (0..key).map(|key| (key, key)).collect();
    rate(|| {
        key += 1;
        black_box(map.pop_first());
        map.insert(key, key);
    })
}
