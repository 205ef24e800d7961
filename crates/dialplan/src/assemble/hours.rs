//! Hours and shifts, with the holidays that they keep.

use super::Assembly;
use crate::draft::{DATE_REMEDY, HoursDraft, KeptDraft, Named};
use crate::nearest::did_you_mean;
use crate::plan::{DayHours, HolidayHours, Holidays, Hours};
use crate::report::Flaw;
use std::sync::Arc;

impl Assembly<'_, '_> {
    pub(super) fn hours(
        &mut self,
        written: &[Named<HoursDraft>],
        calendars: &[Arc<Holidays>],
    ) -> Vec<Hours> {
        let hours = |hours: &Named<HoursDraft>| Hours {
            name: hours.name.get_ref().as_str().into(),
            week: hours.body.week.clone(),
            days: hours.body.days.clone(),
            holidays: hours.body.holidays.as_ref().and_then(|kept| self.kept(kept, calendars)),
        };
        written.iter().map(hours).collect()
    }

    fn kept(&mut self, kept: &KeptDraft, calendars: &[Arc<Holidays>]) -> Option<HolidayHours> {
        let name = kept.calendar.get_ref();
        let Some(calendar) = calendars.iter().find(|it| *it.name == **name) else {
            let message = format!("there are no holidays `{name}`");
            let meant = did_you_mean(name, calendars.iter().map(|it| &*it.name));
            let remedy = || format!("write them as `[holidays.{name}]`, with `country` or days");
            let flaw = Flaw::error("undefined-holidays", kept.calendar.span(), message);
            self.report.add(flaw.suggest(meant.unwrap_or_else(remedy)));
            return None;
        };
        self.check_names(kept, calendar);
        let or = |written: &Option<DayHours>, usual| written.clone().unwrap_or(usual);
        let by_name = kept.by_name.iter();
        Some(HolidayHours {
            calendar: Arc::clone(calendar),
            red_days: or(&kept.red_days, DayHours::CLOSED),
            eves: or(&kept.eves, DayHours::CLOSED),
            half_days: or(&kept.half_days, DayHours::AsTheWeek),
            by_name: by_name
                .map(|(name, it)| (name.get_ref().as_str().into(), it.clone()))
                .collect(),
        })
    }

    /// What `closed` and `special` name must be holidays, if they are no dates.
    fn check_names(&mut self, kept: &KeptDraft, calendar: &Holidays) {
        for (text, _) in &kept.by_name {
            let name = text.get_ref();
            if calendar.names().any(|known| known == name) {
                continue;
            }
            let message = format!("`{name}` is no date and no holiday of `{}`", calendar.name);
            let meant = did_you_mean(name, calendar.names());
            let flaw = Flaw::error("bad-date", text.span(), message);
            self.report.add(flaw.suggest(meant.unwrap_or_else(|| DATE_REMEDY.to_owned())));
        }
    }
}
