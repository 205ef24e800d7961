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

impl Key {
    /// The same when so much of the measure has been used up.
    const fn fresh(self, used: u64) -> Self {
        Self { measure: self.measure.saturating_sub(used), ..self }
    }
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
    /// The first of these.
    first: [FirstTwo; Measure::COUNT],
    /// How far chance has been used up, by measure. The chances of those who are left are as fresh
    /// as new ones when this is taken off (an exponential wait does not remember).
    used: [u64; Measure::COUNT],
}

/// Of an order the first two: a call that comes asks many profiles for no more, and finds these at once rather than at
/// the end of a tree.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct FirstTwo([Option<Key>; 2]);

impl FirstTwo {
    fn of(order: &BTreeSet<Key>) -> Self {
        let mut keys = order.iter().copied();
        Self([keys.next(), keys.next()])
    }

    /// This one has come.
    fn see(&mut self, new: Key) {
        let [first, second] = self.0;
        if first.is_none_or(|first| new < first) {
            self.0 = [Some(new), first];
        } else if second.is_none_or(|second| new < second) {
            self.0 = [first, Some(new)];
        }
    }

    /// Whether one who has gone was one of them.
    fn has(&self, gone: Key) -> bool {
        self.0.contains(&Some(gone))
    }
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
        self.order(measure).iter().map(move |key| key.fresh(used))
    }

    /// The first two of these.
    pub(crate) fn first_two(&self, measure: Measure) -> impl Iterator<Item = Key> {
        let used = self.used(measure);
        let first = self.first.get(measure.index()).map_or([None; 2], |first| first.0);
        first.into_iter().map_while(move |key| Some(key?.fresh(used)))
    }

    /// Whether the first two are.
    pub(crate) fn first_are_true(&self) -> bool {
        self.orders.iter().map(FirstTwo::of).eq(self.first)
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
        if let Some((order, first)) = self.order_mut(measure) {
            *first = FirstTwo::of(&fresh);
            order.clone_from(&fresh);
        }
        if let Some(used) = self.used.get_mut(measure.index()) {
            *used = 0;
        }
        fresh
    }

    fn order_mut(&mut self, measure: Measure) -> Option<(&mut BTreeSet<Key>, &mut FirstTwo)> {
        self.orders.get_mut(measure.index()).zip(self.first.get_mut(measure.index()))
    }

    pub(crate) fn used(&self, measure: Measure) -> u64 {
        self.used.get(measure.index()).copied().unwrap_or(0)
    }

    pub(crate) fn insert(&mut self, agent: &Agent, measures: &BTreeSet<Measure>) {
        for measure in measures {
            let key = agent.keys.get(measure.index());
            if let Some(((order, first), key)) = self.order_mut(*measure).zip(key) {
                order.insert(*key);
                first.see(*key);
            }
        }
    }

    pub(crate) fn remove(&mut self, agent: &Agent, measures: &BTreeSet<Measure>) {
        for measure in measures {
            let key = agent.keys.get(measure.index());
            if let Some(((order, first), key)) = self.order_mut(*measure).zip(key) {
                order.remove(key);
                if first.has(*key) {
                    *first = FirstTwo::of(order);
                }
            }
        }
    }
}
