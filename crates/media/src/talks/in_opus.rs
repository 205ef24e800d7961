//! What comes of the pieces of a talk on the disk where that is kept in Opus, as others read it.

use super::tests::{TALK, ended, label};
use super::*;
use crate::tape::Of;
use media_protocol::Codec;
use ogg::PacketReader;
use ropus::{Channels, DecodeMode};
use rtp::g711::alaw_encode;
use std::f64::consts::TAU;

const CALLERS: f64 = 430.0;
const AGENTS: f64 = 1_100.0;

fn talks(folder: &Path) -> Talks {
    let mut talks = Talks::new(Some(folder.to_owned()), TalkForm::Opus);
    talks.begin(TALK, label());
    talks
}

/// 20 ms of a tone that goes on from packet to packet.
#[expect(clippy::cast_possible_truncation, reason = "it is not as loud")]
fn say(talks: &mut Talks, side: Side, packet: u64, pitch: f64) {
    let place = 160 * packet;
    let sample = |n: u64| (6_000.0 * (TAU * pitch * (place + n) as f64 / 8_000.0).sin()) as i16;
    let mut octets = [0; PIECE_LEN];
    octets.iter_mut().zip(0..).for_each(|(octet, n)| *octet = alaw_encode(sample(n)));
    let of = Of::Talk(TALK, side);
    let codec = Codec::Pcma;
    let sound = Sound { of, place, codec, behind: 0, goes_on: false, len: 160, octets };
    talks.keep((TALK, side), &sound);
}

/// What somebody else reads: the samples of either side as long as the stream says that they are, and the number of its octets.
fn read(path: &Path) -> ([Vec<f64>; 2], u64) {
    let mut reader = PacketReader::new(File::open(path).unwrap());
    let head = reader.read_packet_expected().unwrap();
    assert!(head.data.starts_with(b"OpusHead\x01\x02") && head.first_in_stream());
    let skip = usize::from(u16::from_le_bytes([head.data[10], head.data[11]])) / 6;
    assert!(reader.read_packet_expected().unwrap().data.starts_with(b"OpusTags"));
    let mut decoder = ropus::Decoder::new(8_000, Channels::Stereo).unwrap();
    let (mut heard, mut room) = (Vec::new(), [0; 2 * 960]);
    let length = loop {
        let packet = reader.read_packet_expected().unwrap();
        let count = decoder.decode(&packet.data, &mut room, DecodeMode::Normal).unwrap();
        heard.extend_from_slice(&room[..2 * count]);
        if packet.last_in_stream() {
            break usize::try_from(packet.absgp_page()).unwrap() / 6 - skip;
        }
    };
    assert!(reader.read_packet().unwrap().is_none(), "nothing is behind the end");
    assert!(length + skip <= heard.len() / 2, "there is as much as it says");
    let side = |side: usize| {
        let samples = heard.iter().skip(2 * skip + side).step_by(2).take(length);
        samples.map(|sample| f64::from(*sample)).collect()
    };
    ([side(0), side(1)], fs::metadata(path).unwrap().len())
}

/// How much of the energy of some sound has this pitch.
fn share(samples: &[f64], pitch: f64) -> f64 {
    let (mut real, mut imaginary, mut all) = (0.0, 0.0, 1e-9);
    for (n, sample) in (0_u32..).zip(samples) {
        let turn = TAU * pitch * f64::from(n) / 8_000.0;
        real += sample * turn.cos();
        imaginary += sample * turn.sin();
        all += sample * sample;
    }
    2.0 * (real * real + imaginary * imaginary) / (samples.len() as f64 * all)
}

fn loudest(samples: &[f64]) -> f64 {
    samples.iter().fold(0.0, |most: f64, sample| most.max(sample.abs()))
}

/// One pitch is heard and nothing of the other; or nothing is.
fn is_alone(heard: &[f64], own: Option<f64>, other: f64) {
    match own {
        Some(own) => {
            let shares = [own, other].map(|pitch| share(heard, pitch));
            assert!(shares[0] > 0.97 && shares[1] < 0.001, "{own} and {other} Hz: {shares:?}");
        }
        None => assert!(loudest(heard) < 60.0, "{}", loudest(heard)),
    }
}

#[test]
fn either_side_is_heard_on_its_own_at_its_time_and_a_long_silence_takes_no_room() {
    let folder = tempfile::tempdir().unwrap();
    let mut talks = talks(folder.path());
    for packet in 0..200 {
        say(&mut talks, Side::Caller, packet, CALLERS);
        if packet >= 100 {
            say(&mut talks, Side::Other, packet, AGENTS);
        }
    }
    // Four seconds late: there is no place for it any more.
    say(&mut talks, Side::Caller, 3, CALLERS);
    // After ten minutes in which nobody says anything.
    for packet in 30_000..30_100 {
        say(&mut talks, Side::Other, packet, AGENTS);
    }
    let Recorded::OnDisk { length, bytes, packets_missed } = ended(&mut talks, 0) else {
        panic!("it is kept")
    };
    assert_eq!((length, packets_missed), (Duration::from_secs(602), 1));
    let ([left, right], size) = read(&path(folder.path(), TALK, TalkForm::Opus));
    assert_eq!((left.len(), right.len(), size), (4_816_000, 4_816_000, bytes));
    // Six seconds of sound and ten minutes of none.
    assert!(bytes < 6 * 7_000 + 20_000, "{bytes}");
    for (part, callers_speak, agents_speak) in [
        (800..16_000, true, false),
        (16_800..31_200, true, true),
        (4_800_800..4_816_000, false, true),
    ] {
        is_alone(&left[part.clone()], callers_speak.then_some(CALLERS), AGENTS);
        is_alone(&right[part], agents_speak.then_some(AGENTS), CALLERS);
    }
    // To the thousandth of a second.
    let begins = |side: &[f64], from: usize| {
        from + side[from..].iter().position(|it| it.abs() > 1_500.0).unwrap()
    };
    for (place, expected) in
        [(begins(&left, 0), 0), (begins(&right, 0), 16_000), (begins(&right, 40_000), 4_800_000)]
    {
        assert!(place.abs_diff(expected) < 24, "{place} and not {expected}");
    }
    assert!(loudest(&right[33_600..4_799_900]) < 4.0, "{}", loudest(&right[33_600..4_799_900]));
}

#[test]
fn what_a_kill_cuts_off_is_heard_to_its_last_page_and_the_next_start_ends_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut talks = talks(folder.path());
    (0..260).for_each(|packet| say(&mut talks, Side::Other, packet, AGENTS));
    drop(talks);
    let left = part(folder.path(), TALK);
    let octets = fs::read(&left).unwrap();
    fs::write(&left, &octets[..octets.len() - 3]).unwrap();
    let [mended] = mend(folder.path(), |_| false).unwrap()[..] else { panic!("there is one") };
    // Of five seconds two and a half are in memory, and half of one was a page that is not whole.
    let length = Duration::from_millis(2_497);
    assert_eq!((mended.recording, mended.length, mended.was_whole), (TALK, length, false));
    assert_eq!(mend(folder.path(), |_| false).unwrap(), [mended]);
    assert_eq!(mend(folder.path(), |_| true).unwrap(), []);
    assert_eq!(form(folder.path(), TALK), Some(TalkForm::Opus));
    let ([_, right], bytes) = read(&path(folder.path(), TALK, TalkForm::Opus));
    assert_eq!((right.len(), bytes), (19_980, mended.bytes));
    assert!(share(&right[800..], AGENTS) > 0.97);
}

#[test]
fn what_a_disk_refuses_is_missing_of_what_is_in_opus_too_and_the_stream_is_whole() {
    let folder = tempfile::tempdir().unwrap();
    let mut talks = talks(folder.path());
    let say_all = |talks: &mut Talks, packets: std::ops::Range<u64>| {
        packets.for_each(|packet| say(talks, Side::Caller, packet, CALLERS));
    };
    say_all(&mut talks, 0..100);
    let closed = Growing::There(File::open(part(folder.path(), TALK)).unwrap());
    let file = std::mem::replace(&mut talks.open.get_mut(&TALK).unwrap().file, closed);
    say_all(&mut talks, 100..200);
    talks.open.get_mut(&TALK).unwrap().file = file;
    say_all(&mut talks, 200..300);
    let Recorded::OnDisk { length, packets_missed, .. } = ended(&mut talks, 0) else {
        panic!("it is kept")
    };
    assert_eq!(length, Duration::from_secs(6));
    assert!((75..=100).contains(&packets_missed), "{packets_missed}");
    let ([left, _], _) = read(&path(folder.path(), TALK, TalkForm::Opus));
    assert!(share(&left[800..16_000], CALLERS) > 0.97 && share(&left[33_000..], CALLERS) > 0.97);
}

/// Whoever counts time otherwise by nearly a second costs the other side nothing.
#[test]
fn sides_that_stand_far_apart_are_both_whole() {
    let folder = tempfile::tempdir().unwrap();
    let mut talks = talks(folder.path());
    for packet in 0..500 {
        say(&mut talks, Side::Caller, packet + 49, CALLERS);
        if packet >= 49 {
            say(&mut talks, Side::Other, packet - 49, AGENTS);
        }
    }
    let Recorded::OnDisk { packets_missed, .. } = ended(&mut talks, 0) else {
        panic!("it is kept")
    };
    assert_eq!(packets_missed, 0);
    let ([left, right], _) = read(&path(folder.path(), TALK, TalkForm::Opus));
    is_alone(&left[9_000..70_000], Some(CALLERS), AGENTS);
    is_alone(&right[800..70_000], Some(AGENTS), CALLERS);
}

/// A phone that sends the silence of A-law, which is no zero, sends nothing to be kept.
#[test]
fn the_silence_of_a_law_takes_no_room() {
    let folder = tempfile::tempdir().unwrap();
    let mut talks = talks(folder.path());
    for packet in 0..3_000 {
        let of = Of::Talk(TALK, Side::Other);
        let octets = [rtp::g711::ALAW_SILENCE; PIECE_LEN];
        let (place, codec) = (160 * packet, Codec::Pcma);
        let sound = Sound { of, place, codec, behind: 0, goes_on: false, len: 160, octets };
        talks.keep((TALK, Side::Other), &sound);
    }
    let Recorded::OnDisk { bytes, length, .. } = ended(&mut talks, 0) else { panic!("it is kept") };
    assert_eq!(length, Duration::from_secs(60));
    assert!(bytes < 15_000, "{bytes}");
}

#[test]
fn a_page_that_has_gone_bad_takes_nothing_with_it_and_what_cannot_be_read_stays_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let mut talks = talks(folder.path());
    (0..500).for_each(|packet| say(&mut talks, Side::Other, packet, AGENTS));
    talks.leave();
    drop(talks);
    let left = part(folder.path(), TALK);
    let mut octets = fs::read(&left).unwrap();
    octets[5_000] ^= 1;
    fs::write(&left, &octets).unwrap();
    let [mended] = mend(folder.path(), |_| false).unwrap()[..] else { panic!("there is one") };
    assert_eq!(mended.length, Duration::from_millis(9_997));
    fs::rename(path(folder.path(), TALK, TalkForm::Opus), &left).unwrap();
    octets[..100].fill(0);
    fs::write(&left, &octets).unwrap();
    assert_eq!(mend(folder.path(), |_| false).unwrap(), []);
    assert_eq!(fs::read(&left).unwrap(), octets);
}

#[test]
fn a_recording_of_nothing_is_a_stream_of_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut talks = talks(folder.path());
    let Recorded::OnDisk { length: Duration::ZERO, .. } = ended(&mut talks, 0) else {
        panic!("it is kept")
    };
    let ([left, right], _) = read(&path(folder.path(), TALK, TalkForm::Opus));
    assert!(left.is_empty() && right.is_empty());
    // What had come to the disk of neither form is one of the other.
    fs::remove_file(path(folder.path(), TALK, TalkForm::Opus)).unwrap();
    fs::write(part(folder.path(), TALK), b"OggS\0").unwrap();
    let [mended] = mend(folder.path(), |_| false).unwrap()[..] else { panic!("there is one") };
    assert_eq!((mended.length, mended.bytes), (Duration::ZERO, HEADER_LEN));
}
