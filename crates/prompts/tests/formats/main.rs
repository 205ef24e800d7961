//! Recordings of every kind that an operator may bring, and what no decoder should be brought.
//!
//! The tone in `tests/sounds` is ours: a sine of 1 kHz, half a second, 6 dB below full scale,
//! stereo at 44.1 kHz.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a test that meets what it did not expect ends there"
)]

mod files;
mod hostile;
mod tones;

use files::{header, stereo, wav};
use hound::SampleFormat;
use prompts::{DecodeError, Library, Pcm, decode};
use tones::{assert_tone, sine};

const FLAC: &[u8] = include_bytes!("../sounds/tone.flac");
const OGG: &[u8] = include_bytes!("../sounds/tone.ogg");
const MP3: &[u8] = include_bytes!("../sounds/tone.mp3");

#[test]
fn studio_sound_keeps_its_tone_and_its_level() {
    let bytes = stereo(44_100, &sine(1_000.0, 0.5, 44_100, 1.0));
    let pcm = decode(&bytes, Some("wav")).unwrap();
    assert_eq!(pcm.samples().len(), 8_000);
    assert_tone(&pcm, 1_000.0, 0.5);
}

#[test]
fn every_usual_rate_is_taken() {
    for rate in [8_000, 11_025, 16_000, 22_050, 32_000, 44_100, 48_000, 96_000] {
        let bytes = stereo(rate, &sine(700.0, 0.25, rate, 1.0));
        let pcm = decode(&bytes, None).unwrap();
        assert!(pcm.samples().len().abs_diff(8_000) <= 1, "{rate} Hz");
        assert_tone(&pcm, 700.0, 0.25);
    }
}

#[test]
fn what_a_telephone_can_not_carry_is_not_folded_into_what_it_can() {
    let bytes = stereo(44_100, &sine(7_000.0, 0.5, 44_100, 1.0));
    let pcm = decode(&bytes, None).unwrap();
    let middle = Pcm::new(pcm.samples()[800..7_200].to_vec());
    assert!(middle.peak_level().is_none_or(|peak| peak < -60.0), "{:?}", middle.peak_level());
}

#[test]
fn the_channels_are_mixed_into_one() {
    let left = sine(1_000.0, 0.5, 8_000, 0.5);
    let interleaved: Vec<f32> = left.iter().flat_map(|sample| [*sample, 0.0]).collect();
    let pcm = decode(&wav(8_000, 2, 16, SampleFormat::Int, &interleaved), None).unwrap();
    assert_tone(&pcm, 1_000.0, 0.25);
}

#[test]
fn every_width_of_sample_is_taken() {
    let tone = sine(1_000.0, 0.5, 8_000, 0.5);
    for (bits, format) in [
        (8, SampleFormat::Int),
        (16, SampleFormat::Int),
        (24, SampleFormat::Int),
        (32, SampleFormat::Int),
        (32, SampleFormat::Float),
    ] {
        assert_tone(&decode(&wav(8_000, 1, bits, format, &tone), None).unwrap(), 1_000.0, 0.5);
    }
}

#[test]
fn sound_that_is_right_already_is_not_touched() {
    let samples: Vec<i16> = (-4_000..4_000).map(|n| n * 8).collect();
    let unit: Vec<f32> = Pcm::new(samples.clone()).unit().collect();
    let pcm = decode(&wav(8_000, 1, 16, SampleFormat::Int, &unit), None).unwrap();
    assert_eq!(pcm.samples(), samples);
}

#[test]
fn recordings_from_a_telephone_exchange_are_taken() {
    for (tag, encode) in [(6, rtp::g711::alaw_encode as fn(i16) -> u8), (7, rtp::g711::ulaw_encode)]
    {
        let tone = Pcm::from_unit(&sine(1_000.0, 0.5, 8_000, 0.5));
        let octets: Vec<u8> = tone.samples().iter().map(|sample| encode(*sample)).collect();
        let mut bytes = header(tag, 8_000, 8, octets.len());
        bytes.extend(octets);
        assert_tone(&decode(&bytes, None).unwrap(), 1_000.0, 0.5);
    }
}

#[test]
fn flac_ogg_vorbis_and_mp3_are_taken_whatever_they_are_called() {
    for bytes in [FLAC, OGG, MP3] {
        for extension in [None, Some("wav")] {
            let pcm = decode(bytes, extension).unwrap();
            assert!((3_900..4_700).contains(&pcm.samples().len()), "{}", pcm.samples().len());
            let middle = pcm.samples().get(1_000..3_400).unwrap();
            assert_tone(&Pcm::new(middle.to_vec()), 1_000.0, 0.5);
        }
    }
}

#[test]
fn a_file_that_was_cut_short_plays_as_far_as_it_goes() {
    let whole = stereo(8_000, &sine(1_000.0, 0.5, 8_000, 1.0));
    let pcm = decode(&whole[..whole.len() / 2], None).unwrap();
    assert!(pcm.samples().len().abs_diff(4_000) < 100, "{}", pcm.samples().len());
}

#[test]
fn a_fault_says_what_to_do() {
    let told = |bytes: &[u8]| decode(bytes, None).unwrap_err().to_string();
    assert_eq!(
        told(b"#!/bin/sh\nexit 1\n"),
        "not a sound file that can be read; save it as WAV, FLAC, Ogg Vorbis or MP3"
    );
    assert_eq!(
        told(&stereo(1_000, &[0.1; 1_000])),
        "sampled at 1000 Hz, where 4000 to 192000 Hz are taken"
    );
    assert_eq!(
        told(&header(7, 8_000, 8, 0)[..30]),
        "not a sound file that can be read; save it as WAV, FLAC, Ogg Vorbis or MP3"
    );
    assert_eq!(decode(&stereo(8_000, &[]), None), Err(DecodeError::Empty));
}

#[test]
fn a_decoder_that_gives_up_gives_up_on_this_file_only() {
    // So many channels that the reader's sum of a frame's octets overflows.
    let mut bytes = header(1, 8_000, 16, 1_000);
    bytes[22..24].copy_from_slice(&u16::MAX.to_le_bytes());
    bytes.resize(bytes.len() + 1_000, 1);
    let fault = decode(&bytes, None).unwrap_err();
    assert!(matches!(fault, DecodeError::Damaged(_) | DecodeError::FormatUnknown), "{fault}");
}

#[test]
fn a_recording_of_hours_is_refused() {
    let mut bytes = header(7, 8_000, 8, 8_000 * 901);
    bytes.resize(bytes.len() + 8_000 * 901, 0x20);
    assert_eq!(decode(&bytes, None), Err(DecodeError::TooLong));
}

#[test]
fn a_whisper_is_raised_and_music_is_left_to_lie_under_the_phrases() {
    let played = |peak: f32| {
        let mut library = Library::new("sv");
        let id =
            library.add(None, "phrase", &stereo(8_000, &sine(500.0, peak, 8_000, 1.0))).unwrap();
        let store = library.build().store;
        let octets = store.clip(id).unwrap().frames(media_protocol::Codec::Pcma).to_vec();
        Pcm::new(octets.into_iter().map(rtp::g711::alaw_decode).collect()).active_level().unwrap()
    };
    assert!((played(0.002) - prompts::SPEECH_DBOV).abs() < 0.3);
    assert!((played(0.9) - prompts::SPEECH_DBOV).abs() < 0.3);
    // A peak of 0.0709 is −23 dBov at its top and −26 as a tone.
    assert!((played(0.0709) + 26.0).abs() < 0.3);
}
