//! Keys that callers press.

use super::*;
use media_protocol::Digit;

fn digit(leg: u64, key: char) -> Event {
    Event::Digit { stream: LegId(leg), digit: Digit::from_char(key).unwrap() }
}

/// The packets of a press, from the one numbered as `said`.
fn press(said: &Said, event: u8) -> Vec<Said> {
    let mut packets: Vec<Said> =
        (0..4).map(|n| numbered(said, n).key(event, false, 160 * (n + 1))).collect();
    packets.extend((4..7).map(|n| numbered(said, n).key(event, true, 800)));
    packets[0].header.marker = true;
    packets
}

/// Another sequence number at the same timestamp, as all packets of a press have it.
fn numbered(said: &Said, count: u16) -> Said {
    let mut said = said.clone();
    said.header.marker = false;
    said.header.sequence += count;
    said
}

#[test]
fn a_key_is_told_once_at_its_beginning() {
    let mut stage = Stage::with([1]);
    let packets = press(&Said::first(), 11);
    stage.hear(1, &packets[0]);
    assert_eq!(stage.events(), [Event::Heard { stream: LegId(1) }, digit(1, '#')]);
    packets[1..].iter().for_each(|packet| stage.hear(1, packet));
    assert_eq!(stage.events(), []);
}

/// A press of so many milliseconds as tones of the row of 7 and the column of 8, and as much silence.
#[expect(clippy::cast_possible_truncation, reason = "it is not as loud")]
fn tones_of_8(millis: u32, encode: impl FnMut(i16) -> u8) -> Vec<u8> {
    let sine = |hertz: f64, n: u32| (std::f64::consts::TAU * hertz * f64::from(n) / 8_000.0).sin();
    let tones = (0..8 * millis).map(|n| (8_000.0 * (sine(852.0, n) + sine(1_336.0, n))) as i16);
    let silence = std::iter::repeat_n(8, 8 * millis as usize);
    tones.chain(silence).map(encode).collect()
}

/// The keys that are told of this sound in packets of so many octets.
fn told_of(format: Format, octets: &[u8], len: usize) -> Vec<Event> {
    let mut stage = Stage::new();
    let mut said = Said::first();
    said.header.payload_type = format.payload_type;
    stage.open(1, format);
    for payload in octets.chunks(len) {
        said.payload = payload.to_vec();
        stage.hear(1, &said);
        said = said.next(1);
        said.header.timestamp = said.header.timestamp + u32::try_from(len).unwrap() - 160;
    }
    let mut told = stage.events();
    told.retain(|event| matches!(event, Event::Digit { .. }));
    told
}

#[test]
fn a_peer_without_events_presses_keys_by_tones_in_each_codec_and_packets_of_any_length() {
    let without =
        |codec, payload_type| Format { codec, payload_type, event_type: None, ..format(1) };
    let mut g722 = rtp::g722::NarrowEncoder::default();
    let ways = [
        (without(Codec::Pcma, 8), tones_of_8(60, g711::alaw_encode)),
        (without(Codec::Pcmu, 0), tones_of_8(60, g711::ulaw_encode)),
        (without(Codec::G722, 9), tones_of_8(60, |sample| g722.encode(sample))),
    ];
    for (format, octets) in ways {
        for len in [80, 160, 240, 480] {
            let twice = [octets.clone(), octets.clone()].concat();
            let told = told_of(format.clone(), &twice, len);
            assert_eq!(told, [digit(1, '8'), digit(1, '8')], "{format:?} {len}");
        }
    }
}

/// How a phone tells of a pause in which it sends no sound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pause {
    /// Its times step over it.
    Step,
    Mark,
    /// Its times stand still, and a mark says that it goes on.
    MarkAlone,
    Noise,
}

/// A phone that hears when its person is silent sends nothing in the pause between two presses.
#[test]
fn a_key_that_is_pressed_twice_is_told_twice_where_nothing_is_sent_in_between() {
    for pause in [Pause::Step, Pause::Mark, Pause::MarkAlone, Pause::Noise] {
        let mut stage = Stage::new();
        stage.open(1, Format { event_type: None, ..format(1) });
        let tones = tones_of_8(60, g711::alaw_encode);
        let mut said = Said::first();
        for press in 0..3 {
            for payload in tones[..480].chunks(160) {
                said.payload = payload.to_vec();
                stage.hear(1, &said);
                stage.run(Duration::from_millis(20));
                said = said.next(1);
            }
            stage.run(Duration::from_millis(60));
            if pause == Pause::Noise {
                let mut noise = said.clone();
                (noise.header.payload_type, noise.payload) = (13, vec![0x40]);
                stage.hear(1, &noise);
                said = said.next(1);
                said.header.timestamp -= 160;
            }
            if matches!(pause, Pause::Step | Pause::Mark) {
                said.header.timestamp += 480;
            }
            said.header.marker = matches!(pause, Pause::Mark | Pause::MarkAlone);
            let mut told = stage.events();
            told.retain(|event| matches!(event, Event::Digit { .. }));
            assert_eq!(told, [digit(1, '8')], "{pause:?} {press}");
        }
    }
}

/// Whether packets are lost, late all at once, each marked as the first, or late among such.
#[test]
fn a_key_that_is_held_is_told_once_whatever_becomes_of_its_packets() {
    let tones = tones_of_8(1_000, g711::alaw_encode);
    for (lost, wait, marked) in
        [(true, 0, false), (false, 200, false), (false, 0, true), (false, 200, true)]
    {
        let mut stage = Stage::new();
        stage.open(1, Format { event_type: None, ..format(1) });
        let mut said = Said::first();
        for (payload, count) in tones[..8_000].chunks(160).zip(1..) {
            said.payload = payload.to_vec();
            if !(lost && (20..25).contains(&count)) {
                stage.hear(1, &said);
            }
            stage.run(Duration::from_millis(if count == 20 { 20 + wait } else { 20 }));
            said = said.next(1);
            said.header.marker = marked;
        }
        let mut told = stage.events();
        told.retain(|event| matches!(event, Event::Digit { .. }));
        assert_eq!(told, [digit(1, '8')], "{lost} {wait} {marked}");
    }
}

/// As of a phone that counts G.722 by the samples that it has and not by those that it is told to (RFC 3551 §4.5.2).
#[test]
fn a_key_is_heard_though_times_step_twice_as_far_as_the_sound() {
    let mut stage = Stage::new();
    stage.open(1, Format { event_type: None, ..format(1) });
    let mut said = Said::first();
    for payload in tones_of_8(200, g711::alaw_encode)[..1_600].chunks(160) {
        said.payload = payload.to_vec();
        stage.hear(1, &said);
        stage.run(Duration::from_millis(20));
        said = said.next(1);
        said.header.timestamp += 160;
    }
    let mut told = stage.events();
    told.retain(|event| matches!(event, Event::Digit { .. }));
    assert_eq!(told, [digit(1, '8')]);
}

#[test]
fn tones_of_a_peer_with_events_are_sound_and_no_keys() {
    assert_eq!(told_of(format(1), &tones_of_8(200, g711::alaw_encode), 160), []);
}

/// Whoever talks presses no key by it: all that this house says, in two languages, and its music.
#[test]
fn no_prompt_and_no_music_is_a_key() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../prompts");
    let recordings = prompts::read_folder(&folder).unwrap();
    assert!(recordings.len() > 500);
    let (mut detector, mut samples) = (rtp::ToneDetector::default(), 0);
    for recording in recordings {
        let pcm = prompts::decode(&recording.bytes, None).unwrap();
        samples += pcm.samples().len();
        for sample in pcm.samples() {
            assert_eq!(detector.hear(*sample), None, "{}", recording.name);
        }
    }
    // Ten minutes.
    assert!(samples > 8_000 * 600, "{samples}");
}

#[test]
fn keys_pressed_while_a_prompt_plays_are_told_in_order() {
    let mut stage = Stage::with([1]);
    stage.play(1, 1, &[], Then::Music(TUNE));
    let said = Said::first();
    for packet in [press(&said, 1), press(&said.next(7), 1), press(&said.next(14), 4)].concat() {
        stage.hear(1, &packet);
        stage.run(Duration::from_millis(20));
    }
    let mut told = stage.events();
    told.retain(|event| matches!(event, Event::Digit { .. }));
    assert_eq!(told, [digit(1, '1'), digit(1, '1'), digit(1, '4')]);
}

#[test]
fn a_key_on_a_bridge_is_told_and_passed_on_under_the_others_number() {
    let mut stage = Stage::with([1]);
    stage.open(2, Format { event_type: Some(96), ..format(2) });
    stage.bridge(1, 2);
    press(&Said::first(), 5).iter().for_each(|packet| stage.hear(1, packet));
    assert!(stage.events().contains(&digit(1, '5')));
    let sent = stage.sent();
    assert_eq!(sent.len(), 7);
    for packet in &sent {
        assert_eq!(packet.header.payload_type, 96);
        assert_eq!(packet.header.timestamp, sent[0].header.timestamp);
        assert_eq!(TelephoneEvent::parse(&packet.payload).unwrap().event, 5);
    }
    assert_eq!(sent.iter().filter(|packet| packet.header.marker).count(), 1);
}

#[test]
fn a_key_that_the_other_did_not_agree_to_leaves_no_hole() {
    let mut stage = Stage::with([1]);
    stage.open(2, Format { event_type: None, ..format(2) });
    stage.bridge(1, 2);
    let said = Said::first();
    stage.hear(1, &said);
    press(&said.next(1), 5).iter().for_each(|packet| stage.hear(1, packet));
    stage.hear(1, &said.next(8));
    let numbers: Vec<u16> = stage.sent().iter().map(|sent| sent.header.sequence).collect();
    assert_eq!(numbers.len(), 2);
    assert_eq!(numbers[1], numbers[0].wrapping_add(1));
    assert!(stage.events().contains(&digit(1, '5')));
}

#[test]
fn events_that_are_no_keys_are_not_told() {
    let mut stage = Stage::with([1]);
    stage.hear(1, &Said::first().key(16, false, 160));
    assert_eq!(stage.events(), [Event::Heard { stream: LegId(1) }]);
}

#[test]
fn keys_that_nobody_takes_do_not_pile_up() {
    let mut stage = Stage::with([1]);
    let said = Said::first();
    for count in 0..10_000 {
        stage.now += Duration::from_millis(20);
        stage.hear(1, &said.next(count).key(3, true, 160));
    }
    assert!(stage.streams.is_backed_up());
    assert_eq!(stage.events().len(), crate::streams::EVENTS_MAX);
    assert_eq!(stage.streams.counts().events_dropped, 10_001 - 4_096);
}
