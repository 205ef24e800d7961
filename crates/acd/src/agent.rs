//! The facts about one agent, and the state that follows from them.

use crate::condition::Presence;
use crate::front::Key;
use crate::occupancy::Occupancy;
use crate::strategy::Measure;
use crate::talks::{Owed, Talks};
use crate::{AgentConfig, AgentState, NotReadyReason, ReservationEnd};
use clock::Moment;
use ids::{AgentId, CallId, PauseId, QueueId, ReservationId};
use std::collections::BTreeSet;

/// What is known about an agent. Nothing here says what state the agent is in: that is computed.
///
/// Of many thousands hardly one is in a cache when something happens to them. What each change asks lies side by side and
/// in front; what few ask, behind.
#[derive(Clone, Debug)]
#[repr(C, align(64))]
pub(crate) struct Agent {
    pub(crate) logged_in: bool,
    pub(crate) reachable: bool,
    pub(crate) occupied: bool,
    /// Whether the agent stands in the orders of those who can be rung.
    pub(crate) stands: bool,
    /// Conversations since the day began.
    pub(crate) calls_today: u32,
    /// Who may take the same calls, see [`Staff`](crate::staff::Staff).
    pub(crate) profile: usize,
    /// Since when the agent has had room for a call, with as many conversations as now; counts while the agent
    /// can be rung.
    pub(crate) idle_since: Moment,
    /// Why the agent pauses, if so.
    pub(crate) pause: Option<PauseId>,
    /// After-call work that is not over. There is none during a ring or a conversation.
    pub(crate) wrap_up_until: Option<Moment>,
    /// The pause after a ring that came to nothing.
    pub(crate) settling_until: Option<Moment>,
    /// The ring that is on: one at a time, whatever the room for conversations.
    pub(crate) ring: Option<ReservationId>,
    /// Rings that came to nothing since the last conversation or log-in.
    pub(crate) vain: VainRings,
    /// After-call work that conversations which are over have led to, and that has not begun.
    pub(crate) owed: Option<Owed>,
    /// Conversations of queues that are on.
    pub(crate) talks: Talks,
    /// For which queue, and since when, the after-call work that is on.
    pub(crate) wraps_up: Option<(QueueId, Moment)>,
    /// The last ring that was the agent's turn; rings are numbered in their order.
    pub(crate) last_turn: ReservationId,
    /// Calls that keep away from the agent for a while.
    pub(crate) barred_from: BTreeSet<CallId>,
    pub(crate) config: AgentConfig,
    /// By what the agent stands in each order; counts while the agent stands there.
    pub(crate) marks: [u64; Measure::COUNT],
    /// Queues of theirs that the agent does not serve for now.
    pub(crate) away_from: BTreeSet<QueueId>,
    pub(crate) occupancy: Occupancy,
}

/// Rings in a row that came to nothing, by how, as they are held against [`RingsMax`](crate::RingsMax).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct VainRings {
    /// Nobody answered.
    pub missed: u32,
    /// They were refused, or answered and dropped.
    pub declined: u32,
    /// The phone was busy.
    pub busy: u32,
    /// The phone could not be rung.
    pub unreachable: u32,
}

/// What is to be remembered of an agent over a restart, beside what other inputs say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Recalled {
    /// Rings in a row that came to nothing.
    pub vain: VainRings,
    /// Conversations since the day began.
    pub calls_today: u32,
    /// Until when after-call work is on, if it is.
    pub wrap_up_until: Option<Moment>,
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
    pub(crate) fn new(config: AgentConfig, profile: usize) -> Self {
        Self {
            config,
            profile,
            logged_in: false,
            away_from: BTreeSet::new(),
            reachable: false,
            occupied: false,
            pause: None,
            ring: None,
            talks: Talks::default(),
            owed: None,
            wrap_up_until: None,
            wraps_up: None,
            settling_until: None,
            vain: VainRings { missed: 0, declined: 0, busy: 0, unreachable: 0 },
            idle_since: Moment::ZERO,
            last_turn: ReservationId(0),
            calls_today: 0,
            occupancy: Occupancy::new(),
            stands: false,
            marks: [0; Measure::COUNT],
            barred_from: BTreeSet::new(),
        }
    }

    /// The agent is what another configuration says; all facts stay, but for queues left by hand that are not
    /// theirs any more.
    pub(crate) fn recast(&mut self, config: AgentConfig) {
        self.away_from.retain(|queue| config.is_of(*queue));
        self.config = config;
    }

    pub(crate) const fn id(&self) -> AgentId {
        self.config.id
    }

    /// Where the agent stands in an order: of equal ones the longest idle is first, but where all turns differ.
    pub(crate) fn key(&self, measure: Measure) -> Key {
        let idle_since = match measure {
            Measure::Turn | Measure::Listed => Moment::ZERO,
            Measure::Idle
            | Measure::Occupancy
            | Measure::Calls
            | Measure::Chance
            | Measure::WeightedChance => self.idle_since,
        };
        let measure = self.marks.get(measure.index()).copied().unwrap_or(0);
        Key { measure, idle_since, agent: self.id() }
    }

    /// What the agent is doing.
    pub(crate) fn state(&self) -> AgentState {
        match (self.talks.oldest(), self.ring) {
            (Some(oldest), _) => AgentState::Talking(oldest.call),
            (None, Some(reservation)) => AgentState::Ringing(reservation),
            (None, None) => self.state_between_calls(),
        }
    }

    /// Whether a call may ring at the agent now.
    pub(crate) fn can_be_rung(&self) -> bool {
        self.is_free() && self.on_duty()
    }

    /// The same of an agent on duty. Asked with each change of a fact, so by the facts and not by the state.
    pub(crate) fn is_free(&self) -> bool {
        self.ring.is_none()
            && self.has_room()
            && !self.occupied
            && self.wrap_up_until.is_none()
            && self.settling_until.is_none()
    }

    /// The ring that was on, if one was, has ended so. It was the agent's turn, but where another phone was quicker.
    pub(crate) fn ring_is_over(&mut self, end: ReservationEnd) {
        if let Some(ring) = self.ring.take()
            && end != ReservationEnd::TakenElsewhere
        {
            self.last_turn = ring;
        }
    }

    /// What keeps the agent from being rung now: the conversations only where there is no room beside them.
    pub(crate) fn obstacle(&self) -> AgentState {
        match self.ring {
            _ if !self.has_room() => self.state(),
            Some(reservation) => AgentState::Ringing(reservation),
            None => self.state_between_calls(),
        }
    }

    /// Whether the agent may have one conversation more than those that are on or may come of a ring.
    pub(crate) fn has_room(&self) -> bool {
        self.talks.len() + usize::from(self.ring.is_some()) < self.config.room()
    }

    /// Begins the after-call work that is owed as soon as nothing is in its way. Answers what it is.
    pub(crate) fn begin_wrap_up(&mut self, now: Moment) -> Option<Owed> {
        if self.ring.is_some() || self.talks.len() > 0 {
            return None;
        }
        let owed = self.owed.take()?;
        self.wrap_up_until = Some(now + owed.length);
        self.wraps_up = Some((owed.queue, now));
        Some(owed)
    }

    /// What is to be remembered.
    pub(crate) fn to_recall(&self) -> Recalled {
        let &Self { vain, calls_today, wrap_up_until, .. } = self;
        Recalled { vain, calls_today, wrap_up_until }
    }

    /// The same, conversations and rings of queues left aside.
    pub(crate) fn state_between_calls(&self) -> AgentState {
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
            match self.state_between_calls() {
                AgentState::WrapUp { .. } => Presence::WrapUp,
                AgentState::Ready if self.has_room() => Presence::Ready,
                AgentState::Ready
                | AgentState::Talking(_)
                | AgentState::Ringing(_)
                | AgentState::Occupied
                | AgentState::NotReady(_)
                | AgentState::LoggedOut
                | AgentState::Unreachable => Presence::Busy,
            }
        }
    }

    /// Writes down what the agent has done with their time.
    pub(crate) fn note_time(&mut self, now: Moment) {
        self.occupancy.note(now, self.state().into());
    }

    fn too_many_in_vain(&self) -> Option<NotReadyReason> {
        let (vain, max) = (self.vain, self.config.rings_max);
        if vain == VainRings::default() {
            return None;
        }
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
