//! Voicemails: where callers leave messages.

use super::{Goto, Phrase};
use ids::QueueId;
use std::sync::Arc;
use std::time::Duration;

/// Takes a message and goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Voicemail {
    /// The name in the file, without the kind.
    pub name: Arc<str>,
    /// What is said before the tone.
    pub prompts: Vec<Phrase>,
    /// A message is no longer than this.
    pub length_max: Duration,
    /// A message is over when nobody has spoken for as long as this.
    pub silence: Duration,
    /// Who has spoken for less than this has left no message.
    pub shortest: Duration,
    /// No more messages are taken while so many are not done.
    pub messages_max: u32,
    /// No more are taken while the recordings take so much room, in mebibytes.
    pub mebibytes_max: u32,
    /// How long the recording of a message is there after somebody has dealt with it.
    pub done_kept: Duration,
    /// Where messages wait for an agent who hears them, if anywhere.
    pub waits: Option<MessageWaits>,
    /// Where callers go when no message can be taken, and that has been said.
    pub full: Goto,
    /// Where callers go when they have left a message, and have been thanked.
    pub goto: Goto,
}

/// How messages wait for an agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MessageWaits {
    /// In this queue.
    pub queue: QueueId,
    /// With this priority.
    pub priority: u8,
    /// Once so many agents have heard a message and not dealt with it, no further one is rung for it.
    pub heard_max: u32,
}

impl Voicemail {
    /// How long a recording is there after its message was dealt with, unless the operator says otherwise.
    pub const DONE_KEPT: Duration = Duration::from_secs(7 * 24 * 3_600);
}
