//! What a phone watches: its keys with a lamp, and the dialogs behind them (RFC 6665).

use super::Phone;
use crate::site::ENGINE;
use clock::Moment;
use sip_auth::{Login, respond};
use sip_msg::{Contacts, Method, Name, NameAddr, Request, Response, StatusCode, Text, Uri};

/// One thing that is watched.
#[derive(Clone, Debug)]
pub(super) struct Watch {
    call_id: Text,
    event: &'static str,
    expires: u32,
    target: Uri,
    /// Who watches, and who is watched, with their tags.
    from: NameAddr,
    to: NameAddr,
    cseq: u32,
    proof: Proof,
}

/// Whether the last SUBSCRIBE had a proof whose phone it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Proof {
    None,
    Given,
}

/// What a phone says to a NOTIFY.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Memory {
    Good,
    /// It has forgotten everything.
    Lost,
}

impl Phone {
    /// Begins to watch somebody.
    pub(crate) fn watch(&mut self, now: Moment, whom: &str, event: &'static str, expires: u32) {
        let number = self.watches.len();
        let target = Uri::sip(Text::from(whom.to_owned()), ENGINE);
        self.watches.push(Watch {
            call_id: Text::from(format!("watch-{}-{number}", self.address)),
            event,
            expires,
            from: NameAddr::new(Uri::sip(self.user, ENGINE)).with_tag(format!("w{number}")),
            to: NameAddr::new(target.clone()),
            target,
            cseq: 0,
            proof: Proof::None,
        });
        self.send_subscribe(now, number, None);
    }

    /// Asks again for what it watches, for so long.
    pub(crate) fn watch_on(&mut self, now: Moment, expires: u32) {
        for number in 0..self.watches.len() {
            self.watches[number].expires = expires;
            self.send_subscribe(now, number, None);
        }
    }

    /// Restarts and remembers nothing.
    pub(crate) const fn forget(&mut self) {
        self.memory = Memory::Lost;
    }

    fn send_subscribe(&mut self, now: Moment, number: usize, challenge: Option<&Response>) {
        let watch = &mut self.watches[number];
        watch.cseq += 1;
        watch.proof = if challenge.is_some() { Proof::Given } else { Proof::None };
        let mut request = Request::new(
            Method::Subscribe,
            watch.target.clone(),
            watch.from.clone(),
            watch.to.clone(),
            watch.call_id.clone(),
            watch.cseq,
        )
        .with_header(Name::Event, watch.event)
        .with_header(Name::Expires, watch.expires.to_string())
        .with_header(Name::Contact, NameAddr::new(Uri::sip(self.user, self.address)));
        if let Some(challenge) = challenge {
            let password = Text::from(format!("stories-{}", self.user));
            let login = Login { user: Text::from(self.user), password };
            let asks = challenge.headers.all(Name::WwwAuthenticate);
            let proof = respond(asks, &Method::Subscribe, &request.uri, &login, "cnonce").unwrap();
            request.headers.push(Name::Authorization, proof);
        }
        let hop = self.hop_to_engine();
        self.ua.request(now, hop, request);
    }

    /// The answer to a SUBSCRIBE.
    pub(super) fn heed_subscription(&mut self, now: Moment, response: &Response) {
        let mut watches = self.watches.iter_mut().enumerate();
        let found = watches.find(|(_, watch)| watch.call_id == response.call_id);
        let Some((number, watch)) = found else { return };
        if response.status == StatusCode::UNAUTHORIZED {
            if watch.proof == Proof::None {
                self.send_subscribe(now, number, Some(response));
            }
        } else if response.status.is_success()
            && let Ok(Contacts::List(contacts)) = response.headers.contacts()
        {
            watch.to = response.to.clone();
            watch.target = contacts[0].uri();
        }
    }

    /// What it says to a request outside its calls.
    pub(super) fn answer_to(&self, request: &Request) -> Response {
        match (&request.method, self.memory) {
            (Method::Notify, Memory::Lost) => request.reply(StatusCode::CALL_DOES_NOT_EXIST),
            _ => request.reply(StatusCode::OK),
        }
    }
}
