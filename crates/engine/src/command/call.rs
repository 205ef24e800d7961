//! Commands about one call.

use super::Refusal;
use crate::call::{Stage, Talked};
use crate::ending::Ending;
use crate::engine::Engine;
use crate::work_items::{Task, WorkItem};
use clock::Moment;
use events::{CallEvent, CallbackEvent, Kept, MessageEvent, Name, What};
use ids::{CallId, QueueId};

/// What is to become of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallCommand {
    /// Give it this priority in place of its queue's, now and in any queue it comes to.
    SetPriority(Priority),
    /// Let it wait in this queue, from a menu, another queue or a conversation. The first arrival is
    /// kept.
    Move {
        /// The queue.
        queue: Name,
    },
    /// Take it back from the agent, whose phone rings or who talks, into its queue with the arrival
    /// that it has. Others are rung first.
    Requeue,
    /// End it: the caller hears a goodbye and is hung up on.
    Withdraw,
    /// What caller and agent say is to be recorded, or not.
    Record(Recording),
}

/// What is to become of the recording of a talk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recording {
    /// It begins.
    Start,
    /// It is over, and the talk goes on.
    Stop,
    /// Nothing is kept for now: it is silent for as long.
    Pause,
    /// What is said is kept again.
    Resume,
}

/// How urgent a call is, from 0 to 10.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Priority(u8);

impl Priority {
    /// The highest.
    pub const MAX: u8 = 10;

    /// A priority; none above [`Priority::MAX`].
    #[must_use]
    pub const fn new(number: u8) -> Option<Self> {
        if number <= Self::MAX { Some(Self(number)) } else { None }
    }

    /// As a number.
    #[must_use]
    pub const fn number(self) -> u8 {
        self.0
    }
}

impl CallCommand {
    /// Its word in the ledger.
    pub(super) const fn word(&self) -> &'static str {
        match self {
            Self::SetPriority(_) => "set_priority",
            Self::Move { .. } => "move",
            Self::Requeue => "requeue",
            Self::Withdraw => "withdraw",
            Self::Record(Recording::Start) => "start_recording",
            Self::Record(Recording::Stop) => "stop_recording",
            Self::Record(Recording::Pause) => "pause_recording",
            Self::Record(Recording::Resume) => "resume_recording",
        }
    }

    /// What goes with the word.
    pub(super) fn with(&self) -> Option<String> {
        match self {
            Self::SetPriority(priority) => Some(priority.number().to_string()),
            Self::Move { queue } => Some(queue.to_string()),
            Self::Requeue | Self::Withdraw | Self::Record(_) => None,
        }
    }
}

/// A work item has the priority that it is given by hand.
fn prioritised(item: &WorkItem) -> What {
    let priority = item.priority;
    match item.task {
        Task::Message(message) => {
            What::Message(message, MessageEvent::Prioritised { call: item.id.0, priority })
        }
        Task::Callback(_) => What::Callback(item.id, CallbackEvent::Prioritised { priority }),
    }
}

impl Engine {
    /// Carries out a command about a call, whoever gave it.
    ///
    /// # Errors
    /// When there is no such call, or where it stands does not allow it.
    pub(super) fn command_call(
        &mut self,
        now: Moment,
        id: CallId,
        command: &CallCommand,
    ) -> Result<(), Refusal> {
        if self.work_items.has(id) {
            return self.command_item(now, id, command);
        }
        let Some(call) = self.calls.get(id) else {
            return self.command_direct(now, id, command);
        };
        if call.visit.is_dismissed() {
            let remedy = "nothing: the caller is being hung up on";
            return Err(Refusal::CallIs { call: id, state: "ending", remedy });
        }
        match command {
            CallCommand::SetPriority(priority) => {
                self.set_priority(now, id, *priority);
                Ok(())
            }
            CallCommand::Move { queue } => self.move_call(now, id, queue),
            CallCommand::Requeue => self.requeue(now, id),
            CallCommand::Withdraw => {
                self.withdraw(now, id);
                Ok(())
            }
            CallCommand::Record(what) => self.command_recording(now, id, *what),
        }
    }

    /// A message waits in its queue until somebody has dealt with it.
    fn command_item(
        &mut self,
        now: Moment,
        id: CallId,
        command: &CallCommand,
    ) -> Result<(), Refusal> {
        let Some(item) = self.work_items.get_mut(id) else { return Err(Refusal::UnknownCall(id)) };
        match command {
            CallCommand::SetPriority(priority) => {
                item.priority = priority.number();
                let given = prioritised(item);
                // It waits on after a restart, and so does this.
                self.record(now, given);
                self.acd.handle(now, acd::Input::Prioritised(id, priority.number()));
                Ok(())
            }
            CallCommand::Requeue if item.ringing_mut().is_some() => {
                self.take_rings_back(now, id);
                Ok(())
            }
            CallCommand::Record(_) => Err(Refusal::NotRecorded(id)),
            CallCommand::Requeue | CallCommand::Move { .. } | CallCommand::Withdraw
                if item.callback().is_some() =>
            {
                let remedy = "give it another priority, or cancel the callback";
                Err(Refusal::CallIs { call: id, state: "a callback", remedy })
            }
            CallCommand::Requeue | CallCommand::Move { .. } | CallCommand::Withdraw => {
                let remedy = "give it another priority, or say that the message is done";
                Err(Refusal::CallIs { call: id, state: "a message", remedy })
            }
        }
    }

    fn take_rings_back(&mut self, now: Moment, id: CallId) {
        for reservation in self.acd.reservations_for(id).to_vec() {
            self.acd.handle(now, acd::Input::TakenBack(reservation));
        }
    }

    /// A direct call knows no queue, and can be ended.
    fn command_direct(
        &mut self,
        now: Moment,
        id: CallId,
        command: &CallCommand,
    ) -> Result<(), Refusal> {
        if self.directs.get(id).is_none() {
            return Err(Refusal::UnknownCall(id));
        }
        match command {
            CallCommand::SetPriority(_) | CallCommand::Move { .. } | CallCommand::Requeue => {
                Err(Refusal::DirectCall(id))
            }
            CallCommand::Withdraw => {
                self.withdraw_direct(now, id);
                Ok(())
            }
            CallCommand::Record(what) => self.command_recording(now, id, *what),
        }
    }

    fn set_priority(&mut self, now: Moment, id: CallId, priority: Priority) {
        self.touch_call(id);
        if let Some(call) = self.calls.get_mut(id) {
            call.priority = Some(priority);
        }
        self.acd.handle(now, acd::Input::Prioritised(id, priority.number()));
    }

    fn move_call(&mut self, now: Moment, id: CallId, name: &Name) -> Result<(), Refusal> {
        let queue = self.plan.queue_of(name).ok_or_else(|| Refusal::UnknownQueue(name.clone()))?;
        let Some(call) = self.calls.get(id) else { return Err(Refusal::UnknownCall(id)) };
        let is_there = call.visit.queue() == Some(queue);
        if call.is_promised_callback() {
            // Served in the queue and called back besides, the customer would be served twice.
            let remedy = "let the call end: the customer is called back, or cancel the callback";
            return Err(Refusal::CallIs { call: id, state: "promised a callback", remedy });
        }
        match &call.stage {
            Stage::Recording { .. } | Stage::Answering => {
                let remedy = "wait until the call is answered";
                return Err(Refusal::CallIs { call: id, state: call.word(), remedy });
            }
            Stage::Waiting | Stage::Ringing(_) | Stage::Connecting(_) if is_there => return Ok(()),
            Stage::Talking(_) if is_there => return self.requeue(now, id),
            Stage::InPlan
            | Stage::Waiting
            | Stage::Ringing(_)
            | Stage::Connecting(_)
            | Stage::Talking(_) => {}
        }
        if self.opening(now, queue) == Kept::Closed {
            return Err(Refusal::QueueClosed(name.clone()));
        }
        self.is_room_in(queue)?;
        self.take_out(now, id);
        self.visit(now, id, ivr::Input::Moved(queue));
        Ok(())
    }

    /// Whether one more call may wait in a queue, or need not wait.
    fn is_room_in(&self, queue: QueueId) -> Result<(), Refusal> {
        match self.acd.room_in(queue) {
            Err(full) if self.acd.ready_agents(queue) == 0 => Err(Refusal::QueueFull {
                queue: self.plan.queue(queue).name.clone(),
                waiting_max: full.waiting_max().unwrap_or(0),
            }),
            Ok(()) | Err(_) => Ok(()),
        }
    }

    fn requeue(&mut self, now: Moment, id: CallId) -> Result<(), Refusal> {
        let Some(call) = self.calls.get(id) else { return Err(Refusal::UnknownCall(id)) };
        match &call.stage {
            Stage::Ringing(_) | Stage::Connecting(_) => {
                self.take_rings_back(now, id);
                Ok(())
            }
            Stage::Talking(talk) => {
                let by = talk.agent;
                if let Some((queue, _)) = call.queued {
                    self.is_room_in(queue)?;
                }
                self.take_out(now, id);
                self.wait_again(now, id, Some(by));
                Ok(())
            }
            Stage::Waiting => {
                let remedy = "nothing: it waits already";
                Err(Refusal::CallIs { call: id, state: call.word(), remedy })
            }
            Stage::Recording { .. } | Stage::Answering | Stage::InPlan => {
                let remedy = "name a queue to move it to";
                Err(Refusal::CallIs { call: id, state: call.word(), remedy })
            }
        }
    }

    fn withdraw(&mut self, now: Moment, id: CallId) {
        match self.calls.get(id).map(|call| &call.stage) {
            Some(Stage::Recording { .. } | Stage::Answering) => {
                self.end(now, id, Ending::Withdrawn);
            }
            Some(
                Stage::InPlan
                | Stage::Waiting
                | Stage::Ringing(_)
                | Stage::Connecting(_)
                | Stage::Talking(_),
            ) => {
                self.take_out(now, id);
                self.visit(now, id, ivr::Input::Dismissed);
            }
            None => {}
        }
    }

    /// Takes a call out of its queue or its conversation; it is nowhere but in the dialplan then.
    fn take_out(&mut self, now: Moment, id: CallId) {
        if self.calls.get(id).is_some_and(|call| call.talking().is_some()) {
            return self.part_from_agent(now, id);
        }
        let was_in = self.calls.get(id).filter(|call| call.is_in_queue()).map(|call| call.queued);
        self.out_of_queue(now, id);
        if let Some((queue, _)) = was_in.flatten() {
            let queue = self.plan.queue(queue).name.clone();
            self.record(now, What::Call(id, CallEvent::TakenOut { queue }));
        }
    }

    fn part_from_agent(&mut self, now: Moment, id: CallId) {
        let Some(call) = self.calls.get_mut(id) else { return };
        let Stage::Talking(talk) = call.enter(now, Stage::InPlan) else { return };
        call.talked = Talked::Before;
        let agent = talk.agent;
        self.release_talk(now, id, talk);
        self.talks_no_more(now, agent, id);
    }
}
