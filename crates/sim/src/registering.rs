//! What an agent's phone tells the engine of itself: where it is, and by short code whether the
//! agent is there. Both prove with a digest whose phone it is.

use crate::agent::AgentDoes;
use crate::lines::On;
use crate::phone::{PhoneId, Sound};
use crate::site::ENGINE;
use crate::world::{Mood, World};
use bytes::Bytes;
use dialplan::{DispositionId, ShortCode};
use ids::{LegId, PauseId, QueueId};
use rand::RngExt;
use sdp::{Codec, Direction};
use sip_auth::{Login, respond};
use sip_msg::{Headers, Method, Name, NameAddr, Request, Response, StatusCode, Text, Uri};
use sip_ua::{ClientTxn, OutgoingInvite};
use std::net::SocketAddr;

/// How often one wish is proved before it is given up: the first proof may have met an old nonce.
const TRIES_MAX: u8 = 3;
/// A binding that lasts until everybody has gone home.
const LONG: u64 = 600;

/// What a phone knows of its binding.
#[derive(Debug)]
pub(crate) struct Registration {
    call_id: Text,
    cseq: u32,
    asking: Option<Asking>,
}

#[derive(Debug)]
struct Asking {
    txn: ClientTxn,
    expires: u64,
    tries: u8,
}

impl Registration {
    pub(crate) const fn new(call_id: Text) -> Self {
        Self { call_id, cseq: 0, asking: None }
    }
}

/// What is dialled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Code {
    In,
    Out,
    Pause,
    Resume,
    ExtendWrapUp,
    EndWrapUp,
    File,
    LeaveQueue,
    JoinQueue,
    /// No code, but the number of the colleague who comes in this place.
    Colleague(usize),
}

/// The queue of the site that agents leave and join.
const LEFT: QueueId = QueueId(1);

/// A phone that dials a code.
#[derive(Debug)]
pub(crate) struct CodeCall {
    pub(crate) leg: LegId,
    code: Code,
    tries: u8,
    pub(crate) sound: Sound,
    /// Of whoever talks to a colleague: the dialog's.
    pub(crate) talk: Option<Text>,
}

impl World {
    pub(crate) fn register(&mut self, phone: PhoneId) {
        let expires = match self.mood {
            Mood::Good | Mood::Done => LONG,
            // Which phones are there is to hang on nothing but the process.
            Mood::Wild if self.crashing.is_some() => LONG,
            Mood::Wild => self.people.random_range(20..=90),
        };
        self.ask(phone, expires, 0, Headers::new());
    }

    pub(crate) fn unregister(&mut self, phone: PhoneId) {
        if self.mood == Mood::Wild {
            self.ask(phone, 0, 0, Headers::new());
        }
    }

    fn ask(&mut self, phone: PhoneId, expires: u64, tries: u8, headers: Headers) {
        let address = self.phone(phone).address;
        let hop = self.phone(phone).hop();
        let agent = self.agent(phone);
        agent.registration.cseq += 1;
        let user = agent.login.user.clone();
        let who = NameAddr::new(Uri::sip(user.clone(), ENGINE));
        let mut request = Request::new(
            Method::Register,
            registrar(),
            who.clone(),
            who,
            agent.registration.call_id.clone(),
            agent.registration.cseq,
        );
        request.headers = headers;
        request.headers.push(Name::Contact, NameAddr::new(Uri::sip(user, address)));
        request.headers.push(Name::Expires, expires.to_string());
        let txn = self.phone_does(phone, |ua, now| ua.request(now, hop, request));
        self.agent(phone).registration.asking = Some(Asking { txn, expires, tries });
    }

    /// An answer to a REGISTER has come.
    pub(crate) fn registered(&mut self, phone: PhoneId, txn: ClientTxn, response: &Response) {
        let registration = &mut self.agent(phone).registration;
        let is_ours = |asking: &mut Asking| asking.txn == txn && response.status.is_final();
        let Some(asking) = registration.asking.take_if(is_ours) else { return };
        if response.status.is_success() {
            if asking.expires > 0 && self.mood == Mood::Wild && self.crashing.is_none() {
                let millis = asking.expires * 1_000;
                self.plans(phone, millis / 2..=millis + millis / 20, AgentDoes::Register);
            }
        } else if response.status == StatusCode::UNAUTHORIZED && asking.tries < TRIES_MAX {
            let proof = self.prove(phone, response, &Method::Register, &registrar());
            self.ask(phone, asking.expires, asking.tries + 1, proof);
        } else {
            self.plans(phone, 1_000..=5_000, AgentDoes::Register);
        }
    }

    /// No answer came.
    pub(crate) fn not_registered(&mut self, phone: PhoneId, txn: ClientTxn) {
        let asking = &mut self.agent(phone).registration.asking;
        if asking.take_if(|asking| asking.txn == txn).is_some() {
            self.plans(phone, 500..=5_000, AgentDoes::Register);
        }
    }

    /// The header that proves whose phone it is.
    fn prove(
        &mut self,
        phone: PhoneId,
        challenge: &Response,
        method: &Method,
        uri: &Uri,
    ) -> Headers {
        let (asks, answers) = match challenge.status {
            StatusCode::UNAUTHORIZED => (Name::WwwAuthenticate, Name::Authorization),
            _ => (Name::ProxyAuthenticate, Name::ProxyAuthorization),
        };
        let cnonce = format!("{:016x}", self.people.random::<u64>());
        let login: Login = self.agent(phone).login.clone();
        let mut headers = Headers::new();
        let proof = respond(challenge.headers.all(asks), method, uri, &login, &cnonce);
        if let Some(proof) = proof {
            headers.push(answers, proof);
        }
        headers
    }

    /// Dials a code, unless the phone is in use. Who wants to come to work when the day closes tries again.
    pub(crate) fn dial_code(&mut self, phone: PhoneId, code: Code) {
        if self.agent(phone).lines.are_all_on() {
            if self.mood != Mood::Wild && code == Code::In {
                self.plans(phone, 1_000..=2_000, AgentDoes::Dial(code));
            }
            return;
        }
        let rtp = SocketAddr::new(self.phone(phone).address.ip(), self.new_number());
        let mut sound = Sound::new(rtp, vec![Codec::Pcma]);
        let offer = sound.offer(Direction::SendRecv);
        let mut invite = self.code_invite(phone, code, offer);
        invite.call_id = Some(talk_id(&sound));
        let leg = self.phone_does(phone, |ua, now| ua.invite(now, invite));
        let talk = None;
        self.agent(phone).lines.begin(On::Code(CodeCall { leg, code, tries: 0, sound, talk }));
    }

    fn code_invite(&mut self, phone: PhoneId, code: Code, offer: Bytes) -> OutgoingInvite {
        let from = NameAddr::new(Uri::sip(self.agent(phone).login.user.clone(), ENGINE));
        OutgoingInvite::new(self.phone(phone).hop(), self.code_uri(code), from, offer)
    }

    fn code_uri(&self, code: Code) -> Uri {
        let codes = &self.plan.short_codes;
        let wanted = match code {
            Code::In => ShortCode::LogIn,
            Code::Out => ShortCode::LogOut,
            Code::Pause => ShortCode::Pause(PauseId(0)),
            Code::Resume => ShortCode::Resume,
            Code::ExtendWrapUp => ShortCode::ExtendWrapUp,
            Code::EndWrapUp => ShortCode::EndWrapUp,
            Code::File => ShortCode::File(DispositionId(0)),
            Code::LeaveQueue => ShortCode::LeaveQueue(LEFT),
            Code::JoinQueue => ShortCode::JoinQueue(LEFT),
            Code::Colleague(place) => {
                let colleague = self.plan.agents.get(place).expect("colleagues are in the plan");
                return Uri::sip(Text::from(colleague.account.to_string()), ENGINE);
            }
        };
        let dialled = codes.of(wanted).expect("the site has these codes");
        Uri::sip(Text::from(dialled.to_string()), ENGINE)
    }

    /// A code was not taken: proves whose phone it is, if that was asked for.
    pub(crate) fn code_rejected(&mut self, phone: PhoneId, leg: LegId, response: &Response) {
        let Some(On::Code(_)) = self.agent(phone).lines.at(leg) else { return };
        let Some(On::Code(mut call)) = self.agent(phone).lines.end(leg) else { return };
        let asked = response.status == StatusCode::PROXY_AUTHENTICATION_REQUIRED;
        if !asked || call.tries >= TRIES_MAX {
            return self.try_code_later(phone, call.code);
        }
        let offer = call.sound.offer(Direction::SendRecv);
        let mut invite = self.code_invite(phone, call.code, offer);
        // RFC 3261 §22.2: the same call, the next number.
        invite.from = response.from.clone();
        invite.call_id = Some(response.call_id.clone());
        invite.cseq = Some(response.cseq + 1);
        invite.headers = self.prove(phone, response, &Method::Invite, &self.code_uri(call.code));
        call.leg = self.phone_does(phone, |ua, now| ua.invite(now, invite));
        call.tries += 1;
        self.agent(phone).lines.begin(On::Code(call));
    }

    /// Whoever wants to be in tries until it is so.
    pub(crate) fn try_code_later(&mut self, phone: PhoneId, code: Code) {
        if code == Code::In && self.mood != Mood::Done {
            self.plans(phone, 2_000..=9_000, AgentDoes::Dial(code));
        }
    }

    /// The code was taken; what is said to confirm it is heard out, or not waited for.
    pub(crate) fn code_answered(&mut self, phone: PhoneId, leg: LegId, sdp: Option<Bytes>) {
        let Some(On::Code(call)) = self.agent(phone).lines.at_mut(leg) else { return };
        let agreed = sdp.and_then(|sdp| call.sound.agree(&sdp));
        let is_talk = matches!(call.code, Code::Colleague(_));
        call.talk = is_talk.then(|| talk_id(&call.sound));
        let patience = match self.people.random_ratio(1, 3) {
            true => 0..=1_000,
            false if is_talk && self.mood == Mood::Wild => 5_000..=40_000,
            false => 10_000..=15_000,
        };
        self.plans(phone, patience, AgentDoes::HangUp(leg));
        let told = format!("{phone} cannot hear the engine");
        self.insist(agreed.map(|_| ()).ok_or(told));
    }
}

/// The Call-ID of who dials and listens there.
fn talk_id(sound: &Sound) -> Text {
    Text::from(format!("code-{}", sound.rtp.port()))
}

fn registrar() -> Uri {
    Uri::sip(Text::default(), ENGINE)
}
