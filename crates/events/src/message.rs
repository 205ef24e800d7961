//! Something in the life of a message that a caller has left.

use crate::{Ani, By, Name};
use clock::WallTime;
use ids::{CallId, MessageId};
use serde::{Deserialize, Serialize};

/// Something in the life of a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum MessageEvent {
    /// A caller has left it, and its recording is on disk.
    #[serde(rename = "message_left")]
    Left(Box<MessageLeft>),
    /// Somebody has dealt with it.
    #[serde(rename = "message_done")]
    Done {
        /// Who said so.
        by: By,
    },
    /// It waits for an agent from here on, and goes by this number as a call does.
    #[serde(rename = "message_queued")]
    Queued {
        /// The queue.
        queue: Name,
        /// The number; of one that waits again since an earlier run, the same as before.
        call: u64,
    },
    /// Somebody has given it another priority.
    #[serde(rename = "message_prioritised")]
    Prioritised {
        /// The number under which it waits.
        call: u64,
        /// Which.
        priority: u8,
    },
    /// An agent has heard it and not dealt with it: it waits again.
    #[serde(rename = "message_given_back")]
    GivenBack {
        /// The agent.
        agent: Name,
        /// The number under which it waits.
        call: u64,
    },
    /// No agent is rung for it any more; it stays in the list.
    #[serde(rename = "message_set_aside")]
    SetAside {
        /// The number under which it waited.
        call: u64,
        /// Why.
        why: SetAside,
    },
    /// Its recording is gone, some time after it was done.
    #[serde(rename = "message_removed")]
    Removed,
}

/// Why no agent is rung for a message any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SetAside {
    /// As many agents as the voicemail says have heard it, and none has dealt with it.
    HeardMax,
    /// Its recording can not be played.
    Unreadable,
}

/// A message that a caller has left.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageLeft {
    /// Where.
    pub voicemail: Name,
    /// In which call.
    pub call: u64,
    /// The number of the caller.
    pub caller: Ani,
    /// Who a directory says it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
    /// And of which company.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub company: Option<Name>,
    /// The language in which the caller was spoken to, such as `sv`.
    pub language: Name,
    /// The queue in which the caller had waited last, or found no room.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub queue: Option<Name>,
    /// How long ago the caller first arrived at a queue, or else was let in, in milliseconds.
    pub waited_ms: u64,
    /// How long the recording is, in milliseconds.
    pub length_ms: u64,
    /// How large its file is.
    pub bytes: u64,
    /// Packets that could not be written in time: silence in their place.
    pub packets_missed: u32,
}

/// What stands beside a recording from its first word on: whose it will be. Whoever finds one that no row names can say so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Label {
    /// When the caller first arrived at a queue, or else was let in, in microseconds since 1970.
    pub arrived_at: i64,
    /// What is known of the message before it is spoken.
    pub left: MessageLeft,
}

/// A recording that is whole and that no row names: the process ended between the two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundMessage {
    /// Which.
    pub id: MessageId,
    /// Whose, and with what can be seen by its file.
    pub label: Label,
}

/// A message as a new run recalls it from the ledger: its recording is on disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedMessage {
    /// Which.
    pub id: MessageId,
    /// What it is.
    pub left: MessageLeft,
    /// When it was left.
    pub at: WallTime,
    /// When somebody had dealt with it, if somebody has.
    pub done_at: Option<WallTime>,
    /// The queue in which it has waited, and the number by which it goes there; none of one that never has.
    pub waits: Option<(Name, CallId)>,
    /// How many agents have heard it and not dealt with it.
    pub given_back: u32,
    /// Whether no agent is rung for it any more.
    pub set_aside: bool,
    /// The priority that somebody has given it.
    pub priority: Option<u8>,
}
