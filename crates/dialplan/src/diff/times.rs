//! Hours, shifts and holidays as subjects.

use super::facts::{Subject, Words, word};
use crate::plan::{DAY, DayHours, HolidayHours, Holidays, Hours, OpenSpan, OwnHoliday};
use std::collections::BTreeMap;

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

impl Words<'_> {
    pub(super) fn hours(&self, kind: &str, hours: &Hours) -> Subject {
        let Hours { name, week, days, holidays } = hours;
        let mut subject = Subject::new(kind, name);
        for (day, spans) in DAYS.iter().zip(week) {
            subject.text(day, written_spans(spans));
        }
        for (day, holds) in days {
            subject.text(&day.to_string(), written(holds));
        }
        if let Some(HolidayHours { calendar, red_days, eves, half_days, by_name }) = holidays {
            subject.text("holidays", &calendar.name);
            let kinds = [("red_days", red_days), ("eves", eves), ("half_days", half_days)];
            for (kind, holds) in kinds {
                subject.text(kind, written(holds));
            }
            for (holiday, holds) in by_name {
                subject.text(holiday, written(holds));
            }
        }
        subject
    }

    /// The calendars that some hours keep, in the order of their names.
    pub(super) fn calendars(&self) -> Vec<Subject> {
        let all = self.0.hours.iter().chain(&self.0.shifts);
        let kept = all.filter_map(|hours| hours.holidays.as_ref()).map(|kept| &kept.calendar);
        let by_name: BTreeMap<_, _> = kept.map(|calendar| (&calendar.name, calendar)).collect();
        by_name.into_values().map(|calendar| calendar_facts(calendar)).collect()
    }
}

fn calendar_facts(calendar: &Holidays) -> Subject {
    let Holidays { name, country, own, listed, yearly } = calendar;
    let mut subject = Subject::new("holidays", name);
    subject.perhaps("country", country.as_ref().map(word));
    for (day, OwnHoliday { name, kind }) in own {
        subject.text(&day.to_string(), format!("{name} ({})", word(kind)));
    }
    for (day, name) in listed {
        subject.text(&format!("{day} of the file"), name);
    }
    for every in yearly {
        // The rule of a calendar's file has no shorter form that people would know.
        subject.text(&format!("{} every year", every.name), format!("{every:?}"));
    }
    subject
}

fn written(holds: &DayHours) -> String {
    match holds {
        DayHours::AsTheWeek => "week".to_owned(),
        DayHours::Instead(spans) => written_spans(spans),
    }
}

fn written_spans(spans: &[OpenSpan]) -> String {
    let minute = |at: u16| format!("{:02}:{:02}", at / 60 % 24, at % 60);
    let written = |span: &OpenSpan| match span.closes {
        DAY => format!("{}-24:00", minute(span.opens)),
        closes => format!("{}-{}", minute(span.opens), minute(closes)),
    };
    let spans: Vec<_> = spans.iter().map(written).collect();
    if spans.is_empty() { "closed".to_owned() } else { spans.join(", ") }
}
