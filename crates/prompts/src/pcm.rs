//! Sound as the engine works with it: 8 kHz, one channel, 16 bits.

use std::time::Duration;

/// Samples per second of everything that is played: the rate of G.711.
pub const RATE_HZ: u32 = rtp::g711::SAMPLE_RATE_HZ;

/// What a sample of full scale is divided by to become 1.
const FULL_SCALE: f32 = 32_768.0;

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

    /// Sound of samples from −1 to 1, taken at [`RATE_HZ`]. What goes beyond is cut off.
    #[must_use]
    pub fn from_unit(samples: &[f32]) -> Self {
        Self { samples: samples.iter().map(|sample| from_unit(*sample)).collect() }
    }

    /// The samples in their order.
    #[must_use]
    pub fn samples(&self) -> &[i16] {
        &self.samples
    }

    /// The samples as numbers from −1 to 1.
    pub fn unit(&self) -> impl Iterator<Item = f32> {
        self.samples.iter().map(|sample| f32::from(*sample) / FULL_SCALE)
    }

    /// How long the sound is.
    #[must_use]
    pub fn duration(&self) -> Duration {
        let samples = u32::try_from(self.samples.len()).unwrap_or(u32::MAX);
        Duration::from_micros(u64::from(samples) * 1_000_000 / u64::from(RATE_HZ))
    }
}

#[expect(clippy::cast_possible_truncation, reason = "`as` saturates, and NaN becomes silence")]
fn from_unit(sample: f32) -> i16 {
    (sample * FULL_SCALE).round() as i16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sample_survives_the_way_there_and_back() {
        let pcm = Pcm::new((i16::MIN..=i16::MAX).collect());
        let unit: Vec<f32> = pcm.unit().collect();
        assert_eq!(Pcm::from_unit(&unit), pcm);
    }

    #[test]
    fn what_is_too_loud_is_cut_off_and_nonsense_is_silent() {
        let pcm = Pcm::from_unit(&[2.0, -2.0, f32::NAN, f32::INFINITY]);
        assert_eq!(pcm.samples(), [i16::MAX, i16::MIN, 0, i16::MAX]);
    }

    #[test]
    fn eight_thousand_samples_last_a_second() {
        assert_eq!(Pcm::new(vec![0; 8_000]).duration(), Duration::from_secs(1));
        assert_eq!(Pcm::new(vec![0; 15 * 60 * 8_000]).duration(), Duration::from_secs(900));
    }
}
