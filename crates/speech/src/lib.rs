//! How numbers and places are said in Swedish and English.
//!
//! [`place`] turns a place in a queue into the names of recorded prompts, to be played one after
//! the other. [`cardinal`] spells a number out, so that its recording can be made.

mod cardinal;
mod place;

pub use cardinal::{Wording, cardinal};
pub use place::{PLACE_MAX, place, place_prompts};
