//! Dates as they are written.

use crate::report::{Flaw, Report};
use crate::table::Text;
use jiff::civil::Date;

/// Takes a text for a date, or says that it is none.
pub(super) fn read(text: &Text, report: &mut Report<'_>) -> Option<Date> {
    let date = of(text.get_ref());
    if date.is_none() {
        let message = format!("`{}` is no date", text.get_ref());
        report.add(Flaw::error("bad-date", text.span(), message).suggest(REMEDY.to_owned()));
    }
    date
}

/// How a date is written.
pub(crate) const REMEDY: &str = "write year, month and day, such as \"2026-12-24\"";

/// Only the plain form: a date with a time or a zone would be taken for a day of another clock.
pub(crate) fn of(text: &str) -> Option<Date> {
    text.parse().ok().filter(|date: &Date| date.to_string() == text)
}

/// Says that a date stands in a place where it stands already.
pub(super) fn twice(date: Date, text: &Text) -> Flaw {
    Flaw::error("duplicate-date", text.span(), format!("{date} is written twice"))
}
