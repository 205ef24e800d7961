//! Legs that we begin: INVITE and what comes back (§13.2, §9.1).

use crate::credentials::Provable;
use crate::leg::{Calling, Leg, State, Wish};
use crate::prack::Standing;
use crate::purpose::{Acked, Purpose};
use crate::refer::TRANSFERS;
use crate::sdp_body::sdp;
use crate::session_id::SessionId;
use crate::user_agent::Timer;
use crate::{ClientTxn, Event, Hop, OutgoingInvite, Unreachable, UserAgent, screen, way};
use clock::Moment;
use ids::LegId;
use sip_dialog::Dialog;
use sip_msg::{Method, Name, Request, Response, StatusCode, Text};
use sip_txn::TIMEOUT;

/// How many branches of one INVITE may accept it and be acknowledged and ended; more are left to
/// their own time-out.
const BRANCHES_MAX: usize = 8;

/// The CSeq number of a first request.
const CSEQ_FIRST: u32 = 1;

impl UserAgent {
    /// Sends an INVITE. The leg that it may become goes by the id given back.
    pub fn invite(&mut self, now: Moment, invite: OutgoingInvite) -> LegId {
        let id = self.new_leg_id();
        if self.legs.len() >= self.config.legs_max {
            self.tell(Event::Unreachable { leg: id, why: Unreachable::LegsMax });
            return id;
        }
        let hop = invite.hop;
        let contact =
            way::contact(invite.contact_user.clone().unwrap_or_default(), &self.config.local, hop);
        if let Some(prover) = invite.credentials.clone() {
            self.provable.insert(id, Provable::new(prover, hop));
        }
        let session = SessionId::new(invite.session.unwrap_or_else(|| self.new_session()));
        let mut request = self.build_invite(invite, &contact);
        request.headers.push(Name::SessionId, session.value());
        let key = (request.call_id.clone(), request.from.tag().unwrap_or_default());
        let txn = self.send_request(now, hop, request.clone());
        self.purposes.insert(txn, Purpose::Invite(id));
        let state = State::Calling(Calling {
            txn,
            request: Box::new(request),
            wish: Wish::Stay,
            early: Vec::new(),
            left: None,
        });
        self.insert_leg(id, Leg { key, hop, contact, session, state });
        self.be_patient(now, id);
        self.settle(now);
        id
    }

    fn build_invite(&mut self, invite: OutgoingInvite, contact: &Text) -> Request {
        let mut from = invite.from;
        if from.tag().is_none() {
            from.set_tag(self.new_tag());
        }
        let call_id = invite.call_id.unwrap_or_else(|| self.new_tag());
        let cseq = invite.cseq.unwrap_or(CSEQ_FIRST);
        let mut request =
            Request::new(Method::Invite, invite.target, from, invite.to, call_id, cseq);
        if invite.max_forwards.is_some() {
            request.max_forwards = invite.max_forwards;
        }
        for route in &invite.route {
            request.headers.push(Name::Route, route);
        }
        for header in invite.headers.iter() {
            request.headers.push(header.name.clone(), header.value.clone());
        }
        self.sign(&mut request, contact);
        self.offer_prack(&mut request);
        self.ask_for_interval(&mut request);
        request.with_body("application/sdp", invite.offer)
    }

    /// What every INVITE of ours has.
    pub(crate) fn sign(&self, request: &mut Request, contact: &Text) {
        request.headers.set(Name::Contact, contact.clone());
        request.headers.set(Name::Allow, screen::allow_value(&self.config.allow));
        request.headers.set(Name::UserAgent, self.config.user_agent.clone());
        if self.config.takes_transfers() {
            request.headers.push(Name::Supported, TRANSFERS);
        }
    }

    pub(crate) fn hear_invite_response(
        &mut self,
        now: Moment,
        id: LegId,
        txn: ClientTxn,
        hop: Hop,
        response: Box<Response>,
    ) {
        let is_told = self.is_told(id);
        self.hear_session(id, &response.headers);
        if hop.transport.is_reliable() {
            self.follow_flow(id, hop);
        }
        if response.status.is_provisional() && response.status != StatusCode::TRYING {
            self.be_patient(now, id);
        }
        if response.status.is_success() {
            self.hear_success(now, id, txn, response);
        } else if response.status.is_final() {
            self.purposes.remove(&txn);
            self.end_branches(now, id);
            if is_told
                && (self.prove_invite(now, id, hop, &response)
                    || self.raise_interval(now, id, &response))
            {
                return;
            }
            self.remove_leg(id);
            if is_told {
                self.tell(Event::Rejected { leg: id, response });
            }
        } else if self.hear_provisional(now, id, &response) == Standing::New && is_told {
            self.tell(match response.status {
                StatusCode::TRYING => Event::Trying { leg: id },
                status => {
                    let sdp = sdp(&response.headers, &response.body);
                    Event::Progress { leg: id, status, sdp }
                }
            });
        }
    }

    /// The first 2xx to our INVITE: it becomes the leg's dialog.
    fn hear_success(&mut self, now: Moment, id: LegId, txn: ClientTxn, response: Box<Response>) {
        let Some(leg) = self.legs.get(&id) else { return };
        let State::Calling(Calling { request, wish, left, .. }) = &leg.state else { return };
        let has_left = left.is_some() && response.to.tag() == *left;
        let (request, wish, hop) = (request.clone(), wish.clone(), leg.hop);
        let Some((talking, answered)) = self.confirm(now, id, &response) else { return };
        self.forget_tries(id);
        let acked = self.acknowledge(hop, &talking.dialog, &request, Some(id));
        if let Some(leg) = self.legs.get_mut(&id) {
            leg.state = State::Talking(Box::new(talking));
        }
        self.deadlines.clear(&Timer::Ringing(id));
        let session = self.agreed_interval(now, &response);
        self.run_session(now, id, session);
        self.purposes.insert(txn, Purpose::Accepted { invite: request, acks: vec![acked] });
        // RFC 6026 §8.4: as long as timer M runs, copies and other branches may come.
        self.deadlines.set(Timer::Forget(txn), now + TIMEOUT);
        match wish {
            _ if has_left => {
                self.close_exchange(now, id);
                self.remove_leg(id);
            }
            Wish::Stay => {
                // RFC 3262 §5: it need not say again what it has said reliably.
                let sdp = sdp(&response.headers, &response.body).or(answered);
                self.tell(Event::Answered { leg: id, sdp, response });
                self.go_on(now, id);
            }
            // §15: the 2xx crossed our CANCEL.
            Wish::Leave { reason } => self.send_bye(now, id, reason),
        }
    }

    /// The ACK to a 2xx, with the credentials of its INVITE if its leg has any.
    fn acknowledge(
        &mut self,
        hop: Hop,
        dialog: &Dialog,
        invite: &Request,
        leg: Option<LegId>,
    ) -> Acked {
        let hop = way::next_hop(hop, dialog);
        let mut ack = dialog.ack(invite.cseq);
        if let Some(leg) = leg {
            self.add_credentials_of(leg, invite, hop, &mut ack);
        }
        let bytes = self.send_ack(hop, ack);
        Acked { remote_tag: dialog.id.remote_tag.clone(), hop, bytes }
    }

    /// A copy of a 2xx, or the 2xx of another branch (§13.2.2.4).
    pub(crate) fn hear_further_success(
        &mut self,
        now: Moment,
        txn: ClientTxn,
        hop: Hop,
        response: &Response,
    ) {
        let Some(Purpose::Accepted { invite, acks }) = self.purposes.get(&txn) else { return };
        if !response.status.is_success() {
            return;
        }
        let tag = response.to.tag().unwrap_or_default();
        if let Some(acked) = acks.iter().find(|acked| acked.remote_tag == tag) {
            let (hop, bytes) = (acked.hop, acked.bytes.clone());
            return self.transactions.send(hop, bytes);
        }
        if acks.len() >= BRANCHES_MAX {
            return;
        }
        let mut dialog = Dialog::uac(invite, response);
        let invite = invite.clone();
        let acked = self.acknowledge(hop, &dialog, &invite, None);
        if let Some(Purpose::Accepted { acks, .. }) = self.purposes.get_mut(&txn) {
            acks.push(acked);
        }
        let bye = dialog.request(Method::Bye);
        self.send_request(now, way::next_hop(hop, &dialog), bye);
    }

    pub(crate) fn hear_invite_failure(&mut self, now: Moment, id: LegId, why: Unreachable) {
        let is_told = self.is_told(id);
        self.close_early_offer(now, id);
        self.remove_leg(id);
        if is_told {
            self.tell(Event::Unreachable { leg: id, why });
        }
    }
}
