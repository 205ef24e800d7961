//! `media.music`: how many callers one core can hold with music, every packet there and in time.
//!
//! One media worker plays music to more and more callers on loopback. A load counts as carried if no
//! packet is missing and 99.9 % of them come within 20 ms of when they are due (`media.music`), or
//! within 5 ms (`media.music.5ms`). What is due comes from the packets' own timestamps, against the
//! earliest that each caller ever heard, so that a worker that is late all the time is seen to be.
//!
//! The limit is a bare loop on one thread that sends packets of the same size from thousands of
//! sockets to the same ears, as fast as it can and without any pace: the packets that arrive in a
//! second are worth a fiftieth as many callers. The ears are a thread of their own. It counts when a packet came to them
//! and not when they took it, and what they lose counts against the side that sends.
//!
//! All of it is done by io_uring, where there is one, and by a call for each packet (`.epoll`), each beside a bare loop of
//! the same kind.

use crate::ears::{Ears, Heard};
use crate::figure::Figure;
use crate::ways::{self, Way};
use ids::{ClipId, LegId, PlayId};
use media::{Config, Plane, StartError, Tell};
use media_protocol::{Clock, Codec, Command, ControlPath, Direction, Format, Port, Then};
use precedence::Precedence;
use prompts::{Clip, FRAME_LEN, Pcm, Store};
use rtp::Header;
use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

/// Sockets that hear. The buffer of one holds a few hundred packets only.
const EARS: usize = 64;
/// Ports asked for: more callers than one core can hold on any machine of today.
const PORTS_FIRST: u16 = 10_000;
const PORTS_MAX: u16 = 20_000;
const PACKETS_PER_SECOND: f64 = 50.0;
const FRAME_TICKS: i64 = 160;
const FRAME_MICROS: i64 = 20_000;
/// The share of packets that must be in time.
const IN_TIME: f64 = 0.999;
const SETTLE: Duration = Duration::from_millis(400);
const MEASURE: Duration = Duration::from_millis(1_600);
/// The search ends when the answer is known to this share of the limit.
const FINENESS: f64 = 0.04;

/// Measures the limit, and how close to it callers can be held within 20 ms and within 5 ms.
#[must_use]
pub(crate) fn run() -> Vec<Figure> {
    let ears = Ears::open(Ipv4Addr::LOCALHOST, EARS);
    Way::all().into_iter().flat_map(|way| by(way, &ears)).collect()
}

fn by(way: Way, ears: &Ears) -> [Figure; 2] {
    // On a thread that has its turn when a worker would have it.
    let bare = || {
        Precedence::Sound.take();
        bare_loop(way, ears)
    };
    let limit = thread::scope(|scope| scope.spawn(bare).join()).expect("it sends");
    let limit = limit / PACKETS_PER_SECOND;
    let mut house = House::open(way, ears);
    let mut tried = Vec::new();
    [("", 20), (".5ms", 5)].map(|(strictness, millis)| {
        let name = format!("media.music{}{strictness}", way.suffix());
        let within = Duration::from_millis(millis);
        Figure::beside(name, house.capacity(limit, within, &mut tried), "callers", limit)
    })
}

/// Packets that arrive in a second from a bare loop over many sockets.
fn bare_loop(way: Way, ears: &Ears) -> f64 {
    let sockets: Vec<UdpSocket> =
        (0..PORTS_MAX / 4).map_while(|_| UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).ok()).collect();
    let header = Header { marker: false, payload_type: 8, sequence: 0, timestamp: 0, ssrc: 0 };
    let packet = [&header.encode()[..], &[0xd5; FRAME_LEN]].concat();
    let addresses: Vec<SocketAddr> = addresses(ears).collect();
    ears.take();
    let start = Instant::now();
    // What the ears do not take does not arrive, and that is all there is to know.
    match way {
        Way::Epoll => {
            while start.elapsed() < MEASURE {
                for (socket, to) in sockets.iter().zip(addresses.iter().cycle()) {
                    let _sent = socket.send_to(&packet, to);
                }
            }
        }
        Way::Uring => {
            let places = sockets.len();
            let mut ring = ways::ring(sockets);
            while start.elapsed() < MEASURE {
                for (place, to) in (0..places).zip(addresses.iter().cycle()) {
                    ring.send(place, *to, &packet);
                }
                ring.wait(Duration::ZERO).expect("a ring goes on");
                while ring.next(&mut []).is_some() {}
            }
        }
    }
    let elapsed = start.elapsed();
    thread::sleep(SETTLE);
    count(ears.take().len()) / elapsed.as_secs_f64()
}

fn addresses(ears: &Ears) -> impl Iterator<Item = SocketAddr> {
    ears.ports().into_iter().map(|port| SocketAddr::from((Ipv4Addr::LOCALHOST, port)))
}

/// What one load was like.
#[derive(Clone, Copy)]
struct Trial {
    callers: usize,
    missing: i64,
    /// How late the latest of the 99.9 % was.
    late: Duration,
}

impl Trial {
    fn is_carried(&self, within: Duration) -> bool {
        self.missing == 0 && self.late <= within
    }
}

/// A media plane of one worker, and its callers.
struct House<'a> {
    plane: Plane,
    ports: Vec<Port>,
    ears: &'a Ears,
    remotes: Vec<SocketAddr>,
    callers: usize,
    lines: BTreeMap<u16, Line>,
}

/// How one caller's packets are timed: the first timestamp ever heard, and when that was due.
struct Line {
    first: u32,
    due_micros: i64,
}

impl<'a> House<'a> {
    fn open(way: Way, ears: &'a Ears) -> Self {
        let (plane, mut ports) = start(way, PORTS_MAX);
        ports.sort_by_key(|port| port.number);
        let remotes = addresses(ears).collect();
        Self { plane, ports, ears, remotes, callers: 0, lines: BTreeMap::new() }
    }

    /// The most callers that are carried, to a small share of the limit. Loads that were tried
    /// already are not tried again.
    fn capacity(&mut self, limit: f64, within: Duration, tried: &mut Vec<Trial>) -> f64 {
        loop {
            let carried = tried.iter().filter(|trial| trial.is_carried(within));
            let low = carried.map(|trial| trial.callers).max().unwrap_or(0);
            let failed = tried.iter().filter(|trial| !trial.is_carried(within));
            let high = failed.map(|trial| trial.callers).filter(|&callers| callers > low).min();
            let high = high.unwrap_or_else(|| self.ports.len().min(whole(limit * 1.2)));
            if high - low <= whole(limit * FINENESS) {
                return count(low);
            }
            let callers = low.midpoint(high);
            let first = self.hold(callers);
            // Other programs have their hiccups: what fails is tried once more.
            tried.push(if first.is_carried(within) { first } else { self.hold(callers) });
        }
    }

    /// Holds so many callers for a while.
    fn hold(&mut self, callers: usize) -> Trial {
        while self.callers < callers {
            self.admit();
        }
        while self.callers > callers {
            self.dismiss();
        }
        thread::sleep(SETTLE);
        self.ears.take();
        thread::sleep(MEASURE);
        let heard = self.ears.take();
        self.judge(&heard)
    }

    fn judge(&mut self, heard: &[Heard]) -> Trial {
        let mut frames: BTreeMap<u16, Vec<(i64, i64)>> = BTreeMap::new();
        for packet in heard {
            let line = self
                .lines
                .entry(packet.port)
                .or_insert(Line { first: packet.timestamp, due_micros: packet.at_micros });
            let ticks = i64::from(packet.timestamp.wrapping_sub(line.first).cast_signed());
            let frame = ticks / FRAME_TICKS;
            line.due_micros = line.due_micros.min(packet.at_micros - frame * FRAME_MICROS);
            frames.entry(packet.port).or_default().push((frame, packet.at_micros));
        }
        let missing = self.callers - frames.len().min(self.callers);
        let mut trial = Trial {
            callers: self.callers,
            missing: i64::try_from(missing).unwrap_or(i64::MAX),
            late: Duration::ZERO,
        };
        let mut late = Vec::with_capacity(heard.len());
        for (port, frames) in frames {
            let Some(line) = self.lines.get(&port) else { continue };
            let first = frames.iter().map(|(frame, _)| frame).min().unwrap_or(&0);
            let last = frames.iter().map(|(frame, _)| frame).max().unwrap_or(&0);
            trial.missing += last - first + 1 - i64::try_from(frames.len()).unwrap_or(i64::MAX);
            late.extend(
                frames.iter().map(|(frame, at)| at - frame * FRAME_MICROS - line.due_micros),
            );
        }
        late.sort_unstable();
        let latest = late.get(whole(count(late.len()) * IN_TIME)).or_else(|| late.last());
        let micros = latest.map_or(u64::MAX, |micros| micros.cast_unsigned());
        trial.late = Duration::from_micros(micros);
        trial
    }

    /// One more caller calls, and is put on hold.
    fn admit(&mut self) {
        let remote = *self.remotes.get(self.callers % EARS).expect("there are ears");
        let port = *self.ports.get(self.callers).expect("a load is at most the ports");
        let format = Format {
            remote,
            signalled_from: remote.ip(),
            control: ControlPath::WithSound,
            codec: Codec::Pcma,
            payload_type: 8,
            heard_type: 8,
            event_type: None,
            heard_event_type: None,
            event_clock: Clock::Hz8000,
            // The callers are silent for the whole time.
            direction: Direction::SendOnly,
            protection: None,
        };
        let stream = self.leg();
        let address = Ipv4Addr::LOCALHOST.into();
        self.send(Command::Open { stream, port, address, format });
        let (clips, then) = (Arc::new([]), Then::Music(ClipId(0)));
        self.send(Command::Play { stream, play: PlayId(0), clips, then });
        self.callers += 1;
    }

    /// The last caller hangs up.
    fn dismiss(&mut self) {
        self.callers -= 1;
        let stream = self.leg();
        self.send(Command::Close { stream });
        if let Some(port) = self.ports.get(self.callers) {
            self.lines.remove(&port.number);
        }
    }

    fn leg(&self) -> LegId {
        LegId(u64::try_from(self.callers).expect("callers are few"))
    }

    /// Waits while the ring is full: a thousand calls do not come at one moment.
    fn send(&mut self, command: Command) {
        let mut left = Some(command);
        while let Some(command) = left.take() {
            if let Err(full) = self.plane.send(0, command) {
                thread::sleep(Duration::from_millis(1));
                left = Some(full.command);
            }
        }
    }
}

/// One worker over this many ports, or as many as there may be open files.
fn start(way: Way, ports: u16) -> (Plane, Vec<Port>) {
    let second = vec![1_000; 8_000];
    let store = Arc::new(Store::new(vec![Clip::encode("music", &Pcm::new(second))]));
    let tell: Tell = Arc::new(|_| Ok(()));
    let ports_asked = PORTS_FIRST..=PORTS_FIRST + ports;
    let config = Config { ports: ports_asked, io: way.io(), ..Config::default() };
    match Plane::start(&config, &store, &tell) {
        Ok(started) => started,
        Err(StartError::FilesExhausted { .. }) => start(way, ports - ports / 10),
        Err(error) => panic!("{error}"),
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "counts of callers are small and never negative"
)]
fn whole(number: f64) -> usize {
    number as usize
}

fn count(number: usize) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}
