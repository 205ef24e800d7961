//! The texts of an edition over those of a site, all of them or none, whenever the program is killed.
//!
//! New texts are written beside the old ones, and then a list of what is to take whose place. From when that list is on
//! disk on, whoever reads the site does first what is left of it.

use serde::{Deserialize, Serialize};
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Component, Path};

/// The list, beside the dialplan.
const LIST: &str = ".telefonist-rollback.json";

/// Which file takes which name, as they stand in the folder of the dialplan.
#[derive(Debug, Default, Deserialize, PartialEq, Eq, Serialize)]
pub(crate) struct Rollback {
    moves: Vec<(String, String)>,
}

impl Rollback {
    /// Writes a text beside the file of this name, whose place it will take.
    pub(crate) fn write(&mut self, folder: &Path, name: &str, text: &str) -> io::Result<()> {
        let new = format!("{name}.new");
        write_like(&folder.join(name), &folder.join(&new), text)?;
        self.moves.push((new, name.to_owned()));
        Ok(())
    }

    /// A file will be out of the way. What it is called then.
    pub(crate) fn set_aside(&mut self, name: &str) -> String {
        let aside = format!("{name}.aside");
        self.moves.push((name.to_owned(), aside.clone()));
        aside
    }

    /// From here on it happens, whoever does it.
    pub(crate) fn decide(&self, folder: &Path) -> io::Result<()> {
        let written = folder.join(format!("{LIST}.new"));
        let _ = fs::remove_file(&written);
        write(&written, &serde_json::to_vec_pretty(self)?)?;
        fs::rename(&written, folder.join(LIST))?;
        sync(folder)
    }

    /// Moves what has not been moved yet, at most so many. Whether none is left.
    fn move_some(&self, folder: &Path, most: usize) -> io::Result<bool> {
        let mut left = most;
        for (from, to) in &self.moves {
            if left == 0 {
                return Ok(false);
            }
            if !is_inside(from) || !is_inside(to) {
                return Err(io::Error::other(format!("{LIST} names what is not in the folder")));
            }
            match fs::rename(folder.join(from), folder.join(to)) {
                Ok(()) => left -= 1,
                // It has been done already.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        Ok(true)
    }
}

/// Does what is left of a rollback that was decided on, if there is one.
pub(crate) fn finish(folder: &Path) -> io::Result<()> {
    let list = match fs::read(folder.join(LIST)) {
        Ok(list) => list,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    let rollback: Rollback = serde_json::from_slice(&list)?;
    rollback.move_some(folder, usize::MAX)?;
    sync(folder)?;
    match fs::remove_file(folder.join(LIST)) {
        // Somebody else did the same.
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Whether a name leads to nothing but a file of the folder or of one in it.
fn is_inside(name: &str) -> bool {
    let mut parts = Path::new(name).components().peekable();
    parts.peek().is_some() && parts.all(|part| matches!(part, Component::Normal(_)))
}

/// Whoever may read the file that is written over may read the new one, and nobody else.
fn write_like(path: &Path, new: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = new.parent() {
        fs::create_dir_all(folder)?;
    }
    let _ = fs::remove_file(new);
    write(new, text.as_bytes())?;
    match fs::metadata(path) {
        Ok(about) => fs::set_permissions(new, about.permissions()),
        // It will be there for the first time.
        Err(_) => Ok(()),
    }
}

/// There may be secrets in it.
fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// The names of a folder are on disk.
fn sync(folder: &Path) -> io::Result<()> {
    fs::File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [&str; 3] = ["dialplan.toml", "agents/1001.toml", "queues.toml"];

    /// A folder with old texts, and a rollback that is decided on: all but the last name get a new text, and that
    /// one is set aside.
    fn decided() -> (tempfile::TempDir, Rollback) {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("agents")).unwrap();
        let mut rollback = Rollback::default();
        for name in NAMES {
            fs::write(folder.path().join(name), "old").unwrap();
        }
        for name in &NAMES[..2] {
            rollback.write(folder.path(), name, "new").unwrap();
        }
        assert_eq!(rollback.set_aside(NAMES[2]), "queues.toml.aside");
        (folder, rollback)
    }

    fn texts(folder: &Path) -> Vec<Option<String>> {
        NAMES.iter().map(|name| fs::read_to_string(folder.join(name)).ok()).collect()
    }

    #[test]
    fn wherever_it_is_cut_off_whoever_reads_next_does_the_rest() {
        for done in 0..=3 {
            let (folder, rollback) = decided();
            rollback.decide(folder.path()).unwrap();
            assert_eq!(rollback.move_some(folder.path(), done).unwrap(), done == 3);
            finish(folder.path()).unwrap();
            let new = Some("new".to_owned());
            assert_eq!(texts(folder.path()), [new.clone(), new, None], "after {done}");
            assert!(!folder.path().join(LIST).exists());
            finish(folder.path()).unwrap();
        }
    }

    #[test]
    fn before_it_is_decided_nothing_happens() {
        let (folder, _rollback) = decided();
        finish(folder.path()).unwrap();
        assert_eq!(texts(folder.path()), vec![Some("old".to_owned()); 3]);
    }

    #[test]
    fn a_list_leads_nowhere_else() {
        for name in ["../x", "/etc/x", "a/../../x", ""] {
            assert!(!is_inside(name), "{name}");
            let (folder, mut rollback) = decided();
            rollback.moves = vec![(name.to_owned(), "dialplan.toml".to_owned())];
            rollback.decide(folder.path()).unwrap();
            assert!(finish(folder.path()).is_err(), "{name}");
            assert_eq!(texts(folder.path()), vec![Some("old".to_owned()); 3]);
        }
        assert!(is_inside("agents/1001.toml"));
    }
}
