//! Opening hours: a week, days that differ from it, and holidays.

use super::holidays::{Holiday, HolidayKind, Holidays};
use jiff::civil::{Date, DateTime, Time, Weekday};
use jiff::{SignedDuration, ToSpan as _};
use std::collections::BTreeMap;
use std::sync::Arc;

/// When a number or a queue is open, or agents are at work, by the centre's own clock.
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
    /// What is written for single days. It stands over holidays.
    pub days: BTreeMap<Date, DayHours>,
    /// What holds on holidays, if they are kept at all.
    pub holidays: Option<HolidayHours>,
}

/// Which holidays are kept, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HolidayHours {
    /// The days.
    pub calendar: Arc<Holidays>,
    /// What holds on red days, whatever the week says of their weekday.
    pub red_days: DayHours,
    /// What holds on eves. Where the week is closed they are too.
    pub eves: DayHours,
    /// What holds on half days. Where the week is closed they are too.
    pub half_days: DayHours,
    /// What holds on holidays of these names, whatever it is on others of their kind.
    pub by_name: BTreeMap<Arc<str>, DayHours>,
}

/// What holds on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DayHours {
    /// What the week says.
    AsTheWeek,
    /// These spans in its place, from midnight to midnight; none: closed.
    Instead(Vec<OpenSpan>),
}

/// One stretch of open time, in minutes after the midnight of the day on which it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct OpenSpan {
    /// The first open minute, 0 to 1439.
    pub opens: u16,
    /// The first closed minute after it; past 1440 the span goes on into the next day.
    pub closes: u16,
}

/// By what it is open or closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why<'h> {
    /// By the ordinary week.
    Week,
    /// By what is written for this date.
    Special,
    /// By what holds on this holiday.
    Holiday(Holiday<'h>),
}

/// Minutes of a day, as a clock face counts them.
pub(crate) const DAY: u16 = 24 * 60;

/// Nobody asks of hours that are open for longer when they close.
pub(super) const CLOSES_WITHIN: SignedDuration = SignedDuration::from_hours(4 * 24);

/// What holds on one day.
struct Day<'h> {
    spans: &'h [OpenSpan],
    why: Why<'h>,
}

impl Hours {
    /// Whether it is open when the clock of the centre shows `local`.
    ///
    /// A day that differs is taken at its word from midnight to midnight: the end of a night shift
    /// does not reach into a day that is closed.
    #[must_use]
    pub fn open_at(&self, local: DateTime) -> bool {
        self.at(local).0
    }

    /// By what it is open or closed when the clock of the centre shows `local`.
    #[must_use]
    pub fn why(&self, local: DateTime) -> Why<'_> {
        self.at(local).1
    }

    /// The first minute from `local` on at which it is closed, by the clock of the centre. None if that is more than
    /// four days ahead.
    #[must_use]
    pub fn closes_after(&self, local: DateTime) -> Option<DateTime> {
        let last = local.checked_add(CLOSES_WITHIN).ok()?;
        let mut at = local;
        while at <= last {
            if !self.open_at(at) {
                return Some(at);
            }
            at = self.next_edge(at)?;
        }
        None
    }

    /// Whether it neither opens nor closes from `was` to `now`, by the clock of the centre. No, if more than four days
    /// lie between.
    #[must_use]
    pub fn is_the_same_all_the_while(&self, was: DateTime, now: DateTime) -> bool {
        let is_open = self.open_at(was);
        let mut at = was;
        while at < now {
            let Some(next) = self.next_edge(at) else { return false };
            if next > now {
                break;
            }
            if self.open_at(next) != is_open {
                return false;
            }
            at = next;
        }
        self.open_at(now) == is_open && was.checked_add(CLOSES_WITHIN).is_ok_and(|last| now <= last)
    }

    /// The next time after `local` at which it may be otherwise than now.
    pub(crate) fn next_edge(&self, local: DateTime) -> Option<DateTime> {
        let date = local.date();
        let (today, tomorrow) = (date.to_datetime(Time::MIN), date.tomorrow().ok()?);
        let yesterday = date.yesterday().ok();
        let of_yesterday = yesterday.into_iter().flat_map(|date| self.day(date).spans);
        let edges = self.day(date).spans.iter().flat_map(|span| [span.opens, span.closes]);
        let edges = edges.map(i64::from);
        let edges = edges.chain(of_yesterday.map(|span| i64::from(span.closes) - i64::from(DAY)));
        let edges = edges.filter_map(|minute| today.checked_add(minute.minutes()).ok());
        edges.chain([tomorrow.to_datetime(Time::MIN)]).filter(|edge| *edge > local).min()
    }

    /// Whether there is a minute at which it is open.
    pub(crate) fn ever_opens(&self) -> bool {
        let week = self.week.iter().any(|spans| !spans.is_empty());
        let holidays = self.holidays.as_ref().is_some_and(HolidayHours::ever_open);
        week || holidays || self.days.values().any(DayHours::opens)
    }

    /// Every span that may hold on some day.
    pub(crate) fn spans(&self) -> impl Iterator<Item = &OpenSpan> {
        let holidays = self.holidays.iter().flat_map(HolidayHours::all);
        let days = self.days.values().chain(holidays).flat_map(DayHours::spans);
        self.week.iter().flatten().chain(days)
    }

    fn at(&self, local: DateTime) -> (bool, Why<'_>) {
        let (date, minute) = (local.date(), minute_of_day(local));
        let today = self.day(date);
        if today.holds(minute) || today.why != Why::Week {
            return (today.holds(minute), today.why);
        }
        let yesterday = date.yesterday().ok().map(|date| self.day(date));
        match yesterday.filter(|day| day.holds(minute + DAY)) {
            Some(yesterday) => (true, yesterday.why),
            None => (false, Why::Week),
        }
    }

    fn day(&self, date: Date) -> Day<'_> {
        let as_the_week = || Day { spans: self.week_of(date), why: Why::Week };
        match self.days.get(&date) {
            Some(DayHours::Instead(spans)) => Day { spans, why: Why::Special },
            Some(DayHours::AsTheWeek) => as_the_week(),
            None => self.holiday(date).unwrap_or_else(as_the_week),
        }
    }

    /// What holds on a day that is a holiday and differs from the week for it.
    fn holiday(&self, date: Date) -> Option<Day<'_>> {
        let kept = self.holidays.as_ref()?;
        let holiday = kept.calendar.on(date)?;
        let DayHours::Instead(spans) = kept.of(holiday) else { return None };
        let shortens = matches!(holiday.kind, HolidayKind::Eve | HolidayKind::Half);
        let in_vain = shortens && !spans.is_empty() && self.week_of(date).is_empty();
        (!in_vain).then_some(Day { spans, why: Why::Holiday(holiday) })
    }

    fn week_of(&self, date: Date) -> &[OpenSpan] {
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
    }
}

impl HolidayHours {
    fn of(&self, holiday: Holiday<'_>) -> &DayHours {
        let of_kind = match holiday.kind {
            HolidayKind::Red => &self.red_days,
            HolidayKind::Eve => &self.eves,
            HolidayKind::Half => &self.half_days,
        };
        self.by_name.get(holiday.name).unwrap_or(of_kind)
    }

    fn all(&self) -> impl Iterator<Item = &DayHours> {
        [&self.red_days, &self.eves, &self.half_days].into_iter().chain(self.by_name.values())
    }

    /// Whether a day may open on which the week is closed: eves and half days do not.
    fn ever_open(&self) -> bool {
        self.red_days.opens() || self.by_name.values().any(DayHours::opens)
    }
}

impl DayHours {
    /// Closed from midnight to midnight.
    pub const CLOSED: Self = Self::Instead(Vec::new());

    const fn opens(&self) -> bool {
        !self.spans().is_empty()
    }

    const fn spans(&self) -> &[OpenSpan] {
        match self {
            Self::Instead(spans) => spans.as_slice(),
            Self::AsTheWeek => &[],
        }
    }
}

impl Day<'_> {
    fn holds(&self, minute: u16) -> bool {
        self.spans.iter().any(|span| span.opens <= minute && minute < span.closes)
    }
}

pub(super) fn minute_of_day(local: DateTime) -> u16 {
    let of = |part: i8| u16::try_from(part).expect("a civil hour or minute is never negative");
    of(local.hour()) * 60 + of(local.minute())
}
