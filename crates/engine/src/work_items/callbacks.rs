//! Promises to call somebody back: made, renewed, recalled, called off, and over.
//!
//! A promise is spoken when it is on disk, and is kept or ended by a stated rule. Whoever asks again for the same
//! number has one callback, not two.

use super::due::Due;
use super::{Stage, Task, WorkItem};
use crate::call::Call;
use crate::command::Refusal;
use crate::engine::{Door, Engine, Timer};
use crate::trunks::Share;
use crate::whisper::Whispers;
use clock::{Duration, Moment, WallTime};
use dialplan::{DemandId, Demands, LanguageId, NumberFrom, Plan, StepId};
use events::{
    Ani, By, CallEvent, CallbackEvent, CallbackOver, CallbackPromised, Direction, Kept, Name,
    NotReached, Outcome, SavedCallback, What,
};
use ids::{CallId, QueueId};
use ivr::{Input, NoCallback, Number};
use jiff::civil::DateTime;
use std::sync::Arc;

/// What is not on disk after so long is not spoken, and nobody is called for it.
pub(super) const STORED_MAX: Duration = Duration::from_secs(10);

/// No number is longer than fifteen digits behind its `+` (ITU-T E.164 §6.1): networks let surplus ones pass, and
/// one customer would have many numbers.
const NUMBER_MAX: usize = 16;

/// An attempt that the end of the process has cut off does not count; but of one promise there are no more of these than so many, or a
/// process that dies of calling somebody would ring them for ever.
const CUT_OFF_MAX: u32 = 3;

/// Somebody who is to be called back.
#[derive(Debug)]
pub(crate) struct Callback {
    /// The step of the plan that promised it.
    pub(crate) step: Name,
    pub(super) asked: Asked,
    /// The number that is called, in our form.
    pub(crate) number: String,
    pub(crate) caller: Ani,
    pub(crate) name: Option<Name>,
    pub(crate) company: Option<Name>,
    /// The number that the caller dialled, which the customer sees.
    pub(crate) dialled: Name,
    /// What the agent is told of the customer and the matter, beside the queue.
    pub(crate) whisper: Whispers,
    /// What the call has been found to need of an agent.
    pub(crate) demands: Demands,
    pub(crate) language: LanguageId,
    /// It is not in line before then, if a time was asked for.
    pub(crate) due: Option<Due>,
    /// It is tried until then.
    pub(crate) until: Moment,
    /// The last event of the promise, until it is on disk. Nobody is rung before.
    pub(super) unstored: Option<u64>,
    /// How many attempts count.
    pub(crate) attempts: u32,
    /// How many more the ends of earlier processes have cut off.
    pub(super) cut_off: u32,
    /// What follows the attempt that is on, once that is known.
    pub(super) next: Option<Next>,
    /// The callback whose place it takes when it is on disk, and who has said so.
    pub(super) instead_of: Option<(CallId, By)>,
    /// The callback that is to take its place, and is not on disk yet. Nobody is rung for this one meanwhile.
    pub(super) gives_way_to: Option<CallId>,
}

/// How it was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// By a caller, who hears the promise.
    OnTheLine,
    /// By a request, of which nobody knows whether it is the customer's own.
    ByRequest,
}

/// What follows an attempt that has not reached the customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// It stands in line again from then on.
    At(Moment),
    /// Nothing: it is over.
    Nothing,
}

/// On what terms a callback is promised.
#[derive(Clone, Debug, Default)]
pub(super) struct Terms {
    /// In which call; 0 if in none.
    pub(super) call: CallId,
    /// How long it is expected to take until its turn.
    pub(super) expected: Option<Duration>,
    /// The callback that it takes the place of, and who has said so.
    pub(super) instead_of: Option<(CallId, By)>,
}

/// What a caller has been promised, or is to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Promise {
    /// The event that is to be on disk first.
    row: u64,
    /// The work item.
    pub(super) item: CallId,
    /// Whether it is called off where it is not on disk in time.
    pub(super) is_new: bool,
    /// Whether it is on disk, and only the end of the one in whose place it comes is not.
    pub(super) awaits_place: bool,
    /// Whether the caller may hear what time it has.
    tells_time: bool,
}

impl Engine {
    /// Callbacks that earlier runs have promised.
    pub(crate) fn recall_callbacks(&mut self, now: Moment, saved: Vec<SavedCallback>) {
        let wall = self.journal.wall(now);
        for saved in self.without_unspoken(now, saved) {
            if self.work_items.is_on_the_line(saved.id) {
                self.recovery.promises.insert(saved.id, saved);
                continue;
            }
            self.recall_callback(now, wall, saved);
        }
    }

    fn recall_callback(&mut self, now: Moment, wall: WallTime, saved: SavedCallback) {
        let SavedCallback { id, promised, at, attempts, was_on, cut_off, tried_at, priority } =
            saved;
        let Some(step) = self.plan.callback(&promised.callback).cloned() else {
            return self.record_callback_over(now, id, CallbackOver::NoSuchCallback);
        };
        let window = Duration::from_millis(promised.window_ms);
        let until = now + window.saturating_sub(past(wall, at));
        let arrived = now - (past(wall, at) + Duration::from_millis(promised.waited_ms));
        if *self.plan.queue(step.queue).name != *promised.queue {
            self.record_in_queue(now, id, step.queue, &promised.language);
        }
        let due = promised.due_ms.map(|due_ms| self.due_of(now, at, due_ms));
        let callback = Callback {
            due: due.filter(|due| due.at > now),
            asked: if promised.call == 0 { Asked::ByRequest } else { Asked::OnTheLine },
            step: promised.callback,
            number: promised.number.reveal().to_owned(),
            caller: promised.caller,
            name: promised.name,
            company: promised.company,
            dialled: promised.dialled,
            whisper: Whispers::named(&self.plan, &promised.whisper),
            demands: demands_of(&self.plan, &promised.demands),
            language: language_of(&self.plan, &promised.language),
            until,
            unstored: None,
            attempts: attempts.saturating_sub(u32::from(was_on)),
            cut_off: cut_off.saturating_add(u32::from(was_on)),
            next: None,
            instead_of: None,
            gives_way_to: None,
        };
        if was_on {
            let cut_off = CallbackEvent::NotReached { attempt: attempts, why: NotReached::CutOff };
            self.record(now, What::Callback(id, cut_off));
        }
        let is_tried_enough = callback.is_tried_enough(step.attempts_max);
        let priority = priority.unwrap_or(step.priority);
        self.work_items.put(item(now, (id, step.queue, priority), callback, arrived));
        self.timers.set(Timer::CallbackOver(id), until);
        let retry = tried_at.map(|at| step.retry.saturating_sub(past(wall, at)));
        match retry {
            _ if until <= now => self.end_callback(now, id, CallbackOver::WindowOver),
            _ if is_tried_enough => {
                self.end_callback(now, id, CallbackOver::AttemptsMax);
            }
            Some(left) if !left.is_zero() => self.timers.set(Timer::LineUp(id), now + left),
            Some(_) | None => self.line_up(now, id, None),
        }
    }

    /// A caller comes to a callback, or has typed a number for it: can it be promised, and for which number?
    pub(crate) fn open_callback(
        &mut self,
        now: Moment,
        id: CallId,
        (step, typed): (StepId, Option<Number>),
    ) {
        let Some(call) = self.calls.get(id) else { return };
        let plan = Arc::clone(call.visit.plan());
        let Some(callback) = callback_of(&plan, step) else { return };
        if typed.is_none()
            && let Some(item) = self.callback_to_ask_about(call, step)
        {
            return self.tell_callback(now, id, item);
        }
        let own = call.caller.reveal();
        let number = self.number_outside(typed.as_ref().map_or(own, Number::as_str));
        let from = if typed.is_some() { NumberFrom::Typed } else { NumberFrom::Call };
        let number = number.filter(|it| self.may_be_called_back(callback, it, from));
        let has_one = number.as_ref().and_then(|it| self.open_callback_to(&callback.name, it));
        let is_of_trunk = call.is_of_trunk();
        let at_turn = self.may_promise(now, call, callback);
        let may = match has_one {
            _ if !is_of_trunk => Err(NoCallback::Full),
            Some(_) => Ok(()),
            // It may be at a time that the caller chooses.
            None if at_turn.is_err() && self.has_times(now, callback) => Ok(()),
            None => at_turn,
        };
        let most = callback.per_number_a_day;
        let number = number.filter(|it| has_one.is_some() || self.may_be_promised(now, it, most));
        let input = match may {
            Ok(()) => Input::CallbackNumber(number.and_then(|it| self.as_read(&it))),
            Err(why) => Input::CallbackRefused(why),
        };
        if let Some(call) = self.calls.get_mut(id) {
            call.visit.handle(now, input);
        }
    }

    /// Whether the step calls this number. One that is longer than any is none.
    pub(super) fn may_be_called_back(
        &self,
        callback: &dialplan::Callback,
        number: &str,
        from: NumberFrom,
    ) -> bool {
        number.len() <= NUMBER_MAX && callback.allows(number, from)
    }

    /// Whether an offer that leads to these callbacks alone is made: one of them can be promised.
    pub(crate) fn weigh_offer(&mut self, now: Moment, id: CallId, callbacks: &[StepId]) {
        let Some(call) = self.calls.get(id) else { return };
        let plan = Arc::clone(call.visit.plan());
        let callbacks = callbacks.iter().filter_map(|step| callback_of(&plan, *step));
        let is_of_trunk = call.is_of_trunk();
        let at_turn = |callback| self.may_promise(now, call, callback).is_ok();
        let stands = is_of_trunk
            && (callbacks.clone().any(at_turn)
                || callbacks.clone().any(|callback| self.has_times(now, callback)));
        if let Some(call) = self.calls.get_mut(id) {
            call.visit.handle(now, Input::OfferStands(stands));
        }
    }

    /// Whether the step takes one more.
    pub(super) fn has_room(&self, callback: &dialplan::Callback) -> bool {
        self.door == Door::Open
            && self.open_of_step(&callback.name) < callback.callbacks_max as usize
    }

    /// Whether one more may be promised there to this caller now, to be called at their turn.
    pub(super) fn may_promise(
        &self,
        now: Moment,
        call: &Call,
        callback: &dialplan::Callback,
    ) -> Result<(), NoCallback> {
        if !self.has_room(callback) || self.opening(now, callback.queue) != Kept::Open {
            return Err(NoCallback::Full);
        }
        let expected = self.expected_turn(now, call, callback);
        let kept = callback.can_be_kept(expected, self.closes_in(now, callback.queue));
        kept.then_some(()).ok_or(NoCallback::TooLate)
    }

    /// How many callbacks of a step are open.
    pub(super) fn open_of_step(&self, step: &Name) -> usize {
        let is_of_it = |it: &Callback| it.step == *step && it.is_latest();
        let items = self.work_items.iter();
        items.filter(|item| item.callback().is_some_and(is_of_it)).count()
    }

    /// How long it takes until it is the turn of this caller's callback; none where that would be a guess.
    fn expected_turn(
        &self,
        now: Moment,
        call: &Call,
        callback: &dialplan::Callback,
    ) -> Option<Duration> {
        // Who waits in that queue now stands where the callback would.
        let stands = call.visit.queue() == Some(callback.queue);
        if let Some(wait) = self.acd.expected_wait(now, call.id).filter(|_| stands) {
            return wait.ok();
        }
        let waiting = acd::Waiting {
            priority: callback.priority,
            need: self.need_of(call.visit.wish(callback.queue).1),
            ..acd::Waiting::work_item(CallId(u64::MAX), callback.queue, arrived(call))
        };
        self.acd.expected_wait_of(now, &waiting).ok()
    }

    /// A number as people here say it.
    pub(super) fn as_read(&self, number: &str) -> Option<Number> {
        Number::new(&self.plan.number_read(number))
    }

    /// The caller has confirmed the number: the promise goes to the disk.
    pub(crate) fn promise_callback(
        &mut self,
        now: Moment,
        id: CallId,
        (step, number, at): (StepId, Number, Option<DateTime>),
    ) {
        let Some(call) = self.calls.get(id) else { return };
        let plan = Arc::clone(call.visit.plan());
        let Some(callback) = callback_of(&plan, step) else { return };
        let number = self.number_outside(number.as_str());
        let from = self.number_from(call, number.as_deref());
        let number =
            number.filter(|it| call.is_of_trunk() && self.may_be_called_back(callback, it, from));
        let Some(number) = number else {
            return self.refuse_callback(now, id, NoCallback::Full);
        };
        let there = self.open_callback_to(&callback.name, &number);
        let most = callback.per_number_a_day;
        let is_often = !self.may_be_promised(now, &number, most);
        let due = at.map(|at| self.time_chosen(now, callback, (at, there)));
        let due = match due {
            Some(None) => return self.visit_time_gone(now, id),
            Some(Some(due)) => Some(due),
            None => None,
        };
        let may = match due {
            Some(_) => self.has_room(callback).then_some(()).ok_or(NoCallback::Full),
            None => self.may_promise(now, call, callback),
        };
        let promise = match (there, may) {
            // The time that somebody else has been promised is nobody's to change.
            (Some(item), _) if due.is_some() && !self.is_callers(item, from) => {
                return self.refuse_callback(now, id, NoCallback::Full);
            }
            (Some(item), _) if due.is_some() && (is_often || !self.may_be_moved(item)) => {
                return self.leave_unchanged(now, item, id);
            }
            (Some(item), _) if is_often => self.leave_as_it_is(now, item, id),
            (Some(item), _) => match due {
                Some(due) => self.move_callback(now, item, (id, callback, number.clone(), due)),
                None => self.renew_callback(now, item, (id, callback)),
            },
            (None, Ok(())) if !is_often => {
                self.new_callback(now, id, (callback, number.clone(), due), None)
            }
            (None, Ok(())) => return self.refuse_callback(now, id, NoCallback::Full),
            (None, Err(why)) => return self.refuse_callback(now, id, why),
        };
        self.count_promise(now, &number, most);
        let Some(mut promise) = promise else { return };
        promise.tells_time |= there.is_some_and(|item| self.is_callers(item, from));
        self.journal.await_row(promise.row, id);
        self.timers.set(Timer::PromiseStored(id), now + STORED_MAX);
        if let Some(call) = self.calls.get_mut(id) {
            call.promise = Some(promise);
        }
    }

    fn visit_time_gone(&mut self, now: Moment, id: CallId) {
        if let Some(call) = self.calls.get_mut(id) {
            call.visit.handle(now, Input::CallbackTimeGone);
        }
    }

    pub(super) fn refuse_callback(&mut self, now: Moment, id: CallId, why: NoCallback) {
        if let Some(call) = self.calls.get_mut(id) {
            call.visit.handle(now, Input::CallbackRefused(why));
        }
    }

    /// The callback of a step to a number, if one is open.
    pub(super) fn open_callback_to(&self, step: &Name, number: &str) -> Option<CallId> {
        let is_it = |it: &Callback| it.step == *step && it.number == number && it.is_latest();
        let mut items = self.work_items.iter();
        items.find(|item| item.callback().is_some_and(is_it)).map(|item| item.id)
    }

    /// Where a caller has this number from.
    pub(super) fn number_from(&self, call: &Call, number: Option<&str>) -> NumberFrom {
        let own = self.number_outside(call.caller.reveal());
        if own.as_deref() == number { NumberFrom::Call } else { NumberFrom::Typed }
    }

    /// There is one already: another takes its place, at a time that the caller has chosen, when it is on disk.
    fn move_callback(
        &mut self,
        now: Moment,
        item: CallId,
        (call, step, number, due): (CallId, &dialplan::Callback, String, Due),
    ) -> Option<Promise> {
        let instead_of = Some((item, By::Caller));
        self.new_callback(now, call, (step, number, Some(due)), instead_of)
    }

    /// There is one already: it counts from now on, at the place that it has.
    fn renew_callback(
        &mut self,
        now: Moment,
        item: CallId,
        (call, step): (CallId, &dialplan::Callback),
    ) -> Option<Promise> {
        let row = self.count_anew(now, item, (call, step))?;
        Some(Promise { row, item, is_new: false, awaits_place: false, tells_time: false })
    }

    /// It counts anew, at the place or the time that it has. Gives the event that says so.
    pub(super) fn count_anew(
        &mut self,
        now: Moment,
        item: CallId,
        (call, step): (CallId, &dialplan::Callback),
    ) -> Option<u64> {
        let callback = self.work_items.get_mut(item)?.callback_mut()?;
        // Who has a time is called then, however much sooner a window would be over that began now.
        let due = callback.due.map(|due| due.at).filter(|due| *due > now);
        let until = due.unwrap_or(now) + step.window;
        callback.counts_anew(until);
        self.timers.set(Timer::CallbackOver(item), until);
        let window_ms = millis(until.since(now));
        let renewed = CallbackEvent::Renewed { call: call.0, window_ms };
        Some(self.record(now, What::Callback(item, renewed)))
    }

    /// There is one already, and the number has been promised so many today that it does not count anew: it stands.
    fn leave_as_it_is(&mut self, now: Moment, item: CallId, call: CallId) -> Option<Promise> {
        let stands = CallbackEvent::Stands { call: call.0 };
        let row = self.record(now, What::Callback(item, stands));
        Some(Promise { row, item, is_new: false, awaits_place: false, tells_time: false })
    }

    fn new_callback(
        &mut self,
        now: Moment,
        id: CallId,
        (step, number, due): (&dialplan::Callback, String, Option<Due>),
        instead_of: Option<(CallId, By)>,
    ) -> Option<Promise> {
        let call = self.calls.get(id)?;
        let arrived = arrived(call);
        let expected = self.expected_turn(now, call, step).filter(|_| due.is_none());
        let known = call.known.as_deref();
        let callback = Callback {
            step: Arc::clone(&step.name),
            asked: Asked::OnTheLine,
            number,
            caller: call.caller.clone(),
            name: known.and_then(|known| known.name.clone()),
            company: known.and_then(|known| known.company.clone()),
            dialled: Arc::clone(&call.number),
            whisper: self.whispers_of(call),
            demands: call.visit.wish(step.queue).1,
            language: call.language,
            due,
            until: due.map_or(now, |due| due.at) + step.window,
            unstored: None,
            attempts: 0,
            cut_off: 0,
            next: None,
            instead_of: None,
            gives_way_to: None,
        };
        let terms = Terms { call: id, expected, instead_of };
        Some(self.put_callback(now, (callback, arrived), step, terms))
    }

    /// A callback is promised on these terms.
    pub(super) fn put_callback(
        &mut self,
        now: Moment,
        (mut callback, arrived): (Callback, Moment),
        step: &dialplan::Callback,
        terms: Terms,
    ) -> Promise {
        let language = Arc::clone(self.plan.language(callback.language));
        let promised = CallbackPromised {
            instead_of: terms.instead_of.as_ref().map(|(instead_of, _)| instead_of.0),
            callback: Arc::clone(&step.name),
            queue: Arc::clone(&self.plan.queue(step.queue).name),
            call: terms.call.0,
            dialled: Arc::clone(&callback.dialled),
            number: Ani::new(callback.number.clone()),
            caller: callback.caller.clone(),
            name: callback.name.clone(),
            company: callback.company.clone(),
            demands: names_of(&self.plan, callback.demands),
            whisper: callback.whisper.names(&self.plan),
            expected_ms: terms.expected.map(millis),
            due_ms: callback.due.map(|due| millis(due.at.since(now))),
            language: Arc::clone(&language),
            waited_ms: millis(now.since(arrived)),
            window_ms: millis(callback.until.since(now)),
        };
        let item_id = self.fresh_call();
        let offered = CallEvent::Offered {
            number: Arc::clone(&step.name),
            caller: promised.number.clone(),
            trunk: None,
            diverted_by: None,
            direction: Direction::Callback,
        };
        self.record(now, What::WorkItem(item_id, offered));
        let promised = CallbackEvent::Promised(Box::new(promised));
        let row = self.record(now, What::Callback(item_id, promised));
        // It stands in line when that is on disk, too; not before the caller is told.
        let queued = self.record_in_queue(now, item_id, step.queue, &language);
        self.journal.await_row(queued, item_id);
        callback.unstored = Some(queued);
        self.timers.set(Timer::CallbackOver(item_id), callback.until);
        let of = (item_id, step.queue, step.priority);
        self.work_items.put(item(now, of, callback, arrived));
        if let Some((old, by)) = terms.instead_of {
            self.give_way(now, (old, item_id), by);
        }
        Promise { row, item: item_id, is_new: true, awaits_place: false, tells_time: true }
    }

    fn record_in_queue(&mut self, now: Moment, id: CallId, queue: QueueId, language: &Name) -> u64 {
        let queue = Arc::clone(&self.plan.queue(queue).name);
        let queued = CallEvent::Queued { queue, language: Arc::clone(language) };
        self.record(now, What::WorkItem(id, queued))
    }

    /// The row of a promise is on disk: the callback stands in line, also when the caller has hung up since.
    pub(crate) fn callback_stored(&mut self, now: Moment, id: CallId, seq: u64) {
        let Some(callback) = self.work_items.get_mut(id).and_then(WorkItem::callback_mut) else {
            return;
        };
        if callback.unstored.take_if(|row| *row <= seq).is_none() {
            return;
        }
        if let Some(row) = self.take_the_place(now, id) {
            return self.await_the_place(now, id, row);
        }
        self.line_up(now, id, None);
        let is_its = |call: &&Call| call.promise.is_some_and(|promise| promise.item == id);
        let callers: Vec<CallId> = self.calls.iter().filter(is_its).map(|call| call.id).collect();
        for call in callers {
            self.promise_stored(now, call, seq);
        }
    }

    /// The rows of a promise are on disk: it is spoken, once it holds.
    pub(crate) fn promise_stored(&mut self, now: Moment, call: CallId, seq: u64) {
        let is_stored = |call: &Call| call.promise.is_some_and(|promise| promise.row <= seq);
        let promise = self.calls.get(call).filter(|call| is_stored(call)).and_then(|it| it.promise);
        let holds = |promise: &Promise| {
            let item = self.work_items.get(promise.item).and_then(WorkItem::callback);
            item.is_none_or(|callback| callback.unstored.is_none())
        };
        let Some(promise) = promise.filter(holds) else { return };
        if self.timers.clear(&Timer::PromiseStored(call)).is_some() {
            // Somebody may have called it off meanwhile.
            let is_there = self.work_items.has(promise.item);
            let at = self.appointment_of(now, promise.item).filter(|_| promise.tells_time);
            let refused = Input::CallbackRefused(NoCallback::Full);
            let told = if is_there { Input::CallbackPromised(at) } else { refused };
            self.visit(now, call, told);
        }
    }

    /// The call goes on elsewhere, or is over: its promise holds.
    pub(crate) fn forget_promise(&mut self, call: &Call) {
        if let Some(promise) = call.promise {
            self.journal.forget_row(promise.row);
            self.timers.clear(&Timer::PromiseStored(call.id));
        }
    }

    /// A promise is not on disk, and the caller has waited for long enough: there is none.
    pub(crate) fn promise_not_stored(&mut self, now: Moment, id: CallId) {
        if self.goes_on_waiting(now, id) {
            return;
        }
        let Some(promise) = self.calls.get_mut(id).and_then(|call| call.promise.take()) else {
            return;
        };
        self.journal.forget_row(promise.row);
        // Somebody else may have asked for the same number meanwhile.
        let is_asked_for =
            |call: &Call| call.promise.is_some_and(|other| other.item == promise.item);
        let mut told = Input::CallbackRefused(NoCallback::Full);
        if promise.is_new && !self.calls.iter().any(is_asked_for) {
            let before = self.place_of(promise.item);
            self.call_off(now, promise.item, CallbackOver::NotSpoken);
            if let Some(before) = before {
                told = Input::CallbackUnchanged(self.unchanged(now, before));
            }
        }
        self.visit(now, id, told);
    }

    /// Somebody calls a callback off.
    ///
    /// # Errors
    /// When the customer is being called right now.
    pub(crate) fn cancel_callback(
        &mut self,
        now: Moment,
        id: CallId,
        by: &By,
    ) -> Result<(), Refusal> {
        if self.work_items.is_on_the_line(id) {
            let remedy = "let the customer hang up, or withdraw the call";
            return Err(Refusal::CallIs { call: id, state: "on the line", remedy });
        }
        let item =
            self.work_items.get(id).filter(|item| item.callback().is_some_and(Callback::is_open));
        let Some(item) = item else { return Err(Refusal::UnknownCallback(id)) };
        if item.is_on() {
            let remedy = "wait until the attempt is over, or let the agent hang up";
            return Err(Refusal::CallIs { call: id, state: "being called", remedy });
        }
        if item.callback().is_some_and(|it| it.gives_way_to.is_some()) {
            let remedy = "cancel the one that takes its place";
            return Err(Refusal::CallIs { call: id, state: "being changed", remedy });
        }
        self.call_off(now, id, CallbackOver::Cancelled { by: by.clone() });
        Ok(())
    }

    /// It has been tried for as long as it is to be. An attempt that is on goes on.
    pub(crate) fn callback_window_over(&mut self, now: Moment, id: CallId) {
        if self.work_items.get(id).is_some_and(|item| !item.is_on()) {
            self.call_off(now, id, CallbackOver::WindowOver);
        }
    }

    /// Takes a callback out of its queue for good.
    pub(super) fn call_off(&mut self, now: Moment, id: CallId, how: CallbackOver) {
        if self.work_items.get(id).is_some_and(|item| !item.is_on()) {
            self.take_item_out(now, id);
            self.end_callback(now, id, how);
        }
    }

    /// It is over, and nothing of it is left.
    fn end_callback(&mut self, now: Moment, id: CallId, how: CallbackOver) {
        let item = self.work_items.remove(id);
        let unstored = item.as_ref().and_then(WorkItem::callback).and_then(|it| it.unstored);
        unstored.into_iter().for_each(|row| self.journal.forget_row(row));
        self.timers.clear(&Timer::CallbackOver(id));
        self.timers.clear(&Timer::LineUp(id));
        self.record_callback_over(now, id, how.clone());
        if let Some(Task::Callback(callback)) = item.map(|item| item.task) {
            self.leave_the_place(now, *callback, how);
        }
        self.tell_who_waits_for_the_place(now, id);
    }

    /// The last events of a callback that has not reached the customer.
    pub(super) fn record_callback_over(&mut self, now: Moment, id: CallId, how: CallbackOver) {
        let outcome = match &how {
            CallbackOver::Cancelled { .. } | CallbackOver::NotSpoken => Outcome::Withdrawn,
            CallbackOver::Reached
            | CallbackOver::AttemptsMax
            | CallbackOver::WindowOver
            | CallbackOver::Closed
            | CallbackOver::Served
            | CallbackOver::TakenUp
            | CallbackOver::NoSuchCallback => Outcome::Finished,
        };
        let cause = how.word().replace('_', " ");
        self.record(now, What::Callback(id, CallbackEvent::Over { how }));
        self.record_item_ended(now, id, (outcome, &cause));
    }

    /// What follows an attempt that has not reached the customer.
    pub(super) fn after_attempt(
        &self,
        now: Moment,
        callback: &Callback,
        why: NotReached,
    ) -> Result<Moment, CallbackOver> {
        let Some(step) = self.plan.callback(&callback.step) else {
            return Err(CallbackOver::NoSuchCallback);
        };
        let at = now + step.retry;
        match () {
            () if why.counts() && callback.is_tried_enough(step.attempts_max) => {
                Err(CallbackOver::AttemptsMax)
            }
            () if at >= callback.until => Err(CallbackOver::WindowOver),
            () => Ok(at),
        }
    }
}

impl Callback {
    /// Whether it is neither kept nor over. The agent of one that is over may still hear so.
    pub(super) fn is_open(&self) -> bool {
        self.next != Some(Next::Nothing)
    }

    /// Whether it is open, and the one that counts of those to its number: no other is to take its place.
    pub(super) fn is_latest(&self) -> bool {
        self.is_open() && self.gives_way_to.is_none()
    }

    /// Whether it has been tried as often as it is to be.
    fn is_tried_enough(&self, attempts_max: u32) -> bool {
        self.attempts.saturating_add(self.cut_off.saturating_sub(CUT_OFF_MAX)) >= attempts_max
    }

    /// Somebody has asked again: all attempts are there once more, until then.
    pub(super) const fn counts_anew(&mut self, until: Moment) {
        (self.until, self.attempts, self.cut_off) = (until, 0, 0);
    }
}

impl Call {
    /// Whether the caller comes over a trunk. Whoever writes a number into a call from anywhere could have us ring
    /// anybody, or hear of their callbacks.
    pub(super) const fn is_of_trunk(&self) -> bool {
        matches!(self.share, Some(Share::Trunk(_)))
    }

    /// Whether the caller has been promised a callback, and is past all queues.
    pub(crate) const fn is_promised_callback(&self) -> bool {
        self.promise.is_some() && matches!(self.stage, crate::call::Stage::InPlan)
    }
}

fn item(
    now: Moment,
    (id, queue, priority): (CallId, QueueId, u8),
    callback: Callback,
    arrived: Moment,
) -> WorkItem {
    WorkItem {
        id,
        task: Task::Callback(Box::new(callback)),
        queue,
        priority,
        arrived,
        stage: Stage::PutOff,
        since: now,
        port: None,
    }
}

/// When the caller first arrived at a queue, or else was let in.
fn arrived(call: &Call) -> Moment {
    call.queued.map_or(call.since, |(_, arrived)| arrived)
}

fn callback_of(plan: &Plan, step: StepId) -> Option<&dialplan::Callback> {
    plan.step(step).callback()
}

/// The language of this tag, or the plan's first.
fn language_of(plan: &Plan, tag: &str) -> LanguageId {
    let found = plan.languages.iter().position(|language| *language.tag == *tag);
    found.and_then(|at| u8::try_from(at).ok()).map_or(plan.default_language, LanguageId)
}

fn names_of(plan: &Plan, demands: Demands) -> Vec<Name> {
    let names = demands.iter().filter_map(|id| plan.demands.get(usize::from(id.0)));
    names.map(|demand| Arc::clone(&demand.name)).collect()
}

/// What these steps ask of an agent today. What is no step any more asks nothing.
fn demands_of(plan: &Plan, names: &[Name]) -> Demands {
    let ids = (0_u8..).map(DemandId).zip(&plan.demands);
    let asked = ids.filter(|(_, demand)| names.contains(&demand.name));
    asked.fold(Demands::NONE, |demands, (id, _)| demands.with(id))
}

/// How long ago something was.
pub(super) fn past(wall: WallTime, at: WallTime) -> Duration {
    let since = wall.as_micros().saturating_sub(at.as_micros());
    Duration::from_micros(u64::try_from(since).unwrap_or(0))
}

pub(super) fn millis(length: Duration) -> u64 {
    u64::try_from(length.as_millis()).unwrap_or(u64::MAX)
}
