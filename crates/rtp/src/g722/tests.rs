//! What G.722 keeps of tones and of noise, and what another one makes of the same.

#![expect(clippy::cast_possible_truncation, reason = "no tone here is as loud")]

use super::*;
use proptest::prelude::*;
use std::f64::consts::TAU;

/// A tone of so many hertz, at this rate and level.
fn tone(hertz: f64, rate: u32, level: f64, len: usize) -> Vec<i16> {
    let turn = TAU * hertz / f64::from(rate);
    (0..len).map(|n| ((turn * n as f64).sin() * level) as i16).collect()
}

/// How much of some sound is a tone of so many hertz: 1 is all of it.
fn share(samples: &[i16], hertz: f64, rate: u32) -> f64 {
    let turn = TAU * hertz / f64::from(rate);
    let (mut real, mut imaginary, mut all) = (0.0, 0.0, 0.0);
    for (n, sample) in samples.iter().enumerate() {
        let (sample, at) = (f64::from(*sample), turn * n as f64);
        real += sample * at.cos();
        imaginary += sample * at.sin();
        all += sample * sample;
    }
    2.0 * (real * real + imaginary * imaginary) / (samples.len() as f64 * all)
}

fn wide(samples: &[i16]) -> Vec<u8> {
    let mut encoder = Encoder::default();
    samples.as_chunks::<2>().0.iter().map(|pair| encoder.encode(*pair)).collect()
}

fn wide_back(octets: &[u8]) -> Vec<i16> {
    let mut decoder = Decoder::default();
    octets.iter().flat_map(|octet| decoder.decode(*octet)).collect()
}

fn narrow(samples: &[i16]) -> Vec<u8> {
    let mut encoder = NarrowEncoder::default();
    samples.iter().map(|sample| encoder.encode(*sample)).collect()
}

fn narrow_back(octets: &[u8]) -> Vec<i16> {
    let mut decoder = NarrowDecoder::default();
    octets.iter().map(|octet| decoder.decode(*octet)).collect()
}

#[test]
fn a_tone_comes_back_whatever_its_pitch_and_level() {
    for hertz in [200.0, 440.0, 1_000.0, 3_000.0, 5_000.0, 6_500.0] {
        for level in [300.0, 3_000.0, 28_000.0] {
            let heard = wide_back(&wide(&tone(hertz, 16_000, level, 16_000)));
            let share = share(&heard[1_600..], hertz, 16_000);
            assert!(share > 0.97, "{hertz} Hz at {level}: {share}");
        }
    }
}

#[test]
fn sound_of_8_khz_comes_back_by_the_lower_band_alone_and_by_both() {
    for hertz in [200.0, 440.0, 1_000.0, 3_000.0] {
        let said = narrow(&tone(hertz, 8_000, 6_000.0, 8_000));
        let heard = narrow_back(&said);
        let level = heard.iter().map(|it| it.unsigned_abs()).max().unwrap();
        assert!((5_500..6_500).contains(&level), "{hertz} Hz has {level}");
        let shares = [
            share(&heard[800..], hertz, 8_000),
            share(&wide_back(&said)[1_600..], hertz, 16_000),
            share(&narrow_back(&wide(&tone(hertz, 16_000, 6_000.0, 16_000)))[800..], hertz, 8_000),
        ];
        assert!(shares.iter().all(|share| *share > 0.97), "{hertz} Hz: {shares:?}");
    }
}

#[test]
fn silence_is_silence_from_the_first_sample_on() {
    assert!(narrow_back(&narrow(&[0; 800])).iter().all(|sample| sample.unsigned_abs() < 8));
    assert!(wide_back(&narrow(&[0; 800])).iter().all(|sample| sample.unsigned_abs() < 8));
}

#[test]
fn what_was_lost_is_forgotten_within_twenty_milliseconds() {
    let octets = wide(&tone(700.0, 16_000, 8_000.0, 16_000));
    let whole = wide_back(&octets);
    let holed = wide_back(&[&octets[..1_600], &octets[1_920..]].concat());
    let (whole, holed) = (&whole[3_840 + 320..], &holed[3_200 + 320..]);
    let apart = whole.iter().zip(holed).map(|(a, b)| a.abs_diff(*b)).max().unwrap();
    assert!(apart < 800, "{apart} apart");
}

/// Noise of all levels: loud and soft by turns.
fn noise() -> Vec<i16> {
    let mut state: u32 = 1;
    let mut next = |turn: usize| {
        state = state.wrapping_mul(1_103_515_245).wrapping_add(12_345) & 0x7fff_ffff;
        let loud = i32::try_from((state >> 12) & 0xffff).unwrap() - 32_768;
        i16::try_from(loud >> (turn / 500 % 8)).unwrap()
    };
    (0..16_000).map(&mut next).collect()
}

/// FNV-1a, to compare much with little.
fn print_of(octets: impl IntoIterator<Item = u8>) -> u64 {
    let start = 0xcbf2_9ce4_8422_2325;
    octets
        .into_iter()
        .fold(start, |print, octet| (print ^ u64::from(octet)).wrapping_mul(0x0100_0000_01b3))
}

fn octets_of(samples: Vec<i16>) -> impl Iterator<Item = u8> {
    samples.into_iter().flat_map(i16::to_le_bytes)
}

/// What libg722 (the package `g722` 1.2.8 of PyPI) makes of the same noise, octet by octet.
#[test]
fn another_encoder_and_decoder_make_the_same_of_noise_of_all_levels() {
    let said = wide(&noise());
    assert_eq!(print_of(said.iter().copied()), 0x70ef_f16e_daa5_06e5);
    assert_eq!(print_of(octets_of(wide_back(&said))), 0x6eaf_7cd2_1127_37f8);
    let said = narrow(&noise());
    assert_eq!(print_of(said.iter().copied()), 0xbffb_0ed0_09cd_641b);
    assert_eq!(print_of(octets_of(narrow_back(&said))), 0xc1f9_939a_ac56_2158);
}

proptest! {
    #[test]
    fn no_octets_make_it_fall_over(octets in prop::collection::vec(any::<u8>(), 1..2_000)) {
        let samples = wide_back(&octets);
        prop_assert_eq!(wide(&samples).len(), octets.len());
        prop_assert_eq!(narrow_back(&octets).len(), octets.len());
    }
}
