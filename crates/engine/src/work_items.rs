//! What waits in a queue with nobody on the line: messages, each until an agent has dealt with it, and callbacks,
//! each until the customer is reached.
//!
//! A work item goes by the number of a call. It stands in line as a caller does ([`acd::Kind::WorkItem`]), and phones
//! ring for it as for a caller. The agent who answers hears the message; or the customer is called, and is a caller
//! like any other from then on.

mod asking_again;
mod callbacks;
mod calling;
mod closing;
mod due;
mod fetching;
mod hearing;
mod line;
mod messages;
mod replacing;
mod requesting;
mod times;

pub(crate) use callbacks::{Callback, Promise};
pub(crate) use calling::Calling;

use crate::call::{Ringing, Talk};
use clock::Moment;
use events::Name;
use hearing::Hears;
use ids::{AgentId, CallId, MessageId, PlayId, QueueId};
use media_protocol::Port;
use std::collections::{BTreeMap, BTreeSet};

/// What waits, and where it stands.
#[derive(Debug)]
pub(crate) struct WorkItem {
    pub(crate) id: CallId,
    pub(crate) task: Task,
    pub(crate) queue: QueueId,
    pub(crate) priority: u8,
    /// When the caller first arrived, who has left it.
    pub(crate) arrived: Moment,
    pub(crate) stage: Stage,
    pub(crate) since: Moment,
    /// Lent while phones ring, for whichever of them answers.
    port: Option<Port>,
}

/// What is to be done.
#[derive(Debug)]
pub(crate) enum Task {
    /// A message is to be heard.
    Message(MessageId),
    /// Somebody is to be called back.
    Callback(Box<Callback>),
}

/// Where a work item stands.
#[derive(Debug)]
pub(crate) enum Stage {
    /// Not in line: no media port was free for it, or no calls are taken.
    PutOff,
    /// In line.
    Waiting,
    /// The phones of an agent ring, or of several.
    Ringing(Ringing),
    /// An agent hears it.
    Hearing(Box<Hearing>),
    /// The customer is called, and an agent is on the line or will be.
    Calling(Box<Calling>),
}

/// An agent on the line.
#[derive(Debug)]
pub(crate) struct Hearing {
    pub(crate) talk: Talk,
    hears: Hears,
    /// What plays.
    play: PlayId,
}

/// All work items, by their number and by message.
#[derive(Debug, Default)]
pub(crate) struct WorkItems {
    by_id: BTreeMap<CallId, WorkItem>,
    by_message: BTreeMap<MessageId, CallId>,
    /// Customers who were called first, and wait on the line: their promises are open until they talk with an agent, or go.
    on_the_line: BTreeSet<CallId>,
    /// Whether the steps have times that are free, and since when that is known.
    times: BTreeMap<Name, (bool, Moment)>,
    /// What the clock showed at the start by which times have been reckoned.
    reckoned: Option<i64>,
}

impl WorkItems {
    pub(crate) fn get(&self, id: CallId) -> Option<&WorkItem> {
        self.by_id.get(&id)
    }

    pub(crate) fn get_mut(&mut self, id: CallId) -> Option<&mut WorkItem> {
        self.by_id.get_mut(&id)
    }

    pub(crate) fn has(&self, id: CallId) -> bool {
        self.by_id.contains_key(&id)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &WorkItem> {
        self.by_id.values()
    }

    /// How many have somebody on the line, or a customer who is called.
    pub(crate) fn on(&self) -> usize {
        self.iter().filter(|item| item.is_on()).count()
    }

    /// Whether it is a customer who was called first, and waits on the line.
    fn is_on_the_line(&self, id: CallId) -> bool {
        self.on_the_line.contains(&id)
    }

    fn of_message(&self, message: MessageId) -> Option<CallId> {
        self.by_message.get(&message).copied()
    }

    fn put(&mut self, item: WorkItem) {
        self.times.clear();
        if let Task::Message(message) = item.task {
            self.by_message.insert(message, item.id);
        }
        self.by_id.insert(item.id, item);
    }

    fn remove(&mut self, id: CallId) -> Option<WorkItem> {
        let item = self.by_id.remove(&id)?;
        self.times.clear();
        if let Task::Message(message) = item.task {
            self.by_message.remove(&message);
        }
        Some(item)
    }

    fn ids(&self) -> Vec<CallId> {
        self.by_id.keys().copied().collect()
    }
}

impl WorkItem {
    fn enter(&mut self, now: Moment, stage: Stage) -> Stage {
        self.since = now;
        std::mem::replace(&mut self.stage, stage)
    }

    /// The message that it is, if it is one.
    pub(crate) const fn message(&self) -> Option<MessageId> {
        match self.task {
            Task::Message(message) => Some(message),
            Task::Callback(_) => None,
        }
    }

    /// The callback that it is, if it is one.
    pub(crate) const fn callback(&self) -> Option<&Callback> {
        match &self.task {
            Task::Message(_) => None,
            Task::Callback(callback) => Some(callback),
        }
    }

    /// The same, to be changed.
    const fn callback_mut(&mut self) -> Option<&mut Callback> {
        match &mut self.task {
            Task::Message(_) => None,
            Task::Callback(callback) => Some(callback),
        }
    }

    pub(crate) const fn ringing_mut(&mut self) -> Option<&mut Ringing> {
        match &mut self.stage {
            Stage::Ringing(ringing) => Some(ringing),
            Stage::PutOff | Stage::Waiting | Stage::Hearing(_) | Stage::Calling(_) => None,
        }
    }

    /// Whether an agent hears it, or an attempt to call a customer is on.
    pub(crate) const fn is_on(&self) -> bool {
        matches!(self.stage, Stage::Hearing(_) | Stage::Calling(_))
    }

    /// The agent's line, if one is there.
    pub(crate) const fn talk(&self) -> Option<&Talk> {
        match &self.stage {
            Stage::Hearing(hearing) => Some(&hearing.talk),
            Stage::Calling(calling) => calling.talk(),
            Stage::PutOff | Stage::Waiting | Stage::Ringing(_) => None,
        }
    }

    /// The same, to be changed.
    pub(crate) const fn talk_mut(&mut self) -> Option<&mut Talk> {
        match &mut self.stage {
            Stage::Hearing(hearing) => Some(&mut hearing.talk),
            Stage::Calling(calling) => calling.talk_mut(),
            Stage::PutOff | Stage::Waiting | Stage::Ringing(_) => None,
        }
    }

    /// The attempt that is on, if it is a callback with an agent on the line.
    pub(crate) const fn calling_mut(&mut self) -> Option<&mut Calling> {
        match &mut self.stage {
            Stage::Calling(calling) => Some(calling),
            Stage::PutOff | Stage::Waiting | Stage::Ringing(_) | Stage::Hearing(_) => None,
        }
    }

    /// The port for whoever answers, while phones ring.
    pub(crate) const fn port(&self) -> Option<Port> {
        self.port
    }

    /// The agents who are rung, or the one who hears it.
    pub(crate) fn agents(&self) -> Vec<AgentId> {
        match &self.stage {
            Stage::Ringing(ringing) => ringing.attempts.values().map(|each| each.agent).collect(),
            Stage::Hearing(hearing) => vec![hearing.talk.agent],
            Stage::Calling(calling) => calling.talk().map(|talk| talk.agent).into_iter().collect(),
            Stage::PutOff | Stage::Waiting => Vec::new(),
        }
    }

    /// One word for the table.
    pub(crate) const fn word(&self) -> &'static str {
        match &self.stage {
            Stage::PutOff | Stage::Waiting => "waiting",
            Stage::Ringing(_) => "ringing",
            Stage::Calling(calling) if calling.talk().is_none() => "calling",
            Stage::Hearing(_) | Stage::Calling(_) => "talking",
        }
    }
}
