//! Numbers outside that callers are put through to: a trunk may carry them, and they are none of ours.

use super::Written;
use crate::draft::{DialDraft, StepDraft};
use crate::plan::{Dial, Step};
use crate::report::{Flaw, Report};
use crate::table::Text;

pub(super) fn check(written: &Written<'_>, report: &mut Report<'_>) {
    for (draft, step) in written.draft.steps.iter().zip(&written.plan.steps) {
        if let (StepDraft::Dial(DialDraft { number: Some(number), trunks, .. }), Step::Dial(dial)) =
            (&draft.body, step)
        {
            let trunks = trunks.as_deref().unwrap_or_default();
            check_number(written, (number, trunks, dial), report);
        }
    }
}

fn check_number(
    written: &Written<'_>,
    (text, trunks, dial): (&Text, &[Text], &Dial),
    report: &mut Report<'_>,
) {
    let plan = written.plan;
    if let Some((own, _)) = plan.number(text.get_ref()) {
        let message = format!("`{own}` is a number of this plan: the call would come back");
        let remedy = "lead the arrow to where that number leads".to_owned();
        report.add(Flaw::error("dials-itself", text.span(), message).suggest(remedy));
    } else if plan.ways_out(&dial.number).is_empty() {
        let message = format!("no trunk may carry a call to `{}`", text.get_ref());
        let remedy = "write its beginning into `dial` of a trunk".to_owned();
        report.add(Flaw::error("number-not-listed", text.span(), message).suggest(remedy));
    } else {
        trunks.iter().for_each(|trunk| check_trunk(written, (text, trunk, dial), report));
    }
}

/// A trunk that is named carries only what it lists, like any other.
fn check_trunk(
    written: &Written<'_>,
    (number, name, dial): (&Text, &Text, &Dial),
    report: &mut Report<'_>,
) {
    let span = name.span();
    let (number, name, plan) = (number.get_ref(), name.get_ref(), written.plan);
    let trunk = plan.trunks.iter().find(|trunk| *trunk.name == **name);
    if trunk.is_some_and(|trunk| trunk.allows(&dial.number).is_none()) {
        let message = format!("`trunk.{name}` may not carry a call to `{number}`");
        let remedy = format!("write the number's beginning into `dial` of `trunk.{name}`");
        report.add(Flaw::error("number-not-listed", span, message).suggest(remedy));
    }
}
