//! When a caller does not simply wait.

use super::Goto;
use std::time::Duration;

/// A condition of a queue, and where it sends who meets it. Of several that are met the first in the
/// file counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// What must be so.
    pub when: When,
    /// Where a caller goes then.
    pub goto: Goto,
}

/// What must be so for a caller to be sent on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum When {
    /// Every agent of the queue is in one of these ways, and at least one in fact: those who are logged
    /// out are left aside where they are not named.
    EveryAgent {
        /// The ways; at least one.
        is: Vec<Presence>,
        /// Whom it sends on.
        whom: Whom,
        /// For how long it must have been so, and a caller have waited, before those who wait go.
        lasting: Duration,
    },
    /// The caller has waited for this long in the queue.
    Waited(Duration),
    /// A caller who comes makes them more than so many for each agent on duty.
    CallsPerAgent(u32),
    /// The caller is expected to wait longer than this; never met where that would be a guess.
    ExpectedWait {
        /// Longer than this.
        longer_than: Duration,
        /// Whom it sends on.
        whom: Whom,
    },
}

impl When {
    /// One word for the ledger.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::EveryAgent { .. } => "every_agent",
            Self::Waited(_) => "waited",
            Self::CallsPerAgent(_) => "calls_per_agent",
            Self::ExpectedWait { .. } => "expected_wait",
        }
    }
}

/// How an agent is there for a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// Logged out.
    LoggedOut,
    /// At work without a phone.
    Unreachable,
    /// Pauses.
    Paused,
    /// Taken to be away, after too many rings in vain.
    MissedRing,
    /// In after-call work.
    WrapUp,
    /// Talks, is being rung, or is on a call of their own.
    Busy,
}

impl Presence {
    /// Each with its word in the dialplan.
    pub const WORDS: [(&'static str, Self); 6] = [
        ("logged_out", Self::LoggedOut),
        ("unreachable", Self::Unreachable),
        ("paused", Self::Paused),
        ("missed_ring", Self::MissedRing),
        ("wrap_up", Self::WrapUp),
        ("busy", Self::Busy),
    ];

    /// Its word in the dialplan.
    #[must_use]
    pub fn word(self) -> &'static str {
        let found = Self::WORDS.into_iter().find(|(_, presence)| *presence == self);
        found.map_or("", |(word, _)| word)
    }

    /// The one that this word stands for.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        Self::WORDS.into_iter().find(|(name, _)| *name == word).map(|(_, presence)| presence)
    }
}

/// Whom a condition on agents, or on the expected wait, sends on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Whom {
    /// Those who come.
    Coming,
    /// Those who wait.
    Waiting,
    /// Both.
    #[default]
    All,
}

impl Whom {
    /// Whether it sends those on who come.
    #[must_use]
    pub const fn is_coming(self) -> bool {
        matches!(self, Self::Coming | Self::All)
    }

    /// Whether it sends those on who wait.
    #[must_use]
    pub const fn is_waiting(self) -> bool {
        matches!(self, Self::Waiting | Self::All)
    }
}
