//! Where a SIP host is (RFC 3263): NAPTR, then SRV, then A and AAAA.
//!
//! A [`Locator`] is a value that is fed: ask it with [`Locator::locate`], tell it answers with
//! [`Locator::answered`] and the time with [`Locator::handle_timeout`], drain
//! [`Locator::poll_output`] until `None`, then sleep until [`Locator::poll_timeout`]. It knows no
//! socket: it says what to ask, and whoever asks may take as long as it likes.
//!
//! What stays true here:
//! - every search ends, also when nobody answers;
//! - what was found once is used on while nobody can say more: a dead resolver stops nobody;
//! - what is not there is not asked for again and again;
//! - one seed orders hosts of equal priority the same way each time.
//!
//! ```
//! use clock::{Duration, Moment};
//! use ids::TrunkId;
//! use rand::{SeedableRng, rngs::StdRng};
//! use sip_dns::{Answer, Families, Kind, Locator, Output, Place, Question, Record};
//! use sip_txn::Transport;
//!
//! let mut locator = Locator::new(Families::V4, StdRng::seed_from_u64(7));
//! let place = Place { name: "sip.example".into(), port: Some(5080), transport: None };
//! locator.locate(Moment::ZERO, TrunkId(0), place);
//! let question = Question { kind: Kind::A, name: "sip.example".into() };
//! assert_eq!(locator.poll_output(), Some(Output::Ask(question.clone())));
//!
//! let address = Record::Address("192.0.2.7".parse()?);
//! let answer = Answer::Found { records: vec![address], ttl: Duration::from_secs(60) };
//! locator.answered(Moment::ZERO, question, answer);
//! let Some(Output::Located { hosts, .. }) = locator.poll_output() else { panic!("found") };
//! assert_eq!(hosts, [(Transport::Udp, "192.0.2.7:5080".parse()?)]);
//! # Ok::<(), std::net::AddrParseError>(())
//! ```

mod cache;
mod locator;
mod record;
mod search;

pub use cache::{ENTRIES_MAX, STALE_FOR};
pub use locator::{Locator, Output, PATIENCE};
pub use record::{Answer, Kind, Naptr, Question, RECORDS_MAX, Record, Srv};
pub use search::{Families, HOSTS_MAX, Place};
