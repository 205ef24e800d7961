//! A caller in a queue: whether it takes them, what sends them on, who answers.

use super::Walk;
use crate::needs::needs;
use crate::transcript::{End, What, Why};
use clock::{Duration, Moment};
use dialplan::trial::{Doors, Figures, TIME_MAX};
use dialplan::{AtClosing, Demands, Goto, Hours, Origin, When};
use ids::QueueId;
use ivr::Input;
use jiff::civil::DateTime;

/// How often a caller who waits is asked how long they are expected to, as the distribution does.
const EXPECTED_WAIT_EVERY: Duration = Duration::from_secs(30);

const MINUTE: Duration = Duration::from_secs(60);

/// A caller in a queue.
#[derive(Debug)]
pub(super) struct InQueue {
    pub(super) queue: QueueId,
    pub(super) joined: Moment,
    /// When it closes and sends those on who wait.
    closes_at: Option<Moment>,
    /// Up to when its conditions have been looked at.
    looked: Option<Moment>,
    /// How often the place has been told.
    pub(super) places_told: usize,
}

impl Walk<'_> {
    pub(super) fn figures(&self, queue: QueueId) -> Figures {
        self.trial.queues.get(&*self.plan.queue(queue).name).cloned().unwrap_or_default()
    }

    pub(super) fn is_open(&self, queue: QueueId, local: DateTime) -> bool {
        match self.figures(queue).doors {
            Doors::Open => true,
            Doors::Closed => false,
            Doors::ByHours => {
                let hours = self.plan.queue(queue).hours;
                hours.is_none_or(|hours| self.plan.hours(hours).open_at(local))
            }
        }
    }

    /// The caller comes to a queue.
    pub(super) fn enqueue(&mut self, queue: QueueId, (priority, demands): (u8, Demands)) {
        if !self.is_open(queue, self.local()) {
            return self.send_on(Why::Closed, None, Input::QueueClosed);
        }
        if let Some(step) = self.callback_standing(queue) {
            self.tell(What::CalledAgain);
            self.inbox.push_back(Input::CalledAgain(step));
            return;
        }
        // Who finds an agent ready does not wait.
        if !self.finds_agent() {
            if let Some((at, why)) = self.met_by_coming(queue) {
                let line = Some(Origin::Condition(queue, at));
                return self.send_on(why, line, Input::SentOn(at));
            }
            if self.figures(queue).full {
                return self.send_on(Why::Full, None, Input::QueueRefused);
            }
        }
        self.queue = Some(InQueue {
            queue,
            joined: self.now,
            closes_at: self.closes_at(queue),
            looked: None,
            places_told: 0,
        });
        self.tell(What::Waits { priority, needs: needs(&self.plan, queue, demands) });
        if self.trial.wait.is_none() && self.trial.until_answered().is_none() {
            self.over(End::Waits);
        }
    }

    /// Whether an agent is ready for whoever comes.
    fn finds_agent(&self) -> bool {
        self.trial.until_answered() == Some(Duration::ZERO)
    }

    /// What day it is, where the queue that the caller has come to is closed by other hours than those of an
    /// ordinary week.
    fn closing_day(&self) -> Option<String> {
        let Goto::Queue(queue) = self.visit.passed().last()?.place else { return None };
        let by_hours = self.figures(queue).doors == Doors::ByHours;
        let hours = self.plan.queue(queue).hours.filter(|_| by_hours)?;
        day_of(self.plan.hours(hours), self.local())
    }

    fn met_by_coming(&self, queue: QueueId) -> Option<(usize, Why)> {
        let figures = self.figures(queue);
        let mut conditions = self.plan.queue(queue).conditions.iter().enumerate();
        conditions.find_map(|(at, condition)| {
            let is_met = match &condition.when {
                When::ExpectedWait { longer_than, whom } => {
                    whom.is_coming() && self.trial.expected_wait.is_some_and(|it| it > *longer_than)
                }
                When::EveryAgent { .. } | When::Waited(_) | When::CallsPerAgent(_) => {
                    figures.is_met_by_coming(&condition.when)
                }
            };
            is_met.then(|| (at, why(&condition.when)))
        })
    }

    /// The queue does not have the caller, or not any more.
    fn send_on(&mut self, why: Why, origin: Option<Origin<'_>>, input: Input) {
        self.queue = None;
        let day = (why == Why::Closed).then(|| self.closing_day()).flatten();
        let line = origin.and_then(|origin| self.plan.origins.of(origin).cloned());
        let line = line.or_else(|| self.place.1.clone());
        self.tell_at(line, What::SentOn { why, day });
        self.inbox.push_back(input);
    }

    /// When the next condition may be met by waiting.
    pub(super) fn conditions_at(&self) -> Option<Moment> {
        let waiting = self.queue.as_ref()?;
        let conditions = &self.plan.queue(waiting.queue).conditions;
        let is_new = |at: &Moment| waiting.looked.is_none_or(|looked| *at > looked);
        conditions.iter().filter_map(|it| self.looked_at(waiting, &it.when)).filter(is_new).min()
    }

    /// When this condition is looked at next.
    fn looked_at(&self, waiting: &InQueue, when: &When) -> Option<Moment> {
        match when {
            When::Waited(after) => Some(waiting.joined + *after),
            When::EveryAgent { is, whom, lasting } => {
                let holds = self.figures(waiting.queue).every_agent(is);
                (whom.is_waiting() && holds).then(|| waiting.joined + *lasting)
            }
            When::ExpectedWait { whom, .. } => {
                let rounds = self.now.since(waiting.joined).as_micros()
                    / EXPECTED_WAIT_EVERY.as_micros()
                    + 1;
                let next = EXPECTED_WAIT_EVERY * u32::try_from(rounds).unwrap_or(u32::MAX);
                let due = whom.is_waiting() && self.trial.expected_wait.is_some();
                due.then(|| waiting.joined + next)
            }
            When::CallsPerAgent(_) => None,
        }
    }

    pub(super) fn look_at_conditions(&mut self) {
        let Some(waiting) = &mut self.queue else { return };
        let before = waiting.looked.replace(self.now);
        let (queue, joined) = (waiting.queue, waiting.joined);
        let figures = self.figures(queue);
        let waited = self.now.since(joined);
        let is_round = waited.as_micros().is_multiple_of(EXPECTED_WAIT_EVERY.as_micros());
        let is_asked = is_round && !waited.is_zero() && before != Some(self.now);
        let is_met = |when: &When| match when {
            When::Waited(after) => waited >= *after,
            When::EveryAgent { is, whom, lasting } => {
                whom.is_waiting() && waited >= *lasting && figures.every_agent(is)
            }
            When::ExpectedWait { longer_than, whom } => {
                let left = self.trial.expected_wait.map(|all| all.saturating_sub(waited));
                whom.is_waiting() && is_asked && left.is_some_and(|left| left > *longer_than)
            }
            When::CallsPerAgent(_) => false,
        };
        let conditions = &self.plan.queue(queue).conditions;
        let met = conditions.iter().position(|condition| is_met(&condition.when));
        let Some(at) = met else { return };
        let Some(why) = conditions.get(at).map(|condition| why(&condition.when)) else { return };
        self.send_on(why, Some(Origin::Condition(queue, at)), Input::SentOn(at));
        self.follow();
    }

    /// When a queue closes that sends those on who wait: looked for at each minute of the clock.
    fn closes_at(&self, queue: QueueId) -> Option<Moment> {
        let leaves = self.plan.queue(queue).at_closing == AtClosing::Leave;
        let by_hours = self.figures(queue).doors == Doors::ByHours;
        if !leaves || !by_hours || self.plan.queue(queue).hours.is_none() {
            return None;
        }
        let local = self.local();
        let past = u64::try_from(local.second()).unwrap_or(0);
        let past = Duration::from_secs(past)
            + Duration::from_nanos(u64::try_from(local.subsec_nanosecond()).unwrap_or(0));
        let first = self.now + MINUTE.saturating_sub(past);
        let minutes = u32::try_from(TIME_MAX.as_secs() / MINUTE.as_secs()).unwrap_or(0);
        (0..minutes).map(|minute| first + MINUTE * minute).find(|at| {
            let local = self.local_at(*at);
            !self.is_open(queue, local)
        })
    }

    pub(super) fn queue_closes_at(&self) -> Option<Moment> {
        self.queue.as_ref()?.closes_at
    }

    pub(super) fn queue_closes(&mut self) {
        self.send_on(Why::Closed, None, Input::QueueClosed);
        self.follow();
    }

    pub(super) fn connected_at(&self) -> Option<Moment> {
        Some(self.queue.as_ref()?.joined + self.trial.until_answered()?)
    }

    pub(super) fn gives_up_at(&self) -> Option<Moment> {
        Some(self.queue.as_ref()?.joined + self.trial.wait?)
    }

    /// The visit wants to know where the caller stands. For whom a phone rings already, that is nowhere.
    pub(super) fn place(&mut self) {
        if self.finds_agent() {
            return;
        }
        let Some(waiting) = &mut self.queue else { return };
        let places = &self.trial.places;
        let place = places.get(waiting.places_told).or_else(|| places.last()).copied().unwrap_or(1);
        waiting.places_told += 1;
        let waited = self.now.since(waiting.joined);
        let is_told = self.plan.queue(waiting.queue).announce_wait;
        let wait = self.trial.expected_wait.filter(|_| is_told);
        let wait = wait.map(|all| all.saturating_sub(waited));
        self.inbox.push_back(Input::Place { place, wait });
    }
}

/// What day it is, where hours are not those of an ordinary week: the name of a holiday, or the date.
pub(super) fn day_of(hours: &Hours, local: DateTime) -> Option<String> {
    match hours.why(local) {
        dialplan::Why::Week => None,
        dialplan::Why::Special => Some(local.date().to_string()),
        dialplan::Why::Holiday(holiday) => Some(holiday.name.to_owned()),
    }
}

const fn why(when: &When) -> Why {
    match when {
        When::EveryAgent { .. } => Why::EveryAgent,
        When::Waited(_) => Why::Waited,
        When::CallsPerAgent(_) => Why::CallsPerAgent,
        When::ExpectedWait { .. } => Why::ExpectedWait,
    }
}
