//! A phone of a story: a whole user agent, and the person who holds it.

mod account;
mod referring;
mod reflex;
mod watching;

use self::referring::Known;
use crate::site::ENGINE;
use bytes::Bytes;
use clock::Moment;
use ids::{FlowId, LegId};
use rand::SeedableRng;
use rand::rngs::StdRng;
use sdp::{Codec, Direction, LocalSession, Session, Srtp};
use sip_msg::{Contacts, Headers, Message, Method, Name, NameAddr, Request, StatusCode, Text, Uri};
use sip_ua::{Config, Hop, OutgoingInvite, Transport, UserAgent};
use std::collections::{BTreeMap, VecDeque};
use std::net::{IpAddr, SocketAddr};
use watching::{Memory, Watch};

/// What a phone says in an INVITE.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Offer {
    /// It can speak and listen, or not.
    Sound(Direction),
    /// It asks for our offer, and answers it in its ACK.
    Late,
    /// The same, with a text in the INVITE that may be passed over.
    LateWithText,
    /// It asks for our offer, and does not answer it.
    LateAndNever,
    /// Something else.
    Raw(Bytes),
}

/// A call of a phone.
struct Leg {
    sound: LocalSession,
    offer: Offer,
    /// The INVITE, while it rings.
    invite: Option<Box<Request>>,
    /// What was dialled, until it was proved whose phone it is.
    code: Option<&'static str>,
}

/// A phone.
pub(crate) struct Phone {
    pub(crate) address: SocketAddr,
    /// The account of an agent, or the number of a caller.
    user: &'static str,
    ua: UserAgent,
    transport: Transport,
    srtp: Srtp,
    flow: FlowId,
    legs: BTreeMap<LegId, Leg>,
    /// What the next ACK is to carry.
    ack_body: Option<Bytes>,
    registered: u32,
    path: Option<&'static str>,
    /// What its INVITEs say besides.
    headers: Headers,
    expires: u64,
    /// How much it wants to be the one.
    pub(crate) q: Option<&'static str>,
    /// Its keys with a lamp.
    watches: Vec<Watch>,
    memory: Memory,
    /// Whether its plug is in.
    pub(crate) alive: bool,
    /// Whether it says ACK, as it should.
    acknowledges: bool,
    /// Its calls that are up, the oldest first.
    known: Vec<Known>,
    /// The last one of its own that rang.
    rings: Option<Known>,
    /// Where each INVITE to it wants its answers meant for.
    called_from: BTreeMap<Text, Uri>,
    /// What it says besides what its user agent says.
    to_send: VecDeque<Message>,
}

impl Phone {
    pub(crate) fn new(user: &'static str, ip: IpAddr, flow: FlowId) -> Self {
        let address = SocketAddr::new(ip, 5060);
        let seed = flow.0;
        let mut config = Config::phone(address, "phone");
        // For those that are carriers.
        config.allow.push(Method::Register);
        config.allow.push(Method::Notify);
        Self {
            address,
            user,
            ua: UserAgent::new(config, StdRng::seed_from_u64(seed)),
            transport: Transport::Udp,
            srtp: Srtp::Never,
            flow,
            legs: BTreeMap::new(),
            ack_body: None,
            registered: 0,
            path: None,
            headers: Headers::default(),
            expires: 3_600,
            q: None,
            watches: Vec::new(),
            memory: Memory::Good,
            alive: true,
            acknowledges: true,
            known: Vec::new(),
            rings: None,
            called_from: BTreeMap::new(),
            to_send: VecDeque::new(),
        }
    }

    /// The way as the engine sees it.
    pub(crate) const fn hop(&self) -> Hop {
        Hop { transport: self.transport, flow: self.flow, peer: self.address }
    }

    const fn hop_to_engine(&self) -> Hop {
        Hop { transport: self.transport, flow: self.flow, peer: ENGINE }
    }

    fn session(&self, direction: Direction) -> LocalSession {
        let port = 4_000 + 2 * u16::try_from(self.legs.len()).unwrap();
        let rtp = SocketAddr::new(self.address.ip(), port);
        let mut sound = LocalSession::new(rtp, 1, vec![Codec::Pcma]).with_srtp(self.srtp);
        sound.offer(direction);
        sound
    }

    /// Calls a number, and gives up when it is asked who it is.
    pub(crate) fn call(&mut self, now: Moment, number: &'static str, offer: Offer) {
        self.begin_call(now, number, offer, None);
    }

    /// Calls a number, and proves whose phone it is when it is asked.
    pub(crate) fn dial(&mut self, now: Moment, number: &'static str, offer: Offer) {
        self.begin_call(now, number, offer, Some(number));
    }

    fn begin_call(
        &mut self,
        now: Moment,
        number: &'static str,
        offer: Offer,
        code: Option<&'static str>,
    ) {
        let from = NameAddr::new(Uri::sip(self.user, ENGINE));
        let invite = self.invite(number, from, &offer);
        let leg = self.ua.invite(now, invite);
        let sound = match offer {
            Offer::Sound(direction) => self.session(direction),
            Offer::Late | Offer::LateWithText | Offer::LateAndNever | Offer::Raw(_) => {
                self.session(Direction::SendRecv)
            }
        };
        self.legs.insert(leg, Leg { sound, offer, invite: None, code });
    }

    fn invite(&self, number: &str, from: NameAddr, offer: &Offer) -> OutgoingInvite {
        let body = match offer {
            Offer::Sound(direction) => self.session(*direction).offer(*direction),
            Offer::Late | Offer::LateWithText | Offer::LateAndNever => Bytes::new(),
            Offer::Raw(body) => body.clone(),
        };
        let uri = Uri::sip(Text::from(number.to_owned()), ENGINE);
        let mut invite = OutgoingInvite::new(self.hop_to_engine(), uri, from, body);
        invite.contact_user = Some(Text::from(self.user));
        invite.headers = self.headers.clone();
        if let Some(hops) = invite.headers.get(Name::MaxForwards) {
            invite.max_forwards = Some(hops.to_str_lossy().parse().unwrap());
            invite.headers.remove(Name::MaxForwards);
        }
        invite
    }

    /// Its INVITEs say this from now on.
    pub(crate) fn write(&mut self, header: &'static str) {
        let (name, value) = header.split_once(": ").unwrap();
        self.headers.push(Name::new(name).unwrap(), value);
    }

    pub(crate) fn answer(&mut self, now: Moment, direction: Direction) {
        let mut sound = self.session(direction);
        let (id, leg) = self.ringing();
        let offer = leg.invite.take().unwrap().body;
        let (body, _) = sound.answer(&Session::parse(&offer).unwrap()).unwrap();
        leg.sound = sound;
        self.ua.answer(now, id, body);
    }

    /// Lets the caller hear something before the answer.
    pub(crate) fn sound_early(&mut self, now: Moment) {
        let mut sound = self.session(Direction::SendRecv);
        let (id, leg) = self.ringing();
        let offer = leg.invite.as_ref().unwrap().body.clone();
        let (body, _) = sound.answer(&Session::parse(&offer).unwrap()).unwrap();
        self.ua.progress(now, id, StatusCode::SESSION_PROGRESS, Some(body));
    }

    pub(crate) fn answer_with(&mut self, now: Moment, body: Bytes) {
        let (id, leg) = self.ringing();
        leg.invite = None;
        self.ua.answer(now, id, body);
    }

    pub(crate) fn reject(&mut self, now: Moment, status: u16) {
        let (leg, _) = self.ringing();
        self.legs.remove(&leg);
        self.ua.reject(now, leg, StatusCode::new(status).unwrap(), Headers::default());
    }

    /// Sends whoever calls on to somebody else.
    pub(crate) fn redirect(&mut self, now: Moment, to: &'static str) {
        let (leg, _) = self.ringing();
        self.legs.remove(&leg);
        let mut headers = Headers::default();
        headers.push(Name::Contact, NameAddr::new(Uri::sip(to, ENGINE)));
        self.ua.reject(now, leg, StatusCode::new(302).unwrap(), headers);
    }

    fn ringing(&mut self) -> (LegId, &mut Leg) {
        let mut legs = self.legs.iter_mut();
        let (id, leg) = legs.find(|(_, leg)| leg.invite.is_some()).expect("the phone rings");
        (*id, leg)
    }

    /// A BYE to a call that was not answered, as it looks when it overtakes the 200.
    pub(crate) fn say_early_bye(&mut self, now: Moment) {
        let invite = self.ringing().1.invite.clone().unwrap();
        let Ok(Contacts::List(contacts)) = invite.headers.contacts() else { panic!("no Contact") };
        let (from, to) = (invite.to.clone().with_tag("early"), invite.from.clone());
        let target = contacts[0].uri();
        let bye = Request::new(Method::Bye, target, from, to, invite.call_id.clone(), 1);
        let hop = self.hop_to_engine();
        self.ua.request(now, hop, bye);
    }

    /// Presses a key, and says so in a message.
    pub(crate) fn press(&mut self, now: Moment, key: char) {
        let (leg, _) = self.talking();
        self.ua.press(now, leg, key);
    }

    /// Ends the oldest call.
    pub(crate) fn hang_up(&mut self, now: Moment) {
        let (leg, _) = self.legs.pop_first().expect("the phone is on a call");
        self.ua.hang_up(now, leg, None);
    }

    pub(crate) fn reoffer(&mut self, now: Moment, direction: Direction) {
        let offer = self.talking().1.sound.offer(direction);
        self.reoffer_raw(now, offer);
    }

    pub(crate) fn reoffer_raw(&mut self, now: Moment, offer: Bytes) {
        let (leg, _) = self.talking();
        self.ua.reinvite(now, leg, offer);
    }

    /// A re-INVITE that makes no offer.
    pub(crate) fn ask_for_offer(&mut self, now: Moment) {
        self.talking().1.offer = Offer::Late;
        self.reoffer_raw(now, Bytes::new());
    }

    fn talking(&mut self) -> (LegId, &mut Leg) {
        let (id, leg) = self.legs.iter_mut().next().expect("the phone is on a call");
        (*id, leg)
    }
}
