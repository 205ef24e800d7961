//! Where in a recording the packets of one side belong. Told the time.
//!
//! A packet has its place by its RTP time, so that what was lost, and what a phone that is silent does
//! not send, is silence of the right length; one that comes late still goes where it belongs. The
//! clock on the wall has the last word: RTP times that run away from it begin anew where it stands, and who says more
//! than there is time for is not kept.

use clock::{Duration, Moment};
use rtp::{Header, g711};

/// How far RTP times may be from the clock, in samples: a second of jitter and of hurried packets.
const DRIFT_MAX: u64 = g711::SAMPLE_RATE_HZ as u64;

/// One side of a recording.
#[derive(Debug)]
pub(crate) struct Placement {
    began: Moment,
    /// The source, one of its RTP times, and the sample that belongs there.
    anchor: Option<(u32, u32, u64)>,
    /// Where the last packet ends.
    end: u64,
}

impl Placement {
    pub(crate) const fn begin(now: Moment) -> Self {
        Self { began: now, anchor: None, end: 0 }
    }

    /// Where the sound of a packet of so many ticks begins, as a number of samples; `None` past the longest length, and where that is far
    /// ahead of the clock.
    pub(crate) fn place(
        &mut self,
        now: Moment,
        header: &Header,
        ticks: u32,
        length_max: u64,
    ) -> Option<u64> {
        let len = u64::from(ticks);
        let clock = samples(now.since(self.began));
        let by_anchor = self.anchor.filter(|(source, ..)| *source == header.ssrc);
        let place = by_anchor.and_then(|(_, time, sample)| {
            // A packet from before the anchor is a little negative.
            let [a, b, c, d] = header.timestamp.wrapping_sub(time).to_ne_bytes();
            sample.checked_add_signed(i32::from_ne_bytes([a, b, c, d]).into())
        });
        let is_near = |place: &u64| place.abs_diff(clock.saturating_sub(len)) <= DRIFT_MAX;
        let place = place.filter(is_near).unwrap_or_else(|| {
            let anew = self.end.max(clock.saturating_sub(len));
            self.anchor = Some((header.ssrc, header.timestamp, anew));
            anew
        });
        if place > clock + DRIFT_MAX || place.saturating_add(len) > length_max {
            return None;
        }
        self.end = self.end.max(place + len);
        Some(place)
    }
}

/// How many samples a time has.
pub(crate) fn samples(time: Duration) -> u64 {
    let samples = time.as_micros() * u128::from(g711::SAMPLE_RATE_HZ) / 1_000_000;
    u64::try_from(samples).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LENGTH_MAX: u64 = 80_000;

    const fn header(ssrc: u32, timestamp: u32) -> Header {
        Header { marker: false, payload_type: 8, sequence: 0, timestamp, ssrc }
    }

    const fn at(ms: u64) -> Moment {
        Moment::from_micros(ms * 1_000)
    }

    fn place(placement: &mut Placement, ms: u64, (ssrc, time): (u32, u32)) -> Option<u64> {
        placement.place(at(ms), &header(ssrc, time), 160, LENGTH_MAX)
    }

    #[test]
    fn lost_packets_leave_a_gap_of_their_length_and_late_ones_fill_theirs() {
        let mut side = Placement::begin(Moment::ZERO);
        assert_eq!(place(&mut side, 20, (1, 5_000)), Some(0));
        assert_eq!(place(&mut side, 80, (1, 5_480)), Some(480));
        assert_eq!(place(&mut side, 81, (1, 5_160)), Some(160));
        assert_eq!(place(&mut side, 100, (1, 5_640)), Some(640));
    }

    #[test]
    fn times_that_run_away_from_the_clock_begin_anew_where_it_stands() {
        let mut side = Placement::begin(Moment::ZERO);
        assert_eq!(place(&mut side, 20, (1, 0)), Some(0));
        assert_eq!(place(&mut side, 2_000, (1, 0x7fff_0000)), Some(15_840));
        assert_eq!(place(&mut side, 2_020, (1, 0x7fff_00a0)), Some(16_000));
        // A clock that stands still, as of a phone that does not count its silence.
        assert_eq!(place(&mut side, 4_000, (1, 0x7fff_0140)), Some(31_840));
        // Another source.
        assert_eq!(place(&mut side, 4_020, (2, 9)), Some(32_000));
    }

    #[test]
    fn who_says_more_than_there_is_time_for_is_kept_for_a_second_and_no_further() {
        let mut side = Placement::begin(Moment::ZERO);
        // Forty packets of each moment, by times that run on, and by times that mean nothing.
        let hurried = |side: &mut Placement, time: fn(u32) -> u32| {
            let places: Vec<_> =
                (0..2_000).filter_map(|n| place(side, u64::from(n) / 2, (1, time(n)))).collect();
            places.into_iter().max()
        };
        assert!(hurried(&mut side, |n| 160 * n) <= Some(8_000 + 8_000));
        assert!(hurried(&mut side, |n| n.wrapping_mul(0x1234_5677)) <= Some(8_000 + 8_000));
        // Once the clock is there, it goes on.
        assert!(place(&mut side, 3_000, (1, 77)).is_some());
    }

    #[test]
    fn nothing_is_kept_past_the_longest_length() {
        let mut side = Placement::begin(Moment::ZERO);
        assert_eq!(place(&mut side, 9_990, (1, 0)), Some(79_760));
        assert_eq!(place(&mut side, 10_010, (1, 160)), None);
    }
}
