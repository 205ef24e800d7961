//! What the line says and what it does come from the same hours: a time of day in a text must be one at
//! which the hours that lead there open or close.

use super::Written;
use crate::assemble::{of_step, split_language};
use crate::outside::{Outside, Site};
use crate::plan::{DAY, Goto, Hours, HoursId, OpenSpan, StepId};
use crate::report::{Flaw, Report};
use crate::table::Text;
use crate::values::{Said, clock_times};
use std::collections::{BTreeMap, BTreeSet};

/// Which hours lead to each step.
type Ruling = BTreeMap<Goto, BTreeSet<HoursId>>;

/// Looks at the texts of all steps, as far as there are texts.
pub(super) fn check(written: &Written<'_>, site: &mut Site<'_>, report: &mut Report<'_>) {
    let telling = telling(written, site);
    if telling.is_empty() {
        return;
    }
    let ruling = ruling(written);
    for Telling { place, phrase, tag, times } in telling {
        let Some(hours) = ruling.get(&place) else { continue };
        let hours: Vec<_> = hours.iter().map(|hours| written.plan.hours(*hours)).collect();
        let is_kept = |time: &&Said| hours.iter().any(|it| turns_at(it, **time));
        if let Some(time) = times.iter().find(|time| !is_kept(time)) {
            report.add(flaw((phrase, &tag), *time, &hours));
        }
    }
}

/// A phrase of a step in whose text times of day stand.
struct Telling<'a> {
    place: Goto,
    phrase: &'a Text,
    tag: String,
    times: Vec<Said>,
}

fn telling<'a>(written: &Written<'a>, site: &mut Site<'_>) -> Vec<Telling<'a>> {
    let mut telling = Vec::new();
    for (step, draft) in (0..).map(StepId).zip(&written.draft.steps) {
        for phrase in of_step(&draft.body) {
            for tag in tags(written, phrase) {
                let (_, prompt) = split_language(phrase.get_ref());
                let asked = Outside::Text { language: &tag, prompt };
                let times = (site.outside)(asked).map(|text| clock_times(&text));
                let times = times.unwrap_or_default();
                if !times.is_empty() {
                    telling.push(Telling { place: Goto::Step(step), phrase, tag, times });
                }
            }
        }
    }
    telling
}

/// The languages in which a phrase may be said.
fn tags(written: &Written<'_>, phrase: &Text) -> Vec<String> {
    match split_language(phrase.get_ref()) {
        (Some(tag), _) => vec![tag.to_owned()],
        (None, _) => written.plan.languages.iter().map(|it| it.tag.to_string()).collect(),
    }
}

/// Follows every arrow of each number and queue that keeps hours.
fn ruling(written: &Written<'_>) -> Ruling {
    let plan = written.plan;
    let mut starts: BTreeSet<(HoursId, Goto)> = BTreeSet::new();
    for number in plan.numbers.values() {
        let opening = number.opening.iter();
        starts.extend(opening.flat_map(|it| [(it.hours, number.goto), (it.hours, it.closed)]));
    }
    let of_queues = plan.queues.iter().filter_map(|queue| Some((queue.hours?, queue.closed)));
    starts.extend(of_queues);
    let (mut seen, mut open): (_, Vec<_>) = (starts.clone(), starts.into_iter().collect());
    let mut ruling = Ruling::new();
    while let Some((hours, place)) = open.pop() {
        ruling.entry(place).or_default().insert(hours);
        let next = plan.ways(place).into_iter().map(|(_, goto)| (hours, goto));
        open.extend(next.filter(|next| seen.insert(*next)));
    }
    ruling
}

/// Whether some day opens or closes then.
fn turns_at(hours: &Hours, time: Said) -> bool {
    let turns = |span: &OpenSpan| time.is(span.opens) || time.is(span.closes % DAY);
    hours.spans().any(turns)
}

fn flaw((phrase, tag): (&Text, &str), time: Said, hours: &[&Hours]) -> Flaw {
    let names: Vec<_> = hours.iter().map(|hours| format!("`hours.{}`", hours.name)).collect();
    let message = format!(
        "the text of `{}` in `{tag}` says {time}, when {} neither open nor close",
        split_language(phrase.get_ref()).1,
        names.join(" and ")
    );
    let remedy = "let the text say what the hours do".to_owned();
    Flaw::warning("hours-said-differ", phrase.span(), message).suggest(remedy)
}
