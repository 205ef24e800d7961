//! Everything that is written should be reached by some caller.

use super::Written;
use crate::plan::{Callback, Dial, Goto, LookUp, Menu, Plan, Say, Set, Speak, Step, Voicemail};
use crate::report::{Flaw, Report};
use std::collections::BTreeSet;

/// Warns of steps, queues and hours that no number leads to.
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
    check_hours(written, report);
}

fn check_hours(written: &Written<'_>, report: &mut Report<'_>) {
    let openings = written.plan.numbers.values().filter_map(|number| number.opening);
    let of_queues = written.plan.queues.iter().filter_map(|queue| queue.hours);
    let used = openings.map(|opening| opening.hours).chain(of_queues);
    let used: BTreeSet<_> = used.map(|hours| hours.index()).collect();
    let unused = written.draft.hours.iter().enumerate().filter(|(at, _)| !used.contains(at));
    for (_, hours) in unused {
        let message = format!("no number and no queue keeps the hours `{}`", hours.name.get_ref());
        report.add(Flaw::warning("unused-hours", hours.name.span(), message));
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
        Goto::Step(step) => match plan.step(*step) {
            Step::Voicemail(voicemail) => voicemail.waits.map(|waits| waits.queue),
            Step::Callback(callback) => Some(callback.queue),
            Step::Say(_)
            | Step::Speak(_)
            | Step::Set(_)
            | Step::LookUp(_)
            | Step::Dial(_)
            | Step::Menu(_) => None,
        },
        Goto::Queue(_) | Goto::HangUp => None,
    });
    queues.map(Goto::Queue).collect()
}

/// Where callers may come in, and where the operator key leads.
pub(super) fn entrances(plan: &Plan) -> Vec<Goto> {
    let of_numbers = plan.numbers.values().flat_map(|number| {
        [Some(number.goto), number.opening.map(|opening| opening.closed)].into_iter().flatten()
    });
    of_numbers.chain(plan.operator).collect()
}

/// Where a caller may go from a place.
pub(super) fn arrows(written: &Written<'_>, place: Goto) -> Vec<Goto> {
    match place {
        Goto::Step(step) => match written.plan.step(step) {
            Step::Say(Say { goto, .. })
            | Step::Speak(Speak { goto, .. })
            | Step::Set(Set { goto, .. }) => vec![*goto],
            Step::LookUp(LookUp { goto, vip, unknown, failed, .. }) => {
                vec![*goto, *vip, *unknown, *failed]
            }
            Step::Dial(Dial { failed, .. }) => vec![*failed],
            Step::Voicemail(Voicemail { full, goto, .. }) => vec![*full, *goto],
            Step::Callback(Callback { full, otherwise, goto, .. }) => {
                vec![*full, *otherwise, *goto]
            }
            Step::Menu(Menu { keys, otherwise, .. }) => {
                keys.values().copied().chain([*otherwise]).collect()
            }
        },
        Goto::Queue(queue) => {
            let queue = written.plan.queue(queue);
            let sent_on = queue.conditions.iter().map(|condition| condition.goto);
            let chosen = queue.offers.iter().flat_map(|offer| offer.keys.values().copied());
            sent_on.chain(chosen).chain([queue.full, queue.closed]).collect()
        }
        Goto::HangUp => Vec::new(),
    }
}
