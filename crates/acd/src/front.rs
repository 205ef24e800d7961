//! Who is first where agents stand in an order.

use clock::Moment;
use ids::AgentId;

/// Where an agent stands in an order: the least is rung first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    pub(crate) measure: u64,
    pub(crate) idle_since: Moment,
    pub(crate) agent: AgentId,
}

impl Key {
    /// Behind everybody.
    const NOBODY: Self =
        Self { measure: u64::MAX, idle_since: Moment::MAX, agent: AgentId(u32::MAX) };

    /// The same when so much of the measure has been used up.
    pub(crate) const fn fresh(self, used: u64) -> Self {
        Self { measure: self.measure.saturating_sub(used), ..self }
    }

    fn somebody(self) -> Option<Self> {
        (self.agent != Self::NOBODY.agent).then_some(self)
    }
}

/// The first two of an order, and how far its chance has been used up: a call that comes asks many profiles for no more,
/// and finds it in one line of 64 bytes each rather than at the end of a tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C, align(64))]
pub(crate) struct Front {
    first: Key,
    second: Key,
    /// The chances of those who are left are as fresh as new ones when this is taken off (an exponential wait does not
    /// remember).
    pub(crate) used: u64,
}

const _: () = assert!(size_of::<Front>() == 64);

impl Front {
    /// Of an order of nobody.
    pub(crate) const EMPTY: Self = Self { first: Key::NOBODY, second: Key::NOBODY, used: 0 };

    /// Of an order of these, of whose chance so much has been used up.
    pub(crate) fn of(keys: impl Iterator<Item = Key>, used: u64) -> Self {
        let mut keys = keys.chain([Key::NOBODY; 2]);
        let mut next = || keys.next().unwrap_or(Key::NOBODY);
        Self { first: next(), second: next(), used }
    }

    /// This one has come.
    pub(crate) fn see(&mut self, new: Key) {
        if new < self.first {
            (self.first, self.second) = (new, self.first);
        } else if new < self.second {
            self.second = new;
        }
    }

    /// Whether one who has gone was one of them.
    pub(crate) fn has(&self, gone: Key) -> bool {
        gone == self.first || gone == self.second
    }
}

/// The least two of what is seen.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Best {
    first: Key,
    second: Key,
}

impl Best {
    /// Of nobody.
    pub(crate) const NOBODY: Self = Self { first: Key::NOBODY, second: Key::NOBODY };

    /// The first of them.
    pub(crate) fn first(&self) -> Option<Key> {
        self.first.somebody()
    }

    /// The next one.
    pub(crate) fn second(&self) -> Option<Key> {
        self.second.somebody()
    }

    /// The least two of these, and behind them of those.
    pub(crate) fn then(self, behind: Self) -> Self {
        match (self.first(), self.second()) {
            (None, _) => behind,
            (Some(_), None) => Self { second: behind.first, ..self },
            (Some(_), Some(_)) => self,
        }
    }

    /// Sees the first two of another order, in which somebody is.
    pub(crate) fn see_front(&mut self, front: &Front) {
        let first = front.first.fresh(front.used);
        // Most come behind both.
        if self.put(first)
            && let Some(second) = front.second.somebody()
        {
            self.put(second.fresh(front.used));
        }
    }

    /// Sees keys in their order, of which so much has been used up: behind one that is none of the two there is no other.
    pub(crate) fn see(&mut self, keys: impl Iterator<Item = Key>, used: u64) {
        keys.map(|key| key.fresh(used)).take_while(|key| self.put(*key)).for_each(drop);
    }

    /// Sees one. Answers whether it is one of the two.
    fn put(&mut self, key: Key) -> bool {
        if key < self.first {
            (self.first, self.second) = (key, self.first);
        } else if key < self.second {
            self.second = key;
        } else {
            return false;
        }
        true
    }
}
