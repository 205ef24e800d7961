//! What a peer asks for inside a leg (§12.2.2, §15.1.2).

use crate::leg::{Calling, Exchange, State, Wish};
use crate::{EndCause, Event, Hop, ServerTxn, UserAgent, screen};
use clock::Moment;
use ids::LegId;
use sip_msg::{Method, Name, Request, Response, StatusCode, Text};

impl UserAgent {
    pub(crate) fn hear_inside(
        &mut self,
        now: Moment,
        leg: LegId,
        txn: ServerTxn,
        hop: Hop,
        request: Box<Request>,
    ) {
        self.hear_session(leg, &request.headers);
        // A BYE is taken whatever else is wrong with it: refusing it would leave a ghost.
        if request.method == Method::Bye {
            return self.hear_bye(now, leg, txn, &request);
        }
        if let Err(refusal) = screen::inside(&request, &self.config) {
            return self.respond(now, txn, *refusal);
        }
        if let Err(refusal) = self.check_order(leg, &request) {
            return self.respond(now, txn, *refusal);
        }
        self.follow_flow(leg, hop);
        if request.method == Method::Prack {
            return self.hear_prack(now, leg, txn, request);
        }
        if matches!(request.method, Method::Invite | Method::Update) {
            return self.hear_reoffer(now, leg, txn, request);
        }
        if request.method == Method::Refer {
            return self.hear_refer(now, leg, txn, request);
        }
        if request.method == Method::Info {
            return self.hear_info(now, leg, txn, &request);
        }
        let response = self.plain_response(&request, status_of(&request.method));
        self.respond(now, txn, response);
    }

    fn check_order(&mut self, leg: LegId, request: &Request) -> Result<(), Box<Response>> {
        if request.method == Method::Prack && self.ringing(leg).is_some() {
            // Its RAck says what it is for. Refused because a later request has passed it, it would
            // end the call.
            return Ok(());
        }
        self.check_number(leg, request).map_err(|late| {
            Box::new(
                request
                    .reply(StatusCode::SERVER_INTERNAL_ERROR)
                    .with_reason(format!("Late: {late}")),
            )
        })
    }

    fn plain_response(&self, request: &Request, status: StatusCode) -> Response {
        let response = request.reply(status);
        match (&request.method, status) {
            (Method::Options, _) => response
                .with_header(Name::Accept, "application/sdp")
                .with_header(Name::Allow, screen::allow_value(&self.config.allow)),
            (_, StatusCode::METHOD_NOT_ALLOWED) => {
                response.with_header(Name::Allow, screen::allow_value(&self.config.allow))
            }
            _ => response,
        }
    }

    fn hear_bye(&mut self, now: Moment, id: LegId, txn: ServerTxn, request: &Request) {
        self.respond(now, txn, request.reply(StatusCode::OK));
        let reason = request.headers.get(Name::Reason).map(Text::detached);
        let is_told = self.is_told(id);
        match self.legs.get_mut(&id).map(|leg| &mut leg.state) {
            // §15: a caller may end an early dialog by BYE too.
            Some(State::Ringing(_)) => {
                self.end_ringing(now, id, StatusCode::REQUEST_TERMINATED, None);
                self.tell(Event::Cancelled { leg: id });
            }
            // Every copy of its 2xx was lost, and the peer has given up on our ACK.
            Some(State::Calling(Calling { txn, wish, left, .. })) => {
                *wish = Wish::Leave { reason: None };
                *left = request.from.tag().map(|tag| tag.detached());
                let txn = *txn;
                self.close_early_offer(now, id);
                self.transactions.cancel(now, txn, None);
                if is_told {
                    self.tell(Event::Ended { leg: id, why: EndCause::Bye { reason } });
                }
            }
            Some(State::Talking(_)) => {
                self.close_exchange(now, id);
                self.remove_leg(id);
                if is_told {
                    self.tell(Event::Ended { leg: id, why: EndCause::Bye { reason } });
                }
            }
            // Both hung up at once; our own BYE takes the leg away.
            Some(State::Leaving(_)) | None => {}
        }
    }

    /// Brings whatever is asked inside a leg to an end, because the leg ends (§15.1.2).
    pub(crate) fn close_exchange(&mut self, now: Moment, id: LegId) {
        self.outlive_leg(now, id);
        let Some(leg) = self.legs.get_mut(&id) else { return };
        let State::Talking(talking) = &mut leg.state else { return };
        let hop = crate::way::hop_inside(leg.hop, talking);
        match std::mem::replace(&mut talking.exchange, Exchange::Idle) {
            Exchange::Idle => {}
            Exchange::Theirs { txn, request } => {
                self.invites.remove(&txn);
                self.respond(now, txn, request.reply(StatusCode::REQUEST_TERMINATED));
            }
            Exchange::Ours { txn, .. } => {
                let dialog = talking.dialog.clone();
                self.orphan(now, txn, &dialog, hop);
            }
        }
    }
}

/// What we say to methods that change nothing here.
fn status_of(method: &Method) -> StatusCode {
    match method {
        Method::Options => StatusCode::OK,
        // RFC 3262 §3, RFC 6665 §4.1.3: there is nothing that these could belong to.
        Method::Prack | Method::Notify => StatusCode::CALL_DOES_NOT_EXIST,
        Method::Invite
        | Method::Ack
        | Method::Bye
        | Method::Cancel
        | Method::Update
        | Method::Info => StatusCode::SERVER_INTERNAL_ERROR,
        // RFC 6665 §4.5.2: a subscription has a dialog of its own.
        Method::Subscribe => StatusCode::FORBIDDEN,
        Method::Register | Method::Refer | Method::Message | Method::Publish | Method::Other(_) => {
            StatusCode::METHOD_NOT_ALLOWED
        }
    }
}
