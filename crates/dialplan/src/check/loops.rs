//! Callers must not go round and round without being asked anything.

use super::Written;
use crate::plan::{Goto, Step};
use crate::report::{Flaw, Report};
use std::collections::BTreeSet;

/// How many places of a loop are named in the fault.
const NAMED_MAX: usize = 8;

/// Follows every arrow out of each place that asks nothing. A menu ends a way, since it waits for the
/// caller. A queue goes on by itself when it is full or closed and by its conditions: callers who were sent round
/// would keep their first arrival, and never come to an end.
pub(super) fn check(written: &Written<'_>, report: &mut Report<'_>) {
    let mut seen = Seen::new(written);
    for start in written.places() {
        if seen.first_time(start) {
            follow(written, start, &mut seen, report);
        }
    }
}

/// Goes down every way from a place, and comes back. A loop is told where it closes.
fn follow(written: &Written<'_>, start: Goto, seen: &mut Seen, report: &mut Report<'_>) {
    let mut way = vec![(start, onward(written, start))];
    let mut on_way = BTreeSet::from([start]);
    while let Some((place, arrows)) = way.last_mut() {
        let Some(next) = arrows.pop_first() else {
            on_way.remove(place);
            way.pop();
            continue;
        };
        if on_way.contains(&next) {
            let round = way.iter().map(|(place, _)| *place).skip_while(|place| *place != next);
            report.add(flaw(written, &round.collect::<Vec<_>>()));
        } else if seen.first_time(next) {
            on_way.insert(next);
            way.push((next, onward(written, next)));
        }
    }
}

/// Where a caller may go from a place without doing anything.
fn onward(written: &Written<'_>, place: Goto) -> BTreeSet<Goto> {
    let mut onward = unasked(written, place);
    if let Goto::Step(step) = place
        && let Step::Sub(sub) = written.plan.step(step)
        && comes_back_unasked(written, sub.call)
    {
        onward.insert(sub.goto);
    }
    onward
}

fn unasked(written: &Written<'_>, place: Goto) -> BTreeSet<Goto> {
    let ways = written.plan.ways(place).into_iter();
    ways.filter(|(way, _)| way.is_unasked()).map(|(_, goto)| goto).collect()
}

/// Whether a caller may come from here to `return` without doing anything.
fn comes_back_unasked(written: &Written<'_>, from: Goto) -> bool {
    let (mut open, mut seen) = (vec![from], BTreeSet::new());
    while let Some(place) = open.pop() {
        if !seen.insert(place) {
            continue;
        }
        open.extend(unasked(written, place));
        let Goto::Step(step) = place else { continue };
        let step = written.plan.step(step);
        if let Step::Return(_) = step {
            return true;
        }
        // What it uses may come back at once, for all that is known here.
        open.extend(if let Step::Sub(sub) = step { Some(sub.goto) } else { None });
    }
    false
}

fn flaw(written: &Written<'_>, round: &[Goto]) -> Flaw {
    let first = round.first().copied().unwrap_or(Goto::HangUp);
    let name = written.name(first);
    let mut names: Vec<_> =
        round.iter().take(NAMED_MAX).map(|place| written.name(*place)).collect();
    if round.len() > NAMED_MAX {
        names.push("…".to_owned());
    }
    names.push(name.clone());
    let way = names.join(" → ");
    let message = format!("`{name}` leads back to itself and asks the caller nothing: {way}");
    if round.iter().any(|place| matches!(place, Goto::Queue(_))) {
        let remedy = "let one of these queues send callers on to a voicemail, a menu or \"hangup\"";
        let flaw = Flaw::error("overflow-cycle", written.span(first), message);
        return flaw.suggest(remedy.to_owned());
    }
    let remedy = "lead one of these arrows to a menu or \"hangup\"".to_owned();
    Flaw::error("loop-without-input", written.span(first), message).suggest(remedy)
}

/// Places that were followed before.
struct Seen {
    steps: Vec<bool>,
    queues: Vec<bool>,
}

impl Seen {
    fn new(written: &Written<'_>) -> Self {
        let Written { plan, .. } = written;
        Self { steps: vec![false; plan.steps.len()], queues: vec![false; plan.queues.len()] }
    }

    fn first_time(&mut self, place: Goto) -> bool {
        let seen = match place {
            Goto::Step(step) => self.steps.get_mut(step.index()),
            Goto::Queue(queue) => self.queues.get_mut(queue.index()),
            Goto::HangUp => None,
        };
        seen.is_some_and(|seen| !std::mem::replace(seen, true))
    }
}
