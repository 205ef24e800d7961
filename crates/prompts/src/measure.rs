//! How a recording sounds before anything is done to it.

use crate::decode::{DecodeError, sound};
use crate::{Pcm, RATE_HZ, resample};
use std::time::Duration;

/// Speech that is louder than this, in dBov, has hardly been recorded without distortion: its peaks lie some 12 dB
/// above.
pub const LOUD_MAX_DBOV: f32 = -12.0;

/// Speech that is quieter than this, in dBov, is raised so far that the noise of the room is heard.
pub const QUIET_MIN_DBOV: f32 = -40.0;

/// So many samples in a row at the ceiling are no peak but one that was cut off.
const CUT_RUN_MIN: usize = 4;
/// So many of those are heard.
const CUTS_MIN: usize = 3;
/// A ceiling is somewhere above this, of a full scale of 1; what is lower is a square wave or a click.
const CEILING_MIN: f32 = 0.5;
/// Two samples of 16 bits that are the same differ by less.
const SAME: f32 = 1.5 / 32_768.0;

/// How a recording sounds before anything is done to it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measure {
    /// How long it is.
    pub duration: Duration,
    /// The active level in dBov; none for silence.
    pub level: Option<f32>,
    /// Whether its peaks were cut off.
    pub clipped: bool,
}

/// Measures a recording of any format that [`crate::decode`] reads.
///
/// # Errors
/// What is wrong with the recording.
pub fn measure(bytes: &[u8], extension: Option<&str>) -> Result<Measure, DecodeError> {
    let (samples, rate_hz) = sound(bytes, extension)?;
    let clipped = is_clipped(&samples);
    let pcm = Pcm::from_unit(&resample::resample(samples, rate_hz, RATE_HZ));
    Ok(Measure { duration: pcm.duration(), level: pcm.active_level(), clipped })
}

/// Formats that round may go beyond full scale where the original was cut off.
fn is_clipped(samples: &[f32]) -> bool {
    let ceiling = samples.iter().map(|sample| sample.abs()).fold(0.0, f32::max).min(1.0);
    if ceiling < CEILING_MIN {
        return false;
    }
    let at_ceiling = |sample: &f32| sample.abs() > ceiling - SAME;
    let runs = samples.chunk_by(|a, b| at_ceiling(a) == at_ceiling(b) && (*a < 0.0) == (*b < 0.0));
    let cut = runs.filter(|run| run.len() >= CUT_RUN_MIN && run.first().is_some_and(at_ceiling));
    cut.count() >= CUTS_MIN
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f32::consts::TAU;

    fn tone(hz: f32, rate_hz: f32, peak: f32) -> Vec<f32> {
        (0..8_000_u16).map(|n| (f32::from(n) * hz * TAU / rate_hz).sin() * peak).collect()
    }

    /// As a file of 16 bits has it.
    fn kept(samples: &[f32]) -> Vec<f32> {
        Pcm::from_unit(samples).unit().collect()
    }

    #[test]
    fn peaks_that_were_cut_off_are_seen_wherever_the_ceiling_was() {
        for (peak, ceiling) in [(2.0, 1.0), (1.5, 1.0), (2.0, 0.8)] {
            let cut = tone(300.0, 8_000.0, peak).into_iter().map(|s| s.clamp(-ceiling, ceiling));
            assert!(is_clipped(&kept(&cut.collect::<Vec<_>>())), "{peak} cut at {ceiling}");
        }
        let beyond: Vec<f32> = tone(300.0, 48_000.0, 1.2);
        assert!(is_clipped(&beyond), "rounded beyond full scale");
    }

    #[test]
    fn loud_is_not_clipped() {
        for (hz, rate_hz) in [(100.0, 48_000.0), (400.0, 44_100.0), (1_000.0, 8_000.0)] {
            assert!(!is_clipped(&kept(&tone(hz, rate_hz, 0.999))), "{hz} Hz at {rate_hz}");
        }
        assert!(!is_clipped(&[]));
        assert!(!is_clipped(&[0.0; 1_000]));
        assert!(!is_clipped(&[0.1; 1_000]), "a quiet square");
    }
}
