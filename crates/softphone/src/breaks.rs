//! Whether the packets of a stream follow each other, as a phone needs them to: by their numbers, and the sound by its time.

use rtp::{Header, Heard, Sequence};

/// How often packets did not follow those before them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Breaks {
    /// Numbers that were passed over, whether their packets came later or never.
    pub passed_over: u64,
    /// Packets that came twice, one right after the other.
    pub again: u64,
    /// Packets that were overtaken, or came once more after others.
    pub late: u64,
    /// Packets of another source than the one before, or of a number that has nothing to do with those before.
    pub anew: u64,
    /// Packets of sound that do not begin where the sound of the packet before ended, though they say nothing of a pause.
    pub uneven: u64,
}

/// The packets of one stream until now.
#[derive(Debug, Default)]
pub(crate) struct Following {
    sequence: Sequence,
    source: Option<u32>,
    /// The number that follows the last packet of sound, and the time at which its sound ended.
    sound_next: Option<(u16, u32)>,
}

impl Following {
    /// Packets that never came.
    pub(crate) fn lost(&self) -> u64 {
        self.sequence.lost()
    }

    /// Takes the next packet, whatever it carries.
    pub(crate) fn hear(&mut self, breaks: &mut Breaks, header: Header) {
        let is_other = self.source.replace(header.ssrc).is_some_and(|before| before != header.ssrc);
        let lost = self.sequence.lost();
        match self.sequence.hear(header.sequence) {
            Heard::Next => breaks.passed_over += self.sequence.lost() - lost,
            Heard::Again => breaks.again += 1,
            Heard::Late => breaks.late += 1,
            Heard::Stray => breaks.anew += 1,
            // Counted as stray when the packet before it came, or the first of all.
            Heard::Anew => {}
        }
        breaks.anew += u64::from(is_other);
    }

    /// The packet that was heard last is sound of so many ticks.
    pub(crate) fn hear_sound(&mut self, breaks: &mut Breaks, header: Header, ticks: u32) {
        let Header { sequence, timestamp, marker, .. } = header;
        let follows = self.sound_next.filter(|(next, _)| *next == sequence);
        let is_uneven = follows.is_some_and(|(_, end)| end != timestamp) && !marker;
        breaks.uneven += u64::from(is_uneven);
        self.sound_next = Some((sequence.wrapping_add(1), timestamp.wrapping_add(ticks)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The breaks of packets of 160 ticks, each a number, a time, a source, and whether it begins anew after a pause.
    fn breaks(packets: &[(u16, u32, u32, bool)]) -> Breaks {
        let (mut following, mut breaks) = (Following::default(), Breaks::default());
        for (sequence, timestamp, ssrc, marker) in packets.iter().copied() {
            let header = Header { marker, payload_type: 8, sequence, timestamp, ssrc };
            following.hear(&mut breaks, header);
            following.hear_sound(&mut breaks, header, 160);
        }
        breaks
    }

    #[test]
    fn an_even_stream_has_no_breaks_over_both_wraps_and_a_pause_that_is_told() {
        let start = u32::MAX - 159;
        let even = [(65_534, start, 7, true), (65_535, 0, 7, false), (0, 160, 7, false)];
        let pause = [(1, 3_200, 7, true), (2, 3_360, 7, false)];
        assert_eq!(breaks(&[&even[..], &pause].concat()), Breaks::default());
    }

    #[test]
    fn each_kind_of_break_is_counted_as_what_it_is() {
        let none = Breaks::default();
        for (second, third, expected) in [
            ((3, 480, 7, false), (4, 640, 7, false), Breaks { passed_over: 1, ..none }),
            ((1, 160, 7, false), (2, 320, 7, false), Breaks { again: 1, ..none }),
            // Numbered before the first of all: nothing tells it from one that has been heard.
            ((0, 0, 7, false), (2, 320, 7, false), Breaks { again: 1, ..none }),
            ((30_000, 160, 7, false), (30_001, 320, 7, false), Breaks { anew: 1, ..none }),
            ((2, 320, 8, false), (3, 480, 8, false), Breaks { anew: 1, ..none }),
            ((2, 480, 7, false), (3, 640, 7, false), Breaks { uneven: 1, ..none }),
        ] {
            assert_eq!(breaks(&[(1, 160, 7, true), second, third]), expected, "{second:?}");
        }
    }

    #[test]
    fn a_packet_that_comes_late_was_passed_over_before() {
        let packets = [(1, 160, 7, true), (3, 480, 7, false), (2, 320, 7, false)];
        assert_eq!(breaks(&packets), Breaks { passed_over: 1, late: 1, ..Breaks::default() });
    }
}
