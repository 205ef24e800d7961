//! One event (RFC 5545 §3.6.1): the days that it takes.

use super::content_line::ContentLine;
use super::{Event, LeftOut, recurrence};
use crate::plan::Yearly;
use jiff::civil::Date;
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

/// How many days an event may take: what is longer is no holiday.
const LENGTH_MAX: u16 = 366;

/// Reads the lines of an event. `begin` is where it begins, `calendar` what it is called if it has no name.
pub(super) fn read(
    lines: &[ContentLine],
    begin: Range<usize>,
    calendar: &Arc<str>,
) -> Result<Event, LeftOut> {
    let of = |name: &str| lines.iter().find(|line| line.name == name);
    if of("STATUS").is_some_and(|line| line.is("STATUS", "CANCELLED")) {
        return Ok(Event::Cancelled);
    }
    let Some(start) = of("DTSTART") else {
        return Err(LeftOut { span: begin, why: "this event has no DTSTART".to_owned() });
    };
    if let Some(line) = of("RDATE").or_else(|| of("RECURRENCE-ID")) {
        let why = format!("{} is not understood: write the days as events of their own", line.name);
        return Err(left_out(line, why));
    }
    let name = of("SUMMARY").map(ContentLine::text).filter(|name| !name.trim().is_empty());
    let first = date(start)?;
    let days = length(first, of("DTEND"), of("DURATION"))?;
    let Some(rule) = of("RRULE") else { return Ok(Event::Once { name, first, days }) };
    let (day, every, last) = recurrence::read(rule, first)?;
    let mut except = BTreeSet::new();
    for line in lines.iter().filter(|line| line.name == "EXDATE") {
        for written in line.value.split(',') {
            except.insert(day_of(written).ok_or_else(|| no_day(line, written))?);
        }
    }
    let name = name.map_or_else(|| calendar.clone(), Arc::from);
    Ok(Event::Yearly(Yearly { name, first, last, every, day, days, except }))
}

/// The value of a line as a whole day.
fn date(line: &ContentLine) -> Result<Date, LeftOut> {
    let is_day = line.parameter("VALUE").is_none_or(|value| value.eq_ignore_ascii_case("DATE"));
    day_of(&line.value).filter(|_| is_day).ok_or_else(|| no_day(line, &line.value))
}

/// `20261224`, and nothing else: a day has no time.
pub(super) fn day_of(text: &str) -> Option<Date> {
    let text = text.trim();
    let is_day = text.len() == 8 && text.bytes().all(|digit| digit.is_ascii_digit());
    is_day.then(|| text.parse().ok()).flatten()
}

fn no_day(line: &ContentLine, written: &str) -> LeftOut {
    let why = format!("`{written}` of {} is no whole day, such as 20261224", line.name);
    left_out(line, why)
}

/// How many days: until the day before DTEND (§3.6.1), for DURATION, or one.
fn length(
    first: Date,
    end: Option<&ContentLine>,
    duration: Option<&ContentLine>,
) -> Result<u16, LeftOut> {
    let (line, days) = match (end, duration) {
        (Some(line), _) => (line, days_between(first, date(line)?)),
        (None, Some(line)) => (line, days_of(&line.value)),
        (None, None) => return Ok(1),
    };
    let fitting = days.filter(|days| (1..=LENGTH_MAX).contains(days));
    fitting.ok_or_else(|| {
        let why = format!("`{}` of {} gives no 1 to {LENGTH_MAX} days", line.value, line.name);
        left_out(line, why)
    })
}

fn days_between(first: Date, end: Date) -> Option<u16> {
    // Some programs write the same day for both ends.
    let days = first.until(end).ok()?.get_days();
    u16::try_from(if days == 0 { 1 } else { days }).ok()
}

/// `P3D` or `P1W` (§3.3.6).
fn days_of(text: &str) -> Option<u16> {
    let count = text.trim().trim_start_matches('+').strip_prefix('P')?;
    match (count.strip_suffix('D'), count.strip_suffix('W')) {
        (Some(days), _) => days.parse().ok(),
        (None, Some(weeks)) => weeks.parse::<u16>().ok()?.checked_mul(7),
        (None, None) => None,
    }
}

pub(super) fn left_out(line: &ContentLine, why: String) -> LeftOut {
    LeftOut { span: line.span.clone(), why }
}
