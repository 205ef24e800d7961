//! Legs that a peer begins: INVITE, our answers, its ACK or CANCEL (§13.3, §9.2).

use crate::leg::{
    Exchange, InviteKind, Leg, Path, Ringing, SdpMade, State, Talking, Unacked, Wish,
};
use crate::refer::TRANSFERS;
use crate::reliable::Reliable;
use crate::sdp_body::sdp;
use crate::session_id::SessionId;
use crate::user_agent::Timer;
use crate::{EndCause, Event, Hop, ServerTxn, UserAgent, screen, way};
use bytes::Bytes;
use clock::Moment;
use ids::LegId;
use rand::RngExt;
use sip_msg::{Headers, Method, Name, Request, Response, StatusCode, Text};
use sip_txn::{Resend, TIMEOUT};

/// How long a refused caller is asked to stay away, in seconds.
const RETRY_AFTER_SECONDS: std::ops::RangeInclusive<u32> = 1..=5;

impl UserAgent {
    pub(crate) fn hear_invite(
        &mut self,
        now: Moment,
        txn: ServerTxn,
        hop: Hop,
        request: Box<Request>,
    ) {
        if self.legs.len() >= self.config.legs_max {
            let seconds = self.random.random_range(RETRY_AFTER_SECONDS).to_string();
            let response = request
                .reply(StatusCode::SERVICE_UNAVAILABLE)
                .with_header(Name::RetryAfter, seconds);
            return self.respond_and_forget(now, txn, response);
        }
        if self.refuse_brief(now, txn, &request) {
            return;
        }
        let replaces = match self.replaced_by(&request) {
            Ok(replaces) => replaces,
            Err(refusal) => return self.respond_and_forget(now, txn, *refusal),
        };
        let id = self.new_leg_id();
        let key = (request.call_id.detached(), self.new_tag());
        let user = request.uri.user_unescaped().unwrap_or_default();
        let contact = way::contact(user, &self.config.local, hop);
        let state = State::Ringing(Ringing {
            txn,
            request: request.clone(),
            said: None,
            reliable: Reliable::default(),
            reoffer: None,
            early: None,
        });
        let mut session = SessionId::new(self.new_session());
        session.hear(&request.headers);
        self.insert_leg(id, Leg { key, hop, contact, session, state });
        self.invites.insert(txn, id);
        self.tell(Event::Incoming { leg: id, hop, request, replaces });
    }

    /// Says that it rings: 180. Only before the final answer.
    pub fn ring(&mut self, now: Moment, leg: LegId) {
        self.progress(now, leg, StatusCode::RINGING, None);
    }

    /// Accepts the call: 200 with our SDP, repeated until its ACK comes (§13.3.1.4).
    pub fn answer(&mut self, now: Moment, leg: LegId, sdp: Bytes) {
        if !self.must_wait(leg, &sdp) {
            self.answer_now(now, leg, sdp);
        }
        self.settle(now);
    }

    pub(crate) fn answer_now(&mut self, now: Moment, leg: LegId, sdp: Bytes) {
        if let Some((txn, response)) = self.response_in(leg, StatusCode::OK) {
            self.accept(now, leg, txn, response.with_body("application/sdp", sdp));
        }
    }

    fn accept(&mut self, now: Moment, id: LegId, txn: ServerTxn, mut response: Response) {
        let Some(State::Ringing(Ringing { request, .. })) =
            self.legs.get(&id).map(|leg| &leg.state)
        else {
            return;
        };
        let session = self.answer_interval(now, request, &mut response);
        let Some(leg) = self.legs.get_mut(&id) else { return };
        let State::Ringing(ringing) = &mut leg.state else { return };
        let mut talking = Talking::new(ringing.dialog(&leg.key.1).clone());
        let request = &ringing.request;
        talking.path = Path::Unproved;
        talking.said = Some(response.body.clone());
        let made = sdp_made(request);
        talking.unacked = Some(unacked(now, txn, response.clone(), InviteKind::First, made));
        leg.state = State::Talking(Box::new(talking));
        self.invites.remove(&txn);
        self.deadlines.clear(&Timer::Unpracked(id));
        self.deadlines.clear(&Timer::Ringing(id));
        self.deadlines.set(Timer::Unacked(id), Resend::doubling_to_t2(now).at);
        self.run_session(now, id, session);
        self.respond(now, txn, response);
    }

    /// Refuses the call with a final status of 300 or more; the leg is gone.
    pub fn reject(&mut self, now: Moment, leg: LegId, status: StatusCode, headers: Headers) {
        debug_assert!(status.code() >= 300, "a refusal is a final answer");
        if let Some((txn, mut response)) = self.response_in(leg, status) {
            for header in headers.iter() {
                response.headers.push(header.name.clone(), header.value.clone());
            }
            self.close_early_offer(now, leg);
            self.invites.remove(&txn);
            self.respond(now, txn, response);
            self.remove_leg(leg);
        }
        self.settle(now);
    }

    /// The start of an answer to the INVITE of a leg that has no final answer yet.
    pub(crate) fn response_in(
        &self,
        leg: LegId,
        status: StatusCode,
    ) -> Option<(ServerTxn, Response)> {
        let leg = self.legs.get(&leg)?;
        match &leg.state {
            State::Ringing(ringing) => {
                let mut response = self.dress(&ringing.request, status, &leg.contact);
                response.to.set_tag(leg.key.1.clone());
                response.headers.push(Name::SessionId, leg.session.value());
                Some((ringing.txn, response))
            }
            State::Calling(_) | State::Talking(_) | State::Leaving(_) => None,
        }
    }

    /// A response with what those have that begin or change a leg.
    pub(crate) fn dress(&self, request: &Request, status: StatusCode, contact: &Text) -> Response {
        let response = request.reply(status);
        if status.code() >= 300 {
            return response;
        }
        let mut response = response
            .with_header(Name::Contact, contact.clone())
            .with_header(Name::Allow, screen::allow_value(&self.config.allow));
        if self.config.takes_transfers() {
            response.headers.push(Name::Supported, TRANSFERS);
        }
        self.identify_response(&mut response);
        response
    }

    pub(crate) fn hear_cancel(&mut self, now: Moment, invite: ServerTxn) {
        let Some(id) = self.invites.get(&invite).copied() else { return };
        match self.legs.get_mut(&id).map(|leg| &mut leg.state) {
            Some(State::Ringing(_)) => {
                self.end_ringing(now, id, StatusCode::REQUEST_TERMINATED, None);
                self.tell(Event::Cancelled { leg: id });
            }
            Some(State::Talking(talking)) => {
                if let Exchange::Theirs { txn, request } =
                    std::mem::replace(&mut talking.exchange, Exchange::Idle)
                {
                    self.invites.remove(&txn);
                    self.respond(now, txn, request.reply(StatusCode::REQUEST_TERMINATED));
                }
                self.go_on(now, id);
            }
            Some(State::Calling(_) | State::Leaving(_)) | None => {}
        }
    }

    /// Gives a ringing leg its final answer and takes it away.
    pub(crate) fn end_ringing(
        &mut self,
        now: Moment,
        leg: LegId,
        status: StatusCode,
        reason: Option<Text>,
    ) {
        let Some((txn, mut response)) = self.response_in(leg, status) else { return };
        if let Some(reason) = reason {
            response.headers.push(Name::Reason, reason);
        }
        self.close_early_offer(now, leg);
        self.invites.remove(&txn);
        self.respond(now, txn, response);
        self.remove_leg(leg);
    }

    pub(crate) fn hear_ack(&mut self, now: Moment, request: &Request) {
        let Some(id) = self.leg_of(request) else { return };
        self.hear_session(id, &request.headers);
        let Some(State::Talking(talking)) = self.legs.get_mut(&id).map(|leg| &mut leg.state) else {
            return;
        };
        if talking.unacked.as_ref().is_some_and(|unacked| unacked.cseq == request.cseq) {
            self.acknowledged(now, id, sdp(&request.headers, &request.body));
        }
    }

    /// Our 2xx has arrived.
    pub(crate) fn acknowledged(&mut self, now: Moment, id: LegId, sdp: Option<Bytes>) {
        let Some(State::Talking(talking)) = self.legs.get_mut(&id).map(|leg| &mut leg.state) else {
            return;
        };
        let Some(unacked) = talking.unacked.take() else { return };
        talking.path = Path::Proved;
        let wish = talking.wish.clone();
        self.deadlines.clear(&Timer::Unacked(id));
        match (wish, unacked.of, unacked.made) {
            // §15: only now may the one who answered hang up.
            (Wish::Leave { reason }, _, _) => return self.send_bye(now, id, reason),
            (Wish::Stay, InviteKind::First, SdpMade::Offer) => {
                self.tell(Event::Established { leg: id, answer: sdp })
            }
            (Wish::Stay, InviteKind::First, SdpMade::Answer) => {
                self.tell(Event::Established { leg: id, answer: None })
            }
            (Wish::Stay, InviteKind::Later, SdpMade::Offer) => {
                self.tell(Event::Reanswered { leg: id, sdp })
            }
            (Wish::Stay, InviteKind::Later, SdpMade::Answer) => {}
        }
        self.go_on(now, id);
    }

    /// Our 2xx is to be sent again, or nobody has acknowledged it for too long.
    pub(crate) fn unacked_due(&mut self, now: Moment, id: LegId) {
        let Some(State::Talking(talking)) = self.legs.get_mut(&id).map(|leg| &mut leg.state) else {
            return;
        };
        let Some(unacked) = talking.unacked.as_mut() else { return };
        if now < unacked.until {
            unacked.resend = unacked.resend.next(now);
            let (txn, response, at) = (unacked.txn, unacked.response.clone(), unacked.deadline());
            self.deadlines.set(Timer::Unacked(id), at);
            return self.respond(now, txn, response);
        }
        talking.unacked = None;
        match talking.wish.clone() {
            Wish::Leave { reason } => self.send_bye(now, id, reason),
            Wish::Stay => {
                self.tell(Event::Ended { leg: id, why: EndCause::AckMissing });
                self.send_bye(now, id, Some(Text::from("SIP;cause=408;text=\"ACK missing\"")));
            }
        }
    }
}

/// A 2xx that went out now.
pub(crate) fn unacked(
    now: Moment,
    txn: ServerTxn,
    response: Response,
    of: InviteKind,
    made: SdpMade,
) -> Unacked {
    let resend = Resend::doubling_to_t2(now);
    Unacked { txn, cseq: response.cseq, response, resend, until: now + TIMEOUT, of, made }
}

/// What our SDP in the 2xx to `request` is.
pub(crate) fn sdp_made(request: &Request) -> SdpMade {
    debug_assert_eq!(request.method, Method::Invite);
    if sdp(&request.headers, &request.body).is_some() { SdpMade::Answer } else { SdpMade::Offer }
}
