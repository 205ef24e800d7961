//! Branches: who goes which way.

use super::{Fact, Facts, Goto, Test};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Sends callers different ways by what is so when they come to it; asks them nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Branch {
    /// The name in the file, without the kind.
    pub name: Arc<str>,
    /// The ways, at least one; the first whose test holds is taken.
    pub arms: Vec<Arm>,
    /// Where everybody else goes.
    pub otherwise: Goto,
}

/// One way of a branch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arm {
    /// What must be so.
    pub test: Test,
    /// The same as it stands in the file, for whoever reads what became of a call.
    pub written: Arc<str>,
    /// Where a caller goes then.
    pub goto: Goto,
}

impl Branch {
    /// Everything that must be known to decide.
    #[must_use]
    pub fn facts(&self) -> BTreeSet<Fact> {
        let mut facts = BTreeSet::new();
        self.arms.iter().for_each(|arm| arm.test.add_facts(&mut facts));
        facts
    }

    /// The way of a caller of whom this is known; none: the one for everybody else.
    #[must_use]
    pub fn way(&self, facts: &Facts) -> Option<&Arm> {
        self.arms.iter().find(|arm| arm.test.holds(facts) == Some(true))
    }

    /// Where callers may go.
    pub fn ways(&self) -> impl Iterator<Item = Goto> {
        self.arms.iter().map(|arm| arm.goto).chain([self.otherwise])
    }
}
