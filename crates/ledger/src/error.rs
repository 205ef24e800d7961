//! What can go wrong with a ledger, in words that say what to do about it.

use crate::place::{Database, Place};
use std::io;
use std::path::PathBuf;
use thiserror::Error;

/// Why a ledger could not be opened for writing.
#[derive(Debug, Error)]
pub enum OpenError {
    /// Something else lies under the name.
    #[error("{0} is not a ledger: move it away, or name another data folder or database")]
    NotALedger(String),
    /// The database was found broken.
    #[error("{0} is damaged: put a backup in its place, or move it away to start a new ledger")]
    Damaged(String),
    /// A later version of this program wrote it.
    #[error(
        "{place} has version {found} and this program knows up to {known}: run a newer program"
    )]
    TooNew {
        /// The ledger.
        place: String,
        /// The version of its tables.
        found: i64,
        /// The last version known here.
        known: i64,
    },
    /// An earlier version of this program wrote it.
    #[error("{0} is of an earlier version: start the server once, which brings it up to date")]
    TooOld(String),
    /// Another process writes to it. Two writers would close each other's calls.
    #[error(
        "{0} is in use by another server: stop that one, or name another data folder or database"
    )]
    InUse(String),
    /// The folder or the file cannot be written.
    #[error("{path} cannot be written: {source}")]
    NotWritable {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A database server is not there, or lets us not in.
    #[error(
        "{place} cannot be reached: {source}: start the database, or mend [ledger] in telefonist.toml"
    )]
    Unreachable {
        /// The ledger.
        place: String,
        /// What the system or the database said.
        source: sqlx::Error,
    },
    /// Anything else that the database has to say: a full disk, a lock that stays.
    #[error("{place} cannot be opened: {source}")]
    Database {
        /// The ledger.
        place: String,
        /// What the database said.
        source: sqlx::Error,
    },
}

/// Why a ledger could not be read.
#[derive(Debug, Error)]
pub enum ReadError {
    /// There is no file.
    #[error("there is no ledger at {0}: it is made by the first start of the server")]
    Missing(String),
    /// Something else lies under the name.
    #[error("{0} is not a ledger")]
    NotALedger(String),
    /// A report would be longer than is given at once.
    #[error("the report has more than {0} lines: ask for a shorter time or a longer interval")]
    TooLong(u32),
    /// It is of an earlier version of the program, and has not what is asked for.
    #[error(
        "{0} was written by an earlier version: start the server once, which brings it up to date"
    )]
    Earlier(String),
    /// The database was found broken.
    #[error("{0} is damaged: put a backup in its place")]
    Damaged(String),
    /// Anything else that the database has to say.
    #[error("{place} cannot be read: {source}")]
    Database {
        /// The ledger.
        place: String,
        /// What the database said.
        source: sqlx::Error,
    },
}

/// Why there is no backup.
#[derive(Debug, Error)]
pub enum BackupError {
    /// PostgreSQL has its own.
    #[error("{0} is backed up by PostgreSQL itself: pg_dump --schema=telefonist, or pg_basebackup")]
    Postgres(String),
    /// The copy is not what it should be.
    #[error("the ledger, or its copy, is damaged: {0}")]
    Damaged(String),
    /// The copy cannot be written.
    #[error("{path} cannot be written: {source}")]
    NotWritable {
        /// The file of the copy.
        path: PathBuf,
        /// What the system or SQLite said.
        source: io::Error,
    },
    /// The ledger cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
}

/// Why nothing was forgotten.
#[derive(Debug, Error)]
pub enum ForgetError {
    /// There is nothing in what was given.
    #[error("this is no number: write it as in +46701234567 or 070-123 45 67")]
    NoNumber,
    /// What is in the spool may have the number, and would come into the ledger later.
    #[error(
        "{0} has events that the database has not taken yet: forget the number when that is empty"
    )]
    Spooled(PathBuf),
    /// The ledger cannot be written.
    #[error(transparent)]
    Ledger(#[from] OpenError),
}

/// What was named is no database of PostgreSQL.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error(
    "this is no URL of a PostgreSQL database: write one such as \"postgres://telefonist@db.example/telefonist\""
)]
pub struct PlaceError;

impl OpenError {
    pub(crate) fn of(at: &Place, source: sqlx::Error) -> Self {
        let place = at.to_string();
        match Primary::of(at, &source) {
            Primary::NotADatabase => Self::NotALedger(place),
            Primary::Corrupt => Self::Damaged(place),
            Primary::ReadOnly | Primary::CannotOpen => {
                Self::NotWritable { path: at.beside.clone(), source: io::Error::other(source) }
            }
            Primary::Unreachable => Self::Unreachable { place, source },
            Primary::Other => Self::Database { place, source },
        }
    }
}

impl ReadError {
    pub(crate) fn of(at: &Place, source: sqlx::Error) -> Self {
        let place = at.to_string();
        match Primary::of(at, &source) {
            Primary::NotADatabase => Self::NotALedger(place),
            Primary::Corrupt => Self::Damaged(place),
            Primary::ReadOnly | Primary::CannotOpen | Primary::Unreachable | Primary::Other => {
                Self::Database { place, source }
            }
        }
    }
}

/// What needs different words: primary result codes of SQLite, and classes of PostgreSQL's SQLSTATE.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Primary {
    /// 26: the header is not that of a database.
    NotADatabase,
    /// 11, XX001, XX002: the pages contradict each other.
    Corrupt,
    /// 8: the file or the folder may not be written.
    ReadOnly,
    /// 14: the file or one beside it cannot be made or opened.
    CannotOpen,
    /// No server, one that is starting (class 57), or one that lets us not in (class 28, 3D000).
    Unreachable,
    /// Everything else.
    Other,
}

impl Primary {
    pub(crate) fn of(place: &Place, error: &sqlx::Error) -> Self {
        let code = error.as_database_error().and_then(|error| error.code());
        match (&place.database, code) {
            (Database::Sqlite(_), Some(code)) => Self::of_sqlite(&code),
            (Database::Postgres(_), Some(code)) => Self::of_postgres(&code),
            (Database::Sqlite(_), None) => Self::Other,
            (Database::Postgres(_), None) => Self::Unreachable,
        }
    }

    fn of_sqlite(code: &str) -> Self {
        // The low byte of an extended code is the primary one.
        match code.parse::<u32>().ok().map(|code| code & 0xff) {
            Some(26) => Self::NotADatabase,
            Some(11) => Self::Corrupt,
            Some(8) => Self::ReadOnly,
            Some(14) => Self::CannotOpen,
            Some(_) | None => Self::Other,
        }
    }

    fn of_postgres(code: &str) -> Self {
        match (code, code.get(..2)) {
            ("XX001" | "XX002", _) => Self::Corrupt,
            ("3D000", _) | (_, Some("08" | "28" | "57")) => Self::Unreachable,
            (_, _) => Self::Other,
        }
    }
}
