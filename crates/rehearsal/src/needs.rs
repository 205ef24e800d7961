//! What a call needs of an agent, in the words of the dialplan.

use dialplan::{Demands, Plan, Requirement};
use ids::QueueId;

/// What this queue and these demands need, each as it could stand in `needs`; empty: anyone will do.
pub(crate) fn needs(plan: &Plan, queue: QueueId, demands: Demands) -> Vec<String> {
    let of_queue = std::iter::once(&plan.queue(queue).requirement);
    let of_call = demands.iter().filter_map(|demand| plan.demands.get(demand.index()));
    let all = of_queue.chain(of_call.map(|demand| &demand.requirement));
    all.filter(|requirement| **requirement != Requirement::ANYONE)
        .map(|requirement| written(plan, requirement))
        .collect()
}

fn written(plan: &Plan, requirement: &Requirement) -> String {
    match requirement {
        Requirement::AtLeast(skill, level) => {
            let name = plan.skills.get(skill.index()).map_or("?", |name| &**name);
            format!("{name} >= {level}")
        }
        Requirement::All(all) => joined(plan, all, " and "),
        Requirement::Any(any) => joined(plan, any, " or "),
        Requirement::Not(not) => format!("not {}", inner(plan, not)),
    }
}

fn joined(plan: &Plan, all: &[Requirement], word: &str) -> String {
    let each: Vec<_> = all.iter().map(|each| inner(plan, each)).collect();
    each.join(word)
}

/// In parentheses where it would otherwise be read in another way.
fn inner(plan: &Plan, requirement: &Requirement) -> String {
    let text = written(plan, requirement);
    match requirement {
        Requirement::All(several) | Requirement::Any(several) if several.len() > 1 => {
            format!("({text})")
        }
        Requirement::AtLeast(..)
        | Requirement::All(_)
        | Requirement::Any(_)
        | Requirement::Not(_) => text,
    }
}
