//! Every queue must have somebody who may answer its callers.

use super::Written;
use crate::assemble::id;
use crate::draft::{Named, QueueDraft};
use crate::plan::{Agent, Queue};
use crate::report::{Flaw, Report};
use ids::QueueId;

/// Looks at each queue with the agents who take its calls.
pub(super) fn check(written: &Written<'_>, report: &mut Report<'_>) {
    let mut crews: Vec<Vec<&Agent>> = vec![Vec::new(); written.plan.queues.len()];
    for agent in &written.plan.agents {
        for queue in &agent.queues {
            crews.iter_mut().skip(queue.index()).take(1).for_each(|crew| crew.push(agent));
        }
    }
    for ((at, draft), crew) in written.draft.queues.iter().enumerate().zip(&crews) {
        check_queue(written.plan.queue(QueueId(id(at))), draft, crew, report);
    }
}

fn check_queue(queue: &Queue, draft: &Named<QueueDraft>, crew: &[&Agent], report: &mut Report<'_>) {
    let before = report.len();
    let later = queue.relax.iter().flat_map(|(_, levels)| levels);
    let all = queue.requirements.iter().chain(later);
    for (requirement, level) in all.zip(draft.body.all_skills()) {
        if !crew.is_empty() && !crew.iter().any(|agent| has(agent, *requirement)) {
            let (_, least) = requirement;
            let skill = level.skill.get_ref();
            let message = format!("no agent of `queue.{}` has {skill} {least}", queue.name);
            let remedy = "give the skill to an agent of the queue, or ask for less".to_owned();
            let flaw = Flaw::error("skill-nobody-has", level.skill.span(), message);
            report.add(flaw.suggest(remedy));
        }
    }
    let later = queue.relax.iter().map(|(_, levels)| levels);
    let mut steps = std::iter::once(&queue.requirements).chain(later);
    let anybody =
        |levels: &Vec<_>| crew.iter().any(|agent| levels.iter().all(|it| has(agent, *it)));
    if report.len() == before && !steps.any(anybody) {
        report.add(without_agents(queue, draft));
    }
}

fn has(agent: &Agent, (skill, least): (ids::SkillId, u8)) -> bool {
    agent.skills.iter().any(|(had, level)| *had == skill && *level >= least)
}

fn without_agents(queue: &Queue, draft: &Named<QueueDraft>) -> Flaw {
    let message = format!("nobody may answer the callers of `queue.{}`", queue.name);
    let remedy = match queue.requirements.as_slice() {
        [] => format!("add \"{}\" to the `queues` of an agent", queue.name),
        _ => "give all of its skills to one agent who has it among `queues`".to_owned(),
    };
    Flaw::error("queue-without-agents", draft.name.span(), message).suggest(remedy)
}
