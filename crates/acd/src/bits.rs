//! A set of small numbers, as bits.

/// Some of the numbers from 0 on; as large as the largest of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Bits {
    words: Vec<u64>,
}

const WORD: usize = u64::BITS as usize;

impl Bits {
    pub(crate) const EMPTY: Self = Self { words: Vec::new() };

    pub(crate) fn insert(&mut self, number: usize) {
        let word = number / WORD;
        if word >= self.words.len() {
            self.words.resize(word + 1, 0);
        }
        if let Some(word) = self.words.get_mut(word) {
            *word |= 1 << (number % WORD);
        }
    }

    pub(crate) fn remove(&mut self, number: usize) {
        if let Some(word) = self.words.get_mut(number / WORD) {
            *word &= !(1 << (number % WORD));
        }
    }

    /// Adds all of another set.
    pub(crate) fn add(&mut self, other: &Self) {
        if self.words.len() < other.words.len() {
            self.words.resize(other.words.len(), 0);
        }
        for (word, more) in self.words.iter_mut().zip(&other.words) {
            *word |= more;
        }
    }

    pub(crate) fn contains(&self, number: usize) -> bool {
        self.words.get(number / WORD).is_some_and(|word| word & (1 << (number % WORD)) != 0)
    }

    /// Whether a number is in both.
    pub(crate) fn meets(&self, other: &Self) -> bool {
        self.words.iter().zip(&other.words).any(|(one, other)| one & other != 0)
    }

    /// The numbers in their order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = usize> {
        Numbers::of(self.words.iter().copied())
    }

    /// The numbers that are in both, in their order.
    pub(crate) fn both(&self, other: &Self) -> impl Iterator<Item = usize> {
        Numbers::of(self.words.iter().zip(&other.words).map(|(one, other)| one & other))
    }
}

impl FromIterator<usize> for Bits {
    fn from_iter<I: IntoIterator<Item = usize>>(numbers: I) -> Self {
        let mut bits = Self::default();
        numbers.into_iter().for_each(|number| bits.insert(number));
        bits
    }
}

/// The numbers of some words, one by one.
struct Numbers<W> {
    words: W,
    /// What the first bit of the word stands for that comes next.
    next: usize,
    /// What is left of the one before.
    left: u64,
}

impl<W: Iterator<Item = u64>> Numbers<W> {
    const fn of(words: W) -> Self {
        Self { words, next: 0, left: 0 }
    }
}

impl<W: Iterator<Item = u64>> Iterator for Numbers<W> {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        while self.left == 0 {
            self.left = self.words.next()?;
            self.next += WORD;
        }
        let bit = self.left.trailing_zeros() as usize;
        self.left &= self.left - 1;
        Some(self.next - WORD + bit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn some() -> impl Strategy<Value = BTreeSet<usize>> {
        proptest::collection::btree_set(0..300_usize, 0..40)
    }

    proptest! {
        #[test]
        fn it_is_a_set_of_numbers(one in some(), other in some(), gone in some()) {
            let bits = |set: &BTreeSet<usize>| set.iter().copied().collect::<Bits>();
            let (left, right) = (bits(&one), bits(&other));
            prop_assert!(left.iter().eq(one.iter().copied()));
            prop_assert!((0..400).all(|number| left.contains(number) == one.contains(&number)));
            prop_assert!(left.both(&right).eq(one.intersection(&other).copied()));
            prop_assert_eq!(left.meets(&right), !one.is_disjoint(&other));
            let mut all = left.clone();
            all.add(&right);
            prop_assert!(all.iter().eq(one.union(&other).copied()));
            gone.iter().for_each(|number| all.remove(*number));
            prop_assert!(all.iter().eq(one.union(&other).copied().filter(|it| !gone.contains(it))));
        }
    }
}
