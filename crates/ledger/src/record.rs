//! Writes entries: for an event its row, and what it changes in the row of its call, together.

use crate::agents;
use crate::bindings;
use crate::callbacks;
use crate::calls_on;
use crate::desks;
use crate::entry::Entry;
use crate::messages;
use crate::project::project;
use crate::quarters::Tally;
use crate::queues;
use crate::recordings;
use crate::spool::Record;
use crate::spooled::Replayed;
use crate::store::{Store, ask};
use crate::surveys;
use crate::text::{column, micros, short};
use crate::visits;
use crate::zone;
use events::{AgentEvent, CallEvent, Event, Subject, What};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Writes all of `batch` or none of it. What is on disk already is left as it is.
pub(crate) async fn commit(store: &mut Store, run: i64, batch: &[Entry]) -> sqlx::Result<()> {
    store.begin().await?;
    let written = write_all(store, run, batch).await;
    store.end(written).await
}

async fn write_all(store: &mut Store, run: i64, batch: &[Entry]) -> sqlx::Result<()> {
    let mut tally = Tally::default();
    for entry in batch {
        write(store, run, entry, &mut tally).await?;
    }
    tally.write(store).await
}

/// Writes all of these records of the spool or none of them, each under the run that it belongs to.
pub(crate) async fn replay(store: &mut Store, records: &[Record]) -> sqlx::Result<()> {
    store.begin().await?;
    let written = replay_all(store, records).await;
    store.end(written).await
}

async fn replay_all(store: &mut Store, records: &[Record]) -> sqlx::Result<()> {
    let mut tally = Tally::default();
    for Record { run, entry } in records {
        match entry.clone().replayed() {
            Replayed::Entry(entry) => write(store, *run, &entry, &mut tally).await?,
            Replayed::Row { seq, at, row } => {
                insert(store, *run, (seq, at), row, &mut tally).await?;
            }
        }
    }
    tally.write(store).await
}

/// Writes one entry, inside the transaction of the caller, who writes what is tallied, too.
async fn write(store: &mut Store, run: i64, entry: &Entry, tally: &mut Tally) -> sqlx::Result<()> {
    match entry {
        Entry::Event(event) => record(store, run, column(event.seq), event, tally).await,
        Entry::Binding(change) => bindings::change(store, change).await,
        Entry::TimeZone(name) => zone::keep(store, name).await,
        Entry::Desk(desk) => desks::change(store, desk).await,
        Entry::Call(call) => calls_on::change(store, run, call).await,
        Entry::NoCall(call) => calls_on::forget(store, column(call.0)).await,
    }
}

/// Writes one event under `seq`, inside the transaction of the caller, who writes what is tallied, too.
pub(crate) async fn record(
    store: &mut Store,
    run: i64,
    seq: i64,
    event: &Event,
    tally: &mut Tally,
) -> sqlx::Result<()> {
    let inserted = insert(store, run, (seq, micros(event.at)), Row::of(event), tally).await?;
    match &event.what {
        What::Call(call, happened) | What::WorkItem(call, happened) if inserted => {
            let call = column(call.0);
            if let CallEvent::Queued { queue, .. } = happened {
                callbacks::queued(store, call, queue).await?;
            }
            if let CallEvent::Ended { .. } = happened {
                calls_on::forget(store, call).await?;
            }
            project(store, call, micros(event.at), happened, &mut tally.amounts).await?;
            agents::held(store, call, micros(event.at), happened, &mut tally.amounts).await?;
            // What waits for an agent beside the callers is no visit.
            if let What::Call(..) = event.what {
                visits::project(store, call, micros(event.at), happened, tally).await?;
                surveys::project(store, call, micros(event.at), happened).await?;
            }
            Ok(())
        }
        What::Message(id, happened) if inserted => {
            messages::project(store, *id, micros(event.at), happened).await?;
            surveys::commented(store, happened).await
        }
        What::Callback(id, happened) if inserted => {
            callbacks::project(store, *id, micros(event.at), happened).await?;
            visits::promised(store, column(id.0), happened, tally).await
        }
        What::Sound(call, happened) if inserted => {
            recordings::project(store, column(call.0), micros(event.at), happened).await
        }
        What::Queue(queue, happened) if inserted => {
            queues::project(store, queue, micros(event.at), happened).await
        }
        What::Call(..)
        | What::WorkItem(..)
        | What::Callback(..)
        | What::Sound(..)
        | What::Agent(..)
        | What::Queue(..)
        | What::Trunk(..)
        | What::Command(..)
        | What::Message(..) => Ok(()),
    }
}

/// Writes the row of an event, and says whether it was not there yet.
async fn insert(
    store: &mut Store,
    run: i64,
    (seq, at): (i64, i64),
    row: Row,
    tally: &mut Tally,
) -> sqlx::Result<bool> {
    let inserted = ask("INSERT INTO events (run, seq, at, call, agent, kind, detail)
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (run, seq) DO NOTHING");
    let inserted = inserted.bind(run).bind(seq).bind(at);
    let inserted = inserted.bind(row.call).bind(row.agent.as_deref());
    let inserted = inserted.bind(row.kind.as_str()).bind(row.detail.as_str());
    let is_new = inserted.execute(store).await? == 1;
    if is_new {
        agents::project(store, at, &row, &mut tally.amounts).await?;
    }
    Ok(is_new)
}

/// An event as columns.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Row {
    pub(crate) call: Option<i64>,
    pub(crate) agent: Option<String>,
    pub(crate) kind: String,
    pub(crate) detail: String,
}

impl Row {
    pub(crate) fn of(event: &Event) -> Self {
        let (mut trunk, mut message, mut queue) = (None, None, None);
        let (call, agent, value) = match &event.what {
            What::Call(call, happened) | What::WorkItem(call, happened) => {
                (Some(column(call.0)), agent_in(happened), serde_json::to_value(happened))
            }
            What::Agent(agent, happened) => {
                (call_in(happened), Some(&**agent), serde_json::to_value(happened))
            }
            What::Sound(call, happened) => {
                let agent = recordings::agent_in(happened);
                (Some(column(call.0)), agent, serde_json::to_value(happened))
            }
            What::Trunk(name, happened) => {
                trunk = Some(name.to_string());
                (None, None, serde_json::to_value(happened))
            }
            What::Queue(name, happened) => {
                queue = Some(name.to_string());
                (None, None, serde_json::to_value(happened))
            }
            What::Command(Subject::Queue(name), given) => {
                queue = Some(name.to_string());
                (None, None, serde_json::to_value(given))
            }
            What::Command(Subject::Agent(agent), given) => {
                (None, Some(&**agent), serde_json::to_value(given))
            }
            What::Command(Subject::Call(call), given) => {
                (Some(column(call.0)), None, serde_json::to_value(given))
            }
            What::Command(Subject::Plan, given) => (None, None, serde_json::to_value(given)),
            What::Command(Subject::Message(id), given) => {
                message = Some(id.hex());
                (None, None, serde_json::to_value(given))
            }
            What::Callback(id, happened) => {
                (Some(column(id.0)), callbacks::agent_in(happened), serde_json::to_value(happened))
            }
            What::Message(id, happened) => {
                message = Some(id.hex());
                (
                    messages::call_in(happened),
                    messages::agent_in(happened),
                    serde_json::to_value(happened),
                )
            }
        };
        let Ok(Value::Object(mut fields)) = value else {
            unreachable!("an event is an enum tagged by `event`, which serialises to an object")
        };
        let Some(Value::String(kind)) = fields.remove("event") else {
            unreachable!("the tag `event` is a string")
        };
        fields.extend(trunk.map(|name| ("trunk".to_owned(), Value::String(name))));
        fields.extend(queue.map(|name| ("queue".to_owned(), Value::String(name))));
        fields.extend(message.map(|id| ("message".to_owned(), Value::String(id))));
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
        CallEvent::Redirected { agent, .. }
        | CallEvent::Transferred { by: agent, .. }
        | CallEvent::TransferFailed { by: agent, .. }
        | CallEvent::Monitored { agent, .. }
        | CallEvent::Rang { agent, .. }
        | CallEvent::ReservationEnded { agent, .. }
        | CallEvent::KeptFor { agent, .. }
        | CallEvent::AskedAfter { agent, .. }
        | CallEvent::Connected { agent } => Some(agent),
        CallEvent::Offered { .. }
        | CallEvent::Unserved(_)
        | CallEvent::Answered
        | CallEvent::Chose { .. }
        | CallEvent::Decided { .. }
        | CallEvent::Noted { .. }
        | CallEvent::Queued { .. }
        | CallEvent::QueueFull { .. }
        | CallEvent::FoundClosed { .. }
        | CallEvent::SentOn { .. }
        | CallEvent::CalledOut { .. }
        | CallEvent::CallOutFailed { .. }
        | CallEvent::PutThrough { .. }
        | CallEvent::LeftByKey { .. }
        | CallEvent::TakenOut { .. }
        | CallEvent::PlaceTold { .. }
        | CallEvent::WaitTold { .. }
        | CallEvent::WaitUntold { .. }
        | CallEvent::Held { .. }
        | CallEvent::Resumed
        | CallEvent::PlaceRegained { .. }
        | CallEvent::Recovered
        | CallEvent::LookedUp { .. }
        | CallEvent::VoicemailFull { .. }
        | CallEvent::Ended { .. } => None,
    }
}

fn call_in(event: &AgentEvent) -> Option<i64> {
    match event {
        AgentEvent::WrapUpStarted { call, .. }
        | AgentEvent::WrapUpExtended { call, .. }
        | AgentEvent::Filed { call, .. } => Some(column(*call)),
        AgentEvent::Reachable
        | AgentEvent::Unreachable
        | AgentEvent::LoggedIn
        | AgentEvent::LoggedOut
        | AgentEvent::MissedTooOften
        | AgentEvent::CallOutRefused { .. }
        | AgentEvent::WrapUpEnded
        | AgentEvent::LeftQueue { .. }
        | AgentEvent::JoinedQueue { .. }
        | AgentEvent::PausedTooLong { .. }
        | AgentEvent::ChosenPhoneGone { .. }
        // What an agent is doing is no part of a call's own story.
        | AgentEvent::State { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Ledger, Place};
    use clock::WallTime;
    use events::{By, CommandEvent};
    use ids::CallId;

    async fn count(ledger: &mut Ledger) -> (Option<i64>, Option<i64>) {
        let events = ask("SELECT count(*) FROM events").number(&mut ledger.store).await.unwrap();
        (events, ask("SELECT count(*) FROM calls").number(&mut ledger.store).await.unwrap())
    }

    fn offered(seq: u64) -> Entry {
        let event = CallEvent::Offered {
            number: "9000".into(),
            caller: events::Ani::new("0701234567"),
            trunk: None,
            diverted_by: None,
            direction: events::Direction::In,
        };
        let what = What::Call(CallId(seq), event);
        Event { seq, at: WallTime::from_micros(1), what }.into()
    }

    #[tokio::test]
    async fn a_batch_that_finds_no_room_leaves_no_trace_and_is_written_once_there_is_some() {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::sqlite(folder.path().join("ledger.db"));
        let (mut ledger, _) = Ledger::open(&place).await.unwrap();
        let batch: Vec<_> = (1..=500).map(offered).collect();
        // SQLite takes the pages that there are as the most that there may be: a full disk.
        ledger.store.script("PRAGMA max_page_count = 1").await.unwrap();
        for _ in 0..3 {
            let error = commit(&mut ledger.store, ledger.run, &batch).await.unwrap_err();
            assert!(error.to_string().contains("database or disk is full"), "{error}");
            assert_eq!(count(&mut ledger).await, (Some(0), Some(0)));
        }
        ledger.store.script("PRAGMA max_page_count = 100000").await.unwrap();
        commit(&mut ledger.store, ledger.run, &batch).await.unwrap();
        assert_eq!(count(&mut ledger).await, (Some(500), Some(500)));
    }

    #[test]
    fn a_command_is_kept_with_its_giver_beside_whom_it_is_about() {
        let given = CommandEvent::Refused {
            by: By::Token("wallboard".into()),
            command: "make_ready",
            with: None,
            why: "agent_state",
        };
        let row = |about| {
            let what = What::Command(about, Box::new(given.clone()));
            Row::of(&Event { seq: 1, at: WallTime::from_micros(1), what })
        };
        let of_agent = row(Subject::Agent("1001".into()));
        assert_eq!((of_agent.call, of_agent.agent.as_deref()), (None, Some("1001")));
        assert_eq!(of_agent.kind, "command_refused");
        let detail = r#"{"by":"token:wallboard","command":"make_ready","why":"agent_state"}"#;
        assert_eq!(of_agent.detail, detail);
        let of_call = row(Subject::Call(CallId(7)));
        assert_eq!((of_call.call, of_call.agent), (Some(7), None));
    }
}
