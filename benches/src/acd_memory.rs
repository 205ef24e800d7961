//! `acd.memory`: what an agent on duty and a waiting call take in the core, in bytes.
//!
//! The least of several, since a page that was there already costs nothing and one that is new costs
//! whole: of the difference between a large centre and a small one.

use crate::centre::{Centre, Size, Tiers};
use crate::figure::Figure;
use crate::memory::resident_bytes;
use acd::Strategy;

const AGENTS: u32 = 10_000;
const WAITING: u32 = 100_000;

/// Measures both.
#[must_use]
pub(crate) fn run() -> Vec<Figure> {
    let size = Size {
        agents: 100,
        queues: 200,
        waiting: 0,
        strategy: Strategy::LongestIdle,
        skills: true,
        tiers: Tiers::One,
    };
    let (small, _kept) = grown(|| Centre::busy(size));
    let (agents, _kept) = grown(|| Centre::busy(Size { agents: AGENTS, ..size }));
    let (waiting, _kept) = grown(|| Centre::busy(Size { waiting: WAITING, ..size }));
    let of_an_agent = (agents - small) / f64::from(AGENTS - size.agents);
    let of_a_call = (waiting - small) / f64::from(WAITING);
    vec![
        Figure::alone("acd.memory.agent", of_an_agent, "bytes"),
        Figure::alone("acd.memory.waiting_call", of_a_call, "bytes"),
    ]
}

/// By how much the process grows when this is made, and what was made.
fn grown<T>(make: impl FnOnce() -> T) -> (f64, T) {
    let before = resident_bytes();
    let made = make();
    (resident_bytes() - before, made)
}
