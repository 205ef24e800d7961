//! Session descriptions (RFC 8866) and offer/answer (RFC 3264) for one audio stream.
//!
//! [`Session::parse`] reads what a peer wrote, once; [`offer`], [`answer`] and [`agree`] then work
//! on values that need no doubt. [`LocalSession`] does all three for one leg and keeps the rule
//! that the version in `o=` grows exactly when the description changes.
//!
//! What is kept true: an answer has the media lines of its offer, in their order and of their
//! types; every one but the chosen audio line is refused with port 0 (RFC 3264 §6).
//!
//! ```
//! use sdp::{Codec, Direction, LocalSession, Session};
//! let mut caller = LocalSession::new("192.0.2.1:4000".parse()?, 1, vec![Codec::Pcma, Codec::Pcmu]);
//! let mut centre = LocalSession::new("192.0.2.9:6000".parse()?, 2, vec![Codec::Pcmu, Codec::Pcma]);
//! let offer = Session::parse(&caller.offer(Direction::SendRecv))?;
//! let (body, ours) = centre.answer(&offer)?;
//! let theirs = caller.agree(&Session::parse(&body)?)?;
//! assert_eq!((ours.codec, theirs.codec), (Codec::Pcma, Codec::Pcma));
//! assert_eq!(ours.remote, "192.0.2.1:4000".parse()?);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod answer;
mod audio;
mod crypto;
mod direction;
mod error;
mod local;
mod local_session;
mod session;
mod write;

pub use answer::{Agreed, agree, answer};
pub use audio::{Audio, Codec, Mux, PayloadFormat, Profile, Use};
pub use crypto::{CRYPTO_LINES_MAX, Crypto, Keys, Srtp};
pub use direction::Direction;
pub use error::{AnswerFault, NoCommonCodec, SdpError};
pub use local::{EVENT_TYPE_OFFERED, Local, Numbers, PTIME, WIDE_EVENT_TYPE_OFFERED, offer};
pub use local_session::LocalSession;
pub use media_protocol::Clock;
pub use session::{FORMATS_MAX, MEDIA_LINES_MAX, MediaLine, Session};
