//! The ledger as lines of JSON, for whoever analyses it, with or without people's numbers.

use crate::error::ReadError;
use crate::number::Number;
use crate::place::Place;
use crate::store::{Row, ask};
use crate::{read, schema};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Map, Value, json};
use sha2::Sha256;
use std::fmt::{self, Write as _};
use std::io;
use thiserror::Error;

/// Rows that are read at once.
const AT_ONCE: i64 = 1_000;
/// Bytes of a pseudonym.
const PSEUDONYM_BYTES: usize = 8;

/// Whether people's numbers go out as they are.
#[derive(Clone)]
pub enum Numbers {
    /// As they are.
    Whole,
    /// As pseudonyms: the same number has the same one, in whatever form and in every export with this key; without the
    /// key nobody can say whose it is. Names, companies and what was typed are left out.
    Pseudonymous([u8; 32]),
}

/// The key is nobody's to see.
impl fmt::Debug for Numbers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Whole => "Whole",
            Self::Pseudonymous(_) => "Pseudonymous",
        })
    }
}

/// Why an export has ended.
#[derive(Debug, Error)]
pub enum ExportError {
    /// The ledger cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// Nobody takes the lines.
    #[error("the export cannot be written: {0}")]
    Write(#[from] io::Error),
}

/// One table, and how its rows are read on from the last one.
struct Table {
    name: &'static str,
    sql: &'static str,
    numbers: &'static [&'static str],
    texts: &'static [&'static str],
    people: &'static [&'static str],
}

const CALLS: Table = Table {
    name: "calls",
    sql: "SELECT * FROM calls WHERE id > $1 ORDER BY id LIMIT $2",
    numbers: &[
        "id",
        "offered_at",
        "answered_at",
        "queued_at",
        "connected_at",
        "ended_at",
        "wait_ms",
        "talk_ms",
        "places_told",
        "reservations",
    ],
    texts: &["direction", "language", "queue", "agent", "outcome", "abandoned_while"],
    people: &["caller", "number"],
};
const VISITS: Table = Table {
    name: "visits",
    sql: "SELECT * FROM visits WHERE id > $1 ORDER BY id LIMIT $2",
    numbers: &["id", "call", "queued_at", "arrived_at", "ended_at", "wait_ms"],
    texts: &["queue", "outcome", "agent"],
    people: &[],
};
const CALLBACKS: Table = Table {
    name: "callbacks",
    sql: "SELECT * FROM callbacks WHERE id > $1 ORDER BY id LIMIT $2",
    numbers: &[
        "id",
        "call",
        "arrived_at",
        "promised_at",
        "until_at",
        "attempts",
        "tried_at",
        "over_at",
    ],
    texts: &["callback", "queue", "language", "not_reached", "outcome"],
    people: &["number", "caller"],
};

const LEGS: Table = Table {
    name: "legs",
    sql: "SELECT * FROM legs WHERE id > $1 ORDER BY id LIMIT $2",
    numbers: &[
        "id",
        "call",
        "leg",
        "closed_at",
        "encrypted",
        "sent",
        "received",
        "expected",
        "lost",
        "strangers",
        "jitter_us",
        "jitter_max_us",
        "round_trip_us",
        "told_lost",
        "told_jitter_us",
        "mos",
    ],
    texts: &["side", "agent", "codec"],
    people: &[],
};

const RECORDINGS: Table = Table {
    name: "recordings",
    sql: "SELECT * FROM recordings WHERE id > $1 ORDER BY id LIMIT $2",
    numbers: &["id", "call", "began_at", "ended_at", "length_ms", "bytes", "packets_missed"],
    texts: &["recording", "agent", "queue", "started_by", "state"],
    people: &[],
};

/// Writes calls, visits, callbacks, legs and recordings (not what they sound like) to `to`, one JSON object a line with its `table`; times are microseconds since 1970.
/// What a dialled number of a call out is, is a person's number too.
///
/// # Errors
/// When there is no ledger at `place`, it cannot be read, or `to` takes no more.
pub async fn export(
    place: &Place,
    numbers: &Numbers,
    to: &mut impl io::Write,
) -> Result<(), ExportError> {
    let (mut store, version) = read::versioned(place).await?;
    let legs = (version >= schema::LEGS_SINCE).then_some(LEGS);
    let recordings = (version >= schema::RECORDINGS_SINCE).then_some(RECORDINGS);
    for table in [CALLS, VISITS, CALLBACKS].into_iter().chain(legs).chain(recordings) {
        let mut last = i64::MIN;
        loop {
            let rows = ask(table.sql).bind(last).bind(AT_ONCE).rows(&mut store).await;
            let rows = rows.map_err(|source| ReadError::of(place, source))?;
            for row in &rows {
                last = row.get("id").map_err(|source| ReadError::of(place, source))?;
                writeln!(to, "{}", line(&table, row, numbers))?;
            }
            if rows.is_empty() {
                break;
            }
        }
    }
    Ok(())
}

fn line(table: &Table, row: &Row, numbers: &Numbers) -> Value {
    let mut line = Map::from_iter([("table".to_owned(), json!(table.name))]);
    for name in table.numbers {
        let value = row.get::<Option<i64>>(name).ok().flatten();
        line.insert((*name).to_owned(), json!(value));
    }
    for name in table.texts {
        let value = row.get::<Option<String>>(name).ok().flatten();
        line.insert((*name).to_owned(), json!(value));
    }
    // What callers dial is a number of the centre's own; agents and callbacks dial those of people.
    let direction = row.get::<String>("direction").unwrap_or_default();
    let is_own = matches!(direction.as_str(), "in" | "message");
    for name in table.people {
        let value = row.get::<String>(name).unwrap_or_default();
        let shown = if *name == "number" && is_own { value } else { numbers.shown(&value) };
        line.insert((*name).to_owned(), json!(shown));
    }
    Value::Object(line)
}

impl Numbers {
    fn shown(&self, text: &str) -> String {
        match (self, Number::read(text)) {
            (Self::Whole, _) => text.to_owned(),
            (Self::Pseudonymous(_), None) => String::new(),
            (Self::Pseudonymous(key), Some(number)) => pseudonym(key, &number),
        }
    }
}

fn pseudonym(key: &[u8; 32], number: &Number) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(number.stable().as_bytes());
    let mut text = String::from("p-");
    for byte in mac.finalize().into_bytes().iter().take(PSEUDONYM_BYTES) {
        let _ = write!(text, "{byte:02x}");
    }
    text
}
