//! What is remembered of callers by their numbers: who talked with them last, and the place that
//! somebody had whose line dropped. A caller who withholds the number is never remembered.

use crate::call::{Call, Stage};
use crate::ending::Ending;
use crate::engine::Engine;
use clock::{Duration, Moment, WallTime};
use dialplan::Plan;
use events::{Acquaintance, Ani, CallEvent, What};
use ids::{AgentId, CallId, QueueId};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// No more callers than this are remembered; whoever called longest ago is forgotten first.
const ACQUAINTANCES_MAX: usize = 50_000;

/// No more places than this are kept for callers whose line dropped.
const DROPPED_MAX: usize = 10_000;

/// A caller's number in our form, as all that is remembered goes by it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Number(Arc<str>);

impl Number {
    /// None for a caller who withholds it.
    pub(crate) fn of(plan: &Plan, caller: &Ani) -> Option<Self> {
        (!caller.is_withheld()).then(|| Self(plan.number_in_our_form(caller.reveal()).into()))
    }

    /// One that a caller has typed.
    pub(crate) fn typed(plan: &Plan, digits: &str) -> Self {
        Self(plan.number_in_our_form(digits).into())
    }

    /// What somebody is known by in place of a number.
    pub(crate) fn key(key: &Arc<str>) -> Self {
        Self(Arc::clone(key))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// What is remembered of callers.
#[derive(Debug)]
pub(crate) struct Acquaintances {
    talked: Recent<AgentId>,
    dropped: Recent<Dropped>,
}

/// The place of a caller whose line dropped.
#[derive(Clone, Copy, Debug)]
struct Dropped {
    queue: QueueId,
    arrived: Moment,
}

impl Default for Acquaintances {
    fn default() -> Self {
        Self { talked: Recent::new(ACQUAINTANCES_MAX), dropped: Recent::new(DROPPED_MAX) }
    }
}

/// One thing for each of the numbers that were heard of last.
#[derive(Debug)]
struct Recent<T> {
    by_number: BTreeMap<Number, (WallTime, T)>,
    by_time: BTreeSet<(WallTime, Number)>,
    max: usize,
}

impl<T: Copy> Recent<T> {
    const fn new(max: usize) -> Self {
        Self { by_number: BTreeMap::new(), by_time: BTreeSet::new(), max }
    }

    /// Remembers this of a number in place of what was known. Of more than there is room for, the
    /// oldest is forgotten.
    fn put(&mut self, number: Number, at: WallTime, what: T) {
        self.take(&number);
        self.by_time.insert((at, number.clone()));
        self.by_number.insert(number, (at, what));
        if self.by_number.len() > self.max
            && let Some((_, oldest)) = self.by_time.pop_first()
        {
            self.by_number.remove(&oldest);
        }
    }

    fn get(&self, number: &Number) -> Option<(WallTime, T)> {
        self.by_number.get(number).copied()
    }

    fn take(&mut self, number: &Number) -> Option<(WallTime, T)> {
        let (at, what) = self.by_number.remove(number)?;
        self.by_time.remove(&(at, number.clone()));
        Some((at, what))
    }
}

/// Whether something that was at `at` is within a window that ends `now`.
fn is_within(now: WallTime, at: WallTime, window: Duration) -> bool {
    let passed = u64::try_from(now.as_micros().saturating_sub(at.as_micros())).unwrap_or(0);
    Duration::from_micros(passed) <= window
}

impl Engine {
    /// Callers whom an earlier run has connected, in any order. Agents whom the plan has no more are
    /// left out.
    pub(crate) fn recall(&mut self, acquaintances: Vec<Acquaintance>) {
        for Acquaintance { caller, agent, at } in acquaintances {
            let agent = self.plan.agent_of(&agent);
            let number = Number::of(&self.plan, &caller);
            let Some((number, agent)) = number.zip(agent) else { continue };
            let talked = &mut self.acquaintances.talked;
            if talked.get(&number).is_none_or(|(before, _)| before < at) {
                talked.put(number, at, agent);
            }
        }
    }

    /// Caller and agent have been connected.
    pub(crate) fn remember_talk(&mut self, now: Moment, id: CallId, agent: AgentId) {
        let Some(call) = self.calls.get(id) else { return };
        if let Some(number) = Number::of(&self.plan, &call.caller) {
            self.acquaintances.talked.put(number, self.journal.wall(now), agent);
        }
    }

    /// A call that ends so is remembered if its caller waited and the line dropped. A line that breaks
    /// and a caller who hangs up are seldom told apart: carriers end both with BYE.
    pub(crate) fn remember_drop(&mut self, now: Moment, call: &Call, ending: Ending) {
        let is_dropped = match ending {
            Ending::CallerLeft | Ending::LineFailed(_) | Ending::CallerSilent => true,
            Ending::Unusable(_)
            | Ending::Overdue
            | Ending::Unacknowledged
            | Ending::AgentLeft
            | Ending::AgentLineFailed(_)
            | Ending::AgentSilent
            | Ending::Plan(_)
            | Ending::Withdrawn
            | Ending::Stopped => false,
        };
        let waited = match call.stage {
            Stage::Waiting | Stage::Ringing(_) | Stage::Connecting(_) => call.queued,
            Stage::Recording { .. } | Stage::Answering | Stage::InPlan | Stage::Talking(_) => None,
        };
        let Some((queue, arrived)) = waited.filter(|_| is_dropped) else { return };
        if self.plan.queue(queue).redial_window.is_zero() {
            return;
        }
        if let Some(number) = Number::of(&self.plan, &call.caller) {
            let dropped = Dropped { queue, arrived };
            self.acquaintances.dropped.put(number, self.journal.wall(now), dropped);
        }
    }

    /// The earlier first arrival of a caller who enters a queue for the first time, if it is this queue
    /// that their line dropped in a short while ago.
    pub(crate) fn lost_place(&self, now: Moment, call: &Call, queue: QueueId) -> Option<Moment> {
        let number = Number::of(&self.plan, &call.caller)?;
        let (at, dropped) = self.acquaintances.dropped.get(&number)?;
        let window = self.plan.queue(queue).redial_window;
        let is_in_time = is_within(self.journal.wall(now), at, window);
        (dropped.queue == queue && is_in_time).then_some(dropped.arrived)
    }

    /// The caller has the lost place back: it is given once.
    pub(crate) fn place_regained(&mut self, now: Moment, id: CallId, arrived: Moment) {
        let number = self.calls.get(id).and_then(|call| Number::of(&self.plan, &call.caller));
        number.and_then(|number| self.acquaintances.dropped.take(&number));
        let waited_ms = u64::try_from(now.since(arrived).as_millis()).unwrap_or(u64::MAX);
        self.record(now, What::Call(id, CallEvent::PlaceRegained { waited_ms }));
    }

    /// The agent for whom a call is kept that comes to a queue, and at most how long.
    pub(crate) fn keeper(
        &self,
        now: Moment,
        call: &Call,
        queue: QueueId,
    ) -> Option<(AgentId, Duration)> {
        let queue = self.plan.queue(queue);
        if queue.last_agent.is_zero() {
            return None;
        }
        // Whom a directory names knows the caller, whoever talked with them last.
        if let Some(agent) = call.known.as_ref().and_then(|known| known.agent) {
            return Some((agent, queue.last_agent));
        }
        let number = Number::of(&self.plan, &call.caller)?;
        let (at, agent) = self.acquaintances.talked.get(&number)?;
        let is_recent = is_within(self.journal.wall(now), at, queue.last_agent_within);
        is_recent.then_some((agent, queue.last_agent))
    }

    /// Writes down that a call waits for one agent alone, if it does.
    pub(crate) fn record_keeping(&mut self, now: Moment, id: CallId) {
        let Some((agent, until)) = self.acd.kept_for(id) else { return };
        let at_most_ms = u64::try_from(until.since(now).as_millis()).unwrap_or(u64::MAX);
        let agent = self.plan.agent(agent).account.clone();
        self.record(now, What::Call(id, CallEvent::KeptFor { agent, at_most_ms }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(n: usize) -> Number {
        Number(n.to_string().into())
    }

    #[test]
    fn the_oldest_is_forgotten_when_there_is_no_room() {
        let mut recent = Recent::new(2);
        let at = WallTime::from_micros;
        recent.put(number(1), at(1), 'a');
        recent.put(number(2), at(2), 'b');
        recent.put(number(1), at(3), 'c');
        recent.put(number(3), at(4), 'd');
        assert_eq!(recent.get(&number(2)), None);
        assert_eq!(recent.get(&number(1)), Some((at(3), 'c')));
        assert_eq!((recent.by_number.len(), recent.by_time.len()), (2, 2));
    }
}
