//! What callers were told of their wait, and what came.
//!
//! The table `waits` has a row for each time that a wait was told, or could not be. A row is open until
//! the caller leaves the queue: served, given up, or for another reason.

use crate::error::ReadError;
use crate::{read, schema};
use clock::Duration;
use estimate::{Calibration, Came};
use events::{AbandonedWhile, CallEvent, Outcome};
use jiff::Timestamp;
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row, SqliteConnection};
use std::collections::BTreeMap;
use std::path::Path;

/// A report looks at no more times than this, the latest.
const TIMES_MAX: i64 = 1_000_000;

const TOLD: &str = "
    INSERT INTO waits (call, at, queue, place, at_most_s, confidence, longer)
        SELECT ?1, ?2, queue, ?3, ?4, ?5, ?6 FROM calls WHERE id = ?1 AND queue IS NOT NULL
    ON CONFLICT DO NOTHING";
const UNTOLD: &str = "
    INSERT INTO waits (call, at, queue, untold)
        SELECT ?1, ?2, queue, ?3 FROM calls WHERE id = ?1 AND queue IS NOT NULL
    ON CONFLICT DO NOTHING";
const OVER: &str = "UPDATE waits SET ended_at = ?2, ended = ?3 WHERE call = ?1 AND ended IS NULL";

/// Applies `event`, which happened `at` (microseconds), to the waits of `call`.
pub(crate) async fn project(
    connection: &mut SqliteConnection,
    call: i64,
    at: i64,
    event: &CallEvent,
) -> sqlx::Result<()> {
    let change = if let CallEvent::WaitTold { place, at_most_s, confidence, longer } = event {
        let told = sqlx::query(TOLD).bind(call).bind(at).bind(place).bind(at_most_s);
        told.bind(confidence).bind(longer)
    } else if let CallEvent::WaitUntold { why } = event {
        sqlx::query(UNTOLD).bind(call).bind(at).bind(why.word())
    } else if let Some(ended) = ends(event) {
        sqlx::query(OVER).bind(call).bind(at).bind(ended)
    } else {
        return Ok(());
    };
    change.execute(connection).await?;
    Ok(())
}

/// How an event ends the wait in a queue, if it does.
const fn ends(event: &CallEvent) -> Option<&'static str> {
    match event {
        CallEvent::Connected { .. } => Some("served"),
        CallEvent::Ended { outcome, .. } => match outcome {
            Outcome::Abandoned(AbandonedWhile::Waiting | AbandonedWhile::Ringing) => {
                Some("gave_up")
            }
            Outcome::Abandoned(AbandonedWhile::Dialling | AbandonedWhile::InMenu)
            | Outcome::Answered
            | Outcome::Closed
            | Outcome::Finished
            | Outcome::Refused
            | Outcome::PutThrough
            | Outcome::Withdrawn
            | Outcome::Failed
            | Outcome::Voicemail
            | Outcome::Callback
            | Outcome::Interrupted => Some("left"),
        },
        // Into another queue, or out of this one.
        CallEvent::Queued { .. }
        | CallEvent::SentOn { entered: true, .. }
        | CallEvent::FoundClosed { entered: true, .. }
        | CallEvent::LeftByKey { .. }
        | CallEvent::TakenOut { .. } => Some("left"),
        CallEvent::Offered { .. }
        | CallEvent::Redirected { .. }
        | CallEvent::Transferred { .. }
        | CallEvent::TransferFailed { .. }
        | CallEvent::Answered
        | CallEvent::Chose { .. }
        | CallEvent::Decided { .. }
        | CallEvent::Noted { .. }
        | CallEvent::AskedAfter { .. }
        | CallEvent::QueueFull { .. }
        | CallEvent::SentOn { entered: false, .. }
        | CallEvent::FoundClosed { entered: false, .. }
        | CallEvent::PlaceTold { .. }
        | CallEvent::Rang { .. }
        | CallEvent::Unserved(_)
        | CallEvent::ReservationEnded { .. }
        | CallEvent::Held { .. }
        | CallEvent::Resumed
        | CallEvent::KeptFor { .. }
        | CallEvent::PlaceRegained { .. }
        | CallEvent::LookedUp { .. }
        | CallEvent::CalledOut { .. }
        | CallEvent::CallOutFailed { .. }
        | CallEvent::PutThrough { .. }
        | CallEvent::VoicemailFull { .. }
        | CallEvent::WaitTold { .. }
        | CallEvent::WaitUntold { .. } => None,
    }
}

/// A time that a wait was told, or not.
#[derive(Debug)]
struct WaitRow {
    queue: String,
    at_most_s: Option<i64>,
    untold: Option<String>,
    ended: Option<String>,
    came_us: Option<i64>,
}

impl FromRow<'_, SqliteRow> for WaitRow {
    fn from_row(row: &SqliteRow) -> sqlx::Result<Self> {
        Ok(Self {
            queue: row.try_get("queue")?,
            at_most_s: row.try_get("at_most_s")?,
            untold: row.try_get("untold")?,
            ended: row.try_get("ended")?,
            came_us: row.try_get("came_us")?,
        })
    }
}

/// What callers were told since `from`, and what came, for each queue by name: of the latest million
/// times.
///
/// # Errors
/// When there is no ledger at `path`, or it cannot be read.
pub async fn waits(
    path: &Path,
    from: Timestamp,
) -> Result<BTreeMap<String, Calibration>, ReadError> {
    let (mut connection, version) = read::versioned(path).await?;
    let mut queues: BTreeMap<String, Calibration> = BTreeMap::new();
    if version < schema::WAITS_SINCE {
        return Ok(queues);
    }
    let rows = sqlx::query_as::<_, WaitRow>(
        "SELECT queue, at_most_s, untold, ended, ended_at - at AS came_us FROM waits
         WHERE at >= ?1 ORDER BY at DESC LIMIT ?2",
    )
    .bind(from.as_microsecond())
    .bind(TIMES_MAX)
    .fetch_all(&mut connection)
    .await
    .map_err(|source| ReadError::sqlite(path, source))?;
    for row in rows {
        let (bound, came) = (row.bound(), row.came());
        let of_queue = queues.entry(row.queue).or_default();
        match row.untold {
            Some(_) => of_queue.untold(),
            None => of_queue.told(bound, came),
        }
    }
    Ok(queues)
}

impl WaitRow {
    fn bound(&self) -> Option<Duration> {
        let seconds = u64::try_from(self.at_most_s?).ok()?;
        Some(Duration::from_secs(seconds))
    }

    fn came(&self) -> Came {
        let after = self.came_us.and_then(|us| u64::try_from(us).ok()).map(Duration::from_micros);
        match (self.ended.as_deref(), after) {
            (Some("served"), Some(after)) => Came::Served(after),
            (Some("gave_up"), Some(after)) => Came::GaveUp(after),
            (_, _) => Came::Unknown,
        }
    }
}
