//! What holds of an agent at work, as the ledger keeps it over a restart.

use crate::Name;
use serde::{Deserialize, Serialize};

/// What is true of an agent, whatever led to it. Moments are microseconds since 1970, UTC.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedDesk {
    /// Whose desk it is.
    pub account: Name,
    /// When this was so.
    pub at: i64,
    /// Whether the agent is logged in.
    pub logged_in: bool,
    /// Whether the agent's last word was one by hand, which counts until a shift says another.
    #[serde(default)]
    pub by_hand: bool,
    /// The pause that is on, or begins after the conversation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pause: Option<SavedPause>,
    /// Queues of theirs that the agent does not serve for now.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub away_from: Vec<Name>,
    /// After-call work that is on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wrap_up: Option<SavedWrapUp>,
    /// Rings in a row that came to nothing: missed, refused, busy, unreachable.
    #[serde(default)]
    pub vain: [u32; 4],
    /// When the agent comes back by themselves, who was taken out for them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub returns_at: Option<i64>,
    /// Conversations since the day of `at` began.
    #[serde(default)]
    pub calls_today: u32,
    /// When the agent has called out in the hour before `at`, to the second.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub calls_out: Vec<i64>,
}

/// A pause.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedPause {
    /// Its name.
    pub pause: Name,
    /// Whether it has begun: one that was asked for in a conversation begins after it.
    pub began: bool,
    /// When it has been on for as long as it may be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_at: Option<i64>,
    /// Whether it has been on for longer than it may be.
    #[serde(default)]
    pub too_long: bool,
}

/// After-call work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedWrapUp {
    /// The call that it is for.
    pub call: u64,
    /// The queue that the call was of.
    pub queue: Name,
    /// When it began.
    pub began: i64,
    /// When it ends, once nothing has to be filed any more.
    pub due: i64,
    /// When it ends as things stand.
    pub until: i64,
    /// Whether the call was filed.
    pub filed: bool,
}
