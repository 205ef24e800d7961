//! Walks one caller through a checked dialplan.
//!
//! A [`Visit`] is a value that is fed: give it one [`Input`], drain [`Visit::poll_output`] until
//! `None`, then sleep until [`Visit::poll_timeout`]. It knows no socket, clock or file, and nothing
//! of SIP. What it keeps true:
//!
//! - a key is never lost: pressed early, it is kept for the next menu, in order;
//! - the operator key leads to a person from every menu and announcement before a queue, at once;
//! - a place once told is never followed by a larger one in the same queue;
//! - a waiting caller hears something at all times: an announcement, or music.

mod input;
mod output;
mod visit;

pub use input::Input;
pub use output::{EndReason, Output, Spoken, Then};
pub use visit::{KEYS_MAX, STEPS_MAX, Visit};
