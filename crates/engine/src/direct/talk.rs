//! While the two talk: joined, and who holds whom.

use super::{Side, Stage};
use crate::engine::Engine;
use bytes::Bytes;
use clock::Moment;
use events::{CallEvent, Outcome, What};
use ids::{CallId, LegId, PlayId};
use media_protocol::{Command, Then};
use std::sync::Arc;

impl Engine {
    /// Joins the two, as soon as both have settled their sound.
    pub(super) fn join_direct(&mut self, id: CallId) {
        let Some(call) = self.directs.get_mut(id) else { return };
        let worker = call.caller.port.worker;
        if let Some((a, b)) = call.streams() {
            self.media(worker, Command::Bridge { a, b });
        }
    }

    /// The caller's phone has acknowledged our 200. One that made no offer answers ours with it.
    pub(crate) fn direct_established(
        &mut self,
        now: Moment,
        id: CallId,
        leg: LegId,
        answer: Option<Bytes>,
    ) {
        let Some(answer) = answer else { return self.expect_sound(now, id) };
        match self.take_answer(leg, &answer) {
            Ok(()) => self.join_direct(id),
            Err(unusable) => self.fail_direct(now, id, unusable.cause()),
        }
    }

    /// RFC 3261 §13.2.1: whoever made no offer had to answer ours.
    fn expect_sound(&mut self, now: Moment, id: CallId) {
        if self.directs.get_mut(id).is_some_and(|call| !call.caller.is_open()) {
            self.fail_direct(now, id, "the caller's phone has agreed to no sound");
        }
    }

    fn fail_direct(&mut self, now: Moment, id: CallId, cause: &str) {
        let Some(call) = self.directs.get_mut(id) else { return };
        let caller = call.caller.leg;
        self.ua.hang_up(now, caller, None);
        self.end_direct(now, id, Outcome::Failed, cause.to_owned(), None);
    }

    /// Whoever is put on hold hears music; whoever comes back from it hears the other.
    pub(crate) fn follow_direct_hold(&mut self, now: Moment, id: CallId) {
        let Some(call) = self.directs.get_mut(id) else { return };
        let caller_listens = call.caller.listens();
        let Stage::Talking(talk) = &mut call.stage else { return };
        let held = match (talk.line.listens(), caller_listens) {
            (false, _) => Some(Side::Called),
            (true, false) => Some(Side::Caller),
            (true, true) => None,
        };
        let before = std::mem::replace(&mut talk.held, held);
        if before == held {
            return;
        }
        let legs = (call.caller.leg, talk.line.leg);
        let worker = call.caller.port.worker;
        if let Some(by) = before {
            self.media(worker, Command::Quiet { stream: parked(legs, by) });
        }
        if let Some(by) = held {
            self.play_music(worker, parked(legs, by));
        }
        let event = match held {
            Some(by) => CallEvent::Held { by_agent: by == Side::Called },
            None => CallEvent::Resumed,
        };
        self.record(now, What::Call(id, event));
    }

    pub(crate) fn play_music(&mut self, worker: u8, stream: LegId) {
        let prompt = self.plan.prompt(dialplan::builtin::MUSIC);
        let language = self.plan.default_language.index();
        let music = prompt.and_then(|prompt| self.clips.find(language, prompt));
        if let Some(music) = music {
            let (clips, then) = (Arc::new([]), Then::Music(music));
            let play = PlayId::default();
            self.media(worker, Command::Play { stream, play, clips, then });
        }
    }
}

/// The stream of the side that the other has parked.
const fn parked((caller, called): (LegId, LegId), by: Side) -> LegId {
    match by {
        Side::Caller => called,
        Side::Called => caller,
    }
}
