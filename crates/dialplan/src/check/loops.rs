//! Callers must not go round and round without being asked anything.

use super::Written;
use crate::plan::{Goto, LookUp, Say, Set, Speak, Step};
use crate::report::{Flaw, Report};

/// How many places of a loop are named in the fault.
const NAMED_MAX: usize = 8;

/// Follows the one arrow out of each place that asks nothing. A menu ends a way, since it waits for
/// the caller; a queue goes on only when it is full, and then at once.
pub(super) fn check(written: &Written<'_>, report: &mut Report<'_>) {
    let mut seen = Seen::new(written);
    for start in written.places() {
        let mut way = Vec::new();
        let mut next = Some(start);
        while let Some(place) = next.filter(|place| seen.first_time(*place)) {
            way.push(place);
            next = onward(written, place);
        }
        // A place met again on another way has been followed to its end already.
        if let Some(from) = way.iter().position(|place| Some(*place) == next) {
            report.add(flaw(written, way.get(from..).unwrap_or(&[])));
        }
    }
}

/// Where a caller goes from a place without doing anything.
fn onward(written: &Written<'_>, place: Goto) -> Option<Goto> {
    match place {
        Goto::Step(step) => match written.plan.step(step) {
            Step::Say(Say { goto, .. })
            | Step::Speak(Speak { goto, .. })
            | Step::LookUp(LookUp { goto, .. })
            | Step::Set(Set { goto, .. }) => Some(*goto),
            Step::Menu(_) => None,
        },
        Goto::Queue(queue) => Some(written.plan.queue(queue).full),
        Goto::HangUp => None,
    }
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
