//! A frame and a packet take no memory, in the clear and sealed.

use super::*;
use crate::protection::Sealing;
use crate::reel::{Found, Part};
use ids::MessageId;
use media_protocol::{MasterKey, Monitor, Protection, Suite};

const SEALED: [Option<Suite>; 3] =
    [None, Some(Suite::AesCm128HmacSha1_80), Some(Suite::AeadAes128Gcm)];

/// As long as a thousand frames.
const A_THOUSAND: u16 = 1_000;

/// Packets of sound and reports that leave are counted, and nothing of them is kept.
#[derive(Default)]
struct Counted(usize, usize);

impl Wire for Counted {
    fn send(&mut self, _: usize, _: SocketAddr, packet: &[u8]) {
        let count = if rtp::is_rtcp(packet) { &mut self.1 } else { &mut self.0 };
        *count += 1;
    }
}

fn key(suite: Suite, filling: u8) -> MasterKey {
    MasterKey::new(suite, &vec![filling; suite.octets()]).unwrap()
}

/// Two legs, sealed by this suite.
fn stage(suite: Option<Suite>) -> Stage {
    let mut stage = Stage::new();
    for leg in [1, 2] {
        let keys = suite.map(|suite| Protection { ours: key(suite, 1), theirs: key(suite, 2) });
        stage.open(leg, Format { protection: keys.map(Arc::new), ..format(leg) });
    }
    stage
}

/// How many packets left in the time of a thousand frames, and how often memory was taken meanwhile.
fn frames(stage: &mut Stage) -> (usize, u64) {
    let (mut wire, mut now) = (Counted::default(), stage.now);
    let taken = allocation_counter::measure(|| {
        for _ in 0..u32::from(A_THOUSAND) * 20 {
            now += Duration::from_millis(1);
            stage.streams.handle_timeout(now, &mut wire);
        }
    });
    assert!(wire.1 > 1, "{} reports", wire.1);
    (wire.0, taken.count_total)
}

#[test]
fn music_takes_no_memory() {
    for suite in SEALED {
        let mut stage = stage(suite);
        stage.play(1, 1, &[], Then::Music(TUNE));
        stage.run(Duration::from_millis(100));
        assert_eq!(frames(&mut stage), (1_000, 0), "{suite:?}");
    }
}

#[test]
fn a_talk_takes_no_memory_recorded_or_not() {
    for (suite, recorded) in SEALED.into_iter().flat_map(|suite| [(suite, 0), (suite, 1_000)]) {
        let mut stage = stage(suite);
        if recorded > 0 {
            talks::record(&mut stage, 2);
        }
        stage.bridge(1, 2);
        let mut phone_seals = suite.map(|suite| Sealing::new(key(suite, 2)));
        let mut packets: Vec<Vec<u8>> = (0..=A_THOUSAND)
            .map(|count| {
                let said = Said::first().next(count);
                let packet = said.packet();
                let Some(sealing) = &mut phone_seals else { return packet };
                let mut room = [&packet[..], &[0; 16]].concat();
                sealing.seal(&said.header, packet.len(), &mut room).unwrap().to_vec()
            })
            .collect();
        stage.receive(1, phone(1), &packets.remove(0));
        stage.events();
        let (mut wire, mut now, from) = (Counted::default(), stage.now, phone(1));
        let taken = allocation_counter::measure(|| {
            for packet in &mut packets {
                now += Duration::from_millis(20);
                stage.streams.receive(now, 1, (from, packet), &mut wire);
            }
        });
        assert_eq!((wire.0, taken.count_total), (1_000, 0), "{suite:?}");
        let pieces = stage.recorded().len();
        // The beginning, and the packet before the measuring.
        assert_eq!(pieces.saturating_sub(2), recorded, "{suite:?}");
    }
}

#[test]
fn three_who_talk_take_no_memory() {
    for suite in SEALED {
        let mut stage = stage(suite);
        stage.open(3, format(3));
        stage.bridge(1, 2);
        let (stream, caller) = (LegId(3), LegId(1));
        stage.handle(Command::Monitor { stream, caller, monitor: Monitor::Barge });
        stage.hear(3, &Said::first());
        stage.events();
        let mut packets: Vec<_> =
            (1..=A_THOUSAND).map(|count| Said::first().next(count).packet()).collect();
        let (mut wire, mut now, from) = (Counted::default(), stage.now, phone(3));
        let taken = allocation_counter::measure(|| {
            for packet in &mut packets {
                for _ in 0..20 {
                    now += Duration::from_millis(1);
                    stage.streams.handle_timeout(now, &mut wire);
                }
                stage.streams.receive(now, 3, (from, packet), &mut wire);
            }
        });
        assert!(wire.0 > 1_990, "{} packets", wire.0);
        assert_eq!(taken.count_total, 0, "{suite:?}");
    }
}

#[test]
fn a_recording_that_is_played_takes_no_memory_but_for_its_parts() {
    for suite in SEALED {
        let mut stage = stage(suite);
        let (stream, message) = (LegId(1), MessageId(9));
        stage.handle(Command::Replay { stream, play: PlayId(1), message });
        let mut left = 0;
        for _ in 0..20 {
            stage.run(Duration::from_millis(1));
            while let Ok(ask) = stage.shelf.asks.pop() {
                let found = Found::Sound(vec![1_000; 8_000].into());
                stage.shelf.parts.push(Part { ask, found }).unwrap();
            }
            let (mut wire, mut now) = (Counted::default(), stage.now);
            let taken = allocation_counter::measure(|| {
                for _ in 0..500 {
                    now += Duration::from_millis(1);
                    stage.streams.handle_timeout(now, &mut wire);
                }
            });
            assert_eq!(taken.count_total, 0, "{suite:?}");
            (stage.now, left) = (now, left + wire.0);
        }
        assert!(left > 400, "{left} frames");
    }
}

#[test]
fn reports_that_come_take_no_memory() {
    for suite in SEALED {
        let mut stage = stage(suite);
        let mut sealing = suite.map(|suite| Sealing::new(key(suite, 2)));
        let name = [b'x'; rtp::rtcp::NAME_LEN];
        let presence = rtp::rtcp::Presence::Stays;
        let heard = Some(rtp::rtcp::Block::default());
        let report = rtp::rtcp::Report { ssrc: 77, sent: None, heard, name, presence };
        let mut reports: Vec<Vec<u8>> = (0..100)
            .map(|_| {
                let mut room: crate::protection::ReportRoom = [0; _];
                let len = report.write(room.first_chunk_mut().unwrap());
                let sealed = |sealing: &mut Sealing| sealing.seal_report(77, len, &mut room);
                let len = sealing.as_mut().map_or(Some(len), sealed).unwrap();
                room[..len].to_vec()
            })
            .collect();
        let (mut wire, mut now, from) = (Counted::default(), stage.now, phone(1));
        // With the first one it is remembered which there were.
        stage.streams.receive(now, 1, (from, &mut reports.remove(0)), &mut wire);
        let taken = allocation_counter::measure(|| {
            for report in &mut reports {
                now += Duration::from_secs(1);
                stage.streams.receive(now, 1, (from, report), &mut wire);
            }
        });
        assert_eq!(taken.count_total, 0, "{suite:?}");
        assert_eq!(stage.streams.counts().control_received, 100, "{suite:?}");
    }
}

#[test]
fn forged_packets_take_no_memory() {
    for suite in SEALED.into_iter().flatten() {
        let mut stage = stage(Some(suite));
        let (mut wire, from) = (Counted::default(), phone(1));
        let mut packets: Vec<Vec<u8>> = (0..A_THOUSAND)
            .map(|count| {
                let mut said = Said::first();
                said.header.ssrc += u32::from(count);
                [said.packet(), vec![0; 16]].concat()
            })
            .collect();
        let taken = allocation_counter::measure(|| {
            for packet in &mut packets {
                stage.streams.receive(Moment::ZERO, 1, (from, packet), &mut wire);
            }
        });
        assert_eq!((wire.0, taken.count_total), (0, 0), "{suite:?}");
    }
}
