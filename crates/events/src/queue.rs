//! Something about a queue.

use crate::{By, Name};
use clock::WallTime;
use serde::{Deserialize, Serialize};

/// Something about a queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum QueueEvent {
    /// Somebody has closed it: nobody enters, whatever its hours say.
    #[serde(rename = "queue_closed")]
    Closed {
        /// Who.
        by: By,
    },
    /// Somebody has opened it, whatever its hours say.
    #[serde(rename = "queue_opened")]
    Opened {
        /// Who.
        by: By,
    },
    /// It is open and closed by its hours again.
    #[serde(rename = "queue_by_hours")]
    ByHours {
        /// Who said so.
        by: By,
    },
}

/// How somebody keeps a queue, whatever its hours say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// Open.
    Open,
    /// Closed.
    Closed,
}

impl Kept {
    /// Its word in the ledger and in the status.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Closed => "closed",
        }
    }
}

/// A queue that somebody keeps open or closed, as a new run recalls it from the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedQueue {
    /// Which.
    pub queue: Name,
    /// How it is kept.
    pub kept: Kept,
    /// Who said so.
    pub by: By,
    /// When.
    pub at: WallTime,
}
