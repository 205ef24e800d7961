//! Lamps: agents' phones ask to be told of other agents, and are told when something changes
//! (RFC 6665, the notifier's side, for the packages `dialog`, `presence` and `message-summary`).
//!
//! Feed one input ([`Notifier::subscribe`], [`Notifier::see`], what came of a NOTIFY, or the time with
//! [`Notifier::handle_timeout`]), drain [`Notifier::poll_output`] until it says `None`, then sleep until
//! [`Notifier::poll_timeout`]. NOTIFYs are written when the time is told and not before, a few at a
//! time: what is decided about calls has been sent by then.
//!
//! What stays true here:
//! - Every subscription has an end: its time, its phone's word, its connection, or a NOTIFY that nobody
//!   takes.
//! - A subscriber is told at once what it asked for, and then of changes at most once in
//!   [`CHANGES_APART`]; what it is told is always the newest.
//! - The NOTIFYs of a subscription go out one after the other's answer, and no more than
//!   [`Config::at_once_max`] of all are on their way.
//! - Who talks with whom is told to nobody.
//!
//! ```
//! use clock::Moment;
//! use ids::{AgentId, FlowId};
//! use notifier::{Asked, Config, Notifier};
//! use rand::{SeedableRng, rngs::StdRng};
//! use sip_msg::{Message, Name, StatusCode, Text, parse};
//! use sip_txn::{Hop, Transport};
//!
//! let mut notifier = Notifier::new(Config::default(), StdRng::seed_from_u64(1));
//! let hop = Hop { transport: Transport::Udp, flow: FlowId(1), peer: "192.0.2.7:5060".parse()? };
//! let datagram = "SUBSCRIBE sip:1002@acme.example SIP/2.0\r\n\
//!     Via: SIP/2.0/UDP 192.0.2.7;branch=z9hG4bK-1\r\n\
//!     From: <sip:1001@acme.example>;tag=a1\r\n\
//!     To: <sip:1002@acme.example>\r\n\
//!     Call-ID: 7f3c@192.0.2.7\r\n\
//!     CSeq: 1 SUBSCRIBE\r\n\
//!     Contact: <sip:1001@192.0.2.7>\r\n\
//!     Event: dialog\r\n\r\n";
//! let Ok(Message::Request(request)) = parse(datagram.into()) else { panic!("it is a request") };
//!
//! let (by, whom) = (AgentId(0), Some(AgentId(1)));
//! let contact = Text::from("<sip:192.0.2.1>");
//! let asked = Asked { hop, request: &request, by, whom, contact };
//! let answer = notifier.subscribe(Moment::ZERO, &asked);
//! assert_eq!(answer.status, StatusCode::OK);
//!
//! notifier.handle_timeout(Moment::ZERO);
//! let notify = notifier.poll_output().expect("it is told at once");
//! let state = notify.request.headers.get(Name::SubscriptionState);
//! assert_eq!(state.expect("every NOTIFY has one"), "active;expires=3600");
//! # Ok::<(), std::net::AddrParseError>(())
//! ```

mod config;
mod document;
mod notifier;
mod package;
mod seen;
mod subscribe;
mod subscription;
mod telling;

pub use config::{
    ADDRESSES_BYTES_MAX, AT_ONCE_MAX, CHANGES_APART, Config, EXPIRES_MAX, EXPIRES_MIN,
    PER_ACCOUNT_MAX, SUBSCRIPTIONS_MAX,
};
pub use notifier::{Notifier, Notify};
pub use package::Package;
pub use seen::{CallSeen, Duty, Progress, Seen, Side};
pub use subscribe::Asked;
