//! Takes the file for this process, and ends truthfully what a dead run left open.

use crate::disk::{self, Claim};
use crate::error::OpenError;
use crate::{record, schema};
use clock::WallTime;
use events::{CallEvent, Event, Outcome, What};
use ids::CallId;
use sqlx::{ConnectOptions, Connection, SqliteConnection};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

/// What the row of a call says that was on when the engine died.
const INTERRUPTED: &str = "the engine stopped while the call was on";

/// A ledger that this process, and no other, writes to.
#[derive(Debug)]
pub struct Ledger {
    pub(crate) path: PathBuf,
    pub(crate) run: i64,
    pub(crate) connection: SqliteConnection,
    pub(crate) claim: Claim,
}

/// What was found in a ledger when it was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opened {
    /// Where to go on counting calls.
    pub next_call: CallId,
    /// Calls that were on when the engine stopped, and are now closed as interrupted.
    pub interrupted: u64,
}

impl Ledger {
    /// Opens the ledger at `path` for writing, making the folder and the file if there is none,
    /// and begins a run. Rows of calls that are still open are closed as interrupted, at the time
    /// of the last thing that is known of each.
    ///
    /// # Errors
    /// When the file is not a ledger, is damaged, too new, in use by another server or cannot be
    /// written; a file that is not a ledger is left as it is.
    pub async fn open(path: &Path) -> Result<(Self, Opened), OpenError> {
        let claim = Claim::take(path)?;
        disk::make_private(path)?;
        let failed = |source| OpenError::sqlite(path, source);
        let mut connection = disk::writing(path).connect().await.map_err(failed)?;
        schema::migrate(&mut connection, path).await?;
        let (run, opened) = begin_run(&mut connection).await.map_err(failed)?;
        if opened.interrupted > 0 {
            tracing::warn!(calls = opened.interrupted, "closed the calls of an interrupted run");
        }
        Ok((Self { path: path.to_owned(), run, connection, claim }, opened))
    }

    /// The number of this run.
    #[must_use]
    pub const fn run(&self) -> i64 {
        self.run
    }
}

async fn begin_run(connection: &mut SqliteConnection) -> sqlx::Result<(i64, Opened)> {
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    let run = sqlx::query("INSERT INTO runs (started_at) VALUES (?1)")
        .bind(now())
        .execute(&mut *transaction)
        .await?
        .last_insert_rowid();
    let interrupted = close_open_rows(&mut transaction, run).await?;
    let last: Option<i64> =
        sqlx::query_scalar("SELECT max(id) FROM calls").fetch_one(&mut *transaction).await?;
    transaction.commit().await?;
    let last = u64::try_from(last.unwrap_or(0)).unwrap_or(0);
    Ok((run, Opened { next_call: CallId(last.saturating_add(1)), interrupted }))
}

/// A message that waits goes on waiting, and so does a callback. The ends are events like all others, numbered below zero, where the engine does not count.
async fn close_open_rows(connection: &mut SqliteConnection, run: i64) -> sqlx::Result<u64> {
    let open: Vec<(i64, i64)> = sqlx::query_as(
        "SELECT id, last_event_at FROM calls
         WHERE ended_at IS NULL AND direction <> 'message'
            AND id NOT IN (SELECT id FROM callbacks WHERE over_at IS NULL)
         ORDER BY id DESC",
    )
    .fetch_all(&mut *connection)
    .await?;
    let mut closed = 0;
    for (seq, (call, last_event_at)) in (1_i64..).zip(open) {
        let event = Event {
            seq: 0,
            at: WallTime::from_micros(last_event_at),
            what: What::Call(CallId(call.unsigned_abs()), interruption()),
        };
        record::record(connection, run, -seq, &event).await?;
        closed += 1;
    }
    Ok(closed)
}

fn interruption() -> CallEvent {
    CallEvent::Ended { outcome: Outcome::Interrupted, cause: INTERRUPTED.to_owned() }
}

/// What the wall clock shows, in microseconds since 1970.
pub(crate) fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
}
