//! How evenly packets came that are due each 20 ms.

use crate::ears::{Heard, Said};
use crate::served::at_share;
use std::collections::BTreeMap;

/// A packet is in time when it comes so soon after it was due.
const IN_TIME_MICROS: i64 = 5_000;
const FRAME_TICKS: i64 = 160;
const FRAME_MICROS: i64 = 20_000;
/// Of the packets as they come, the one that is later than all but one in a thousand.
const MOST: f64 = 0.999;

/// How even it was.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Evenness {
    /// Packets.
    pub(crate) heard: f64,
    /// The share of them that came in time.
    pub(crate) in_time: f64,
    /// How late the latest of 99.9 % was, and the latest of all.
    pub(crate) late_ms: f64,
    pub(crate) latest_ms: f64,
    /// Packets that did not come.
    pub(crate) missing: f64,
}

/// A packet of a line: which of all it is, when it was due, and when it came.
#[derive(Clone, Copy)]
struct Frame {
    number: i64,
    due_micros: i64,
    at_micros: i64,
}

impl Evenness {
    /// Of lines that hear music, each from a port of its own. A packet is due by its own timestamp, counted from the packet of its line that was the earliest
    /// by that, so that a line that is late all the time is seen to be when it was not before.
    pub(crate) fn of_music(heard: &[Heard], lines: usize) -> Self {
        let mut by_line: BTreeMap<u16, Vec<Frame>> = BTreeMap::new();
        let mut firsts: BTreeMap<u16, u32> = BTreeMap::new();
        for packet in heard {
            let first = *firsts.entry(packet.port).or_insert(packet.timestamp);
            let ticks = i64::from(packet.timestamp.wrapping_sub(first).cast_signed());
            let number = ticks / FRAME_TICKS;
            let due_micros = number * FRAME_MICROS;
            let frame = Frame { number, due_micros, at_micros: packet.at_micros };
            by_line.entry(packet.port).or_default().push(frame);
        }
        for frames in by_line.values_mut() {
            let earliest = frames.iter().map(|it| it.at_micros - it.due_micros).min().unwrap_or(0);
            frames.iter_mut().for_each(|frame| frame.due_micros += earliest);
        }
        Self::of(&by_line, lines)
    }

    /// Of lines that hear somebody: a packet is due when it was said.
    pub(crate) fn of_talks(heard: &[Heard], lines: usize) -> Self {
        let mut by_line: BTreeMap<usize, Vec<Frame>> = BTreeMap::new();
        for packet in heard {
            let Some(Said { number, at_micros }) = packet.said else { continue };
            let (number, due_micros) = (i64::from(number), at_micros);
            let frame = Frame { number, due_micros, at_micros: packet.at_micros };
            by_line.entry(packet.ear).or_default().push(frame);
        }
        Self::of(&by_line, lines)
    }

    fn of<Line>(by_line: &BTreeMap<Line, Vec<Frame>>, lines: usize) -> Self {
        let all = || by_line.values().flatten();
        let mut late: Vec<f64> = all().map(|it| millis(it.at_micros - it.due_micros)).collect();
        late.sort_by(f64::total_cmp);
        let in_time = all().filter(|it| it.at_micros - it.due_micros <= IN_TIME_MICROS).count();
        let first = all().map(|it| it.at_micros).min().unwrap_or(0);
        let last = all().map(|it| it.at_micros).max().unwrap_or(0);
        // A line that nothing is heard of lacks all of it.
        let of_silent = (last - first) / FRAME_MICROS;
        let silent = i64::try_from(lines - by_line.len().min(lines)).unwrap_or(i64::MAX);
        let missing: i64 = by_line.values().map(|frames| missing(frames)).sum();
        Self {
            heard: count(late.len()),
            in_time: count(in_time) / count(late.len().max(1)),
            late_ms: at_share(&late, MOST).unwrap_or(f64::INFINITY),
            latest_ms: late.last().copied().unwrap_or(f64::INFINITY),
            missing: millis(1_000 * (missing + silent * of_silent)),
        }
    }
}

/// How many numbers between the first and the last did not come.
fn missing(frames: &[Frame]) -> i64 {
    let first = frames.iter().map(|it| it.number).min().unwrap_or(0);
    let last = frames.iter().map(|it| it.number).max().unwrap_or(0);
    last - first + 1 - i64::try_from(frames.len()).unwrap_or(i64::MAX)
}

fn millis(micros: i64) -> f64 {
    i32::try_from(micros).map_or(f64::INFINITY, f64::from) / 1_000.0
}

fn count(number: usize) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}
