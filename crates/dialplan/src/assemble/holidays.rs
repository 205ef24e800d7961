//! Calendars of holidays, with what their files hold.

use super::Assembly;
use crate::calendar::{self, Days, LeftOut};
use crate::draft::{HolidaysDraft, Named};
use crate::outside::{Outside, Site};
use crate::plan::{Holidays, OwnHoliday};
use crate::report::Flaw;
use crate::table::Text;
use std::sync::Arc;

/// How many calendars a plan may have.
const CALENDARS_MAX: usize = 64;

/// How many events of one file are told that are left out; the others are counted.
const TOLD_MAX: usize = 10;

impl Assembly<'_, '_> {
    /// The calendars of the plan, in the order of the file.
    pub(super) fn holidays(&mut self, site: &mut Site<'_>) -> Vec<Arc<Holidays>> {
        let draft = self.draft;
        if let Some(further) = draft.holidays.get(CALENDARS_MAX) {
            let message = format!("a plan may have at most {CALENDARS_MAX} calendars of holidays");
            self.report.add(Flaw::error("too-many", further.name.span(), message));
        }
        let calendars = draft.holidays.iter().take(CALENDARS_MAX);
        calendars.map(|written| Arc::new(self.calendar(written, site))).collect()
    }

    fn calendar(&mut self, written: &Named<HolidaysDraft>, site: &mut Site<'_>) -> Holidays {
        let name: Arc<str> = written.name.get_ref().as_str().into();
        let own = written.body.own.iter().map(|(date, day)| {
            let called = day.name.as_ref().map(|text| text.get_ref().as_str().into());
            (*date, OwnHoliday { name: called.unwrap_or_else(|| name.clone()), kind: day.kind })
        });
        let own = own.collect();
        let file = written.body.file.as_ref();
        let days = file.map(|file| self.days((file, &written.name), &name, site));
        let Days { once, yearly } = days.unwrap_or_default();
        Holidays { own, country: written.body.country, listed: once, yearly, name }
    }

    /// The days of a file. Whoever exports a calendar has other things in it too: they are told and left
    /// out.
    fn days(
        &mut self,
        (file, holder): (&Text, &Text),
        name: &Arc<str>,
        site: &mut Site<'_>,
    ) -> Days {
        let text = match (site.outside)(Outside::Calendar(file.get_ref())) {
            Ok(text) => text,
            Err(told) => {
                let remedy = "put the calendar beside the dialplan".to_owned();
                let flaw = Flaw::error("calendar-missing", file.span(), told);
                self.report.add(flaw.suggest(remedy));
                return Days::default();
            }
        };
        let (days, left_out) = match calendar::read(&text, name) {
            Ok(read) => read,
            Err(why) => {
                self.bad_calendar(file, &why);
                return Days::default();
            }
        };
        if days.is_empty() {
            self.bad_calendar(file, "it has no day that can be used");
        }
        if !left_out.is_empty() {
            self.tell(&left_out, file, holder, text);
        }
        days
    }

    fn bad_calendar(&mut self, file: &Text, why: &str) {
        let message = format!("{}: {why}", file.get_ref());
        let remedy = "export it anew as iCalendar, with events of whole days".to_owned();
        self.report.add(Flaw::error("bad-calendar", file.span(), message).suggest(remedy));
    }

    /// Tells what is left out where it stands, in the file of the calendar.
    fn tell(&mut self, left_out: &[LeftOut], file: &Text, holder: &Text, text: String) {
        let called = self.report.source.beside(file.get_ref());
        let length = text.len();
        let start = self.report.source.add(called, text);
        self.report.belongs(start..start + length, &holder.span());
        for LeftOut { span, why } in left_out.iter().take(TOLD_MAX) {
            let flaw =
                Flaw::warning("event-left-out", start + span.start..start + span.end, why.clone());
            self.report.add(flaw.suggest("the event is left out".to_owned()));
        }
        if let Some(untold @ 1..) = left_out.len().checked_sub(TOLD_MAX) {
            let message = format!("{}: {untold} more are left out", file.get_ref());
            self.report.add(Flaw::warning("event-left-out", file.span(), message));
        }
    }
}
