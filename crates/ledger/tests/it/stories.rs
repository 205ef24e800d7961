//! What the rows say of a call.

use crate::support::{
    Desk, asked_after, calls, connected, ended, folder, happened, offered, queued, story,
};
use events::{AbandonedWhile, AgentEvent, CallEvent, Event, Outcome, ReservationEnd, What};
use expect_test::expect;
use ids::CallId;
use ledger::Filter;

fn a_whole_call(call: u64) -> Vec<Event> {
    let rang =
        |reservation, agent: &str| CallEvent::Rang { reservation, agent: agent.into(), why: None };
    let over = |reservation, agent: &str, end| CallEvent::ReservationEnded {
        reservation,
        agent: agent.into(),
        end,
    };
    vec![
        offered(1, 0, call),
        happened(2, 20, call, CallEvent::Answered),
        happened(3, 4_000, call, CallEvent::Chose { menu: "main".into(), key: '1' }),
        happened(4, 4_500, call, queued("faktura")),
        happened(5, 6_000, call, CallEvent::PlaceTold { place: 2 }),
        happened(6, 9_000, call, rang(11, "1001")),
        happened(7, 21_000, call, over(11, "1001", ReservationEnd::Missed)),
        happened(8, 21_001, call, rang(12, "1002")),
        happened(9, 24_500, call, over(12, "1002", ReservationEnd::Accepted)),
        happened(10, 24_500, call, connected("1002")),
        happened(11, 40_000, call, CallEvent::Held { by_agent: true }),
        happened(12, 50_000, call, CallEvent::Resumed),
        ended(13, 84_500, call, Outcome::Answered, "caller hung up"),
    ]
}

#[tokio::test]
async fn what_a_caller_is_asked_behind_the_talk_is_no_talk() {
    let (_folder, place) = folder();
    let desk = Desk::open(&place).await;
    let mut events = a_whole_call(1);
    events.pop();
    events.push(happened(13, 44_500, 1, asked_after("1002")));
    let (name, value) = ("nps".into(), "9".into());
    events.push(happened(14, 60_000, 1, CallEvent::Noted { name, value }));
    events.push(ended(15, 84_500, 1, Outcome::Answered, "caller hung up"));
    desk.send(events);
    desk.finish();
    expect![[r#"
        call-1 9000 from 0701234567: queue faktura agent 1002 wait 20000 talk 20000 end 84500 answered - (caller hung up)
    "#]].assert_eq(&calls(&place).await);
}

#[tokio::test]
async fn a_call_can_be_told_from_its_rows() {
    let (_folder, place) = folder();
    let desk = Desk::open(&place).await;
    assert_eq!((desk.opened.next_call, desk.opened.interrupted), (CallId(1), 0));
    desk.send(a_whole_call(1));
    desk.finish();
    expect![[r#"
        call-1 9000 from 0701234567: queue faktura agent 1002 wait 20000 talk 60000 end 84500 answered - (caller hung up)
    "#]].assert_eq(&calls(&place).await);
    expect![[r#"
        run 1 event 1 - offered {"caller":"0701234567","direction":"in","number":"9000"}
        run 1 event 2 - answered {}
        run 1 event 3 - chose {"key":"1","menu":"main"}
        run 1 event 4 - queued {"language":"sv","queue":"faktura"}
        run 1 event 5 - place_told {"place":2}
        run 1 event 6 1001 rang {"agent":"1001","reservation":11}
        run 1 event 7 1001 reservation_ended {"agent":"1001","end":"missed","reservation":11}
        run 1 event 8 1002 rang {"agent":"1002","reservation":12}
        run 1 event 9 1002 reservation_ended {"agent":"1002","end":"accepted","reservation":12}
        run 1 event 10 1002 connected {"agent":"1002"}
        run 1 event 11 - held {"by_agent":true}
        run 1 event 12 - resumed {}
        run 1 event 13 - ended {"cause":"caller hung up","outcome":"answered"}
    "#]]
    .assert_eq(&story(&place, 1).await);
    let row = ledger::list(&place, Filter::default()).await.unwrap().remove(0);
    assert_eq!((row.places_told, row.reservations), (1, 2));
    assert_eq!(row.offered_at.to_string(), "2026-01-01T08:00:00Z");
    assert_eq!(row.language.as_deref(), Some("sv"));
}

#[tokio::test]
async fn a_call_has_its_row_from_the_invite_on_and_is_shown_while_it_is_on() {
    let (_folder, place) = folder();
    let desk = Desk::open(&place).await;
    desk.send([offered(1, 0, 1)]);
    desk.until(1);
    // The writer is still there: this reader stands beside it.
    expect![[r#"
        call-1 9000 from 0701234567: queue - agent - wait - talk - end - - - (-)
    "#]]
    .assert_eq(&calls(&place).await);
    desk.finish();
}

#[tokio::test]
async fn a_caller_who_leaves_has_waited_until_the_end() {
    let (_folder, place) = folder();
    let desk = Desk::open(&place).await;
    let left = Outcome::Abandoned(AbandonedWhile::Waiting);
    desk.send([
        offered(1, 0, 1),
        happened(2, 1_000, 1, queued("faktura")),
        ended(3, 31_000, 1, left, "caller hung up"),
        offered(4, 40_000, 2),
        ended(5, 40_500, 2, Outcome::Abandoned(AbandonedWhile::Dialling), "cancelled"),
    ]);
    desk.finish();
    expect![[r#"
        call-1 9000 from 0701234567: queue faktura agent - wait 30000 talk - end 31000 abandoned waiting (caller hung up)
        call-2 9000 from 0701234567: queue - agent - wait - talk - end 40500 abandoned dialling (cancelled)
    "#]].assert_eq(&calls(&place).await);
    let story = story(&place, 1).await;
    assert!(
        story.contains(
            r#"ended {"cause":"caller hung up","outcome":"abandoned","while":"waiting"}"#
        )
    );
}

#[tokio::test]
async fn the_same_events_handed_over_again_change_nothing() {
    let (_folder, place) = folder();
    let desk = Desk::open(&place).await;
    desk.send(a_whole_call(1));
    desk.until(13);
    let (rows, events) = (calls(&place).await, story(&place, 1).await);
    let counts = ledger::list(&place, Filter::default()).await.unwrap();
    desk.send(a_whole_call(1));
    desk.send(a_whole_call(1).into_iter().rev());
    desk.finish();
    assert_eq!(calls(&place).await, rows);
    assert_eq!(story(&place, 1).await, events);
    assert_eq!(ledger::list(&place, Filter::default()).await.unwrap(), counts);
}

#[tokio::test]
async fn a_call_whose_invite_got_lost_has_a_row_all_the_same() {
    let (_folder, place) = folder();
    let desk = Desk::open(&place).await;
    desk.send([happened(2, 500, 7, queued("faktura")), offered(1, 0, 7)]);
    desk.send([ended(3, 2_500, 8, Outcome::Failed, "no ACK")]);
    desk.finish();
    expect![[r#"
        call-7 9000 from 0701234567: queue faktura agent - wait - talk - end - - - (-)
        call-8  from : queue - agent - wait - talk - end 2500 failed - (no ACK)
    "#]]
    .assert_eq(&calls(&place).await);
}

#[tokio::test]
async fn a_clock_that_is_set_back_makes_no_negative_lengths() {
    let (_folder, place) = folder();
    let desk = Desk::open(&place).await;
    desk.send([
        offered(1, 100_000, 1),
        happened(2, 101_000, 1, queued("faktura")),
        happened(3, 50_000, 1, connected("1001")),
        ended(4, 40_000, 1, Outcome::Answered, "agent hung up"),
    ]);
    desk.finish();
    expect![[r#"
        call-1 9000 from 0701234567: queue faktura agent 1001 wait 0 talk 0 end 40000 answered - (agent hung up)
    "#]].assert_eq(&calls(&place).await);
}

#[tokio::test]
async fn hostile_texts_and_times_fit_into_the_row() {
    let (_folder, place) = folder();
    let desk = Desk::open(&place).await;
    let caller = "'); DROP TABLE calls;--\0\u{202e}".repeat(3000);
    let what = CallEvent::Offered {
        number: "9".repeat(60_000).into(),
        caller: events::Ani::new(caller),
        trunk: None,
        diverted_by: None,
        direction: events::Direction::In,
    };
    let at = clock::WallTime::from_micros(i64::MIN);
    let late = clock::WallTime::from_micros(i64::MAX);
    let call = CallId(u64::MAX);
    desk.send([
        Event { seq: 1, at, what: What::Call(call, what) },
        Event { seq: 2, at, what: What::Call(call, queued("faktura")) },
        Event { seq: 3, at: late, what: What::Call(call, connected("1001")) },
    ]);
    desk.until(3);
    let row = ledger::list(&place, Filter::default()).await.unwrap().remove(0);
    assert_eq!(row.number.chars().count(), 257);
    assert!(row.caller.starts_with("'); DROP TABLE calls;--"));
    assert_eq!(row.connected_at, Some(jiff::Timestamp::MAX));
    desk.finish();
}

#[tokio::test]
async fn a_shift_is_kept_beside_the_calls() {
    let (_folder, place) = folder();
    let desk = Desk::open(&place).await;
    let shift = [
        AgentEvent::LoggedIn,
        AgentEvent::WrapUpStarted { call: 4, length_ms: 30_000 },
        AgentEvent::LoggedOut,
    ];
    desk.send((1..).zip(shift).map(|(seq, what)| {
        let what = What::Agent("1001".into(), what);
        Event { seq, at: clock::WallTime::default(), what }
    }));
    desk.finish();
    expect![[r#"
        run 1 event 2 1001 wrap_up_started {"call":4,"length_ms":30000}
    "#]]
    .assert_eq(&story(&place, 4).await);
    assert_eq!(calls(&place).await, "", "agents' events make no calls");
}

#[tokio::test]
async fn the_latest_calls_are_listed_in_the_order_they_came() {
    let (_folder, place) = folder();
    let desk = Desk::open(&place).await;
    for call in 1..=6 {
        desk.send([offered(call * 2, 0, call)]);
        let queue = if call % 2 == 0 { "even" } else { "odd" };
        desk.send([happened(call * 2 + 1, 0, call, queued(queue))]);
    }
    desk.finish();
    let ids = |rows: Vec<ledger::CallRow>| rows.iter().map(|row| row.id).collect::<Vec<_>>();
    assert_eq!(ids(ledger::list(&place, Filter::last(3)).await.unwrap()), [4, 5, 6]);
    let odd = Filter { queue: Some("odd".into()), ..Filter::last(2) };
    assert_eq!(ids(ledger::list(&place, odd).await.unwrap()), [3, 5]);
    let answered = Filter { outcome: Some("answered".into()), ..Filter::default() };
    assert_eq!(ledger::list(&place, answered).await.unwrap(), []);
}
