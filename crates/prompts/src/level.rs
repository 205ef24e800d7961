//! How loud a recording is, and bringing it to where the others are.
//!
//! Levels are in dBov: 0 is the loudest square wave that fits. What counts is the *active* level,
//! measured over the frames where something is said, so that pauses do not make a phrase louder.
//! This works for a number of 300 ms too, for which the gated loudness of broadcasting can not.

use crate::Pcm;
use std::ops::RangeInclusive;

/// The active level of a spoken prompt, in dBov: a little above the −26 that telephone lines are
/// tuned for, since a prompt competes with a street.
pub const SPEECH_DBOV: f32 = -22.0;

/// Recordings in this range are played as they are: their maker chose it. Music is the usual case,
/// which lies under the phrases.
pub const KEPT_DBOV: RangeInclusive<f32> = -28.0..=-18.0;

/// No peak is raised beyond this, in dBov: rather a quiet phrase than a rough one.
const PEAK_MAX_DBOV: f32 = -1.0;

/// 20 ms, as in a packet.
const FRAME_LEN: usize = 160;

/// A frame that is this far below the loudest is a pause.
const ACTIVE_RANGE_DB: f32 = 35.0;

impl Pcm {
    /// The active level in dBov; nothing for silence.
    #[must_use]
    pub fn active_level(&self) -> Option<f32> {
        let samples: Vec<f32> = self.unit().collect();
        let powers: Vec<f32> = samples.chunks(FRAME_LEN).map(power).collect();
        let loudest = powers.iter().copied().fold(0.0, f32::max);
        if loudest == 0.0 {
            return None;
        }
        let floor = loudest * from_db(-ACTIVE_RANGE_DB);
        let active: Vec<f32> = powers.into_iter().filter(|power| *power > floor).collect();
        Some(to_db(mean(&active)))
    }

    /// The loudest sample in dBov; nothing for silence.
    #[must_use]
    pub fn peak_level(&self) -> Option<f32> {
        let peak = self.unit().map(f32::abs).fold(0.0, f32::max);
        (peak > 0.0).then(|| to_db(peak * peak))
    }

    /// Brings the active level to a target in dBov, or as near as the peaks allow. Silence stays.
    pub fn level(&mut self, target_dbov: f32) {
        let (Some(active), Some(peak)) = (self.active_level(), self.peak_level()) else { return };
        let gain_db = (target_dbov - active).min(PEAK_MAX_DBOV - peak);
        let gain = from_db(gain_db).sqrt();
        let samples: Vec<f32> = self.unit().map(|sample| sample * gain).collect();
        *self = Self::from_unit(&samples);
    }
}

fn power(samples: &[f32]) -> f32 {
    mean(&samples.iter().map(|sample| sample * sample).collect::<Vec<_>>())
}

#[expect(clippy::cast_precision_loss, reason = "a mean needs no more than 24 bits of its count")]
fn mean(values: &[f32]) -> f32 {
    values.iter().sum::<f32>() / values.len() as f32
}

fn to_db(power: f32) -> f32 {
    10.0 * power.log10()
}

fn from_db(db: f32) -> f32 {
    10.0_f32.powf(db / 10.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A tone of 400 Hz, whose level is 3 dB below its peak.
    fn tone(peak: f32, samples: usize) -> Vec<f32> {
        (0..samples)
            .map(|n| (n as f32 * 400.0 * std::f32::consts::TAU / 8_000.0).sin() * peak)
            .collect()
    }

    fn assert_near(value: Option<f32>, wanted: f32) {
        assert!((value.unwrap() - wanted).abs() < 0.05, "{value:?}, not {wanted}");
    }

    #[test]
    fn a_tone_is_three_decibels_below_its_peak() {
        let pcm = Pcm::from_unit(&tone(0.5, 1_600));
        assert_near(pcm.peak_level(), -6.02);
        assert_near(pcm.active_level(), -9.03);
    }

    #[test]
    fn pauses_do_not_count() {
        let mut said = vec![0.0; 1_600];
        said.extend(tone(0.5, 1_600));
        said.extend(vec![0.001; 3_200]);
        assert_near(Pcm::from_unit(&said).active_level(), -9.03);
    }

    #[test]
    fn a_quiet_phrase_is_raised_and_a_loud_one_lowered() {
        for peak in [0.01, 0.9] {
            let mut pcm = Pcm::from_unit(&tone(peak, 1_600));
            pcm.level(SPEECH_DBOV);
            assert_near(pcm.active_level(), SPEECH_DBOV);
        }
    }

    #[test]
    fn no_peak_is_driven_into_the_ceiling() {
        let mut clicks = tone(0.01, 8_000);
        clicks[4_000] = 0.5;
        let mut pcm = Pcm::from_unit(&clicks);
        pcm.level(SPEECH_DBOV);
        assert_near(pcm.peak_level(), PEAK_MAX_DBOV);
        assert!(pcm.active_level().unwrap() < SPEECH_DBOV);
    }

    #[test]
    fn silence_has_no_level_and_stays_silent() {
        for samples in [vec![], vec![0; 500]] {
            let mut pcm = Pcm::new(samples.clone());
            assert_eq!((pcm.active_level(), pcm.peak_level()), (None, None));
            pcm.level(SPEECH_DBOV);
            assert_eq!(pcm.samples(), samples);
        }
    }
}
