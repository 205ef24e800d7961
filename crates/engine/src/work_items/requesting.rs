//! Callbacks that nobody has called for: somebody asks for one on a page of the web, at their turn or at a time. The same
//! rules hold as for who calls.

use super::callbacks::{Asked, Terms};
use super::due::Due;
use super::{Callback, WorkItem};
use crate::command::{CallbackRequest, Refusal};
use crate::engine::{Door, Engine};
use crate::whisper::Whispers;
use clock::{Duration, Moment, WallTime};
use dialplan::{Demands, NumberFrom, Slots};
use events::{Ani, By, CallbackOver, Kept, Name};
use ids::CallId;
use jiff::ToSpan as _;
use jiff::civil::{Date, DateTime};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Which slots of a step are taken how often, and the last day that can be asked for.
struct Taken {
    by_slot: BTreeMap<WallTime, u32>,
    last: Date,
}

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
            Some(at) => Some(self.slot(now, &callback, (at, there))?),
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
        };
        let expected = expected.filter(|_| due.is_none());
        // A second request changes the first: the record of the promise ends the other one, too, so that no end of the
        // process leaves both.
        let terms = Terms { call: CallId(0), expected, instead_of: there };
        let promised = self.put_callback(now, (new, now), &callback, terms).item;
        if let Some(item) = there {
            self.call_off(now, item, CallbackOver::Cancelled { by: by.clone() });
        }
        Ok(promised)
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

    /// When the slot begins that somebody asks for; `but` is the callback that it takes the place of.
    fn slot(
        &self,
        now: Moment,
        callback: &dialplan::Callback,
        (at, but): (DateTime, Option<CallId>),
    ) -> Result<Due, Refusal> {
        let none = |next| Refusal::NoSlot { callback: Arc::clone(&callback.name), next };
        let slots = callback.slots.ok_or_else(|| none(None))?;
        let today = self.plan.local(self.journal.wall(now));
        let last = today.date().checked_add(i64::from(slots.days_ahead).days());
        let last = last.map_err(|_too_far| none(None))?;
        let of_step = self.work_items.iter().filter(|item| Some(item.id) != but);
        let of_step = of_step.filter_map(WorkItem::callback).filter(|it| it.step == callback.name);
        let mut taken = Taken { by_slot: BTreeMap::new(), last };
        for due in of_step.filter_map(|it| it.due) {
            *taken.by_slot.entry(due.wall).or_default() += 1;
        }
        let slot = slots.of(at);
        if let Some(due) = self.free_slot(now, (callback, slots), &taken, slot) {
            return Ok(due);
        }
        let mut next = Some(slot.max(slots.of(today)));
        while let Some(at) = next.filter(|at| at.date() <= taken.last) {
            if self.free_slot(now, (callback, slots), &taken, at).is_some() {
                return Err(none(Some(at)));
            }
            next = slots.after(at);
        }
        Err(none(None))
    }

    /// When that slot begins, if it is to come, the queue is open then, and there is room.
    fn free_slot(
        &self,
        now: Moment,
        (callback, slots): (&dialplan::Callback, Slots),
        taken: &Taken,
        slot: DateTime,
    ) -> Option<Due> {
        let wall = self.journal.wall(now);
        let hours = self.plan.queue(callback.queue).hours;
        let is_open = hours.is_none_or(|hours| self.plan.hours(hours).open_at(slot));
        let begins = self.plan.wall_at(slot)?;
        let every = i64::try_from(slots.every.as_micros()).ok()?;
        let ends = WallTime::from_micros(begins.as_micros().checked_add(every)?);
        let in_it: u32 = taken.by_slot.range(begins..ends).map(|(_, count)| count).sum();
        let is_to_come = begins > wall && slot.date() <= taken.last;
        let is_free = is_open && in_it < slots.per_slot;
        let at = self.moment(now, begins.as_micros());
        (is_to_come && is_free).then_some(Due { wall: begins, at })
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
