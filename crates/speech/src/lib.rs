//! How numbers, places and waits are said in Swedish and English.
//!
//! [`place`] turns a place in a queue into the names of recorded prompts, to be played one after
//! the other, and [`wait`] an expected wait. [`cardinal`] spells a number out, so that its recording
//! can be made.

mod cardinal;
mod place;
mod wait;

pub use cardinal::{Wording, cardinal};
pub use place::{PLACE_MAX, place, place_prompts};
pub use wait::{Wait, longer, wait, wait_prompts};
