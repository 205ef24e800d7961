//! Days that come back every year.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use std::collections::BTreeSet;
use std::sync::Arc;

/// A day, or several in a row, that come back every year or every few years.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Yearly {
    /// What people call it.
    pub name: Arc<str>,
    /// It never comes before this day.
    pub first: Date,
    /// It never begins after this day.
    pub last: Option<Date>,
    /// Every how many years, from that of the first day on; at least 1.
    pub every: u16,
    /// When in the year it begins.
    pub day: YearDay,
    /// How many days it takes, 1 to 366.
    pub days: u16,
    /// Beginnings that are left out.
    pub except: BTreeSet<Date>,
}

/// A day of a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum YearDay {
    /// By its date; 29 February comes in leap years only (RFC 5545 §3.3.10).
    Date {
        /// 1 to 12.
        month: i8,
        /// 1 to 31.
        day: i8,
    },
    /// By its weekday.
    Weekday {
        /// 1 to 12.
        month: i8,
        /// Which of them in the month, 1 to 5, or -1 for the last one to -5.
        nth: i8,
        /// The weekday.
        weekday: Weekday,
    },
}

impl Yearly {
    /// Whether a day is one of its days.
    pub(super) fn holds(&self, date: Date) -> bool {
        // What began last year may go on into this one.
        let began = [date.year(), date.year().saturating_sub(1)];
        began.into_iter().filter_map(|year| self.in_year(year)).any(|first| {
            let end = first.saturating_add(i32::from(self.days).days());
            first <= date && date < end
        })
    }

    /// The day on which it begins in a year.
    pub(crate) fn in_year(&self, year: i16) -> Option<Date> {
        let after = i32::from(year) - i32::from(self.first.year());
        if after < 0 || after % i32::from(self.every) != 0 {
            return None;
        }
        let begins = match self.day {
            YearDay::Date { month, day } => Date::new(year, month, day).ok()?,
            YearDay::Weekday { month, nth, weekday } => {
                Date::new(year, month, 1).ok()?.nth_weekday_of_month(nth, weekday).ok()?
            }
        };
        let in_time = self.first <= begins && self.last.is_none_or(|last| begins <= last);
        (in_time && !self.except.contains(&begins)).then_some(begins)
    }
}
