//! Calls that are on when a run ends, and what the next one knows of them.

use crate::support::{Desk, MORNING, calls, connected, ended, folder, happened, offered, queued};
use crate::tool::Tool;
use events::{
    AbandonedWhile, Ani, CallEvent, GONE_AFTER_RESTART, InterruptedCall, Outcome, SavedAt,
    SavedCall, SavedLeg, SavedParty, SavedPassage, SavedPeer, SavedPlace, SavedTalk, SavedValue,
    SavedWait,
};
use expect_test::expect;
use ids::CallId;
use ledger::{Entry, Ledger, Place, imbalance};

/// How the caller of a call can be reached who stands in a queue since a second after eight.
pub(crate) fn saved(call: u64) -> SavedCall {
    SavedCall {
        id: call,
        number: "9000".into(),
        from: SavedPeer::Trunk("carrier".into()),
        caller: Ani::new("0701234567"),
        name: Some("Beata Bengtsson".into()),
        company: None,
        leg: SavedLeg {
            call_id: format!("call-id-{call}"),
            local: "<sip:9000@203.0.113.1>;tag=ours".to_owned(),
            remote: "\"Beata\" <sip:0701234567@192.0.2.7>;tag=theirs".to_owned(),
            target: "<sip:0701234567@192.0.2.7:5066>".to_owned(),
            route: vec!["<sip:edge.example.net;lr>".to_owned()],
            is_ours: false,
            local_cseq: 2_001,
            remote_cseq: Some(7),
            contact: "<sip:203.0.113.1:5060>".to_owned(),
            transport: "udp".to_owned(),
            listener: 1,
            peer: "192.0.2.7:5066".parse().unwrap(),
            session: "00112233445566778899aabbccddeeff".to_owned(),
            sdp_id: 4_711,
            sdp_version: 102,
        },
        language: "sv".into(),
        place: Some(SavedPlace {
            at: SavedAt::Queue(SavedWait {
                queue: "faktura".into(),
                since: MORNING + 1_000_000,
                told: Some(3),
                promised: None,
                open: Some((0, 1)),
            }),
            queued: Some(("faktura".into(), MORNING + 1_000_000)),
            priority: 2,
            demands: vec!["menu.french".into()],
            subs: vec!["menu.main".into()],
        }),
        talk: None,
        priority_by_hand: Some(9),
        talked: false,
        called_back: false,
        whisper: vec!["callers/gold".into()],
        notes: vec![
            ("customer".into(), SavedValue::Text("4711".to_owned())),
            ("born".into(), SavedValue::Date(1971, 2, 28)),
        ],
        choices: vec![("main".into(), '1')],
        passage: SavedPassage {
            headers: vec![("X-Ticket".to_owned(), "77".to_owned())],
            hops: 68,
            private: true,
            end: None,
        },
        tries: 1,
    }
}

/// What a caller does who waits.
fn waits(seq: u64, call: u64) -> [Entry; 3] {
    [
        offered(seq, 0, call).into(),
        happened(seq + 1, 1_000, call, queued("faktura")).into(),
        Entry::Call(Box::new(saved(call))),
    ]
}

/// A run that ends without having said anything of the calls that are on.
async fn killed(place: &Place, entries: impl IntoIterator<Item = Entry>) {
    let desk = Desk::open(place).await;
    desk.send(entries);
    desk.finish();
}

async fn rows_on(place: &Place) -> i64 {
    Tool::of(place).await.number("SELECT count(*) FROM calls_on").await
}

/// What a start takes up, and how many rows it closes.
async fn taken_up(place: &Place) -> (Vec<InterruptedCall>, u64) {
    let (mut ledger, opened) = Ledger::open(place).await.unwrap();
    (ledger.interrupted_calls().await.unwrap(), opened.interrupted)
}

#[tokio::test]
async fn who_waited_is_taken_up_as_they_were_and_their_row_stays_open() {
    let (_folder, place) = folder();
    killed(&place, waits(1, 1).into_iter().chain(waits(3, 2))).await;
    let (calls, closed) = taken_up(&place).await;
    let last_at = MORNING + 1_000_000;
    let as_saved = [1, 2].map(|call| InterruptedCall { saved: saved(call), last_at, starts: 1 });
    assert_eq!((calls.as_slice(), closed), (as_saved.as_slice(), 0));
}

#[tokio::test]
async fn a_start_knows_how_many_there_were_since_a_call_was_written_down() {
    let (_folder, place) = folder();
    let starts =
        async || taken_up(&place).await.0.iter().map(|call| call.starts).collect::<Vec<_>>();
    killed(&place, waits(1, 1).into_iter().chain(waits(4, 2))).await;
    // Runs that have written nothing may have spoken to the caller, too.
    assert_eq!(starts().await, [1, 1]);
    assert_eq!(starts().await, [2, 2]);
    killed(&place, [Entry::Call(Box::new(saved(2)))]).await;
    assert_eq!(starts().await, [4, 1]);
    // A program that did not say which run it was has written the row in some earlier one.
    let facts = serde_json::to_string(&saved(1)).unwrap();
    Tool::of(&place)
        .await
        .run(&format!("UPDATE calls_on SET facts = '{facts}' WHERE call = 1"))
        .await;
    assert_eq!(starts().await, [6, 2]);
}

#[tokio::test]
async fn a_call_over_two_runs_is_one_row_with_one_end_and_the_counts_add_up() {
    let (_folder, place) = folder();
    killed(&place, waits(1, 1)).await;
    let on = [
        happened(1, 5_000, 1, CallEvent::Recovered),
        happened(2, 61_000, 1, connected("1001")),
        ended(3, 90_000, 1, Outcome::Answered, "caller hung up"),
    ];
    killed(&place, on.map(Entry::from)).await;
    let (still_on, closed) = taken_up(&place).await;
    assert_eq!((still_on.len(), closed), (0, 0));
    expect![[r"
        call-1 9000 from 0701234567: queue faktura agent 1001 wait 60000 talk 29000 end 90000 answered - (caller hung up)
    "]]
    .assert_eq(&calls(&place).await);
    let since = jiff::Timestamp::from_microsecond(MORNING).unwrap();
    assert!(imbalance(&place, since).await.unwrap().is_none());
}

/// Who talks with 1001 since a minute after eight.
fn talks(call: u64) -> SavedCall {
    let leg = SavedLeg { is_ours: true, ..saved(call).leg };
    let with = SavedParty::Agent("1001".into());
    let talk = SavedTalk { with, since: MORNING + 61_000_000, leg, recording: None, direct: None };
    SavedCall { talk: Some(talk), tries: 0, ..saved(call) }
}

#[tokio::test]
async fn a_talk_over_two_runs_is_one_row_with_the_time_of_both_and_the_counts_add_up() {
    let (_folder, place) = folder();
    let connects = [
        happened(3, 61_000, 1, connected("1001")).into(),
        Entry::Call(Box::new(talks(1))),
        offered(4, 70_000, 2).into(),
    ];
    killed(&place, waits(1, 1).into_iter().chain(connects)).await;
    let (calls_on, closed) = taken_up(&place).await;
    // The second call could not be reached again. The two talked at least as long as anything was written down.
    let last_at = MORNING + 70_000_000;
    let as_saved = [InterruptedCall { saved: talks(1), last_at, starts: 1 }];
    assert_eq!((calls_on.as_slice(), closed), (as_saved.as_slice(), 1));
    let on = [
        happened(1, 80_000, 1, CallEvent::Recovered),
        ended(2, 121_000, 1, Outcome::Answered, "caller hung up"),
    ];
    killed(&place, on.map(Entry::from)).await;
    expect![[r"
        call-1 9000 from 0701234567: queue faktura agent 1001 wait 60000 talk 60000 end 121000 answered - (caller hung up)
        call-2 9000 from 0701234567: queue - agent - wait - talk - end 70000 interrupted - (the engine stopped while the call was on)
    "]]
    .assert_eq(&calls(&place).await);
    let since = jiff::Timestamp::from_microsecond(MORNING).unwrap();
    assert!(imbalance(&place, since).await.unwrap().is_none());
}

#[tokio::test]
async fn what_a_run_wrote_that_never_reached_them_says_nothing_of_how_long_two_have_talked() {
    let (_folder, place) = folder();
    let connects =
        [happened(3, 61_000, 1, connected("1001")).into(), Entry::Call(Box::new(talks(1)))];
    killed(&place, waits(1, 1).into_iter().chain(connects)).await;
    let tried = SavedCall { tries: 1, ..talks(1) };
    let hours_later = offered(1, 7_200_000, 2);
    killed(&place, [Entry::Call(Box::new(tried.clone())), hours_later.into()]).await;
    let (calls_on, _) = taken_up(&place).await;
    let last_at = MORNING + 61_000_000;
    assert_eq!(calls_on, [InterruptedCall { saved: tried, last_at, starts: 1 }]);
}

#[tokio::test]
async fn who_is_gone_by_the_next_start_has_an_end_at_the_time_they_were_last_heard_of() {
    let (_folder, place) = folder();
    killed(&place, waits(1, 1)).await;
    let gone = ended(1, 1_000, 1, Outcome::Interrupted, GONE_AFTER_RESTART);
    killed(&place, [Entry::from(gone)]).await;
    expect![[r"
        call-1 9000 from 0701234567: queue faktura agent - wait 0 talk - end 1000 interrupted - (gone after a restart)
    "]]
    .assert_eq(&calls(&place).await);
    let since = jiff::Timestamp::from_microsecond(MORNING).unwrap();
    assert!(imbalance(&place, since).await.unwrap().is_none());
}

#[tokio::test]
async fn a_caller_of_whom_nothing_can_be_read_any_more_is_closed_as_before() {
    let (_folder, place) = folder();
    killed(&place, waits(1, 1).into_iter().chain(waits(3, 2))).await;
    Tool::of(&place).await.run("UPDATE calls_on SET facts = '{\"id\":1' WHERE call = 1").await;
    let (on, closed) = taken_up(&place).await;
    assert_eq!((on.len(), closed), (1, 1));
    assert_eq!(on.first().map(|call| call.saved.call()), Some(CallId(2)));
    assert_eq!(rows_on(&place).await, 1);
}

#[tokio::test]
async fn nothing_of_a_caller_is_kept_for_the_next_run_once_the_call_is_over_or_is_another() {
    let (_folder, place) = folder();
    let left = ended(5, 9_000, 1, Outcome::Abandoned(AbandonedWhile::Waiting), "caller hung up");
    let all = waits(1, 1).into_iter().chain(waits(3, 2));
    killed(&place, all.chain([left.into(), Entry::NoCall(CallId(2))])).await;
    assert_eq!(rows_on(&place).await, 0);
}

#[tokio::test]
async fn a_number_that_is_forgotten_stands_in_no_call_that_can_be_taken_up() {
    let (_folder, place) = folder();
    killed(&place, waits(1, 1)).await;
    let forget = || ledger::forget(&place, "0701234567", |_| Ok(()));
    assert_eq!(forget().await.unwrap().left, ["call 1 is on"]);
    killed(&place, [ended(1, 2_000, 1, Outcome::Interrupted, GONE_AFTER_RESTART).into()]).await;
    assert_eq!(forget().await.unwrap().left, [""; 0]);
    assert_eq!(rows_on(&place).await, 0);
}
