//! Callers: they dial, choose, wait as long as they like, and go.

use crate::agenda::Due;
use crate::phone::{PhoneId, Sound};
use crate::plane::Voice;
use crate::site::{ENGINE, Site, TRUNK};
use crate::world::{Mood, World};
use bytes::Bytes;
use clock::Duration;
use ids::LegId;
use media_protocol::Digit;
use rand::RngExt;
use sdp::{Codec, Direction};
use sip_msg::{NameAddr, StatusCode, Text, Uri};
use sip_ua::{Event, OutgoingInvite};
use std::net::SocketAddr;

/// The number that promises to call back.
const CALLBACK: &str = "105";
/// The number that asks for the number of a case.
const CASE: &str = "106";

/// How fast people type.
const KEY_EVERY: Duration = Duration::from_millis(300);

/// How many people there are to call.
pub(crate) const PEOPLE: u16 = 50;

/// What a caller does.
#[derive(Clone, Copy, Debug)]
pub(crate) enum CallerDoes {
    Press(char),
    Hold,
    Resume,
    HangUp,
    Vanish,
}

/// A caller, as the trunk knows them.
#[derive(Debug)]
pub(crate) struct Caller {
    call_id: Text,
    sound: Sound,
    /// Where the engine listens.
    port: Option<u16>,
    /// Whether the call was answered.
    is_on: bool,
    wants: Wants,
}

/// What a caller has dialled for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wants {
    Agent,
    /// To be called back.
    Callback,
    /// To say which case it is about.
    ToTellACase,
    /// Nothing: we have called.
    Nothing,
}

impl Caller {
    /// One who was called, and has answered.
    pub(crate) const fn called(call_id: Text, sound: Sound) -> Self {
        Self { call_id, sound, port: None, is_on: true, wants: Wants::Nothing }
    }

    pub(crate) const fn call_id(&self) -> &Text {
        &self.call_id
    }

    /// Whether the call was answered.
    pub(crate) const fn is_on(&self) -> bool {
        self.is_on
    }

    /// Whether it is one who has called, and was answered.
    pub(crate) fn has_called(&self) -> bool {
        self.is_on && self.wants != Wants::Nothing
    }

    /// Where the caller listens.
    pub(crate) const fn ear(&self) -> SocketAddr {
        self.sound.rtp
    }
}

impl World {
    pub(crate) fn next_caller(&mut self) {
        if self.mood != Mood::Wild {
            return;
        }
        self.dial();
        let mean = u64::try_from(self.day.caller_every.as_millis()).expect("callers are frequent");
        let at = self.in_millis(1..=2 * mean);
        self.agenda.put(at, Due::NextCaller);
    }

    pub(crate) fn dial(&mut self) {
        let number = self.new_number();
        let mut sound = Sound::new(SocketAddr::new(TRUNK, number), self.codecs());
        let offer = self.opening_offer(&mut sound);
        let dialled = match self.people.random_range(0..100) {
            0..62 => "100",
            62..86 => "101",
            86..91 => "102",
            91..94 => "103",
            94..98 => "104",
            _ => "999",
        };
        let dialled = self.perhaps_a_callback(dialled);
        // The same people call again and again.
        let who = number % PEOPLE;
        let from = NameAddr::new(Uri::sip(format!("+4670{who:07}"), SocketAddr::new(TRUNK, 5060)));
        let hop = self.phone(PhoneId::TRUNK).hop();
        let mut invite = OutgoingInvite::new(hop, Uri::sip(dialled, ENGINE), from, offer);
        let call_id = Text::from(format!("c{number}"));
        invite.call_id = Some(call_id.clone());
        self.say(format_args!("caller c{number} dials {dialled}"));
        let leg = self.phone_does(PhoneId::TRUNK, |ua, now| ua.invite(now, invite));
        let wants = match dialled {
            CALLBACK => Wants::Callback,
            CASE => Wants::ToTellACase,
            _ => Wants::Agent,
        };
        self.callers.insert(leg, Caller { call_id, sound, port: None, is_on: false, wants });
        if self.people.random_ratio(1, 14) {
            self.will(leg, 0..=600, CallerDoes::HangUp);
        }
        if self.people.random_range(0..1_000) < self.day.vanish_promille {
            self.will(leg, 0..=400, CallerDoes::Vanish);
        }
    }

    /// Where callers can be called back, a quarter of them wants that, and some have a case.
    fn perhaps_a_callback(&mut self, dialled: &'static str) -> &'static str {
        if self.site() != Site::Promises {
            return dialled;
        }
        match self.people.random_range(0..16) {
            0..4 => CALLBACK,
            4 => CASE,
            _ => dialled,
        }
    }

    fn codecs(&mut self) -> Vec<Codec> {
        match self.people.random_range(0..4) {
            0 => vec![Codec::Pcmu],
            1 => vec![Codec::Pcmu, Codec::Pcma],
            _ => vec![Codec::Pcma, Codec::Pcmu],
        }
    }

    /// Nearly always one that can be used.
    fn opening_offer(&mut self, sound: &mut Sound) -> Bytes {
        let offer = sound.offer(Direction::SendRecv);
        match self.people.random_range(0..60) {
            0 => Bytes::from_static(b"this is none\r\n"),
            1 => Bytes::from_static(
                b"v=0\r\no=- 1 1 IN IP4 10.0.2.1\r\ns=-\r\nc=IN IP4 10.0.2.1\r\nt=0 0\r\n\
                  m=audio 4000 RTP/AVP 18\r\n",
            ),
            _ => offer,
        }
    }

    fn will(&mut self, leg: LegId, millis: std::ops::RangeInclusive<u64>, does: CallerDoes) {
        let at = self.in_millis(millis);
        self.agenda.put(at, Due::Caller(leg, does));
    }

    pub(crate) fn caller_does(&mut self, leg: LegId, does: CallerDoes) {
        let Some(caller) = self.callers.get(&leg) else { return };
        if self.mood != Mood::Wild {
            // Whoever is on now stays until an agent has said goodbye, and holds nobody up.
            match does {
                CallerDoes::Press(_)
                | CallerDoes::Hold
                | CallerDoes::HangUp
                | CallerDoes::Vanish => return,
                CallerDoes::Resume => {}
            }
        }
        let call_id = caller.call_id.clone();
        self.say(format_args!("caller {call_id} does {does:?}"));
        match does {
            CallerDoes::Press(key) => self.press(leg, key),
            CallerDoes::Hold => self.caller_offers(leg, Direction::SendOnly),
            CallerDoes::Resume => self.caller_offers(leg, Direction::SendRecv),
            CallerDoes::HangUp => {
                self.caller_leaves(leg);
                self.phone_does(PhoneId::TRUNK, |ua, now| ua.hang_up(now, leg, None));
            }
            CallerDoes::Vanish => self.caller_vanishes(leg),
        }
    }

    fn press(&mut self, leg: LegId, key: char) {
        let Some(caller) = self.callers.get(&leg) else { return };
        let digit = Digit::from_char(key).expect("callers have ordinary keys");
        let pressed = caller.port.and_then(|port| self.plane.press(caller.sound.rtp, port, digit));
        self.tell_media(pressed);
    }

    fn caller_offers(&mut self, leg: LegId, direction: Direction) {
        let Some(caller) = self.callers.get_mut(&leg) else { return };
        if caller.port.is_some() {
            let offer = caller.sound.offer(direction);
            self.asking.insert((PhoneId::TRUNK, leg));
            self.crashing.iter_mut().for_each(|crashing| crashing.asks(leg));
            self.phone_does(PhoneId::TRUNK, |ua, now| ua.reinvite(now, leg, offer));
        }
    }

    /// The caller's phone is silent from here on, whatever its messages say.
    fn caller_leaves(&mut self, leg: LegId) -> Option<Caller> {
        let caller = self.callers.remove(&leg)?;
        self.plane.set_voice(caller.sound.rtp, Voice::Gone(self.now));
        Some(caller)
    }

    /// Nothing of the caller reaches us any more, and nothing of ours the caller.
    fn caller_vanishes(&mut self, leg: LegId) {
        if let Some(caller) = self.caller_leaves(leg) {
            self.cut_off.insert(caller.call_id);
        }
    }

    /// Something happened on the trunk.
    pub(crate) fn trunk_hears(&mut self, event: Event) {
        match event {
            Event::Answered { leg, sdp, .. } => self.caller_answered(leg, sdp),
            Event::Rejected { leg, .. }
            | Event::Unreachable { leg, .. }
            | Event::Cancelled { leg }
            | Event::Ended { leg, .. } => {
                self.customers.remove(&leg);
                self.caller_leaves(leg);
            }
            Event::Incoming { leg, request, .. } => self.customer_rung(leg, &request),
            Event::Reoffered { leg, sdp } => self.caller_reoffered(leg, sdp),
            Event::Request { txn, request, .. } => {
                let ok = request.reply(StatusCode::OK);
                self.phone_does(PhoneId::TRUNK, |ua, now| ua.reply(now, txn, ok));
            }
            Event::Reanswered { leg, .. } | Event::ReinviteFailed { leg, .. } => {
                self.asking.remove(&(PhoneId::TRUNK, leg));
            }
            Event::Established { .. }
            | Event::Trying { .. }
            | Event::Progress { .. }
            | Event::Pressed { .. }
            | Event::Referred { .. }
            | Event::Response { .. }
            | Event::StrayAnswer { .. }
            | Event::Failed { .. } => {}
        }
    }

    /// The engine answered: the caller has a visit in mind.
    fn caller_answered(&mut self, leg: LegId, sdp: Option<Bytes>) {
        let Some(caller) = self.callers.get_mut(&leg) else { return };
        let agreed = sdp.and_then(|sdp| caller.sound.agree(&sdp));
        caller.port = agreed.map(|remote| remote.port());
        caller.is_on = true;
        let wants = caller.wants;
        for _ in 0..self.people.random_range(0..=3) {
            let keys = ['1', '1', '2', '2', '3', '9', '0', '7', '#'];
            let at = self.people.random_range(0..keys.len());
            let key = *keys.get(at).expect("the die has as many sides");
            self.will(leg, 50..=9_000, CallerDoes::Press(key));
        }
        if wants == Wants::Callback {
            // Whoever wants that does not wait for all the words.
            if self.people.random_ratio(1, 4) {
                let other = self.people.random_range(0..PEOPLE);
                self.will_type(leg, 200..=3_000, &format!("2070{other:07}#1"));
            } else {
                self.will(leg, 200..=3_000, CallerDoes::Press('1'));
            }
        }
        if wants == Wants::ToTellACase {
            let case = self.people.random_range(1_000..=9_999);
            self.will_type(leg, 200..=4_000, &format!("{case}#1"));
        }
        self.will_leave(leg);
        if self.people.random_ratio(1, 8) {
            self.will(leg, 0..=20_000, CallerDoes::Hold);
            self.will(leg, 5_000..=30_000, CallerDoes::Resume);
        }
        if self.people.random_range(0..1_000) < self.day.vanish_promille {
            self.will(leg, 0..=40_000, CallerDoes::Vanish);
        }
    }

    /// Presses one key after another.
    fn will_type(&mut self, leg: LegId, millis: std::ops::RangeInclusive<u64>, keys: &str) {
        let begins = self.in_millis(millis);
        for (key, at) in keys.chars().zip(0_u32..) {
            let at = begins + KEY_EVERY * at;
            self.agenda.put(at, Due::Caller(leg, CallerDoes::Press(key)));
        }
    }

    /// Nobody stays for ever.
    pub(crate) fn will_leave(&mut self, leg: LegId) {
        let patience = match self.people.random_range(0..5) {
            0 => 0..=3_000,
            1 => 1_000..=20_000,
            _ => 20_000..=120_000,
        };
        self.will(leg, patience, CallerDoes::HangUp);
    }

    /// A caller hears nothing any more, and hangs up.
    pub(crate) fn caller_gives_up(&mut self, leg: LegId) {
        if self.caller_leaves(leg).is_some() {
            self.phone_does(PhoneId::TRUNK, |ua, now| ua.hang_up(now, leg, None));
        }
    }

    fn caller_reoffered(&mut self, leg: LegId, sdp: Option<Bytes>) {
        let caller = self.callers.get_mut(&leg);
        let answer = caller.and_then(|caller| {
            let (answer, engine) = caller.sound.answer_to(&sdp?)?;
            // Keys go to where the engine listens now.
            caller.port = Some(engine.port());
            Some(answer)
        });
        self.phone_does(PhoneId::TRUNK, |ua, now| match answer {
            Some(answer) => ua.accept_reinvite(now, leg, answer),
            None => ua.refuse_reinvite(now, leg, StatusCode::NOT_ACCEPTABLE_HERE),
        });
    }
}
