//! Where chance decides: whether it falls on each as often as it should.
//!
//! How the centre draws is its own affair: it keeps what it has drawn for those who were not rung. So nothing is said of
//! single draws. Of all draws of one kind an agent was to be expected a certain number of times, and what happened
//! lies about that number as a sum of independent draws does: each is as if it were the first, whatever came before.

use acd::{
    Acd, AgentConfig, AgentState, Config, Input, Output, QueueConfig, RingsMax, Strategy, Waiting,
};
use clock::{Duration, Moment};
use ids::{AgentId, CallId, QueueId, ReservationId};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use std::collections::BTreeMap;

const QUEUE: QueueId = QueueId(0);
const WEIGHTS: [u32; 6] = [1, 1, 2, 2, 3, 3];
/// Things that happen: calls come, and conversations end.
const HAPPENINGS: usize = 30_000;
/// By chance it is further off once in three and a half million times.
const DEVIATIONS_MAX: f64 = 5.0;
/// With less there is nothing to be said.
const VARIANCE_MIN: f64 = 50.0;

/// What came before, by which no chance may change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Past {
    weight: u32,
    /// Whether the agent has been there since the ring before, rather than come back.
    stayed: bool,
    /// Whether the call before was kept for an agent, so that nothing was drawn.
    kept: bool,
    /// Whether nobody else who is there has been idle for longer.
    longest_idle: bool,
}

/// What happened, and what was to be expected.
#[derive(Clone, Copy, Debug, Default)]
struct Share {
    times: f64,
    expected: f64,
    variance: f64,
}

impl Share {
    /// How many standard deviations what happened is from what was expected.
    fn deviations(self) -> f64 {
        (self.times - self.expected) / self.variance.sqrt()
    }
}

/// A centre whose agents are all there, of whom some talk.
struct Office {
    strategy: Strategy,
    acd: Acd,
    random: StdRng,
    now: Moment,
    talks: Vec<(AgentId, CallId)>,
    idle_since: BTreeMap<AgentId, Moment>,
    last: CallId,
    /// When somebody was rung before this, and whether the call was kept.
    rung_before: (Moment, bool),
    shares: BTreeMap<Past, Share>,
}

impl Office {
    fn open(strategy: Strategy) -> Self {
        let agents = (0..).zip(WEIGHTS).map(|(id, weight)| AgentConfig {
            weight,
            rings_max: RingsMax { missed: 0, declined: 0, busy: 0, unreachable: 0 },
            ..AgentConfig::new(AgentId(id), vec![QUEUE])
        });
        let queue = QueueConfig { strategy, wrap_up: Duration::ZERO, ..QueueConfig::new(QUEUE) };
        let mut acd = Acd::new(Config::new(vec![queue], agents.collect()));
        let mut idle_since = BTreeMap::new();
        for agent in (0..).take(WEIGHTS.len()).map(AgentId) {
            acd.handle(Moment::ZERO, Input::Reachable(agent));
            acd.handle(Moment::ZERO, Input::LoggedIn(agent));
            idle_since.insert(agent, Moment::ZERO);
        }
        while acd.poll_output().is_some() {}
        Self {
            strategy,
            acd,
            random: StdRng::seed_from_u64(7),
            now: Moment::ZERO,
            talks: Vec::new(),
            idle_since,
            last: CallId(0),
            rung_before: (Moment::ZERO, false),
            shares: BTreeMap::new(),
        }
    }

    fn go_on(&mut self) {
        self.now += Duration::from_secs(1);
        self.acd.handle_timeout(self.now);
        // One is always there, and half of them mostly.
        let ends = self.random.random_range(0..WEIGHTS.len()) < self.talks.len();
        if ends { self.end() } else { self.call() }
    }

    fn end(&mut self) {
        let (agent, call) = self.talks.swap_remove(self.random.random_range(0..self.talks.len()));
        self.acd.handle(self.now, Input::Ended(agent, call));
        assert_eq!(self.acd.state_of(agent), Some(AgentState::Ready));
        self.idle_since.insert(agent, self.now);
    }

    fn call(&mut self) {
        self.last = CallId(self.last.0 + 1);
        let there: Vec<AgentId> = self.idle_since.keys().copied().collect();
        let is_kept = self.random.random_ratio(1, 4);
        let keeper = there[self.random.random_range(0..there.len())];
        let kept_for = is_kept.then_some((keeper, Duration::from_secs(30)));
        let waiting = Waiting { kept_for, ..Waiting::new(self.last, QUEUE, self.now) };
        self.acd.handle(self.now, Input::Queued(waiting));
        let (reservation, rung) = self.rung();
        if is_kept {
            assert_eq!(rung, keeper);
        } else {
            self.count(&there, rung);
        }
        self.acd.handle(self.now, Input::Connected(reservation));
        self.talks.push((rung, self.last));
        self.idle_since.remove(&rung);
        self.rung_before = (self.now, is_kept);
    }

    fn rung(&mut self) -> (ReservationId, AgentId) {
        let rung = std::iter::from_fn(|| self.acd.poll_output()).filter_map(|output| {
            let Output::Ring { reservation, agent, .. } = output else { return None };
            Some((reservation, agent))
        });
        rung.last().expect("somebody is there")
    }

    fn count(&mut self, there: &[AgentId], rung: AgentId) {
        let is_weighted = self.strategy == Strategy::WeightedRandom;
        let weight = |agent: &AgentId| if is_weighted { WEIGHTS[agent.index()] } else { 1 };
        let whole: u32 = there.iter().map(weight).sum();
        let first = self.idle_since.values().min().copied();
        for agent in there {
            let since = self.idle_since[agent];
            let past = Past {
                weight: weight(agent),
                stayed: since < self.rung_before.0,
                kept: self.rung_before.1,
                longest_idle: first == Some(since),
            };
            let chance = f64::from(past.weight) / f64::from(whole);
            let share = self.shares.entry(past).or_default();
            share.times += f64::from(u8::from(*agent == rung));
            share.expected += chance;
            share.variance += chance * (1.0 - chance);
        }
    }
}

fn check(strategy: Strategy, kinds_min: usize) {
    let mut office = Office::open(strategy);
    (0..HAPPENINGS).for_each(|_| office.go_on());
    let told = office.shares.iter().filter(|(_, share)| share.variance > VARIANCE_MIN);
    let told: Vec<_> = told.collect();
    assert!(told.len() >= kinds_min, "too few draws to say anything: {:#?}", office.shares);
    for (past, share) in told {
        let deviations = share.deviations();
        assert!(deviations.abs() < DEVIATIONS_MAX, "{deviations:.1}: {past:?}, {share:?}");
    }
}

#[test]
fn chance_falls_on_each_alike_whatever_came_before() {
    check(Strategy::Random, 6);
}

#[test]
fn weighted_chance_falls_on_each_in_proportion_to_the_weight_whatever_came_before() {
    check(Strategy::WeightedRandom, 18);
}
