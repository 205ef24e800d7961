//! Which packets of lines did not come, and which came twice, over any length of time: each line is followed packet by packet, and
//! nothing is remembered of it but the last few.

use crate::ears::Heard;
use std::collections::BTreeMap;

const FRAME_TICKS: i64 = 160;
/// Packets of a line that are remembered one by one: what comes later than that came twice, or too late for anybody.
const REMEMBERED: u32 = u128::BITS;

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
            line.came(ticks / FRAME_TICKS);
        }
    }

    /// What is said is numbered by who says it.
    pub(crate) fn talks(&mut self, heard: &[Heard]) {
        for (packet, said) in heard.iter().filter_map(|packet| Some((packet, packet.said?))) {
            self.lines.entry(packet.ear).or_default().came(said.number.into());
        }
    }

    /// What became of all packets from the first to the last of each line.
    pub(crate) fn count(&self) -> Count {
        self.lines.values().map(Line::count).fold(Count::default(), Count::and)
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
    recent: u128,
    count: Count,
}

impl Line {
    fn came(&mut self, number: i64) {
        self.count.came += 1;
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

    fn count(&self) -> Count {
        let missing = self.count.missing + u64::from(self.recent.count_zeros());
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
    fn what_comes_late_is_not_missing_and_what_comes_twice_is_said() {
        assert_eq!(counted([0, 2, 1, 3]), (4, 0, 0));
        assert_eq!(counted([0, 1, 1, 2, 1, 0]), (6, 0, 3));
    }
}
