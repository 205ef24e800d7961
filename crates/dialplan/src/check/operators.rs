//! One key leads to a person from wherever callers are; where it can not be known to whom, that is said.

use super::Written;
use super::people::{by_day, leading_to_a_human};
use crate::draft::OperatorTo;
use crate::plan::{Goto, Step};
use crate::report::{Flaw, Report};

/// Looks at the operator key of a plan that does not say where it leads, or that it leads nowhere.
pub(super) fn check(written: &Written<'_>, report: &mut Report<'_>) {
    let operator = &written.draft.top.operator;
    match (&operator.to, &operator.key) {
        (OperatorTo::Unsaid, _) => {
            if let Some(place) = first_without(written) {
                report.add(not_known(written, place));
            }
        }
        (OperatorTo::Nowhere, Some(key)) => {
            let message = "`operator_key` has no use where `operator` is \"none\"".to_owned();
            let remedy = "take one of the two out".to_owned();
            report.add(Flaw::warning("no-operator", key.span(), message).suggest(remedy));
        }
        (OperatorTo::Nowhere | OperatorTo::Arrow(_), _) => {}
    }
}

/// The first place that callers come to by day, in a centre with people, where the key does nothing.
fn first_without(written: &Written<'_>) -> Option<Goto> {
    let plan = written.plan;
    let humans = leading_to_a_human(written);
    if humans.is_empty() || plan.anytime().any(|(_, goto)| humans.contains(&goto)) {
        return None;
    }
    let by_day = by_day(plan);
    let does_nothing = |place: &Goto| {
        let Goto::Step(step) = place else { return false };
        match plan.step(*step) {
            step @ (Step::Menu(_) | Step::Confirm(_)) => !step.takes(plan.operator_key),
            // Behind last words nobody wants anything.
            Step::Say(say) => {
                humans.contains(place) && !plan.is_answer_next(say.goto, plan.operator_key)
            }
            Step::Speak(_)
            | Step::Set(_)
            | Step::Branch(_)
            | Step::Collect(_)
            | Step::Http(_)
            | Step::HangUp(_)
            | Step::Sub(_)
            | Step::Return(_)
            | Step::LookUp(_)
            | Step::Dial(_)
            | Step::Voicemail(_)
            | Step::Callback(_) => false,
        }
    };
    written.places().filter(|place| by_day.contains(place)).find(does_nothing)
}

fn not_known(written: &Written<'_>, place: Goto) -> Flaw {
    let key = written.plan.operator_key;
    let which = match written.draft.queues.len() {
        _ if written.plan.keys.contains_key(&key) => "`keys` has another use of it".to_owned(),
        0 => "the plan has no queue".to_owned(),
        queues => format!("to which of {queues} queues is not said"),
    };
    let message = format!("key {key} leads to no person from `{}`: {which}", written.name(place));
    let remedy =
        "write `operator = \"queue.NAME\"` at the top, or \"none\" if no key is to lead to one";
    Flaw::warning("no-operator", written.span(place), message).suggest(remedy.to_owned())
}
