//! `[holidays.NAME]` as it is written.

use super::date;
use crate::plan::{Country, HolidayKind};
use crate::report::{Flaw, Report};
use crate::schema::Shape;
use crate::table::{Table, Text, text_of};
use jiff::civil::Date;
use std::collections::BTreeMap;
use toml::Spanned;

/// A calendar of holidays.
pub(crate) struct HolidaysDraft {
    pub(crate) country: Option<Country>,
    /// The file of a calendar, beside the plan.
    pub(crate) file: Option<Text>,
    pub(crate) own: BTreeMap<Date, OwnDraft>,
}

/// A day of one's own.
pub(crate) struct OwnDraft {
    /// None: it goes by the name of the calendar.
    pub(crate) name: Option<Text>,
    pub(crate) kind: HolidayKind,
}

pub(super) fn read(_name: &Text, table: &mut Table<'_>, report: &mut Report<'_>) -> HolidaysDraft {
    let kinds = [
        ("red_days", HolidayKind::Red),
        ("eves", HolidayKind::Eve),
        ("half_days", HolidayKind::Half),
    ];
    let mut own = BTreeMap::new();
    for (key, kind) in kinds {
        read_days(&mut own, (key, kind), table, report);
    }
    if ["country", "file", "red_days", "eves", "half_days"]
        .iter()
        .all(|key| table.value(key).is_none())
    {
        let message = format!("`{}` has no day", table.name);
        let remedy = "write `country`, such as \"se\", the `file` of a calendar, or days of your own as \
                      `red_days`, `eves` or `half_days`";
        let flaw = Flaw::error("no-holidays", table.span.clone(), message);
        report.add(flaw.suggest(remedy.to_owned()));
    }
    HolidaysDraft {
        country: table.choice("country", [("se", Country::Sweden)], report),
        file: table.text("file", report),
        own,
    }
}

/// A list of dates, or a table of dates with their names.
fn read_days(
    own: &mut BTreeMap<Date, OwnDraft>,
    (key, kind): (&'static str, HolidayKind),
    table: &mut Table<'_>,
    report: &mut Report<'_>,
) {
    let names = Shape::Map(Box::new(Shape::Text));
    let Some(value) = table.shaped(key, Shape::Either(vec![Shape::Texts, names])) else { return };
    let days: Vec<(Text, Option<Text>)> = if value.get_ref().is_table() {
        let named = Table::of(key.to_owned(), value, report);
        let entries = named.map(|table| table.entries()).unwrap_or_default();
        let read = entries.into_iter().filter_map(|entry| {
            let date = Spanned::new(entry.key.span(), entry.key.get_ref().to_string());
            let name = text_of(date.get_ref(), entry.value, report)?;
            Some((date, Some(name)))
        });
        read.collect()
    } else {
        let dates = table.texts(key, report).unwrap_or_default();
        dates.into_iter().map(|date| (date, None)).collect()
    };
    for (text, name) in days {
        let Some(day) = date::read(&text, report) else { continue };
        if own.insert(day, OwnDraft { name, kind }).is_some() {
            report.add(date::twice(day, &text));
        }
    }
}
