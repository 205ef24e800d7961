//! Every queue must have somebody who may answer its callers.

use super::Written;
use crate::assemble::id;
use crate::draft::{LevelDraft, Named, QueueDraft, Sense};
use crate::nearest::did_you_mean;
use crate::plan::{Agent, Plan, Queue, Requirement};
use crate::report::{Flaw, Report};
use ids::{QueueId, SkillId};
use std::collections::BTreeSet;

/// Looks at each queue with the agents who take its calls.
pub(super) fn check(written: &Written<'_>, report: &mut Report<'_>) {
    let mut crews: Vec<Vec<&Agent>> = vec![Vec::new(); written.plan.queues.len()];
    for agent in &written.plan.agents {
        for queue in &agent.queues {
            crews.iter_mut().skip(queue.index()).take(1).for_each(|crew| crew.push(agent));
        }
    }
    let known = known_skills(written.plan);
    for ((at, draft), crew) in written.draft.queues.iter().enumerate().zip(&crews) {
        let queue = written.plan.queue(QueueId(id(at)));
        check_queue((queue, draft), crew, &known, report);
    }
}

/// Names of the skills that some agent has.
fn known_skills(plan: &Plan) -> BTreeSet<&str> {
    let had = plan.agents.iter().flat_map(|agent| &agent.skills);
    had.filter_map(|(skill, _)| plan.skills.get(skill.index())).map(|name| &**name).collect()
}

fn check_queue(
    (queue, draft): (&Queue, &Named<QueueDraft>),
    crew: &[&Agent],
    known: &BTreeSet<&str>,
    report: &mut Report<'_>,
) {
    let before = report.len();
    let later = queue.relax.iter().map(|(_, who)| who);
    let steps: Vec<_> = std::iter::once(&queue.requirement).chain(later).collect();
    let mut skills = steps.iter().flat_map(|who| skills_of(who));
    for (level, sense) in draft.body.all_skills() {
        let Some((skill, least)) = skills.next() else { break };
        let somebody_has = || crew.iter().any(|agent| has(agent, (skill, least)));
        match sense {
            Sense::Wanted if crew.is_empty() || somebody_has() => {}
            Sense::Wanted => report.add(nobody_has(queue, level, known)),
            Sense::Unwanted if known.contains(level.skill.get_ref().as_str()) => {}
            Sense::Unwanted => report.add(without_meaning(level, known)),
        }
    }
    if report.len() > before {
        return;
    }
    let who_meets = |step: &&Requirement| -> BTreeSet<&str> {
        let meeting = crew.iter().filter(|agent| step.is_met_by(&agent.skills));
        meeting.map(|agent| &*agent.account).collect()
    };
    let meeting: Vec<_> = steps.iter().map(who_meets).collect();
    if meeting.iter().all(BTreeSet::is_empty) {
        return report.add(without_agents(queue, draft));
    }
    for (steps, relaxed) in meeting.windows(2).zip(&draft.body.distribution.relax) {
        // Where everybody is asked already, as in a small centre, nothing is amiss.
        if let [before, after] = steps
            && before.len() < crew.len()
            && after.is_subset(before)
        {
            let message = "this step of `relax` lets no agent in who was not asked before";
            let remedy = "ask for less, or take the step out".to_owned();
            let flaw = Flaw::warning("relax-in-vain", relaxed.span.clone(), message.to_owned());
            report.add(flaw.suggest(remedy));
        }
    }
}

/// The skills of a requirement, in the order of the text.
fn skills_of(who: &Requirement) -> Vec<(SkillId, u8)> {
    match who {
        Requirement::AtLeast(skill, least) => vec![(*skill, *least)],
        Requirement::All(of) | Requirement::Any(of) => of.iter().flat_map(skills_of).collect(),
        Requirement::Not(not) => skills_of(not),
    }
}

fn has(agent: &Agent, (skill, least): (SkillId, u8)) -> bool {
    agent.skills.iter().any(|(had, level)| *had == skill && *level >= least)
}

fn nobody_has(queue: &Queue, level: &LevelDraft, known: &BTreeSet<&str>) -> Flaw {
    let LevelDraft { skill, level } = level;
    let name = skill.get_ref().as_str();
    let message = format!("no agent of `queue.{}` has {name} {level}", queue.name);
    let meant = did_you_mean(name, known.iter().copied()).filter(|_| !known.contains(name));
    let remedy = || "give the skill to an agent of the queue, or ask for less".to_owned();
    Flaw::error("skill-nobody-has", skill.span(), message).suggest(meant.unwrap_or_else(remedy))
}

/// What stands behind `not` may be what nobody is at the moment, or a slip of the pen.
fn without_meaning(level: &LevelDraft, known: &BTreeSet<&str>) -> Flaw {
    let name = level.skill.get_ref().as_str();
    let message = format!("no agent has the skill `{name}`, so that `not` leaves nobody out");
    let flaw = Flaw::warning("not-in-vain", level.skill.span(), message);
    flaw.suggest(did_you_mean(name, known.iter().copied()))
}

fn without_agents(queue: &Queue, draft: &Named<QueueDraft>) -> Flaw {
    let message = format!("nobody may answer the callers of `queue.{}`", queue.name);
    let remedy = if queue.requirement == Requirement::ANYONE {
        format!("add \"{}\" to the `queues` of an agent", queue.name)
    } else {
        "give all of its skills to one agent who has it among `queues`".to_owned()
    };
    Flaw::error("queue-without-agents", draft.name.span(), message).suggest(remedy)
}
