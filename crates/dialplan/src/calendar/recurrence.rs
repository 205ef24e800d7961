//! What comes back (RFC 5545 §3.3.10), as far as it comes back once a year.

use super::LeftOut;
use super::content_line::ContentLine;
use super::event::{day_of, left_out};
use crate::plan::{YearDay, Yearly};
use jiff::civil::{Date, Weekday};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The days of a week, as rules write them.
const WEEKDAYS: [(&str, Weekday); 7] = [
    ("MO", Weekday::Monday),
    ("TU", Weekday::Tuesday),
    ("WE", Weekday::Wednesday),
    ("TH", Weekday::Thursday),
    ("FR", Weekday::Friday),
    ("SA", Weekday::Saturday),
    ("SU", Weekday::Sunday),
];

/// The day of the year, every how many years, and the last day on which it may begin.
type Rule = (YearDay, u16, Option<Date>);

/// Reads a rule of an event that begins on `first`.
pub(super) fn read(line: &ContentLine, first: Date) -> Result<Rule, LeftOut> {
    let parts: Option<BTreeMap<_, _>> = line
        .value
        .split(';')
        .map(|part| {
            part.split_once('=').map(|(key, value)| (key.to_uppercase(), value.to_uppercase()))
        })
        .collect();
    parts.and_then(|parts| rule(&parts, first)).ok_or_else(|| {
        let why = "only what comes back once a year is understood: FREQ=YEARLY, perhaps with INTERVAL, \
                   COUNT or UNTIL, and one day of one month";
        left_out(line, format!("`{}`: {why}", line.value))
    })
}

fn rule(parts: &BTreeMap<String, String>, first: Date) -> Option<Rule> {
    let known = ["FREQ", "INTERVAL", "COUNT", "UNTIL", "BYMONTH", "BYMONTHDAY", "BYDAY", "WKST"];
    let of = |key: &str| parts.get(key).map(String::as_str);
    if of("FREQ") != Some("YEARLY") || !parts.keys().all(|key| known.contains(&key.as_str())) {
        return None;
    }
    let every = of("INTERVAL").map_or(Some(1), |text| text.parse().ok()).filter(|it| *it > 0)?;
    let day = day(of("BYMONTH"), of("BYMONTHDAY"), of("BYDAY"), first)?;
    let last = match (of("UNTIL"), of("COUNT")) {
        (None, None) => None,
        // A time behind the day says nothing more of whole days.
        (Some(until), None) => Some(day_of(until.split('T').next()?)?),
        (None, Some(count)) => Some(last_of(day, (first, every), count.parse().ok()?)?),
        (Some(_), Some(_)) => return None,
    };
    Some((day, every, last))
}

fn day(
    month: Option<&str>,
    month_day: Option<&str>,
    weekday: Option<&str>,
    first: Date,
) -> Option<YearDay> {
    let month = match month {
        Some(text) => Some(text.parse().ok().filter(|month| (1..=12).contains(month))?),
        None => None,
    };
    match (month, month_day, weekday) {
        (month, None, None) => {
            Some(YearDay::Date { month: month.unwrap_or_else(|| first.month()), day: first.day() })
        }
        (Some(month), Some(day), None) => {
            let day = day.parse().ok().filter(|day| (1..=31).contains(day))?;
            Some(YearDay::Date { month, day })
        }
        (Some(month), None, Some(text)) => {
            let (nth, name) = text.split_at_checked(text.len().checked_sub(2)?)?;
            let (_, weekday) = WEEKDAYS.into_iter().find(|(known, _)| *known == name)?;
            let nth = nth.parse().ok().filter(|nth| *nth != 0 && (-5..=5).contains(nth))?;
            Some(YearDay::Weekday { month, nth, weekday })
        }
        (_, Some(_), _) | (None, None, Some(_)) => None,
    }
}

/// What comes back for longer than anybody plans for comes back for ever.
const YEARS_MAX: usize = 400;

/// The day of the last of `count` times.
fn last_of(day: YearDay, (first, every): (Date, u16), count: usize) -> Option<Date> {
    let (name, days, except) = (Arc::from(""), 1, BTreeSet::new());
    let all = Yearly { name, first, last: None, every, day, days, except };
    let years = (first.year()..=Date::MAX.year()).step_by(every.into()).take(YEARS_MAX);
    let times = years.filter_map(|year| all.in_year(year));
    // Whatever comes back more often than there are years comes back for ever.
    times.take(count).last().filter(|_| count > 0)
}
