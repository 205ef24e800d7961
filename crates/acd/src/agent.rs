//! The facts about one agent, and the state that follows from them.

use crate::{AgentConfig, AgentState, NotReadyReason};
use clock::Moment;
use ids::{AgentId, CallId, QueueId, ReservationId};
use std::collections::BTreeSet;

/// What is known about an agent. Nothing here says what state the agent is in: that is computed.
#[derive(Clone, Debug)]
pub(crate) struct Agent {
    pub(crate) config: AgentConfig,
    /// Who serves the same queues, see [`Staff`](crate::staff::Staff).
    pub(crate) profile: usize,
    pub(crate) logged_in: bool,
    pub(crate) reachable: bool,
    pub(crate) occupied: bool,
    pub(crate) work: Work,
    /// After-call work that is not over.
    pub(crate) wrap_up_until: Option<Moment>,
    /// The pause after a ring that came to nothing.
    pub(crate) settling_until: Option<Moment>,
    /// Rings missed since the last conversation or log-in.
    pub(crate) missed: u32,
    /// Since when the agent has had nothing to do; counts while ready.
    pub(crate) idle_since: Moment,
    /// Calls that keep away from the agent for a while.
    pub(crate) barred_from: BTreeSet<CallId>,
}

/// What an agent does for us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Work {
    Nothing,
    Ringing(ReservationId),
    Talking { call: CallId, queue: QueueId },
}

impl Agent {
    pub(crate) const fn new(config: AgentConfig, profile: usize) -> Self {
        Self {
            config,
            profile,
            logged_in: false,
            reachable: false,
            occupied: false,
            work: Work::Nothing,
            wrap_up_until: None,
            settling_until: None,
            missed: 0,
            idle_since: Moment::ZERO,
            barred_from: BTreeSet::new(),
        }
    }

    pub(crate) const fn id(&self) -> AgentId {
        self.config.id
    }

    /// What the agent is doing.
    pub(crate) fn state(&self) -> AgentState {
        match self.work {
            Work::Talking { call, .. } => AgentState::Talking(call),
            Work::Ringing(reservation) => AgentState::Ringing(reservation),
            Work::Nothing => self.state_between_calls(),
        }
    }

    fn state_between_calls(&self) -> AgentState {
        match (self.wrap_up_until, self.settling_until) {
            _ if !self.logged_in => AgentState::LoggedOut,
            _ if !self.reachable => AgentState::Unreachable,
            _ if self.occupied => AgentState::Occupied,
            (Some(until), _) => AgentState::WrapUp { until },
            _ if self.missed_too_often() => AgentState::NotReady(NotReadyReason::MissedRing),
            (None, Some(until)) => AgentState::NotReady(NotReadyReason::Settling { until }),
            (None, None) => AgentState::Ready,
        }
    }

    /// Whether the agent takes calls, now or after what they are doing.
    pub(crate) const fn on_duty(&self) -> bool {
        self.logged_in && self.reachable && !self.missed_too_often()
    }

    const fn missed_too_often(&self) -> bool {
        self.config.missed_max > 0 && self.missed >= self.config.missed_max
    }
}
