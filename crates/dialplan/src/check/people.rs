//! From every menu that callers hear in opening hours there is a way to a human, and an end.

use super::Written;
use crate::plan::{Goto, Number, Plan, Step, Way};
use crate::report::{Flaw, Report};
use std::collections::{BTreeMap, BTreeSet};

/// Looks at each menu. Answers whether all of them are well.
pub(super) fn check(written: &Written<'_>, report: &mut Report<'_>) -> bool {
    let plan = written.plan;
    let open = by_day(plan);
    let (human, ended) = (leading_to_a_human(written), leading_to(written, is_end));
    let mut all_well = true;
    let helps = plan.anytime().any(|(_, goto)| human.contains(&goto));
    let ends = plan.anytime().any(|(_, goto)| ended.contains(&goto));
    for place in written.places().filter(|place| is_menu(plan, *place) && open.contains(place)) {
        let name = written.name(place);
        if !ended.contains(&place) && !ends {
            let message = format!("whatever callers of `{name}` choose leads back to it");
            let remedy = "lead a key to a queue, or to \"hangup\"".to_owned();
            let flaw = Flaw::warning("no-way-out", written.span(place), message);
            report.add(flaw.suggest(remedy));
            all_well = false;
        } else if !human.contains(&place) && !helps {
            let message = format!("nothing that callers of `{name}` choose leads to a human");
            let remedy = "let `operator` at the top of the file be a queue, or lead a key to one";
            let flaw = Flaw::warning("no-way-to-a-human", written.span(place), message);
            report.add(flaw.suggest(remedy.to_owned()));
            all_well = false;
        }
    }
    all_well
}

/// Every place from which callers may come to somebody.
pub(super) fn leading_to_a_human(written: &Written<'_>) -> BTreeSet<Goto> {
    leading_to(written, is_human)
}

fn is_menu(plan: &Plan, place: Goto) -> bool {
    match place {
        Goto::Step(step) => matches!(plan.step(step), Step::Menu(_)),
        Goto::Queue(_) | Goto::HangUp => false,
    }
}

/// Where somebody talks with the caller, now or when called back.
fn is_human(plan: &Plan, place: Goto) -> bool {
    match place {
        Goto::Queue(_) => true,
        Goto::Step(step) => matches!(plan.step(step), Step::Dial(_) | Step::Callback(_)),
        Goto::HangUp => false,
    }
}

/// Where a caller's way through the menus ends.
pub(super) fn is_end(plan: &Plan, place: Goto) -> bool {
    let voicemail = |step| matches!(plan.step(step), Step::Voicemail(_));
    match place {
        Goto::HangUp => true,
        Goto::Step(step) => is_human(plan, place) || voicemail(step),
        Goto::Queue(_) => true,
    }
}

/// Where callers may come while all is open: nobody expects a human at night.
pub(super) fn by_day(plan: &Plan) -> BTreeSet<Goto> {
    let mut open: Vec<Goto> = plan.numbers.values().flat_map(Number::ways_open).collect();
    let mut reached = BTreeSet::new();
    while let Some(place) = open.pop() {
        if reached.insert(place) {
            let ways = plan.ways(place).into_iter();
            // Who has talked with one needs none when asked how it was.
            let by_day = |way: &Way| !matches!(way, Way::Closed | Way::Survey);
            open.extend(ways.filter(|(way, _)| by_day(way)).map(|(_, goto)| goto));
        }
    }
    reached
}

/// Every place from which some arrows lead to one of these.
pub(super) fn leading_to(
    written: &Written<'_>,
    is_there: fn(&Plan, Goto) -> bool,
) -> BTreeSet<Goto> {
    let plan = written.plan;
    let mut before: BTreeMap<Goto, Vec<Goto>> = BTreeMap::new();
    let mut open = vec![Goto::HangUp];
    for place in plan.places() {
        open.push(place);
        for (_, goto) in plan.ways(place) {
            before.entry(goto).or_default().push(place);
        }
    }
    open.retain(|place| is_there(plan, *place));
    let mut leading = BTreeSet::new();
    while let Some(place) = open.pop() {
        if leading.insert(place) {
            open.extend(before.get(&place).into_iter().flatten());
        }
    }
    leading
}
