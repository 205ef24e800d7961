//! A point in time on the engine's own line, which starts at zero and never jumps.

use std::fmt;
use std::ops::{Add, AddAssign, Sub};
use std::time::Duration;

/// Microseconds since the engine started.
///
/// Named apart from `std::time::Instant` on purpose: it prints, replays and needs no clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(u64);

impl Moment {
    /// The start of the engine.
    pub const ZERO: Self = Self(0);

    /// The moment `micros` microseconds after the start.
    #[must_use]
    pub const fn from_micros(micros: u64) -> Self {
        Self(micros)
    }

    /// Microseconds since the start.
    #[must_use]
    pub const fn as_micros(self) -> u64 {
        self.0
    }

    /// How long ago `earlier` was; zero if it is not earlier at all.
    #[must_use]
    pub const fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(self.0.saturating_sub(earlier.0))
    }
}

/// Durations past the end of the line (584,000 years) stop there.
fn micros(length: Duration) -> u64 {
    u64::try_from(length.as_micros()).unwrap_or(u64::MAX)
}

impl Add<Duration> for Moment {
    type Output = Self;
    fn add(self, length: Duration) -> Self {
        Self(self.0.saturating_add(micros(length)))
    }
}

impl AddAssign<Duration> for Moment {
    fn add_assign(&mut self, length: Duration) {
        *self = *self + length;
    }
}

impl Sub<Duration> for Moment {
    type Output = Self;
    fn sub(self, length: Duration) -> Self {
        Self(self.0.saturating_sub(micros(length)))
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", Duration::from_micros(self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_print_as_lengths_from_the_start() {
        assert_eq!(Moment::ZERO.to_string(), "0ns");
        assert_eq!((Moment::ZERO + Duration::from_millis(1500)).to_string(), "1.5s");
    }

    #[test]
    fn time_never_runs_below_zero_or_over_the_end() {
        let early = Moment::from_micros(5);
        assert_eq!(early.since(Moment::from_micros(9)), Duration::ZERO);
        assert_eq!(early - Duration::from_secs(1), Moment::ZERO);
        assert_eq!(Moment::from_micros(u64::MAX) + Duration::MAX, Moment::from_micros(u64::MAX));
    }
}
