//! Counts what a peer sent that never came, by sequence number (after RFC 3550 §A.1 and §A.3).
//!
//! Sequence numbers wrap at 65 536, packets come late or twice, and a peer may start anew from
//! anywhere. The count of the lost grows only with gaps and shrinks when a gap is filled late, by each
//! packet once: which of the last ones are missing is remembered.

/// A step forward of this many or more is no gap but a jump (RFC 3550 §A.1, MAX_DROPOUT).
const GAP_MAX: u16 = 3_000;

/// A packet this far behind or less is late (RFC 3550 §A.1, MAX_MISORDER).
pub const LATE_MAX: u16 = 100;

/// What a sequence number says of its packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// The first of all, or of a new start: what came before says nothing about it.
    Anew,
    /// The next one, or one after a gap.
    Next,
    /// One that was overtaken by later ones, and fills its gap.
    Late,
    /// One that has come before, or one of before the start.
    Again,
    /// Far from all that came before. If the one after it follows, that is [`Heard::Anew`].
    Stray,
}

/// The sequence numbers of one peer.
#[derive(Clone, Debug, Default)]
pub struct Sequence {
    highest: Option<u16>,
    /// Of the last numbers those that have not come: bit *n* is the one *n* before the highest.
    missing: u128,
    stray_next: Option<u16>,
    /// How often the numbers of this source have wrapped; wraps itself.
    wraps: u16,
    lost: u64,
    come: u64,
}

impl Sequence {
    /// Takes the sequence number of one packet.
    pub fn hear(&mut self, number: u16) -> Heard {
        let Some(highest) = self.highest else {
            return self.go_on(number, Heard::Anew);
        };
        let behind = highest.wrapping_sub(number);
        if behind <= LATE_MAX {
            self.fill(behind)
        } else if self.is_ahead(number) {
            let ahead = number.wrapping_sub(highest);
            self.lost += u64::from(ahead - 1);
            self.leave_gap(ahead);
            self.wraps = self.wraps.wrapping_add(u16::from(number < highest));
            self.go_on(number, Heard::Next)
        } else if self.stray_next == Some(number) {
            (self.missing, self.wraps) = (0, 0);
            self.go_on(number, Heard::Anew)
        } else {
            self.stray_next = Some(number.wrapping_add(1));
            Heard::Stray
        }
    }

    /// Whether a number would be the next one, or one after a gap.
    #[must_use]
    pub fn is_ahead(&self, number: u16) -> bool {
        self.highest.is_some_and(|highest| (1..GAP_MAX).contains(&number.wrapping_sub(highest)))
    }

    /// The peer starts anew, with another SSRC: the next number is
    /// [`Heard::Anew`]. What was counted is kept.
    pub fn restart(&mut self) {
        *self = Self { lost: self.lost, come: self.come, ..Self::default() };
    }

    /// Packets that never came.
    #[must_use]
    pub fn lost(&self) -> u64 {
        self.lost
    }

    /// Packets that were sent as far as their numbers tell, each once: those that came and the lost.
    #[must_use]
    pub fn expected(&self) -> u64 {
        self.come + self.lost
    }

    /// The highest number of this source, with its wraps counted above it (RFC 3550 §6.4.1).
    #[must_use]
    pub fn highest_extended(&self) -> Option<u32> {
        Some(u32::from(self.wraps) << 16 | u32::from(self.highest?))
    }

    /// A number comes that is so far behind the highest.
    fn fill(&mut self, behind: u16) -> Heard {
        let bit = 1_u128.checked_shl(behind.into()).unwrap_or_default();
        if self.missing & bit == 0 {
            return Heard::Again;
        }
        self.missing &= !bit;
        self.lost = self.lost.saturating_sub(1);
        self.come += 1;
        Heard::Late
    }

    /// The highest number steps forward so far: all between are missing.
    fn leave_gap(&mut self, ahead: u16) {
        let before = self.missing.checked_shl(ahead.into()).unwrap_or_default();
        let between = 1_u128.checked_shl(ahead.into()).map_or(u128::MAX, |bit| bit - 1) & !1;
        self.missing = before | between;
    }

    fn go_on(&mut self, number: u16, heard: Heard) -> Heard {
        self.highest = Some(number);
        self.stray_next = None;
        self.come += 1;
        heard
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn heard(sequence: &mut Sequence, numbers: impl IntoIterator<Item = u16>) -> Vec<Heard> {
        numbers.into_iter().map(|number| sequence.hear(number)).collect()
    }

    #[test]
    fn numbers_in_order_lose_nothing_over_the_wrap() {
        let mut sequence = Sequence::default();
        let told = heard(&mut sequence, [65_534, 65_535, 0, 1]);
        assert_eq!(told, [Heard::Anew, Heard::Next, Heard::Next, Heard::Next]);
        assert_eq!(sequence.lost(), 0);
    }

    #[test]
    fn wraps_are_counted_above_the_number_and_begin_anew_with_the_source() {
        let mut sequence = Sequence::default();
        assert_eq!(sequence.highest_extended(), None);
        heard(&mut sequence, [65_000, 1_000, 65_535, 1_001]);
        assert_eq!(sequence.highest_extended(), Some(0x1_0000 + 1_001));
        heard(&mut sequence, [30_000, 30_001]);
        assert_eq!(sequence.highest_extended(), Some(30_001));
        heard(&mut sequence, [31_000, 33_000, 35_000]);
        sequence.restart();
        heard(&mut sequence, [5]);
        assert_eq!(sequence.highest_extended(), Some(5));
    }

    #[test]
    fn a_gap_is_lost_until_its_packets_come_late() {
        let mut sequence = Sequence::default();
        assert_eq!(heard(&mut sequence, [65_535, 3]), [Heard::Anew, Heard::Next]);
        assert_eq!(sequence.lost(), 3);
        assert_eq!(heard(&mut sequence, [1, 0]), [Heard::Late, Heard::Late]);
        assert_eq!(sequence.lost(), 1);
    }

    #[test]
    fn a_late_packet_that_comes_twice_fills_one_gap() {
        let mut sequence = Sequence::default();
        heard(&mut sequence, [65_534, 65_535, 3]);
        let told = heard(&mut sequence, [1, 1, 65_535, 65_534]);
        assert_eq!(told, [Heard::Late, Heard::Again, Heard::Again, Heard::Again]);
        assert_eq!(sequence.lost(), 2);
    }

    #[test]
    fn what_is_of_before_the_start_fills_no_gap() {
        let mut sequence = Sequence::default();
        let told = heard(&mut sequence, [10, 9, 15, 30_000, 30_001, 29_999]);
        let expected =
            [Heard::Anew, Heard::Again, Heard::Next, Heard::Stray, Heard::Anew, Heard::Again];
        assert_eq!(told, expected);
        assert_eq!(sequence.lost(), 4);
    }

    #[test]
    fn a_packet_that_comes_twice_is_heard_again() {
        let mut sequence = Sequence::default();
        assert_eq!(heard(&mut sequence, [7, 7]), [Heard::Anew, Heard::Again]);
        assert_eq!(sequence.lost(), 0);
    }

    #[test]
    fn one_number_from_nowhere_is_stray_and_two_are_a_new_start() {
        let mut sequence = Sequence::default();
        let told = heard(&mut sequence, [10, 30_000, 11, 40_000, 40_001, 40_002]);
        let expected =
            [Heard::Anew, Heard::Stray, Heard::Next, Heard::Stray, Heard::Anew, Heard::Next];
        assert_eq!(told, expected);
        assert_eq!(sequence.lost(), 0);
    }

    #[test]
    fn another_source_starts_anywhere_and_the_lost_stay_lost() {
        let mut sequence = Sequence::default();
        heard(&mut sequence, [1, 5]);
        sequence.restart();
        assert_eq!(heard(&mut sequence, [50_000, 50_001]), [Heard::Anew, Heard::Next]);
        assert_eq!(sequence.lost(), 3);
    }

    proptest! {
        #[test]
        fn what_did_not_come_is_counted(start: u16, steps in prop::collection::vec(1..100_u16, 1..200)) {
            let mut sequence = Sequence::default();
            sequence.hear(start);
            let mut number = start;
            for step in &steps {
                number = number.wrapping_add(*step);
                prop_assert_eq!(sequence.hear(number), Heard::Next);
            }
            let skipped: u64 = steps.iter().map(|step| u64::from(step - 1)).sum();
            prop_assert_eq!(sequence.lost(), skipped);
            let all: u64 = 1 + steps.iter().copied().map(u64::from).sum::<u64>();
            prop_assert_eq!(sequence.expected(), all);
            let highest = u64::from(start) + all - 1;
            prop_assert_eq!(sequence.highest_extended().map(u64::from), Some(highest));
        }

        #[test]
        fn whatever_comes_late_or_twice_the_lost_are_those_that_never_came(
            packets in prop::collection::vec((0..4_u8, 0..60_u16), 1..300)
        ) {
            // Each is sent in its turn, comes so many later, and as often as the first number says.
            let mut network: Vec<(u16, u16)> = (0..)
                .zip(&packets)
                .flat_map(|(number, &(times, delay))| {
                    (0..times).map(move |copy| (number + delay + u16::from(copy), number))
                })
                .collect();
            network.sort();
            let mut sequence = Sequence::default();
            let mut come = BTreeSet::new();
            for (_, number) in network {
                let first = *come.first().unwrap_or(&number);
                let new = number >= first && come.insert(number);
                let taken = matches!(
                    sequence.hear(65_500_u16.wrapping_add(number)),
                    Heard::Anew | Heard::Next | Heard::Late
                );
                prop_assert_eq!(taken, new, "{}", number);
            }
            if let (Some(first), Some(last)) = (come.first(), come.last()) {
                let all = usize::from(last - first) + 1;
                prop_assert_eq!(sequence.lost(), u64::try_from(all - come.len()).unwrap());
                prop_assert_eq!(sequence.expected(), u64::try_from(all).unwrap());
            }
        }

        #[test]
        fn no_numbers_make_it_fall_over(numbers in prop::collection::vec(any::<u16>(), 0..500)) {
            let mut sequence = Sequence::default();
            let told = heard(&mut sequence, numbers.iter().copied()).len();
            prop_assert_eq!(told, numbers.len());
        }
    }
}
