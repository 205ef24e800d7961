//! Opening hours: a week, and days that differ from it.

use jiff::civil::{Date, DateTime, Weekday};
use std::collections::BTreeMap;
use std::sync::Arc;

/// When a number is open, by the centre's own clock.
///
/// Read against civil time, so that `08:00` is eight on the wall in summer and in winter: on the
/// night when an hour is skipped a span is an hour shorter, on the night when one is repeated it is
/// an hour longer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hours {
    /// The name in the file.
    pub name: Arc<str>,
    /// Spans of an ordinary week, by the day on which each begins, Monday first.
    pub week: [Vec<OpenSpan>; 7],
    /// Days that differ from the week, whole from midnight to midnight; no span: closed.
    pub days: BTreeMap<Date, Vec<OpenSpan>>,
}

/// One stretch of open time, in minutes after the midnight of the day on which it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct OpenSpan {
    /// The first open minute, 0 to 1439.
    pub opens: u16,
    /// The first closed minute after it; past 1440 the span goes on into the next day.
    pub closes: u16,
}

/// Minutes of a day, as a clock face counts them.
pub(crate) const DAY: u16 = 24 * 60;

impl Hours {
    /// Whether it is open when the clock of the centre shows `local`.
    ///
    /// A day that differs is taken at its word from midnight to midnight: the end of a night shift
    /// does not reach into a day that is closed.
    #[must_use]
    pub fn open_at(&self, local: DateTime) -> bool {
        let minute = minute_of_day(local);
        let date = local.date();
        let today = self.spans_of(date).iter().any(|span| span.holds(minute));
        today || (!self.days.contains_key(&date) && self.open_since_yesterday(date, minute))
    }

    fn open_since_yesterday(&self, date: Date, minute: u16) -> bool {
        let Ok(yesterday) = date.yesterday() else { return false };
        self.spans_of(yesterday).iter().any(|span| span.holds(minute + DAY))
    }

    fn spans_of(&self, date: Date) -> &[OpenSpan] {
        let ordinary = || {
            let [monday, tuesday, wednesday, thursday, friday, saturday, sunday] = &self.week;
            match date.weekday() {
                Weekday::Monday => monday,
                Weekday::Tuesday => tuesday,
                Weekday::Wednesday => wednesday,
                Weekday::Thursday => thursday,
                Weekday::Friday => friday,
                Weekday::Saturday => saturday,
                Weekday::Sunday => sunday,
            }
        };
        self.days.get(&date).unwrap_or_else(ordinary)
    }
}

impl OpenSpan {
    const fn holds(self, minute: u16) -> bool {
        self.opens <= minute && minute < self.closes
    }
}

pub(super) fn minute_of_day(local: DateTime) -> u16 {
    let of = |part: i8| u16::try_from(part).expect("a civil hour or minute is never negative");
    of(local.hour()) * 60 + of(local.minute())
}
