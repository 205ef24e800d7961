//! The days of a calendar's file: iCalendar (RFC 5545), as far as holidays go.
//!
//! Read are events of whole days (`DTSTART;VALUE=DATE`), with their end or duration, and those that come
//! back every year. Our own reader, since libraries tell neither the line of what they do not understand,
//! nor anything of the rest of a file in which one line is broken.

mod content_line;
mod event;
mod recurrence;

use crate::plan::Yearly;
use content_line::{ContentLine, content_lines};
use jiff::ToSpan;
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// How many events a calendar may have.
pub const CALENDAR_EVENTS_MAX: usize = 10_000;

/// How many days all events together may take that do not come back.
const DAYS_MAX: usize = 100_000;

/// How many events may come back every year: each is looked at for each day.
const YEARLY_MAX: usize = 256;

/// The days of a calendar.
#[derive(Debug, Default)]
pub(crate) struct Days {
    /// Single days by name; the first event of a day counts.
    pub(crate) once: BTreeMap<Date, Arc<str>>,
    pub(crate) yearly: Vec<Yearly>,
}

/// Whether a text is a calendar that holidays can be read from: who keeps a copy keeps nothing else.
///
/// # Errors
/// Why it is not, in words.
pub fn check_calendar(text: &str) -> Result<(), String> {
    let (days, _) = read(text, &Arc::from(""))?;
    if days.is_empty() { Err(NO_DAY.to_owned()) } else { Ok(()) }
}

/// No calendar has more lines.
const LINES_MAX: usize = 200_000;

/// Said of a calendar with nothing in it.
pub(crate) const NO_DAY: &str = "it has no day that can be used";

/// Something that can not be used, and where it stands.
#[derive(Debug)]
pub(crate) struct LeftOut {
    pub(crate) span: Range<usize>,
    pub(crate) why: String,
}

/// What an event is.
enum Event {
    /// A day, or several in a row.
    Once {
        name: Option<String>,
        first: Date,
        days: u16,
    },
    Yearly(Yearly),
    /// It does not take place.
    Cancelled,
}

/// Reads a file. Events without a name go by `name`. What can not be used is beside the days; nothing in
/// a file that is no calendar can.
pub(crate) fn read(text: &str, name: &Arc<str>) -> Result<(Days, Vec<LeftOut>), String> {
    if text.lines().nth(LINES_MAX).is_some() {
        return Err(format!("it has more than {LINES_MAX} lines"));
    }
    let lines = content_lines(text);
    let is_calendar = |line: &ContentLine| line.is("BEGIN", "VCALENDAR");
    if !lines.first().is_some_and(|line| line.as_ref().is_ok_and(is_calendar)) {
        return Err("it is no iCalendar file: it does not begin with BEGIN:VCALENDAR".to_owned());
    }
    let (mut days, mut left_out, mut events) = (Days::default(), Vec::new(), 0);
    let mut open: Option<Opened> = None;
    // What is in a zone, a to-do or an alarm is none of ours, though it may look alike.
    let mut within: Vec<String> = Vec::new();
    for line in lines {
        let line = match line {
            Ok(line) => line,
            Err(broken) => {
                left_out.push(broken);
                continue;
            }
        };
        match line.name.as_str() {
            "BEGIN" => {
                within.push(line.value.to_uppercase());
                if is_event(&within) {
                    events += 1;
                    open = Some(Opened { begin: line.span, lines: Vec::new() });
                }
            }
            "END" => {
                if is_event(&within)
                    && let Some(event) = open.take()
                {
                    let Opened { begin, lines } = event;
                    let read = event::read(&lines, begin.clone(), name);
                    let added = read.and_then(|event| days.add(event, begin, name));
                    left_out.extend(added.err());
                }
                within.pop();
            }
            _ if is_event(&within) => open.iter_mut().for_each(|it| it.lines.push(line.clone())),
            _ => {}
        }
        if events > CALENDAR_EVENTS_MAX {
            return Err(format!("it has more than {CALENDAR_EVENTS_MAX} events"));
        }
    }
    left_out.extend(open.map(|event| LeftOut {
        span: event.begin,
        why: "this event has no END:VEVENT".to_owned(),
    }));
    left_out.sort_by_key(|it| it.span.start);
    Ok((days, left_out))
}

/// An event that is being read.
struct Opened {
    begin: Range<usize>,
    lines: Vec<ContentLine>,
}

fn is_event(within: &[String]) -> bool {
    within.iter().map(String::as_str).eq(["VCALENDAR", "VEVENT"])
}

impl Days {
    /// Whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        self.once.is_empty() && self.yearly.is_empty()
    }

    fn add(
        &mut self,
        event: Event,
        span: Range<usize>,
        calendar: &Arc<str>,
    ) -> Result<(), LeftOut> {
        let full = |why| Err(LeftOut { span, why });
        match event {
            Event::Cancelled => Ok(()),
            Event::Yearly(_) if self.yearly.len() == YEARLY_MAX => {
                full(format!("more than {YEARLY_MAX} events come back every year"))
            }
            Event::Yearly(yearly) => {
                self.yearly.push(yearly);
                Ok(())
            }
            Event::Once { days, .. } if self.once.len() + usize::from(days) > DAYS_MAX => {
                full(format!("the events take more than {DAYS_MAX} days"))
            }
            Event::Once { name, first, days } => {
                let name = name.map_or_else(|| calendar.clone(), Arc::from);
                for day in first.series(1.days()).take(days.into()) {
                    self.once.entry(day).or_insert_with(|| name.clone());
                }
                Ok(())
            }
        }
    }
}
