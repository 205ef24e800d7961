//! A SIP user agent as one core: transactions, dialogs and the legs made of them
//! (RFC 3261 §8, §11–15, RFC 3311, RFC 3326, RFC 3515, RFC 3891, RFC 5407).
//!
//! Feed one input (a message with [`UserAgent::receive`], a wish with `invite`, `answer`,
//! `hang_up`, …, the time with `handle_timeout`), drain [`UserAgent::poll_output`] until it says
//! `None`, then sleep until [`UserAgent::poll_timeout`].
//!
//! A caller is told 100 only where no other answer is given before the outputs are drained.
//!
//! Wishes for a leg that is gone, or that do not fit its state, are let fall: the peer's message
//! that ended it may have crossed the wish, and its event is already on the way.
//!
//! ```
//! use clock::Moment;
//! use ids::FlowId;
//! use rand::{SeedableRng, rngs::StdRng};
//! use sip_msg::{NameAddr, Uri};
//! use sip_ua::{Config, Event, Hop, OutgoingInvite, Output, Transport, UserAgent};
//!
//! let [ana, bo] = ["192.0.2.1:5060", "192.0.2.2:5060"].map(|addr| addr.parse().unwrap());
//! let hop_to = |peer| Hop { transport: Transport::Udp, flow: FlowId(1), peer };
//! let mut caller = UserAgent::new(Config::phone(ana, "Ana"), StdRng::seed_from_u64(1));
//! let mut called = UserAgent::new(Config::phone(bo, "Bo"), StdRng::seed_from_u64(2));
//!
//! let from = NameAddr::new(Uri::sip("ana", ana));
//! let invite = OutgoingInvite::new(hop_to(bo), Uri::sip("bo", bo), from, "v=0\r\n".into());
//! caller.invite(Moment::ZERO, invite);
//! let Some(Output::Send { bytes, .. }) = caller.poll_output() else { panic!() };
//!
//! called.receive(Moment::ZERO, hop_to(ana), sip_msg::parse(bytes).unwrap());
//! let Some(Output::Event(Event::Incoming { leg, .. })) = called.poll_output() else { panic!() };
//! called.answer(Moment::ZERO, leg, "v=0\r\n".into());
//! let Some(Output::Send { bytes, .. }) = called.poll_output() else { panic!("200 OK") };
//!
//! caller.receive(Moment::ZERO, hop_to(bo), sip_msg::parse(bytes).unwrap());
//! assert!(matches!(caller.poll_output(), Some(Output::Event(Event::Answered { .. }))));
//! let Some(Output::Send { .. }) = caller.poll_output() else { panic!("ACK") };
//! ```

mod config;
mod credentials;
mod early;
mod event;
mod hang_up;
mod incoming;
mod info;
mod inside;
mod leg;
mod outgoing;
mod outlive;
mod patience;
mod prack;
mod probe;
mod purpose;
mod refer;
mod reliable;
mod reoffer;
mod replaces;
mod screen;
mod sdp_body;
mod session_id;
mod session_timer;
mod stateless;
mod stray;
mod user_agent;
mod way;

pub use config::{Config, OutgoingInvite};
pub use event::{EndCause, Event, Output, Unreachable};
pub use outlive::Outlived;
pub use probe::{PROBE_MAX, TEST_EVERY};
pub use refer::{REPORT_MAX, Referral, ReferralId, Replaced};
pub use sdp_body::offer_of;
pub use session_id::SessionUuid;
pub use session_timer::{SESSION_EXPIRES_MIN, SessionTimers};
pub use sip_auth::{Login, Prover};
pub use sip_dialog::{Dialog, DialogId, Role};
pub use sip_txn::{ClientTxn, Hop, Local, ServerTxn, Transport};
pub use user_agent::UserAgent;
