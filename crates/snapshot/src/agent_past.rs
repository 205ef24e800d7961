//! What an agent was doing at a moment that is over, and what had led there.

use crate::DecisionExplained;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What an agent was doing at a moment that is over, as it is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentPast {
    /// The moment.
    pub at: Timestamp,
    /// The account.
    pub agent: String,
    /// The state in the word of the status.
    pub state: String,
    /// The pause, where the state is `paused`.
    pub pause: Option<String>,
    /// Since when; none for who had not been seen before.
    pub since: Option<Timestamp>,
    /// When it ended; none while it goes on.
    pub until: Option<Timestamp>,
    /// What had happened to the agent up to that moment, in the day before it, the oldest first; at most
    /// [`AgentPast::HAPPENED_MAX`], the latest.
    pub happened: Vec<AgentHappened>,
}

impl AgentPast {
    /// No more than this is told of what had happened.
    pub const HAPPENED_MAX: u32 = 60;
    /// No farther back than this is looked for it, in hours.
    pub const HOURS_BACK: i64 = 24;
}

/// Something that had happened to an agent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentHappened {
    /// When.
    pub at: Timestamp,
    /// The event's kind in the ledger, such as `agent_state` or `rang`.
    pub event: String,
    /// The call that it was about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call: Option<u64>,
    /// What else the ledger has of it that is no person's number, by the name of its field.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub with: BTreeMap<String, String>,
    /// Of a ring: why this call and this agent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<DecisionExplained>,
}
