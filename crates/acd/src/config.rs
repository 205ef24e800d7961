//! What the centre looks like: its queues, its agents and its limits.

use crate::{Condition, Need, Requirement, Strategy};
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
    /// This is also the bound on starvation. Where all queues age alike, a call whose priority is
    /// lower by `n` steps is overtaken only by calls that arrive less than `n × priority_step` after
    /// it. A call of a queue that ages at `a` goes before every call of one that ages at `b`, `n`
    /// steps above it, that has waited less than `w`, once it has itself waited
    /// `(b × w + 100 × n × priority_step) ÷ a`: the longer the others are kept waiting too, the later.
    pub priority_step: Duration,
    /// What the strategies of chance begin with. The same seed and the same inputs lead to the same
    /// decisions.
    pub seed: u64,
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
            seed: 0,
        }
    }
}

/// Where callers wait for one purpose.
#[derive(Clone, Debug)]
pub struct QueueConfig {
    /// The queue.
    pub id: QueueId,
    /// Whom to ring of those who may take a call.
    pub strategy: Strategy,
    /// What its calls may need; the first, unless the call says another. Never empty.
    pub needs: Vec<Need>,
    /// For how long the agents of each tier alone are asked, from the first tier on; counted from
    /// when the call came to the queue. Empty: all tiers at once.
    pub tier_waits: Vec<Duration>,
    /// How long a phone rings before the call goes to somebody else; at least
    /// [`RING_MIN`](Self::RING_MIN).
    pub ring_max: Duration,
    /// How long an agent has for after-call work, who has no time of their own.
    pub wrap_up: Duration,
    /// How many callers may wait here. A caller for whom an agent is ready does not wait.
    pub waiting_max: usize,
    /// Added to the priority of each of its calls.
    pub priority: u8,
    /// How fast its calls age: what a second of waiting here counts for, in hundredths of a second
    /// of score, 1–1,000. See [`Config::priority_step`] for what it does to the bound.
    pub ageing: u32,
    /// How long a call keeps away from an agent who turned it down, while anybody else is on duty
    /// who has not.
    pub decline_pause: Duration,
    /// How long its talks last in the mean, as far as the operator knows; counts until enough of them
    /// have been seen.
    pub expected_talk: Option<Duration>,
    /// How often, in a hundred, a wait is to be no longer than [expected](crate::Acd::expected_wait);
    /// 50 to 99.
    pub confidence: u8,
    /// What sends its calls on, the first that is met. See [`Condition`].
    pub conditions: Vec<Condition>,
}

impl QueueConfig {
    /// A phone rings at least this long, so that no setting makes a centre spin.
    pub const RING_MIN: Duration = Duration::from_secs(1);
    /// A second of waiting counts for a second.
    pub const AGEING_USUAL: u32 = 100;
    /// Four waits in five are no longer than expected, unless the operator says otherwise.
    pub const CONFIDENCE_USUAL: u8 = 80;

    /// A queue for every agent, with the usual times.
    #[must_use]
    pub fn new(id: QueueId) -> Self {
        Self {
            id,
            strategy: Strategy::LongestIdle,
            needs: vec![Need::always(Requirement::ANYONE)],
            tier_waits: Vec::new(),
            ring_max: Duration::from_secs(20),
            wrap_up: Duration::ZERO,
            waiting_max: Config::WAITING_MAX,
            priority: 0,
            ageing: Self::AGEING_USUAL,
            decline_pause: Duration::from_secs(30),
            expected_talk: None,
            confidence: Self::CONFIDENCE_USUAL,
            conditions: Vec::new(),
        }
    }
}

/// A person who takes calls. Begins logged out, with no phone.
#[derive(Clone, Debug)]
pub struct AgentConfig {
    /// The agent.
    pub id: AgentId,
    /// The queues whose calls the agent takes, as far as the skills reach.
    pub queues: Vec<Membership>,
    /// What the agent can do, and how well.
    pub skills: Vec<(SkillId, u8)>,
    /// Time of their own for after-call work, in place of the queue's.
    pub wrap_up: Option<Duration>,
    /// After how many rings of each kind in a row the agent is not ready.
    pub rings_max: RingsMax,
    /// The most conversations of queues that the agent has at once, 1 to
    /// [`CAPACITY_MAX`](Self::CAPACITY_MAX); anything else counts as the nearest of these.
    pub capacity: u8,
    /// How large a chance the agent has of being rung by
    /// [`WeightedRandom`](Strategy::WeightedRandom), beside the others; 0 counts as 1.
    pub weight: u32,
}

/// An agent's part in a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Membership {
    /// The queue.
    pub queue: QueueId,
    /// When the agent is asked: 1 first, see [`tier_waits`](QueueConfig::tier_waits).
    pub tier: u8,
}

impl From<QueueId> for Membership {
    fn from(queue: QueueId) -> Self {
        Self { queue, tier: 1 }
    }
}

/// How many rings in a row may come to nothing, by how, before the agent is not ready until they log
/// in again; 0 for any number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RingsMax {
    /// Rang until the time was over.
    pub missed: u32,
    /// Refused, or answered and dropped.
    pub declined: u32,
    /// Busy.
    pub busy: u32,
    /// Could not be rung.
    pub unreachable: u32,
}

impl RingsMax {
    /// Three missed ones; all else happens to good agents too.
    pub const USUAL: Self = Self { missed: 3, declined: 0, busy: 0, unreachable: 0 };
}

impl AgentConfig {
    /// Nobody has more conversations at once.
    pub const CAPACITY_MAX: u8 = 8;

    /// An agent of these queues without skills, who has one conversation at a time and is not ready after
    /// three missed rings.
    #[must_use]
    pub fn new(id: AgentId, queues: Vec<QueueId>) -> Self {
        Self {
            id,
            queues: queues.into_iter().map(Membership::from).collect(),
            skills: Vec::new(),
            wrap_up: None,
            rings_max: RingsMax::USUAL,
            capacity: 1,
            weight: 1,
        }
    }

    /// How many conversations the agent may have at once.
    pub(crate) fn room(&self) -> usize {
        usize::from(self.capacity.clamp(1, Self::CAPACITY_MAX))
    }

    /// Whether the queue is one of the agent's, whatever the skills.
    pub(crate) fn is_of(&self, queue: QueueId) -> bool {
        self.queues.iter().any(|each| each.queue == queue)
    }
}
