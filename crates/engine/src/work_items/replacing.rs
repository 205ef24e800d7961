//! A callback that takes the place of another: one that is called at another time.
//!
//! Both are there until the new one is on disk. Where nobody has called for it, its record ends the other in the same breath. A caller
//! waits for it, and hears after a while that nothing is changed, whether or not the record comes to the disk then: so the other is
//! over by a record of its own, which is made when the first one is on disk and the caller has heard nothing yet. The new one is
//! spoken when this is on disk, too, and nothing is said until then. A start that finds both goes on with the old one. So there is always one that
//! holds, wherever the process ends and whatever the disk takes, and it is the one that was spoken: nobody is rung for the old one
//! while it may be over any moment, and it stands again when the new one is not spoken.

use super::callbacks::{Asked, STORED_MAX, past};
use super::{Callback, Stage, WorkItem};
use crate::call::Call;
use crate::engine::{Engine, Timer};
use clock::{Duration, Moment, WallTime};
use events::{By, CallbackEvent, CallbackOver, SavedCallback, What};
use ids::CallId;
use ivr::{Input, NoCallback, Unchanged};

impl Engine {
    /// The second is to take the place of the first.
    pub(super) fn give_way(&mut self, now: Moment, (old, new): (CallId, CallId), by: By) {
        if let Some(callback) = self.work_items.get_mut(new).and_then(WorkItem::callback_mut) {
            callback.instead_of = Some((old, by));
        }
        let Some(item) = self.work_items.get_mut(old) else { return };
        let rings = matches!(item.stage, Stage::Ringing(_));
        if let Some(callback) = item.callback_mut() {
            callback.gives_way_to = Some(new);
        }
        if rings {
            self.put_off(now, old);
        }
    }

    /// It is on disk: the one before is over. Gives the event that is to be on disk before anybody hears so.
    pub(super) fn take_the_place(&mut self, now: Moment, new: CallId) -> Option<u64> {
        let callback = self.work_items.get_mut(new).and_then(WorkItem::callback_mut)?;
        let asked = callback.asked;
        let (old, by) = callback.instead_of.take()?;
        if !self.work_items.has(old) {
            return None;
        }
        self.call_off(now, old, CallbackOver::Cancelled { by });
        match asked {
            Asked::OnTheLine => Some(self.journal.last()),
            Asked::ByRequest => None,
        }
    }

    /// The new one holds as soon as `row` is on disk, and its callers hear nothing before.
    pub(super) fn await_the_place(&mut self, now: Moment, new: CallId, row: u64) {
        self.journal.await_row(row, new);
        if let Some(callback) = self.work_items.get_mut(new).and_then(WorkItem::callback_mut) {
            callback.unstored = Some(row);
        }
        for call in self.calls.iter_mut() {
            let Some(promise) = call.promise.as_mut().filter(|promise| promise.item == new) else {
                continue;
            };
            (promise.is_new, promise.awaits_place) = (false, true);
            if self.timers.clear(&Timer::PromiseStored(call.id)).is_some() {
                self.timers.set(Timer::PromiseStored(call.id), now + STORED_MAX);
            }
        }
    }

    /// Whether the caller is told nothing yet: the new one is on disk, so it cannot be said that there is none, nor that nothing is changed.
    pub(super) fn goes_on_waiting(&mut self, now: Moment, call: CallId) -> bool {
        let promise = self.calls.get(call).and_then(|call| call.promise);
        let waits = promise.is_some_and(|promise| promise.awaits_place);
        if waits {
            self.timers.set(Timer::PromiseStored(call), now + STORED_MAX);
        }
        waits
    }

    /// The new one is over before its callers have heard of it.
    pub(super) fn tell_who_waits_for_the_place(&mut self, now: Moment, new: CallId) {
        let waits = |call: &&Call| {
            call.promise.is_some_and(|promise| promise.item == new && promise.awaits_place)
        };
        let callers: Vec<CallId> = self.calls.iter().filter(waits).map(|call| call.id).collect();
        for call in callers {
            if self.timers.clear(&Timer::PromiseStored(call)).is_some() {
                self.visit(now, call, Input::CallbackRefused(NoCallback::Full));
            }
        }
    }

    /// Those that an earlier process has left, without the ones that were to take the place of another and have not: it stands.
    pub(super) fn without_unspoken(
        &mut self,
        now: Moment,
        saved: Vec<SavedCallback>,
    ) -> Vec<SavedCallback> {
        let wall = self.journal.wall(now);
        let standing = saved.iter().filter(|it| is_in_window(wall, it)).map(|it| it.id);
        let standing: Vec<CallId> = standing.collect();
        let place_of = |it: &SavedCallback| {
            it.promised.instead_of.map(CallId).filter(|old| standing.contains(old))
        };
        let (unspoken, spoken): (Vec<_>, Vec<_>) =
            saved.into_iter().partition(|it| place_of(it).is_some());
        for new in unspoken {
            self.record_callback_over(now, new.id, CallbackOver::NotSpoken);
            if let Some(old) = place_of(&new) {
                self.record(now, What::Callback(old, CallbackEvent::Stands { call: 0 }));
            }
        }
        spoken
    }

    /// The callback whose place it is to take, if that is there still.
    pub(super) fn place_of(&self, new: CallId) -> Option<CallId> {
        let (old, _) = self.work_items.get(new)?.callback()?.instead_of.as_ref()?;
        self.work_items.has(*old).then_some(*old)
    }

    /// One is over that was to take a place: where nobody has heard of it, the other stands as it was, and where somebody has
    /// ended it, so is the other.
    pub(super) fn leave_the_place(&mut self, now: Moment, new: Callback, how: CallbackOver) {
        let Some((old, by)) = new.instead_of else { return };
        if how != CallbackOver::NotSpoken {
            return self.call_off(now, old, how);
        }
        if let Some(next) = new.gives_way_to {
            return self.give_way(now, (old, next), by);
        }
        let callback = self.work_items.get_mut(old).and_then(WorkItem::callback_mut);
        if let Some(callback) = callback {
            callback.gives_way_to = None;
            self.record(now, What::Callback(old, CallbackEvent::Stands { call: 0 }));
        }
    }

    /// Whether it may be given another time: nobody is being called for it.
    pub(super) fn may_be_moved(&self, item: CallId) -> bool {
        self.work_items.get(item).is_some_and(|item| !item.is_on())
    }

    /// A caller has chosen a time for it, and it is given none: they hear how it stands. It is on disk.
    pub(super) fn leave_unchanged(&mut self, now: Moment, item: CallId, id: CallId) {
        self.record(now, What::Callback(item, CallbackEvent::Stands { call: id.0 }));
        let told = Input::CallbackUnchanged(self.unchanged(now, item));
        if let Some(call) = self.calls.get_mut(id) {
            call.visit.handle(now, told);
        }
    }

    /// How a callback stands that is the caller's.
    pub(super) fn unchanged(&self, now: Moment, item: CallId) -> Unchanged {
        if !self.may_be_moved(item) {
            return Unchanged::CalledNow;
        }
        self.appointment_of(now, item).map_or(Unchanged::AtTurn, Unchanged::At)
    }
}

/// Whether it is to be tried still.
fn is_in_window(wall: WallTime, saved: &SavedCallback) -> bool {
    past(wall, saved.at) < Duration::from_millis(saved.promised.window_ms)
}
