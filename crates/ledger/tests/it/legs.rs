//! How the sound of each leg was is a row, which comes after the end of the call.

use crate::support::{Desk, MORNING, ended, folder, offered};
use clock::WallTime;
use events::{Event, LegSide, LegSound, Outcome, SoundEvent, What};
use ids::CallId;
use ledger::{Entry, Filter, LegRow, Numbers};

/// How a leg sounded of which a phone reports.
pub(crate) fn reported() -> LegSound {
    LegSound {
        leg: 7,
        side: LegSide::Agent,
        agent: Some("1001".into()),
        codec: "PCMA".into(),
        encrypted: true,
        sent: 500,
        received: 480,
        expected: 500,
        lost: 20,
        strangers: 3,
        jitter_us: Some(1_500),
        jitter_max_us: Some(9_000),
        round_trip_us: Some(42_000),
        told_lost: Some(5),
        told_jitter_us: Some(2_000),
        mos: Some(402),
    }
}

/// The same of one of which nothing is known but what came.
fn unreported() -> LegSound {
    LegSound {
        leg: 6,
        side: LegSide::Caller,
        agent: None,
        encrypted: false,
        jitter_us: None,
        jitter_max_us: None,
        round_trip_us: None,
        told_lost: None,
        told_jitter_us: None,
        mos: None,
        ..reported()
    }
}

fn closed(seq: u64, ms: i64, sound: LegSound) -> Event {
    let at = WallTime::from_micros(MORNING + ms * 1_000);
    Event { seq, at, what: What::Sound(CallId(1), SoundEvent::LegClosed(Box::new(sound))) }
}

/// The measured columns.
fn measured(row: &LegRow) -> [Option<u64>; 6] {
    let LegRow { jitter_us, jitter_max_us, round_trip_us, told_lost, told_jitter_us, mos, .. } =
        *row;
    [jitter_us, jitter_max_us, round_trip_us, told_lost, told_jitter_us, mos]
}

#[tokio::test]
async fn how_each_leg_sounded_has_a_row_after_the_end_of_its_call_and_the_call_stays_as_it_was() {
    let (_folder, place) = folder();
    let desk = Desk::open(&place).await;
    let call = [offered(1, 0, 1), ended(2, 9_000, 1, Outcome::Answered, "caller hung up")];
    desk.send(call.map(Entry::from));
    desk.until(2);
    let before = ledger::list(&place, Filter::default()).await.unwrap();
    desk.send([closed(3, 9_020, reported()), closed(4, 9_040, unreported())].map(Entry::from));
    desk.finish();
    assert_eq!(ledger::list(&place, Filter::default()).await.unwrap(), before);

    let rows = ledger::legs(&place, CallId(1)).await.unwrap();
    let [agent, caller] = &rows[..] else { panic!("two legs and not {rows:#?}") };
    assert_eq!((agent.leg, &*agent.side, agent.agent.as_deref()), (7, "agent", Some("1001")));
    assert_eq!((&*agent.codec, agent.encrypted, agent.strangers), ("PCMA", true, 3));
    assert_eq!((agent.sent, agent.received, agent.expected, agent.lost), (500, 480, 500, 20));
    assert_eq!(agent.closed_at.as_microsecond(), MORNING + 9_020_000);
    assert_eq!(measured(agent), [1_500, 9_000, 42_000, 5, 2_000, 402].map(Some));
    assert_eq!((caller.leg, &*caller.side, caller.agent.as_deref()), (6, "caller", None));
    assert_eq!(measured(caller), [None; 6], "what was not measured is not zero");
    assert_eq!(ledger::legs(&place, CallId(2)).await.unwrap(), []);

    let mut text = Vec::new();
    ledger::export(&place, &Numbers::Whole, &mut text).await.unwrap();
    let lines = String::from_utf8(text).unwrap();
    let legs: Vec<serde_json::Value> = lines
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
        .filter(|line| line["table"] == "legs")
        .collect();
    assert_eq!((legs.len(), &legs[0]["mos"], &legs[0]["agent"]), (2, &402.into(), &"1001".into()));
    assert!(legs[1]["mos"].is_null(), "{legs:#?}");
    let story = ledger::story(&place, CallId(1)).await.unwrap();
    let kinds: Vec<_> = story.iter().map(|event| &*event.kind).collect();
    assert_eq!(kinds, ["offered", "ended", "leg_closed", "leg_closed"]);
}
