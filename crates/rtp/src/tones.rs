//! Keys as tones in the sound (DTMF, ITU-T Q.23), heard as Q.24 asks: two tones, one of each group, near enough to their
//! pitch, for 40 ms or longer.
//!
//! Sound is looked at in hops of 5 ms. Of each hop it is kept how much of each of the eight pitches is in it, so that a
//! window of five hops costs no second look at its samples (Goertzel's algorithm over a hop, put together by their phases). From the
//! phases of two windows follows how far a tone is from its pitch. A key is told once, at its third window: 35 ms
//! after it begins. A voice has overtones, sounds beside the two and no steady loudness, and is told for a key by none of these.

use std::f32::consts::TAU;

/// The pitches of rows and columns of a keypad in hertz (Q.23 §6).
const ROWS: [f32; 4] = [697.0, 770.0, 852.0, 941.0];
const COLUMNS: [f32; 4] = [1_209.0, 1_336.0, 1_477.0, 1_633.0];

/// The event codes (RFC 4733 §3.2) of the keys, row by row.
const KEYS: [[u8; 4]; 4] = [[1, 2, 3, 12], [4, 5, 6, 13], [7, 8, 9, 14], [10, 0, 11, 15]];

const RATE_HZ: f32 = 8_000.0;

/// Samples of a hop: 5 ms.
const HOP: usize = 40;

/// Hops of a window: 25 ms.
const HOPS: usize = 5;

/// Windows that have to agree on a key. A tone of 40 ms has as many, wherever it begins, and one of 23 ms has none such.
const AGREEING: u8 = 3;

/// Windows without its tones after which a key is let go: those that meet a pause of 40 ms, and more than meet one of 20 ms.
const LET_GO: u8 = 10;

/// The power of the weakest tone that counts, of one sample: −27 dBm0.
const POWER_MIN: f32 = 520_000.0;

/// How much stronger the tone of the column may be than that of the row, and the other way round: 5 dB and 11 dB, where Q.24
/// has 4 dB and 8 dB: in so short a time a tone is measured to about 2 dB beside another.
const COLUMN_OVER_ROW: f32 = 3.2;
const ROW_OVER_COLUMN: f32 = 12.0;

/// How far a tone of a row and one of a column may be from its pitch: at 1.5 % it has to count, and at 3.5 % not to. A column that is weaker
/// than its row is known less well.
const ROW_OFF_MAX: f32 = 0.025;
const COLUMN_OFF_MAX: f32 = 0.03;

/// The least part of all sound that the two tones are.
const SHARE_MIN: f32 = 0.75;

/// How much of a tone may be in the tone of twice its pitch: −15 dB. A voice has more.
const OVERTONE_MAX: f32 = 0.03;

/// Tones that are nearer to each other are not told apart well enough for that.
const APART_MIN_HZ: f32 = 120.0;

/// How much less than usual a hop may have: what begins or ends in a window is no tone in it.
const EVEN_MIN: f32 = 0.3;

/// A number with two parts, a length and a turn.
#[derive(Clone, Copy, Debug, Default)]
struct Complex {
    real: f32,
    imaginary: f32,
}

/// What hears one of the eight pitches.
#[derive(Clone, Copy, Debug)]
struct Pitch {
    hertz: f32,
    /// The turn from one sample to the next, and how far to turn a hop back to lie on the one before it.
    turn: Complex,
    back: Complex,
    /// The last two of the hop that is going on.
    last: f32,
    before: f32,
    /// The hops of the window, the latest last.
    hops: [Complex; HOPS],
}

/// Hears keys in one peer's sound.
#[derive(Clone, Debug)]
pub struct ToneDetector {
    rows: [Pitch; 4],
    columns: [Pitch; 4],
    /// The window's samples, of which the last hop is going on, and the energy of each of its hops.
    samples: [f32; HOP * HOPS],
    energies: [f32; HOPS],
    filled: usize,
    /// A key that windows agree on, and how many do.
    candidate: Option<(u8, u8)>,
    /// The key that is down, and for how many windows nothing has been heard of it.
    held: Option<(u8, u8)>,
}

impl Default for ToneDetector {
    fn default() -> Self {
        Self {
            rows: ROWS.map(Pitch::new),
            columns: COLUMNS.map(Pitch::new),
            samples: [0.0; HOP * HOPS],
            energies: [0.0; HOPS],
            filled: 0,
            candidate: None,
            held: None,
        }
    }
}

impl ToneDetector {
    /// Takes the next sample, at 8 kHz. Answers with the event's code when a key has been down for long enough: once for
    /// each press.
    pub fn hear(&mut self, sample: i16) -> Option<u8> {
        let sample = f32::from(sample);
        for pitch in self.rows.iter_mut().chain(&mut self.columns) {
            pitch.hear(sample);
        }
        if let Some(place) = self.samples.get_mut(HOP * (HOPS - 1) + self.filled) {
            *place = sample;
        }
        self.filled += 1;
        if self.filled < HOP {
            return None;
        }
        self.end_hop();
        let heard = self.key();
        self.samples.copy_within(HOP.., 0);
        self.take(heard)
    }

    /// Takes a pause of so many samples that nobody sent, as if they were silence. Takes the same time however long
    /// it is; less than a hop is no pause.
    pub fn pause(&mut self, samples: usize) {
        let hops = samples / HOP;
        if hops == 0 {
            return;
        }
        for pitch in self.rows.iter_mut().chain(&mut self.columns) {
            (pitch.last, pitch.before, pitch.hops) = (0.0, 0.0, [Complex::default(); HOPS]);
        }
        (self.samples, self.energies, self.filled) = ([0.0; _], [0.0; _], 0);
        self.candidate = None;
        let hops = u8::try_from(hops).unwrap_or(u8::MAX);
        self.held = self
            .held
            .map(|(key, missed)| (key, missed.saturating_add(hops)))
            .filter(|(_, missed)| *missed < LET_GO);
    }

    fn end_hop(&mut self) {
        self.filled = 0;
        for pitch in self.rows.iter_mut().chain(&mut self.columns) {
            pitch.end_hop();
        }
        let latest = self.samples.iter().skip(HOP * (HOPS - 1));
        self.energies.rotate_left(1);
        self.energies[HOPS - 1] = latest.map(|sample| sample * sample).sum();
    }

    /// The key whose tones are in the window, and little else.
    fn key(&self) -> Option<u8> {
        let energy: f32 = self.energies.iter().sum();
        let least = EVEN_MIN * energy / HOPS as f32;
        let needed = 2.0 * POWER_MIN * self.samples.len() as f32;
        if energy < needed || self.energies.iter().any(|hop| *hop < least) {
            return None;
        }
        let (row, low) = strongest(&self.rows)?;
        let (column, high) = strongest(&self.columns)?;
        let (of_row, of_column) = (low.energy(), high.energy());
        let is_key = of_row.min(of_column) >= POWER_MIN * self.samples.len() as f32
            && of_column <= COLUMN_OVER_ROW * of_row
            && of_row <= ROW_OVER_COLUMN * of_column
            && of_row + of_column >= SHARE_MIN * energy
            && low.off().abs() <= ROW_OFF_MAX
            && high.off().abs() <= COLUMN_OFF_MAX
            // Some rows have nearly half the pitch of some columns.
            && ((2.0 * low.hertz - high.hertz).abs() < APART_MIN_HZ
                || self.overtone(low) <= OVERTONE_MAX * of_row)
            && self.overtone(high) <= OVERTONE_MAX * of_column;
        KEYS.get(row).and_then(|keys| keys.get(column)).copied().filter(|_| is_key)
    }

    /// The energy at twice a tone's pitch. Looked for only where all else speaks for a key.
    fn overtone(&self, pitch: &Pitch) -> f32 {
        let mut twice = Pitch::new(2.0 * pitch.hertz * (1.0 + pitch.off()));
        self.samples.iter().for_each(|sample| twice.hear(*sample));
        twice.end_hop();
        2.0 * twice.hops[HOPS - 1].square() / self.samples.len() as f32
    }

    /// What a window has said.
    fn take(&mut self, heard: Option<u8>) -> Option<u8> {
        self.candidate = heard.map(|key| match self.candidate {
            Some((same, windows)) if same == key => (key, windows.saturating_add(1)),
            Some(_) | None => (key, 1),
        });
        self.held = match (self.held, heard) {
            (Some((key, _)), Some(same)) if key == same => Some((key, 0)),
            (Some((key, missed)), _) if missed + 1 < LET_GO => Some((key, missed + 1)),
            (Some(_) | None, _) => None,
        };
        let (key, _) = self.candidate.filter(|(_, windows)| *windows >= AGREEING)?;
        let is_new = self.held.is_none_or(|(held, _)| held != key);
        self.held = Some((key, 0));
        is_new.then_some(key)
    }
}

/// The strongest of a group, and its place.
fn strongest(group: &[Pitch; 4]) -> Option<(usize, &Pitch)> {
    let strength = |pitch: &Pitch| pitch.over(0, HOPS).square();
    group
        .iter()
        .enumerate()
        .max_by(|(_, one), (_, other)| strength(one).total_cmp(&strength(other)))
}

impl Pitch {
    fn new(hertz: f32) -> Self {
        let angle = TAU * hertz / RATE_HZ;
        Self {
            hertz,
            turn: Complex::turn(angle),
            back: Complex::turn(-angle * HOP as f32),
            last: 0.0,
            before: 0.0,
            hops: [Complex::default(); HOPS],
        }
    }

    fn hear(&mut self, sample: f32) {
        let next = sample + 2.0 * self.turn.real * self.last - self.before;
        (self.before, self.last) = (self.last, next);
    }

    fn end_hop(&mut self) {
        let Complex { real, imaginary } = self.turn;
        let hop =
            Complex { real: self.last - real * self.before, imaginary: imaginary * self.before };
        (self.last, self.before) = (0.0, 0.0);
        self.hops.rotate_left(1);
        self.hops[HOPS - 1] = hop;
    }

    /// How much of it is in so many hops from one on, as if they were one.
    fn over(&self, from: usize, hops: usize) -> Complex {
        let mut turn = Complex::turn(0.0);
        let mut sum = Complex::default();
        for hop in self.hops.iter().skip(from).take(hops) {
            sum = sum.plus(turn.times(*hop));
            turn = turn.times(self.back);
        }
        sum
    }

    /// The energy of its tone in the window. A tone that is off its pitch shows less of itself by a known part.
    fn energy(&self) -> f32 {
        const TAKEN: usize = HOPS - 1;
        let mean = (self.over(0, TAKEN).square() + self.over(1, TAKEN).square()) / 2.0;
        let angle = TAU / 2.0 * self.off() * self.hertz * (TAKEN * HOP) as f32 / RATE_HZ;
        let shown = if angle.abs() < 0.01 { 1.0 } else { (angle.sin() / angle).powi(2) };
        2.0 * mean / (TAKEN * HOP) as f32 * HOPS as f32 / TAKEN as f32 / shown.max(0.05)
    }

    /// How far the tone is from the pitch, as a part of it: by how much its phase moves within a hop.
    fn off(&self) -> f32 {
        let (one, next) = (self.over(0, HOPS - 1), self.over(1, HOPS - 1).times(self.back));
        let moved = next.times(Complex { imaginary: -one.imaginary, ..one });
        let hertz = moved.imaginary.atan2(moved.real) / TAU * RATE_HZ / HOP as f32;
        hertz / self.hertz
    }
}

impl Complex {
    fn turn(angle: f32) -> Self {
        let (imaginary, real) = angle.sin_cos();
        Self { real, imaginary }
    }

    fn plus(self, other: Self) -> Self {
        Self { real: self.real + other.real, imaginary: self.imaginary + other.imaginary }
    }

    fn times(self, other: Self) -> Self {
        Self {
            real: self.real * other.real - self.imaginary * other.imaginary,
            imaginary: self.real * other.imaginary + self.imaginary * other.real,
        }
    }

    fn square(self) -> f32 {
        self.real * self.real + self.imaginary * self.imaginary
    }
}

#[cfg(test)]
mod tests;
