//! Times at which callbacks are promised: which are free, those that callers choose from, and the one that somebody asks for.
//!
//! There are never more callbacks at a time than the step says, none at a time at which its queue is closed by its hours,
//! and none beyond its last day. A time is looked at once more when it is promised, so of two who have heard the last
//! place of one only the first is promised it.

use super::WorkItem;
use super::callbacks::Asked;
use super::due::Due;
use crate::command::Refusal;
use crate::engine::Engine;
use clock::{Duration, Moment, WallTime};
use dialplan::{Callback, NumberFrom, Slots, StepId};
use ids::CallId;
use ivr::{Input, NoCallback, Number};
use jiff::ToSpan as _;
use jiff::civil::{Date, DateTime};
use speech::Appointment;
use std::collections::BTreeMap;
use std::sync::Arc;

/// So long it is known whether a step has a free time, unless something is promised or called off: they pass by the minute.
const TIMES_HOLD_FOR: Duration = Duration::from_secs(1);

/// The times of a step, and how much of them is taken.
struct Taken {
    slots: Slots,
    by_slot: BTreeMap<WallTime, u32>,
    /// The last day that can be asked for.
    last: Date,
}

impl Engine {
    /// A caller chooses when to be called at this number.
    pub(crate) fn tell_times(&mut self, now: Moment, id: CallId, (step, number): (StepId, Number)) {
        let Some(call) = self.calls.get(id) else { return };
        let plan = Arc::clone(call.visit.plan());
        let Some(callback) = plan.step(step).callback() else { return };
        let number = self.number_outside(number.as_str());
        let from = self.number_from(call, number.as_deref());
        let there = number.and_then(|it| self.open_callback_to(&callback.name, &it));
        let theirs = there.filter(|item| self.is_callers(*item, from));
        let may_choose = theirs == there;
        let times = may_choose.then(|| self.times_offered(now, callback, there));
        let times = times.unwrap_or_default();
        let has_time = theirs.is_some_and(|item| self.appointment_of(now, item).is_some());
        let at_turn = match there {
            // Who has a time is called then, and not at any turn.
            Some(_) if has_time => Err(NoCallback::Full),
            Some(_) => Ok(()),
            None => self.may_promise(now, call, callback),
        };
        let is_stuck = |item: &CallId| !self.may_be_moved(*item) || (has_time && times.is_empty());
        let told = match theirs.filter(is_stuck) {
            Some(item) => Input::CallbackUnchanged(self.unchanged(now, item)),
            None => Input::CallbackTimes { times, at_turn, day_ends: self.day_ends(now) },
        };
        if let Some(call) = self.calls.get_mut(id) {
            call.visit.handle(now, told);
        }
    }

    /// When the day of the centre is over.
    pub(super) fn day_ends(&self, now: Moment) -> Moment {
        let day = self.plan.day_of(self.journal.wall(now));
        // The end of the calendar is further away than any call lasts.
        day.map_or(Moment::MAX, |(_, ends)| self.moment(now, ends.as_micros()))
    }

    /// The next free times of a step whose callers choose one, the soonest first; `there` is the callback that gives way.
    fn times_offered(
        &self,
        now: Moment,
        callback: &Callback,
        there: Option<CallId>,
    ) -> Vec<Appointment> {
        if there.is_none() && !self.has_room(callback) {
            return Vec::new();
        }
        let Some(free) = self.free_times(now, callback, there) else { return Vec::new() };
        let today = self.plan.local(self.journal.wall(now)).date();
        let most = callback.offers_times().map_or(0, |slots| slots.offered);
        let told = free.map(|at| Appointment { at, today });
        told.take(usize::try_from(most).unwrap_or(0)).collect()
    }

    /// All free times of a step whose callers choose one, the soonest first, each looked for when it is asked for.
    fn free_times<'a>(
        &'a self,
        now: Moment,
        callback: &'a Callback,
        there: Option<CallId>,
    ) -> Option<impl Iterator<Item = DateTime> + use<'a>> {
        let slots = callback.offers_times()?;
        let taken = self.taken(now, callback, (slots, there))?;
        let local = self.plan.local(self.journal.wall(now));
        let is_free = move |at: &DateTime| self.free_slot(now, callback, &taken, *at).is_some();
        let hours = self.plan.queue(callback.queue).hours.map(|hours| self.plan.hours(hours));
        Some(slots.to_come(local, hours).filter(is_free))
    }

    /// Whether a caller who asks for one now could choose a time. That is asked for each caller who waits and is offered one, so it is
    /// looked for once for all who ask within a second, while nothing is promised or called off.
    pub(super) fn has_times(&mut self, now: Moment, callback: &Callback) -> bool {
        if !self.has_room(callback) {
            return false;
        }
        let known = self.work_items.times.get(&callback.name);
        if let Some((has, _)) = known.filter(|(_, at)| now.since(*at) < TIMES_HOLD_FOR) {
            return *has;
        }
        let has = self.free_times(now, callback, None).is_some_and(|mut it| it.next().is_some());
        // Steps that are in no plan any more are not asked for, and do not stay.
        self.work_items.times.retain(|_, (_, at)| now.since(*at) < TIMES_HOLD_FOR);
        self.work_items.times.insert(Arc::clone(&callback.name), (has, now));
        has
    }

    /// The time that a caller has chosen, if it is free.
    pub(super) fn time_chosen(
        &self,
        now: Moment,
        callback: &Callback,
        (at, there): (DateTime, Option<CallId>),
    ) -> Option<Due> {
        let slots = callback.offers_times()?;
        let taken = self.taken(now, callback, (slots, there))?;
        self.free_slot(now, callback, &taken, slots.of(at))
    }

    /// Whether a caller who asks for a callback to a number of this kind may choose another time for that one, and hear the one it
    /// has. Who types a number may type anybody's: what others have heard is theirs, as it is against requests.
    pub(super) fn is_callers(&self, item: CallId, from: NumberFrom) -> bool {
        let callback = self.work_items.get(item).and_then(WorkItem::callback);
        from == NumberFrom::Call || callback.is_some_and(|it| it.asked == Asked::ByRequest)
    }

    /// When the slot begins that somebody asks for; `there` is the callback that it takes the place of.
    pub(super) fn time_asked_for(
        &self,
        now: Moment,
        callback: &Callback,
        (at, there): (DateTime, Option<CallId>),
    ) -> Result<Due, Refusal> {
        let none = |next| Refusal::NoSlot { callback: Arc::clone(&callback.name), next };
        let slots = callback.slots.ok_or_else(|| none(None))?;
        let taken = self.taken(now, callback, (slots, there)).ok_or_else(|| none(None))?;
        let slot = slots.of(at);
        if let Some(due) = self.free_slot(now, callback, &taken, slot) {
            return Ok(due);
        }
        let today = self.plan.local(self.journal.wall(now));
        let mut next = Some(slot.max(slots.of(today)));
        while let Some(at) = next.filter(|at| at.date() <= taken.last) {
            if self.free_slot(now, callback, &taken, at).is_some() {
                return Err(none(Some(at)));
            }
            next = slots.after(at);
        }
        Err(none(None))
    }

    /// What is taken of the times of a step, `but` aside.
    fn taken(
        &self,
        now: Moment,
        callback: &Callback,
        (slots, but): (Slots, Option<CallId>),
    ) -> Option<Taken> {
        let today = self.plan.local(self.journal.wall(now));
        let last = today.date().checked_add(i64::from(slots.days_ahead).days()).ok()?;
        let of_step = self.work_items.iter().filter(|item| Some(item.id) != but);
        let of_step = of_step.filter_map(WorkItem::callback).filter(|it| it.step == callback.name);
        let mut by_slot = BTreeMap::new();
        for due in of_step.filter_map(|it| it.due) {
            *by_slot.entry(due.wall).or_default() += 1;
        }
        Some(Taken { slots, by_slot, last })
    }

    /// When that slot begins, if it is to come, the queue is open then, and there is room.
    fn free_slot(
        &self,
        now: Moment,
        callback: &Callback,
        taken: &Taken,
        slot: DateTime,
    ) -> Option<Due> {
        let wall = self.journal.wall(now);
        let hours = self.plan.queue(callback.queue).hours;
        // First, for most times are those of nights and weekends, and the calendar takes longer to ask.
        if !hours.is_none_or(|hours| self.plan.hours(hours).open_at(slot)) {
            return None;
        }
        // There are times that no clock shows: those of the hour that is left out in spring.
        let begins = self.plan.wall_at(slot).filter(|begins| self.plan.local(*begins) == slot)?;
        let every = i64::try_from(taken.slots.every.as_micros()).ok()?;
        let ends = WallTime::from_micros(begins.as_micros().checked_add(every)?);
        let in_it: u32 = taken.by_slot.range(begins..ends).map(|(_, count)| count).sum();
        let is_to_come = begins > wall && slot.date() <= taken.last;
        let is_free = in_it < taken.slots.per_slot;
        let at = self.moment(now, begins.as_micros());
        (is_to_come && is_free).then_some(Due { wall: begins, at })
    }

    /// When somebody is called who has a callback, if that is at a time which is to come.
    pub(super) fn appointment_of(&self, now: Moment, item: CallId) -> Option<Appointment> {
        let due = self.work_items.get(item).and_then(WorkItem::callback)?.due;
        let due = due.filter(|due| due.at > now)?;
        let today = self.plan.local(self.journal.wall(now)).date();
        Some(Appointment { at: self.plan.local(due.wall), today })
    }
}
