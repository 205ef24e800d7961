//! The folder of a language: what its recordings are compared with the texts.

use crate::made::{Made, at, fingerprint};
use crate::master::RECIPE;
use crate::{Texts, Voice};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// What there is of a recording that has words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Nothing.
    Missing,
    /// Made from other words, or by another voice.
    Stale,
    /// Made from these very words.
    Current,
    /// Recorded by a person, or changed by one after it was made.
    ByHand,
}

/// What there is of each wanted recording in the folder of a language.
///
/// # Errors
/// What could not be read, with its path.
pub fn look(folder: &Path, voice: &Voice, wanted: &Texts) -> io::Result<BTreeMap<String, State>> {
    let made = Made::read(folder)?;
    let state = |name: &str, text: &str| state(folder, &made, name, from(voice, text));
    wanted.iter().map(|(name, text)| Ok((name.clone(), state(name, text)?))).collect()
}

/// Which of the wanted recordings were made from other words, or by another voice. Quicker than [`look`]: no recording
/// is read that can not be stale.
///
/// # Errors
/// What could not be read, with its path.
pub fn stale(folder: &Path, voice: &Voice, wanted: &Texts) -> io::Result<BTreeSet<String>> {
    let made = Made::read(folder)?;
    let mut stale = BTreeSet::new();
    for (name, text) in wanted {
        let from = from(voice, text);
        if made.may_be_stale(name, from) && state(folder, &made, name, from)? == State::Stale {
            stale.insert(name.clone());
        }
    }
    Ok(stale)
}

/// What a recording is made from: the words, the voice, and how it is mastered.
pub(crate) fn from(voice: &Voice, text: &str) -> u64 {
    fingerprint(&[RECIPE.as_bytes(), voice.to_string().as_bytes(), text.as_bytes()])
}

pub(crate) fn state(folder: &Path, made: &Made, name: &str, from: u64) -> io::Result<State> {
    if prompts::EXTENSIONS.iter().any(|other| is_file_beside(folder, name, other)) {
        return Ok(State::ByHand);
    }
    let Some(sound) = sound_of(&path(folder, name))? else { return Ok(State::Missing) };
    Ok(match made.find(name, sound) {
        Some(recording) if recording.from == from => State::Current,
        Some(_) => State::Stale,
        None => State::ByHand,
    })
}

/// In a format that is none of ours.
fn is_file_beside(folder: &Path, name: &str, extension: &str) -> bool {
    extension != "wav" && folder.join(format!("{name}.{extension}")).is_file()
}

/// The fingerprint of a file, if there is one.
pub(crate) fn sound_of(path: &Path) -> io::Result<Option<u64>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(fingerprint(&[&bytes]))),
        Err(why) if why.kind() == ErrorKind::NotFound => Ok(None),
        Err(why) => Err(at(path, &why)),
    }
}

/// Where a recording is that is made.
pub(crate) fn path(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}.wav"))
}
