//! Messages that callers have left: a row each, made of their events, for lists and for a new run to
//! begin with.

use crate::error::{OpenError, ReadError};
use crate::open::Ledger;
use crate::read::connect;
use crate::text::{column, short, timestamp};
use clock::WallTime;
use events::{Ani, MessageEvent, MessageLeft, SavedMessage};
use ids::MessageId;
use jiff::Timestamp;
use serde::Serialize;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection};
use std::path::Path;

/// No more messages than this are listed or recalled at once, the latest ones.
pub const MESSAGES_MAX: u32 = 100_000;

/// Whose recording is there.
const THERE: &str = "SELECT * FROM (
        SELECT * FROM messages WHERE removed_at IS NULL ORDER BY left_at DESC LIMIT ?1
    ) ORDER BY left_at, id";

/// One message whose recording is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MessageRow {
    /// Its name, in sixteen hexadecimal digits.
    pub id: String,
    /// Where it was left.
    pub voicemail: String,
    /// In which call.
    pub call: u64,
    /// The number of the caller, whole; empty when withheld.
    pub caller: String,
    /// Who a directory says it was.
    pub name: Option<String>,
    /// And of which company.
    pub company: Option<String>,
    /// The language in which the caller was spoken to.
    pub language: String,
    /// The queue in which the caller had waited last, or found no room.
    pub queue: Option<String>,
    /// When the caller first arrived at a queue, or else was let in.
    pub arrived_at: Timestamp,
    /// When it was left.
    pub left_at: Timestamp,
    /// How long it is, in milliseconds.
    pub length_ms: u64,
    /// How large its file is.
    pub bytes: u64,
    /// Packets that could not be written in time.
    pub packets_missed: u64,
    /// When somebody had dealt with it.
    pub done_at: Option<Timestamp>,
    /// Who.
    pub done_by: Option<String>,
}

/// Applies `event`, which happened `at` (microseconds), to the row of its message.
pub(crate) async fn project(
    connection: &mut SqliteConnection,
    id: MessageId,
    at: i64,
    event: &MessageEvent,
) -> sqlx::Result<()> {
    let start = |sql: &'static str| sqlx::query(sql).bind(id.hex()).bind(at);
    let change = match event {
        MessageEvent::Left(left) => {
            let waited = column(left.waited_ms).saturating_mul(1_000);
            let text =
                |text: &Option<events::Name>| text.as_deref().map(|it| short(it).into_owned());
            start(
                "INSERT INTO messages (id, left_at, voicemail, call, caller, name, company, language,
                    queue, arrived_at, length_ms, bytes, packets_missed)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
                 ON CONFLICT (id) DO NOTHING",
            )
            .bind(short(&left.voicemail))
            .bind(column(left.call))
            .bind(short(left.caller.reveal()))
            .bind(text(&left.name))
            .bind(text(&left.company))
            .bind(short(&left.language))
            .bind(text(&left.queue))
            .bind(at.saturating_sub(waited))
            .bind(column(left.length_ms))
            .bind(column(left.bytes))
            .bind(i64::from(left.packets_missed))
        }
        MessageEvent::Done { by } => start(
            "UPDATE messages SET done_at = coalesce(done_at, ?2), done_by = coalesce(done_by, ?3)
             WHERE id = ?1",
        )
        .bind(short(&by.to_string()).into_owned()),
        MessageEvent::Removed => start("UPDATE messages SET removed_at = ?2 WHERE id = ?1"),
    };
    change.execute(connection).await.map(|_| ())
}

/// The call that a message was left in, where that is told.
pub(crate) fn call_in(event: &MessageEvent) -> Option<i64> {
    match event {
        MessageEvent::Left(left) => Some(column(left.call)),
        MessageEvent::Done { .. } | MessageEvent::Removed => None,
    }
}

impl Ledger {
    /// The messages whose recordings are there, the oldest first; at most [`MESSAGES_MAX`].
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn messages(&mut self) -> Result<Vec<SavedMessage>, OpenError> {
        let rows = sqlx::query(THERE)
            .bind(MESSAGES_MAX)
            .fetch_all(&mut self.connection)
            .await
            .map_err(|source| OpenError::sqlite(&self.path, source))?;
        Ok(rows.iter().filter_map(|row| read(row).map(saved)).flatten().collect())
    }
}

/// The messages whose recordings are there, the oldest first; at most [`MESSAGES_MAX`].
///
/// # Errors
/// When there is no ledger at `path`, or it cannot be read.
pub async fn messages(path: &Path) -> Result<Vec<MessageRow>, ReadError> {
    let mut connection = connect(path).await?;
    let rows = sqlx::query(THERE)
        .bind(MESSAGES_MAX)
        .fetch_all(&mut connection)
        .await
        .map_err(|source| ReadError::sqlite(path, source))?;
    Ok(rows.iter().filter_map(read).collect())
}

/// A row as it was written; `None` if somebody has written something else there since.
fn read(row: &SqliteRow) -> Option<MessageRow> {
    let count = |name: &str| row.try_get::<i64, _>(name).ok().and_then(|it| u64::try_from(it).ok());
    let at = |name: &str| row.try_get(name).ok().map(timestamp);
    Some(MessageRow {
        id: row.try_get("id").ok()?,
        voicemail: row.try_get("voicemail").ok()?,
        call: count("call")?,
        caller: row.try_get("caller").ok()?,
        name: row.try_get("name").ok()?,
        company: row.try_get("company").ok()?,
        language: row.try_get("language").ok()?,
        queue: row.try_get("queue").ok()?,
        arrived_at: at("arrived_at")?,
        left_at: at("left_at")?,
        length_ms: count("length_ms")?,
        bytes: count("bytes")?,
        packets_missed: count("packets_missed")?,
        done_at: row.try_get::<Option<i64>, _>("done_at").ok()?.map(timestamp),
        done_by: row.try_get("done_by").ok()?,
    })
}

fn saved(row: MessageRow) -> Option<SavedMessage> {
    let waited = row.left_at.as_microsecond() - row.arrived_at.as_microsecond();
    Some(SavedMessage {
        id: MessageId::from_hex(&row.id)?,
        at: WallTime::from_micros(row.left_at.as_microsecond()),
        done_at: row.done_at.map(|at| WallTime::from_micros(at.as_microsecond())),
        left: MessageLeft {
            voicemail: row.voicemail.into(),
            call: row.call,
            caller: Ani::new(row.caller),
            name: row.name.map(Into::into),
            company: row.company.map(Into::into),
            language: row.language.into(),
            queue: row.queue.map(Into::into),
            waited_ms: u64::try_from(waited / 1_000).unwrap_or(0),
            length_ms: row.length_ms,
            bytes: row.bytes,
            packets_missed: u32::try_from(row.packets_missed).unwrap_or(u32::MAX),
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::commit;
    use events::{By, Event, What};

    fn left(caller: &str) -> MessageEvent {
        MessageEvent::Left(Box::new(MessageLeft {
            voicemail: "office".into(),
            call: 7,
            caller: Ani::new(caller),
            name: Some("Ana".into()),
            company: None,
            language: "sv".into(),
            queue: Some("support".into()),
            waited_ms: 3,
            length_ms: 4_200,
            bytes: 67_244,
            packets_missed: 0,
        }))
    }

    #[tokio::test]
    async fn a_message_is_recalled_until_its_recording_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger.db");
        let (mut ledger, _) = Ledger::open(&path).await.unwrap();
        let event = |seq: u64, id: u64, happened: MessageEvent| {
            let at = WallTime::from_micros(1_000_000 * i64::try_from(seq).unwrap());
            Event { seq, at, what: What::Message(MessageId(id), happened) }.into()
        };
        let done = MessageEvent::Done { by: By::Token("page".into()) };
        let batch = [
            event(1, 0xa, left("0701234567")),
            event(2, 0xb, left("")),
            event(3, 0xa, done),
            event(4, 0xc, left("")),
            event(5, 0xc, MessageEvent::Removed),
        ];
        commit(&mut ledger.connection, ledger.run, &batch).await.unwrap();
        let recalled = ledger.messages().await.unwrap();
        let [a, b] = &recalled[..] else { panic!("{recalled:?}") };
        assert_eq!((a.id, a.done_at), (MessageId(0xa), Some(WallTime::from_micros(3_000_000))));
        assert_eq!((b.id, b.done_at), (MessageId(0xb), None));
        assert_eq!(MessageEvent::Left(Box::new(a.left.clone())), left("0701234567"));
        let listed = messages(&path).await.unwrap();
        assert_eq!(listed[0].done_by.as_deref(), Some("token:page"));
        assert_eq!(listed[0].arrived_at, Timestamp::from_microsecond(997_000).unwrap());
        assert_eq!(crate::story(&path, ids::CallId(7)).await.unwrap().len(), 3);
    }
}
