//! The agents who can be rung, in every order that a queue chooses by.
//!
//! Agents who may take the same calls form one profile. Those of a profile who have as many conversations stand
//! together, in one order for each measure that one of their queues chooses by: who has fewer goes first, whatever the
//! order.

use crate::agent::Agent;
use crate::bits::Bits;
use crate::front::{Best, Front, Key};
use crate::strategy::Measure;
use ids::AgentId;
use smallvec::SmallVec;
use std::collections::BTreeSet;

/// What the queues of a profile choose by; mostly one or two.
pub(crate) type Measures = SmallVec<[Measure; 2]>;

/// All who can be rung.
#[derive(Clone, Debug)]
pub(crate) struct Ready {
    profiles: Vec<OfProfile>,
    /// By measure and load, and then by profile: a call that comes looks at one of these lists and at nothing else.
    fronts: Vec<Vec<Front>>,
    /// Profiles with somebody of a load.
    open: Vec<Bits>,
    /// One more than the most conversations that somebody has room for another beside.
    loads: usize,
}

/// Those of one profile.
#[derive(Clone, Debug)]
struct OfProfile {
    /// In which orders each of them stands.
    measures: Measures,
    /// By load, and then by measure.
    orders: Vec<BTreeSet<Key>>,
    /// How many all of them are.
    len: usize,
    /// The minute that the occupancies are of.
    minute: u64,
}

impl Ready {
    pub(crate) fn new(loads: usize) -> Self {
        Self {
            profiles: Vec::new(),
            fronts: vec![Vec::new(); Measure::COUNT * loads],
            open: vec![Bits::default(); loads],
            loads,
        }
    }

    /// One more profile, of which nobody can be rung yet.
    pub(crate) fn add_profile(&mut self, measures: Measures) {
        self.fronts.iter_mut().for_each(|fronts| fronts.push(Front::EMPTY));
        let orders = vec![BTreeSet::new(); measures.len() * self.loads];
        self.profiles.push(OfProfile { measures, orders, len: 0, minute: 0 });
    }

    pub(crate) const fn loads(&self) -> usize {
        self.loads
    }

    /// In which orders those of a profile stand.
    pub(crate) fn measures(&self, profile: usize) -> &[Measure] {
        self.profiles.get(profile).map_or(&[], |profile| &profile.measures)
    }

    /// How many of a profile can be rung.
    pub(crate) fn len(&self, profile: usize) -> usize {
        self.profiles.get(profile).map_or(0, |profile| profile.len)
    }

    /// Whether somebody of these profiles can be rung.
    pub(crate) fn has_any(&self, profiles: &Bits) -> bool {
        self.open.iter().any(|open| open.meets(profiles))
    }

    /// Those of these profiles with somebody who can be rung.
    pub(crate) fn open_of(&self, profiles: &Bits) -> Bits {
        self.open.iter().flat_map(|open| open.both(profiles)).collect()
    }

    /// An agent can be rung, whose marks say where they stand.
    pub(crate) fn insert(&mut self, agent: &Agent) {
        let (load, profile) = (agent.talks.len(), agent.profile);
        let Some(of) = self.profiles.get_mut(profile) else { return };
        for (nth, measure) in of.measures.iter().enumerate() {
            let order = of.orders.get_mut(load * of.measures.len() + nth);
            let front = front_mut(&mut self.fronts, self.loads, (*measure, load), profile);
            if let Some((order, front)) = order.zip(front) {
                let key = agent.key(*measure);
                order.insert(key);
                front.see(key);
            }
        }
        of.len += 1;
        self.open.get_mut(load).into_iter().for_each(|open| open.insert(profile));
    }

    /// An agent can not be rung any more.
    pub(crate) fn remove(&mut self, agent: &Agent) {
        let (load, profile) = (agent.talks.len(), agent.profile);
        let Some(of) = self.profiles.get_mut(profile) else { return };
        let mut is_last = false;
        for (nth, measure) in of.measures.iter().enumerate() {
            let order = of.orders.get_mut(load * of.measures.len() + nth);
            let front = front_mut(&mut self.fronts, self.loads, (*measure, load), profile);
            if let Some((order, front)) = order.zip(front) {
                let key = agent.key(*measure);
                order.remove(&key);
                if front.has(key) {
                    *front = Front::of(order.iter().copied(), front.used);
                }
                is_last = order.is_empty();
            }
        }
        of.len -= 1;
        if is_last {
            self.open.get_mut(load).into_iter().for_each(|open| open.remove(profile));
        }
    }

    /// The first two of these profiles with this load, as the measure has them.
    pub(crate) fn first_two(&self, of: (Measure, usize), profiles: &Bits) -> Best {
        let mut best = Best::NOBODY;
        let (_, load) = of;
        let fronts = self.fronts.get(self.list(of));
        if let Some((fronts, open)) = fronts.zip(self.open.get(load)) {
            let fronts = open.both(profiles).filter_map(|profile| fronts.get(profile));
            fronts.for_each(|front| best.see_front(front));
        }
        best
    }

    /// The same of those whom `may` lets be rung.
    pub(crate) fn first_two_of(
        &self,
        of: (Measure, usize),
        profiles: &Bits,
        may: impl Fn(AgentId) -> bool,
    ) -> Best {
        let mut best = Best::NOBODY;
        let (_, load) = of;
        for profile in self.open.get(load).into_iter().flat_map(|open| open.both(profiles)) {
            let keys = self.order(of, profile).into_iter().flatten().copied();
            best.see(keys.filter(|key| may(key.agent)), self.used(of, profile));
        }
        best
    }

    /// Those of a profile, in some order.
    pub(crate) fn agents(&self, profile: usize) -> impl Iterator<Item = AgentId> {
        (0..self.loads).flat_map(move |load| self.agents_with(profile, load))
    }

    fn agents_with(&self, profile: usize, load: usize) -> impl Iterator<Item = AgentId> {
        let found = self.profiles.get(profile);
        let order = found.and_then(|found| found.orders.get(load * found.measures.len()));
        order.into_iter().flatten().map(|key| key.agent)
    }

    /// How far chance has been used up.
    pub(crate) fn used(&self, of: (Measure, usize), profile: usize) -> u64 {
        let fronts = self.fronts.get(self.list(of));
        fronts.and_then(|fronts| fronts.get(profile)).map_or(0, |front| front.used)
    }

    /// Notes that chance has gone on so far for all of these profiles that have somebody. Answers where it
    /// has gone beyond a bound.
    pub(crate) fn use_up(
        &mut self,
        of: (Measure, usize),
        profiles: &Bits,
        chance: u64,
        used_max: u64,
    ) -> SmallVec<[usize; 1]> {
        let mut beyond = SmallVec::new();
        let ((_, load), list) = (of, self.list(of));
        let Some((fronts, open)) = self.fronts.get_mut(list).zip(self.open.get(load)) else {
            return beyond;
        };
        for profile in open.both(profiles) {
            let Some(front) = fronts.get_mut(profile) else { continue };
            front.used = front.used.saturating_add(chance);
            if front.used > used_max {
                beyond.push(profile);
            }
        }
        beyond
    }

    /// Chance has been used up so far in a profile.
    pub(crate) fn set_used(&mut self, of: (Measure, usize), profile: usize, used: u64) {
        if let Some(front) = front_mut(&mut self.fronts, self.loads, of, profile) {
            front.used = used;
        }
    }

    /// The occupancies of a profile are to be those of this minute. Answers whether they were of another.
    pub(crate) fn turn_to(&mut self, minute: u64, profile: usize) -> bool {
        let found = self.profiles.get_mut(profile);
        found.is_some_and(|found| std::mem::replace(&mut found.minute, minute) != minute)
    }

    /// All of a profile with this load stand elsewhere in an order: `key` says where.
    pub(crate) fn put_anew(
        &mut self,
        (measure, load): (Measure, usize),
        profile: usize,
        key: impl FnMut(Key) -> Key,
    ) {
        let Some(of) = self.profiles.get_mut(profile) else { return };
        let Some(nth) = of.measures.iter().position(|each| *each == measure) else { return };
        let order = of.orders.get_mut(load * of.measures.len() + nth);
        let front = front_mut(&mut self.fronts, self.loads, (measure, load), profile);
        if let Some((order, front)) = order.zip(front) {
            *order = std::mem::take(order).into_iter().map(key).collect();
            *front = Front::of(order.iter().copied(), front.used);
        }
    }

    /// Whether the orders say of everybody the same, and what is known of them is so.
    pub(crate) fn is_true(&self) -> bool {
        self.profiles.iter().enumerate().all(|(profile, of)| {
            let len: usize = of.orders.iter().step_by(of.measures.len()).map(BTreeSet::len).sum();
            let loads_are_true = (0..self.loads).all(|load| {
                let here = self.agents_with(profile, load).count();
                let is_open = self.open.get(load).is_some_and(|open| open.contains(profile));
                let orders_are_true = of.measures.iter().all(|measure| {
                    let one = (*measure, load);
                    let Some(order) = self.order(one, profile) else { return false };
                    let front = self.fronts.get(self.list(one));
                    let front = front.and_then(|fronts| fronts.get(profile));
                    let made = Front::of(order.iter().copied(), self.used(one, profile));
                    order.len() == here && front == Some(&made)
                });
                orders_are_true && is_open == (here > 0)
            });
            loads_are_true && len == of.len
        })
    }

    fn order(&self, (measure, load): (Measure, usize), profile: usize) -> Option<&BTreeSet<Key>> {
        let of = self.profiles.get(profile)?;
        let nth = of.measures.iter().position(|each| *each == measure)?;
        of.orders.get(load * of.measures.len() + nth)
    }

    const fn list(&self, (measure, load): (Measure, usize)) -> usize {
        measure.index() * self.loads + load
    }
}

fn front_mut(
    fronts: &mut [Vec<Front>],
    loads: usize,
    (measure, load): (Measure, usize),
    profile: usize,
) -> Option<&mut Front> {
    fronts.get_mut(measure.index() * loads + load)?.get_mut(profile)
}
