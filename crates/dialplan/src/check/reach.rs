//! Everything that is written should be reached by some caller.

use super::Written;
use crate::plan::{Goto, Number, Plan};
use crate::report::{Flaw, Report};
use std::collections::BTreeSet;

/// Warns of steps and queues that no number leads to.
pub(super) fn check(written: &Written<'_>, report: &mut Report<'_>) {
    let reached = reached(written);
    for place in written.places() {
        if reached.contains(&place) {
            continue;
        }
        let id = match place {
            Goto::Step(_) | Goto::HangUp => "unreachable-step",
            Goto::Queue(_) => "unreachable-queue",
        };
        let message = format!("no number leads to `{}`", written.name(place));
        report.add(Flaw::warning(id, written.span(place), message));
    }
}

/// Every place that a caller of some number may come to.
fn reached(written: &Written<'_>) -> BTreeSet<Goto> {
    let plan = written.plan;
    let mut open = entrances(plan);
    let mut reached = BTreeSet::new();
    while let Some(place) = open.pop() {
        if reached.insert(place) {
            open.extend(arrows(written, place));
        }
    }
    reached.extend(waited_in(written.plan, &reached));
    reached
}

/// Where messages and callbacks wait: they follow no arrow from there.
fn waited_in(plan: &Plan, reached: &BTreeSet<Goto>) -> Vec<Goto> {
    let queues = reached.iter().filter_map(|place| match place {
        Goto::Step(step) => {
            let step = plan.step(*step);
            let of_messages = step.voicemail().and_then(|it| it.waits).map(|waits| waits.queue);
            of_messages.or_else(|| step.callback().map(|callback| callback.queue))
        }
        Goto::Queue(_) | Goto::HangUp => None,
    });
    queues.map(Goto::Queue).collect()
}

/// Where callers may come in, and where keys lead that work everywhere.
pub(super) fn entrances(plan: &Plan) -> Vec<Goto> {
    let of_numbers = plan.numbers.values().flat_map(Number::ways);
    of_numbers.chain(plan.anytime().map(|(_, goto)| goto)).collect()
}

/// Where a caller may go from a place.
pub(super) fn arrows(written: &Written<'_>, place: Goto) -> impl Iterator<Item = Goto> {
    written.plan.ways(place).into_iter().map(|(_, goto)| goto)
}
