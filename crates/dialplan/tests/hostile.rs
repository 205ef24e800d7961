//! No text makes the parser panic, hang or draw nonsense.

use dialplan::trial::Case;
use dialplan::{Plan, TEXT_BYTES_MAX, Why};
use proptest::prelude::*;

const DEMO: &str = include_str!("../../../dialplans/demo/dialplan.toml");

/// Reads a text, draws its faults, and checks that they point into it.
fn survive(text: &str) {
    let checked = Plan::check("x.toml", text, &|_, _| true, &mut |_| Ok("x".to_owned()));
    assert_eq!(checked.plan.is_none(), checked.faults.any_error());
    for fault in &checked.faults {
        let (start, end) = fault.span;
        assert!(text.get(start..end).is_some(), "{fault:?}");
        assert!(fault.line >= 1 && fault.column >= 1);
    }
    let drawn = checked.faults.to_string();
    assert_eq!(drawn.is_empty(), checked.faults.is_empty());
    assert!(!drawn.contains("Failed to read"), "{drawn}");
}

const DEMO_TESTS: &str = include_str!("../../../dialplans/demo/tests.toml");

/// Reads a text as tests of the demo, with the same care.
fn survive_as_tests(text: &str) {
    let demo = Plan::check("x.toml", DEMO, &|_, _| true, &mut |_| Ok("x".to_owned())).plan;
    let checked = Case::check("tests.toml", text, &demo.expect("the demo has no fault"));
    assert_eq!(checked.cases.is_none(), checked.faults.any_error());
    for fault in &checked.faults {
        let (start, end) = fault.span;
        assert!(text.get(start..end).is_some(), "{fault:?}");
    }
    assert_eq!(checked.faults.to_string().is_empty(), checked.faults.is_empty());
}

proptest! {
    #[test]
    fn tests_with_letters_changed_are_survived(
        edits in prop::collection::vec((0usize..2000, prop::char::any()), 0..8),
        end in 0usize..4000,
    ) {
        let mut letters: Vec<char> = DEMO_TESTS.chars().take(end).collect();
        for (at, letter) in edits {
            let length = letters.len().max(1);
            if let Some(place) = letters.get_mut(at % length) {
                *place = letter;
            }
        }
        survive_as_tests(&letters.into_iter().collect::<String>());
    }

    #[test]
    fn a_demo_with_lines_taken_out_or_doubled_is_survived(
        edits in prop::collection::vec((0usize..150, any::<bool>()), 1..6),
    ) {
        let mut lines: Vec<&str> = DEMO.lines().collect();
        for (at, double) in edits {
            let at = at % lines.len();
            if double { lines.insert(at, lines[at]) } else { lines.remove(at); }
        }
        survive(&lines.join("\n"));
    }

    #[test]
    fn a_demo_with_letters_changed_is_survived(
        edits in prop::collection::vec((0usize..6000, prop::char::any()), 1..8),
    ) {
        let mut letters: Vec<char> = DEMO.chars().collect();
        for (at, letter) in edits {
            let at = at % letters.len();
            letters[at] = letter;
        }
        survive(&letters.into_iter().collect::<String>());
    }

    #[test]
    fn a_demo_that_ends_anywhere_is_survived(end in 0usize..6000) {
        survive(&DEMO.chars().take(end).collect::<String>());
    }

    #[test]
    fn noise_is_survived(text in "[\\[\\]{}=.\"'a-c0-2\n, åä*#:-]{0,200}") {
        survive(&text);
    }
}

/// Three events, one of which comes back, and one is folded.
const CALENDAR: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nSUMMARY:Jul\r\n afton\r\n\
    DTSTART;VALUE=DATE:20261224\r\nDTEND;VALUE=DATE:20261227\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\n\
    DTSTART;VALUE=DATE:20240229\r\nRRULE:FREQ=YEARLY;BYMONTH=2;BYDAY=-1MO;COUNT=7\r\nEND:VEVENT\r\n\
    BEGIN:VEVENT\r\nDTSTART:20260101\r\nDURATION:P2W\r\nEXDATE:20260103\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

/// Reads a plan that keeps the holidays of a calendar, and asks it about days far and near.
fn survive_calendar(calendar: &str) {
    let plan = "[number.1]\ngoto = \"hangup\"\nhours = \"h\"\n[holidays.x]\nfile = \"x.ics\"\n\
                [hours.h]\nweek = [\"mon-sun 22:00-06:00\"]\nholidays = \"x\"\n";
    let checked = Plan::check("x.toml", plan, &|_, _| true, &mut |_| Ok(calendar.to_owned()));
    for fault in &checked.faults {
        let text = if fault.file == "x.ics" { calendar } else { plan };
        assert!(text.get(fault.span.0..fault.span.1).is_some(), "{fault:?}");
    }
    assert!(!checked.faults.to_string().contains("Failed to read"), "{}", checked.faults);
    for hours in checked.plan.iter().flat_map(|plan| &plan.hours) {
        for day in ["-009999-01-01", "0000-02-29", "2026-12-24", "9999-12-31"] {
            let late = format!("{day}T23:59").parse().expect("it is a date");
            let holiday = matches!(hours.why(late), Why::Holiday(_));
            assert_eq!(hours.open_at(late), !holiday, "{day}");
        }
    }
}

proptest! {
    #[test]
    fn a_calendar_with_letters_changed_is_survived(
        edits in prop::collection::vec((0usize..500, prop::char::any()), 0..6),
        end in 0usize..600,
    ) {
        let mut letters: Vec<char> = CALENDAR.chars().take(end).collect();
        for (at, letter) in edits {
            if let Some(changed) = letters.get_mut(at) {
                *changed = letter;
            }
        }
        survive_calendar(&letters.into_iter().collect::<String>());
    }

    #[test]
    fn rules_and_days_of_a_calendar_are_survived(
        start in "[0-9]{8}",
        rule in "FREQ=YEARLY(;(INTERVAL|COUNT|BYMONTH|BYMONTHDAY|BYDAY|UNTIL)=-?[0-9]{0,5}(MO|SU|T)?){0,4}",
        length in "P[0-9]{1,4}[DW]",
    ) {
        survive_calendar(&format!(
            "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:{start}\nRRULE:{rule}\nDURATION:{length}\nEND:VEVENT\n\
             BEGIN:VEVENT\nDTSTART:{start}\nEND:VEVENT\nEND:VCALENDAR\n"
        ));
    }
}

#[test]
fn long_lists_of_the_same_are_survived() {
    for unit in ["[", "a.", "=", "\"", "a=[", "a={", "\n", "[say.a]\n", "secret=", "'", "[[a]]\n"] {
        survive(&unit.repeat(TEXT_BYTES_MAX / 50 / unit.len()));
    }
}

#[test]
fn a_long_way_of_announcements_is_survived() {
    let step = |n: usize| format!("[say.s{n}]\nprompts=[\"a\"]\ngoto=\"say.s{}\"\n", n + 1);
    let text: String = (0..5_000).map(step).collect();
    survive(&format!("[number.1]\ngoto=\"say.s0\"\n{text}"));
}
