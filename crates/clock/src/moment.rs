//! A point in time on the engine's own line, which never jumps.

use std::fmt;
use std::ops::{Add, AddAssign, Sub};
use std::time::Duration;

/// Microseconds since the engine started; negative for what was before, as the arrival of somebody who has waited
/// since an earlier run.
///
/// Named apart from `std::time::Instant` on purpose: it prints, replays and needs no clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(i64);

impl Moment {
    /// The start of the engine.
    pub const ZERO: Self = Self(0);
    /// Later than all others.
    pub const MAX: Self = Self(i64::MAX);

    /// The moment `micros` microseconds after the start.
    #[must_use]
    pub const fn from_micros(micros: u64) -> Self {
        if micros > i64::MAX.unsigned_abs() {
            return Self::MAX;
        }
        Self(micros.cast_signed())
    }

    /// Microseconds since the start; none of what was before it.
    #[must_use]
    pub const fn as_micros(self) -> u64 {
        if self.0 > 0 { self.0.unsigned_abs() } else { 0 }
    }

    /// Microseconds since the start; before it, as a negative number, until then.
    #[must_use]
    pub const fn signed_micros(self) -> i64 {
        self.0
    }

    /// How long ago `earlier` was; zero if it is not earlier at all.
    #[must_use]
    pub const fn since(self, earlier: Self) -> Duration {
        if self.0 > earlier.0 {
            Duration::from_micros(self.0.abs_diff(earlier.0))
        } else {
            Duration::ZERO
        }
    }
}

/// Durations past the end of the line (292,000 years) stop there.
fn micros(length: Duration) -> i64 {
    i64::try_from(length.as_micros()).unwrap_or(i64::MAX)
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
        let length = Duration::from_micros(self.0.unsigned_abs());
        let sign = if self.0 < 0 { "-" } else { "" };
        write!(f, "{sign}{length:?}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_print_as_lengths_from_the_start() {
        assert_eq!(Moment::ZERO.to_string(), "0ns");
        assert_eq!((Moment::ZERO + Duration::from_millis(1500)).to_string(), "1.5s");
        assert_eq!((Moment::ZERO - Duration::from_secs(2)).to_string(), "-2s");
    }

    #[test]
    fn there_was_time_before_the_start() {
        let early = Moment::from_micros(5);
        let before = early - Duration::from_secs(1);
        assert_eq!((before.as_micros(), before.signed_micros()), (0, -999_995));
        assert_eq!(early.since(before), Duration::from_secs(1));
        assert_eq!(before.since(early), Duration::ZERO);
    }

    #[test]
    fn time_never_runs_over_an_end() {
        let end = Moment::from_micros(u64::MAX);
        assert_eq!(end + Duration::MAX, end);
        let beginning = Moment::ZERO - Duration::MAX - Duration::MAX;
        assert_eq!(beginning - Duration::MAX, beginning);
        assert!(end.since(beginning) > Duration::from_micros(i64::MAX.unsigned_abs()));
    }
}
