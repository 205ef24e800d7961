//! How long the ledger keeps what is over.
//!
//! Old calls go whole: with their events, visits, waits and surveys. Callbacks and messages go when they are over and
//! as old, and what agents did likewise; the counts of quarters of an hour are of nobody, and stay. A little is deleted at a time, by the thread that writes, when it has nothing else to do. The latest call
//! stays, since new ones are counted from it.

use crate::store::{Store, ask};

/// Calls that are looked at, at once, from the oldest on.
const CALLS_AT_ONCE: i64 = 500;
/// Events of no call that are looked at, at once, from the oldest on.
const EVENTS_AT_ONCE: i64 = 2_000;

/// What belongs to a call.
const OF_CALL: [&str; 8] = [
    "DELETE FROM answers WHERE survey IN (SELECT id FROM surveys WHERE call = $1)",
    "DELETE FROM surveys WHERE call = $1",
    "DELETE FROM holds WHERE call = $1",
    "DELETE FROM rings WHERE call = $1",
    "DELETE FROM waits WHERE call = $1",
    "DELETE FROM visits WHERE call = $1",
    "DELETE FROM events WHERE call = $1",
    "DELETE FROM calls WHERE id = $1",
];

/// Deletes some of what was over before a time (microseconds), and says how many rows of calls and events went: 0
/// when nothing is left that old.
pub(crate) async fn delete_some(store: &mut Store, before: i64) -> sqlx::Result<u64> {
    store.begin().await?;
    let deleted = delete(store, before).await;
    store.end(deleted).await
}

async fn delete(store: &mut Store, before: i64) -> sqlx::Result<u64> {
    for sql in [
        "DELETE FROM callbacks WHERE over_at < $1",
        "DELETE FROM messages WHERE removed_at < $1",
        "DELETE FROM agent_states WHERE to_at < $1",
    ] {
        ask(sql).bind(before).execute(store).await?;
    }
    let oldest = ask("SELECT id, ended_at FROM calls ORDER BY id LIMIT $1").bind(CALLS_AT_ONCE);
    let latest = ask("SELECT max(id) FROM calls").number(store).await?;
    let mut deleted = 0;
    for row in oldest.rows(store).await? {
        let id: i64 = row.get("id")?;
        let is_old = row.get::<Option<i64>>("ended_at")?.is_some_and(|ended| ended < before);
        if !is_old || Some(id) == latest {
            continue;
        }
        for sql in OF_CALL {
            ask(sql).bind(id).execute(store).await?;
        }
        deleted += 1;
    }
    let oldest = ask("SELECT run, seq, at, call FROM events ORDER BY run, seq LIMIT $1");
    for row in oldest.bind(EVENTS_AT_ONCE).rows(store).await? {
        if row.get::<i64>("at")? < before && row.get::<Option<i64>>("call")?.is_none() {
            let gone = ask("DELETE FROM events WHERE run = $1 AND seq = $2");
            let gone = gone.bind(row.get::<i64>("run")?).bind(row.get::<i64>("seq")?);
            deleted += gone.execute(store).await?;
        }
    }
    Ok(deleted)
}
