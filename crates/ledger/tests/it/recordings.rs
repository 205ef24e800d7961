//! What is kept of talks is found from the row of the call, and says what came of it.

use crate::support::{Desk, MORNING, ended, folder, offered};
use clock::WallTime;
use events::{
    Event, Outcome, RecordedBy, RecordingEnd, RecordingLabel, RecordingName, SoundEvent, What,
};
use ids::{CallId, RecordingId};
use ledger::{Entry, Filter, Ledger, Numbers, RecordingState};

const FIRST: RecordingName = RecordingName(RecordingId(0xfeed_0000_0000_0001));
const SECOND: RecordingName = RecordingName(RecordingId(2));

pub(crate) fn began(recording: RecordingName) -> SoundEvent {
    let (agent, queue) = (Some("1001".into()), Some("support".into()));
    let (began_at, started_by) = (MORNING + 7, RecordedBy::Queue);
    let label = Box::new(RecordingLabel { call: 1, began_at, agent, started_by, queue });
    SoundEvent::RecordingBegan { recording, label }
}

pub(crate) fn over(recording: RecordingName, end: RecordingEnd, length_ms: u64) -> SoundEvent {
    let (bytes, packets_missed) = (44 + 32 * length_ms, 3);
    SoundEvent::RecordingEnded { recording, end, length_ms, bytes, packets_missed }
}

fn event(seq: u64, ms: i64, happened: SoundEvent) -> Entry {
    let at = WallTime::from_micros(MORNING + ms * 1_000);
    Event { seq, at, what: What::Sound(CallId(1), happened) }.into()
}

#[tokio::test]
async fn a_call_has_a_row_for_each_part_of_its_recording_and_what_came_of_it_behind_its_end() {
    let (_folder, place) = folder();
    let desk = Desk::open(&place).await;
    let end = Entry::from(ended(4, 9_000, 1, Outcome::Answered, "caller hung up"));
    desk.send([
        Entry::from(offered(1, 0, 1)),
        event(2, 1_000, began(FIRST)),
        event(3, 2_000, began(SECOND)),
        end,
    ]);
    desk.until(4);
    let before = ledger::list(&place, Filter::default()).await.unwrap();
    let rows = ledger::recordings(&place, CallId(1)).await.unwrap();
    assert_eq!(rows.iter().filter(|row| row.state.is_none() && row.ended_at.is_none()).count(), 2);
    desk.send([
        event(5, 9_020, over(FIRST, RecordingEnd::Whole, 8_000)),
        event(6, 9_030, over(SECOND, RecordingEnd::Failed, 0)),
    ]);
    desk.finish();
    assert_eq!(ledger::list(&place, Filter::default()).await.unwrap(), before);

    let rows = ledger::recordings(&place, CallId(1)).await.unwrap();
    let [first, second] = &rows[..] else { panic!("two recordings and not {rows:#?}") };
    assert_eq!((&*first.recording, &*second.recording), ("feed000000000001", "0000000000000002"));
    assert_eq!((first.call, first.began_at.as_microsecond()), (1, MORNING + 7));
    assert_eq!((first.agent.as_deref(), first.queue.as_deref()), (Some("1001"), Some("support")));
    assert_eq!((&*first.started_by, first.state.as_deref()), ("queue", Some("whole")));
    assert_eq!((first.length_ms, first.bytes), (Some(8_000), Some(256_044)));
    assert_eq!(first.packets_missed, Some(3));
    assert_eq!(first.ended_at.unwrap().as_microsecond(), MORNING + 9_020_000);
    assert_eq!(second.state.as_deref(), Some("failed"));
    assert!(ledger::recordings(&place, CallId(2)).await.unwrap().is_empty());

    let mut text = Vec::new();
    ledger::export(&place, &Numbers::Whole, &mut text).await.unwrap();
    let lines = String::from_utf8(text).unwrap();
    let lines: Vec<serde_json::Value> =
        lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let recordings: Vec<_> = lines.iter().filter(|line| line["table"] == "recordings").collect();
    assert_eq!((recordings.len(), &recordings[0]["length_ms"]), (2, &8_000.into()));
}

#[tokio::test]
async fn a_start_knows_how_far_each_recording_is_and_what_was_found_of_one_that_failed_is_told_once()
 {
    let (_folder, place) = folder();
    let desk = Desk::open(&place).await;
    desk.send([
        Entry::from(offered(1, 0, 1)),
        event(2, 1_000, began(FIRST)),
        event(3, 1_000, began(SECOND)),
        event(4, 2_000, over(SECOND, RecordingEnd::Failed, 0)),
    ]);
    desk.finish();
    let (mut ledger, _) = Ledger::open(&place).await.unwrap();
    let known = ledger.recordings().await.unwrap();
    let states = [(FIRST, RecordingState::GoesOn), (SECOND, RecordingState::Failed)];
    let states = states.map(|(name, state)| (name.0, (CallId(1), state)));
    assert_eq!(known, states.into_iter().collect());
    drop(ledger);

    let desk = Desk::open(&place).await;
    let found = [
        event(1, 5_000, over(SECOND, RecordingEnd::CutOff, 4_000)),
        event(2, 6_000, over(SECOND, RecordingEnd::Whole, 9_000)),
    ];
    desk.send(found);
    desk.finish();
    let rows = ledger::recordings(&place, CallId(1)).await.unwrap();
    let second = rows.iter().find(|row| row.recording == "0000000000000002").unwrap();
    assert_eq!((second.state.as_deref(), second.length_ms), (Some("cut_off"), Some(4_000)));
}
