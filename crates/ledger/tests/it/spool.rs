//! What the database does not take lies in the spool, outlives the process, and comes into the database once.

use crate::calls_on::saved;
use crate::crash::{Victim, kill_after};
use crate::faults::{fill, lock, make_room};
use crate::support::{Desk, calls, connected, ended, folder, happened, offered, queued};
use crate::tool::Tool;
use clock::WallTime;
use events::{
    AbandonedWhile, AgentEvent, Ani, BindingChange, By, CallEvent, CallbackEvent, CallbackOver,
    CallbackPromised, CommandEvent, Direction, Event, MessageEvent, MessageLeft, NotReached,
    Outcome, QueueEvent, RecordingName, ReservationEnd, SavedBinding, SoundEvent, Subject,
    TrunkEvent, WaitUntold, What,
};
use ids::{BindingId, CallId, FlowId, MessageId, RecordingId};
use ledger::{Entry, Filter, Place};
use std::time::Duration;

async fn count(place: &Place) -> (i64, i64) {
    let mut tool = Tool::of(place).await;
    let events = tool.number("SELECT count(*) FROM events WHERE seq > 0").await;
    (events, tool.number("SELECT count(*) FROM calls").await)
}

#[tokio::test]
async fn a_server_that_is_killed_without_its_database_loses_nothing_and_writes_nothing_twice() {
    let (folder, place) = folder();
    Desk::open(&place).await.finish();
    let mut tool = Tool::of(&place).await;
    fill(&mut tool).await;
    let spooled = kill_after(Victim::Spools, 3, &place, folder.path());
    assert!(spooled > 1_000);
    assert_eq!(count(&place).await.0, 0, "none of it is in the database");
    make_room(&mut tool).await;
    // Twice: the first start is killed as well, at whatever it has come to.
    kill_after(Victim::Writes, 0, &place, folder.path());
    let desk = Desk::open(&place).await;
    let of_run = "FROM events WHERE run = 2 AND seq > 0";
    let last = tool.number(format!("SELECT max(seq) {of_run}")).await;
    assert!(u64::try_from(last).unwrap() >= spooled, "{spooled} were on the disk");
    assert_eq!(tool.number(format!("SELECT count(*) {of_run}")).await, last, "without a gap");
    assert_eq!(tool.number("SELECT count(*) FROM calls WHERE ended_at IS NULL").await, 0);
    let visits = tool.number("SELECT count(*) FROM visits").await;
    assert_eq!(visits, tool.number("SELECT count(*) FROM events WHERE kind = 'queued'").await);
    desk.finish();
    let spool = folder.path().read_dir().unwrap().map(|entry| entry.unwrap());
    let spool = spool.filter(|entry| entry.file_name().to_string_lossy().ends_with(".spool"));
    assert!(spool.map(|entry| entry.metadata().unwrap().len()).eq([0]), "and the spool is empty");
}

#[tokio::test]
async fn a_server_that_ends_without_its_database_leaves_the_rest_to_the_next_start() {
    let (_folder, place) = folder();
    let desk = Desk::open(&place).await;
    let mut tool = Tool::of(&place).await;
    fill(&mut tool).await;
    desk.send((1..=1_000).map(|call| offered(call, 0, call)));
    desk.finish_within(Duration::ZERO).unwrap();
    assert_eq!(count(&place).await.0, 0);
    make_room(&mut tool).await;
    let desk = Desk::open(&place).await;
    assert_eq!(desk.opened.interrupted, 1_000);
    assert_eq!(desk.opened.next_call, CallId(1_001));
    desk.finish();
    assert_eq!(count(&place).await, (1_000, 1_000));
}

#[tokio::test]
async fn trouble_is_told_while_it_lasts_and_nothing_is_acknowledged_before_it_is_over() {
    let (_folder, place) = folder();
    let desk = Desk::open(&place).await;
    assert_eq!(desk.writer.trouble(), None);
    let mut tool = Tool::of(&place).await;
    fill(&mut tool).await;
    desk.send((1..=700).map(|call| offered(call, 0, call)));
    while desk.writer.trouble().is_none_or(|trouble| trouble.spooled < 700) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert!(desk.writer.trouble().is_some_and(|trouble| !trouble.full));
    assert_eq!(desk.acknowledged(), None, "what is in the spool is promised to nobody");
    make_room(&mut tool).await;
    desk.until(700);
    while desk.writer.trouble().is_some() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    desk.finish();
    let listed = ledger::list(&place, Filter::last(10_000)).await.unwrap();
    assert!(listed.iter().map(|row| row.id).eq(1..=700));
}

#[tokio::test]
async fn a_full_spool_is_told_and_costs_nothing_as_long_as_there_is_room_in_memory() {
    let (_folder, place) = folder();
    let desk = Desk::open_with(&place, |ledger| ledger.spooling(4_000)).await;
    let mut tool = Tool::of(&place).await;
    fill(&mut tool).await;
    desk.send((1..=5).map(|call| offered(call, 0, call)));
    while desk.writer.trouble().is_none_or(|trouble| trouble.spooled < 5) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert!(desk.writer.trouble().is_some_and(|trouble| !trouble.full));
    desk.send((6..=700).map(|call| offered(call, 0, call)));
    while desk.writer.trouble().is_none_or(|trouble| !trouble.full) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!((desk.writer.lost(), desk.acknowledged()), (None, None));
    make_room(&mut tool).await;
    desk.until(700);
    while desk.writer.trouble().is_some() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    desk.finish();
    let listed = ledger::list(&place, Filter::last(10_000)).await.unwrap();
    assert!(listed.iter().map(|row| row.id).eq(1..=700));
}

/// One of each kind of what is handed over.
fn of_each_kind() -> Vec<Entry> {
    let left = Outcome::Abandoned(AbandonedWhile::Waiting);
    let rang = CallEvent::Rang { reservation: 1, agent: "1001".into(), why: None };
    let over = CallEvent::ReservationEnded {
        reservation: 1,
        agent: "1001".into(),
        end: ReservationEnd::Accepted,
    };
    let told = CallEvent::WaitTold { place: 2, at_most_s: Some(60), confidence: 90, longer: false };
    let of_calls = [
        offered(1, 0, 1),
        happened(2, 5, 1, CallEvent::Answered),
        happened(3, 6, 1, CallEvent::Chose { menu: "main".into(), key: '1' }),
        happened(4, 7, 1, CallEvent::PlaceRegained { waited_ms: 3_000 }),
        happened(5, 10, 1, queued("support")),
        happened(6, 20, 1, told),
        happened(7, 30, 1, CallEvent::WaitUntold { why: WaitUntold::TooWide }),
        happened(8, 40, 1, rang),
        happened(9, 50, 1, over),
        happened(10, 50, 1, connected("1001")),
        ended(11, 9_000, 1, Outcome::Answered, "caller hung up"),
        offered(12, 0, 2),
        happened(13, 10, 2, queued("support")),
        ended(14, 70_000, 2, left, "caller hung up"),
    ];
    let promised = CallbackPromised {
        instead_of: None,
        callback: "support".into(),
        queue: "support".into(),
        call: 2,
        dialled: "9000".into(),
        number: Ani::new("+46701234567"),
        caller: Ani::default(),
        name: None,
        company: Some("Växel & Co".into()),
        demands: Vec::new(),
        language: "sv".into(),
        waited_ms: 3,
        window_ms: 60_000,
        whisper: Vec::new(),
        expected_ms: None,
        due_ms: None,
    };
    let message = MessageLeft {
        voicemail: "office".into(),
        call: 2,
        caller: Ani::new("0701234567"),
        name: None,
        company: None,
        language: "sv".into(),
        queue: None,
        waited_ms: 3,
        length_ms: 4_200,
        bytes: 67_244,
        packets_missed: 1,
    };
    let by = || By::Token("page".into());
    let obeyed = CommandEvent::Obeyed { by: by(), command: "withdraw", with: None };
    let item = CallEvent::Offered {
        number: "support".into(),
        caller: Ani::default(),
        trunk: None,
        diverted_by: None,
        direction: Direction::Callback,
    };
    let others = [
        What::WorkItem(CallId(3), item),
        What::Callback(CallId(3), CallbackEvent::Promised(Box::new(promised))),
        What::Callback(
            CallId(3),
            CallbackEvent::Attempt { attempt: 1, agent: Some("1001".into()) },
        ),
        What::Callback(CallId(3), CallbackEvent::NotReached { attempt: 1, why: NotReached::Busy }),
        What::Callback(
            CallId(3),
            CallbackEvent::Over { how: CallbackOver::Cancelled { by: by() } },
        ),
        What::Message(MessageId(7), MessageEvent::Left(Box::new(message))),
        What::Message(MessageId(7), MessageEvent::Done { by: by() }),
        What::Queue("support".into(), QueueEvent::Closed { by: By::Socket }),
        What::Agent("1001".into(), AgentEvent::WrapUpStarted { call: 1, length_ms: 5 }),
        What::Sound(CallId(3), SoundEvent::LegClosed(Box::new(crate::legs::reported()))),
        What::Sound(CallId(1), crate::recordings::began(RecordingName(RecordingId(5)))),
        What::Trunk("carrier".into(), TrunkEvent::Refused { status: 403 }),
        What::Command(Subject::Call(CallId(1)), Box::new(obeyed)),
    ];
    let at = WallTime::from_micros(9);
    let others = (15..).zip(others).map(|(seq, what)| Event { seq, at, what });
    let binding = |id: u64| SavedBinding {
        id: BindingId(id),
        account: "1001".into(),
        contact: "<sip:1001@192.0.2.7>".to_owned(),
        peer: "192.0.2.7:5060".parse().unwrap(),
        listener: FlowId(1),
        path: vec!["<sip:edge;lr>".to_owned()],
        call_id: "7f3c".to_owned(),
        cseq: 4,
        user_agent: None,
    };
    let kept = |id| BindingChange::Kept { binding: Box::new(binding(id)), until: at };
    let mut all: Vec<Entry> = of_calls.into_iter().chain(others).map(Entry::from).collect();
    all.extend([kept(1), kept(2), BindingChange::Gone(BindingId(2))].map(Entry::from));
    all.push(offered(40, 0, 9).into());
    all.extend([saved(9), saved(8)].map(|call| Entry::Call(Box::new(call))));
    all.push(Entry::NoCall(CallId(8)));
    all
}

/// All that is in the tables but the times of runs.
async fn tables(place: &Place) -> String {
    let mut tool = Tool::of(place).await;
    let mut text = calls(place).await;
    for (table, order) in [
        ("events", "run, seq"),
        ("waits", "call, at"),
        ("visits", "id"),
        ("callbacks", "id"),
        ("messages", "id"),
        ("legs", "id"),
        ("bindings", "id"),
        ("queues_by_hand", "queue"),
        ("calls_on", "call"),
    ] {
        text += &tool.rows(format!("SELECT * FROM {table} ORDER BY {order}")).await;
    }
    text
}

#[tokio::test]
async fn the_rows_are_the_same_whether_or_not_events_went_through_the_spool() {
    let (_straight, straight) = folder();
    let desk = Desk::open(&straight).await;
    desk.send(of_each_kind());
    desk.finish();
    let (_spooled, spooled) = folder();
    let desk = Desk::open(&spooled).await;
    let mut tool = Tool::of(&spooled).await;
    lock(&mut tool).await;
    desk.send(of_each_kind());
    while desk.writer.trouble().is_none_or(|trouble| trouble.spooled < 32) {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    desk.finish_within(Duration::ZERO).unwrap();
    tool.run("ROLLBACK").await;
    drop(tool);
    // The next start of each writes what is in the spool, if there is any, and closes what was open.
    Desk::open(&straight).await.finish();
    Desk::open(&spooled).await.finish();
    let tables = (tables(&spooled).await, tables(&straight).await);
    assert_eq!(tables.0, tables.1);
    assert!(tables.1.contains("call-id-9"), "{}", tables.1);
}
