//! A copy of the ledger as it is at one moment, also while a server writes.

use crate::check;
use crate::disk;
use crate::error::BackupError;
use crate::place::{Database, Place};
use crate::read;
use crate::store::{Store, ask};
use sqlx::ConnectOptions as _;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// Copies the ledger at `place` into `file`, which is not there yet, and looks through the copy. The file appears
/// when it is whole; only its owner may read it.
///
/// # Errors
/// When there is no ledger at `place`, it is in PostgreSQL, `file` is there already or cannot be written, or the copy is damaged.
pub async fn backup(place: &Place, file: &Path) -> Result<(), BackupError> {
    if let Database::Postgres(_) = place.database {
        return Err(BackupError::Postgres(place.to_string()));
    }
    let failed = |source| BackupError::NotWritable { path: file.to_owned(), source };
    if file.exists() {
        return Err(failed(io::Error::from(io::ErrorKind::AlreadyExists)));
    }
    let mut store = read::connect(place).await?;
    let part = beside(file);
    match fs::remove_file(&part) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(error)),
        Ok(()) | Err(_) => {}
    }
    disk::make_private(&part).map_err(|error| failed(io::Error::other(error)))?;
    let copied = copy(&mut store, &part, file).await;
    if copied.is_err() {
        let _: io::Result<()> = fs::remove_file(&part);
    }
    copied
}

async fn copy(store: &mut Store, part: &Path, file: &Path) -> Result<(), BackupError> {
    let failed = |source| BackupError::NotWritable { path: file.to_owned(), source };
    let sql = |source| failed(io::Error::other::<sqlx::Error>(source));
    let name = part.to_str().ok_or_else(|| failed(io::ErrorKind::InvalidFilename.into()))?;
    ask("VACUUM INTO $1").bind(name).execute(store).await.map_err(sql)?;
    let connection = disk::reading(part).immutable(true).connect().await.map_err(sql)?;
    let mut copy = Store::Sqlite(Box::new(connection));
    if let Some(fault) = check::whole(&mut copy).await.map_err(sql)? {
        return Err(BackupError::Damaged(fault));
    }
    copy.close().await.map_err(sql)?;
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(part).and_then(|part| part.sync_all()).map_err(failed)?;
    fs::rename(part, file).map_err(failed)?;
    File::open(folder.unwrap_or_else(|| Path::new(".")))
        .and_then(|it| it.sync_all())
        .map_err(failed)
}

/// The name of a file that is not whole yet.
fn beside(file: &Path) -> PathBuf {
    let mut name = OsString::from(file);
    name.push(".part");
    name.into()
}
