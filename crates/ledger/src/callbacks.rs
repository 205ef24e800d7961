//! Promises to call somebody back: a row each, made of their events, for lists and for a new run to begin with.

use crate::error::{OpenError, ReadError};
use crate::open::Ledger;
use crate::place::Place;
use crate::read::connect;
use crate::store::{Ask, Row, Store, ask};
use crate::text::{column, short, timestamp};
use clock::WallTime;
use events::{Ani, CallbackEvent, CallbackOver, CallbackPromised, NotReached, SavedCallback};
use ids::CallId;
use jiff::Timestamp;
use serde::Serialize;

/// No more callbacks than this are listed or recalled at once, the latest ones.
pub const CALLBACKS_MAX: u32 = 100_000;

/// Those that are neither kept nor called off.
const OPEN: &str = "SELECT * FROM (
        SELECT * FROM callbacks WHERE over_at IS NULL ORDER BY promised_at DESC LIMIT $1
    ) AS latest ORDER BY promised_at, id";

/// All of them, the latest.
const ALL: &str = "SELECT * FROM (
        SELECT * FROM callbacks ORDER BY promised_at DESC LIMIT $1
    ) AS latest ORDER BY promised_at, id";

/// One callback.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CallbackRow {
    /// The number by which it goes, as that of a call.
    pub id: u64,
    /// The step of the dialplan that promised it.
    pub callback: String,
    /// Where it waits.
    pub queue: String,
    /// In which call it was promised.
    pub call: u64,
    /// The number that the caller dialled.
    pub dialled: String,
    /// The number that is called, whole.
    pub number: String,
    /// The number of the caller, whole; empty when withheld.
    pub caller: String,
    /// Who a directory says it is.
    pub name: Option<String>,
    /// And of which company.
    pub company: Option<String>,
    /// The steps that have asked something of whoever takes the call, with spaces between.
    pub demands: String,
    /// The language in which the caller was spoken to.
    pub language: String,
    /// When the caller first arrived at a queue, or else was let in.
    pub arrived_at: Timestamp,
    /// When it was promised.
    pub promised_at: Timestamp,
    /// Until when it is tried.
    pub until_at: Timestamp,
    /// What the agent is told of the customer and the matter: recordings, with spaces between.
    pub whisper: String,
    /// How long it was expected to take until the turn, in milliseconds, where that could be said.
    pub expected_ms: Option<u64>,
    /// At which time it is due, if one was asked for.
    pub due_at: Option<Timestamp>,
    /// The callback whose place it takes when that one is over, if it was to take one.
    pub instead_of: Option<u64>,
    /// How many attempts count.
    pub attempts: u64,
    /// How many more the end of a run has cut off.
    pub cut_off: u64,
    /// Whether one is on, or was when the run ended.
    pub is_on: bool,
    /// When the last one was.
    pub tried_at: Option<Timestamp>,
    /// The priority that somebody has given it.
    pub priority: Option<u8>,
    /// Why the customer was not reached the last time.
    pub not_reached: Option<String>,
    /// How it ended: `reached`, `attempts_max`, `window_over`, `cancelled`, …
    pub outcome: Option<String>,
    /// When.
    pub over_at: Option<Timestamp>,
    /// Who has called it off.
    pub over_by: Option<String>,
}

/// Applies `event`, which happened `at` (microseconds), to the row of its callback.
pub(crate) async fn project(
    store: &mut Store,
    id: CallId,
    at: i64,
    event: &CallbackEvent,
) -> sqlx::Result<()> {
    let of = |sql: &'static str| ask(sql).bind(column(id.0));
    let start = |sql: &'static str| of(sql).bind(at);
    if let CallbackEvent::Promised(promised) = event {
        give_way(store, at, promised).await?;
    }
    let change = match event {
        // It changes nothing of the callback.
        CallbackEvent::AskedAfter { .. } | CallbackEvent::Stands { .. } => return Ok(()),
        CallbackEvent::Promised(promised) => promise(start, at, promised),
        CallbackEvent::Renewed { call, window_ms } => start(
            // Who asks without a call takes the promise from no caller; what was expected was so at the first time.
            "UPDATE callbacks SET until_at = $2 + $4, promised_at = $2, attempts = 0, cut_off = 0,
                 expected_ms = NULL, call = CASE WHEN $3 = 0 THEN call ELSE $3 END WHERE id = $1",
        )
        .bind(column(*call))
        .bind(micros(*window_ms)),
        CallbackEvent::Prioritised { priority } => {
            of("UPDATE callbacks SET priority = $2 WHERE id = $1").bind(u32::from(*priority))
        }
        CallbackEvent::Attempt { attempt, .. } => {
            start("UPDATE callbacks SET tried_at = $2, attempts = $3, is_on = 1 WHERE id = $1")
                .bind(*attempt)
        }
        CallbackEvent::NotReached { why: why @ NotReached::CutOff, .. } => of(
            // It was on until some time before: what is known is when it began.
            "UPDATE callbacks SET not_reached = $2, is_on = 0, cut_off = cut_off + 1,
                 attempts = CASE WHEN attempts > 0 THEN attempts - 1 ELSE 0 END
                 WHERE id = $1",
        )
        .bind(why.word()),
        CallbackEvent::NotReached { why, .. } => start(
            "UPDATE callbacks SET tried_at = $2, not_reached = $3, is_on = 0, attempts = CASE WHEN attempts > $4 THEN attempts - $4 ELSE 0 END
                 WHERE id = $1",
        )
        .bind(why.word())
        .bind(!why.counts()),
        CallbackEvent::Over { how } => {
            let by = match how {
                CallbackOver::Cancelled { by } => Some(short(&by.to_string()).into_owned()),
                CallbackOver::Reached
                | CallbackOver::AttemptsMax
                | CallbackOver::WindowOver
                | CallbackOver::Closed
                | CallbackOver::Served
                | CallbackOver::TakenUp
                | CallbackOver::NotSpoken
                | CallbackOver::NoSuchCallback => None,
            };
            start(
                "UPDATE callbacks SET over_at = coalesce(over_at, $2), is_on = 0,
                    outcome = coalesce(outcome, $3), over_by = $4 WHERE id = $1",
            )
            .bind(how.word())
            .bind(by)
        }
    };
    change.execute(store).await.map(|_| ())
}

/// The callback in whose place another one is promised that nobody has called for is over with that.
async fn give_way(store: &mut Store, at: i64, promised: &CallbackPromised) -> sqlx::Result<()> {
    let Some(instead_of) = promised.instead_of.filter(|_| promised.call == 0) else {
        return Ok(());
    };
    let over = ask(
        "UPDATE callbacks SET over_at = $2, outcome = 'cancelled' WHERE id = $1 AND over_at IS NULL",
    );
    over.bind(column(instead_of)).bind(at).execute(store).await.map(|_| ())
}

fn promise<'q>(
    start: impl Fn(&'static str) -> Ask<'q>,
    at: i64,
    promised: &CallbackPromised,
) -> Ask<'q> {
    let text = |text: &Option<events::Name>| text.as_deref().map(|it| short(it).into_owned());
    start(
        "INSERT INTO callbacks (id, promised_at, callback, queue, call, dialled, number, caller, name,
            company, demands, language, arrived_at, until_at, whisper, expected_ms, due_at, instead_of)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
         ON CONFLICT (id) DO NOTHING",
    )
    .bind(short(&promised.callback).into_owned())
    .bind(short(&promised.queue).into_owned())
    .bind(column(promised.call))
    .bind(short(&promised.dialled).into_owned())
    .bind(short(promised.number.reveal()).into_owned())
    .bind(short(promised.caller.reveal()).into_owned())
    .bind(text(&promised.name))
    .bind(text(&promised.company))
    .bind(promised.demands.join(" "))
    .bind(short(&promised.language).into_owned())
    .bind(at.saturating_sub(micros(promised.waited_ms)))
    .bind(at.saturating_add(micros(promised.window_ms)))
    .bind(promised.whisper.join(" "))
    .bind(promised.expected_ms.map(column))
    .bind(promised.due_ms.map(|due| at.saturating_add(micros(due))))
    .bind(promised.instead_of.map(column))
}

/// In a new run the step of a callback may belong to another queue.
pub(crate) async fn queued(store: &mut Store, id: i64, queue: &str) -> sqlx::Result<()> {
    let change = ask("UPDATE callbacks SET queue = $2 WHERE id = $1 AND over_at IS NULL");
    change.bind(id).bind(short(queue).into_owned()).execute(store).await.map(|_| ())
}

fn micros(millis: u64) -> i64 {
    column(millis).saturating_mul(1_000)
}

/// The agent of whom it is told.
pub(crate) fn agent_in(event: &CallbackEvent) -> Option<&str> {
    match event {
        CallbackEvent::Attempt { agent, .. } => agent.as_deref(),
        CallbackEvent::Promised(_)
        | CallbackEvent::Renewed { .. }
        | CallbackEvent::Stands { .. }
        | CallbackEvent::AskedAfter { .. }
        | CallbackEvent::Prioritised { .. }
        | CallbackEvent::NotReached { .. }
        | CallbackEvent::Over { .. } => None,
    }
}

impl Ledger {
    /// The callbacks that are neither kept nor called off, the oldest first; at most [`CALLBACKS_MAX`].
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn callbacks(&mut self) -> Result<Vec<SavedCallback>, OpenError> {
        let rows = ask(OPEN).bind(CALLBACKS_MAX).rows(&mut self.store).await;
        let rows = rows.map_err(|source| OpenError::of(&self.place, source))?;
        Ok(rows.iter().filter_map(read).map(saved).collect())
    }
}

/// The latest callbacks, the oldest of them first; at most [`CALLBACKS_MAX`].
///
/// # Errors
/// When there is no ledger at `place`, or it cannot be read.
pub async fn callbacks(place: &Place) -> Result<Vec<CallbackRow>, ReadError> {
    let mut store = connect(place).await?;
    let rows = ask(ALL).bind(CALLBACKS_MAX).rows(&mut store).await;
    let rows = rows.map_err(|source| ReadError::of(place, source))?;
    Ok(rows.iter().filter_map(read).collect())
}

/// A row as it was written; `None` if somebody has written something else there since.
fn read(row: &Row) -> Option<CallbackRow> {
    let count = |name: &str| row.get::<i64>(name).ok().and_then(|it| u64::try_from(it).ok());
    let at = |name: &str| row.get(name).ok().map(timestamp);
    let perhaps = |name: &str| row.get::<Option<i64>>(name).ok();
    Some(CallbackRow {
        id: count("id")?,
        callback: row.get("callback").ok()?,
        queue: row.get("queue").ok()?,
        call: count("call")?,
        dialled: row.get("dialled").ok()?,
        number: row.get("number").ok()?,
        caller: row.get("caller").ok()?,
        name: row.get("name").ok()?,
        company: row.get("company").ok()?,
        demands: row.get("demands").ok()?,
        language: row.get("language").ok()?,
        arrived_at: at("arrived_at")?,
        promised_at: at("promised_at")?,
        until_at: at("until_at")?,
        whisper: row.get("whisper").unwrap_or_default(),
        expected_ms: perhaps("expected_ms").flatten().and_then(|it| u64::try_from(it).ok()),
        due_at: perhaps("due_at").flatten().map(timestamp),
        instead_of: perhaps("instead_of").flatten().and_then(|it| u64::try_from(it).ok()),
        attempts: count("attempts")?,
        cut_off: count("cut_off").unwrap_or(0),
        is_on: count("is_on").is_some_and(|on| on > 0),
        tried_at: perhaps("tried_at")?.map(timestamp),
        priority: perhaps("priority").flatten().and_then(|it| u8::try_from(it).ok()),
        not_reached: row.get("not_reached").ok()?,
        outcome: row.get("outcome").ok()?,
        over_at: perhaps("over_at")?.map(timestamp),
        over_by: row.get("over_by").ok()?,
    })
}

fn saved(row: CallbackRow) -> SavedCallback {
    // What was cut to whole milliseconds when it was written is not cut once more: a promise that was renewed is between two of them.
    let millis = |from: Timestamp, to: Timestamp| {
        let micros = u64::try_from(to.as_microsecond() - from.as_microsecond());
        micros.unwrap_or(0).div_ceil(1_000)
    };
    let wall = |at: Timestamp| WallTime::from_micros(at.as_microsecond());
    SavedCallback {
        id: CallId(row.id),
        at: wall(row.promised_at),
        attempts: u32::try_from(row.attempts).unwrap_or(u32::MAX),
        was_on: row.is_on,
        cut_off: u32::try_from(row.cut_off).unwrap_or(u32::MAX),
        tried_at: row.tried_at.map(wall),
        priority: row.priority,
        promised: CallbackPromised {
            instead_of: row.instead_of,
            callback: row.callback.into(),
            queue: row.queue.into(),
            call: row.call,
            dialled: row.dialled.into(),
            number: Ani::new(row.number),
            caller: Ani::new(row.caller),
            name: row.name.map(Into::into),
            company: row.company.map(Into::into),
            demands: row.demands.split_whitespace().map(Into::into).collect(),
            language: row.language.into(),
            waited_ms: millis(row.arrived_at, row.promised_at),
            window_ms: millis(row.promised_at, row.until_at),
            whisper: row.whisper.split_whitespace().map(Into::into).collect(),
            expected_ms: row.expected_ms,
            due_ms: row.due_at.map(|due| millis(row.promised_at, due)),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::commit;
    use events::{By, CallEvent, Direction, Event, What};

    fn promised() -> CallbackPromised {
        CallbackPromised {
            instead_of: None,
            callback: "support".into(),
            queue: "support".into(),
            call: 7,
            dialled: "+46812345".into(),
            number: Ani::new("+46701234567"),
            caller: Ani::new("0701234567"),
            name: Some("Ana".into()),
            company: None,
            demands: vec!["english".into(), "invoices".into()],
            language: "sv".into(),
            waited_ms: 3_000,
            window_ms: 60_000,
            whisper: vec!["customers/ana".into(), "matters/invoice".into()],
            expected_ms: Some(45_000),
            due_ms: Some(30_000),
        }
    }

    #[tokio::test]
    async fn a_callback_is_recalled_with_its_attempts_until_it_is_over() {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::sqlite(folder.path().join("ledger.db"));
        let (mut ledger, _) = Ledger::open(&place).await.unwrap();
        let offered = |number: &str| CallEvent::Offered {
            number: number.into(),
            caller: Ani::default(),
            trunk: None,
            diverted_by: None,
            direction: Direction::Callback,
        };
        let (open, over) = (CallId(8), CallId(9));
        let attempt = CallbackEvent::Attempt { attempt: 1, agent: Some("1001".into()) };
        let busy = CallbackEvent::NotReached { attempt: 1, why: NotReached::Busy };
        let by = By::Token("page".into());
        let cancelled = CallbackEvent::Over { how: CallbackOver::Cancelled { by } };
        let happened = [
            What::WorkItem(open, offered("support")),
            What::Callback(open, CallbackEvent::Promised(Box::new(promised()))),
            What::WorkItem(over, offered("support")),
            What::Callback(over, CallbackEvent::Promised(Box::new(promised()))),
            What::Callback(open, attempt),
            What::Callback(open, busy),
            What::Callback(over, cancelled),
        ];
        let event = |(seq, what): (u64, What)| {
            let at = WallTime::from_micros(1_000_000 * i64::try_from(seq).unwrap());
            Event { seq, at, what }.into()
        };
        let batch: Vec<_> = (1..).zip(happened).map(event).collect();
        commit(&mut ledger.store, ledger.run, &batch).await.unwrap();
        drop(ledger);
        // The one that is over had a call on, which the end of the run has interrupted.
        let (mut ledger, opened) = Ledger::open(&place).await.unwrap();
        assert_eq!((opened.interrupted, opened.next_call), (1, CallId(10)));
        let recalled = ledger.callbacks().await.unwrap();
        let tried_at = Some(WallTime::from_micros(6_000_000));
        let at = WallTime::from_micros(2_000_000);
        let expected = SavedCallback {
            id: open,
            promised: promised(),
            at,
            attempts: 1,
            was_on: false,
            cut_off: 0,
            tried_at,
            priority: None,
        };
        assert_eq!(recalled, [expected]);
        let [first, second] = &callbacks(&place).await.unwrap()[..] else { panic!("two rows") };
        assert_eq!((first.not_reached.as_deref(), first.outcome.as_deref()), (Some("busy"), None));
        assert_eq!(second.outcome.as_deref(), Some("cancelled"));
        assert_eq!(second.over_by.as_deref(), Some("token:page"));
        assert_eq!(crate::story(&place, open).await.unwrap().len(), 4);
        let batch = [event((
            100,
            What::Callback(open, CallbackEvent::Renewed { call: 12, window_ms: 70_000 }),
        ))];
        commit(&mut ledger.store, ledger.run, &batch).await.unwrap();
        let [renewed] = &ledger.callbacks().await.unwrap()[..] else { panic!("one is open") };
        assert_eq!((renewed.attempts, renewed.tried_at, renewed.promised.call), (0, tried_at, 12));
        assert_eq!(renewed.promised.window_ms, 70_000);
        let (queue, language) = ("sales".into(), "sv".into());
        let left = CallbackEvent::NotReached { attempt: 1, why: NotReached::AgentLeft };
        let batch = [
            event((101, What::WorkItem(open, CallEvent::Queued { queue, language }))),
            event((
                102,
                What::Callback(
                    open,
                    CallbackEvent::Attempt { attempt: 1, agent: Some("1001".into()) },
                ),
            )),
            event((103, What::Callback(open, left))),
        ];
        commit(&mut ledger.store, ledger.run, &batch).await.unwrap();
        let [moved] = &ledger.callbacks().await.unwrap()[..] else { panic!("one is open") };
        assert_eq!((&*moved.promised.queue, moved.attempts), ("sales", 0));
    }

    /// What is open after each of these.
    async fn open_after(happened: Vec<(CallId, CallbackEvent, Vec<CallId>)>) {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::sqlite(folder.path().join("ledger.db"));
        let (mut ledger, _) = Ledger::open(&place).await.unwrap();
        for (seq, (id, event, open)) in (1..).zip(happened) {
            let at = WallTime::from_micros(1_000_000 * i64::try_from(seq).unwrap());
            let event = Event { seq, at, what: What::Callback(id, event) };
            commit(&mut ledger.store, ledger.run, &[event.into()]).await.unwrap();
            let ids: Vec<_> = ledger.callbacks().await.unwrap().iter().map(|it| it.id).collect();
            assert_eq!(ids, open, "after {seq}");
        }
    }

    /// Two, of which the second takes the place of the first, promised in this call.
    fn changed(call: u64) -> [CallbackEvent; 2] {
        let second = CallbackPromised { instead_of: Some(8), call, ..promised() };
        [promised(), second].map(|it| CallbackEvent::Promised(Box::new(it)))
    }

    #[tokio::test]
    async fn a_callback_of_a_callers_is_there_until_it_is_over_though_another_is_to_take_its_place()
    {
        let (before, new) = (CallId(8), CallId(9));
        let [first, second] = changed(12);
        let over = |how| CallbackEvent::Over { how };
        open_after(vec![
            (before, first, vec![before]),
            (new, second, vec![before, new]),
            (new, over(CallbackOver::NotSpoken), vec![before]),
            (before, CallbackEvent::Stands { call: 0 }, vec![before]),
            (before, over(CallbackOver::Cancelled { by: By::Caller }), vec![]),
            // Who has called one off has done so for good.
            (before, CallbackEvent::Stands { call: 12 }, vec![]),
        ])
        .await;
    }

    #[tokio::test]
    async fn a_callback_is_over_when_another_is_asked_for_in_its_place_without_a_call() {
        let (before, new) = (CallId(8), CallId(9));
        let [first, second] = changed(0);
        open_after(vec![(before, first, vec![before]), (new, second, vec![new])]).await;
    }

    #[tokio::test]
    async fn an_attempt_of_which_nothing_more_is_written_was_on_when_the_run_ended() {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::sqlite(folder.path().join("ledger.db"));
        let (mut ledger, _) = Ledger::open(&place).await.unwrap();
        let attempt = |attempt| CallbackEvent::Attempt { attempt, agent: None };
        let not_reached = |attempt, why| CallbackEvent::NotReached { attempt, why };
        let happened = [
            (CallbackEvent::Promised(Box::new(promised())), (0, false, 0)),
            (attempt(1), (1, true, 0)),
            (not_reached(1, NotReached::Busy), (1, false, 0)),
            (attempt(2), (2, true, 0)),
            (not_reached(2, NotReached::CutOff), (1, false, 1)),
            (attempt(2), (2, true, 1)),
            (CallbackEvent::Renewed { call: 12, window_ms: 70_000 }, (0, true, 0)),
            (CallbackEvent::Prioritised { priority: 7 }, (0, true, 0)),
        ];
        for (seq, (event, expected)) in (1..).zip(happened) {
            let at = WallTime::from_micros(1_000_000 * i64::try_from(seq).unwrap());
            let event = Event { seq, at, what: What::Callback(CallId(8), event) };
            commit(&mut ledger.store, ledger.run, &[event.into()]).await.unwrap();
            let [open] = &ledger.callbacks().await.unwrap()[..] else { panic!("one is open") };
            assert_eq!((open.attempts, open.was_on, open.cut_off), expected, "after {seq}");
        }
        // It began then; when it ended is not known.
        let [open] = &ledger.callbacks().await.unwrap()[..] else { panic!("one is open") };
        assert_eq!(open.tried_at, Some(WallTime::from_micros(6_000_000)));
        assert_eq!(open.priority, Some(7));
    }
}
