//! Sounds, and the judge of them: whether one is heard in another, where, and how well.
//!
//! The judge is the normalised cross-correlation ρ, which is 1 for the same waveform at any
//! loudness. It first looks at both sounds an eighth as fine, then closely where that looked
//! promising. What is nothing at an eighth, as the tone of a voicemail is, is looked for closely everywhere.

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use rtp::g711::{alaw_decode, alaw_encode};
use std::fs;
use std::path::{Path, PathBuf};

/// Samples that the first look takes as one.
const COARSE: usize = 8;
/// A sound has less than this part of its energy left at the first look: that look finds it nowhere.
const FAINT: f64 = 0.02;
/// What was found and is this much like it needs no second look.
const PLAIN: f32 = 0.97;
/// Places that are looked at closely.
const PROMISING_MAX: usize = 12;
/// Samples in a second.
const RATE: u32 = 8_000;

/// Sound at 8 kHz.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sound {
    samples: Vec<f32>,
}

/// Where a sound was found in another, and how well the two agree.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Found {
    /// The correlation: 1 is the same, 0 is nothing alike.
    pub rho: f32,
    /// The sample at which it begins.
    pub at: usize,
}

/// A recording that callers hear, such as `sv/demo/welcome`.
#[must_use]
pub fn prompt(name: &str) -> Sound {
    let folder: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("../prompts");
    Sound::read(&folder.join(format!("{name}.wav")))
}

impl Sound {
    /// Reads a mono WAV of 16 bits at 8 kHz.
    #[must_use]
    pub fn read(file: &Path) -> Self {
        let mut reader = hound::WavReader::open(file)
            .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let spec = reader.spec();
        assert_eq!((spec.sample_rate, spec.channels), (RATE, 1), "{}", file.display());
        let samples = reader.samples::<i16>().map(|sample| sample.map_or(0.0, f32::from));
        Self { samples: samples.collect() }
    }

    /// Reads what there is of such a WAV while somebody still writes it: its header does not know yet
    /// how long it will be, or is not there yet though there is room for it.
    ///
    /// `None` while there is nothing.
    #[must_use]
    pub fn read_unfinished(file: &Path) -> Option<Self> {
        const HEADER_LEN: usize = 44;
        let bytes = fs::read(file).ok()?;
        let samples = bytes.get(HEADER_LEN..)?.chunks_exact(2);
        let samples = samples.map(|two| f32::from(i16::from_le_bytes([two[0], two[1]])));
        let samples: Vec<f32> = samples.collect();
        // A phone that plays more of them, and in two channels, has nothing above 4 kHz to say either.
        let channels = u16::from_le_bytes([bytes[22], bytes[23]]).max(1);
        let rate = u32::from_le_bytes([bytes[24], bytes[25], bytes[26], bytes[27]]).max(RATE);
        let each = usize::from(channels) * usize::try_from(rate / RATE).ok()?;
        Some(Self { samples: samples.into_iter().step_by(each).collect() })
    }

    /// Sound as it was on the wire.
    #[must_use]
    pub fn of_alaw(alaw: &[u8]) -> Self {
        Self { samples: alaw.iter().map(|byte| f32::from(alaw_decode(*byte))).collect() }
    }

    /// Sound as it goes on the wire.
    #[must_use]
    pub fn alaw(&self) -> Vec<u8> {
        self.whole().map(alaw_encode).collect()
    }

    /// The sound again and again, with half a second in between, for as many seconds as given.
    #[must_use]
    pub fn repeated(&self, seconds: usize) -> Self {
        let pause = std::iter::repeat_n(&0.0, 4_000);
        let round: Vec<f32> = self.samples.iter().chain(pause).copied().collect();
        Self { samples: round.into_iter().cycle().take(seconds * 8_000).collect() }
    }

    /// Writes it as WAV.
    pub fn write(&self, file: &Path) {
        self.write_at(RATE, file);
    }

    /// Writes it as WAV of twice as many samples, for who takes no other.
    pub fn write_doubled(&self, file: &Path) {
        self.doubled().write_at(2 * RATE, file);
    }

    /// The same with a sample between each two, by a sine over its argument for sixteen samples on either side.
    fn doubled(&self) -> Self {
        const SIDE: usize = 16;
        let at = |place: Option<usize>| place.and_then(|it| self.samples.get(it)).unwrap_or(&0.0);
        let taps: [f32; SIDE] = std::array::from_fn(|tap| {
            let off = tap as f32 + 0.5;
            let window = (std::f32::consts::PI * off / (2.0 * SIDE as f32)).cos().powi(2);
            (std::f32::consts::PI * off).sin() / (std::f32::consts::PI * off) * window
        });
        let between = |place: usize| {
            let pair = |(tap, weight): (usize, &f32)| {
                weight * (at(place.checked_sub(tap)) + at(place.checked_add(1 + tap)))
            };
            taps.iter().enumerate().map(pair).sum()
        };
        let samples = self.samples.iter().enumerate();
        Self { samples: samples.flat_map(|(place, sample)| [*sample, between(place)]).collect() }
    }

    fn write_at(&self, rate: u32, file: &Path) {
        let spec = hound::WavSpec {
            channels: 1,
            sample_rate: rate,
            bits_per_sample: 16,
            sample_format: hound::SampleFormat::Int,
        };
        let mut writer = hound::WavWriter::create(file, spec).expect("the folder can be written");
        for sample in self.whole() {
            writer.write_sample(sample).expect("there is room on the disk");
        }
        writer.finalize().expect("there is room on the disk");
    }

    #[expect(clippy::cast_possible_truncation, reason = "samples were read from 16 bits")]
    fn whole(&self) -> impl Iterator<Item = i16> {
        self.samples.iter().map(|sample| *sample as i16)
    }

    /// A noise as loud as speech that is like no other, so many samples long.
    #[must_use]
    pub fn noise(seed: u64, length: usize) -> Self {
        /// Between two points it runs straight, so that most of it is low and comes through well.
        const STEP: usize = 12;
        let mut random = StdRng::seed_from_u64(seed);
        let points: Vec<f32> = (0..length.div_ceil(STEP) + 1)
            .map(|_| random.random_range(-9_000.0..9_000.0))
            .collect();
        let between = |at: usize| {
            let (first, next) = (points[at / STEP], points[at / STEP + 1]);
            let part = narrow(as_float(at % STEP) / as_float(STEP));
            (next - first).mul_add(part, first)
        };
        Self { samples: (0..length).map(between).collect() }
    }

    /// The tone of a key (ITU-T Q.23), as loud as speech.
    ///
    /// # Panics
    /// If no telephone has this key.
    #[must_use]
    pub fn of_key(key: char, length: usize) -> Self {
        const KEYS: &str = "123A456B789C*0#D";
        const ROWS: [f32; 4] = [697.0, 770.0, 852.0, 941.0];
        const COLUMNS: [f32; 4] = [1_209.0, 1_336.0, 1_477.0, 1_633.0];
        let place = KEYS.find(key).expect("this key is on telephones");
        let turn = |at: usize| narrow(as_float(at) / f64::from(RATE)) * std::f32::consts::TAU;
        let wave = |hertz: f32, at: usize| 4_500.0 * (hertz * turn(at)).sin();
        let both = |at| wave(ROWS[place / 4], at) + wave(COLUMNS[place % 4], at);
        Self { samples: (0..length).map(both).collect() }
    }

    /// How long it is, in samples.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.samples.len()
    }

    /// Its loudest sample, as a length.
    #[must_use]
    pub fn loudest(&self) -> f32 {
        self.samples.iter().fold(0.0, |most: f32, sample| most.max(sample.abs()))
    }

    /// Whether there is nothing of it.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.samples.is_empty()
    }

    /// A part of it, as far as there is one.
    #[must_use]
    pub fn part(&self, from: usize, length: usize) -> Self {
        let from = from.min(self.len());
        let end = (from + length).min(self.len());
        Self { samples: self.samples[from..end].to_vec() }
    }

    /// The sound with so many samples of silence before and behind it.
    #[must_use]
    pub fn amid_silence(&self, length: usize) -> Self {
        let silence = vec![0.0; length];
        Self { samples: [&silence[..], &self.samples, &silence].concat() }
    }

    /// The sound with so many samples of silence behind it.
    #[must_use]
    pub fn followed_by_silence(mut self, length: usize) -> Self {
        self.samples.resize(self.len() + length, 0.0);
        self
    }

    /// The sound, and another right behind it.
    #[must_use]
    pub fn followed_by(mut self, other: &Self) -> Self {
        self.samples.extend_from_slice(&other.samples);
        self
    }

    /// The sound in pieces of this length, without those that are next to silent, and without what
    /// is left over at the end.
    #[must_use]
    pub fn pieces(&self, length: usize) -> Vec<Self> {
        let pieces = self.samples.chunks_exact(length);
        let mean = energy(&self.samples) / as_float(self.len().max(1));
        let is_heard = |piece: &&[f32]| energy(piece) > mean / 10.0 * as_float(length);
        pieces.filter(is_heard).map(|piece| Self { samples: piece.to_vec() }).collect()
    }

    /// The end of it, as far as there is one.
    #[must_use]
    pub fn latest(&self, length: usize) -> Self {
        self.after(self.len().saturating_sub(length))
    }

    /// What was heard from here on.
    #[must_use]
    pub fn after(&self, from: usize) -> Self {
        self.part(from, self.len())
    }

    /// Where it is heard best in `other`.
    #[must_use]
    pub fn find_in(&self, other: &Self) -> Found {
        let (clip, heard) = (&self.samples, &other.samples);
        let nothing = Found { rho: 0.0, at: 0 };
        if clip.is_empty() || heard.len() < clip.len() {
            return nothing;
        }
        let small = shrunk(clip);
        if energy(&small) < FAINT * energy(clip) * as_float(COARSE) {
            return best(correlations(clip, heard), 0).unwrap_or(nothing);
        }
        let coarse = shrunk(heard);
        // What lies half between two is like neither of them at the first look.
        let first = promising((clip, 0), (heard, &coarse)).unwrap_or(nothing);
        if first.rho > PLAIN {
            return first;
        }
        let between = promising((clip, COARSE / 2), (heard, &coarse)).unwrap_or(nothing);
        if first.rho > between.rho { first } else { between }
    }
}

/// The best of the places that look like it at the first look, where that leaves out so many samples of the clip.
fn promising((clip, phase): (&[f32], usize), (heard, small): (&[f32], &[f32])) -> Option<Found> {
    let coarse = correlations(&shrunk(clip.get(phase..)?), small);
    let mut promising: Vec<usize> = (0..coarse.len()).collect();
    promising.sort_by(|a, b| coarse[*b].total_cmp(&coarse[*a]));
    let looked_at = promising.into_iter().take(PROMISING_MAX).filter_map(|place| {
        let first = (place * COARSE).saturating_sub(COARSE + phase);
        let end = (first + 2 * COARSE + clip.len()).min(heard.len());
        best(correlations(clip, &heard[first..end]), first)
    });
    looked_at.max_by(|a, b| a.rho.total_cmp(&b.rho))
}

/// The best of the correlations of a stretch that begins at sample `first`.
fn best(rhos: Vec<f32>, first: usize) -> Option<Found> {
    let found = rhos.into_iter().enumerate().map(|(at, rho)| Found { rho, at: first + at });
    found.max_by(|a, b| a.rho.total_cmp(&b.rho))
}

/// The correlation of the clip with each stretch of `heard` that is as long.
fn correlations(clip: &[f32], heard: &[f32]) -> Vec<f32> {
    let own = energy(clip);
    let stretches = heard.windows(clip.len());
    let mut windowed = energy(&heard[..clip.len().min(heard.len())]);
    let mut rhos = Vec::with_capacity(stretches.len());
    for (at, stretch) in stretches.enumerate() {
        if at > 0 {
            windowed += f64::from(stretch[stretch.len() - 1]).powi(2);
            windowed -= f64::from(heard[at - 1]).powi(2);
        }
        let both = (own * windowed).sqrt().max(1.0);
        rhos.push(narrow(f64::from(dot(clip, stretch)) / both));
    }
    rhos
}

fn energy(samples: &[f32]) -> f64 {
    samples.iter().map(|sample| f64::from(*sample).powi(2)).sum()
}

/// In lanes, so that it is quick.
fn dot(a: &[f32], b: &[f32]) -> f32 {
    const LANES: usize = 8;
    let mut sums = [0.0_f32; LANES];
    for (a, b) in a.chunks_exact(LANES).zip(b.chunks_exact(LANES)) {
        for lane in 0..LANES {
            sums[lane] += a[lane] * b[lane];
        }
    }
    sums.iter().sum()
}

#[expect(clippy::cast_possible_truncation, reason = "a correlation is from -1 to 1")]
const fn narrow(rho: f64) -> f32 {
    rho as f32
}

/// A count of samples, which is far below what a float holds whole.
fn as_float(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::MAX, f64::from)
}

fn shrunk(samples: &[f32]) -> Vec<f32> {
    samples.chunks_exact(COARSE).map(|few| few.iter().sum()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prompt_is_found_where_it_was_said() {
        let (welcome, menu) = (prompt("sv/demo/welcome"), prompt("sv/demo/menu"));
        let mut heard = menu.part(0, 30_003);
        heard.samples.extend(&welcome.samples);
        heard.samples.extend(&menu.samples);
        let heard = Sound::of_alaw(&heard.alaw());
        let found = welcome.find_in(&heard);
        assert_eq!(found.at, 30_003);
        assert!(found.rho > 0.99, "{found:?}");
    }

    #[test]
    fn a_tone_that_is_nothing_at_an_eighth_is_found_where_it_sounded() {
        let (tone, menu) = (prompt("tone"), prompt("sv/demo/menu"));
        let heard = menu.part(0, 30_003).followed_by(&tone).followed_by(&menu);
        let found = tone.find_in(&Sound::of_alaw(&heard.alaw()));
        assert!(found.rho > 0.99 && found.at == 30_003, "{found:?}");
    }

    #[test]
    fn music_that_is_much_like_itself_is_found_wherever_it_began() {
        let music = prompt("music");
        for from in 27_656..27_664 {
            let found = music.part(from, from + 12_000).find_in(&music);
            assert!(found.rho > 0.99 && found.at == from, "{from}: {found:?}");
        }
    }

    #[test]
    fn what_was_not_said_is_not_found() {
        let found = prompt("sv/queue/first").find_in(&prompt("sv/demo/menu"));
        assert!(found.rho < 0.6, "{found:?}");
        let cut_short = prompt("sv/queue/first").part(0, 6_000);
        assert_eq!(prompt("sv/queue/first").find_in(&cut_short).rho, 0.0);
    }
}
