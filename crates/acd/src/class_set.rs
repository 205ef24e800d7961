//! A set of classes, as bits.

use crate::classes::ClassId;

/// Some of all classes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ClassSet {
    words: Vec<u64>,
}

impl ClassSet {
    /// Those classes.
    pub(crate) fn of(classes: &[ClassId]) -> Self {
        let mut set = Self::default();
        for class in classes {
            let (word, bit) = (class.0 / 64, class.0 % 64);
            if word >= set.words.len() {
                set.words.resize(word + 1, 0);
            }
            if let Some(word) = set.words.get_mut(word) {
                *word |= 1 << bit;
            }
        }
        set
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

    /// Whether it has this class.
    pub(crate) fn contains(&self, class: ClassId) -> bool {
        self.words.get(class.0 / 64).is_some_and(|word| word & (1 << (class.0 % 64)) != 0)
    }

    /// The classes in the order of their numbers.
    pub(crate) fn iter(&self) -> impl Iterator<Item = ClassId> {
        self.words.iter().enumerate().flat_map(|(at, word)| {
            let mut left = *word;
            std::iter::from_fn(move || {
                let bit = usize::try_from(left.trailing_zeros()).ok()?;
                (left != 0).then(|| {
                    left &= left - 1;
                    ClassId(at * 64 + bit)
                })
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_has_each_class_once_and_in_order() {
        let classes = |numbers: &[usize]| numbers.iter().copied().map(ClassId).collect::<Vec<_>>();
        let mut set = ClassSet::of(&classes(&[63, 0, 200, 64]));
        set.add(&ClassSet::of(&classes(&[1, 64, 500])));
        assert_eq!(set.iter().collect::<Vec<_>>(), classes(&[0, 1, 63, 64, 200, 500]));
        let has: Vec<_> = (0..1_000).map(ClassId).filter(|class| set.contains(*class)).collect();
        assert_eq!(has, classes(&[0, 1, 63, 64, 200, 500]));
    }
}
