//! Who waits for what the engine says to a command or a question.

use ids::TicketId;
use std::collections::BTreeMap;
use tokio::sync::oneshot;

/// Those who have asked the engine and have not been answered yet. It answers each at once, but for a bounded
/// number that wait for the disk, so there is never much more than one batch of them.
#[derive(Debug)]
pub(crate) struct Answers<T> {
    last: TicketId,
    waiting: BTreeMap<TicketId, oneshot::Sender<T>>,
}

impl<T> Default for Answers<T> {
    fn default() -> Self {
        Self { last: TicketId::default(), waiting: BTreeMap::new() }
    }
}

impl<T> Answers<T> {
    /// One more waits.
    pub(crate) fn wait(&mut self, answer: oneshot::Sender<T>) -> TicketId {
        self.last = self.last.next();
        self.waiting.insert(self.last, answer);
        self.last
    }

    /// The engine has answered: who waits for that.
    pub(crate) fn take(&mut self, ticket: TicketId) -> Option<oneshot::Sender<T>> {
        self.waiting.remove(&ticket)
    }
}
