//! Talks that are recorded while they go on.

use super::*;
use crate::tape::{Of, PIECES_MAX, Side, Sound};
use events::{RecordedBy, RecordingLabel};
use ids::RecordingId;
use media_protocol::Recorded;

const TALK: RecordingId = RecordingId(9);

pub(super) fn record(stage: &mut Stage, caller: u64) {
    let label = Box::new(RecordingLabel {
        call: 7,
        began_at: 5,
        agent: Some("1001".into()),
        started_by: RecordedBy::Queue,
        queue: None,
    });
    stage.handle(Command::RecordTalk { stream: LegId(caller), recording: TALK, label });
}

/// The caller on stream 1 and an agent on stream 2 say so many packets, from the number `from` on.
fn talk(stage: &mut Stage, numbers: std::ops::Range<u16>) {
    for packet in numbers {
        stage.run(Duration::from_millis(20));
        stage.hear(1, &Said::first().next(packet));
        let mut agent = Said::first().next(packet);
        (agent.header.ssrc, agent.payload) = (88, vec![0x90; FRAME_LEN]);
        stage.hear(2, &agent);
    }
}

/// Who says what where.
fn places(pieces: &[Piece]) -> Vec<(Side, u64, u8)> {
    let place = |piece: &Piece| match piece {
        Piece::Sound(Sound { of: Of::Talk(recording, side), place, octets, .. }) => {
            assert_eq!(*recording, TALK);
            Some((*side, *place, octets[0]))
        }
        Piece::Sound(Sound { of: Of::Message(message), .. }) => panic!("{message:?} is no talk"),
        Piece::Begin(..)
        | Piece::End { .. }
        | Piece::Discard(_)
        | Piece::BeginTalk(..)
        | Piece::EndTalk { .. } => None,
    };
    pieces.iter().filter_map(place).collect()
}

#[test]
fn what_two_say_at_once_has_the_same_place_on_either_side() {
    let mut stage = Stage::with([1, 2]);
    record(&mut stage, 1);
    stage.bridge(1, 2);
    talk(&mut stage, 0..2);
    // A packet of each is lost on the way.
    stage.run(Duration::from_millis(20));
    talk(&mut stage, 3..4);
    let (caller, agent) = (Side::Caller, Side::Other);
    let expected = [0, 160, 480].map(|at| [(caller, at, 0x80), (agent, at, 0x90)]);
    assert_eq!(places(&stage.recorded()), expected.concat());
}

#[test]
fn packets_of_ten_to_sixty_milliseconds_lie_end_to_end_in_a_recording() {
    for millis in [10_u32, 30, 40, 60] {
        let mut stage = Stage::with([1, 2]);
        record(&mut stage, 1);
        stage.bridge(1, 2);
        let mut said = Said::first();
        for _ in 0..20 {
            stage.run(Duration::from_millis(millis.into()));
            said.payload = vec![0x80; 8 * millis as usize];
            stage.hear(1, &said);
            said = said.next(1);
            said.header.timestamp = said.header.timestamp + 8 * millis - 160;
        }
        let mut end = 0;
        for piece in stage.recorded() {
            let Piece::Sound(Sound { place, len, .. }) = piece else { continue };
            assert_eq!(place, end, "{millis} ms");
            end += u64::from(len);
        }
        assert_eq!(end, 20 * 8 * u64::from(millis));
    }
}

#[test]
fn nothing_is_kept_of_who_talks_with_nobody_and_other_bridges_go_on_in_the_same_recording() {
    let mut stage = Stage::with([1, 2, 3]);
    record(&mut stage, 1);
    talk(&mut stage, 0..2);
    stage.bridge(1, 2);
    talk(&mut stage, 2..3);
    stage.handle(Command::Unbridge { stream: LegId(1) });
    talk(&mut stage, 3..4);
    stage.bridge(1, 3);
    talk(&mut stage, 4..5);
    stage.hear(3, &Said::first());
    stage.handle(Command::Close { stream: LegId(1) });
    let pieces = stage.recorded();
    let (caller, other) = (Side::Caller, Side::Other);
    let expected =
        [(caller, 320, 0x80), (other, 320, 0x90), (caller, 640, 0x80), (other, 640, 0x80)];
    assert_eq!(places(&pieces), expected);
    let end = Piece::EndTalk { recording: TALK, packets_missed: 0 };
    assert_eq!(pieces.last(), Some(&end));
}

#[test]
fn a_recording_that_is_stopped_keeps_nothing_more_and_the_two_talk_on() {
    let mut stage = Stage::with([1, 2]);
    record(&mut stage, 1);
    stage.bridge(1, 2);
    talk(&mut stage, 0..1);
    stage.handle(Command::StopRecordingTalk { stream: LegId(1) });
    stage.sent();
    talk(&mut stage, 1..3);
    assert_eq!(stage.sent().len(), 4);
    assert_eq!(places(&stage.recorded()).len(), 2);
}

#[test]
fn in_a_pause_nothing_is_kept_and_a_tone_is_at_both_of_its_ends() {
    let mut stage = Stage::with([1, 2]);
    record(&mut stage, 1);
    stage.bridge(1, 2);
    talk(&mut stage, 0..5);
    stage.handle(Command::PauseRecordingTalk { stream: LegId(1) });
    stage.handle(Command::PauseRecordingTalk { stream: LegId(1) });
    stage.sent();
    talk(&mut stage, 5..55);
    assert_eq!(stage.sent().len(), 100, "the two hear each other");
    stage.handle(Command::ResumeRecordingTalk { stream: LegId(1) });
    stage.handle(Command::ResumeRecordingTalk { stream: LegId(1) });
    // Said in the pause, and late.
    stage.hear(1, &Said::first().next(54));
    talk(&mut stage, 55..56);
    stage.handle(Command::Close { stream: LegId(1) });
    let pieces = stage.recorded();
    let all = places(&pieces);
    let words =
        |(_, place, first): &(Side, u64, u8)| matches!(first, 0x80 | 0x90).then_some(*place);
    let (tones, said): (Vec<_>, Vec<_>) = all.iter().partition(|it| words(it).is_none());
    let said: Vec<u64> = said.iter().filter_map(words).collect();
    assert_eq!(said, [0, 0, 160, 160, 320, 320, 480, 480, 640, 640, 8_800, 8_800]);
    let marked = |side| {
        let of = tones.iter().filter(|(whose, ..)| *whose == side);
        of.map(|(_, place, _)| *place).collect::<Vec<_>>()
    };
    let expected: Vec<u64> = [800, 8_800 - 1_600]
        .into_iter()
        .flat_map(|from| (0..10).map(move |piece| from + 160 * piece))
        .collect();
    assert_eq!(marked(Side::Caller), expected);
    assert_eq!(marked(Side::Other), expected);
    assert_eq!(pieces.last(), Some(&Piece::EndTalk { recording: TALK, packets_missed: 0 }));
}

#[test]
fn a_disk_that_stands_costs_the_recording_and_not_one_packet_of_the_talk() {
    let mut stage = Stage::with([1, 2]);
    record(&mut stage, 1);
    stage.bridge(1, 2);
    let packets = u16::try_from(PIECES_MAX / 2 + 100).unwrap();
    talk(&mut stage, 0..packets);
    assert_eq!(stage.sent().len(), 2 * usize::from(packets));
    stage.handle(Command::Close { stream: LegId(1) });
    let mut pieces = stage.recorded();
    stage.wake();
    pieces.extend(stage.recorded());
    // The beginning has its place in the ring, too.
    let missed = 2 * u32::from(packets) - u32::try_from(PIECES_MAX - 1).unwrap();
    assert_eq!(pieces.last(), Some(&Piece::EndTalk { recording: TALK, packets_missed: missed }));
    assert_eq!(stage.streams.counts().packets_unrecorded, u64::from(missed));
}

#[test]
fn where_nothing_can_be_recorded_it_is_told() {
    let ports = [SocketAddr::new(HERE, 40_000)];
    let random = StdRng::seed_from_u64(1);
    let streams = Streams::new(&ports, store(), PATIENCE, random, (None, None));
    let mut stage = Stage { streams, ..Stage::new() };
    stage.open(0, format(0));
    record(&mut stage, 0);
    let told = Event::TalkRecorded { recording: TALK, result: Recorded::Failed };
    assert_eq!(stage.events(), [told]);
}
