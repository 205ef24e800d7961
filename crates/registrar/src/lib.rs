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
//! - What outlives the process has been told by [`Output::Save`] and not by [`Output::Forget`]; with
//!   [`Registrar::restore`] the next run has it again.
//! - [`Output::Reachable`] and [`Output::Unreachable`] of an account take turns.
//!
//! ```
//! use clock::Moment;
//! use ids::FlowId;
//! use registrar::{Config, Registrar};
//! use sip_msg::{Message, StatusCode, parse};
//! use sip_txn::{Hop, Transport};
//!
//! let key = [7; 32]; // random, in earnest
//! let mut registrar = Registrar::new(Config::new("acme", key), [("ana", "s3cret")]);
//! let hop = Hop { transport: Transport::Udp, flow: FlowId(1), peer: "192.0.2.7:5060".parse()? };
//! let datagram = "REGISTER sip:acme.example SIP/2.0\r\n\
//!     Via: SIP/2.0/UDP 192.0.2.7;branch=z9hG4bK-1\r\n\
//!     From: <sip:ana@acme.example>;tag=a1\r\n\
//!     To: <sip:ana@acme.example>\r\n\
//!     Call-ID: 7f3c@192.0.2.7\r\n\
//!     CSeq: 1 REGISTER\r\n\
//!     Contact: <sip:ana@192.0.2.7>\r\n\r\n";
//! let Ok(Message::Request(request)) = parse(datagram.into()) else { panic!("it is a request") };
//!
//! let answer = registrar.register(Moment::ZERO, hop, &request);
//! assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
//! assert_eq!(registrar.bindings("ana").count(), 0);
//! # Ok::<(), std::net::AddrParseError>(())
//! ```

mod account;
mod binding;
mod book;
mod config;
mod counts;
mod gate;
mod outbound;
mod register;
mod registrar;
mod restore;
mod tries;
mod wishes;

pub use account::{Password, Proof};
pub use binding::Binding;
pub use config::{BINDINGS_PER_ACCOUNT_MAX, Config, EXPIRES_MAX, EXPIRES_MIN, SPREAD_FROM};
pub use counts::Counts;
pub use gate::Challenge;
pub use registrar::{Output, Registrar};
pub use tries::{
    FAILURES_MAX, FAILURES_OF_USER, FAILURES_WINDOW, FREE_FAILURES, PAUSE_MAX, PAUSE_MIN,
    SUSPECTS_MAX,
};
pub use wishes::BINDING_BYTES_MAX;
