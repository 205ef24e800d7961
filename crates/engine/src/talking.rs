//! Talking: agent and caller bridged, heard, and parted.

use crate::announcing::Told;
use crate::call::{Stage, Talk, Talked};
use crate::ending::Ending;
use crate::engine::{Engine, Timer};
use crate::ringing::GaveUp;
use clock::Moment;
use dialplan::Goto;
use events::{CallEvent, What};
use ids::{CallId, LegId, QueueId};
use media_protocol::Command;
use std::sync::Arc;

impl Engine {
    /// The two hear each other from here on; so far has the caller been told that it will be recorded.
    pub(crate) fn join(&mut self, now: Moment, id: CallId, told: Told) {
        if self.calls.get(id).and_then(|call| call.talk()).is_none() {
            return;
        }
        self.visit(now, id, ivr::Input::Connected);
        let Some(call) = self.calls.get(id) else { return };
        let Some(talk) = call.talk() else { return };
        let bridge = Command::Bridge { a: call.line.leg, b: talk.line.leg };
        let (worker, leg) = (call.line.port.worker, call.line.leg);
        self.media(worker, bridge);
        self.record_talk(now, id, told);
        self.timers.set(Timer::Unheard(id), now + self.config.unheard_max);
        // Either side may have been on hold before there was anybody to hear it.
        self.follow_hold(now, leg);
    }

    /// The first sound of the agent's phone, or no sound for long enough: they are connected.
    pub(crate) fn agent_heard(&mut self, now: Moment, id: CallId) {
        if self.is_heard_in_whisper(id) {
            return;
        }
        self.timers.clear(&Timer::Unheard(id));
        let Some(call) = self.calls.get_mut(id) else { return };
        let Some(talk) = call.take_connecting(now) else { return };
        let (reservation, agent) = (talk.reservation, talk.agent);
        call.enter(now, Stage::Talking(talk));
        let queue = call.queued.map(|(queue, _)| queue);
        self.remember_talk(now, id, agent);
        queue.into_iter().for_each(|queue| self.talks(agent, id, queue));
        let agent = self.plan.agent(agent).account.clone();
        self.record(now, What::Call(id, CallEvent::Connected { agent }));
        self.callback_served(now, id);
        self.turn_day(now);
        self.acd.handle(now, acd::Input::Connected(reservation));
    }

    /// The agent's line is lost, or as good as lost: what `ending` means to a conversation.
    pub(crate) fn agent_lost(&mut self, now: Moment, id: CallId, leg: LegId, ending: Ending) {
        if self.work_items.has(id) {
            return self.items_phone_lost(now, id, leg);
        }
        let is_reflex = ending == Ending::AgentLeft && self.hangs_up_on_return(now, id);
        if !is_reflex && self.goes_on_with_colleague(now, (id, leg)) {
            return self.calls.disown(leg);
        }
        let Some(call) = self.calls.get(id).filter(|_| !is_reflex) else {
            return self.calls.disown(leg);
        };
        match &call.stage {
            Stage::Talking(_) => match call.visit.survey() {
                Some(survey) if ending == Ending::AgentLeft => {
                    self.ask_after_talk(now, id, survey);
                }
                Some(_) | None => self.end(now, id, ending),
            },
            Stage::Connecting(_) => self.agent_dropped(now, id),
            Stage::Ringing(_) => self.phone_gave_up(now, id, leg, GaveUp::Unreachable),
            Stage::Recording { .. } | Stage::Answering | Stage::InPlan | Stage::Waiting => {}
        }
        self.calls.disown(leg);
    }

    /// The agent has hung up, and the plan has more to ask the caller. The conversation is over.
    fn ask_after_talk(&mut self, now: Moment, id: CallId, (queue, to): (QueueId, Goto)) {
        let Some(call) = self.calls.get_mut(id) else { return };
        let talk = match call.enter(now, Stage::InPlan) {
            Stage::Talking(talk) => talk,
            other @ (Stage::Recording { .. }
            | Stage::Answering
            | Stage::InPlan
            | Stage::Waiting
            | Stage::Ringing(_)
            | Stage::Connecting(_)) => {
                call.stage = other;
                return;
            }
        };
        call.talked = Talked::Before;
        let agent = talk.agent;
        let account = self.plan.agent(agent).account.clone();
        let asked = CallEvent::AskedAfter {
            agent: account,
            queue: Arc::clone(&self.plan.queue(queue).name),
            to: self.plan.arrow(to).into(),
        };
        self.record(now, What::Call(id, asked));
        self.release_talk(now, id, talk);
        self.talks_no_more(now, agent, id);
        self.visit(now, id, ivr::Input::AgentLeft);
    }

    /// A phone that rings for a work item, or at which an agent hears it, is lost.
    fn items_phone_lost(&mut self, now: Moment, id: CallId, leg: LegId) {
        if self.ringing(id).is_some() {
            self.phone_gave_up(now, id, leg, GaveUp::Unreachable);
        } else {
            self.hearer_left(now, id);
        }
    }

    /// The agent answered and is gone before the two talked: the caller waits on, at the head.
    fn agent_dropped(&mut self, now: Moment, id: CallId) {
        let Some(call) = self.calls.get_mut(id) else { return };
        let Some(talk) = call.take_connecting(now) else { return };
        let reservation = talk.reservation;
        self.release_talk(now, id, talk);
        // The acd first: the caller is told the place again.
        self.acd.handle(now, acd::Input::Dropped(reservation));
        self.returned(now, id);
    }

    /// Lets an agent's line go while its call goes on: the port stays lent to the call.
    pub(crate) fn release_talk(&mut self, now: Moment, id: CallId, talk: Talk) {
        self.timers.clear(&Timer::Unheard(id));
        self.timers.clear(&Timer::Whisper(id));
        self.stop_recording_talk(id);
        let worker = talk.line.port.worker;
        let stream = talk.line.leg;
        self.ports.keep_when_closed(stream, talk.line.port);
        self.media(worker, Command::Unbridge { stream });
        self.media(worker, Command::Close { stream });
        self.release_phones(now, [stream], None);
    }
}
