//! What the ledger forgets: by age, and by number.

use crate::recordings;
use crate::support::{
    Desk, Kind, MORNING, calls, connected, ended, folder, happened, offered, queued,
};
use crate::tool::Tool;
use clock::WallTime;
use events::{
    Ani, CallEvent, CallbackEvent, CallbackOver, CallbackPromised, Direction, Event, LookUpResult,
    MessageEvent, MessageLeft, Outcome, RecordingEnd, RecordingName, What,
};
use ids::{CallId, MessageId, RecordingId};
use ledger::{Entry, FORGOTTEN, Filter, ForgetError, Kept, Ledger, Numbers, Place};
use std::fs;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

const NUMBER: &str = "+46709998877";
const SAME: &str = "0709998877";
const OTHER: &str = "0701234567";

fn of(seq: u64, call: u64, caller: &str) -> Event {
    let event = CallEvent::Offered {
        number: "9000".into(),
        caller: Ani::new(caller),
        trunk: None,
        diverted_by: None,
        direction: Direction::In,
    };
    happened(seq, 0, call, event)
}

fn looked_up(seq: u64, call: u64) -> Event {
    let event = CallEvent::LookedUp {
        directory: "customers".into(),
        result: LookUpResult::Found,
        name: Some("Beata Bengtsson".into()),
        company: Some("Bageriet Brödkaveln".into()),
    };
    happened(seq, 5, call, event)
}

fn promised() -> CallbackEvent {
    CallbackEvent::Promised(Box::new(CallbackPromised {
        instead_of: None,
        callback: "support".into(),
        queue: "support".into(),
        call: 1,
        dialled: "9000".into(),
        number: Ani::new(NUMBER),
        caller: Ani::new(SAME),
        name: Some("Beata Bengtsson".into()),
        company: None,
        demands: Vec::new(),
        language: "sv".into(),
        whisper: Vec::new(),
        waited_ms: 0,
        expected_ms: None,
        due_ms: None,
        window_ms: 60_000,
    }))
}

fn left() -> MessageEvent {
    MessageEvent::Left(Box::new(MessageLeft {
        voicemail: "office".into(),
        call: 1,
        caller: Ani::new(SAME),
        name: Some("Beata Bengtsson".into()),
        company: None,
        language: "sv".into(),
        queue: None,
        waited_ms: 3,
        length_ms: 4_200,
        bytes: 67_244,
        packets_missed: 0,
    }))
}

fn later(seq: u64, what: What) -> Event {
    Event { seq, at: WallTime::from_micros(MORNING + 1_000), what }
}

fn item() -> CallEvent {
    CallEvent::Offered {
        number: "support".into(),
        caller: Ani::new(NUMBER),
        trunk: None,
        diverted_by: None,
        direction: Direction::Callback,
    }
}

/// One who calls twice, is called back, leaves a message, types a number; and somebody else.
fn a_day() -> Vec<Event> {
    let noted = CallEvent::Noted { name: "number".into(), value: SAME.into() };
    vec![
        of(1, 1, NUMBER),
        looked_up(2, 1),
        happened(3, 10, 1, queued("support")),
        happened(4, 20, 1, noted),
        ended(5, 900, 1, Outcome::Callback, "caller hung up"),
        of(6, 2, SAME),
        happened(7, 10, 2, queued("support")),
        happened(8, 20, 2, connected("1001")),
        ended(9, 900, 2, Outcome::Answered, "caller hung up"),
        of(10, 3, OTHER),
        looked_up(11, 3),
        ended(12, 900, 3, Outcome::Finished, "goodbye"),
        later(13, What::WorkItem(CallId(4), item())),
        later(14, What::Callback(CallId(4), promised())),
        later(15, What::Message(MessageId(7), left())),
    ]
}

fn over() -> Vec<Event> {
    let by = || events::By::Socket;
    vec![
        later(16, What::Callback(CallId(4), CallbackEvent::Over { how: CallbackOver::Reached })),
        later(
            17,
            What::WorkItem(
                CallId(4),
                CallEvent::Ended { outcome: Outcome::Answered, cause: "done".into() },
            ),
        ),
        later(18, What::Message(MessageId(7), MessageEvent::Done { by: by() })),
    ]
}

/// All that somebody finds who looks for it: in the files, or in a dump.
async fn all(place: &Place, folder: &Path) -> String {
    if crate::KIND == Kind::Sqlite {
        let files =
            fs::read_dir(folder).unwrap().map(|entry| fs::read(entry.unwrap().path()).unwrap());
        return files.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).collect();
    }
    let mut tool = Tool::of(place).await;
    let mut text = String::new();
    for table in [
        "calls",
        "events",
        "visits",
        "waits",
        "callbacks",
        "messages",
        "bindings",
        "surveys",
        "answers",
    ] {
        text += &tool.rows(format!("SELECT * FROM {table}")).await;
    }
    text
}

#[tokio::test]
async fn a_number_that_is_forgotten_stands_nowhere_any_more_and_reports_count_as_before() {
    let (folder, place) = folder();
    let desk = Desk::open(&place).await;
    desk.send(a_day());
    desk.send(over());
    // What was said in call 2 is kept, and in call 3 with somebody else it goes on.
    let kept = |seq, call, happened| later(seq, What::Sound(CallId(call), happened));
    let [theirs, others] = [9, 10].map(|id| RecordingName(RecordingId(id)));
    desk.send(vec![
        kept(19, 2, recordings::began(theirs)),
        kept(20, 2, recordings::over(theirs, RecordingEnd::Whole, 1_000)),
        kept(21, 3, recordings::began(others)),
        kept(22, 3, recordings::over(others, RecordingEnd::Whole, 1_000)),
    ]);
    desk.until(22);
    assert!(all(&place, folder.path()).await.contains("9998877"));
    let visits = Tool::of(&place).await.rows("SELECT * FROM visits").await;
    // Beside the server that writes.
    let mut removed = Vec::new();
    let remove = |kept: Kept<'_>| {
        removed.push(format!("{kept:?}"));
        Ok(())
    };
    let done = ledger::forget(&place, "070-999 88 77", remove).await.unwrap();
    assert_eq!((done.calls, done.callbacks, done.left), (3, 1, Vec::<String>::new()));
    assert_eq!((done.messages, done.recordings), (1, 1));
    assert_eq!(removed, [r#"Message("0000000000000007")"#, r#"Recording("0000000000000009")"#]);
    assert!(ledger::recordings(&place, CallId(2)).await.unwrap().is_empty());
    assert_eq!(ledger::recordings(&place, CallId(3)).await.unwrap().len(), 1);
    let found = all(&place, folder.path()).await;
    assert!(!found.contains("9998877"), "the number is gone");
    assert!(found.contains(OTHER) && found.contains(FORGOTTEN));
    assert_eq!(Tool::of(&place).await.rows("SELECT * FROM visits").await, visits);
    let named = ledger::story(&place, CallId(3)).await.unwrap();
    assert_eq!(named[1].detail["name"], "Beata Bengtsson", "what is known of others stays");
    let of_call = ledger::story(&place, CallId(1)).await.unwrap();
    let kinds: Vec<_> = of_call.iter().map(|row| row.kind.as_str()).collect();
    assert_eq!(kinds, ["offered", "looked_up", "queued", "noted", "ended", "message_left"]);
    assert!(of_call.iter().all(|row| !row.detail.to_string().contains("Beata")), "{of_call:?}");
    // Again there is nothing to be done.
    let again = ledger::forget(&place, NUMBER, |_| Ok(())).await.unwrap();
    assert_eq!(again, ledger::Forgotten::default());
    desk.finish();
}

#[tokio::test]
async fn who_has_others_called_back_is_forgotten_in_their_callbacks_too() {
    let (_folder, place) = folder();
    let desk = Desk::open(&place).await;
    let CallbackEvent::Promised(mine) = promised() else { unreachable!("it is promised") };
    let whisper = vec!["customers/beata".into()];
    let theirs = CallbackPromised { number: Ani::new(OTHER), whisper, ..*mine };
    let item = CallEvent::Offered {
        number: "support".into(),
        caller: Ani::new(OTHER),
        trunk: None,
        diverted_by: None,
        direction: Direction::Callback,
    };
    let over = CallbackEvent::Over { how: CallbackOver::Reached };
    let ended = CallEvent::Ended { outcome: Outcome::Answered, cause: "done".into() };
    desk.send([
        later(1, What::WorkItem(CallId(4), item)),
        later(2, What::Callback(CallId(4), CallbackEvent::Promised(Box::new(theirs)))),
        later(3, What::Callback(CallId(4), over)),
        later(4, What::WorkItem(CallId(4), ended)),
    ]);
    desk.until(4);
    let done = ledger::forget(&place, NUMBER, |_| Ok(())).await.unwrap();
    assert_eq!((done.callbacks, done.left), (1, Vec::<String>::new()));
    let told = format!("{:?}", ledger::story(&place, CallId(4)).await.unwrap());
    assert!(!told.to_lowercase().contains("beata") && told.contains(OTHER), "{told}");
    desk.finish();
}

#[tokio::test]
async fn what_is_still_on_is_not_forgotten_and_is_told() {
    let (_folder, place) = folder();
    let desk = Desk::open(&place).await;
    desk.send(a_day());
    desk.send([of(16, 5, NUMBER)]);
    desk.until(16);
    let done = ledger::forget(&place, NUMBER, |_| Ok(())).await.unwrap();
    assert_eq!((done.calls, done.callbacks, done.messages), (2, 0, 0));
    let left = done.left.join("\n");
    for still in ["call 5 is on", "callback cancel 4", "message done 0000000000000007"] {
        assert!(left.contains(still), "{still} in {left}");
    }
    let error = ledger::forget(&place, " ", |_| Ok(())).await.unwrap_err();
    assert!(matches!(error, ForgetError::NoNumber), "{error}");
    desk.finish();
}

#[tokio::test]
async fn what_is_older_than_it_is_kept_goes_with_all_that_belongs_to_it() {
    let (_folder, place) = folder();
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    let now = i64::try_from(now.as_micros()).unwrap();
    let aged = |event: Event, days: i64| Event {
        at: WallTime::from_micros(now - days * 86_400_000_000),
        ..event
    };
    let desk = Desk::open(&place).await;
    let mut events = Vec::new();
    for (call, days) in (1..=60).map(|call| (call, 70 - i64::try_from(call).unwrap())) {
        let seq = call * 4;
        events.push(aged(offered(seq, 0, call), days));
        events.push(aged(happened(seq + 1, 0, call, queued("support")), days));
        events.push(aged(ended(seq + 2, 0, call, Outcome::Answered, "bye"), days));
        let agent = What::Agent("1001".into(), events::AgentEvent::LoggedIn);
        events.push(aged(Event { seq: seq + 3, at: WallTime::from_micros(0), what: agent }, days));
    }
    desk.send(events);
    desk.finish();
    let (ledger, _) = Ledger::open(&place).await.unwrap();
    let keep = Duration::from_secs(30 * 86_400);
    let (_writer, thread) = ledger.keeping(Some(keep)).writer(|_| ()).unwrap();
    let mut tool = Tool::of(&place).await;
    while tool.number("SELECT count(*) FROM calls").await > 20 {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    thread.finish(Duration::from_secs(60)).unwrap();
    assert_eq!(tool.number("SELECT min(id) FROM calls").await, 41);
    for (table, left) in
        [("visits", 20), ("events WHERE call IS NOT NULL", 60), ("events WHERE call IS NULL", 20)]
    {
        assert_eq!(tool.number(format!("SELECT count(*) FROM {table}")).await, left, "{table}");
    }
    assert_eq!(ledger::check(&place).await.unwrap(), None);
}

#[tokio::test]
async fn the_latest_call_is_kept_since_numbers_count_on_from_it() {
    let (_folder, place) = folder();
    let desk = Desk::open(&place).await;
    desk.send([offered(1, 0, 1), ended(2, 0, 1, Outcome::Answered, "bye")]);
    desk.send([offered(3, 0, 2), ended(4, 0, 2, Outcome::Answered, "bye")]);
    desk.finish();
    let (ledger, _) = Ledger::open(&place).await.unwrap();
    let (_writer, thread) = ledger.keeping(Some(Duration::ZERO)).writer(|_| ()).unwrap();
    let mut tool = Tool::of(&place).await;
    while tool.number("SELECT count(*) FROM calls").await > 1 {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    thread.finish(Duration::from_secs(60)).unwrap();
    assert_eq!(Desk::open(&place).await.opened.next_call, CallId(3));
    assert_eq!(ledger::list(&place, Filter::default()).await.unwrap().len(), 1);
    assert!(calls(&place).await.starts_with("call-2 "));
}

#[tokio::test]
async fn recordings_go_by_an_age_of_their_own_with_their_files_and_calls_not_before_them() {
    let (_folder, place) = folder();
    let desk = Desk::open(&place).await;
    let sound = |seq, call, what| later(seq, What::Sound(CallId(call), what));
    // More whose files cannot be removed than go at once, one that can be, and one that goes on.
    let (stubborn, over, on) = (1..=25_u64, 26, 27);
    let mut events = Vec::new();
    for call in 1..=on {
        let (seq, name) = (10 * call, RecordingName(RecordingId(call)));
        events.extend([offered(seq, 0, call), sound(seq + 1, call, recordings::began(name))]);
        events.push(ended(seq + 2, 0, call, Outcome::Answered, "bye"));
        if call != on {
            let end = recordings::over(name, RecordingEnd::Whole, 8_000);
            events.push(sound(seq + 3, call, end));
        }
    }
    // One that has none, and the latest.
    events.extend([offered(400, 0, 40), ended(401, 0, 40, Outcome::Answered, "bye")]);
    events.push(offered(410, 0, 41));
    desk.send(events);
    desk.finish();

    let (ledger, _) = Ledger::open(&place).await.unwrap();
    let removed = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&removed);
    let remove = Box::new(move |name: &str| {
        told.lock().unwrap().push(name.to_owned());
        let is_over = name == RecordingId(over).hex();
        if is_over { Ok(()) } else { Err(io::ErrorKind::PermissionDenied.into()) }
    });
    let ledger = ledger.keeping(Some(Duration::ZERO));
    let ledger = ledger.keeping_recordings(Duration::ZERO, remove).unwrap();
    let (_writer, thread) = ledger.writer(|_| ()).unwrap();
    let mut tool = Tool::of(&place).await;
    while tool.number("SELECT count(*) FROM calls").await > 27 {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    thread.finish(Duration::from_secs(60)).unwrap();
    let removed = removed.lock().unwrap().clone();
    let times = |id: u64| removed.iter().filter(|name| **name == RecordingId(id).hex()).count();
    assert_eq!((times(over), times(on)), (1, 0));
    assert!(stubborn.into_iter().all(|id| times(id) == 1), "until the next look: {removed:?}");
    assert_eq!(tool.number("SELECT count(*) FROM recordings").await, 26);
    assert_eq!(tool.number("SELECT count(*) FROM recordings WHERE call = 26").await, 0);
    assert_eq!(tool.number("SELECT count(*) FROM calls WHERE id IN (26, 40)").await, 0);
}

#[tokio::test]
async fn a_disk_of_recordings_that_stands_keeps_the_ledger_from_nothing() {
    let (_folder, place) = folder();
    let desk = Desk::open(&place).await;
    let name = RecordingName(RecordingId(1));
    let sound = |seq, what| later(seq, What::Sound(CallId(1), what));
    desk.send([
        offered(1, 0, 1),
        sound(2, recordings::began(name)),
        ended(3, 0, 1, Outcome::Answered, "bye"),
        sound(4, recordings::over(name, RecordingEnd::Whole, 8_000)),
    ]);
    desk.finish();
    let (ledger, _) = Ledger::open(&place).await.unwrap();
    let (asked, is_asked) = std::sync::mpsc::channel();
    let remove = Box::new(move |_: &str| {
        let _ = asked.send(());
        std::thread::sleep(Duration::from_secs(3_600));
        Ok(())
    });
    let ledger = ledger.keeping_recordings(Duration::ZERO, remove).unwrap();
    let (writer, thread) = ledger.writer(|_| ()).unwrap();
    is_asked.recv_timeout(Duration::from_secs(60)).unwrap();
    assert!(writer.try_send(Entry::from(offered(5, 0, 2))).is_ok());
    thread.finish(Duration::from_secs(60)).unwrap();
    let mut tool = Tool::of(&place).await;
    assert_eq!(tool.number("SELECT count(*) FROM calls").await, 2);
}

async fn exported(place: &Place, numbers: &Numbers) -> String {
    let mut text = Vec::new();
    ledger::export(place, numbers, &mut text).await.unwrap();
    String::from_utf8(text).unwrap()
}

#[tokio::test]
async fn an_export_has_one_pseudonym_for_each_number_and_nothing_that_tells_whose_it_is() {
    let (_folder, place) = folder();
    let desk = Desk::open(&place).await;
    desk.send(a_day());
    desk.finish();
    let whole = exported(&place, &Numbers::Whole).await;
    assert!(whole.contains(NUMBER) && whole.contains(OTHER));
    let key = Numbers::Pseudonymous([7; 32]);
    let hidden = exported(&place, &key).await;
    for told in ["9998877", "1234567", "Beata", "Brödkaveln"] {
        assert!(!hidden.contains(told), "{told}");
    }
    assert_eq!(hidden.lines().count(), whole.lines().count());
    let lines: Vec<serde_json::Value> =
        hidden.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let caller = |call: usize| lines[call]["caller"].as_str().unwrap();
    assert_eq!(caller(0), caller(1), "one person, in two ways to write the number");
    assert_ne!(caller(0), caller(2));
    assert_eq!(lines[0]["number"], "9000", "the centre's own number is no person's");
    assert_eq!(exported(&place, &key).await, hidden, "in every export");
    assert_ne!(exported(&place, &Numbers::Pseudonymous([8; 32])).await, hidden);
}
