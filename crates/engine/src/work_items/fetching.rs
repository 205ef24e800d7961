//! The customer first: called when an agent is expected to be free soon, and in line at their own place when they have
//! said that it is them.
//!
//! The customer's phone is called while nobody is there for them yet, so the callback leaves the line meanwhile. No more
//! are fetched at once than agents will be there for: each that is on its way lengthens the expected wait.

use super::calling::{Calling, Ours};
use super::{Stage, WorkItem};
use crate::engine::{Engine, Timer};
use clock::{Duration, Moment};
use dialplan::CallbackMode;
use ids::{CallId, QueueId};

/// How soon it is looked again whether an agent will be free: at least and at most. A talk can end at any moment.
const LOOK_MIN: Duration = Duration::from_secs(1);
const LOOK_MAX: Duration = Duration::from_secs(5);

impl Engine {
    /// How long before an agent is free the customer of this callback is called; none where the agent is first.
    pub(super) fn ahead_of(&self, callback: &super::Callback) -> Option<Duration> {
        match self.plan.callback(&callback.step)?.mode {
            CallbackMode::AgentFirst => None,
            CallbackMode::CallerFirst(ahead) => Some(ahead),
        }
    }

    fn ahead(&self, id: CallId) -> Option<Duration> {
        self.ahead_of(self.work_items.get(id)?.callback()?)
    }

    /// A callback has come to the line: it is looked after, if its customer is called first.
    pub(super) fn watch_for_agents(&mut self, now: Moment, id: CallId) {
        if self.ahead(id).is_some() {
            self.timers.set(Timer::CallbackAhead(id), now);
        }
    }

    /// Looks whether an agent will be free soon.
    pub(crate) fn look_ahead(&mut self, now: Moment, id: CallId) {
        let Some(ahead) = self.ahead(id) else { return };
        let Some(item) = self.work_items.get(id) else { return };
        let queue = match item.stage {
            Stage::Waiting => item.queue,
            Stage::PutOff | Stage::Ringing(_) | Stage::Hearing(_) | Stage::Calling(_) => return,
        };
        let wait = self.acd.expected_wait(now, id).and_then(Result::ok);
        let fetched = u32::try_from(self.customers_fetched(queue)).unwrap_or(u32::MAX);
        let wait = wait.map(|wait| wait.saturating_mul(fetched.saturating_add(1)));
        match wait {
            Some(wait) if wait <= ahead => self.fetch_customer(now, id),
            Some(wait) => {
                let again = ((wait - ahead) / 2).clamp(LOOK_MIN, LOOK_MAX);
                self.timers.set(Timer::CallbackAhead(id), now + again);
            }
            None => self.timers.set(Timer::CallbackAhead(id), now + LOOK_MAX),
        }
    }

    /// An agent is free for a callback whose customer is called first: they are called now, unless others are on their
    /// way to as many agents. Whether it is one.
    pub(super) fn fetch_at_turn(&mut self, now: Moment, id: CallId) -> bool {
        if self.ahead(id).is_none() {
            return false;
        }
        let Some(queue) = self.work_items.get(id).map(|item| item.queue) else { return false };
        // The one who is reserved for it is not ready any more.
        if self.customers_fetched(queue) <= self.acd.ready_agents(queue) {
            self.fetch_customer(now, id);
        } else {
            self.put_off(now, id);
        }
        true
    }

    /// How many customers of a queue are being called with nobody there for them yet.
    fn customers_fetched(&self, queue: QueueId) -> usize {
        let is_fetched = |item: &&WorkItem| {
            let is_on = matches!(&item.stage, Stage::Calling(calling) if calling.talk().is_none());
            item.queue == queue && is_on
        };
        self.work_items.iter().filter(is_fetched).count()
    }

    /// The customer is called. Where there is no way to, the callback leaves the line for a while.
    fn fetch_customer(&mut self, now: Moment, id: CallId) {
        if !self.can_be_called(now, id) {
            return;
        }
        let Some(port) = self.ports.lend_one() else { return self.put_off(now, id) };
        self.take_item_out(now, id);
        let Some(item) = self.work_items.get_mut(id) else { return self.ports.give_back(port) };
        item.enter(now, Stage::Calling(Box::new(Calling::of(Ours::Nobody(port)))));
        self.begin_attempt(now, id, None);
    }
}
