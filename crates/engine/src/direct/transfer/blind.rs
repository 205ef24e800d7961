//! A blind transfer: the agent names who is to be called, and is told what comes of it.

use super::{Destination, Of, Parted, Referrer, Transfer};
use crate::call::{Stage as CallStage, Talked};
use crate::calls::Owner;
use crate::direct::{Calling, DirectCall, Party, Side, Stage};
use crate::engine::{Engine, Timer};
use crate::identity::number_dialled;
use crate::passage::Passage;
use crate::rules::{self, Met};
use crate::way_out::status_of;
use bytes::Bytes;
use clock::Moment;
use events::{CallEvent, What};
use ids::{AgentId, ClipId, LegId, PlayId};
use media_protocol::{Command, Port, Then};
use sip_msg::{Name, NameAddr, StatusCode, Text, Uri};
use sip_ua::ReferralId;
use std::sync::Arc;

/// Who is called in place of the agent.
pub(super) struct Next {
    pub(super) to: Destination,
    pub(super) dialled: String,
    pub(super) port: Port,
    pub(super) calling: Calling,
}

impl Engine {
    /// Calls what the agent has dialled for the other party.
    pub(super) fn transfer_blindly(
        &mut self,
        now: Moment,
        referrer: Referrer,
        referral: ReferralId,
        dialled: &str,
    ) {
        if let Some(number) = number_dialled(&self.plan, dialled) {
            return match referrer.of {
                Of::Queue => self.transfer_to_number(now, referrer, referral, &number),
                // Who is no caller of ours has no way through the dialplan.
                Of::Direct(_) => self.no_transfer(now, referral, StatusCode::FORBIDDEN),
            };
        }
        match self.call_next(now, referrer, dialled) {
            Ok(next) => {
                self.ua.accept_referral(now, referral);
                self.hand_over(now, referrer, referral, next);
            }
            Err(status) => self.no_transfer(now, referral, status),
        }
    }

    /// The caller goes through the dialplan again, from another number; the agent is done.
    fn transfer_to_number(
        &mut self,
        now: Moment,
        Referrer { call: id, by, .. }: Referrer,
        referral: ReferralId,
        number: &Arc<str>,
    ) {
        let Some(call) = self.calls.get(id) else { return };
        let met = self.rule_met(now, number, &call.caller);
        if let Some(refusal) = met.as_ref().and_then(Met::refusal) {
            // The caller stays with the agent, who hears what the number says to such a caller.
            return self.no_transfer(now, referral, rules::status_of(refusal));
        }
        let visit = self.begin_visit(now, number, met.as_ref());
        let Some(call) = self.calls.get_mut(id) else { return };
        let visit = visit.after(&call.visit);
        let CallStage::Talking(talk) = call.enter(now, CallStage::InPlan) else { return };
        call.language = visit.language();
        call.visit = visit;
        call.talked = Talked::Before;
        self.ua.accept_referral(now, referral);
        self.ua.notify_referral(now, referral, StatusCode::OK);
        let (account, to) = (self.plan.agent(by).account.clone(), number.to_string());
        let transferred = CallEvent::Transferred { by: account, to, trunk: None };
        self.record(now, What::Call(id, transferred));
        met.iter().for_each(|met| self.record_rule(now, id, met));
        self.release_talk(now, id, talk);
        self.talks_no_more(now, by, id);
        self.visit(now, id, ivr::Input::Answered);
    }

    /// Calls who was dialled, by the agent's right.
    ///
    /// # Errors
    /// The answer to the agent, if nobody can be called.
    fn call_next(
        &mut self,
        now: Moment,
        referrer: Referrer,
        dialled: &str,
    ) -> Result<Next, StatusCode> {
        let (id, by) = (referrer.call, referrer.by);
        let to = match self.plan.agent_of(dialled) {
            Some(to) if to == by => return Err(StatusCode::FORBIDDEN),
            Some(to) => Destination::Agent(to),
            None => self.find_way_out(now, by, dialled).map_err(status_of)?,
        };
        let (line, shown, passage) =
            self.other_party(referrer).ok_or(StatusCode::SERVICE_UNAVAILABLE)?;
        let (worker, codecs) = (line.port.worker, self.codecs_for(line));
        let passage = self.referred_by(by, passage);
        let port = self.ports.lend_of(worker).ok_or(StatusCode::SERVICE_UNAVAILABLE)?;
        let rung = self.call_out(now, (id, &to), (port, &codecs), (&shown, &passage));
        if rung.legs.is_empty() {
            self.ports.give_back(port);
            return Err(StatusCode::TEMPORARILY_UNAVAILABLE);
        }
        Ok(Next { to, dialled: dialled.to_owned(), port, calling: Calling::of(rung) })
    }

    /// What goes on to whoever is called instead, who learns which agent has sent the call (RFC 3892
    /// §2.2): by our word and not the phone's.
    fn referred_by(&self, by: AgentId, mut passage: Passage) -> Passage {
        let account = Text::from(self.plan.agent(by).account.to_string());
        let agent = NameAddr::new(Uri::sip(account, self.config.sip.plain()));
        passage.hops = passage.hops.saturating_sub(1);
        passage.say_to_phones(Name::ReferredBy, Text::from(&agent));
        passage
    }

    /// From here on the other party waits for who is called; the agent stays until that is decided.
    pub(super) fn hand_over(
        &mut self,
        now: Moment,
        referrer: Referrer,
        referral: ReferralId,
        next: Next,
    ) {
        let (id, by) = (referrer.call, referrer.by);
        let Some(parted) = self.part(referrer) else { return };
        let Parted { party, other, line, desk, passage } = parted;
        let music = music_of(&party);
        self.calls.own(other.leg, Owner::Direct(id, Side::Caller));
        self.calls.own(line.leg, Owner::Referrer(id));
        self.timers.set(Timer::DirectNoSign(id), now + self.config.sign_max);
        self.timers.set(Timer::DirectRing(id), now + self.config.direct_ring_max);
        match &next.to {
            Destination::Agent(to) => self.occupy(now, *to),
            Destination::Outside(_) => {}
        }
        self.play_meanwhile((other.port.worker, other.leg), music);
        let transfer = Transfer { by, referral, line: Some(line), desk };
        let call = DirectCall {
            id,
            party,
            from: Some(by),
            to: next.to,
            dialled: next.dialled,
            caller: other,
            passage: self.referred_by(by, passage),
            redirections: 0,
            body: Bytes::new(),
            port: next.port,
            transfer: Some(Box::new(transfer)),
            stage: Stage::Calling(next.calling),
            since: now,
        };
        self.directs.by_id.insert(id, call);
        self.touch_call(id);
    }

    /// Music for who waits for another one than has handed the call over.
    fn play_meanwhile(&mut self, (worker, stream): (u8, LegId), music: Option<ClipId>) {
        match music {
            Some(music) => {
                let (clips, then) = (Arc::new([]), Then::Music(music));
                let play = PlayId::default();
                self.media(worker, Command::Play { stream, play, clips, then });
            }
            None => self.play_music(worker, stream),
        }
    }
}

/// The music of the queue that the other party was in.
fn music_of(party: &Party) -> Option<ClipId> {
    match party {
        Party::Visitor(visitor) => visitor.music,
        Party::Agent(_) | Party::Outside(_) => None,
    }
}
