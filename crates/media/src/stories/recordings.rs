//! A stream whose peer leaves a message.

use super::{Said, Stage, phone};
use crate::tape::{Of, Piece, Sound, label};
use ids::{LegId, MessageId};
use media_protocol::{Command, Event, Listening};
use std::time::Duration;

const STREAM: LegId = LegId(1);
const MESSAGE: MessageId = MessageId(9);

const LISTENING: Listening = Listening {
    length_max: Duration::from_secs(10),
    spoken_min: Duration::from_millis(100),
    hush: Duration::from_secs(1),
};

fn recording() -> Stage {
    let mut stage = Stage::with([1]);
    stage.handle(Command::Record {
        stream: STREAM,
        message: MESSAGE,
        label: label(),
        listening: LISTENING,
    });
    stage
}

/// Says so many packets, 20 ms apart.
fn say(stage: &mut Stage, count: u16) {
    for packet in 0..count {
        stage.run(Duration::from_millis(20));
        stage.hear(1, &Said::first().next(packet));
    }
}

fn places(pieces: &[Piece]) -> Vec<u64> {
    let place = |piece: &Piece| match piece {
        Piece::Sound(Sound { of, place, .. }) => {
            assert_eq!(*of, Of::Message(MESSAGE));
            Some(*place)
        }
        Piece::Begin(..)
        | Piece::End { .. }
        | Piece::Discard(_)
        | Piece::BeginTalk(..)
        | Piece::EndTalk { .. } => None,
    };
    pieces.iter().filter_map(place).collect()
}

#[test]
fn what_a_peer_says_is_handed_over_packet_by_packet_until_the_message_is_over() {
    let mut stage = recording();
    say(&mut stage, 3);
    stage.handle(Command::StopRecording { stream: STREAM });
    say(&mut stage, 6);
    let pieces = stage.recorded();
    assert_eq!(pieces.first(), Some(&Piece::Begin(MESSAGE, label())));
    assert_eq!(places(&pieces), [0, 160, 320]);
    assert_eq!(pieces.last(), Some(&Piece::End { message: MESSAGE, packets_missed: 0 }));
}

#[test]
fn a_stream_that_closes_ends_its_message() {
    let mut stage = recording();
    say(&mut stage, 1);
    stage.handle(Command::Close { stream: STREAM });
    let pieces = stage.recorded();
    assert_eq!(pieces.last(), Some(&Piece::End { message: MESSAGE, packets_missed: 0 }));
}

#[test]
fn keys_and_strangers_are_not_recorded() {
    let mut stage = recording();
    stage.hear(1, &Said::first());
    stage.hear(1, &Said::first().next(1).key(5, false, 160));
    stage.receive(1, phone(7), &Said::first().next(2).packet());
    assert_eq!(places(&stage.recorded()), [0]);
}

#[test]
fn it_is_told_once_that_somebody_has_spoken_and_once_that_nobody_does() {
    let mut stage = recording();
    say(&mut stage, 20);
    stage.run(Duration::from_secs(2));
    let heard = stage.events();
    let spoken = Event::Spoken { stream: STREAM, message: MESSAGE };
    let hushed = Event::Hushed { stream: STREAM, message: MESSAGE };
    assert_eq!(heard, [Event::Heard { stream: STREAM }, spoken, hushed]);
}
