//! The texts of a site's dialplans, as they were when they came into force: who brought each and when, so that one can go
//! back to it.

use serde::{Deserialize, Serialize};
use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// The folder of editions in the data folder.
const FOLDER: &str = "editions";

/// What is known of an edition, in its folder.
const ABOUT: &str = "edition.json";

/// How many editions are kept; of more, the latest.
pub(crate) const EDITIONS_MAX: usize = 100;

/// The files of a dialplan, by their names beside it, and what is in them; the dialplan itself first.
pub(crate) type Texts = Vec<(String, String)>;

/// The editions of a site.
#[derive(Clone, Debug)]
pub(crate) struct Editions {
    folder: PathBuf,
}

/// One edition.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub(crate) struct Edition {
    /// Counted from 1.
    pub(crate) edition: u64,
    /// When it came into force.
    pub(crate) at: jiff::Timestamp,
    /// Who brought it: `start`, `signal`, `watch`, `socket`, `token:NAME`.
    pub(crate) by: String,
    /// The names of its files, the dialplan first.
    pub(crate) files: Vec<String>,
}

impl Editions {
    pub(crate) fn of(data: &Path) -> Self {
        Self { folder: data.join(FOLDER) }
    }

    /// All that are kept, the latest last.
    pub(crate) fn list(&self) -> io::Result<Vec<Edition>> {
        // One that cannot be read is not kept any more, whatever has become of it.
        let read = |number| {
            let about = fs::read(self.path(number).join(ABOUT)).ok()?;
            serde_json::from_slice(&about).ok()
        };
        Ok(self.numbers()?.into_iter().filter_map(read).collect())
    }

    /// The files of one.
    pub(crate) fn texts(&self, edition: &Edition) -> io::Result<Texts> {
        let folder = self.path(edition.edition);
        let text = |(place, name): (usize, &String)| {
            Ok((name.clone(), fs::read_to_string(folder.join(file_of(place)))?))
        };
        edition.files.iter().enumerate().map(text).collect()
    }

    /// Keeps these texts, and says which edition they are: a new one, unless they are those of the latest.
    /// A new one has a number above `at_least`.
    pub(crate) fn keep(&self, texts: &Texts, by: &str, at_least: u64) -> io::Result<u64> {
        let latest = self.list()?.pop();
        if let Some(latest) = &latest
            && self.texts(latest).is_ok_and(|kept| kept == *texts)
        {
            return Ok(latest.edition);
        }
        let number = self.numbers()?.last().copied().unwrap_or(0).max(at_least) + 1;
        let new = self.folder.join("new");
        let _ = fs::remove_dir_all(&new);
        DirBuilder::new().recursive(true).mode(0o700).create(&new)?;
        for (place, (_, text)) in texts.iter().enumerate() {
            write(&new.join(file_of(place)), text.as_bytes())?;
        }
        let files = texts.iter().map(|(name, _)| name.clone()).collect();
        let about =
            Edition { edition: number, at: jiff::Timestamp::now(), by: by.to_owned(), files };
        write(&new.join(ABOUT), &serde_json::to_vec_pretty(&about)?)?;
        fs::rename(&new, self.path(number))?;
        fs::File::open(&self.folder)?.sync_all()?;
        self.forget_old()?;
        Ok(number)
    }

    fn forget_old(&self) -> io::Result<()> {
        let numbers = self.numbers()?;
        for number in numbers.iter().take(numbers.len().saturating_sub(EDITIONS_MAX)) {
            // A power failure may not leave half of one.
            let old = self.folder.join("old");
            let _ = fs::remove_dir_all(&old);
            fs::rename(self.path(*number), &old)?;
            fs::remove_dir_all(&old)?;
        }
        Ok(())
    }

    fn numbers(&self) -> io::Result<Vec<u64>> {
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let mut numbers = Vec::new();
        for entry in entries {
            numbers.extend(entry?.file_name().to_str().and_then(|name| name.parse::<u64>().ok()));
        }
        numbers.sort_unstable();
        Ok(numbers)
    }

    fn path(&self, number: u64) -> PathBuf {
        self.folder.join(number.to_string())
    }
}

/// Not by the name in the plan, which may have folders in it.
fn file_of(place: usize) -> String {
    format!("{place}.toml")
}

/// There may be secrets in it.
fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Texts {
        vec![("dialplan.toml".to_owned(), text.to_owned()), ("a/b.toml".to_owned(), "b".to_owned())]
    }

    #[test]
    fn an_edition_is_kept_once_and_found_again() {
        let data = tempfile::tempdir().unwrap();
        let editions = Editions::of(data.path());
        assert_eq!(editions.list().unwrap(), []);
        assert_eq!(editions.keep(&texts("one"), "start", 0).unwrap(), 1);
        assert_eq!(editions.keep(&texts("one"), "start", 0).unwrap(), 1);
        assert_eq!(editions.keep(&texts("two"), "socket", 0).unwrap(), 2);
        // To go back is an edition too.
        assert_eq!(editions.keep(&texts("one"), "signal", 0).unwrap(), 3);
        let list = editions.list().unwrap();
        let by: Vec<&str> = list.iter().map(|edition| &*edition.by).collect();
        assert_eq!(by, ["start", "socket", "signal"]);
        assert_eq!(editions.texts(&list[1]).unwrap(), texts("two"));
    }

    #[test]
    fn one_that_is_half_gone_takes_no_other_with_it() {
        let data = tempfile::tempdir().unwrap();
        let editions = Editions::of(data.path());
        for text in ["one", "two", "three"] {
            editions.keep(&texts(text), "start", 0).unwrap();
        }
        fs::remove_file(data.path().join("editions/2/edition.json")).unwrap();
        fs::remove_file(data.path().join("editions/3/edition.json")).unwrap();
        assert_eq!(editions.list().unwrap().len(), 1);
        assert_eq!(editions.keep(&texts("one more"), "start", 7).unwrap(), 8);
        assert_eq!(editions.list().unwrap().len(), 2);
    }

    #[test]
    fn the_oldest_are_forgotten_and_numbers_go_on() {
        let data = tempfile::tempdir().unwrap();
        let editions = Editions::of(data.path());
        for at in 0..EDITIONS_MAX + 2 {
            editions.keep(&texts(&at.to_string()), "start", 0).unwrap();
        }
        let list = editions.list().unwrap();
        assert_eq!(list.len(), EDITIONS_MAX);
        assert_eq!((list[0].edition, list[EDITIONS_MAX - 1].edition), (3, 102));
    }
}
