//! `[hours.NAME]` as it is written.

use crate::OpenSpan;
use crate::report::{Flaw, Report};
use crate::table::{Table, Text, text_of};
use crate::values;
use jiff::civil::Date;
use std::collections::BTreeMap;
use toml::Spanned;

/// Opening hours; nothing in them is a name, so they are as good as read.
#[derive(Default)]
pub(crate) struct HoursDraft {
    pub(crate) week: [Vec<OpenSpan>; 7],
    pub(crate) days: BTreeMap<Date, Vec<OpenSpan>>,
}

pub(super) fn read(_name: &Text, table: &mut Table<'_>, report: &mut Report<'_>) -> HoursDraft {
    let mut hours = HoursDraft::default();
    match table.texts("week", report) {
        Some(lines) => lines.iter().for_each(|line| read_line(&mut hours, line, report)),
        None if table.value("week").is_none() => table.missing("week", report),
        None => {}
    }
    for date in table.texts("closed", report).unwrap_or_default() {
        add_day(&mut hours, &date, Vec::new(), report);
    }
    read_special(&mut hours, table, report);
    hours
}

fn read_line(hours: &mut HoursDraft, line: &Text, report: &mut Report<'_>) {
    match values::week_line(line.get_ref()) {
        Ok((days, spans)) => {
            for day in days {
                hours.week.iter_mut().skip(day).take(1).for_each(|of_day| of_day.extend(&spans));
            }
        }
        Err(told) => report.add(bad_hours(line, told)),
    }
}

fn read_special(hours: &mut HoursDraft, table: &mut Table<'_>, report: &mut Report<'_>) {
    let Some(value) = table.value("special") else { return };
    let Some(special) = Table::of("special".to_owned(), value, report) else { return };
    for entry in special.entries() {
        let date = Spanned::new(entry.key.span(), entry.key.get_ref().to_string());
        let Some(text) = text_of(date.get_ref(), entry.value, report) else { continue };
        match values::day_spans(text.get_ref()) {
            Ok(spans) => add_day(hours, &date, spans, report),
            Err(told) => report.add(bad_hours(&text, told)),
        }
    }
}

fn add_day(hours: &mut HoursDraft, date: &Text, spans: Vec<OpenSpan>, report: &mut Report<'_>) {
    let Some(day) = read_date(date.get_ref()) else {
        let message = format!("`{}` is no date", date.get_ref());
        let remedy = "write year, month and day, such as \"2026-12-24\"".to_owned();
        report.add(Flaw::error("bad-date", date.span(), message).suggest(remedy));
        return;
    };
    if hours.days.insert(day, spans).is_some() {
        let message = format!("{day} is written twice");
        report.add(Flaw::error("duplicate-date", date.span(), message));
    }
}

/// Only the plain form: a date with a time or a zone would be taken for a day of another clock.
pub(crate) fn read_date(text: &str) -> Option<Date> {
    text.parse().ok().filter(|date: &Date| date.to_string() == text)
}

fn bad_hours(text: &Text, told: String) -> Flaw {
    let message = format!("`{}` are no opening hours", text.get_ref());
    Flaw::error("bad-hours", text.span(), message).suggest(told)
}
