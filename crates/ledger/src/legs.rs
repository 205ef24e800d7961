//! How the sound of each leg of a call was: a row each, made of their events.
//!
//! The row comes when the leg's stream has closed, after the end of the call. A leg of a process that was killed
//! has none, and what a phone does not report is NULL.

use crate::error::ReadError;
use crate::place::Place;
use crate::store::{Row, Store, ask};
use crate::text::{column, short, timestamp};
use crate::{read, schema};
use events::LegSound;
use ids::CallId;
use jiff::Timestamp;
use serde::Serialize;

const CLOSED: &str = "
    INSERT INTO legs (call, closed_at, leg, side, agent, codec, encrypted, sent, received, expected, lost, strangers,
        jitter_us, jitter_max_us, round_trip_us, told_lost, told_jitter_us, mos)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)";

/// How the sound of one leg was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LegRow {
    /// The call.
    pub call: u64,
    /// The leg's number in its run.
    pub leg: u64,
    /// Whose it is: `caller`, `agent` or `called`.
    pub side: String,
    /// The agent, if it is one's.
    pub agent: Option<String>,
    /// When its stream closed.
    pub closed_at: Timestamp,
    /// The codec.
    pub codec: String,
    /// Whether the sound was encrypted.
    pub encrypted: bool,
    /// Packets that we sent.
    pub sent: u64,
    /// Packets of the phone that we took.
    pub received: u64,
    /// Packets that the phone sent, by their numbers.
    pub expected: u64,
    /// Those of them that never came.
    pub lost: u64,
    /// Packets of strangers, dropped.
    pub strangers: u64,
    /// How unevenly they came on average, in microseconds.
    pub jitter_us: Option<u64>,
    /// The same at its worst.
    pub jitter_max_us: Option<u64>,
    /// The way to the phone and back on average, in microseconds.
    pub round_trip_us: Option<u64>,
    /// Packets of ours that never came there.
    pub told_lost: Option<u64>,
    /// How unevenly ours come there, in microseconds.
    pub told_jitter_us: Option<u64>,
    /// What listeners would say of what came, in hundredths.
    pub mos: Option<u64>,
}

/// A leg of `call` was closed `at` (microseconds).
pub(crate) async fn project(
    store: &mut Store,
    call: i64,
    at: i64,
    sound: &LegSound,
) -> sqlx::Result<()> {
    let LegSound { leg, side, agent, codec, encrypted, sent, received, .. } = sound;
    let row = ask(CLOSED).bind(call).bind(at).bind(column(*leg)).bind(side.word());
    let row = row.bind(agent.as_deref().map(short)).bind(short(codec)).bind(*encrypted);
    let row = row.bind(column(*sent)).bind(column(*received)).bind(column(sound.expected));
    let row = row.bind(column(sound.lost)).bind(column(sound.strangers));
    let measured = [
        sound.jitter_us,
        sound.jitter_max_us,
        sound.round_trip_us,
        sound.told_lost,
        sound.told_jitter_us,
        sound.mos,
    ];
    let row = measured.into_iter().fold(row, |row, value| row.bind(value.map(column)));
    row.execute(store).await.map(drop)
}

/// How the sound of each leg of a call was, in the order in which they closed. None of a ledger that is older than that.
///
/// # Errors
/// When there is no ledger at `place`, or it cannot be read.
pub async fn legs(place: &Place, call: CallId) -> Result<Vec<LegRow>, ReadError> {
    let (mut store, version) = read::versioned(place).await?;
    if version < schema::LEGS_SINCE {
        return Ok(Vec::new());
    }
    let asked = ask("SELECT * FROM legs WHERE call = $1 ORDER BY id").bind(column(call.0));
    let rows = asked.rows(&mut store).await;
    let legs = rows.and_then(|rows| rows.iter().map(LegRow::read).collect());
    legs.map_err(|source| ReadError::of(place, source))
}

impl LegRow {
    fn read(row: &Row) -> sqlx::Result<Self> {
        let count = |name: &str| row.get::<i64>(name).map(of_column);
        let measured = |name: &str| row.get::<Option<i64>>(name).map(|value| value.map(of_column));
        Ok(Self {
            call: count("call")?,
            leg: count("leg")?,
            side: row.get("side")?,
            agent: row.get("agent")?,
            closed_at: timestamp(row.get("closed_at")?),
            codec: row.get("codec")?,
            encrypted: row.get::<i64>("encrypted")? != 0,
            sent: count("sent")?,
            received: count("received")?,
            expected: count("expected")?,
            lost: count("lost")?,
            strangers: count("strangers")?,
            jitter_us: measured("jitter_us")?,
            jitter_max_us: measured("jitter_max_us")?,
            round_trip_us: measured("round_trip_us")?,
            told_lost: measured("told_lost")?,
            told_jitter_us: measured("told_jitter_us")?,
            mos: measured("mos")?,
        })
    }
}

fn of_column(value: i64) -> u64 {
    u64::try_from(value).unwrap_or(0)
}
