//! A set of deadlines, at most one for each key, earliest first.

use crate::Moment;
use std::collections::{BTreeMap, BTreeSet};

/// At most one deadline for each key. Equal deadlines come due in the order of their keys, so a
/// run is the same every time.
#[derive(Clone, Debug)]
pub struct Deadlines<K> {
    by_time: BTreeSet<(Moment, K)>,
    by_key: BTreeMap<K, Moment>,
}

impl<K: Ord + Clone> Default for Deadlines<K> {
    fn default() -> Self {
        Self { by_time: BTreeSet::new(), by_key: BTreeMap::new() }
    }
}

impl<K: Ord + Clone> Deadlines<K> {
    /// Sets the deadline of `key`, in place of the one it had.
    pub fn set(&mut self, key: K, at: Moment) {
        if let Some(before) = self.by_key.insert(key.clone(), at) {
            self.by_time.remove(&(before, key.clone()));
        }
        self.by_time.insert((at, key));
    }

    /// Takes the deadline of `key` away, if it has one.
    pub fn clear(&mut self, key: &K) -> Option<Moment> {
        let at = self.by_key.remove(key)?;
        self.by_time.remove(&(at, key.clone()));
        Some(at)
    }

    /// The deadline of `key`.
    #[must_use]
    pub fn of(&self, key: &K) -> Option<Moment> {
        self.by_key.get(key).copied()
    }

    /// The earliest deadline of all.
    #[must_use]
    pub fn next(&self) -> Option<Moment> {
        self.by_time.first().map(|(at, _)| *at)
    }

    /// Takes out one key whose deadline is not later than `now`, the earliest first.
    pub fn pop_due(&mut self, now: Moment) -> Option<K> {
        if self.next()? > now {
            return None;
        }
        let (_, key) = self.by_time.pop_first()?;
        self.by_key.remove(&key);
        Some(key)
    }

    /// How many deadlines are set.
    #[must_use]
    pub fn len(&self) -> usize {
        self.by_key.len()
    }

    /// Whether none is set.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_key.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(micros: u64) -> Moment {
        Moment::from_micros(micros)
    }

    #[test]
    fn deadlines_come_due_in_order_and_once() {
        let mut deadlines = Deadlines::default();
        deadlines.set("late", at(9));
        deadlines.set("early", at(3));
        assert_eq!(deadlines.next(), Some(at(3)));
        assert_eq!(deadlines.pop_due(at(2)), None);
        assert_eq!(deadlines.pop_due(at(10)), Some("early"));
        assert_eq!(deadlines.pop_due(at(10)), Some("late"));
        assert_eq!(deadlines.pop_due(at(10)), None);
    }

    #[test]
    fn a_key_has_one_deadline_the_last_one_set() {
        let mut deadlines = Deadlines::default();
        deadlines.set(1, at(3));
        deadlines.set(1, at(8));
        assert_eq!(deadlines.len(), 1);
        assert_eq!(deadlines.of(&1), Some(at(8)));
        assert_eq!(deadlines.pop_due(at(5)), None);
        assert_eq!(deadlines.clear(&1), Some(at(8)));
        assert!(deadlines.is_empty());
    }
}
