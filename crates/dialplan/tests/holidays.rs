//! Holidays: which days they are, and what hours make of them.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail by panicking")]

use clock::WallTime;
use dialplan::{Holiday, HolidayKind, Hours, Outside, Plan, Why};
use jiff::ToSpan;
use jiff::civil::{Date, DateTime};
use std::collections::BTreeSet;

/// The red days of Sweden but for Sundays, by the tables of the full moon in the Book of Common Prayer,
/// which hold until 2199, and not by the algorithm of the program.
const RED_DAYS: [(i16, &str); 12] = [
    (2024, "01-01 01-06 03-29 03-31 04-01 05-01 05-09 05-19 06-06 06-22 11-02 12-25 12-26"),
    (2025, "01-01 01-06 04-18 04-20 04-21 05-01 05-29 06-06 06-08 06-21 11-01 12-25 12-26"),
    (2026, "01-01 01-06 04-03 04-05 04-06 05-01 05-14 05-24 06-06 06-20 10-31 12-25 12-26"),
    (2027, "01-01 01-06 03-26 03-28 03-29 05-01 05-06 05-16 06-06 06-26 11-06 12-25 12-26"),
    (2028, "01-01 01-06 04-14 04-16 04-17 05-01 05-25 06-04 06-06 06-24 11-04 12-25 12-26"),
    (2029, "01-01 01-06 03-30 04-01 04-02 05-01 05-10 05-20 06-06 06-23 11-03 12-25 12-26"),
    (2030, "01-01 01-06 04-19 04-21 04-22 05-01 05-30 06-06 06-09 06-22 11-02 12-25 12-26"),
    (2031, "01-01 01-06 04-11 04-13 04-14 05-01 05-22 06-01 06-06 06-21 11-01 12-25 12-26"),
    (2032, "01-01 01-06 03-26 03-28 03-29 05-01 05-06 05-16 06-06 06-26 11-06 12-25 12-26"),
    (2033, "01-01 01-06 04-15 04-17 04-18 05-01 05-26 06-05 06-06 06-25 11-05 12-25 12-26"),
    (2034, "01-01 01-06 04-07 04-09 04-10 05-01 05-18 05-28 06-06 06-24 11-04 12-25 12-26"),
    (2035, "01-01 01-06 03-23 03-25 03-26 05-01 05-03 05-13 06-06 06-23 11-03 12-25 12-26"),
];

fn plan(rest: &str) -> Plan {
    let text = format!(
        "timezone = \"Europe/Stockholm\"\n[number.1]\ngoto = \"hangup\"\nhours = \"h\"\n{rest}"
    );
    Plan::parse("x.toml", &text, &|_, _| true, &mut |_| Err(String::new())).unwrap()
}

/// The hours of a plan that keeps the Swedish year, with this in `[hours.h]`.
fn swedish(hours: &str) -> Hours {
    let plan = plan(&format!(
        "[holidays.sverige]\ncountry = \"se\"\n[hours.h]\nholidays = \"sverige\"\n{hours}"
    ));
    plan.hours[0].clone()
}

fn at(local: &str) -> DateTime {
    local.parse().unwrap()
}

fn open(hours: &Hours, local: &str) -> bool {
    hours.open_at(at(local))
}

/// The holiday by which it is open or closed.
fn holiday<'h>(hours: &'h Hours, local: &str) -> Option<Holiday<'h>> {
    match hours.why(at(local)) {
        Why::Holiday(holiday) => Some(holiday),
        Why::Week | Why::Special => None,
    }
}

fn red_days(year: i16, listed: &str) -> BTreeSet<Date> {
    listed.split(' ').map(|day| format!("{year}-{day}").parse().unwrap()).collect()
}

fn days_of(year: i16) -> impl Iterator<Item = Date> {
    let new_year = Date::new(year, 1, 1).unwrap();
    new_year.series(1.days()).take_while(move |day| day.year() == year)
}

#[test]
fn swedish_red_days_are_those_of_the_table() {
    let hours = swedish("week = [\"mon-sun 08:00-17:00\"]");
    for (year, listed) in RED_DAYS {
        let found = days_of(year).filter(|day| {
            let noon = day.at(12, 0, 0, 0);
            let red = |holiday: Holiday<'_>| holiday.kind == HolidayKind::Red;
            matches!(hours.why(noon), Why::Holiday(holiday) if red(holiday)) && !hours.open_at(noon)
        });
        assert_eq!(found.collect::<BTreeSet<_>>(), red_days(year, listed), "{year}");
    }
}

#[test]
fn eves_and_half_days_stand_before_the_red_days_of_the_table() {
    let hours = swedish("week = [\"mon-sun 08:00-17:00\"]\nhalf_days = \"08:00-12:00\"");
    for (year, listed) in RED_DAYS {
        let red: Vec<Date> = red_days(year, listed).into_iter().collect();
        let days = |places: &[usize], before: i32| -> BTreeSet<Date> {
            places.iter().map(|at| red[*at].checked_sub(before.days()).unwrap()).collect()
        };
        // The place of Ascension Day, midsummer and All Saints among the days of the year.
        let last_of_year = Date::new(year, 12, 31).unwrap();
        let eves = days(&[9, 11], 1).into_iter().chain([last_of_year]).collect::<BTreeSet<_>>();
        let half = days(&[1, 2, 5, 6, 10], 1);
        let kept = |kind: HolidayKind| -> BTreeSet<Date> {
            let of_kind = |day: &Date| {
                let why = hours.why(day.at(13, 0, 0, 0));
                matches!(why, Why::Holiday(holiday) if holiday.kind == kind)
            };
            days_of(year).filter(of_kind).collect()
        };
        assert_eq!(kept(HolidayKind::Eve), eves, "{year}");
        assert_eq!(kept(HolidayKind::Half), half, "{year}");
    }
}

#[test]
fn who_is_closed_on_a_holiday_says_which() {
    let hours = swedish("week = [\"mon-fri 08:00-17:00\"]");
    for (local, name) in [
        ("2026-01-06T09:00", "trettondedag jul"),
        ("2026-04-03T09:00", "långfredagen"),
        ("2026-06-19T09:00", "midsommarafton"),
        ("2026-12-24T09:00", "julafton"),
    ] {
        assert!(!open(&hours, local), "{local}");
        assert_eq!(holiday(&hours, local).unwrap().name, name);
    }
    assert!(open(&hours, "2026-12-23T09:00"));
    assert_eq!(hours.why(at("2026-12-23T09:00")), Why::Week);
}

#[test]
fn half_days_are_like_the_week_until_hours_say_otherwise() {
    let usual = swedish("week = [\"mon-fri 08:00-17:00\"]");
    let short = swedish("week = [\"mon-fri 08:00-17:00\"]\nhalf_days = \"08:00-12:00\"");
    // Valborg is a Thursday in 2026 and a Sunday in 2028.
    assert!(open(&usual, "2026-04-30T16:59") && open(&short, "2026-04-30T11:59"));
    assert!(!open(&short, "2026-04-30T12:00"));
    assert_eq!(usual.why(at("2026-04-30T16:59")), Why::Week);
    assert_eq!(holiday(&short, "2026-04-30T09:00").unwrap().name, "valborgsmässoafton");
    assert!(!open(&short, "2028-04-30T09:00"), "no half day opens what the week has closed");
    assert_eq!(short.why(at("2028-04-30T09:00")), Why::Week);
}

#[test]
fn red_days_and_eves_have_hours_of_their_own_where_hours_say_so() {
    let hours =
        swedish("week = [\"mon-fri 08:00-17:00\"]\nred_days = \"10:00-14:00\"\neves = \"week\"");
    assert!(open(&hours, "2026-12-26T10:00"), "Boxing Day, a Saturday");
    assert!(!open(&hours, "2026-12-25T09:59") && open(&hours, "2026-12-25T10:00"));
    assert!(open(&hours, "2026-12-24T16:59"), "Christmas Eve, a Thursday");
    assert!(!open(&hours, "2026-12-27T12:00"), "an ordinary Sunday is not red to us");
}

#[test]
fn what_is_written_for_a_date_or_a_name_stands_over_holidays() {
    let hours = swedish(
        "week = [\"mon-fri 08:00-17:00\"]\nclosed = [\"2026-04-29\", \"trettondagsafton\"]\n\
         special = { \"2026-12-24\" = \"09:00-11:00\", \"2026-06-19\" = \"week\", \
         \"nyårsafton\" = \"08:00-10:00\" }",
    );
    assert!(open(&hours, "2026-12-24T10:59") && !open(&hours, "2026-12-24T11:00"));
    assert_eq!(hours.why(at("2026-12-24T10:00")), Why::Special);
    assert!(!open(&hours, "2026-04-29T10:00"));
    assert!(open(&hours, "2026-06-19T16:59"), "this year Midsummer Eve is an ordinary Friday");
    assert!(!open(&hours, "2027-06-25T09:00"), "and not the next");
    assert!(open(&hours, "2026-12-31T09:59") && !open(&hours, "2026-12-31T10:00"));
    assert!(!open(&hours, "2026-01-05T09:00"));
    assert_eq!(holiday(&hours, "2026-01-05T09:00").unwrap().name, "trettondagsafton");
}

#[test]
fn nights_end_and_begin_at_the_midnights_of_a_holiday() {
    let hours = swedish("week = [\"mon-sun 22:00-06:00\"]\nred_days = \"23:00-02:00\"");
    // Julafton is closed, juldagen and annandagen are red, the 27th is a Sunday.
    assert!(open(&hours, "2026-12-23T23:59"));
    assert!(!open(&hours, "2026-12-24T00:00"), "an eve is closed from midnight");
    assert!(!open(&hours, "2026-12-25T00:30"), "nothing has begun on the eve");
    assert!(open(&hours, "2026-12-25T23:30"));
    assert!(!open(&hours, "2026-12-26T00:30"), "the 26th is taken at its own word");
    assert!(open(&hours, "2026-12-27T01:59"), "the night of the 26th");
    assert_eq!(holiday(&hours, "2026-12-27T01:59").unwrap().name, "annandag jul");
    assert!(!open(&hours, "2026-12-27T02:00") && open(&hours, "2026-12-27T22:00"));
    assert_eq!(hours.why(at("2026-12-28T05:59")), Why::Week);
}

#[test]
fn days_of_ones_own_have_names_and_stand_over_those_of_the_country() {
    let plan = plan(
        "[holidays.firman]\ncountry = \"se\"\nred_days = [\"2028-02-29\"]\n\
         eves = { \"2026-10-12\" = \"Planeringsdag\" }\nhalf_days = { \"2026-12-24\" = \"Glögg\" }\n\
         [hours.h]\nweek = [\"mon-fri 08:00-17:00\"]\nholidays = \"firman\"\n\
         half_days = \"08:00-12:00\"",
    );
    let hours = &plan.hours[0];
    let found = |local| holiday(hours, local).map(|it| (it.name, it.kind));
    assert_eq!(found("2028-02-29T09:00"), Some(("firman", HolidayKind::Red)));
    assert_eq!(found("2026-10-12T09:00"), Some(("Planeringsdag", HolidayKind::Eve)));
    assert_eq!(found("2026-12-24T09:00"), Some(("Glögg", HolidayKind::Half)));
    assert!(open(hours, "2026-12-24T09:00") && !open(hours, "2026-12-24T12:00"));
    assert!(open(hours, "2028-02-28T09:00") && open(hours, "2028-03-01T09:00"));
}

#[test]
fn shifts_keep_holidays_too() {
    let plan = plan(
        "[hours.h]\nweek = [\"mon-fri 08:00-17:00\"]\n[holidays.se]\ncountry = \"se\"\n\
         [shift.early]\nweek = [\"mon-fri 07:00-16:00\"]\nholidays = \"se\"\n\
         half_days = \"07:00-11:00\"",
    );
    assert!(!open(&plan.shifts[0], "2026-05-01T08:00"));
    assert!(
        open(&plan.shifts[0], "2026-04-30T10:59") && !open(&plan.shifts[0], "2026-04-30T11:00")
    );
    assert!(open(&plan.hours[0], "2026-05-01T08:00"), "hours that keep none have none");
}

#[test]
fn the_nights_when_clocks_change_are_right_when_they_are_holidays() {
    // Easter Sunday of 2024 is the night without two o'clock; in 2026 the other one is marked by hand.
    let plan = plan(
        "[holidays.se]\ncountry = \"se\"\nred_days = [\"2026-10-25\"]\n[hours.h]\nweek = []\n\
         holidays = \"se\"\nred_days = \"02:30-04:00\"",
    );
    let open = |utc: &str| {
        let stamp: jiff::Timestamp = utc.parse().unwrap();
        plan.hours[0].open_at(plan.local(WallTime::from_micros(stamp.as_microsecond())))
    };
    assert!(!open("2024-03-31T00:59:59Z") && open("2024-03-31T01:00:00Z"));
    assert!(!open("2024-03-31T02:00:00Z"));
    assert!(open("2026-10-25T00:30:00Z") && !open("2026-10-25T01:29:59Z"));
    assert!(open("2026-10-25T01:30:00Z") && !open("2026-10-25T03:00:00Z"));
}

/// A calendar with one day.
fn calendar(day: &str, name: &str) -> String {
    format!(
        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:{day}\r\nSUMMARY:{name}\r\nEND:VEVENT\r\n\
         END:VCALENDAR\r\n"
    )
}

#[test]
fn the_days_of_a_file_and_of_an_address_are_holidays_together() {
    let text = "timezone = \"Europe/Stockholm\"\n[number.1]\ngoto = \"hangup\"\nhours = \"h\"\n\
        [holidays.a]\nfile = \"ours.ics\"\nurl = \"https://x.example/theirs.ics\"\nrefresh = \"2h\"\n\
        [holidays.b]\nurl = \"https://x.example/theirs.ics\"\n\
        [hours.h]\nholidays = \"a\"\nweek = [\"mon-fri 08:00-17:00\"]\n";
    let mut asked = |asked: Outside<'_>| {
        if let Outside::Calendar("ours.ics") = asked {
            Ok(calendar("20261221", "vår"))
        } else if let Outside::CalendarAt { url: "https://x.example/theirs.ics", .. } = asked {
            Ok(calendar("20261222", "deras"))
        } else {
            Err(format!("{asked:?}"))
        }
    };
    let plan = Plan::parse("x.toml", text, &|_, _| true, &mut asked);
    let plan = plan.unwrap_or_else(|faults| panic!("{faults}"));
    let name = |local| holiday(&plan.hours[0], local).map(|it| it.name.to_owned());
    assert_eq!(name("2026-12-21T12:00").as_deref(), Some("vår"));
    assert_eq!(name("2026-12-22T12:00").as_deref(), Some("deras"));
    assert_eq!(name("2026-12-23T12:00"), None);
    // One address is one calendar, however many name it, and the shortest time counts.
    let [calendar] = &plan.calendars[..] else { panic!("{:?}", plan.calendars) };
    assert_eq!((&*calendar.name, calendar.refresh.as_secs()), ("a", 3_600));
}

#[test]
fn an_address_that_is_none_is_told_with_what_to_write() {
    let faults = |keys: &str| {
        let text = format!(
            "timezone = \"Europe/Stockholm\"\n[number.1]\ngoto = \"hangup\"\nhours = \"h\"\n\
             [holidays.a]\n{keys}\n[hours.h]\nholidays = \"a\"\nweek = [\"mon-fri 08:00-17:00\"]\n"
        );
        let mut asked = |_: Outside<'_>| Ok(calendar("20261221", "x"));
        let faults = Plan::check("x.toml", &text, &|_, _| true, &mut asked).faults;
        let told = faults.iter().filter(|fault| fault.id != "calendar-old").map(|fault| {
            format!("{}: {} {}", fault.id, fault.message, fault.suggestion.as_deref().unwrap_or(""))
        });
        told.collect::<Vec<_>>().join("\n")
    };
    assert_eq!(faults("url = \"https://x.example/a.ics\""), "");
    let webcal = faults("url = \"webcal://x.example/a.ics\"");
    assert!(
        webcal.starts_with("bad-url") && webcal.contains("\"https://x.example/a.ics\""),
        "{webcal}"
    );
    for odd in ["url = \"x.ics\"", "url = \"https://\"", "url = \"https://x.example/a b\""] {
        assert!(faults(odd).starts_with("bad-url"), "{odd}: {}", faults(odd));
    }
    assert!(faults("country = \"se\"\nrefresh = \"1h\"").starts_with("no-url"));
    let often = faults("url = \"https://x.example/a.ics\"\nrefresh = \"1s\"");
    assert!(often.starts_with("out-of-range"), "{often}");
}
