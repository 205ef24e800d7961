//! What the centre looks like: its queues, its agents and its limits.

use clock::Duration;
use ids::{AgentId, QueueId, SkillId};

/// The whole centre. The dialplan has checked it: an agent's queue that does not exist is left
/// out, and of two with the same id the later counts.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where callers wait.
    pub queues: Vec<QueueConfig>,
    /// Who takes their calls.
    pub agents: Vec<AgentConfig>,
    /// How many callers may wait in all queues together. Who comes then is refused.
    pub waiting_max: usize,
    /// How many of the last decisions are remembered for [`Acd::explain`](crate::Acd::explain).
    pub decisions_log_max: usize,
    /// How much waiting one step of priority is worth.
    ///
    /// This is also the bound on starvation: a call whose priority is lower by `n` steps is
    /// overtaken only by calls that arrive less than `n × priority_step` after it.
    pub priority_step: Duration,
}

impl Config {
    /// Callers in all queues together, unless the operator says otherwise.
    pub const WAITING_MAX: usize = 100_000;
    /// Decisions remembered, unless the operator says otherwise.
    pub const DECISIONS_LOG_MAX: usize = 1_000;
    /// What a step of priority is worth, unless the operator says otherwise.
    pub const PRIORITY_STEP: Duration = Duration::from_secs(30);

    /// A centre with the usual limits.
    #[must_use]
    pub const fn new(queues: Vec<QueueConfig>, agents: Vec<AgentConfig>) -> Self {
        Self {
            queues,
            agents,
            waiting_max: Self::WAITING_MAX,
            decisions_log_max: Self::DECISIONS_LOG_MAX,
            priority_step: Self::PRIORITY_STEP,
        }
    }
}

/// Where callers wait for one purpose.
#[derive(Clone, Debug)]
pub struct QueueConfig {
    /// The queue.
    pub id: QueueId,
    /// The skills an agent needs for its calls, each with the lowest level that will do.
    pub requirements: Vec<(SkillId, u8)>,
    /// How long a phone rings before the call goes to somebody else; at least
    /// [`RING_MIN`](Self::RING_MIN).
    pub ring_max: Duration,
    /// How long an agent has for after-call work, who has no time of their own.
    pub wrap_up: Duration,
    /// How many callers may wait here. A caller for whom an agent is ready does not wait.
    pub waiting_max: usize,
    /// Added to the priority of each of its calls.
    pub priority: u8,
    /// How long a call keeps away from an agent who turned it down, while anybody else is on duty
    /// who has not.
    pub decline_pause: Duration,
}

impl QueueConfig {
    /// A phone rings at least this long, so that no setting makes a centre spin.
    pub const RING_MIN: Duration = Duration::from_secs(1);

    /// A queue for every agent, with the usual times.
    #[must_use]
    pub const fn new(id: QueueId) -> Self {
        Self {
            id,
            requirements: Vec::new(),
            ring_max: Duration::from_secs(20),
            wrap_up: Duration::ZERO,
            waiting_max: Config::WAITING_MAX,
            priority: 0,
            decline_pause: Duration::from_secs(30),
        }
    }
}

/// A person who takes calls. Begins logged out, with no phone.
#[derive(Clone, Debug)]
pub struct AgentConfig {
    /// The agent.
    pub id: AgentId,
    /// The queues whose calls the agent takes, as far as the skills reach.
    pub queues: Vec<QueueId>,
    /// What the agent can do, and how well.
    pub skills: Vec<(SkillId, u8)>,
    /// Time of their own for after-call work, in place of the queue's.
    pub wrap_up: Option<Duration>,
    /// After so many missed rings in a row the agent is not ready; 0 for never.
    pub missed_max: u32,
}

impl AgentConfig {
    /// An agent of these queues without skills, who is not ready after three missed rings.
    #[must_use]
    pub const fn new(id: AgentId, queues: Vec<QueueId>) -> Self {
        Self { id, queues, skills: Vec::new(), wrap_up: None, missed_max: 3 }
    }

    /// The first requirement that the agent does not meet.
    pub(crate) fn lacks(&self, requirements: &[(SkillId, u8)]) -> Option<SkillId> {
        let meets = |(skill, least): &&(SkillId, u8)| {
            self.skills.iter().any(|(has, level)| has == skill && level >= least)
        };
        requirements.iter().find(|need| !meets(need)).map(|(skill, _)| *skill)
    }
}
