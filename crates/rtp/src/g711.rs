//! G.711: speech in eight bits a sample, A-law (PCMA) and µ-law (PCMU).
//!
//! Linear samples are 16 bits wide: the 13 bits of A-law and the 14 of µ-law moved to the top, as
//! every telephone program does. Encoding picks the level whose decision interval (G.711 tables 1
//! and 2) holds the sample. Decoding and translating between the laws are look-ups in tables that
//! the compiler works out from those intervals.

/// Samples a second of both laws (RFC 3551 §4.5.14).
pub const SAMPLE_RATE_HZ: u32 = 8_000;

/// The A-law byte of silence: the smallest level above zero.
pub const ALAW_SILENCE: u8 = 0xd5;

/// The µ-law byte of silence: zero.
pub const ULAW_SILENCE: u8 = 0xff;

/// Every second bit is inverted on an A-law line (G.711 table 1a, note 2).
const ALAW_MASK: u8 = 0x55;

/// µ-law segments double from 33 in 14 bits, which is 132 in 16.
const ULAW_BIAS: u32 = 132;

/// The largest magnitude that µ-law tells apart; louder is clipped.
const ULAW_LOUDEST: u32 = 32_635;

/// The A-law byte for a sample.
#[must_use]
pub const fn alaw_encode(sample: i16) -> u8 {
    // One's complement, so that −1 lies in the first interval below zero as 0 lies in that above.
    let (sign, magnitude) = if sample < 0 { (0, !sample) } else { (0x80, sample) };
    let level = magnitude.cast_unsigned() as u32 >> 4;
    let code = if level < 32 {
        level
    } else {
        let doublings = level.ilog2() - 4;
        ((doublings + 1) << 4) | ((level >> doublings) & 0x0f)
    };
    (sign | low_byte(code)) ^ ALAW_MASK
}

/// The µ-law byte for a sample.
#[must_use]
pub const fn ulaw_encode(sample: i16) -> u8 {
    let sign: u8 = if sample < 0 { 0x80 } else { 0 };
    let loud = sample.unsigned_abs() as u32;
    let magnitude = ULAW_BIAS + if loud > ULAW_LOUDEST { ULAW_LOUDEST } else { loud };
    let segment = magnitude.ilog2() - 7;
    let code = (segment << 4) | ((magnitude >> (segment + 3)) & 0x0f);
    !(sign | low_byte(code))
}

/// The sample of an A-law byte.
#[must_use]
pub const fn alaw_decode(byte: u8) -> i16 {
    look_up(&ALAW_TO_LINEAR, byte)
}

/// The sample of a µ-law byte.
#[must_use]
pub const fn ulaw_decode(byte: u8) -> i16 {
    look_up(&ULAW_TO_LINEAR, byte)
}

/// The µ-law byte nearest in level to an A-law byte.
#[must_use]
pub const fn alaw_to_ulaw(byte: u8) -> u8 {
    look_up(&ALAW_TO_ULAW, byte)
}

/// The A-law byte nearest in level to a µ-law byte.
#[must_use]
pub const fn ulaw_to_alaw(byte: u8) -> u8 {
    look_up(&ULAW_TO_ALAW, byte)
}

/// The middle of the interval of an A-law byte (G.711 table 1).
const fn alaw_level(byte: u8) -> i16 {
    let code = byte ^ ALAW_MASK;
    let mantissa = (code & 0x0f) as i16;
    let segment = (code >> 4) & 0x07;
    let magnitude =
        if segment == 0 { (mantissa << 4) + 8 } else { ((mantissa << 4) + 0x108) << (segment - 1) };
    if code & 0x80 == 0 { -magnitude } else { magnitude }
}

/// The middle of the interval of a µ-law byte (G.711 table 2).
const fn ulaw_level(byte: u8) -> i16 {
    let code = !byte;
    let mantissa = (code & 0x0f) as i16;
    let segment = (code >> 4) & 0x07;
    let magnitude = (((mantissa << 3) + 0x84) << segment) - 0x84;
    if code & 0x80 == 0 { magnitude } else { -magnitude }
}

/// Works a function of a byte out for all 256, while compiling.
macro_rules! table {
    ($kind:ty, $byte:ident => $value:expr) => {{
        let mut table: [$kind; 256] = [0; 256];
        let mut $byte: u8 = 0;
        loop {
            #[expect(clippy::indexing_slicing, reason = "a byte can not point past 256 entries")]
            {
                table[$byte as usize] = $value;
            }
            if $byte == u8::MAX {
                break table;
            }
            $byte += 1;
        }
    }};
}

static ALAW_TO_LINEAR: [i16; 256] = table!(i16, byte => alaw_level(byte));
static ULAW_TO_LINEAR: [i16; 256] = table!(i16, byte => ulaw_level(byte));
static ALAW_TO_ULAW: [u8; 256] = table!(u8, byte => ulaw_encode(alaw_level(byte)));
static ULAW_TO_ALAW: [u8; 256] = table!(u8, byte => alaw_encode(ulaw_level(byte)));

#[expect(clippy::indexing_slicing, reason = "a byte can not point past 256 entries")]
const fn look_up<T: Copy>(table: &'static [T; 256], byte: u8) -> T {
    table[byte as usize]
}

const fn low_byte(number: u32) -> u8 {
    let [low, ..] = number.to_le_bytes();
    low
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_corners_of_the_recommendation_are_met() {
        assert_eq!(alaw_encode(0), ALAW_SILENCE);
        assert_eq!(ulaw_encode(0), ULAW_SILENCE);
        assert_eq!((alaw_encode(i16::MAX), alaw_encode(i16::MIN)), (0xaa, 0x2a));
        assert_eq!((ulaw_encode(i16::MAX), ulaw_encode(i16::MIN)), (0x80, 0x00));
        assert_eq!((alaw_decode(0xd5), alaw_decode(0x55)), (8, -8));
        assert_eq!((alaw_decode(0xaa), alaw_decode(0x2a)), (32_256, -32_256));
        assert_eq!((ulaw_decode(0xff), ulaw_decode(0x7f)), (0, 0));
        assert_eq!((ulaw_decode(0x80), ulaw_decode(0x00)), (32_124, -32_124));
    }

    /// G.711 tables 5 and 6: eight bytes that are a tone of 1 kHz at 0 dBm0.
    #[test]
    #[expect(clippy::approx_constant, reason = "full scale is 3.14 dBm0 in A-law, by chance")]
    fn the_digital_milliwatt_is_a_thousand_hertz_at_its_level() {
        let alaw = [0x34, 0x21, 0x21, 0x34, 0xb4, 0xa1, 0xa1, 0xb4].map(alaw_decode);
        let ulaw = [0x1e, 0x0b, 0x0b, 0x1e, 0x9e, 0x8b, 0x8b, 0x9e].map(ulaw_decode);
        for (tone, overload_dbm0) in [(alaw, 3.14), (ulaw, 3.17)] {
            let power = tone.iter().map(|&s| f64::from(s) * f64::from(s)).sum::<f64>() / 8.0;
            let full_sine = 32_768.0 * 32_768.0 / 2.0;
            let level_dbm0 = 10.0 * (power / full_sine).log10() + overload_dbm0;
            assert!(level_dbm0.abs() < 0.2, "{level_dbm0} dBm0 of {tone:?}");
        }
    }

    #[test]
    fn every_byte_comes_back_from_its_level() {
        for byte in 0..=u8::MAX {
            assert_eq!(alaw_encode(alaw_decode(byte)), byte);
            // µ-law has two zeros; the negative one is spoken as the positive.
            let expected = if byte == 0x7f { 0xff } else { byte };
            assert_eq!(ulaw_encode(ulaw_decode(byte)), expected);
        }
    }

    #[test]
    fn translating_twice_moves_a_sample_by_one_interval_at_most() {
        for byte in 0..=u8::MAX {
            let there = ulaw_to_alaw(byte);
            let level = i32::from(ulaw_decode(byte));
            let moved = (i32::from(alaw_decode(there)) - level).abs();
            assert!(moved <= 16 + level.abs() / 16, "{byte:#x} moved by {moved}");
            let back = (i32::from(ulaw_decode(alaw_to_ulaw(there))) - level).abs();
            assert!(back <= 16 + level.abs() / 16, "{byte:#x} came back {back} away");
        }
    }

    proptest! {
        #[test]
        fn a_sample_is_heard_within_half_an_interval(sample: i16) {
            let loud = i32::from(sample).abs();
            let moved = |level: i16| (i32::from(level) - i32::from(sample)).abs();
            prop_assert!(moved(alaw_decode(alaw_encode(sample))) <= 8.max(loud / 32));
            prop_assert!(moved(ulaw_decode(ulaw_encode(sample))) <= (loud + 132) / 32);
        }

        #[test]
        fn a_louder_sample_is_never_heard_softer(a: i16, b: i16) {
            let (low, high) = (a.min(b), a.max(b));
            prop_assert!(alaw_decode(alaw_encode(low)) <= alaw_decode(alaw_encode(high)));
            prop_assert!(ulaw_decode(ulaw_encode(low)) <= ulaw_decode(ulaw_encode(high)));
        }
    }
}
