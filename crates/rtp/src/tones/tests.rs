//! Presses at the edges of the recommendation, and sounds that are none.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::approx_constant,
    reason = "no tone here is as loud; full scale is 3.14 dBm0 in A-law, by chance"
)]

use super::*;
use crate::g711::{alaw_decode, alaw_encode};
use proptest::prelude::*;

/// How a key is said.
#[derive(Clone, Copy, Debug)]
struct Press {
    key: u8,
    ms: f32,
    /// The level of row and column in dBm0.
    levels: [f32; 2],
    /// How far each is off its pitch.
    off: [f32; 2],
}

const PRESS: Press = Press { key: 5, ms: 40.0, levels: [-10.0, -8.0], off: [0.0; 2] };

fn amplitude(dbm0: f32) -> f32 {
    32_768.0 * 10_f32.powf((dbm0 - 3.14) / 20.0)
}

fn samples_of(ms: f32) -> usize {
    (ms * 8.0) as usize
}

/// The two tones as A-law has them.
fn tones(Press { key, ms, levels, off }: Press) -> Vec<i16> {
    let row = KEYS.iter().position(|keys| keys.contains(&key)).unwrap();
    let column = KEYS[row].iter().position(|it| *it == key).unwrap();
    let sine = |hertz: f32, off: f32, level: f32, n: usize| {
        amplitude(level) * (TAU * hertz * (1.0 + off) * n as f32 / RATE_HZ).sin()
    };
    let sample =
        |n| sine(ROWS[row], off[0], levels[0], n) + sine(COLUMNS[column], off[1], levels[1], n);
    (0..samples_of(ms)).map(|n| alaw_decode(alaw_encode(sample(n) as i16))).collect()
}

fn silence(ms: f32) -> Vec<i16> {
    vec![8; samples_of(ms)]
}

fn heard(sound: &[i16]) -> Vec<u8> {
    let mut detector = ToneDetector::default();
    sound.iter().filter_map(|sample| detector.hear(*sample)).collect()
}

/// What is heard of a press that begins so many samples after the sound does.
fn pressed(press: Press, at: usize) -> Vec<u8> {
    heard(&[vec![8; at], tones(press), silence(100.0)].concat())
}

#[test]
fn each_key_of_forty_milliseconds_is_told_once_wherever_it_begins() {
    for key in 0..16 {
        for at in 0..HOP {
            assert_eq!(pressed(Press { key, ..PRESS }, at), [key], "{key} at {at}");
        }
        assert_eq!(pressed(Press { key, ms: 2_000.0, ..PRESS }, 7), [key]);
    }
}

#[test]
fn the_levels_twists_and_pitches_of_the_recommendation_are_keys() {
    for key in 0..16 {
        for levels in [[-3.0, -3.0], [-25.0, -25.0], [-12.0, -8.0], [-8.0, -16.0], [-24.0, -20.0]] {
            for off in [[0.0, 0.0], [0.015, 0.015], [-0.015, -0.015], [0.015, -0.015]] {
                for at in [0, 13, 29] {
                    let press = Press { key, levels, off, ms: 45.0 };
                    assert_eq!(pressed(press, at), [key], "{press:?} at {at}");
                }
            }
        }
    }
}

#[test]
fn what_is_too_short_too_weak_too_uneven_or_off_its_pitch_is_no_key() {
    for key in 0..16 {
        let wrong = [
            Press { ms: 23.0, ..PRESS },
            Press { levels: [-40.0, -40.0], ..PRESS },
            Press { levels: [-20.0, -8.0], ..PRESS },
            Press { levels: [-5.0, -20.0], ..PRESS },
            Press { off: [0.035, 0.0], ..PRESS },
            Press { off: [-0.035, 0.0], ..PRESS },
            Press { off: [0.0, 0.035], ..PRESS },
            Press { off: [0.0, -0.035], ..PRESS },
        ];
        for press in wrong {
            for at in (0..HOP).step_by(7) {
                assert_eq!(pressed(Press { key, ..press }, at), [], "{key} {press:?} at {at}");
            }
        }
    }
}

#[test]
fn a_pause_parts_two_presses_and_a_dropout_does_not() {
    for at in (0..HOP).step_by(3) {
        let twice = |pause| {
            let sound = [silence(50.0), vec![8; at], tones(PRESS), silence(pause), tones(PRESS)];
            heard(&[sound.concat(), silence(50.0)].concat())
        };
        assert_eq!(twice(40.0), [5, 5], "at {at}");
        assert_eq!(twice(10.0), [5], "at {at}");
    }
    let keys = [1, 2, 3, 3, 2, 0, 11];
    let sound = keys.map(|key| [tones(Press { key, ms: 50.0, ..PRESS }), silence(50.0)].concat());
    assert_eq!(heard(&sound.concat()), keys);
}

#[test]
fn tones_of_other_kinds_are_no_keys() {
    let sine = |hertz: f32, level: f32, n: usize| {
        amplitude(level) * (TAU * hertz * n as f32 / RATE_HZ).sin()
    };
    let sound = |of: &dyn Fn(usize) -> f32| (0..8_000).map(|n| of(n) as i16).collect::<Vec<_>>();
    // One tone, dial and busy tones, the answering tone of a fax, and a voice whose first overtones lie where a key has its tones.
    for hertz in [425.0, 440.0, 697.0, 941.0, 1_209.0, 1_477.0, 2_100.0] {
        assert_eq!(heard(&sound(&|n| sine(hertz, -8.0, n))), [], "{hertz}");
    }
    let dial = |n| sine(350.0, -13.0, n) + sine(440.0, -13.0, n);
    assert_eq!(heard(&sound(&dial)), []);
    let vowel = |n| (1..8).map(|k| sine(348.5 * k as f32, -12.0 - 3.0 * k as f32, n)).sum();
    assert_eq!(heard(&sound(&vowel)), []);
}

#[test]
fn a_key_is_heard_through_noise_fifteen_decibels_below_it() {
    let mut state: u32 = 9;
    for key in 0..16 {
        let mut sound =
            [silence(30.0), tones(Press { key, ms: 60.0, ..PRESS }), silence(80.0)].concat();
        for sample in &mut sound {
            state = state.wrapping_mul(1_103_515_245).wrapping_add(12_345) & 0x7fff_ffff;
            let noise = (state >> 12) as f32 / 524_288.0 * 2.0 - 1.0;
            // Evenly spread noise has a third of the power of its loudest.
            *sample += (noise * amplitude(-21.0) * 1.22) as i16;
        }
        assert_eq!(heard(&sound), [key]);
    }
}

proptest! {
    #[test]
    fn noise_is_no_key(sound in prop::collection::vec(any::<i16>(), 1_000..4_000)) {
        prop_assert_eq!(heard(&sound), []);
    }
}

#[test]
fn a_pause_that_nobody_sent_is_as_silence_of_its_length() {
    for hops in 0..40 {
        let mut detector = ToneDetector::default();
        let press = tones(Press { ms: 60.0, ..PRESS });
        let mut told = Vec::new();
        for _ in 0..2 {
            told.extend(press.iter().filter_map(|sample| detector.hear(*sample)));
            detector.pause(hops * HOP);
        }
        let silence = vec![0; hops * HOP];
        let sent = heard(&[press.clone(), silence, press].concat());
        assert_eq!(told, sent, "{hops}");
        match hops {
            0..=4 => assert_eq!(told, [5], "{hops}: one press that was cut"),
            8.. => assert_eq!(told, [5, 5], "{hops}: two presses (Q.24)"),
            5..=7 => {}
        }
    }
}

#[test]
fn a_pause_of_any_length_takes_no_time() {
    let mut detector = ToneDetector::default();
    (0..1_000_000).for_each(|_| detector.pause(usize::MAX));
    assert_eq!(tones(PRESS).iter().filter_map(|sample| detector.hear(*sample)).count(), 1);
}
