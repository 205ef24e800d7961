//! G.722 at 64 kbit/s (mode 1): two bands of sound in one octet for each two samples at 16 kHz.
//!
//! A sample of each band at 8 kHz is told as how far it is from what was foretold of it: the lower band, up to 4 kHz,
//! in six bits, and the upper one in two. [`Encoder`] and [`Decoder`] work on both at 16 kHz, which two filters
//! part and join. [`NarrowEncoder`] and [`NarrowDecoder`] leave the upper band out, for whoever has 8,000
//! samples a second or wants no more: the lower band is just that, and costs half.
//!
//! An octet is a tick of the RTP clock, which is 8 kHz by an old mistake (RFC 3551 §4.5.2), as it is in G.711. Blocks are
//! named as in the recommendation. What is foretold follows from what was told, so both ends have a
//! state; one that differs, as after a loss, is forgotten within some milliseconds.

/// Samples a second of the whole sound.
pub const SAMPLE_RATE_HZ: u32 = 16_000;

/// How a lower band that says nothing is told to an upper one that says nothing: the octets of silence at the beginning of a stream.
const UPPER_SILENCE: u8 = 0b1100_0000;

/// Sound at 16 kHz into octets.
#[derive(Clone, Debug, Default)]
pub struct Encoder {
    lower: Lower,
    upper: Upper,
    mirror: Mirror,
}

/// Octets into sound at 16 kHz.
#[derive(Clone, Debug, Default)]
pub struct Decoder {
    lower: Lower,
    upper: Upper,
    mirror: Mirror,
}

/// Sound at 8 kHz into octets.
#[derive(Clone, Debug, Default)]
pub struct NarrowEncoder {
    lower: Lower,
}

/// Octets into sound at 8 kHz.
#[derive(Clone, Debug, Default)]
pub struct NarrowDecoder {
    lower: Lower,
}

impl Encoder {
    /// The octet for the next two samples.
    pub fn encode(&mut self, samples: [i16; 2]) -> u8 {
        let [odd, even] = self.mirror.push(samples.map(i32::from));
        let (lower, upper) = ((even + odd) >> 14, (even - odd) >> 14);
        let lower = self.lower.encode(lower);
        (self.upper.encode(upper) << 6) | lower
    }
}

impl Decoder {
    /// The next two samples of an octet.
    pub fn decode(&mut self, octet: u8) -> [i16; 2] {
        let (lower, upper) = (self.lower.decode(octet), self.upper.decode(octet >> 6));
        let [odd, even] = self.mirror.push([lower + upper, lower - upper]);
        [even >> 11, odd >> 11].map(sample)
    }
}

impl NarrowEncoder {
    /// One that goes on where another left off that has written these octets last: the more, the better.
    #[must_use]
    pub fn behind(octets: &[u8]) -> Self {
        let mut lower = Lower::default();
        octets.iter().for_each(|octet| lower.go_on(octet & 0x3f));
        Self { lower }
    }

    /// The octet for the next sample. The upper band is silent.
    pub fn encode(&mut self, sample: i16) -> u8 {
        UPPER_SILENCE | self.lower.encode(i32::from(sample) >> 1)
    }
}

impl NarrowDecoder {
    /// The next sample of an octet, without its upper band.
    pub fn decode(&mut self, octet: u8) -> i16 {
        sample(self.lower.decode(octet) << 1)
    }
}

/// The filter that parts two bands or joins them (figures 4 and 5): the last 24 samples, half of which meet each half of it.
#[derive(Clone, Debug, Default)]
struct Mirror {
    odd: [i32; TAPS],
    even: [i32; TAPS],
}

const TAPS: usize = 12;

/// Half of the filter (table 4); the other half is the same backwards.
const MIRROR: [i32; TAPS] = [3, -11, 12, 32, -210, 951, 3_876, -805, 362, -156, 53, -11];

impl Mirror {
    /// Takes two samples, and gives the sums of both halves.
    fn push(&mut self, [odd, even]: [i32; 2]) -> [i32; 2] {
        push(&mut self.odd, odd);
        push(&mut self.even, even);
        let odd = self.odd.iter().zip(MIRROR).map(|(sample, tap)| sample * tap).sum();
        let even = self.even.iter().zip(MIRROR.iter().rev()).map(|(sample, tap)| sample * tap);
        [odd, even.sum()]
    }
}

/// The newest goes to the end.
fn push<const LEN: usize>(line: &mut [i32; LEN], newest: i32) {
    line.rotate_left(1);
    if let Some(last) = line.last_mut() {
        *last = newest;
    }
}

/// The lower band.
#[derive(Clone, Debug)]
struct Lower(Band);

/// The upper band.
#[derive(Clone, Debug)]
struct Upper(Band);

impl Default for Lower {
    fn default() -> Self {
        Self(Band::new(32))
    }
}

impl Default for Upper {
    fn default() -> Self {
        Self(Band::new(8))
    }
}

impl Lower {
    /// Six bits for a sample of 15 bits.
    fn encode(&mut self, sample: i32) -> u8 {
        let miss = saturated(sample - self.0.foretold); // SUBTRA
        let told = self.quantized(miss);
        self.go_on(told);
        told
    }

    /// The sample of the lower six bits of an octet.
    fn decode(&mut self, octet: u8) -> i32 {
        let told = octet & 0x3f;
        let miss = (self.0.step * at(&LOWER_6, told)) >> 15; // INVQBL
        let sample = (self.0.foretold + miss).clamp(-16_384, 16_383); // LIMIT
        self.go_on(told);
        sample
    }

    /// QUANTL.
    fn quantized(&self, miss: i32) -> u8 {
        let size = if miss < 0 { !miss } else { miss };
        let level = LOWER_LEVELS.partition_point(|level| (level * self.0.step) >> 12 <= size);
        let level = u8::try_from(level).unwrap_or(u8::MAX);
        // From the smallest to the largest; the two smallest below zero have the highest numbers.
        match (miss < 0, level) {
            (false, level) => 61 - level,
            (true, level @ 0..=1) => 63 - level,
            (true, level) => 33 - level,
        }
    }

    /// The state goes by four of the six bits alone, so that two may be taken for data on the way.
    fn go_on(&mut self, told: u8) {
        let told = told >> 2;
        let miss = (self.0.step * at(&LOWER_4, told)) >> 15; // INVQAL
        self.0.stretch(at(&LOWER_WEIGHTS, told), 18_432, 8);
        self.0.adapt(miss);
    }
}

impl Upper {
    /// Two bits for a sample of 15 bits.
    fn encode(&mut self, sample: i32) -> u8 {
        let miss = saturated(sample - self.0.foretold); // SUBTRA
        let size = if miss < 0 { !miss } else { miss };
        let is_large = size >= (564 * self.0.step) >> 12; // QUANTH
        let told = match (miss < 0, is_large) {
            (true, false) => 1,
            (true, true) => 0,
            (false, false) => 3,
            (false, true) => 2,
        };
        self.go_on(told);
        told
    }

    /// The sample of two bits.
    fn decode(&mut self, told: u8) -> i32 {
        let foretold = self.0.foretold;
        let miss = self.go_on(told);
        (foretold + miss).clamp(-16_384, 16_383) // LIMIT
    }

    fn go_on(&mut self, told: u8) -> i32 {
        let miss = (self.0.step * at(&UPPER_2, told)) >> 15; // INVQAH
        self.0.stretch(at(&UPPER_WEIGHTS, told), 22_528, 10);
        self.0.adapt(miss);
        miss
    }
}

/// What both ends know of a band: how far the next sample is likely to be from what is foretold, and what foretells it.
#[derive(Clone, Debug)]
struct Band {
    /// What is foretold (PREDIC), and the part of it that comes of the misses (FILTEZ).
    foretold: i32,
    by_misses: i32,
    /// The logarithm of the step, and the step.
    log_step: i32,
    step: i32,
    /// The last two samples as they were told, the latest first, and whether the last two partial ones were below zero.
    samples: [i32; 2],
    signs: [bool; 2],
    poles: [i32; 2],
    /// The last six misses, the latest first, and the weight of each.
    misses: [i32; 6],
    zeros: [i32; 6],
}

impl Band {
    const fn new(step: i32) -> Self {
        Self {
            foretold: 0,
            by_misses: 0,
            log_step: 0,
            step,
            samples: [0; 2],
            signs: [false; 2],
            poles: [0; 2],
            misses: [0; 6],
            zeros: [0; 6],
        }
    }

    /// LOGSCL and SCALEL, LOGSCH and SCALEH: large misses make the step larger.
    fn stretch(&mut self, weight: i32, max: i32, shift: i32) {
        self.log_step = (((self.log_step * 127) >> 7) + weight).clamp(0, max);
        let [mantissa, ..] = (self.log_step >> 6).to_le_bytes();
        let root = at(&ROOTS, mantissa & 31);
        let shift = shift - (self.log_step >> 11);
        self.step = if shift < 0 { root << -shift } else { root >> shift } << 2;
    }

    /// Block 4: what foretells learns by how much it missed.
    fn adapt(&mut self, miss: i32) {
        let sample = saturated(self.foretold + miss); // RECONS
        let is_below = saturated(self.by_misses + miss) < 0; // PARREC
        self.turn_poles(is_below);
        self.turn_zeros(miss);
        self.samples = [sample, self.samples[0]]; // DELAYA
        self.signs = [is_below, self.signs[0]];
        let by_samples = self.samples.iter().zip(self.poles);
        // FILTEP
        let by_samples = by_samples.map(|(sample, pole)| (pole * doubled(*sample)) >> 15).sum();
        let by_misses = self.misses.iter().zip(self.zeros);
        // FILTEZ
        let by_misses = by_misses.map(|(miss, zero)| (zero * doubled(*miss)) >> 15).sum();
        self.by_misses = saturated(by_misses);
        self.foretold = saturated(saturated(by_samples) + self.by_misses);
    }

    /// UPPOL2 and UPPOL1.
    fn turn_poles(&mut self, is_below: bool) {
        let ([first, second], [last, before]) = (self.poles, self.signs);
        let quadrupled = saturated(first << 2);
        let turn = if is_below == last { -quadrupled } else { quadrupled }.min(32_767) >> 7;
        let towards = if is_below == before { 128 } else { -128 };
        let second = (turn + towards + ((second * 32_512) >> 15)).clamp(-12_288, 12_288);
        let towards = if is_below == last { 192 } else { -192 };
        let most = saturated(15_360 - second);
        let first = saturated(towards + ((first * 32_640) >> 15)).clamp(-most, most);
        self.poles = [first, second];
    }

    /// UPZERO, and DELAYA of the misses.
    fn turn_zeros(&mut self, miss: i32) {
        let turn = if miss == 0 { 0 } else { 128 };
        for (zero, before) in self.zeros.iter_mut().zip(self.misses) {
            let turn = if (before < 0) == (miss < 0) { turn } else { -turn };
            *zero = saturated(turn + ((*zero * 32_640) >> 15));
        }
        self.misses.rotate_right(1);
        self.misses[0] = miss;
    }
}

/// Sixteen bits of a number.
fn saturated(number: i32) -> i32 {
    number.clamp(i16::MIN.into(), i16::MAX.into())
}

fn doubled(number: i32) -> i32 {
    saturated(number << 1)
}

fn sample(number: i32) -> i16 {
    i16::try_from(saturated(number)).unwrap_or_default()
}

fn at<const LEN: usize>(table: &[i32; LEN], told: u8) -> i32 {
    table.get(usize::from(told)).copied().unwrap_or_default()
}

/// From where on a miss is of the next level, in parts of the step (table 14).
const LOWER_LEVELS: [i32; 29] = [
    35, 72, 110, 150, 190, 233, 276, 323, 370, 422, 473, 530, 587, 650, 714, 786, 858, 940, 1_023,
    1_121, 1_219, 1_339, 1_458, 1_612, 1_765, 1_980, 2_195, 2_557, 2_919,
];

/// What six bits tell of a miss, in parts of the step (table 15).
const LOWER_6: [i32; 64] = [
    -136, -136, -136, -136, -24_808, -21_904, -19_008, -16_704, -14_984, -13_512, -12_280, -11_192,
    -10_232, -9_360, -8_576, -7_856, -7_192, -6_576, -6_000, -5_456, -4_944, -4_464, -4_008,
    -3_576, -3_168, -2_776, -2_400, -2_032, -1_688, -1_360, -1_040, -728, 24_808, 21_904, 19_008,
    16_704, 14_984, 13_512, 12_280, 11_192, 10_232, 9_360, 8_576, 7_856, 7_192, 6_576, 6_000,
    5_456, 4_944, 4_464, 4_008, 3_576, 3_168, 2_776, 2_400, 2_032, 1_688, 1_360, 1_040, 728, 432,
    136, -432, -136,
];

/// What the upper four of them tell.
const LOWER_4: [i32; 16] = [
    0, -20_456, -12_896, -8_968, -6_288, -4_240, -2_584, -1_200, 20_456, 12_896, 8_968, 6_288,
    4_240, 2_584, 1_200, 0,
];

/// What they make of the logarithm of the step (table 16).
const LOWER_WEIGHTS: [i32; 16] =
    [-60, 3_042, 1_198, 538, 334, 172, 58, -30, 3_042, 1_198, 538, 334, 172, 58, -30, -60];

/// What two bits tell of a miss (table 18), and what they make of the logarithm of the step (table 19).
const UPPER_2: [i32; 4] = [-7_408, -1_616, 7_408, 1_616];
const UPPER_WEIGHTS: [i32; 4] = [798, -214, 798, -214];

/// Powers of two between 1 and 2, times 2,048.
const ROOTS: [i32; 32] = [
    2_048, 2_093, 2_139, 2_186, 2_233, 2_282, 2_332, 2_383, 2_435, 2_489, 2_543, 2_599, 2_656,
    2_714, 2_774, 2_834, 2_896, 2_960, 3_025, 3_091, 3_158, 3_228, 3_298, 3_371, 3_444, 3_520,
    3_597, 3_676, 3_756, 3_838, 3_922, 4_008,
];

#[cfg(test)]
mod tests;
