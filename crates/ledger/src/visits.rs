//! Each time that a caller came to a queue, and what became of it.
//!
//! The table `visits` has a row for each. It is open while the caller waits, and is closed once, by the
//! first event that takes the caller out: so of the visits that began in any time, as many are there as
//! have ended in one way or another or are open, and reports add up. Whoever is turned away at the door
//! has a visit of no length.

use crate::quarters::{Over, Tally};
use crate::store::{Ask, Row, Store, ask};
use crate::text::{column, short};
use events::{
    CallEvent, CallbackEvent, CallbackOver, SHORT_ABANDON_MAX, VisitChange, visit_change,
};
use serde_json::Value;

/// The first arrival is that of the call's earlier visits, if there are any, or of the place that the
/// caller was given again just before.
const QUEUED: &str = "
    INSERT INTO visits (call, queue, queued_at, arrived_at) VALUES ($1, $3, $2, coalesce(
        (SELECT min(arrived_at) FROM visits WHERE call = $1), $4, $2))";
const PLACES_REGAINED: &str =
    "SELECT at, detail FROM events WHERE call = $1 AND kind = 'place_regained'";
const TURNED_AWAY: &str = "
    INSERT INTO visits (call, queue, queued_at, ended_at, outcome, wait_ms)
        VALUES ($1, $3, $2, $2, $4, 0)";
const OVER: &str = "
    UPDATE visits SET ended_at = $2, outcome = $3, agent = $4,
        wait_ms = CASE WHEN $2 < queued_at THEN 0 ELSE ($2 - queued_at) / 1000 END
    WHERE call = $1 AND ended_at IS NULL RETURNING queue, queued_at, outcome, wait_ms";
/// Which of the two it was depends on how long it took.
const ABANDONED: &str = "
    UPDATE visits SET ended_at = $2, wait_ms = CASE WHEN $2 < queued_at THEN 0 ELSE ($2 - queued_at) / 1000 END,
        outcome = CASE WHEN $2 - queued_at < $3 THEN 'short_abandoned' ELSE 'abandoned' END
    WHERE call = $1 AND ended_at IS NULL RETURNING queue, queued_at, outcome, wait_ms";
/// The last visit turns out to have been something else.
const TURNED_OUT: &str = "
    UPDATE visits SET outcome = $3
    WHERE id = (SELECT max(id) FROM visits WHERE call = $1) AND outcome = $2
    RETURNING queue, queued_at";

/// Applies `event`, which happened `at` (microseconds), to the visits of `call`, and counts what changes.
pub(crate) async fn project(
    store: &mut Store,
    call: i64,
    at: i64,
    event: &CallEvent,
    tally: &mut Tally,
) -> sqlx::Result<()> {
    let Some(change) = visit_change(event) else { return Ok(()) };
    if let VisitChange::Begins { .. } | VisitChange::TurnedAway { .. } = change {
        moved(store, call, at, tally).await?;
    }
    match change {
        VisitChange::Begins { queue } => {
            let (queue, regained) = (short(queue), regained(store, call).await?);
            tally.began(&queue, at);
            let begun = ask(QUEUED).bind(call).bind(at).bind(queue).bind(regained);
            begun.execute(store).await.map(drop)
        }
        VisitChange::TurnedAway { queue, outcome } => {
            let queue = short(queue);
            tally.began(&queue, at);
            let (queued_at, ended_at, wait_ms) = (at, at, 0);
            let outcome = outcome.word();
            tally.over(&Over { queue: &queue, queued_at, ended_at, outcome, wait_ms });
            let turned = ask(TURNED_AWAY).bind(call).bind(at).bind(queue).bind(outcome);
            turned.execute(store).await.map(drop)
        }
        VisitChange::Ends { outcome, agent } => {
            let over = ask(OVER).bind(call).bind(at).bind(outcome.word()).bind(agent.map(short));
            end(store, at, &over, tally).await
        }
        VisitChange::HungUp => {
            let short_max = i64::try_from(SHORT_ABANDON_MAX.as_micros()).unwrap_or(i64::MAX);
            end(store, at, &ask(ABANDONED).bind(call).bind(at).bind(short_max), tally).await
        }
    }
}

/// Ends visits as `how` says, and counts them.
async fn end(store: &mut Store, at: i64, how: &Ask<'_>, tally: &mut Tally) -> sqlx::Result<()> {
    for row in how.rows(store).await? {
        tally.over(&Over {
            queue: &row.get::<String>("queue")?,
            queued_at: row.get("queued_at")?,
            ended_at: at,
            outcome: &row.get::<String>("outcome")?,
            wait_ms: row.get("wait_ms")?,
        });
    }
    Ok(())
}

/// When a caller first arrived whose place from an earlier call was given again, in microseconds.
async fn regained(store: &mut Store, call: i64) -> sqlx::Result<Option<i64>> {
    let rows = ask(PLACES_REGAINED).bind(call).rows(store).await?;
    let arrival = |row: &Row| {
        let detail: Value = serde_json::from_str(&row.get::<String>("detail").ok()?).ok()?;
        let waited = i64::try_from(detail.get("waited_ms")?.as_u64()?).ok()?;
        Some(row.get::<i64>("at").ok()?.saturating_sub(waited.saturating_mul(1_000)))
    };
    Ok(rows.iter().filter_map(arrival).min())
}

/// Whoever comes to a queue was moved out of the one before, if they were taken out of it: a caller who is
/// sent away comes to none any more. An open visit is one whose end got lost in a full queue of events.
async fn moved(store: &mut Store, call: i64, at: i64, tally: &mut Tally) -> sqlx::Result<()> {
    let over = ask(OVER).bind(call).bind(at).bind("moved").bind(None::<&str>);
    end(store, at, &over, tally).await?;
    turned_out(store, call, ("withdrawn", "moved"), tally).await
}

/// A caller who left by a key has left for a callback, once one is promised; and has not, if the promise
/// could not be spoken.
pub(crate) async fn promised(
    store: &mut Store,
    callback: i64,
    event: &CallbackEvent,
    tally: &mut Tally,
) -> sqlx::Result<()> {
    match event {
        CallbackEvent::Promised(promised) => {
            turned_out(store, column(promised.call), ("key", "callback"), tally).await
        }
        CallbackEvent::Renewed { call, .. } => {
            turned_out(store, column(*call), ("key", "callback"), tally).await
        }
        CallbackEvent::Over { how: CallbackOver::NotSpoken } => {
            let call = ask("SELECT call FROM callbacks WHERE id = $1");
            match call.bind(callback).number(store).await? {
                Some(call) => turned_out(store, call, ("callback", "key"), tally).await,
                None => Ok(()),
            }
        }
        CallbackEvent::Attempt { .. }
        | CallbackEvent::Stands { .. }
        | CallbackEvent::AskedAfter { .. }
        | CallbackEvent::NotReached { .. }
        | CallbackEvent::Prioritised { .. }
        | CallbackEvent::Over { .. } => Ok(()),
    }
}

async fn turned_out(
    store: &mut Store,
    call: i64,
    (from, to): (&'static str, &'static str),
    tally: &mut Tally,
) -> sqlx::Result<()> {
    for row in ask(TURNED_OUT).bind(call).bind(from).bind(to).rows(store).await? {
        tally.turned_out(&row.get::<String>("queue")?, row.get("queued_at")?, from, to);
    }
    Ok(())
}
