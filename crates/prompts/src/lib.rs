//! Recordings in: decoded, resampled, levelled, encoded once and shared.
//!
//! Everything happens when a site is loaded: recordings are brought to a [`Library`]. What is left
//! is a [`Store`] of [`Clip`]s that media workers send from, and a [`Catalogue`] that tells which
//! clip is meant by a prompt in a language.

mod alias;
mod catalogue;
mod clip;
mod decode;
mod folder;
mod level;
mod library;
mod measure;
mod pcm;
mod resample;
mod store;

pub use alias::alias;
pub use catalogue::Catalogue;
pub use clip::{Clip, FRAME_DURATION, FRAME_LEN};
pub use decode::{DURATION_MAX, DecodeError, RATES_HZ, decode};
pub use folder::{
    EXTENSIONS, FILE_LEN_MAX, FOLDER_DEPTH_MAX, RECORDINGS_MAX, Recording, named, read_folder,
};
pub use level::{KEPT_DBOV, SPEECH_DBOV};
pub use library::{Library, Stock};
pub use measure::{LOUD_MAX_DBOV, Measure, QUIET_MIN_DBOV, measure};
pub use pcm::{Pcm, RATE_HZ};
pub use store::Store;
