//! A queue of the plan.

use super::{Condition, Filing, Goto, HoursId, Offer, Phrase, Requirement, Strategy};
use ids::PromptId;
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
    /// Whether callers are told behind the place how long they will wait.
    pub announce_wait: bool,
    /// How often, in a hundred, a wait is to be no longer than expected; 50 to 95.
    pub confidence: u8,
    /// How long the operator says a talk lasts, until enough calls have shown it.
    pub expected_talk: Option<Duration>,
    /// Said before every announcement of the place but the first.
    pub reminder: Vec<Phrase>,
    /// Said to an agent who has answered, before the two hear each other.
    pub whisper: Vec<Phrase>,
    /// The agent is told besides how long the caller has waited, if it is at least so long; none: never.
    pub whisper_wait: Option<Duration>,
    /// What an agent's phone is told of how to ring (RFC 3261 §20.4).
    pub alert_info: Option<Arc<str>>,
    /// What plays between announcements.
    pub music: PromptId,
    /// Which of several ready agents is rung.
    pub strategy: Strategy,
    /// What an agent must be able to do.
    pub requirement: Requirement,
    /// What they must be able to do instead once a caller has waited so long, in the order of time.
    pub relax: Vec<(Duration, Requirement)>,
    /// For how long the agents of each tier alone are asked, from the first on.
    pub tiers: Vec<Duration>,
    /// How long a phone rings before the attempt counts as missed.
    pub ring: Duration,
    /// How long an agent works after a call of this queue.
    pub wrap_up: Duration,
    /// By how much an agent may extend that at a time.
    pub wrap_up_step: Duration,
    /// How long after-call work may last in all, extended or not yet filed.
    pub wrap_up_max: Duration,
    /// Whether its calls are filed.
    pub filing: Filing,
    /// How many callers may wait.
    pub waiting_max: u32,
    /// How urgent its calls are, 0 to 10.
    pub priority: u8,
    /// What a second of waiting counts for, in hundredths of a second, 10 to 1,000.
    pub ageing: u32,
    /// Where a caller goes who finds the queue full.
    pub full: Goto,
    /// When it is open, if not always.
    pub hours: Option<HoursId>,
    /// Where a caller goes who finds the queue closed.
    pub closed: Goto,
    /// Where a caller goes whose agent hangs up; none: the call is over.
    pub survey: Option<Goto>,
    /// Whether what caller and agent say to each other is kept.
    pub record: bool,
    /// Said to both before anything of a talk is kept.
    pub record_announce: Vec<Phrase>,
    /// The key of the agent's phone that begins a recording of the talk, or ends it.
    pub record_key: Option<char>,
    /// The key that pauses a recording, or has it go on.
    pub pause_key: Option<char>,
    /// What becomes of those who wait when it closes.
    pub at_closing: AtClosing,
    /// What else sends callers on, the first that is met.
    pub conditions: Vec<Condition>,
    /// What callers who wait are told, and may choose, at stated times.
    pub offers: Vec<Offer>,
    /// How long a call keeps away from an agent who declined it, while others could take it.
    pub decline_pause: Duration,
    /// How long a call of a known caller is kept for the agent who talked with them last; zero: not at
    /// all.
    pub last_agent: Duration,
    /// How long ago that conversation may have begun at most.
    pub last_agent_within: Duration,
    /// Within which time a caller whose line dropped in this queue may call again and have the place
    /// that they had; zero: not at all.
    pub redial_window: Duration,
}

/// What becomes of those who wait in a queue when it closes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AtClosing {
    /// They are served.
    #[default]
    Serve,
    /// They go where a caller goes who finds the queue closed.
    Leave,
}
