//! The intervals of a report, by the clock on the wall of the centre.
//!
//! A day is one of that clock, so it has 23 or 25 hours when the clock is changed; the hour that is said twice
//! is two hours. Counts are kept by quarters of UTC, and the clocks of all zones have been whole quarters away
//! from it since 1972.

use jiff::civil::{Date, Weekday};
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp, ToSpan};

/// How finely counts are kept.
pub const QUARTER: SignedDuration = SignedDuration::from_mins(15);

/// How long an interval is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Every {
    /// A quarter of an hour.
    Quarter,
    /// An hour.
    Hour,
    /// A day, from midnight to midnight.
    Day,
    /// A week, from Monday to Sunday.
    Week,
}

/// How time is divided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    /// How long each interval is.
    pub every: Every,
    /// Whose clock it is.
    pub zone: TimeZone,
}

impl Calendar {
    /// When the interval began that has `at` in it.
    #[must_use]
    pub fn begin(&self, at: Timestamp) -> Timestamp {
        match self.every {
            Every::Quarter => quarter(at),
            Every::Hour => {
                let (hour, mut begin) = (self.hour(at), quarter(at));
                while let Some(before) = begin.checked_sub(QUARTER).ok()
                    && self.hour(before) == hour
                {
                    begin = before;
                }
                begin
            }
            Every::Day => self.midnight(at, self.date(at)),
            Every::Week => {
                let date = self.date(at);
                let days = date.weekday().since(Weekday::Monday);
                self.midnight(at, date.checked_sub(days.days()).unwrap_or(date))
            }
        }
    }

    /// When the interval after the one that has `at` in it begins; at the end of time, that.
    #[must_use]
    pub fn next(&self, at: Timestamp) -> Timestamp {
        let after = |days: i8| {
            let begin = self.date(self.begin(at));
            let date = begin.checked_add(days.days()).ok();
            date.map_or(Timestamp::MAX, |date| self.midnight(Timestamp::MAX, date))
        };
        match self.every {
            Every::Quarter => quarter(at).checked_add(QUARTER).unwrap_or(Timestamp::MAX),
            Every::Hour => {
                let hour = self.hour(at);
                let mut next = quarter(at);
                while self.hour(next) == hour {
                    let Ok(later) = next.checked_add(QUARTER) else { return Timestamp::MAX };
                    next = later;
                }
                next
            }
            Every::Day => after(1),
            Every::Week => after(7),
        }
    }

    /// Tells hours apart, also the two that are called the same when the clock is put back.
    fn hour(&self, at: Timestamp) -> (Date, i8, Offset) {
        let shown = at.to_zoned(self.zone.clone());
        (shown.date(), shown.hour(), shown.offset())
    }

    fn date(&self, at: Timestamp) -> Date {
        self.zone.to_datetime(at).date()
    }

    /// When that day begins; in some zones and years that is not at midnight.
    fn midnight(&self, otherwise: Timestamp, date: Date) -> Timestamp {
        date.to_zoned(self.zone.clone()).map_or(otherwise, |shown| shown.timestamp())
    }
}

/// When the quarter of UTC began that has `at` in it.
pub(crate) fn quarter(at: Timestamp) -> Timestamp {
    let micros = quarter_of(at.as_microsecond());
    Timestamp::from_microsecond(micros).unwrap_or(Timestamp::MIN)
}

/// The same in microseconds.
pub(crate) const fn quarter_of(micros: i64) -> i64 {
    const LENGTH: i64 = QUARTER.as_secs() * 1_000_000;
    micros.div_euclid(LENGTH) * LENGTH
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calendar(every: Every, zone: &str) -> Calendar {
        Calendar { every, zone: TimeZone::get(zone).unwrap() }
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    /// How many hours each interval has from `from` on.
    fn hours(calendar: &Calendar, from: &str, intervals: usize) -> Vec<f64> {
        let mut begin = calendar.begin(at(from));
        let mut lengths = Vec::new();
        for _ in 0..intervals {
            let next = calendar.next(begin);
            assert_eq!(calendar.begin(next), next);
            lengths.push(next.duration_since(begin).as_secs_f64() / 3_600.0);
            begin = next;
        }
        lengths
    }

    #[test]
    fn a_day_has_23_or_25_hours_when_the_clock_is_changed() {
        let day = calendar(Every::Day, "Europe/Stockholm");
        assert_eq!(hours(&day, "2026-03-28T12:00:00Z", 3), [24.0, 23.0, 24.0]);
        assert_eq!(hours(&day, "2026-10-24T12:00:00Z", 3), [24.0, 25.0, 24.0]);
        assert_eq!(day.begin(at("2026-03-29T21:59:59Z")), at("2026-03-28T23:00:00Z"));
        assert_eq!(day.begin(at("2026-03-29T22:00:00Z")), at("2026-03-29T22:00:00Z"));
        let week = calendar(Every::Week, "Europe/Stockholm");
        assert_eq!(hours(&week, "2026-10-20T12:00:00Z", 2), [169.0, 168.0]);
        assert_eq!(week.begin(at("2026-10-25T22:59:59Z")), at("2026-10-18T22:00:00Z"));
    }

    #[test]
    fn an_hour_that_is_said_twice_is_two_and_one_that_is_left_out_is_none() {
        let hour = calendar(Every::Hour, "Europe/Stockholm");
        assert_eq!(hour.begin(at("2026-10-25T00:59:00Z")), at("2026-10-25T00:00:00Z"));
        assert_eq!(hour.begin(at("2026-10-25T01:01:00Z")), at("2026-10-25T01:00:00Z"));
        assert_eq!(hours(&hour, "2026-10-24T23:30:00Z", 4), [1.0; 4]);
        assert_eq!(hours(&hour, "2026-03-29T00:30:00Z", 3), [1.0; 3]);
        // Here the clock is put back by half an hour.
        let howe = calendar(Every::Hour, "Australia/Lord_Howe");
        assert_eq!(hours(&howe, "2026-04-04T14:00:00Z", 4), [1.0, 0.5, 1.0, 1.0]);
        let half = calendar(Every::Hour, "Asia/Kolkata");
        assert_eq!(half.begin(at("2026-01-01T08:00:00Z")), at("2026-01-01T07:30:00Z"));
    }

    #[test]
    fn the_ends_of_time_are_no_trouble() {
        for every in [Every::Quarter, Every::Hour, Every::Day, Every::Week] {
            let calendar = calendar(every, "Europe/Stockholm");
            for at in [Timestamp::MIN, Timestamp::MAX, Timestamp::UNIX_EPOCH] {
                assert!(calendar.begin(at) <= at || at == Timestamp::MIN, "{every:?} {at}");
                assert!(calendar.next(at) > at || at == Timestamp::MAX, "{every:?} {at}");
            }
        }
    }
}
