//! Commands about promises to call somebody back.

use super::Refusal;
use crate::engine::Engine;
use clock::Moment;
use events::{By, Name};
use ids::CallId;
use jiff::civil::DateTime;

/// What is to become of a callback.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallbackCommand {
    /// Nobody is called back.
    Cancel,
}

/// Somebody asks to be called back, on a page of the web, say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallbackRequest {
    /// The number, as people write it.
    pub number: String,
    /// Who it is.
    pub name: Option<Name>,
    /// At which time, by the clock of the centre; none: at their turn.
    pub at: Option<DateTime>,
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
