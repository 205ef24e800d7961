//! Who of several has the best claim to be rung, by what anybody could have noted over all queues.

use crate::day::{Site, uses_up_a_turn};
use acd::{ReservationEnd, Strategy};
use clock::Moment;
use ids::{AgentId, CallId, QueueId};
use std::collections::{BTreeMap, BTreeSet};

/// What somebody who watches knows of an agent.
#[derive(Clone, Debug, Default)]
struct Agent {
    queues: BTreeSet<QueueId>,
    tier: u8,
    weight: u32,
    ready: bool,
    idle_since: Moment,
    /// Where a ring was taken back, being idle goes on.
    keeps_idle: bool,
    calls: u32,
    /// The number of the last ring that was a turn, and of the one that is on.
    last_turn: u64,
    ring: u64,
}

/// A caller who waits or is rung for.
#[derive(Clone, Copy, Debug)]
struct Caller {
    queue: QueueId,
    since: Moment,
    rings: u32,
}

/// What falls to an agent by chance, and what was to be expected.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Share {
    pub(crate) times: f64,
    pub(crate) expected: f64,
    pub(crate) variance: f64,
}

#[derive(Clone, Debug)]
pub(crate) struct Claims {
    site: Site,
    agents: BTreeMap<AgentId, Agent>,
    callers: BTreeMap<CallId, Caller>,
    rings: u64,
    /// How often there was a choice.
    pub(crate) choices: u32,
    /// By chance, by agent.
    pub(crate) shares: BTreeMap<AgentId, Share>,
}

impl Claims {
    pub(crate) fn new(site: Site) -> Self {
        let agents = Site::agents().into_iter().map(|agent| {
            let queues = agent.queues.iter().map(|own| own.queue).collect();
            let (tier, weight) = (site.tier_of(agent.id), agent.weight);
            (agent.id, Agent { queues, tier, weight, ..Agent::default() })
        });
        Self {
            site,
            agents: agents.collect(),
            callers: BTreeMap::new(),
            rings: 0,
            choices: 0,
            shares: BTreeMap::new(),
        }
    }

    pub(crate) fn comes(&mut self, now: Moment, call: CallId, queue: QueueId) {
        self.callers.insert(call, Caller { queue, since: now, rings: 0 });
    }

    /// Answered, or has left.
    pub(crate) fn is_gone(&mut self, call: CallId) {
        self.callers.remove(&call);
    }

    pub(crate) fn is_rung(&self, call: CallId) -> bool {
        self.callers.get(&call).is_some_and(|caller| caller.rings > 0)
    }

    pub(crate) fn agent_is(&mut self, now: Moment, agent: AgentId, ready: bool) {
        let found = self.agents.get_mut(&agent).unwrap();
        if ready && !std::mem::take(&mut found.keeps_idle) {
            found.idle_since = now;
        }
        found.ready = ready;
    }

    pub(crate) fn ring_is_over(&mut self, agent: AgentId, call: CallId, end: ReservationEnd) {
        let found = self.agents.get_mut(&agent).unwrap();
        found.keeps_idle =
            matches!(end, ReservationEnd::Withdrawn | ReservationEnd::TakenElsewhere);
        found.calls += u32::from(end == ReservationEnd::Accepted);
        if uses_up_a_turn(end) {
            found.last_turn = found.ring;
        }
        if let Some(caller) = self.callers.get_mut(&call) {
            caller.rings -= 1;
        }
    }

    /// Somebody is rung: whoever else might have been had no better claim.
    pub(crate) fn rings(&mut self, now: Moment, agent: AgentId, call: CallId) {
        self.rings += 1;
        let caller = self.callers.get_mut(&call).unwrap();
        caller.rings += 1;
        let caller = *caller;
        let others: Vec<_> = self.who_might(now, caller).filter(|(id, _)| **id != agent).collect();
        let rung = &self.agents[&agent];
        for (other, facts) in &others {
            assert!(
                self.claim(agent, rung) <= self.claim(**other, facts),
                "{:?}: {agent} is rung, and {other} has the better claim: {rung:?}, {facts:?}",
                self.site.strategy,
            );
        }
        let others: Vec<_> = others.into_iter().map(|(id, _)| *id).collect();
        if !others.is_empty() {
            self.choices += 1;
            self.draw(agent, &others);
        }
        let rings = self.rings;
        self.agents.get_mut(&agent).unwrap().ring = rings;
    }

    /// Nobody who could take it is left idle beside a call that rings nowhere; nor beside one that rings at all who can
    /// be rung.
    pub(crate) fn nobody_is_forgotten(&self, now: Moment) {
        let rings_all = self.site.strategy == Strategy::RingAll;
        for (call, caller) in self.callers.iter().filter(|(_, it)| it.rings == 0 || rings_all) {
            let forgotten: Vec<_> = self.who_might(now, *caller).map(|(id, _)| *id).collect();
            assert!(forgotten.is_empty(), "nobody of {forgotten:?} is rung for {call}");
        }
    }

    fn who_might(&self, now: Moment, caller: Caller) -> impl Iterator<Item = (&AgentId, &Agent)> {
        let waited = now.since(caller.since);
        let all_tiers = self.site.tier_wait.is_none_or(|wait| waited >= wait);
        self.agents.iter().filter(move |(_, agent)| {
            agent.ready && agent.queues.contains(&caller.queue) && (all_tiers || agent.tier == 1)
        })
    }

    /// The least is to be rung.
    fn claim(&self, id: AgentId, agent: &Agent) -> (u64, Moment, AgentId) {
        match self.site.strategy {
            Strategy::LongestIdle | Strategy::Progressive { .. } => (0, agent.idle_since, id),
            Strategy::FewestCalls => (agent.calls.into(), agent.idle_since, id),
            Strategy::RoundRobin => (agent.last_turn, Moment::ZERO, id),
            Strategy::Linear => (0, Moment::ZERO, id),
            // Nobody's is better, or it is held against the whole day.
            Strategy::LeastOccupied
            | Strategy::Random
            | Strategy::WeightedRandom
            | Strategy::RingAll => (0, Moment::ZERO, AgentId(0)),
        }
    }

    /// Notes on whom chance fell.
    fn draw(&mut self, rung: AgentId, others: &[AgentId]) {
        let is_weighted = self.site.strategy == Strategy::WeightedRandom;
        let weight = |agent: &AgentId| if is_weighted { self.agents[agent].weight } else { 1 };
        let all: Vec<_> =
            others.iter().chain([&rung]).map(|agent| (*agent, weight(agent))).collect();
        let whole: u32 = all.iter().map(|(_, weight)| weight).sum();
        for (agent, weight) in all {
            let chance = f64::from(weight) / f64::from(whole);
            let share = self.shares.entry(agent).or_default();
            share.times += f64::from(u8::from(agent == rung));
            share.expected += chance;
            share.variance += chance * (1.0 - chance);
        }
    }
}
