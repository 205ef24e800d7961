//! All messages: those that are being taken, and those that are there.
//!
//! How many there are of each voicemail is asked for several times a second, and whenever somebody comes to leave
//! one, so it is counted as they come and go.

use clock::Moment;
use dialplan::Voicemail;
use events::{MessageLeft, Name};
use ids::{CallId, MessageId};
use std::collections::BTreeMap;

/// No more messages than this are being recorded at once: each has a file open.
const RECORDINGS_MAX: usize = 200;

/// Octets of a second of a recording: 8,000 samples of two.
const OCTETS_PER_SECOND: u64 = 16_000;

/// All messages: those that are being taken, and those that are there.
#[derive(Debug, Default)]
pub(crate) struct Messages {
    taken: BTreeMap<MessageId, Taking>,
    /// Which a call is leaving.
    by_call: BTreeMap<CallId, MessageId>,
    /// Which the caller of a call had spoken before the process ended that was there then, and nobody has said what is to
    /// become of it.
    found: BTreeMap<CallId, MessageId>,
    there: BTreeMap<MessageId, Message>,
    /// Of each voicemail that has had any.
    tallies: BTreeMap<Name, Tally>,
}

/// What a voicemail has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Tally {
    /// Messages that nobody has dealt with.
    open: usize,
    /// Those being recorded.
    taken: usize,
    /// Room that is taken, and may be for what is being recorded.
    bytes: u64,
}

/// A message that is being taken. It outlives its call until the recording is on disk.
#[derive(Debug)]
pub(crate) struct Taking {
    pub(crate) call: CallId,
    /// The worker that records.
    pub(crate) worker: u8,
    /// The room that it may need.
    pub(crate) bytes_max: u64,
    /// When the caller first arrived at a queue, or else was let in.
    pub(crate) arrived: Moment,
    /// What is known of it so far.
    pub(crate) left: MessageLeft,
    /// Whether somebody speaks in it.
    pub(crate) speech: Speech,
    pub(crate) recording: Recording,
    pub(crate) wish: Wish,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Speech {
    None,
    Heard,
}

/// How far the recording is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Recording {
    /// It goes on, or comes to the disk.
    Open,
    /// It is on disk.
    Whole,
}

/// What the caller wants of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wish {
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
    /// How many agents have heard it and not dealt with it.
    given_back: u32,
}

/// Whether somebody has dealt with a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    Open,
    Done,
}

impl Messages {
    /// How many messages of a voicemail nobody has dealt with, and how many are being recorded there.
    pub(crate) fn counts(&self, voicemail: &str) -> (usize, usize) {
        let Tally { open, taken, .. } = self.tally(voicemail);
        (open, taken)
    }

    /// The limit that keeps a voicemail from taking one more message.
    pub(crate) fn limit(&self, voicemail: &Voicemail) -> Option<&'static str> {
        let Tally { open, taken, bytes } = self.tally(&voicemail.name);
        let room = u64::from(voicemail.mebibytes_max) * 1024 * 1024;
        let needed = bytes.saturating_add(bytes_max(voicemail));
        match voicemail.messages_max {
            _ if self.taken.len() >= RECORDINGS_MAX => Some("recordings_max"),
            max if open + taken >= max as usize => Some("messages_max"),
            _ if needed > room => Some("mebibytes_max"),
            _ => None,
        }
    }

    fn tally(&self, voicemail: &str) -> Tally {
        self.tallies.get(voicemail).copied().unwrap_or_default()
    }

    fn tally_of(&mut self, voicemail: &Name) -> &mut Tally {
        self.tallies.entry(voicemail.clone()).or_default()
    }

    /// A call begins to leave a message.
    pub(crate) fn begin(&mut self, message: MessageId, taking: Taking) {
        self.by_call.insert(taking.call, message);
        self.take(message, taking);
    }

    fn take(&mut self, message: MessageId, taking: Taking) {
        let tally = self.tally_of(&taking.left.voicemail);
        tally.taken += 1;
        tally.bytes += taking.bytes_max;
        self.taken.insert(message, taking);
    }

    /// A message that is being taken.
    pub(crate) fn taking(&mut self, message: MessageId) -> Option<&mut Taking> {
        self.taken.get_mut(&message)
    }

    /// A message is there.
    pub(crate) fn put(&mut self, id: MessageId, left: MessageLeft, standing: Standing) {
        self.remove(id);
        let tally = self.tally_of(&left.voicemail);
        tally.open += usize::from(standing == Standing::Open);
        tally.bytes += left.bytes;
        self.there.insert(id, Message { left, standing, given_back: 0 });
    }

    /// Somebody has dealt with a message: whether it is the first who says so; none where there is no such message.
    pub(crate) fn done(&mut self, id: MessageId) -> Option<bool> {
        let message = self.there.get_mut(&id)?;
        let is_first = message.standing == Standing::Open;
        message.standing = Standing::Done;
        let voicemail = message.left.voicemail.clone();
        self.tally_of(&voicemail).open -= usize::from(is_first);
        Some(is_first)
    }

    /// What is known of a message that is there.
    pub(crate) fn left(&self, id: MessageId) -> Option<&MessageLeft> {
        self.there.get(&id).map(|message| &message.left)
    }

    /// Whether somebody has dealt with a message, or it is not there any more.
    pub(crate) fn is_done(&self, id: MessageId) -> bool {
        self.there.get(&id).is_none_or(|message| message.standing == Standing::Done)
    }

    /// An earlier run knows of so many agents who have heard a message and not dealt with it.
    pub(crate) fn recall_given_back(&mut self, id: MessageId, times: u32) {
        if let Some(message) = self.there.get_mut(&id) {
            message.given_back = times;
        }
    }

    /// One more agent has heard a message and not dealt with it; how many that are.
    pub(crate) fn given_back(&mut self, id: MessageId) -> u32 {
        let Some(message) = self.there.get_mut(&id) else { return 0 };
        message.given_back = message.given_back.saturating_add(1);
        message.given_back
    }

    /// Where a message was left that is there.
    pub(crate) fn voicemail_of(&self, id: MessageId) -> Option<&Name> {
        self.there.get(&id).map(|message| &message.left.voicemail)
    }

    /// A message is there no longer. Whether it was.
    pub(crate) fn remove(&mut self, id: MessageId) -> bool {
        let Some(Message { left, standing, .. }) = self.there.remove(&id) else { return false };
        let tally = self.tally_of(&left.voicemail);
        tally.open -= usize::from(standing == Standing::Open);
        tally.bytes -= left.bytes;
        true
    }

    /// Whether the caller of a call is leaving a message with something in it.
    pub(crate) fn is_leaving_one(&self, call: CallId) -> bool {
        let taking = self.by_call.get(&call).and_then(|message| self.taken.get(message));
        let is_spoken = taking.is_some_and(|taking| taking.speech == Speech::Heard);
        is_spoken || self.found.contains_key(&call)
    }

    /// A message is whole that the caller of a call had spoken before the process ended that was there then. Where there is
    /// another one already, that is given back: it is nobody's to be spoken again any more.
    pub(crate) fn find(&mut self, message: MessageId, taking: Taking) -> Option<MessageId> {
        let call = taking.call;
        self.take(message, taking);
        self.found.insert(call, message)
    }

    /// What the caller of a call has spoken is in place of what was found of theirs.
    pub(crate) fn replaced(&mut self, call: CallId) -> Option<MessageId> {
        self.found.remove(&call)
    }

    /// The caller of a call has spoken nothing: what was found of theirs is the message that the call is leaving. Whether there was
    /// any.
    pub(crate) fn stands_in(&mut self, call: CallId) -> bool {
        let found = self.found.remove(&call);
        found.is_some_and(|message| self.by_call.insert(call, message).is_none())
    }

    /// What was found of calls that leave no other message.
    pub(crate) fn found(&self) -> impl Iterator<Item = (CallId, MessageId)> {
        let is_only_one = |found: &(CallId, MessageId)| !self.by_call.contains_key(&found.0);
        self.found.iter().map(|(call, message)| (*call, *message)).filter(is_only_one)
    }

    /// How many are being taken, for the books.
    pub(crate) fn being_taken(&self) -> usize {
        self.taken.len()
    }

    /// Those whose recordings are there, for the books.
    pub(crate) fn there(&self) -> impl Iterator<Item = MessageId> {
        self.there.keys().copied()
    }

    /// The message that a call is leaving.
    pub(crate) fn taken_from(&mut self, call: CallId) -> Option<(MessageId, &mut Taking)> {
        let message = *self.by_call.get(&call)?;
        Some((message, self.taken.get_mut(&message)?))
    }

    /// A message is not being taken any more.
    pub(crate) fn forget(&mut self, message: MessageId) -> Option<Taking> {
        let taking = self.taken.remove(&message)?;
        let tally = self.tally_of(&taking.left.voicemail);
        tally.taken -= 1;
        tally.bytes -= taking.bytes_max;
        for of_calls in [&mut self.by_call, &mut self.found] {
            if of_calls.get(&taking.call) == Some(&message) {
                of_calls.remove(&taking.call);
            }
        }
        Some(taking)
    }
}

/// The most that a message of a voicemail can take on disk.
pub(crate) fn bytes_max(voicemail: &Voicemail) -> u64 {
    voicemail.length_max.as_secs().saturating_add(1).saturating_mul(OCTETS_PER_SECOND)
}

#[cfg(test)]
mod tests {
    use super::*;
    use events::Ani;
    use proptest::prelude::*;

    fn left(voicemail: &str, bytes: u64) -> MessageLeft {
        MessageLeft {
            voicemail: voicemail.into(),
            call: 1,
            caller: Ani::new(String::new()),
            name: None,
            company: None,
            language: "sv".into(),
            queue: None,
            waited_ms: 0,
            length_ms: 0,
            bytes,
            packets_missed: 0,
        }
    }

    fn taking(call: u64, voicemail: &str, bytes_max: u64) -> Taking {
        Taking {
            call: CallId(call),
            worker: 0,
            bytes_max,
            arrived: Moment::ZERO,
            left: left(voicemail, 0),
            speech: Speech::None,
            recording: Recording::Open,
            wish: Wish::Unsaid,
        }
    }

    impl Messages {
        /// What there is of a voicemail, counted one by one.
        fn counted(&self, voicemail: &str) -> Tally {
            let there = self.there.values().filter(|it| *it.left.voicemail == *voicemail);
            let taken = self.taken.values().filter(|it| *it.left.voicemail == *voicemail);
            Tally {
                open: there.clone().filter(|it| it.standing == Standing::Open).count(),
                taken: taken.clone().count(),
                bytes: there.map(|it| it.left.bytes).sum::<u64>()
                    + taken.map(|it| it.bytes_max).sum::<u64>(),
            }
        }
    }

    proptest! {
        #[test]
        fn what_is_counted_is_what_is_there(
            steps in proptest::collection::vec((0..6u8, 0..6u64, any::<bool>()), 0..80),
        ) {
            let mut messages = Messages::default();
            for (step, id, is_office) in steps {
                let voicemail = if is_office { "office" } else { "night" };
                let message = MessageId(id);
                match step {
                    0 if messages.taking(message).is_none() => {
                        messages.begin(message, taking(id, voicemail, 100 + id));
                    }
                    1 => drop(messages.forget(message)),
                    2 => messages.put(message, left(voicemail, 7 + id), Standing::Open),
                    3 => messages.put(message, left(voicemail, 9 + id), Standing::Done),
                    4 => drop(messages.done(message)),
                    _ => drop(messages.remove(message)),
                }
                for voicemail in ["office", "night"] {
                    prop_assert_eq!(messages.tally(voicemail), messages.counted(voicemail));
                }
            }
        }
    }
}
