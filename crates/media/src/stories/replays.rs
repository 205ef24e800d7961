//! A stream at which a recording is played.

use super::{HELLO, Stage};
use crate::reel::{Ask, Found, Part};
use ids::{LegId, MessageId, PlayId};
use media_protocol::{Command, Event, Replayed, Then};
use std::time::Duration;

const STREAM: LegId = LegId(1);
const MESSAGE: MessageId = MessageId(9);
const PLAY: PlayId = PlayId(3);

fn replaying() -> Stage {
    let mut stage = Stage::with([1]);
    stage.handle(Command::Replay { stream: STREAM, play: PLAY, message: MESSAGE });
    stage
}

/// What is asked of the disk.
fn asked(stage: &mut Stage) -> Vec<Ask> {
    std::iter::from_fn(|| stage.shelf.asks.pop().ok()).collect()
}

const fn ask(part: u32) -> Ask {
    Ask { stream: STREAM, message: MESSAGE, part }
}

fn give(stage: &mut Stage, part: u32, samples: usize) {
    let found = Found::Sound(vec![1_000; samples].into());
    stage.shelf.parts.push(Part { ask: ask(part), found }).unwrap();
}

const fn over(result: Replayed) -> Event {
    Event::Replayed { stream: STREAM, play: PLAY, result }
}

#[test]
fn a_recording_is_played_part_by_part_and_its_end_is_told() {
    let mut stage = replaying();
    stage.run(Duration::from_millis(100));
    assert_eq!((asked(&mut stage), stage.sent().len()), (vec![ask(0)], 0), "the disk is slow");
    give(&mut stage, 0, 8_000);
    stage.run(Duration::from_millis(500));
    assert_eq!(asked(&mut stage), [ask(1)], "half a second before it is needed");
    give(&mut stage, 1, 330);
    stage.run(Duration::from_secs(2));
    assert_eq!(stage.sent().len(), 50 + 3);
    assert_eq!(stage.events(), [over(Replayed::Whole)]);
    assert_eq!(asked(&mut stage), [], "the short one was the last");
}

#[test]
fn a_recording_that_can_not_be_read_is_over_at_once() {
    let mut stage = replaying();
    stage.run(Duration::from_millis(40));
    let unreadable = Part { ask: ask(0), found: Found::Unreadable };
    stage.shelf.parts.push(unreadable).unwrap();
    stage.run(Duration::from_millis(40));
    assert_eq!(stage.events(), [over(Replayed::Unreadable)]);
}

#[test]
fn what_is_played_instead_ends_a_recording_and_what_still_comes_of_it_is_let_go() {
    let mut stage = replaying();
    stage.run(Duration::from_millis(40));
    stage.play(1, 4, &[HELLO], Then::Stop);
    give(&mut stage, 0, 8_000);
    stage.run(Duration::from_secs(2));
    assert_eq!(stage.sent().len(), 3, "those of the clip");
    assert_eq!(stage.events(), [Event::Played { stream: STREAM, play: PlayId(4) }]);
}

#[test]
fn a_recording_that_is_begun_anew_begins_at_its_beginning() {
    let mut stage = replaying();
    stage.run(Duration::from_millis(40));
    give(&mut stage, 0, 8_000);
    stage.run(Duration::from_millis(200));
    stage.handle(Command::Replay { stream: STREAM, play: PLAY, message: MESSAGE });
    stage.run(Duration::from_millis(40));
    assert_eq!(asked(&mut stage), [ask(0), ask(1), ask(0)]);
}

#[test]
fn the_part_of_a_stream_that_is_gone_is_let_go() {
    let mut stage = replaying();
    stage.run(Duration::from_millis(40));
    stage.handle(Command::Close { stream: STREAM });
    give(&mut stage, 0, 8_000);
    stage.run(Duration::from_millis(40));
    assert_eq!(stage.sent().len(), 0);
}

#[test]
fn what_comes_after_a_part_that_was_late_is_a_new_talkspurt() {
    let mut stage = replaying();
    stage.run(Duration::from_millis(40));
    give(&mut stage, 0, 8_000);
    stage.run(Duration::from_millis(1_500));
    give(&mut stage, 1, 330);
    stage.run(Duration::from_secs(1));
    let marked: Vec<usize> =
        (0..).zip(stage.sent()).filter_map(|(n, sent)| sent.header.marker.then_some(n)).collect();
    assert_eq!(marked, [0, 50]);
}
