//! Somebody calls again who has been promised a callback: asked what they want, and not called while they are on the
//! line.

use super::{Stage, WorkItem};
use crate::call::Call;
use crate::command::Priority;
use crate::engine::Engine;
use clock::Moment;
use dialplan::StepId;
use events::{By, CallbackEvent, CallbackOver, Kept, What};
use ids::{CallId, QueueId};
use ivr::{Input, NoCallback};

impl Engine {
    /// The step that asks a caller what they want who comes to a queue while a callback to them waits there. Each is
    /// asked once a call.
    pub(crate) fn callback_to_ask_of(&self, id: CallId, queue: QueueId) -> Option<StepId> {
        let call = self.calls.get(id).filter(|call| !call.asked_again && call.is_of_trunk())?;
        let number = self.number_outside(call.caller.reveal())?;
        let mut items = self.work_items.iter();
        let item = items.find(|item| item.queue == queue && item.waits_to_call(&number))?;
        let step = self.plan.callback(&item.callback()?.step).filter(|step| step.ask_again)?;
        self.plan.callback_step(&step.name)
    }

    /// The caller goes to that step in place of the queue.
    pub(crate) fn ask_again(&mut self, now: Moment, id: CallId, step: StepId) {
        if let Some(call) = self.calls.get_mut(id) {
            call.visit.handle(now, Input::CalledAgain(step));
        }
    }

    /// The callback of a step to the caller's own number, if the caller is to be asked about it.
    pub(super) fn callback_to_ask_about(&self, call: &Call, step: StepId) -> Option<CallId> {
        let callback = call.visit.plan().step(step).callback().filter(|it| it.ask_again)?;
        let number = self.number_outside(call.caller.reveal()).filter(|_| call.is_of_trunk())?;
        let is_it = |item: &&WorkItem| {
            item.waits_to_call(&number)
                && item.callback().is_some_and(|it| it.step == callback.name)
        };
        self.work_items.iter().find(is_it).map(|item| item.id)
    }

    /// The caller is told how it stands.
    pub(super) fn tell_callback(&mut self, now: Moment, id: CallId, item: CallId) {
        let at = self.appointment_of(now, item);
        let (place, day_ends) =
            (self.acd.place(now, item).map(acd::Position::number), self.day_ends(now));
        let number = self.work_items.get(item).and_then(WorkItem::callback);
        let number = number.and_then(|callback| self.as_read(&callback.number));
        self.record(now, What::Callback(item, CallbackEvent::AskedAfter { call: id.0 }));
        let Some(call) = self.calls.get_mut(id) else { return };
        call.asked_again = true;
        let told = match number {
            Some(number) => Input::CallbackStands { number, place, at, day_ends },
            None => Input::CallbackRefused(NoCallback::Full),
        };
        call.visit.handle(now, told);
    }

    /// The caller does not want to be called any more.
    pub(crate) fn caller_calls_off(&mut self, now: Moment, id: CallId, step: StepId) {
        let item = self.calls.get(id).and_then(|call| self.callback_to_ask_about(call, step));
        let told = match item {
            Some(item) => {
                self.call_off(now, item, CallbackOver::Cancelled { by: By::Caller });
                Input::CallbackCalledOff
            }
            None => Input::CallbackRefused(NoCallback::Full),
        };
        if let Some(call) = self.calls.get_mut(id) {
            call.visit.handle(now, told);
        }
    }

    /// The caller will wait on the line, at the place of the callback.
    pub(crate) fn caller_takes_up(&mut self, now: Moment, id: CallId, step: StepId) {
        let item = self.calls.get(id).and_then(|call| self.callback_to_ask_about(call, step));
        let found = item.and_then(|item| self.work_items.get(item));
        // Where nobody may wait, it stays what it is.
        let found = found.filter(|it| self.opening(now, it.queue) == Kept::Open);
        let found = found.map(|it| (it.id, it.queue, it.arrived, it.priority));
        let Some((item, queue, arrived, priority)) = found else {
            return self.refuse_callback(now, id, NoCallback::Full);
        };
        let Some(call) = self.calls.get_mut(id) else { return };
        call.takes_up = Some(item);
        let earlier = call.queued.map_or(arrived, |(_, at)| at.min(arrived));
        call.queued = Some((queue, earlier));
        if priority > call.visit.wish(queue).0 {
            call.priority = Priority::new(priority);
        }
        call.visit.handle(now, Input::CallbackTakenUp);
    }

    /// The caller comes to a queue, and may do so to stand there in place of a callback: that is out of the line while
    /// they find out whether there is room.
    pub(crate) fn make_way(&mut self, now: Moment, id: CallId, queue: QueueId) -> Option<CallId> {
        let item = self.calls.get_mut(id)?.takes_up.take()?;
        let item = self.work_items.get(item).filter(|it| it.queue == queue && !it.is_on())?;
        let (item, is_in_line) = (item.id, !matches!(item.stage, Stage::PutOff));
        // What is tried later has no place in line that it could make, and stays due when it is.
        if is_in_line {
            self.take_item_out(now, item);
        }
        Some(item)
    }

    /// The caller stands there, or found no way in: then the callback keeps the place.
    pub(crate) fn have_taken_up(&mut self, now: Moment, id: CallId, item: CallId) {
        if self.acd.arrived(id).is_some() {
            self.call_off(now, item, CallbackOver::TakenUp);
        } else if !self.is_tried_later(item) {
            self.line_up_again(now, item);
        }
    }

    /// Caller and agent talk: what the caller has been promised in that queue is done.
    pub(crate) fn callback_served(&mut self, now: Moment, id: CallId) {
        let call = self.calls.get(id).filter(|call| call.is_of_trunk());
        let number = call.and_then(|call| self.number_outside(call.caller.reveal()));
        let queue = call.and_then(|call| call.queued).map(|(queue, _)| queue);
        let (Some(number), Some(queue)) = (number, queue) else { return };
        let there = self.work_items.iter().filter(|item| item.queue == queue);
        let served: Vec<CallId> =
            there.filter(|item| item.waits_to_call(&number)).map(|item| item.id).collect();
        for item in served {
            self.call_off(now, item, CallbackOver::Served);
        }
    }

    /// Whether who has this number is on the line: calling them would be in vain.
    pub(super) fn is_on_the_line(&self, number: &str) -> bool {
        // Who has just been promised one hears the thanks.
        let calls = self.calls.iter().filter(|it| it.is_of_trunk() && !it.is_promised_callback());
        let put_through = self.directs.visitors().filter(|visitor| visitor.is_of_trunk());
        let mut callers =
            calls.map(|call| &call.caller).chain(put_through.map(|visitor| &visitor.caller));
        callers.any(|caller| self.plan.number_dialled(caller.reveal()).as_deref() == Some(number))
    }
}

impl WorkItem {
    /// Whether it is the open callback to this number, and nobody is on the line for it.
    fn waits_to_call(&self, number: &str) -> bool {
        let is_it = self.callback().is_some_and(|it| it.number == number && it.is_latest());
        is_it && !self.is_on()
    }
}
