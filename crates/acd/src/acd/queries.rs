//! What can be asked at any time.

use super::{Acd, Counts, Due};
use crate::agent::{Agent, Work};
use crate::callers::Place;
use crate::{AgentState, Decision, Explanation, Position, Reservation, Standing, WhyNot};
use clock::{Duration, Moment};
use ids::{AgentId, CallId, QueueId, ReservationId};

impl Acd {
    /// The place of a caller who waits: 1 is the first. Callers being rung are not counted, and
    /// have no place themselves; one who comes back stands where they stood.
    #[must_use]
    pub fn place(&self, call: CallId) -> Option<Position> {
        self.callers.position(call)
    }

    /// What the agent is doing.
    #[must_use]
    pub fn state_of(&self, agent: AgentId) -> Option<AgentState> {
        self.staff.get(agent).map(Agent::state)
    }

    /// All agents and what they are doing, in the order of their ids.
    pub fn agents(&self) -> impl Iterator<Item = (AgentId, AgentState)> {
        self.staff.iter().map(|agent| (agent.id(), agent.state()))
    }

    /// How many wait in the queue, not counting those being rung.
    #[must_use]
    pub fn waiting(&self, queue: QueueId) -> usize {
        self.callers.waiting(queue)
    }

    /// How many wait in all queues together, not counting those being rung.
    #[must_use]
    pub const fn waiting_in_all(&self) -> usize {
        self.callers.waiting_in_all()
    }

    /// How many of the queue are being rung at an agent.
    #[must_use]
    pub fn ringing(&self, queue: QueueId) -> usize {
        self.callers.present(queue) - self.callers.waiting(queue)
    }

    /// Those who wait in the queue, in the order of their places.
    pub fn waiting_calls(&self, queue: QueueId) -> impl Iterator<Item = CallId> {
        self.callers.line(queue).map(|turn| turn.call)
    }

    /// How long the one of the queue who arrived first has been with us, those being rung included.
    #[must_use]
    pub fn longest_wait(&self, now: Moment, queue: QueueId) -> Option<Duration> {
        self.callers.earliest_arrival(queue).map(|arrived| now.since(arrived))
    }

    /// When the caller first arrived; none once the call has left the line.
    #[must_use]
    pub fn arrived(&self, call: CallId) -> Option<Moment> {
        self.callers.get(call).map(|caller| caller.turn.arrived)
    }

    /// How many agents of the queue are ready.
    #[must_use]
    pub fn ready_agents(&self, queue: QueueId) -> usize {
        self.staff.ready(queue)
    }

    /// How many agents of the queue take calls, now or after what they are doing.
    #[must_use]
    pub fn agents_on_duty(&self, queue: QueueId) -> usize {
        self.staff.on_duty(queue)
    }

    /// The reservation, while it is on.
    #[must_use]
    pub fn reservation(&self, reservation: ReservationId) -> Option<&Reservation> {
        self.reservations.get(&reservation)
    }

    /// The reservation that the agent is being rung for.
    #[must_use]
    pub fn reservation_of(&self, agent: AgentId) -> Option<ReservationId> {
        match self.staff.get(agent)?.work {
            Work::Ringing(reservation) => Some(reservation),
            Work::Nothing | Work::Talking { .. } => None,
        }
    }

    /// The reservation that the call is being rung for.
    #[must_use]
    pub fn reservation_for(&self, call: CallId) -> Option<ReservationId> {
        match self.callers.get(call)?.place {
            Place::Ringing(reservation) => Some(reservation),
            Place::InLine => None,
        }
    }

    /// Calls since the start, by what became of them.
    #[must_use]
    pub const fn counts(&self) -> Counts {
        self.counts
    }

    /// The last decisions, the oldest first.
    pub fn decisions(&self) -> impl Iterator<Item = &Decision> {
        self.decisions.iter()
    }

    /// How a call stands and how it was handed over; none if nothing is known of it any more.
    #[must_use]
    pub fn explain(&self, now: Moment, call: CallId) -> Option<Explanation> {
        let standing = self.standing(now, call);
        let decisions: Vec<_> = self.decisions().filter(|d| d.call == call).copied().collect();
        let known = standing.is_some() || !decisions.is_empty();
        known.then_some(Explanation { call, standing, decisions })
    }

    fn standing(&self, now: Moment, call: CallId) -> Option<Standing> {
        let caller = self.callers.get(call)?;
        let queue = caller.queue;
        let agents = self.staff.iter().filter(|agent| agent.config.queues.contains(&queue));
        Some(Standing {
            queue,
            arrived: caller.turn.arrived,
            priority: caller.priority,
            score: caller.turn.score(now, self.callers.priority_step()),
            place: self.place(call),
            agents: agents.map(|agent| (agent.id(), self.why_not(agent, call, queue))).collect(),
        })
    }

    fn why_not(&self, agent: &Agent, call: CallId, queue: QueueId) -> WhyNot {
        let requirements = self.callers.queue_config(queue).map_or(&[][..], |q| &q.requirements);
        if let Some(skill) = agent.config.lacks(requirements) {
            return WhyNot::LacksSkill(skill);
        }
        if agent.state() != AgentState::Ready {
            return WhyNot::Is(agent.state());
        }
        match self.deadlines.of(&Due::Unbar(call, agent.id())) {
            Some(until) if !self.may_take(agent, call) => WhyNot::Paused { until },
            Some(_) | None => WhyNot::Nothing,
        }
    }
}
