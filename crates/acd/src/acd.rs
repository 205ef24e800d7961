//! The machine: inputs and deadlines in, outputs out.

mod by_hand;
mod conditions;
mod desk;
mod distribute;
mod expect;
mod explain;
mod invariants;
mod queries;
mod queue;
mod recast;
mod reserve;
mod shift;

use conditions::Conditions;
use distribute::Stirred;
use explain::LastStood;

use crate::agenda::{Agenda, Due};
use crate::agent::VainRings;
use crate::callers::Callers;
use crate::classes::Classes;
use crate::outlook::Outlook;
use crate::staff::Staff;
use crate::talks::Talk;
use crate::{Config, Decision, Input, Output, Reservation, ReservationEnd};
use clock::{Duration, Moment};
use ids::ReservationId;
use std::collections::{BTreeMap, VecDeque};

/// The distributor of calls: callers in line, agents, and the reservations between them.
#[derive(Clone, Debug)]
pub struct Acd {
    classes: Classes,
    callers: Callers,
    staff: Staff,
    outlook: Outlook,
    reservations: BTreeMap<ReservationId, Reservation>,
    last_reservation: ReservationId,
    agenda: Agenda,
    stirred: Stirred,
    conditions: Conditions,
    last_stood: LastStood,
    outputs: VecDeque<Output>,
    decisions: VecDeque<Decision>,
    decisions_log_max: usize,
    counts: Counts,
    /// For [`Acd::assert_invariants`], which a large centre can not afford after every input.
    unchecked: usize,
}

/// Calls since the start, by what became of them. At any instant
/// `queued = refused + sent on + connected + abandoned + taken out + waiting + being rung`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Calls that came to a queue.
    pub queued: u64,
    /// Of these, calls that could not wait.
    pub refused: u64,
    /// Calls that met a condition of their queue.
    pub sent_on: u64,
    /// Calls that were connected with an agent.
    pub connected: u64,
    /// Calls whose callers left first.
    pub abandoned: u64,
    /// Calls that somebody took out of their queue.
    pub taken_out: u64,
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
        let classes = Classes::new(&config);
        let mut acd = Self {
            callers: Callers::new(&config, &classes),
            staff: Staff::new(&config, &classes),
            outlook: Outlook::new(&config),
            classes,
            reservations: BTreeMap::new(),
            last_reservation: ReservationId(0),
            agenda: Agenda::default(),
            stirred: Stirred::default(),
            conditions: Conditions::default(),
            last_stood: LastStood::default(),
            outputs: VecDeque::new(),
            decisions: VecDeque::new(),
            decisions_log_max: config.decisions_log_max,
            counts: Counts::default(),
            unchecked: 0,
        };
        for queue in acd.callers.queues().collect::<Vec<_>>() {
            acd.look_at_agents(Moment::ZERO, queue);
        }
        acd
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
            Input::LeftQueue(agent, queue) => self.leave_queue(now, agent, queue),
            Input::JoinedQueue(agent, queue) => self.join_queue(now, agent, queue),
            Input::Paused(agent, reason) => self.pause(now, agent, reason),
            Input::Resumed(agent) => self.update(now, agent, |agent| agent.pause = None),
            Input::CameBack(agent) => {
                self.update(now, agent, |agent| agent.vain = VainRings::default());
            }
            Input::Recalled(agent, recalled) => self.recall(now, agent, recalled),
            Input::DayBegan => self.staff.begin_day(now),
            Input::Queued(waiting) => self.enqueue(now, waiting),
            Input::TakenOut(call) => self.take_out(now, call),
            Input::Prioritised(call, priority) => self.set_priority(call, priority),
            Input::TakenBack(reservation) => self.take_ring_back(now, reservation),
            Input::Abandoned(call) => self.abandon(now, call),
            Input::Accepted(reservation) => self.accept(now, reservation),
            Input::Connected(reservation) => self.connected(now, reservation),
            Input::Dropped(reservation) => {
                self.come_to_nothing(now, reservation, ReservationEnd::Dropped);
            }
            Input::Declined(reservation) => {
                self.come_to_nothing(now, reservation, ReservationEnd::Declined);
            }
            Input::PassedOn(reservation, to) => self.pass_on(now, reservation, to),
            Input::Busy(reservation) => {
                self.come_to_nothing(now, reservation, ReservationEnd::Busy);
            }
            Input::Failed(reservation) => {
                self.come_to_nothing(now, reservation, ReservationEnd::Unreachable);
            }
            Input::TookOver(agent, call, queue) => self.took_over(now, agent, call, queue),
            Input::GoesOnTalking(agent, call, queue, since) => {
                self.goes_on_talking(now, agent, Talk { call, queue, since: since.min(now) });
            }
            Input::Ended(agent, call) => self.conversation_ended(now, agent, call),
            Input::WrapUpEnded(agent) => self.wrap_up_ended(now, agent),
            Input::WrapUpUntil(agent, until) => self.wrap_up_until(now, agent, until),
        }
        self.bring_together(now);
        self.look_at_conditions(now);
        self.assert_invariants();
    }

    /// Does what is due. Early calls do nothing.
    pub fn handle_timeout(&mut self, now: Moment) {
        while let Some(due) = self.agenda.pop_due(now) {
            match due {
                Due::Reservation(reservation) => self.out_of_time(now, reservation),
                Due::WrapUp(agent) => self.wrap_up_ended(now, agent),
                Due::Settled(agent) => self.settled(now, agent),
                Due::Unbar(call, agent) => self.unbar(call, agent),
                Due::Relax(call) => self.relax(call),
                Due::Release(call) => self.release(call),
                Due::OneMore(call) => self.ring_one_more(call),
                Due::Condition(call, condition) => self.mark_due(now, call, condition),
                Due::Conditions(queue, _) => self.mark_all(queue),
                Due::Question => self.ask_next(now),
            }
            self.bring_together(now);
            self.look_at_conditions(now);
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
        self.agenda.next()
    }
}
