//! What calls can have gathered on their way when they come to a queue, and that somebody there meets
//! it.

use super::{Written, reach};
use crate::draft::{LevelDraft, NeedDraft, Sense};
use crate::plan::{Agent, Demands, Goto, Plan};
use crate::report::{Flaw, Report};
use ids::QueueId;
use std::collections::BTreeSet;

/// How many different sets of demands calls may come with: each is a line of its own in every queue.
pub(crate) const DEMAND_SETS_MAX: usize = 32;

/// Answers every set of demands that calls come to queues with; none of them is the first.
pub(super) fn check(written: &Written<'_>, report: &mut Report<'_>) -> Vec<Demands> {
    check_skills(written, report);
    let arrivals = arrivals(written, report);
    for (queue, demands) in &arrivals {
        check_crew(written, *queue, *demands, report);
    }
    let all: BTreeSet<Demands> = arrivals.into_iter().map(|(_, demands)| demands).collect();
    let own = all.into_iter().filter(|demands| *demands != Demands::NONE);
    std::iter::once(Demands::NONE).chain(own).collect()
}

/// A skill that no agent has is most likely misspelt.
fn check_skills(written: &Written<'_>, report: &mut Report<'_>) {
    let needs = written.draft.steps.iter().filter_map(|step| step.body.set()?.need.as_ref());
    for (LevelDraft { skill, level }, sense) in needs.flat_map(NeedDraft::levels) {
        let mut agents = written.draft.agents.iter().flat_map(|agent| &agent.body.skills);
        let is_had =
            |had: &LevelDraft| had.skill.get_ref() == skill.get_ref() && had.level >= *level;
        if sense == Sense::Wanted && !agents.any(is_had) {
            let message = format!("no agent has {} {level}", skill.get_ref());
            let remedy = "give the skill to an agent, or ask for less".to_owned();
            let flaw = Flaw::error("skill-nobody-has", skill.span(), message);
            report.add(flaw.suggest(remedy));
        }
    }
}

/// Follows every arrow with what has been gathered on the way, to every queue.
fn arrivals(written: &Written<'_>, report: &mut Report<'_>) -> BTreeSet<(QueueId, Demands)> {
    let entrances = reach::entrances(written.plan);
    let mut open: Vec<_> = entrances.into_iter().map(|place| (place, Demands::NONE)).collect();
    let mut seen = BTreeSet::new();
    let (mut arrivals, mut sets) = (BTreeSet::new(), BTreeSet::new());
    while let Some((place, before)) = open.pop() {
        if !seen.insert((place, before)) {
            continue;
        }
        let demands = demands_behind(written, place, before);
        if let Some(queue) = waits_in(written.plan, place) {
            arrivals.insert((queue, demands));
            sets.insert(demands);
        }
        if sets.len() > DEMAND_SETS_MAX {
            let message = format!(
                "calls can come to queues with more than {DEMAND_SETS_MAX} different sets of needs"
            );
            let remedy = "let fewer `set` steps with `needs` follow one another".to_owned();
            report.add(Flaw::error("too-many", written.span(place), message).suggest(remedy));
            break;
        }
        // Keys that work everywhere lead away from wherever a caller is.
        let anytime = written.plan.anytime().map(|(_, goto)| goto);
        let next = reach::arrows(written, place).chain(anytime);
        open.extend(next.map(|next| (next, demands)));
    }
    arrivals
}

/// In which queue a call waits that comes to this place, itself or by a callback.
fn waits_in(plan: &Plan, place: Goto) -> Option<QueueId> {
    match place {
        Goto::Queue(queue) => Some(queue),
        Goto::Step(step) => {
            let queue = plan.step(step).callback()?.queue;
            // A plan whose callback names no queue has perhaps none at all.
            (queue.index() < plan.queues.len()).then_some(queue)
        }
        Goto::HangUp => None,
    }
}

fn demands_behind(written: &Written<'_>, place: Goto, demands: Demands) -> Demands {
    match place {
        Goto::Step(step) => {
            let demand = written.plan.step(step).set().and_then(|set| set.demand);
            demand.map_or(demands, |demand| demands.with(demand))
        }
        Goto::Queue(_) | Goto::HangUp => demands,
    }
}

/// Whoever comes to a queue with such demands must have somebody there who meets them, at least when
/// the queue has asked for less and all has been dropped that is dropped.
fn check_crew(written: &Written<'_>, id: QueueId, demands: Demands, report: &mut Report<'_>) {
    let plan = written.plan;
    let queue = plan.queue(id);
    let lasting: Vec<_> = demands
        .iter()
        .filter_map(|demand| plan.demands.get(demand.index()))
        .filter(|demand| demand.lasts.is_none())
        .collect();
    let crew: Vec<&Agent> = plan.agents.iter().filter(|agent| agent.queues.contains(&id)).collect();
    let meets_queue = |agent: &&&Agent| {
        let steps = queue.relax.iter().map(|(_, who)| who).chain([&queue.requirement]);
        steps.into_iter().any(|who| who.is_met_by(&agent.skills))
    };
    let mut able = crew.iter().filter(meets_queue).peekable();
    // A queue that nobody can answer at all is told elsewhere.
    let is_manned = able.peek().is_some();
    let meets_all =
        |agent: &&Agent| lasting.iter().all(|demand| demand.requirement.is_met_by(&agent.skills));
    if is_manned && !able.any(meets_all) {
        let steps: Vec<_> = lasting.iter().map(|demand| format!("`set.{}`", demand.name)).collect();
        let message = format!(
            "nobody may answer callers who come to `queue.{}` by {}",
            queue.name,
            steps.join(" and ")
        );
        let remedy =
            "give the skills to an agent of the queue, or let the needs end by `needs_for`";
        let flaw = Flaw::error("demand-nobody-meets", written.queue_span(id), message);
        report.add(flaw.suggest(remedy.to_owned()));
    }
}
