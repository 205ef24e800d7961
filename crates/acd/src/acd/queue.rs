//! The time of a caller or a work item in a queue: coming, needing less, being released, leaving.

use super::Acd;
use super::conditions::AtOnce;
use crate::agenda::Due;
use crate::callers::{Place, Rings};
use crate::line::Line;
use crate::{Kind, Output, RefuseReason, ReservationEnd, Strategy, Waiting};
use clock::Moment;
use ids::{AgentId, CallId};

impl Acd {
    pub(super) fn enqueue(&mut self, now: Moment, waiting: Waiting) {
        let Waiting { call, queue, need, kept_for, .. } = waiting;
        if self.callers.get(call).is_some() {
            return;
        }
        self.counts.queued += 1;
        let Some(class) = self.classes.first(queue, need) else {
            return self.refuse(call, RefuseReason::QueueUnknown(queue));
        };
        // Who finds an agent ready does not wait, and so needs no room to wait in.
        let mut is = AtOnce::Stays;
        if waiting.kind == Kind::Caller && !self.staff.is_ready(class) {
            is = self.at_once(now, &waiting);
            if is == AtOnce::SentOn {
                return;
            }
            if let Err(reason) = self.callers.room_in(queue)
                && !waiting.stood
            {
                return self.refuse(call, reason);
            }
        }
        let has_room =
            waiting.kind != Kind::Caller || waiting.stood || self.callers.room_in(queue).is_ok();
        self.callers.join(now, &waiting, class);
        if waiting.kind == Kind::Caller {
            self.note_arrival(now, call);
            self.set_conditions(now, call, queue, is);
        }
        self.set_relaxing(call);
        if let Some(agent) = waiting.given_back_by {
            self.bar(now, (call, queue), agent);
        }
        // Nothing is kept for whoever has just given it back, nor where there is no room to wait for anybody.
        let keeper = kept_for.filter(|(agent, most)| {
            let has_given_it_back = waiting.given_back_by == Some(*agent);
            let may_wait = has_room || self.can_be_rung(*agent);
            !has_given_it_back && !most.is_zero() && may_wait && self.may_keep(*agent, call)
        });
        if let Some((agent, most)) = keeper {
            self.callers.go(call, Place::HeldFor(agent));
            self.agenda.set(Due::Release(call), now + most);
            return self.stir_agent(agent);
        }
        self.stir_call(call);
    }

    /// Whether a call may be kept for an agent: who is on duty, and may take it at all.
    pub(super) fn may_keep(&self, agent: AgentId, call: CallId) -> bool {
        let Some(caller) = self.callers.get(call) else { return false };
        self.staff
            .get(agent)
            .is_some_and(|agent| agent.on_duty() && self.staff.is_open_to(agent, caller.turn.class))
    }

    fn refuse(&mut self, call: CallId, reason: RefuseReason) {
        self.counts.refused += 1;
        self.outputs.push_back(Output::Refuse(call, reason));
    }

    pub(super) fn abandon(&mut self, now: Moment, call: CallId) {
        self.note_given_up(now, call);
        self.note_standing(now, call);
        let Some(reservations) = self.leave(call) else { return };
        self.counts.abandoned += 1;
        for reservation in reservations {
            self.set_free(now, reservation, ReservationEnd::Withdrawn);
        }
    }

    /// Takes a caller out for good, and names the reservations that are on.
    pub(super) fn leave(&mut self, call: CallId) -> Option<Rings> {
        let (caller, was) = self.callers.leave(call)?;
        for agent in caller.barred {
            self.agenda.clear(Due::Unbar(call, agent));
            self.staff.update_bars(agent, |calls| calls.remove(&call));
        }
        if let Place::HeldFor(_) = was.place {
            self.agenda.clear(Due::Release(call));
        }
        let relaxes = self.classes.relaxes(caller.turn.class, caller.joined);
        relaxes.into_iter().for_each(|at| self.agenda.relax_no_more(call, at));
        let config = self.callers.queue_config(caller.turn.queue);
        if config.is_some_and(|config| matches!(config.strategy, Strategy::Progressive { .. })) {
            self.agenda.clear(Due::OneMore(call));
        }
        self.clear_conditions(call, caller.turn.queue);
        Some(was.rings)
    }

    /// The call needs less of an agent from now on, or the next tier is asked.
    pub(super) fn relax(&mut self, call: CallId) {
        let Some(caller) = self.callers.get(call) else { return };
        let class = self.classes.get(caller.turn.class);
        let Some((_, next)) = class.and_then(|class| class.next) else { return };
        self.callers.reclass(call, next);
        self.set_relaxing(call);
        match self.callers.place(call) {
            Some(Place::HeldFor(agent)) if !self.may_keep(agent, call) => self.release(call),
            _ => self.stir_call(call),
        }
    }

    fn set_relaxing(&mut self, call: CallId) {
        let Some(caller) = self.callers.get(call) else { return };
        let relaxes = self.classes.relaxes(caller.turn.class, caller.joined);
        relaxes.into_iter().for_each(|at| self.agenda.relax(call, at));
    }

    /// The call is kept for one agent no more.
    pub(super) fn release(&mut self, call: CallId) {
        self.agenda.clear(Due::Release(call));
        if let Some(Place::HeldFor(_)) = self.callers.place(call) {
            self.callers.go(call, Place::InLine);
            self.stir_call(call);
        }
    }

    /// The agent is not there any more for the calls that were kept for them.
    pub(super) fn release_all(&mut self, agent: AgentId) {
        let held = self.callers.lines().held_for(agent).flat_map(Line::iter);
        let calls: Vec<_> = held.map(|turn| turn.call).collect();
        for call in calls {
            self.release(call);
        }
    }
}
