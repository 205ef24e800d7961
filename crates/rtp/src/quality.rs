//! How well a stream arrives: jitter, loss, the way there and back, and what somebody who listens
//! would say of it.

use crate::rtcp::Block;
use std::time::Duration;

/// Ticks of the clock of our codecs in a second.
const TICKS_PER_SECOND: u64 = 8_000;

/// A packet that is so many ticks earlier or later than the one before it has another time base: a
/// second, which is no unevenness of a network.
const JUMP: u32 = 8_000;

/// A longer way there and back is no call's, but a report that refers to something else.
const ROUND_TRIP_MAX: Duration = Duration::from_secs(10);

/// How long a step of a phone's clock may be: most count milliseconds, the coarsest ticks of 10 ms.
const CLOCK_STEP_MAX: Duration = Duration::from_millis(10);

/// How unevenly the packets of one source come (RFC 3550 §A.8).
#[derive(Clone, Copy, Debug, Default)]
pub struct Jitter {
    transit: Option<u32>,
    /// Sixteen times the estimate, so that its fractions count.
    scaled: u32,
    max: u32,
    sum: u64,
    heard: u64,
}

impl Jitter {
    /// A packet of that timestamp has come, at a moment of our own clock in the same ticks.
    pub fn hear(&mut self, arrived: u32, timestamp: u32) {
        let transit = arrived.wrapping_sub(timestamp);
        let Some(before) = self.transit.replace(transit) else { return };
        let step = transit.wrapping_sub(before).cast_signed().unsigned_abs();
        if step >= JUMP {
            return;
        }
        self.scaled = self.scaled + step - ((self.scaled + 8) >> 4);
        self.max = self.max.max(self.now());
        self.sum += u64::from(self.now());
        self.heard += 1;
    }

    /// What comes next is of another source, and says nothing beside what came before.
    pub const fn restart(&mut self) {
        self.transit = None;
        self.scaled = 0;
    }

    /// The estimate after the last packet, in ticks.
    #[must_use]
    pub const fn now(&self) -> u32 {
        self.scaled >> 4
    }

    /// The mean of the estimates after each packet. `None` if there was nothing to compare.
    #[must_use]
    pub fn mean(&self) -> Option<Duration> {
        self.sum.checked_div(self.heard).map(of_ticks)
    }

    /// The highest of them.
    #[must_use]
    pub fn max(&self) -> Option<Duration> {
        (self.heard > 0).then(|| of_ticks(self.max.into()))
    }
}

/// So many ticks as a length of time.
#[must_use]
pub const fn of_ticks(ticks: u64) -> Duration {
    Duration::from_micros(ticks.saturating_mul(1_000_000) / TICKS_PER_SECOND)
}

/// What was known of the lost at the last report (RFC 3550 §A.3).
#[derive(Clone, Copy, Debug, Default)]
pub struct Interval {
    expected: u64,
    lost: u64,
}

impl Interval {
    /// So many of 256 packets were lost since the last report, by what is expected and lost until now.
    /// Where gaps were filled late it is none.
    pub fn fraction(&mut self, expected: u64, lost: u64) -> u8 {
        let was = std::mem::replace(self, Self { expected, lost });
        let expected = expected.saturating_sub(was.expected);
        let lost = lost.saturating_sub(was.lost);
        (lost * 256).checked_div(expected).map_or(0, |part| u8::try_from(part).unwrap_or(u8::MAX))
    }
}

/// The way there and back (RFC 3550 §6.4.1), of a block about us that comes at a moment of our clock, in parts
/// of a second of which there are 65 536. `None` if it refers to no report of ours, or to none that can be.
///
/// What is short of nothing by a step of a coarse clock, ten milliseconds at most, is nothing: on a short way a peer's
/// clock makes its stay longer than the whole.
#[must_use]
pub fn round_trip(now: u32, block: &Block) -> Option<Duration> {
    if block.last_report == 0 {
        return None;
    }
    let parts = now.wrapping_sub(block.last_report).wrapping_sub(block.since_last_report);
    if length_of(parts.wrapping_neg()) <= CLOCK_STEP_MAX {
        return Some(Duration::ZERO);
    }
    Some(length_of(parts)).filter(|length| *length <= ROUND_TRIP_MAX)
}

/// So many parts of a second of which there are 65 536.
fn length_of(parts: u32) -> Duration {
    Duration::from_micros(u64::from(parts) * 1_000_000 / 65_536)
}

/// What listeners would say on average of sound that arrives so, in hundredths: from 100, bad, to 441 for
/// G.711 of which nothing is lost. `None` if nothing was expected.
///
/// By the E-model (ITU-T G.107) with all that is not measured at its default: `R = 93.2 − Id − Ie,eff`. The
/// delay is taken in by the usual two straight lines, and the loss as of packets that are lost apart from each other
/// and concealed by who hears them (G.113 appendix I: G.711 with concealment has Bpl 25.1).
#[must_use]
pub fn mos_hundredths(expected: u64, lost: u64, delay: Duration) -> Option<u16> {
    if expected == 0 {
        return None;
    }
    let rating = RATING_BEST - from_delay(delay) - from_loss(expected, lost.min(expected));
    Some(mos_of(rating))
}

/// Ratings are in thousandths.
const RATING_BEST: i64 = 93_200;

/// `Id`: 0.024 a millisecond, and 0.11 more beyond 177.3 of them.
fn from_delay(delay: Duration) -> i64 {
    let micros = i64::try_from(delay.min(ROUND_TRIP_MAX).as_micros()).unwrap_or(i64::MAX);
    (micros * 24 + (micros - 177_300).max(0) * 110) / 1_000
}

/// `Ie,eff = 95 · Ppl ∕ (Ppl + Bpl)`, with the percentage of the lost.
fn from_loss(expected: u64, lost: u64) -> i64 {
    let (expected, lost) = (u128::from(expected), u128::from(lost));
    i64::try_from(95_000 * 1_000 * lost / (1_000 * lost + 251 * expected)).unwrap_or(95_000)
}

/// `1 + 0.035 R + 7·10⁻⁶ R (R − 60) (100 − R)` (G.107 annex B), which falls below one before R does below zero.
fn mos_of(rating: i64) -> u16 {
    let rating = rating.clamp(0, 100_000);
    let curve = rating * (rating - 60_000) * (100_000 - rating) / 1_000_000_000;
    let hundredths = 100 + (35 * rating + 7 * curve) / 10_000;
    u16::try_from(hundredths.max(100)).unwrap_or(100)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn jitter(arrivals: impl IntoIterator<Item = u32>) -> Jitter {
        let mut jitter = Jitter::default();
        for (timestamp, arrived) in (0..).step_by(160).zip(arrivals) {
            jitter.hear(arrived, timestamp);
        }
        jitter
    }

    #[test]
    fn packets_that_come_evenly_have_no_jitter_over_the_wrap() {
        let mut even = Jitter::default();
        for number in 0..100_u32 {
            even.hear(77 + 160 * number, 0_u32.wrapping_sub(8_000).wrapping_add(160 * number));
        }
        assert_eq!(
            (even.now(), even.mean(), even.max()),
            (0, Some(Duration::ZERO), Some(Duration::ZERO))
        );
    }

    #[test]
    fn packets_that_swing_by_ten_milliseconds_come_to_ten_milliseconds() {
        let swinging = jitter((0..500).map(|number| 160 * number + 80 * (number % 2)));
        assert!((78..=80).contains(&swinging.now()), "{swinging:?}");
        assert!(swinging.mean().unwrap() > Duration::from_millis(8), "{swinging:?}");
        assert!(swinging.max().unwrap() <= Duration::from_millis(10), "{swinging:?}");
    }

    #[test]
    fn the_estimate_goes_a_sixteenth_of_the_way() {
        let mut once = jitter([0, 160 + 160]);
        assert_eq!(once.now(), 10);
        // 160 − 10 more, and then down by a sixteenth (RFC 3550 §6.4.1).
        once.hear(320, 320);
        assert_eq!(once.now(), 19);
    }

    #[test]
    fn a_time_base_that_jumps_and_another_source_are_no_jitter() {
        let mut jumped = jitter([0, 160, 320]);
        jumped.hear(480, 1_000_000);
        jumped.hear(640, 1_000_160);
        jumped.restart();
        jumped.hear(800, 2_000);
        assert_eq!((jumped.now(), jumped.max()), (0, Some(Duration::ZERO)));
    }

    #[test]
    fn of_one_packet_nothing_is_known() {
        assert_eq!((jitter([5]).mean(), jitter([5]).max()), (None, None));
    }

    #[test]
    fn the_lost_are_told_as_a_part_of_what_was_sent_since_the_last_report() {
        let mut interval = Interval::default();
        assert_eq!(interval.fraction(100, 25), 64);
        assert_eq!(interval.fraction(200, 25), 0);
        assert_eq!(interval.fraction(200, 25), 0, "nothing was sent");
        assert_eq!(interval.fraction(300, 20), 0, "gaps were filled late");
        assert_eq!(interval.fraction(310, 30), 255, "all of them");
    }

    #[test]
    fn the_way_there_and_back_is_the_time_less_what_the_peer_took() {
        let block = |last_report, since_last_report| Block {
            last_report,
            since_last_report,
            ..Block::default()
        };
        // The example of RFC 3550 §6.4.1: 6.125 seconds.
        let told = round_trip(0xb710_8000, &block(0xb705_2000, 0x0005_4000));
        assert_eq!(told, Some(Duration::from_micros(6_125_000)));
        assert_eq!(round_trip(5, &block(u32::MAX, 0)), Some(Duration::from_micros(91)));
        assert_eq!(round_trip(65_536, &block(0, 0)), None, "it has heard no report");
        assert_eq!(round_trip(65_536, &block(1, 65_600)), Some(Duration::ZERO), "a coarse clock");
        assert_eq!(round_trip(65_536, &block(1, 67_000)), None, "it was answered before it came");
        assert_eq!(round_trip(660_000, &block(1, 0)), None, "ten seconds");
    }

    /// Worked out by hand from the formulas of the standards.
    #[test]
    fn listeners_mind_loss_and_delay() {
        let ms = Duration::from_millis;
        assert_eq!(mos_hundredths(1_000, 0, ms(0)), Some(440));
        assert_eq!(mos_hundredths(1_000, 10, ms(0)), Some(432));
        assert_eq!(mos_hundredths(1_000, 50, ms(0)), Some(392));
        assert_eq!(mos_hundredths(1_000, 200, ms(0)), Some(263));
        assert_eq!(mos_hundredths(1_000, 1_000, ms(0)), Some(117));
        assert_eq!(mos_hundredths(1_000, 0, ms(150)), Some(432));
        assert_eq!(mos_hundredths(1_000, 0, ms(400)), Some(305));
        assert_eq!(mos_hundredths(0, 0, ms(0)), None);
    }

    proptest! {
        #[test]
        fn more_loss_and_more_delay_are_never_better(
            expected in 1..u64::MAX / 2, lost: u64, delay_ms in 0..5_000_u64
        ) {
            let mos = |lost, delay_ms| mos_hundredths(expected, lost, Duration::from_millis(delay_ms)).unwrap();
            let lost = lost % expected;
            let here = mos(lost, delay_ms);
            prop_assert!((100..=441).contains(&here), "{}", here);
            prop_assert!(mos(lost + 1, delay_ms) <= here);
            prop_assert!(mos(lost, delay_ms + 20) <= here);
        }

        #[test]
        fn no_times_make_it_fall_over(times in prop::collection::vec(any::<(u32, u32)>(), 0..300)) {
            let mut jitter = Jitter::default();
            times.iter().for_each(|(arrived, timestamp)| jitter.hear(*arrived, *timestamp));
            prop_assert!(jitter.now() < JUMP);
        }
    }
}
