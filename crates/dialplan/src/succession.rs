//! A plan that takes the place of another while calls are on: whatever has the same name keeps its id.
//!
//! The engine and its calls hold ids: the places in the lists of a plan. So the lists of a plan that follows another
//! begin like those of the one before, and what is new stands behind. What is taken out of the text stays in its place, as
//! it was, for those who are in it: it is [gone](crate::Plan::gone) for everybody else.

use crate::assemble::{Assembled, LANGUAGES_MAX, USUAL_PAUSE, assemble};
use crate::builtin;
use crate::check::DEMAND_SETS_MAX;
use crate::draft::{Draft, Named, PauseDraft};
use crate::outside::Site;
use crate::plan::{Demand, Demands, Directory, Gone, Pause, Plan, Source, Step, StepId};
use crate::report::{Flaw, Report};
use crate::table::Text;
use ids::{AgentId, QueueId};
use std::collections::BTreeMap;
use std::sync::Arc;

/// How much longer the lists of a plan may get than its text, by what was taken out since the server started.
pub const GONE_MAX: usize = 10_000;

/// A plan without a fault, with its lists in the order of the one before.
pub(crate) fn follow(
    before: &Plan,
    mut draft: Draft,
    plan: Plan,
    site: &mut Site<'_>,
    report: &mut Report<'_>,
) -> Option<Plan> {
    if plan.trunks != before.trunks {
        // A new one was nothing before; of what was taken out nothing is left to show.
        let before = before.trunks.iter().map(Some).chain(std::iter::repeat(None));
        let differs = draft.trunks.iter().zip(&plan.trunks).zip(before);
        let differs = differs.filter(|((_, now), was)| Some(*now) != *was);
        let span = differs.map(|((draft, _), _)| draft.name.span()).next().unwrap_or(0..0);
        let message = "trunks cannot be changed while the server runs".to_owned();
        let remedy = "restart the server, or leave the trunks as they were".to_owned();
        report.add(Flaw::error("needs-restart", span, message).suggest(remedy));
        return None;
    }
    let gone = arrange(&mut draft, before);
    // What is wrong with a text has been told of it alone.
    let mut told = Report::new(report.source.clone());
    let Assembled { plan: mut following, .. } = assemble(&draft, Some(before), site, &mut told);
    following.demands = demands(before, following.demands);
    let sets = plan.demand_sets.iter().map(|set| set.renamed(&plan.demands, &following.demands));
    following.demand_sets = demand_sets(before, sets.collect());
    keep_what_is_gone(&mut following, &draft, before);
    if told.any_error()
        || gone > GONE_MAX
        || following.demands.len() > Demands::MAX
        || following.demand_sets.len() > DEMAND_SETS_MAX
        || following.languages.len() > LANGUAGES_MAX
    {
        let message = "too much has been taken out of the plan since the server started".to_owned();
        let remedy = "restart the server when nobody calls".to_owned();
        report.add(Flaw::error("needs-restart", 0..0, message).suggest(remedy));
        return None;
    }
    Some(following)
}

/// Puts the lists of a draft into the order that they have in the plan before, with an empty entry where something
/// is not there any more. Answers how many of those there are.
fn arrange(draft: &mut Draft, before: &Plan) -> usize {
    let mut gone = 0;
    gone += by_name(&mut draft.hours, before.hours.iter().map(|one| &*one.name));
    gone += by_name(&mut draft.shifts, before.shifts.iter().map(|one| &*one.name));
    gone += by_name(&mut draft.queues, before.queues.iter().map(|one| &*one.name));
    gone += by_name(&mut draft.agents, before.agents.iter().map(|one| &*one.account));
    gone += by_name(&mut draft.dispositions, before.dispositions.iter().map(|one| &*one.name));
    gone += by_name(&mut draft.directories, before.directories.iter().map(|one| &*one.name));
    if draft.pauses.is_empty() {
        draft.pauses.push(usual_pause());
    }
    gone += by_name(&mut draft.pauses, before.pauses.iter().map(|one| &*one.name));
    let of_step = |step: &Step| format!("{}.{}", step.kind(), step.name());
    let steps = (0..).map(StepId).zip(&before.steps);
    let steps = steps.map(|(id, step)| match before.is_built_in(id) {
        true => String::new(),
        false => of_step(step),
    });
    let steps: Vec<String> = steps.collect();
    gone += arranged(&mut draft.steps, steps.iter().map(String::as_str), |step| {
        format!("{}.{}", step.body.kind(), step.name.get_ref())
    });
    gone
}

/// The pause of a plan that has none of its own.
fn usual_pause() -> Named<PauseDraft> {
    let text = |text: &str| Text::new(0..0, text.to_owned());
    let body = PauseDraft { title: Some(text(USUAL_PAUSE)), ..PauseDraft::default() };
    Named { name: text(builtin::PAUSE), body }
}

fn by_name<'a, T: Default>(
    written: &mut Vec<Named<T>>,
    before: impl Iterator<Item = &'a str>,
) -> usize {
    arranged(written, before, |entry| entry.name.get_ref().clone())
}

fn arranged<'a, T: Default>(
    written: &mut Vec<Named<T>>,
    before: impl Iterator<Item = &'a str>,
    name: impl Fn(&Named<T>) -> String,
) -> usize {
    let entries: Vec<(String, Named<T>)> =
        std::mem::take(written).into_iter().map(|entry| (name(&entry), entry)).collect();
    let order: Vec<String> = entries.iter().map(|(name, _)| name.clone()).collect();
    let mut by_name: BTreeMap<String, Named<T>> = entries.into_iter().collect();
    let mut gone = 0;
    for name in before {
        written.push(by_name.remove(name).unwrap_or_else(|| {
            gone += 1;
            Named::nobody(written.len())
        }));
    }
    written.extend(order.iter().filter_map(|name| by_name.remove(name)));
    gone
}

/// Lets what is not in the text any more be what it was, and be served as it was.
fn keep_what_is_gone(plan: &mut Plan, draft: &Draft, before: &Plan) {
    let mut gone = Gone::default();
    fill(&mut plan.hours, &draft.hours, &before.hours);
    fill(&mut plan.shifts, &draft.shifts, &before.shifts);
    fill(&mut plan.dispositions, &draft.dispositions, &before.dispositions);
    follow_directories(plan, draft, before);
    fill::<_, Pause>(&mut plan.pauses, &draft.pauses, &before.pauses);
    fill(&mut plan.steps, &draft.steps, &before.steps);
    gone.queues = fill(&mut plan.queues, &draft.queues, &before.queues)
        .into_iter()
        .filter_map(|at| u32::try_from(at).ok().map(QueueId))
        .collect();
    gone.agents = fill(&mut plan.agents, &draft.agents, &before.agents)
        .into_iter()
        .filter_map(|at| u32::try_from(at).ok().map(AgentId))
        .collect();
    for (id, agent) in (0..).map(AgentId).zip(&mut plan.agents) {
        if gone.agents.contains(&id) {
            agent.queues.clear();
            agent.supervises.clear();
            continue;
        }
        // Whoever is in a queue that is gone is served, and heard, by those who served and supervised it.
        let was = before.agents.get(id.index());
        stay_with(&gone, &mut agent.queues, was.map_or(&[], |was| &was.queues));
        stay_with(&gone, &mut agent.supervises, was.map_or(&[], |was| &was.supervises));
    }
    plan.gone = gone;
}

/// Queues that are gone are those that they were before.
fn stay_with(gone: &Gone, queues: &mut Vec<QueueId>, before: &[QueueId]) {
    queues.retain(|queue| !gone.queues.contains(queue));
    queues.extend(before.iter().filter(|queue| gone.queues.contains(queue)));
}

/// A list that is as it was is the same one, and not there twice. One that is gone is empty: nobody keeps a file of callers
/// that was taken out.
fn follow_directories(plan: &mut Plan, draft: &Draft, before: &Plan) {
    let gone = fill::<_, Directory>(&mut plan.directories, &draft.directories, &before.directories);
    for (at, directory) in plan.directories.iter_mut().enumerate() {
        let Source::Listed(listed) = &mut directory.source else { continue };
        let was = before.directories.get(at).map(|directory| &directory.source);
        match was {
            _ if gone.contains(&at) => *listed = Arc::default(),
            Some(Source::Listed(was)) if was == listed => *listed = Arc::clone(was),
            Some(Source::Listed(_) | Source::Http(_)) | None => {}
        }
    }
}

fn fill<D, T: Clone>(list: &mut [T], draft: &[Named<D>], before: &[T]) -> Vec<usize> {
    let places = draft.iter().enumerate().filter(|(_, entry)| entry.is_nobody());
    let places: Vec<usize> = places.map(|(at, _)| at).collect();
    for at in &places {
        if let (Some(entry), Some(was)) = (list.get_mut(*at), before.get(*at)) {
            entry.clone_from(was);
        }
    }
    places
}

/// The names of a list that begins like the one before; what was there already is not there twice.
pub(crate) fn following(
    before: Option<&[Arc<str>]>,
    now: impl IntoIterator<Item = Arc<str>>,
) -> Vec<Arc<str>> {
    let mut all = before.unwrap_or_default().to_vec();
    let mut known: std::collections::BTreeSet<Arc<str>> = all.iter().cloned().collect();
    all.extend(now.into_iter().filter(|name| known.insert(Arc::clone(name))));
    all
}

/// The demands of a plan, those of the one before at their places.
fn demands(before: &Plan, now: Vec<Demand>) -> Vec<Demand> {
    let mut all = before.demands.clone();
    for demand in now {
        match all.iter_mut().find(|was| was.name == demand.name) {
            Some(was) => *was = demand,
            None => all.push(demand),
        }
    }
    all
}

/// The sets of demands that calls can have gathered, or had in the plan before.
fn demand_sets(before: &Plan, now: Vec<Demands>) -> Vec<Demands> {
    let mut all = before.demand_sets.clone();
    let new: Vec<Demands> = now.into_iter().filter(|set| !all.contains(set)).collect();
    all.extend(new);
    all
}
