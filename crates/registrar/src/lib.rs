//! The registrar (RFC 3261 §10): who can be reached where, and for how long.
//!
//! Feed one input ([`Registrar::register`], [`Registrar::authenticate`], [`Registrar::flow_closed`]
//! or the time with [`Registrar::handle_timeout`]), drain [`Registrar::poll_output`] until it says
//! `None`, then sleep until [`Registrar::poll_timeout`].
//!
//! What stays true here:
//! - Nobody changes a binding without the account's password, and nobody learns from an answer
//!   which accounts exist.
//! - A REGISTER is done whole or not at all (RFC 3261 §10.3).
//! - Every binding has an end: its time, its connection, or its phone's word.
//! - [`Output::Reachable`] and [`Output::Unreachable`] of an account take turns.

mod account;
mod binding;
mod book;
mod config;
mod counts;
mod gate;
mod register;
mod registrar;
mod tries;
mod wishes;

pub use binding::Binding;
pub use config::{BINDINGS_PER_ACCOUNT_MAX, Config, EXPIRES_MAX, EXPIRES_MIN};
pub use counts::Counts;
pub use gate::Challenge;
pub use registrar::{Output, Registrar};
pub use tries::{FAILURES_MAX, FAILURES_WINDOW, SOURCES_MAX};
