//! A SIP user agent as one core: transactions, dialogs and the legs made of them
//! (RFC 3261 §8, §11–15, RFC 3311, RFC 3326, RFC 5407).
//!
//! Feed one input (a message with [`UserAgent::receive`], a wish with `invite`, `answer`,
//! `hang_up`, …, the time with `handle_timeout`), drain [`UserAgent::poll_output`] until it says
//! `None`, then sleep until [`UserAgent::poll_timeout`].
//!
//! Wishes for a leg that is gone, or that do not fit its state, are let fall: the peer's message
//! that ended it may have crossed the wish, and its event is already on the way.

mod config;
mod event;
mod hang_up;
mod incoming;
mod inside;
mod leg;
mod outgoing;
mod purpose;
mod reoffer;
mod screen;
mod sdp_body;
mod user_agent;
mod way;

pub use config::{Config, OutgoingInvite};
pub use event::{EndCause, Event, Output, Unreachable};
pub use sip_txn::{ClientTxn, Hop, ServerTxn, Transport};
pub use user_agent::UserAgent;
