//! Reads calls and their events, also while a server writes.

use crate::error::{Primary, ReadError};
use crate::place::{Database, Place};
use crate::row::{CallRow, EventRow};
use crate::store::{Store, ask};
use crate::text::column;
use crate::{disk, postgres, schema};
use ids::CallId;
use sqlx::ConnectOptions as _;
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
/// When there is no ledger at `place`, or it cannot be read.
pub async fn list(place: &Place, filter: Filter) -> Result<Vec<CallRow>, ReadError> {
    let mut store = connect(place).await?;
    let asked = ask("SELECT * FROM calls
         WHERE ($1 IS NULL OR queue = $1) AND ($2 IS NULL OR outcome = $2)
         ORDER BY id DESC LIMIT $3");
    let asked =
        asked.bind(filter.queue).bind(filter.outcome).bind(filter.last.min(Filter::LAST_MAX));
    let rows = asked.rows(&mut store).await;
    let calls = rows.and_then(|rows| rows.iter().rev().map(CallRow::read).collect());
    calls.map_err(|source| ReadError::of(place, source))
}

/// Every event of `call`, in order.
///
/// # Errors
/// When there is no ledger at `place`, or it cannot be read.
pub async fn story(place: &Place, call: CallId) -> Result<Vec<EventRow>, ReadError> {
    let mut store = connect(place).await?;
    let asked = ask(
        "SELECT run, seq, at, agent, kind, detail FROM events WHERE call = $1 ORDER BY run, seq",
    );
    let rows = asked.bind(column(call.0)).rows(&mut store).await;
    let events = rows.and_then(|rows| rows.iter().map(EventRow::read).collect());
    events.map_err(|source| ReadError::of(place, source))
}

pub(crate) async fn connect(place: &Place) -> Result<Store, ReadError> {
    Ok(versioned(place).await?.0)
}

/// Opens the ledger for reading, and says which version its tables have.
pub(crate) async fn versioned(place: &Place) -> Result<(Store, i64), ReadError> {
    let attached = match &place.database {
        Database::Sqlite(path) if !path.is_file() => {
            return Err(ReadError::Missing(place.to_string()));
        }
        Database::Sqlite(path) => match attach(path, Beside::MayWrite).await {
            // Without a server there is no shared memory, and in a folder that may not be written
            // none can be made. Nobody else writes there either.
            Err(error) if no_place(place, &error) && !disk::has_wal(path) => {
                attach(path, Beside::Nobody).await
            }
            attached => attached,
        },
        Database::Postgres(options) => postgres::reading(options).await,
    };
    let failed = |source| ReadError::of(place, source);
    let mut store = attached.map_err(failed)?;
    // The first look into it.
    match schema::version(&mut store).await.map_err(failed)? {
        Some(version @ 1..) => Ok((store, version)),
        // A database that is empty is there before its first server.
        Some(0) if matches!(place.database, Database::Postgres(_)) => {
            Err(ReadError::Missing(place.to_string()))
        }
        Some(_) | None => Err(ReadError::NotALedger(place.to_string())),
    }
}

/// Who may be writing while we read.
#[derive(Clone, Copy)]
enum Beside {
    MayWrite,
    Nobody,
}

/// Connects to a file, and looks whether it can be read.
async fn attach(path: &Path, beside: Beside) -> sqlx::Result<Store> {
    let immutable = match beside {
        Beside::MayWrite => false,
        Beside::Nobody => true,
    };
    let connection = disk::reading(path).immutable(immutable).connect().await?;
    let mut store = Store::Sqlite(Box::new(connection));
    schema::version(&mut store).await?;
    Ok(store)
}

fn no_place(place: &Place, error: &sqlx::Error) -> bool {
    matches!(Primary::of(place, error), Primary::CannotOpen | Primary::ReadOnly)
}
