//! Makes what is missing or stale.

use crate::folder::{State, from, path, sound_of, state};
use crate::made::{Made, Recording, fingerprint, replace};
use crate::{SpeakError, Texts, Voice, sound_file};
use std::fs;
use std::io;
use std::path::Path;

/// Whether recordings are made anew that are as their texts are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Again {
    /// What is current stays.
    Changed,
    /// Everything that no person has recorded.
    All,
}

/// What became of a recording.
#[derive(Debug)]
pub enum Done {
    /// It was made.
    Made,
    /// It is as its text is.
    Kept,
    /// A person has recorded it.
    ByHand,
    /// It could not be made. Others may be.
    Failed(SpeakError),
}

/// Why nothing more could be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MakeError {
    /// A file could not be read or written; the message names it.
    #[error("{0}")]
    File(#[from] io::Error),
    /// The voice will say nothing, whatever it is asked: its program is not there.
    #[error("{0}")]
    Voice(SpeakError),
}

/// Makes what is missing or stale in the folder of a language, and tells of each recording what became of it.
///
/// # Errors
/// When no more can be made. What was made until then stays, and is not made again the next time.
pub fn make(
    folder: &Path,
    voice: &Voice,
    wanted: &Texts,
    again: Again,
    tell: &mut dyn FnMut(&str, &Done),
) -> Result<(), MakeError> {
    let mut made = Made::read(folder)?;
    for (name, text) in wanted {
        let from = from(voice, text);
        let done = match (state(folder, &made, name, from)?, again) {
            (State::ByHand, _) => Done::ByHand,
            (State::Current, Again::Changed) => Done::Kept,
            (State::Missing | State::Stale | State::Current, _) => match voice.speak(text) {
                Ok(sound) => {
                    put(folder, &mut made, name, from, &sound)?;
                    Done::Made
                }
                Err(why) if why.is_of_program() => return Err(MakeError::Voice(why)),
                Err(why) => Done::Failed(why),
            },
        };
        tell(name, &done);
    }
    Ok(made.write(folder)?)
}

fn put(
    folder: &Path,
    made: &mut Made,
    name: &str,
    from: u64,
    spoken: &prompts::Pcm,
) -> io::Result<()> {
    let file = sound_file::encode(spoken);
    made.enter(folder, name, Recording { from, sound: fingerprint(&[&file]) })?;
    replace(&path(folder, name), &file)
}

/// Removes the recordings that were made before and that nobody wants any more, and names them. What a person has
/// changed since stays.
///
/// # Errors
/// What could not be read or removed, with its path.
pub fn remove_strays(folder: &Path, wanted: &Texts) -> io::Result<Vec<String>> {
    let mut made = Made::read(folder)?;
    let strays: Vec<String> =
        made.names().filter(|name| !wanted.contains_key(*name)).map(str::to_owned).collect();
    let mut removed = Vec::new();
    for name in strays {
        let path = path(folder, &name);
        let is_made = sound_of(&path)?.is_some_and(|sound| made.find(&name, sound).is_some());
        if is_made {
            fs::remove_file(&path)?;
            removed.push(name.clone());
        }
        made.forget(&name);
    }
    made.write(folder)?;
    Ok(removed)
}
