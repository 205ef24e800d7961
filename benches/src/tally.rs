//! Which packets of lines did not come, and which came twice, over any length of time: each line is followed packet by packet, and
//! nothing is remembered of it but the last few.

use crate::ears::Heard;
use std::collections::BTreeMap;

const FRAME_TICKS: i64 = 160;
/// Packets of a line that are remembered one by one: what comes later than that came twice, or too late for anybody.
const REMEMBERED: u32 = u128::BITS;

/// A line that is silent for longer than this in the end has died, or was late by a few packets before.
const SILENT_MICROS: i64 = 1_000_000;
const FRAME_MICROS: i64 = 20_000;

/// Packets, by what became of them.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Count {
    pub(crate) came: u64,
    pub(crate) missing: u64,
    pub(crate) again: u64,
}

impl Count {
    pub(crate) const fn and(self, other: Self) -> Self {
        Self {
            came: self.came + other.came,
            missing: self.missing + other.missing,
            again: self.again + other.again,
        }
    }
}

/// Lines, each by what it is told apart by.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    lines: BTreeMap<usize, Line>,
}

impl Tally {
    /// Music comes from a port for each line, and says by its time which packet it is.
    pub(crate) fn music(&mut self, heard: &[Heard]) {
        for packet in heard {
            let line = self.lines.entry(packet.port.into()).or_default();
            let first = *line.first.get_or_insert(packet.timestamp);
            let ticks = i64::from(packet.timestamp.wrapping_sub(first).cast_signed());
            line.came(ticks / FRAME_TICKS, packet.at_micros);
        }
    }

    /// What is said is numbered by who says it.
    pub(crate) fn talks(&mut self, heard: &[Heard]) {
        for (packet, said) in heard.iter().filter_map(|packet| Some((packet, packet.said?))) {
            self.lines.entry(packet.ear).or_default().came(said.number.into(), packet.at_micros);
        }
    }

    /// What became of all packets from the first of each line on. One that has fallen silent lacks all that the others have heard since.
    pub(crate) fn count(&self) -> Count {
        let until = self.lines.values().map(|line| line.last_at_micros).max().unwrap_or(0);
        let counts = self.lines.values().map(|line| line.count(until));
        counts.fold(Count::default(), Count::and)
    }

    pub(crate) fn lines(&self) -> usize {
        self.lines.len()
    }
}

#[derive(Debug, Default)]
struct Line {
    /// The time of its first packet.
    first: Option<u32>,
    /// The number of its last packet, and which of those before came, the last one in the lowest bit.
    last: Option<i64>,
    last_at_micros: i64,
    recent: u128,
    count: Count,
}

impl Line {
    fn came(&mut self, number: i64, at_micros: i64) {
        self.count.came += 1;
        self.last_at_micros = self.last_at_micros.max(at_micros);
        let Some(last) = self.last else {
            // Nothing is missed of before the first.
            (self.last, self.recent) = (Some(number), u128::MAX);
            return;
        };
        match u32::try_from(number - last) {
            Ok(0) => self.count.again += 1,
            Ok(ahead) => {
                (0..ahead).for_each(|_| self.step());
                self.recent |= 1;
                self.last = Some(number);
            }
            Err(_) => self.came_late(last - number),
        }
    }

    /// The number behind the last is looked at, and the oldest is forgotten.
    fn step(&mut self) {
        self.count.missing += u64::from(self.recent >> (REMEMBERED - 1) == 0);
        self.recent <<= 1;
    }

    fn came_late(&mut self, behind: i64) {
        let bit = u32::try_from(behind).ok().and_then(|behind| 1_u128.checked_shl(behind));
        match bit.filter(|bit| self.recent & bit == 0) {
            Some(bit) => self.recent |= bit,
            None => self.count.again += 1,
        }
    }

    fn count(&self, until_micros: i64) -> Count {
        let silent = until_micros - self.last_at_micros;
        let silent = if silent > SILENT_MICROS { silent / FRAME_MICROS } else { 0 };
        let unheard = u64::try_from(silent).unwrap_or(0);
        let missing = self.count.missing + u64::from(self.recent.count_zeros()) + unheard;
        Count { missing, ..self.count }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(numbers: impl IntoIterator<Item = u32>) -> (u64, u64, u64) {
        let mut tally = Tally::default();
        for number in numbers {
            // Times wrap on the way.
            let timestamp = (u32::MAX - 1_600).wrapping_add(number * 160);
            let heard = Heard { ear: 0, port: 1, timestamp, at_micros: 0, said: None };
            tally.music(&[heard]);
        }
        let Count { came, missing, again } = tally.count();
        (came, missing, again)
    }

    #[test]
    fn what_comes_one_after_the_other_is_all_there() {
        assert_eq!(counted(0..1_000), (1_000, 0, 0));
    }

    #[test]
    fn what_does_not_come_is_missing_however_long_ago_it_was() {
        assert_eq!(counted((0..1_000).filter(|it| *it != 500 && *it != 990)), (998, 2, 0));
        assert_eq!(counted([0, 400, 401]), (3, 399, 0));
    }

    #[test]
    fn a_line_that_falls_silent_lacks_all_that_others_hear_since() {
        let mut tally = Tally::default();
        for number in 0..500 {
            let at_micros = i64::from(number) * FRAME_MICROS;
            let heard =
                |port| Heard { ear: 0, port, timestamp: number * 160, at_micros, said: None };
            tally.music(&[heard(1)]);
            if number < 100 {
                tally.music(&[heard(2)]);
            }
        }
        assert_eq!((tally.lines(), tally.count().missing), (2, 400));
    }

    #[test]
    fn what_comes_late_is_not_missing_and_what_comes_twice_is_said() {
        assert_eq!(counted([0, 2, 1, 3]), (4, 0, 0));
        assert_eq!(counted([0, 1, 1, 2, 1, 0]), (6, 0, 3));
    }
}
