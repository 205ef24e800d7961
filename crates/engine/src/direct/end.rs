//! The end of a direct call: said once, and everything it held is given back.

use super::{Destination, DirectCall, Party, Side, Stage};
use crate::ending::{NORMAL_CLEARING, TIMER_EXPIRY, WITHDRAWN};
use crate::engine::{Engine, Timer};
use crate::trunks::Share;
use clock::Moment;
use events::{AbandonedWhile, CallEvent, Outcome, STOPPED, What};
use ids::{CallId, LegId};
use sip_msg::{StatusCode, Text};
use sip_ua::EndCause;

impl Engine {
    /// A leg of a direct call is gone: given up, hung up or lost.
    pub(crate) fn direct_leg_gone(
        &mut self,
        now: Moment,
        id: CallId,
        leg: LegId,
        side: Side,
        why: &EndCause,
    ) {
        let Some(call) = self.directs.get_mut(id) else { return };
        let caller = call.caller.leg;
        let reason = match why {
            EndCause::Bye { reason } => {
                reason.clone().unwrap_or_else(|| Text::from(NORMAL_CLEARING))
            }
            EndCause::AckMissing
            | EndCause::Transport
            | EndCause::SessionExpired
            | EndCause::DialogGone => Text::from(TIMER_EXPIRY),
        };
        let cause = cause(side, why);
        match (side, &call.stage) {
            (Side::Called, Stage::Calling(_)) => {
                // It said BYE instead of a refusal.
                let unavailable = StatusCode::TEMPORARILY_UNAVAILABLE;
                self.direct_refused(now, id, leg, (unavailable, None));
            }
            (Side::Called, Stage::Talking(_)) => {
                self.ua.hang_up(now, caller, Some(reason));
                self.end_direct(now, id, Outcome::Answered, cause, None);
            }
            (Side::Caller, Stage::Talking(_)) => {
                self.end_direct(now, id, Outcome::Answered, cause, Some(reason));
            }
            (Side::Caller, Stage::Calling(_)) => {
                let left = Outcome::Abandoned(AbandonedWhile::Ringing);
                self.end_direct(now, id, left, cause, Some(reason));
            }
        }
    }

    /// Nothing is heard from a phone any more.
    pub(crate) fn direct_silent(&mut self, now: Moment, id: CallId, side: Side) {
        let Some(call) = self.directs.get_mut(id) else { return };
        if side == Side::Called && call.asked().is_some() {
            // Nobody is there who could take the call.
            return self.direct_rang_out(now, id);
        }
        let caller = call.caller.leg;
        let outcome = match &call.stage {
            Stage::Talking(_) => Outcome::Answered,
            Stage::Calling(_) => Outcome::Failed,
        };
        let reason = Some(Text::from(TIMER_EXPIRY));
        self.ua.hang_up(now, caller, reason.clone());
        let cause = match side {
            Side::Caller => "no sound from the caller's phone",
            Side::Called => "no sound from the phone that was called",
        };
        self.end_direct(now, id, outcome, cause.to_owned(), reason);
    }

    /// Ends every direct call, because the engine stops.
    pub(crate) fn stop_directs(&mut self, now: Moment) {
        for id in self.directs.ids() {
            let Some(call) = self.directs.get_mut(id) else { continue };
            let caller = call.caller.leg;
            self.ua.hang_up(now, caller, None);
            let cause = STOPPED.to_owned();
            self.end_direct(now, id, Outcome::Interrupted, cause, None);
        }
    }

    /// Leaves those to the next process that it can take up, and ends the others. The phones that ring for a caller are let go.
    pub(crate) fn hand_directs_over(&mut self, now: Moment) {
        for id in self.directs.ids() {
            let Some(call) = self.directs.get(id) else { continue };
            let caller = call.caller.leg;
            if self.is_saved(id) {
                let legs = call.ringing_legs();
                self.release_phones(now, legs, None);
            } else {
                self.ua.hang_up(now, caller, None);
                self.end_direct(now, id, Outcome::Interrupted, STOPPED.to_owned(), None);
            }
        }
    }

    /// Somebody has the call ended by a command.
    pub(crate) fn withdraw_direct(&mut self, now: Moment, id: CallId) {
        let Some(call) = self.directs.get(id) else { return };
        let outcome = match &call.stage {
            Stage::Talking(_) => Outcome::Answered,
            Stage::Calling(_) => Outcome::Withdrawn,
        };
        let (caller, reason) = (call.caller.leg, Text::from(NORMAL_CLEARING));
        self.ua.hang_up(now, caller, Some(reason.clone()));
        self.end_direct(now, id, outcome, WITHDRAWN.to_owned(), Some(reason));
    }

    /// The caller's leg is over, or was told so; the other side's is ended here.
    pub(super) fn end_direct(
        &mut self,
        now: Moment,
        id: CallId,
        outcome: Outcome,
        cause: String,
        reason: Option<Text>,
    ) {
        let Some(call) = self.directs.by_id.remove(&id) else { return };
        for timer in [Timer::DirectNoSign, Timer::DirectRing] {
            self.timers.clear(&timer(id));
        }
        let agents: Vec<_> = call.agents().collect();
        let outcome = call.outcome(outcome);
        if let Destination::Outside(outside) = &call.to {
            self.trunks.give_back(Share::Trunk(outside.trunk));
        }
        match &call.party {
            Party::Agent(_) => {}
            Party::Outside(outside) => self.trunks.give_back(Share::Trunk(outside.trunk)),
            Party::Visitor(visitor) => {
                visitor.share.into_iter().for_each(|share| self.trunks.give_back(share));
            }
        }
        if let Some(transfer) = call.transfer {
            self.ua.notify_referral(now, transfer.referral(), StatusCode::REQUEST_TERMINATED);
            self.let_referrer_go(now, id, *transfer);
        }
        self.calls.disown(call.caller.leg);
        self.close(call.caller);
        match call.stage {
            Stage::Calling(calling) => {
                for leg in calling.legs.into_keys() {
                    self.calls.disown(leg);
                    self.ua.hang_up(now, leg, reason.clone());
                }
                if let Some(line) = &calling.asked {
                    self.calls.disown(line.leg);
                    self.ua.hang_up(now, line.leg, reason);
                }
                for line in calling.early.into_iter().chain(calling.asked.map(|line| *line)) {
                    self.keep_port(line);
                }
                self.ports.give_back(call.port);
            }
            Stage::Talking(talk) => {
                self.calls.disown(talk.line.leg);
                self.ua.hang_up(now, talk.line.leg, reason);
                self.close(talk.line);
            }
        }
        self.record(now, What::Call(id, CallEvent::Ended { outcome, cause }));
        agents.into_iter().for_each(|agent| self.release_from(now, agent, id));
    }
}

impl DirectCall {
    /// The legs of those who have not taken the call yet.
    fn ringing_legs(&self) -> Vec<LegId> {
        match &self.stage {
            Stage::Calling(calling) => {
                let asked = calling.asked.as_ref().map(|line| line.leg);
                calling.legs.keys().copied().chain(asked).collect()
            }
            Stage::Talking(_) => Vec::new(),
        }
    }

    /// What becomes of it. Who is handed over has talked with somebody.
    fn outcome(&self, outcome: Outcome) -> Outcome {
        match (&self.party, &self.transfer) {
            (Party::Agent(_), None) => outcome,
            (Party::Visitor(visitor), _) if !visitor.talked.with_an_agent() => {
                if outcome == Outcome::Answered { Outcome::PutThrough } else { outcome }
            }
            (Party::Outside(_) | Party::Visitor(_), _) | (Party::Agent(_), Some(_)) => {
                Outcome::Answered
            }
        }
    }
}

fn cause(side: Side, why: &EndCause) -> String {
    let who = match side {
        Side::Caller => "caller",
        Side::Called => "called party",
    };
    match why {
        EndCause::Bye { .. } => format!("{who} hung up"),
        EndCause::AckMissing => format!("the {who}'s answer was never acknowledged"),
        EndCause::Transport => format!("the {who}'s connection broke"),
        EndCause::SessionExpired => format!("the {who}'s phone refreshed the call no more"),
        EndCause::DialogGone => format!("the {who}'s phone no longer knew the call"),
    }
}
