//! When a call does not simply wait: the conditions of a queue.
//!
//! A call that meets one is sent on: it leaves the queue, and whoever drives the core leads it to the
//! step that belongs to the condition. Of several that are met the first in the list counts, so a call
//! is sent on once from each queue it comes to.
//!
//! A call that an agent is ready for is never sent on, nor is one that is being rung; it is looked at
//! again when the ring has come to nothing.

use clock::Duration;
use std::fmt;

/// What sends calls on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// Every agent of the queue is in one of these ways, and at least one in fact: those who are logged
    /// out are left aside where they are not named.
    EveryAgent {
        /// The ways.
        is: Presences,
        /// Whom it sends on.
        whom: Whom,
        /// For how long it must have been so, and a caller have waited, before those who wait are
        /// sent on: a phone that comes and goes shall not throw everybody out.
        lasting: Duration,
    },
    /// The caller has waited for this long in the queue.
    Waited(Duration),
    /// A caller who comes makes them more than so many calls, waiting or being rung, for each agent on
    /// duty.
    CallsPerAgent(u32),
    /// The [expected wait](crate::Acd::expected_wait) is longer. Where it would be a guess, nobody is
    /// sent on by it.
    ExpectedWait {
        /// Longer than this.
        longer_than: Duration,
        /// Whom it sends on.
        whom: Whom,
    },
}

/// How often those who wait are asked how long they are expected to: the answer costs more than any
/// other condition, so it is asked for when a caller comes and at this interval, and by no event.
pub(crate) const EXPECTED_WAIT_EVERY: Duration = Duration::from_secs(30);

/// How far apart two such questions are at least: a crowd that comes at once is asked one by one,
/// waiting meanwhile, and holds no distribution up for longer than one question takes.
pub(crate) const QUESTIONS_APART: Duration = Duration::from_millis(5);

/// Whom a condition sends on that can be met both by coming and by waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whom {
    /// Those who come.
    Coming,
    /// Those who wait.
    Waiting,
    /// Both.
    All,
}

impl Whom {
    pub(crate) const fn is_coming(self) -> bool {
        matches!(self, Self::Coming | Self::All)
    }

    pub(crate) const fn is_waiting(self) -> bool {
        matches!(self, Self::Waiting | Self::All)
    }
}

/// How an agent is there for a queue. What holds after a conversation holds during it too: who pauses
/// after this call is paused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Presence {
    /// Logged out, or away from this queue.
    LoggedOut,
    /// Logged in, without a phone that could be rung.
    Unreachable,
    /// Pauses.
    Paused,
    /// Not ready after too many rings in vain.
    NotReady,
    /// In after-call work.
    WrapUp,
    /// Talks or is being rung and has no room for another call, or is on a call of their own.
    Busy,
    /// Takes the next call, or has room for one beside those that are on.
    Ready,
}

impl Presence {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::LoggedOut,
        Self::Unreachable,
        Self::Paused,
        Self::NotReady,
        Self::WrapUp,
        Self::Busy,
        Self::Ready,
    ];

    pub(crate) const fn index(self) -> usize {
        self as usize
    }
}

/// A set of ways to be there.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Presences(u8);

impl Presences {
    /// The same, and this one.
    #[must_use]
    pub const fn and(self, one: Presence) -> Self {
        Self(self.0 | 1 << one.index())
    }

    /// Whether this one is among them.
    #[must_use]
    pub const fn has(self, one: Presence) -> bool {
        self.0 & 1 << one.index() != 0
    }
}

impl FromIterator<Presence> for Presences {
    fn from_iter<T: IntoIterator<Item = Presence>>(all: T) -> Self {
        all.into_iter().fold(Self::default(), Self::and)
    }
}

impl fmt::Debug for Presences {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(Presence::ALL.iter().filter(|each| self.has(**each))).finish()
    }
}

/// How things stood when a call was sent on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Figures {
    /// How long the call had waited in the queue.
    pub waited: Duration,
    /// How many calls were in the queue, waiting or being rung, with this one.
    pub present: usize,
    /// How many agents of the queue were on duty.
    pub on_duty: usize,
    /// How long the call was expected to wait, where that is what has sent it on.
    pub expected: Option<Duration>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_has_what_was_put_in_and_nothing_else() {
        let set: Presences = [Presence::LoggedOut, Presence::Busy].into_iter().collect();
        let has: Vec<_> = Presence::ALL.into_iter().filter(|each| set.has(*each)).collect();
        assert_eq!(has, [Presence::LoggedOut, Presence::Busy]);
        assert_eq!(format!("{set:?}"), "{LoggedOut, Busy}");
    }
}
