//! SIP transactions: one request, its answers, and what the network lost in between
//! (RFC 3261 §17, RFC 6026, RFC 4320, RFC 3581).
//!
//! Feed one input (a message with [`Transactions::receive`], a wish with `send_request`, `reply`
//! or `cancel`, the time with `handle_timeout`), drain [`Transactions::poll_output`] until it
//! says `None`, then sleep until [`Transactions::poll_timeout`].
//!
//! The four machines of the RFC are values of a few words each, in a file each; the layer around
//! them holds the messages, finds the machine that a message belongs to, and keeps the limits.
//!
//! ```
//! use clock::{Duration, Moment};
//! use ids::FlowId;
//! use rand::{SeedableRng, rngs::StdRng};
//! use sip_msg::{Method, NameAddr, Request, Uri};
//! use sip_txn::{Config, Hop, Output, Transactions, Transport};
//!
//! let ours = "192.0.2.1:5060".parse().unwrap();
//! let hop = Hop { transport: Transport::Udp, flow: FlowId(1), peer: "192.0.2.2:5060".parse().unwrap() };
//! let config = Config::new(ours, 100);
//! let mut transactions = Transactions::new(config, StdRng::seed_from_u64(1));
//!
//! let to = Uri::sip("bo", hop.peer);
//! let from = NameAddr::new(Uri::sip("ana", ours)).with_tag("a");
//! let options = Request::new(Method::Options, to.clone(), from, to.into(), "c1".into(), 1);
//! let txn = transactions.send_request(Moment::ZERO, hop, options);
//! assert!(matches!(transactions.poll_output(), Some(Output::Send { .. })));
//!
//! // Nobody answers. After half a second it is sent again, and after 32 it is given up.
//! let mut copies = 0;
//! while let Some(at) = transactions.poll_timeout() {
//!     transactions.handle_timeout(at);
//!     while let Some(output) = transactions.poll_output() {
//!         match output {
//!             Output::Send { .. } => copies += 1,
//!             other => assert_eq!(other, Output::TimedOut { txn }),
//!         }
//!     }
//! }
//! assert_eq!(copies, 10);
//! ```

mod client;
mod hop;
mod invite_client;
mod invite_server;
mod key;
mod local;
mod non_invite_client;
mod non_invite_server;
mod offspring;
mod output;
mod rates;
mod server;
mod shares;
mod stateless;
mod timers;
mod transactions;

pub use hop::{Hop, Transport};
pub use local::{DOORS_MAX, LISTENERS_MAX, Local};
pub use output::{ClientTxn, Counts, Output, ServerTxn};
pub use rates::Rates;
pub use timers::{Resend, T1, T2, T4, TIMEOUT};
pub use transactions::{Config, Transactions};
