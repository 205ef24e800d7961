//! A message's time in a queue: coming there, being rung for, waiting again, and leaving.

use super::{Stage, Task, WorkItem};
use crate::engine::Engine;
use clock::Moment;
use dialplan::MessageWaits;
use events::{By, CallEvent, Direction, MessageEvent, Outcome, SavedMessage, SetAside, What};
use ids::{AgentId, CallId, MessageId, QueueId};
use std::sync::Arc;

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
        let mut item = item(now, (*id, saved.id), waits, arrived);
        item.priority = saved.priority.unwrap_or(item.priority);
        self.put_in_line(now, item);
    }

    /// How the messages of its voicemail wait.
    fn waits_of(&self, message: MessageId) -> Option<MessageWaits> {
        self.plan.voicemail(self.messages.voicemail_of(message)?)?.waits
    }

    /// An agent has heard it and not dealt with it: it waits again, or is set aside.
    pub(super) fn give_item_back(&mut self, now: Moment, id: CallId, agent: AgentId) {
        let Some(message) = self.work_items.get(id).and_then(WorkItem::message) else {
            return;
        };
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
        let removed = self.work_items.remove(id);
        let Some(message) = removed.and_then(|item| item.message()) else { return };
        self.record(now, What::Message(message, MessageEvent::SetAside { call: id.0, why }));
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
}

fn item(
    now: Moment,
    (id, message): (CallId, MessageId),
    waits: MessageWaits,
    arrived: Moment,
) -> WorkItem {
    WorkItem {
        id,
        task: Task::Message(message),
        queue: waits.queue,
        priority: waits.priority,
        arrived,
        stage: Stage::PutOff,
        since: now,
        port: None,
    }
}
