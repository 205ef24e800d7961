//! `media.record`: how many calls of two who hear each other, and are recorded, one core can relay, and what the one thread takes
//! that writes all recordings (`.writer`).
//!
//! As [`crate::media_bridge`], beside the same limit, which records nothing.

use crate::ears::Ears;
use crate::evenness::Evenness;
use crate::figure::Figure;
use crate::relaying::{Calls, Load, bare, in_each_way};
use crate::ways::Way;
use events::{RecordedBy, RecordingLabel};
use ids::RecordingId;
use media_protocol::Command;
use std::fs;

const LOAD: Load = Load { calls: 400, phones: 2, evenness: Evenness::of_talks };

/// Less of a recording is none: half a second of both sides.
const WRITTEN_MIN: u64 = 16_000;

/// Measures both ways of receiving.
#[must_use]
pub(crate) fn run() -> Vec<Figure> {
    in_each_way(LOAD, by)
}

fn by(way: Way, phones: &Ears) -> Vec<Figure> {
    let limit = bare(way, LOAD, phones);
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let mut calls = Calls::open(way, LOAD, phones, (Some(folder.path()), None)).bridged();
    for (number, legs) in (0..).zip(calls.legs()) {
        let (stream, recording) = (legs(0), RecordingId(number));
        let label = Box::new(label(number));
        calls.send(Command::RecordTalk { stream, recording, label });
    }
    let ours = calls.relayed(phones);
    let files = fs::read_dir(folder.path()).expect("the folder is there").flatten();
    let is_written = |file: &fs::DirEntry| file.metadata().is_ok_and(|it| it.len() > WRITTEN_MIN);
    let written = files.filter(is_written).count();
    assert_eq!(written, usize::from(LOAD.calls), "each of them is recorded");
    ours.figures("media.record", way, &limit)
}

fn label(call: u64) -> RecordingLabel {
    RecordingLabel { call, began_at: 0, agent: None, started_by: RecordedBy::Queue, queue: None }
}
