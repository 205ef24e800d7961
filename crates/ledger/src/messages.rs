//! Messages that callers have left: a row each, made of their events, for lists and for a new run to
//! begin with.

use crate::error::{OpenError, ReadError};
use crate::open::Ledger;
use crate::place::Place;
use crate::read::connect;
use crate::store::{Row, Store, ask};
use crate::text::{column, short, timestamp};
use clock::WallTime;
use events::{Ani, MessageEvent, MessageLeft, SavedMessage};
use ids::{CallId, MessageId};
use jiff::Timestamp;
use serde::Serialize;

/// No more messages than this are listed or recalled at once, the latest ones.
pub const MESSAGES_MAX: u32 = 100_000;

/// Whose recording is there.
const THERE: &str = "SELECT * FROM (
        SELECT * FROM messages WHERE removed_at IS NULL ORDER BY left_at DESC LIMIT $1
    ) AS latest ORDER BY left_at, id";

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
    /// The queue in which it waits for an agent, or has.
    pub waits_in: Option<String>,
    /// The number by which it goes there.
    pub waits_as: Option<u64>,
    /// How many agents have heard it and not dealt with it.
    pub given_back: u64,
    /// Since when no agent is rung for it any more.
    pub set_aside_at: Option<Timestamp>,
    /// The priority that somebody has given it.
    pub priority: Option<u8>,
}

/// What the ledger has of a recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Named {
    /// It is that of a message.
    There,
    /// It was, and has been removed.
    Removed,
    /// Nothing.
    Never,
}

/// Applies `event`, which happened `at` (microseconds), to the row of its message.
pub(crate) async fn project(
    store: &mut Store,
    id: MessageId,
    at: i64,
    event: &MessageEvent,
) -> sqlx::Result<()> {
    let start = |sql: &'static str| ask(sql).bind(id.hex()).bind(at);
    let change = match event {
        MessageEvent::Left(left) => {
            let waited = column(left.waited_ms).saturating_mul(1_000);
            let text =
                |text: &Option<events::Name>| text.as_deref().map(|it| short(it).into_owned());
            start(
                "INSERT INTO messages (id, left_at, voicemail, call, caller, name, company, language,
                    queue, arrived_at, length_ms, bytes, packets_missed)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
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
            "UPDATE messages SET done_at = coalesce(done_at, $2), done_by = coalesce(done_by, $3)
             WHERE id = $1",
        )
        .bind(short(&by.to_string()).into_owned()),
        MessageEvent::Queued { queue, call } => {
            start("UPDATE messages SET waits_in = $3, waits_as = $4 WHERE id = $1")
                .bind(short(queue))
                .bind(column(*call))
        }
        MessageEvent::Prioritised { priority, .. } => {
            ask("UPDATE messages SET priority = $2 WHERE id = $1")
                .bind(id.hex())
                .bind(u32::from(*priority))
        }
        MessageEvent::GivenBack { .. } => {
            ask("UPDATE messages SET given_back = given_back + 1 WHERE id = $1").bind(id.hex())
        }
        MessageEvent::SetAside { .. } => {
            start("UPDATE messages SET set_aside_at = $2 WHERE id = $1")
        }
        MessageEvent::Removed => start("UPDATE messages SET removed_at = $2 WHERE id = $1"),
    };
    change.execute(store).await.map(|_| ())
}

/// The call that a message was left in, or the number under which it waits, where that is told.
pub(crate) fn call_in(event: &MessageEvent) -> Option<i64> {
    match event {
        MessageEvent::Left(left) => Some(column(left.call)),
        MessageEvent::Queued { call, .. }
        | MessageEvent::Prioritised { call, .. }
        | MessageEvent::GivenBack { call, .. }
        | MessageEvent::SetAside { call, .. } => Some(column(*call)),
        MessageEvent::Done { .. } | MessageEvent::Removed => None,
    }
}

/// The agent of whom it is told.
pub(crate) fn agent_in(event: &MessageEvent) -> Option<&str> {
    match event {
        MessageEvent::GivenBack { agent, .. } => Some(agent),
        MessageEvent::Left(_)
        | MessageEvent::Queued { .. }
        | MessageEvent::Prioritised { .. }
        | MessageEvent::SetAside { .. }
        | MessageEvent::Done { .. }
        | MessageEvent::Removed => None,
    }
}

impl Ledger {
    /// The messages whose recordings are there, the oldest first; at most [`MESSAGES_MAX`].
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn messages(&mut self) -> Result<Vec<SavedMessage>, OpenError> {
        let rows = ask(THERE).bind(MESSAGES_MAX).rows(&mut self.store).await;
        let rows = rows.map_err(|source| OpenError::of(&self.place, source))?;
        Ok(rows.iter().filter_map(|row| read(row).map(saved)).flatten().collect())
    }

    /// Whether a recording is that of a message.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn names(&mut self, id: MessageId) -> Result<Named, OpenError> {
        let removed = ask(
            "SELECT CASE WHEN removed_at IS NULL THEN 0 ELSE 1 END FROM messages WHERE id = $1",
        );
        let removed = removed.bind(id.hex()).number(&mut self.store).await;
        let removed = removed.map_err(|source| OpenError::of(&self.place, source))?;
        Ok(match removed {
            Some(0) => Named::There,
            Some(_) => Named::Removed,
            None => Named::Never,
        })
    }

    /// When the ledger was begun.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn began(&mut self) -> Result<WallTime, OpenError> {
        let began = ask("SELECT min(started_at) FROM runs").number(&mut self.store).await;
        let began = began.map_err(|source| OpenError::of(&self.place, source))?;
        Ok(WallTime::from_micros(began.unwrap_or(0)))
    }
}

/// The messages whose recordings are there, the oldest first; at most [`MESSAGES_MAX`].
///
/// # Errors
/// When there is no ledger at `place`, or it cannot be read.
pub async fn messages(place: &Place) -> Result<Vec<MessageRow>, ReadError> {
    let mut store = connect(place).await?;
    let rows = ask(THERE).bind(MESSAGES_MAX).rows(&mut store).await;
    let rows = rows.map_err(|source| ReadError::of(place, source))?;
    Ok(rows.iter().filter_map(read).collect())
}

/// A row as it was written; `None` if somebody has written something else there since.
fn read(row: &Row) -> Option<MessageRow> {
    let count = |name: &str| row.get::<i64>(name).ok().and_then(|it| u64::try_from(it).ok());
    let at = |name: &str| row.get(name).ok().map(timestamp);
    Some(MessageRow {
        id: row.get("id").ok()?,
        voicemail: row.get("voicemail").ok()?,
        call: count("call")?,
        caller: row.get("caller").ok()?,
        name: row.get("name").ok()?,
        company: row.get("company").ok()?,
        language: row.get("language").ok()?,
        queue: row.get("queue").ok()?,
        arrived_at: at("arrived_at")?,
        left_at: at("left_at")?,
        length_ms: count("length_ms")?,
        bytes: count("bytes")?,
        packets_missed: count("packets_missed")?,
        done_at: row.get::<Option<i64>>("done_at").ok()?.map(timestamp),
        done_by: row.get("done_by").ok()?,
        // A file of before messages waited has none of these.
        waits_in: row.get("waits_in").ok().flatten(),
        waits_as: count("waits_as"),
        given_back: count("given_back").unwrap_or(0),
        set_aside_at: row.get::<Option<i64>>("set_aside_at").ok().flatten().map(timestamp),
        priority: row
            .get::<Option<i64>>("priority")
            .ok()
            .flatten()
            .and_then(|it| u8::try_from(it).ok()),
    })
}

fn saved(row: MessageRow) -> Option<SavedMessage> {
    let waited = row.left_at.as_microsecond() - row.arrived_at.as_microsecond();
    Some(SavedMessage {
        id: MessageId::from_hex(&row.id)?,
        at: WallTime::from_micros(row.left_at.as_microsecond()),
        done_at: row.done_at.map(|at| WallTime::from_micros(at.as_microsecond())),
        waits: row.waits_in.map(Into::into).zip(row.waits_as.map(CallId)),
        given_back: u32::try_from(row.given_back).unwrap_or(u32::MAX),
        set_aside: row.set_aside_at.is_some(),
        priority: row.priority,
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
    async fn a_message_that_waits_goes_on_waiting_under_its_number() {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::sqlite(folder.path().join("ledger.db"));
        let (mut ledger, opened) = Ledger::open(&place).await.unwrap();
        let item = opened.next_call;
        let offered = events::CallEvent::Offered {
            number: "office".into(),
            caller: Ani::new("0701234567"),
            trunk: None,
            diverted_by: None,
            direction: events::Direction::Message,
        };
        let queue = "support";
        let happened = [
            What::Message(MessageId(0xa), left("0701234567")),
            What::Message(
                MessageId(0xa),
                MessageEvent::Queued { queue: queue.into(), call: item.0 },
            ),
            What::Call(item, offered),
            What::Message(
                MessageId(0xa),
                MessageEvent::GivenBack { agent: "1001".into(), call: item.0 },
            ),
            What::Message(MessageId(0xa), MessageEvent::Prioritised { call: item.0, priority: 9 }),
        ];
        let event = |(seq, what)| Event { seq, at: WallTime::from_micros(1), what }.into();
        let batch: Vec<_> = (1..).zip(happened).map(event).collect();
        commit(&mut ledger.store, ledger.run, &batch).await.unwrap();
        drop(ledger);
        let (mut ledger, opened) = Ledger::open(&place).await.unwrap();
        assert_eq!((opened.interrupted, opened.next_call), (0, item.next()));
        let recalled = ledger.messages().await.unwrap();
        let SavedMessage { waits, given_back, set_aside, priority, .. } = &recalled[0];
        assert_eq!(waits, &Some((queue.into(), item)));
        assert_eq!((*given_back, *set_aside, *priority), (1, false, Some(9)));
        let why = events::SetAside::HeardMax;
        let aside = What::Message(MessageId(0xa), MessageEvent::SetAside { call: item.0, why });
        let batch = [event((1, aside))];
        commit(&mut ledger.store, ledger.run, &batch).await.unwrap();
        assert!(ledger.messages().await.unwrap()[0].set_aside);
        drop(ledger);
        let (_, opened) = Ledger::open(&place).await.unwrap();
        assert_eq!(opened.interrupted, 1, "it waits no more");
        assert_eq!(crate::story(&place, item).await.unwrap().len(), 6);
    }

    #[tokio::test]
    async fn a_message_is_recalled_until_its_recording_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::sqlite(folder.path().join("ledger.db"));
        let (mut ledger, _) = Ledger::open(&place).await.unwrap();
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
        commit(&mut ledger.store, ledger.run, &batch).await.unwrap();
        let recalled = ledger.messages().await.unwrap();
        let [a, b] = &recalled[..] else { panic!("{recalled:?}") };
        assert_eq!((a.id, a.done_at), (MessageId(0xa), Some(WallTime::from_micros(3_000_000))));
        assert_eq!((b.id, b.done_at, b.priority), (MessageId(0xb), None, None));
        assert_eq!(MessageEvent::Left(Box::new(a.left.clone())), left("0701234567"));
        let mut named = Vec::new();
        for id in [0xa, 0xc, 0xd] {
            named.push(ledger.names(MessageId(id)).await.unwrap());
        }
        assert_eq!(named, [Named::There, Named::Removed, Named::Never]);
        let listed = messages(&place).await.unwrap();
        assert_eq!(listed[0].done_by.as_deref(), Some("token:page"));
        assert_eq!(listed[0].arrived_at, Timestamp::from_microsecond(997_000).unwrap());
        assert_eq!(crate::story(&place, CallId(7)).await.unwrap().len(), 3);
    }
}
