//! Where chance decides: whether it falls on each as often as it should.
//!
//! How the centre draws is its own affair: it keeps what it has drawn for those who were not rung. So nothing is said of
//! single draws. Of all draws in which an agent took part the agent was expected a certain number of times, and
//! what happened lies about that number as a sum of independent draws does (each draw is as if it were the first, whatever
//! came before).

use crate::Pair;
use crate::steps::{self, Step};
use acd::Config;
use ids::AgentId;
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::TestRunner;
use std::collections::BTreeMap;

/// One draw.
#[derive(Clone, Debug)]
pub(crate) struct Lot {
    pub(crate) fell_on: AgentId,
    /// Everybody whom it might have fallen on, with the weight of each.
    pub(crate) among: Vec<(AgentId, u32)>,
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

/// By chance it is further off once in three and a half million times.
const DEVIATIONS_MAX: f64 = 5.0;
const DAYS: usize = 500;
/// Draws between two, or as much of others, without which nothing is said of an agent.
const DRAWS_MIN: f64 = 200.0;

#[test]
fn chance_falls_on_each_in_proportion_to_the_weight_whatever_came_before() {
    // The days are always the same.
    let mut runner = TestRunner::deterministic();
    let mut shares: BTreeMap<(AgentId, u32), Share> = BTreeMap::new();
    for seed in 0..DAYS {
        let config = steps::config_of_chance().new_tree(&mut runner).unwrap().current();
        let day: Vec<Step> = steps::quiet_day().new_tree(&mut runner).unwrap().current();
        let config = Config { seed: seed as u64, ..config };
        let mut pair = Pair::new(&config);
        day.into_iter().for_each(|step| pair.play(step));
        for Lot { fell_on, among } in pair.plain.lots {
            let whole: u32 = among.iter().map(|(_, weight)| *weight).sum();
            for (agent, weight) in among {
                let chance = f64::from(weight) / f64::from(whole);
                let share = shares.entry((agent, weight)).or_default();
                share.times += f64::from(u8::from(agent == fell_on));
                share.expected += chance;
                share.variance += chance * (1.0 - chance);
            }
        }
    }
    let told: Vec<_> = shares.values().filter(|share| share.variance > DRAWS_MIN / 4.0).collect();
    assert!(told.len() >= 10, "too few draws to say anything: {shares:?}");
    for share in told {
        assert!(share.deviations().abs() < DEVIATIONS_MAX, "{:.1}: {share:?}", share.deviations());
    }
}
