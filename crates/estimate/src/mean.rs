//! A mean that follows what it is the mean of.

use clock::Duration;

/// The mean of the last lengths; the older one is, the less it counts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AgedMean {
    seconds: f64,
    weight: f64,
}

impl AgedMean {
    /// So many lengths are remembered, one as much as the other at first.
    const MEMORY: f64 = 50.0;

    /// A mean that begins as `length`, which counts for as many lengths as `weight`.
    #[must_use]
    pub const fn of(length: Duration, weight: f64) -> Self {
        Self { seconds: length.as_secs_f64(), weight }
    }

    /// Takes one more in.
    pub fn note(&mut self, length: Duration) {
        self.weight = (self.weight + 1.0).min(Self::MEMORY);
        self.seconds += (length.as_secs_f64() - self.seconds) / self.weight;
    }

    /// The mean, in seconds.
    #[must_use]
    pub const fn seconds(&self) -> f64 {
        self.seconds
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mean_begins_as_told_and_becomes_what_is_seen() {
        let mut mean = AgedMean::of(Duration::from_secs(30), 1.0);
        mean.note(Duration::from_secs(10));
        assert!((mean.seconds() - 20.0).abs() < 1e-9);
        for _ in 0..400 {
            mean.note(Duration::from_secs(10));
        }
        assert!((mean.seconds() - 10.0).abs() < 0.01);
    }
}
