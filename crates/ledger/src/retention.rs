//! How long the ledger keeps what is over.
//!
//! Old calls go whole: with their events, legs, visits, waits and surveys; one whose talk is recorded stays as long as the
//! recording, so that whoever is to be forgotten is found by it. Recordings go by an age of their own, the file before its row. Callbacks and messages go when they are over and
//! as old, and what agents did likewise, with its counts; those of queues and calls are of nobody, and stay. A little is
//! deleted at a time, by the thread that writes, when it has nothing else to do. The latest call stays, since new ones
//! are counted from it.

use crate::remover::Remover;
use crate::store::{Store, ask};
use std::time::Duration;

/// Calls, and rows of each other kind, that go at once.
const AT_ONCE: i64 = 500;

/// How long things are kept; for ever where nothing is said.
#[derive(Debug, Default)]
pub(crate) struct Retention {
    /// What is over.
    pub(crate) rows: Option<Duration>,
    /// Recordings of talks.
    pub(crate) recordings: Option<Remover>,
}

/// What a look at what is too old has come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Swept {
    /// So many rows went, and there may be more.
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
        let rows = match self.rows {
            Some(keep) => delete_some(store, before(keep)).await?,
            None => 0,
        };
        Ok(match (recordings, rows) {
            (swept, 0) => swept,
            (Swept::Some(gone), rows) => Swept::Some(gone + rows),
            (Swept::Waits | Swept::All, rows) => Swept::Some(rows),
        })
    }
}

/// What is of the oldest calls that are over.
macro_rules! of_old_calls {
    ($begin:literal) => {
        concat!(
            $begin,
            " IN (SELECT id FROM calls WHERE ended_at < $1 AND id < (SELECT max(id) FROM calls)
                  AND NOT EXISTS (SELECT 1 FROM recordings WHERE recordings.call = calls.id)
                  ORDER BY ended_at, id LIMIT $2)"
        )
    };
}

/// The calls themselves come behind what belongs to them: all of these mean the same ones.
const OLD: [&str; 15] = [
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

/// Deletes some of what was over before a time (microseconds), and says how many rows went: 0 when nothing is left
/// that old.
async fn delete_some(store: &mut Store, before: i64) -> sqlx::Result<u64> {
    store.begin().await?;
    let deleted = delete(store, before).await;
    store.end(deleted).await
}

async fn delete(store: &mut Store, before: i64) -> sqlx::Result<u64> {
    let mut deleted = 0;
    for sql in OLD {
        deleted += ask(sql).bind(before).bind(AT_ONCE).execute(store).await?;
    }
    Ok(deleted)
}
