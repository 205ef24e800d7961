//! Two who talk at once, each on a side of their own.

use opus::{LOOKAHEAD, STEREO_FRAME, StereoEncoder};
use ropus::{Channels, DecodeMode};
use std::f64::consts::TAU;

/// A vowel: a tone and its overtones.
#[expect(clippy::cast_possible_truncation, reason = "it is not as loud")]
fn vowel(pitch: f64, n: u32) -> i16 {
    let overtone = |k: f64| (TAU * pitch * k * f64::from(n) / 8_000.0).sin() / k;
    (3_000.0 * (1..9).map(|k| overtone(k.into())).sum::<f64>()) as i16
}

/// How alike two sounds are, from 0 on.
fn alike(one: &[i16], other: &[i16]) -> f64 {
    let sum = |a: &[i16], b: &[i16]| -> f64 {
        a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum()
    };
    sum(one, other) / (sum(one, one) * sum(other, other)).sqrt()
}

#[test]
fn what_two_say_at_once_is_heard_on_either_side_alone_and_at_its_time() {
    let said: Vec<[i16; 2]> = (0..16_000).map(|n| [vowel(150.0, n), vowel(227.0, n)]).collect();
    let mut encoder = StereoEncoder::new();
    let mut decoder = ropus::Decoder::new(8_000, Channels::Stereo).unwrap();
    let (mut heard, mut packet, mut room) = (Vec::new(), [0; 640], [0; 2 * STEREO_FRAME]);
    for frame in said.chunks_exact(STEREO_FRAME) {
        let len = encoder.encode(frame, &mut packet).unwrap();
        let count = decoder.decode(&packet[..len], &mut room, DecodeMode::Normal).unwrap();
        heard.extend_from_slice(&room[..2 * count]);
    }
    let late = usize::try_from(LOOKAHEAD / 6).unwrap();
    let side = |side: usize| -> (Vec<i16>, Vec<i16>) {
        let heard = heard.iter().skip(side).step_by(2).skip(late + 1_600).copied().collect();
        (said.iter().skip(1_600).map(|both| both[side]).collect(), heard)
    };
    let ((left, heard_left), (right, heard_right)) = (side(0), side(1));
    let own = [alike(&left, &heard_left), alike(&right, &heard_right)];
    let other = [alike(&right, &heard_left), alike(&left, &heard_right)];
    assert!(own.iter().all(|alike| *alike > 0.98), "{own:?}");
    assert!(other.iter().all(|alike| alike.abs() < 0.05), "{other:?}");
}

#[test]
fn a_length_that_is_no_frame_is_none() {
    let mut encoder = StereoEncoder::new();
    for len in [0, 80, 159, 161, 320] {
        assert_eq!(encoder.encode(&vec![[0; 2]; len], &mut [0; 640]), None, "{len}");
    }
    assert_eq!(encoder.encode(&[[9_000, -9_000]; STEREO_FRAME], &mut []), None, "no room");
}
