//! `cargo xtask music`: the music on hold, composed and played by this program.
//!
//! Sixteen slow bars in D major: a pad that breathes, and a plucked figure above it. Nothing is
//! sampled and nothing is licensed. Every tone rings on over the end of the loop into its
//! beginning, so that the tune has no seam; all partials lie within the band of a telephone.

use crate::{project, tell};
use prompts::{Pcm, RATE_HZ};
use std::f64::consts::TAU;

/// Under the phrases, which are at −22 dBov.
const LEVEL_DBOV: f32 = -26.0;

/// A beat of 0.8 s, 75 a minute, as a number of samples: a whole number of packets.
const BEAT: usize = 6_400;
const BAR: usize = 4 * BEAT;

/// The lowest and the highest partial that a telephone carries.
const BAND_HZ: std::ops::Range<f64> = 280.0..3_300.0;

/// The chords, a bar each, as notes of the pad from low to high (60 is the middle C).
const BARS: [[u8; 4]; 16] = [
    [62, 66, 69, 73], // Dmaj7
    [62, 66, 69, 71], // Bm7
    [62, 67, 71, 74], // G
    [64, 67, 69, 73], // A7
    [62, 66, 69, 73], // Dmaj7
    [61, 66, 69, 73], // F♯m
    [62, 67, 71, 74], // G
    [64, 69, 71, 74], // Asus
    [64, 67, 71, 74], // Em7
    [64, 69, 73, 76], // A
    [66, 69, 73, 76], // F♯m7
    [62, 66, 71, 74], // Bm
    [64, 67, 71, 74], // Em7
    [62, 67, 71, 78], // Gmaj7
    [64, 69, 71, 74], // Asus
    [64, 67, 69, 73], // A7
];

/// The figure: which note of the chord is plucked on each half beat, in two bars that alternate.
/// A rest lets the line breathe.
const FIGURES: [[Option<usize>; 8]; 2] = [
    [Some(0), Some(2), Some(1), Some(3), Some(2), None, Some(1), Some(2)],
    [Some(0), Some(1), Some(3), Some(2), None, Some(3), Some(1), None],
];

/// A sound of an instrument: its partials' strength, and how it swells and dies.
struct Instrument {
    /// Strength of each partial, the fundamental first.
    partials: &'static [f64],
    /// Seconds until it is at its full strength.
    attack_s: f64,
    /// Each second leaves this share of it, the higher partials die faster.
    remains: f64,
    /// Seconds of the last fading.
    release_s: f64,
    /// How far its two strings are apart, as a share of the pitch.
    detuned: f64,
}

const PAD: Instrument = Instrument {
    partials: &[1.0, 0.32, 0.14, 0.06],
    attack_s: 0.8,
    remains: 0.9,
    release_s: 1.4,
    detuned: 0.0023,
};

const PLUCK: Instrument = Instrument {
    partials: &[1.0, 0.45, 0.28, 0.1],
    attack_s: 0.006,
    remains: 0.06,
    release_s: 0.3,
    detuned: 0.0009,
};

/// The second string is softer, so that the two beat against each other and never fall silent.
const SECOND_STRING: f64 = 0.55;

/// Composes the tune and writes it.
pub(crate) fn run() -> Result<(), String> {
    let tune = compose();
    let path = project("prompts/music.wav");
    studio::write(&path, &tune).map_err(|why| why.to_string())?;
    tell(&format!("{}: {:.1} s", path.display(), tune.duration().as_secs_f64()));
    Ok(())
}

fn compose() -> Pcm {
    let mut tape = Tape { samples: vec![0.0; BARS.len() * BAR] };
    for (bar, (chord, figure)) in BARS.iter().zip(FIGURES.iter().cycle()).enumerate() {
        let start = bar * BAR;
        for note in chord {
            tape.play(&PAD, *note, 0.16, start, BAR + BEAT * 3 / 2);
        }
        for (half_beat, step) in figure.iter().enumerate() {
            let Some(note) = step.and_then(|step| chord.get(step)) else { continue };
            // Down on the beat, lighter between.
            let strength = if half_beat % 2 == 0 { 0.34 } else { 0.26 };
            tape.play(&PLUCK, note + 12, strength, start + half_beat * BEAT / 2, 2 * BEAT);
        }
    }
    tape.levelled()
}

/// The loop that tones are laid on.
struct Tape {
    samples: Vec<f64>,
}

impl Tape {
    /// Adds a tone of `len` samples that begins at `start`; what goes beyond the end of the tape
    /// is laid on its beginning.
    fn play(&mut self, with: &Instrument, note: u8, strength: f64, start: usize, len: usize) {
        let tone = with.tone(pitch_hz(note), len);
        let place = start % self.samples.len();
        let (before, after) = self.samples.split_at_mut(place);
        for (sample, tone) in after.iter_mut().chain(before).zip(tone) {
            *sample += tone * strength;
        }
    }

    fn levelled(self) -> Pcm {
        let loudest =
            self.samples.iter().fold(0.0, |loudest: f64, sample| loudest.max(sample.abs()));
        let unit: Vec<f32> = self.samples.iter().map(|sample| to_f32(sample / loudest)).collect();
        let mut pcm = Pcm::from_unit(&unit);
        pcm.level(LEVEL_DBOV);
        pcm
    }
}

impl Instrument {
    fn tone(&self, hz: f64, len: usize) -> impl Iterator<Item = f64> {
        let length_s = seconds(len);
        (0..len).map(move |n| {
            let at_s = seconds(n);
            let swell = (at_s / self.attack_s).min(1.0);
            let fade = ((length_s - at_s) / self.release_s).min(1.0);
            swell * fade * self.strings(hz, at_s)
        })
    }

    /// Two strings a little out of tune, which is what makes the sound warm.
    fn strings(&self, hz: f64, at_s: f64) -> f64 {
        let string = |hz: f64| -> f64 {
            (1_u32..)
                .zip(self.partials)
                .map(|(nth, strength)| (f64::from(nth), strength))
                .filter(|(nth, _)| BAND_HZ.contains(&(hz * nth)))
                .map(|(nth, strength)| {
                    strength * self.remains.powf(at_s * nth.sqrt()) * (TAU * hz * nth * at_s).sin()
                })
                .sum()
        };
        string(hz) + SECOND_STRING * string(hz * (1.0 + self.detuned))
    }
}

/// The pitch of a note in equal temperament; 69 is 440 Hz.
fn pitch_hz(note: u8) -> f64 {
    440.0 * ((f64::from(note) - 69.0) / 12.0).exp2()
}

fn seconds(samples: usize) -> f64 {
    f64::from(u32::try_from(samples).expect("the tune is a minute long")) / f64::from(RATE_HZ)
}

#[expect(clippy::cast_possible_truncation, reason = "24 bits are more than a telephone carries")]
fn to_f32(sample: f64) -> f32 {
    sample as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_loop_is_whole_packets_and_has_no_seam() {
        let tune = compose();
        let samples = tune.samples();
        assert_eq!(samples.len() % 160, 0);
        let step = |pair: &[i16]| (i32::from(pair[0]) - i32::from(pair[1])).abs();
        let steepest = samples.windows(2).map(step).max().unwrap();
        let seam = step(&[samples[samples.len() - 1], samples[0]]);
        assert!(seam < steepest / 2, "{seam} at the seam, {steepest} at most elsewhere");
    }

    #[test]
    fn the_music_lies_under_the_phrases_and_never_stops() {
        let tune = compose();
        let level = tune.active_level().unwrap();
        assert!((level - LEVEL_DBOV).abs() < 0.5, "{level}");
        assert!(tune.peak_level().unwrap() < -6.0);
        for second in tune.samples().chunks(8_000) {
            let level = Pcm::new(second.to_vec()).active_level().unwrap();
            assert!(level > LEVEL_DBOV - 8.0, "{level}");
        }
    }
}
