//! Provisional answers that are sent until they are acknowledged (RFC 3262 §3).
//!
//! One is under way at a time; others wait for it. One whose PRACK never comes ends the call, and a
//! 2xx waits for the PRACK of one that brought our answer, so that no peer hears of two at once.

use crate::leg::{Ringing, State};
use crate::prack::RELIABLE;
use crate::sdp_body::sdp;
use crate::user_agent::Timer;
use crate::{EndCause, Event, ServerTxn, UserAgent};
use bytes::Bytes;
use clock::Moment;
use ids::LegId;
use rand::RngExt;
use sip_msg::{Method, Name, Request, Response, StatusCode};
use sip_txn::{Resend, TIMEOUT};
use std::collections::VecDeque;

/// How many provisional answers of one call may wait for their turn; more are left out.
const WAITING_MAX: usize = 4;

/// Where the numbers begin (§3): leaves room for all that a call could have.
const FIRST: std::ops::RangeInclusive<u32> = 1..=0x3fff_ffff;

/// The provisional answers of one call that are to be acknowledged.
#[derive(Debug, Default)]
pub(crate) struct Reliable {
    /// The number of the last one; none before the first.
    last: Option<u32>,
    under_way: Option<Box<UnderWay>>,
    waiting: VecDeque<Response>,
    /// Whether the caller knows our answer to its offer: it has acknowledged it.
    is_answered: bool,
    /// The description of our 200, which waits for the PRACK.
    answer: Option<Bytes>,
}

/// One that was sent and not acknowledged.
#[derive(Debug)]
struct UnderWay {
    response: Response,
    resend: Resend,
    until: Moment,
}

fn wants(request: &Request, header: Name) -> bool {
    request.headers.tokens(header).any(|option| option.eq_ignore_case(RELIABLE))
}

/// `17 1 INVITE` (§7.2).
fn acknowledged(prack: &Request) -> Option<(u32, u32)> {
    let value = prack.headers.get(Name::RAck)?.to_str_lossy().into_owned();
    let mut words = value.split_ascii_whitespace();
    let (number, cseq) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
    (words.next() == Some("INVITE") && words.next().is_none()).then_some((number, cseq))
}

impl UserAgent {
    /// Says how the call gets on: 101 to 199, with our answer to the caller's offer where there is
    /// sound before the 200 (RFC 3960). Only before the final answer. To a caller that made no offer
    /// nothing is described.
    pub fn progress(&mut self, now: Moment, leg: LegId, status: StatusCode, answer: Option<Bytes>) {
        debug_assert!(status.is_provisional() && status.code() > 100, "100 goes by itself");
        self.say_progress(now, leg, status, answer);
        self.settle(now);
    }

    pub(crate) fn say_progress(
        &mut self,
        now: Moment,
        leg: LegId,
        status: StatusCode,
        answer: Option<Bytes>,
    ) {
        if let Some((txn, mut response)) = self.response_in(leg, status)
            && let Some(ringing) = self.ringing(leg)
        {
            ringing.said = Some(status);
            let has_offer = sdp(&ringing.request.headers, &ringing.request.body).is_some();
            let answer = answer.filter(|_| has_offer);
            let is_reliable = self.is_reliable(leg, answer.is_some());
            if let Some(answer) = answer {
                response = response.with_body("application/sdp", answer);
            }
            if is_reliable {
                self.send_reliably(now, leg, response);
            } else {
                self.respond(now, txn, response);
            }
            self.ask_for_patience(now, leg);
        }
    }

    /// §3: always where the caller requires it. Where it only can, what has a description goes so.
    fn is_reliable(&mut self, leg: LegId, has_answer: bool) -> bool {
        let spoken = self.config.allow.contains(&Method::Prack);
        let Some(ringing) = self.ringing(leg) else { return false };
        let request = &ringing.request;
        spoken && (wants(request, Name::Require) || (has_answer && wants(request, Name::Supported)))
    }

    fn send_reliably(&mut self, now: Moment, leg: LegId, response: Response) {
        let first = self.random.random_range(FIRST);
        let Some(Ringing { txn, reliable, .. }) = self.ringing(leg) else { return };
        let txn = *txn;
        if reliable.under_way.is_some() {
            if reliable.waiting.len() < WAITING_MAX {
                reliable.waiting.push_back(response);
            }
            return;
        }
        let number = reliable.last.map_or(first, |last| last + 1);
        reliable.last = Some(number);
        let response = response
            .with_header(Name::Require, RELIABLE)
            .with_header(Name::RSeq, number.to_string());
        let resend = Resend::doubling(now);
        let under_way = UnderWay { response: response.clone(), resend, until: now + TIMEOUT };
        reliable.under_way = Some(Box::new(under_way));
        self.deadlines.set(Timer::Unpracked(leg), resend.at);
        self.respond(now, txn, response);
    }

    /// The one under way is to be sent again, or was never acknowledged.
    pub(crate) fn unpracked_due(&mut self, now: Moment, leg: LegId) {
        let Some(Ringing { txn, reliable, .. }) = self.ringing(leg) else { return };
        let txn = *txn;
        let Some(under_way) = &mut reliable.under_way else { return };
        if now >= under_way.until {
            // §3: the call is refused.
            self.end_ringing(now, leg, StatusCode::SERVER_TIMEOUT, None);
            return self.tell(Event::Ended { leg, why: EndCause::AckMissing });
        }
        under_way.resend = under_way.resend.next(now);
        let (at, response) = (under_way.resend.at.min(under_way.until), under_way.response.clone());
        self.deadlines.set(Timer::Unpracked(leg), at);
        self.respond(now, txn, response);
    }

    /// A PRACK inside a leg.
    pub(crate) fn hear_prack(
        &mut self,
        now: Moment,
        id: LegId,
        txn: ServerTxn,
        request: Box<Request>,
    ) {
        if !self.take_prack(id, &request) {
            return self.respond(now, txn, request.reply(StatusCode::CALL_DOES_NOT_EXIST));
        }
        self.deadlines.clear(&Timer::Unpracked(id));
        if let Some(offer) = sdp(&request.headers, &request.body) {
            // §5: an offer in a PRACK is answered in its 200.
            return self.take_early_offer(id, txn, request, offer);
        }
        self.respond(now, txn, request.reply(StatusCode::OK));
        self.go_on_ringing(now, id);
    }

    /// Whether it acknowledges the one under way, which is over then.
    fn take_prack(&mut self, id: LegId, request: &Request) -> bool {
        let Some(Ringing { request: invite, reliable, .. }) = self.ringing(id) else {
            return false;
        };
        let expected = reliable.last.map(|last| (last, invite.cseq));
        let is_it = reliable.under_way.is_some() && acknowledged(request) == expected;
        if is_it && let Some(over) = reliable.under_way.take() {
            reliable.is_answered |= !over.response.body.is_empty();
        }
        is_it
    }

    /// What waited for the PRACK, or for our answer to an offer.
    pub(crate) fn go_on_ringing(&mut self, now: Moment, id: LegId) {
        let Some(Ringing { reliable, reoffer, .. }) = self.ringing(id) else { return };
        if reoffer.is_some() || reliable.under_way.is_some() {
            return;
        }
        if let Some(answer) = reliable.answer.take() {
            self.answer_now(now, id, answer);
        } else if let Some(next) = reliable.waiting.pop_front() {
            self.send_reliably(now, id, next);
        }
    }

    /// Whether our 200 has to wait: our answer is under way in a provisional one, or an offer of the
    /// peer is not answered. Then it goes when that is over.
    pub(crate) fn must_wait(&mut self, leg: LegId, sdp: &Bytes) -> bool {
        let Some(Ringing { reliable, reoffer, .. }) = self.ringing(leg) else { return false };
        let under_way = reliable.under_way.as_ref();
        let waits = reoffer.is_some()
            || under_way.is_some_and(|under_way| !under_way.response.body.is_empty());
        if waits {
            reliable.answer = Some(sdp.clone());
        }
        waits
    }

    /// Whether the caller knows our answer already, so that it may offer anew (RFC 3311 §5.1).
    pub(crate) fn has_answered_early(&self, id: LegId) -> bool {
        match self.legs.get(&id).map(|leg| &leg.state) {
            Some(State::Ringing(ringing)) => {
                ringing.reoffer.is_none() && ringing.reliable.is_answered
            }
            Some(State::Calling(_) | State::Talking(_) | State::Leaving(_)) | None => false,
        }
    }

    pub(crate) fn ringing(&mut self, id: LegId) -> Option<&mut Ringing> {
        match &mut self.legs.get_mut(&id)?.state {
            State::Ringing(ringing) => Some(ringing),
            State::Calling(_) | State::Talking(_) | State::Leaving(_) => None,
        }
    }
}
