//! Stories of streams in virtual time, and the stage that they are told on.
//!
//! Transcripts show each packet with its numbers counted from the first one that was sent to the
//! same leg, so that a jump would be seen at once.

mod allocations;
mod bridges;
mod codecs;
mod company;
mod keys;
mod opus;
mod peers;
mod plays;
mod recordings;
mod replays;
mod reports;
mod sealed;
mod talks;
mod time;
mod unproved;

use crate::patience::Patience;
use crate::reel::{Reels, Shelf};
use crate::streams::{Streams, Wire};
use crate::tape::{Piece, Tape};
use clock::Moment;
use ids::{ClipId, LegId, PlayId};
use media_protocol::{Clock, Codec, Command, ControlPath, Direction, Event, Format, Port, Then};
use prompts::{Clip, FRAME_LEN, Pcm, Store};
use rand::SeedableRng;
use rand::rngs::StdRng;
use rtp::{Header, TelephoneEvent, g711};
use rtrb::Consumer;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

pub(super) const SILENCE_MAX: Duration = Duration::from_secs(10);
pub(super) const HOLD_MAX: Duration = Duration::from_secs(1_800);
const PATIENCE: Patience = Patience { silence_max: SILENCE_MAX, hold_max: HOLD_MAX };

/// Where the ports of the stage are bound.
pub(super) const HERE: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 200));

/// The clips of the stage: two short ones, an empty one, and a tune.
pub(super) const HELLO: ClipId = ClipId(0);
pub(super) const PLACE: ClipId = ClipId(1);
pub(super) const EMPTY: ClipId = ClipId(2);
pub(super) const TUNE: ClipId = ClipId(3);
pub(super) const MISSING: ClipId = ClipId(99);
const CLIP_FRAMES: [(&str, u8); 4] = [("hello", 3), ("place", 2), ("empty", 0), ("tune", 4)];

/// The byte that fills a frame in A-law, so that a packet tells where it comes from.
const fn filling(clip: u8, frame: u8) -> u8 {
    0x80 + 16 * clip + frame
}

/// A store whose frames can be told apart by any of their octets.
pub(super) fn store() -> Arc<Store> {
    let clips = (0..).zip(CLIP_FRAMES).map(|(clip, (name, frames))| {
        let samples = (0..frames)
            .flat_map(|frame| [g711::alaw_decode(filling(clip, frame)); FRAME_LEN])
            .collect();
        Clip::encode_in(name, &Pcm::new(samples), &[Codec::G722, Codec::Opus])
    });
    Arc::new(Store::new(clips.collect()))
}

/// What is said by a payload of our own frames: `hello.0`.
fn name_of(payload: &[u8], payload_type: u8) -> String {
    let first = payload.first().copied().unwrap_or_default();
    let alaw = if payload_type == 0 { g711::ulaw_to_alaw(first) } else { first };
    let (clip, frame) = (alaw.wrapping_sub(0x80) / 16, alaw % 16);
    match CLIP_FRAMES.get(usize::from(clip)) {
        Some((name, frames)) if frame < *frames && payload.len() == FRAME_LEN => {
            format!("{name}.{frame}")
        }
        Some(_) | None => format!("{payload:x?}"),
    }
}

/// The address that the leg's peer signals.
pub(super) fn phone(leg: u64) -> SocketAddr {
    format!("192.0.2.{leg}:4000").parse().unwrap()
}

pub(super) fn format(leg: u64) -> Format {
    Format {
        remote: phone(leg),
        signalled_from: phone(leg).ip(),
        control: ControlPath::WithSound,
        codec: Codec::Pcma,
        payload_type: 8,
        heard_type: 8,
        event_type: Some(101),
        heard_event_type: None,
        event_clock: Clock::Hz8000,
        direction: Direction::SendReceive,
        protection: None,
    }
}

#[derive(Clone, Debug)]
pub(super) struct Sent {
    pub(super) at: Moment,
    pub(super) socket: usize,
    pub(super) to: SocketAddr,
    pub(super) header: Header,
    pub(super) payload: Vec<u8>,
}

/// A wire that remembers.
#[derive(Default)]
struct Recorder {
    now: Moment,
    sent: Vec<Sent>,
    reports: Vec<Reported>,
}

/// A report that was sent.
#[derive(Clone, Debug)]
pub(super) struct Reported {
    pub(super) at: Moment,
    pub(super) socket: usize,
    pub(super) to: SocketAddr,
    pub(super) datagram: Vec<u8>,
}

impl Wire for Recorder {
    fn send(&mut self, socket: usize, to: SocketAddr, packet: &[u8]) {
        if rtp::is_rtcp(packet) {
            let (at, datagram) = (self.now, packet.to_vec());
            self.reports.push(Reported { at, socket, to, datagram });
            return;
        }
        let (header, payload) = Header::parse(packet).expect("we send RTP");
        let payload = packet[payload].to_vec();
        self.sent.push(Sent { at: self.now, socket, to, header, payload });
    }
}

/// One worker's streams, their wire, and the time.
pub(super) struct Stage {
    pub(super) now: Moment,
    pub(super) streams: Streams,
    wire: Recorder,
    tape: Consumer<Piece>,
    pub(super) shelf: Shelf,
    starts: BTreeMap<usize, Header>,
}

impl Stage {
    pub(super) fn new() -> Self {
        let ports: Vec<_> =
            (0..64).map(|place| SocketAddr::new(HERE, 40_000 + 2 * place)).collect();
        let random = StdRng::seed_from_u64(1);
        let (tape, pieces) = Tape::new();
        let (reels, shelf) = Reels::new(ports.len());
        let recordings = (Some(tape), Some(reels));
        let streams = Streams::new(&ports, store(), PATIENCE, random, recordings);
        let (wire, starts) = (Recorder::default(), BTreeMap::new());
        Self { now: Moment::ZERO, streams, wire, tape: pieces, shelf, starts }
    }

    /// A stage with these legs, each at the port of its number.
    pub(super) fn with(legs: impl IntoIterator<Item = u64>) -> Self {
        let mut stage = Self::new();
        for leg in legs {
            stage.open(leg, format(leg));
        }
        stage
    }

    pub(super) fn open(&mut self, leg: u64, format: Format) {
        let number = 40_000 + 2 * u16::try_from(leg).unwrap();
        let port = Port { worker: 0, number };
        self.handle(Command::Open { stream: LegId(leg), port, address: HERE, format });
    }

    pub(super) fn handle(&mut self, command: Command) {
        self.wire.now = self.now;
        self.streams.handle(self.now, command, &mut self.wire);
    }

    pub(super) fn play(&mut self, leg: u64, play: u64, clips: &[ClipId], then: Then) {
        let play = PlayId(play);
        self.handle(Command::Play { stream: LegId(leg), play, clips: clips.into(), then });
    }

    pub(super) fn bridge(&mut self, a: u64, b: u64) {
        self.handle(Command::Bridge { a: LegId(a), b: LegId(b) });
    }

    pub(super) fn quiet(&mut self, leg: u64) {
        self.handle(Command::Quiet { stream: LegId(leg) });
    }

    /// Lets time go by, waking the streams whenever they want.
    pub(super) fn run(&mut self, length: Duration) {
        let end = self.now + length;
        while let Some(due) = self.streams.poll_timeout().filter(|due| *due <= end) {
            self.now = self.now.max(due);
            self.wake();
        }
        self.now = end;
    }

    /// Wakes the streams once, now.
    pub(super) fn wake(&mut self) {
        self.wire.now = self.now;
        self.streams.handle_timeout(self.now, &mut self.wire);
    }

    /// A packet comes to the leg's port.
    pub(super) fn receive(&mut self, leg: u64, from: SocketAddr, packet: &[u8]) {
        self.wire.now = self.now;
        let place = usize::try_from(leg).unwrap();
        self.streams.receive(self.now, place, (from, &mut packet.to_vec()), &mut self.wire);
    }

    /// A packet from the leg's phone.
    pub(super) fn hear(&mut self, leg: u64, said: &Said) {
        self.receive(leg, phone(leg), &said.packet());
    }

    pub(super) fn events(&mut self) -> Vec<Event> {
        std::iter::from_fn(|| self.streams.poll_output()).collect()
    }

    /// What was handed to the writer of recordings since the last time.
    pub(super) fn recorded(&mut self) -> Vec<Piece> {
        std::iter::from_fn(|| self.tape.pop().ok()).collect()
    }

    pub(super) fn sent(&mut self) -> Vec<Sent> {
        std::mem::take(&mut self.wire.sent)
    }

    /// The reports that were sent since the last time.
    pub(super) fn reports(&mut self) -> Vec<Reported> {
        std::mem::take(&mut self.wire.reports)
    }

    /// What was sent and told since the last time.
    pub(super) fn transcript(&mut self) -> String {
        let mut lines = String::new();
        for sent in self.sent() {
            let start = *self.starts.entry(sent.socket).or_insert(sent.header);
            let Header { marker, payload_type, sequence, timestamp, ssrc } = sent.header;
            assert_eq!(ssrc, start.ssrc, "an SSRC is for life");
            writeln!(
                lines,
                "{} leg-{} #{} t{} {}{}/{}",
                sent.at,
                sent.socket,
                sequence.wrapping_sub(start.sequence),
                timestamp.wrapping_sub(start.timestamp),
                if marker { "marker " } else { "" },
                payload_type,
                name_of(&sent.payload, payload_type),
            )
            .unwrap();
        }
        for event in self.events() {
            writeln!(lines, "{event:?}").unwrap();
        }
        lines
    }
}

/// A packet as a phone sends it. Its numbers go on from one to the next.
#[derive(Clone, Debug)]
pub(super) struct Said {
    pub(super) header: Header,
    pub(super) payload: Vec<u8>,
}

impl Said {
    /// The first packet of a phone: A-law, numbered from 100.
    pub(super) fn first() -> Self {
        let header =
            Header { marker: true, payload_type: 8, sequence: 100, timestamp: 5_000, ssrc: 77 };
        Self { header, payload: vec![0x80; FRAME_LEN] }
    }

    /// The packet `count` further.
    pub(super) fn next(&self, count: u16) -> Self {
        let mut said = self.clone();
        said.header.marker = false;
        said.header.sequence = said.header.sequence.wrapping_add(count);
        said.header.timestamp = said.header.timestamp.wrapping_add(160 * u32::from(count));
        said
    }

    /// The same sound with the numbers of another packet.
    pub(super) fn renumbered(&self, other: &Self) -> Self {
        Self { header: other.header, payload: self.payload.clone() }
    }

    /// The same numbers with a key in place of sound.
    pub(super) fn key(&self, event: u8, end: bool, duration: u16) -> Self {
        let mut said = self.clone();
        said.header.payload_type = 101;
        said.payload = TelephoneEvent { event, end, volume: 10, duration }.encode().to_vec();
        said
    }

    pub(super) fn packet(&self) -> Vec<u8> {
        [&self.header.encode()[..], &self.payload].concat()
    }
}
