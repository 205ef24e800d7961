//! Days on which the country, the trade or the house keeps other hours, each with its name.

mod easter;
mod sweden;
mod yearly;

pub use yearly::{YearDay, Yearly};

use jiff::civil::Date;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// A calendar of holidays: those of a country, and days of one's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holidays {
    /// The name in the file.
    pub name: Arc<str>,
    /// The country whose holidays are among them.
    pub country: Option<Country>,
    /// Days of one's own, which stand over all others.
    pub own: BTreeMap<Date, OwnHoliday>,
    /// Red days of a calendar's file, by their names.
    pub listed: BTreeMap<Date, Arc<str>>,
    /// Red days of a calendar's file that come back every year.
    pub yearly: Vec<Yearly>,
}

/// A calendar of holidays at an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalendarAt {
    /// The name of the holidays in the file.
    pub name: Arc<str>,
    /// The address. It may be a secret of who keeps the calendar.
    pub url: Arc<str>,
    /// For how long a copy of it is good.
    pub refresh: Duration,
}

/// A country whose holidays are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Country {
    /// Sweden, by *lagen om allmänna helgdagar* and by custom.
    Sweden,
}

/// A day that the plan itself lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnHoliday {
    /// What people call it.
    pub name: Arc<str>,
    /// How it is kept.
    pub kind: HolidayKind,
}

/// One holiday.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holiday<'h> {
    /// What people call it, such as `julafton`.
    pub name: &'h str,
    /// How it is kept.
    pub kind: HolidayKind,
}

/// How a holiday is kept. Where a day is of two kinds the first one counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum HolidayKind {
    /// A holiday by law, printed in red in a Swedish almanac.
    Red,
    /// An ordinary day by law on which nobody works, such as Christmas Eve.
    Eve,
    /// A day on which many stop at noon, such as the day before a red one.
    Half,
}

impl Holidays {
    /// The names of all its holidays.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        let of_country = match self.country {
            Some(Country::Sweden) => sweden::NAMES.as_slice(),
            None => &[],
        };
        let of_file = self.listed.values().chain(self.yearly.iter().map(|yearly| &yearly.name));
        let own = self.own.values().map(|own| &own.name);
        own.chain(of_file).map(|name| &**name).chain(of_country.iter().copied())
    }

    /// The holiday that a day is, if it is one.
    #[must_use]
    pub fn on(&self, date: Date) -> Option<Holiday<'_>> {
        if let Some(OwnHoliday { name, kind }) = self.own.get(&date) {
            return Some(Holiday { name, kind: *kind });
        }
        let of_country = match self.country {
            Some(Country::Sweden) => sweden::on(date),
            None => None,
        };
        let of_file = || Some(Holiday { name: self.in_file(date)?, kind: HolidayKind::Red });
        match of_country {
            Some(Holiday { kind: HolidayKind::Red, .. }) => of_country,
            Some(_) | None => of_file().or(of_country),
        }
    }

    fn in_file(&self, date: Date) -> Option<&str> {
        let yearly = || self.yearly.iter().find(|it| it.holds(date)).map(|it| &it.name);
        self.listed.get(&date).or_else(yearly).map(|name| &**name)
    }
}
