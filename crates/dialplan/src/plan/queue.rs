//! A queue of the plan.

use super::{Goto, Phrase};
use ids::{PromptId, SkillId};
use std::sync::Arc;
use std::time::Duration;

/// Where callers wait for one purpose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Queue {
    /// The name in the file, without the kind.
    pub name: Arc<str>,
    /// What people call it.
    pub title: Arc<str>,
    /// Said once, when the caller has entered.
    pub welcome: Vec<Phrase>,
    /// How long music plays between two announcements of the place; none: it is never told.
    pub announce_place: Option<Duration>,
    /// Said before every announcement of the place but the first.
    pub reminder: Vec<Phrase>,
    /// What plays between announcements.
    pub music: PromptId,
    /// Skills that an agent must have, with the least level.
    pub requirements: Vec<(SkillId, u8)>,
    /// How long a phone rings before the attempt counts as missed.
    pub ring: Duration,
    /// How long an agent works after a call of this queue.
    pub wrap_up: Duration,
    /// How many callers may wait.
    pub waiting_max: u32,
    /// How urgent its calls are, 0 to 10.
    pub priority: u8,
    /// Where a caller goes who finds the queue full.
    pub full: Goto,
    /// How long a call keeps away from an agent who declined it, while others could take it.
    pub decline_pause: Duration,
}
