//! How long a caller will wait, as a bound that holds so often.
//!
//! A caller with `n` calls ahead is served at the `n + 1`st time that one of the agents who may take
//! the call becomes free. So the question "how long?" is turned round: for a time `t`, how many times
//! will they have become free by then? Each agent adds what can be known of them: one who talks has
//! talked for so long, and the talks of that queue that lasted so long have gone on for so much
//! longer; one in after-call work says when it ends; and whoever is free takes a call again and comes
//! back. The sum over all agents has a mean and a variance, and the bound is the shortest `t` by
//! which there will be enough of them with the chance that was asked for.
//!
//! What queues are like is learned from their calls ([`Habits`]) and forgotten again at the pace of
//! new ones. [`Question`] holds one caller's case. Nothing here knows a clock, and nothing is left to
//! chance: the same history gives the same answer.
//!
//! Floating-point numbers are fit here: no decision about who is served hangs on them.
//!
//! # Where it comes from
//!
//! W. Whitt, "Predicting queueing delays" (Management Science 45(6), 1999) conditions on how long
//! the calls in service have lasted and adds the remaining times up; R. Ibrahim and W. Whitt, "Real-time
//! delay estimation in overloaded multiserver queues with abandonments" (Management Science 55(10),
//! 2009) take the patience of those ahead into account. Both give a mean; the bound by counting
//! releases is the usual duality of renewal theory, `{S(k) ≤ t} = {N(t) ≥ k}`.

mod arrivals;
mod calibration;
mod counts;
mod habits;
mod mean;
mod question;
mod talks;

pub use arrivals::Arrivals;
pub use calibration::{Calibration, Came};
pub use habits::Habits;
pub use mean::AgedMean;
pub use question::{Agents, Free, Overtakers, Question, Unsure, Use};
pub use talks::Talks;
