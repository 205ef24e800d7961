//! How many callers came to each queue in each interval, and what became of them.
//!
//! It is made of the raw counts of [`quarters`](crate::quarters), so that a year takes no longer than its
//! quarters; what is still open is counted where it is, among the visits.

use crate::error::ReadError;
use crate::interval::Calendar;
use crate::place::Place;
use crate::quarters::{OUTCOMES, Quarter};
use crate::store::{Store, ask};
use crate::text::timestamp;
use crate::{read, schema};
use clock::Duration;
use jiff::Timestamp;
use std::collections::BTreeMap;

/// No report has more lines than this, the total left out.
pub const REPORT_LINES_MAX: u32 = 10_000;

/// Which visits to count, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueuesAsked {
    /// Those that began then or later, at the beginning of a [`QUARTER`](crate::QUARTER),
    pub from: Timestamp,
    /// and before this, another one.
    pub to: Timestamp,
    /// How time is divided. The first interval begins with `from`.
    pub calendar: Calendar,
    /// The queue, if not all.
    pub queue: Option<String>,
    /// Who is answered by then is answered in time: whole seconds, an hour at most.
    pub within: Duration,
}

/// How many visits there were, and what became of them.
///
/// Each visit is counted in `offered` and in one of the counts from `answered` to `waiting`, in the interval
/// in which it began.
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
    /// How many waited when the interval was over, or wait now: also those who had come before it.
    pub waiting_at_end: u64,
    /// Of the answered ones, those in time.
    pub answered_within: u64,
    /// Of those who hung up, short ones among them, those who did so by that time.
    pub abandoned_within: u64,
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
    /// Their sum; its `waiting_at_end` are those who waited when the time was over.
    pub total: Counts,
}

const COUNTED: &str = "
    SELECT * FROM quarters WHERE quarter >= $1 AND quarter < $2 AND ($3 IS NULL OR queue = $3)
        AND (quarter, queue) > ($4, $5)
    ORDER BY quarter, queue LIMIT $6";
const BEFORE: &str = "
    SELECT queue, CAST(sum(offered) - sum(ended) AS BIGINT) AS waiting FROM quarters
    WHERE quarter < $1 AND ($2 IS NULL OR queue = $2) GROUP BY queue";
const OPEN: &str = "
    SELECT queue, queued_at FROM visits
    WHERE ended_at IS NULL AND queued_at >= $1 AND queued_at < $2 AND ($3 IS NULL OR queue = $3)";
/// Rows that are read at once.
const AT_ONCE: usize = 10_000;

/// Counts the visits that `asked` asks for.
///
/// # Errors
/// When there is no ledger at `place`, it cannot be read, is of before counts were kept, or the report would have
/// more than [`REPORT_LINES_MAX`] lines.
pub async fn queue_report(place: &Place, asked: QueuesAsked) -> Result<QueueReport, ReadError> {
    let (mut store, version) = read::versioned(place).await?;
    if version < schema::QUARTERS_SINCE {
        return Err(ReadError::Earlier(place.to_string()));
    }
    let failed = |source| ReadError::of(place, source);
    store.look().await.map_err(failed)?;
    let added = add_up(&mut store, &asked).await;
    // One that was cut would not add up.
    store.end(added).await.map_err(failed)?.ok_or(ReadError::TooLong(REPORT_LINES_MAX))
}

/// The report; none if it is too long.
async fn add_up(store: &mut Store, asked: &QueuesAsked) -> sqlx::Result<Option<QueueReport>> {
    let mut sums = Sums::new(asked);
    let (from, to) = (asked.from.as_microsecond(), asked.to.as_microsecond());
    let queue = asked.queue.as_deref();
    for row in ask(BEFORE).bind(from).bind(queue).rows(store).await? {
        sums.waiting.insert(row.get("queue")?, row.get("waiting")?);
    }
    let mut last = (i64::MIN, String::new());
    loop {
        let rows = ask(COUNTED).bind(from).bind(to).bind(queue).bind(last.0).bind(last.1.as_str());
        let rows = rows.bind(i64::try_from(AT_ONCE).unwrap_or(i64::MAX)).rows(store).await?;
        for row in &rows {
            last = (row.get("quarter")?, row.get("queue")?);
            sums.count(timestamp(last.0), &last.1, &Quarter::read(row)?);
        }
        if sums.is_too_long() {
            return Ok(None);
        }
        if rows.len() < AT_ONCE {
            break;
        }
    }
    for row in ask(OPEN).bind(from).bind(to).bind(queue).rows(store).await? {
        sums.waits(timestamp(row.get("queued_at")?), &row.get::<String>("queue")?);
    }
    Ok(Some(sums.report()))
}

/// A report that is being added up.
struct Sums<'a> {
    asked: &'a QueuesAsked,
    within_s: u64,
    /// The interval that was counted in last: when it began, and when the next one does.
    interval: (Timestamp, Timestamp),
    lines: BTreeMap<(Timestamp, String), Counts>,
    /// How many wait in each queue after what was counted last.
    waiting: BTreeMap<String, i64>,
}

impl<'a> Sums<'a> {
    fn new(asked: &'a QueuesAsked) -> Self {
        Self {
            asked,
            within_s: asked.within.as_secs(),
            interval: (asked.from, asked.from),
            lines: BTreeMap::new(),
            waiting: BTreeMap::new(),
        }
    }

    fn is_too_long(&self) -> bool {
        u32::try_from(self.lines.len()).map_or(true, |lines| lines > REPORT_LINES_MAX)
    }

    /// Those of a quarter. What comes earlier is counted earlier.
    fn count(&mut self, quarter: Timestamp, queue: &str, counts: &Quarter) {
        let waiting = self.waiting.entry(queue.to_owned()).or_default();
        *waiting += counts.offered - counts.ended;
        let waiting = waiting.unsigned_abs();
        let within_s = self.within_s;
        let line = self.line(quarter, queue);
        *line = line.plus(&Counts::of(counts, within_s));
        line.waiting_at_end = waiting;
    }

    /// Somebody has come then and waits still.
    fn waits(&mut self, queued_at: Timestamp, queue: &str) {
        self.line(queued_at, queue).waiting += 1;
    }

    fn line(&mut self, at: Timestamp, queue: &str) -> &mut Counts {
        let (begin, next) = self.interval;
        if at < begin || next <= at {
            let begin = self.asked.calendar.begin(at).max(self.asked.from);
            self.interval = (begin, self.asked.calendar.next(at));
        }
        self.lines.entry((self.interval.0, queue.to_owned())).or_default()
    }

    fn report(self) -> QueueReport {
        let mut total = self.lines.values().fold(Counts::default(), |sum, line| sum.plus(line));
        total.waiting_at_end = self.waiting.values().sum::<i64>().unsigned_abs();
        let lines = self.lines.into_iter();
        let lines = lines.map(|((from, queue), counts)| QueueLine { from, queue, counts });
        QueueReport { lines: lines.filter(|line| line.counts.offered > 0).collect(), total }
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

    /// Those of a quarter, of which nobody is known to wait.
    fn of(quarter: &Quarter, within_s: u64) -> Self {
        let outcome = |wanted: &str| {
            let of = quarter.outcomes.iter().zip(OUTCOMES).find(|(_, name)| name.word() == wanted);
            of.map_or(0, |(count, _)| count.unsigned_abs())
        };
        let [answered_within, abandoned_within] = quarter.within(within_s).map(i64::unsigned_abs);
        Self {
            offered: quarter.offered.unsigned_abs(),
            answered: outcome("answered"),
            abandoned: outcome("abandoned"),
            short_abandoned: outcome("short_abandoned"),
            timed_out: outcome("timed_out"),
            overflowed: outcome("overflowed"),
            callback: outcome("callback"),
            key: outcome("key"),
            closed: outcome("closed"),
            moved: outcome("moved"),
            withdrawn: outcome("withdrawn"),
            interrupted: outcome("interrupted"),
            waiting: 0,
            waiting_at_end: 0,
            answered_within,
            abandoned_within,
            answered_wait_ms: quarter.answered_wait_ms.unsigned_abs(),
            longest_wait_ms: quarter.longest_wait_ms.unsigned_abs(),
        }
    }

    /// The sum of both, of which the later one says how many wait at the end.
    fn plus(&self, later: &Self) -> Self {
        Self {
            offered: self.offered + later.offered,
            answered: self.answered + later.answered,
            abandoned: self.abandoned + later.abandoned,
            short_abandoned: self.short_abandoned + later.short_abandoned,
            timed_out: self.timed_out + later.timed_out,
            overflowed: self.overflowed + later.overflowed,
            callback: self.callback + later.callback,
            key: self.key + later.key,
            closed: self.closed + later.closed,
            moved: self.moved + later.moved,
            withdrawn: self.withdrawn + later.withdrawn,
            interrupted: self.interrupted + later.interrupted,
            waiting: self.waiting + later.waiting,
            waiting_at_end: later.waiting_at_end,
            answered_within: self.answered_within + later.answered_within,
            abandoned_within: self.abandoned_within + later.abandoned_within,
            answered_wait_ms: self.answered_wait_ms + later.answered_wait_ms,
            longest_wait_ms: self.longest_wait_ms.max(later.longest_wait_ms),
        }
    }
}
