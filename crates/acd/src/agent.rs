//! The facts about one agent, and the state that follows from them.

use crate::condition::Presence;
use crate::occupancy::{Doing, Occupancy};
use crate::ready::Key;
use crate::strategy::Measure;
use crate::{AgentConfig, AgentState, NotReadyReason, ReservationEnd};
use clock::Moment;
use ids::{AgentId, CallId, PauseId, QueueId, ReservationId};
use std::collections::BTreeSet;

/// What is known about an agent. Nothing here says what state the agent is in: that is computed.
#[derive(Clone, Debug)]
pub(crate) struct Agent {
    pub(crate) config: AgentConfig,
    /// Who may take the same calls, see [`Staff`](crate::staff::Staff).
    pub(crate) profile: usize,
    pub(crate) logged_in: bool,
    /// Queues of theirs that the agent does not serve for now.
    pub(crate) away_from: BTreeSet<QueueId>,
    pub(crate) reachable: bool,
    pub(crate) occupied: bool,
    /// Why the agent pauses, if so.
    pub(crate) pause: Option<PauseId>,
    pub(crate) work: Work,
    /// After-call work that is not over.
    pub(crate) wrap_up_until: Option<Moment>,
    /// For which queue, and since when, the after-call work that is on.
    pub(crate) wraps_up: Option<(QueueId, Moment)>,
    /// The pause after a ring that came to nothing.
    pub(crate) settling_until: Option<Moment>,
    /// Rings that came to nothing since the last conversation or log-in.
    pub(crate) vain: VainRings,
    /// Since when the agent has had nothing to do; counts while ready.
    pub(crate) idle_since: Moment,
    /// Conversations since the day began.
    pub(crate) calls_today: u32,
    pub(crate) occupancy: Occupancy,
    /// Where the agent stands in each order; counts while ready.
    pub(crate) keys: [Key; Measure::COUNT],
    /// Calls that keep away from the agent for a while.
    pub(crate) barred_from: BTreeSet<CallId>,
}

/// What an agent does for us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Work {
    Nothing,
    Ringing(ReservationId),
    Talking { call: CallId, queue: QueueId, since: Moment },
}

/// Rings in a row that came to nothing, by how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct VainRings {
    missed: u32,
    declined: u32,
    busy: u32,
    unreachable: u32,
}

impl VainRings {
    /// Counts one more.
    pub(crate) const fn count(&mut self, end: ReservationEnd) {
        let counter = match end {
            ReservationEnd::Missed => &mut self.missed,
            ReservationEnd::Declined | ReservationEnd::Dropped => &mut self.declined,
            ReservationEnd::Busy => &mut self.busy,
            ReservationEnd::Unreachable => &mut self.unreachable,
            ReservationEnd::Accepted
            | ReservationEnd::PassedOn
            | ReservationEnd::Withdrawn
            | ReservationEnd::TakenElsewhere => return,
        };
        *counter = counter.saturating_add(1);
    }
}

impl Agent {
    pub(crate) const fn new(config: AgentConfig, profile: usize) -> Self {
        const UNUSED: Key = Key { measure: 0, idle_since: Moment::ZERO, agent: AgentId(0) };
        Self {
            config,
            profile,
            logged_in: false,
            away_from: BTreeSet::new(),
            reachable: false,
            occupied: false,
            pause: None,
            work: Work::Nothing,
            wrap_up_until: None,
            wraps_up: None,
            settling_until: None,
            vain: VainRings { missed: 0, declined: 0, busy: 0, unreachable: 0 },
            idle_since: Moment::ZERO,
            calls_today: 0,
            occupancy: Occupancy::new(),
            keys: [UNUSED; Measure::COUNT],
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
        if !self.logged_in {
            return AgentState::LoggedOut;
        }
        if !self.reachable {
            return AgentState::Unreachable;
        }
        if self.occupied {
            return AgentState::Occupied;
        }
        if let Some(until) = self.wrap_up_until {
            return AgentState::WrapUp { until };
        }
        self.not_ready().map_or(AgentState::Ready, AgentState::NotReady)
    }

    fn not_ready(&self) -> Option<NotReadyReason> {
        let paused = self.pause.map(NotReadyReason::Paused);
        let settling = self.settling_until.map(|until| NotReadyReason::Settling { until });
        paused.or_else(|| self.too_many_in_vain()).or(settling)
    }

    /// Whether the agent takes calls, now or after what they are doing.
    pub(crate) fn on_duty(&self) -> bool {
        self.logged_in
            && self.reachable
            && self.pause.is_none()
            && self.too_many_in_vain().is_none()
    }

    /// How the agent is there for the queues they serve.
    pub(crate) fn presence(&self) -> Presence {
        if !self.logged_in {
            Presence::LoggedOut
        } else if !self.reachable {
            Presence::Unreachable
        } else if self.pause.is_some() {
            Presence::Paused
        } else if self.too_many_in_vain().is_some() {
            Presence::NotReady
        } else {
            match self.state() {
                AgentState::WrapUp { .. } => Presence::WrapUp,
                AgentState::Ready => Presence::Ready,
                AgentState::Talking(_)
                | AgentState::Ringing(_)
                | AgentState::Occupied
                | AgentState::NotReady(_)
                | AgentState::LoggedOut
                | AgentState::Unreachable => Presence::Busy,
            }
        }
    }

    /// What the agent does with their time.
    pub(crate) fn doing(&self) -> Doing {
        match self.state() {
            AgentState::Talking(_) | AgentState::WrapUp { .. } => Doing::Working,
            AgentState::Ready | AgentState::Ringing(_) => Doing::Waiting,
            AgentState::LoggedOut
            | AgentState::Unreachable
            | AgentState::NotReady(_)
            | AgentState::Occupied => Doing::Away,
        }
    }

    fn too_many_in_vain(&self) -> Option<NotReadyReason> {
        let (vain, max) = (self.vain, self.config.rings_max);
        let is_over = |count: u32, max: u32| max > 0 && count >= max;
        let causes = [
            (vain.missed, max.missed, NotReadyReason::MissedRing),
            (vain.declined, max.declined, NotReadyReason::DeclinedRing),
            (vain.busy, max.busy, NotReadyReason::BusyPhone),
            (vain.unreachable, max.unreachable, NotReadyReason::FailedPhone),
        ];
        let over = causes.into_iter().find(|(count, max, _)| is_over(*count, *max));
        over.map(|(_, _, reason)| reason)
    }
}
