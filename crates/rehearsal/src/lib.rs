//! Walks a made-up call through a dialplan, by the code that walks real ones.
//!
//! [`rehearse`] takes a plan and a [`Trial`](dialplan::trial::Trial): who calls, when, which keys they
//! press, how things stand meanwhile. It drives an [`ivr::Visit`], the same as the engine does, on
//! virtual time: recordings last as long as they are, keys come when they are asked for, queues
//! answer as the trial says. What comes of it is a [`Transcript`], each line with the place in the
//! file that it is about; [`verdict`] compares it with what was expected.
//!
//! ```
//! use dialplan::trial::{Expectation, Trial};
//! use rehearsal::{Unheard, rehearse, verdict};
//! use std::sync::Arc;
//!
//! let text = r#"
//!     [number.9000]
//!     goto = "say.bye"
//!     [say.bye]
//!     prompts = ["goodbye"]
//! "#;
//! let mut secrets = |_: dialplan::Outside<'_>| Err("none here".to_owned());
//! let plan = dialplan::Plan::parse("example", text, &|_, _| true, &mut secrets).unwrap();
//! let noon = "2026-11-27T12:00:00Z".parse().unwrap();
//!
//! let transcript = rehearse(&Arc::new(plan), &Trial::of("9000"), noon, &Unheard).unwrap();
//! let expected = ["said:goodbye", "hangup"].map(|text| Expectation::read(text).unwrap());
//! assert_eq!(verdict(&transcript, &expected), Ok(()));
//! ```

mod needs;
mod render;
mod sounds;
mod transcript;
mod verdict;
mod walk;

pub use sounds::{LENGTH_UNKNOWN, Sounds, Unheard};
pub use transcript::{Does, End, Entry, Found, Heard, Left, Said, Transcript, What, Why};
pub use verdict::{Parted, verdict};
pub use walk::{KEY_AFTER, OUTSIDE_RINGS, rehearse};
