//! Keys that people press: in the sound (RFC 4733), by INFO, or by both at once.

use crate::call::Stage;
use crate::calls::Owner;
use crate::direct::Side;
use crate::engine::Engine;
use crate::line::Line;
use clock::{Duration, Moment};
use ids::{CallId, LegId};

/// How a key came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// In the sound.
    Sound,
    /// In a message.
    Message,
}

/// A phone that says a key both ways says it twice within this time; a person does not press so fast.
const SAME_WITHIN: Duration = Duration::from_millis(400);

/// No person presses faster. What comes faster is not passed on to the other leg.
const PRESS_MIN: Duration = Duration::from_millis(50);

/// The key of a leg that came last.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LastKey {
    key: char,
    way: Way,
    at: Moment,
}

impl LastKey {
    /// Whether this is the same press again, the other way.
    fn is_said_by(self, now: Moment, key: char, way: Way) -> bool {
        self.key == key && self.way != way && now.since(self.at) < SAME_WITHIN
    }
}

impl Line {
    /// Whether a key that comes is a press of its own, and not the last one told the other way.
    pub(crate) fn is_new_press(&mut self, now: Moment, key: char, way: Way) -> bool {
        let last = self.last_key.replace(LastKey { key, way, at: now });
        let is_told_again = last.is_some_and(|last| last.is_said_by(now, key, way));
        if is_told_again {
            // A third one would be another press.
            self.last_key = None;
        }
        !is_told_again
    }
}

impl Engine {
    /// A key was pressed at the phone of a leg.
    pub(crate) fn pressed(&mut self, now: Moment, leg: LegId, key: char, way: Way) {
        match self.calls.owner(leg) {
            Some(Owner::Caller(call)) if self.is_walking(call) => {
                self.caller_pressed(now, call, key, way);
            }
            Some(Owner::Agent(id)) if self.work_items.has(id) => {
                self.hearer_pressed(now, id, (key, way));
            }
            Some(Owner::Customer(id)) => self.customer_pressed(now, id, key),
            Some(Owner::Direct(id, _)) if self.is_asked(id, leg) => {
                self.asked_pressed(now, id, key);
            }
            Some(Owner::Agent(call)) if self.is_whispering(call) => self.cut_whisper(now, call),
            Some(Owner::Agent(call) | Owner::Direct(call, Side::Called))
                if self.recording_key(call, key).is_some() =>
            {
                self.press_recording_key(now, leg, call, (key, way));
            }
            Some(Owner::Caller(_) | Owner::Agent(_) | Owner::Direct(..)) if way == Way::Message => {
                self.pass_on(now, leg, key);
            }
            Some(Owner::ShortCode) => self.supervisor_pressed(now, leg, (key, way)),
            // What is in the sound passes with the sound.
            Some(Owner::Caller(_) | Owner::Agent(_) | Owner::Direct(..)) => {}
            // Who hands a call over is heard by nobody.
            Some(Owner::Summoned(_) | Owner::Referrer(_) | Owner::Interrupted(_)) | None => {}
        }
    }

    /// The agent begins or ends the recording of the talk, or pauses it. In the sound the key passes on, too.
    fn press_recording_key(
        &mut self,
        now: Moment,
        leg: LegId,
        call: CallId,
        (key, way): (char, Way),
    ) {
        let is_new = self.line_mut(leg).is_some_and(|line| line.is_new_press(now, key, way));
        if let Some(what) = self.recording_key(call, key).filter(|_| is_new) {
            self.record_by_phone(now, call, what);
        }
    }

    fn is_walking(&self, id: CallId) -> bool {
        self.calls.get(id).is_some_and(|call| call.talk().is_none())
    }

    fn caller_pressed(&mut self, now: Moment, id: CallId, key: char, way: Way) {
        let Some(call) = self.calls.get_mut(id) else { return };
        if call.line.is_new_press(now, key, way) {
            self.visit(now, id, ivr::Input::Key(key));
        }
    }

    /// The sound of two legs passes from one to the other, and so does a key beside it.
    fn pass_on(&mut self, now: Moment, leg: LegId, key: char) {
        let Some(other) = self.bridged_with(leg) else { return };
        let Some(line) = self.line_mut(leg) else { return };
        let last = line.last_key.replace(LastKey { key, way: Way::Message, at: now });
        if last.is_none_or(|last| now.since(last.at) >= PRESS_MIN) {
            self.ua.press(now, other, key);
        }
    }

    fn bridged_with(&mut self, leg: LegId) -> Option<LegId> {
        let (a, b) = match self.calls.owner(leg)? {
            Owner::Caller(call) | Owner::Agent(call) => {
                let call = self.calls.get(call)?;
                match &call.stage {
                    Stage::Talking(talk) => (call.line.leg, talk.line.leg),
                    Stage::Recording { .. }
                    | Stage::Answering
                    | Stage::InPlan
                    | Stage::Waiting
                    | Stage::Ringing(_)
                    | Stage::Connecting(_) => return None,
                }
            }
            Owner::Direct(call, _) => self.directs.get_mut(call)?.streams()?,
            Owner::Customer(_)
            | Owner::ShortCode
            | Owner::Summoned(_)
            | Owner::Referrer(_)
            | Owner::Interrupted(_) => {
                return None;
            }
        };
        Some(if leg == a { b } else { a })
    }
}
