//! The life of a reservation.
//!
//! ```text
//!            Accepted             Connected
//!  Ringing ───────────► Answered ───────────► over: Accepted
//!     │ Declined, Busy,     │ Dropped, CONNECT_MAX
//!     │ Failed, ring_max    │
//!     ▼                     ▼
//!    over: Declined, Busy, Unreachable, Missed, Dropped: the call goes back to its place
//! ```
//! From both phases the caller's leaving and the agent's going away end it as *Withdrawn*, and
//! from the first another agent's *Accepted* as *`TakenElsewhere`*.

use super::Acd;
use crate::agenda::Due;
use crate::agent::{Agent, VainRings};
use crate::callers::{Place, Ringing};
use crate::strategy::Phones;
use crate::talks::Talk;
use crate::turn::Turn;
use crate::{Decision, Output, Phase, QueueConfig, Reservation, ReservationEnd, Rule, Strategy};
use clock::{Duration, Moment};
use ids::{AgentId, CallId, QueueId, ReservationId};

impl Acd {
    /// Rings an agent who can be rung for a call that wants one.
    pub(super) fn reserve(&mut self, now: Moment, turn: Turn, agent: AgentId, rule: Rule) {
        let Turn { call, queue, class, arrived, .. } = turn;
        if rule == Rule::KeptFor {
            self.agenda.clear(Due::Release(call));
        }
        let Some(Ringing { ring_max, strategy }) = self.callers.ringing(queue) else { return };
        self.last_reservation = self.last_reservation.next();
        let reservation = self.last_reservation;
        let phase = Phase::Ringing;
        self.reservations
            .insert(reservation, Reservation { agent, call, queue, since: now, phase });
        if let Rule::Strategy { .. } = rule {
            self.staff.chosen(class, strategy, agent);
        }
        let is_kept = rule == Rule::KeptFor;
        self.callers.ring(&turn, reservation, place_of_rung(strategy, is_kept));
        match strategy {
            Strategy::Progressive { every } if !is_kept => {
                self.agenda.set(Due::OneMore(call), now + every.max(QueueConfig::RING_MIN));
            }
            Strategy::LongestIdle
            | Strategy::RoundRobin
            | Strategy::LeastOccupied
            | Strategy::FewestCalls
            | Strategy::Linear
            | Strategy::Random
            | Strategy::WeightedRandom
            | Strategy::RingAll
            | Strategy::Progressive { .. } => {}
        }
        self.update(now, agent, |agent| agent.ring = Some(reservation));
        self.agenda.set(Due::Reservation(reservation), now + ring_max);
        self.outputs.push_back(Output::Ring { reservation, agent, call });
        let (priority, score) = (turn.priority.into(), turn.score(now));
        let talks = self.staff.get(agent).map_or(0, |agent| agent.talks.len());
        self.remember(Decision {
            at: now,
            reservation,
            call,
            queue,
            agent,
            talks,
            arrived,
            priority,
            score,
            rule,
        });
    }

    /// The phone answered: the two are to be connected.
    pub(super) fn accept(&mut self, now: Moment, reservation: ReservationId) {
        let Some(found) = self.reservations.get_mut(&reservation) else { return };
        match found.phase {
            Phase::Answered => {}
            Phase::Ringing => {
                found.phase = Phase::Answered;
                let (agent, call) = (found.agent, found.call);
                self.agenda.set(Due::Reservation(reservation), now + Self::CONNECT_MAX);
                self.outputs.push_back(Output::Connect { reservation, agent, call });
                self.others_were_slower(now, call, reservation);
            }
        }
    }

    /// All other phones that ring for the call stop.
    fn others_were_slower(&mut self, now: Moment, call: CallId, winner: ReservationId) {
        self.callers.go(call, Place::Ringing);
        self.ring_no_more(call);
        for other in self.callers.stop_others(call, winner) {
            self.set_free(now, other, ReservationEnd::TakenElsewhere);
        }
    }

    /// Agent and caller hear each other.
    pub(super) fn connected(&mut self, now: Moment, reservation: ReservationId) {
        let Some(over) = self.close(reservation, ReservationEnd::Accepted) else { return };
        // Should its answer never have been told, no other may go on ringing.
        self.others_were_slower(now, over.call, reservation);
        self.note_served(now, &over);
        self.leave(over.call);
        self.counts.connected += 1;
        self.update(now, over.agent, |agent| {
            agent.ring_is_over(ReservationEnd::Accepted);
            agent.talks.begin(Talk { call: over.call, queue: over.queue, since: now });
            agent.vain = VainRings::default();
            agent.calls_today = agent.calls_today.saturating_add(1);
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
        self.agenda.set(Due::Settled(over.agent), settled_at);
        if is_refusal(end) {
            self.bar(now, (over.call, over.queue), over.agent);
        }
        self.ring_is_over(reservation, over.call);
        self.update(now, over.agent, |agent| {
            agent.ring_is_over(end);
            agent.settling_until = Some(settled_at);
            agent.vain.count(end);
        });
        self.stir_call(over.call);
    }

    /// The agent passes the call on: a colleague who could be rung for it is, whoever's turn it is.
    pub(super) fn pass_on(&mut self, now: Moment, reservation: ReservationId, to: AgentId) {
        let Some(found) = self.reservations.get(&reservation) else { return };
        let (call, by, phase) = (found.call, found.agent, found.phase);
        if phase != Phase::Ringing || !self.could_take(to, call) {
            return self.come_to_nothing(now, reservation, ReservationEnd::Declined);
        }
        self.come_to_nothing(now, reservation, ReservationEnd::PassedOn);
        if let Some(turn) = self.callers.get(call).map(|caller| caller.turn) {
            self.reserve(now, turn, to, Rule::PassedOn { by });
        }
    }

    /// Whether the agent can be rung, and may take the call as its queue is asked now.
    fn could_take(&self, agent: AgentId, call: CallId) -> bool {
        let Some((agent, caller)) = self.staff.get(agent).zip(self.callers.get(call)) else {
            return false;
        };
        agent.can_be_rung()
            && self.staff.is_open_to(agent, caller.turn.class)
            && self.may_take(agent, call)
    }

    /// No further agent is rung for a call just because time passes. Only one strategy has that.
    fn ring_no_more(&mut self, call: CallId) {
        if let Strategy::Progressive { .. } = self.strategy_for(call) {
            self.agenda.clear(Due::OneMore(call));
        }
    }

    /// A call that rings nowhere any more goes back to its place; one that does is rung at another
    /// agent in place of this one.
    fn ring_is_over(&mut self, reservation: ReservationId, call: CallId) {
        let place = match (self.callers.stop(call, reservation), self.strategy_for(call).phones()) {
            (0, _) => Place::InLine,
            // Several rang before another configuration said that one is enough.
            (_, Phones::One) => Place::Ringing,
            (_, Phones::All | Phones::OneAfterAnother) => Place::RingingMore,
        };
        self.ring_no_more(call);
        self.callers.go(call, place);
        self.mark(call);
    }

    /// A ring is taken back; the agent keeps the place that being idle has earned.
    pub(super) fn set_free(
        &mut self,
        now: Moment,
        reservation: ReservationId,
        why: ReservationEnd,
    ) {
        let Some(over) = self.take_back(reservation, why) else { return };
        self.update(now, over.agent, |agent| agent.ring_is_over(why));
    }

    /// The agent goes away: a ring is taken back, and its call goes to somebody else.
    pub(super) fn agent_goes(
        &mut self,
        now: Moment,
        agent: AgentId,
        facts: impl FnOnce(&mut Agent),
    ) {
        let Some(found) = self.staff.get(agent) else { return };
        let over = found.ring.and_then(|reservation| {
            let over = self.take_back(reservation, ReservationEnd::Withdrawn);
            over.map(|over| (reservation, over))
        });
        self.update(now, agent, |agent| {
            agent.ring_is_over(ReservationEnd::Withdrawn);
            facts(agent);
        });
        if let Some((reservation, over)) = over {
            self.ring_is_over(reservation, over.call);
            self.stir_call(over.call);
        }
    }

    fn take_back(
        &mut self,
        reservation: ReservationId,
        why: ReservationEnd,
    ) -> Option<Reservation> {
        self.outputs.push_back(Output::StopRinging { reservation, why });
        self.close(reservation, why)
    }

    /// The end of every reservation.
    fn close(&mut self, reservation: ReservationId, end: ReservationEnd) -> Option<Reservation> {
        let over = self.reservations.remove(&reservation)?;
        self.agenda.clear(Due::Reservation(reservation));
        let Reservation { agent, call, .. } = over;
        self.outputs.push_back(Output::ReservationOver { reservation, agent, call, end });
        Some(over)
    }

    /// Keeps a refused call, or what was given back, away from the agent for a while.
    pub(super) fn bar(&mut self, now: Moment, (call, queue): (CallId, QueueId), agent: AgentId) {
        let pause = self.callers.queue_config(queue).map_or(Duration::ZERO, |q| q.decline_pause);
        if self.staff.get(agent).is_none() {
            return;
        }
        if pause.is_zero() {
            // By the rules of now it has no pause, whatever an earlier refusal led to.
            return self.unbar(call, agent);
        }
        self.callers.bar(call, agent);
        self.staff.update_bars(agent, |calls| calls.insert(call));
        self.agenda.set(Due::Unbar(call, agent), now + pause);
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

/// Where a call stands that is being rung. One that was kept for its agent rings there alone.
fn place_of_rung(strategy: Strategy, is_kept: bool) -> Place {
    if strategy == Strategy::RingAll && !is_kept { Place::RingingMore } else { Place::Ringing }
}

/// Whether the agent turned this very call down, or somebody did so in the agent's place. A missed ring
/// or a broken phone says nothing about the call: with the phone settled it is the agent's turn again, or
/// the next caller would overtake.
fn is_refusal(end: ReservationEnd) -> bool {
    matches!(
        end,
        ReservationEnd::Declined
            | ReservationEnd::PassedOn
            | ReservationEnd::Busy
            | ReservationEnd::Dropped
            | ReservationEnd::Withdrawn
    )
}

/// How long the phone settles.
fn settle(end: ReservationEnd) -> Duration {
    if end == ReservationEnd::Unreachable { Acd::SETTLE_UNREACHABLE } else { Acd::SETTLE }
}
