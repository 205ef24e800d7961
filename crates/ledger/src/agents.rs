//! What agents did: one row for each state, one for each ring that ended, and one for each hold.
//!
//! `agent_states` is made of the events `agent_state`, which follow each other without a gap: each ends the row
//! before it and begins the next, until the agent has logged out. What is open when a run ends is ended with it,
//! or, after a stop without a word, at the last thing that is known of the run.

use crate::record::Row;
use crate::store::{Store, ask};
use crate::text::short;
use events::CallEvent;
use serde_json::Value;

const STATE_OVER: &str = "
    UPDATE agent_states SET to_at = CASE WHEN $2 < from_at THEN from_at ELSE $2 END
    WHERE agent = $1 AND to_at IS NULL";
const STATE: &str = "
    INSERT INTO agent_states (agent, from_at, state, pause) VALUES ($1, $2, $3, $4)";
const RING: &str = "INSERT INTO rings (agent, at, call, ended) VALUES ($1, $2, $3, $4)";
const HOLD: &str = "
    INSERT INTO holds (call, agent, from_at)
        SELECT id, agent, $2 FROM calls WHERE id = $1 AND agent IS NOT NULL";
const HOLD_OVER: &str = "
    UPDATE holds SET to_at = CASE WHEN $2 < from_at THEN from_at ELSE $2 END
    WHERE call = $1 AND to_at IS NULL";
const ALL_OVER: [&str; 2] = [
    "UPDATE agent_states SET to_at = CASE WHEN $1 < from_at THEN from_at ELSE $1 END WHERE to_at IS NULL",
    "UPDATE holds SET to_at = CASE WHEN $1 < from_at THEN from_at ELSE $1 END WHERE to_at IS NULL",
];

/// Applies the row of an event, which happened `at` (microseconds), to what its agent did.
pub(crate) async fn project(store: &mut Store, at: i64, row: &Row) -> sqlx::Result<()> {
    let Some(agent) = row.agent.as_deref() else { return Ok(()) };
    match row.kind.as_str() {
        "agent_state" => state(store, agent, at, &read(&row.detail)).await,
        "reservation_ended" => {
            let detail = read(&row.detail);
            let ended = word(&detail, "end").unwrap_or_default();
            let ring = ask(RING).bind(agent).bind(at).bind(row.call).bind(short(ended));
            ring.execute(store).await.map(drop)
        }
        _ => Ok(()),
    }
}

async fn state(store: &mut Store, agent: &str, at: i64, detail: &Value) -> sqlx::Result<()> {
    ask(STATE_OVER).bind(agent).bind(at).execute(store).await?;
    match word(detail, "state") {
        None | Some("logged_out") => Ok(()),
        Some(state) => {
            let begun = ask(STATE).bind(agent).bind(at).bind(short(state));
            begun.bind(word(detail, "pause").map(short)).execute(store).await.map(drop)
        }
    }
}

fn read(detail: &str) -> Value {
    serde_json::from_str(detail).unwrap_or_default()
}

fn word<'d>(detail: &'d Value, name: &str) -> Option<&'d str> {
    detail.get(name)?.as_str()
}

/// Applies `event`, which happened `at` (microseconds), to the holds of `call`.
pub(crate) async fn held(
    store: &mut Store,
    call: i64,
    at: i64,
    event: &CallEvent,
) -> sqlx::Result<()> {
    let change = if let CallEvent::Held { by_agent: true } = event {
        HOLD
    } else if let CallEvent::Resumed
    | CallEvent::Queued { .. }
    | CallEvent::Transferred { .. }
    | CallEvent::AskedAfter { .. }
    | CallEvent::Ended { .. } = event
    {
        HOLD_OVER
    } else {
        return Ok(());
    };
    ask(change).bind(call).bind(at).execute(store).await.map(drop)
}

/// The run ends, `at` (microseconds) or before: nobody is known to do anything any more.
pub(crate) async fn all_over(store: &mut Store, at: i64) -> sqlx::Result<()> {
    for over in ALL_OVER {
        ask(over).bind(at).execute(store).await?;
    }
    Ok(())
}

/// What is open was left by a run that ended without a word: it was over with the last that is known of that.
pub(crate) async fn interrupted(store: &mut Store) -> sqlx::Result<()> {
    let last = ask("SELECT at FROM events ORDER BY run DESC, seq DESC LIMIT 1");
    match last.number(store).await? {
        Some(at) => all_over(store, at).await,
        None => Ok(()),
    }
}

const EARLIER: &str = "
    SELECT run, seq, at, call, agent, kind, detail FROM events
    WHERE (run, seq) > ($1, $2) AND kind IN ('agent_state', 'reservation_ended') ORDER BY run, seq LIMIT $3";
const END_OF_RUN: &str = "SELECT at FROM events WHERE run = $1 ORDER BY seq DESC LIMIT 1";
/// Events that are read at once when the tables are filled.
const AT_ONCE: i64 = 10_000;

/// Makes the states and rings of all events that there are: once, when the tables are new.
pub(crate) async fn fill(store: &mut Store) -> sqlx::Result<()> {
    let mut last = (i64::MIN, i64::MIN);
    loop {
        let rows = ask(EARLIER).bind(last.0).bind(last.1).bind(AT_ONCE).rows(store).await?;
        for row in &rows {
            let run: i64 = row.get("run")?;
            if run != last.0
                && let Some(at) = ask(END_OF_RUN).bind(last.0).number(store).await?
            {
                all_over(store, at).await?;
            }
            last = (run, row.get("seq")?);
            let (call, agent) = (row.get("call")?, row.get("agent")?);
            let (kind, detail) = (row.get("kind")?, row.get("detail")?);
            project(store, row.get("at")?, &Row { call, agent, kind, detail }).await?;
        }
        if rows.is_empty() {
            return Ok(());
        }
    }
}
