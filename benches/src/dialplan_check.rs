//! `dialplan.check`: what it costs to read and check a large plan, from its text to the plan with all faults. The limit is to
//! read the same text as TOML alone.

use crate::busy::busy;
use crate::figure::Figure;
use crate::large_plan::{Says, text};
use dialplan::Plan;
use std::hint::black_box;

/// How often each thing is done; the first time does not count.
const TURNS: u32 = 20;

/// Measures checking.
#[must_use]
pub(crate) fn run() -> Vec<Figure> {
    let text = text(Says::Anything);
    let checked = check(&text);
    assert!(checked.plan.is_some() && checked.faults.is_empty(), "{}", checked.faults);
    let read = millis(|| text.parse::<toml::Table>());
    let whole = millis(|| check(black_box(&text)));
    vec![Figure::beside("dialplan.check", whole, "ms", read)]
}

/// Milliseconds of processor time that something takes.
fn millis<T>(mut something: impl FnMut() -> T) -> f64 {
    drop(black_box(something()));
    let start = busy();
    (0..TURNS).for_each(|_| drop(black_box(something())));
    (busy() - start).as_secs_f64() * 1e3 / f64::from(TURNS)
}

/// Reads and checks a text.
#[must_use]
pub(crate) fn check(text: &str) -> dialplan::Checked {
    let mut secrets = |_: dialplan::Outside<'_>| Err("all are in the text".to_owned());
    Plan::check("dialplan.toml", text, &|_, _| true, &mut secrets)
}
