//! `[holidays.NAME]` as it is written.

use super::date;
use crate::plan::{Country, HolidayKind};
use crate::report::{Flaw, Report};
use crate::schema::Shape;
use crate::table::{Table, Text, text_of};
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::time::Duration;
use toml::Spanned;

/// For how long a copy of a calendar can be good.
const REFRESH: RangeInclusive<Duration> =
    Duration::from_secs(10)..=Duration::from_secs(30 * 24 * 3_600);
/// For how long it is, where the plan says nothing.
const REFRESH_USUAL: Duration = Duration::from_secs(3_600);

/// A calendar of holidays.
pub(crate) struct HolidaysDraft {
    pub(crate) country: Option<Country>,
    /// The file of a calendar, beside the plan.
    pub(crate) file: Option<Text>,
    /// Where a calendar is, and for how long a copy of it is good.
    pub(crate) url: Option<(Text, Duration)>,
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
    if ["country", "file", "url", "red_days", "eves", "half_days"]
        .iter()
        .all(|key| table.value(key).is_none())
    {
        let message = format!("`{}` has no day", table.name);
        let remedy = "write `country`, such as \"se\", the `file` or the `url` of a calendar, or days of your own as \
                      `red_days`, `eves` or `half_days`";
        let flaw = Flaw::error("no-holidays", table.span.clone(), message);
        report.add(flaw.suggest(remedy.to_owned()));
    }
    HolidaysDraft {
        country: table.choice("country", [("se", Country::Sweden)], report),
        file: table.text("file", report),
        url: read_url(table, report),
        own,
    }
}

/// An address with how long a copy is good.
fn read_url(table: &mut Table<'_>, report: &mut Report<'_>) -> Option<(Text, Duration)> {
    let refresh = table.length("refresh", REFRESH, report);
    let url = table.text("url", report);
    if let (None, Some(value)) = (&url, table.value("refresh")) {
        let message = format!("`{}` has `refresh` and no `url`", table.name);
        report.add(Flaw::error("no-url", value.span(), message));
    }
    let url = url?;
    let address = url.get_ref();
    let rest = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"));
    let host = rest.and_then(|rest| rest.split(['/', '?', '#']).next());
    let fits = |host: &str| !host.is_empty() && !address.contains(|c: char| c <= ' ' || c == '"');
    if !host.is_some_and(fits) {
        let message = format!("`{address}` is no address of a calendar");
        let remedy = match address.strip_prefix("webcal://") {
            Some(rest) => format!("write \"https://{rest}\": it is the same calendar"),
            None => "write it as \"https://calendar.example/holidays.ics\"".to_owned(),
        };
        report.add(Flaw::error("bad-url", url.span(), message).suggest(remedy));
        return None;
    }
    Some((url, refresh.unwrap_or(REFRESH_USUAL)))
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
