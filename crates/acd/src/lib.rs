//! Whom to ring, whose turn it is.
//!
//! The core that hands callers to agents. It knows no SIP and no clock: *feed one input, drain
//! outputs until `None`, then sleep until `poll_timeout`*. Every input that makes a match possible
//! makes the match before [`Acd::handle`] returns; nothing is ever polled.
//!
//! # The rules
//!
//! - **Whose turn.** Among the calls an agent may take, over all queues, the one with the highest
//!   score: time waited since the first arrival, plus [`Config::priority_step`] for each step of
//!   priority. Equal scores go by earlier arrival, then by the lower number. Scores grow at one
//!   pace, so a lead of `n` steps is worth `n × priority_step` of waiting and no more: nobody
//!   starves.
//! - **Whom to ring.** Among the agents with the skills who have room for a call, one with the fewest
//!   conversations; of these, the one who has been idle longest, or whom the queue's
//!   [`Strategy`] chooses. An agent has room for as many conversations as the
//!   [`capacity`](AgentConfig::capacity) says, and is rung for one call at a time.
//! - **What comes to nothing** (missed, declined, dropped, unreachable) puts the call back where it
//!   stood, at its old age, and gives the agent's phone a moment to settle ([`Acd::SETTLE`]). A call
//!   that was turned down (declined, dropped) keeps away from that agent for the queue's
//!   [`decline_pause`](QueueConfig::decline_pause), unless everybody on duty for it has turned it
//!   down.
//! - **Who does not wait.** A call that comes or waits and meets a [`Condition`] of its queue leaves it
//!   once, and whoever drives the core leads it on.
//!
//! - **How long.** A caller's [place](Acd::place) counts the calls of all queues that go first at the
//!   agents on duty who may take the caller's call; the [expected wait](Acd::expected_wait) is a
//!   bound that holds with the confidence of the queue, or nothing where it would be a guess.
//!
//! ```
//! use acd::{Acd, AgentConfig, Config, Input, Output, QueueConfig, Waiting};
//! use clock::{Duration, Moment};
//! use ids::{AgentId, CallId, QueueId};
//!
//! let (queue, agent, call) = (QueueId(0), AgentId(7), CallId(1));
//! let mut acd = Acd::new(Config::new(
//!     vec![QueueConfig::new(queue)],
//!     vec![AgentConfig::new(agent, vec![queue])],
//! ));
//! let now = Moment::ZERO;
//! acd.handle(now, Input::Queued(Waiting::new(call, queue, now)));
//! assert_eq!(acd.place(now, call).unwrap().number(), 1);
//!
//! let later = now + Duration::from_secs(12);
//! acd.handle(later, Input::Reachable(agent));
//! acd.handle(later, Input::LoggedIn(agent));
//! let mut outputs = std::iter::from_fn(|| acd.poll_output());
//! assert!(outputs.any(|output| matches!(output, Output::Ring { agent: AgentId(7), .. })));
//! ```

mod acd;
mod agenda;
mod agent;
mod bits;
mod callers;
mod calls;
mod census;
mod chance;
mod class_set;
mod classes;
mod condition;
mod config;
mod decision;
mod explain;
mod front;
mod input;
mod line;
mod lines;
mod need;
mod occupancy;
mod outlook;
mod output;
mod ready;
mod register;
mod reservation;
mod staff;
mod strategy;
mod table;
mod talks;
mod turn;

pub use acd::{Acd, Counts};
pub use agent::{Recalled, VainRings};
pub use condition::{Condition, Figures, Presence, Presences, Whom};
pub use config::{AgentConfig, Config, Membership, QueueConfig, RingsMax};
pub use decision::{Decision, Rival, Rule};
pub use estimate::Unsure;
pub use explain::{Explanation, Standing, WhyNot};
pub use input::{Input, Kind, Waiting};
pub use need::{Need, Requirement};
pub use output::{AgentState, NotReadyReason, Output, Position, RefuseReason, ReservationEnd};
pub use reservation::{Phase, Reservation};
pub use strategy::Strategy;
