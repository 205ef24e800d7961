//! `acd.arrivals.STRATEGY`: how many callers one core serves in a second while agents have nothing to do.
//!
//! Ten thousand agents have nothing to do (eight where all phones ring at once), and a strategy says
//! who is rung. What is counted is a caller's whole stay: the decision, the answer, both connected, and the end of the
//! shortest of talks; `acd.strategy` has the decision alone. The limit is a bare `BTreeMap` of as many agents, out of which
//! the first is taken and into which it is put again.

use crate::acd_strategies::STRATEGIES;
use crate::centre::{Centre, Size, Tiers};
use crate::figure::Figure;
use crate::pace::rate;
use acd::Strategy;
use std::collections::BTreeMap;
use std::hint::black_box;

const AGENTS: u32 = 10_000;
/// Phones that ring at once are a group's, not a centre's.
const AGENTS_OF_RING_ALL: u32 = 8;
const QUEUES: u32 = 200;

/// Measures arrivals with each strategy, and with skills.
#[must_use]
pub(crate) fn run() -> Vec<Figure> {
    let limit = bare_map();
    let mut figures = Vec::new();
    for (name, strategy, tiers) in STRATEGIES {
        figures.push(arrivals(name, Size { tiers, ..size(strategy) }, limit));
    }
    let skilled = Size { skills: true, ..size(Strategy::LongestIdle) };
    figures.push(arrivals("skills", skilled, limit));
    figures
}

fn size(strategy: Strategy) -> Size {
    let (agents, queues) = match strategy {
        Strategy::RingAll => (AGENTS_OF_RING_ALL, 10),
        Strategy::LongestIdle
        | Strategy::LeastOccupied
        | Strategy::FewestCalls
        | Strategy::RoundRobin
        | Strategy::Linear
        | Strategy::Random
        | Strategy::WeightedRandom
        | Strategy::Progressive { .. } => (AGENTS, QUEUES),
    };
    Size { agents, queues, waiting: 0, strategy, skills: false, tiers: Tiers::One }
}

fn arrivals(name: &str, size: Size, limit: f64) -> Figure {
    let mut centre = Centre::idle(size);
    let served = rate(|| {
        centre.arrive();
        let rung = centre.rung();
        centre.talk(rung);
    });
    Figure::beside(format!("acd.arrivals.{name}"), served, "1/s", limit)
}

/// Turns of a bare map of this size in a second.
fn bare_map() -> f64 {
    let mut key = u64::from(AGENTS);
    let mut map: BTreeMap<u64, u64> = (0..key).map(|key| (key, key)).collect();
    rate(|| {
        key += 1;
        let first = map.pop_first().map_or(0, |(_, agent)| agent);
        map.insert(key, black_box(first));
    })
}
