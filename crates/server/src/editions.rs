//! The texts of a site's dialplans, as they were when they came into force: who brought each and when, so that one can go
//! back to it.

use dialplan::Plan;
use serde::{Deserialize, Serialize};
use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// The folder of editions in the data folder.
const FOLDER: &str = "editions";

/// What is known of an edition, in its folder.
const ABOUT: &str = "edition.json";

/// Where one is written before it comes into force.
const NEW: &str = "new";

/// So many changes are told of each edition; `telefonist diff` tells all.
const CHANGES_MAX: usize = 20;

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
    /// The clock of the centre. None in editions of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) timezone: Option<String>,
    /// What it changed of the one before, in the words of `telefonist diff`: the first changes.
    #[serde(default)]
    pub(crate) changes: Vec<String>,
    /// How many more it changed.
    #[serde(default)]
    pub(crate) more_changes: usize,
}

/// What is known of a plan that comes into force, beside its texts.
#[derive(Clone, Debug, Default)]
pub(crate) struct About {
    by: String,
    timezone: Option<String>,
    changes: Vec<String>,
}

impl About {
    /// A plan that somebody brings in place of another.
    pub(crate) fn of(plan: &Plan, before: Option<&Plan>, by: &str) -> Self {
        let changes = before.map(|before| plan.changes_from(before)).unwrap_or_default();
        Self {
            by: by.to_owned(),
            timezone: plan.timezone.iana_name().map(str::to_owned),
            changes: changes.iter().map(ToString::to_string).collect(),
        }
    }
}

/// An edition that is written, and not kept yet.
#[derive(Debug)]
pub(crate) struct Staged {
    number: u64,
    /// None: it is the latest that is kept.
    new: Option<Editions>,
}

impl Staged {
    /// Which edition it is.
    pub(crate) const fn number(&self) -> u64 {
        self.number
    }

    /// It has come into force: from here on it is listed.
    pub(crate) fn keep(self) -> io::Result<u64> {
        let Some(editions) = self.new else { return Ok(self.number) };
        fs::rename(editions.folder.join(NEW), editions.path(self.number))?;
        fs::File::open(&editions.folder)?.sync_all()?;
        editions.forget_old()?;
        Ok(self.number)
    }
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

    /// Writes these texts, and says which edition they would be: a new one, unless they are those of the latest.
    /// A new one has a number above `at_least`.
    pub(crate) fn stage(&self, texts: &Texts, about: About, at_least: u64) -> io::Result<Staged> {
        let latest = self.list()?.pop();
        if let Some(latest) = &latest
            && self.texts(latest).is_ok_and(|kept| kept == *texts)
        {
            return Ok(Staged { number: latest.edition, new: None });
        }
        let number = self.numbers()?.last().copied().unwrap_or(0).max(at_least) + 1;
        let new = self.folder.join(NEW);
        // One that never came into force.
        let _ = fs::remove_dir_all(&new);
        DirBuilder::new().recursive(true).mode(0o700).create(&new)?;
        for (place, (_, text)) in texts.iter().enumerate() {
            write(&new.join(file_of(place)), text.as_bytes())?;
        }
        let About { by, timezone, mut changes } = about;
        let more_changes = changes.len().saturating_sub(CHANGES_MAX);
        changes.truncate(CHANGES_MAX);
        let edition = Edition {
            edition: number,
            at: jiff::Timestamp::now(),
            by,
            files: texts.iter().map(|(name, _)| name.clone()).collect(),
            timezone,
            changes,
            more_changes,
        };
        write(&new.join(ABOUT), &serde_json::to_vec_pretty(&edition)?)?;
        Ok(Staged { number, new: Some(self.clone()) })
    }

    /// The latest that is kept, with its texts.
    pub(crate) fn latest(&self) -> io::Result<Option<(Edition, Texts)>> {
        let Some(latest) = self.list()?.pop() else { return Ok(None) };
        let texts = self.texts(&latest)?;
        Ok(Some((latest, texts)))
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

    fn keep(editions: &Editions, texts: &Texts, by: &str, at_least: u64) -> io::Result<u64> {
        let about = About { by: by.to_owned(), ..About::default() };
        editions.stage(texts, about, at_least)?.keep()
    }

    fn texts(text: &str) -> Texts {
        vec![("dialplan.toml".to_owned(), text.to_owned()), ("a/b.toml".to_owned(), "b".to_owned())]
    }

    #[test]
    fn an_edition_is_kept_once_and_found_again() {
        let data = tempfile::tempdir().unwrap();
        let editions = Editions::of(data.path());
        assert_eq!(editions.list().unwrap(), []);
        assert_eq!(keep(&editions, &texts("one"), "start", 0).unwrap(), 1);
        assert_eq!(keep(&editions, &texts("one"), "start", 0).unwrap(), 1);
        assert_eq!(keep(&editions, &texts("two"), "socket", 0).unwrap(), 2);
        // To go back is an edition too.
        assert_eq!(keep(&editions, &texts("one"), "signal", 0).unwrap(), 3);
        let list = editions.list().unwrap();
        let by: Vec<&str> = list.iter().map(|edition| &*edition.by).collect();
        assert_eq!(by, ["start", "socket", "signal"]);
        assert_eq!(editions.texts(&list[1]).unwrap(), texts("two"));
    }

    #[test]
    fn one_that_has_not_come_into_force_is_not_listed() {
        let data = tempfile::tempdir().unwrap();
        let editions = Editions::of(data.path());
        keep(&editions, &texts("one"), "start", 0).unwrap();
        let staged = editions.stage(&texts("two"), About::default(), 0).unwrap();
        assert_eq!((staged.number(), editions.list().unwrap().len()), (2, 1));
        assert_eq!(keep(&editions, &texts("three"), "signal", 0).unwrap(), 2);
        let latest = editions.latest().unwrap().unwrap();
        assert_eq!((latest.0.edition, latest.1), (2, texts("three")));
    }

    #[test]
    fn of_many_changes_the_first_are_told_and_the_others_counted() {
        let data = tempfile::tempdir().unwrap();
        let editions = Editions::of(data.path());
        let changes = (0..CHANGES_MAX + 3).map(|at| format!("queue {at} is new")).collect();
        let about = About { changes, ..About::default() };
        editions.stage(&texts("one"), about, 0).unwrap().keep().unwrap();
        let told = &editions.list().unwrap()[0];
        assert_eq!((told.changes.len(), told.more_changes), (CHANGES_MAX, 3));
    }

    #[test]
    fn one_that_is_half_gone_takes_no_other_with_it() {
        let data = tempfile::tempdir().unwrap();
        let editions = Editions::of(data.path());
        for text in ["one", "two", "three"] {
            keep(&editions, &texts(text), "start", 0).unwrap();
        }
        fs::remove_file(data.path().join("editions/2/edition.json")).unwrap();
        fs::remove_file(data.path().join("editions/3/edition.json")).unwrap();
        assert_eq!(editions.list().unwrap().len(), 1);
        assert_eq!(keep(&editions, &texts("one more"), "start", 7).unwrap(), 8);
        assert_eq!(editions.list().unwrap().len(), 2);
    }

    #[test]
    fn the_oldest_are_forgotten_and_numbers_go_on() {
        let data = tempfile::tempdir().unwrap();
        let editions = Editions::of(data.path());
        for at in 0..EDITIONS_MAX + 2 {
            keep(&editions, &texts(&at.to_string()), "start", 0).unwrap();
        }
        let list = editions.list().unwrap();
        assert_eq!(list.len(), EDITIONS_MAX);
        assert_eq!((list[0].edition, list[EDITIONS_MAX - 1].edition), (3, 102));
    }
}
