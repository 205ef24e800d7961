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
    /// The agent found calls waiting, and took the one with the highest score.
    HighestScore {
        /// Which call would have been next among the heads of the other lines.
        runner_up: Option<CallId>,
        /// The score of that call.
        runner_up_score: Duration,
    },
}
