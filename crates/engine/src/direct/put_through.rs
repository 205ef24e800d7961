//! The dialplan has a number outside called for a caller (`dial`).
//!
//! The number is the plan's and not the caller's, so nobody who calls can have the world called at our
//! cost; and it is called no oftener in an hour than the step says. The caller hears music until it
//! answers. If it does not, the caller goes on in the plan.

use super::{Calling, Destination, DirectCall, Outside, Party, Side, Stage};
use crate::call::{Stage as CallStage, Talked};
use crate::calls::Owner;
use crate::engine::{Engine, Timer};
use bytes::Bytes;
use clock::Moment;
use dialplan::Dial;
use events::{CallEvent, Name, NoWayOut, What};
use ids::CallId;
use ivr::Input;
use media_protocol::{Command, Then};
use sip_msg::StatusCode;
use std::sync::Arc;

impl Engine {
    /// Calls the number of the step, or tells the visit that it cannot be called.
    pub(crate) fn put_through(&mut self, now: Moment, id: CallId, dial: &Dial) {
        match self.find_way_for(now, id, dial) {
            Ok(outside) => self.call_for(now, id, (dial, outside)),
            Err(why) => {
                let failed = CallEvent::CallOutFailed {
                    number: dial.number.to_string(),
                    trunk: None,
                    cause: why.word().to_owned(),
                };
                self.record(now, What::Call(id, failed));
                if let Some(call) = self.calls.get_mut(id) {
                    call.visit.handle(now, Input::NotPutThrough);
                }
            }
        }
    }

    /// The way out, if the step may call now. Counts the call.
    fn find_way_for(&mut self, now: Moment, id: CallId, dial: &Dial) -> Result<Outside, NoWayOut> {
        let call = self.calls.get(id).ok_or(NoWayOut::NotAllowed)?;
        // A call that comes back to us over and over comes to its end.
        if call.passage.hops == 0 {
            return Err(NoWayOut::NotAllowed);
        }
        let as_user = Arc::clone(&call.number);
        let ways = self.plan.ways_of(dial);
        let outside = self.outside_over(now, ways, (dial.number.to_string(), as_user))?;
        self.may_dial(now, dial)?;
        Ok(outside)
    }

    fn call_for(&mut self, now: Moment, id: CallId, (dial, outside): (&Dial, Outside)) {
        let Some(call) = self.calls.remove(id) else { return };
        self.forget_timers(&call);
        let (port, codecs) = (call.agent_port, self.codecs_for(&call.line));
        let (visitor, caller, mut passage) = call.into_visitor();
        passage.hops = passage.hops.saturating_sub(1);
        let called = CallEvent::CalledOut {
            step: Arc::clone(&dial.name),
            number: outside.number.clone(),
            trunk: self.plan.trunk(outside.trunk).name.clone(),
        };
        self.record(now, What::Call(id, called));
        let party = Party::Visitor(Box::new(visitor));
        let (shown, to) = (self.shown(&party), Destination::Outside(outside));
        let rung = self.call_out(now, (id, &to), (port, &codecs), (&shown, &passage));
        self.calls.own(caller.leg, Owner::Direct(id, Side::Caller));
        self.timers.set(Timer::DirectNoSign(id), now + self.config.sign_max);
        self.timers.set(Timer::DirectRing(id), now + dial.ring);
        let calling = Calling::of(rung);
        let calling = if dial.confirm { calling.with_question() } else { calling };
        let call = DirectCall {
            id,
            party,
            from: None,
            to,
            dialled: dial.number.to_string(),
            caller,
            passage,
            redirections: 0,
            body: Bytes::new(),
            port,
            transfer: None,
            stage: Stage::Calling(calling),
            since: now,
        };
        self.directs.by_id.insert(id, call);
    }

    /// The one who was called has answered. Whether it was called for a caller, by the plan.
    pub(super) fn is_put_through(&mut self, now: Moment, id: CallId) -> bool {
        let Some((number, trunk)) = self.directs.get(id).and_then(|call| self.put_to(call)) else {
            return false;
        };
        self.record(now, What::Call(id, CallEvent::PutThrough { number, trunk }));
        true
    }

    /// Number and trunk, where the plan has them called for a caller.
    fn put_to(&self, call: &DirectCall) -> Option<(String, Name)> {
        match (&call.from, &call.to) {
            (None, Destination::Outside(outside)) => {
                Some((outside.number.clone(), self.plan.trunk(outside.trunk).name.clone()))
            }
            (Some(_), _) | (None, Destination::Agent(_)) => None,
        }
    }

    /// Nobody takes the call: the caller goes on in the plan. Whether the plan had it made.
    pub(super) fn back_to_plan(&mut self, now: Moment, id: CallId, status: StatusCode) -> bool {
        let Some((number, trunk)) = self.directs.get(id).and_then(|call| self.put_to(call)) else {
            return false;
        };
        let Some(mut call) = self.directs.by_id.remove(&id) else { return false };
        let was_asked = Self::is_outside_asked(&call);
        self.give_up_next(now, &mut call);
        let cause = match was_asked {
            true => "answered, and not taken by key 1".to_owned(),
            false => format!("not taken: {} {}", status.code(), status.reason()),
        };
        let failed = CallEvent::CallOutFailed { number, trunk: Some(trunk), cause };
        self.record(now, What::Call(id, failed));
        let DirectCall { party, caller, passage, port, .. } = call;
        let Party::Visitor(visitor) = party else { return false };
        let talked = visitor.talked;
        self.take_back(now, id, *visitor, (caller, port), (passage, talked, CallStage::InPlan));
        self.visit(now, id, Input::NotPutThrough);
        true
    }

    /// A carrier's own announcement is over, and nobody has answered: music again.
    pub(super) fn play_on(&mut self, id: CallId) {
        let Some(call) = self.directs.get(id) else { return };
        let Party::Visitor(visitor) = &call.party else { return };
        let (music, worker, stream) = (visitor.music, call.caller.port.worker, call.caller.leg);
        match music {
            Some(music) => {
                let (play, clips, then) =
                    (ids::PlayId::default(), Arc::new([]), Then::Music(music));
                self.media(worker, Command::Play { stream, play, clips, then });
            }
            None => self.play_music(worker, stream),
        }
    }
}

impl DirectCall {
    /// Whether it is a caller's of ours who has talked with nobody of us.
    pub(crate) fn is_untalked(&self) -> bool {
        match &self.party {
            Party::Visitor(visitor) => visitor.talked == Talked::Never,
            Party::Agent(_) | Party::Outside(_) => false,
        }
    }
}
