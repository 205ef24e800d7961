//! Writes events: the row of the event, and what it changes in the row of its call, together.

use crate::project::project;
use crate::text::{column, micros, short};
use events::{AgentEvent, CallEvent, Event, What};
use serde_json::{Map, Value};
use sqlx::{Connection, SqliteConnection};

/// Writes all of `batch` or none of it. What is on disk already is left as it is.
pub(crate) async fn commit(
    connection: &mut SqliteConnection,
    run: i64,
    batch: &[Event],
) -> sqlx::Result<()> {
    // IMMEDIATE: a lock of somebody else is met here, where SQLite waits for it.
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    for event in batch {
        record(&mut transaction, run, column(event.seq), event).await?;
    }
    transaction.commit().await
}

/// Writes one event under `seq`, inside the transaction of the caller.
pub(crate) async fn record(
    connection: &mut SqliteConnection,
    run: i64,
    seq: i64,
    event: &Event,
) -> sqlx::Result<()> {
    let row = Row::of(event);
    let inserted = sqlx::query(
        "INSERT INTO events (run, seq, at, call, agent, kind, detail)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (run, seq) DO NOTHING",
    )
    .bind(run)
    .bind(seq)
    .bind(micros(event.at))
    .bind(row.call)
    .bind(row.agent)
    .bind(row.kind)
    .bind(row.detail)
    .execute(&mut *connection)
    .await?
    .rows_affected();
    match &event.what {
        What::Call(call, happened) if inserted == 1 => {
            project(connection, column(call.0), micros(event.at), happened).await
        }
        What::Call(..) | What::Agent(..) => Ok(()),
    }
}

/// An event as columns.
struct Row {
    call: Option<i64>,
    agent: Option<String>,
    kind: String,
    detail: String,
}

impl Row {
    fn of(event: &Event) -> Self {
        let (call, agent, value) = match &event.what {
            What::Call(call, happened) => {
                (Some(column(call.0)), agent_in(happened), serde_json::to_value(happened))
            }
            What::Agent(agent, happened) => {
                (call_in(happened), Some(&**agent), serde_json::to_value(happened))
            }
        };
        let Ok(Value::Object(mut fields)) = value else {
            unreachable!("an event is an enum tagged by `event`, which serialises to an object")
        };
        let kind = match fields.remove("event") {
            Some(Value::String(kind)) => kind,
            Some(_) | None => unreachable!("the tag `event` is a string"),
        };
        shorten(&mut fields);
        Self {
            call,
            agent: agent.map(|agent| short(agent).into_owned()),
            kind,
            detail: Value::Object(fields).to_string(),
        }
    }
}

fn shorten(fields: &mut Map<String, Value>) {
    for value in fields.values_mut() {
        if let Value::String(text) = value {
            *text = short(text).into_owned();
        }
    }
}

fn agent_in(event: &CallEvent) -> Option<&str> {
    match event {
        CallEvent::Rang { agent, .. }
        | CallEvent::ReservationEnded { agent, .. }
        | CallEvent::Connected { agent } => Some(agent),
        CallEvent::Offered { .. }
        | CallEvent::Answered
        | CallEvent::Chose { .. }
        | CallEvent::Queued { .. }
        | CallEvent::PlaceTold { .. }
        | CallEvent::Held { .. }
        | CallEvent::Resumed
        | CallEvent::Ended { .. } => None,
    }
}

fn call_in(event: &AgentEvent) -> Option<i64> {
    match event {
        AgentEvent::WrapUpStarted { call, .. } => Some(column(*call)),
        AgentEvent::Reachable
        | AgentEvent::Unreachable
        | AgentEvent::LoggedIn
        | AgentEvent::LoggedOut
        | AgentEvent::MissedTooOften
        | AgentEvent::WrapUpEnded => None,
    }
}
