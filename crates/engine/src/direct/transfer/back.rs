//! Nobody has taken the call that an agent wanted to hand over.

use super::{Desk, Destination, Transfer, Visitor};
use crate::call::{Stage as CallStage, Talk as QueueTalk, Talked};
use crate::calls::Owner;
use crate::direct::{DirectCall, Party, Side, Stage, Talk};
use crate::ending::NORMAL_CLEARING;
use crate::engine::{Engine, Timer};
use crate::line::Line;
use crate::opening::Found;
use crate::passage::Passage;
use crate::trunks::Share;
use clock::{Duration, Moment};
use events::{CallEvent, Outcome, What};
use ids::{AgentId, CallId, LegId, ReservationId};
use ivr::Input;
use media_protocol::{Command, Port};
use sip_msg::{StatusCode, Text};

/// Some phones hang up by themselves when a handing over fails. Nobody reads the display and hangs up
/// within this time.
const REFLEX_MAX: Duration = Duration::from_secs(2);

impl Engine {
    /// The other party goes back to the agent; or, where the agent is gone, into the queue that it came
    /// from. Whether there was a handing over at all.
    pub(in crate::direct) fn hand_back(
        &mut self,
        now: Moment,
        id: CallId,
        status: StatusCode,
    ) -> bool {
        if self.directs.get(id).is_none_or(|call| call.transfer.is_none()) {
            return false;
        }
        let Some(mut call) = self.directs.by_id.remove(&id) else { return false };
        let Some(transfer) = call.transfer.take() else { return false };
        self.give_up_next(now, &mut call);
        self.ua.notify_referral(now, transfer.referral, status);
        let failed = CallEvent::TransferFailed {
            by: self.plan.agent(transfer.by).account.clone(),
            to: call.dialled.clone(),
            trunk: self.trunk_of(&call.to),
            cause: format!("not taken: {} {}", status.code(), status.reason()),
        };
        self.record(now, What::Call(id, failed));
        let Transfer { by, line, desk, .. } = *transfer;
        match (line, desk) {
            (Some(line), Desk::Queue(reservation)) => {
                self.back_to_agent(now, call, (line, reservation, by));
            }
            (Some(line), Desk::TakenOver | Desk::Own) => self.back_to_own(now, call, (line, by)),
            (None, Desk::Queue(_) | Desk::TakenOver | Desk::Own) => {
                self.back_without_agent(now, call)
            }
        }
        true
    }

    /// Nobody else is called for it any more.
    pub(in crate::direct) fn give_up_next(&mut self, now: Moment, call: &mut DirectCall) {
        for timer in [Timer::DirectNoSign, Timer::DirectRing] {
            self.timers.clear(&timer(call.id));
        }
        if let Stage::Calling(calling) = &mut call.stage {
            let legs = std::mem::take(&mut calling.legs);
            let (early, asked) = (calling.early.take(), calling.asked.take());
            let asked_leg = asked.as_ref().map(|line| line.leg);
            self.release_phones(now, legs.into_keys().chain(asked_leg), None);
            early.into_iter().chain(asked.map(|line| *line)).for_each(|line| self.keep_port(line));
        }
        match &call.to {
            Destination::Agent(to) => self.release(now, *to),
            Destination::Outside(outside) => self.trunks.give_back(Share::Trunk(outside.trunk)),
        }
    }

    fn back_to_agent(
        &mut self,
        now: Moment,
        call: DirectCall,
        (line, reservation, agent): (Line, ReservationId, AgentId),
    ) {
        let DirectCall { id, party, caller, passage, port, .. } = call;
        let Party::Visitor(visitor) = party else { return };
        self.ports.give_back(port);
        let (leg, port) = (line.leg, line.port);
        self.calls.own(leg, Owner::Agent(id));
        self.bridge(port.worker, (caller.leg, leg));
        let talk = QueueTalk::new(reservation, agent, line);
        let stands = (passage, Talked::GivenBack(now), CallStage::Talking(talk));
        self.take_back(now, id, *visitor, (caller, port), stands);
        self.follow_hold(now, leg);
    }

    fn back_to_own(&mut self, now: Moment, mut call: DirectCall, (line, by): (Line, AgentId)) {
        let (id, worker, streams) = (call.id, line.port.worker, (call.caller.leg, line.leg));
        self.ports.give_back(call.port);
        self.calls.own(line.leg, Owner::Direct(id, Side::Called));
        self.bridge(worker, streams);
        call.port = line.port;
        call.to = Destination::Agent(by);
        call.since = now;
        call.stage = Stage::Talking(Talk { line, held: None });
        self.directs.by_id.insert(id, call);
        self.follow_direct_hold(now, id);
    }

    fn bridge(&mut self, worker: u8, (a, b): (LegId, LegId)) {
        self.media(worker, Command::Bridge { a, b });
    }

    fn back_without_agent(&mut self, now: Moment, call: DirectCall) {
        let DirectCall { id, party, caller, passage, port, .. } = call;
        match party {
            Party::Visitor(visitor) => {
                self.back_to_queue(now, id, *visitor, (caller, port), passage);
            }
            Party::Agent(agent) => {
                self.nobody_left(now, id, (caller, port));
                self.release(now, agent);
            }
            Party::Outside(outside) => {
                self.nobody_left(now, id, (caller, port));
                self.trunks.give_back(Share::Trunk(outside.trunk));
            }
        }
    }

    /// The caller waits again, at the place of the first arrival.
    fn back_to_queue(
        &mut self,
        now: Moment,
        id: CallId,
        visitor: Visitor,
        lines: (Line, Port),
        passage: Passage,
    ) {
        let stands = (passage, Talked::Before, CallStage::InPlan);
        self.take_back(now, id, visitor, lines, stands);
        // Whoever talks with the caller next may be of a queue that keeps nothing.
        self.stop_recording_talk(id);
        self.wait_again(now, id, None);
    }

    /// The agent hangs up, or the phone does. Whether the caller has just come back to it, so that this
    /// says nothing of the caller; who waits again.
    pub(crate) fn hangs_up_on_return(&mut self, now: Moment, id: CallId) -> bool {
        let Some(call) = self.calls.get_mut(id) else { return false };
        match call.talked {
            Talked::GivenBack(at) if now.since(at) < REFLEX_MAX => {}
            Talked::GivenBack(_) | Talked::Before | Talked::CalledBack | Talked::Never => {
                return false;
            }
        }
        let CallStage::Talking(talk) = call.enter(now, CallStage::InPlan) else { return false };
        call.talked = Talked::Before;
        let agent = talk.agent;
        self.release_talk(now, id, talk);
        self.talks_no_more(now, agent, id);
        // The phone's doing, and no word of the agent's.
        self.wait_again(now, id, None);
        true
    }

    /// The caller goes back into the queue, at the place of the first arrival. Whoever has just given them back is
    /// not rung for them again as long as there is somebody else.
    pub(crate) fn wait_again(&mut self, now: Moment, id: CallId, given_back_by: Option<AgentId>) {
        let queued = self.calls.get(id).and_then(|call| call.queued);
        let (queue, _) = queued.expect("who was connected with an agent came by a queue");
        let Some(wish) = self.calls.get(id).map(|call| call.visit.wish(queue)) else { return };
        if self.must_leave(now, queue) {
            self.visit(now, id, Input::Returned);
            return self.found_closed(now, id, queue, Found::Waiting);
        }
        // The line first: the caller is told the place again.
        self.enqueue(now, id, queue, wish, given_back_by);
        self.visit(now, id, Input::Returned);
    }

    /// The other party of an agent's own call has nobody to go back to.
    fn nobody_left(&mut self, now: Moment, id: CallId, (line, port): (Line, Port)) {
        self.calls.disown(line.leg);
        self.ua.hang_up(now, line.leg, Some(Text::from(NORMAL_CLEARING)));
        self.close(line);
        self.ports.give_back(port);
        let cause = "handed over, and nobody took it".to_owned();
        self.record(now, What::Call(id, CallEvent::Ended { outcome: Outcome::Answered, cause }));
    }
}
