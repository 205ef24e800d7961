//! The Swedish year.
//!
//! - **Red days** are those of *lag (1989:253) om allmänna helgdagar*, as it stands since 2005.
//!   Sundays are red too; the week of opening hours knows them.
//! - **Eves** are the three ordinary days that *semesterlag (1977:480)* 3 a § holds equal to Sundays.
//! - **Half days** are by custom alone: the five on which the stock exchange and the banks stop early,
//!   and before which most agreements shorten the day. Whoever works through them says nothing of them.

use super::easter::easter;
use super::{Holiday, HolidayKind};
use jiff::civil::{Date, Weekday};

/// What they are called, in the order of the year.
pub(super) const NAMES: [&str; 21] = [
    "nyårsdagen",
    "trettondagsafton",
    "trettondedag jul",
    "skärtorsdagen",
    "långfredagen",
    "påskdagen",
    "annandag påsk",
    "valborgsmässoafton",
    "första maj",
    "dagen före Kristi himmelsfärdsdag",
    "Kristi himmelsfärdsdag",
    "pingstdagen",
    "nationaldagen",
    "midsommarafton",
    "midsommardagen",
    "dagen före alla helgons dag",
    "alla helgons dag",
    "julafton",
    "juldagen",
    "annandag jul",
    "nyårsafton",
];

/// The Swedish holiday that a day is, if it is one.
pub(super) fn on(date: Date) -> Option<Holiday<'static>> {
    let found = [by_date(date), by_weekday(date), by_easter(date)];
    found.into_iter().flatten().min_by_key(|holiday| holiday.kind)
}

/// Those that have a date.
fn by_date(date: Date) -> Option<Holiday<'static>> {
    Some(match (date.month(), date.day()) {
        (1, 1) => red("nyårsdagen"),
        (1, 5) => half("trettondagsafton"),
        (1, 6) => red("trettondedag jul"),
        (4, 30) => half("valborgsmässoafton"),
        (5, 1) => red("första maj"),
        (6, 6) => red("nationaldagen"),
        (12, 24) => eve("julafton"),
        (12, 25) => red("juldagen"),
        (12, 26) => red("annandag jul"),
        (12, 31) => eve("nyårsafton"),
        _ => return None,
    })
}

/// Those that have a weekday between two dates.
fn by_weekday(date: Date) -> Option<Holiday<'static>> {
    let is = |weekday, first, last| {
        date.weekday() == weekday && (first..=last).contains(&(date.month(), date.day()))
    };
    let days = [
        ((Weekday::Friday, (6, 19), (6, 25)), eve("midsommarafton")),
        ((Weekday::Saturday, (6, 20), (6, 26)), red("midsommardagen")),
        ((Weekday::Friday, (10, 30), (11, 5)), half("dagen före alla helgons dag")),
        ((Weekday::Saturday, (10, 31), (11, 6)), red("alla helgons dag")),
    ];
    let found = days.into_iter().find(|((weekday, first, last), _)| is(*weekday, *first, *last));
    found.map(|(_, holiday)| holiday)
}

/// Those that move with Easter.
fn by_easter(date: Date) -> Option<Holiday<'static>> {
    let easter = easter(date.year());
    Some(match date.day_of_year() - easter.day_of_year() {
        -3 => half("skärtorsdagen"),
        -2 => red("långfredagen"),
        0 => red("påskdagen"),
        1 => red("annandag påsk"),
        38 => half("dagen före Kristi himmelsfärdsdag"),
        39 => red("Kristi himmelsfärdsdag"),
        49 => red("pingstdagen"),
        _ => return None,
    })
}

const fn red(name: &'static str) -> Holiday<'static> {
    Holiday { name, kind: HolidayKind::Red }
}

const fn eve(name: &'static str) -> Holiday<'static> {
    Holiday { name, kind: HolidayKind::Eve }
}

const fn half(name: &'static str) -> Holiday<'static> {
    Holiday { name, kind: HolidayKind::Half }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_holiday_has_its_name_in_the_list_and_comes_every_year() {
        for year in 2005..=2105 {
            let new_year = Date::new(year, 1, 1).unwrap();
            let days = new_year.series(jiff::ToSpan::days(1)).take_while(|day| day.year() == year);
            let found: BTreeSet<_> = days.filter_map(on).map(|holiday| holiday.name).collect();
            let mut listed = BTreeSet::from(NAMES);
            // Two of them can come together.
            listed.retain(|name| found.contains(name) || !may_be_hidden(name));
            assert_eq!(found, listed, "{year}");
        }
    }

    /// Ascension Day can be the first of May, and Pentecost the sixth of June.
    fn may_be_hidden(name: &str) -> bool {
        let moving = ["Kristi himmelsfärdsdag", "dagen före Kristi himmelsfärdsdag", "pingstdagen"];
        moving.contains(&name)
    }
}
