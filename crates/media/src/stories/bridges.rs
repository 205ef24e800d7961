//! Two legs that hear each other.

use super::*;
use expect_test::expect;
use proptest::prelude::*;

fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

#[test]
fn what_one_says_goes_out_at_the_other_both_ways() {
    let mut stage = Stage::with([1, 2]);
    stage.bridge(1, 2);
    let said = Said::first();
    for count in 0..3 {
        stage.hear(1, &said.next(count));
        stage.run(ms(5));
        stage.hear(2, &said.next(count));
        stage.run(ms(15));
    }
    expect![[r#"
        0ns leg-2 #0 t0 marker 8/hello.0
        5ms leg-1 #0 t0 marker 8/hello.0
        20ms leg-2 #1 t160 8/hello.0
        25ms leg-1 #1 t160 8/hello.0
        40ms leg-2 #2 t320 8/hello.0
        45ms leg-1 #2 t320 8/hello.0
        Heard { stream: leg-1 }
        Heard { stream: leg-2 }
    "#]]
    .assert_eq(&stage.transcript());
}

#[test]
fn a_bridge_cuts_the_music_and_the_numbers_go_on() {
    let mut stage = Stage::with([1, 2]);
    stage.play(1, 1, &[], Then::Music(TUNE));
    stage.run(ms(50));
    stage.bridge(1, 2);
    let said = Said::first();
    stage.run(ms(30));
    stage.hear(2, &said);
    stage.run(ms(20));
    stage.hear(2, &said.next(1));
    expect![[r#"
        4ms leg-1 #0 t0 marker 8/tune.0
        24ms leg-1 #1 t160 8/tune.1
        44ms leg-1 #2 t320 8/tune.2
        80ms leg-1 #3 t608 marker 8/hello.0
        100ms leg-1 #4 t768 8/hello.0
        Played { stream: leg-1, play: play-1 }
        Heard { stream: leg-2 }
    "#]]
    .assert_eq(&stage.transcript());
}

#[test]
fn music_on_a_bridged_leg_goes_before_what_the_other_says() {
    let mut stage = Stage::with([1, 2]);
    stage.bridge(1, 2);
    let said = Said::first();
    stage.hear(2, &said);
    stage.play(1, 1, &[], Then::Music(TUNE));
    stage.run(ms(30));
    stage.hear(2, &said.next(1));
    stage.quiet(1);
    stage.run(ms(10));
    stage.hear(2, &said.next(2));
    expect![[r#"
        0ns leg-1 #0 t0 marker 8/hello.0
        4ms leg-1 #1 t160 marker 8/tune.0
        24ms leg-1 #2 t320 8/tune.1
        40ms leg-1 #3 t480 marker 8/hello.0
        Heard { stream: leg-2 }
        Played { stream: leg-1, play: play-1 }
    "#]]
    .assert_eq(&stage.transcript());
}

#[test]
fn a_hole_is_passed_on_and_a_late_packet_fills_it_once() {
    let mut stage = Stage::with([1, 2]);
    stage.bridge(1, 2);
    let said = Said::first();
    for count in [0, 3, 1, 1, 4, 4, 1, 0] {
        stage.hear(1, &said.next(count));
    }
    expect![[r#"
        0ns leg-2 #0 t0 marker 8/hello.0
        0ns leg-2 #3 t480 8/hello.0
        0ns leg-2 #1 t160 8/hello.0
        0ns leg-2 #4 t640 8/hello.0
        Heard { stream: leg-1 }
    "#]]
    .assert_eq(&stage.transcript());
}

/// Both legs speak so many packets in turn, in time; what went out is forgotten. How many went out at
/// each leg, and whether all of them one after the other.
fn talk(stage: &mut Stage, said: &mut Said, packets: u32) -> BTreeMap<usize, u32> {
    let mut heard = BTreeMap::new();
    let mut last = BTreeMap::new();
    for _ in 0..packets {
        *said = said.next(1);
        stage.now += ms(20);
        for leg in [1, 2] {
            stage.hear(leg, said);
        }
        for Sent { socket, header, .. } in stage.sent() {
            *heard.entry(socket).or_default() += 1;
            if let Some(last) = last.insert(socket, header.sequence) {
                assert_eq!(header.sequence.wrapping_sub(last), 1, "no hole at leg-{socket}");
            }
        }
    }
    heard
}

#[test]
fn two_who_talk_for_twenty_minutes_hear_each_other_to_the_end() {
    let mut stage = Stage::with([1, 2]);
    stage.bridge(1, 2);
    let heard = talk(&mut stage, &mut Said::first(), 70_000);
    assert_eq!(heard, BTreeMap::from([(1, 70_000), (2, 70_000)]));
}

#[test]
fn a_late_packet_is_told_from_one_of_before_the_bridge_after_a_long_talk_too() {
    let mut stage = Stage::with([1, 2]);
    stage.bridge(1, 2);
    let mut said = Said::first();
    // A third, a half and the whole of the numbers.
    for packets in [22_000, 11_000, 33_000] {
        talk(&mut stage, &mut said, packets);
        let before = said.next(1);
        said = said.next(2);
        stage.now += ms(40);
        stage.hear(1, &said);
        stage.hear(1, &before);
        assert_eq!(stage.sent().len(), 2, "the one that was overtaken fills its place");

        let before = said.next(1);
        said = said.next(2);
        stage.now += ms(40);
        stage.hear(2, &said);
        stage.bridge(1, 2);
        said = said.next(1);
        stage.hear(2, &said);
        stage.sent();
        stage.hear(2, &before);
        assert_eq!(stage.sent().len(), 0, "it is of before the bridge");
    }
}

#[test]
fn a_packet_from_before_the_bridge_is_too_late() {
    let mut stage = Stage::with([1, 2]);
    let said = Said::first();
    stage.hear(1, &said);
    stage.hear(1, &said.next(2));
    stage.bridge(1, 2);
    stage.hear(1, &said.next(1));
    stage.hear(1, &said.next(3));
    stage.hear(1, &said.next(1));
    expect![[r#"
        0ns leg-2 #0 t0 marker 8/hello.0
        Heard { stream: leg-1 }
    "#]]
    .assert_eq(&stage.transcript());
}

#[test]
fn a_phone_that_starts_anew_does_not_make_the_other_jump() {
    let mut stage = Stage::with([1, 2]);
    stage.bridge(1, 2);
    let said = Said::first();
    stage.hear(1, &said);
    stage.run(ms(20));
    let mut anew = said.next(30_000);
    anew.header.ssrc = 78;
    stage.hear(1, &anew);
    stage.run(ms(20));
    stage.hear(1, &anew.next(1));
    expect![[r#"
        0ns leg-2 #0 t0 marker 8/hello.0
        20ms leg-2 #1 t160 marker 8/hello.0
        40ms leg-2 #2 t320 8/hello.0
        Heard { stream: leg-1 }
    "#]]
    .assert_eq(&stage.transcript());
}

/// The numbers of what was sent, and the times, counted from the first.
fn numbers(sent: &[Sent]) -> Vec<(u16, u32)> {
    let first = sent[0].header;
    let counted = |header: Header| {
        let sequence = header.sequence.wrapping_sub(first.sequence);
        (sequence, header.timestamp.wrapping_sub(first.timestamp))
    };
    sent.iter().map(|sent| counted(sent.header)).collect()
}

#[test]
fn a_phone_that_starts_anew_with_a_key_that_the_other_did_not_agree_to_makes_no_jump() {
    let mut stage = Stage::with([1]);
    stage.open(2, Format { event_type: None, ..format(2) });
    stage.bridge(1, 2);
    let said = Said::first();
    stage.hear(1, &said);
    stage.run(ms(20));
    let mut anew = said.next(30_000);
    anew.header.ssrc = 78;
    stage.hear(1, &anew.key(5, false, 160));
    stage.run(ms(20));
    stage.hear(1, &anew.next(1));
    assert_eq!(numbers(&stage.sent()), [(0, 0), (1, 320)]);
}

#[test]
fn what_a_phone_says_while_it_is_not_listened_to_leaves_no_hole_and_makes_no_jump() {
    let mut stage = Stage::with([1, 2]);
    stage.bridge(1, 2);
    let said = Said::first();
    stage.hear(1, &said);
    let deaf = Format { direction: Direction::SendOnly, ..format(1) };
    stage.handle(Command::Adjust { stream: LegId(1), format: deaf });
    stage.run(ms(20));
    stage.hear(1, &said.next(1));
    let mut anew = said.next(30_000);
    anew.header.ssrc = 78;
    stage.hear(1, &anew);
    stage.handle(Command::Adjust { stream: LegId(1), format: format(1) });
    stage.run(ms(20));
    stage.hear(1, &anew.next(1));
    assert_eq!(numbers(&stage.sent()), [(0, 0), (1, 320)]);
}

#[test]
fn a_frame_of_ours_begins_where_a_long_packet_of_the_other_ends() {
    let mut stage = Stage::with([1, 2]);
    stage.bridge(1, 2);
    let mut said = Said::first();
    said.payload = vec![0x80; 480];
    stage.hear(1, &said);
    stage.play(2, 1, &[HELLO], Then::Stop);
    stage.run(ms(30));
    assert_eq!(numbers(&stage.sent()), [(0, 0), (1, 480), (2, 640)]);
}

#[test]
fn times_that_jump_are_laid_on_the_clock() {
    let mut stage = Stage::with([1, 2]);
    stage.bridge(1, 2);
    let mut said = Said::first();
    for jump in [0, 8_200, 0, 0_u32.wrapping_sub(8_200), 0, 1 << 31, 0] {
        said = said.next(1);
        said.header.timestamp = said.header.timestamp.wrapping_add(jump);
        stage.hear(1, &said);
        stage.run(ms(20));
    }
    let even: Vec<(u16, u32)> = (0..7).map(|n| (n, 160 * u32::from(n))).collect();
    let sent = stage.sent();
    assert_eq!(numbers(&sent), even);
    let marked: Vec<bool> = sent.iter().map(|sent| sent.header.marker).collect();
    assert_eq!(marked, [true, true, false, true, false, true, false]);
}

#[test]
fn neither_a_silence_nor_a_delay_nor_what_was_lost_is_a_jump() {
    let mut stage = Stage::with([1, 2]);
    stage.bridge(1, 2);
    let said = Said::first();
    stage.hear(1, &said);
    // Two seconds of which nothing was sent: times go on as the clock does.
    let mut after = said.next(1);
    after.header.timestamp += 16_000;
    stage.run(ms(2_000));
    stage.hear(1, &after);
    // Two seconds in which the network kept all.
    stage.run(ms(2_000));
    (1..=100).for_each(|count| stage.hear(1, &after.next(count)));
    // Two seconds that it lost, and more than two of delay.
    stage.run(ms(5_000));
    stage.hear(1, &after.next(200));
    let sent = stage.sent();
    assert!(sent[1..].iter().all(|sent| !sent.header.marker));
    let expected = (0..=101).chain([201]);
    let times = |count: u16| if count == 0 { 0 } else { 16_000 + 160 * u32::from(count) };
    assert_eq!(numbers(&sent), expected.map(|n| (n, times(n))).collect::<Vec<_>>());
}

#[test]
fn a_long_key_among_sound_keeps_its_time() {
    let mut stage = Stage::with([1, 2]);
    stage.bridge(1, 2);
    let (mut said, pressed) = (Said::first(), Said::first().header.timestamp);
    for _ in 0..100 {
        stage.hear(1, &said);
        let mut key = said.next(1).key(5, false, 160);
        key.header.timestamp = pressed;
        stage.hear(1, &key);
        said = said.next(2);
        said.header.timestamp -= 160;
        stage.run(ms(20));
    }
    let keys = stage.sent().into_iter().filter(|sent| sent.header.payload_type == 101);
    let times: std::collections::BTreeSet<u32> = keys.map(|key| key.header.timestamp).collect();
    assert_eq!(times.len(), 1, "it is one press");
}

#[test]
fn comfort_noise_that_nobody_agreed_on_is_neither_passed_on_nor_lost() {
    let mut stage = Stage::with([1, 2]);
    stage.bridge(1, 2);
    let said = Said::first();
    stage.hear(1, &said);
    let mut noise = said.next(1);
    noise.header.payload_type = 13;
    noise.payload = vec![0x40];
    stage.hear(1, &noise);
    stage.run(ms(40));
    stage.hear(1, &said.next(2));
    assert_eq!(numbers(&stage.sent()), [(0, 0), (1, 320)]);
    stage.events();
    stage.handle(Command::Close { stream: LegId(1) });
    let [Event::Closed { report, .. }] = stage.events()[..] else { panic!("it closes") };
    assert_eq!((report.packets_lost, report.packets_unusable), (0, 0));
    assert_eq!(report.packets_received, 3);
}

/// A phone whose person listens says nothing but now and then that it is there.
#[test]
fn who_sends_comfort_noise_alone_is_there_and_is_heard_again_where_the_talk_goes_on() {
    for payload_type in [13, 19] {
        let mut stage = Stage::with([1, 2]);
        stage.bridge(1, 2);
        let mut said = Said::first();
        stage.hear(1, &said);
        stage.events();
        for _ in 0..20 {
            stage.run(SILENCE_MAX / 2);
            said = said.next(1);
            let mut noise = said.clone();
            (noise.header.payload_type, noise.payload) = (payload_type, vec![0x40]);
            noise.header.timestamp = said.header.timestamp.wrapping_add(40_000 - 160);
            said.header.timestamp = noise.header.timestamp;
            stage.hear(1, &noise);
        }
        let told = stage.events();
        let is_silent =
            |event: &Event| matches!(event, Event::Silent { stream } if *stream == LegId(1));
        assert!(!told.iter().any(is_silent), "{told:?}");
        stage.sent();
        stage.run(ms(20));
        for count in 1..4 {
            stage.hear(1, &said.next(count));
            stage.run(ms(20));
        }
        let sent = stage.sent();
        assert_eq!(numbers(&sent), [(0, 0), (1, 160), (2, 320)]);
        assert_eq!(stage.streams.counts().packets_unusable, 0);
    }
}

#[test]
fn what_comes_late_of_before_one_that_was_left_out_doubles_no_number() {
    let mut stage = Stage::with([1, 2]);
    stage.bridge(1, 2);
    let said = Said::first();
    let mut noise = said.next(2);
    noise.header.payload_type = 13;
    for packet in [said.clone(), noise, said.next(1), said.next(3)] {
        stage.hear(1, &packet);
    }
    assert_eq!(numbers(&stage.sent()), [(0, 0), (2, 480)]);
}

#[test]
fn two_laws_are_translated_each_way() {
    let mut stage = Stage::with([1]);
    stage.open(2, Format { codec: Codec::Pcmu, payload_type: 0, ..format(2) });
    stage.bridge(1, 2);
    let alaw = Said::first();
    let mut ulaw = alaw.clone();
    ulaw.header.payload_type = 0;
    ulaw.payload.fill(g711::alaw_to_ulaw(0x93));
    stage.hear(1, &alaw);
    stage.hear(2, &ulaw);
    let sent = stage.sent();
    assert_eq!(sent[0].header.payload_type, 0);
    assert_eq!(sent[0].payload, [g711::alaw_to_ulaw(0x80); FRAME_LEN]);
    assert_eq!(sent[1].header.payload_type, 8);
    assert_eq!(sent[1].payload, [g711::ulaw_to_alaw(g711::alaw_to_ulaw(0x93)); FRAME_LEN]);
}

#[test]
fn nothing_goes_to_a_leg_that_holds_and_nothing_is_taken_from_one_that_should_not_speak() {
    let mut stage = Stage::with([1]);
    stage.open(2, Format { direction: Direction::SendOnly, ..format(2) });
    stage.bridge(1, 2);
    stage.hear(2, &Said::first());
    assert_eq!(stage.sent().len(), 0);
    stage.hear(1, &Said::first());
    assert_eq!(stage.sent().len(), 1);
    let format = Format { direction: Direction::Inactive, ..format(2) };
    stage.handle(Command::Adjust { stream: LegId(2), format });
    stage.hear(1, &Said::first().next(1));
    assert_eq!(stage.sent().len(), 0);
}

#[test]
fn legs_that_part_hear_nothing_more_and_can_be_joined_to_others() {
    let mut stage = Stage::with([1, 2, 3]);
    stage.bridge(1, 2);
    stage.bridge(1, 3);
    stage.hear(2, &Said::first());
    assert_eq!(stage.sent().len(), 0, "leg-2 was parted by the second bridge");
    stage.hear(3, &Said::first());
    assert_eq!(stage.sent().len(), 1);
    stage.handle(Command::Unbridge { stream: LegId(3) });
    stage.hear(3, &Said::first().next(1));
    stage.hear(1, &Said::first());
    assert_eq!(stage.sent().len(), 0);
}

#[test]
fn a_leg_whose_other_side_closed_is_alone() {
    let mut stage = Stage::with([1, 2]);
    stage.bridge(1, 2);
    stage.handle(Command::Close { stream: LegId(2) });
    stage.open(2, format(2));
    stage.hear(1, &Said::first());
    assert_eq!(stage.sent().len(), 0);
}

#[test]
fn a_flood_is_not_passed_on() {
    let mut stage = Stage::with([1, 2]);
    stage.bridge(1, 2);
    for count in 0..1_000 {
        stage.hear(1, &Said::first().next(count));
    }
    assert_eq!(stage.sent().len(), 250);
    stage.now += Duration::from_secs(1);
    stage.hear(1, &Said::first().next(1_000));
    assert_eq!(stage.sent().len(), 1);
}

#[test]
fn packets_that_are_fuller_than_sound_needs_are_not_passed_on_without_end() {
    for codec in [Codec::Pcma, Codec::G722] {
        let mut stage = Stage::with([1]);
        stage.open(2, Format { codec, ..format(2) });
        stage.bridge(1, 2);
        let mut said = Said::first();
        said.payload = vec![0x80; 960];
        for second in 1..4 {
            (0..250).for_each(|count| stage.hear(1, &said.next(count)));
            let octets: usize = stage.sent().iter().map(|sent| sent.payload.len()).sum();
            assert_eq!(
                octets,
                41 * 960,
                "five times the 8,000 of a second, and no part of a packet"
            );
            assert_eq!(stage.streams.counts().packets_too_much, second * 209);
            stage.now += Duration::from_secs(1);
            said = said.next(250);
        }
        stage.handle(Command::Close { stream: LegId(1) });
        let closed = stage.events();
        let [.., Event::Closed { report, .. }] = closed.as_slice() else { panic!("{closed:?}") };
        assert_eq!((report.packets_lost, report.packets_unusable), (0, 3 * 209));
    }
}

#[test]
fn two_seconds_of_sound_that_come_at_once_are_passed_on() {
    let mut stage = Stage::with([1, 2]);
    stage.bridge(1, 2);
    for count in 0..100 {
        stage.hear(1, &Said::first().next(count));
    }
    assert_eq!(stage.sent().len(), 100);
}

/// What may happen to two legs.
#[derive(Clone, Copy, Debug)]
enum Turn {
    Play(u64),
    Quiet(u64),
    Bridge,
    Unbridge,
    Say(u64),
    /// One leg speaks on for so many packets, in time.
    SayMany(u64, u32),
    /// The last packet comes once more.
    Repeat(u64),
    /// Noise of a type that was not agreed on.
    Noise(u64),
    Restart(u64),
    /// The times of a leg jump forward or back by two and a half seconds.
    Jump(u64, i32),
    Wait(u64),
}

fn turn() -> impl Strategy<Value = Turn> {
    prop_oneof![
        1 => (1..3_u64).prop_map(Turn::Play),
        1 => (1..3_u64).prop_map(Turn::Quiet),
        1 => Just(Turn::Bridge),
        1 => Just(Turn::Unbridge),
        4 => (1..3_u64).prop_map(Turn::Say),
        1 => (1..3_u64, packets()).prop_map(|(leg, packets)| Turn::SayMany(leg, packets)),
        1 => (1..3_u64).prop_map(Turn::Repeat),
        1 => (1..3_u64).prop_map(Turn::Noise),
        1 => (1..3_u64).prop_map(Turn::Restart),
        1 => (1..3_u64, prop::sample::select(vec![20_000, -20_000])).prop_map(|(leg, ticks)| Turn::Jump(leg, ticks)),
        4 => (1..50_u64).prop_map(Turn::Wait),
    ]
}

/// Mostly a sentence, and now and then more than half of all sequence numbers.
fn packets() -> impl Strategy<Value = u32> {
    prop_oneof![29 => 1..100_u32, 1 => 32_000..40_000_u32]
}

/// What leg plays music, and whether the two are joined: then what one says is to come out.
#[derive(Default)]
struct Joined {
    bridged: bool,
    playing: BTreeMap<u64, bool>,
}

impl Joined {
    fn passes_on(&self, from: u64) -> bool {
        self.bridged && !self.playing.get(&(3 - from)).copied().unwrap_or_default()
    }
}

proptest! {
    #[test]
    fn whatever_changes_a_phone_hears_one_stream(turns in prop::collection::vec(turn(), 1..200)) {
        let mut stage = Stage::with([1, 2]);
        let mut said = BTreeMap::from([(1, Said::first()), (2, Said::first())]);
        let mut joined = Joined::default();
        let mut headers = BTreeMap::<usize, Vec<Header>>::new();
        for turn in turns {
            let mut expected = None;
            match turn {
                Turn::Play(leg) => {
                    stage.play(leg, 1, &[HELLO], Then::Music(TUNE));
                    joined.playing.insert(leg, true);
                }
                Turn::Quiet(leg) => {
                    stage.quiet(leg);
                    joined.playing.remove(&leg);
                }
                Turn::Bridge => {
                    stage.bridge(1, 2);
                    joined = Joined { bridged: true, ..Joined::default() };
                }
                Turn::Unbridge => {
                    stage.handle(Command::Unbridge { stream: LegId(1) });
                    joined.bridged = false;
                }
                Turn::Say(leg) => {
                    let said = said.get_mut(&leg).unwrap();
                    *said = said.next(1);
                    stage.hear(leg, said);
                    expected = Some(u32::from(joined.passes_on(leg)));
                }
                Turn::SayMany(leg, packets) => {
                    let said = said.get_mut(&leg).unwrap();
                    for _ in 0..packets {
                        *said = said.next(1);
                        stage.now += ms(20);
                        stage.hear(leg, said);
                    }
                    expected = Some(if joined.passes_on(leg) { packets } else { 0 });
                }
                Turn::Repeat(leg) => stage.hear(leg, &said[&leg]),
                Turn::Noise(leg) => {
                    let said = said.get_mut(&leg).unwrap();
                    *said = said.next(1);
                    let mut noise = said.clone();
                    noise.header.payload_type = 13;
                    stage.hear(leg, &noise);
                    expected = Some(0);
                }
                Turn::Jump(leg, ticks) => {
                    let header = &mut said.get_mut(&leg).unwrap().header;
                    header.timestamp = header.timestamp.wrapping_add_signed(ticks);
                }
                Turn::Restart(leg) => {
                    let said = said.get_mut(&leg).unwrap();
                    *said = said.next(20_000);
                    said.header.ssrc += 1;
                }
                Turn::Wait(millis) => stage.run(ms(millis)),
            }
            let sent = stage.sent();
            if let Some(expected) = expected {
                prop_assert_eq!(u32::try_from(sent.len()).unwrap(), expected, "{:?}", turn);
            }
            for sent in sent {
                headers.entry(sent.socket).or_default().push(sent.header);
            }
        }
        for headers in headers.values() {
            for pair in headers.windows(2) {
                prop_assert_eq!(pair[1].ssrc, pair[0].ssrc);
                prop_assert_eq!(pair[1].sequence, pair[0].sequence.wrapping_add(1));
                let forward = pair[1].timestamp.wrapping_sub(pair[0].timestamp);
                prop_assert!((160..1 << 31).contains(&forward), "time went by {}", forward);
            }
        }
    }

    #[test]
    fn no_octets_make_it_fall_over(
        packets in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..1_700), 0..50)
    ) {
        let mut stage = Stage::with([1, 2]);
        stage.bridge(1, 2);
        for mut packet in packets {
            if let Some(flags) = packet.first_mut() {
                *flags = 0x80 | (*flags & 0x3f);
            }
            if let Some(kind) = packet.get_mut(1) {
                *kind = if *kind < 128 { 8 } else { 101 };
            }
            stage.receive(1, phone(1), &packet);
        }
        let sent = u64::try_from(stage.sent().len()).unwrap();
        prop_assert!(sent <= stage.streams.counts().packets_received);
    }
}
