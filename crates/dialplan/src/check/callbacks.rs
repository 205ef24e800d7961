//! Whoever is promised a callback must be able to ask for it, and somebody must be able to make it.

use super::Written;
use crate::plan::{Callback, Step};
use crate::report::{Flaw, Report};
use std::ops::Range;

/// What confirms a callback, and what gives another number or calls one off; and what takes one up, or chooses another
/// time. Times that are offered have a key each, and one's turn the next.
const KEYS: [char; 9] = ['1', '2', '3', '4', '5', '6', '7', '8', '9'];

/// Looks at each callback.
pub(super) fn check(written: &Written<'_>, report: &mut Report<'_>) {
    for (draft, step) in written.draft.steps.iter().zip(&written.plan.steps) {
        let Step::Callback(callback) = step else { continue };
        check_trunks(written, (callback, draft.name.span()), report);
        check_window((callback, draft.name.span()), report);
        check_keys(written, (callback, draft.name.span()), report);
    }
}

fn check_trunks(
    written: &Written<'_>,
    (callback, span): (&Callback, Range<usize>),
    report: &mut Report<'_>,
) {
    if written.plan.trunks.iter().all(|trunk| trunk.dial.is_empty()) {
        let message = format!("`callback.{}` can call nobody: no trunk has `dial`", callback.name);
        let remedy = "write what may be called into `dial` of a trunk, such as \"+46\"".to_owned();
        report.add(Flaw::error("callback-nowhere", span, message).suggest(remedy));
    }
}

/// The last attempt should come before it is too late for it.
fn check_window((callback, span): (&Callback, Range<usize>), report: &mut Report<'_>) {
    let Callback { name, window, attempts_max, retry, .. } = callback;
    if retry.saturating_mul(attempts_max.saturating_sub(1)) > *window {
        let fitting = window.as_secs() / retry.as_secs().max(1) + 1;
        let message = format!(
            "`window` of `callback.{name}` is over before attempt {attempts_max} of `attempts_max`"
        );
        let remedy = format!("let `attempts_max` be {fitting}, `retry` shorter or `window` longer");
        report.add(Flaw::warning("callback-window-short", span, message).suggest(remedy));
    }
}

fn check_keys(
    written: &Written<'_>,
    (callback, span): (&Callback, Range<usize>),
    report: &mut Report<'_>,
) {
    let key = written.plan.operator_key;
    let questions = match (callback.ask_again, callback.may_type) {
        (true, _) => 3,
        (false, true) => 2,
        (false, false) => 1,
    };
    let times = callback.offers_times().map_or(0, |slots| slots.offered.saturating_add(1).max(3));
    let asked_for = KEYS.iter().zip(0..questions.max(times)).map(|(key, _)| key);
    if written.plan.operator.is_some() && asked_for.into_iter().any(|asked| *asked == key) {
        let message = format!(
            "key {key} is the operator's everywhere in this plan, and `callback.{}` asks for it",
            callback.name
        );
        let remedy = "choose another `operator_key` at the top".to_owned();
        report.add(Flaw::error("operator-key-taken", span, message).suggest(remedy));
    }
}
