//! Changing the media of a leg, from either side (§14, RFC 3311, RFC 5407).

use crate::early::EarlyTiming;
use crate::incoming::{sdp_made, unacked};
use crate::leg::{Exchange, InviteKind, Queued, SdpMade, State, Talking, Wish};
use crate::purpose::Purpose;
use crate::sdp_body::sdp;
use crate::user_agent::Timer;
use crate::{ClientTxn, EndCause, Event, Hop, ServerTxn, Unreachable, UserAgent, way};
use bytes::Bytes;
use clock::{Duration, Moment};
use ids::LegId;
use rand::RngExt;
use sip_dialog::Role;
use sip_msg::{Method, Name, Request, Response, StatusCode};
use sip_txn::Resend;
use std::ops::RangeInclusive;

/// How often an offer of ours may meet one of the peer's before we give it up.
const GLARES_MAX: u8 = 8;
/// §14.1: how long the one who made the Call-ID waits after a glare, in milliseconds.
const OWNER_WAIT_MILLIS: RangeInclusive<u64> = 2_100..=4_000;
/// §14.1: how long the other one waits.
const GUEST_WAIT_MILLIS: RangeInclusive<u64> = 0..=2_000;
/// §14.2: what a peer that is too fast for us is told to wait, in seconds.
const TOO_FAST_SECONDS: RangeInclusive<u32> = 0..=10;

impl UserAgent {
    /// Offers new media inside a leg that a 2xx has brought up. While its ACK is awaited or another
    /// change is under way the offer waits; a later one takes its place. Ends in
    /// [`Event::Reanswered`] or [`Event::ReinviteFailed`], or with the leg.
    pub fn reinvite(&mut self, now: Moment, leg: LegId, offer: Bytes) {
        if let Some(State::Talking(talking)) = self.legs.get_mut(&leg).map(|leg| &mut leg.state) {
            talking.queued = Some(Queued { offer, glares: 0, at: now });
            self.go_on(now, leg);
        }
        self.settle(now);
    }

    /// Sends the offer that waits, if it may go.
    pub(crate) fn go_on(&mut self, now: Moment, id: LegId) {
        let Some(leg) = self.legs.get_mut(&id) else { return };
        let State::Talking(talking) = &mut leg.state else { return };
        if !may_offer(talking) {
            return;
        }
        let Some(queued) = talking.queued.take_if(|queued| queued.at <= now) else {
            if let Some(queued) = &talking.queued {
                self.deadlines.set(Timer::Offer(id), queued.at);
            }
            return;
        };
        let mut request = talking
            .dialog
            .request(Method::Invite)
            .with_body("application/sdp", queued.offer.clone());
        let (hop, contact) = (way::hop_inside(leg.hop, talking), leg.contact.clone());
        self.sign(&mut request, &contact);
        self.keep_interval(id, &mut request);
        self.add_ready_credentials(id, &mut request);
        let txn = self.send_request(now, hop, request);
        self.purposes.insert(txn, Purpose::Reinvite(id));
        if let Some(talking) = self.talking(id) {
            talking.exchange = Exchange::Ours { txn, queued };
        }
    }

    pub(crate) fn talking(&mut self, id: LegId) -> Option<&mut Talking> {
        match &mut self.legs.get_mut(&id)?.state {
            State::Talking(talking) => Some(talking),
            State::Ringing(_) | State::Calling(_) | State::Leaving(_) => None,
        }
    }

    pub(crate) fn hear_reinvite_response(
        &mut self,
        now: Moment,
        id: LegId,
        txn: ClientTxn,
        hop: Hop,
        response: &Response,
    ) {
        if response.status.is_provisional() {
            return;
        }
        let Some(talking) = self.talking(id) else { return };
        let queued = match std::mem::replace(&mut talking.exchange, Exchange::Idle) {
            Exchange::Ours { txn: ours, queued } if ours == txn => queued,
            // Only copies of a 2xx come here: each wants its ACK.
            other @ (Exchange::Idle | Exchange::Ours { .. } | Exchange::Theirs { .. }) => {
                talking.exchange = other;
                return self.acknowledge_reinvite(id, response);
            }
        };
        match response.status {
            status if status.is_success() => {
                talking.dialog.refresh_target(&response.headers);
                talking.said = Some(queued.offer);
                self.forget_tries(id);
                self.refreshed(now, id, response);
                self.deadlines.set(Timer::Forget(txn), now + sip_txn::TIMEOUT);
                self.acknowledge_reinvite(id, response);
                let sdp = sdp(&response.headers, &response.body);
                self.tell(Event::Reanswered { leg: id, sdp });
                self.go_on(now, id);
            }
            StatusCode::CALL_DOES_NOT_EXIST | StatusCode::REQUEST_TIMEOUT => {
                self.purposes.remove(&txn);
                self.dialog_gone(now, id, response.status);
            }
            status => {
                self.purposes.remove(&txn);
                self.refresh_again(now, id, response);
                if self.prove_reinvite(now, id, hop, response, &queued) {
                    return;
                }
                self.forget_tries(id);
                self.hear_refusal(now, id, status, retry_after(response), queued);
            }
        }
    }

    fn acknowledge_reinvite(&mut self, id: LegId, response: &Response) {
        let Some(leg) = self.legs.get(&id) else { return };
        if let State::Talking(talking) = &leg.state
            && response.status.is_success()
        {
            let hop = way::hop_inside(leg.hop, talking);
            let mut ack = talking.dialog.ack(response.cseq);
            self.add_shown_credentials(id, hop, &mut ack);
            self.send_ack(hop, ack);
        }
    }

    /// Our offer was refused: for its timing (§14.1), or for good.
    fn hear_refusal(
        &mut self,
        now: Moment,
        id: LegId,
        status: StatusCode,
        after: Option<Duration>,
        refused: Queued,
    ) {
        let wait = match (status, after) {
            (StatusCode::REQUEST_PENDING, _) => Some(self.glare_wait(id)),
            (StatusCode::SERVER_INTERNAL_ERROR, after) => after,
            _ => None,
        };
        let glares = refused.glares.saturating_add(1);
        let Some(talking) = self.talking(id) else { return };
        match wait {
            Some(wait) if glares <= GLARES_MAX => {
                // A newer offer of our user takes the place of this one, but waits as long.
                let offer = talking.queued.take().map_or(refused.offer, |newer| newer.offer);
                let at = now + wait;
                talking.queued = Some(Queued { offer, glares, at });
                self.deadlines.set(Timer::Offer(id), at);
            }
            Some(_) | None => {
                self.tell(Event::ReinviteFailed { leg: id, status });
                self.go_on(now, id);
            }
        }
    }

    fn glare_wait(&mut self, id: LegId) -> Duration {
        let range = match self.talking(id).map(|talking| talking.dialog.role) {
            Some(Role::Uac) => OWNER_WAIT_MILLIS,
            Some(Role::Uas) | None => GUEST_WAIT_MILLIS,
        };
        self.random_millis(range)
    }

    pub(crate) fn hear_reinvite_failure(&mut self, now: Moment, id: LegId, why: Unreachable) {
        if let Some(talking) = self.talking(id)
            && let Exchange::Ours { .. } = talking.exchange
        {
            talking.exchange = Exchange::Idle;
        }
        self.unheard(now, id, why);
    }

    /// A request of ours inside the leg was never answered.
    pub(crate) fn unheard(&mut self, now: Moment, id: LegId, why: Unreachable) {
        match why {
            Unreachable::TimedOut => self.dialog_gone(now, id, StatusCode::REQUEST_TIMEOUT),
            Unreachable::Transport | Unreachable::LegsMax => self.lose_leg(now, id),
        }
    }

    /// §12.2.1.2: a 481, a 408 or silence ends the dialog. To a peer that may still have its half
    /// a BYE is sent.
    pub(crate) fn dialog_gone(&mut self, now: Moment, id: LegId, status: StatusCode) {
        let is_told = self.is_told(id);
        match status {
            StatusCode::CALL_DOES_NOT_EXIST => {
                self.close_exchange(now, id);
                self.remove_leg(id);
            }
            _ => self.send_bye(now, id, None),
        }
        if is_told {
            self.tell(Event::Ended { leg: id, why: EndCause::DialogGone });
        }
    }

    /// A re-INVITE or UPDATE of the peer, its order and its form already checked.
    pub(crate) fn hear_reoffer(
        &mut self,
        now: Moment,
        id: LegId,
        txn: ServerTxn,
        request: Box<Request>,
    ) {
        if self.refuse_brief(now, txn, &request) {
            return;
        }
        match self.timing(id, &request) {
            Timing::Good => self.take_offer(now, id, txn, request),
            Timing::Early => {
                let offer = sdp(&request.headers, &request.body).unwrap_or_default();
                self.take_early_offer(id, txn, request, offer);
            }
            Timing::NoOffer => {
                self.move_target(id, &request);
                let mut response = self.dress_in(id, &request, StatusCode::OK);
                self.answer_refresh(now, id, &request, &mut response);
                self.respond(now, txn, response);
            }
            Timing::Glare => self.respond(now, txn, request.reply(StatusCode::REQUEST_PENDING)),
            Timing::TooFast => {
                let seconds = self.random.random_range(TOO_FAST_SECONDS).to_string();
                let response = request
                    .reply(StatusCode::SERVER_INTERNAL_ERROR)
                    .with_header(Name::RetryAfter, seconds);
                self.respond(now, txn, response);
            }
            Timing::Over => {
                self.respond(now, txn, request.reply(StatusCode::CALL_DOES_NOT_EXIST));
                // If our BYE waited for an ACK: whoever begins anew has our 2xx.
                self.acknowledged(now, id, None);
            }
        }
    }

    fn timing(&self, id: LegId, request: &Request) -> Timing {
        let talking = match self.legs.get(&id).map(|leg| &leg.state) {
            Some(State::Talking(talking)) => talking,
            Some(State::Ringing(_) | State::Calling(_)) if makes_no_offer(request) => {
                return Timing::NoOffer;
            }
            Some(State::Ringing(_) | State::Calling(_)) => {
                return match self.early_timing(id, request) {
                    Some(EarlyTiming::Good) => Timing::Early,
                    Some(EarlyTiming::Glare) => Timing::Glare,
                    Some(EarlyTiming::TooFast) => Timing::TooFast,
                    None => Timing::Over,
                };
            }
            Some(State::Leaving(_)) | None => return Timing::Over,
        };
        if talking.wish != Wish::Stay {
            return Timing::Over;
        }
        if makes_no_offer(request) {
            return Timing::NoOffer;
        }
        match (&talking.exchange, &talking.unacked) {
            (Exchange::Ours { .. }, _) => Timing::Glare,     // §14.2
            (Exchange::Theirs { .. }, _) => Timing::TooFast, // §14.2
            // RFC 5407 §3.1.4: our offer in the 2xx is not answered yet.
            (Exchange::Idle, Some(unacked)) if unacked.made == SdpMade::Offer => Timing::Glare,
            (Exchange::Idle, Some(_) | None) => Timing::Good,
        }
    }

    fn take_offer(&mut self, now: Moment, id: LegId, txn: ServerTxn, request: Box<Request>) {
        let sdp = sdp(&request.headers, &request.body);
        let is_invite = request.method == Method::Invite;
        let Some(talking) = self.talking(id) else { return };
        talking.exchange = Exchange::Theirs { txn, request };
        if is_invite {
            self.invites.insert(txn, id);
        }
        // A peer that begins anew has our 2xx, though its ACK was lost or is late. An offer of ours
        // that waited for that goes on waiting (§14.1).
        self.acknowledged(now, id, None);
        self.tell(Event::Reoffered { leg: id, sdp });
    }

    /// Says yes to [`Event::Reoffered`], with our answer, or our offer if the peer made none.
    pub fn accept_reinvite(&mut self, now: Moment, leg: LegId, sdp: Bytes) {
        if let Some((txn, request)) = self.take_theirs(leg) {
            let mut response = self
                .dress_in(leg, &request, StatusCode::OK)
                .with_body("application/sdp", sdp.clone());
            self.answer_refresh(now, leg, &request, &mut response);
            self.agreed_early(leg, &request, &sdp);
            if let Some(talking) = self.talking(leg) {
                talking.said = Some(sdp);
            }
            if request.method == Method::Invite {
                let unacked =
                    unacked(now, txn, response.clone(), InviteKind::Later, sdp_made(&request));
                if let Some(talking) = self.talking(leg) {
                    talking.unacked = Some(unacked);
                }
                self.deadlines.set(Timer::Unacked(leg), Resend::doubling_to_t2(now).at);
            }
            self.respond(now, txn, response);
            self.go_on(now, leg);
            self.go_on_ringing(now, leg);
        }
        self.settle(now);
    }

    /// Says no to [`Event::Reoffered`], with a final status of 300 or more; the leg goes on as it
    /// was.
    pub fn refuse_reinvite(&mut self, now: Moment, leg: LegId, status: StatusCode) {
        debug_assert!(status.code() >= 300, "a refusal is a final answer");
        if let Some((txn, request)) = self.take_theirs(leg) {
            self.respond(now, txn, request.reply(status));
            self.go_on(now, leg);
            self.go_on_ringing(now, leg);
        }
        self.settle(now);
    }

    fn take_theirs(&mut self, id: LegId) -> Option<(ServerTxn, Box<Request>)> {
        let talking = match &mut self.legs.get_mut(&id)?.state {
            State::Ringing(ringing) => return ringing.reoffer.take(),
            State::Calling(calling) => return calling.take_reoffer(),
            State::Talking(talking) => talking,
            State::Leaving(_) => return None,
        };
        match std::mem::replace(&mut talking.exchange, Exchange::Idle) {
            Exchange::Theirs { txn, request } => {
                self.invites.remove(&txn);
                Some((txn, request))
            }
            other @ (Exchange::Idle | Exchange::Ours { .. }) => {
                talking.exchange = other;
                None
            }
        }
    }

    fn dress_in(&self, id: LegId, request: &Request, status: StatusCode) -> Response {
        let contact = self.legs.get(&id).map(|leg| leg.contact.clone()).unwrap_or_default();
        self.dress(request, status, &contact)
    }
}

/// Whether a peer's offer comes at a good moment.
enum Timing {
    Good,
    /// The call is not answered, but the peer has our answer to its first offer.
    Early,
    /// It offers nothing, so there is nothing to wait for.
    NoOffer,
    /// Ours is under way: 491.
    Glare,
    /// The peer's last one is not answered: 500.
    TooFast,
    /// The leg is ending: 481.
    Over,
}

/// An UPDATE without SDP only moves the target or keeps the leg alive. An INVITE without SDP asks
/// for an offer of ours.
fn makes_no_offer(request: &Request) -> bool {
    request.method == Method::Update && sdp(&request.headers, &request.body).is_none()
}

fn may_offer(talking: &Talking) -> bool {
    talking.wish == Wish::Stay
        && talking.unacked.is_none()
        && matches!(talking.exchange, Exchange::Idle)
}

/// Retry-After of at most ten seconds (§14.2); a comment behind the number is passed over.
fn retry_after(response: &Response) -> Option<Duration> {
    let value = response.headers.get(Name::RetryAfter)?.as_str()?;
    let digits = value.split(|letter: char| !letter.is_ascii_digit()).next()?;
    let seconds: u64 = digits.parse().ok()?;
    (seconds <= 10).then(|| Duration::from_secs(seconds))
}
