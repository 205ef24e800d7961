//! Takes the file for this process, and ends truthfully what a dead run left open.

use crate::agents;
use crate::calls_on;
use crate::disk::{self, Claim};
use crate::error::OpenError;
use crate::place::{Database, Place};
use crate::postgres::{self, Backend};
use crate::quarters::Tally;
use crate::remover::{RemoveFile, Remover};
use crate::retention::Retention;
use crate::spool::{self, Spool};
use crate::store::{Store, ask};
use crate::{check, record, schema};
use clock::WallTime;
use events::{CallEvent, Event, Outcome, What};
use ids::CallId;
use std::io::{self, ErrorKind};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// How long somebody beside the server waits for its turn.
const BUSY_BESIDE: Duration = Duration::from_secs(10);
/// Records of the spool in one transaction.
const REPLAYED_AT_ONCE: usize = 500;
/// What the row of a call says that was on when the engine died.
const INTERRUPTED: &str = "the engine stopped while the call was on";

/// A ledger that this process, and no other, writes to.
#[derive(Debug)]
pub struct Ledger {
    pub(crate) place: Place,
    pub(crate) run: i64,
    pub(crate) store: Store,
    pub(crate) backend: Option<Backend>,
    pub(crate) spool: Spool,
    pub(crate) keep: Retention,
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
    /// Opens the ledger at `place` for writing, making what is not there yet, and begins a run. Rows of
    /// calls that are still open are closed as interrupted, at the time of the last thing that is known
    /// of each, but for those of [`Ledger::interrupted_calls`].
    ///
    /// # Errors
    /// When it is not a ledger, is damaged, too new, in use by another server, cannot be written or cannot
    /// be reached; what is not a ledger is left as it is.
    pub async fn open(place: &Place) -> Result<(Self, Opened), OpenError> {
        let claim = Claim::take(place)?;
        let failed = |source| OpenError::of(place, source);
        let (mut store, backend) = attach(place).await?;
        check::at_start(&mut store, place).await?;
        schema::migrate(&mut store, place).await?;
        let spool = drained(&mut store, place).await?;
        let (run, opened) = begin_run(&mut store).await.map_err(failed)?;
        if opened.interrupted > 0 {
            tracing::warn!(calls = opened.interrupted, "closed the calls of an interrupted run");
        }
        let keep = Retention::default();
        Ok((Self { place: place.clone(), run, store, backend, spool, keep, claim }, opened))
    }

    /// Has what is over for longer than this deleted, by and by, while the ledger is written.
    #[must_use]
    pub fn keeping(mut self, keep: Option<Duration>) -> Self {
        self.keep.rows = keep;
        self
    }

    /// Has recordings of talks that were over for longer than this removed, likewise. `remove` removes the file of the one
    /// with this name; one that is not there is removed.
    ///
    /// # Errors
    /// When the system gives no thread for it.
    pub fn keeping_recordings(mut self, keep: Duration, remove: RemoveFile) -> io::Result<Self> {
        self.keep.recordings = Some(Remover::start(keep, remove)?);
        Ok(self)
    }

    /// Has no more than so many bytes wait in the spool when the database takes nothing.
    #[must_use]
    pub fn spooling(mut self, bytes_max: u64) -> Self {
        self.spool.bytes_max = bytes_max;
        self
    }

    /// The number of this run.
    #[must_use]
    pub const fn run(&self) -> i64 {
        self.run
    }
}

/// The spool, empty: what an earlier run has left there is in the ledger now. One that cannot be read keeps nobody
/// from the telephone; it is kept.
async fn drained(store: &mut Store, place: &Place) -> Result<Spool, OpenError> {
    let path = disk::beside(&place.beside, ".spool");
    let failed = |source| OpenError::NotWritable { path: path.clone(), source };
    let mut spool = Spool::open(&path).map_err(failed)?;
    let left = spool.waiting();
    while spool.waiting() > 0 {
        let front = match spool.front(REPLAYED_AT_ONCE) {
            Ok(front) => front,
            Err(error) if error.kind() == ErrorKind::InvalidData => {
                let aside = spool::set_aside(&path).map_err(failed)?;
                tracing::error!(%error, aside = %aside.display(), "the rest of the spool is set aside");
                return Spool::open(&path).map_err(failed);
            }
            Err(error) => return Err(failed(error)),
        };
        let replayed = record::replay(store, &front.records).await;
        replayed.map_err(|source| OpenError::of(place, source))?;
        spool.took(&front).map_err(failed)?;
    }
    if left > 0 {
        tracing::warn!(entries = left, "wrote what an earlier run had left in the spool");
    }
    Ok(spool)
}

/// Connects to change something beside the server that writes, if there is one: to a ledger that is there, and of
/// this version.
pub(crate) async fn to_change(place: &Place) -> Result<Store, OpenError> {
    let failed = |source| OpenError::of(place, source);
    let mut store = match &place.database {
        Database::Sqlite(path) => disk::writing(path, BUSY_BESIDE).map_err(failed)?,
        Database::Postgres(options) => postgres::writing(options).await.map_err(failed)?,
    };
    match schema::version(&mut store).await.map_err(failed)? {
        Some(schema::KNOWN) => Ok(store),
        Some(found) if found > schema::KNOWN => {
            Err(OpenError::TooNew { place: place.to_string(), found, known: schema::KNOWN })
        }
        Some(1..) => Err(OpenError::TooOld(place.to_string())),
        Some(_) | None => Err(OpenError::NotALedger(place.to_string())),
    }
}

/// Connects to write, and makes sure that nobody else does.
async fn attach(place: &Place) -> Result<(Store, Option<Backend>), OpenError> {
    let failed = |source| OpenError::of(place, source);
    match &place.database {
        Database::Sqlite(path) => {
            disk::make_private(path)?;
            Ok((disk::writing(path, disk::BUSY_WRITER).map_err(failed)?, None))
        }
        Database::Postgres(options) => {
            let mut store = postgres::writing(options).await.map_err(failed)?;
            let claimed = postgres::claim(&mut store, None).await.map_err(failed)?;
            let backend = claimed.ok_or_else(|| OpenError::InUse(place.to_string()))?;
            Ok((store, Some(backend)))
        }
    }
}

async fn begin_run(store: &mut Store) -> sqlx::Result<(i64, Opened)> {
    store.begin().await?;
    let begun = run_of(store).await;
    store.end(begun).await
}

async fn run_of(store: &mut Store) -> sqlx::Result<(i64, Opened)> {
    agents::interrupted(store).await?;
    // A spool may have brought events of a run that this database has never begun.
    let run = ask("INSERT INTO runs (id, started_at) SELECT 1 + coalesce(max(run), 0), $1 FROM
            (SELECT max(id) AS run FROM runs UNION ALL SELECT max(run) FROM events) AS known
         RETURNING id")
    .bind(now());
    let run = run.number(store).await?.ok_or(sqlx::Error::RowNotFound)?;
    calls_on::clear(store).await?;
    let interrupted = close_open_rows(store, run).await?;
    let last = ask("SELECT max(id) FROM calls").number(store).await?;
    let last = u64::try_from(last.unwrap_or(0)).unwrap_or(0);
    Ok((run, Opened { next_call: CallId(last.saturating_add(1)), interrupted }))
}

/// A message that waits goes on waiting, but not one that was dealt with or set aside in the last moment; so does a callback;
/// whoever can be reached again is taken up by the engine. The ends are events like all others, numbered below zero, where the engine does not count.
async fn close_open_rows(store: &mut Store, run: i64) -> sqlx::Result<u64> {
    let open = ask("SELECT id, last_event_at FROM calls
         WHERE ended_at IS NULL AND id NOT IN (SELECT call FROM calls_on)
            AND id NOT IN (SELECT waits_as FROM messages WHERE waits_as IS NOT NULL AND done_at IS NULL
                AND set_aside_at IS NULL AND removed_at IS NULL)
            AND id NOT IN (SELECT id FROM callbacks WHERE over_at IS NULL)
         ORDER BY id DESC");
    let (mut closed, mut tally) = (0, Tally::default());
    for (seq, row) in (1_i64..).zip(open.rows(store).await?) {
        let (call, last_event_at) = (row.get::<i64>("id")?, row.get("last_event_at")?);
        let event = Event {
            seq: 0,
            at: WallTime::from_micros(last_event_at),
            what: What::Call(CallId(call.unsigned_abs()), interruption()),
        };
        record::record(store, run, -seq, &event, &mut tally).await?;
        closed += 1;
    }
    tally.write(store).await?;
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
