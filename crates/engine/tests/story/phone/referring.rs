//! A phone hands a call over: REFER inside it, and calls in the place of others.

use super::{Offer, Phone};
use crate::site::ENGINE;
use clock::Moment;
use sip_msg::{
    Contacts, Headers, Message, Method, Name, NameAddr, Request, Response, StatusCode, Text, Uri,
};

/// A call that is up, as both ends name it.
#[derive(Clone, Debug)]
pub(super) struct Known {
    pub(super) call_id: Text,
    ours: NameAddr,
    theirs: NameAddr,
    target: Uri,
    /// How often something was said in it that the user agent knows nothing of.
    said: u32,
}

impl Known {
    fn replaces(&self) -> String {
        let (to, from) = (self.theirs.tag().unwrap(), self.ours.tag().unwrap());
        format!("{};to-tag={to};from-tag={from}", self.call_id)
    }
}

impl Phone {
    /// Takes note of what begins and ends calls.
    pub(super) fn note(&mut self, message: &Message, heard: Heard) {
        match message {
            Message::Response(response)
                if response.cseq_method == Method::Invite && response.status.is_success() =>
            {
                self.note_answer(response, heard);
            }
            Message::Response(response)
                if heard == Heard::Here && response.status.code() == 180 =>
            {
                self.rings = Some(known(response, heard, contact(&response.headers)));
            }
            Message::Request(request) if request.method == Method::Bye => {
                self.known.retain(|known| known.call_id != request.call_id);
            }
            Message::Request(request)
                if request.method == Method::Invite && heard == Heard::Here =>
            {
                self.called_from.insert(request.call_id.clone(), contact(&request.headers));
            }
            Message::Request(_) | Message::Response(_) => {}
        }
    }

    fn note_answer(&mut self, response: &Response, heard: Heard) {
        if self.known.iter().any(|known| known.call_id == response.call_id) {
            return;
        }
        let target = match heard {
            Heard::Here => contact(&response.headers),
            Heard::There => self.called_from[&response.call_id].clone(),
        };
        self.known.push(known(response, heard, target));
    }

    /// Refers us to somebody, in its oldest call.
    pub(crate) fn refer(&mut self, now: Moment, to: &str) {
        let refer_to = NameAddr::new(Uri::sip(Text::from(to.to_owned()), ENGINE));
        self.refer_in(now, 0, &[(Name::ReferTo, Text::from(&refer_to))]);
    }

    /// The same, and wants to hear no more of it.
    pub(crate) fn refer_silently(&mut self, now: Moment, to: &str) {
        let refer_to = NameAddr::new(Uri::sip(Text::from(to.to_owned()), ENGINE));
        let refer_sub = Name::new("Refer-Sub").unwrap();
        let headers = [(Name::ReferTo, Text::from(&refer_to)), (refer_sub, Text::from("false"))];
        self.refer_in(now, 0, &headers);
    }

    /// Refers us in one of its calls to whom it talks with in another one.
    pub(crate) fn join(&mut self, now: Moment, first: usize, other: usize) {
        let replaces = self.known[other].replaces();
        self.join_in(now, first, &replaces);
    }

    /// The same, where the other call has no answer yet.
    pub(crate) fn join_ringing(&mut self, now: Moment) {
        let replaces = self.rings.as_ref().unwrap().replaces();
        self.join_in(now, 0, &replaces);
    }

    /// Refers us, in its oldest call, to whoever is in the call that the header names.
    pub(crate) fn join_call(&mut self, now: Moment, replaces: &str) {
        self.join_in(now, 0, replaces);
    }

    fn join_in(&mut self, now: Moment, first: usize, replaces: &str) {
        let escaped = replaces.replace('@', "%40").replace(';', "%3B").replace('=', "%3D");
        let refer_to = format!("<sip:{ENGINE}?Replaces={escaped}>");
        self.refer_in(now, first, &[(Name::ReferTo, Text::from(refer_to))]);
    }

    fn refer_in(&mut self, now: Moment, at: usize, headers: &[(Name, Text)]) {
        let known = &mut self.known[at];
        known.said += 1;
        let Known { call_id, ours, theirs, target, said } = known.clone();
        let cseq = 100 + said;
        let mut refer = Request::new(Method::Refer, target, ours, theirs, call_id, cseq);
        for (name, value) in headers {
            refer = refer.with_header(name.clone(), value.clone());
        }
        let hop = self.hop_to_engine();
        self.ua.request(now, hop, refer);
    }

    /// What the header Replaces says of a call of this phone.
    pub(crate) fn replaces(&self) -> String {
        self.known[0].replaces()
    }

    /// Calls in the place of a call that another phone has.
    pub(crate) fn take_over(&mut self, now: Moment, replaces: &str, offer: Offer) {
        self.headers.set(Name::Replaces, Text::from(replaces.to_owned()));
        self.dial(now, "1", offer);
    }

    /// A report of ours is heard, whoever it is that listens.
    pub(super) fn answer_report(&mut self, request: &Request) {
        self.to_send.push_back(Message::Response(request.reply(StatusCode::OK)));
    }
}

/// Which way a message goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Heard {
    /// To the phone.
    Here,
    /// From it.
    There,
}

/// The call that an answer is about.
fn known(response: &Response, heard: Heard, target: Uri) -> Known {
    let (ours, theirs) = match heard {
        Heard::Here => (&response.from, &response.to),
        Heard::There => (&response.to, &response.from),
    };
    let call_id = response.call_id.clone();
    Known { call_id, ours: ours.clone(), theirs: theirs.clone(), target, said: 0 }
}

fn contact(headers: &Headers) -> Uri {
    match headers.contacts() {
        Ok(Contacts::List(contacts)) => contacts[0].uri(),
        Ok(Contacts::Star) | Err(_) => panic!("no Contact"),
    }
}
