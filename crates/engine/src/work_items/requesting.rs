//! Callbacks that nobody has called for: somebody asks for one on a page of the web, at their turn or at a time. The same
//! rules hold as for who calls.

use super::callbacks::{Asked, Terms};
use super::{Callback, WorkItem};
use crate::command::{CallbackRequest, Refusal};
use crate::engine::{Door, Engine};
use crate::whisper::Whispers;
use clock::{Duration, Moment};
use dialplan::{Demands, NumberFrom};
use events::{Ani, By, Kept, Name};
use ids::CallId;
use std::sync::Arc;

impl Engine {
    /// Somebody asks to be called back. Gives the number by which it goes.
    ///
    /// # Errors
    /// When it is not promised. Nothing has changed then.
    pub(crate) fn request_callback(
        &mut self,
        now: Moment,
        step: &Name,
        request: &CallbackRequest,
        by: &By,
    ) -> Result<CallId, Refusal> {
        let unknown = || Refusal::UnknownCallbackStep(Arc::clone(step));
        let callback = self.plan.callback(step).cloned().ok_or_else(unknown)?;
        let number = self.number_outside(&request.number);
        let number =
            number.filter(|it| self.may_be_called_back(&callback, it, NumberFrom::Request));
        let number = number.ok_or(Refusal::NumberNotCalled)?;
        if !self.may_be_promised(now, &number, callback.per_number_a_day) {
            return Err(Refusal::TooOften);
        }
        if self.door != Door::Open {
            return Err(Refusal::Draining);
        }
        let there = self.open_callback_to(step, &number);
        if let Some(item) = there.and_then(|item| self.work_items.get(item)) {
            may_be_changed(item)?;
        }
        if !self.may_be_requested(now, step, callback.requests_per_hour_max) {
            return Err(Refusal::RequestsMax(Arc::clone(step)));
        }
        let due = match request.at {
            Some(at) => Some(self.time_asked_for(now, &callback, (at, there))?),
            None => None,
        };
        if let (Some(item), None) = (there, due) {
            self.count_anew(now, item, (CallId(0), &callback));
            self.count_promise(now, &number, callback.per_number_a_day);
            return Ok(item);
        }
        if there.is_none() && self.open_of_step(step) >= callback.callbacks_max as usize {
            return Err(Refusal::CallbacksMax(Arc::clone(step)));
        }
        let expected = self.expected_of_request(now, &callback);
        if due.is_none() {
            self.may_be_in_time(now, &callback, expected)?;
        }
        self.count_promise(now, &number, callback.per_number_a_day);
        let new = Callback {
            due,
            asked: Asked::ByRequest,
            step: Arc::clone(step),
            caller: Ani::new(number.clone()),
            number,
            name: request.name.clone(),
            company: None,
            // What the customer sees where the trunk has no number of its own.
            dialled: self.own_number().unwrap_or_else(|| Arc::clone(step)),
            whisper: Whispers::default(),
            demands: Demands::NONE,
            language: self.plan.default_language,
            until: due.map_or(now, |due| due.at) + callback.window,
            unstored: None,
            attempts: 0,
            cut_off: 0,
            next: None,
            instead_of: None,
            gives_way_to: None,
        };
        let expected = expected.filter(|_| due.is_none());
        // A second request changes the first: the record of the promise ends the other one, too, so that no end of the
        // process leaves both.
        let instead_of = there.map(|item| (item, by.clone()));
        let terms = Terms { call: CallId(0), expected, instead_of };
        Ok(self.put_callback(now, (new, now), &callback, terms).item)
    }

    fn expected_of_request(&self, now: Moment, callback: &dialplan::Callback) -> Option<Duration> {
        let waiting = acd::Waiting {
            priority: callback.priority,
            ..acd::Waiting::work_item(CallId(u64::MAX), callback.queue, now)
        };
        self.acd.expected_wait_of(now, &waiting).ok()
    }

    fn may_be_in_time(
        &self,
        now: Moment,
        callback: &dialplan::Callback,
        expected: Option<Duration>,
    ) -> Result<(), Refusal> {
        if self.opening(now, callback.queue) == Kept::Closed {
            return Err(Refusal::QueueClosed(Arc::clone(&self.plan.queue(callback.queue).name)));
        }
        let is_kept = callback.can_be_kept(expected, self.closes_in(now, callback.queue));
        is_kept.then_some(()).ok_or_else(|| Refusal::TooLate(Arc::clone(&callback.name)))
    }

    /// The first number of the plan that is one, and no pattern.
    fn own_number(&self) -> Option<Arc<str>> {
        self.plan.numbers.keys().find(|name| self.plan.number_called(name).is_some()).cloned()
    }
}

/// Whether a request may change a callback that is open: one that a caller has been promised is the caller's.
fn may_be_changed(item: &WorkItem) -> Result<(), Refusal> {
    let is = |state, remedy| Err(Refusal::CallIs { call: item.id, state, remedy });
    if item.is_on() {
        return is("being called", "wait until the attempt is over");
    }
    match item.callback().map(|callback| callback.asked) {
        Some(Asked::OnTheLine) => is("promised to a caller", "wait until it is kept, or cancel it"),
        Some(Asked::ByRequest) | None => Ok(()),
    }
}
