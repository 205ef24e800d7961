//! What it takes to put 20 ms of a voice into Opus and out of it, beside what the same takes by the tables of G.711; and 20 ms of two voices, a side
//! each, as a talk that is recorded has them (`.stereo`).

use crate::figure::Figure;
use rtp::g711::{alaw_decode, alaw_encode};
use std::f64::consts::TAU;
use std::hint::black_box;
use std::time::Instant;

const FRAME: usize = 160;

/// Seconds of the voice.
const SECONDS: u32 = 60;

/// How often the whole is done: the fastest counts.
const ROUNDS: usize = 5;

pub(crate) fn run() -> Vec<Figure> {
    let voice = voice();
    let frames: Vec<&[i16; FRAME]> =
        voice.chunks_exact(FRAME).filter_map(|frame| frame.try_into().ok()).collect();
    let packets = packets(&frames);
    let octets: Vec<Vec<u8>> =
        frames.iter().map(|frame| frame.iter().map(|it| alaw_encode(*it)).collect()).collect();
    let by_table =
        |octets: &Vec<u8>| octets.iter().fold(0_i32, |sum, it| sum + i32::from(alaw_decode(*it)));
    let to_alaw = |frame: &&[i16; FRAME]| {
        frame.iter().fold(0_u32, |sum, it| sum + u32::from(alaw_encode(*it)))
    };
    let encode = {
        let mut encoder = opus::Encoder::new();
        let mut room = [0; FRAME];
        each(&frames, move |frame| encoder.encode(*frame, &mut room).unwrap_or_default())
    };
    let decode = {
        let mut decoder = opus::Decoder::new();
        let mut room = opus::ROOM;
        each(&packets, move |packet| decoder.decode(packet, &mut room).len())
    };
    // The other side says something else at the same time.
    let others = voice.iter().skip(FRAME * 777).chain(&voice);
    let both: Vec<[i16; 2]> = voice.iter().zip(others).map(|(one, other)| [*one, *other]).collect();
    let both: Vec<&[[i16; 2]]> = both.chunks_exact(FRAME).collect();
    let stereo = {
        let mut encoder = opus::StereoEncoder::new();
        let mut room = [0; 4 * FRAME];
        each(&both, move |frame| encoder.encode(frame, &mut room).unwrap_or_default())
    };
    let len = packets.iter().map(Vec::len).sum::<usize>() as f64 / packets.len() as f64;
    vec![
        Figure::beside("codec.opus.encode", encode, "ns", each(&frames, to_alaw)),
        Figure::beside("codec.opus.decode", decode, "ns", each(&octets, by_table)),
        Figure::alone("codec.opus.stereo", stereo, "ns"),
        Figure::alone("codec.opus.packet", len, "octets"),
    ]
}

/// Nanoseconds for each of them, in the fastest of some rounds.
fn each<T, R>(all: &[T], mut take: impl FnMut(&T) -> R) -> f64 {
    let mut round = || {
        let began = Instant::now();
        all.iter().for_each(|one| _ = black_box(take(black_box(one))));
        began.elapsed().as_nanos() as f64 / all.len() as f64
    };
    (0..ROUNDS).map(|_| round()).fold(f64::MAX, f64::min)
}

fn packets(frames: &[&[i16; FRAME]]) -> Vec<Vec<u8>> {
    let mut encoder = opus::Encoder::new();
    let mut room = [0; FRAME];
    let packet = |frame: &&[i16; FRAME]| {
        let len = encoder.encode(*frame, &mut room).expect("20 ms are a packet");
        room.get(..len).expect("it is in the room").to_vec()
    };
    frames.iter().map(packet).collect()
}

/// A voice that rises and falls, with pauses.
#[expect(clippy::cast_possible_truncation, reason = "it is not as loud")]
fn voice() -> Vec<i16> {
    let mut phase = 0.0_f64;
    let sample = |n: u32| {
        let t = f64::from(n) / 8_000.0;
        phase += (130.0 + 25.0 * (3.0 * t).sin()) / 8_000.0;
        let loud = if (t * 1.3).fract() < 0.7 { 3_000.0 } else { 30.0 };
        let overtones = (1..16).map(|k| {
            let formant = 1.0 / (1.0 + (f64::from(k) * 0.13 - 0.6 - 0.3 * t.sin()).powi(2) * 9.0);
            formant * (TAU * phase * f64::from(k)).sin()
        });
        (loud * overtones.sum::<f64>()) as i16
    };
    (0..8_000 * SECONDS).map(sample).collect()
}
