//! What has been said of an agent, whatever the agent is doing right now: the state hides a pause behind
//! a conversation, and after-call work behind a call of the agent's own.

use super::Acd;
use clock::Moment;
use ids::{AgentId, PauseId, QueueId};

impl Acd {
    /// Whether the agent is logged in.
    #[must_use]
    pub fn is_logged_in(&self, agent: AgentId) -> bool {
        self.staff.get(agent).is_some_and(|agent| agent.logged_in)
    }

    /// Whether a phone of the agent can be rung.
    #[must_use]
    pub fn is_reachable(&self, agent: AgentId) -> bool {
        self.staff.get(agent).is_some_and(|agent| agent.reachable)
    }

    /// Why the agent pauses, or will after what they are doing.
    #[must_use]
    pub fn pause_of(&self, agent: AgentId) -> Option<PauseId> {
        self.staff.get(agent)?.pause
    }

    /// When the after-call work that is on ends by itself.
    #[must_use]
    pub fn wrap_up_of(&self, agent: AgentId) -> Option<Moment> {
        self.staff.get(agent)?.wrap_up_until
    }

    /// Queues of theirs that the agent does not serve for now, in the order of their ids.
    pub fn away_from(&self, agent: AgentId) -> impl Iterator<Item = QueueId> {
        self.staff.get(agent).into_iter().flat_map(|agent| agent.away_from.iter().copied())
    }
}
