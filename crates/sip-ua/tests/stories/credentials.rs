//! A carrier asks who we are, and others try to learn it.

use crate::wire::{ANSWER, OFFER, Side, config};
use clock::Moment;
use ids::{FlowId, LegId};
use rand::SeedableRng;
use rand::rngs::StdRng;
use sip_audit::Auditor;
use sip_msg::{Message, Method, Name, NameAddr, Request, Response, StatusCode, Text, Uri};
use sip_ua::{
    Config, Event, Hop, Login, OutgoingInvite, Output, Prover, SessionTimers, Transport, UserAgent,
};
use std::net::SocketAddr;

const CARRIER: &str = "192.0.2.7:5060";
const CALLEE: &str = "203.0.113.9:5060";
const FIRST: &str = "Digest realm=\"carrier\", nonce=\"1\", qop=\"auth\"";
const STALE: &str = "Digest realm=\"carrier\", nonce=\"2\", qop=\"auth\", stale=true";

fn hop(peer: &str) -> Hop {
    Hop { transport: Transport::Udp, flow: FlowId(1), peer: peer.parse().unwrap() }
}

fn prover() -> Prover {
    Prover::new(Login { user: Text::from("acme"), password: Text::from("secret") }, None)
}

/// A user agent that calls over a carrier, and what it sent and told.
struct Caller {
    ua: UserAgent,
    now: Moment,
    leg: LegId,
    sent: Vec<(SocketAddr, Request)>,
    told: Vec<Event>,
    auditor: Auditor,
}

impl Caller {
    /// It has sent its INVITE.
    fn calling() -> Self {
        Self::calling_with(Some(prover()))
    }

    fn calling_with(credentials: Option<Prover>) -> Self {
        Self::with(config(Side::A), credentials)
    }

    fn with(config: Config, credentials: Option<Prover>) -> Self {
        let mut ua = UserAgent::new(config, StdRng::seed_from_u64(1));
        let carrier: SocketAddr = CARRIER.parse().unwrap();
        let from = NameAddr::new(Uri::sip("acme", carrier));
        let target = Uri::sip("+46701112233", carrier);
        let invite = OutgoingInvite {
            credentials,
            ..OutgoingInvite::new(hop(CARRIER), target, from, OFFER)
        };
        let leg = ua.invite(Moment::ZERO, invite);
        let mut caller = Self {
            ua,
            now: Moment::ZERO,
            leg,
            sent: Vec::new(),
            told: Vec::new(),
            auditor: Auditor::default(),
        };
        caller.drain();
        caller
    }

    fn drain(&mut self) {
        while let Some(output) = self.ua.poll_output() {
            match output {
                Output::Send { hop, bytes } => {
                    self.auditor.says(self.now, &bytes).unwrap();
                    match sip_msg::parse(bytes).unwrap() {
                        Message::Request(request) => self.sent.push((hop.peer, request)),
                        Message::Response(response) => panic!("nobody asked: {}", response.status),
                    }
                }
                Output::Event(event) => self.told.push(event),
            }
        }
    }

    /// The last request of this method, and where it went.
    fn last(&self, method: &Method) -> &(SocketAddr, Request) {
        self.sent.iter().rfind(|(_, request)| request.method == *method).unwrap()
    }

    fn count(&self, method: &Method) -> usize {
        self.sent.iter().filter(|(_, request)| request.method == *method).count()
    }

    fn has_credentials(&self, method: &Method) -> bool {
        let headers = &self.last(method).1.headers;
        headers.has(Name::Authorization) || headers.has(Name::ProxyAuthorization)
    }

    /// `from` answers the last request of this method.
    fn answer(&mut self, from: &str, method: &Method, dress: impl FnOnce(Response) -> Response) {
        let mut response = dress(self.last(method).1.reply(StatusCode::TRYING));
        if response.to.tag().is_none() {
            response.to.set_tag(Text::from("theirs"));
        }
        let response = Message::Response(response);
        self.auditor.hears(self.now, &response);
        self.ua.receive(self.now, hop(from), response);
        self.drain();
    }

    /// The call rings, and that is to be acknowledged; whoever rings has its Contact at `contact`.
    fn ring(&mut self, contact: &str) {
        let contact = format!("<sip:callee@{contact}>");
        self.answer(CARRIER, &Method::Invite, |mut response| {
            response.status = StatusCode::RINGING;
            response.headers.push(Name::Contact, contact);
            response.headers.push(Name::Require, "100rel");
            response.headers.push(Name::RSeq, "7");
            response
        });
    }

    fn challenge(&mut self, from: &str, method: &Method, challenge: &'static str) {
        self.answer(from, method, |mut response| {
            response.status = StatusCode::PROXY_AUTHENTICATION_REQUIRED;
            response.headers.push(Name::ProxyAuthenticate, challenge);
            response
        });
    }

    /// The call is taken by somebody whose Contact is at `contact`.
    fn take(&mut self, contact: &str) {
        let contact = format!("<sip:callee@{contact}>");
        self.answer(CARRIER, &Method::Invite, |mut response| {
            response.status = StatusCode::OK;
            response.headers.push(Name::Contact, contact);
            response.with_body("application/sdp", ANSWER)
        });
    }
}

#[test]
fn an_invite_is_sent_again_with_credentials_and_its_ack_has_them_too() {
    let mut caller = Caller::calling();
    let first = caller.last(&Method::Invite).1.clone();
    caller.challenge(CARRIER, &Method::Invite, FIRST);
    let second = caller.last(&Method::Invite).1.clone();
    assert!(caller.has_credentials(&Method::Invite) && caller.told.is_empty());
    assert_eq!((second.cseq, &second.call_id), (first.cseq + 1, &first.call_id));
    assert_eq!(second.from.tag(), first.from.tag());
    assert_eq!(second.to.tag(), None);
    caller.take(CARRIER);
    assert!(matches!(caller.told[..], [Event::Answered { .. }]));
    assert!(caller.has_credentials(&Method::Ack));
}

#[test]
fn a_carrier_that_asks_with_ever_new_nonces_is_answered_twice() {
    let mut caller = Caller::calling();
    for challenge in [FIRST, STALE, STALE, STALE] {
        caller.challenge(CARRIER, &Method::Invite, challenge);
    }
    assert_eq!(caller.count(&Method::Invite), 3, "once without and twice with credentials");
    assert!(
        matches!(&caller.told[..], [Event::Rejected { response, .. }] if response.status.code() == 407)
    );
}

#[test]
fn a_carrier_that_does_not_take_the_password_is_not_given_it_again() {
    let mut caller = Caller::calling();
    caller.challenge(CARRIER, &Method::Invite, FIRST);
    caller.challenge(CARRIER, &Method::Invite, FIRST);
    assert_eq!(caller.count(&Method::Invite), 2);
    assert!(matches!(caller.told[..], [Event::Rejected { .. }]));
}

#[test]
fn a_reinvite_and_the_bye_of_the_same_leg_are_proved_too() {
    let mut caller = Caller::calling();
    caller.take(CARRIER);
    caller.ua.reinvite(Moment::ZERO, caller.leg, OFFER);
    caller.drain();
    caller.challenge(CARRIER, &Method::Invite, FIRST);
    assert!(caller.has_credentials(&Method::Invite));
    caller.take(CARRIER);
    assert!(matches!(caller.told[..], [Event::Answered { .. }, Event::Reanswered { .. }]));
    caller.ua.hang_up(Moment::ZERO, caller.leg, Some(Text::from("Q.850;cause=16")));
    caller.drain();
    let first = caller.last(&Method::Bye).1.clone();
    caller.challenge(CARRIER, &Method::Bye, STALE);
    let second = &caller.last(&Method::Bye).1;
    assert!(caller.has_credentials(&Method::Bye));
    assert_eq!(second.cseq, first.cseq + 1);
    assert!(second.headers.has(Name::Reason));
    for challenge in [STALE, STALE, STALE] {
        caller.challenge(CARRIER, &Method::Bye, challenge);
    }
    assert_eq!((caller.count(&Method::Bye), caller.ua.legs_len()), (3, 0));
}

#[test]
fn a_reinvite_and_the_bye_of_a_leg_that_outlived_its_process_are_proved_by_the_next_one() {
    let mut caller = Caller::calling();
    caller.take(CARRIER);
    let outlived = caller.ua.outlived(caller.leg).unwrap();
    caller.ua = UserAgent::new(config(Side::A), StdRng::seed_from_u64(2));
    caller.auditor.starts_anew();
    caller.leg = caller.ua.go_on_with(Moment::ZERO, outlived).unwrap();
    caller.ua.may_prove(caller.leg, prover());
    caller.ua.reinvite(Moment::ZERO, caller.leg, OFFER);
    caller.drain();
    caller.challenge(CARRIER, &Method::Invite, FIRST);
    assert!(caller.has_credentials(&Method::Invite));
    caller.take(CARRIER);
    assert!(matches!(caller.told[..], [Event::Answered { .. }, Event::Reanswered { .. }]));
    caller.ua.hang_up(Moment::ZERO, caller.leg, None);
    caller.drain();
    caller.challenge(CARRIER, &Method::Bye, STALE);
    assert!(caller.has_credentials(&Method::Bye));
}

#[test]
fn a_prack_is_proved_too() {
    let mut caller = Caller::calling();
    caller.challenge(CARRIER, &Method::Invite, FIRST);
    caller.ring(CARRIER);
    let first = caller.last(&Method::Prack).1.clone();
    assert!(!caller.has_credentials(&Method::Prack));
    caller.challenge(CARRIER, &Method::Prack, FIRST);
    let second = caller.last(&Method::Prack).1.clone();
    assert!(caller.has_credentials(&Method::Prack));
    assert_eq!(second.cseq, first.cseq + 1);
    assert_eq!(second.headers.get(Name::RAck), first.headers.get(Name::RAck));
    // An old nonce is worth one more try, and no more.
    for challenge in [STALE, STALE, STALE] {
        caller.challenge(CARRIER, &Method::Prack, challenge);
    }
    assert_eq!(caller.count(&Method::Prack), 3);
    // What comes after it in the same dialog goes on from its number.
    let last = caller.last(&Method::Prack).1.cseq;
    caller.take(CARRIER);
    caller.ua.hang_up(Moment::ZERO, caller.leg, None);
    caller.drain();
    assert_eq!(caller.last(&Method::Bye).1.cseq, last + 1);
}

#[test]
fn a_callee_who_asks_for_the_password_by_a_prack_is_not_given_it() {
    let mut caller = Caller::calling();
    caller.challenge(CARRIER, &Method::Invite, FIRST);
    caller.ring(CALLEE);
    assert_eq!(caller.last(&Method::Prack).0, CALLEE.parse().unwrap());
    caller.challenge(CALLEE, &Method::Prack, STALE);
    assert_eq!(caller.count(&Method::Prack), 1);
    assert!(!caller.has_credentials(&Method::Prack));
}

#[test]
fn a_carrier_that_asks_when_the_leg_is_refreshed_is_answered_by_a_reinvite() {
    let login = Login { user: Text::from("acme"), password: Text::from("secret") };
    let timed = Config { session: Some(SessionTimers::default()), ..config(Side::A) };
    let mut caller = Caller::with(timed, Some(Prover::new(login, None)));
    caller.answer(CARRIER, &Method::Invite, |mut response| {
        response.status = StatusCode::OK;
        response.headers.push(Name::Contact, format!("<sip:callee@{CARRIER}>"));
        response.headers.push(Name::Allow, "INVITE, ACK, BYE, UPDATE");
        response.headers.push(Name::Require, "timer");
        response.headers.push(Name::SessionExpires, "1800;refresher=uac");
        response.with_body("application/sdp", ANSWER)
    });
    caller.now = caller.ua.poll_timeout().unwrap();
    while caller.count(&Method::Update) == 0 {
        caller.now = caller.ua.poll_timeout().unwrap();
        caller.ua.handle_timeout(caller.now);
        caller.drain();
    }
    caller.challenge(CARRIER, &Method::Update, FIRST);
    assert_eq!((caller.count(&Method::Update), caller.count(&Method::Invite)), (1, 2));
    caller.challenge(CARRIER, &Method::Invite, FIRST);
    assert!(caller.has_credentials(&Method::Invite));
    caller.take(CARRIER);
    assert!(matches!(caller.told[..], [Event::Answered { .. }, Event::Reanswered { .. }]));
    assert_eq!(caller.ua.legs_len(), 1);
}

#[test]
fn whoever_is_called_learns_nothing_by_asking_in_the_carriers_realm() {
    let mut caller = Caller::calling();
    caller.challenge(CARRIER, &Method::Invite, FIRST);
    // The carrier steps aside: what follows goes straight to the callee.
    caller.take(CALLEE);
    assert_eq!(caller.last(&Method::Ack).0, CALLEE.parse().unwrap());
    assert!(!caller.has_credentials(&Method::Ack));
    caller.ua.reinvite(Moment::ZERO, caller.leg, OFFER);
    caller.drain();
    caller.challenge(CALLEE, &Method::Invite, STALE);
    assert!(!caller.has_credentials(&Method::Invite));
    assert!(matches!(caller.told.last(), Some(Event::ReinviteFailed { .. })));
    caller.ua.hang_up(Moment::ZERO, caller.leg, None);
    caller.drain();
    caller.challenge(CALLEE, &Method::Bye, STALE);
    assert_eq!((caller.count(&Method::Bye), caller.ua.legs_len()), (1, 0));
    assert!(!caller.has_credentials(&Method::Bye));
}

#[test]
fn another_realm_is_not_answered_even_by_the_carrier() {
    let mut caller = Caller::calling();
    caller.challenge(CARRIER, &Method::Invite, FIRST);
    caller.take(CARRIER);
    caller.ua.hang_up(Moment::ZERO, caller.leg, None);
    caller.drain();
    caller.challenge(CARRIER, &Method::Bye, "Digest realm=\"other\", nonce=\"3\", qop=\"auth\"");
    assert!(!caller.has_credentials(&Method::Bye));
}

#[test]
fn a_leg_without_credentials_shows_none_to_whoever_asks() {
    let mut caller = Caller::calling_with(None);
    caller.challenge(CARRIER, &Method::Invite, FIRST);
    assert_eq!(caller.count(&Method::Invite), 1);
    assert!(matches!(caller.told[..], [Event::Rejected { .. }]));
}

#[test]
fn a_call_that_was_given_up_is_not_begun_again_by_a_challenge() {
    let mut caller = Caller::calling();
    caller.answer(CARRIER, &Method::Invite, |response| response);
    caller.ua.hang_up(Moment::ZERO, caller.leg, None);
    caller.drain();
    caller.challenge(CARRIER, &Method::Invite, FIRST);
    assert_eq!((caller.count(&Method::Invite), caller.ua.legs_len()), (1, 0));
}
