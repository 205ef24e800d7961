//! No text makes the parser panic, hang or draw nonsense.

use dialplan::{Plan, TEXT_BYTES_MAX};
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

proptest! {
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
