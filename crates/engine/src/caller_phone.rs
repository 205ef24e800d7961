//! What the caller's phone does.

use crate::call::{HeldBy, Stage};
use crate::ending::Ending;
use crate::engine::Engine;
use crate::line::Unusable;
use bytes::Bytes;
use clock::Moment;
use ids::CallId;
use sip_ua::{EndCause, Event};

impl Engine {
    /// Something happened on the caller's leg.
    pub(crate) fn caller_phone(&mut self, now: Moment, id: CallId, event: Event) {
        match event {
            Event::Established { answer, .. } => self.caller_established(now, id, answer),
            Event::Cancelled { .. } => self.end(now, id, Ending::CallerLeft),
            Event::Ended { why, .. } => self.end(now, id, caller_ending(&why)),
            Event::Reoffered { leg, sdp } => match self.adjust_caller(id, sdp) {
                Ok(body) => {
                    self.ua.accept_reinvite(now, leg, body);
                    self.follow_hold(now, id);
                }
                Err(unusable) => self.ua.refuse_reinvite(now, leg, unusable.status()),
            },
            Event::Reanswered { sdp, .. } => {
                // An answer that cannot be read changes nothing: the sound stays as it was.
                if let Some(sdp) = sdp {
                    let _ = self.caller_agrees(id, &sdp);
                    self.follow_hold(now, id);
                }
            }
            // These come of INVITEs of ours, and a caller gets none.
            Event::Incoming { .. }
            | Event::Progress { .. }
            | Event::Answered { .. }
            | Event::Rejected { .. }
            | Event::Unreachable { .. }
            | Event::ReinviteFailed { .. }
            | Event::Request { .. }
            | Event::Response { .. }
            | Event::Failed { .. } => {}
        }
    }

    /// The caller's phone has acknowledged our 200: sound can flow.
    fn caller_established(&mut self, now: Moment, id: CallId, answer: Option<Bytes>) {
        if let Some(answer) = answer
            && let Err(unusable) = self.caller_agrees(id, &answer)
        {
            self.end(now, id, Ending::Unusable(unusable));
            return;
        }
        let Some(call) = self.calls.get_mut(id) else { return };
        if !matches!(call.stage, Stage::Answering) {
            return;
        }
        if !call.line.is_open() {
            // Our 200 made the offer, and the ACK had to bring the answer (RFC 3261 §13.2.1).
            self.end(now, id, Ending::Unusable(Unusable::Malformed));
            return;
        }
        call.enter(now, Stage::InPlan);
        self.visit(now, id, ivr::Input::Answered);
    }

    fn caller_agrees(&mut self, id: CallId, answer: &[u8]) -> Result<(), Unusable> {
        let Some(call) = self.calls.get_mut(id) else { return Ok(()) };
        let command = call.line.agree(answer)?;
        let worker = call.line.port.worker;
        self.media(worker, command);
        Ok(())
    }

    fn adjust_caller(&mut self, id: CallId, sdp: Option<Bytes>) -> Result<Bytes, Unusable> {
        let Some(call) = self.calls.get_mut(id) else { return Err(Unusable::Malformed) };
        let Some(sdp) = sdp else { return Ok(call.line.offer()) };
        let (body, command) = call.line.answer(&sdp)?;
        let worker = call.line.port.worker;
        self.media(worker, command);
        Ok(body)
    }

    /// Whoever is put on hold hears music; whoever comes back from it hears the other.
    pub(crate) fn follow_hold(&mut self, now: Moment, id: CallId) {
        let Some(call) = self.calls.get_mut(id) else { return };
        let caller_listens = call.line.listens();
        let Some(talk) = call.talk_mut() else { return };
        let held = match (talk.line.listens(), caller_listens) {
            (false, _) => Some(HeldBy::Agent),
            (true, false) => Some(HeldBy::Caller),
            (true, true) => None,
        };
        let before = std::mem::replace(&mut talk.held, held);
        if before != held {
            self.change_hold(now, id, before, held);
        }
    }
}

fn caller_ending(why: &EndCause) -> Ending {
    match why {
        EndCause::Bye { .. } => Ending::CallerLeft,
        EndCause::AckMissing => Ending::LineFailed("the answer was never acknowledged"),
        EndCause::Transport => Ending::LineFailed("the connection broke"),
        EndCause::DialogGone => Ending::LineFailed("the phone no longer knows the call"),
    }
}
