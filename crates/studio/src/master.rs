//! Mastering: from what a voice said to what a telephone line carries well.
//!
//! The band of the telephone, a little presence where consonants are told apart, nothing before
//! and after the words but a short pause of always the same length, and the level of all prompts.

use prompts::{Pcm, RATE_HZ, SPEECH_DBOV};
use std::f64::consts::TAU;

/// Changes whenever this file changes what comes out, so that everything is made anew.
pub(crate) const RECIPE: &str = "2";

/// Silence before the words: a phone that is slow to open its speaker swallows no consonant.
const LEAD_SAMPLES: usize = 400;
/// Silence after the words, so that phrases in a row keep the rhythm of speech.
const TAIL_SAMPLES: usize = 1_200;

const LOW_HZ: f64 = 260.0;
const HIGH_HZ: f64 = 3_400.0;
const PRESENCE_HZ: f64 = 2_300.0;
const PRESENCE_DB: f64 = 3.0;

/// The highest peak that a voice may have, of a full scale of 1, before the last levelling: −4 dBov.
const PEAK_MAX: f64 = 0.63;
/// 8 ms before and after a peak, the gain moves.
const HOLD_SAMPLES: usize = 64;

/// 5 ms: fine enough to cut beside a word.
const TRIM_FRAME_LEN: usize = 40;
/// What is this far below the loudest frame is before the first word or after the last.
const TRIM_RANGE_DB: f64 = 45.0;

/// Masters a spoken phrase; nothing when there is no sound in it.
#[must_use]
pub fn master(spoken: &Pcm) -> Option<Pcm> {
    let mut samples: Vec<f64> = spoken.unit().map(f64::from).collect();
    for filter in [
        Biquad::high_pass(LOW_HZ),
        Biquad::low_pass(HIGH_HZ),
        Biquad::peak(PRESENCE_HZ, PRESENCE_DB),
    ] {
        filter.run(&mut samples);
    }
    let mut words = trim(&samples)?.to_vec();
    scale_to(&mut words, SPEECH_DBOV)?;
    hold_peaks(&mut words);
    let mut pcm = Pcm::from_unit(&to_f32(&words));
    pcm.level(SPEECH_DBOV);
    let mut padded = vec![0; LEAD_SAMPLES];
    padded.extend_from_slice(pcm.samples());
    padded.resize(padded.len() + TAIL_SAMPLES, 0);
    Some(Pcm::new(padded))
}

/// From the first frame with sound to the last.
fn trim(samples: &[f64]) -> Option<&[f64]> {
    let powers: Vec<f64> = samples.chunks(TRIM_FRAME_LEN).map(power).collect();
    let loudest = powers.iter().copied().fold(0.0, f64::max);
    let floor = loudest * 10.0_f64.powf(-TRIM_RANGE_DB / 10.0);
    let sounds = |power: &f64| *power > floor;
    let first = powers.iter().position(sounds)? * TRIM_FRAME_LEN;
    let end = (powers.iter().rposition(sounds)? + 1) * TRIM_FRAME_LEN;
    samples.get(first..end.min(samples.len()))
}

/// Brings the active level to a target, whatever the peaks do.
fn scale_to(samples: &mut [f64], target_dbov: f32) -> Option<()> {
    let level = Pcm::from_unit(&to_f32(samples)).active_level()?;
    let gain = 10.0_f64.powf(f64::from(target_dbov - level) / 20.0);
    samples.iter_mut().for_each(|sample| *sample *= gain);
    Some(())
}

/// Lowers the sound around a peak just so much that the peak does not pass [`PEAK_MAX`]. The gain
/// changes slowly, which is not heard, where cutting the peak off would be.
fn hold_peaks(samples: &mut [f64]) {
    let wanted: Vec<f64> =
        samples.iter().map(|sample| (PEAK_MAX / sample.abs()).min(1.0)).collect();
    // The lowest gain wanted nearby, and then the mean of those: it is never above what the peak
    // in the middle needs.
    let lowest = nearby(&wanted, |gains| gains.iter().copied().fold(1.0, f64::min));
    let gains = nearby(&lowest, |gains| gains.iter().sum::<f64>() / f64_of(gains.len()));
    samples.iter_mut().zip(gains).for_each(|(sample, gain)| *sample *= gain);
}

/// One figure for each place, taken from the values within [`HOLD_SAMPLES`] of it.
fn nearby(values: &[f64], figure: impl Fn(&[f64]) -> f64) -> Vec<f64> {
    let around = |place: usize| {
        let end = (place + HOLD_SAMPLES + 1).min(values.len());
        values.get(place.saturating_sub(HOLD_SAMPLES)..end).map_or(1.0, &figure)
    };
    (0..values.len()).map(around).collect()
}

fn f64_of(count: usize) -> f64 {
    f64::from(u32::try_from(count).expect("a phrase is short"))
}

fn power(samples: &[f64]) -> f64 {
    samples.iter().map(|sample| sample * sample).sum()
}

#[expect(clippy::cast_possible_truncation, reason = "24 bits are more than a telephone carries")]
fn to_f32(samples: &[f64]) -> Vec<f32> {
    samples.iter().map(|sample| *sample as f32).collect()
}

/// A filter of second order, by the bilinear transform, normalised to a0 = 1.
struct Biquad {
    b: [f64; 3],
    a: [f64; 2],
}

/// The quality of the flattest second-order filter.
const BUTTERWORTH: f64 = std::f64::consts::FRAC_1_SQRT_2;

impl Biquad {
    fn high_pass(hz: f64) -> Self {
        let (cos, alpha) = angles(hz, BUTTERWORTH);
        let edge = f64::midpoint(1.0, cos);
        Self::normalised([edge, -2.0 * edge, edge], [1.0 + alpha, -2.0 * cos, 1.0 - alpha])
    }

    fn low_pass(hz: f64) -> Self {
        let (cos, alpha) = angles(hz, BUTTERWORTH);
        let edge = (1.0 - cos) / 2.0;
        Self::normalised([edge, 2.0 * edge, edge], [1.0 + alpha, -2.0 * cos, 1.0 - alpha])
    }

    fn peak(hz: f64, gain_db: f64) -> Self {
        let (cos, alpha) = angles(hz, 1.2);
        let gain = 10.0_f64.powf(gain_db / 40.0);
        Self::normalised(
            [1.0 + alpha * gain, -2.0 * cos, 1.0 - alpha * gain],
            [1.0 + alpha / gain, -2.0 * cos, 1.0 - alpha / gain],
        )
    }

    fn normalised(b: [f64; 3], [a0, a1, a2]: [f64; 3]) -> Self {
        Self { b: b.map(|b| b / a0), a: [a1 / a0, a2 / a0] }
    }

    fn run(&self, samples: &mut [f64]) {
        let [b0, b1, b2] = self.b;
        let [a1, a2] = self.a;
        let (mut kept1, mut kept2) = (0.0, 0.0);
        for sample in samples {
            let input = *sample;
            *sample = b0 * input + kept1;
            kept1 = b1 * input - a1 * *sample + kept2;
            kept2 = b2 * input - a2 * *sample;
        }
    }
}

/// The cosine of the corner's angle, and how wide the corner is.
fn angles(hz: f64, quality: f64) -> (f64, f64) {
    let angle = TAU * hz / f64::from(RATE_HZ);
    (angle.cos(), angle.sin() / (2.0 * quality))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tone(hz: f64, peak: f64, samples: u32) -> Vec<f64> {
        (0..samples).map(|n| (f64::from(n) * hz * TAU / 8_000.0).sin() * peak).collect()
    }

    fn gain_db(filter: &Biquad, hz: f64) -> f64 {
        let mut through = tone(hz, 0.1, 16_000);
        let before = power(&through[8_000..]);
        filter.run(&mut through);
        10.0 * (power(&through[8_000..]) / before).log10()
    }

    fn assert_gain(filter: &Biquad, hz: f64, wanted_db: f64) {
        let gain = gain_db(filter, hz);
        assert!((gain - wanted_db).abs() < 0.2, "{gain} dB at {hz} Hz, not {wanted_db}");
    }

    #[test]
    fn the_band_ends_where_the_telephone_ends() {
        assert_gain(&Biquad::high_pass(LOW_HZ), LOW_HZ, -3.0);
        assert_gain(&Biquad::high_pass(LOW_HZ), 1_500.0, 0.0);
        assert!(gain_db(&Biquad::high_pass(LOW_HZ), 60.0) < -20.0);
        assert_gain(&Biquad::low_pass(HIGH_HZ), HIGH_HZ, -3.0);
        assert_gain(&Biquad::low_pass(HIGH_HZ), 1_500.0, 0.0);
    }

    #[test]
    fn consonants_get_their_presence() {
        assert_gain(&Biquad::peak(PRESENCE_HZ, PRESENCE_DB), PRESENCE_HZ, PRESENCE_DB);
        assert_gain(&Biquad::peak(PRESENCE_HZ, PRESENCE_DB), 50.0, 0.0);
    }

    #[test]
    fn a_phrase_has_the_same_silence_before_and_after_whatever_the_voice_left() {
        for silence in [0, 333, 8_000] {
            let mut spoken = vec![0.0; silence];
            spoken.extend(tone(1_000.0, 0.02, 4_000));
            spoken.extend(vec![0.0; silence * 2]);
            let mastered = master(&Pcm::from_unit(&to_f32(&spoken))).unwrap();
            let sounding = mastered.samples().iter().position(|sample| sample.abs() > 50).unwrap();
            assert!((LEAD_SAMPLES..LEAD_SAMPLES + 80).contains(&sounding), "{sounding}");
            let level = mastered.active_level().unwrap();
            assert!((level - SPEECH_DBOV).abs() < 0.5, "{level}");
            let len = mastered.samples().len() - LEAD_SAMPLES - TAIL_SAMPLES;
            assert!((4_000..4_200).contains(&len), "{len}");
        }
    }

    #[test]
    fn a_peak_is_held_without_being_cut_off() {
        let mut samples = tone(1_000.0, 0.2, 8_000);
        for (sample, peak) in samples[4_000..].iter_mut().zip(tone(1_000.0, 0.7, 80)) {
            *sample += peak;
        }
        let before = samples.clone();
        hold_peaks(&mut samples);
        let loudest = samples.iter().fold(0.0, |loudest: f64, sample| loudest.max(sample.abs()));
        assert!((0.6..PEAK_MAX + 1e-6).contains(&loudest), "{loudest}");
        assert_eq!(samples[..3_000], before[..3_000]);
        assert_eq!(samples[5_000..], before[5_000..]);
    }

    #[test]
    fn a_voice_that_says_nothing_is_noticed() {
        assert_eq!(master(&Pcm::new(vec![0; 8_000])), None);
        assert_eq!(master(&Pcm::new(Vec::new())), None);
    }
}
