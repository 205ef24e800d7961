//! Commands about one queue.

use super::Refusal;
use crate::engine::Engine;
use clock::Moment;
use events::{By, Kept, Name};

/// What is to become of a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QueueCommand {
    /// Closed until somebody says otherwise, whatever its hours say.
    Close,
    /// Open until somebody says otherwise, whatever its hours say.
    Open,
    /// Open and closed by its hours again.
    FollowHours,
}

impl QueueCommand {
    /// Its word in the ledger.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Close => "close_queue",
            Self::Open => "open_queue",
            Self::FollowHours => "follow_hours",
        }
    }

    const fn kept(self) -> Option<Kept> {
        match self {
            Self::Close => Some(Kept::Closed),
            Self::Open => Some(Kept::Open),
            Self::FollowHours => None,
        }
    }
}

impl Engine {
    pub(super) fn command_queue(
        &mut self,
        now: Moment,
        name: &Name,
        by: &By,
        command: QueueCommand,
    ) -> Result<(), Refusal> {
        let queue = self.plan.queue_of(name).ok_or_else(|| Refusal::UnknownQueue(name.clone()))?;
        self.keep_queue(now, queue, command.kept(), by.clone());
        Ok(())
    }
}
