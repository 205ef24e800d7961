//! Commands about messages that callers have left.

use super::Refusal;
use crate::engine::Engine;
use clock::Moment;
use events::By;
use ids::MessageId;

/// What is to become of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageCommand {
    /// Somebody has dealt with it. Its recording is there for a while yet.
    Done,
}

impl MessageCommand {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Done => "message_done",
        }
    }
}

impl Engine {
    pub(super) fn command_message(
        &mut self,
        now: Moment,
        message: MessageId,
        by: &By,
        command: MessageCommand,
    ) -> Result<(), Refusal> {
        match command {
            MessageCommand::Done if self.message_done(now, message, by.clone()) => Ok(()),
            MessageCommand::Done => Err(Refusal::UnknownMessage(message)),
        }
    }
}
