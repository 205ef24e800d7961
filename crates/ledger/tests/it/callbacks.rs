//! What was promised of callbacks adds up by step and queue.

use crate::support::{Desk, MORNING, folder};
use clock::WallTime;
use events::{Ani, By, CallbackEvent, CallbackOver, CallbackPromised, Event, NotReached, What};
use ids::CallId;
use jiff::Timestamp;
use ledger::{CallbackLine, CallbacksAsked, callback_report};

/// One callback, and what became of it after so many seconds.
fn told(
    callback: u64,
    expected_ms: Option<u64>,
    events: Vec<(i64, CallbackEvent)>,
) -> Vec<(i64, u64, CallbackEvent)> {
    let promised = CallbackEvent::Promised(Box::new(CallbackPromised {
        instead_of: None,
        callback: "later".into(),
        queue: "support".into(),
        call: 0,
        dialled: "9000".into(),
        number: Ani::new("+46701234567"),
        caller: Ani::new("0701234567"),
        name: None,
        company: None,
        demands: Vec::new(),
        whisper: Vec::new(),
        expected_ms,
        due_ms: None,
        language: "sv".into(),
        waited_ms: 0,
        window_ms: 3_600_000,
    }));
    let all = [(0, promised)].into_iter().chain(events);
    all.map(|(at, event)| (at, callback, event)).collect()
}

#[tokio::test]
async fn promises_that_were_kept_and_in_time_add_up() {
    let over = |how| CallbackEvent::Over { how };
    let attempt = |attempt| CallbackEvent::Attempt { attempt, agent: None };
    let busy = CallbackEvent::NotReached { attempt: 1, why: NotReached::Busy };
    let all = [
        told(11, Some(60_000), vec![(40, attempt(1)), (50, over(CallbackOver::Reached))]),
        told(
            12,
            Some(60_000),
            vec![(30, attempt(1)), (31, busy), (80, attempt(2)), (90, over(CallbackOver::Reached))],
        ),
        told(13, None, vec![(10, over(CallbackOver::Served))]),
        told(14, None, vec![(10, over(CallbackOver::Cancelled { by: By::Caller }))]),
        told(15, None, vec![(10, over(CallbackOver::WindowOver))]),
        told(16, None, vec![(10, over(CallbackOver::NotSpoken))]),
        told(17, None, vec![]),
    ];
    let event = |(seq, (at, callback, event)): (u64, (i64, u64, CallbackEvent))| Event {
        seq,
        at: WallTime::from_micros(MORNING + at * 1_000_000),
        what: What::Callback(CallId(callback), event),
    };
    let events: Vec<Event> = (1..).zip(all.into_iter().flatten()).map(event).collect();
    let last = events.last().unwrap().seq;
    let (_folder, place) = folder();
    let desk = Desk::open(&place).await;
    desk.send(events);
    desk.until(last);
    desk.finish();
    let day = |at: i64| Timestamp::from_microsecond(MORNING + at).unwrap();
    let (from, to) = (day(0), day(86_400_000_000));
    let lines = callback_report(&place, CallbacksAsked { from, to, queue: None }).await.unwrap();
    let expected = CallbackLine {
        callback: "later".to_owned(),
        queue: "support".to_owned(),
        promised: 6,
        open: 1,
        reached: 2,
        served: 1,
        called_off: 1,
        not_reached: 0,
        broken: 1,
        attempts: 3,
        took_ms: 140_000,
        longest_ms: 90_000,
        bounded: 2,
        bounds_ms: 120_000,
        in_time: 1,
    };
    assert_eq!(lines, std::slice::from_ref(&expected));
    assert_eq!((expected.due(), expected.kept()), (4, 3));
    let elsewhere = CallbacksAsked { from, to, queue: Some("sales".to_owned()) };
    assert_eq!(callback_report(&place, elsewhere).await.unwrap(), []);
}
