//! Callers must not go round and round without being asked anything, and should not if they answer nothing.

use super::Written;
use super::people::{is_end, leading_to};
use crate::plan::{Goto, Step, Way};
use crate::report::{Flaw, Report};
use std::collections::BTreeSet;

/// How many places of a loop are named in the fault.
const NAMED_MAX: usize = 8;

/// Follows every arrow out of each place that asks nothing. A menu ends a way, since it waits for the
/// caller. A queue goes on by itself when it is full or closed and by its conditions: callers who were sent round
/// would keep their first arrival, and never come to an end.
pub(super) fn check(written: &Written<'_>, report: &mut Report<'_>) {
    for round in rounds(written, Taken::Unasked) {
        report.add(flaw(written, &round));
    }
}

/// Follows the arrows of those who never answer as well: a line that nobody is on any more would be held for ever. Who comes
/// to a queue is answered there. What whoever answers comes back to as well is told as `no-way-out`.
pub(super) fn check_silence(written: &Written<'_>, report: &mut Report<'_>) {
    let ended = leading_to(written, is_end);
    for round in rounds(written, Taken::InSilence) {
        if round.iter().any(|place| ended.contains(place)) {
            report.add(silent_flaw(written, &round));
        }
    }
}

/// Whose arrows are followed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Taken {
    /// Of those who are asked nothing.
    Unasked,
    /// Of those who are asked, and never answer.
    InSilence,
}

/// Every round that callers go who do nothing.
fn rounds(written: &Written<'_>, taken: Taken) -> Vec<Vec<Goto>> {
    let (mut seen, mut rounds) = (Seen::new(written), Vec::new());
    for start in written.places() {
        if seen.first_time(start) {
            follow((written, taken), start, &mut seen, &mut rounds);
        }
    }
    rounds
}

/// Goes down every way from a place, and comes back. A loop is told where it closes.
fn follow(
    (written, taken): (&Written<'_>, Taken),
    start: Goto,
    seen: &mut Seen,
    rounds: &mut Vec<Vec<Goto>>,
) {
    let mut way = vec![(start, onward(written, taken, start))];
    let mut on_way = BTreeSet::from([start]);
    while let Some((place, arrows)) = way.last_mut() {
        let Some(next) = arrows.pop_first() else {
            on_way.remove(place);
            way.pop();
            continue;
        };
        if on_way.contains(&next) {
            let round = way.iter().map(|(place, _)| *place).skip_while(|place| *place != next);
            rounds.push(round.collect());
        } else if seen.first_time(next) {
            on_way.insert(next);
            way.push((next, onward(written, taken, next)));
        }
    }
}

/// Where a caller may go from a place without doing anything.
fn onward(written: &Written<'_>, taken: Taken, place: Goto) -> BTreeSet<Goto> {
    let mut onward = untouched(written, taken, place);
    if let Goto::Step(step) = place
        && let Step::Sub(sub) = written.plan.step(step)
        && comes_back(written, taken, sub.call)
    {
        onward.insert(sub.goto);
    }
    onward
}

fn untouched(written: &Written<'_>, taken: Taken, place: Goto) -> BTreeSet<Goto> {
    let is_taken: fn(Way) -> bool = match (taken, place) {
        (Taken::InSilence, Goto::Queue(_)) => return BTreeSet::new(),
        (Taken::InSilence, _) => Way::is_silent,
        (Taken::Unasked, _) => Way::is_unasked,
    };
    let ways = written.plan.ways(place).into_iter();
    ways.filter(|(way, _)| is_taken(*way)).map(|(_, goto)| goto).collect()
}

/// Whether a caller may come from here to `return` without doing anything.
fn comes_back(written: &Written<'_>, taken: Taken, from: Goto) -> bool {
    let (mut open, mut seen) = (vec![from], BTreeSet::new());
    while let Some(place) = open.pop() {
        if !seen.insert(place) {
            continue;
        }
        open.extend(untouched(written, taken, place));
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
    let (first, name, way) = told(written, round);
    let message = format!("`{name}` leads back to itself and asks the caller nothing: {way}");
    if round.iter().any(|place| matches!(place, Goto::Queue(_))) {
        let remedy = "let one of these queues send callers on to a voicemail, a menu or \"hangup\"";
        let flaw = Flaw::error("overflow-cycle", written.span(first), message);
        return flaw.suggest(remedy.to_owned());
    }
    let remedy = "lead one of these arrows to a menu or \"hangup\"".to_owned();
    Flaw::error("loop-without-input", written.span(first), message).suggest(remedy)
}

fn silent_flaw(written: &Written<'_>, round: &[Goto]) -> Flaw {
    let (first, name, way) = told(written, round);
    let message = format!("who answers nothing at `{name}` comes back to it for ever: {way}");
    let remedy = "let `otherwise` lead to a queue or \"hangup\" in one of them".to_owned();
    Flaw::warning("loop-in-silence", written.span(first), message).suggest(remedy)
}

/// The first place of a round, its name, and the names of all.
fn told(written: &Written<'_>, round: &[Goto]) -> (Goto, String, String) {
    let first = round.first().copied().unwrap_or(Goto::HangUp);
    let name = written.name(first);
    let mut names: Vec<_> =
        round.iter().take(NAMED_MAX).map(|place| written.name(*place)).collect();
    if round.len() > NAMED_MAX {
        names.push("…".to_owned());
    }
    names.push(name.clone());
    let way = names.join(" → ");
    (first, name, way)
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
