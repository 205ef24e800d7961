//! What was promised to callers who do not wait on the line, and what became of it, added up.

use crate::error::ReadError;
use crate::place::Place;
use crate::queue_report::REPORT_LINES_MAX;
use crate::store::{Row, ask};
use crate::{read, schema};
use jiff::Timestamp;

/// Which callbacks to add up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallbacksAsked {
    /// Those that were promised then or later,
    pub from: Timestamp,
    /// and before this.
    pub to: Timestamp,
    /// The queue, if not all.
    pub queue: Option<String>,
}

/// One step of the dialplan, and the queue in which its callbacks wait.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CallbackLine {
    /// The step.
    pub callback: String,
    /// The queue.
    pub queue: String,
    /// How many were promised. Who asks again has one; one that was never spoken is none.
    pub promised: u64,
    /// How many of them are still open.
    pub open: u64,
    /// How many customers were reached.
    pub reached: u64,
    /// How many talked with an agent by calling again.
    pub served: u64,
    /// How many were called off, or were taken up on the line.
    pub called_off: u64,
    /// How many were tried as often as they were to be.
    pub not_reached: u64,
    /// How many were over before that: the window, the closing of the queue, or the step.
    pub broken: u64,
    /// How many attempts reached those who were reached, the last ones among them.
    pub attempts: u64,
    /// How long it took until they were reached, all together, from the promise or the time that was asked for, in
    /// milliseconds.
    pub took_ms: u64,
    /// How long it took the one who waited longest.
    pub longest_ms: u64,
    /// For how many of them it had been said how long that would take at most.
    pub bounded: u64,
    /// What had been said, all together.
    pub bounds_ms: u64,
    /// How many of them were reached within that.
    pub in_time: u64,
}

const ADDED: &str = "
    SELECT callback, queue, count(*) AS promised,
        count(*) FILTER (WHERE outcome IS NULL) AS open,
        count(*) FILTER (WHERE outcome = 'reached') AS reached,
        count(*) FILTER (WHERE outcome = 'served') AS served,
        count(*) FILTER (WHERE outcome IN ('cancelled', 'taken_up')) AS called_off,
        count(*) FILTER (WHERE outcome = 'attempts_max') AS not_reached,
        count(*) FILTER (WHERE outcome IN ('window_over', 'closed', 'no_such_callback')) AS broken,
        CAST(coalesce(sum(attempts) FILTER (WHERE outcome = 'reached'), 0) AS BIGINT) AS attempts,
        CAST(coalesce(sum((over_at - coalesce(due_at, promised_at)) / 1000)
            FILTER (WHERE outcome = 'reached'), 0) AS BIGINT) AS took_ms,
        CAST(coalesce(max((over_at - coalesce(due_at, promised_at)) / 1000)
            FILTER (WHERE outcome = 'reached'), 0) AS BIGINT) AS longest_ms,
        count(*) FILTER (WHERE outcome = 'reached' AND expected_ms IS NOT NULL) AS bounded,
        CAST(coalesce(sum(expected_ms) FILTER (WHERE outcome = 'reached'), 0) AS BIGINT) AS bounds_ms,
        count(*) FILTER (WHERE outcome = 'reached' AND expected_ms IS NOT NULL
            AND (over_at - promised_at) / 1000 <= expected_ms) AS in_time
    FROM callbacks
    WHERE promised_at >= $1 AND promised_at < $2 AND ($3 IS NULL OR queue = $3)
        AND (outcome IS NULL OR outcome <> 'not_spoken')
    GROUP BY callback, queue ORDER BY callback, queue LIMIT $4";

/// Adds up the callbacks that `asked` asks for, by step and queue. A ledger of before it was kept what was promised has
/// none.
///
/// # Errors
/// When there is no ledger at `place`, it cannot be read, or the report would have more than
/// [`REPORT_LINES_MAX`] lines.
pub async fn callback_report(
    place: &Place,
    asked: CallbacksAsked,
) -> Result<Vec<CallbackLine>, ReadError> {
    let (mut store, version) = read::versioned(place).await?;
    if version < schema::PROMISED_SINCE {
        return Ok(Vec::new());
    }
    let failed = |source| ReadError::of(place, source);
    let rows = ask(ADDED)
        .bind(asked.from.as_microsecond())
        .bind(asked.to.as_microsecond())
        .bind(asked.queue.as_deref())
        .bind(i64::from(REPORT_LINES_MAX) + 1)
        .rows(&mut store)
        .await
        .map_err(failed)?;
    if u32::try_from(rows.len()).map_or(true, |len| len > REPORT_LINES_MAX) {
        return Err(ReadError::TooLong(REPORT_LINES_MAX));
    }
    rows.iter().map(CallbackLine::read).collect::<sqlx::Result<_>>().map_err(failed)
}

impl CallbackLine {
    fn read(row: &Row) -> sqlx::Result<Self> {
        let count = |name: &str| row.get::<i64>(name).map(i64::unsigned_abs);
        Ok(Self {
            callback: row.get("callback")?,
            queue: row.get("queue")?,
            promised: count("promised")?,
            open: count("open")?,
            reached: count("reached")?,
            served: count("served")?,
            called_off: count("called_off")?,
            not_reached: count("not_reached")?,
            broken: count("broken")?,
            attempts: count("attempts")?,
            took_ms: count("took_ms")?,
            longest_ms: count("longest_ms")?,
            bounded: count("bounded")?,
            bounds_ms: count("bounds_ms")?,
            in_time: count("in_time")?,
        })
    }

    /// How many promises were to be kept, and are decided: neither open nor called off.
    #[must_use]
    pub const fn due(&self) -> u64 {
        self.promised.saturating_sub(self.open).saturating_sub(self.called_off)
    }

    /// How many of them were kept: the customer talked with us.
    #[must_use]
    pub const fn kept(&self) -> u64 {
        self.reached + self.served
    }
}
