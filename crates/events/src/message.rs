//! Something in the life of a message that a caller has left.

use crate::{Ani, By, Name};
use clock::WallTime;
use ids::MessageId;
use serde::Serialize;

/// Something in the life of a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
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
    /// Its recording is gone, some time after it was done.
    #[serde(rename = "message_removed")]
    Removed,
}

/// A message that a caller has left.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
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
}
