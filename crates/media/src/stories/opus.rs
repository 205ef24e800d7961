//! Phones with Opus: its packets have no length of their own and a clock that is six times as fast.

use super::codecs::{assert_even, bridged, format_in, played, said, share};
use super::*;
use rtp::rtcp::{Packet, read};
use std::f64::consts::TAU;

const OPUS: (Codec, u8) = (Codec::Opus, 111);
const PCMA: (Codec, u8) = (Codec::Pcma, 8);

/// Leg 1 with one codec and leg 2 with another, who talk.
fn bridge(from: (Codec, u8), to: (Codec, u8)) -> Stage {
    let mut stage = Stage::new();
    stage.open(1, format_in(1, from));
    stage.open(2, format_in(2, to));
    stage.bridge(1, 2);
    stage
}

fn loudness(samples: &[f64]) -> f64 {
    (2.0 * samples.iter().map(|it| it * it).sum::<f64>() / samples.len() as f64).sqrt()
}

#[test]
fn what_a_phone_with_opus_loses_another_hears_made_up_and_numbered() {
    let mut stage = bridge(OPUS, PCMA);
    for (count, said) in said(2, OPUS, 160).iter().enumerate() {
        stage.run(Duration::from_millis(20));
        // One is lost, and two in a row.
        if !matches!(count, 30 | 60 | 61) {
            stage.hear(1, said);
        }
    }
    let sent = stage.sent();
    assert_eq!(sent.len(), 100);
    assert_even(PCMA, &sent);
    let heard = played(PCMA, &sent);
    for (place, piece) in heard[1_600..].chunks_exact(160).enumerate() {
        let part = loudness(piece) / 6_000.0;
        assert!((0.5..1.5).contains(&part), "{place}: {part}");
    }
}

#[test]
fn a_long_loss_is_left_to_who_hears_it_and_what_comes_late_is_left_out() {
    let mut stage = bridge(OPUS, PCMA);
    let mut packets = said(2, OPUS, 160);
    packets.drain(30..36);
    packets.swap(60, 61);
    for said in packets {
        stage.run(Duration::from_millis(20));
        stage.hear(1, &said);
    }
    let sent = stage.sent();
    let numbers = |at: usize| sent[at].header.sequence.wrapping_sub(sent[0].header.sequence);
    assert_eq!((numbers(29), numbers(30)), (29, 36), "six are missing");
    // The one that was overtaken was made up when the other came.
    assert_eq!(sent.len(), 94);
    assert_even(PCMA, &sent[30..]);
}

#[test]
fn silence_that_a_phone_does_not_send_is_no_loss() {
    let mut stage = bridge(OPUS, PCMA);
    for (count, said) in said(1, OPUS, 160).iter().enumerate() {
        stage.run(Duration::from_millis(20));
        let mut said = said.clone();
        if count >= 20 {
            said.header.timestamp = said.header.timestamp.wrapping_add(2 * 960);
        }
        stage.hear(1, &said);
    }
    assert_eq!(stage.sent().len(), 50);
}

#[test]
fn a_packet_that_breaks_the_rules_of_opus_is_left_out() {
    for to in [OPUS, PCMA] {
        let mut stage = bridge(OPUS, to);
        for (count, said) in said(1, OPUS, 160).iter().enumerate() {
            stage.run(Duration::from_millis(20));
            let mut said = said.clone();
            if count % 5 == 4 {
                // Code 3, and no frame.
                said.payload = vec![said.payload[0] | 3, 0, 1, 2, 3];
            }
            stage.hear(1, &said);
        }
        let sent = stage.sent();
        let numbers: Vec<_> = sent.iter().map(|sent| sent.header.sequence).collect();
        assert!(numbers.windows(2).all(|pair| pair[1] == pair[0].wrapping_add(1)));
        assert_eq!((sent.len(), stage.streams.counts().packets_unusable), (40, 10));
    }
}

#[test]
fn times_of_opus_are_as_far_apart_as_they_came_over_their_wrap() {
    for to in [OPUS, PCMA] {
        let mut stage = bridge(OPUS, to);
        let mut packets = said(1, OPUS, 160);
        for said in &mut packets {
            said.header.timestamp = said.header.timestamp.wrapping_add(u32::MAX - 20_000);
            stage.run(Duration::from_millis(20));
            stage.hear(1, said);
        }
        let sent = stage.sent();
        assert_eq!(sent.len(), 50);
        assert_even(to, &sent);
    }
}

#[test]
fn an_answer_may_name_another_number_than_our_offer_and_both_are_heard() {
    let mut stage = Stage::new();
    stage.open(1, Format { heard_type: 97, ..format_in(1, OPUS) });
    stage.open(2, format_in(2, PCMA));
    stage.bridge(1, 2);
    for (count, said) in said(1, OPUS, 160).iter().enumerate() {
        let mut said = said.clone();
        said.header.payload_type = [97, 111][count % 2];
        stage.run(Duration::from_millis(20));
        stage.hear(1, &said);
    }
    assert_eq!(stage.sent().len(), 50);
}

/// What each key says to leg 2 that leg 1 presses for so many packets: the time from the first to the last, and the last duration.
fn pressed(from: (Codec, u8), to: (Codec, u8), durations: &[u16]) -> (Vec<u32>, Vec<u16>) {
    let mut stage = bridge(from, to);
    let voice = said(1, from, 160);
    voice[..10].iter().for_each(|said| {
        stage.run(Duration::from_millis(20));
        stage.hear(1, said);
    });
    stage.sent();
    for (count, duration) in durations.iter().enumerate() {
        stage.run(Duration::from_millis(20));
        let mut said = voice[10].key(5, count + 1 == durations.len(), *duration);
        said.header.sequence = said.header.sequence.wrapping_add(u16::try_from(count).unwrap());
        stage.hear(1, &said);
    }
    assert_eq!(stage.events().iter().filter(|it| matches!(it, Event::Digit { .. })).count(), 1);
    let sent = stage.sent();
    let key = |sent: &Sent| {
        assert_eq!(sent.header.payload_type, 101);
        TelephoneEvent::parse(&sent.payload).unwrap().duration
    };
    (sent.iter().map(|sent| sent.header.timestamp).collect(), sent.iter().map(key).collect())
}

#[test]
fn a_key_is_as_long_for_who_hears_it_by_another_clock() {
    let narrow = [160, 320, 480, 640];
    let wide = narrow.map(|duration| 6 * duration);
    for (from, to, pressed_for, expected) in [
        (OPUS, PCMA, wide, narrow),
        (PCMA, OPUS, narrow, wide),
        (OPUS, OPUS, wide, wide),
        (PCMA, PCMA, narrow, narrow),
    ] {
        let (times, durations) = pressed(from, to, &pressed_for);
        assert_eq!(durations, expected, "{from:?} {to:?}");
        assert!(times.iter().all(|time| *time == times[0]), "all of one press have one time");
    }
}

#[test]
fn keys_of_a_phone_with_opus_that_tells_them_by_the_slow_clock_are_passed_on_as_they_are() {
    let mut stage = Stage::new();
    stage.open(1, Format { event_clock: Clock::Hz8000, ..format_in(1, OPUS) });
    stage.open(2, format_in(2, PCMA));
    stage.bridge(1, 2);
    let voice = said(1, OPUS, 160);
    stage.hear(1, &voice[0]);
    stage.hear(1, &voice[1].key(5, false, 160));
    let sent = stage.sent();
    assert_eq!(TelephoneEvent::parse(&sent[1].payload).unwrap().duration, 160);
}

#[test]
fn reports_to_and_from_a_phone_with_opus_are_told_by_its_clock() {
    let mut stage = bridge(OPUS, PCMA);
    stage.play(1, 1, &[], Then::Music(TUNE));
    let mut last = None;
    for (count, said) in said(8, OPUS, 160).iter().enumerate() {
        // Each second packet is 10 ms late.
        stage.run(Duration::from_millis(if count % 2 == 0 { 10 } else { 30 }));
        stage.hear(1, said);
        last = stage.sent().into_iter().rfind(|sent| sent.socket == 1).or(last);
    }
    let told: Vec<_> = stage.reports().into_iter().filter(|it| it.socket == 1).collect();
    let report = told.last().unwrap();
    let Some(Packet::Report { sent: Some(sent), mut blocks, .. }) =
        read(&report.datagram).unwrap().next()
    else {
        panic!("it has sent")
    };
    // 10 ms of 48,000 ticks a second.
    let jitter = blocks.next().unwrap().jitter;
    assert!((420..=480).contains(&jitter), "{jitter}");
    let last = last.unwrap();
    let since = i64::try_from(last.at.since(Moment::ZERO).as_micros()).unwrap()
        - i64::try_from(report.at.since(Moment::ZERO).as_micros()).unwrap();
    let ticks = last.header.timestamp.wrapping_sub(sent.timestamp).cast_signed();
    assert!((i64::from(ticks) - since * 48 / 1_000).abs() <= 960, "{ticks} {since}");
}

#[test]
fn a_mix_of_phones_with_opus_and_without_is_there_for_each_and_a_loss_is_no_hole() {
    for listener in [OPUS, PCMA] {
        let mut stage = Stage::new();
        stage.open(1, format_in(1, OPUS));
        stage.open(2, format_in(2, PCMA));
        stage.open(3, format_in(3, listener));
        stage.bridge(1, 2);
        let (stream, caller) = (LegId(3), LegId(1));
        stage.handle(Command::Monitor { stream, caller, monitor: media_protocol::Monitor::Listen });
        for (count, said) in said(2, OPUS, 160).iter().enumerate() {
            stage.run(Duration::from_millis(20));
            if count % 20 != 19 {
                stage.hear(1, said);
            }
        }
        let sent: Vec<_> = stage.sent().into_iter().filter(|sent| sent.socket == 3).collect();
        assert!(sent.len() >= 98, "{}", sent.len());
        assert_even(listener, &sent);
        let heard = played(listener, &sent);
        for (place, piece) in heard[1_600..].chunks_exact(160).enumerate() {
            let part = loudness(piece) / 6_000.0;
            assert!((0.5..1.5).contains(&part), "{place}: {part}");
        }
        assert!(share(&heard[1_600..]).0 > 0.8);
    }
}

#[test]
fn a_talk_of_phones_with_opus_is_kept_on_both_sides_in_packets_of_many_octets_too() {
    let mut stage = bridge(OPUS, OPUS);
    talks::record(&mut stage, 1);
    // 60 ms are more octets than a piece has.
    let packets = said(2, OPUS, 480);
    assert!(packets[10].payload.len() > crate::tape::PIECE_LEN);
    for said in &packets {
        stage.run(Duration::from_millis(60));
        stage.hear(1, said);
        stage.hear(2, said);
    }
    let mut kept = [Vec::new(), Vec::new()];
    let mut gatherings: [crate::gathering::Gathering; 2] = Default::default();
    for piece in stage.recorded() {
        let Piece::Sound(sound) = piece else { continue };
        let side = match sound.of {
            crate::tape::Of::Talk(_, crate::tape::Side::Caller) => 0,
            crate::tape::Of::Talk(_, crate::tape::Side::Other) => 1,
            crate::tape::Of::Message(_) => panic!("it is no message"),
        };
        let (_, samples) = gatherings[side].samples(&sound);
        assert!(samples.is_empty() || samples.len() == 480);
        kept[side].extend(samples.iter().map(|sample| f64::from(*sample)));
    }
    for kept in kept {
        assert_eq!(kept.len(), 480 * packets.len());
        assert!(share(&kept[800..]).0 > 0.97);
    }
}

/// The tones of a key that a phone with Opus sends among its sound, as it agreed on no other way.
#[test]
#[expect(clippy::cast_possible_truncation, reason = "it is not as loud")]
fn keys_as_tones_are_heard_in_opus() {
    let mut stage = Stage::new();
    stage.open(1, Format { event_type: None, ..format_in(1, OPUS) });
    let (mut encoder, mut room) = (::opus::Encoder::new(), [0; 160]);
    let mut count = 0;
    for (row, column) in [(697.0, 1_209.0), (770.0, 1_336.0), (941.0, 1_477.0)] {
        for frame in 0..20 {
            let tone = |hertz: f64, n: i32| (TAU * hertz * f64::from(n) / 8_000.0).sin();
            let samples: Vec<i16> = (160 * frame..160 * (frame + 1))
                .map(|n| {
                    if frame < 6 { (4_000.0 * (tone(row, n) + tone(column, n))) as i16 } else { 0 }
                })
                .collect();
            let len = encoder.encode(&samples, &mut room).unwrap();
            let mut said = Said::first().next(count);
            said.header.payload_type = 111;
            said.header.timestamp = 960 * u32::from(count);
            said.payload = room[..len].to_vec();
            stage.run(Duration::from_millis(20));
            stage.hear(1, &said);
            count += 1;
        }
    }
    let digits: Vec<_> = stage
        .events()
        .into_iter()
        .filter_map(|event| if let Event::Digit { digit, .. } = event { Some(digit) } else { None })
        .collect();
    assert_eq!(digits, ['1', '5', '#'].map(|key| media_protocol::Digit::from_char(key).unwrap()));
}

#[test]
fn a_clip_after_another_and_music_from_the_middle_are_no_crack() {
    let mut stage = Stage::new();
    stage.open(1, format_in(1, OPUS));
    stage.play(1, 1, &[HELLO, PLACE], Then::Music(TUNE));
    stage.run(Duration::from_millis(300));
    stage.play(1, 2, &[PLACE], Then::Music(TUNE));
    stage.run(Duration::from_millis(300));
    let sent = stage.sent();
    assert_even(OPUS, &sent);
    let loudest = played(OPUS, &sent).into_iter().fold(0.0, |most: f64, it| most.max(it.abs()));
    let loudest_said = (0..4).flat_map(|clip| (0..4).map(move |frame| filling(clip, frame)));
    let loudest_said = loudest_said.map(|it| g711::alaw_decode(it).unsigned_abs()).max().unwrap();
    assert!(loudest < 1.5 * f64::from(loudest_said), "{loudest} {loudest_said}");
}

#[test]
fn a_phone_that_changes_to_opus_hears_a_new_talkspurt_by_its_clock() {
    let mut stage = Stage::new();
    stage.open(1, format_in(1, PCMA));
    stage.play(1, 1, &[], Then::Music(TUNE));
    stage.run(Duration::from_millis(100));
    stage.sent();
    let format = format_in(1, OPUS);
    stage.handle(Command::Adjust { stream: LegId(1), format });
    stage.run(Duration::from_millis(100));
    let sent = stage.sent();
    assert!(sent[0].header.marker && sent[0].header.payload_type == 111);
    assert_even(OPUS, &sent);
}

#[test]
fn packets_of_ten_to_sixty_milliseconds_are_relayed_as_they_are() {
    for len in [80, 160, 320, 480] {
        let sent = bridged(OPUS, OPUS, len);
        assert_eq!(sent.len(), 16_000 / len);
        assert_even(OPUS, &sent);
    }
}

#[test]
fn packets_of_two_octets_that_last_for_long_are_not_passed_on_without_end() {
    let mut stage = bridge(OPUS, PCMA);
    // Six frames of 20 ms, of no octets each (RFC 6716 §3.2.5).
    let first = said(1, OPUS, 160).remove(0);
    for count in 0..250_u16 {
        let mut said = first.clone();
        said.payload = vec![31 << 3 | 3, 6];
        said.header.sequence = said.header.sequence.wrapping_add(count);
        said.header.timestamp = said.header.timestamp.wrapping_add(5_760 * u32::from(count));
        stage.hear(1, &said);
    }
    let octets: usize = stage.sent().iter().map(|sent| sent.payload.len()).sum();
    assert_eq!(octets, 41 * 960, "five times the 8,000 of a second");
    assert_eq!(stage.streams.counts().packets_too_much, 209);
}
