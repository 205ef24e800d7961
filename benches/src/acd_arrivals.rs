//! `acd.arrivals.STRATEGY`: how many times one core says in a second who of those who have nothing to do is
//! rung for a new caller, `.p99` how long that takes at most in ninety-nine of a hundred times, and `.turns`
//! how many such callers it serves in a second.
//!
//! Ten thousand agents have nothing to do (eight where all phones ring at once), and a strategy says
//! who is rung. A turn is a caller's whole stay: the decision, the answer, both connected, and the end of the
//! shortest of talks. The limit is a bare `BTreeMap` of as many agents, out of which the first is
//! taken and into which it is put again.

use crate::centre::{Centre, Size};
use crate::figure::Figure;
use crate::pace::{rate, timing};
use acd::Strategy;
use clock::Duration;
use std::collections::BTreeMap;
use std::hint::black_box;

const AGENTS: u32 = 10_000;
/// Phones that ring at once are a group's, not a centre's.
const AGENTS_OF_RING_ALL: u32 = 8;
const QUEUES: u32 = 200;

const STRATEGIES: [(&str, Strategy); 9] = [
    ("longest_idle", Strategy::LongestIdle),
    ("least_occupied", Strategy::LeastOccupied),
    ("fewest_calls", Strategy::FewestCalls),
    ("round_robin", Strategy::RoundRobin),
    ("linear", Strategy::Linear),
    ("random", Strategy::Random),
    ("weighted_random", Strategy::WeightedRandom),
    ("ring_all", Strategy::RingAll),
    ("progressive", Strategy::Progressive { every: Duration::from_secs(5) }),
];

/// Measures arrivals with each strategy, and with skills.
#[must_use]
pub(crate) fn run() -> Vec<Figure> {
    let limit = bare_map();
    let mut figures = Vec::new();
    for (name, strategy) in STRATEGIES {
        figures.extend(arrivals(name, size(strategy), limit));
    }
    let skilled = Size { skills: true, ..size(Strategy::LongestIdle) };
    figures.extend(arrivals("skills", skilled, limit));
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
    Size { agents, queues, waiting: 0, strategy, skills: false }
}

fn arrivals(name: &str, size: Size, limit: f64) -> [Figure; 3] {
    let name = format!("acd.arrivals.{name}");
    let mut centre = Centre::idle(size);
    let decide = |centre: &mut Centre| {
        centre.arrive();
        centre.rung()
    };
    let turns = rate(|| {
        let reservation = decide(&mut centre);
        centre.talk(reservation);
    });
    let timing = timing(&mut centre, decide, Centre::talk);
    [
        Figure::beside(format!("{name}.turns"), turns, "1/s", limit),
        Figure::alone(name.clone(), timing.per_second, "1/s"),
        Figure::alone(format!("{name}.p99"), timing.p99_us, "µs"),
    ]
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
