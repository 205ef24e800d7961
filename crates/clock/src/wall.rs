//! Wall-clock stamps: what a person would read off a clock in UTC, for records and opening hours.

use crate::Moment;
use std::time::Duration;

/// Microseconds since 1970-01-01T00:00:00Z. May step when the machine's clock is set; for lengths
/// of time use [`Moment`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WallTime(i64);

impl WallTime {
    /// The stamp `micros` microseconds after the Unix epoch.
    #[must_use]
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since the Unix epoch.
    #[must_use]
    pub const fn as_micros(self) -> i64 {
        self.0
    }
}

/// Where the engine's own line of time meets the wall clock. The shell renews it, so that a clock
/// set by NTP is followed by later stamps without moving any deadline.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WallAnchor {
    /// A moment on the engine's line.
    pub at: Moment,
    /// What the wall clock showed at that moment.
    pub wall: WallTime,
}

impl WallAnchor {
    /// What the wall clock shows at `moment`, if it has run evenly since the anchor.
    #[must_use]
    pub fn wall_at(&self, moment: Moment) -> WallTime {
        let forward = signed(moment.since(self.at));
        let back = signed(self.at.since(moment));
        WallTime(self.wall.0.saturating_add(forward).saturating_sub(back))
    }
}

fn signed(length: Duration) -> i64 {
    i64::try_from(length.as_micros()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wall_is_read_on_both_sides_of_the_anchor() {
        let anchor = WallAnchor { at: Moment::from_micros(10), wall: WallTime::from_micros(1_000) };
        assert_eq!(anchor.wall_at(Moment::from_micros(15)), WallTime::from_micros(1_005));
        assert_eq!(anchor.wall_at(Moment::from_micros(4)), WallTime::from_micros(994));
    }
}
