//! A call and an event as they are read from the ledger.

use crate::store::Row;
use crate::text::timestamp;
use jiff::Timestamp;
use serde::Serialize;

/// One call, as far as it has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CallRow {
    /// The call's number.
    pub id: u64,
    /// Which way it goes: `in`, `internal` between agents, or `out`.
    pub direction: String,
    /// The number dialled.
    pub number: String,
    /// The number of the caller, whole; empty when withheld.
    pub caller: String,
    /// The language in which the caller was spoken to, once in a queue.
    pub language: Option<String>,
    /// The last queue that the caller entered.
    pub queue: Option<String>,
    /// The last agent who talked with the caller.
    pub agent: Option<String>,
    /// When the INVITE came.
    pub offered_at: Timestamp,
    /// When we answered.
    pub answered_at: Option<Timestamp>,
    /// When the caller entered the first queue.
    pub queued_at: Option<Timestamp>,
    /// When the caller first heard an agent.
    pub connected_at: Option<Timestamp>,
    /// When it was over; none while it is on.
    pub ended_at: Option<Timestamp>,
    /// From the queue to the agent or the end, in milliseconds; none without a queue.
    pub wait_ms: Option<u64>,
    /// From the agent to the end, in milliseconds, holds included.
    pub talk_ms: Option<u64>,
    /// What became of it, in one word (`events::Outcome::word`); none while it is on.
    pub outcome: Option<String>,
    /// What the caller who left was doing: `dialling`, `in_menu`, `waiting` or `ringing`.
    pub abandoned_while: Option<String>,
    /// Why it ended, for people.
    pub cause: Option<String>,
    /// How many times a place in the queue was told.
    pub places_told: u64,
    /// How many times an agent was rung.
    pub reservations: u64,
}

impl CallRow {
    pub(crate) fn read(row: &Row) -> sqlx::Result<Self> {
        let at = |name: &str| row.get::<Option<i64>>(name).map(|at| at.map(timestamp));
        let length = |name: &str| row.get::<Option<i64>>(name).map(|ms| ms.map(count));
        Ok(Self {
            id: count(row.get("id")?),
            direction: row.get("direction")?,
            number: row.get("number")?,
            caller: row.get("caller")?,
            language: row.get("language")?,
            queue: row.get("queue")?,
            agent: row.get("agent")?,
            offered_at: timestamp(row.get("offered_at")?),
            answered_at: at("answered_at")?,
            queued_at: at("queued_at")?,
            connected_at: at("connected_at")?,
            ended_at: at("ended_at")?,
            wait_ms: length("wait_ms")?,
            talk_ms: length("talk_ms")?,
            outcome: row.get("outcome")?,
            abandoned_while: row.get("abandoned_while")?,
            cause: row.get("cause")?,
            places_told: count(row.get("places_told")?),
            reservations: count(row.get("reservations")?),
        })
    }
}

/// One event of a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EventRow {
    /// The run of the engine.
    pub run: i64,
    /// The number in that run; below zero when the ledger itself made the event at a start.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// The agent, if it has to do with one.
    pub agent: Option<String>,
    /// What happened: `offered`, `queued`, …
    pub kind: String,
    /// The rest of it.
    pub detail: serde_json::Value,
}

impl EventRow {
    pub(crate) fn read(row: &Row) -> sqlx::Result<Self> {
        let detail: String = row.get("detail")?;
        Ok(Self {
            run: row.get("run")?,
            seq: row.get("seq")?,
            at: timestamp(row.get("at")?),
            agent: row.get("agent")?,
            kind: row.get("kind")?,
            detail: serde_json::from_str(&detail)
                .map_err(|error| sqlx::Error::Decode(error.into()))?,
        })
    }
}

fn count(column: i64) -> u64 {
    u64::try_from(column).unwrap_or(0)
}
