//! What a caller who waits is told, and may choose, at stated times of the wait.
//!
//! Nothing that is being said is cut by it, an offer least of all: what has come due meanwhile comes
//! next, the earliest first. Whoever presses a key of the last offer leaves the queue for where it
//! leads; whoever does not keeps waiting, and no place is lost by listening.
//!
//! What is said may hang on tests. Whoever drives the visit is asked for what they need when the time has come, while
//! the music goes on. What is due once, and for which nothing speaks then, is looked at again every [`LOOK_AGAIN`]. An
//! announcement whose keys lead to callbacks alone is made only where one of these can be kept.

use super::branch::is_own;
use super::waiting::{Hears, Waiting};
use super::{At, Visit};
use crate::Output;
use clock::{Duration, Moment};
use dialplan::{Announcement, Fact, Facts, Goto, Offer, Plan, Queue, StepId, Value};
use std::collections::BTreeSet;

/// How often it is looked whether something can be said now that was due before.
pub(super) const LOOK_AGAIN: Duration = Duration::from_secs(30);

/// Where it is not told in time whether an offer stands, it is asked again.
const WEIGHED_MAX: Duration = Duration::from_secs(1);

/// What has been said of the queue's offers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Offered {
    /// When the caller came to the queue.
    since: Moment,
    /// The last one whose time has come, and that time.
    last: Option<(Moment, usize)>,
    /// The last one that was made.
    made: Option<usize>,
    /// The last announcement that has keys: whose, and which of it.
    open: Option<(usize, usize)>,
    /// Those that are made once, whose time has come, and for which nothing has spoken yet.
    late: Places,
    /// When these are looked at again.
    look_at: Option<Moment>,
    /// Announcements of the offer that is due which cannot be kept, and whose they are.
    unkept: (usize, Places),
}

/// Some of a queue's offers, or of an offer's announcements, of which there are at most 16: one bit each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Places(u16);

impl Places {
    const NONE: Self = Self(0);

    const fn with(self, at: usize) -> Self {
        Self(self.0 | Self::bit(at))
    }

    const fn without(self, at: usize) -> Self {
        Self(self.0 & !Self::bit(at))
    }

    const fn has(self, at: usize) -> bool {
        self.0 & Self::bit(at) != 0
    }

    const fn bit(at: usize) -> u16 {
        if at < 16 { 1 << at } else { 0 }
    }
}

/// What is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Due {
    /// The offer at this place.
    Offer(usize),
    /// Those that are late.
    Late,
}

/// An announcement that is due, and may not be one that can be kept.
#[derive(Clone, Copy, Debug)]
pub(super) struct Weighed {
    /// What it is due by.
    next: (Moment, Due),
    /// Its offer, and which of its announcements it is.
    which: (usize, usize),
}

impl Offered {
    pub(super) const fn nothing(since: Moment) -> Self {
        Self {
            since,
            last: None,
            made: None,
            open: None,
            late: Places::NONE,
            look_at: None,
            unkept: (0, Places::NONE),
        }
    }

    /// As it goes on in another process. What was due by then is not made up for, and the keys that were offered last
    /// lead where they led, as far as the queue still has them.
    pub(super) fn resumed(now: Moment, since: Moment, open: Option<(usize, usize)>) -> Self {
        Self { last: Some((now.max(since), usize::MAX)), open, ..Self::nothing(since) }
    }

    /// When the caller came to the queue.
    pub(super) const fn since(&self) -> Moment {
        self.since
    }

    /// The last announcement that has keys.
    pub(super) const fn open(&self) -> Option<(usize, usize)> {
        self.open
    }

    /// Whether an offer with keys has been made.
    pub(super) const fn has_keys(&self) -> bool {
        self.open.is_some()
    }

    /// The last one that was made.
    pub(super) const fn last(&self) -> Option<usize> {
        self.made
    }

    /// The next one and when it is due: the earliest behind the last, of several the first of the file.
    /// Of one whose time has come several times by `now` the last time counts.
    fn next(&self, now: Moment, queue: &Queue) -> Option<(Moment, Due)> {
        let due = |(at, offer): (usize, &Offer)| {
            let from = self.last.map_or(self.since, |(last, which)| match at > which {
                true => last,
                false => last + Duration::from_micros(1),
            });
            let due = self.since + offer.next(from.since(self.since))?;
            Some((offer.every.map_or(due, |every| latest(due, every, now)), Due::Offer(at)))
        };
        let late = self.look_at.map(|at| (at, Due::Late));
        queue.offers.iter().enumerate().filter_map(due).chain(late).min()
    }

    /// Those that are meant by what is due, with their places.
    fn meant<'q>(
        &self,
        due: Due,
        queue: &'q Queue,
    ) -> impl Iterator<Item = (usize, &'q Offer)> + use<'q> {
        let late = self.late;
        let is_meant = move |at: usize| match due {
            Due::Offer(which) => at == which,
            Due::Late => late.has(at),
        };
        queue.offers.iter().enumerate().filter(move |(at, _)| is_meant(*at))
    }

    /// The time of what is due at `at` has come, and it was said or was not.
    fn passed(mut self, now: Moment, (at, due): (Moment, Due), said: Option<usize>) -> Self {
        if let Due::Offer(which) = due {
            self.last = Some((at, which));
        }
        if let Some(said) = said {
            self.made = Some(said);
            self.late = self.late.without(said);
        }
        // Later it can be kept even less.
        let (left_out, unkept) = std::mem::replace(&mut self.unkept, (0, Places::NONE));
        if unkept != Places::NONE {
            self.late = self.late.without(left_out);
        }
        let again = if due == Due::Late { Some(now + LOOK_AGAIN) } else { self.look_at };
        self.look_at = again.filter(|_| self.late != Places::NONE);
        self
    }

    /// Which announcements of this offer cannot be kept.
    const fn unkept_of(&self, offer: usize) -> Places {
        if self.unkept.0 == offer { self.unkept.1 } else { Places::NONE }
    }

    /// One more cannot be kept. Nothing of the one before can: it is not looked at again, or the two would take turns
    /// for ever.
    fn leave_out(mut self, (offer, which): (usize, usize)) -> Self {
        if self.unkept.0 != offer && self.unkept.1 != Places::NONE {
            self.late = self.late.without(self.unkept.0);
        }
        self.unkept = (offer, self.unkept_of(offer).with(which));
        self
    }

    /// It is made once, and nothing spoke for it: it is looked at again.
    fn put_off(mut self, now: Moment, which: usize) -> Self {
        self.late = self.late.with(which);
        self.look_at = self.look_at.or(Some(now + LOOK_AGAIN));
        self
    }
}

/// The last time not after `now` of those that follow `due` at an interval, or that one.
fn latest(due: Moment, every: Duration, now: Moment) -> Moment {
    let missed = if due < now { now.since(due).as_micros() / every.as_micros().max(1) } else { 0 };
    due + every * u32::try_from(missed).unwrap_or(u32::MAX)
}

/// The callbacks that an announcement leads to, if all of its keys lead to one.
fn only_callbacks(plan: &Plan, announcement: &Announcement) -> Vec<StepId> {
    let callback = |goto: &Goto| match goto {
        Goto::Step(step) => plan.step(*step).callback().map(|_| *step),
        Goto::Queue(_) | Goto::HangUp => None,
    };
    let all: Option<Vec<StepId>> = announcement.keys.values().map(callback).collect();
    all.unwrap_or_default()
}

impl Visit {
    /// When the next offer is due.
    pub(super) fn offer_due(&self, now: Moment, waiting: &Waiting) -> Option<Moment> {
        waiting.offered.next(now, self.plan.queue(waiting.queue)).map(|(due, _)| due)
    }

    /// Makes the next offer, if it is due, or asks for what must be known before. Answers whether it did.
    pub(super) fn make_offer(&mut self, now: Moment, waiting: Waiting) -> bool {
        let plan = self.plan.clone();
        let queue = plan.queue(waiting.queue);
        let next = waiting.offered.next(now, queue).filter(|(due, _)| *due <= now);
        let Some(next) = next else { return false };
        self.find_offer(now, waiting, next);
        true
    }

    /// Chooses what is said of what is due, or asks for what must be known before.
    fn find_offer(&mut self, now: Moment, waiting: Waiting, next: (Moment, Due)) {
        let plan = self.plan.clone();
        let queue = plan.queue(waiting.queue);
        let meant = waiting.offered.meant(next.1, queue);
        let facts: BTreeSet<Fact> = meant.flat_map(|(_, offer)| offer.facts()).collect();
        let asked: Vec<Fact> = facts.into_iter().filter(|it| !is_own(*it)).collect();
        if asked.is_empty() {
            return self.choose_offer(now, waiting, next, Facts::new());
        }
        self.outputs.push_back(Output::AskFacts(asked));
        self.at = At::Waiting(Waiting { hears: Hears::Undecided(next), ..waiting });
        // If nobody answers, all is as if nothing were known.
        self.timeout = Some(now + LOOK_AGAIN);
    }

    /// Makes the first offer of those that are due for which all speaks, or goes on with what is due next.
    pub(super) fn choose_offer(
        &mut self,
        now: Moment,
        waiting: Waiting,
        next: (Moment, Due),
        facts: Facts,
    ) {
        let plan = self.plan.clone();
        let queue = plan.queue(waiting.queue);
        let offered = waiting.offered;
        let facts = self.facts_of_waiting(now, offered, (next.1, queue), facts);
        let chosen = offered.meant(next.1, queue).find_map(|(at, offer)| {
            let waited = next.0.since(offered.since);
            let turn = turn_of(&facts).wrapping_add(offer.rounds_before(waited));
            let unkept = offered.unkept_of(at);
            let which = offer.choose(turn, &facts, |which| !unkept.has(which))?;
            Some(((at, which), offer.one_of.get(which)?))
        });
        let Some((which, announcement)) = chosen else {
            return self.nothing_chosen(now, waiting, next);
        };
        let callbacks = only_callbacks(&plan, announcement);
        let weighed = Weighed { next, which };
        if callbacks.is_empty() {
            return self.announce(now, waiting, weighed);
        }
        self.outputs.push_back(Output::AskOffer(callbacks));
        self.timeout = Some(now + WEIGHED_MAX);
        self.at = At::Waiting(Waiting { hears: Hears::Weighed(weighed), ..waiting });
    }

    /// Nothing is said of what is due; what is due next is.
    fn nothing_chosen(&mut self, now: Moment, waiting: Waiting, next: (Moment, Due)) {
        let plan = self.plan.clone();
        let offers = &plan.queue(waiting.queue).offers;
        let offered = waiting.offered;
        let is_left_out = offered.unkept.1 != Places::NONE;
        let mut passed = offered.passed(now, next, None);
        match next.1 {
            _ if is_left_out => {}
            Due::Offer(at) if offers.get(at).is_some_and(|offer| offer.every.is_none()) => {
                passed = passed.put_off(now, at);
            }
            Due::Offer(_) | Due::Late => {}
        }
        self.wait_on(now, Waiting { offered: passed, hears: Hears::Music, ..waiting });
    }

    /// It is known whether the announcement that is due can be kept. If not, another one has its turn.
    pub(super) fn offer_weighed(&mut self, now: Moment, stands: bool) {
        let At::Waiting(waiting) = self.at else { return };
        let Hears::Weighed(weighed) = waiting.hears else { return };
        if stands {
            return self.announce(now, waiting, weighed);
        }
        let offered = waiting.offered.leave_out(weighed.which);
        self.find_offer(now, Waiting { offered, ..waiting }, weighed.next);
    }

    fn announce(&mut self, now: Moment, waiting: Waiting, Weighed { next, which }: Weighed) {
        let plan = self.plan.clone();
        let queue = plan.queue(waiting.queue);
        let offer = queue.offers.get(which.0);
        let Some(announcement) = offer.and_then(|offer| offer.one_of.get(which.1)) else { return };
        let mut passed = waiting.offered.passed(now, next, Some(which.0));
        if !announcement.keys.is_empty() {
            passed.open = Some(which);
        }
        self.timeout = None;
        let play = self.play(self.spoken(&announcement.prompts), self.music(queue));
        let hears = Hears::Offer(play);
        self.at = At::Waiting(Waiting { offered: passed, hears, ..waiting });
    }

    /// What is known, with what the visit knows itself.
    fn facts_of_waiting(
        &self,
        now: Moment,
        offered: Offered,
        (due, queue): (Due, &Queue),
        mut facts: Facts,
    ) -> Facts {
        let asked = offered.meant(due, queue).flat_map(|(_, offer)| offer.facts());
        for fact in asked {
            let own = if fact == Fact::Waited {
                Some(Value::Length(now.since(offered.since)))
            } else {
                self.own_fact(fact)
            };
            if let Some(own) = own {
                facts.insert(fact, own);
            }
        }
        facts
    }

    /// A key of a caller who waits: one of the last offer leads out of the queue.
    pub(super) fn waiting_key(&mut self, now: Moment, waiting: Waiting, key: char) {
        if waiting.talks() {
            return;
        }
        let offers = &self.plan.queue(waiting.queue).offers;
        let open = waiting.offered.open;
        let open = open.and_then(|(at, which)| offers.get(at)?.one_of.get(which));
        let goto = |open: &Announcement| open.keys.get(&key).copied();
        let Some(goto) = open.and_then(goto) else { return };
        self.outputs.push_back(Output::LeaveQueue { key, to: goto });
        self.go(now, goto);
    }
}

/// How many callers came before.
fn turn_of(facts: &Facts) -> u32 {
    match facts.get(&Fact::Turn) {
        Some(Value::Number(turn)) => u32::try_from(*turn).unwrap_or(0),
        Some(_) | None => 0,
    }
}
