//! Calendars of holidays, with what their files hold.

use super::Assembly;
use crate::calendar::{self, Days, LeftOut};
use crate::draft::{HolidaysDraft, Named};
use crate::outside::{Outside, Site};
use crate::plan::{CalendarAt, Holidays, OwnHoliday};
use crate::report::Flaw;
use crate::table::Text;
use std::sync::Arc;
use std::time::Duration;

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
        let of_file = written.body.file.as_ref().map(|file| (file, None));
        let of_url = written.body.url.as_ref().map(|(url, refresh)| (url, Some(*refresh)));
        let mut days = Days::default();
        for (place, refresh) in of_file.into_iter().chain(of_url) {
            let Some(text) = self.calendar_text(place, refresh, site) else { continue };
            // The address of a calendar may be a secret.
            let called = match refresh {
                Some(_) => format!("holidays.{name}"),
                None => place.get_ref().clone(),
            };
            let read = self.days((place, &written.name, &called), &name, text);
            // The first calendar that has a day names it.
            read.once.into_iter().for_each(|(day, called)| {
                days.once.entry(day).or_insert(called);
            });
            days.yearly.extend(read.yearly);
        }
        let Days { once, yearly } = days;
        Holidays { own, country: written.body.country, listed: once, yearly, name }
    }

    /// Calendars at addresses, each address once: two of the same have one copy.
    pub(super) fn calendars(&self) -> Vec<CalendarAt> {
        let mut all: Vec<CalendarAt> = Vec::new();
        for written in self.draft.holidays.iter().take(CALENDARS_MAX) {
            let Some((url, refresh)) = &written.body.url else { continue };
            let (name, url) = (written.name.get_ref().as_str(), url.get_ref().as_str());
            match all.iter_mut().find(|known| *known.url == *url) {
                Some(known) => known.refresh = known.refresh.min(*refresh),
                None => {
                    all.push(CalendarAt { name: name.into(), url: url.into(), refresh: *refresh })
                }
            }
        }
        all
    }

    /// The text of a file, or of what is at an address.
    fn calendar_text(
        &mut self,
        place: &Text,
        refresh: Option<Duration>,
        site: &mut Site<'_>,
    ) -> Option<String> {
        let name = place.get_ref().as_str();
        let (asked, remedy) = match refresh {
            None => (Outside::Calendar(name), "put the calendar beside the dialplan"),
            Some(refresh) => (
                Outside::CalendarAt { url: name, refresh },
                "see that its server gives it to this machine, or save it as a `file` beside the dialplan",
            ),
        };
        let text = (site.outside)(asked);
        if refresh.is_some()
            && text.is_ok()
            && let Ok(told) = (site.outside)(Outside::CalendarNews(name))
        {
            let remedy = "callers go by the copy until the calendar comes".to_owned();
            let flaw = Flaw::warning("calendar-old", place.span(), told);
            self.report.add(flaw.suggest(remedy));
        }
        match text {
            Ok(text) => Some(text),
            Err(told) => {
                let flaw = Flaw::error("calendar-missing", place.span(), told);
                self.report.add(flaw.suggest(remedy.to_owned()));
                None
            }
        }
    }

    /// The days of a calendar. Whoever exports one has other things in it too: they are told and left
    /// out.
    fn days(
        &mut self,
        (file, holder, called): (&Text, &Text, &str),
        name: &Arc<str>,
        text: String,
    ) -> Days {
        let (days, left_out) = match calendar::read(&text, name) {
            Ok(read) => read,
            Err(why) => {
                self.bad_calendar((file, called), &why);
                return Days::default();
            }
        };
        if days.is_empty() {
            self.bad_calendar((file, called), calendar::NO_DAY);
        }
        if !left_out.is_empty() {
            self.tell(&left_out, (file, holder, called), text);
        }
        days
    }

    fn bad_calendar(&mut self, (file, called): (&Text, &str), why: &str) {
        let message = format!("{called}: {why}");
        let remedy = "export it anew as iCalendar, with events of whole days".to_owned();
        self.report.add(Flaw::error("bad-calendar", file.span(), message).suggest(remedy));
    }

    /// Tells what is left out where it stands, in the file of the calendar.
    fn tell(
        &mut self,
        left_out: &[LeftOut],
        (file, holder, called): (&Text, &Text, &str),
        text: String,
    ) {
        let is_file = called == file.get_ref();
        let shown = if is_file { self.report.source.beside(called) } else { called.to_owned() };
        let length = text.len();
        let start = self.report.source.add(shown, text);
        self.report.belongs(start..start + length, &holder.span());
        for LeftOut { span, why } in left_out.iter().take(TOLD_MAX) {
            let flaw =
                Flaw::warning("event-left-out", start + span.start..start + span.end, why.clone());
            self.report.add(flaw.suggest("the event is left out".to_owned()));
        }
        if let Some(untold @ 1..) = left_out.len().checked_sub(TOLD_MAX) {
            let message = format!("{called}: {untold} more are left out");
            self.report.add(Flaw::warning("event-left-out", file.span(), message));
        }
    }
}
