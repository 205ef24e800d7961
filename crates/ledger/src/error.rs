//! What can go wrong with the file, in words that say what to do about it.

use std::io;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// Why a ledger could not be opened for writing.
#[derive(Debug, Error)]
pub enum OpenError {
    /// Something else lies under the name.
    #[error("{0} is not a ledger: move it away, or name another data folder")]
    NotALedger(PathBuf),
    /// SQLite found the file broken.
    #[error("{0} is damaged: put a backup in its place, or move it away to start a new ledger")]
    Damaged(PathBuf),
    /// A later version of this program wrote it.
    #[error("{path} has version {found} and this program knows up to {known}: run a newer program")]
    TooNew {
        /// The ledger.
        path: PathBuf,
        /// The version of its tables.
        found: i64,
        /// The last version known here.
        known: i64,
    },
    /// Another process writes to it. Two writers would close each other's calls.
    #[error("{0} is in use by another server: stop that one, or name another data folder")]
    InUse(PathBuf),
    /// The folder or the file cannot be written.
    #[error("{path} cannot be written: {source}")]
    NotWritable {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Anything else that SQLite has to say: a full disk, a lock that stays.
    #[error("{path} cannot be opened: {source}")]
    Sqlite {
        /// The ledger.
        path: PathBuf,
        /// What SQLite said.
        source: sqlx::Error,
    },
}

/// Why a ledger could not be read.
#[derive(Debug, Error)]
pub enum ReadError {
    /// There is no file.
    #[error("there is no ledger at {0}: it is made by the first start of the server")]
    Missing(PathBuf),
    /// Something else lies under the name.
    #[error("{0} is not a ledger")]
    NotALedger(PathBuf),
    /// A report would be longer than is given at once.
    #[error("the report has more than {0} lines: ask for a shorter time or a longer interval")]
    TooLong(u32),
    /// SQLite found the file broken.
    #[error("{0} is damaged: put a backup in its place")]
    Damaged(PathBuf),
    /// Anything else that SQLite has to say.
    #[error("{path} cannot be read: {source}")]
    Sqlite {
        /// The ledger.
        path: PathBuf,
        /// What SQLite said.
        source: sqlx::Error,
    },
}

impl OpenError {
    pub(crate) fn sqlite(path: &Path, source: sqlx::Error) -> Self {
        let path = path.to_owned();
        match Primary::of(&source) {
            Primary::NotADatabase => Self::NotALedger(path),
            Primary::Corrupt => Self::Damaged(path),
            Primary::ReadOnly | Primary::CannotOpen => {
                Self::NotWritable { path, source: io::Error::other(source) }
            }
            Primary::Other => Self::Sqlite { path, source },
        }
    }
}

impl ReadError {
    pub(crate) fn sqlite(path: &Path, source: sqlx::Error) -> Self {
        let path = path.to_owned();
        match Primary::of(&source) {
            Primary::NotADatabase => Self::NotALedger(path),
            Primary::Corrupt => Self::Damaged(path),
            Primary::ReadOnly | Primary::CannotOpen | Primary::Other => {
                Self::Sqlite { path, source }
            }
        }
    }
}

/// The primary result codes of SQLite that need different words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Primary {
    /// 26: the header is not that of a database.
    NotADatabase,
    /// 11: the pages contradict each other.
    Corrupt,
    /// 8: the file or the folder may not be written.
    ReadOnly,
    /// 14: the file or one beside it cannot be made or opened.
    CannotOpen,
    /// Everything else.
    Other,
}

impl Primary {
    pub(crate) fn of(error: &sqlx::Error) -> Self {
        let code = error.as_database_error().and_then(|error| error.code());
        // The low byte of an extended code is the primary one.
        match code.and_then(|code| code.parse::<u32>().ok()).map(|code| code & 0xff) {
            Some(26) => Self::NotADatabase,
            Some(11) => Self::Corrupt,
            Some(8) => Self::ReadOnly,
            Some(14) => Self::CannotOpen,
            Some(_) | None => Self::Other,
        }
    }
}
