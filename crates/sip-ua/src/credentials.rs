//! Proving who we are inside a leg that we began (RFC 3261 §22): its INVITE, its PRACKs, its re-INVITEs
//! and its BYE, to the host that the INVITE went to, and nowhere else.
//!
//! A challenge can come from whoever takes part in a call. So credentials belong to one leg, are
//! shown to no other, and are not shown in it either when the answer comes from another host than
//! the trunk's (a callee whom the trunk let speak to us directly), or asks in another realm.

use crate::leg::{Queued, State};
use crate::purpose::Purpose;
use crate::{Hop, UserAgent};
use clock::Moment;
use ids::LegId;
use sip_auth::{Proof, Prover};
use sip_msg::{Headers, Method, Name, Request, Response};
use std::net::IpAddr;

/// What a leg can prove, and how often its present request was proved.
#[derive(Debug)]
pub(crate) struct Provable {
    prover: Prover,
    /// Where the INVITE went.
    host: IpAddr,
    tries: u8,
    /// Credentials for the re-INVITE that is to be sent next.
    ready: Headers,
    /// Those that the last re-INVITE had, and its number.
    shown: (u32, Headers),
    /// Our BYE, until it is answered.
    bye: Option<Box<(Hop, Request)>>,
}

impl Provable {
    pub(crate) fn new(prover: Prover, hop: Hop) -> Self {
        let host = hop.peer.ip().to_canonical();
        Self {
            prover,
            host,
            tries: 0,
            ready: Headers::default(),
            shown: Default::default(),
            bye: None,
        }
    }

    fn is_host(&self, hop: Hop) -> bool {
        self.host == hop.peer.ip().to_canonical()
    }
}

impl UserAgent {
    /// A leg that we had begun, and that goes on here, may prove this to where it is reached.
    pub fn may_prove(&mut self, id: LegId, prover: Prover) {
        if let Some(leg) = self.legs.get(&id) {
            self.provable.insert(id, Provable::new(prover, leg.hop));
        }
    }

    /// Sends the INVITE of a leg again with credentials, if its answer asks for them and may have
    /// them. Whether it was sent.
    pub(crate) fn prove_invite(
        &mut self,
        now: Moment,
        id: LegId,
        hop: Hop,
        response: &Response,
    ) -> bool {
        let Some(State::Calling(calling)) = self.legs.get(&id).map(|leg| &leg.state) else {
            return false;
        };
        let mut request = calling.request.clone();
        // §22.2: the same Call-ID and From, and the next CSeq.
        request.cseq += 1;
        if !self.prove(id, hop, response, &mut request) {
            return false;
        }
        let Some(leg) = self.legs.get_mut(&id) else { return false };
        let State::Calling(calling) = &mut leg.state else { return false };
        calling.request.clone_from(&request);
        let hop = leg.hop;
        let txn = self.send_request(now, hop, *request);
        if let Some(State::Calling(calling)) = self.legs.get_mut(&id).map(|leg| &mut leg.state) {
            calling.txn = txn;
        }
        self.purposes.insert(txn, Purpose::Invite(id));
        true
    }

    /// Has the re-INVITE that was refused sent again with credentials, if it may have them.
    pub(crate) fn prove_reinvite(
        &mut self,
        now: Moment,
        id: LegId,
        hop: Hop,
        response: &Response,
        refused: &Queued,
    ) -> bool {
        let Some(talking) = self.talking(id) else { return false };
        let mut like_it = talking.dialog.clone().request(Method::Invite);
        if !self.prove(id, hop, response, &mut like_it) {
            return false;
        }
        let Some(talking) = self.talking(id) else { return false };
        // A newer offer of our user takes the place of this one.
        let newer = talking.queued.take().map(|newer| newer.offer);
        let offer = newer.unwrap_or_else(|| refused.offer.clone());
        talking.queued = Some(Queued { offer, at: now, ..refused.clone() });
        if let Some(provable) = self.provable.get_mut(&id) {
            provable.ready = credentials_of(&like_it);
        }
        self.go_on(now, id);
        true
    }

    /// Sends the BYE of a leg again with credentials, if it may have them. Whether it was sent.
    pub(crate) fn prove_bye(
        &mut self,
        now: Moment,
        id: LegId,
        hop: Hop,
        response: &Response,
    ) -> bool {
        let sent = self.provable.get_mut(&id).and_then(|provable| provable.bye.take());
        let Some((to, mut bye)) = sent.map(|sent| *sent) else { return false };
        bye.cseq += 1;
        if !self.prove(id, hop, response, &mut bye) {
            return false;
        }
        self.keep_bye(id, to, &bye);
        let txn = self.send_request(now, to, bye);
        self.purposes.insert(txn, Purpose::Bye(id));
        true
    }

    /// Keeps a BYE that may be asked for credentials.
    pub(crate) fn keep_bye(&mut self, id: LegId, hop: Hop, bye: &Request) {
        if let Some(provable) = self.provable.get_mut(&id) {
            provable.bye = Some(Box::new((hop, bye.clone())));
        }
    }

    /// A new request of the leg begins: it may be asked anew.
    pub(crate) fn forget_tries(&mut self, id: LegId) {
        if let Some(provable) = self.provable.get_mut(&id) {
            provable.tries = 0;
        }
    }

    /// Puts the credentials that a re-INVITE was asked for into it.
    pub(crate) fn add_ready_credentials(&mut self, id: LegId, request: &mut Request) {
        let Some(provable) = self.provable.get_mut(&id) else { return };
        provable.shown = (request.cseq, std::mem::take(&mut provable.ready));
        add(request, &provable.shown.1);
    }

    /// Puts the credentials of the re-INVITE with the ACK's number into the ACK, as far as it goes where
    /// they went.
    pub(crate) fn add_shown_credentials(&self, id: LegId, hop: Hop, ack: &mut Request) {
        if let Some(Provable { shown: (cseq, shown), .. }) =
            self.provable.get(&id).filter(|provable| provable.is_host(hop))
            && *cseq == ack.cseq
        {
            add(ack, shown);
        }
    }

    /// §22.1: an ACK has the credentials of its INVITE, as far as it goes where they went.
    pub(crate) fn add_credentials_of(
        &self,
        id: LegId,
        invite: &Request,
        hop: Hop,
        ack: &mut Request,
    ) {
        if self.provable.get(&id).is_some_and(|provable| provable.is_host(hop)) {
            add(ack, &credentials_of(invite));
        }
    }

    /// Puts the answer to a challenge into the present request of the leg, if it may have it.
    fn prove(&mut self, id: LegId, hop: Hop, asked: &Response, request: &mut Request) -> bool {
        let Some(tries) = self.provable.get(&id).map(|provable| provable.tries) else {
            return false;
        };
        let is_proved = self.prove_once_more(id, hop, asked, request, tries);
        if is_proved && let Some(provable) = self.provable.get_mut(&id) {
            provable.tries = tries.saturating_add(1);
        }
        is_proved
    }

    /// Puts the answer to a challenge into a request of the leg that was proved `tries` times, if it
    /// may have it.
    pub(crate) fn prove_once_more(
        &mut self,
        id: LegId,
        hop: Hop,
        asked: &Response,
        request: &mut Request,
        tries: u8,
    ) -> bool {
        if !self.provable.get(&id).is_some_and(|provable| provable.is_host(hop)) {
            return false;
        }
        let cnonce = self.new_tag().to_str_lossy().into_owned();
        let Some(provable) = self.provable.get_mut(&id) else { return false };
        let proof = Proof { method: &request.method, uri: &request.uri, tries, cnonce: &cnonce };
        let Some((name, value)) = provable.prover.answer(asked, proof) else { return false };
        request.headers.set(name, value);
        true
    }
}

fn add(request: &mut Request, credentials: &Headers) {
    for header in credentials.iter() {
        request.headers.set(header.name.clone(), header.value.clone());
    }
}

fn credentials_of(request: &Request) -> Headers {
    let mut headers = Headers::default();
    for name in [Name::Authorization, Name::ProxyAuthorization] {
        if let Some(value) = request.headers.get(&name) {
            headers.push(name, value.clone());
        }
    }
    headers
}
