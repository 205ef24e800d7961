//! Phones of different codecs: what one says in its own, the other hears in its own.

use super::*;
use media_protocol::Monitor;
use rtp::g722;
use std::f64::consts::TAU;

/// The codecs, each with its number.
pub(super) const CODECS: [(Codec, u8); 4] =
    [(Codec::Pcma, 8), (Codec::Pcmu, 0), (Codec::G722, 9), (Codec::Opus, 111)];

/// What is said: a tone that ends nowhere near the end of a packet, in hertz, and how loud.
const TONE: f64 = 430.0;
const LOUDNESS: f64 = 6_000.0;

pub(super) fn format_in(leg: u64, (codec, payload_type): (Codec, u8)) -> Format {
    let (heard_type, event_clock) = (payload_type, codec.clock());
    Format { codec, payload_type, heard_type, event_clock, ..format(leg) }
}

#[expect(clippy::cast_possible_truncation, reason = "it is not as loud")]
fn tone(seconds: usize, rate: f64) -> Vec<i16> {
    let len = seconds * if rate > 8_000.0 { 16_000 } else { 8_000 };
    (0_i32..)
        .take(len)
        .map(|n| (LOUDNESS * (TAU * TONE * f64::from(n) / rate).sin()) as i16)
        .collect()
}

/// The tone as a phone says it, in packets of so many ticks of 8,000 a second. One with G.722 has all of its sound.
pub(super) fn said(seconds: usize, (codec, payload_type): (Codec, u8), len: usize) -> Vec<Said> {
    let narrow = tone(seconds, 8_000.0);
    let each = |octets: Vec<u8>| octets.chunks_exact(len).map(<[u8]>::to_vec).collect();
    let payloads: Vec<Vec<u8>> = match codec {
        Codec::Pcma => each(narrow.into_iter().map(g711::alaw_encode).collect()),
        Codec::Pcmu => each(narrow.into_iter().map(g711::ulaw_encode).collect()),
        Codec::G722 => {
            let mut encoder = g722::Encoder::default();
            let pairs = tone(seconds, 16_000.0);
            each(pairs.as_chunks().0.iter().map(|pair| encoder.encode(*pair)).collect())
        }
        Codec::Opus => {
            let (mut encoder, mut room) = (::opus::Encoder::new(), [0; 1_400]);
            let mut encode = |samples: &[i16]| {
                let len = encoder.encode(samples, &mut room).unwrap();
                room[..len].to_vec()
            };
            narrow.chunks_exact(len).map(&mut encode).collect()
        }
    };
    let mut header = Header { payload_type, ..Said::first().header };
    let packets = payloads.into_iter().map(|payload| {
        let said = Said { header, payload };
        header.marker = false;
        header.sequence = header.sequence.wrapping_add(1);
        let ticks = u32::try_from(len).unwrap() * u32::from(codec.clock().pace());
        header.timestamp = header.timestamp.wrapping_add(ticks);
        said
    });
    packets.collect()
}

/// What a phone plays of these packets: the lower band, where it has two.
pub(super) fn played((codec, _): (Codec, u8), sent: &[Sent]) -> Vec<f64> {
    let mut reading = crate::coding::Reading::default();
    let mut samples = Vec::new();
    for Sent { payload, .. } in sent {
        let packet = (codec, rtp::Heard::Next);
        reading.packet(packet, payload, |sample| samples.push(f64::from(sample)));
    }
    samples
}

/// How much of some sound is the tone, and how loud that is as a part of what was said.
pub(super) fn share(samples: &[f64]) -> (f64, f64) {
    let (mut real, mut imaginary, mut all) = (0.0, 0.0, 0.0);
    for (n, sample) in (0_i32..).zip(samples) {
        let turn = TAU * TONE * f64::from(n) / 8_000.0;
        real += sample * turn.cos();
        imaginary += sample * turn.sin();
        all += sample * sample;
    }
    let len = samples.len() as f64;
    let power = real * real + imaginary * imaginary;
    (2.0 * power / (len * all), 2.0 * power.sqrt() / len / LOUDNESS)
}

/// One packet follows the other in number and time.
pub(super) fn assert_even((codec, _): (Codec, u8), sent: &[Sent]) {
    for pair in sent.windows(2) {
        let [one, next] = pair else { continue };
        assert_eq!(next.header.sequence, one.header.sequence.wrapping_add(1));
        let ticks = match codec {
            Codec::Pcma | Codec::Pcmu | Codec::G722 => u32::try_from(one.payload.len()).unwrap(),
            Codec::Opus => 6 * rtp::opus::ticks(&one.payload).unwrap(),
        };
        assert_eq!(next.header.timestamp, one.header.timestamp.wrapping_add(ticks));
    }
}

/// What leg 2 is sent of what leg 1 says, in packets of so many ticks of 8,000 a second.
pub(super) fn bridged(from: (Codec, u8), to: (Codec, u8), len: usize) -> Vec<Sent> {
    let mut stage = Stage::new();
    stage.open(1, format_in(1, from));
    stage.open(2, format_in(2, to));
    stage.bridge(1, 2);
    for said in said(2, from, len) {
        stage.run(Duration::from_micros(125 * u64::try_from(len).unwrap()));
        stage.hear(1, &said);
    }
    stage.sent()
}

#[test]
fn a_tone_passes_from_each_codec_to_each_in_packets_of_any_length() {
    for len in [80, 160, 240, 320, 480] {
        for (from, to) in CODECS.into_iter().flat_map(|from| CODECS.map(|to| (from, to))) {
            let sent = bridged(from, to, len);
            assert_eq!(sent.len(), 16_000 / len, "{from:?} {to:?} {len}");
            assert!(sent.iter().all(|sent| sent.header.payload_type == to.1));
            assert_even(to, &sent);
            let (share, loudness) = share(&played(to, &sent)[800..]);
            let least = if [from.0, to.0].contains(&Codec::Opus) { 0.98 } else { 0.99 };
            assert!(share > least, "{from:?} {to:?} {len}: {share}");
            assert!((0.95..1.05).contains(&loudness), "{from:?} {to:?} {len}: {loudness}");
        }
    }
}

#[test]
fn who_agree_hear_each_other_octet_by_octet() {
    for codec in CODECS {
        let sent = bridged(codec, codec, 160);
        assert_even(codec, &sent);
        let octets: Vec<_> = sent.into_iter().map(|sent| sent.payload).collect();
        let said = said(2, codec, 160).into_iter().map(|said| said.payload);
        assert_eq!(octets, said.collect::<Vec<_>>());
    }
}

#[test]
fn a_packet_that_comes_late_in_another_codec_takes_its_place_and_hurts_nothing() {
    for (from, to) in [((Codec::G722, 9), (Codec::Pcma, 8)), ((Codec::Pcma, 8), (Codec::G722, 9))] {
        let mut stage = Stage::new();
        stage.open(1, format_in(1, from));
        stage.open(2, format_in(2, to));
        stage.bridge(1, 2);
        let mut packets = said(2, from, 160);
        for at in (20..90).step_by(10) {
            packets.swap(at, at + 1);
        }
        for said in packets {
            stage.run(Duration::from_millis(20));
            stage.hear(1, &said);
        }
        let mut sent = stage.sent();
        let first = sent[0].header.sequence;
        sent.sort_by_key(|sent| sent.header.sequence.wrapping_sub(first));
        assert_eq!(sent.len(), 100);
        assert_even(to, &sent);
        let (share, _) = share(&played(to, &sent)[800..]);
        assert!(share > 0.9, "{from:?} {to:?}: {share}");
    }
}

#[test]
fn prompts_and_music_are_there_in_each_codec() {
    for codec in CODECS {
        let mut stage = Stage::new();
        stage.open(1, format_in(1, codec));
        stage.play(1, 1, &[HELLO], Then::Music(TUNE));
        stage.run(Duration::from_millis(200));
        let sent = stage.sent();
        assert_even(codec, &sent);
        if codec.0 == Codec::Opus {
            // Levels that stand still are no sound, and not what a codec for speech keeps.
            assert!(sent.len() >= 9 && played(codec, &sent).len() == 160 * sent.len());
            continue;
        }
        assert!(sent.iter().all(|sent| sent.payload.len() == FRAME_LEN));
        // The frames of the stage are levels that stand still.
        let samples = played(codec, &sent);
        for (place, filling) in
            [filling(0, 0), filling(0, 1), filling(0, 2)].into_iter().enumerate()
        {
            let expected = f64::from(g711::alaw_decode(filling));
            let heard = samples[160 * place + 150];
            assert!((heard / expected - 1.0).abs() < 0.1, "{codec:?} {place}: {heard} {expected}");
        }
    }
}

/// Who writes for a phone with G.722 goes on behind what it was sent, whoever wrote that: a phone that remembers hears no
/// crack when one who talks is followed by another in the midst of a word, or by both.
#[test]
fn no_change_of_who_is_heard_is_a_crack_to_a_phone_that_remembers() {
    let mut stage = Stage::new();
    stage.open(1, format_in(1, (Codec::G722, 9)));
    stage.open(2, format_in(2, (Codec::Pcma, 8)));
    stage.open(3, format_in(3, (Codec::Pcma, 8)));
    let loud = said(2, (Codec::Pcma, 8), 160);
    for (count, said) in loud.iter().enumerate() {
        match count {
            5 => stage.bridge(1, 2),
            30 => stage.bridge(1, 3),
            60 => {
                let (stream, caller) = (LegId(2), LegId(3));
                stage.handle(Command::Monitor { stream, caller, monitor: Monitor::Barge });
            }
            80 => stage.handle(Command::Unbridge { stream: LegId(2) }),
            _ => {}
        }
        stage.run(Duration::from_millis(20));
        stage.hear(2, said);
        stage.hear(3, &loud[(count + 13) % loud.len()].renumbered(said));
    }
    let sent: Vec<_> = stage.sent().into_iter().filter(|sent| sent.socket == 1).collect();
    assert!(sent.len() > 90, "{}", sent.len());
    let heard = played((Codec::G722, 9), &sent);
    let loudest = |heard: &[f64]| heard.iter().fold(0.0, |most: f64, it| most.max(it.abs()));
    let [alone, both] = [&heard[..160 * 54], &heard[160 * 54..]].map(loudest);
    assert!(alone < 1.2 * LOUDNESS, "{alone}");
    assert!(both < 2.4 * LOUDNESS, "{both}");
    let quiet = heard.chunk_by(|one, next| one.abs() < 100.0 && next.abs() < 100.0);
    let longest = quiet.map(<[f64]>::len).max().unwrap();
    assert!(longest <= 320, "{longest} samples of silence");
}

#[test]
fn a_recording_keeps_what_each_says_as_it_came() {
    let mut stage = Stage::new();
    stage.open(1, format_in(1, (Codec::G722, 9)));
    stage.open(2, format(2));
    talks::record(&mut stage, 1);
    stage.bridge(1, 2);
    for said in said(1, (Codec::G722, 9), 160) {
        stage.run(Duration::from_millis(20));
        stage.hear(1, &said);
    }
    let mut gathering = crate::gathering::Gathering::default();
    let pieces = stage.recorded();
    let sounds = pieces.iter().filter_map(|piece| match piece {
        Piece::Sound(sound) => Some(sound),
        Piece::Begin(..)
        | Piece::End { .. }
        | Piece::Discard(_)
        | Piece::BeginTalk(..)
        | Piece::EndTalk { .. } => None,
    });
    let samples: Vec<_> =
        sounds.flat_map(|sound| gathering.samples(sound).1.to_vec()).map(f64::from).collect();
    assert_eq!(samples.len(), 8_000);
    assert!(share(&samples[800..]).0 > 0.99);
}

#[test]
fn a_talk_in_two_codecs_takes_no_memory_once_it_goes_on() {
    for (from, to) in [((Codec::G722, 9), (Codec::Pcma, 8)), ((Codec::Pcmu, 0), (Codec::G722, 9))] {
        let mut stage = Stage::new();
        stage.open(1, format_in(1, from));
        stage.open(2, format_in(2, to));
        stage.bridge(1, 2);
        let mut packets: Vec<_> = said(10, from, 160).iter().map(Said::packet).collect();
        stage.receive(1, phone(1), &packets.remove(0));
        stage.events();
        let (mut now, from) = (stage.now, phone(1));
        let taken = allocation_counter::measure(|| {
            for packet in &mut packets {
                now += Duration::from_millis(20);
                stage.streams.receive(now, 1, (from, packet), &mut Unheard);
            }
        });
        assert_eq!(taken.count_total, 0);
        assert_eq!(stage.streams.counts().packets_recoded, 500);
    }
}

/// A wire that keeps nothing.
struct Unheard;

impl Wire for Unheard {
    fn send(&mut self, _: usize, _: SocketAddr, _: &[u8]) {}
}
