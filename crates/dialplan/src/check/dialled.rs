//! Numbers outside that callers are put through to: a trunk may carry them, and they are none of ours.

use super::Written;
use crate::draft::{DialDraft, StepDraft};
use crate::plan::{Dial, Step};
use crate::report::{Flaw, Report};
use crate::table::Text;

pub(super) fn check(written: &Written<'_>, report: &mut Report<'_>) {
    for (draft, step) in written.draft.steps.iter().zip(&written.plan.steps) {
        if let (StepDraft::Dial(DialDraft { number: Some(number), .. }), Step::Dial(dial)) =
            (&draft.body, step)
        {
            check_number(written, (number, dial), report);
        }
    }
}

fn check_number(written: &Written<'_>, (text, dial): (&Text, &Dial), report: &mut Report<'_>) {
    let plan = written.plan;
    if let Some((own, _)) = plan.number(text.get_ref()) {
        let message = format!("`{own}` is a number of this plan: the call would come back");
        let remedy = "lead the arrow to where that number leads".to_owned();
        report.add(Flaw::error("dials-itself", text.span(), message).suggest(remedy));
    } else if plan.ways_out(&dial.number).is_empty() {
        let message = format!("no trunk may carry a call to `{}`", text.get_ref());
        let remedy = "write its beginning into `dial` of a trunk".to_owned();
        report.add(Flaw::error("number-not-listed", text.span(), message).suggest(remedy));
    }
}
