//! Holidays that stand in the file of a calendar.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail by panicking")]

use dialplan::{CALENDAR_EVENTS_MAX, Checked, Plan, Why};
use expect_test::{Expect, expect};
use jiff::civil::Date;

/// A plan whose hours keep the holidays of this calendar, with `more` in `[holidays.x]`.
fn read(calendar: &str, more: &str) -> Checked {
    let plan = format!(
        "timezone = \"Europe/Stockholm\"\n[number.1]\ngoto = \"hangup\"\nhours = \"h\"\n[hours.h]\n\
         week = [\"mon-sun 08:00-17:00\"]\nholidays = \"x\"\n[holidays.x]\nfile = \"x.ics\"\n{more}"
    );
    Plan::check("/site/plan.toml", &plan, &|_, _| true, &mut |_| Ok(calendar.to_owned()))
}

fn calendar(events: &[&str]) -> String {
    let events = events.iter().map(|lines| format!("BEGIN:VEVENT\r\n{lines}\r\nEND:VEVENT\r\n"));
    format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{}END:VCALENDAR\r\n", events.collect::<String>())
}

/// The days on which these years have holidays, with their names.
fn days(calendar: &str, more: &str, years: std::ops::RangeInclusive<i16>) -> String {
    let checked = read(calendar, more);
    let faults = checked.faults.to_string();
    let plan = checked.plan.unwrap_or_else(|| panic!("{faults}"));
    assert_eq!(faults, "");
    let first = Date::new(*years.start(), 1, 1).unwrap();
    let days = first.series(jiff::ToSpan::days(1)).take_while(|day| years.contains(&day.year()));
    let told = days.filter_map(|day| match plan.hours[0].why(day.at(9, 0, 0, 0)) {
        Why::Holiday(holiday) => Some(format!("{day} {}\n", holiday.name)),
        Why::Week | Why::Special => None,
    });
    told.collect()
}

fn check_faults(calendar: &str, expected: Expect) {
    let faults = read(calendar, "").faults;
    let told = faults.iter().map(|fault| {
        let (file, line, column) = (&fault.file, fault.line, fault.column);
        format!("{file}:{line}:{column} {:?} {}: {}\n", fault.severity, fault.id, fault.message)
    });
    expected.assert_eq(&told.collect::<String>());
}

#[test]
fn events_of_whole_days_are_holidays_from_the_first_to_the_last() {
    let calendar = calendar(&[
        "DTSTART;VALUE=DATE:20261224\r\nDTEND;VALUE=DATE:20261227\r\nSUMMARY:Jul\\, stängt",
        "SUMMARY;LANGUAGE=sv:Klämdag\r\nDTSTART;VALUE=DATE:20261228\r\nDTEND;VALUE=DATE:20261228",
        "DTSTART:20270105\r\nDURATION:P2D\r\nSUMMARY:In\r\n ventering",
        "DTSTART;VALUE=DATE:20270110\r\nBEGIN:VALARM\r\nSUMMARY:no\r\nDTSTART:nonsense\r\nEND:VALARM",
        "DTSTART;VALUE=DATE:20270111\r\nSTATUS:CANCELLED\r\nSUMMARY:Not this one",
    ]);
    expect![[r#"
        2026-12-24 Jul, stängt
        2026-12-25 Jul, stängt
        2026-12-26 Jul, stängt
        2026-12-28 Klämdag
        2027-01-05 Inventering
        2027-01-06 Inventering
        2027-01-10 x
    "#]]
    .assert_eq(&days(&calendar, "", 2026..=2027));
}

#[test]
fn what_comes_back_once_a_year_does_so_and_a_leap_day_in_leap_years() {
    let calendar = calendar(&[
        "DTSTART;VALUE=DATE:20240229\r\nRRULE:FREQ=YEARLY\r\nSUMMARY:Skottdagen",
        "DTSTART;VALUE=DATE:20251231\r\nDTEND;VALUE=DATE:20260102\r\nRRULE:FREQ=YEARLY;UNTIL=20271231T000000Z\r\nSUMMARY:Nyår",
        "DTSTART;VALUE=DATE:20261127\r\nRRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH;COUNT=2\r\nSUMMARY:Tack",
        "DTSTART;VALUE=DATE:20260501\r\nRRULE:FREQ=YEARLY;INTERVAL=2;BYMONTH=5;BYMONTHDAY=1\r\nSUMMARY:Vartannat",
        "DTSTART;VALUE=DATE:20260801\r\nRRULE:FREQ=YEARLY;BYMONTH=8;BYDAY=-1MO\r\nEXDATE;VALUE=DATE:20270830\r\nSUMMARY:Sista måndagen",
    ]);
    expect![[r#"
        2024-02-29 Skottdagen
        2025-12-31 Nyår
        2026-01-01 Nyår
        2026-05-01 Vartannat
        2026-08-31 Sista måndagen
        2026-12-31 Nyår
        2027-01-01 Nyår
        2027-11-25 Tack
        2027-12-31 Nyår
        2028-01-01 Nyår
        2028-02-29 Skottdagen
        2028-05-01 Vartannat
        2028-08-28 Sista måndagen
        2028-11-23 Tack
    "#]]
    .assert_eq(&days(&calendar, "", 2024..=2028));
}

#[test]
fn the_country_and_ones_own_days_stand_beside_the_file() {
    let calendar = calendar(&[
        "DTSTART;VALUE=DATE:20261224\r\nDTEND;VALUE=DATE:20261226\r\nSUMMARY:Christmas",
        "DTSTART;VALUE=DATE:20261228\r\nSUMMARY:Bridge",
        "DTSTART;VALUE=DATE:20261229",
    ]);
    let more = "country = \"se\"\nred_days = { \"2026-12-28\" = \"Klämdag\" }\n";
    let december: String = days(&calendar, more, 2026..=2026)
        .lines()
        .filter(|day| day.contains("-12-"))
        .fold(String::new(), |all, day| all + day + "\n");
    expect![[r#"
        2026-12-24 Christmas
        2026-12-25 juldagen
        2026-12-26 annandag jul
        2026-12-28 Klämdag
        2026-12-29 x
        2026-12-31 nyårsafton
    "#]]
    .assert_eq(&december);
}

#[test]
fn a_holiday_of_the_file_has_hours_by_its_name() {
    let calendar = calendar(&["DTSTART;VALUE=DATE:20261224\r\nSUMMARY:Julstängt"]);
    let plan = "[number.1]\ngoto = \"hangup\"\nhours = \"h\"\n[holidays.x]\nfile = \"x.ics\"\n[hours.h]\n\
                week = [\"mon-fri 08:00-17:00\"]\nholidays = \"x\"\nspecial = { \"Julstängt\" = \"09:00-10:00\" }\n";
    let plan = Plan::parse("x", plan, &|_, _| true, &mut |_| Ok(calendar.clone())).unwrap();
    let open = |time: &str| plan.hours[0].open_at(format!("2026-12-24T{time}").parse().unwrap());
    assert!(open("09:00") && !open("08:59") && !open("10:00"));
}

#[test]
fn what_is_not_understood_is_left_out_with_its_line() {
    let good = "DTSTART;VALUE=DATE:20261224";
    check_faults(
        &calendar(&[
            good,
            "DTSTART:20261224T090000Z\r\nSUMMARY:A meeting",
            "SUMMARY:No day",
            "DTSTART;VALUE=DATE:20261301",
            "DTSTART;VALUE=DATE:20261224\r\nDTEND;VALUE=DATE:20261220",
            "DTSTART;VALUE=DATE:20261224\r\nDURATION:PT8H",
            "DTSTART;VALUE=DATE:20261224\r\nRRULE:FREQ=WEEKLY",
            "DTSTART;VALUE=DATE:20261224\r\nRRULE:FREQ=YEARLY;BYMONTH=12;BYDAY=6MO",
        ]),
        expect![[r#"
            /site/x.ics:7:1 Warning event-left-out: `20261224T090000Z` of DTSTART is no whole day, such as 20261224
            /site/x.ics:10:1 Warning event-left-out: this event has no DTSTART
            /site/x.ics:14:1 Warning event-left-out: `20261301` of DTSTART is no whole day, such as 20261224
            /site/x.ics:18:1 Warning event-left-out: `20261220` of DTEND gives no 1 to 366 days
            /site/x.ics:22:1 Warning event-left-out: `PT8H` of DURATION gives no 1 to 366 days
            /site/x.ics:26:1 Warning event-left-out: `FREQ=WEEKLY`: only what comes back once a year is understood: FREQ=YEARLY, perhaps with INTERVAL, COUNT or UNTIL, and one day of one month
            /site/x.ics:30:1 Warning event-left-out: `FREQ=YEARLY;BYMONTH=12;BYDAY=6MO`: only what comes back once a year is understood: FREQ=YEARLY, perhaps with INTERVAL, COUNT or UNTIL, and one day of one month
        "#]],
    );
    check_faults(
        &calendar(&[
            good,
            "DTSTART;VALUE=DATE:20261224\r\nRDATE;VALUE=DATE:20270101",
            "DTSTART;VALUE=DATE:20261224\r\nRRULE:FREQ=YEARLY\r\nEXDATE:tomorrow",
            "a line of nothing\r\nDTSTART;VALUE=DATE:20261225",
        ])
        .replace("END:VCALENDAR", "BEGIN:VEVENT"),
        expect![[r#"
            /site/x.ics:8:1 Warning event-left-out: RDATE is not understood: write the days as events of their own
            /site/x.ics:13:1 Warning event-left-out: `tomorrow` of EXDATE is no whole day, such as 20261224
            /site/x.ics:16:1 Warning event-left-out: this is no line of a calendar: it has no `:`
            /site/x.ics:19:1 Warning event-left-out: this event has no END:VEVENT
        "#]],
    );
    let many: Vec<&str> = std::iter::repeat_n("SUMMARY:x", 15).chain([good]).collect();
    let told = read(&calendar(&many), "").faults;
    let last = told.iter().map(|fault| fault.message.as_str()).find(|it| it.contains("more are"));
    assert_eq!((told.len(), last), (11, Some("x.ics: 5 more are left out")));
}

#[test]
fn the_line_of_the_calendar_is_drawn_and_its_warning_can_be_allowed() {
    let calendar = calendar(&["DTSTART;VALUE=DATE:20261224", "DTSTART:20261224T090000Z"]);
    expect![[r#"
        event-left-out

          ⚠ `20261224T090000Z` of DTSTART is no whole day, such as 20261224
           ╭─[/site/x.ics:7:1]
         6 │ BEGIN:VEVENT
         7 │ DTSTART:20261224T090000Z
           · ────────────┬───────────
           ·             ╰── here
         8 │ END:VEVENT
           ╰────
          help: the event is left out
    "#]]
    .assert_eq(&read(&calendar, "").faults.to_string());
    assert!(read(&calendar, "allow = [\"event-left-out\"]\n").faults.is_empty());
}

#[test]
fn a_file_that_is_no_calendar_or_has_no_day_is_refused() {
    check_faults(
        "<html>",
        expect![[r#"
        /site/plan.toml:9:8 Error bad-calendar: x.ics: it is no iCalendar file: it does not begin with BEGIN:VCALENDAR
    "#]],
    );
    check_faults(
        "",
        expect![[r#"
        /site/plan.toml:9:8 Error bad-calendar: x.ics: it is no iCalendar file: it does not begin with BEGIN:VCALENDAR
    "#]],
    );
    check_faults(
        &calendar(&[]),
        expect![[r#"
        /site/plan.toml:9:8 Error bad-calendar: x.ics: it has no day that can be used
    "#]],
    );
    let many = vec!["DTSTART;VALUE=DATE:20261224"; CALENDAR_EVENTS_MAX + 1];
    check_faults(
        &calendar(&many),
        expect![[r#"
        /site/plan.toml:9:8 Error bad-calendar: x.ics: it has more than 10000 events
    "#]],
    );
    check_faults(
        &calendar(&vec!["DTSTART;VALUE=DATE:20261224\r\nRRULE:FREQ=YEARLY"; 257]),
        expect![[r#"
            /site/x.ics:1027:1 Warning event-left-out: more than 256 events come back every year
        "#]],
    );
}
