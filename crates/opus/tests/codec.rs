//! What passes through the codec, and what it makes of what is no packet.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail by panicking")]

use opus::{Decoder, Encoder, ROOM};
use proptest::prelude::*;
use rtp::opus::ticks;
use std::f64::consts::TAU;

const TONE: f64 = 430.0;
const LOUDNESS: f64 = 6_000.0;

#[expect(clippy::cast_possible_truncation, reason = "it is not as loud")]
fn tone(len: usize) -> Vec<i16> {
    let at = |n: u32| LOUDNESS * (TAU * TONE * f64::from(n) / 8_000.0).sin();
    (0..).take(len).map(|n| at(n) as i16).collect()
}

/// How much of some sound is the tone.
fn share(samples: &[i16]) -> f64 {
    let (mut real, mut imaginary, mut all) = (0.0, 0.0, 0.0);
    for (n, sample) in (0_u32..).zip(samples) {
        let (turn, sample) = (TAU * TONE * f64::from(n) / 8_000.0, f64::from(*sample));
        real += sample * turn.cos();
        imaginary += sample * turn.sin();
        all += sample * sample;
    }
    2.0 * (real * real + imaginary * imaginary) / (samples.len() as f64 * all)
}

/// The packets of a sound, each of so many samples.
fn packets(sound: &[i16], len: usize) -> Vec<Vec<u8>> {
    let mut encoder = Encoder::new();
    let mut packet = [0; 1_400];
    let each = sound.chunks_exact(len).map(|samples| {
        let len = encoder.encode(samples, &mut packet).unwrap();
        packet[..len].to_vec()
    });
    each.collect()
}

#[test]
fn a_tone_passes_in_packets_of_each_length() {
    for len in (80..=960).step_by(80) {
        let mut decoder = Decoder::new();
        let mut heard = Vec::new();
        for packet in packets(&tone(960 * 10), len) {
            assert_eq!(ticks(&packet), u32::try_from(len).ok());
            heard.extend_from_slice(decoder.decode(&packet, &mut { ROOM }));
        }
        assert!(heard.len() > 8_000, "{len}");
        let share = share(&heard[1_600..8_000]);
        assert!(share > 0.98, "{len}: {share}");
    }
}

/// A vowel of 150 Hz: a tone and its overtones.
#[expect(clippy::cast_possible_truncation, reason = "it is not as loud")]
fn vowel(len: usize) -> Vec<i16> {
    let overtone = |k: f64, n: u32| (TAU * 150.0 * k * f64::from(n) / 8_000.0).sin() / k;
    let at = |n: u32| LOUDNESS * (1..9).map(|k| overtone(k.into(), n)).sum::<f64>();
    (0..).take(len).map(|n| at(n) as i16).collect()
}

/// Packets of a phone that tells each frame again in the next packet.
fn told_again(sound: &[i16]) -> Vec<Vec<u8>> {
    let builder = ropus::Encoder::builder(8_000, ropus::Channels::Mono, ropus::Application::Voip);
    let builder = builder.inband_fec(ropus::InbandFec::Forced).packet_loss_perc(25).complexity(0);
    let rate = ropus::Bitrate::try_bits(24_000).unwrap();
    let mut encoder = builder.bitrate(rate).build().unwrap();
    let mut packet = [0; 400];
    let each = sound.chunks_exact(160).map(|samples| {
        let len = encoder.encode(samples, &mut packet).unwrap();
        packet[..len].to_vec()
    });
    each.collect()
}

#[test]
fn what_the_next_packet_tells_of_a_lost_one_is_heard_and_nothing_is_made_up() {
    let vowel = vowel(160 * 100);
    let loudness = |piece: &[i16]| {
        let power = piece.iter().map(|sample| f64::from(*sample).powi(2)).sum::<f64>();
        (power / piece.len() as f64).sqrt()
    };
    let mut decoder = Decoder::new();
    let mut recovered = 0;
    for (count, packet) in told_again(&vowel).iter().enumerate() {
        if count % 10 == 9 {
            continue;
        }
        if count % 10 == 0 && count > 0 {
            let mut room = ROOM;
            let samples = decoder.recover(packet, 160, &mut room);
            if !samples.is_empty() {
                assert_eq!(samples.len(), 160);
                assert!((0.7..1.3).contains(&(loudness(samples) / loudness(&vowel))));
                assert_eq!(decoder.recover(packet, 80, &mut { ROOM }), [], "there is no room");
                recovered += 1;
            }
        }
        let mut room = ROOM;
        let part = loudness(decoder.decode(packet, &mut room)) / loudness(&vowel);
        assert!(count == 0 || (0.5..1.5).contains(&part), "{count} {part}");
    }
    // Not every packet of that phone has room for it.
    assert!(recovered > 0);
    for packet in packets(&vowel, 160) {
        assert_eq!(decoder.recover(&packet, 960, &mut { ROOM }), []);
    }
}

#[test]
fn a_length_that_is_no_packet_is_none() {
    let (mut encoder, mut packet) = (Encoder::new(), [0; 160]);
    for len in [0, 79, 120, 1_040] {
        assert_eq!(encoder.encode(&vec![0; len], &mut packet), None, "{len}");
    }
    assert_eq!(encoder.encode(&[0; 160], &mut []), None);
}

#[test]
fn a_packet_of_20_ms_finds_room_in_160_octets_whatever_is_said() {
    let (mut encoder, mut packet, mut random) = (Encoder::new(), [0; 160], 1_u32);
    for _ in 0..200 {
        let noise: Vec<i16> = (0..160)
            .map(|_| {
                random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                i16::from_be_bytes(random.to_be_bytes()[..2].try_into().unwrap())
            })
            .collect();
        assert!(encoder.encode(&noise, &mut packet).is_some());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    /// Whatever comes, there is either nothing or as many samples as the packet says.
    #[test]
    fn no_octets_make_it_fall_over(
        packets in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..160), 1..12),
        lost in 0..1_000_usize,
    ) {
        let mut decoder = Decoder::new();
        for packet in &packets {
            let said = ticks(packet).unwrap_or_default();
            let recovered = decoder.recover(packet, lost, &mut { ROOM }).len();
            prop_assert!(recovered <= lost && recovered <= 480);
            let len = decoder.decode(packet, &mut { ROOM }).len();
            prop_assert!(len == 0 || u32::try_from(len) == Ok(said), "{} {}", len, said);
        }
        prop_assert_eq!(format!("{decoder:?}"), "Decoder");
    }

    /// The same of real packets that a network or a peer has spoilt: cut off, or with octets that are others.
    #[test]
    fn no_spoilt_packets_make_it_fall_over(
        spoils in prop::collection::vec((0..60_usize, any::<prop::sample::Index>(), any::<u8>(), any::<bool>()), 1..40),
        len in prop::sample::select(vec![80_usize, 160, 240, 320, 480]),
    ) {
        let packets = packets(&tone(9_600), len);
        let mut decoder = Decoder::new();
        for (count, place, octet, is_cut) in spoils {
            let mut packet = packets[count % packets.len()].clone();
            let place = place.index(packet.len());
            if is_cut { packet.truncate(place); } else { packet[place] = octet; }
            let said = ticks(&packet).unwrap_or_default();
            decoder.recover(&packet, 960, &mut { ROOM });
            let len = decoder.decode(&packet, &mut { ROOM }).len();
            prop_assert!(len == 0 || u32::try_from(len) == Ok(said));
        }
        prop_assert_eq!(format!("{decoder:?}"), "Decoder");
    }
}
