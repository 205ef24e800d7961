//! Phones that watch agents.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a story that panics has said enough"
)]

mod ends;
mod limits;
mod refusals;
mod seed;
mod story;
mod telling;
