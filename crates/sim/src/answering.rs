//! How agents take a ring: mostly as they should, and in every other way there is.

use crate::agent::AgentDoes;
use crate::lines::On;
use crate::phone::{PhoneId, Presence, Sound};
use crate::plane::Voice;
use crate::world::{Mood, World};
use bytes::Bytes;
use ids::LegId;
use media_protocol::Digit;
use rand::RngExt;
use sdp::Codec;
use sip_msg::{Contacts, Headers, Method, Request, StatusCode};
use std::net::SocketAddr;

/// How a ring is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manner {
    /// And talks.
    Willing,
    /// And hangs up before a word is said.
    Curt,
    /// And sends no sound.
    Mute,
    /// With a description of a session that nobody can use.
    Unusable,
}

/// Refusals of a person, and of a phone.
const REFUSALS: [StatusCode; 7] = [
    StatusCode::BUSY_HERE,
    StatusCode::DECLINE,
    StatusCode::BUSY_EVERYWHERE,
    StatusCode::TEMPORARILY_UNAVAILABLE,
    StatusCode::NOT_FOUND,
    StatusCode::NOT_ACCEPTABLE_HERE,
    StatusCode::SERVER_INTERNAL_ERROR,
];

impl World {
    /// An agent's phone gets a call.
    pub(crate) fn agent_rung(&mut self, phone: PhoneId, leg: LegId, request: &Request) {
        if self.agent(phone).lines.are_all_on() {
            self.phone_does(phone, |ua, now| {
                ua.reject(now, leg, StatusCode::BUSY_HERE, Headers::new());
            });
            return;
        }
        let rtp = SocketAddr::new(self.phone(phone).address.ip(), self.new_number());
        let sound = Sound::new(rtp, vec![Codec::Pcmu, Codec::Pcma]);
        let invite = Box::new(request.clone());
        self.agent(phone).lines.begin(On::Call { leg, invite, sound, answered: None });
        match self.mood {
            Mood::Good | Mood::Done => {
                self.plans(phone, 50..=100, AgentDoes::Ring(leg));
                self.plans(phone, 500..=1_500, AgentDoes::Answer(leg, Manner::Willing));
            }
            Mood::Wild => self.rung_wildly(phone, leg),
        }
    }

    fn rung_wildly(&mut self, phone: PhoneId, leg: LegId) {
        // A phone rings for so long and no longer, if it hears nothing more.
        self.plans(phone, 40_000..=60_000, AgentDoes::GiveUp(leg));
        if self.people.random_range(0..1_000) < self.day.vanish_promille {
            self.vanish(phone);
        }
        let what = self.people.random_range(0..100);
        if what < 97 {
            self.plans(phone, 1..=300, AgentDoes::Ring(leg));
        }
        match what {
            0..60 => self.plans(phone, 300..=4_000, AgentDoes::Answer(leg, Manner::Willing)),
            60..72 => {
                let at = self.people.random_range(0..REFUSALS.len());
                let status = *REFUSALS.get(at).expect("the die has as many sides");
                self.plans(phone, 1..=3_000, AgentDoes::Refuse(leg, status));
            }
            72..78 => self.plans(phone, 10..=3_000, AgentDoes::Answer(leg, Manner::Curt)),
            // Just when the ring time is over: the answer and the CANCEL meet on the way.
            78..84 => self.plans(phone, 5_700..=8_300, AgentDoes::Answer(leg, Manner::Willing)),
            84..87 => self.plans(phone, 10..=2_000, AgentDoes::Answer(leg, Manner::Unusable)),
            87..91 => self.plans(phone, 10..=2_000, AgentDoes::Answer(leg, Manner::Mute)),
            91..93 => self.plans(phone, 10..=3_000, AgentDoes::EarlyBye(leg)),
            // Nobody is there.
            _ => {}
        }
    }

    pub(crate) fn refuse_ring(&mut self, phone: PhoneId, leg: LegId, status: StatusCode) {
        if self.agent(phone).lines.end(leg).is_some() {
            self.phone_does(phone, |ua, now| ua.reject(now, leg, status, Headers::new()));
        }
    }

    /// The phone has rung for long enough.
    pub(crate) fn give_up_ring(&mut self, phone: PhoneId, leg: LegId) {
        if let Some(On::Call { answered: None, .. }) = self.agent(phone).lines.at(leg) {
            self.refuse_ring(phone, leg, StatusCode::TEMPORARILY_UNAVAILABLE);
        }
    }

    /// A BYE to a call that nobody has answered, as it looks when it overtakes the 200.
    pub(crate) fn say_early_bye(&mut self, phone: PhoneId, leg: LegId) {
        let Some(On::Call { invite, answered: None, .. }) = self.agent(phone).lines.at(leg) else {
            return;
        };
        let Ok(Contacts::List(contacts)) = invite.headers.contacts() else { return };
        let Some(contact) = contacts.first() else { return };
        let (from, to) = (invite.to.clone().with_tag("early"), invite.from.clone());
        let call_id = invite.call_id.clone();
        let bye = Request::new(Method::Bye, contact.uri(), from, to, call_id, 1);
        let hop = self.phone(phone).hop();
        self.phone_does(phone, |ua, now| ua.request(now, hop, bye));
        self.refuse_ring(phone, leg, StatusCode::TEMPORARILY_UNAVAILABLE);
    }

    pub(crate) fn answer_ring(&mut self, phone: PhoneId, leg: LegId, manner: Manner) {
        let on = self.agent(phone).lines.at_mut(leg);
        let Some(On::Call { invite, sound, answered, .. }) = on else { return };
        let rtp = sound.rtp;
        let Some(answer) = sound.answer(&invite.body) else { return };
        *answered = Some(manner);
        let answer = match manner {
            Manner::Willing | Manner::Curt | Manner::Mute => answer,
            Manner::Unusable => Bytes::from_static(b"v=0\r\nthis is none\r\n"),
        };
        if manner == Manner::Mute {
            self.plane.set_voice(rtp, Voice::Mute);
        }
        if self.phone(phone).presence == Presence::Away {
            self.plane.set_voice(rtp, Voice::Gone(self.now));
        }
        self.phone_does(phone, |ua, now| ua.answer(now, leg, answer));
        self.plan_talk(phone, leg, manner);
    }

    pub(crate) fn agent_presses(&mut self, phone: PhoneId, leg: LegId) {
        if let Some(On::Call { sound, answered: Some(_), .. }) = self.agent(phone).lines.at(leg) {
            let rtp = sound.rtp;
            let digit = Digit::from_char('2').expect("every phone has it");
            let pressed = self.plane.press_somewhere(rtp, digit);
            self.tell_media(pressed);
        }
    }

    fn plan_talk(&mut self, phone: PhoneId, leg: LegId, manner: Manner) {
        let length = match (self.mood, manner) {
            (_, Manner::Curt) => 0..=400,
            (Mood::Good | Mood::Done, _) => 2_000..=4_000,
            (Mood::Wild, _) => 500..=30_000,
        };
        self.plans(phone, length, AgentDoes::HangUp(leg));
        if self.people.random_bool(0.5) {
            self.plans(phone, 100..=4_000, AgentDoes::PressDone(leg));
        }
        if self.mood == Mood::Wild && self.people.random_ratio(1, 4) {
            self.plans(phone, 0..=4_000, AgentDoes::Hold(leg));
            self.plans(phone, 0..=12_000, AgentDoes::Resume(leg));
        }
    }
}
