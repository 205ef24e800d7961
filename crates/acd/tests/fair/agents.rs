//! Who serves several queues is rung no oftener for it, and not passed over.
//!
//! Each day holds two things against each other. Whenever somebody is rung who was chosen, nobody else who could have
//! been had a better claim ([`claims`](crate::claims)): that is what a strategy promises of one call. And at the end of the day those of two and of three
//! queues have had as many conversations as those of one: that is what it comes to.

use crate::day::{Day, Site};
use acd::{AgentConfig, Strategy};
use clock::Duration;
use std::ops::RangeInclusive;

const CALLS: u64 = 1_500;
/// How often there was somebody else to be rung, lest the day says nothing.
const CHOICES_MIN: u32 = 60;
/// Mostly idle, half of the time wanted, and hardly idle.
const LOADS: [f64; 3] = [0.05, 0.4, 0.85];
const TIER_WAIT: Duration = Duration::from_secs(10);
/// How many times as much as those of one queue those of several may have. Who stands in one of three lines is first in
/// one of them a little earlier than who stands in the only one; twice as much it never is.
const EVEN: RangeInclusive<f64> = 0.85..=1.35;
/// Between choices by chance it is further off once in three and a half million times.
const DEVIATIONS_MAX: f64 = 5.0;

/// Plays days of all loads, with one tier and with two.
fn days(strategy: Strategy) -> impl Iterator<Item = (Site, Day)> {
    let sites = LOADS.into_iter().flat_map(move |load| {
        [None, Some(TIER_WAIT)].map(|tier_wait| Site { strategy, load, tier_wait })
    });
    sites.map(|site| {
        let day = Day::play(site, CALLS);
        assert!(day.claims.choices >= CHOICES_MIN, "{site:?}: {} choices", day.claims.choices);
        (site, day)
    })
}

/// What the agents of the first tier who serve so many queues have had of the day in the mean.
fn mean(site: Site, queues: usize, had: impl Fn(&AgentConfig) -> f64) -> f64 {
    let agents = Site::agents();
    let of = agents.iter().filter(|it| it.queues.len() == queues && site.tier_of(it.id) == 1);
    let had: Vec<_> = of.map(had).collect();
    had.iter().sum::<f64>() / f64::from(u32::try_from(had.len()).unwrap())
}

/// Those of two and three queues have as much of a day as those of one.
fn check_even(site: Site, had: impl Fn(&AgentConfig) -> f64) {
    for queues in [2, 3] {
        let ratio = mean(site, queues, &had) / mean(site, 1, &had);
        assert!(EVEN.contains(&ratio), "{site:?}: {ratio:.3} times with {queues} queues");
    }
}

/// Days on which conversations are counted.
fn check_calls(strategy: Strategy) {
    for (site, day) in days(strategy) {
        check_even(site, |agent| f64::from(day.served[&agent.id].0));
    }
}

#[test]
fn longest_idle_counts_over_all_queues() {
    check_calls(Strategy::LongestIdle);
}

#[test]
fn progressive_counts_over_all_queues() {
    check_calls(Strategy::Progressive { every: Duration::from_secs(3) });
}

#[test]
fn fewest_calls_counts_over_all_queues() {
    check_calls(Strategy::FewestCalls);
}

#[test]
fn round_robin_goes_round_over_all_queues() {
    check_calls(Strategy::RoundRobin);
}

#[test]
fn least_occupied_counts_over_all_queues() {
    for (site, day) in days(Strategy::LeastOccupied) {
        check_even(site, |agent| day.served[&agent.id].1.as_secs_f64());
    }
}

#[test]
fn linear_goes_by_the_plan_whatever_else_an_agent_serves() {
    assert_eq!(days(Strategy::Linear).count(), 2 * LOADS.len());
}

#[test]
fn ring_all_forgets_nobody_whatever_else_an_agent_serves() {
    assert_eq!(days(Strategy::RingAll).count(), 2 * LOADS.len());
}

/// Each call is drawn by itself: so it falls on each in proportion to the weight, and on those of several queues in
/// each of them.
fn check_chance(strategy: Strategy) {
    for (site, day) in days(strategy) {
        for agent in Site::agents() {
            let Some(share) = day.claims.shares.get(&agent.id) else { continue };
            let deviations = (share.times - share.expected) / share.variance.sqrt();
            assert!(deviations.abs() < DEVIATIONS_MAX, "{site:?}, {agent:?}: {share:?}");
        }
    }
}

#[test]
fn each_call_falls_by_chance_on_all_alike_whatever_else_they_serve() {
    check_chance(Strategy::Random);
}

#[test]
fn each_call_falls_by_weighted_chance_on_each_by_weight_whatever_else_they_serve() {
    check_chance(Strategy::WeightedRandom);
}
