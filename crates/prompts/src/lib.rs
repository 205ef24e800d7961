//! Recordings in: decoded, resampled, levelled, encoded once and shared.
//!
//! Everything happens when a site is loaded. What is left is a [`Store`] of [`Clip`]s that media
//! workers send from, and a [`Catalogue`] that tells which clip is meant by a prompt in a language.

mod catalogue;
mod clip;
mod pcm;
mod store;

pub use catalogue::Catalogue;
pub use clip::{Clip, FRAME_DURATION, FRAME_LEN};
pub use pcm::{Pcm, RATE_HZ};
pub use store::Store;
