//! What callers were told of their wait, and what came.
//!
//! The table `waits` has a row for each time that a wait was told, or could not be. A row is open until
//! the caller leaves the queue: served, given up, or for another reason.

use crate::error::ReadError;
use crate::place::Place;
use crate::store::{Row, Store, ask};
use crate::{read, schema};
use clock::Duration;
use estimate::{Calibration, Came};
use events::{AbandonedWhile, CallEvent, Outcome};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// A report looks at no more times than this, the latest.
const TIMES_MAX: i64 = 1_000_000;

const TOLD: &str = "
    INSERT INTO waits (call, at, queue, place, at_most_s, confidence, longer)
        SELECT $1, $2, queue, $3, $4, $5, $6 FROM calls WHERE id = $1 AND queue IS NOT NULL
    ON CONFLICT DO NOTHING";
const UNTOLD: &str = "
    INSERT INTO waits (call, at, queue, untold)
        SELECT $1, $2, queue, $3 FROM calls WHERE id = $1 AND queue IS NOT NULL
    ON CONFLICT DO NOTHING";
const OVER: &str = "UPDATE waits SET ended_at = $2, ended = $3 WHERE call = $1 AND ended IS NULL";

/// Applies `event`, which happened `at` (microseconds), to the waits of `call`.
pub(crate) async fn project(
    store: &mut Store,
    call: i64,
    at: i64,
    event: &CallEvent,
) -> sqlx::Result<()> {
    let change = if let CallEvent::WaitTold { place, at_most_s, confidence, longer } = event {
        let told = ask(TOLD).bind(call).bind(at).bind(*place).bind(at_most_s.map(i64::from));
        told.bind(u32::from(*confidence)).bind(*longer)
    } else if let CallEvent::WaitUntold { why } = event {
        ask(UNTOLD).bind(call).bind(at).bind(why.word())
    } else if let Some(ended) = ends(event) {
        ask(OVER).bind(call).bind(at).bind(ended)
    } else {
        return Ok(());
    };
    change.execute(store).await?;
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
        | CallEvent::Monitored { .. }
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
        | CallEvent::Recovered
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

/// What callers were told since `from`, and what came, for each queue by name: of the latest million
/// times.
///
/// # Errors
/// When there is no ledger at `place`, or it cannot be read.
pub async fn waits(
    place: &Place,
    from: Timestamp,
) -> Result<BTreeMap<String, Calibration>, ReadError> {
    let (mut store, version) = read::versioned(place).await?;
    let mut queues: BTreeMap<String, Calibration> = BTreeMap::new();
    if version < schema::WAITS_SINCE {
        return Ok(queues);
    }
    let told = ask("SELECT queue, at_most_s, untold, ended, ended_at - at AS came_us FROM waits
         WHERE at >= $1 ORDER BY at DESC LIMIT $2");
    let told = told.bind(from.as_microsecond()).bind(TIMES_MAX);
    let rows =
        told.rows(&mut store).await.and_then(|rows| rows.iter().map(WaitRow::read).collect());
    let rows: Vec<WaitRow> = rows.map_err(|source| ReadError::of(place, source))?;
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
    fn read(row: &Row) -> sqlx::Result<Self> {
        Ok(Self {
            queue: row.get("queue")?,
            at_most_s: row.get("at_most_s")?,
            untold: row.get("untold")?,
            ended: row.get("ended")?,
            came_us: row.get("came_us")?,
        })
    }

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
