//! Sound as the engine works with it: 8 kHz, one channel, 16 bits.

use std::time::Duration;

/// Samples per second of everything that is played: the rate of G.711.
pub const RATE_HZ: u32 = 8_000;

/// Sound at [`RATE_HZ`], one channel.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pcm {
    samples: Vec<i16>,
}

impl Pcm {
    /// Sound of these samples, taken at [`RATE_HZ`].
    #[must_use]
    pub const fn new(samples: Vec<i16>) -> Self {
        Self { samples }
    }

    /// The samples in their order.
    #[must_use]
    pub fn samples(&self) -> &[i16] {
        &self.samples
    }

    /// How long the sound is.
    #[must_use]
    pub fn duration(&self) -> Duration {
        let samples = u32::try_from(self.samples.len()).unwrap_or(u32::MAX);
        Duration::from_secs(1) * samples / RATE_HZ
    }
}
