//! Who answers a number outside may be a mailbox: they are asked to press a key before the caller hears them (`confirm`
//! of a `dial` step). The caller hears music until they do, and goes on in the plan if they do not.

use super::{Answer, Calling, Destination, DirectCall, Stage};
use crate::confirming::{CONFIRM, CONFIRM_MAX};
use crate::engine::{Engine, Timer};
use crate::line::Line;
use clock::Moment;
use dialplan::builtin;
use ids::{CallId, LegId};
use media_protocol::Command;

impl Calling {
    /// Who answers is asked.
    pub(super) fn with_question(mut self) -> Self {
        self.answer = Answer::IsAsked;
        self
    }

    /// Whether who answers has to be asked.
    pub(super) const fn asks(&self) -> bool {
        matches!(self.answer, Answer::IsAsked | Answer::WasAsked)
    }

    /// Whether somebody has answered, and has not taken the call.
    pub(super) const fn has_asked(&self) -> bool {
        matches!(self.answer, Answer::WasAsked)
    }
}

impl DirectCall {
    /// The leg of who is being asked.
    pub(crate) fn asked(&self) -> Option<LegId> {
        match &self.stage {
            Stage::Calling(calling) => calling.asked.as_ref().map(|line| line.leg),
            Stage::Talking(_) => None,
        }
    }
}

impl Engine {
    /// Somebody has answered, who is asked whether they take the call.
    pub(super) fn ask_called(&mut self, now: Moment, id: CallId, line: Line) {
        let Some(call) = self.directs.get_mut(id) else { return };
        let Stage::Calling(calling) = &mut call.stage else { return };
        calling.unseen.clear();
        let others = std::mem::take(&mut calling.legs);
        calling.answer = Answer::WasAsked;
        calling.asked = Some(Box::new(line));
        self.release_phones(now, others.into_keys(), None);
        self.timers.clear(&Timer::DirectNoSign(id));
        self.timers.set(Timer::DirectRing(id), now + CONFIRM_MAX);
        self.ask_who_answered(id);
    }

    /// Asks, and asks again when it has been said: mailboxes speak first.
    pub(crate) fn ask_who_answered(&mut self, id: CallId) {
        let Some(call) = self.directs.get(id) else { return };
        let Stage::Calling(Calling { asked: Some(line), .. }) = &call.stage else { return };
        let at = (line.port.worker, line.leg);
        self.ask_to_confirm(at, self.plan.default_language, builtin::DIAL_CONFIRM);
    }

    /// Whether a leg is that of somebody who is asked.
    pub(crate) fn is_asked(&self, id: CallId, leg: LegId) -> bool {
        self.directs.get(id).and_then(DirectCall::asked) == Some(leg)
    }

    /// Who is asked presses a key.
    pub(crate) fn asked_pressed(&mut self, now: Moment, id: CallId, key: char) {
        if key != CONFIRM {
            return;
        }
        let Some(call) = self.directs.get_mut(id) else { return };
        let Stage::Calling(calling) = &mut call.stage else { return };
        if let Some(line) = calling.asked.take() {
            self.media(line.port.worker, Command::Quiet { stream: line.leg });
            self.connect_direct(now, id, *line);
        }
    }

    /// Who was asked is gone: their line is closed, and the port kept for the call.
    pub(super) fn forget_asked(&mut self, id: CallId, leg: LegId) {
        let Some(call) = self.directs.get_mut(id) else { return };
        let Stage::Calling(calling) = &mut call.stage else { return };
        if let Some(line) = calling.asked.take_if(|line| line.leg == leg) {
            self.keep_port(*line);
        }
    }

    /// Why a number outside was not put through to.
    pub(super) fn is_outside_asked(call: &DirectCall) -> bool {
        let is_outside = matches!(call.to, Destination::Outside(_));
        is_outside && matches!(&call.stage, Stage::Calling(calling) if calling.has_asked())
    }
}
