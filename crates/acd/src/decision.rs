//! Why a call went to an agent: what is remembered of each decision.

use crate::Strategy;
use clock::{Duration, Moment};
use ids::{AgentId, CallId, QueueId, ReservationId};

/// A call was handed to an agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decision {
    /// When.
    pub at: Moment,
    /// The attempt that came of it.
    pub reservation: ReservationId,
    /// Which call.
    pub call: CallId,
    /// From which queue.
    pub queue: QueueId,
    /// To whom.
    pub agent: AgentId,
    /// How many conversations the agent had.
    pub talks: usize,
    /// When the caller first arrived.
    pub arrived: Moment,
    /// The priority of queue and call together.
    pub priority: u32,
    /// The call's score at that moment: the time waited, at the pace of its queue, plus
    /// [`priority_step`](crate::Config::priority_step) for each step of priority.
    pub score: Duration,
    /// By which rule.
    pub rule: Rule,
}

/// How one was chosen among rivals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// The call found agents ready, and took the one whom the queue's strategy chose.
    Strategy {
        /// Which.
        strategy: Strategy,
        /// How long the agent had been idle.
        idle: Duration,
        /// Who would have been next.
        runner_up: Option<AgentId>,
    },
    /// The call was kept for this agent.
    KeptFor,
    /// A colleague passed the call on to this agent.
    PassedOn {
        /// Who.
        by: AgentId,
    },
    /// The agent found calls waiting, and took the one with the highest score.
    HighestScore {
        /// Which calls would have been next, the first of them first, among the heads of the other
        /// lines that the agent serves.
        rivals: [Option<Rival>; Rival::MAX],
    },
}

/// A call that another was preferred to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rival {
    /// Which.
    pub call: CallId,
    /// Its score at that moment.
    pub score: Duration,
}

impl Rival {
    /// No more than this are remembered of one decision.
    pub const MAX: usize = 3;
}
