//! SIP transactions: one request, its answers, and what the network lost in between
//! (RFC 3261 §17, RFC 6026, RFC 4320, RFC 3581).
//!
//! Feed one input (a message with [`Transactions::receive`], a wish with `send_request`, `reply`
//! or `cancel`, the time with `handle_timeout`), drain [`Transactions::poll_output`] until it
//! says `None`, then sleep until [`Transactions::poll_timeout`].
//!
//! The four machines of the RFC are values of a few words each, in a file each; the layer around
//! them holds the messages, finds the machine that a message belongs to, and keeps the limits.

mod client;
mod hop;
mod invite_client;
mod invite_server;
mod key;
mod non_invite_client;
mod non_invite_server;
mod offspring;
mod output;
mod server;
mod timers;
mod transactions;

pub use hop::{Hop, Transport};
pub use output::{ClientTxn, Counts, Output, ServerTxn};
pub use timers::{Resend, T1, T2, T4, TIMEOUT};
pub use transactions::{Config, Transactions};
