//! Ringing: an agent's phones, from the reservation to the first answer or the last refusal. They ring for a
//! caller, or for a work item.

use crate::call::{Attempt, Ringing, Stage, Talk};
use crate::calls::Owner;
use crate::direct::sent_on_to;
use crate::engine::{Engine, Timer};
use crate::format;
use crate::line::{Line, Unusable};
use crate::passage::Passage;
use crate::phones::{Phones, Rung};
use acd::ReservationEnd;
use bytes::Bytes;
use clock::Moment;
use events::{CallEvent, What};
use ids::{AgentId, CallId, LegId, ReservationId};
use media_protocol::Port;
use sip_msg::{NameAddr, Response, StatusCode, Text};
use std::collections::{BTreeMap, BTreeSet};

/// RFC 3326: tells the phones that lost the race not to show a missed call.
pub(crate) const COMPLETED_ELSEWHERE: &str = "SIP;cause=200;text=\"Call completed elsewhere\"";

impl Engine {
    /// The agent is reserved for the call: phones of the agent are rung.
    pub(crate) fn ring_agent(
        &mut self,
        now: Moment,
        reservation: ReservationId,
        agent: AgentId,
        id: CallId,
    ) {
        if self.work_items.has(id) && !self.may_ring_for_item(now, id, reservation) {
            return;
        }
        let phones = self.phones_of(agent);
        let Rung { legs, later } = self.ring_for_queue(now, id, agent, phones);
        if legs.is_empty() {
            if self.ringing(id).is_none() {
                self.item_waits(now, id);
            }
            self.acd.handle(now, acd::Input::Failed(reservation));
            return;
        }
        let rang = CallEvent::Rang {
            reservation: reservation.0,
            agent: self.plan.agent(agent).account.clone(),
            why: self.why_rung(reservation),
        };
        self.record(now, What::Call(id, rang));
        self.calls.reserve(reservation, id);
        // Whose state need not change by it.
        self.lamps.changed(now, agent);
        self.timers.set(Timer::NoSign(reservation), now + self.config.sign_max);
        let unseen = legs.keys().copied().collect();
        let attempt = Attempt { agent, legs, unseen, heard: BTreeSet::new(), later };
        if self.work_items.has(id) {
            self.item_rings(now, id, (reservation, attempt));
        } else if let Some(call) = self.calls.get_mut(id) {
            if let Stage::Ringing(ringing) = &mut call.stage {
                ringing.attempts.insert(reservation, attempt);
            } else {
                let attempts = BTreeMap::from([(reservation, attempt)]);
                call.enter(now, Stage::Ringing(Ringing { attempts }));
            }
        }
    }

    /// The phones that ring for a call or a work item, while some do.
    pub(crate) fn ringing(&mut self, id: CallId) -> Option<&mut Ringing> {
        match self.work_items.get_mut(id) {
            Some(item) => item.ringing_mut(),
            None => self.calls.get_mut(id)?.ringing_mut(),
        }
    }

    /// Rings phones of an agent for a caller of a queue, or for what waits there.
    fn ring_for_queue(&mut self, now: Moment, id: CallId, agent: AgentId, phones: Phones) -> Rung {
        let Some(invitation) = self.invitation(now, id) else { return Rung::default() };
        let Invitation { from, codecs, port, passage } = invitation;
        let who = (id, agent, phones);
        let rung = self.ring_phones(now, who, &from, (port, &codecs), &passage);
        for leg in rung.legs.keys() {
            self.calls.own(*leg, Owner::Agent(id));
        }
        rung
    }

    fn invitation(&self, now: Moment, id: CallId) -> Option<Invitation> {
        if let Some(item) = self.work_items.get(id) {
            let (from, passage) = self.item_told(now, item)?;
            let codecs = self.config.codecs.clone();
            return Some(Invitation { from, codecs, port: item.port()?, passage });
        }
        let call = self.calls.get(id)?;
        Some(Invitation {
            from: self.shown_caller(&call.caller, call.known.as_deref(), call.queued),
            codecs: self.codecs_for(&call.line),
            port: call.agent_port,
            passage: self.passage_to_agent(now, call),
        })
    }

    /// None of the phones that rang can take the call: the next ones ring, if there are any.
    fn rings_next(&mut self, now: Moment, id: CallId, reservation: ReservationId) -> bool {
        let Some(attempt) = self.attempt(id, reservation) else { return false };
        let (agent, later) = (attempt.agent, std::mem::take(&mut attempt.later));
        let Rung { legs, later } = self.ring_for_queue(now, id, agent, later);
        if legs.is_empty() {
            return false;
        }
        self.timers.set(Timer::NoSign(reservation), now + self.config.sign_max);
        if let Some(attempt) = self.attempt(id, reservation) {
            attempt.unseen = legs.keys().copied().collect();
            (attempt.legs, attempt.later) = (legs, later);
        }
        true
    }

    fn attempt(&mut self, id: CallId, reservation: ReservationId) -> Option<&mut Attempt> {
        self.ringing(id)?.attempts.get_mut(&reservation)
    }

    /// A phone that should ring has said something: that it rings, or anything else.
    pub(crate) fn sign_of_life(&mut self, leg: LegId, status: StatusCode) {
        let Some(Owner::Agent(id)) = self.calls.owner(leg) else { return };
        if let Some((_, attempt)) = self.ringing(id).and_then(|ringing| ringing.attempt_at(leg)) {
            attempt.unseen.remove(&leg);
            if status.code() > 100 {
                attempt.heard.insert(leg);
            }
        }
    }

    /// Phones that have said nothing by now are not there: nobody misses a call on them.
    pub(crate) fn no_sign(&mut self, now: Moment, reservation: ReservationId) {
        let Some(id) = self.calls.reserved(reservation) else { return };
        let Some(attempt) = self.attempt(id, reservation) else { return };
        for leg in std::mem::take(&mut attempt.unseen) {
            self.release_phones(now, [leg], None);
            self.phone_gave_up(now, id, leg, GaveUp::Unreachable);
        }
    }

    /// An attempt is over: its phones stop ringing, and where no other one is on, the caller waits.
    fn end_attempt(
        &mut self,
        now: Moment,
        id: CallId,
        reservation: ReservationId,
        reason: Option<&'static str>,
    ) {
        self.timers.clear(&Timer::NoSign(reservation));
        let Some(ringing) = self.ringing(id) else { return };
        let Some(attempt) = ringing.attempts.remove(&reservation) else { return };
        if ringing.attempts.is_empty() {
            self.waits_again(now, id);
        }
        self.release_phones(now, attempt.legs.into_keys(), reason);
    }

    /// No phone rings any more.
    fn waits_again(&mut self, now: Moment, id: CallId) {
        match self.calls.get_mut(id) {
            Some(call) => drop(call.enter(now, Stage::Waiting)),
            None => self.item_waits(now, id),
        }
    }

    /// The reservation is taken back, or its time is over: its phones stop ringing.
    pub(crate) fn stop_ringing(
        &mut self,
        now: Moment,
        reservation: ReservationId,
        why: ReservationEnd,
    ) {
        let Some(id) = self.calls.reserved(reservation) else { return };
        if self.ringing(id).is_some() {
            let elsewhere = why == ReservationEnd::TakenElsewhere;
            let reason = elsewhere.then_some(COMPLETED_ELSEWHERE);
            return self.end_attempt(now, id, reservation, reason);
        }
        let Some(call) = self.calls.get_mut(id) else { return };
        if call.talk().is_none_or(|talk| talk.reservation != reservation) {
            return;
        }
        if let Some(talk) = call.take_connecting(now) {
            self.release_talk(now, id, talk);
            self.returned(now, id);
        }
    }

    pub(crate) fn release_phones(
        &mut self,
        now: Moment,
        legs: impl IntoIterator<Item = LegId>,
        reason: Option<&'static str>,
    ) {
        for leg in legs {
            self.calls.disown(leg);
            self.ua.hang_up(now, leg, reason.map(Text::from));
        }
    }

    /// A phone of the agent answered: the first one wins.
    pub(crate) fn agent_answered(
        &mut self,
        now: Moment,
        id: CallId,
        leg: LegId,
        sdp: Option<Bytes>,
    ) {
        let Some(port) = self.port_for_agent(id) else { return };
        let Some(ringing) = self.ringing(id) else { return };
        let Some((reservation, attempt)) = ringing.attempt_at(leg) else { return };
        let Some(sound) = attempt.legs.remove(&leg) else { return };
        let agent = attempt.agent;
        let mut line = Line::new((leg, port), sound);
        let agreed =
            sdp.ok_or(Unusable::Malformed).and_then(|sdp| line.agree(&sdp, &self.own_ports));
        let Ok(open) = agreed else {
            self.release_phones(now, [leg], None);
            self.attempt_loses(now, (id, reservation), leg, GaveUp::Unreachable);
            return;
        };
        let talk = Talk::new(reservation, agent, line);
        let Some(others) = self.answered_by(now, id, talk) else { return };
        self.media(port.worker, open);
        for attempt in others.attempts.keys() {
            self.timers.clear(&Timer::NoSign(*attempt));
        }
        self.release_phones(now, others.into_legs(), Some(COMPLETED_ELSEWHERE));
        if let Some(caller) = self.calls.get(id).map(|call| call.line.leg) {
            self.join_ends(caller, leg);
        }
        self.acd.handle(now, acd::Input::Accepted(reservation));
        self.lamps.changed(now, agent);
    }

    /// The port that is lent for whichever agent answers.
    fn port_for_agent(&self, id: CallId) -> Option<Port> {
        match self.work_items.get(id) {
            Some(item) => item.port(),
            None => self.calls.get(id).map(|call| call.agent_port),
        }
    }

    /// This agent's line is the one. Gives the phones that were slower.
    fn answered_by(&mut self, now: Moment, id: CallId, talk: Talk) -> Option<Ringing> {
        if self.work_items.has(id) {
            return self.item_answered(now, id, talk);
        }
        match self.calls.get_mut(id)?.enter(now, Stage::Connecting(talk)) {
            Stage::Ringing(others) => Some(others),
            Stage::Recording { .. }
            | Stage::Answering
            | Stage::InPlan
            | Stage::Waiting
            | Stage::Connecting(_)
            | Stage::Talking(_) => None,
        }
    }

    /// From now on each leg names the end behind the other (RFC 7989 §7).
    pub(crate) fn join_ends(&mut self, a: LegId, b: LegId) {
        for (leg, other) in [(a, b), (b, a)] {
            if let Some(end) = self.ua.peer_session(other) {
                self.ua.speak_for(leg, end);
            }
        }
    }

    /// One phone of the agent will not take the call; the last one to give up decides.
    pub(crate) fn phone_gave_up(&mut self, now: Moment, id: CallId, leg: LegId, how: GaveUp) {
        let Some(ringing) = self.ringing(id) else { return self.calls.disown(leg) };
        let at = ringing.attempt_at(leg).map(|(reservation, _)| reservation);
        match at {
            Some(reservation) => self.attempt_loses(now, (id, reservation), leg, how),
            None => self.calls.disown(leg),
        }
    }

    /// A phone of the agent answered with a refusal.
    pub(crate) fn phone_refused(
        &mut self,
        now: Moment,
        id: CallId,
        leg: LegId,
        (why, response): (StatusCode, Option<&Response>),
    ) {
        if let Some(to) = response.and_then(|response| self.colleague_named(response)) {
            return self.phone_gave_up(now, id, leg, GaveUp::PassedOn(to));
        }
        let attempt = self.ringing(id).and_then(|ringing| ringing.attempt_at(leg));
        let has_rung = attempt.is_some_and(|(_, attempt)| attempt.heard.contains(&leg));
        self.phone_gave_up(now, id, leg, GaveUp::of(why, has_rung));
    }

    /// The colleague to whom a phone sends a call on (3xx). Anywhere else it is not sent: a caller who
    /// waits for an agent never lands in a mailbox.
    fn colleague_named(&self, response: &Response) -> Option<AgentId> {
        self.plan.agent_of(&sent_on_to(response)?)
    }

    /// An attempt has one phone less.
    fn attempt_loses(
        &mut self,
        now: Moment,
        (id, reservation): (CallId, ReservationId),
        leg: LegId,
        how: GaveUp,
    ) {
        self.calls.disown(leg);
        let Some(attempt) = self.attempt(id, reservation) else { return };
        attempt.legs.remove(&leg);
        let has_more = !attempt.legs.is_empty();
        let input = match how {
            // Who declines on one phone has declined.
            GaveUp::Declined => acd::Input::Declined(reservation),
            GaveUp::PassedOn(to) => acd::Input::PassedOn(reservation, to),
            GaveUp::Busy => acd::Input::Busy(reservation),
            GaveUp::Unreachable if has_more => return,
            GaveUp::Unreachable if self.rings_next(now, id, reservation) => return,
            GaveUp::Unreachable => acd::Input::Failed(reservation),
        };
        self.end_attempt(now, id, reservation, None);
        self.acd.handle(now, input);
    }

    /// What the acd calls the end of a reservation, in the words of the ledger; told once, and only
    /// of a reservation that rang.
    pub(crate) fn reservation_over(
        &mut self,
        now: Moment,
        reservation: ReservationId,
        agent: AgentId,
        id: CallId,
        end: ReservationEnd,
    ) {
        // Whoever talks beside a ring that came to nothing is what they were, and yet it counts.
        self.desks.touch(agent);
        if !self.calls.unreserve(reservation) {
            return;
        }
        self.lamps.changed(now, agent);
        let ended = CallEvent::ReservationEnded {
            reservation: reservation.0,
            agent: self.plan.agent(agent).account.clone(),
            end: match end {
                ReservationEnd::Accepted => events::ReservationEnd::Accepted,
                ReservationEnd::Dropped => events::ReservationEnd::Dropped,
                ReservationEnd::Declined => events::ReservationEnd::Declined,
                ReservationEnd::PassedOn => events::ReservationEnd::PassedOn,
                ReservationEnd::Busy => events::ReservationEnd::Busy,
                ReservationEnd::TakenElsewhere => events::ReservationEnd::TakenElsewhere,
                ReservationEnd::Missed => events::ReservationEnd::Missed,
                ReservationEnd::Unreachable => events::ReservationEnd::Unreachable,
                ReservationEnd::Withdrawn => events::ReservationEnd::Withdrawn,
            },
        };
        self.record(now, What::Call(id, ended));
    }
}

/// How the phones of an agent are invited.
struct Invitation {
    from: NameAddr,
    codecs: Vec<sdp::Codec>,
    port: Port,
    passage: Passage,
}

impl Engine {
    /// Who is called for a caller is offered the caller's codec first, so that packets can pass as they are. Wide sound is left
    /// out where the caller has none: each packet would have to be made anew, and nobody would hear more.
    pub(crate) fn codecs_for(&self, caller: &Line) -> Vec<sdp::Codec> {
        let first = caller.format().map(|settled| format::to_sdp(settled.codec));
        let is_of_use =
            |codec: &sdp::Codec| first.is_none_or(|it| it.is_wide()) || !codec.is_wide();
        let others = self.config.codecs.iter().copied().filter(is_of_use);
        first.into_iter().chain(others.filter(|codec| Some(*codec) != first)).collect()
    }
}

/// How a phone ended its ringing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum GaveUp {
    /// A person said no.
    Declined,
    /// A person passed the call on to a colleague.
    PassedOn(AgentId),
    /// The phone was busy, or set to say so.
    Busy,
    /// The phone could not be rung, or could not take the call.
    Unreachable,
}

impl GaveUp {
    /// RFC 3261 §21.4.24 and §21.6: 603 is a person's no. So are 486 and 600 of a phone that has rung, for
    /// many have no other word for it; at once they say that the phone is busy. The rest is the phone's.
    fn of(status: StatusCode, has_rung: bool) -> Self {
        match status.code() {
            603 => Self::Declined,
            486 | 600 if has_rung => Self::Declined,
            486 | 600 => Self::Busy,
            _ => Self::Unreachable,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn busy_is_a_persons_no_once_the_phone_has_rung() {
        let of = |code, has_rung| GaveUp::of(StatusCode::new(code).unwrap(), has_rung);
        assert_eq!([of(486, false), of(600, false)], [GaveUp::Busy; 2]);
        assert_eq!([of(486, true), of(600, true)], [GaveUp::Declined; 2]);
        assert_eq!([of(603, false), of(603, true)], [GaveUp::Declined; 2]);
        assert_eq!([of(404, true), of(503, false)], [GaveUp::Unreachable; 2]);
    }
}
