//! Nobody comes to `return` who was not sent by a `sub`.

use super::{Written, reach};
use crate::plan::{Goto, Step, Way};
use crate::report::{Flaw, Report};
use std::collections::BTreeSet;

/// Follows every arrow but those into what a `sub` uses.
pub(super) fn check(written: &Written<'_>, report: &mut Report<'_>) {
    let plan = written.plan;
    let mut open = reach::entrances(plan);
    let mut seen = BTreeSet::new();
    while let Some(place) = open.pop() {
        if !seen.insert(place) {
            continue;
        }
        if let Goto::Step(step) = place
            && let Step::Sub(sub) = plan.step(step)
        {
            open.push(sub.goto);
        }
        for (way, goto) in plan.ways(place) {
            if is_return(written, goto) && way != Way::Calls {
                let name = written.name(place);
                let message =
                    format!("callers come to `{name}` whom no `sub` has sent, and it returns them");
                let remedy = "lead its arrow elsewhere, or come to it by a `sub` alone".to_owned();
                let flaw = Flaw::error("return-to-nowhere", written.span(place), message);
                report.add(flaw.suggest(remedy));
            } else if way != Way::Calls {
                open.push(goto);
            }
        }
    }
}

fn is_return(written: &Written<'_>, place: Goto) -> bool {
    match place {
        Goto::Step(step) => matches!(written.plan.step(step), Step::Return(_)),
        Goto::Queue(_) | Goto::HangUp => false,
    }
}
