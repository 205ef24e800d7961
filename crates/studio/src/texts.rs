//! What recordings say: `prompts.toml` in the folder of a language.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Component, Path};

/// The file in the folder of a language.
pub const FILE: &str = "prompts.toml";

/// The longest file of texts that is read.
pub const TEXTS_BYTES_MAX: u64 = 1 << 20;

/// The longest text of one recording, in characters: some five minutes of speech.
pub const TEXT_CHARS_MAX: usize = 5_000;

/// The words of recordings, by their names.
pub type Texts = BTreeMap<String, String>;

/// Why the texts of a language can not be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TextsError {
    /// The file can not be read.
    #[error("{0}")]
    Unreadable(#[from] io::Error),
    /// More than [`TEXTS_BYTES_MAX`].
    #[error("longer than {TEXTS_BYTES_MAX} bytes; texts of that length are nobody's prompts")]
    TooLong,
    /// It is not TOML, or an entry is no text.
    #[error(
        "{0}Each line is the name of a recording and its words: \"queue/first\" = \"You are first in line.\""
    )]
    Malformed(#[from] toml::de::Error),
    /// A name that leads out of the folder, or is no name of a file.
    #[error(
        "{0:?} is no name of a recording; write it without extension, with / between folders, such as \"matter/invoice\""
    )]
    Name(String),
    /// Nothing to be said.
    #[error("{0:?} has no words; remove the line to have no such recording")]
    Empty(String),
    /// More than [`TEXT_CHARS_MAX`].
    #[error("{0:?} has more than {TEXT_CHARS_MAX} characters; nobody listens that long")]
    Endless(String),
}

/// Reads the texts in the folder of a language; without the file there are none.
///
/// # Errors
/// What is wrong with the file; the path is for the caller to name.
pub fn read_texts(folder: &Path) -> Result<Texts, TextsError> {
    let path = folder.join(FILE);
    let len = match fs::metadata(&path) {
        Ok(file) => file.len(),
        Err(why) if why.kind() == ErrorKind::NotFound => return Ok(Texts::new()),
        Err(why) => return Err(why.into()),
    };
    if len > TEXTS_BYTES_MAX {
        return Err(TextsError::TooLong);
    }
    let texts: Texts = toml::from_str(&fs::read_to_string(&path)?)?;
    texts.iter().try_for_each(|(name, text)| check(name, text))?;
    Ok(texts)
}

fn check(name: &str, text: &str) -> Result<(), TextsError> {
    if !is_name(name) {
        return Err(TextsError::Name(name.to_owned()));
    }
    if text.trim().is_empty() {
        return Err(TextsError::Empty(name.to_owned()));
    }
    if text.chars().count() > TEXT_CHARS_MAX {
        return Err(TextsError::Endless(name.to_owned()));
    }
    Ok(())
}

/// Names become paths below the folder of their language, and nothing else.
pub(crate) fn is_name(name: &str) -> bool {
    let plain = |part: Component<'_>| matches!(part, Component::Normal(_));
    !name.is_empty()
        && !name.ends_with('/')
        && !name.contains(['\\', ':', '\0', '\t', '\n'])
        && Path::new(name).components().all(plain)
        && prompts::named(name).is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Texts, String> {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(FILE), text).unwrap();
        read_texts(folder.path()).map_err(|why| why.to_string())
    }

    #[test]
    fn texts_are_read_by_name() {
        let texts = read("\"queue/first\" = \"Du är först.\"\nwelcome = \"Hej.\"\n").unwrap();
        assert_eq!(texts["queue/first"], "Du är först.");
        assert_eq!(texts.len(), 2);
    }

    #[test]
    fn a_folder_without_texts_has_none() {
        assert!(read_texts(Path::new("/nowhere")).unwrap().is_empty());
    }

    #[test]
    fn what_is_wrong_is_said_with_what_to_do() {
        for (text, part) in [
            ("\"../../etc/passwd\" = \"x\"", "no name of a recording"),
            ("\"/etc/passwd\" = \"x\"", "no name of a recording"),
            ("'a\\b' = \"x\"", "no name of a recording"),
            ("\"welcome.wav\" = \"x\"", "without extension"),
            ("welcome = \" \"", "no words"),
            ("welcome = 7", "Each line is"),
            ("[queue]\nfirst = \"x\"", "\"queue/first\" = "),
            ("welcome \"Hej\"", "line 1"),
        ] {
            let why = read(text).unwrap_err();
            assert!(why.contains(part), "{text}: {why}");
        }
        let endless = format!("welcome = \"{}\"", "a".repeat(TEXT_CHARS_MAX + 1));
        assert!(read(&endless).unwrap_err().contains("5000"));
        let huge = format!("# {}", "a".repeat(1 << 20));
        assert!(read(&huge).unwrap_err().contains("bytes"));
    }
}
