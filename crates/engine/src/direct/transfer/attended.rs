//! An attended transfer: the agent has asked the one who is to have the call, and joins the two (REFER
//! with Replaces: RFC 3891, RFC 5589 §7).

use super::blind::Next;
use super::{Desk, Of, Parted, Referrer};
use crate::calls::Owner;
use crate::direct::{Destination, DirectCall, Party, Side, Stage};
use crate::ending::NORMAL_CLEARING;
use crate::engine::{Engine, Timer};
use clock::Moment;
use events::{AbandonedWhile, CallEvent, Outcome, What};
use ids::{AgentId, CallId, LegId};
use media_protocol::Command;
use sip_msg::{StatusCode, Text};
use sip_ua::ReferralId;

/// The agent's other call, in which the one who is to have the caller is asked.
#[derive(Clone, Copy, Debug)]
enum Asked {
    /// The two talk.
    Talking(Referrer),
    /// It rings yet.
    Ringing(CallId),
}

impl Party {
    /// As the one who is called; a caller of ours is none.
    fn into_destination(self) -> Option<Destination> {
        match self {
            Self::Agent(agent) => Some(Destination::Agent(agent)),
            Self::Outside(outside) => Some(Destination::Outside(outside)),
            Self::Visitor(_) => None,
        }
    }
}

impl Engine {
    /// Joins the other party of one call with that of another one, in which `other` is the agent's leg.
    pub(super) fn join_with(
        &mut self,
        now: Moment,
        referrer: Referrer,
        referral: ReferralId,
        other: LegId,
    ) {
        match self.asked(referrer, other) {
            Ok(Asked::Talking(asked)) => {
                self.ua.accept_referral(now, referral);
                self.ua.notify_referral(now, referral, StatusCode::OK);
                self.join_calls(now, referrer, asked);
            }
            Ok(Asked::Ringing(asked)) => {
                self.ua.accept_referral(now, referral);
                self.hand_over_ringing(now, referrer, referral, asked);
            }
            Err(status) => self.no_transfer(now, referral, status),
        }
    }

    /// The agent's other call.
    ///
    /// # Errors
    /// The answer to the agent, if it cannot be joined with the first.
    fn asked(&self, referrer: Referrer, other: LegId) -> Result<Asked, StatusCode> {
        let asked = match self.referrer(other) {
            Some(asked) if asked.by != referrer.by || asked.call == referrer.call => {
                return Err(StatusCode::FORBIDDEN);
            }
            // Callers of ours come one by one.
            Some(asked) if self.is_visitors(asked) && self.is_visitors(referrer) => {
                return Err(StatusCode::FORBIDDEN);
            }
            Some(asked) => Asked::Talking(asked),
            None => Asked::Ringing(self.ringing_for(other, referrer.by)?),
        };
        // Sound passes between two ports of one worker.
        match self.worker_of(Asked::Talking(referrer)) == self.worker_of(asked) {
            true => Ok(asked),
            false => Err(StatusCode::SERVICE_UNAVAILABLE),
        }
    }

    /// The call that the agent makes on this leg, and that nobody has answered.
    fn ringing_for(&self, leg: LegId, by: AgentId) -> Result<CallId, StatusCode> {
        let Some(Owner::Direct(id, Side::Caller)) = self.calls.owner(leg) else {
            return Err(StatusCode::CALL_DOES_NOT_EXIST);
        };
        let is_his = |call: &&DirectCall| {
            call.is_of(by) && call.transfer.is_none() && matches!(call.stage, Stage::Calling(_))
        };
        self.directs.get(id).filter(is_his).map(|call| call.id).ok_or(StatusCode::FORBIDDEN)
    }

    fn worker_of(&self, asked: Asked) -> Option<u8> {
        match asked {
            Asked::Talking(referrer) => {
                self.other_party(referrer).map(|(line, ..)| line.port.worker)
            }
            Asked::Ringing(call) => self.directs.get(call).map(|call| call.port.worker),
        }
    }

    fn is_visitors(&self, referrer: Referrer) -> bool {
        let has_visitor = |call: &DirectCall| matches!(call.party, Party::Visitor(_));
        referrer.of == Of::Queue || self.directs.get(referrer.call).is_some_and(has_visitor)
    }

    /// The agent is done with both calls; the call of the caller goes on, or else the one in which the
    /// agent has asked for it.
    fn join_calls(&mut self, now: Moment, referrer: Referrer, asked: Referrer) {
        let (main, other) = match self.is_visitors(asked) {
            true => (asked, referrer),
            false => (referrer, asked),
        };
        let (Some(kept), Some(gone)) = (self.part(main), self.part(other)) else { return };
        let Parted { party, other: caller, line, desk, passage } = kept;
        let called = gone.other;
        let to = gone.party.into_destination().expect("only one of the two has a caller of ours");
        let (id, by, legs) = (main.call, main.by, (caller.leg, called.leg));
        let dialled = self.name_of(&to);
        self.say_transferred(now, id, by, (dialled.clone(), &to));
        let call = DirectCall::of_two((id, now), (party, caller), (to, called));
        self.talk_on_directly(now, call.by(Some(by), dialled, passage));
        self.join_ends(legs.0, legs.1);
        self.let_go(now, by, id, (line, desk));
        self.let_go(now, by, other.call, (gone.line, gone.desk));
        self.taken_over(now, id);
        let cause = format!("joined with {id} by the agent");
        let ended = CallEvent::Ended { outcome: Outcome::Answered, cause };
        self.record(now, What::Call(other.call, ended));
    }

    fn name_of(&self, destination: &Destination) -> String {
        match destination {
            Destination::Agent(agent) => self.plan.agent(*agent).account.to_string(),
            Destination::Outside(outside) => outside.number.clone(),
        }
    }

    /// The agent does not wait for the answer: the phones go on ringing, for the other party.
    fn hand_over_ringing(
        &mut self,
        now: Moment,
        referrer: Referrer,
        referral: ReferralId,
        asked: CallId,
    ) {
        let Some(call) = self.directs.by_id.remove(&asked) else { return };
        let DirectCall { to, dialled, port, caller, stage, .. } = call;
        let Stage::Calling(calling) = stage else { return };
        for timer in [Timer::DirectNoSign, Timer::DirectRing] {
            self.timers.clear(&timer(asked));
        }
        for leg in calling.legs.keys() {
            self.calls.own(*leg, Owner::Direct(referrer.call, Side::Called));
        }
        let early = calling.early.as_ref().map(|line| line.leg);
        early.into_iter().for_each(|stream| self.media(port.worker, Command::Unbridge { stream }));
        let already_busy = match &to {
            Destination::Agent(agent) => Some(*agent),
            Destination::Outside(_) => None,
        };
        let other = self.other_party(referrer).map(|(line, ..)| line.leg);
        self.hand_over(now, referrer, referral, Next { to, dialled, port, calling });
        // It is counted for this call from here on, and not for the other one.
        already_busy.into_iter().for_each(|agent| self.release(now, agent));
        if let (Some(a), Some(b)) = (other, early) {
            self.media(port.worker, Command::Bridge { a, b });
        }
        self.calls.disown(caller.leg);
        self.ua.hang_up(now, caller.leg, Some(Text::from(NORMAL_CLEARING)));
        self.close(caller);
        self.clear_desk(now, referrer.by, (asked, Desk::Own));
        let outcome = Outcome::Abandoned(AbandonedWhile::Ringing);
        let cause = format!("goes on in {} by the agent", referrer.call);
        self.record(now, What::Call(asked, CallEvent::Ended { outcome, cause }));
    }
}
