//! Digest authentication (RFC 7616, RFC 8760), both roles.
//!
//! [`Challenger`] is the side that asks: it makes challenges, and judges what comes back.
//! [`respond`] is the side that is asked. Passwords are kept by neither: [`Credentials`] hold only
//! what the digest is made from.
//!
//! What stays true here:
//! - Each right answer counts once: the count that goes with a nonce must grow.
//! - A nonce is good for the source that it was given to alone, so nobody fails in another's name.
//! - Credentials open what they were made for: one method, one user at one host.
//! - Nonces carry their own proof, so that making challenges stores nothing, and the table of
//!   those in use is bounded by [`NONCES_MAX`].
//! - Comparing takes the same time for a nearly right answer as for a wrong one, and an unknown
//!   user costs the same work as a known one.
//!
//! ```
//! use clock::Moment;
//! use sip_auth::{
//!     Challenger, Config, Credentials, Freshness, Login, Occasion, Verdict, respond,
//! };
//! use sip_msg::{Method, Text, Uri};
//!
//! let (user, realm, password) = (Text::from("ana"), Text::from("acme"), Text::from("s3cret"));
//! let known = Credentials::new(&user, &realm, &password);
//! let mut server = Challenger::new(realm, [7; 32], Config::default());
//! let now = Moment::ZERO;
//!
//! let source = "192.0.2.7".parse()?;
//! let challenges = server.challenge(now, source, Freshness::First, None);
//! let uri: Uri = "sip:acme.example".parse()?;
//! let login = Login { user: user.clone(), password };
//! let answer = respond(&challenges, &Method::Register, &uri, &login, "c0ffee").expect("Digest");
//!
//! let occasion = Occasion { source, method: &Method::Register, uri: &uri };
//! let verdict = server.verify(now, occasion, [&answer], |_| Some(&known));
//! assert_eq!(verdict, Verdict::Right(user));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod algorithm;
mod challenger;
mod client;
mod credentials;
mod digest;
mod fields;
mod nonce;
mod offers;
mod prover;
mod quote;
mod replay;
mod target;

pub use algorithm::Algorithm;
pub use challenger::{Challenger, Config, Freshness, NONCE_LIFE, Occasion, Verdict, WithoutQop};
pub use client::{Login, respond};
pub use credentials::Credentials;
pub use offers::Offers;
pub use prover::{Proof, Prover, TRIES_MAX};
pub use replay::NONCES_MAX;
