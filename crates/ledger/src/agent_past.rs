//! What an agent was doing at a moment that is over, and what had led there.

use crate::error::ReadError;
use crate::explained::decision;
use crate::place::Place;
use crate::read::connect;
use crate::store::{Row, Store, ask};
use crate::text::timestamp;
use jiff::Timestamp;
use serde_json::Value;
use snapshot::{AgentHappened, AgentPast};
use std::collections::BTreeMap;

/// Fields that are told. Others may have somebody's number.
const TOLD: [&str; 12] = [
    "state",
    "pause",
    "call",
    "disposition",
    "queue",
    "end",
    "length_ms",
    "by",
    "command",
    "with",
    "phone",
    "attempt",
];

/// Why something was, where it is a word of ours.
const WHY: &str = "why";

const IS_THERE: &str = "SELECT 1 FROM agent_states WHERE agent = $1 LIMIT 1";
const STATE: &str = "
    SELECT state, pause, from_at, to_at FROM agent_states
    WHERE agent = $1 AND from_at <= $2 AND (to_at > $2 OR to_at IS NULL)
    ORDER BY from_at DESC, id DESC LIMIT 1";
const BEFORE: &str = "
    SELECT to_at FROM agent_states WHERE agent = $1 AND to_at <= $2
    ORDER BY to_at DESC, from_at DESC LIMIT 1";
const BEHIND: &str = "
    SELECT from_at FROM agent_states WHERE agent = $1 AND from_at > $2 ORDER BY from_at, id LIMIT 1";
const HAPPENED: &str = "
    SELECT at, call, kind, detail FROM events
    WHERE agent = $1 AND at <= $2 AND at >= $3 ORDER BY at DESC, run DESC, seq DESC LIMIT $4";

/// What the agent of an account was doing at a moment, and what had led there; none where the ledger knows nobody of
/// this account.
///
/// # Errors
/// When there is no ledger at `place`, or it cannot be read.
pub async fn agent_past(
    place: &Place,
    agent: &str,
    at: Timestamp,
) -> Result<Option<AgentPast>, ReadError> {
    let mut store = connect(place).await?;
    let past = read(&mut store, agent, at).await;
    past.map_err(|source| ReadError::of(place, source))
}

async fn read(store: &mut Store, agent: &str, at: Timestamp) -> sqlx::Result<Option<AgentPast>> {
    if ask(IS_THERE).bind(agent).row(store).await?.is_none() {
        return Ok(None);
    }
    let moment = at.as_microsecond();
    let state = ask(STATE).bind(agent).bind(moment).row(store).await?;
    let happened = happened(store, agent, at).await?;
    let agent = agent.to_owned();
    let past = match state {
        Some(row) => AgentPast {
            at,
            agent,
            state: row.get("state")?,
            pause: row.get("pause")?,
            since: Some(timestamp(row.get("from_at")?)),
            until: row.get::<Option<i64>>("to_at")?.map(timestamp),
            happened,
        },
        // What is between two log-ins has no row.
        None => AgentPast {
            at,
            state: "logged_out".to_owned(),
            pause: None,
            since: ask(BEFORE).bind(&*agent).bind(moment).number(store).await?.map(timestamp),
            until: ask(BEHIND).bind(&*agent).bind(moment).number(store).await?.map(timestamp),
            agent,
            happened,
        },
    };
    Ok(Some(past))
}

async fn happened(
    store: &mut Store,
    agent: &str,
    at: Timestamp,
) -> sqlx::Result<Vec<AgentHappened>> {
    let moment = at.as_microsecond();
    let back = moment.saturating_sub(AgentPast::HOURS_BACK * 3_600_000_000);
    let rows = ask(HAPPENED).bind(agent).bind(moment).bind(back);
    let rows = rows.bind(AgentPast::HAPPENED_MAX).rows(store).await?;
    rows.iter().rev().map(of_row).collect()
}

fn of_row(row: &Row) -> sqlx::Result<AgentHappened> {
    let detail: Value = serde_json::from_str(&row.get::<String>("detail")?).unwrap_or_default();
    let event: String = row.get("kind")?;
    let why = decision(row).filter(|_| event == "rang");
    let mut with: BTreeMap<String, String> = TOLD
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), word(detail.get(*name)?)?)))
        .collect();
    // Elsewhere it is a sentence, in which a number may be.
    if event == "command_refused" || event == "call_out_refused" {
        with.extend(detail.get(WHY).and_then(word).map(|why| (WHY.to_owned(), why)));
    }
    Ok(AgentHappened {
        at: timestamp(row.get("at")?),
        call: row.get::<Option<i64>>("call")?.and_then(|call| u64::try_from(call).ok()),
        event,
        with,
        why,
    })
}

/// A text or a number of a row.
fn word(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}
