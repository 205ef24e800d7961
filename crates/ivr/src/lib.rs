//! Walks one caller through a checked dialplan.
//!
//! A [`Visit`] is a value that is fed: give it one [`Input`], drain [`Visit::poll_output`] until
//! `None`, then sleep until [`Visit::poll_timeout`]. It knows no socket, clock or file, and nothing
//! of SIP. What it keeps true:
//!
//! - a key is never lost: pressed early, it is kept for the next menu, in order;
//! - the operator key leads to a person from every menu and announcement before a queue, at once;
//! - a place once told is never followed by a larger one in the same queue;
//! - a waiting caller hears something at all times: an announcement, or music;
//! - a callback is promised on no number that the caller has not confirmed by a key.
//!
//! ```
//! use clock::Moment;
//! use ivr::{EndReason, Input, Output, Visit};
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
//! let noon = jiff::civil::date(2026, 11, 19).at(12, 0, 0, 0);
//!
//! let mut visit = Visit::begin(Arc::new(plan), "9000", noon).expect("the plan has 9000");
//! visit.handle(Moment::ZERO, Input::Answered);
//! let Some(Output::Play { play, .. }) = visit.poll_output() else { panic!("it says goodbye") };
//! visit.handle(Moment::ZERO, Input::Played(play));
//! assert_eq!(visit.poll_output(), Some(Output::HangUp(EndReason::Finished)));
//! ```

mod input;
mod number;
mod output;
mod visit;

pub use input::{Fetched, Input, LookedUp, NoCallback, Recorded, Unchanged};
pub use number::Number;
pub use output::{EndReason, LookedUpBy, Output, Spoken, Then};
pub use visit::{
    CHOICES_MAX, KEYS_MAX, NUMBERS_MAX, Passed, Promised, Resumed, ResumedAt, ResumedWait,
    STEPS_MAX, SUBS_MAX, TAKES_MAX, TRIES_MAX, Visit,
};
