//! Commands about promises to call somebody back.

use super::Refusal;
use crate::engine::Engine;
use clock::Moment;
use events::By;
use ids::CallId;

/// What is to become of a callback.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallbackCommand {
    /// Nobody is called back.
    Cancel,
}

impl CallbackCommand {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Cancel => "callback_cancel",
        }
    }
}

impl Engine {
    pub(super) fn command_callback(
        &mut self,
        now: Moment,
        id: CallId,
        by: &By,
        command: CallbackCommand,
    ) -> Result<(), Refusal> {
        match command {
            CallbackCommand::Cancel => self.cancel_callback(now, id, by),
        }
    }
}
