//! Chance, the same for the same seed.

use clock::Duration;

/// A generator of random numbers (SplitMix64).
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// From 0 to 1.
    pub(crate) fn part(&mut self) -> f64 {
        f64::from(u32::try_from(self.next() >> 32).unwrap()) / f64::from(u32::MAX)
    }

    /// An exponential length.
    pub(crate) fn memoryless(&mut self, mean: f64) -> Duration {
        seconds(-self.part().max(1e-9).ln() * mean)
    }

    /// A lognormal length, as talks are: with this mean, and so much spread beside it.
    pub(crate) fn lognormal(&mut self, mean: f64, spread: f64) -> Duration {
        let variance = (1.0 + spread * spread).ln();
        let (radius, angle) = (self.part().max(1e-9), self.part());
        let bell = (-2.0 * radius.ln()).sqrt() * (std::f64::consts::TAU * angle).cos();
        seconds((mean.ln() - variance / 2.0 + variance.sqrt() * bell).exp())
    }

    /// One of so many, each with its own weight.
    pub(crate) fn pick(&mut self, weights: impl Iterator<Item = f64> + Clone) -> usize {
        let mut left = self.part() * weights.clone().sum::<f64>();
        for (at, weight) in weights.enumerate() {
            left -= weight;
            if left <= 0.0 {
                return at;
            }
        }
        0
    }
}

pub(crate) fn seconds(length: f64) -> Duration {
    Duration::from_secs_f64(length.clamp(0.0, 36_000.0))
}
