//! Two who talk, and somebody beside them: each says a tone of its own, and what each hears is measured.

use super::*;
use media_protocol::Monitor;
use std::collections::BTreeSet;
use std::f64::consts::TAU;

const CALLER: u64 = 1;
const AGENT: u64 = 2;
const THIRD: u64 = 3;

/// The tone that each says, in hertz.
const TONES: [(u64, f64); 3] = [(CALLER, 400.0), (AGENT, 700.0), (THIRD, 1_100.0)];

const LOUDNESS: f64 = 6_000.0;

/// A gap or a change that is not over in this many samples is one that is heard: 40 ms.
const GAP_MAX: u32 = 320;

/// Three phones that say their tones without end, at their own moments of each 20 ms; the third has the other law.
struct Scene {
    stage: Stage,
    said: BTreeMap<u64, Said>,
    silent: BTreeSet<u64>,
    /// How many milliseconds the packets of somebody have who does not say 20.
    packets: BTreeMap<u64, u32>,
    /// The packets whose number ends with this are lost.
    lost: u16,
    millis: u64,
    heard: BTreeMap<u64, Vec<Sent>>,
}

impl Scene {
    /// Caller and agent are bridged, and have talked for a while.
    fn new() -> Self {
        let mut stage = Stage::with([CALLER, AGENT]);
        stage.open(THIRD, Format { codec: Codec::Pcmu, payload_type: 0, ..format(THIRD) });
        stage.bridge(CALLER, AGENT);
        let said = |(leg, _)| {
            let mut said = Said::first();
            said.header.ssrc += u32::try_from(leg).unwrap();
            said.header.timestamp = said.header.timestamp.wrapping_mul(u32::try_from(leg).unwrap());
            said.header.payload_type = if leg == THIRD { 0 } else { 8 };
            (leg, said)
        };
        let said = TONES.map(said).into();
        let (silent, heard) = (BTreeSet::new(), BTreeMap::new());
        let packets = BTreeMap::new();
        let mut scene = Self { stage, said, silent, packets, lost: u16::MAX, millis: 0, heard };
        scene.talk(200);
        scene
    }

    fn monitor(&mut self, monitor: Monitor) {
        let (stream, caller) = (LegId(THIRD), LegId(CALLER));
        self.stage.handle(Command::Monitor { stream, caller, monitor });
    }

    fn part(&mut self, leg: u64) {
        self.stage.handle(Command::Unbridge { stream: LegId(leg) });
    }

    /// They go on for so many milliseconds.
    fn talk(&mut self, millis: u64) {
        for _ in 0..millis {
            self.millis += 1;
            self.stage.run(ms(1));
            for (leg, tone) in TONES {
                let packet = self.packets.get(&leg).copied().unwrap_or(20);
                if self.millis % u64::from(packet) == (3 + 5 * leg) % u64::from(packet)
                    && !self.silent.contains(&leg)
                {
                    let said = self.said.get_mut(&leg).unwrap();
                    let (at, payload_type) = (said.header.timestamp, said.header.payload_type);
                    said.payload = (0..packet.div_ceil(20))
                        .flat_map(|part| tone_at(at + 160 * part, tone, payload_type))
                        .take(8 * packet as usize)
                        .collect();
                    if said.header.sequence % 10 != self.lost {
                        self.stage.hear(leg, said);
                    }
                    *said = said.next(1);
                    said.header.timestamp = at.wrapping_add(8 * packet);
                }
            }
        }
        for sent in self.stage.sent() {
            self.heard.entry(u64::try_from(sent.socket).unwrap()).or_default().push(sent);
        }
    }

    /// What the leg has heard since this was last asked, as its phone plays it. Its numbers have no hole, and its times
    /// none that is longer than 40 ms.
    fn heard(&mut self, leg: u64) -> Vec<f64> {
        let sent = self.heard.remove(&leg).unwrap_or_default();
        let mut samples = Vec::new();
        for pair in sent.windows(2) {
            let [one, next] = pair else { continue };
            assert_eq!(next.header.sequence, one.header.sequence.wrapping_add(1), "leg {leg}");
            let step = next.header.timestamp.wrapping_sub(one.header.timestamp);
            assert!((160..=160 + GAP_MAX).contains(&step), "leg {leg}: a step of {step}");
            let mut here: Vec<f64> =
                one.payload.iter().map(|octet| decode(&one.header, *octet)).collect();
            here.resize(step.try_into().unwrap(), 0.0);
            samples.extend(here);
        }
        samples
    }

    /// The same, of sound that is nowhere quiet for longer than 5 ms.
    fn shares_without_gap(&mut self, leg: u64) -> [f64; 3] {
        let heard = self.heard(leg);
        assert!(longest_gap(&heard[800..]) <= 40, "{} samples", longest_gap(&heard[800..]));
        TONES.map(|(_, tone)| loudness(&heard[800..], tone) / LOUDNESS)
    }

    /// How loud each tone is to the leg after the first 100 ms, as a part of its loudness.
    fn shares(&mut self, leg: u64) -> [f64; 3] {
        let heard = self.heard(leg);
        let settled = &heard[800.min(heard.len())..];
        TONES.map(|(_, tone)| loudness(settled, tone) / LOUDNESS)
    }
}

fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

#[expect(clippy::cast_possible_truncation, reason = "it is not as loud")]
fn tone_at(timestamp: u32, tone: f64, payload_type: u8) -> Vec<u8> {
    let encode = if payload_type == 0 { g711::ulaw_encode } else { g711::alaw_encode };
    let sample = |n: u32| LOUDNESS * (TAU * tone * f64::from(timestamp + n) / 8_000.0).sin();
    (0..160).map(|n| encode(sample(n) as i16)).collect()
}

fn decode(header: &Header, octet: u8) -> f64 {
    let decode = if header.payload_type == 0 { g711::ulaw_decode } else { g711::alaw_decode };
    decode(octet).into()
}

/// How loud a tone is, over the whole of it and beside its neighbours (Hann's window).
fn loudness(samples: &[f64], tone: f64) -> f64 {
    let (mut cos, mut sin) = (0.0, 0.0);
    for (n, sample) in (0..).zip(samples) {
        let window = 1.0 - (TAU * f64::from(n) / samples.len() as f64).cos();
        let angle = TAU * tone * f64::from(n) / 8_000.0;
        cos += window * sample * angle.cos();
        sin += window * sample * angle.sin();
    }
    2.0 * f64::hypot(cos, sin) / samples.len() as f64
}

/// What is left of the samples when the tones are taken out, at its loudest over 5 ms, as a part of a tone's energy: a
/// click is energy at all frequencies.
fn click(samples: &[f64]) -> f64 {
    let mut rest = samples.to_vec();
    for (_, tone) in TONES {
        let turn = 2.0 * (TAU * tone / 8_000.0).cos();
        let scale = 2.0 + turn;
        rest = rest.windows(3).map(|it| (it[2] - turn * it[1] + it[0]) / scale).collect();
    }
    let energy = |window: &[f64]| window.iter().map(|it| it * it).sum::<f64>() / 40.0;
    rest.windows(40).map(energy).fold(0.0, f64::max) / (LOUDNESS * LOUDNESS / 2.0)
}

/// The longest run of near silence.
fn longest_gap(samples: &[f64]) -> usize {
    let is_quiet = |sample: &f64| sample.abs() < 100.0;
    let runs = samples.chunk_by(|a, b| is_quiet(a) && is_quiet(b));
    runs.filter(|run| is_quiet(&run[0])).map(<[f64]>::len).max().unwrap_or(0)
}

fn assert_hears(shares: [f64; 3], expected: [u64; 3], whose: &str) {
    for (share, expected) in shares.into_iter().zip(expected) {
        let is_right = if expected == 1 { (0.9..1.1).contains(&share) } else { share < 0.01 };
        assert!(is_right, "{whose} hears {shares:?}");
    }
}

/// Phones choose how long their packets are; a mix goes out in frames of 20 ms and has no gap for it.
#[test]
fn who_says_packets_of_ten_to_sixty_milliseconds_is_heard_in_a_mix_without_a_gap() {
    for millis in [10_u32, 20, 30, 40, 60] {
        let mut scene = Scene::new();
        scene.packets.insert(CALLER, millis);
        scene.monitor(Monitor::Barge);
        scene.talk(1_200);
        scene.heard(AGENT);
        scene.talk(1_200);
        assert_hears(
            scene.shares_without_gap(AGENT),
            [1, 0, 1],
            &format!("the agent at {millis} ms"),
        );
    }
}

#[test]
fn a_mix_goes_on_over_packets_that_are_lost() {
    let mut scene = Scene::new();
    scene.monitor(Monitor::Barge);
    scene.talk(1_000);
    scene.heard(AGENT);
    scene.lost = 7;
    scene.talk(4_000);
    let shares = scene.shares_without_gap(AGENT);
    // A tenth is lost, and nearly as loud.
    assert!(shares[0] > 0.85 && shares[2] > 0.85, "{shares:?}");
}

#[test]
fn each_hears_whom_it_should_in_each_way_and_the_caller_never_hears_a_whisper() {
    let mut scene = Scene::new();
    for (monitor, caller, agent) in [
        (Monitor::Listen, [0, 1, 0], [1, 0, 0]),
        (Monitor::Whisper, [0, 1, 0], [1, 0, 1]),
        (Monitor::Barge, [0, 1, 1], [1, 0, 1]),
        (Monitor::Whisper, [0, 1, 0], [1, 0, 1]),
        (Monitor::Listen, [0, 1, 0], [1, 0, 0]),
    ] {
        scene.monitor(monitor);
        scene.talk(1_000);
        assert_hears(scene.shares(CALLER), caller, "the caller");
        assert_hears(scene.shares(AGENT), agent, "the agent");
        assert_hears(scene.shares(THIRD), [1, 1, 0], "the third");
    }
}

#[test]
fn no_change_makes_a_gap_or_a_click() {
    let mut scene = Scene::new();
    let mut legs = Vec::from([(CALLER, Vec::new()), (AGENT, Vec::new())]);
    let mut all = |scene: &mut Scene| {
        scene.talk(437);
        for (leg, heard) in &mut legs {
            // The last packet is where the next look begins.
            let last = scene.heard.get(leg).and_then(|sent| sent.last().cloned());
            heard.extend(scene.heard(*leg));
            scene.heard.entry(*leg).or_default().extend(last);
        }
    };
    for monitor in [Monitor::Listen, Monitor::Whisper, Monitor::Barge, Monitor::Whisper] {
        scene.monitor(monitor);
        all(&mut scene);
    }
    scene.monitor(Monitor::Barge);
    all(&mut scene);
    scene.part(THIRD);
    all(&mut scene);
    for (leg, heard) in legs {
        assert!(heard.len() > 18_000, "{} samples", heard.len());
        assert!(longest_gap(&heard) < 16, "leg {leg}: {} samples", longest_gap(&heard));
        assert!(click(&heard) < 0.001, "leg {leg}: a click of {}", click(&heard));
    }
}

#[test]
fn a_click_would_be_seen() {
    let tone: Vec<f64> = (0..800).map(|n| LOUDNESS * (TAU * f64::from(n) / 20.0).sin()).collect();
    assert!(click(&tone) < 1e-9);
    let cut = [&tone[..405], &tone[415..]].concat();
    assert!(click(&cut) > 0.01, "{}", click(&cut));
}

#[test]
fn a_listener_changes_nothing_of_what_the_two_are_sent() {
    let sent = |listened: bool| {
        let mut scene = Scene::new();
        if listened {
            scene.monitor(Monitor::Listen);
        }
        scene.talk(500);
        let of = |leg| {
            scene
                .heard
                .get(&leg)
                .map(|sent| sent.iter().map(|it| it.payload.clone()).collect::<Vec<_>>())
        };
        (of(CALLER), of(AGENT))
    };
    assert_eq!(sent(true), sent(false));
}

#[test]
fn whoever_leaves_the_two_others_talk_on() {
    for (gone, left, shares) in [
        (AGENT, CALLER, [0, 0, 1]),
        (AGENT, THIRD, [1, 0, 0]),
        (THIRD, CALLER, [0, 1, 0]),
        (THIRD, AGENT, [1, 0, 0]),
    ] {
        let mut scene = Scene::new();
        scene.monitor(Monitor::Barge);
        scene.talk(500);
        scene.stage.handle(Command::Close { stream: LegId(gone) });
        scene.silent.insert(gone);
        scene.talk(60);
        scene.heard(left);
        scene.talk(500);
        assert_hears(scene.shares(left), shares, "who is left");
    }
}

#[test]
fn who_takes_over_talks_with_the_caller_alone() {
    let mut scene = Scene::new();
    scene.monitor(Monitor::Whisper);
    scene.talk(300);
    scene.heard(CALLER);
    scene.stage.bridge(CALLER, THIRD);
    scene.talk(500);
    assert_hears(scene.shares(CALLER), [0, 0, 1], "the caller");
    scene.heard.remove(&AGENT);
    scene.heard.remove(&THIRD);
    scene.talk(500);
    assert!(scene.heard(AGENT).is_empty());
    assert_hears(scene.shares(THIRD), [1, 0, 0], "the third");
}

#[test]
fn whoever_is_beside_a_caller_stays_with_the_next_agent() {
    let mut scene = Scene::new();
    scene.monitor(Monitor::Listen);
    scene.talk(100);
    scene.part(CALLER);
    scene.heard.clear();
    scene.talk(500);
    assert!(scene.heard(AGENT).is_empty());
    assert_hears(scene.shares(THIRD), [1, 0, 0], "the third, while the caller is alone,");
    scene.stage.bridge(CALLER, AGENT);
    scene.talk(60);
    scene.heard.clear();
    scene.talk(500);
    assert_hears(scene.shares(THIRD), [1, 1, 0], "the third");
    assert_hears(scene.shares(CALLER), [0, 1, 0], "the caller");
}

#[test]
fn packets_that_come_unevenly_are_heard_evenly() {
    let mut scene = Scene::new();
    scene.monitor(Monitor::Barge);
    scene.silent.extend([AGENT, THIRD]);
    scene.talk(100);
    scene.heard.clear();
    // Each packet of the caller is late by up to 15 ms, and one of fifty is lost.
    let (_, tone) = TONES[0];
    let mut said = scene.said[&CALLER].clone();
    let mut due: Vec<(u64, Said)> = Vec::new();
    for n in 0..200_u64 {
        said.payload = tone_at(said.header.timestamp, tone, 8);
        if n % 50 != 49 {
            due.push((scene.millis + 20 * n + (n * 7) % 16, said.clone()));
        }
        said = said.next(1);
    }
    scene.silent.insert(CALLER);
    for _ in 0..4_000 {
        for (_, said) in due.extract_if(.., |(at, _)| *at == scene.millis) {
            scene.stage.hear(CALLER, &said);
        }
        scene.talk(1);
    }
    let heard = scene.heard(AGENT);
    let quiet = heard.chunks(160).filter(|it| it.iter().all(|it| it.abs() < 100.0)).count();
    assert!(quiet <= 8, "{quiet} silent frames of {}", heard.len() / 160);
    let [share, ..] = [loudness(&heard, tone) / LOUDNESS];
    assert!(share > 0.9, "{share}");
}

#[test]
fn keys_go_between_the_two_alone_and_all_packets_of_a_press_have_one_time() {
    let mut scene = Scene::new();
    scene.monitor(Monitor::Barge);
    scene.talk(200);
    scene.heard.clear();
    let said = scene.said[&CALLER].clone();
    for packet in 0..5 {
        let mut key = said.next(packet).key(5, packet == 4, 160 * (packet + 1));
        key.header.timestamp = said.header.timestamp;
        scene.stage.hear(CALLER, &key);
        scene.silent.insert(CALLER);
        scene.talk(20);
    }
    let third = scene.said[&THIRD].key(7, true, 160);
    scene.stage.hear(THIRD, &third);
    scene.talk(20);
    let of = |leg: u64| -> Vec<Header> {
        let sent = scene.heard.get(&leg).into_iter().flatten();
        sent.filter(|it| it.header.payload_type == 101).map(|it| it.header).collect()
    };
    let keys = of(AGENT);
    let times: BTreeSet<u32> = keys.iter().map(|key| key.timestamp).collect();
    assert_eq!((keys.len(), times.len()), (5, 1));
    assert!(of(THIRD).is_empty() && of(CALLER).is_empty());
    let numbers = scene.heard[&AGENT].iter().map(|it| it.header.sequence).collect::<Vec<_>>();
    assert!(numbers.windows(2).all(|it| it[1] == it[0].wrapping_add(1)), "{numbers:?}");
}

#[test]
fn music_to_the_caller_goes_before_the_mix_and_the_mix_goes_on_after_it() {
    let mut scene = Scene::new();
    scene.monitor(Monitor::Barge);
    scene.talk(100);
    scene.stage.play(CALLER, 1, &[], Then::Music(TUNE));
    scene.talk(60);
    scene.heard.clear();
    scene.talk(400);
    assert_eq!(scene.heard[&CALLER].len(), 20);
    assert!(scene.heard[&CALLER].iter().all(|it| it.payload.iter().all(|o| *o == it.payload[0])));
    scene.stage.quiet(CALLER);
    scene.talk(60);
    scene.heard.remove(&CALLER);
    scene.talk(500);
    assert_hears(scene.shares(CALLER), [0, 1, 1], "the caller");
}

#[test]
fn a_recording_has_who_barges_on_the_right_and_no_whisper() {
    for (monitor, third) in [(Monitor::Listen, 0), (Monitor::Whisper, 0), (Monitor::Barge, 1)] {
        let mut scene = Scene::new();
        talks::record(&mut scene.stage, CALLER);
        scene.talk(100);
        scene.monitor(monitor);
        scene.talk(1_000);
        let mut sides = [vec![0.0; 8_800], vec![0.0; 8_800]];
        for piece in scene.stage.recorded() {
            let Piece::Sound(sound) = piece else { continue };
            let crate::tape::Of::Talk(_, side) = sound.of else { continue };
            for (place, octet) in (sound.place..).zip(sound.octets) {
                let place = usize::try_from(place).unwrap();
                let side = usize::from(side == crate::tape::Side::Other);
                if let Some(sample) = sides[side].get_mut(place) {
                    *sample = g711::alaw_decode(octet).into();
                }
            }
        }
        let [left, right] =
            sides.map(|side| TONES.map(|(_, tone)| loudness(&side[1_600..8_000], tone) / LOUDNESS));
        assert_hears(left, [1, 0, 0], "the left side");
        assert_hears(right, [0, 1, third], "the right side");
    }
}

#[test]
fn a_third_who_is_not_there_or_is_one_of_the_two_is_beside_nobody() {
    let mut stage = Stage::with([1, 2, 3, 4]);
    stage.bridge(1, 2);
    let monitor = Monitor::Barge;
    for (stream, caller) in [(9, 1), (1, 1), (2, 1), (3, 9)] {
        stage.handle(Command::Monitor { stream: LegId(stream), caller: LegId(caller), monitor });
    }
    assert_eq!(stage.streams.counts().commands_astray, 4);
    stage.handle(Command::Monitor { stream: LegId(3), caller: LegId(1), monitor });
    // One talk has one.
    stage.handle(Command::Monitor { stream: LegId(4), caller: LegId(1), monitor });
    stage.handle(Command::Monitor { stream: LegId(4), caller: LegId(2), monitor });
    assert_eq!(stage.streams.counts().commands_astray, 6);
}
