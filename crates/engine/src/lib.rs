//! The whole centre as one machine that is fed inputs and told the time.
//!
//! An [`Engine`] is a value that is fed: give it one [`Input`], drain [`Engine::poll_output`] until
//! `None`, then sleep until [`Engine::poll_timeout`]. It knows no socket, clock, thread, lock or
//! file, so the same engine serves callers, runs in `sim` on virtual time, and replays a day.
//!
//! Inside, four cores do the thinking, each knowing nothing of the others: `sip-ua` the signalling,
//! `registrar` the phones, `ivr` what a caller hears, `acd` whom to ring. The engine carries what
//! one says to the next until all are quiet. What it keeps true:
//!
//! - a call is in one place: before a queue, in it, or with an agent;
//! - a call has an event from its INVITE on, and one end;
//! - every leg, stream and port that a call holds is given back at its end;
//! - a caller who was in a queue keeps the first arrival, whatever agents' phones do.

mod admission;
mod books;
mod call;
mod caller_line;
mod calls;
mod clips;
mod config;
mod desk;
mod ending;
mod engine;
mod format;
mod incoming;
mod io;
mod journal;
mod line;
mod outside;
mod own_ports;
mod ports;
mod renegotiation;
mod ringing;
mod short_code;
mod talking;
mod view;
mod walk;

pub use books::{Books, CallStands, Place};
pub use clips::Clips;
pub use config::Config;
pub use engine::Engine;
pub use io::{Input, Output};
