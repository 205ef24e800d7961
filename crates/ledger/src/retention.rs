//! How long the ledger keeps what is over.
//!
//! Old calls go whole: with their events, legs, visits, waits and surveys; one whose talk is recorded stays as long as the
//! recording, so that whoever is to be forgotten is found by it. Recordings go by an age of their own, the file before its row. Callbacks and messages go when they are over and
//! as old, and what agents did likewise, with its counts; those of queues and calls are of nobody, and stay. A little is
//! deleted at a time, by the thread that writes, when it has nothing else to do. The latest call stays, since new ones
//! are counted from it.

use crate::remover::{FRONT, Remover};
use crate::store::{Store, ask};
use std::time::Duration;

/// Calls, and rows of each other kind, that go at once.
const AT_ONCE: i64 = 500;

/// How often what is too old is looked for.
pub(crate) const SWEPT_EVERY: Duration = Duration::from_secs(3_600);

/// How long things are kept; for ever where nothing is said.
#[derive(Debug, Default)]
pub(crate) struct Retention {
    /// What is over.
    pub(crate) rows: Option<Duration>,
    /// Recordings of talks.
    pub(crate) recordings: Option<Remover>,
    /// Old calls that were looked at.
    looked_at: Looked,
    /// When no rows were left that old (microseconds).
    rested_at: Option<i64>,
}

/// When the last call that was looked at had ended, and its number. One that stays for its recording keeps nobody behind it, and is
/// not looked at again before the next round, which begins when nothing is left of this one: of a million of them each look took half a second.
#[derive(Clone, Copy, Debug)]
struct Looked((i64, i64));

impl Default for Looked {
    fn default() -> Self {
        Self(FRONT)
    }
}

/// What a look at what is too old has come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Swept {
    /// So many rows went, perhaps none, and there may be more.
    Some(u64),
    /// Files are being removed.
    Waits,
    /// Nothing is left that old.
    All,
}

impl Retention {
    /// Deletes some of what is too old at this time (microseconds).
    pub(crate) async fn sweep(&mut self, store: &mut Store, now: i64) -> sqlx::Result<Swept> {
        let before = |keep: Duration| {
            now.saturating_sub(i64::try_from(keep.as_micros()).unwrap_or(i64::MAX))
        };
        let recordings = match &mut self.recordings {
            Some(remover) => remover.sweep(store, before(remover.keep)).await?,
            None => Swept::All,
        };
        // A call that has stayed for its recording goes behind it.
        if matches!(recordings, Swept::Some(1..)) {
            self.rested_at = None;
        }
        let rows = match self.rows {
            Some(keep) if !self.rests(now) => self.delete_some(store, before(keep)).await?,
            Some(_) | None => Swept::All,
        };
        // Also while files are being removed, which may take any time.
        if rows == Swept::All && !self.rests(now) {
            self.rested_at = Some(now);
        }
        Ok(match (recordings, rows) {
            (swept, Swept::All) | (Swept::All, swept) => swept,
            (Swept::Some(gone), Swept::Some(rows)) => Swept::Some(gone + rows),
            (Swept::Waits, swept) | (swept, Swept::Waits) => swept,
        })
    }

    /// Whether there were no rows left a short while ago. A clock that was set back knows of none.
    fn rests(&self, now: i64) -> bool {
        let rest = i64::try_from(SWEPT_EVERY.as_micros()).unwrap_or(i64::MAX);
        self.rested_at.is_some_and(|at| (at..at.saturating_add(rest)).contains(&now))
    }

    /// Deletes some of what was over before a time (microseconds).
    async fn delete_some(&mut self, store: &mut Store, before: i64) -> sqlx::Result<Swept> {
        store.begin().await?;
        let deleted = delete(store, before, self.looked_at).await;
        let (swept, looked_at) = store.end(deleted).await?;
        self.looked_at = looked_at;
        Ok(swept)
    }
}

/// The next calls that are over.
const NEXT: &str = "
    SELECT ended_at, id FROM calls WHERE ended_at < $1 AND (ended_at, id) > ($2, $3) ORDER BY ended_at, id LIMIT $4";

/// What is of these calls that are over, as far as they do not stay.
macro_rules! of_old_calls {
    ($begin:literal) => {
        concat!(
            $begin,
            " IN (SELECT id FROM calls
                  WHERE (ended_at, id) > ($1, $2) AND (ended_at, id) <= ($3, $4) AND ended_at <= $3
                  AND id < (SELECT max(id) FROM calls)
                  AND NOT EXISTS (SELECT 1 FROM recordings WHERE recordings.call = calls.id))"
        )
    };
}

/// The calls themselves come behind what belongs to them: all of these mean the same ones.
const OF_CALLS: [&str; 7] = [
    concat!(
        "DELETE FROM answers WHERE survey IN (SELECT id FROM surveys WHERE ",
        of_old_calls!("call"),
        ")"
    ),
    of_old_calls!("DELETE FROM surveys WHERE call"),
    of_old_calls!("DELETE FROM waits WHERE call"),
    of_old_calls!("DELETE FROM visits WHERE call"),
    of_old_calls!("DELETE FROM legs WHERE call"),
    of_old_calls!("DELETE FROM events WHERE call"),
    of_old_calls!("DELETE FROM calls WHERE id"),
];

/// What is of no call that is there.
const OLD: [&str; 8] = [
    "DELETE FROM events WHERE (run, seq) IN (SELECT run, seq FROM events
        WHERE at < $1 AND (call IS NULL OR call NOT IN (SELECT id FROM calls)) ORDER BY at LIMIT $2)",
    "DELETE FROM rings WHERE id IN (SELECT id FROM rings WHERE at < $1 ORDER BY at LIMIT $2)",
    "DELETE FROM holds WHERE id IN
        (SELECT id FROM holds WHERE to_at < $1 ORDER BY to_at LIMIT $2)",
    "DELETE FROM agent_states WHERE id IN
        (SELECT id FROM agent_states WHERE to_at < $1 ORDER BY to_at LIMIT $2)",
    "DELETE FROM log_ins WHERE id IN (SELECT id FROM log_ins WHERE to_at < $1 ORDER BY to_at LIMIT $2)",
    // The counts of an agent and quarter go together, and not before the last of that quarter is as old.
    "DELETE FROM agent_quarters WHERE (quarter, agent) IN
        (SELECT DISTINCT quarter, agent FROM agent_quarters WHERE quarter < $1 - 900000000 ORDER BY quarter LIMIT $2)",
    "DELETE FROM callbacks WHERE id IN (SELECT id FROM callbacks WHERE over_at < $1 LIMIT $2)",
    "DELETE FROM messages WHERE id IN (SELECT id FROM messages WHERE removed_at < $1 LIMIT $2)",
];

async fn delete(
    store: &mut Store,
    before: i64,
    Looked(behind): Looked,
) -> sqlx::Result<(Swept, Looked)> {
    let next = ask(NEXT).bind(before).bind(behind.0).bind(behind.1).bind(AT_ONCE);
    let next = next.rows(store).await?;
    let mut deleted = 0;
    let mut last = behind;
    if let Some(row) = next.last() {
        last = (row.get("ended_at")?, row.get("id")?);
        for sql in OF_CALLS {
            let old = ask(sql).bind(behind.0).bind(behind.1).bind(last.0).bind(last.1);
            deleted += old.execute(store).await?;
        }
    }
    let is_last = i64::try_from(next.len()).is_ok_and(|looked| looked < AT_ONCE);
    // Those of calls that stay are passed over each time, so it is not done for each of their parts.
    if is_last {
        for sql in OLD {
            deleted += ask(sql).bind(before).bind(AT_ONCE).execute(store).await?;
        }
    }
    Ok(match deleted {
        0 if is_last => (Swept::All, Looked::default()),
        _ => (Swept::Some(deleted), Looked(last)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Ledger, Place};

    #[tokio::test]
    async fn calls_that_stay_for_their_recordings_keep_nobody_behind_them_and_are_looked_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::sqlite(folder.path().join("ledger.db"));
        let (mut ledger, _) = Ledger::open(&place).await.unwrap();
        let store = &mut ledger.store;
        // 1,200 that are recorded, one that is not, and the latest of all.
        let rows = "
            WITH RECURSIVE counted(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < 1202)
            INSERT INTO calls (id, number, caller, offered_at, last_event_at, ended_at, outcome)
                SELECT n, '9000', '', n, n, n, 'answered' FROM counted;
            INSERT INTO recordings (recording, call, began_at, started_by, ended_at)
                SELECT id, id, 1, 'queue', id FROM calls WHERE id <= 1200;";
        store.script(rows).await.unwrap();
        let mut keep = Retention { rows: Some(Duration::from_secs(1)), ..Retention::default() };
        let mut swept = Vec::new();
        while swept.last() != Some(&Swept::All) {
            swept.push(keep.sweep(store, 1_000_000 + 2_000).await.unwrap());
        }
        let looks = [0, 0, 1].map(Swept::Some);
        assert_eq!(swept, [&looks[..], &[Swept::All]].concat());
        let left = ask("SELECT count(*) FROM calls").number(store).await.unwrap();
        assert_eq!(left, Some(1_201));
        // What is of no call any more goes too, and that only once of what came since.
        let event = "INSERT INTO events (run, seq, at, call, kind, detail) VALUES (1, 900001, 5, 900001, 'ended', '{}')";
        store.script(event).await.unwrap();
        assert_eq!(keep.sweep(store, 1_000_000 + 2_001).await.unwrap(), Swept::All, "it rests");
        let hour = 3_600_000_000;
        let mut swept = Vec::new();
        while swept.last() != Some(&Swept::All) {
            swept.push(keep.sweep(store, 1_000_000 + 2_001 + hour).await.unwrap());
        }
        assert_eq!(swept, [Swept::Some(0), Swept::Some(0), Swept::Some(1), Swept::All]);
    }

    #[tokio::test]
    async fn what_is_too_old_is_found_by_an_index() {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::sqlite(folder.path().join("ledger.db"));
        let (mut ledger, _) = Ledger::open(&place).await.unwrap();
        for (sql, index) in [(NEXT, "calls_ended"), (crate::remover::NEXT, "recordings_ended")] {
            let sql: &str = format!("EXPLAIN QUERY PLAN {sql}").leak();
            let plan = ask(sql).rows(&mut ledger.store).await;
            let plan = plan.unwrap();
            let steps: Vec<String> = plan.iter().map(|row| row.get("detail").unwrap()).collect();
            assert!(steps.iter().any(|step| step.contains(index)), "{steps:?}");
            assert!(!steps.iter().any(|step| step.contains("B-TREE")), "{steps:?}");
        }
    }
}
