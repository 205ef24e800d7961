//! Messages that callers leave: begun, recorded by a media worker, kept or thrown away.
//!
//! A message is kept once its recording is on disk and somebody speaks in it, unless the caller speaks it
//! again; whoever hangs up has left it. Thanks are said when its row is on disk too.

use crate::call::{Call, Stage};
use crate::engine::{Engine, Timer};
use clock::{Duration, Moment, WallTime};
use dialplan::{Plan, Step, StepId, Voicemail};
use events::{By, CallEvent, MessageEvent, MessageLeft, Name, SavedMessage, What};
use ids::{CallId, MessageId};
use ivr::Input;
use media_protocol::{Command, Listening, Recorded};
use rand::Rng;
use std::collections::BTreeMap;
use std::sync::Arc;

/// No more messages than this are being recorded at once: each has a file open.
const RECORDINGS_MAX: usize = 200;

/// How long the recording of a message is there after somebody has dealt with it.
const DONE_KEPT: Duration = Duration::from_secs(7 * 24 * 3_600);

/// Octets of a second of a recording: 8,000 samples of two.
const OCTETS_PER_SECOND: u64 = 16_000;

/// All messages: those that are being taken, and those that are there.
#[derive(Debug, Default)]
pub(crate) struct Messages {
    taken: BTreeMap<MessageId, Taking>,
    /// Which a call is leaving.
    by_call: BTreeMap<CallId, MessageId>,
    there: BTreeMap<MessageId, Message>,
}

/// A message that is being taken. It outlives its call until the recording is on disk.
#[derive(Debug)]
struct Taking {
    call: CallId,
    /// The worker that records.
    worker: u8,
    /// The room that it may need.
    bytes_max: u64,
    /// When the caller first arrived at a queue, or else was let in.
    arrived: Moment,
    /// What is known of it so far.
    left: MessageLeft,
    /// Whether somebody speaks in it.
    speech: Speech,
    recording: Recording,
    wish: Wish,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Speech {
    None,
    Heard,
}

/// How far the recording is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Recording {
    /// It goes on, or comes to the disk.
    Open,
    /// It is on disk.
    Whole,
}

/// What the caller wants of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wish {
    /// The caller has not said.
    Unsaid,
    /// It is to be kept.
    Keep,
}

/// A message whose recording is there.
#[derive(Clone, Debug)]
struct Message {
    left: MessageLeft,
    standing: Standing,
}

/// Whether somebody has dealt with a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    Open,
    Done,
}

impl Messages {
    /// How many messages of a voicemail nobody has dealt with, and how many are being recorded there.
    pub(crate) fn counts(&self, voicemail: &str) -> (usize, usize) {
        let is_open = |message: &&Message| {
            message.standing == Standing::Open && *message.left.voicemail == *voicemail
        };
        let open = self.there.values().filter(is_open).count();
        let taken = self.taken.values().filter(|taking| *taking.left.voicemail == *voicemail);
        (open, taken.count())
    }

    /// The room that a voicemail takes, and may need for what is being recorded.
    fn bytes(&self, voicemail: &str) -> u64 {
        let there = self.there.values().map(|message| (&message.left, message.left.bytes));
        let taken = self.taken.values().map(|taking| (&taking.left, taking.bytes_max));
        let all = there.chain(taken).filter(|(left, _)| *left.voicemail == *voicemail);
        all.map(|(_, bytes)| bytes).sum()
    }

    /// The limit that keeps a voicemail from taking one more message.
    fn limit(&self, voicemail: &Voicemail) -> Option<&'static str> {
        let (open, taken) = self.counts(&voicemail.name);
        let room = u64::from(voicemail.mebibytes_max) * 1024 * 1024;
        let needed = self.bytes(&voicemail.name).saturating_add(bytes_max(voicemail));
        match voicemail.messages_max {
            _ if self.taken.len() >= RECORDINGS_MAX => Some("recordings_max"),
            max if open + taken >= max as usize => Some("messages_max"),
            _ if needed > room => Some("mebibytes_max"),
            _ => None,
        }
    }

    /// Whether the caller of a call is leaving a message with something in it.
    pub(crate) fn is_leaving_one(&self, call: CallId) -> bool {
        let taking = self.by_call.get(&call).and_then(|message| self.taken.get(message));
        taking.is_some_and(|taking| taking.speech == Speech::Heard)
    }

    /// How many are being taken, for the books.
    pub(crate) fn being_taken(&self) -> usize {
        self.taken.len()
    }

    /// Those whose recordings are there, for the books.
    pub(crate) fn there(&self) -> impl Iterator<Item = MessageId> {
        self.there.keys().copied()
    }

    fn taking(&mut self, call: CallId) -> Option<(MessageId, &mut Taking)> {
        let message = *self.by_call.get(&call)?;
        Some((message, self.taken.get_mut(&message)?))
    }

    fn forget(&mut self, message: MessageId) -> Option<Taking> {
        let taking = self.taken.remove(&message)?;
        if self.by_call.get(&taking.call) == Some(&message) {
            self.by_call.remove(&taking.call);
        }
        Some(taking)
    }
}

/// The most that a message of a voicemail can take on disk.
fn bytes_max(voicemail: &Voicemail) -> u64 {
    voicemail.length_max.as_secs().saturating_add(1).saturating_mul(OCTETS_PER_SECOND)
}

impl Engine {
    /// Messages that earlier runs have left.
    pub(crate) fn recall_messages(&mut self, now: Moment, saved: Vec<SavedMessage>) {
        let wall = self.journal.wall(now);
        for SavedMessage { id, left, done_at, .. } in saved {
            if let Some(done_at) = done_at {
                self.timers.set(Timer::Forget(id), now + remaining(wall, done_at));
            }
            let standing = done_at.map_or(Standing::Open, |_| Standing::Done);
            self.messages.there.insert(id, Message { left, standing });
        }
    }

    /// The caller comes to a voicemail: it takes a message, or the visit hears that it does not.
    pub(crate) fn open_voicemail(&mut self, now: Moment, id: CallId, step: StepId) {
        let Some(call) = self.calls.get_mut(id) else { return };
        let plan = Arc::clone(call.visit.plan());
        let Some(voicemail) = voicemail_of(&plan, step) else { return };
        let Some(limit) = self.messages.limit(voicemail) else { return };
        call.visit.handle(now, Input::VoicemailRefused);
        let voicemail = Arc::clone(&voicemail.name);
        self.record(now, What::Call(id, CallEvent::VoicemailFull { voicemail, limit }));
    }

    /// What the caller says from now on is a message.
    pub(crate) fn record_message(&mut self, id: CallId, step: StepId) {
        let Some(call) = self.calls.get(id).filter(|call| call.hears_the_plan()) else { return };
        let plan = Arc::clone(call.visit.plan());
        let Some(voicemail) = voicemail_of(&plan, step) else { return };
        let (worker, stream) = (call.line.port.worker, call.line.leg);
        let arrived = call.queued.map_or(call.since, |(_, arrived)| arrived);
        let taking = Taking {
            call: id,
            worker,
            bytes_max: bytes_max(voicemail),
            arrived,
            left: left_by(call, &plan, &voicemail.name),
            speech: Speech::None,
            recording: Recording::Open,
            wish: Wish::Unsaid,
        };
        let message = MessageId(self.random.next_u64());
        self.messages.taken.insert(message, taking);
        self.messages.by_call.insert(id, message);
        let listening = Listening {
            length_max: voicemail.length_max,
            spoken_min: voicemail.shortest,
            hush: voicemail.silence,
        };
        self.media(worker, Command::Record { stream, message, listening });
    }

    /// The caller has said all.
    pub(crate) fn stop_recording(&mut self, id: CallId) {
        let Some(call) = self.calls.get(id) else { return };
        let (worker, stream) = (call.line.port.worker, call.line.leg);
        self.media(worker, Command::StopRecording { stream });
    }

    /// The caller speaks the message again.
    pub(crate) fn discard_message(&mut self, id: CallId) {
        let Some((message, _)) = self.messages.taking(id) else { return };
        self.throw_away(message);
    }

    /// The caller wants the message kept, or has gone. It is, as soon as it is known to be one.
    pub(crate) fn keep_message(&mut self, now: Moment, id: CallId) {
        let Some((message, taking)) = self.messages.taking(id) else { return };
        taking.wish = Wish::Keep;
        if taking.recording == Recording::Whole {
            self.message_left(now, message);
        }
    }

    /// Somebody has spoken in a message for long enough.
    pub(crate) fn message_spoken(&mut self, message: MessageId) {
        if let Some(taking) = self.messages.taken.get_mut(&message) {
            taking.speech = Speech::Heard;
        }
    }

    /// Nobody has spoken in a message for a while.
    pub(crate) fn message_hushed(&mut self, now: Moment, message: MessageId) {
        let Some(taking) = self.messages.taken.get(&message) else { return };
        self.visit(now, taking.call, Input::Hushed);
    }

    /// The recording of a message is done.
    pub(crate) fn message_recorded(&mut self, now: Moment, message: MessageId, result: Recorded) {
        let Some(taking) = self.messages.taken.get_mut(&message) else { return };
        let call = taking.call;
        let Recorded::OnDisk { length, bytes, packets_missed } = result else {
            self.messages.forget(message);
            self.visit(now, call, Input::Recorded(ivr::Recorded::Failed));
            return;
        };
        taking.recording = Recording::Whole;
        taking.left.length_ms = u64::try_from(length.as_millis()).unwrap_or(u64::MAX);
        taking.left.bytes = bytes;
        taking.left.packets_missed = packets_missed;
        match (taking.speech, taking.wish) {
            (Speech::None, _) => {
                self.throw_away(message);
                self.visit(now, call, Input::Recorded(ivr::Recorded::Nothing));
            }
            (Speech::Heard, Wish::Keep) => self.message_left(now, message),
            (Speech::Heard, Wish::Unsaid) => {
                self.visit(now, call, Input::Recorded(ivr::Recorded::Whole));
            }
        }
    }

    /// A message is one from here on.
    fn message_left(&mut self, now: Moment, message: MessageId) {
        let Some(taking) = self.messages.forget(message) else { return };
        let Taking { call, arrived, mut left, .. } = taking;
        left.waited_ms = u64::try_from(now.since(arrived).as_millis()).unwrap_or(u64::MAX);
        let kept = Message { left: left.clone(), standing: Standing::Open };
        self.messages.there.insert(message, kept);
        let row = self.record(now, What::Message(message, MessageEvent::Left(Box::new(left))));
        if let Some(call) = self.calls.get_mut(call) {
            call.message = Some(row);
            self.journal.await_row(row, call.id);
        }
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
        let Some(message) = self.messages.there.get_mut(&id) else { return false };
        if message.standing == Standing::Open {
            message.standing = Standing::Done;
            self.timers.set(Timer::Forget(id), now + DONE_KEPT);
            self.record(now, What::Message(id, MessageEvent::Done { by }));
        }
        true
    }

    /// A message has been done for long enough.
    pub(crate) fn message_over(&mut self, now: Moment, id: MessageId) {
        if self.messages.there.remove(&id).is_some() {
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

/// How long a message that was done at `done_at` is still there.
fn remaining(wall: WallTime, done_at: WallTime) -> Duration {
    let since = wall.as_micros().saturating_sub(done_at.as_micros());
    DONE_KEPT.saturating_sub(Duration::from_micros(u64::try_from(since).unwrap_or(0)))
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
    match plan.step(step) {
        Step::Voicemail(voicemail) => Some(voicemail),
        Step::Say(_)
        | Step::Menu(_)
        | Step::Speak(_)
        | Step::Set(_)
        | Step::LookUp(_)
        | Step::Dial(_) => None,
    }
}

impl Call {
    /// Whether the caller has left a message, and is past all queues.
    pub(crate) const fn has_left_message(&self) -> bool {
        self.message.is_some() && matches!(self.stage, Stage::InPlan)
    }
}
