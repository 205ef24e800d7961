//! What a phone makes of the events of its user agent.

use crate::line::NoCommonMedia;
use crate::works::Works;
use crate::{CallState, End, HoldError, LineId};
use bytes::Bytes;
use ids::LegId;
use sdp::Session;
use sip_msg::{Method, Request, StatusCode};
use sip_ua::{EndCause, Event, ServerTxn};

impl Works {
    pub(crate) fn heed(&mut self, event: Event) {
        match event {
            Event::Incoming { leg, request, .. } => self.rung(leg, &request),
            Event::Request { txn, request, .. } => self.asked(txn, &request),
            Event::Response { txn, response, .. } => {
                let next = self.registration.answered(txn, &response, &self.credentials);
                self.registered(next);
            }
            Event::Failed { txn, .. } => {
                let next = self.registration.failed(txn);
                self.registered(next);
            }
            // That somebody is there is nothing to a caller yet. Our Allow has no REFER, so none is
            // heard.
            Event::Trying { .. } | Event::Referred { .. } | Event::StrayAnswer { .. } => {}
            Event::Established { leg, .. }
            | Event::Pressed { leg, .. }
            | Event::Cancelled { leg }
            | Event::Progress { leg, .. }
            | Event::Answered { leg, .. }
            | Event::Rejected { leg, .. }
            | Event::Unreachable { leg, .. }
            | Event::Reoffered { leg, .. }
            | Event::Reanswered { leg, .. }
            | Event::ReinviteFailed { leg, .. }
            | Event::Ended { leg, .. } => {
                // A leg without a line was hung up here already.
                if let Some(line) = self.legs.get(&leg).copied() {
                    self.heed_in(line, leg, event);
                }
            }
        }
    }

    /// What happened in one call.
    fn heed_in(&mut self, line: LineId, leg: LegId, event: Event) {
        match event {
            Event::Cancelled { .. } => self.over(line, End::CallerGaveUp),
            Event::Progress { status, sdp, .. } => self.progressed(line, status, sdp),
            Event::Answered { sdp, .. } => self.answered(line, sdp),
            Event::Established { answer: Some(sdp), .. } => self.reanswered(line, Some(sdp)),
            Event::Established { answer: None, .. } => {}
            Event::Rejected { response, .. } => self.rejected(line, &response),
            Event::Unreachable { .. } => self.over(line, End::Unreachable),
            Event::Reoffered { sdp, .. } => self.reoffered(line, leg, sdp),
            Event::Reanswered { sdp, .. } => self.reanswered(line, sdp),
            Event::ReinviteFailed { status, .. } => {
                if let Some(line) = self.lines.get_mut(&line) {
                    line.settle_hold(Err(HoldError::Refused(status)));
                }
            }
            Event::Ended { why, .. } => self.over(line, end_of(why)),
            // Nobody here listens to keys.
            Event::Pressed { .. } => {}
            Event::Referred { .. }
            | Event::Incoming { .. }
            | Event::Trying { .. }
            | Event::Request { .. }
            | Event::Response { .. }
            | Event::StrayAnswer { .. }
            | Event::Failed { .. } => unreachable!("heed keeps the events outside calls"),
        }
    }

    fn progressed(&mut self, id: LineId, status: StatusCode, sdp: Option<Bytes>) {
        let Some(line) = self.lines.get_mut(&id) else { return };
        if let Some(sdp) = sdp {
            // Early media that we cannot understand is no reason to hang up.
            let _ = line.take_answer(Some(&sdp));
        }
        if status == StatusCode::RINGING && !line.is_up() {
            self.changed(id, CallState::Ringing);
        }
    }

    fn answered(&mut self, id: LineId, sdp: Option<Bytes>) {
        let Some(line) = self.lines.get_mut(&id) else { return };
        match line.take_answer(sdp.as_deref()) {
            Ok(agreed) => self.connected(id, agreed.direction),
            Err(NoCommonMedia) => self.part(id),
        }
    }

    /// The other side answered an offer that we made inside the call.
    fn reanswered(&mut self, id: LineId, sdp: Option<Bytes>) {
        let Some(line) = self.lines.get_mut(&id) else { return };
        match line.take_answer(sdp.as_deref()) {
            Ok(agreed) => {
                line.settle_hold(Ok(()));
                self.changed(id, CallState::Answered(agreed.direction));
            }
            Err(NoCommonMedia) => self.part(id),
        }
    }

    fn reoffered(&mut self, id: LineId, leg: LegId, sdp: Option<Bytes>) {
        let now = self.now();
        let Some(line) = self.lines.get_mut(&id) else { return };
        let Some(sdp) = sdp else {
            let wish = line.session.wish();
            let offer = line.session.offer(wish);
            return self.ua.accept_reinvite(now, leg, offer);
        };
        match Session::parse(&sdp).map_err(|_| NoCommonMedia).and_then(|it| line.answer(&it)) {
            Ok((body, agreed)) => {
                let is_up = line.is_up();
                self.ua.accept_reinvite(now, leg, body);
                // Before the answer it may be changed too, and is not the answer.
                if is_up {
                    self.changed(id, CallState::Answered(agreed.direction));
                }
            }
            // The call goes on as it was (RFC 3261 §14.2).
            Err(NoCommonMedia) => {
                self.ua.refuse_reinvite(now, leg, StatusCode::NOT_ACCEPTABLE_HERE);
            }
        }
    }

    /// There is nothing to talk in: hangs up (RFC 3261 §13.2.2.4).
    fn part(&mut self, id: LineId) {
        if let Some(line) = self.lines.get(&id) {
            let leg = line.leg;
            self.ua.hang_up(self.now(), leg, None);
            self.over(id, End::NoCommonMedia);
        }
    }

    /// A phone answers OPTIONS, and nothing else outside calls.
    fn asked(&mut self, txn: ServerTxn, request: &Request) {
        let status = if request.method == Method::Options {
            StatusCode::OK
        } else {
            StatusCode::METHOD_NOT_ALLOWED
        };
        self.ua.reply(self.now(), txn, request.reply(status));
    }
}

fn end_of(why: EndCause) -> End {
    match why {
        EndCause::Bye { reason } => {
            End::HungUpThere { reason: reason.map(|reason| reason.to_str_lossy().into_owned()) }
        }
        EndCause::AckMissing
        | EndCause::Transport
        | EndCause::SessionExpired
        | EndCause::DialogGone => End::Lost,
    }
}
