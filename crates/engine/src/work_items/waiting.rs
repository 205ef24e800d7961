//! A message's time in a queue: coming there, being rung for, waiting again, and leaving.

use super::{Stage, WorkItem};
use crate::call::{Attempt, Ringing};
use crate::engine::{Door, Engine, Timer};
use acd::{Input, Waiting};
use clock::{Duration, Moment};
use dialplan::MessageWaits;
use events::{By, CallEvent, Direction, MessageEvent, Outcome, SavedMessage, SetAside, What};
use ids::{AgentId, CallId, MessageId, QueueId, ReservationId};
use std::collections::BTreeMap;
use std::sync::Arc;

/// How soon a message comes to its queue again for which there was no media port.
const PORT_AGAIN: Duration = Duration::from_secs(10);

impl Engine {
    /// A message is there: it waits for an agent, if its voicemail says so.
    pub(crate) fn queue_message(&mut self, now: Moment, message: MessageId, arrived: Moment) {
        let Some(waits) = self.waits_of(message) else { return };
        let id = self.fresh_call();
        self.record_item(now, id, message, waits.queue);
        self.put_in_line(now, item(now, (id, message), waits, arrived));
    }

    /// A message of an earlier run goes on waiting, under the number that it has.
    pub(crate) fn queue_again(&mut self, now: Moment, saved: &SavedMessage, arrived: Moment) {
        let waits = self.waits_of(saved.id).filter(|_| !saved.set_aside);
        let Some((queue, id)) = &saved.waits else {
            return if saved.done_at.is_none() {
                self.queue_message(now, saved.id, arrived)
            };
        };
        if saved.done_at.is_some() || saved.set_aside {
            return;
        }
        let Some(waits) = waits else {
            let cause = "the dialplan has no queue for it any more";
            return self.record_item_ended(now, *id, (Outcome::Withdrawn, cause));
        };
        let is_there = *self.plan.queue(waits.queue).name == **queue;
        if !is_there {
            self.record_item_queued(now, *id, saved.id, waits.queue);
        }
        self.put_in_line(now, item(now, (*id, saved.id), waits, arrived));
    }

    /// How the messages of its voicemail wait.
    fn waits_of(&self, message: MessageId) -> Option<MessageWaits> {
        self.plan.voicemail(self.messages.voicemail_of(message)?)?.waits
    }

    fn put_in_line(&mut self, now: Moment, item: WorkItem) {
        let id = item.id;
        self.work_items.put(item);
        self.line_up(now, id, None);
    }

    /// The work item stands in line, where the calls that it may be among are taken.
    fn line_up(&mut self, now: Moment, id: CallId, given_back_by: Option<AgentId>) {
        let is_open = self.door == Door::Open;
        let Some(item) = self.work_items.get_mut(id) else { return };
        if !is_open {
            item.enter(now, Stage::PutOff);
            return;
        }
        item.enter(now, Stage::Waiting);
        let waiting = Waiting {
            priority: item.priority,
            given_back_by,
            ..Waiting::work_item(id, item.queue, item.arrived)
        };
        self.acd.handle(now, Input::Queued(waiting));
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
        is_on && self.lend_port_to_item(now, id)
    }

    /// Lends a port for whichever phone answers. Where none is free, the work item leaves the line for a while.
    fn lend_port_to_item(&mut self, now: Moment, id: CallId) -> bool {
        let Some(item) = self.work_items.get_mut(id) else { return false };
        item.port = item.port.or_else(|| self.ports.lend_one());
        if item.port.is_some() {
            return true;
        }
        item.enter(now, Stage::PutOff);
        self.timers.set(Timer::LineUp(id), now + PORT_AGAIN);
        self.acd.handle(now, Input::TakenOut(id));
        false
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

    /// An agent has heard it and not dealt with it: it waits again, or is set aside.
    pub(super) fn give_item_back(&mut self, now: Moment, id: CallId, agent: AgentId) {
        let Some(message) = self.work_items.get(id).map(|item| item.message) else { return };
        let account = self.plan.agent(agent).account.clone();
        let given_back = MessageEvent::GivenBack { agent: account, call: id.0 };
        self.record(now, What::Message(message, given_back));
        let times = self.messages.given_back(message);
        match self.waits_of(message) {
            Some(waits) if times < waits.heard_max => self.line_up(now, id, Some(agent)),
            Some(_) | None => self.set_aside(now, id, SetAside::HeardMax),
        }
    }

    /// No agent is rung for it any more.
    pub(super) fn set_aside(&mut self, now: Moment, id: CallId, why: SetAside) {
        let Some(item) = self.work_items.remove(id) else { return };
        self.record(now, What::Message(item.message, MessageEvent::SetAside { call: id.0, why }));
        let cause = match why {
            SetAside::HeardMax => "as many agents as may have heard it, and none dealt with it",
            SetAside::Unreadable => "its recording can not be played",
        };
        self.record_item_ended(now, id, (Outcome::Finished, cause));
    }

    /// Somebody has dealt with a message that waits, or is rung for. Who hears it hears on.
    pub(crate) fn withdraw_message(&mut self, now: Moment, message: MessageId, by: &By) {
        let Some(id) = self.work_items.of_message(message) else { return };
        let Some(item) = self.work_items.get_mut(id) else { return };
        if let Stage::Hearing(_) = item.stage {
            return;
        }
        self.take_item_out(now, id);
        self.work_items.remove(id);
        let cause = format!("dealt with by {by}");
        self.record_item_ended(now, id, (Outcome::Withdrawn, &cause));
    }

    /// Takes a work item out of the line: phones that ring for it stop.
    fn take_item_out(&mut self, now: Moment, id: CallId) {
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

    /// No calls are taken any more: no agent is rung for a message. The next run goes on with them.
    pub(crate) fn put_items_off(&mut self, now: Moment) {
        for id in self.work_items.ids() {
            if self.work_items.get(id).is_some_and(|item| item.talk().is_none()) {
                self.take_item_out(now, id);
            }
        }
    }

    /// The engine stops: who hears a message is hung up on.
    pub(crate) fn stop_items(&mut self, now: Moment) {
        self.put_items_off(now);
        for id in self.work_items.ids() {
            self.cut_hearer_off(now, id);
        }
    }

    /// The first events of a work item.
    fn record_item(&mut self, now: Moment, id: CallId, message: MessageId, queue: QueueId) {
        let Some(left) = self.messages.left(message) else { return };
        let offered = CallEvent::Offered {
            number: left.voicemail.clone(),
            caller: left.caller.clone(),
            trunk: None,
            diverted_by: None,
            direction: Direction::Message,
        };
        self.record(now, What::WorkItem(id, offered));
        self.record_item_queued(now, id, message, queue);
    }

    fn record_item_queued(&mut self, now: Moment, id: CallId, message: MessageId, queue: QueueId) {
        let Some(left) = self.messages.left(message) else { return };
        let language = Arc::clone(&left.language);
        let queue = Arc::clone(&self.plan.queue(queue).name);
        let queued = CallEvent::Queued { queue: Arc::clone(&queue), language };
        self.record(now, What::WorkItem(id, queued));
        self.record(now, What::Message(message, MessageEvent::Queued { queue, call: id.0 }));
    }

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

fn item(
    now: Moment,
    (id, message): (CallId, MessageId),
    waits: MessageWaits,
    arrived: Moment,
) -> WorkItem {
    WorkItem {
        id,
        message,
        queue: waits.queue,
        priority: waits.priority,
        arrived,
        stage: Stage::PutOff,
        since: now,
        port: None,
    }
}
