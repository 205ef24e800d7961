//! How many callers came to each queue in each interval, and what became of them.

use crate::error::ReadError;
use crate::place::Place;
use crate::store::{Row, ask};
use crate::text::timestamp;
use crate::{read, schema};
use clock::Duration;
use jiff::Timestamp;

/// No report has more lines than this, the total left out.
pub const REPORT_LINES_MAX: u32 = 10_000;

/// Which visits to count, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueuesAsked {
    /// Those that began then or later,
    pub from: Timestamp,
    /// and before this.
    pub to: Timestamp,
    /// How long an interval is. The first begins in 1970, at midnight UTC.
    pub interval: Duration,
    /// The queue, if not all.
    pub queue: Option<String>,
    /// Who is answered by then is answered in time.
    pub within: Duration,
}

/// How many visits there were, and what became of them.
///
/// Each visit is counted in `offered` and in one of the counts from `answered` to `waiting`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// All of them.
    pub offered: u64,
    /// An agent took the call.
    pub answered: u64,
    /// The caller hung up.
    pub abandoned: u64,
    /// The same, within [`SHORT_ABANDON_MAX`](crate::SHORT_ABANDON_MAX).
    pub short_abandoned: u64,
    /// The longest wait was over.
    pub timed_out: u64,
    /// The queue was full, or another condition of it was met.
    pub overflowed: u64,
    /// The caller left by a key and was promised a callback.
    pub callback: u64,
    /// The caller left by a key for something else.
    pub key: u64,
    /// The queue was closed, or closed over those who waited.
    pub closed: u64,
    /// Somebody moved the call to another queue.
    pub moved: u64,
    /// Somebody had the call ended.
    pub withdrawn: u64,
    /// The server stopped.
    pub interrupted: u64,
    /// The caller is there still.
    pub waiting: u64,
    /// Of the answered ones, those in time.
    pub answered_within: u64,
    /// How long the answered ones waited altogether, in milliseconds.
    pub answered_wait_ms: u64,
    /// How long one of them waited at most, in milliseconds.
    pub longest_wait_ms: u64,
}

/// What came to one queue in one interval.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueLine {
    /// When the interval began.
    pub from: Timestamp,
    /// The queue.
    pub queue: String,
    /// How many.
    pub counts: Counts,
}

/// A line for each interval and queue that somebody came to, and the sum of all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QueueReport {
    /// The lines, by time and queue.
    pub lines: Vec<QueueLine>,
    /// Their sum.
    pub total: Counts,
}

const COUNT: &str = "
    SELECT queue, queued_at - queued_at % $1 AS interval_from,
        count(*) AS offered,
        count(*) FILTER (WHERE outcome = 'answered') AS answered,
        count(*) FILTER (WHERE outcome = 'abandoned') AS abandoned,
        count(*) FILTER (WHERE outcome = 'short_abandoned') AS short_abandoned,
        count(*) FILTER (WHERE outcome = 'timed_out') AS timed_out,
        count(*) FILTER (WHERE outcome = 'overflowed') AS overflowed,
        count(*) FILTER (WHERE outcome = 'callback') AS callback,
        count(*) FILTER (WHERE outcome = 'key') AS key,
        count(*) FILTER (WHERE outcome = 'closed') AS closed,
        count(*) FILTER (WHERE outcome = 'moved') AS moved,
        count(*) FILTER (WHERE outcome = 'withdrawn') AS withdrawn,
        count(*) FILTER (WHERE outcome = 'interrupted') AS interrupted,
        count(*) FILTER (WHERE outcome IS NULL) AS waiting,
        count(*) FILTER (WHERE outcome = 'answered' AND wait_ms <= $2) AS answered_within,
        CAST(coalesce(sum(wait_ms) FILTER (WHERE outcome = 'answered'), 0) AS BIGINT) AS answered_wait_ms,
        coalesce(max(wait_ms) FILTER (WHERE outcome = 'answered'), 0) AS longest_wait_ms
    FROM visits
    WHERE queued_at >= $3 AND queued_at < $4 AND ($5 IS NULL OR queue = $5)
    GROUP BY interval_from, queue ORDER BY interval_from, queue LIMIT $6";

/// Counts the visits that `asked` asks for. A ledger of before visits were kept has none.
///
/// # Errors
/// When there is no ledger at `place`, it cannot be read, or the report would have more than
/// [`REPORT_LINES_MAX`] lines.
pub async fn queue_report(place: &Place, asked: QueuesAsked) -> Result<QueueReport, ReadError> {
    let (mut store, version) = read::versioned(place).await?;
    if version < schema::VISITS_SINCE {
        return Ok(QueueReport::default());
    }
    let asked = ask(COUNT)
        .bind(i64::try_from(asked.interval.as_micros()).unwrap_or(i64::MAX).max(1))
        .bind(i64::try_from(asked.within.as_millis()).unwrap_or(i64::MAX))
        .bind(asked.from.as_microsecond())
        .bind(asked.to.as_microsecond())
        .bind(asked.queue)
        .bind(i64::from(REPORT_LINES_MAX) + 1);
    let lines =
        asked.rows(&mut store).await.and_then(|rows| rows.iter().map(QueueLine::read).collect());
    let lines: Vec<QueueLine> = lines.map_err(|source| ReadError::of(place, source))?;
    // One that was cut would not add up.
    if u32::try_from(lines.len()).is_ok_and(|lines| lines > REPORT_LINES_MAX) {
        return Err(ReadError::TooLong(REPORT_LINES_MAX));
    }
    let total = lines.iter().fold(Counts::default(), |total, line| total.plus(&line.counts));
    Ok(QueueReport { lines, total })
}

impl QueueLine {
    fn read(row: &Row) -> sqlx::Result<Self> {
        let count = |name: &str| row.get::<i64>(name).map(i64::unsigned_abs);
        Ok(Self {
            from: timestamp(row.get("interval_from")?),
            queue: row.get("queue")?,
            counts: Counts {
                offered: count("offered")?,
                answered: count("answered")?,
                abandoned: count("abandoned")?,
                short_abandoned: count("short_abandoned")?,
                timed_out: count("timed_out")?,
                overflowed: count("overflowed")?,
                callback: count("callback")?,
                key: count("key")?,
                closed: count("closed")?,
                moved: count("moved")?,
                withdrawn: count("withdrawn")?,
                interrupted: count("interrupted")?,
                waiting: count("waiting")?,
                answered_within: count("answered_within")?,
                answered_wait_ms: count("answered_wait_ms")?,
                longest_wait_ms: count("longest_wait_ms")?,
            },
        })
    }
}

impl Counts {
    /// Whether every visit that was offered has one outcome or goes on.
    #[must_use]
    pub const fn add_up(&self) -> bool {
        let outcomes = self.answered
            + self.abandoned
            + self.short_abandoned
            + self.timed_out
            + self.overflowed
            + self.callback
            + self.key
            + self.closed
            + self.moved
            + self.withdrawn
            + self.interrupted
            + self.waiting;
        self.offered == outcomes
    }

    fn plus(&self, other: &Self) -> Self {
        Self {
            offered: self.offered + other.offered,
            answered: self.answered + other.answered,
            abandoned: self.abandoned + other.abandoned,
            short_abandoned: self.short_abandoned + other.short_abandoned,
            timed_out: self.timed_out + other.timed_out,
            overflowed: self.overflowed + other.overflowed,
            callback: self.callback + other.callback,
            key: self.key + other.key,
            closed: self.closed + other.closed,
            moved: self.moved + other.moved,
            withdrawn: self.withdrawn + other.withdrawn,
            interrupted: self.interrupted + other.interrupted,
            waiting: self.waiting + other.waiting,
            answered_within: self.answered_within + other.answered_within,
            answered_wait_ms: self.answered_wait_ms + other.answered_wait_ms,
            longest_wait_ms: self.longest_wait_ms.max(other.longest_wait_ms),
        }
    }
}
