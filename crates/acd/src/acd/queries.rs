//! What can be asked at any time.

use super::{Acd, Counts, Due};
use crate::agent::Agent;
use crate::callers::Place;
use crate::{AgentState, Decision, Recalled, RefuseReason, Reservation};
use clock::{Duration, Moment};
use ids::{AgentId, CallId, QueueId, ReservationId};

impl Acd {
    /// What the agent is doing.
    #[must_use]
    pub fn state_of(&self, agent: AgentId) -> Option<AgentState> {
        self.staff.get(agent).map(Agent::state)
    }

    /// All agents and what they are doing, in the order of their ids.
    pub fn agents(&self) -> impl Iterator<Item = (AgentId, AgentState)> {
        self.staff.iter().map(|agent| (agent.id(), agent.state()))
    }

    /// How many wait in the queue, callers and work items, not counting those being rung.
    #[must_use]
    pub fn waiting(&self, queue: QueueId) -> usize {
        self.callers.lines().waiting(self.classes.of_queue(queue))
    }

    /// How many wait in all queues together, not counting those being rung.
    #[must_use]
    pub const fn waiting_in_all(&self) -> usize {
        self.callers.lines().waiting_in_all()
    }

    /// How many of the queue are being rung at an agent.
    #[must_use]
    pub fn ringing(&self, queue: QueueId) -> usize {
        let here = self.callers.present(queue) + self.callers.work_items(queue);
        here - self.waiting(queue)
    }

    /// How many of the queue, waiting or being rung, are work items.
    #[must_use]
    pub fn work_items(&self, queue: QueueId) -> usize {
        self.callers.work_items(queue)
    }

    /// Those who wait in the queue, in the order of their places.
    pub fn waiting_calls(&self, queue: QueueId) -> impl Iterator<Item = CallId> + use<> {
        let calls = self.callers.lines().in_order(self.classes.of_queue(queue));
        calls.into_iter().map(|turn| turn.call)
    }

    /// The first of these.
    #[must_use]
    pub fn first_waiting(&self, queue: QueueId) -> Option<CallId> {
        self.callers.lines().first(self.classes.of_queue(queue)).map(|turn| turn.call)
    }

    /// How long the caller of the queue who arrived first has been with us, those being rung included.
    #[must_use]
    pub fn longest_wait(&self, now: Moment, queue: QueueId) -> Option<Duration> {
        self.callers.earliest_arrival(queue).map(|arrived| now.since(arrived))
    }

    /// When the caller first arrived; none once the call has left the line.
    #[must_use]
    pub fn arrived(&self, call: CallId) -> Option<Moment> {
        self.callers.get(call).map(|caller| caller.turn.arrived)
    }

    /// The priority by which the call stands, that of its queue included.
    #[must_use]
    pub fn priority(&self, call: CallId) -> Option<u16> {
        self.callers.get(call).map(|caller| caller.turn.priority)
    }

    /// The agent for whom the call is kept, and until when at most; none for one that anybody may take.
    #[must_use]
    pub fn kept_for(&self, call: CallId) -> Option<(AgentId, Moment)> {
        match self.callers.place(call)? {
            Place::HeldFor(agent) => Some((agent, self.agenda.of(Due::Release(call))?)),
            Place::Coming | Place::InLine | Place::Ringing | Place::RingingMore => None,
        }
    }

    /// Whether one more caller may wait in the queue.
    ///
    /// # Errors
    /// When there is no room, or no such queue.
    pub fn room_in(&self, queue: QueueId) -> Result<(), RefuseReason> {
        self.callers.room_in(queue)
    }

    /// How many agents of the queue can be rung now, those included who talk and have room for another call.
    #[must_use]
    pub fn ready_agents(&self, queue: QueueId) -> usize {
        self.staff.ready_of(queue)
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
        self.staff.get(agent)?.ring
    }

    /// The calls of queues that the agent talks in, the oldest first.
    pub fn talks_of(&self, agent: AgentId) -> impl Iterator<Item = CallId> {
        let talks = self.staff.get(agent).map(|agent| agent.talks.iter());
        talks.into_iter().flatten().map(|talk| talk.call)
    }

    /// What is to be remembered of the agent over a restart.
    #[must_use]
    pub fn to_recall(&self, agent: AgentId) -> Option<Recalled> {
        self.staff.get(agent).map(Agent::to_recall)
    }

    /// Whether the agent talks in this call of a queue.
    #[must_use]
    pub fn talks_in(&self, agent: AgentId, call: CallId) -> bool {
        self.talks_of(agent).any(|each| each == call)
    }

    /// Whether a call may ring at the agent now, who may be talking and have room for it.
    #[must_use]
    pub fn can_be_rung(&self, agent: AgentId) -> bool {
        self.staff.get(agent).is_some_and(Agent::can_be_rung)
    }

    /// What keeps an agent from being rung now: a conversation only where there is no room for another one. None
    /// where nothing does.
    #[must_use]
    pub fn obstacle_of(&self, agent: AgentId) -> Option<AgentState> {
        self.staff.get(agent).filter(|agent| !agent.can_be_rung()).map(Agent::obstacle)
    }

    /// The reservations that the call is being rung for, the oldest first.
    #[must_use]
    pub fn reservations_for(&self, call: CallId) -> &[ReservationId] {
        self.callers.rings(call)
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

    /// The decision that a reservation came of, while it is remembered. The later it was made, the
    /// sooner it is found.
    #[must_use]
    pub fn decision(&self, reservation: ReservationId) -> Option<&Decision> {
        self.decisions.iter().rev().find(|decision| decision.reservation == reservation)
    }
}
