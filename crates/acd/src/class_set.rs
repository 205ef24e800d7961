//! A set of classes.

use crate::bits::Bits;
use crate::classes::ClassId;

/// Some of all classes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ClassSet(Bits);

impl ClassSet {
    pub(crate) const EMPTY: Self = Self(Bits::EMPTY);

    /// Those classes.
    pub(crate) fn of(classes: &[ClassId]) -> Self {
        Self(classes.iter().map(|class| class.index()).collect())
    }

    /// Adds all of another set.
    pub(crate) fn add(&mut self, other: &Self) {
        self.0.add(&other.0);
    }

    /// Whether it has this class.
    pub(crate) fn contains(&self, class: ClassId) -> bool {
        self.0.contains(class.index())
    }

    /// The classes in the order of their numbers.
    pub(crate) fn iter(&self) -> impl Iterator<Item = ClassId> {
        self.0.iter().map(ClassId::at)
    }
}
