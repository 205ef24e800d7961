//! What is kept of talks: a row for each recording, made of its events.
//!
//! A call has several where the caller came back to the dialplan between two agents, or where the server was started anew. The
//! row begins with the recording, and has what came of it when that is known, which is mostly after the end of the call.

use crate::error::{OpenError, ReadError};
use crate::open::Ledger;
use crate::place::Place;
use crate::store::{Row, Store, ask};
use crate::text::{column, short, timestamp};
use crate::{legs, read, schema};
use events::{RecordingEnd, RecordingLabel, RecordingName, SoundEvent};
use ids::{CallId, RecordingId};
use jiff::Timestamp;
use serde::Serialize;
use std::collections::BTreeMap;

const BEGAN: &str = "
    INSERT INTO recordings (recording, call, began_at, agent, queue, started_by)
    VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (recording) DO NOTHING";
/// The end of one that failed may be told again, when a start has found something of it.
const ENDED: &str = "
    UPDATE recordings SET ended_at = $2, state = $3, length_ms = $4, bytes = $5, packets_missed = $6
    WHERE recording = $1 AND (state IS NULL OR state = 'failed')";

/// One recording of a talk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RecordingRow {
    /// Its name, in sixteen hexadecimal digits.
    pub recording: String,
    /// The call.
    pub call: u64,
    /// When it began.
    pub began_at: Timestamp,
    /// The agent with whom it began.
    pub agent: Option<String>,
    /// The queue that wanted it.
    pub queue: Option<String>,
    /// What had it begun: `queue`.
    pub started_by: String,
    /// When it was known what came of it; none: it goes on.
    pub ended_at: Option<Timestamp>,
    /// `whole`, `cut_off` or `failed`; none: it goes on.
    pub state: Option<String>,
    /// How long it is, in milliseconds.
    pub length_ms: Option<u64>,
    /// How large its file is.
    pub bytes: Option<u64>,
    /// Packets that could not be written in time.
    pub packets_missed: Option<u64>,
}

/// How far a recording is, as the ledger knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordingState {
    /// Its end was never told.
    GoesOn,
    /// There was nothing of it.
    Failed,
    /// There is a file.
    There,
}

/// Applies `event`, which happened `at` (microseconds), to the legs and recordings of `call`.
pub(crate) async fn project(
    store: &mut Store,
    call: i64,
    at: i64,
    event: &SoundEvent,
) -> sqlx::Result<()> {
    let change = match event {
        SoundEvent::LegClosed(sound) => return legs::project(store, call, at, sound).await,
        SoundEvent::RecordingBegan { recording: RecordingName(id), label } => {
            let RecordingLabel { began_at, agent, started_by, queue, .. } = &**label;
            ask(BEGAN)
                .bind(id.hex())
                .bind(call)
                .bind(*began_at)
                .bind(agent.as_deref().map(short))
                .bind(queue.as_deref().map(short))
                .bind(started_by.word())
        }
        // Where it is silent, and why, is in the events.
        SoundEvent::RecordingPaused { .. } | SoundEvent::RecordingResumed { .. } => return Ok(()),
        SoundEvent::RecordingEnded { recording, end, length_ms, bytes, packets_missed } => {
            ask(ENDED)
                .bind(recording.0.hex())
                .bind(at)
                .bind(end.word())
                .bind(column(*length_ms))
                .bind(column(*bytes))
                .bind(i64::from(*packets_missed))
        }
    };
    change.execute(store).await.map(drop)
}

/// The agent of whom it is told.
pub(crate) fn agent_in(event: &SoundEvent) -> Option<&str> {
    match event {
        SoundEvent::LegClosed(sound) => sound.agent.as_deref(),
        SoundEvent::RecordingBegan { label, .. } => label.agent.as_deref(),
        SoundEvent::RecordingPaused { .. }
        | SoundEvent::RecordingResumed { .. }
        | SoundEvent::RecordingEnded { .. } => None,
    }
}

impl Ledger {
    /// Every recording with its call, and how far it is.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn recordings(
        &mut self,
    ) -> Result<BTreeMap<RecordingId, (CallId, RecordingState)>, OpenError> {
        let rows = ask("SELECT recording, call, state FROM recordings").rows(&mut self.store).await;
        let rows = rows.map_err(|source| OpenError::of(&self.place, source))?;
        Ok(rows.iter().filter_map(known).collect())
    }
}

fn known(row: &Row) -> Option<(RecordingId, (CallId, RecordingState))> {
    let id = RecordingId::from_hex(&row.get::<String>("recording").ok()?)?;
    let call = u64::try_from(row.get::<i64>("call").ok()?).ok()?;
    let state = row.get::<Option<String>>("state").ok()?;
    let state = match state.as_deref() {
        None => RecordingState::GoesOn,
        Some(word) if word == RecordingEnd::Failed.word() => RecordingState::Failed,
        Some(_) => RecordingState::There,
    };
    Some((id, (CallId(call), state)))
}

/// The recordings of a call in their order. None of a ledger that is older than that.
///
/// # Errors
/// When there is no ledger at `place`, or it cannot be read.
pub async fn recordings(place: &Place, call: CallId) -> Result<Vec<RecordingRow>, ReadError> {
    let (mut store, version) = read::versioned(place).await?;
    if version < schema::RECORDINGS_SINCE {
        return Ok(Vec::new());
    }
    let asked = ask("SELECT * FROM recordings WHERE call = $1 ORDER BY began_at, id");
    let rows = asked.bind(column(call.0)).rows(&mut store).await;
    let recordings = rows.and_then(|rows| rows.iter().map(RecordingRow::read).collect());
    recordings.map_err(|source| ReadError::of(place, source))
}

impl RecordingRow {
    fn read(row: &Row) -> sqlx::Result<Self> {
        let count = |name: &str| {
            let count = row.get::<Option<i64>>(name);
            count.map(|count| count.and_then(|it| u64::try_from(it).ok()))
        };
        Ok(Self {
            recording: row.get("recording")?,
            call: count("call")?.unwrap_or_default(),
            began_at: timestamp(row.get("began_at")?),
            agent: row.get("agent")?,
            queue: row.get("queue")?,
            started_by: row.get("started_by")?,
            ended_at: row.get::<Option<i64>>("ended_at")?.map(timestamp),
            state: row.get("state")?,
            length_ms: count("length_ms")?,
            bytes: count("bytes")?,
            packets_missed: count("packets_missed")?,
        })
    }
}
