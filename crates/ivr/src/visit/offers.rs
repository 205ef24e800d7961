//! What a caller who waits is told, and may choose, at stated times of the wait.
//!
//! Nothing that is being said is cut by it, an offer least of all: what has come due meanwhile comes
//! next, the earliest first. Whoever presses a key of the last offer leaves the queue for where it
//! leads; whoever does not keeps waiting, and no place is lost by listening.

use super::waiting::{Hears, Waiting};
use super::{At, Visit};
use crate::Output;
use clock::{Duration, Moment};
use dialplan::{Goto, Offer, Plan, Queue, StepId};

/// Where it is not told in time whether an offer stands, it is asked again.
const WEIGHED_MAX: Duration = Duration::from_secs(1);

/// What has been said of the queue's offers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Offered {
    /// When the caller came to the queue.
    since: Moment,
    /// The last one that was made, and the time that it was due.
    last: Option<(Moment, usize)>,
    /// The last one that has keys.
    open: Option<usize>,
}

impl Offered {
    pub(super) const fn nothing(since: Moment) -> Self {
        Self { since, last: None, open: None }
    }

    /// Whether an offer with keys has been made.
    pub(super) const fn has_keys(&self) -> bool {
        self.open.is_some()
    }

    /// The last one that was made.
    pub(super) const fn last(&self) -> Option<usize> {
        match self.last {
            Some((_, which)) => Some(which),
            None => None,
        }
    }

    /// The next one and when it is due: the earliest behind the last, of several the first of the file.
    /// Of one whose time has come several times by `now` the last time counts.
    fn next(&self, now: Moment, queue: &Queue) -> Option<(Moment, usize)> {
        let due = |(at, offer): (usize, &Offer)| {
            let from = self.last.map_or(self.since, |(last, which)| match at > which {
                true => last,
                false => last + Duration::from_micros(1),
            });
            let due = self.since + offer.next(from.since(self.since))?;
            Some((offer.every.map_or(due, |every| latest(due, every, now)), at))
        };
        queue.offers.iter().enumerate().filter_map(due).min()
    }
}

/// The last time not after `now` of those that follow `due` at an interval, or that one.
fn latest(due: Moment, every: Duration, now: Moment) -> Moment {
    let missed = if due < now { now.since(due).as_micros() / every.as_micros().max(1) } else { 0 };
    due + every * u32::try_from(missed).unwrap_or(u32::MAX)
}

/// The callbacks that an offer leads to, if all of its keys lead to one.
fn only_callbacks(plan: &Plan, offer: &Offer) -> Vec<StepId> {
    let callback = |goto: &Goto| match goto {
        Goto::Step(step) => plan.step(*step).callback().map(|_| *step),
        Goto::Queue(_) | Goto::HangUp => None,
    };
    let all: Option<Vec<StepId>> = offer.keys.values().map(callback).collect();
    all.unwrap_or_default()
}

impl Visit {
    /// When the next offer is due.
    pub(super) fn offer_due(&self, now: Moment, waiting: &Waiting) -> Option<Moment> {
        waiting.offered.next(now, self.plan.queue(waiting.queue)).map(|(due, _)| due)
    }

    /// Makes the next offer, if it is due, or asks whether it stands. Answers whether it did.
    pub(super) fn make_offer(&mut self, now: Moment, waiting: Waiting) -> bool {
        let plan = self.plan.clone();
        let queue = plan.queue(waiting.queue);
        let next = waiting.offered.next(now, queue).filter(|(due, _)| *due <= now);
        let Some((due, at)) = next else { return false };
        let Some(offer) = queue.offers.get(at) else { return false };
        let callbacks = only_callbacks(&plan, offer);
        if callbacks.is_empty() {
            self.say_offer(waiting, (due, at));
        } else {
            self.outputs.push_back(Output::AskOffer(callbacks));
            self.timeout = Some(now + WEIGHED_MAX);
            self.at = At::Waiting(Waiting { hears: Hears::Weighed(due, at), ..waiting });
        }
        true
    }

    /// It is known whether the offer that is due can be kept. One that can not is passed over.
    pub(super) fn offer_weighed(&mut self, now: Moment, stands: bool) {
        let At::Waiting(waiting) = self.at else { return };
        let Hears::Weighed(due, at) = waiting.hears else { return };
        if stands {
            return self.say_offer(waiting, (due, at));
        }
        let offered = Offered { last: Some((due, at)), ..waiting.offered };
        self.wait_on(now, Waiting { offered, ..waiting });
    }

    fn say_offer(&mut self, waiting: Waiting, (due, at): (Moment, usize)) {
        let plan = self.plan.clone();
        let queue = plan.queue(waiting.queue);
        let Some(offer) = queue.offers.get(at) else { return };
        self.timeout = None;
        let play = self.play(self.spoken(&offer.prompts), self.music(queue));
        let open = if offer.keys.is_empty() { waiting.offered.open } else { Some(at) };
        let offered = Offered { last: Some((due, at)), open, ..waiting.offered };
        self.at = At::Waiting(Waiting { offered, hears: Hears::Offer(play), ..waiting });
    }

    /// A key of a caller who waits: one of the last offer leads out of the queue.
    pub(super) fn waiting_key(&mut self, now: Moment, waiting: Waiting, key: char) {
        if waiting.talks() {
            return;
        }
        let open = waiting.offered.open;
        let offer = open.and_then(|at| self.plan.queue(waiting.queue).offers.get(at));
        let Some(goto) = offer.and_then(|offer| offer.keys.get(&key)).copied() else { return };
        self.outputs.push_back(Output::LeaveQueue { key, to: goto });
        self.go(now, goto);
    }
}
