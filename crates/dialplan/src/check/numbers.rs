//! Patterns of numbers of which others leave nothing.

use super::Written;
use crate::plan::NumberPattern;
use crate::report::{Flaw, Report};

/// Looks at each pattern.
pub(super) fn check(written: &Written<'_>, report: &mut Report<'_>) {
    let country = written.plan.country.as_deref();
    let read = |name: &str| NumberPattern::read(name).map(|it| it.in_our_form(country));
    let numbers = written.draft.numbers.iter();
    let numbers = numbers.filter_map(|number| Some((read(number.name.get_ref())?, &number.name)));
    let numbers: Vec<_> = numbers.collect();
    for (pattern, name) in numbers.iter().filter(|(pattern, _)| !pattern.is_one_number()) {
        let goes_first = |other: &&NumberPattern| other != &pattern && other.is_within(pattern);
        let earlier: Vec<_> = numbers.iter().map(|(it, _)| it).filter(goes_first).collect();
        if pattern.is_covered_by(&earlier) {
            let name_written = name.get_ref();
            let message =
                format!("nobody comes by `{name_written}`: each of its numbers stands apart");
            let remedy = "take it out, or one of those that have fewer numbers".to_owned();
            let flaw = Flaw::warning("shadowed-rule", name.span(), message);
            report.add(flaw.suggest(remedy));
        }
    }
}
