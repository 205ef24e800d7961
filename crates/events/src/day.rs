//! What is counted of the centre's day, from midnight by its own clock: what live screens show.
//!
//! It is made of the same events as the counts of the ledger, and read in the same way: a call and a visit count on the day
//! on which they began, with all that becomes of them; the time of an agent counts where it was spent, cut to whole seconds before it is
//! subtracted. So the day on a screen is the day of a report. A start goes on with what the ledger has counted.

use crate::visit::{SHORT_ABANDON_MAX, VisitChange, VisitOutcome, visit_change};
use crate::{
    AgentEvent, CallEvent, CallbackEvent, CallbackOver, Direction, Name, ReservationEnd, What,
};
use clock::WallTime;
use ids::CallId;
use snapshot::{AgentToday, QueueToday, Totals};
use std::collections::BTreeMap;

/// The counts of one day, and what is on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Day {
    /// When it began.
    pub began: WallTime,
    /// When the next one does.
    pub ends: WallTime,
    /// What became of the calls that came today. `on` are those whose caller has not talked.
    pub calls: Totals,
    /// Of those, the ones that are on, and whether the caller has talked.
    pub on: BTreeMap<CallId, bool>,
    /// What became of those who came to each queue today.
    pub queues: BTreeMap<Name, QueueToday>,
    /// The last visit of each call that is on, whenever it began.
    pub visits: BTreeMap<CallId, Visit>,
    /// The visits that ended in each callback that is open.
    pub promised: BTreeMap<CallId, Visit>,
    /// What agents did today.
    pub agents: BTreeMap<Name, AgentDay>,
    /// Of the calls, those that were refused and of which nothing is written down.
    pub unwritten: u64,
}

/// One time that a caller came to a queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visit {
    /// The queue.
    pub queue: Name,
    /// When.
    pub began: WallTime,
    /// What became of it, if it is over.
    pub outcome: Option<VisitOutcome>,
}

/// What an agent did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AgentDay {
    /// In what is over.
    pub over: AgentToday,
    /// The state that goes on, and since when.
    pub state: Option<(Name, WallTime)>,
}

impl Day {
    /// Another day begins: what is on goes on, and nothing has been counted.
    pub fn turn(&mut self, began: WallTime, ends: WallTime) {
        let agents = std::mem::take(&mut self.agents).into_iter();
        let agents =
            agents.filter(|(_, day)| day.state.is_some()).map(|(agent, AgentDay { state, .. })| {
                (agent, AgentDay { state, ..AgentDay::default() })
            });
        *self = Self {
            began,
            ends,
            agents: agents.collect(),
            visits: std::mem::take(&mut self.visits),
            promised: std::mem::take(&mut self.promised),
            ..Self::default()
        };
    }

    /// Something has happened.
    pub fn happened(&mut self, at: WallTime, what: &What) {
        match what {
            What::Call(call, event) => {
                self.ring(at, event);
                self.call(at, *call, event);
                self.visit(at, *call, event);
            }
            What::WorkItem(_, event) => self.ring(at, event),
            What::Callback(id, event) => self.callback(*id, event),
            What::Agent(agent, AgentEvent::State { state, .. }) => self.state(at, agent, state),
            What::Agent(..)
            | What::Sound(..)
            | What::Queue(..)
            | What::Trunk(..)
            | What::Command(..)
            | What::Message(..) => {}
        }
    }

    /// What came to each queue today, and how much of it waits.
    #[must_use]
    pub fn queues_today(&self) -> BTreeMap<Name, QueueToday> {
        let mut queues = self.queues.clone();
        for visit in self.visits.values() {
            if visit.outcome.is_none() && self.is_of_today(visit) {
                queues.entry(visit.queue.clone()).or_default().waiting += 1;
            }
        }
        queues
    }

    /// What an agent did today, up to `now`.
    #[must_use]
    pub fn agent(&self, agent: &str, now: WallTime) -> AgentToday {
        let Some(day) = self.agents.get(agent) else { return AgentToday::default() };
        let mut today = day.over;
        if let Some((state, since)) = &day.state {
            today.spend(state, self.seconds(*since, now));
        }
        today
    }

    /// What came of calls, and how many are on.
    #[must_use]
    pub fn totals(&self) -> Totals {
        let on = self.on.values().filter(|talked| !**talked).count();
        Totals { on: u64::try_from(on).unwrap_or(u64::MAX), ..self.calls }
    }

    /// A call that came was refused, and nothing is written down of it.
    pub fn refused_unwritten(&mut self) {
        self.are_refused_unwritten(1);
    }

    /// The same of so many.
    pub fn are_refused_unwritten(&mut self, calls: u64) {
        self.calls.offered += calls;
        self.calls.refused += calls;
        self.unwritten += calls;
    }

    /// The process ended at that time, and nothing was said of it.
    pub fn cut_off(&mut self, at: WallTime) {
        for agent in self.agents.keys().cloned().collect::<Vec<_>>() {
            self.over(at, &agent);
        }
    }

    fn call(&mut self, at: WallTime, call: CallId, event: &CallEvent) {
        if let CallEvent::Offered { direction: Direction::In, .. } = event
            && at >= self.began
        {
            self.calls.offered += 1;
            self.on.insert(call, false);
        } else if let CallEvent::Connected { .. } = event
            && let Some(talked @ false) = self.on.get_mut(&call)
        {
            *talked = true;
            self.calls.answered += 1;
        } else if let CallEvent::Ended { outcome, .. } = event
            && self.on.remove(&call) == Some(false)
        {
            *outcome.count_in(&mut self.calls) += 1;
        }
    }

    fn visit(&mut self, at: WallTime, call: CallId, event: &CallEvent) {
        match visit_change(event) {
            Some(VisitChange::Begins { queue }) => {
                self.moved(call);
                self.begins(at, call, queue);
            }
            Some(VisitChange::TurnedAway { queue, outcome }) => {
                self.moved(call);
                self.begins(at, call, queue);
                self.ends(call, outcome);
            }
            Some(VisitChange::Ends { outcome, .. }) => self.ends(call, outcome),
            Some(VisitChange::HungUp) => {
                let began = self.visits.get(&call).map_or(at, |visit| visit.began);
                let waited = at.as_micros().saturating_sub(began.as_micros());
                let short_max = i64::try_from(SHORT_ABANDON_MAX.as_micros()).unwrap_or(i64::MAX);
                let is_short = waited < short_max;
                let outcome = match is_short {
                    true => VisitOutcome::ShortAbandoned,
                    false => VisitOutcome::Abandoned,
                };
                self.ends(call, outcome);
            }
            None => {}
        }
        if let CallEvent::Ended { .. } = event {
            self.visits.remove(&call);
        }
    }

    fn begins(&mut self, at: WallTime, call: CallId, queue: &str) {
        let visit = Visit { queue: queue.into(), began: at, outcome: None };
        if self.is_of_today(&visit) {
            self.queues.entry(visit.queue.clone()).or_default().offered += 1;
        }
        self.visits.insert(call, visit);
    }

    fn ends(&mut self, call: CallId, outcome: VisitOutcome) {
        let Some(visit) = self.visits.get_mut(&call).filter(|it| it.outcome.is_none()) else {
            return;
        };
        visit.outcome = Some(outcome);
        let visit = visit.clone();
        self.add(&visit, outcome, true);
    }

    /// Whoever comes to a queue was moved out of the one before, if they were taken out of it.
    fn moved(&mut self, call: CallId) {
        self.ends(call, VisitOutcome::Moved);
        self.turned_out(call, VisitOutcome::Withdrawn, VisitOutcome::Moved);
    }

    /// The last visit of a call turns out to have been something else.
    fn turned_out(&mut self, call: CallId, from: VisitOutcome, to: VisitOutcome) {
        let Some(visit) = self.visits.get_mut(&call).filter(|it| it.outcome == Some(from)) else {
            return;
        };
        visit.outcome = Some(to);
        let visit = visit.clone();
        self.add(&visit, from, false);
        self.add(&visit, to, true);
    }

    /// A caller who left by a key has left for a callback, once one is promised; and has not, if that could not be spoken.
    fn callback(&mut self, id: CallId, event: &CallbackEvent) {
        let call = match event {
            CallbackEvent::Promised(promised) => promised.call,
            CallbackEvent::Renewed { call, .. } => *call,
            CallbackEvent::Over { how } => {
                let visit = self.promised.remove(&id);
                if let (CallbackOver::NotSpoken, Some(visit)) = (how, visit) {
                    self.add(&visit, VisitOutcome::Callback, false);
                    self.add(&visit, VisitOutcome::Key, true);
                }
                return;
            }
            CallbackEvent::Attempt { .. }
            | CallbackEvent::Stands { .. }
            | CallbackEvent::AskedAfter { .. }
            | CallbackEvent::NotReached { .. }
            | CallbackEvent::Prioritised { .. } => return,
        };
        let call = CallId(call);
        self.turned_out(call, VisitOutcome::Key, VisitOutcome::Callback);
        let promised = self.visits.get(&call);
        let promised = promised.filter(|visit| visit.outcome == Some(VisitOutcome::Callback));
        if let Some(visit) = promised.cloned() {
            self.promised.insert(id, visit);
        }
    }

    fn is_of_today(&self, visit: &Visit) -> bool {
        visit.began >= self.began
    }

    fn add(&mut self, visit: &Visit, outcome: VisitOutcome, more: bool) {
        if self.is_of_today(visit) {
            let counts = self.queues.entry(visit.queue.clone()).or_default();
            let count = outcome.count_in(counts);
            *count = if more { count.saturating_add(1) } else { count.saturating_sub(1) };
        }
    }

    fn ring(&mut self, at: WallTime, event: &CallEvent) {
        if let CallEvent::ReservationEnded { agent, end: ReservationEnd::Accepted, .. } = event
            && at >= self.began
        {
            self.agents.entry(agent.clone()).or_default().over.handled += 1;
        }
    }

    fn state(&mut self, at: WallTime, agent: &Name, state: &'static str) {
        self.over(at, agent);
        if state != "logged_out" {
            self.agents.entry(agent.clone()).or_default().state = Some((state.into(), at));
        }
    }

    /// What the agent was doing is over.
    fn over(&mut self, at: WallTime, agent: &Name) {
        let state = self.agents.get_mut(agent).and_then(|day| day.state.take());
        let Some((state, since)) = state else { return };
        let seconds = self.seconds(since, at);
        let day = self.agents.entry(agent.clone()).or_default();
        day.over.spend(&state, seconds);
    }

    /// Whole seconds of today from one time to another.
    fn seconds(&self, from: WallTime, to: WallTime) -> u64 {
        let second = |at: WallTime| at.as_micros().div_euclid(1_000_000);
        let (from, to) = (from.max(self.began), to.min(self.ends));
        u64::try_from(second(to).saturating_sub(second(from))).unwrap_or(0)
    }
}
