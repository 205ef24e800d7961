//! What single calls need of an agent, beside what their queue does.

use super::Requirement;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// What a step adds to the needs of the calls that pass it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Demand {
    /// The name of the step.
    pub name: Arc<str>,
    /// What an agent must be able to do.
    pub requirement: Requirement,
    /// For how long of the wait in a queue it is insisted on; none: always.
    pub lasts: Option<Duration>,
}

/// Which demands a call has gathered on its way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Demands(u8);

ids::define_id! {
    /// A demand: the place among those of the plan.
    DemandId(u8), "demand-"
}

impl Demands {
    /// How many demands a plan may have.
    pub const MAX: usize = u8::BITS as usize;

    /// The call needs nothing of its own.
    pub const NONE: Self = Self(0);

    /// These, and one more.
    #[must_use]
    pub const fn with(self, demand: DemandId) -> Self {
        Self(self.0 | 1_u8.wrapping_shl(demand.0 as u32))
    }

    /// Whether all of these are among those.
    #[must_use]
    pub const fn is_within(self, those: Self) -> bool {
        self.0 & !those.0 == 0
    }

    /// The same demands in a plan that has them, or those of them that it has, at other places.
    pub(crate) fn renamed(self, here: &[Demand], there: &[Demand]) -> Self {
        let names = self.iter().filter_map(|id| here.get(id.index())).map(|demand| &demand.name);
        let ids = names.filter_map(|name| there.iter().position(|demand| demand.name == *name));
        let ids = ids.filter_map(|at| u8::try_from(at).ok().map(DemandId));
        ids.fold(Self::NONE, Self::with)
    }

    /// Each of them.
    pub fn iter(self) -> impl Iterator<Item = DemandId> {
        (0..u8::BITS).filter_map(move |bit| {
            (self.0 >> bit & 1 == 1).then(|| u8::try_from(bit).ok().map(DemandId)).flatten()
        })
    }
}

impl fmt::Display for Demands {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}
