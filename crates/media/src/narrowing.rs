//! Times by a faster clock as times by the one that we count by, which wraps as often.

use media_protocol::Clock;

/// The times of one peer.
#[derive(Debug, Default)]
pub(crate) struct Narrowing {
    /// The last time as it came, and how far it is from the first one in ticks of that clock, as far as it was told by a faster one.
    last: Option<(u32, i64)>,
}

impl Narrowing {
    /// A time in ticks of 8,000 a second. Steps forward and back are as long as they were, to a tick; a step of more than half of all times
    /// is one the other way.
    pub(crate) fn narrow(&mut self, clock: Clock, came: u32) -> u32 {
        match clock {
            Clock::Hz8000 => came,
            Clock::Hz48000 => {
                let far = match self.last {
                    Some((last, far)) => {
                        far.wrapping_add(came.wrapping_sub(last).cast_signed().into())
                    }
                    None => came.into(),
                };
                self.last = Some((came, far));
                let [a, b, c, d, ..] = far.div_euclid(clock.pace().into()).to_le_bytes();
                u32::from_le_bytes([a, b, c, d])
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_a_packet_further_is_one_over_all_wraps() {
        let mut narrowing = Narrowing::default();
        let mut came = u32::MAX - 5_000;
        let mut before = narrowing.narrow(Clock::Hz48000, came);
        // Three wraps of the fast clock.
        for _ in 0..14_000 {
            came = came.wrapping_add(960_000);
            let now = narrowing.narrow(Clock::Hz48000, came);
            assert_eq!(now.wrapping_sub(before), 160_000);
            before = now;
        }
    }

    proptest! {
        #[test]
        fn what_is_narrowed_and_told_by_the_fast_clock_again_is_as_far_apart(
            first: u32, steps in prop::collection::vec(-50_i32..3_000, 1..200)
        ) {
            let mut narrowing = Narrowing::default();
            let told = |narrow: u32| narrow.wrapping_mul(6);
            let (mut came, start) = (first, told(narrowing.narrow(Clock::Hz48000, first)));
            for step in steps {
                came = came.wrapping_add_signed(120 * step);
                let now = told(narrowing.narrow(Clock::Hz48000, came));
                prop_assert_eq!(now.wrapping_sub(start), came.wrapping_sub(first));
            }
        }
    }
}
