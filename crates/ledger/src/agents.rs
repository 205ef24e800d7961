//! What agents did: one row for each log-in, one for each state, one for each ring that ended, and one for each hold.
//!
//! `agent_states` is made of the events `agent_state`, which follow each other without a gap: each ends the row
//! before it and begins the next, until the agent has logged out. `log_ins` has the time from the first of them to the
//! log-out. What is open when a run ends is ended with it, or, after a stop without a word, at the last thing that is known of
//! the run. What is over is [counted](crate::amounts).

use crate::amounts::{self, Amounts};
use crate::record;
use crate::store::{Row, Store, ask};
use crate::text::short;
use events::{Beside, CallEvent};
use serde_json::Value;
use std::collections::BTreeMap;

const STATE_OVER: &str = "
    UPDATE agent_states SET to_at = CASE WHEN $2 < from_at THEN from_at ELSE $2 END
    WHERE agent = $1 AND to_at IS NULL RETURNING agent, state, pause, from_at, to_at";
const STATE: &str = "
    INSERT INTO agent_states (agent, from_at, state, pause) VALUES ($1, $2, $3, $4)";
const LOG_IN: &str = "
    INSERT INTO log_ins (agent, from_at) SELECT $1, $2
    WHERE NOT EXISTS (SELECT 1 FROM log_ins WHERE agent = $1 AND to_at IS NULL)";
const LOG_IN_OVER: &str = "
    UPDATE log_ins SET to_at = CASE WHEN $2 < from_at THEN from_at ELSE $2 END
    WHERE agent = $1 AND to_at IS NULL RETURNING agent, from_at, to_at";
const RING: &str = "INSERT INTO rings (agent, at, call, ended) VALUES ($1, $2, $3, $4)";
const HOLD: &str = "
    INSERT INTO holds (call, agent, from_at)
        SELECT id, agent, $2 FROM calls WHERE id = $1 AND agent IS NOT NULL";
const HOLD_OVER: &str = "
    UPDATE holds SET to_at = CASE WHEN $2 < from_at THEN from_at ELSE $2 END
    WHERE call = $1 AND to_at IS NULL RETURNING agent, from_at, to_at";
const STATES_OVER: &str = "
    UPDATE agent_states SET to_at = CASE WHEN $1 < from_at THEN from_at ELSE $1 END
    WHERE to_at IS NULL RETURNING agent, state, pause, from_at, to_at";
const HOLDS_OVER: &str = "
    UPDATE holds SET to_at = CASE WHEN $1 < from_at THEN from_at ELSE $1 END
    WHERE to_at IS NULL RETURNING agent, from_at, to_at";

/// Applies the row of an event, which happened `at` (microseconds), to what its agent did.
pub(crate) async fn project(
    store: &mut Store,
    at: i64,
    row: &record::Row,
    amounts: &mut Amounts,
) -> sqlx::Result<()> {
    let Some(agent) = row.agent.as_deref() else { return Ok(()) };
    match row.kind.as_str() {
        "agent_state" => state(store, agent, at, &read(&row.detail), amounts).await,
        "reservation_ended" => {
            let detail = read(&row.detail);
            let ended = short(word(&detail, "end").unwrap_or_default());
            amounts.rang(agent, &ended, at);
            let ring = ask(RING).bind(agent).bind(at).bind(row.call).bind(ended);
            ring.execute(store).await.map(drop)
        }
        _ => Ok(()),
    }
}

async fn state(
    store: &mut Store,
    agent: &str,
    at: i64,
    detail: &Value,
    amounts: &mut Amounts,
) -> sqlx::Result<()> {
    // Where the clock was set back, a state is over when it began, and the next one begins before that.
    let mut over = at;
    for row in ask(STATE_OVER).bind(agent).bind(at).rows(store).await? {
        over = count_state(&row, amounts)?;
    }
    let state = word(detail, "state").filter(|state| *state != "logged_out");
    // No log-in lasts from a later time to an earlier one: it is two.
    if state.is_none() || over > at {
        log_out(store, agent, over, amounts).await?;
    }
    let Some(state) = state else { return Ok(()) };
    ask(LOG_IN).bind(agent).bind(at).execute(store).await?;
    let begun = ask(STATE).bind(agent).bind(at).bind(short(state));
    begun.bind(word(detail, "pause").map(short)).execute(store).await.map(drop)
}

/// The log-in of an agent, if there is one, was over at that time.
async fn log_out(
    store: &mut Store,
    agent: &str,
    at: i64,
    amounts: &mut Amounts,
) -> sqlx::Result<()> {
    for row in ask(LOG_IN_OVER).bind(agent).bind(at).rows(store).await? {
        count(&row, (amounts::LOGGED_IN, ""), amounts)?;
    }
    Ok(())
}

/// Counts a state that is over, and says when it was.
fn count_state(row: &Row, amounts: &mut Amounts) -> sqlx::Result<i64> {
    let figure = row.get::<String>("state")? + amounts::SECONDS;
    let pause = row.get::<Option<String>>("pause")?.unwrap_or_default();
    count(row, (&figure, &pause), amounts)
}

/// Counts what an agent has spent the time of a row with, and says when it was over.
fn count(row: &Row, what: (&str, &str), amounts: &mut Amounts) -> sqlx::Result<i64> {
    let (from, to) = (row.get("from_at")?, row.get("to_at")?);
    amounts.spent(&row.get::<String>("agent")?, what, (from, to));
    Ok(to)
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
    amounts: &mut Amounts,
) -> sqlx::Result<()> {
    if let CallEvent::Held { by_agent: true } = event {
        ask(HOLD).bind(call).bind(at).execute(store).await?;
    } else if let CallEvent::Resumed
    | CallEvent::Queued { .. }
    | CallEvent::Transferred { .. }
    | CallEvent::Monitored { how: Beside::TookOver, .. }
    | CallEvent::AskedAfter { .. }
    | CallEvent::Ended { .. } = event
    {
        for row in ask(HOLD_OVER).bind(call).bind(at).rows(store).await? {
            count(&row, (amounts::HELD, ""), amounts)?;
        }
    }
    Ok(())
}

/// The run ends, `at` (microseconds) or before: nobody is known to do anything any more. Inside the transaction of the caller.
pub(crate) async fn all_over(store: &mut Store, at: i64) -> sqlx::Result<()> {
    let mut amounts = Amounts::default();
    for row in ask(STATES_OVER).bind(at).rows(store).await? {
        let over = count_state(&row, &mut amounts)?;
        log_out(store, &row.get::<String>("agent")?, over, &mut amounts).await?;
    }
    for row in ask(HOLDS_OVER).bind(at).rows(store).await? {
        count(&row, (amounts::HELD, ""), &mut amounts)?;
    }
    amounts.write(store).await
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

/// Makes the states and rings of all events that there are, and counts them: once, in a ledger that had no such tables.
pub(crate) async fn fill(store: &mut Store) -> sqlx::Result<()> {
    let mut last = (i64::MIN, i64::MIN);
    loop {
        let mut amounts = Amounts::default();
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
            let event = record::Row { call, agent, kind, detail };
            project(store, row.get("at")?, &event, &mut amounts).await?;
        }
        amounts.write(store).await?;
        if rows.is_empty() {
            return Ok(());
        }
    }
}

const STATES: &str = "
    SELECT id, agent, state, pause, from_at, to_at FROM agent_states WHERE id > $1 ORDER BY id LIMIT $2";
const HOLDS: &str = "
    SELECT id, agent, from_at, to_at FROM holds WHERE id > $1 AND to_at IS NOT NULL ORDER BY id LIMIT $2";
const RINGS: &str = "SELECT id, agent, at, ended FROM rings WHERE id > $1 ORDER BY id LIMIT $2";
const PAST_LOG_IN: &str = "INSERT INTO log_ins (agent, from_at, to_at) VALUES ($1, $2, $3)";

/// Makes log-ins of the states that there are, and counts what there is: once, when those tables are new.
pub(crate) async fn count_all(store: &mut Store) -> sqlx::Result<()> {
    // From when on each agent was logged in, and until when as far as was seen: for ever of a state that goes on.
    let mut log_ins: BTreeMap<String, (i64, Option<i64>)> = BTreeMap::new();
    for (what, sql) in [(Is::State, STATES), (Is::Hold, HOLDS), (Is::Ring, RINGS)] {
        let mut last = 0;
        loop {
            let rows = ask(sql).bind(last).bind(AT_ONCE).rows(store).await?;
            let mut amounts = Amounts::default();
            for row in &rows {
                last = row.get("id")?;
                match what {
                    Is::State => past_state(store, row, &mut log_ins, &mut amounts).await?,
                    Is::Hold => {
                        count(row, (amounts::HELD, ""), &mut amounts)?;
                    }
                    Is::Ring => {
                        let (agent, ended): (String, String) =
                            (row.get("agent")?, row.get("ended")?);
                        amounts.rang(&agent, &ended, row.get("at")?);
                    }
                }
            }
            amounts.write(store).await?;
            if rows.is_empty() {
                break;
            }
        }
    }
    let mut amounts = Amounts::default();
    for (agent, log_in) in log_ins {
        past_log_in(store, &agent, log_in, &mut amounts).await?;
    }
    amounts.write(store).await
}

/// What a row of an older ledger is.
#[derive(Clone, Copy, Debug)]
enum Is {
    State,
    Hold,
    Ring,
}

async fn past_state(
    store: &mut Store,
    row: &Row,
    log_ins: &mut BTreeMap<String, (i64, Option<i64>)>,
    amounts: &mut Amounts,
) -> sqlx::Result<()> {
    let agent: String = row.get("agent")?;
    let (from, to): (i64, Option<i64>) = (row.get("from_at")?, row.get("to_at")?);
    if to.is_some() {
        count_state(row, amounts)?;
    }
    let log_in = log_ins.entry(agent.clone()).or_insert((from, Some(from)));
    if log_in.1 == Some(from) {
        log_in.1 = to;
        return Ok(());
    }
    let over = std::mem::replace(log_in, (from, to));
    past_log_in(store, &agent, over, amounts).await
}

async fn past_log_in(
    store: &mut Store,
    agent: &str,
    (from, to): (i64, Option<i64>),
    amounts: &mut Amounts,
) -> sqlx::Result<()> {
    if let Some(to) = to {
        amounts.spent(agent, (amounts::LOGGED_IN, ""), (from, to));
    }
    ask(PAST_LOG_IN).bind(agent).bind(from).bind(to).execute(store).await.map(drop)
}
