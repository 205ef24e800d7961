//! While the other side is called: what its phones say, and what the caller hears of it.

use super::{Calling, Destination, DirectCall, Stage, Talk, Told};
use crate::engine::{Engine, Timer};
use crate::line::{Line, Unusable};
use crate::outside::retry_after;
use crate::ringing::COMPLETED_ELSEWHERE;
use bytes::Bytes;
use clock::Moment;
use events::{CallEvent, Outcome, What};
use ids::{CallId, LegId};
use media_protocol::Command;
use sip_msg::{Headers, Response, StatusCode};
use std::sync::Arc;

/// Whether the caller hears the other side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Heard {
    NotYet,
    Already,
}

/// Of two refusals the one that says more (after §16.7 of RFC 3261): a person's no for all phones,
/// then a phone that is busy, then whatever came first. What only the two of us understand (a
/// challenge, a redirection) is told as unreachable.
fn best(before: Option<StatusCode>, now: StatusCode) -> StatusCode {
    let rank = |status: StatusCode| match status.code() {
        600..=699 => 0,
        486 => 1,
        _ => 2,
    };
    let now = match now.code() {
        300..=399 | 401 | 407 | 481 | 487 => StatusCode::TEMPORARILY_UNAVAILABLE,
        _ => now,
    };
    match before {
        Some(before) if rank(before) <= rank(now) => before,
        Some(_) | None => now,
    }
}

impl Engine {
    fn calling(&mut self, id: CallId) -> Option<(LegId, &mut Calling)> {
        let call = self.directs.get_mut(id)?;
        match &mut call.stage {
            Stage::Calling(calling) => Some((call.caller.leg, calling)),
            Stage::Talking(_) => None,
        }
    }

    /// A phone of the other side has said something before its answer.
    pub(crate) fn direct_progress(
        &mut self,
        now: Moment,
        id: CallId,
        leg: LegId,
        status: StatusCode,
        sound: Option<Bytes>,
    ) {
        let Some((caller, calling)) = self.calling(id) else { return };
        calling.unseen.remove(&leg);
        let is_alone = calling.legs.len() == 1;
        if status == StatusCode::RINGING && calling.told_ringing == Told::NotYet {
            calling.told_ringing = Told::Already;
            self.tell_ringing(now, id, caller);
            self.direct_changed(now, id);
        }
        // Of several phones none may speak before the caller has one.
        if let Some(sound) = sound.filter(|_| is_alone) {
            self.hear_early(now, id, leg, &sound);
        }
    }

    /// Who calls hears that it rings; or, in a handing over, who hands over.
    fn tell_ringing(&mut self, now: Moment, id: CallId, caller: LegId) {
        match self.directs.get(id).and_then(DirectCall::referral) {
            Some(referral) => self.ua.notify_referral(now, referral, StatusCode::RINGING),
            None => self.ua.ring(now, caller),
        }
    }

    /// Sound before the answer (RFC 3960): an announcement of the other network, or its ring-back.
    fn hear_early(&mut self, now: Moment, id: CallId, leg: LegId, sound: &[u8]) {
        let own = Arc::clone(&self.own_ports);
        let Some(call) = self.directs.get_mut(id) else { return };
        let (caller, body, port) = (call.caller.leg, call.body.clone(), call.port);
        let is_open = call.caller.is_open();
        let Stage::Calling(calling) = &mut call.stage else { return };
        // A caller that has made no offer cannot be described anything yet.
        if !is_open || calling.early.is_some() {
            return;
        }
        let Some(unsettled) = calling.legs.get(&leg) else { return };
        let mut line = Line::new((leg, port), unsettled.clone());
        let Ok(open) = line.agree(sound, &own) else { return };
        calling.early = Some(line);
        self.media(port.worker, open);
        self.media(port.worker, Command::Bridge { a: caller, b: leg });
        self.ua.progress(now, caller, StatusCode::SESSION_PROGRESS, Some(body));
        self.direct_changed(now, id);
    }

    /// The lamps of those who are on it may have to change.
    fn direct_changed(&mut self, now: Moment, id: CallId) {
        let Some(call) = self.directs.get_mut(id) else { return };
        call.agents().for_each(|agent| self.lamps.changed(now, agent));
    }

    /// A phone of the other side that will not take the call; the last one decides.
    pub(crate) fn direct_refused(
        &mut self,
        now: Moment,
        id: CallId,
        leg: LegId,
        (status, response): (StatusCode, Option<&Response>),
    ) {
        self.calls.disown(leg);
        let Some((_, calling)) = self.calling(id) else { return };
        calling.legs.remove(&leg);
        calling.unseen.remove(&leg);
        if let Some(line) = calling.early.take_if(|line| line.leg == leg) {
            self.keep_port(line);
            self.play_on(id);
        }
        self.forget_asked(id, leg);
        if self.try_next_trunk(now, id, status, response)
            || self.try_next_phone(now, id, status)
            || self.redirect(now, id, response)
        {
            return;
        }
        let Some((_, calling)) = self.calling(id) else { return };
        let refusal = best(calling.refusal, status);
        calling.refusal = Some(refusal);
        if calling.legs.is_empty() || refusal.code() >= 600 {
            self.refuse_direct(now, id, refusal);
        }
    }

    /// Phones that have said nothing by now are not there.
    pub(crate) fn direct_no_sign(&mut self, now: Moment, id: CallId) {
        let Some((_, calling)) = self.calling(id) else { return };
        for leg in std::mem::take(&mut calling.unseen) {
            self.release_phones(now, [leg], None);
            self.direct_refused(now, id, leg, (StatusCode::REQUEST_TIMEOUT, None));
        }
    }

    /// It has rung for long enough.
    pub(crate) fn direct_rang_out(&mut self, now: Moment, id: CallId) {
        if self.calling(id).is_some() {
            self.refuse_direct(now, id, StatusCode::TEMPORARILY_UNAVAILABLE);
        }
    }

    /// Nobody takes the call: the caller is told so.
    fn refuse_direct(&mut self, now: Moment, id: CallId, status: StatusCode) {
        if self.hand_back(now, id, status) || self.back_to_plan(now, id, status) {
            return;
        }
        let Some((caller, _)) = self.calling(id) else { return };
        let headers = match status {
            StatusCode::SERVICE_UNAVAILABLE => retry_after(),
            _ => Headers::default(),
        };
        self.ua.reject(now, caller, status, headers);
        let outcome = if status.code() == 486 || status.code() >= 600 {
            Outcome::Refused
        } else {
            Outcome::Failed
        };
        let cause = format!("not taken: {} {}", status.code(), status.reason());
        self.end_direct(now, id, outcome, cause, None);
    }

    /// A phone of the other side answers: the first one wins.
    pub(crate) fn direct_answered(
        &mut self,
        now: Moment,
        id: CallId,
        leg: LegId,
        sound: Option<Bytes>,
    ) {
        let Ok((line, heard)) = self.settle_called(id, leg, sound) else {
            self.release_phones(now, [leg], None);
            self.direct_refused(now, id, leg, (StatusCode::NOT_ACCEPTABLE_HERE, None));
            return;
        };
        if matches!(self.calling(id), Some((_, calling)) if calling.asks()) {
            if heard == Heard::Already {
                // What the carrier let the caller hear while it rang is over; the question is not for the caller.
                self.media(line.port.worker, Command::Unbridge { stream: leg });
                self.play_on(id);
            }
            return self.ask_called(now, id, line);
        }
        self.connect_heard(now, id, (line, heard));
    }

    /// Who was asked takes the call.
    pub(super) fn connect_direct(&mut self, now: Moment, id: CallId, line: Line) {
        self.connect_heard(now, id, (line, Heard::NotYet));
    }

    /// The two talk from here on; the other phones are told so.
    fn connect_heard(&mut self, now: Moment, id: CallId, (line, heard): (Line, Heard)) {
        let leg = line.leg;
        let Some(call) = self.directs.get_mut(id) else { return };
        let Stage::Calling(calling) = &mut call.stage else { return };
        let others = std::mem::take(&mut calling.legs);
        let talk = Talk { line, held: None };
        call.stage = Stage::Talking(talk);
        call.since = now;
        let (caller, body) = (call.caller.leg, call.body.clone());
        let agent = match call.to {
            Destination::Agent(to) => Some(to),
            Destination::Outside(_) => call.from,
        };
        self.release_phones(now, others.into_keys(), Some(COMPLETED_ELSEWHERE));
        for timer in [Timer::DirectNoSign, Timer::DirectRing] {
            self.timers.clear(&timer(id));
        }
        self.join_ends(caller, leg);
        let is_transfer = self.transferred(now, id);
        let goes_on = is_transfer || self.is_put_through(now, id);
        if let Some(agent) = agent.filter(|_| !goes_on) {
            self.ua.answer(now, caller, body);
            self.record(now, What::Call(id, CallEvent::Answered));
            let connected = CallEvent::Connected { agent: self.plan.agent(agent).account.clone() };
            self.record(now, What::Call(id, connected));
        }
        self.direct_changed(now, id);
        self.taken_over(now, id);
        if heard == Heard::NotYet {
            self.join_direct(id);
        }
        if goes_on {
            // Whoever was handed over may have gone on hold when nobody was there.
            self.follow_direct_hold(now, id);
        }
    }

    /// The line of the phone that answered; the one that was heard early goes on.
    fn settle_called(
        &mut self,
        id: CallId,
        leg: LegId,
        sound: Option<Bytes>,
    ) -> Result<(Line, Heard), Unusable> {
        let own = Arc::clone(&self.own_ports);
        let call = self.directs.get_mut(id).ok_or(Unusable::Malformed)?;
        let port = call.port;
        let Stage::Calling(calling) = &mut call.stage else { return Err(Unusable::Malformed) };
        let early = calling.early.take();
        let unsettled = calling.legs.remove(&leg).ok_or(Unusable::Malformed)?;
        let (mut line, heard) = match early {
            Some(line) => (line, Heard::Already),
            None => (Line::new((leg, port), unsettled), Heard::NotYet),
        };
        match (sound, heard) {
            // §13.2.1 of RFC 3261: what was answered early need not be answered again.
            (None, Heard::Already) => Ok((line, heard)),
            (None, Heard::NotYet) => Err(Unusable::Malformed),
            (Some(sound), _) => {
                let agreed = line.agree(&sound, &own);
                match agreed {
                    Ok(command) => {
                        self.media(port.worker, command);
                        Ok((line, heard))
                    }
                    Err(unusable) => {
                        if heard == Heard::Already {
                            self.keep_port(line);
                        }
                        Err(unusable)
                    }
                }
            }
        }
    }

    /// Closes a called side's stream, and keeps its port for the call.
    pub(super) fn keep_port(&mut self, line: Line) {
        let (stream, worker) = (line.leg, line.port.worker);
        self.ports.keep_when_closed(stream, line.port);
        self.media(worker, Command::Unbridge { stream });
        self.media(worker, Command::Close { stream });
    }
}

impl DirectCall {
    /// The streams of both sides, if both are open.
    pub(crate) fn streams(&self) -> Option<(LegId, LegId)> {
        match &self.stage {
            Stage::Talking(talk) if self.caller.is_open() => Some((self.caller.leg, talk.line.leg)),
            Stage::Talking(_) | Stage::Calling(_) => None,
        }
    }
}
