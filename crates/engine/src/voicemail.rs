//! Messages that callers leave: begun, recorded by a media worker, kept or thrown away.
//!
//! A message is kept once its recording is on disk and somebody speaks in it, unless the caller speaks it
//! again; whoever hangs up has left it. Thanks are said when its row is on disk too.

use crate::call::{Call, Stage};
use crate::engine::{Engine, Timer};
use crate::messages::{Recording, Speech, Standing, Taking, Wish, bytes_max};
use clock::{Duration, Moment, WallTime};
use dialplan::{Plan, StepId, Voicemail};
use events::{
    By, CallEvent, FoundMessage, Label, MessageEvent, MessageLeft, Name, SavedMessage, What,
};
use ids::{CallId, MessageId};
use ivr::Input;
use media_protocol::{Command, Listening, Recorded};
use rand::Rng;
use std::sync::Arc;

impl Engine {
    /// Messages that earlier runs have left.
    pub(crate) fn recall_messages(&mut self, now: Moment, saved: Vec<SavedMessage>) {
        let wall = self.journal.wall(now);
        for saved in saved {
            let SavedMessage { id, left, at, done_at, given_back, .. } = &saved;
            if let Some(done_at) = done_at {
                let kept = self.done_kept(&left.voicemail);
                self.timers.set(Timer::Forget(*id), now + remaining(wall, *done_at, kept));
            }
            let standing = done_at.map_or(Standing::Open, |_| Standing::Done);
            self.messages.put(*id, left.clone(), standing);
            self.messages.recall_given_back(*id, *given_back);
            let arrived = now - (past(wall, *at) + Duration::from_millis(left.waited_ms));
            self.queue_again(now, &saved, arrived);
        }
    }

    /// Recordings that earlier runs have brought to an end, and no further. Who is on the line still may speak again in their
    /// place; all others have left them.
    pub(crate) fn recall_found(&mut self, now: Moment, found: Vec<FoundMessage>) {
        for FoundMessage { id, label } in found {
            let arrived = self.moment(now, label.arrived_at).min(now);
            let taking = Taking {
                call: CallId(label.left.call),
                // Any worker has the way to the one thread that writes.
                worker: 0,
                bytes_max: label.left.bytes,
                arrived,
                left: label.left,
                speech: Speech::Heard,
                recording: Recording::Whole,
                wish: Wish::Unsaid,
            };
            let earlier = self.messages.find(id, taking);
            earlier.into_iter().for_each(|message| self.message_left(now, message));
        }
    }

    /// Who had spoken a message before the process ended that was there then, and is on the line no more, has left it.
    pub(crate) fn leave_what_was_found(&mut self, now: Moment) {
        let is_on = |call| {
            self.calls.get(call).is_some()
                || self.directs.get(call).is_some()
                || self.recovery.has(call)
        };
        let found = self.messages.found().filter(|(call, _)| !is_on(*call));
        let left: Vec<MessageId> = found.map(|(_, message)| message).collect();
        for message in left {
            self.message_left(now, message);
            self.settle(now);
        }
    }

    /// The caller comes to a voicemail: it takes a message, or the visit hears that it does not.
    pub(crate) fn open_voicemail(&mut self, now: Moment, id: CallId, step: StepId) {
        let Some(call) = self.calls.get_mut(id) else { return };
        let plan = Arc::clone(call.visit.plan());
        let Some(voicemail) = voicemail_of(&plan, step) else { return };
        let Some(limit) = self.messages.limit(voicemail) else { return };
        call.visit.handle(now, Input::VoicemailRefused);
        let (voicemail, limit) = (Arc::clone(&voicemail.name), limit.into());
        self.record(now, What::Call(id, CallEvent::VoicemailFull { voicemail, limit }));
    }

    /// What the caller says from now on is a message.
    pub(crate) fn record_message(&mut self, id: CallId, step: StepId) {
        let Some(call) = self.calls.get(id).filter(|call| call.hears_the_plan()) else { return };
        let plan = Arc::clone(call.visit.plan());
        let Some(voicemail) = voicemail_of(&plan, step) else { return };
        let (worker, stream) = (call.line.port.worker, call.line.leg);
        let arrived = call.queued.map_or(call.since, |(_, arrived)| arrived);
        let left = left_by(call, &plan, &voicemail.name);
        let label =
            Label { arrived_at: self.journal.wall(arrived).as_micros(), left: left.clone() };
        let taking = Taking {
            call: id,
            worker,
            bytes_max: bytes_max(voicemail),
            arrived,
            left,
            speech: Speech::None,
            recording: Recording::Open,
            wish: Wish::Unsaid,
        };
        let message = MessageId(self.random.next_u64());
        self.messages.begin(message, taking);
        let listening = Listening {
            length_max: voicemail.length_max,
            spoken_min: voicemail.shortest,
            hush: voicemail.silence,
        };
        self.media(worker, Command::Record { stream, message, label: Box::new(label), listening });
    }

    /// The caller has said all.
    pub(crate) fn stop_recording(&mut self, id: CallId) {
        let Some(call) = self.calls.get(id) else { return };
        let (worker, stream) = (call.line.port.worker, call.line.leg);
        self.media(worker, Command::StopRecording { stream });
    }

    /// The caller speaks the message again.
    pub(crate) fn discard_message(&mut self, id: CallId) {
        let Some((message, _)) = self.messages.taken_from(id) else { return };
        self.throw_away(message);
    }

    /// The caller wants the message kept, or has gone. It is, as soon as it is known to be one.
    pub(crate) fn keep_message(&mut self, now: Moment, id: CallId) {
        let Some((message, taking)) = self.messages.taken_from(id) else { return };
        taking.wish = Wish::Keep;
        if taking.recording == Recording::Whole {
            self.message_left(now, message);
        }
    }

    /// Somebody has spoken in a message for long enough.
    pub(crate) fn message_spoken(&mut self, message: MessageId) {
        if let Some(taking) = self.messages.taking(message) {
            taking.speech = Speech::Heard;
        }
    }

    /// Nobody has spoken in a message for a while.
    pub(crate) fn message_hushed(&mut self, now: Moment, message: MessageId) {
        let Some(call) = self.messages.taking(message).map(|taking| taking.call) else { return };
        self.visit(now, call, Input::Hushed);
    }

    /// The recording of a message is done.
    pub(crate) fn message_recorded(&mut self, now: Moment, message: MessageId, result: Recorded) {
        let Some(taking) = self.messages.taking(message) else { return };
        let (call, wish) = (taking.call, taking.wish);
        let Recorded::OnDisk { length, bytes, packets_missed } = result else {
            self.messages.forget(message);
            return self.no_message_recorded(now, (call, wish), ivr::Recorded::Failed);
        };
        taking.recording = Recording::Whole;
        taking.left.length_ms = u64::try_from(length.as_millis()).unwrap_or(u64::MAX);
        taking.left.bytes = bytes;
        taking.left.packets_missed = packets_missed;
        let speech = taking.speech;
        if speech == Speech::Heard {
            let replaced = self.messages.replaced(call);
            replaced.into_iter().for_each(|message| self.throw_away(message));
        }
        match (speech, wish) {
            (Speech::None, _) => {
                self.throw_away(message);
                self.no_message_recorded(now, (call, wish), ivr::Recorded::Nothing);
            }
            (Speech::Heard, Wish::Keep) => self.message_left(now, message),
            (Speech::Heard, Wish::Unsaid) => {
                self.visit(now, call, Input::Recorded(ivr::Recorded::Whole));
            }
        }
    }

    /// There is nothing of what was to be recorded. Of a caller who had spoken before the process ended that was there then, that is the
    /// message.
    fn no_message_recorded(
        &mut self,
        now: Moment,
        (call, wish): (CallId, Wish),
        what: ivr::Recorded,
    ) {
        match (self.messages.stands_in(call), wish) {
            (false, _) => self.visit(now, call, Input::Recorded(what)),
            (true, Wish::Unsaid) => self.visit(now, call, Input::Recorded(ivr::Recorded::Whole)),
            (true, Wish::Keep) => self.keep_message(now, call),
        }
    }

    /// A message is one from here on.
    fn message_left(&mut self, now: Moment, message: MessageId) {
        let Some(taking) = self.messages.forget(message) else { return };
        let Taking { call, arrived, mut left, .. } = taking;
        left.waited_ms = u64::try_from(now.since(arrived).as_millis()).unwrap_or(u64::MAX);
        self.messages.put(message, left.clone(), Standing::Open);
        let row = self.record(now, What::Message(message, MessageEvent::Left(Box::new(left))));
        if let Some(call) = self.calls.get_mut(call) {
            call.message = Some(row);
            self.journal.await_row(row, call.id);
        }
        self.queue_message(now, message, arrived);
    }

    /// The row of the message that a call has left is on disk.
    pub(crate) fn message_stored(&mut self, now: Moment, call: CallId, seq: u64) {
        let is_stored = |call: &Call| call.message.is_some_and(|row| row <= seq);
        if self.calls.get(call).is_some_and(is_stored) {
            self.visit(now, call, Input::MessageKept);
        }
    }

    /// Somebody has dealt with a message. Whether there is such a one.
    pub(crate) fn message_done(&mut self, now: Moment, id: MessageId, by: By) -> bool {
        let Some(is_first) = self.messages.done(id) else { return false };
        if is_first {
            let kept = self.messages.voicemail_of(id).map(|voicemail| self.done_kept(voicemail));
            self.timers.set(Timer::Forget(id), now + kept.unwrap_or(Voicemail::DONE_KEPT));
            self.record(now, What::Message(id, MessageEvent::Done { by: by.clone() }));
            self.withdraw_message(now, id, &by);
        }
        true
    }

    /// How long the recordings of a voicemail are there after somebody has dealt with them; of one that the plan has
    /// no more, as long as usual.
    fn done_kept(&self, voicemail: &str) -> Duration {
        let found = self.plan.voicemails().find(|each| *each.name == *voicemail);
        found.map_or(Voicemail::DONE_KEPT, |found| found.done_kept)
    }

    /// A message has been done for long enough.
    pub(crate) fn message_over(&mut self, now: Moment, id: MessageId) {
        if self.messages.remove(id) {
            // Any worker has the way to the one thread that writes.
            self.media(0, Command::Discard { message: id });
            self.record(now, What::Message(id, MessageEvent::Removed));
        }
    }

    fn throw_away(&mut self, message: MessageId) {
        if let Some(taking) = self.messages.forget(message) {
            self.media(taking.worker, Command::Discard { message });
        }
    }
}

/// How long ago something was.
fn past(wall: WallTime, at: WallTime) -> Duration {
    let since = wall.as_micros().saturating_sub(at.as_micros());
    Duration::from_micros(u64::try_from(since).unwrap_or(0))
}

/// How long a message that was done at `done_at`, and is kept for so long, is still there.
fn remaining(wall: WallTime, done_at: WallTime, kept: Duration) -> Duration {
    kept.saturating_sub(past(wall, done_at))
}

/// What is known of a message before it is spoken.
fn left_by(call: &Call, plan: &Plan, voicemail: &Name) -> MessageLeft {
    let known = call.known.as_deref();
    MessageLeft {
        voicemail: Arc::clone(voicemail),
        call: call.id.0,
        caller: call.caller.clone(),
        name: known.and_then(|known| known.name.clone()),
        company: known.and_then(|known| known.company.clone()),
        language: Arc::clone(plan.language(call.language)),
        queue: call.queued.map(|(queue, _)| Arc::clone(&plan.queue(queue).name)),
        waited_ms: 0,
        length_ms: 0,
        bytes: 0,
        packets_missed: 0,
    }
}

fn voicemail_of(plan: &Plan, step: StepId) -> Option<&Voicemail> {
    plan.step(step).voicemail()
}

impl Call {
    /// Whether the caller has left a message, and is past all queues.
    pub(crate) const fn has_left_message(&self) -> bool {
        self.message.is_some() && matches!(self.stage, Stage::InPlan)
    }
}
