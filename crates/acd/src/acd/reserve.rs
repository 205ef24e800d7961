//! The life of a reservation.
//!
//! ```text
//!            Accepted             Connected
//!  Ringing ───────────► Answered ───────────► over: Accepted
//!     │ Declined, Failed,   │ Dropped, CONNECT_MAX
//!     │ ring_max            │
//!     ▼                     ▼
//!    over: Declined, Unreachable, Missed, Dropped: the call goes back to its place
//! ```
//! From both phases the caller's leaving and the agent's going away end it as *Withdrawn*.

use super::{Acd, Due};
use crate::agent::{Agent, Work};
use crate::callers::Place;
use crate::{Decision, Output, Phase, QueueConfig, Reservation, ReservationEnd, Rule};
use clock::{Duration, Moment};
use ids::{AgentId, CallId, ReservationId};

impl Acd {
    /// Rings a ready agent for a call in line.
    pub(super) fn reserve(&mut self, now: Moment, call: CallId, agent: AgentId, rule: Rule) {
        let Some(caller) = self.callers.get(call) else { return };
        let (queue, turn) = (caller.queue, caller.turn);
        let ring_max = self.callers.queue_config(queue).map_or(Duration::ZERO, |q| q.ring_max);
        self.last_reservation = self.last_reservation.next();
        let reservation = self.last_reservation;
        let phase = Phase::Ringing;
        self.reservations
            .insert(reservation, Reservation { agent, call, queue, since: now, phase });
        self.callers.leave_line_for(call, reservation);
        self.update(now, agent, |agent| agent.work = Work::Ringing(reservation));
        self.deadlines
            .set(Due::Reservation(reservation), now + ring_max.max(QueueConfig::RING_MIN));
        self.outputs.push_back(Output::Ring { reservation, agent, call });
        let score = turn.score(now, self.callers.priority_step());
        self.remember(Decision { at: now, reservation, call, queue, agent, score, rule });
    }

    /// The phone answered: the two are to be connected.
    pub(super) fn accept(&mut self, now: Moment, reservation: ReservationId) {
        let Some(found) = self.reservations.get_mut(&reservation) else { return };
        match found.phase {
            Phase::Answered => {}
            Phase::Ringing => {
                found.phase = Phase::Answered;
                let (agent, call) = (found.agent, found.call);
                self.deadlines.set(Due::Reservation(reservation), now + Self::CONNECT_MAX);
                self.outputs.push_back(Output::Connect { reservation, agent, call });
            }
        }
    }

    /// Agent and caller hear each other.
    pub(super) fn connected(&mut self, now: Moment, reservation: ReservationId) {
        let Some(over) = self.close(reservation, ReservationEnd::Accepted) else { return };
        self.leave(over.call);
        self.counts.connected += 1;
        self.update(now, over.agent, |agent| {
            agent.work = Work::Talking { call: over.call, queue: over.queue };
            agent.missed = 0;
        });
    }

    /// The ring time is over, or an answered phone was not connected in time.
    pub(super) fn out_of_time(&mut self, now: Moment, reservation: ReservationId) {
        let Some(found) = self.reservations.get(&reservation) else { return };
        let why = match found.phase {
            Phase::Ringing => ReservationEnd::Missed,
            Phase::Answered => ReservationEnd::Dropped,
        };
        self.outputs.push_back(Output::StopRinging { reservation, why });
        self.come_to_nothing(now, reservation, why);
    }

    /// The agent did not take the call, which goes back to its place.
    pub(super) fn come_to_nothing(
        &mut self,
        now: Moment,
        reservation: ReservationId,
        end: ReservationEnd,
    ) {
        let Some(over) = self.close(reservation, end) else { return };
        let settled_at = now + settle(end);
        self.deadlines.set(Due::Settled(over.agent), settled_at);
        if is_refusal(end) {
            self.bar(now, over);
        }
        self.callers.return_to_line(over.call);
        self.update(now, over.agent, |agent| {
            agent.work = Work::Nothing;
            agent.settling_until = Some(settled_at);
            agent.missed = agent.missed.saturating_add(u32::from(end == ReservationEnd::Missed));
        });
        self.seek_agent(now, over.call);
    }

    /// The caller left while being rung; the agent keeps the place that being idle has earned.
    pub(super) fn caller_gone(&mut self, now: Moment, reservation: ReservationId) {
        let Some(over) = self.withdraw(reservation) else { return };
        self.update(now, over.agent, |agent| agent.work = Work::Nothing);
    }

    /// The agent goes away: a ring is taken back, and its call goes to somebody else.
    pub(super) fn agent_goes(
        &mut self,
        now: Moment,
        agent: AgentId,
        facts: impl FnOnce(&mut Agent),
    ) {
        let Some(found) = self.staff.get(agent) else { return };
        let over = match found.work {
            Work::Ringing(reservation) => self.withdraw(reservation),
            Work::Nothing | Work::Talking { .. } => None,
        };
        // Back in line first: whoever looks for a call now is to see this one too.
        if let Some(over) = over {
            self.callers.return_to_line(over.call);
        }
        self.update(now, agent, |agent| {
            if over.is_some() {
                agent.work = Work::Nothing;
            }
            facts(agent);
        });
        if let Some(over) = over {
            self.seek_agent(now, over.call);
        }
    }

    /// Takes a caller out for good, and names the reservation that was on.
    pub(super) fn leave(&mut self, call: CallId) -> Option<Option<ReservationId>> {
        let caller = self.callers.leave(call)?;
        for agent in caller.barred {
            self.deadlines.clear(&Due::Unbar(call, agent));
            self.staff.update_bars(agent, |calls| calls.remove(&call));
        }
        Some(match caller.place {
            Place::InLine => None,
            Place::Ringing(reservation) => Some(reservation),
        })
    }

    fn withdraw(&mut self, reservation: ReservationId) -> Option<Reservation> {
        let why = ReservationEnd::Withdrawn;
        self.outputs.push_back(Output::StopRinging { reservation, why });
        self.close(reservation, why)
    }

    /// The end of every reservation.
    fn close(&mut self, reservation: ReservationId, end: ReservationEnd) -> Option<Reservation> {
        let over = self.reservations.remove(&reservation)?;
        self.deadlines.clear(&Due::Reservation(reservation));
        let Reservation { agent, call, .. } = over;
        self.outputs.push_back(Output::ReservationOver { reservation, agent, call, end });
        Some(over)
    }

    /// Keeps a refused call away from the agent for a while.
    fn bar(&mut self, now: Moment, over: Reservation) {
        let Reservation { agent, call, queue, .. } = over;
        let pause = self.callers.queue_config(queue).map_or(Duration::ZERO, |q| q.decline_pause);
        if pause.is_zero() {
            return;
        }
        self.callers.bar(call, agent);
        self.staff.update_bars(agent, |calls| calls.insert(call));
        self.deadlines.set(Due::Unbar(call, agent), now + pause);
    }

    fn remember(&mut self, decision: Decision) {
        if self.decisions_log_max == 0 {
            return;
        }
        if self.decisions.len() >= self.decisions_log_max {
            self.decisions.pop_front();
        }
        self.decisions.push_back(decision);
    }
}

/// Whether the agent turned this very call down. A missed ring or a broken phone says nothing about
/// the call: with the phone settled it is the agent's turn again, or the next caller would overtake.
fn is_refusal(end: ReservationEnd) -> bool {
    matches!(end, ReservationEnd::Declined | ReservationEnd::Dropped)
}

/// How long the phone settles.
fn settle(end: ReservationEnd) -> Duration {
    if end == ReservationEnd::Unreachable { Acd::SETTLE_UNREACHABLE } else { Acd::SETTLE }
}
