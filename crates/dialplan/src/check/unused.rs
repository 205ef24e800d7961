//! What is written and used by nothing: hours, shifts, holidays, directories, skills, languages.

use super::Written;
use crate::assemble::{of_queue, of_step, split_language};
use crate::draft::Named;
use crate::plan::{
    Branch, DirectoryId, Fact, LanguageId, Number, Offer, Plan, Requirement, Source, Step,
};
use crate::report::{Flaw, Report};
use crate::table::Text;
use ids::SkillId;
use std::collections::BTreeSet;

/// Looks for each, apart from the hours.
pub(super) fn check(written: &Written<'_>, report: &mut Report<'_>) {
    check_shifts(written, report);
    check_holidays(written, report);
    check_directories(written, report);
    check_skills(written, report);
    check_languages(written, report);
}

/// Those of these names whose places in the plan's list nothing has.
fn unused<'d, T>(all: &'d [Named<T>], used: &'d BTreeSet<usize>) -> impl Iterator<Item = &'d Text> {
    let unused = all.iter().enumerate().filter(|(at, _)| !used.contains(at));
    unused.map(|(_, named)| &named.name)
}

/// Looks for hours that nobody keeps.
pub(super) fn check_hours(written: &Written<'_>, report: &mut Report<'_>) {
    let openings = written.plan.numbers.values().filter_map(|number| number.opening);
    let of_queues = written.plan.queues.iter().filter_map(|queue| queue.hours);
    let asked = asked(written.plan).filter_map(Fact::hours);
    let used = openings.map(|opening| opening.hours).chain(of_queues).chain(asked);
    let used: BTreeSet<_> = used.map(|hours| hours.index()).collect();
    for hours in unused(&written.draft.hours, &used) {
        let message = format!("no number and no queue keeps the hours `{}`", hours.get_ref());
        report.add(Flaw::warning("unused-hours", hours.span(), message));
    }
}

fn check_shifts(written: &Written<'_>, report: &mut Report<'_>) {
    let used = written.plan.agents.iter().filter_map(|agent| agent.shift);
    let used: BTreeSet<_> = used.map(|shift| shift.index()).collect();
    for shift in unused(&written.draft.shifts, &used) {
        let message = format!("no agent works the shift `{}`", shift.get_ref());
        report.add(Flaw::warning("unused-shift", shift.span(), message));
    }
}

fn check_holidays(written: &Written<'_>, report: &mut Report<'_>) {
    let draft = written.draft;
    let kept = draft.hours.iter().chain(&draft.shifts);
    let kept = kept.filter_map(|hours| hours.body.holidays.as_ref());
    let kept: BTreeSet<&str> = kept.map(|it| it.calendar.get_ref().as_str()).collect();
    for calendar in draft.holidays.iter().map(|calendar| &calendar.name) {
        let name = calendar.get_ref();
        if !kept.contains(name.as_str()) {
            let message = format!("no hours and no shift keep the holidays `{name}`");
            let remedy = format!("write `holidays = \"{name}\"` where they hold");
            let flaw = Flaw::warning("unused-holidays", calendar.span(), message);
            report.add(flaw.suggest(remedy));
        }
    }
}

fn check_directories(written: &Written<'_>, report: &mut Report<'_>) {
    let of_numbers = written.plan.numbers.values().filter_map(|number| number.directory);
    let of_steps = written.plan.steps.iter().filter_map(asked_by);
    let asked = asked(written.plan).filter_map(Fact::directory);
    let used = of_numbers.chain(of_steps).chain(asked);
    let used: BTreeSet<_> = used.map(|it| it.index()).collect();
    for directory in unused(&written.draft.directories, &used) {
        let message = format!("nobody is looked up in the directory `{}`", directory.get_ref());
        let remedy = "name it as `directory` of a number or of a `lookup`, or ask `listed.` for it"
            .to_owned();
        let flaw = Flaw::warning("unused-directory", directory.span(), message);
        report.add(flaw.suggest(remedy));
    }
}

/// Everything that some test asks for.
fn asked(plan: &Plan) -> impl Iterator<Item = Fact> {
    let of_branches = plan.steps.iter().filter_map(Step::branch).flat_map(Branch::facts);
    let of_queues = plan.queues.iter().flat_map(|queue| &queue.offers).flat_map(Offer::facts);
    of_branches.chain(plan.numbers.values().flat_map(Number::facts)).chain(of_queues)
}

fn asked_by(step: &Step) -> Option<DirectoryId> {
    if let Step::LookUp(look_up) = step { Some(look_up.directory) } else { None }
}

/// A skill that no call ever needs is told once, where the first agent has it.
fn check_skills(written: &Written<'_>, report: &mut Report<'_>) {
    let plan = written.plan;
    let mut asked = BTreeSet::new();
    for queue in &plan.queues {
        gather(&queue.requirement, &mut asked);
        queue.relax.iter().for_each(|(_, requirement)| gather(requirement, &mut asked));
    }
    plan.demands.iter().for_each(|demand| gather(&demand.requirement, &mut asked));
    let is_asked = |name: &str| {
        let asked = asked.iter().filter_map(|skill: &SkillId| plan.skills.get(skill.index()));
        asked.into_iter().any(|known| **known == *name)
    };
    let mut told = BTreeSet::new();
    for level in written.draft.agents.iter().flat_map(|agent| &agent.body.skills) {
        let name = level.skill.get_ref().as_str();
        if told.insert(name) && !is_asked(name) {
            let message = format!("no queue and no step asks for the skill `{name}`");
            report.add(Flaw::warning("unused-skill", level.skill.span(), message));
        }
    }
}

fn gather(requirement: &Requirement, asked: &mut BTreeSet<SkillId>) {
    match requirement {
        Requirement::AtLeast(skill, _) => {
            asked.insert(*skill);
        }
        Requirement::All(of) | Requirement::Any(of) => {
            of.iter().for_each(|one| gather(one, asked));
        }
        Requirement::Not(not) => gather(not, asked),
    }
}

/// A language in which nobody is ever spoken to needs a hundred recordings for nothing.
fn check_languages(written: &Written<'_>, report: &mut Report<'_>) {
    let Some(spoken) = spoken(written.plan) else { return };
    let of_steps = written.draft.steps.iter().flat_map(|step| of_step(&step.body));
    let of_queues = written.draft.queues.iter().flat_map(|queue| of_queue(&queue.body));
    let tags: BTreeSet<_> =
        of_steps.chain(of_queues).filter_map(|text| split_language(text.get_ref()).0).collect();
    for text in &written.draft.top.languages {
        let tag = text.get_ref().as_str();
        let known = written.plan.language_of(tag);
        if known.is_some_and(|language| !spoken.contains(&language)) && !tags.contains(tag) {
            let message = format!("nobody is ever spoken to in `{tag}`");
            let remedy =
                "name it as `language` of a number or a `speak`, or take it out".to_owned();
            report.add(Flaw::warning("unused-language", text.span(), message).suggest(remedy));
        }
    }
}

/// The languages that callers come to be spoken to in; none if that is found out from call to call.
fn spoken(plan: &Plan) -> Option<BTreeSet<LanguageId>> {
    let mut spoken = BTreeSet::from([plan.default_language]);
    spoken.extend(plan.numbers.values().map(|number| number.language));
    for step in &plan.steps {
        if let Step::Speak(speak) = step {
            spoken.insert(speak.language);
        }
        spoken.extend(step.set().and_then(|set| set.language));
    }
    for directory in &plan.directories {
        match &directory.source {
            Source::Listed(listed) => {
                spoken.extend(listed.values().filter_map(|known| known.language));
            }
            Source::Http(_) => return None,
        }
    }
    Some(spoken)
}
