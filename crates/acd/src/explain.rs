//! How a call stands, in the words of the rules.

use crate::{AgentState, Decision, Position, Rival, Strategy};
use clock::{Duration, Moment};
use ids::{AgentId, CallId, QueueId, SkillId};

/// How a call stands, or how it was handed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The call.
    pub call: CallId,
    /// How it stands now; none once it has left the line.
    pub standing: Option<Standing>,
    /// The decisions about it that are still remembered, the oldest first.
    pub decisions: Vec<Decision>,
}

/// How a call in line stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Where it waits.
    pub queue: QueueId,
    /// How it chooses among agents.
    pub strategy: Strategy,
    /// When the caller first arrived.
    pub arrived: Moment,
    /// The priority of queue and call together.
    pub priority: u32,
    /// What the priority is worth.
    pub worth: Duration,
    /// Time waited, at the pace of the queue, plus what the priority is worth.
    pub score: Duration,
    /// The place in the queue; none while the call is being rung.
    pub place: Option<Position>,
    /// Who goes before it, the first of them first; at most [`Standing::BEFORE_MAX`].
    pub before: Vec<Rival>,
    /// When what it needs is relaxed or the next tier is asked, if ever.
    pub relaxes: Option<Moment>,
    /// For each agent of the queue, why this agent does not take the call.
    pub agents: Vec<(AgentId, WhyNot)>,
}

impl Standing {
    /// No more calls that go before are named.
    pub const BEFORE_MAX: usize = 3;
}

/// Why an agent does not take a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhyNot {
    /// The agent has not this skill, or not enough of it.
    LacksSkill(SkillId),
    /// The agent does not serve the queue for now.
    LeftQueue,
    /// The agent's tier is not asked yet.
    LaterTier(u8),
    /// The call is kept for another agent.
    KeptFor {
        /// For whom.
        agent: AgentId,
        /// Until when at most.
        until: Option<Moment>,
    },
    /// The agent can not be rung: this is in the way.
    Is(AgentState),
    /// The agent turned the call down a short while ago, and somebody else on duty did not.
    TurnedDown {
        /// When the call may come to the agent again.
        until: Moment,
    },
    /// Nothing is in the way: the call is already being rung at another agent.
    RungElsewhere,
}
