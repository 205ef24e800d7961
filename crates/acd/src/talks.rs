//! The conversations of queues that an agent has, and the after-call work that they lead to.

use clock::{Duration, Moment};
use ids::{CallId, QueueId};
use smallvec::SmallVec;

/// A conversation that is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Talk {
    pub(crate) call: CallId,
    pub(crate) queue: QueueId,
    pub(crate) since: Moment,
}

/// After-call work that begins once the agent has neither a conversation nor a ring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Owed {
    pub(crate) call: CallId,
    pub(crate) queue: QueueId,
    pub(crate) length: Duration,
}

impl Owed {
    /// The longer of the two; of equal ones that of the conversation that ended later.
    pub(crate) fn or_longer(self, before: Option<Self>) -> Self {
        before.filter(|before| before.length > self.length).unwrap_or(self)
    }
}

/// The conversations of one agent, the oldest first. Mostly there is one, which takes no memory of its own.
#[derive(Clone, Debug, Default)]
pub(crate) struct Talks(SmallVec<[Talk; 1]>);

impl Talks {
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Talk> {
        self.0.iter()
    }

    pub(crate) fn oldest(&self) -> Option<&Talk> {
        self.0.first()
    }

    /// The one in this call.
    pub(crate) fn of(&self, call: CallId) -> Option<&Talk> {
        self.iter().find(|talk| talk.call == call)
    }

    pub(crate) fn begin(&mut self, talk: Talk) {
        self.0.push(talk);
    }

    /// Ends the one in this call.
    pub(crate) fn end(&mut self, call: CallId) {
        if let Some(at) = self.0.iter().position(|talk| talk.call == call) {
            self.0.remove(at);
        }
    }
}
