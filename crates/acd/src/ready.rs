//! The agents of one profile who can be rung, in every order that one of its queues chooses by.
//!
//! Those with as many conversations stand together: who has fewer goes first, whatever the order.

use crate::agent::Agent;
use crate::strategy::Measure;
use clock::Moment;
use ids::AgentId;
use smallvec::SmallVec;
use std::collections::BTreeSet;

/// Where an agent stands in an order: the least is rung first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    pub(crate) measure: u64,
    pub(crate) idle_since: Moment,
    pub(crate) agent: AgentId,
}

/// Those of one profile, by how many conversations they have. Where nobody has room for a second one there is one
/// load, which takes no memory of its own.
#[derive(Clone, Debug)]
pub(crate) struct ByLoad {
    loads: SmallVec<[Ready; 1]>,
    /// How many all of them are. A call that comes asks many profiles for no more than this.
    len: usize,
    /// The minute that the occupancies are of.
    pub(crate) minute: u64,
}

impl ByLoad {
    /// Nobody is ready, with any of so many loads.
    pub(crate) fn new(loads: usize) -> Self {
        Self { loads: (0..loads).map(|_| Ready::default()).collect(), len: 0, minute: 0 }
    }

    pub(crate) fn at(&self, load: usize) -> Option<&Ready> {
        self.loads.get(load)
    }

    pub(crate) fn at_mut(&mut self, load: usize) -> Option<&mut Ready> {
        self.loads.get_mut(load)
    }

    /// From those without a conversation on.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Ready> {
        self.loads.iter()
    }

    pub(crate) const fn len(&self) -> usize {
        self.len
    }

    /// An agent can be rung, whose keys say where they stand.
    pub(crate) fn insert(&mut self, agent: &Agent, measures: &BTreeSet<Measure>) {
        if let Some(ready) = self.at_mut(agent.talks.len()) {
            ready.insert(agent, measures);
            self.len += 1;
        }
    }

    /// An agent can not be rung any more.
    pub(crate) fn remove(&mut self, agent: &Agent, measures: &BTreeSet<Measure>) {
        if let Some(ready) = self.at_mut(agent.talks.len()) {
            ready.remove(agent, measures);
            self.len -= 1;
        }
    }
}

/// Those with as many conversations.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ready {
    /// By measure; empty where no queue asks for it, but for idleness.
    orders: [BTreeSet<Key>; Measure::COUNT],
    /// How far chance has been used up, by measure. The chances of those who are left are as fresh
    /// as new ones when this is taken off (an exponential wait does not remember).
    used: [u64; Measure::COUNT],
}

impl Ready {
    pub(crate) fn len(&self) -> usize {
        self.order(Measure::Idle).len()
    }

    fn order(&self, measure: Measure) -> &BTreeSet<Key> {
        let [idle, ..] = &self.orders;
        self.orders.get(measure.index()).unwrap_or(idle)
    }

    /// The agents from the first on, as this measure has them.
    pub(crate) fn in_order(&self, measure: Measure) -> impl Iterator<Item = Key> {
        let used = self.used(measure);
        let fresh = move |key: &Key| Key { measure: key.measure.saturating_sub(used), ..*key };
        self.order(measure).iter().map(fresh)
    }

    /// Notes that chance has gone on so far.
    pub(crate) fn use_up(&mut self, measure: Measure, chance: u64) {
        if let Some(used) = self.used.get_mut(measure.index()) {
            *used = used.saturating_add(chance);
        }
    }

    /// Counts chance from nothing again, which changes nobody's. Answers where everybody stands by now.
    pub(crate) fn count_anew(&mut self, measure: Measure) -> BTreeSet<Key> {
        let fresh: BTreeSet<Key> = self.in_order(measure).collect();
        if let Some((order, used)) = self.count_of(measure) {
            order.clone_from(&fresh);
            *used = 0;
        }
        fresh
    }

    fn count_of(&mut self, measure: Measure) -> Option<(&mut BTreeSet<Key>, &mut u64)> {
        let order = self.orders.get_mut(measure.index())?;
        Some((order, self.used.get_mut(measure.index())?))
    }

    pub(crate) fn used(&self, measure: Measure) -> u64 {
        self.used.get(measure.index()).copied().unwrap_or(0)
    }

    pub(crate) fn insert(&mut self, agent: &Agent, measures: &BTreeSet<Measure>) {
        for measure in measures {
            if let (Some(order), Some(key)) =
                (self.orders.get_mut(measure.index()), agent.keys.get(measure.index()))
            {
                order.insert(*key);
            }
        }
    }

    pub(crate) fn remove(&mut self, agent: &Agent, measures: &BTreeSet<Measure>) {
        for measure in measures {
            if let (Some(order), Some(key)) =
                (self.orders.get_mut(measure.index()), agent.keys.get(measure.index()))
            {
                order.remove(key);
            }
        }
    }
}
