//! `[hours.NAME]` and `[shift.NAME]` as they are written.

use super::date;
use crate::plan::{DAY, DayHours, OpenSpan};
use crate::report::{Flaw, Report};
use crate::schema::Shape;
use crate::table::{Entry, Table, Text, text_of};
use crate::values;
use jiff::civil::Date;
use std::collections::BTreeMap;
use toml::Spanned;

/// Hours, as good as read but for the holidays that they name.
#[derive(Default)]
pub(crate) struct HoursDraft {
    pub(crate) week: [Vec<OpenSpan>; 7],
    pub(crate) days: BTreeMap<Date, DayHours>,
    pub(crate) holidays: Option<KeptDraft>,
    /// Whether something could not be read, so that they may look closed.
    pub(crate) spans_lost: bool,
}

/// What holds on holidays.
pub(crate) struct KeptDraft {
    /// The name of the calendar.
    pub(crate) calendar: Text,
    pub(crate) red_days: Option<DayHours>,
    pub(crate) eves: Option<DayHours>,
    pub(crate) half_days: Option<DayHours>,
    /// What `closed` and `special` say of what is no date: names of holidays.
    pub(crate) by_name: Vec<(Text, DayHours)>,
}

/// What holds on holidays means nothing without a calendar.
const OF_HOLIDAYS: [&str; 3] = ["red_days", "eves", "half_days"];

pub(super) fn read(_name: &Text, table: &mut Table<'_>, report: &mut Report<'_>) -> HoursDraft {
    let mut hours = HoursDraft::default();
    match table.texts("week", report) {
        Some(lines) => lines.iter().for_each(|line| read_line(&mut hours, line, report)),
        None if table.value("week").is_none() => table.missing("week", report),
        None => {}
    }
    hours.holidays = read_holidays(table, report);
    for day in table.texts("closed", report).unwrap_or_default() {
        add_day(&mut hours, &day, DayHours::CLOSED, report);
    }
    read_special(&mut hours, table, report);
    hours
}

fn read_line(hours: &mut HoursDraft, line: &Text, report: &mut Report<'_>) {
    match values::week_line(line.get_ref()) {
        Ok((days, spans)) => {
            for day in &days {
                let Some(of_day) = hours.week.get_mut(*day) else { continue };
                of_day.extend(&spans);
                of_day.sort_unstable();
            }
            let overlap = days.into_iter().find_map(|day| open_twice(&hours.week, day));
            warn_of(overlap, line, report);
        }
        Err(told) => {
            hours.spans_lost = true;
            report.add(bad_hours(line, told));
        }
    }
}

fn read_holidays(table: &mut Table<'_>, report: &mut Report<'_>) -> Option<KeptDraft> {
    let [red_days, eves, half_days] = OF_HOLIDAYS.map(|key| {
        let text = table.text(key, report)?;
        day_hours(&text, report)
    });
    let calendar = table.text("holidays", report);
    if table.value("holidays").is_none() {
        for key in OF_HOLIDAYS {
            let Some(value) = table.value(key) else { continue };
            let message = format!("`{key}` means nothing where no holidays are kept");
            let remedy = "name them: `holidays = \"NAME\"`, with `[holidays.NAME]` beside it";
            let flaw = Flaw::error("without-holidays", value.span(), message);
            report.add(flaw.suggest(remedy.to_owned()));
        }
    }
    let by_name = Vec::new();
    Some(KeptDraft { calendar: calendar?, red_days, eves, half_days, by_name })
}

fn read_special(hours: &mut HoursDraft, table: &mut Table<'_>, report: &mut Report<'_>) {
    let Some(value) = table.shaped("special", Shape::Map(Box::new(Shape::Text))) else { return };
    let Some(special) = Table::of("special".to_owned(), value, report) else { return };
    for Entry { key, value } in special.entries() {
        let day = Spanned::new(key.span(), key.get_ref().to_string());
        let Some(text) = text_of(day.get_ref(), value, report) else { continue };
        match day_hours(&text, report) {
            Some(holds) => add_day(hours, &day, holds, report),
            None => hours.spans_lost = true,
        }
    }
}

/// `"closed"`, `"week"`, or spans in place of the week.
fn day_hours(text: &Text, report: &mut Report<'_>) -> Option<DayHours> {
    match text.get_ref().as_str() {
        "closed" => return Some(DayHours::CLOSED),
        "week" => return Some(DayHours::AsTheWeek),
        _ => {}
    }
    match values::day_spans(text.get_ref()) {
        Ok(spans) => {
            warn_of(overlapping(&spans), text, report);
            Some(DayHours::Instead(spans))
        }
        Err(told) => {
            let word = !text.get_ref().contains(|letter: char| letter.is_ascii_digit());
            let known =
                || "write \"closed\", \"week\", or spans such as \"08:00-12:00\"".to_owned();
            report.add(bad_hours(text, if word { known() } else { told }));
            None
        }
    }
}

/// A date, or a holiday by its name.
fn add_day(hours: &mut HoursDraft, day: &Text, holds: DayHours, report: &mut Report<'_>) {
    let date = date::of(day.get_ref());
    let (Some(kept), None) = (&mut hours.holidays, date) else {
        let Some(date) = date::read(day, report) else { return };
        if hours.days.insert(date, holds).is_some() {
            report.add(date::twice(date, day));
        }
        return;
    };
    if kept.by_name.iter().any(|(name, _)| name.get_ref() == day.get_ref()) {
        let message = format!("`{}` is written twice", day.get_ref());
        report.add(Flaw::error("duplicate-date", day.span(), message));
    } else {
        kept.by_name.push((day.clone(), holds));
    }
}

/// What opens on a day, or the day after, while it is open already.
fn open_twice(week: &[Vec<OpenSpan>; 7], day: usize) -> Option<OpenSpan> {
    let of = |day: usize| week.get(day % 7).map_or(&[][..], Vec::as_slice);
    let within = overlapping(of(day));
    within.or_else(|| overrun(of(day + 6), of(day))).or_else(|| overrun(of(day), of(day + 1)))
}

/// The first span of a day, if the night before goes on past its beginning.
fn overrun(night: &[OpenSpan], day: &[OpenSpan]) -> Option<OpenSpan> {
    let until = night.iter().map(|span| span.closes).max()?.checked_sub(DAY)?;
    day.first().copied().filter(|first| first.opens < until)
}

/// The first span of a day that begins within the one before it. Spans of one day are in order.
fn overlapping(spans: &[OpenSpan]) -> Option<OpenSpan> {
    let pairs = spans.iter().zip(spans.iter().skip(1));
    pairs.into_iter().find(|(before, after)| before.closes > after.opens).map(|(_, after)| *after)
}

fn warn_of(overlap: Option<OpenSpan>, text: &Text, report: &mut Report<'_>) {
    let Some(span) = overlap else { return };
    let (hour, minute) = (span.opens / 60, span.opens % 60);
    let message = format!("what opens at {hour:02}:{minute:02} is open already");
    let remedy = "write the two as one span, or let one end where the other begins".to_owned();
    report.add(Flaw::warning("spans-overlap", text.span(), message).suggest(remedy));
}

fn bad_hours(text: &Text, told: String) -> Flaw {
    let message = format!("`{}` are no opening hours", text.get_ref());
    Flaw::error("bad-hours", text.span(), message).suggest(told)
}
