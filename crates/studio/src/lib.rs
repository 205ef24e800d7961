//! Recordings made from texts, by a program that speaks.
//!
//! The folder of a language has texts (`prompts.toml`), recordings, and a list of what was made from which text
//! ([`Made`]). [`look`] compares the three, and [`make`] has spoken what is new or changed, so that a changed word is one
//! recording. What a person has recorded is never touched: it is whatever the list does not have, or has otherwise.

mod folder;
mod made;
mod make;
mod master;
mod sound_file;
mod texts;
mod voice;

pub use folder::{State, look, stale};
pub use made::{Made, fingerprint};
pub use make::{Again, Done, MakeError, make, remove_strays};
pub use master::master;
pub use sound_file::write;
pub use texts::{FILE, TEXT_CHARS_MAX, TEXTS_BYTES_MAX, Texts, TextsError, read_texts};
pub use voice::{COMMAND_MAX, SpeakError, Voice, VoiceError};
