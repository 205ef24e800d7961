//! What the clock shows when the calls come: any hour of any day, a holiday, midnight, or the night in which clocks
//! are moved. A few seconds later a minute begins at which things open and close.

use jiff::civil::{Date, DateTime, Time, date};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, ToSpan, Zoned};
use rand::RngExt;
use rand::rngs::StdRng;
use std::fmt::Write;

/// Where a centre may stand: its clock is not that of who tries it.
const TIMEZONES: [&str; 5] =
    ["Europe/Stockholm", "UTC", "Pacific/Auckland", "America/St_Johns", "Asia/Kathmandu"];

/// Days that are more than their weekday, of each kind some.
const DAYS: [Date; 9] = [
    date(2026, 12, 24),
    date(2026, 12, 25),
    date(2026, 12, 31),
    date(2027, 1, 5),
    date(2026, 4, 2),
    date(2026, 6, 19),
    date(2026, 10, 30),
    date(2028, 2, 29),
    date(2027, 5, 6),
];

/// The first of the days that are drawn, and how many.
const FIRST: Date = date(2026, 1, 1);
const DAYS_MAX: i64 = 1_000;

/// The opening hours of each plan. Those called `open` and `closed` are so while calls are on.
const HOURS: [&str; 9] =
    ["open", "closed", "closes", "lasts", "opens", "kept", "once", "tomorrow", "today"];

/// When the calls of a plan come.
#[derive(Debug)]
pub(super) struct Calendar {
    /// When they are dialled, by the clock of the centre.
    pub(super) calls_at: Zoned,
    /// The minute that begins a few seconds later.
    turn: Zoned,
    /// What is said of a day in the list of holidays, beside those of Sweden.
    own_day: &'static str,
}

impl Calendar {
    pub(super) fn of(random: &mut StdRng) -> Self {
        let zone = TIMEZONES[random.random_range(0..TIMEZONES.len())];
        let zone = TimeZone::get(zone).expect("these zones are known");
        let hours = 24 * random.random_range(0..DAYS_MAX);
        let day = FIRST.saturating_add(SignedDuration::from_hours(hours));
        let time = Time::constant(
            random.random_range(0..24),
            [0, 15, 30, 45][random.random_range(0..4)],
            0,
            0,
        );
        let turn = match random.random_range(0..4) {
            0 => clocks_are_moved(&zone, day),
            1 => Some(in_zone(day.at(0, 0, 0, 0), &zone)),
            2 => Some(in_zone(DAYS[random.random_range(0..DAYS.len())].to_datetime(time), &zone)),
            _ => None,
        };
        let turn = turn.unwrap_or_else(|| in_zone(day.to_datetime(time), &zone));
        let calls_at = &turn - random.random_range(8..13).seconds();
        let own_day = ["none", "half_days", "eves", "red_days"][random.random_range(0..4)];
        Self { calls_at, turn, own_day }
    }

    /// What a plan says of it.
    pub(super) fn write(&self) -> String {
        let (before, at) = (self.calls_at.date(), self.turn.datetime());
        let by_name = (self.calls_at.strftime("%a").to_string()).to_lowercase();
        let (first, last) = (of_day(self.edges()[0]), of_day(self.edges()[1]));
        let hour = |more: i64| of_day(at.saturating_add(SignedDuration::from_hours(more)).time());
        let every_day = |from: &str, to: &str| format!("week = [\"mon-sun {from}-{to}\"]\n");
        // What ends with the day.
        let until = |end: &str| match end {
            "00:00" => "00:00-24:00".to_owned(),
            end => format!("00:00-{end}"),
        };
        let mut text = "[holidays.kept]\ncountry = \"se\"\n".to_owned();
        if self.own_day != "none" {
            let _ = writeln!(text, "{} = [\"{}\"]", self.own_day, at.date());
        }
        for name in HOURS {
            let hours = match name {
                "open" => every_day(&hour(-2), &hour(2)),
                "closed" => every_day(&hour(2), &hour(6)),
                "closes" => every_day(&hour(-4), &first),
                "lasts" => every_day(&hour(-4), &last),
                "opens" => every_day(&last, &hour(4)),
                "kept" => format!(
                    "week = [\"mon-sat 00:00-24:00\"]\nholidays = \"kept\"\n\
                     eves = \"{}\"\nhalf_days = \"{}\"\n",
                    until(&first),
                    until(&last)
                ),
                "once" => {
                    format!("week = []\nspecial = {{ \"{before}\" = \"{}\" }}\n", until(&first))
                }
                "tomorrow" => {
                    format!("week = []\nspecial = {{ \"{}\" = \"{last}-24:00\" }}\n", at.date())
                }
                _ => format!("week = [\"{by_name} 00:00-24:00\"]\n"),
            };
            let _ = write!(text, "[hours.{name}]\n{hours}");
        }
        text
    }

    /// Some opening hours.
    pub(super) fn hours(random: &mut StdRng) -> &'static str {
        HOURS[random.random_range(0..HOURS.len())]
    }

    /// A test that asks what the clock shows.
    pub(super) fn test(&self, random: &mut StdRng) -> String {
        let edge = of_day(self.edges()[random.random_range(0..2)]);
        let far = (self.turn.hour() + [2, 6, 12, 18, 22][random.random_range(0..5)]) % 24;
        let today = self.calls_at.date();
        let by_name = (self.calls_at.strftime("%a").to_string()).to_lowercase();
        let hours = Self::hours(random);
        match random.random_range(0..8) {
            0 => format!("time >= {far:02}:00"),
            1 => format!("time < {far:02}:30 and not withheld"),
            2 => format!("time < {edge}"),
            3 => format!("time >= {edge} or withheld"),
            4 => format!("weekday = '{by_name}'"),
            5 => format!("date != '{today}'"),
            6 => format!("open.{hours}"),
            _ => format!("not open.{hours} or odd_week"),
        }
    }

    /// The time at which things open and close: what the clock would show if it were not moved, and what it shows.
    fn edges(&self) -> [Time; 2] {
        let unmoved =
            self.calls_at.datetime().saturating_add(self.turn.duration_since(&self.calls_at));
        [unmoved.time(), self.turn.time()]
    }
}

/// When clocks are moved next behind a day.
fn clocks_are_moved(zone: &TimeZone, day: Date) -> Option<Zoned> {
    let from = in_zone(day.at(0, 0, 0, 0), zone).timestamp();
    let next = zone.following(from).next()?.timestamp().to_zoned(zone.clone());
    // The files of zones have an entry at the end of 32 bits too.
    (next.year() < 2030).then_some(next)
}

fn in_zone(at: DateTime, zone: &TimeZone) -> Zoned {
    at.to_zoned(zone.clone()).expect("these days are in every zone")
}

fn of_day(time: Time) -> String {
    time.strftime("%H:%M").to_string()
}
