//! Hours should open now and then.

use super::Written;
use crate::draft::{HoursDraft, Named};
use crate::plan::Hours;
use crate::report::{Flaw, Report};

/// Warns of hours that never open, and of shifts that never begin.
pub(super) fn check(written: &Written<'_>, report: &mut Report<'_>) {
    let Written { plan, draft } = written;
    for (named, hours) in draft.hours.iter().zip(&plan.hours) {
        warn_of_never((named, hours), "the hours", "open", report);
    }
    for (named, hours) in draft.shifts.iter().zip(&plan.shifts) {
        warn_of_never((named, hours), "the shift", "begins", report);
    }
}

fn warn_of_never(
    (written, hours): (&Named<HoursDraft>, &Hours),
    what: &str,
    does: &str,
    report: &mut Report<'_>,
) {
    if hours.ever_opens() || written.body.spans_lost {
        return;
    }
    let message = format!("{what} `{}` never {does}", hours.name);
    let remedy = "write spans into `week`, such as \"mon-fri 08:00-17:00\"".to_owned();
    report.add(Flaw::warning("never-open", written.name.span(), message).suggest(remedy));
}
