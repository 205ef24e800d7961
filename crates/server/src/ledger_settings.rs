//! `[ledger]` in `telefonist.toml`, and the note beside a server's data by which commands find its ledger.

use crate::exit::Fault;
use crate::keep::Keep;
use crate::outside;
use ledger::Place;
use serde::{Deserialize, Serialize};
use std::fs;
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The ledger's file in the data folder, where no other database is named.
const FILE: &str = "ledger.db";
/// Says in the words of `[ledger]` where the ledger is, if it is not that file.
const NOTE: &str = "ledger.toml";

/// Where the ledger is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LedgerSettings {
    /// The URL of a PostgreSQL database; none: a file of SQLite in the data folder.
    #[serde(skip_serializing_if = "Option::is_none")]
    database: Option<String>,
    /// The environment variable that has the password.
    #[serde(skip_serializing_if = "Option::is_none")]
    password_env: Option<String>,
    /// The file that has the password; relative to the site.
    #[serde(skip_serializing_if = "Option::is_none")]
    password_file: Option<PathBuf>,
    /// How long what is over is kept; none: for ever.
    #[serde(skip_serializing)]
    keep: Option<Keep>,
    /// How many mebibytes may wait on the server's own disk; none: as many as usual.
    #[serde(skip_serializing)]
    spool_max_mib: Option<SpoolMax>,
}

/// So many mebibytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "u64")]
struct SpoolMax(u64);

impl TryFrom<u64> for SpoolMax {
    type Error = String;

    fn try_from(mib: u64) -> Result<Self, String> {
        match mib {
            1..=1_048_576 => Ok(Self(mib)),
            _ => Err(format!("{mib} is no size of a spool: write mebibytes from 1 to 1048576")),
        }
    }
}

impl LedgerSettings {
    /// Finds the file of the password from the site's folder.
    pub(crate) fn stand_in(&mut self, folder: &Path) {
        if let Some(file) = &mut self.password_file {
            let file_there = folder.join(&*file);
            *file = std::path::absolute(&file_there).unwrap_or(file_there);
        }
    }

    /// Another database than the file says, by the command line; the password stays that of the file.
    ///
    /// # Errors
    /// When it has a password in it, which everybody on the machine could see.
    pub(crate) fn stand_over(&mut self, database: &str) -> Result<(), Fault> {
        let url = reqwest::Url::parse(database).ok();
        let has_password = url.is_some_and(|url| {
            url.password().is_some() || url.query_pairs().any(|(key, _)| key == "password")
        });
        if has_password {
            // The words leave the URL out: they go into a log.
            return Err(Fault::found(
                "--ledger has a password, which everybody on this machine can see: name it by password_env or password_file of [ledger], or set PGPASSWORD",
            ));
        }
        self.database = Some(database.to_owned());
        Ok(())
    }

    /// The ledger of a server that keeps its data in `data`.
    pub(crate) fn place(&self, data: &Path) -> Result<Place, Fault> {
        let Some(url) = &self.database else { return Ok(Place::sqlite(data.join(FILE))) };
        let password = self.password()?;
        Place::postgres(url, password.as_deref(), data)
            .map_err(|error| Fault::found(format!("[ledger] database: {error}")))
    }

    /// How long what is over is kept, if not for ever.
    pub(crate) fn keep(&self) -> Option<Duration> {
        self.keep.map(Keep::get)
    }

    /// How many bytes may wait while the database takes nothing, if somebody says so.
    pub(crate) fn spool_max(&self) -> Option<u64> {
        self.spool_max_mib.map(|SpoolMax(mib)| mib * 1024 * 1024)
    }

    fn password(&self) -> Result<Option<String>, Fault> {
        match (&self.password_env, &self.password_file) {
            (None, None) => Ok(None),
            (Some(_), Some(_)) => Err(Fault::found(
                "[ledger] has both password_env and password_file: keep one of the two",
            )),
            (Some(name), None) => outside::variable(name).map(Some).map_err(no_password),
            (None, Some(file)) => outside::secret(file).map(Some).map_err(no_password),
        }
    }

    /// Leaves word in the data folder, for the commands that are told that folder alone.
    pub(crate) fn note(&self, data: &Path) -> Result<(), Fault> {
        let note = data.join(NOTE);
        let failed = |error| Fault::found(format!("{}: {error}", note.display()));
        if self.database.is_none() {
            return match fs::remove_file(&note) {
                Err(error) if error.kind() != ErrorKind::NotFound => Err(failed(error)),
                Ok(()) | Err(_) => Ok(()),
            };
        }
        fs::create_dir_all(data).map_err(failed)?;
        // A URL may have a password in it.
        let new = note.with_extension("new");
        let _ = fs::remove_file(&new);
        let text = toml::to_string(self).expect("three texts are TOML");
        let file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&new);
        // Whole or not at all: without it the commands would take another ledger.
        let written = file.and_then(|mut file| {
            file.write_all(text.as_bytes())?;
            file.sync_all()
        });
        written.and_then(|()| fs::rename(&new, &note)).map_err(failed)
    }
}

fn no_password(why: String) -> Fault {
    Fault::found(format!("the password of the ledger's database: {why}"))
}

/// The ledger of the server that keeps its data in `data`, as it has left word.
pub(crate) fn of_data(data: &Path) -> Result<Place, Fault> {
    let note = data.join(NOTE);
    let settings = match fs::read_to_string(&note) {
        Ok(text) => toml::from_str(&text)
            .map_err(|error| Fault::found(format!("{}: {error}", note.display())))?,
        Err(error) if error.kind() == ErrorKind::NotFound => LedgerSettings::default(),
        Err(error) => return Err(Fault::found(format!("{}: {error}", note.display()))),
    };
    settings.place(data)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Settings;

    fn settings(text: &str) -> LedgerSettings {
        Settings::parse("x", text).unwrap().ledger
    }

    #[test]
    fn without_a_database_the_ledger_is_a_file_and_no_word_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let usual = settings("");
        usual.note(folder.path()).unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        let file = folder.path().join("ledger.db");
        assert_eq!(of_data(folder.path()).unwrap().to_string(), file.display().to_string());
    }

    #[test]
    fn commands_find_the_database_of_a_data_folder_until_it_is_a_file_again() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("secret"), "geheim\n").unwrap();
        let text = "[ledger]\ndatabase = \"postgres://ana@db/calls\"\npassword_file = \"secret\"";
        let mut elsewhere = settings(text);
        elsewhere.stand_in(folder.path());
        elsewhere.note(folder.path()).unwrap();
        assert_eq!(elsewhere.password().unwrap().as_deref(), Some("geheim"));
        let found = of_data(folder.path()).unwrap();
        assert_eq!(found.to_string(), "postgres://ana@db:5432/calls");
        settings("").note(folder.path()).unwrap();
        assert!(of_data(folder.path()).unwrap().to_string().ends_with("ledger.db"));
    }

    #[test]
    fn calls_are_kept_for_a_number_of_days_or_for_ever() {
        let days = |days: u64| Some(Duration::from_secs(days * 86_400));
        assert_eq!(settings("").keep(), None);
        assert_eq!(settings("[ledger]\nkeep = \"400 days\"").keep(), days(400));
        assert_eq!(settings("[ledger]\nkeep = \"1 day\"").keep(), days(1));
        for wrong in ["0 days", "400", "2 years", "-1 days", "days", "40000 days"] {
            let fault = Settings::parse("x", &format!("[ledger]\nkeep = \"{wrong}\"")).unwrap_err();
            assert!(format!("{fault:?}").contains("such as"), "{wrong}");
        }
    }

    #[test]
    fn a_spool_is_as_large_as_is_said() {
        assert_eq!(settings("").spool_max(), None);
        assert_eq!(settings("[ledger]\nspool_max_mib = 64").spool_max(), Some(64 * 1024 * 1024));
        let fault = Settings::parse("x", "[ledger]\nspool_max_mib = 0").unwrap_err();
        assert!(format!("{fault:?}").contains("from 1 to"), "{fault:?}");
    }

    #[test]
    fn a_password_that_is_not_there_is_a_fault_that_says_where_it_was_looked_for() {
        let fault = |text: &str| {
            let text = format!("[ledger]\ndatabase = \"postgres://db/calls\"\n{text}");
            format!("{:?}", settings(&text).place(Path::new("data")).unwrap_err())
        };
        assert!(
            fault("password_env = \"NO_SUCH_VARIABLE\"").contains("NO_SUCH_VARIABLE is not set")
        );
        assert!(fault("password_file = \"/no/such/file\"").contains("/no/such/file"));
        assert!(fault("password_env = \"A\"\npassword_file = \"b\"").contains("keep one"));
        let wrong = settings("[ledger]\ndatabase = \"mysql://db/calls\"").place(Path::new("data"));
        assert!(format!("{:?}", wrong.unwrap_err()).contains("postgres://telefonist@db.example"));
    }
}
