//! Chance that replays: the same seed gives the same waits.

use clock::Duration;
use rand::rngs::SmallRng;
use rand::{RngExt as _, SeedableRng as _};

/// A source of waits of chance.
#[derive(Clone, Debug)]
pub(crate) struct Chance(SmallRng);

impl Chance {
    pub(crate) fn new(seed: u64) -> Self {
        Self(SmallRng::seed_from_u64(seed))
    }

    /// An exponential wait whose mean is the less, the larger the weight, in nanoseconds of nothing.
    /// Of several such waits the shortest belongs to each with a chance in proportion to its weight
    /// (Efraimidis and Spirakis 2006), and what is left of the others is again such a wait.
    pub(crate) fn wait(&mut self, weight: u32) -> u64 {
        let fraction: f64 = self.0.random();
        // `random` may be 0, and never 1.
        let seconds = -(1.0 - fraction).ln() / f64::from(weight.max(1)) * 1_000.0;
        let wait = Duration::try_from_secs_f64(seconds).unwrap_or_default();
        u64::try_from(wait.as_nanos()).unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shortest_wait_falls_to_each_in_proportion_to_the_weight() {
        let mut chance = Chance::new(7);
        let mut first = [0_u32; 3];
        for _ in 0..30_000 {
            let waits = [1, 2, 3].map(|weight| chance.wait(weight));
            let shortest = (0..3).min_by_key(|at| waits[*at]).unwrap();
            first[shortest] += 1;
        }
        for (count, share) in first.into_iter().zip([5_000_u32, 10_000, 15_000]) {
            assert!(count.abs_diff(share) < share / 20 + 100, "{first:?}");
        }
    }
}
