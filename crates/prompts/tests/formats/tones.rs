//! Tones to bring, and how to tell them again.

use prompts::Pcm;
use std::f64::consts::TAU;

/// A sine of this many seconds.
pub(crate) fn sine(hz: f64, peak: f32, rate: u32, seconds: f64) -> Vec<f32> {
    let samples = (seconds * f64::from(rate)) as u32;
    (0..samples).map(|n| (f64::from(n) * hz * TAU / f64::from(rate)).sin() as f32 * peak).collect()
}

/// Asserts that the sound is this tone and nearly nothing else, away from its edges.
pub(crate) fn assert_tone(pcm: &Pcm, hz: f64, peak: f64) {
    let edge = pcm.samples().len() / 10;
    let samples: Vec<f64> = pcm.unit().map(f64::from).collect();
    // Whole periods of 100 Hz, so that the tone falls into one place of the spectrum.
    let len = (samples.len() - 2 * edge) / 80 * 80;
    let middle = &samples[edge..edge + len];
    let energy: f64 = middle.iter().map(|sample| sample * sample).sum();
    let (mut cos, mut sin) = (0.0, 0.0);
    for (n, sample) in middle.iter().enumerate() {
        let angle = n as f64 * hz * TAU / 8_000.0;
        cos += sample * angle.cos();
        sin += sample * angle.sin();
    }
    let at_tone = (cos * cos + sin * sin) * 2.0 / len as f64;
    assert!(at_tone / energy > 0.99, "only {} of the energy is at {hz} Hz", at_tone / energy);
    let found = (2.0 * at_tone / len as f64).sqrt();
    let off_db = 20.0 * (found / peak).log10();
    assert!(off_db.abs() < 0.5, "{off_db} dB off at {hz} Hz");
}
