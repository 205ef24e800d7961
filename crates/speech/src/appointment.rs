//! A time that is agreed on with somebody, as a sequence of prompts.

use crate::{DateForm, Kind, Value, each_once, prompts, say};
use jiff::ToSpan as _;
use jiff::civil::{Date, DateTime};
use std::borrow::Cow;

const TODAY: &str = "callback/today";
const TOMORROW: &str = "callback/tomorrow";
/// So many days ahead a day of the week is no other one yet.
const WEEKDAY_DAYS_MAX: i32 = 6;

/// A time that is agreed on, and the day on which somebody is told of it: both by the clock of the centre.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Appointment {
    /// When it is.
    pub at: DateTime,
    /// On which day it is told.
    pub today: Date,
}

/// The names of the prompts that say when it is: the day in as few words as say which, and the time of the day.
///
/// ```
/// use jiff::civil::date;
/// use speech::Appointment;
/// let today = date(2026, 11, 27);
/// let said = |at| speech::appointment("sv", Appointment { at, today });
/// assert_eq!(
///     said(date(2026, 11, 27).at(14, 0, 0, 0)),
///     ["callback/today", "clock/clock", "numbers/14"]
/// );
/// assert_eq!(said(date(2026, 11, 28).at(14, 0, 0, 0))[0], "callback/tomorrow");
/// assert_eq!(said(date(2026, 11, 30).at(14, 0, 0, 0))[0], "weekdays/monday");
/// ```
///
/// Swedish and English say the day before the time, and so does, until it is taught better, every other language tag.
#[must_use]
pub fn appointment(language: &str, appointment: Appointment) -> Vec<Cow<'static, str>> {
    let Appointment { at, today } = appointment;
    let mut said = day(language, at.date(), today);
    said.extend(say(language, &Value::Clock(at.time())));
    said
}

fn day(language: &str, date: Date, today: Date) -> Vec<Cow<'static, str>> {
    match today.until(date).map(|away| away.get_days()) {
        Ok(0) => vec![TODAY.into()],
        Ok(1) => vec![TOMORROW.into()],
        Ok(2..=WEEKDAY_DAYS_MAX) => say(language, &Value::Weekday(date.weekday())),
        Ok(_) | Err(_) => say(language, &Value::Date { date, form: DateForm::Weekday }),
    }
}

/// Every prompt that [`appointment`] may name in this language, each once: what must be recorded before times can be
/// offered.
pub fn appointment_prompts(language: &str) -> impl Iterator<Item = Cow<'static, str>> {
    // A leap year has every day that there is.
    let first = Date::constant(2024, 1, 1);
    let dates = (0..366).filter_map(move |ahead| first.checked_add(ahead.days()).ok());
    let form = DateForm::Weekday;
    let dates = dates.flat_map(move |date| say(language, &Value::Date { date, form }));
    let near = [TODAY, TOMORROW].into_iter().map(Cow::from);
    let times = [Kind::Weekday, Kind::Clock].into_iter().flat_map(|kind| prompts(language, kind));
    each_once(near.chain(times).chain(dates))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::Time;
    use std::collections::BTreeSet;

    fn said(language: &str, at: &str) -> String {
        let at = at.parse().unwrap_or(DateTime::MIN);
        let today = Date::constant(2026, 11, 27);
        appointment(language, Appointment { at, today }).join(" ")
    }

    #[test]
    fn a_day_is_said_in_as_few_words_as_say_which() {
        assert_eq!(said("sv", "2026-11-27T09:00"), "callback/today clock/clock numbers/9");
        assert_eq!(said("sv", "2026-11-28T09:00"), "callback/tomorrow clock/clock numbers/9");
        assert_eq!(said("sv", "2026-11-29T09:00"), "weekdays/sunday clock/clock numbers/9");
        assert_eq!(said("sv", "2026-12-03T09:00"), "weekdays/thursday clock/clock numbers/9");
        let friday = "weekdays/friday words/the ordinals/4 months/december clock/clock numbers/9";
        assert_eq!(said("sv", "2026-12-04T09:00"), friday, "today is a Friday, too");
        assert_eq!(said("en", "2026-11-27T14:30"), "callback/today numbers/2 numbers/30 clock/pm");
    }

    #[test]
    fn every_prompt_that_a_time_needs_is_listed_once() {
        for language in ["sv", "en"] {
            let listed: Vec<_> = appointment_prompts(language).collect();
            let known: BTreeSet<_> = listed.iter().cloned().collect();
            assert_eq!(listed.len(), known.len());
            let today = Date::constant(2026, 2, 27);
            let mut at = today.to_datetime(Time::MIN);
            while at.date() < Date::constant(2027, 3, 2) {
                for name in appointment(language, Appointment { at, today }) {
                    assert!(known.contains(&name), "{name}");
                }
                at = at.checked_add(67.minutes()).unwrap_or(DateTime::MAX);
            }
        }
    }
}
