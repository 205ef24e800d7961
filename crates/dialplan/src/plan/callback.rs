//! Callbacks: what a caller is promised who does not want to wait on the line.

use super::{Goto, Phrase};
use ids::QueueId;
use std::sync::Arc;
use std::time::Duration;

/// Promises to call the caller back, who keeps the place in the queue, and goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Callback {
    /// The name in the file, without the kind.
    pub name: Arc<str>,
    /// What is said first.
    pub prompts: Vec<Phrase>,
    /// Where the callback waits for an agent.
    pub queue: QueueId,
    /// With this priority, 0 to 10.
    pub priority: u8,
    /// Whether the caller may give another number than the one they call from.
    pub may_type: bool,
    /// How long after the promise it is tried, 10 minutes to 48 hours.
    pub window: Duration,
    /// How often it is tried, 1 to 10.
    pub attempts_max: u32,
    /// How long after an attempt the next one may come, a minute to 4 hours.
    pub retry: Duration,
    /// For how long the caller's phone rings, 10 seconds to 2 minutes.
    pub ring: Duration,
    /// Whether who answers must press 1, so that a mailbox is not taken for the caller.
    pub confirm: bool,
    /// No more are promised while so many of this step are open.
    pub callbacks_max: u32,
    /// Where callers go who are promised none, and have heard so.
    pub full: Goto,
    /// Where callers go who confirm nothing.
    pub otherwise: Goto,
    /// Where callers go who have been promised one, and have heard so.
    pub goto: Goto,
}
