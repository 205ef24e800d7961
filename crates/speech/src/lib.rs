//! How numbers, places and waits are said in Swedish and English.
//!
//! [`place`] turns a place in a queue into the names of recorded prompts, to be played one after
//! the other, [`wait`] an expected wait, and [`waited`] one that is over. [`cardinal`] spells a number out, so that its recording
//! can be made.

mod cardinal;
mod place;
mod wait;
mod waited;

pub use cardinal::{Wording, cardinal};
pub use place::{PLACE_MAX, place, place_prompts};
pub use wait::{Wait, longer, wait, wait_prompts};
pub use waited::{waited, waited_prompts};
