//! Reads calls and their events, also while a server writes.

use crate::error::{Primary, ReadError};
use crate::row::{CallRow, EventRow};
use crate::text::column;
use crate::{disk, schema};
use ids::CallId;
use sqlx::{ConnectOptions, SqliteConnection};
use std::path::Path;

/// Which calls to list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    /// At most so many, the latest ones; never more than [`Filter::LAST_MAX`].
    pub last: u32,
    /// Only calls whose last queue was this one.
    pub queue: Option<String>,
    /// Only calls that ended in this way, in the word of `events::Outcome::word`.
    pub outcome: Option<String>,
}

impl Filter {
    /// No more calls than this are listed at once.
    pub const LAST_MAX: u32 = 100_000;

    /// The latest `last` calls of any kind.
    #[must_use]
    pub const fn last(last: u32) -> Self {
        Self { last, queue: None, outcome: None }
    }
}

impl Default for Filter {
    fn default() -> Self {
        Self::last(50)
    }
}

/// The latest calls that `filter` lets through, in the order in which they came.
///
/// # Errors
/// When there is no ledger at `path`, or it cannot be read.
pub async fn list(path: &Path, filter: Filter) -> Result<Vec<CallRow>, ReadError> {
    let mut connection = connect(path).await?;
    let mut calls = sqlx::query_as::<_, CallRow>(
        "SELECT * FROM calls
         WHERE (?1 IS NULL OR queue = ?1) AND (?2 IS NULL OR outcome = ?2)
         ORDER BY id DESC LIMIT ?3",
    )
    .bind(filter.queue)
    .bind(filter.outcome)
    .bind(filter.last.min(Filter::LAST_MAX))
    .fetch_all(&mut connection)
    .await
    .map_err(|source| ReadError::sqlite(path, source))?;
    calls.reverse();
    Ok(calls)
}

/// Every event of `call`, in order.
///
/// # Errors
/// When there is no ledger at `path`, or it cannot be read.
pub async fn story(path: &Path, call: CallId) -> Result<Vec<EventRow>, ReadError> {
    let mut connection = connect(path).await?;
    sqlx::query_as::<_, EventRow>(
        "SELECT run, seq, at, agent, kind, detail FROM events WHERE call = ?1 ORDER BY run, seq",
    )
    .bind(column(call.0))
    .fetch_all(&mut connection)
    .await
    .map_err(|source| ReadError::sqlite(path, source))
}

pub(crate) async fn connect(path: &Path) -> Result<SqliteConnection, ReadError> {
    Ok(versioned(path).await?.0)
}

/// Opens the ledger for reading, and says which version its tables have.
pub(crate) async fn versioned(path: &Path) -> Result<(SqliteConnection, i64), ReadError> {
    if !path.is_file() {
        return Err(ReadError::Missing(path.to_owned()));
    }
    let attached = match attach(path, Beside::MayWrite).await {
        // Without a server there is no shared memory, and in a folder that may not be written
        // none can be made. Nobody else writes there either.
        Err(error) if no_place(&error) && !disk::has_wal(path) => {
            attach(path, Beside::Nobody).await
        }
        Ok(attached) => Ok(attached),
        Err(error) => Err(error),
    };
    match attached.map_err(|source| ReadError::sqlite(path, source))? {
        (connection, Some(version @ 1..)) => Ok((connection, version)),
        (_, Some(_) | None) => Err(ReadError::NotALedger(path.to_owned())),
    }
}

/// Who may be writing while we read.
#[derive(Clone, Copy)]
enum Beside {
    MayWrite,
    Nobody,
}

/// Connects and reads the version of the tables, which is the first look into the file.
async fn attach(path: &Path, beside: Beside) -> sqlx::Result<(SqliteConnection, Option<i64>)> {
    let immutable = match beside {
        Beside::MayWrite => false,
        Beside::Nobody => true,
    };
    let mut connection = disk::reading(path).immutable(immutable).connect().await?;
    let version = schema::version(&mut connection).await?;
    Ok((connection, version))
}

fn no_place(error: &sqlx::Error) -> bool {
    matches!(Primary::of(error), Primary::CannotOpen | Primary::ReadOnly)
}
