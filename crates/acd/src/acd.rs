//! The machine: inputs and deadlines in, outputs out.

mod distribute;
mod invariants;
mod queries;
mod reserve;
mod shift;

use crate::callers::Callers;
use crate::staff::Staff;
use crate::{Config, Decision, Input, Output, RefuseReason, Reservation, ReservationEnd};
use clock::{Deadlines, Duration, Moment};
use ids::{AgentId, CallId, QueueId, ReservationId};
use std::collections::{BTreeMap, VecDeque};

/// The distributor of calls: callers in line, agents, and the reservations between them.
#[derive(Clone, Debug)]
pub struct Acd {
    callers: Callers,
    staff: Staff,
    reservations: BTreeMap<ReservationId, Reservation>,
    last_reservation: ReservationId,
    deadlines: Deadlines<Due>,
    outputs: VecDeque<Output>,
    decisions: VecDeque<Decision>,
    decisions_log_max: usize,
    counts: Counts,
    /// For [`Acd::assert_invariants`], which a large centre can not afford after every input.
    unchecked: usize,
}

/// What a deadline is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Due {
    /// The ring time is over, or an answered phone was not connected in time.
    Reservation(ReservationId),
    /// After-call work is over.
    WrapUp(AgentId),
    /// The phone has settled after a ring that came to nothing.
    Settled(AgentId),
    /// The call may come to the agent again.
    Unbar(CallId, AgentId),
}

/// Calls since the start, by what became of them. At any instant
/// `queued = refused + connected + abandoned + waiting + being rung`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Calls that came to a queue.
    pub queued: u64,
    /// Of these, calls that could not wait.
    pub refused: u64,
    /// Calls that were connected with an agent.
    pub connected: u64,
    /// Calls whose callers left first.
    pub abandoned: u64,
}

impl Acd {
    /// How long a phone settles after a ring that was missed, declined or dropped, before the
    /// agent is rung again. It bounds how fast a phone that refuses by itself uses up callers.
    pub const SETTLE: Duration = Duration::from_secs(1);
    /// The same for a phone that could not be rung at all.
    pub const SETTLE_UNREACHABLE: Duration = Duration::from_secs(5);
    /// An answered phone that is not connected within this time counts as
    /// [`Dropped`](ReservationEnd::Dropped), so that no lost event can hold a caller.
    pub const CONNECT_MAX: Duration = Duration::from_secs(10);

    /// A centre where nobody is logged in and nobody waits.
    #[must_use]
    pub fn new(config: Config) -> Self {
        Self {
            callers: Callers::new(&config),
            staff: Staff::new(&config),
            reservations: BTreeMap::new(),
            last_reservation: ReservationId(0),
            deadlines: Deadlines::default(),
            outputs: VecDeque::new(),
            decisions: VecDeque::new(),
            decisions_log_max: config.decisions_log_max,
            counts: Counts::default(),
            unchecked: 0,
        }
    }

    /// Takes in what happened.
    pub fn handle(&mut self, now: Moment, input: Input) {
        match input {
            Input::LoggedIn(agent) => self.log_in(now, agent),
            Input::LoggedOut(agent) => self.log_out(now, agent),
            Input::Reachable(agent) => self.reachable(now, agent),
            Input::Unreachable(agent) => self.unreachable(now, agent),
            Input::Occupied(agent) => self.occupied(now, agent),
            Input::Freed(agent) => self.freed(now, agent),
            Input::Queued { call, queue, priority, arrived } => {
                self.enqueue(now, call, queue, priority, arrived);
            }
            Input::Abandoned(call) => self.abandon(now, call),
            Input::Accepted(reservation) => self.accept(now, reservation),
            Input::Connected(reservation) => self.connected(now, reservation),
            Input::Dropped(reservation) => {
                self.come_to_nothing(now, reservation, ReservationEnd::Dropped);
            }
            Input::Declined(reservation) => {
                self.come_to_nothing(now, reservation, ReservationEnd::Declined);
            }
            Input::Failed(reservation) => {
                self.come_to_nothing(now, reservation, ReservationEnd::Unreachable);
            }
            Input::Ended(agent) => self.conversation_ended(now, agent),
            Input::WrapUpEnded(agent) => self.wrap_up_ended(now, agent),
        }
        self.assert_invariants();
    }

    /// Does what is due. Early calls do nothing.
    pub fn handle_timeout(&mut self, now: Moment) {
        while let Some(due) = self.deadlines.pop_due(now) {
            match due {
                Due::Reservation(reservation) => self.out_of_time(now, reservation),
                Due::WrapUp(agent) => self.wrap_up_ended(now, agent),
                Due::Settled(agent) => self.settled(now, agent),
                Due::Unbar(call, agent) => self.unbar(now, call, agent),
            }
            self.assert_invariants();
        }
    }

    /// The next thing to do or to know; drain it after each input.
    #[must_use]
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// When [`handle_timeout`](Self::handle_timeout) wants to be called next.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Moment> {
        self.deadlines.next()
    }

    fn enqueue(
        &mut self,
        now: Moment,
        call: CallId,
        queue: QueueId,
        priority: u8,
        arrived: Moment,
    ) {
        if self.callers.get(call).is_some() {
            return;
        }
        self.counts.queued += 1;
        // Who finds an agent ready does not wait, and so needs no room to wait in.
        let room = if self.staff.ready(queue) > 0 { Ok(()) } else { self.callers.room_in(queue) };
        match room {
            Ok(()) => {
                self.callers.join(call, queue, priority, arrived.min(now));
                self.seek_agent(now, call);
            }
            Err(reason) => self.refuse(call, reason),
        }
    }

    fn refuse(&mut self, call: CallId, reason: RefuseReason) {
        self.counts.refused += 1;
        self.outputs.push_back(Output::Refuse(call, reason));
    }

    fn abandon(&mut self, now: Moment, call: CallId) {
        let Some(reservation) = self.leave(call) else { return };
        self.counts.abandoned += 1;
        if let Some(reservation) = reservation {
            self.caller_gone(now, reservation);
        }
    }
}
