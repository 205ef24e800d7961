//! What a phone does by itself, whoever holds it.

use super::account::registrar;
use super::referring::Heard;
use super::{Leg, Offer, Phone};
use clock::Moment;
use ids::LegId;
use sdp::{Direction, Session};
use sip_msg::{Message, Method, Name, Request, Response, StatusCode};
use sip_ua::{Event, Output};
use std::collections::VecDeque;

impl Phone {
    pub(crate) fn receive(&mut self, now: Moment, message: Message) {
        self.note(&message, Heard::Here);
        match &message {
            Message::Request(request) if is_report(request) => {
                self.answer_report(request);
            }
            Message::Request(_) | Message::Response(_) => {
                let hop = self.hop_to_engine();
                self.ua.receive(now, hop, message);
            }
        }
    }

    pub(crate) fn poll_timeout(&self) -> Option<Moment> {
        self.ua.poll_timeout()
    }

    pub(crate) fn handle_timeout(&mut self, now: Moment) {
        self.ua.handle_timeout(now);
    }

    /// What it sends, having done with what it heard.
    pub(crate) fn drain(&mut self, now: Moment) -> VecDeque<Message> {
        let mut sent = std::mem::take(&mut self.to_send);
        while let Some(output) = self.ua.poll_output() {
            match output {
                Output::Send { bytes, .. } => {
                    sent.extend(self.amend(sip_msg::parse(bytes).unwrap()))
                }
                Output::Event(event) => self.hear(now, event),
            }
        }
        sent.iter().for_each(|message| self.note(message, Heard::There));
        sent
    }

    /// A message as this phone sends it: it may be stranger than a user agent of ours would.
    fn amend(&mut self, message: Message) -> Option<Message> {
        match message {
            Message::Request(request) if request.method == Method::Ack => {
                self.acknowledges.then(|| {
                    Message::Request(match self.ack_body.take() {
                        Some(body) => request.with_body("application/sdp", body),
                        None => request,
                    })
                })
            }
            Message::Request(request)
                if request.method == Method::Invite && self.says(&Offer::LateWithText) =>
            {
                let disposition = Name::new("Content-Disposition").unwrap();
                let request = request.with_header(disposition, "render;handling=optional");
                Some(Message::Request(request.with_body("text/plain", "Hello".into())))
            }
            other @ (Message::Request(_) | Message::Response(_)) => Some(other),
        }
    }

    fn says(&self, offer: &Offer) -> bool {
        self.legs.values().any(|leg| leg.offer == *offer)
    }

    fn hear(&mut self, now: Moment, event: Event) {
        match event {
            Event::Incoming { leg, request, .. } => {
                let sound = self.session(Direction::SendRecv);
                let offer = Offer::Sound(Direction::SendRecv);
                self.legs.insert(leg, Leg { sound, offer, invite: Some(request), code: None });
                self.ua.ring(now, leg);
            }
            Event::Rejected { leg, response } => self.rejected(now, leg, &response),
            Event::Cancelled { leg }
            | Event::Unreachable { leg, .. }
            | Event::Ended { leg, .. } => {
                self.legs.remove(&leg);
            }
            Event::Reoffered { leg, sdp } => {
                let sound = &mut self.legs.get_mut(&leg).unwrap().sound;
                let offer = Session::parse(&sdp.unwrap()).unwrap();
                let (body, _) = sound.answer(&offer).unwrap();
                self.ua.accept_reinvite(now, leg, body);
            }
            Event::Request { txn, request, .. } => {
                let answer = self.answer_to(&request);
                self.ua.reply(now, txn, answer);
            }
            Event::Response { response, .. } if response.cseq_method == Method::Subscribe => {
                self.heed_subscription(now, &response);
            }
            Event::Response { response, .. } if response.status == StatusCode::UNAUTHORIZED => {
                let proof = self.prove(&response, &registrar());
                self.send_register(now, proof);
            }
            Event::Response { .. }
            | Event::Established { .. }
            | Event::Trying { .. }
            | Event::Pressed { .. }
            | Event::Progress { .. }
            | Event::Answered { .. }
            | Event::Reanswered { .. }
            | Event::ReinviteFailed { .. }
            | Event::Referred { .. }
            | Event::StrayAnswer { .. }
            | Event::Failed { .. } => {}
        }
    }

    /// A code is dialled again with the proof whose phone it is.
    fn rejected(&mut self, now: Moment, leg: LegId, response: &Response) {
        let mut leg = self.legs.remove(&leg).unwrap();
        let Some(code) = leg.code.take() else { return };
        let mut invite = self.invite(code, response.from.clone(), &leg.offer);
        invite.call_id = Some(response.call_id.clone());
        invite.cseq = Some(response.cseq + 1);
        for header in self.prove(response, &invite.target).iter() {
            invite.headers.push(header.name.clone(), header.value.clone());
        }
        let id = self.ua.invite(now, invite);
        self.legs.insert(id, leg);
    }

    /// The 200 is on its way to this phone: an offer in it is answered in the ACK.
    pub(crate) fn look_at_offer(&mut self, message: &Message) {
        let Message::Response(response) = message else { return };
        let is_late = |leg: &Leg| matches!(leg.offer, Offer::Late | Offer::LateWithText);
        let late = self.legs.values_mut().find(|leg| is_late(leg));
        if let Some(leg) = late
            && response.status.is_success()
            && response.cseq_method == Method::Invite
        {
            let offer = Session::parse(&response.body).unwrap();
            leg.offer = Offer::Sound(Direction::SendRecv);
            self.ack_body = Some(leg.sound.answer(&offer).unwrap().0);
        }
    }
}

/// A NOTIFY of what came of a REFER, which is inside a call.
fn is_report(request: &Request) -> bool {
    let event = request.headers.get(Name::Event);
    request.method == Method::Notify
        && event.is_some_and(|event| event.as_bytes().starts_with(b"refer"))
}
