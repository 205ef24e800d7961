//! The streams of a worker without a socket, for whoever throws packets at them: `cargo xtask fuzz worker`.

use crate::patience::Patience;
use crate::protection::Sealing;
use crate::reel::Reels;
use crate::streams::{Streams, Wire};
use crate::tape::{Of, Piece, Tape};
use clock::{Duration, Moment};
use events::{RecordedBy, RecordingLabel};
use ids::{LegId, RecordingId};
use media_protocol::{
    Codec, Command, ControlPath, Direction, Format, MasterKey, Monitor, Port, Protection, Suite,
};
use prompts::Store;
use rand::SeedableRng;
use rand::rngs::StdRng;
use rtp::Header;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
const PORT_FIRST: u16 = 40_000;
/// Two who talk, one of them sealed, and a sealed one who talks with both.
const LEGS: u16 = 3;
const SEALED: [(u16, Suite); 2] = [(0, Suite::AeadAes128Gcm), (2, Suite::AesCm128HmacSha1_80)];
const CODECS: [(Codec, u8); LEGS as usize] =
    [(Codec::Pcma, 8), (Codec::Pcmu, 0), (Codec::Opus, 111)];
/// More than a packet has goes on in the next one.
const PACKET_MAX: usize = 256;
/// From one packet to the next.
const STEP: Duration = Duration::from_millis(3);
/// What a packet may have sent at once: to the other one, and a little of what was mixed for each.
const SENT_MAX: usize = 8;

/// What is thrown: pieces of two octets that say how, one that says how long, and the packet. Whatever it is, what is sent for a packet is
/// bounded, what is recorded lies where there is room for it, and nothing grows.
pub fn worker(data: &[u8]) {
    let mut scene = Scene::new();
    let mut rest = data;
    while let [how, whose, len, more @ ..] = rest {
        let (packet, next) = more.split_at_checked((*len).into()).unwrap_or((more, &[]));
        scene.throw((*how, *whose), packet);
        rest = next;
    }
    scene.end();
}

struct Scene {
    streams: Streams,
    pieces: rtrb::Consumer<Piece>,
    seals: Vec<(u16, Sealing)>,
    wire: Counted,
    now: Moment,
    thrown: usize,
}

#[derive(Default)]
struct Counted {
    sent: usize,
}

impl Wire for Counted {
    fn send(&mut self, _: usize, _: SocketAddr, packet: &[u8]) {
        assert!((12..=1_500).contains(&packet.len()) || rtp::is_rtcp(packet), "a packet is one");
        self.sent += 1;
    }
}

fn key(suite: Suite, filling: u8) -> MasterKey {
    MasterKey::new(suite, &vec![filling; suite.octets()]).expect("it is as long as the suite's")
}

fn phone(leg: u16) -> SocketAddr {
    SocketAddr::new(HERE, 50_000 + leg)
}

impl Scene {
    fn new() -> Self {
        let ports: Vec<u16> = (0..LEGS).map(|leg| PORT_FIRST + 2 * leg).collect();
        let sockets: Vec<_> = ports.iter().map(|port| SocketAddr::new(HERE, *port)).collect();
        let patience = Patience {
            silence_max: Duration::from_secs(3600),
            hold_max: Duration::from_secs(3600),
        };
        let (tape, pieces) = Tape::new();
        let (reels, _shelf) = Reels::new(sockets.len());
        let store = Arc::new(Store::new(Vec::new()));
        let random = StdRng::seed_from_u64(1);
        let streams = Streams::new(&sockets, store, patience, random, (Some(tape), Some(reels)));
        let seals = SEALED.map(|(leg, suite)| (leg, Sealing::new(key(suite, 2)))).into();
        let (wire, now) = (Counted::default(), Moment::ZERO);
        let mut scene = Self { streams, pieces, seals, wire, now, thrown: 0 };
        for (leg, number) in (0..).zip(ports) {
            let suite = SEALED.iter().find(|(sealed, _)| *sealed == leg).map(|(_, suite)| *suite);
            let keys = |suite| Protection { ours: key(suite, 1), theirs: key(suite, 2) };
            let (codec, payload_type) =
                CODECS.get(usize::from(leg)).copied().unwrap_or((Codec::Pcma, 8));
            let format = Format {
                remote: phone(leg),
                signalled_from: HERE,
                control: ControlPath::WithSound,
                codec,
                payload_type,
                heard_type: payload_type,
                event_type: Some(101),
                heard_event_type: None,
                event_clock: codec.clock(),
                direction: Direction::SendReceive,
                protection: suite.map(|suite| Arc::new(keys(suite))),
            };
            let (stream, port) = (LegId(leg.into()), Port { worker: 0, number });
            scene.command(Command::Open { stream, port, address: HERE, format });
        }
        let [caller, other, third] = [0, 1, 2].map(LegId);
        scene.command(Command::Bridge { a: caller, b: other });
        scene.command(Command::Monitor { stream: third, caller, monitor: Monitor::Barge });
        let label = RecordingLabel {
            call: 1,
            began_at: 0,
            agent: None,
            started_by: RecordedBy::Queue,
            queue: None,
        };
        let (recording, label) = (RecordingId(1), Box::new(label));
        scene.command(Command::RecordTalk { stream: caller, recording, label });
        scene
    }

    fn command(&mut self, command: Command) {
        self.streams.handle(self.now, command, &mut self.wire);
    }

    /// One packet: to which leg, from where, and whether by somebody who has the key.
    fn throw(&mut self, (how, whose): (u8, u8), packet: &[u8]) {
        let leg = u16::from(how) % LEGS;
        let from = if whose & 1 == 0 { phone(leg) } else { phone(leg + 10) };
        let mut packet = packet.get(..PACKET_MAX.min(packet.len())).unwrap_or_default().to_vec();
        if whose & 2 == 0 {
            self.seal(leg, &mut packet);
        }
        // To the sound, or to the port of its reports.
        let place = usize::from(leg) + if whose & 4 == 0 { 0 } else { usize::from(LEGS) };
        let before = self.wire.sent;
        self.streams.receive(self.now, place, (from, &mut packet), &mut self.wire);
        assert!(self.wire.sent - before <= SENT_MAX, "a packet is no more than a few");
        self.thrown += 1;
        self.now += STEP * u32::from(how >> 6);
        self.pass();
    }

    fn seal(&mut self, leg: u16, packet: &mut Vec<u8>) {
        let sealed = self.seals.iter_mut().find(|(sealed, _)| *sealed == leg);
        let Some(((_, seal), (header, _))) = sealed.zip(Header::parse(packet)) else { return };
        let len = packet.len();
        packet.resize(len + 16, 0);
        if let Some(whole) = seal.seal(&header, len, packet).map(<[u8]>::to_vec) {
            *packet = whole;
        }
    }

    /// Time has gone on: whatever is due is done.
    fn pass(&mut self) {
        while self.streams.poll_timeout().is_some_and(|due| due <= self.now) {
            self.streams.handle_timeout(self.now, &mut self.wire);
        }
        while self.streams.poll_output().is_some() {}
        while let Ok(piece) = self.pieces.pop() {
            let Piece::Sound(sound) = piece else { continue };
            assert!(matches!(sound.of, Of::Talk(RecordingId(1), _)));
            // No more than a second ahead of the clock, and a packet behind it.
            let clock = self.now.since(Moment::ZERO).as_micros() / 125;
            assert!(u128::from(sound.place) <= clock + 8_000 + 960, "{} at {clock}", sound.place);
        }
    }

    fn end(mut self) {
        for leg in 0..LEGS {
            self.command(Command::Close { stream: LegId(leg.into()) });
        }
        self.pass();
        assert_eq!(self.streams.len(), 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::RngExt;

    /// Packets of a talk, bent at random: most are read, and some are none.
    fn bent(random: &mut StdRng) -> Vec<u8> {
        let mut data = Vec::new();
        for number in 0..random.random_range(1..200_u16) {
            let payload_type = [8, 0, 101, 13, 77, 111][random.random_range(0..6)];
            let header = Header {
                marker: false,
                payload_type,
                sequence: number,
                timestamp: u32::from(number) * 160,
                ssrc: 7,
            };
            let mut packet = header.encode().to_vec();
            packet.resize(12 + random.random_range(0..200), 0x55);
            if random.random_bool(0.2) {
                let at = random.random_range(0..packet.len());
                packet[at] ^= 1 << random.random_range(0..8);
            }
            data.extend([random.random(), random.random::<u8>() & random.random::<u8>()]);
            data.push(u8::try_from(packet.len()).unwrap());
            data.extend(packet);
        }
        data
    }

    #[test]
    fn whatever_is_thrown_at_a_worker_is_borne_and_bounded() {
        let mut random = StdRng::seed_from_u64(20_261_129);
        (0..300).for_each(|_| worker(&bent(&mut random)));
    }
}
