//! Recordings in a folder: `LANG/NAME.wav`, and `NAME.wav` for what is of no language.
//!
//! The name of a prompt is its path below the language, with slashes and without the extension:
//! `sv/numbers/7.wav` is `numbers/7` in Swedish.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// How deep folders may lie in folders; a link that leads back to itself ends here.
pub const FOLDER_DEPTH_MAX: usize = 8;

/// The most recordings that are read from one folder.
pub const RECORDINGS_MAX: usize = 10_000;

/// The largest file that is read: DURATION_MAX of studio sound is larger, and would be refused.
pub const FILE_LEN_MAX: u64 = 200 * 1024 * 1024;

/// The extensions of recordings, in small letters.
pub const EXTENSIONS: [&str; 5] = ["wav", "flac", "ogg", "oga", "mp3"];

/// A recording as it was found, still encoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recording {
    /// The language it is spoken in; nothing for what is of no language.
    pub language: Option<String>,
    /// The name of the prompt.
    pub name: String,
    /// The content of the file.
    pub bytes: Vec<u8>,
}

/// The language and the name that a path below the prompts folder stands for, or nothing when the
/// file is no recording by its extension.
///
/// ```
/// assert_eq!(prompts::named("sv/numbers/7.wav"), Some((Some("sv"), "numbers/7")));
/// assert_eq!(prompts::named("music.wav"), Some((None, "music")));
/// assert_eq!(prompts::named("sv/prompts.toml"), None);
/// ```
#[must_use]
pub fn named(path: &str) -> Option<(Option<&str>, &str)> {
    let (stem, extension) = path.rsplit_once('.')?;
    if !EXTENSIONS.iter().any(|known| extension.eq_ignore_ascii_case(known)) {
        return None;
    }
    match stem.split_once('/') {
        Some((language, name)) => Some((Some(language), name)),
        None => Some((None, stem)),
    }
}

/// Reads every recording of a folder, in the order of their paths.
///
/// # Errors
/// What could not be read, with its path in the message; or that there is more than is taken.
pub fn read_folder(folder: &Path) -> io::Result<Vec<Recording>> {
    let mut paths = Vec::new();
    list(folder, FOLDER_DEPTH_MAX, &mut paths)?;
    paths.sort();
    paths.iter().filter_map(|path| read(folder, path).transpose()).collect()
}

fn list(folder: &Path, depth: usize, paths: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder).map_err(|fault| at(folder, &fault))? {
        let path = entry.map_err(|fault| at(folder, &fault))?.path();
        if path.is_dir() {
            if depth > 0 {
                list(&path, depth - 1, paths)?;
            }
        } else if paths.len() == RECORDINGS_MAX {
            return Err(io::Error::other(format!("{}: too many files", folder.display())));
        } else {
            paths.push(path);
        }
    }
    Ok(())
}

fn read(folder: &Path, path: &Path) -> io::Result<Option<Recording>> {
    let below = path.strip_prefix(folder).expect("the path was found below the folder");
    let below = below.to_string_lossy().replace('\\', "/");
    let Some((language, name)) = named(&below) else { return Ok(None) };
    let len = fs::metadata(path).map_err(|fault| at(path, &fault))?.len();
    if len > FILE_LEN_MAX {
        return Err(io::Error::other(format!("{}: too large to be a phrase", path.display())));
    }
    Ok(Some(Recording {
        language: language.map(str::to_owned),
        name: name.to_owned(),
        bytes: fs::read(path).map_err(|fault| at(path, &fault))?,
    }))
}

fn at(path: &Path, fault: &io::Error) -> io::Error {
    io::Error::new(fault.kind(), format!("{}: {fault}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_read_in_the_order_of_its_paths() {
        let folder = tempfile::tempdir().unwrap();
        for (path, bytes) in [
            ("sv/numbers/7.wav", "sju"),
            ("en/welcome.MP3", "hello"),
            ("music.flac", "la"),
            ("sv/prompts.toml", "no sound"),
        ] {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
        let read = read_folder(folder.path()).unwrap();
        let found: Vec<_> = read
            .iter()
            .map(|r| (r.language.as_deref(), r.name.as_str(), r.bytes.as_slice()))
            .collect();
        assert_eq!(
            found,
            [
                (Some("en"), "welcome", b"hello".as_slice()),
                (None, "music", b"la"),
                (Some("sv"), "numbers/7", b"sju"),
            ]
        );
    }

    #[test]
    fn a_folder_that_is_not_there_is_named() {
        let fault = read_folder(Path::new("no/such/folder")).unwrap_err();
        assert_eq!(fault.kind(), io::ErrorKind::NotFound);
        assert!(fault.to_string().starts_with("no/such/folder: "));
    }

    #[cfg(unix)]
    #[test]
    fn a_link_that_leads_to_itself_ends() {
        let folder = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink(folder.path(), folder.path().join("again")).unwrap();
        fs::write(folder.path().join("beep.wav"), "beep").unwrap();
        assert_eq!(read_folder(folder.path()).unwrap().len(), FOLDER_DEPTH_MAX + 1);
    }
}
