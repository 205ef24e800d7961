//! A seeded day: the real engine on virtual time, with callers, agents and a bad network.
//!
//! [`run`] lives one [`Day`]. Everybody in it follows a die that the seed has loaded: callers dial,
//! press keys, lose patience, hold and vanish; agents register, answer, decline, miss, hang up, log
//! out and lose their network; messages are lost, doubled, overtaken and late; the ledger is slow
//! and the wall clock jumps. After every step the books must balance:
//!
//! - every call is in exactly one place, and is counted exactly once;
//! - no agent has two reservations, and whoever is in after-call work is not rung;
//! - a ready agent and a caller they may take never coexist;
//! - places in a queue are 1, 2, 3 … without gaps, and what a caller is told never grows;
//! - streams, ports and reservations are opened and closed once, and each call's events tell one
//!   story with one end.
//!
//! Then the network heals: whoever still waits is answered, everybody goes home, and after some
//! quiet nothing is left. A day that breaks a promise panics, with its seed and its last lines; the
//! same seed lives the same day again (`cargo run -p sim -- --seed 17 --trace`).
//!
//! On other days the process dies, too ([`Day::with_deaths`]): what it has written lies in a real ledger, and the next process
//! must hold what the dead one held.
//!
//! ```no_run
//! let report = sim::run(&sim::Day::of_seed(17));
//! assert_eq!(report, sim::run(&sim::Day::of_seed(17)));
//! ```

mod agenda;
mod agent;
mod answering;
mod audit;
mod caller;
mod closing;
mod crash;
mod customer;
mod day;
mod item;
mod ledger;
mod lines;
mod phone;
mod plane;
mod post;
mod registering;
mod report;
mod site;
mod story;
mod supervisor;
mod transcript;
mod wire;
mod world;

pub use day::{Clock, Close, Day, Process, Trunk, Weather};
pub use report::Report;
pub use transcript::Trace;

/// Lives a day.
///
/// # Panics
/// When a promise is broken: the message says which, and the seed.
#[must_use]
pub fn run(day: &Day) -> Report {
    world::World::new(day).live()
}

/// Lives a day, and tells everything that was recorded in it, for whoever keeps that.
///
/// # Panics
/// As [`run`].
#[must_use]
pub fn told(day: &Day) -> (Report, Vec<events::Event>) {
    world::World::new(day).live_and_tell()
}
