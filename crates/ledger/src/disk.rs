//! The file, the lock beside it, and how SQLite is asked to treat them. A ledger that is elsewhere has the lock too,
//! since two servers cannot share what lies beside it.

use crate::direct::Direct;
use crate::error::OpenError;
use crate::place::Place;
use crate::store::Store;
use sqlx::ConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;
use std::ffi::OsString;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A writer that finds the file locked by a person's tool asks again after this; events wait in
/// the queue meanwhile.
pub(crate) const BUSY_WRITER: Duration = Duration::from_secs(1);
/// A reader has time.
const BUSY_READER: Duration = Duration::from_secs(5);

/// FULL: a commit is on the disk when it returns, also in WAL mode. What is deleted is not to be read in the file any more.
const WRITING: &str =
    "PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON";

/// Says that this process, and no other, writes to the ledger; the system takes it back when the
/// process dies, however it dies.
#[derive(Debug)]
pub(crate) struct Claim {
    _lock: File,
}

impl Claim {
    /// Takes the claim on a ledger, making the folder if there is none.
    pub(crate) fn take(place: &Place) -> Result<Self, OpenError> {
        let path = &*place.beside;
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(|source| not_writable(folder, source))?;
        }
        // A file of its own: closing any handle to the database would drop SQLite's own locks.
        let beside = beside(path, ".lock");
        let lock = private()
            .create(true)
            .truncate(false)
            .open(&beside)
            .map_err(|source| not_writable(&beside, source))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(OpenError::InUse(place.to_string())),
            Err(TryLockError::Error(source)) => Err(not_writable(&beside, source)),
        }
    }
}

/// Makes an empty database file that only its owner may read, for it holds people's numbers.
/// SQLite gives the files beside it the same permissions.
pub(crate) fn make_private(path: &Path) -> Result<(), OpenError> {
    match private().create_new(true).open(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(source) => Err(not_writable(path, source)),
    }
}

/// How a writer connects, who waits for somebody else's lock as long as `patience`.
pub(crate) fn writing(path: &Path, patience: Duration) -> sqlx::Result<Store> {
    let connection = Direct::open(path, patience)?;
    connection.script(WRITING)?;
    Ok(Store::Direct(Box::new(connection)))
}

/// How readers connect: they can change nothing and hold nobody up.
pub(crate) fn reading(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .read_only(true)
        .busy_timeout(BUSY_READER)
        .disable_statement_logging()
}

/// Whether there is a write-ahead log beside the ledger.
pub(crate) fn has_wal(path: &Path) -> bool {
    beside(path, "-wal").exists()
}

pub(crate) fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(ending);
    PathBuf::from(name)
}

fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

fn not_writable(path: &Path, source: io::Error) -> OpenError {
    OpenError::NotWritable { path: path.to_owned(), source }
}
