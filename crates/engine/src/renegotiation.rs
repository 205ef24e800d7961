//! A phone changes its sound in the middle of a call: another address, or hold and back.

use crate::call::HeldBy;
use crate::calls::Owner;
use crate::engine::Engine;
use crate::line::{Line, Unusable};
use bytes::Bytes;
use clock::Moment;
use events::{CallEvent, What};
use ids::{CallId, LegId};
use sip_msg::StatusCode;
use std::sync::Arc;

impl Engine {
    /// A phone offers another sound; with no offer it asks for ours (RFC 3261 §14.2).
    pub(crate) fn reoffered(&mut self, now: Moment, leg: LegId, offer: Option<Bytes>) {
        if let Some(Owner::Interrupted(_)) = self.calls.owner(leg) {
            // RFC 3261 §14.2: an offer of ours is under way, or will be in a moment.
            return self.ua.refuse_reinvite(now, leg, StatusCode::REQUEST_PENDING);
        }
        self.touch_owner(leg);
        match self.answer_reoffer(leg, offer) {
            Ok(body) => {
                self.ua.accept_reinvite(now, leg, body);
                self.follow_hold(now, leg);
            }
            Err(unusable) => self.ua.refuse_reinvite(now, leg, unusable.status()),
        }
    }

    /// A phone answers an offer of ours.
    pub(crate) fn reanswered(&mut self, now: Moment, leg: LegId, answer: Option<Bytes>) {
        self.touch_owner(leg);
        // An answer that cannot be read changes nothing: the sound stays as it was.
        if answer.is_some_and(|answer| self.take_answer(leg, &answer).is_ok()) {
            self.follow_hold(now, leg);
        }
    }

    /// Where somebody is reached, and what was described, may have changed.
    pub(crate) fn touch_owner(&mut self, leg: LegId) {
        match self.calls.owner(leg) {
            Some(Owner::Caller(call) | Owner::Agent(call) | Owner::Direct(call, _)) => {
                self.touch_call(call);
            }
            Some(
                Owner::ShortCode
                | Owner::Summoned(_)
                | Owner::Customer(_)
                | Owner::Referrer(_)
                | Owner::Interrupted(_),
            )
            | None => {}
        }
    }

    fn answer_reoffer(&mut self, leg: LegId, offer: Option<Bytes>) -> Result<Bytes, Unusable> {
        let own = Arc::clone(&self.own_ports);
        let line = self.line_mut(leg).ok_or(Unusable::Malformed)?;
        let Some(offer) = offer else { return Ok(line.offer()) };
        let (body, command) = line.answer(&offer, &own)?;
        let worker = line.port.worker;
        self.media(worker, command);
        Ok(body)
    }

    /// Takes the answer to an offer of ours, and tells the worker.
    pub(crate) fn take_answer(&mut self, leg: LegId, answer: &[u8]) -> Result<(), Unusable> {
        let own = Arc::clone(&self.own_ports);
        let line = self.line_mut(leg).ok_or(Unusable::Malformed)?;
        let command = line.agree(answer, &own)?;
        let worker = line.port.worker;
        self.media(worker, command);
        Ok(())
    }

    /// The line of a leg that is up.
    pub(crate) fn line_mut(&mut self, leg: LegId) -> Option<&mut Line> {
        match self.calls.owner(leg)? {
            Owner::Caller(call) => self.calls.get_mut(call).map(|call| &mut call.line),
            Owner::Agent(id) => {
                let talk = match self.work_items.get_mut(id) {
                    Some(item) => item.talk_mut()?,
                    None => self.calls.get_mut(id)?.talk_mut()?,
                };
                Some(&mut talk.line).filter(|line| line.leg == leg)
            }
            Owner::Customer(id) => self.work_items.get_mut(id)?.calling_mut()?.line_out(),
            Owner::ShortCode => self.codes.line_mut(leg),
            Owner::Summoned(_) => None,
            Owner::Direct(call, _) => self.directs.get_mut(call)?.line_mut(leg),
            Owner::Referrer(call) => self.directs.get_mut(call)?.referrers_line_mut(),
            Owner::Interrupted(call) => self.recovery.line_mut(call, leg),
        }
    }

    /// Whoever is put on hold hears music; whoever comes back from it hears the other.
    pub(crate) fn follow_hold(&mut self, now: Moment, leg: LegId) {
        let id = match self.calls.owner(leg) {
            Some(Owner::Caller(id) | Owner::Agent(id)) => id,
            Some(Owner::Direct(id, _)) => return self.follow_direct_hold(now, id),
            Some(
                Owner::Customer(_)
                | Owner::ShortCode
                | Owner::Summoned(_)
                | Owner::Referrer(_)
                | Owner::Interrupted(_),
            )
            | None => return,
        };
        let Some(call) = self.calls.get_mut(id) else { return };
        let caller_listens = call.line.listens();
        let Some(talk) = call.talk_mut() else { return };
        let held = match (talk.line.listens(), caller_listens) {
            (false, _) => Some(HeldBy::Agent),
            (true, false) => Some(HeldBy::Caller),
            (true, true) => None,
        };
        let before = std::mem::replace(&mut talk.held, held);
        if before != held {
            self.change_hold(now, id, before, held);
        }
    }

    /// Music for whoever is parked, none for whoever is not any more.
    fn change_hold(
        &mut self,
        now: Moment,
        id: CallId,
        before: Option<HeldBy>,
        held: Option<HeldBy>,
    ) {
        if let Some(by) = before {
            self.let_parked_hear(id, by);
        }
        if let Some(by) = held {
            self.play_to_parked(id, by);
        }
        let event = match held {
            Some(by) => CallEvent::Held { by_agent: by == HeldBy::Agent },
            None => CallEvent::Resumed,
        };
        self.record(now, What::Call(id, event));
        match held {
            Some(_) => self.caller_missed_it(now, id),
            None => self.announce_again(id),
        }
    }
}
