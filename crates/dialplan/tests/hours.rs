//! Opening hours, by the clock on the wall of the centre.

#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

use clock::WallTime;
use dialplan::{HoursId, Plan};

fn plan(hours: &str) -> Plan {
    let text = format!(
        "timezone = \"Europe/Stockholm\"\n[number.1]\ngoto = \"hangup\"\nhours = \"h\"\n[hours.h]\n{hours}"
    );
    Plan::parse("x.toml", &text, &|_, _| true, &mut |_| Err(String::new())).unwrap()
}

/// Whether it is open at a moment that is written in UTC.
fn open(plan: &Plan, utc: &str) -> bool {
    let stamp: jiff::Timestamp = utc.parse().unwrap();
    plan.hours(HoursId(0)).open_at(plan.local(WallTime::from_micros(stamp.as_microsecond())))
}

#[test]
fn eight_is_eight_on_the_wall_in_winter_and_in_summer() {
    let plan = plan("week = [\"mon-fri 08:00-17:00\"]");
    // A Thursday in January, at UTC+1, and one in July, at UTC+2.
    assert!(!open(&plan, "2026-01-15T06:59:59Z"));
    assert!(open(&plan, "2026-01-15T07:00:00Z"));
    assert!(!open(&plan, "2026-01-15T16:00:00Z"));
    assert!(!open(&plan, "2026-07-16T05:59:59Z"));
    assert!(open(&plan, "2026-07-16T06:00:00Z"));
    assert!(!open(&plan, "2026-07-16T15:00:00Z"));
    assert!(!open(&plan, "2026-07-18T10:00:00Z"), "a Saturday");
}

#[test]
fn the_night_without_two_oclock_is_an_hour_shorter() {
    let plan = plan("week = [\"sun 02:30-04:00\"]");
    // 2026-03-29: after 01:59:59 comes 03:00:00.
    assert!(!open(&plan, "2026-03-29T00:59:59Z"));
    assert!(open(&plan, "2026-03-29T01:00:00Z"));
    assert!(!open(&plan, "2026-03-29T02:00:00Z"));
}

#[test]
fn the_night_with_two_oclock_twice_is_open_both_times() {
    let plan = plan("week = [\"sun 02:00-03:00\"]");
    // 2026-10-25: after 02:59:59 comes 02:00:00 once more.
    assert!(!open(&plan, "2026-10-24T23:59:59Z"));
    assert!(open(&plan, "2026-10-25T00:30:00Z"));
    assert!(open(&plan, "2026-10-25T01:30:00Z"));
    assert!(!open(&plan, "2026-10-25T02:00:00Z"));
}

#[test]
fn a_night_shift_runs_over_midnight_and_over_the_end_of_the_week() {
    let plan = plan("week = [\"sun 22:00-06:00\"]");
    assert!(open(&plan, "2026-01-11T21:00:00Z"), "Sunday, 22:00");
    assert!(open(&plan, "2026-01-12T04:59:59Z"), "Monday, 05:59");
    assert!(!open(&plan, "2026-01-12T05:00:00Z"), "Monday, 06:00");
    assert!(!open(&plan, "2026-01-12T21:00:00Z"), "Monday, 22:00");
}

#[test]
fn a_holiday_is_closed_from_midnight_to_midnight() {
    let plan = plan("week = [\"mon-sun 22:00-06:00\"]\nclosed = [\"2026-12-24\"]");
    assert!(open(&plan, "2026-12-23T22:59:59Z"), "the 23rd, 23:59");
    assert!(!open(&plan, "2026-12-23T23:00:00Z"), "the 24th, 00:00");
    assert!(!open(&plan, "2026-12-24T22:00:00Z"), "the 24th, 23:00");
    assert!(!open(&plan, "2026-12-25T00:00:00Z"), "the night that would have begun on the 24th");
    assert!(open(&plan, "2026-12-25T21:00:00Z"), "the 25th, 22:00");
}

#[test]
fn half_a_day_stands_in_place_of_the_whole_one() {
    let plan = plan(
        "week = [\"mon-fri 08:00-17:00\"]\nspecial = { \"2026-12-23\" = \"08:00-10:00, 11:00-12:00\" }",
    );
    assert!(open(&plan, "2026-12-23T08:59:59Z"));
    assert!(!open(&plan, "2026-12-23T09:30:00Z"));
    assert!(open(&plan, "2026-12-23T10:30:00Z"));
    assert!(!open(&plan, "2026-12-23T11:00:00Z"));
    assert!(open(&plan, "2026-12-22T15:00:00Z"));
}

#[test]
fn always_and_never_are_hours_too() {
    let always = plan("week = [\"mon-sun 00:00-24:00\"]");
    let never = plan("week = []");
    for utc in ["2026-01-01T00:00:00Z", "2026-03-29T01:00:00Z", "2026-06-07T21:59:59Z"] {
        assert!(open(&always, utc) && !open(&never, utc), "{utc}");
    }
}

/// How many minutes it is still open at a moment that is written in UTC.
fn closes_in(plan: &Plan, utc: &str) -> Option<u64> {
    let stamp: jiff::Timestamp = utc.parse().unwrap();
    let left = plan.closes_in(HoursId(0), WallTime::from_micros(stamp.as_microsecond()))?;
    Some(left.as_secs() / 60)
}

#[test]
fn it_is_known_how_long_it_is_still_open() {
    let office = plan("week = [\"mon-fri 08:00-12:00, 12:00-17:00\"]");
    assert_eq!(closes_in(&office, "2026-01-15T07:00:00Z"), Some(9 * 60), "the spans touch");
    assert_eq!(closes_in(&office, "2026-01-15T15:59:00Z"), Some(1));
    assert_eq!(closes_in(&office, "2026-01-15T16:00:00Z"), Some(0), "it is closed");
    let night = plan("week = [\"sun 22:00-06:00\"]");
    assert_eq!(closes_in(&night, "2026-01-11T21:30:00Z"), Some(7 * 60 + 30));
    assert_eq!(closes_in(&night, "2026-01-11T23:30:00Z"), Some(5 * 60 + 30));
    // The night without two o'clock, and the one with two of them.
    let late = plan("week = [\"sat 23:00-05:00\"]");
    assert_eq!(closes_in(&late, "2026-03-28T23:00:00Z"), Some(4 * 60));
    assert_eq!(closes_in(&late, "2026-10-24T22:00:00Z"), Some(6 * 60));
    let always = plan("week = [\"mon-sun 00:00-24:00\"]");
    assert_eq!(closes_in(&always, "2026-01-15T07:00:00Z"), None);
    // A holiday takes the day at its word.
    let eve = plan("week = [\"mon-sun 00:00-24:00\"]\nspecial = { 2026-01-17 = \"closed\" }");
    assert_eq!(closes_in(&eve, "2026-01-15T23:00:00Z"), Some(24 * 60));
}
