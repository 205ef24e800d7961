//! Raw counts: for each quarter of an hour and queue, how many callers came and what became of them.
//!
//! The table `quarters` is added to in the transaction that changes [`visits`](crate::visits): a visit is
//! counted as *offered* when it begins, and by its outcome when it ends. **A visit that crosses quarters counts
//! in the one in which it began**, with all that becomes of it; `ended` alone counts where the end was. The two
//! are counted at different times by different events, so that they say when something does not add up.

use crate::amounts::Amounts;
use crate::interval::quarter_of;
use crate::store::{Row, Store, ask};
use events::VisitOutcome;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Waits longer than this are counted together, in seconds.
pub(crate) const WAIT_MAX: u64 = 3_600;

const FIND: &str = "SELECT * FROM quarters WHERE quarter = $1 AND queue = $2";
const KEEP: &str = "
    INSERT INTO quarters (quarter, queue, offered, answered, abandoned, short_abandoned, timed_out, overflowed,
        callback, key, closed, moved, withdrawn, interrupted, ended, answered_wait_ms, longest_wait_ms, waits)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
    ON CONFLICT (quarter, queue) DO UPDATE SET offered = excluded.offered, answered = excluded.answered,
        abandoned = excluded.abandoned, short_abandoned = excluded.short_abandoned,
        timed_out = excluded.timed_out, overflowed = excluded.overflowed, callback = excluded.callback,
        key = excluded.key, closed = excluded.closed, moved = excluded.moved,
        withdrawn = excluded.withdrawn, interrupted = excluded.interrupted, ended = excluded.ended,
        answered_wait_ms = excluded.answered_wait_ms, longest_wait_ms = excluded.longest_wait_ms,
        waits = excluded.waits";
const ALL_VISITS: &str = "
    SELECT id, queue, queued_at, ended_at, outcome, wait_ms FROM visits WHERE id > $1 ORDER BY id LIMIT $2";
/// Visits that are counted at once when the table is filled.
const AT_ONCE: i64 = 50_000;

/// What became of a visit, as the tables `visits` and `quarters` have it.
pub(crate) const OUTCOMES: [VisitOutcome; 11] = VisitOutcome::ALL;

/// The counts of one quarter and queue, or what is to be added to them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Quarter {
    /// How many visits began.
    pub(crate) offered: i64,
    /// What has become of those, in the order of [`OUTCOMES`].
    pub(crate) outcomes: [i64; OUTCOMES.len()],
    /// How many visits ended, whenever they had begun.
    pub(crate) ended: i64,
    /// How long the answered ones had waited altogether.
    pub(crate) answered_wait_ms: i64,
    /// And at most.
    pub(crate) longest_wait_ms: i64,
    /// How many were answered, and how many hung up, in so many seconds, rounded up.
    pub(crate) waits: BTreeMap<u64, [i64; 2]>,
}

/// What a transaction adds to the counts.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    queues: BTreeMap<(i64, String), Quarter>,
    /// And to those of agents and calls.
    pub(crate) amounts: Amounts,
}

/// A visit that is over, at the times (microseconds) at which it began and ended.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Over<'v> {
    pub(crate) queue: &'v str,
    pub(crate) queued_at: i64,
    pub(crate) ended_at: i64,
    pub(crate) outcome: &'v str,
    pub(crate) wait_ms: i64,
}

impl Tally {
    /// A visit to `queue` has begun.
    pub(crate) fn began(&mut self, queue: &str, queued_at: i64) {
        self.of(queue, queued_at).offered += 1;
    }

    /// It is over.
    pub(crate) fn over(&mut self, visit: &Over<'_>) {
        self.of(visit.queue, visit.ended_at).ended += 1;
        let counts = self.of(visit.queue, visit.queued_at);
        counts.outcome(visit.outcome, 1);
        let seconds = u64::try_from(visit.wait_ms).unwrap_or(0).div_ceil(1_000);
        let wait = seconds.min(WAIT_MAX + 1);
        if visit.outcome == "answered" {
            counts.answered_wait_ms = counts.answered_wait_ms.saturating_add(visit.wait_ms);
            counts.longest_wait_ms = counts.longest_wait_ms.max(visit.wait_ms);
            counts.waits.entry(wait).or_default()[0] += 1;
        } else if let "abandoned" | "short_abandoned" = visit.outcome {
            counts.waits.entry(wait).or_default()[1] += 1;
        }
    }

    /// One that was over has turned out to be something else, whose wait does not matter.
    pub(crate) fn turned_out(&mut self, queue: &str, queued_at: i64, from: &str, to: &str) {
        let counts = self.of(queue, queued_at);
        counts.outcome(from, -1);
        counts.outcome(to, 1);
    }

    fn of(&mut self, queue: &str, at: i64) -> &mut Quarter {
        self.queues.entry((quarter_of(at), queue.to_owned())).or_default()
    }

    /// Adds everything to the table.
    pub(crate) async fn write(self, store: &mut Store) -> sqlx::Result<()> {
        for ((quarter, queue), mut counts) in self.queues {
            let there = ask(FIND).bind(quarter).bind(queue.as_str()).row(store).await?;
            if let Some(row) = there {
                counts.add(&Quarter::read(&row)?);
            }
            counts.keep(store, quarter, &queue).await?;
        }
        self.amounts.write(store).await
    }

    /// Counts all visits that there are: once, when the table is new.
    pub(crate) async fn fill(store: &mut Store) -> sqlx::Result<()> {
        let mut last = 0;
        loop {
            let rows = ask(ALL_VISITS).bind(last).bind(AT_ONCE).rows(store).await?;
            let mut tally = Self::default();
            for row in &rows {
                last = row.get("id")?;
                tally.visit(row)?;
            }
            if rows.is_empty() {
                return Ok(());
            }
            tally.write(store).await?;
        }
    }

    fn visit(&mut self, row: &Row) -> sqlx::Result<()> {
        let (queue, queued_at): (String, i64) = (row.get("queue")?, row.get("queued_at")?);
        self.began(&queue, queued_at);
        let (ended_at, outcome): (Option<i64>, Option<String>) =
            (row.get("ended_at")?, row.get("outcome")?);
        if let (Some(ended_at), Some(outcome)) = (ended_at, outcome) {
            let wait_ms = row.get::<Option<i64>>("wait_ms")?.unwrap_or(0);
            self.over(&Over { queue: &queue, queued_at, ended_at, outcome: &outcome, wait_ms });
        }
        Ok(())
    }
}

impl Quarter {
    /// A row of the table.
    pub(crate) fn read(row: &Row) -> sqlx::Result<Self> {
        let mut outcomes = [0; OUTCOMES.len()];
        for (count, name) in outcomes.iter_mut().zip(OUTCOMES) {
            *count = row.get(name.word())?;
        }
        Ok(Self {
            offered: row.get("offered")?,
            outcomes,
            ended: row.get("ended")?,
            answered_wait_ms: row.get("answered_wait_ms")?,
            longest_wait_ms: row.get("longest_wait_ms")?,
            waits: read_waits(&row.get::<String>("waits")?),
        })
    }

    async fn keep(&self, store: &mut Store, quarter: i64, queue: &str) -> sqlx::Result<()> {
        let start = ask(KEEP).bind(quarter).bind(queue).bind(self.offered);
        self.outcomes
            .iter()
            .fold(start, |ask, count| ask.bind(*count))
            .bind(self.ended)
            .bind(self.answered_wait_ms)
            .bind(self.longest_wait_ms)
            .bind(write_waits(&self.waits))
            .execute(store)
            .await
            .map(drop)
    }

    fn outcome(&mut self, outcome: &str, by: i64) {
        let counts = self.outcomes.iter_mut().zip(OUTCOMES);
        if let Some((count, _)) = counts.into_iter().find(|(_, name)| name.word() == outcome) {
            *count = count.saturating_add(by);
        }
    }

    /// How many were answered, and how many hung up, within so many seconds.
    pub(crate) fn within(&self, seconds: u64) -> [i64; 2] {
        self.waits.range(..=seconds).fold([0; 2], |sum: [i64; 2], (_, of)| {
            [sum[0].saturating_add(of[0]), sum[1].saturating_add(of[1])]
        })
    }

    pub(crate) fn add(&mut self, other: &Self) {
        self.offered = self.offered.saturating_add(other.offered);
        for (count, more) in self.outcomes.iter_mut().zip(other.outcomes) {
            *count = count.saturating_add(more);
        }
        self.ended = self.ended.saturating_add(other.ended);
        self.answered_wait_ms = self.answered_wait_ms.saturating_add(other.answered_wait_ms);
        self.longest_wait_ms = self.longest_wait_ms.max(other.longest_wait_ms);
        for (wait, [answered, hung_up]) in &other.waits {
            let of = self.waits.entry(*wait).or_default();
            of[0] = of[0].saturating_add(*answered);
            of[1] = of[1].saturating_add(*hung_up);
        }
    }
}

/// `20:3,1` are three answered and one who hung up, in the twentieth second.
fn write_waits(waits: &BTreeMap<u64, [i64; 2]>) -> String {
    let mut text = String::new();
    for (wait, [answered, hung_up]) in waits {
        let gap = if text.is_empty() { "" } else { " " };
        let _ = write!(text, "{gap}{wait}:{answered},{hung_up}");
    }
    text
}

/// What [`write_waits`] has written; what somebody else has written there is left out.
fn read_waits(text: &str) -> BTreeMap<u64, [i64; 2]> {
    let one = |word: &str| {
        let (wait, of) = word.split_once(':')?;
        let (answered, hung_up) = of.split_once(',')?;
        Some((wait.parse().ok()?, [answered.parse().ok()?, hung_up.parse().ok()?]))
    };
    text.split(' ').filter_map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_are_read_as_they_were_written() {
        let waits = BTreeMap::from([(0, [0, 2]), (20, [3, 1]), (WAIT_MAX + 1, [1, 0])]);
        let written = write_waits(&waits);
        assert_eq!(written, "0:0,2 20:3,1 3601:1,0");
        assert_eq!(read_waits(&written), waits);
        assert_eq!(read_waits(""), BTreeMap::new());
        assert_eq!(read_waits("x 20:3 7:1,1 :,"), BTreeMap::from([(7, [1, 1])]));
    }

    #[test]
    fn who_is_answered_in_the_last_millisecond_is_answered_within_it() {
        let mut tally = Tally::default();
        let over = |wait_ms, outcome| Over {
            queue: "a",
            queued_at: 0,
            ended_at: wait_ms * 1_000,
            outcome,
            wait_ms,
        };
        for wait_ms in [0, 20_000, 20_001, 9_999_999] {
            tally.began("a", 0);
            tally.over(&over(wait_ms, "answered"));
        }
        tally.began("a", 0);
        tally.over(&over(4_000, "short_abandoned"));
        let counts = &tally.queues[&(0, "a".to_owned())];
        assert_eq!(
            (counts.within(20), counts.within(21), counts.within(3_600)),
            ([2, 1], [3, 1], [3, 1])
        );
        assert_eq!((counts.offered, counts.longest_wait_ms), (5, 9_999_999));
        // The longest was there for more than two hours and three quarters.
        assert_eq!((counts.ended, tally.queues[&(9_900_000_000, "a".to_owned())].ended), (4, 1));
    }
}
