//! Who waits for what the engine says to a command.

use api::Given;
use ids::TicketId;
use std::collections::BTreeMap;
use tokio::sync::oneshot;

/// Those who have given commands that the engine has not answered yet. It answers each at once, so
/// there are never more than one batch of them.
#[derive(Debug, Default)]
pub(crate) struct Answers {
    last: TicketId,
    waiting: BTreeMap<TicketId, oneshot::Sender<Given>>,
}

impl Answers {
    /// One more waits.
    pub(crate) fn wait(&mut self, answer: oneshot::Sender<Given>) -> TicketId {
        self.last = self.last.next();
        self.waiting.insert(self.last, answer);
        self.last
    }

    /// The engine has answered: who waits for that.
    pub(crate) fn take(&mut self, ticket: TicketId) -> Option<oneshot::Sender<Given>> {
        self.waiting.remove(&ticket)
    }
}
