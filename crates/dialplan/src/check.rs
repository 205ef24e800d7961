//! Whether a plan that hangs together makes sense: callers get on, somebody answers, everything is
//! recorded.

mod after_call;
mod branches;
mod callbacks;
mod demands;
mod dialled;
mod hours;
mod loops;
mod numbers;
mod operators;
mod outside_hours;
mod people;
mod reach;
mod recorded;
mod returns;
mod said_hours;
mod staff;
mod unused;
mod waits;

pub(crate) use demands::DEMAND_SETS_MAX;

use crate::assemble::{Assembled, id};
use crate::draft::Draft;
use crate::outside::Site;
use crate::plan::{Goto, Plan, StepId};
use crate::report::Report;
use ids::QueueId;
use std::ops::Range;

/// Runs every check that the faults found so far have not made pointless.
pub(crate) fn check(
    assembled: &mut Assembled,
    draft: &Draft,
    site: &mut Site<'_>,
    report: &mut Report<'_>,
) {
    let written = Written { plan: &assembled.plan, draft };
    loops::check(&written, report);
    if !assembled.arrows_lost {
        reach::check(&written, report);
        returns::check(&written, report);
        outside_hours::check(&written, report);
        said_hours::check(&written, site, report);
        unused::check_hours(&written, report);
    }
    if !assembled.queues_lost {
        staff::check(&written, report);
        after_call::check(&written, report);
    }
    dialled::check(&written, report);
    callbacks::check(&written, report);
    hours::check(&written, report);
    let demand_sets = demands::check(&written, report);
    assembled.plan.demand_sets = demand_sets;
    recorded::check(draft, &assembled.plan, site, report);
    // What is wrong outright makes much else look as if it were not meant.
    if !report.any_error() {
        let written = Written { plan: &assembled.plan, draft };
        if people::check(&written, report) {
            operators::check(&written, report);
        }
        loops::check_silence(&written, report);
        waits::check(&written, report);
        branches::check(&written, report);
        numbers::check(&written, report);
        unused::check(&written, report);
    }
}

/// A plan with the text it was made from. Steps, queues and agents are in the same order in both;
/// the plan has built-in steps behind those of the text.
struct Written<'a> {
    plan: &'a Plan,
    draft: &'a Draft,
}

impl Written<'_> {
    /// How a place is called in the text, such as `menu.main`.
    fn name(&self, place: Goto) -> String {
        match place {
            Goto::Step(step) => match self.draft.steps.get(step.index()) {
                Some(step) => format!("{}.{}", step.body.kind(), step.name.get_ref()),
                None => self.plan.arrow(place),
            },
            Goto::Queue(queue) => format!("queue.{}", self.plan.queue(queue).name),
            Goto::HangUp => "hangup".to_owned(),
        }
    }

    /// Where the header of a place stands.
    fn span(&self, place: Goto) -> Range<usize> {
        match place {
            Goto::Step(step) => {
                self.draft.steps.get(step.index()).map_or(0..0, |step| step.name.span())
            }
            Goto::Queue(queue) => self.queue_span(queue),
            Goto::HangUp => 0..0,
        }
    }

    fn queue_span(&self, queue: QueueId) -> Range<usize> {
        self.draft.queues.get(queue.index()).map_or(0..0, |queue| queue.name.span())
    }

    /// Steps and queues of the text.
    fn places(&self) -> impl Iterator<Item = Goto> {
        let steps = (0..id(self.draft.steps.len())).map(|at| Goto::Step(StepId(at)));
        let queues = (0..id(self.draft.queues.len())).map(|at| Goto::Queue(QueueId(at)));
        steps.chain(queues)
    }
}
