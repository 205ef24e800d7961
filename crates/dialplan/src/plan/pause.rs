//! Pauses: reasons for being at work and taking no calls.

use super::Phrase;
use std::sync::Arc;
use std::time::Duration;

/// A reason for being at work and taking no calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pause {
    /// The name in the file, without the kind.
    pub name: Arc<str>,
    /// What people call it.
    pub title: Arc<str>,
    /// Said to an agent who begins it by code.
    pub confirmation: Vec<Phrase>,
    /// How long it may be, and what happens then.
    pub limit: Option<PauseLimit>,
}

/// How long a pause may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PauseLimit {
    /// Counted from when the agent pauses, not from when they asked for it in a conversation.
    pub max: Duration,
    /// What happens then.
    pub at_max: AtMax,
}

/// What happens when a pause has been as long as it may be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AtMax {
    /// It goes on, and those who look are told.
    #[default]
    Warn,
    /// It ends, and the agent takes calls.
    Resume,
    /// The agent is logged out.
    LogOut,
}
