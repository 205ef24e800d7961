//! The line: a work item's time in its queue, whatever it is.

use super::closing::Standing;
use super::{Stage, WorkItem};
use crate::call::{Attempt, Ringing};
use crate::engine::{Door, Engine, Timer};
use acd::{Input, Waiting};
use clock::{Duration, Moment};
use events::{CallEvent, CallbackOver, Outcome, What};
use ids::{AgentId, CallId, ReservationId};
use std::collections::BTreeMap;

/// How soon a work item comes to its queue again for which there was no media port, or no trunk.
const AGAIN: Duration = Duration::from_secs(10);

impl Engine {
    /// A work item comes to its queue.
    pub(super) fn put_in_line(&mut self, now: Moment, item: WorkItem) {
        let id = item.id;
        self.work_items.put(item);
        self.line_up(now, id, None);
    }

    /// The work item stands in line, where the calls that it may be among are taken.
    pub(super) fn line_up(&mut self, now: Moment, id: CallId, given_back_by: Option<AgentId>) {
        let due = self.work_items.get(id).and_then(WorkItem::callback).and_then(|it| it.due);
        if let Some(due) = due.filter(|due| due.at > now) {
            return self.timers.set(Timer::LineUp(id), due.at);
        }
        let standing = self.standing(now, id);
        if standing == Standing::Nevermore {
            return self.call_off(now, id, CallbackOver::Closed);
        }
        let is_open = self.door == Door::Open && standing == Standing::InLine;
        let callback = self.work_items.get(id).and_then(WorkItem::callback);
        let need = callback.map_or(0, |callback| self.need_of(callback.demands));
        let Some(item) = self.work_items.get_mut(id) else { return };
        if !is_open {
            item.enter(now, Stage::PutOff);
            return;
        }
        item.enter(now, Stage::Waiting);
        let waiting = Waiting {
            priority: item.priority,
            need,
            given_back_by,
            ..Waiting::work_item(id, item.queue, item.arrived)
        };
        self.acd.handle(now, Input::Queued(waiting));
        self.watch_for_agents(now, id);
    }

    /// Whether phones may ring for a work item: it may have been taken out of the line since the acd chose them, and
    /// needs a port.
    pub(crate) fn may_ring_for_item(
        &mut self,
        now: Moment,
        id: CallId,
        reservation: ReservationId,
    ) -> bool {
        let is_on = self.acd.reservation(reservation).is_some();
        is_on
            && self.can_be_called(now, id)
            && !self.fetch_at_turn(now, id)
            && self.lend_port_to_item(now, id)
    }

    /// Whether a trunk is there for the customer, who is not on the line already. Otherwise no agent is rung for nothing.
    pub(super) fn can_be_called(&mut self, now: Moment, id: CallId) -> bool {
        let callback = self.work_items.get(id).and_then(WorkItem::callback);
        let has_way = callback.is_none_or(|it| {
            // Another is to take its place, which may be on disk any moment.
            it.gives_way_to.is_none()
                && self.way_out(now, &self.plan.ways_out(&it.number)).is_ok()
                && !self.is_on_the_line(&it.number)
        });
        if !has_way {
            self.put_off(now, id);
            return false;
        }
        let callback = self.work_items.get(id).and_then(WorkItem::callback);
        let at = callback.map_or(now, |it| self.customer_callable_at(now, &it.number));
        if at > now {
            self.put_off_until(now, id, at);
        }
        at <= now
    }

    /// The work item leaves the line for a while.
    pub(super) fn put_off(&mut self, now: Moment, id: CallId) {
        self.put_off_until(now, id, now + AGAIN);
    }

    fn put_off_until(&mut self, now: Moment, id: CallId, at: Moment) {
        self.take_item_out(now, id);
        if self.work_items.has(id) {
            self.timers.set(Timer::LineUp(id), at);
        }
    }

    /// Lends a port for whichever phone answers. Where none is free, the work item leaves the line for a while.
    fn lend_port_to_item(&mut self, now: Moment, id: CallId) -> bool {
        let Some(item) = self.work_items.get_mut(id) else { return false };
        item.port = item.port.or_else(|| self.ports.lend_one());
        let is_lent = item.port.is_some();
        if !is_lent {
            self.put_off(now, id);
        }
        is_lent
    }

    /// A port may be free again.
    pub(crate) fn line_up_again(&mut self, now: Moment, id: CallId) {
        if self.work_items.get(id).is_some_and(|item| matches!(item.stage, Stage::PutOff)) {
            self.line_up(now, id, None);
        }
    }

    /// Phones ring for a work item, for one more reservation.
    pub(crate) fn item_rings(
        &mut self,
        now: Moment,
        id: CallId,
        (reservation, attempt): (ReservationId, Attempt),
    ) {
        let Some(item) = self.work_items.get_mut(id) else { return };
        if let Some(ringing) = item.ringing_mut() {
            ringing.attempts.insert(reservation, attempt);
        } else {
            let attempts = BTreeMap::from([(reservation, attempt)]);
            item.enter(now, Stage::Ringing(Ringing { attempts }));
        }
    }

    /// No phone rings for it any more: it waits, and needs no port.
    pub(crate) fn item_waits(&mut self, now: Moment, id: CallId) {
        let Some(item) = self.work_items.get_mut(id) else { return };
        if !matches!(item.stage, Stage::Waiting) {
            item.enter(now, Stage::Waiting);
        }
        item.port.take().into_iter().for_each(|port| self.ports.give_back(port));
    }

    /// Takes a work item out of the line: phones that ring for it stop.
    pub(super) fn take_item_out(&mut self, now: Moment, id: CallId) {
        let Some(item) = self.work_items.get_mut(id) else { return };
        let before = item.enter(now, Stage::PutOff);
        self.timers.clear(&Timer::LineUp(id));
        if let Stage::Ringing(ringing) = before {
            for (reservation, attempt) in ringing.attempts {
                self.timers.clear(&Timer::NoSign(reservation));
                self.release_phones(now, attempt.legs.into_keys(), None);
                self.withdrawn(now, id, reservation, attempt.agent);
            }
        }
        self.acd.handle(now, Input::TakenOut(id));
        let port = self.work_items.get_mut(id).and_then(|item| item.port.take());
        port.into_iter().for_each(|port| self.ports.give_back(port));
    }

    /// No calls are taken any more: no agent is rung for any of them. The next run goes on with them.
    pub(crate) fn put_items_off(&mut self, now: Moment) {
        for id in self.work_items.ids() {
            if self.work_items.get(id).is_some_and(|item| !item.is_on()) {
                self.take_item_out(now, id);
            }
        }
    }

    /// The engine stops: agents who hear a message, or wait for a customer, are hung up on.
    pub(crate) fn stop_items(&mut self, now: Moment) {
        self.put_items_off(now);
        for id in self.work_items.ids() {
            self.cut_hearer_off(now, id);
            self.cut_caller_back_off(now, id);
        }
    }

    /// The last event of a work item.
    pub(super) fn record_item_ended(
        &mut self,
        now: Moment,
        id: CallId,
        (outcome, cause): (Outcome, &str),
    ) {
        let ended = CallEvent::Ended { outcome, cause: cause.to_owned() };
        self.record(now, What::WorkItem(id, ended));
    }
}
