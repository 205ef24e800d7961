//! What was made before: `made.tsv` beside the recordings, one line for each.

use crate::texts::is_name;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

/// The file in the folder of a language.
const FILE: &str = "made.tsv";

/// The longest list that is read: that of ten thousand recordings is shorter.
const BYTES_MAX: u64 = 4 * 1024 * 1024;

/// The recordings of a folder that were made, with the fingerprints of what each was made from and of what came
/// out.
///
/// A recording is entered before it is put in place, and what was entered of it before stays beside it: whoever is
/// stopped between the two finds the one or the other there, and in neither case takes it for a person's.
#[derive(Debug, Default)]
pub struct Made {
    /// Of each the latest last.
    recordings: BTreeMap<String, Vec<Recording>>,
}

/// How many lines of one recording count: two, but for somebody who is stopped again and again.
const ENTERED_MAX: usize = 8;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Recording {
    /// Of the words, and of who says them how.
    pub(crate) from: u64,
    /// Of the file.
    pub(crate) sound: u64,
}

impl Made {
    /// Reads the list in the folder of a language. A line that is not understood is as good as none: its recording
    /// is then taken for one of a person, and left alone.
    ///
    /// # Errors
    /// When there is a list that can not be read.
    pub fn read(folder: &Path) -> io::Result<Self> {
        let path = folder.join(FILE);
        let len = match fs::metadata(&path) {
            Ok(file) => file.len(),
            Err(why) if why.kind() == ErrorKind::NotFound => return Ok(Self::default()),
            Err(why) => return Err(at(&path, &why)),
        };
        if len > BYTES_MAX {
            return Err(io::Error::other(format!("{}: longer than any such list", path.display())));
        }
        let text = fs::read_to_string(&path).map_err(|why| at(&path, &why))?;
        let mut made = Self::default();
        text.lines().filter_map(line).for_each(|(name, recording)| made.add(name, recording));
        Ok(made)
    }

    fn add(&mut self, name: String, recording: Recording) {
        let entered = self.recordings.entry(name).or_default();
        entered.retain(|known| known.sound != recording.sound);
        if entered.len() == ENTERED_MAX {
            entered.remove(0);
        }
        entered.push(recording);
    }

    /// What was entered of a recording that sounds like this.
    pub(crate) fn find(&self, name: &str, sound: u64) -> Option<Recording> {
        self.entered(name).iter().find(|recording| recording.sound == sound).copied()
    }

    /// Whether some recording of this name may be made from something else than this.
    pub(crate) fn may_be_stale(&self, name: &str, from: u64) -> bool {
        self.entered(name).iter().any(|recording| recording.from != from)
    }

    fn entered(&self, name: &str) -> &[Recording] {
        self.recordings.get(name).map_or(&[], Vec::as_slice)
    }

    /// The names of what was made.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.recordings.keys().map(String::as_str)
    }

    /// How many recordings were made.
    #[must_use]
    pub fn len(&self) -> usize {
        self.recordings.len()
    }

    /// Whether nothing was.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.recordings.is_empty()
    }

    /// Enters a recording that is about to be put in place, also on disk: whoever is stopped in the midst of many
    /// knows afterwards which those were.
    pub(crate) fn enter(
        &mut self,
        folder: &Path,
        name: &str,
        recording: Recording,
    ) -> io::Result<()> {
        self.add(name.to_owned(), recording);
        let path = folder.join(FILE);
        // What is spoken with another voice has a folder of its own from now on.
        fs::create_dir_all(folder).map_err(|why| at(folder, &why))?;
        let mut file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(&path)
            .map_err(|why| at(&path, &why))?;
        let entered = file.write_all(written(name, recording).as_bytes());
        entered.and_then(|()| file.sync_all()).map_err(|why| at(&path, &why))
    }

    pub(crate) fn forget(&mut self, name: &str) {
        self.recordings.remove(name);
    }

    /// Writes the whole list in the order of the names, when every recording that was entered is in place.
    pub(crate) fn write(&self, folder: &Path) -> io::Result<()> {
        let path = folder.join(FILE);
        let latest = self.recordings.iter().filter_map(|(name, all)| Some((name, *all.last()?)));
        let text: String = latest.map(|(name, recording)| written(name, recording)).collect();
        if fs::read_to_string(&path).is_ok_and(|before| before == text) || text.is_empty() {
            return Ok(());
        }
        replace(&path, text.as_bytes())
    }
}

fn line(line: &str) -> Option<(String, Recording)> {
    let mut parts = line.split('\t');
    let (name, from, sound) = (parts.next()?, parts.next()?, parts.next()?);
    // A list that somebody has written into leads nowhere else.
    if !is_name(name) {
        return None;
    }
    let fingerprint = |text| u64::from_str_radix(text, 16).ok();
    Some((name.to_owned(), Recording { from: fingerprint(from)?, sound: fingerprint(sound)? }))
}

fn written(name: &str, recording: Recording) -> String {
    let mut text = String::new();
    let Recording { from, sound } = recording;
    writeln!(text, "{name}\t{from:016x}\t{sound:016x}").expect("a string takes everything");
    text
}

/// Puts a whole new content in place of a file, or leaves it as it was.
pub(crate) fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    let folder = path.parent().map_or_else(PathBuf::new, Path::to_owned);
    fs::create_dir_all(&folder).map_err(|why| at(&folder, &why))?;
    // Not one of the temporary files that only their owner may read: a recording is for the server.
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let fresh = folder.join(format!(".{name}.new"));
    let done =
        put(&fresh, content).and_then(|()| fs::rename(&fresh, path)).and_then(|()| keep(&folder));
    done.map_err(|why| {
        // The first fault is the one to tell.
        let _ = fs::remove_file(&fresh);
        at(path, &why)
    })
}

fn put(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(content)?;
    file.sync_all()
}

/// Has a new name in a folder survive a power failure.
fn keep(folder: &Path) -> io::Result<()> {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    File::open(folder)?.sync_all()
}

pub(crate) fn at(path: &Path, fault: &io::Error) -> io::Error {
    io::Error::new(fault.kind(), format!("{}: {fault}", path.display()))
}

/// FNV-1a over the parts: enough to tell a changed text from an unchanged one, and the same on every machine and with
/// every compiler.
#[must_use]
pub fn fingerprint(parts: &[&[u8]]) -> u64 {
    let octets = parts.iter().flat_map(|part| part.iter().copied().chain([0]));
    octets.fold(0xcbf2_9ce4_8422_2325, |hash, octet| {
        (hash ^ u64::from(octet)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_do_not_run_into_each_other() {
        assert_ne!(fingerprint(&[b"ab", b"c"]), fingerprint(&[b"a", b"bc"]));
        assert_ne!(fingerprint(&[b"ab"]), fingerprint(&[b"ab", b""]));
    }

    #[test]
    fn the_list_survives_the_way_there_and_back_and_the_last_line_of_a_name_counts() {
        let folder = tempfile::tempdir().unwrap();
        let mut made = Made::read(folder.path()).unwrap();
        let [old, new] = [1, 2].map(|from| Recording { from, sound: u64::MAX });
        made.enter(folder.path(), "welcome", old).unwrap();
        made.enter(folder.path(), "goodbye", old).unwrap();
        made.enter(folder.path(), "welcome", new).unwrap();
        let appended = Made::read(folder.path()).unwrap();
        assert_eq!((appended.len(), appended.find("welcome", u64::MAX)), (2, Some(new)));
        made.write(folder.path()).unwrap();
        let text = fs::read_to_string(folder.path().join(FILE)).unwrap();
        assert_eq!(text.lines().count(), 2);
        assert!(text.starts_with("goodbye\t0000000000000001\tffffffffffffffff\n"));
    }

    #[test]
    fn a_line_that_is_not_understood_is_as_good_as_none() {
        let folder = tempfile::tempdir().unwrap();
        let lines = "a\tb\nwelcome\t1\t2\n\n\tx\ty\tz\n../../etc/passwd\t1\t2\n/etc/passwd\t1\t2\n";
        fs::write(folder.path().join(FILE), lines).unwrap();
        let made = Made::read(folder.path()).unwrap();
        assert_eq!(made.names().collect::<Vec<_>>(), ["welcome"]);
    }
}
