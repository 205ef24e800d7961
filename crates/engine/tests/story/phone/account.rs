//! The account of a phone: where it is to be rung, and the proof whose phone it is.

use super::Phone;
use crate::site::{self, ENGINE};
use clock::Moment;
use sdp::Srtp;
use sip_auth::{Login, respond};
use sip_msg::{Headers, Method, Name, NameAddr, Request, Response, StatusCode, Text, Uri};
use sip_ua::Transport;

impl Phone {
    pub(crate) const fn use_transport(&mut self, transport: Transport) {
        self.transport = transport;
    }

    /// Goes by another entrance of the engine's.
    pub(crate) fn come_in_by(&mut self, entrance: u64) {
        self.flow = site::flow(self.address.ip(), entrance);
    }

    pub(crate) const fn use_tls(&mut self, srtp: Srtp) {
        self.transport = Transport::Tls;
        self.srtp = srtp;
    }

    pub(crate) const fn never_acknowledge(&mut self) {
        self.acknowledges = false;
    }

    pub(crate) const fn use_path(&mut self, path: &'static str) {
        self.path = Some(path);
    }

    pub(crate) fn register(&mut self, now: Moment, expires: u64) {
        self.expires = expires;
        self.send_register(now, Headers::new());
    }

    pub(super) fn send_register(&mut self, now: Moment, mut headers: Headers) {
        self.registered += 1;
        let who = NameAddr::new(Uri::sip(self.user, ENGINE));
        let mut contact = NameAddr::new(Uri::sip(self.user, self.address));
        if let Some(q) = self.q {
            contact = contact.with_param("q", Some(q.into()));
        }
        headers.push(Name::Contact, contact);
        headers.push(Name::Expires, self.expires.to_string());
        if let Some(path) = self.path {
            headers.push(Name::Supported, "path");
            headers.push(Name::Path, path);
        }
        let call_id = Text::from(format!("register-{}", self.address));
        let mut request =
            Request::new(Method::Register, registrar(), who.clone(), who, call_id, self.registered);
        request.headers = headers;
        let hop = self.hop_to_engine();
        self.ua.request(now, hop, request);
    }

    pub(super) fn prove(&self, challenge: &Response, uri: &Uri) -> Headers {
        let (asks, answers, method) = match challenge.status {
            StatusCode::UNAUTHORIZED => {
                (Name::WwwAuthenticate, Name::Authorization, Method::Register)
            }
            _ => (Name::ProxyAuthenticate, Name::ProxyAuthorization, Method::Invite),
        };
        let password = Text::from(format!("stories-{}", self.user));
        let login = Login { user: Text::from(self.user), password };
        let proof = respond(challenge.headers.all(asks), &method, uri, &login, "cnonce").unwrap();
        let mut headers = Headers::new();
        headers.push(answers, proof);
        headers
    }
}

pub(super) fn registrar() -> Uri {
    Uri::sip(Text::default(), ENGINE)
}
