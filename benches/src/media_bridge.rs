//! `media.bridge`: how many calls of two who hear each other one core can relay, reckoned from the processor time that a call
//! takes of a worker in a second, and how late what is said comes to the other side.
//!
//! Some hundred calls are on, and everybody speaks all the time, spread over the frame. The limit is a bare loop over as many
//! sockets in the same run: it waits for what comes, and sends it on from the other socket of the call as it is.
//! Neither gathers packets, so both wake up for each few of them; a core that is full wakes up less often, and carries more.
//!
//! All of it is done by io_uring, where there is one, and by epoll (`.epoll`), each beside a bare loop of the same kind.

use crate::busy::busy_of;
use crate::ears::{Ears, Heard};
use crate::evenness::Evenness;
use crate::figure::Figure;
use crate::voices::Voices;
use crate::ways::{self, Way};
use ids::LegId;
use media::{Config, Plane, Tell};
use media_protocol::{Codec, Command, ControlPath, Direction, Format};
use mio::{Events, Interest, Poll, Token};
use precedence::Precedence;
use prompts::Store;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// Calls that are on. Twice as many phones speak and listen on what the worker leaves of the machine.
const CALLS: u16 = 400;
const PHONES: usize = 2 * CALLS as usize;
const PORTS_FIRST: u16 = 10_000;
const SETTLE: Duration = Duration::from_millis(500);
const MEASURE: Duration = Duration::from_secs(5);
/// Between two looks at whether a bare loop is to end.
const WAIT: Duration = Duration::from_millis(100);

/// Measures both.
#[must_use]
pub(crate) fn run() -> Vec<Figure> {
    let phones = Ears::open(Ipv4Addr::LOCALHOST, PHONES);
    Way::all().into_iter().flat_map(|way| by(way, &phones)).collect()
}

fn by(way: Way, phones: &Ears) -> [Figure; 5] {
    let bare = Bare::start(way, &phones.ports());
    let limit = talk(phones, &bare.ports, "bare");
    drop(bare);
    let (_plane, ports) = bridged(way, &phones.ports());
    let ours = talk(phones, &ports, "media");
    let name = |of: &str| format!("media.bridge{}{of}", way.suffix());
    let beside = |of_what: &str, of: fn(&Relayed) -> f64, unit| {
        Figure::beside(name(of_what), of(&ours), unit, of(&limit))
    };
    [
        beside("", Relayed::capacity, "calls"),
        beside(".cpu", Relayed::cpu_ms, "cpu-ms/s"),
        beside(".late", |it| it.evenness.late_ms, "ms"),
        beside(".latest", |it| it.evenness.latest_ms, "ms"),
        Figure::beside(name(".missing"), ours.evenness.missing, "packets", ours.evenness.heard),
    ]
}

/// What relaying all calls was like.
struct Relayed {
    spent: Duration,
    evenness: Evenness,
}

impl Relayed {
    /// Processor time that a call takes in a second.
    fn cpu_ms(&self) -> f64 {
        self.spent.as_secs_f64() * 1_000.0 / (f64::from(CALLS) * MEASURE.as_secs_f64())
    }

    /// So many calls fill a core.
    fn capacity(&self) -> f64 {
        1_000.0 / self.cpu_ms()
    }
}

/// All speak for a while to these ports, behind which threads with such names relay it.
fn talk(phones: &Ears, ports: &[u16], relay: &str) -> Relayed {
    let (mouths, peers) = phones.mouths();
    for (peer, port) in peers.iter().zip(ports) {
        peer.store(*port, Ordering::Relaxed);
    }
    let voices = Voices::speak((mouths, peers));
    thread::sleep(SETTLE);
    phones.take();
    let before = busy_of(relay);
    thread::sleep(MEASURE);
    let spent = busy_of(relay) - before;
    let heard: Vec<Heard> = phones.take();
    drop(voices);
    // What is still on its way belongs to nobody.
    thread::sleep(SETTLE);
    phones.take();
    Relayed { spent, evenness: Evenness::of_talks(&heard, PHONES) }
}

/// One worker with all of the calls, and the ports at which it hears the phones.
fn bridged(way: Way, phones: &[u16]) -> (Plane, Vec<u16>) {
    let store = Arc::new(Store::new(Vec::new()));
    let tell: Tell = Arc::new(|_| Ok(()));
    let ports = PORTS_FIRST..=PORTS_FIRST + 6 * CALLS;
    let config = Config { ports, io: way.io(), ..Config::default() };
    let (mut plane, mut ports) = Plane::start(&config, &store, &tell).expect("a worker starts");
    ports.truncate(PHONES);
    assert_eq!(ports.len(), PHONES, "there are ports enough");
    let mut send = |command| {
        let mut left = Some(command);
        while let Some(command) = left.take() {
            if let Err(full) = plane.send(0, command) {
                thread::sleep(Duration::from_millis(1));
                left = Some(full.command);
            }
        }
    };
    for ((stream, port), phone) in (0..).map(LegId).zip(&ports).zip(phones) {
        let remote = SocketAddr::from((Ipv4Addr::LOCALHOST, *phone));
        let format = Format {
            remote,
            signalled_from: remote.ip(),
            control: ControlPath::WithSound,
            codec: Codec::Pcma,
            payload_type: 8,
            event_type: None,
            direction: Direction::SendReceive,
            protection: None,
        };
        let address = Ipv4Addr::LOCALHOST.into();
        send(Command::Open { stream, port: *port, address, format });
    }
    for call in 0..u64::from(CALLS) {
        send(Command::Bridge { a: LegId(2 * call), b: LegId(2 * call + 1) });
    }
    let ports = ports.into_iter().map(|port| port.number).collect();
    (plane, ports)
}

/// The bare loop, on a thread of its own.
struct Bare {
    ports: Vec<u16>,
    ending: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Bare {
    fn start(way: Way, phones: &[u16]) -> Self {
        let socket = |_| UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).expect("loopback has ports");
        let sockets: Vec<UdpSocket> = phones.iter().map(socket).collect();
        let port = |socket: &UdpSocket| socket.local_addr().expect("it is bound").port();
        let ports = sockets.iter().map(port).collect();
        let phone = |port: &u16| SocketAddr::from((Ipv4Addr::LOCALHOST, *port));
        let phones: Vec<SocketAddr> = phones.iter().map(phone).collect();
        let ending = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&ending);
        let relay = move || {
            // As a worker does: who may be kept waiting wakes up less often, and seems to take less for it.
            Precedence::Sound.take();
            match way {
                Way::Epoll => relay_by_epoll(sockets, &phones, &told),
                Way::Uring => relay_by_ring(sockets, &phones, &told),
            }
        };
        let thread = thread::Builder::new().name("bare".to_owned()).spawn(relay);
        Self { ports, ending, thread: Some(thread.expect("there is room for a thread")) }
    }
}

impl Drop for Bare {
    fn drop(&mut self) {
        self.ending.store(true, Ordering::Relaxed);
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

/// Sends on what comes, until nobody wants it any more.
fn relay_by_epoll(sockets: Vec<UdpSocket>, phones: &[SocketAddr], ending: &AtomicBool) {
    let mut poll = Poll::new().expect("there is something to wait by");
    let watched = |(at, socket): (usize, UdpSocket)| {
        socket.set_nonblocking(true).expect("a socket can be told not to wait");
        let mut socket = mio::net::UdpSocket::from_std(socket);
        let registry = poll.registry();
        registry.register(&mut socket, Token(at), Interest::READABLE).expect("it can be watched");
        socket
    };
    let sockets: Vec<_> = sockets.into_iter().enumerate().map(watched).collect();
    let mut events = Events::with_capacity(1_024);
    let mut octets = [0; 1_500];
    while !ending.load(Ordering::Relaxed) {
        if poll.poll(&mut events, Some(WAIT)).is_err() {
            continue;
        }
        for event in &events {
            let Token(at) = event.token();
            let Some((from, (other, to))) =
                sockets.get(at).zip(sockets.get(at ^ 1).zip(phones.get(at ^ 1)))
            else {
                continue;
            };
            while let Ok((length, _)) = from.recv_from(&mut octets) {
                // What the other side does not take is missing there, and counted.
                let _ = other.send_to(octets.get(..length).unwrap_or_default(), *to);
            }
        }
    }
}

/// The same by a ring.
fn relay_by_ring(sockets: Vec<UdpSocket>, phones: &[SocketAddr], ending: &AtomicBool) {
    let mut ring = ways::ring(sockets);
    let mut octets = [0; 1_500];
    while !ending.load(Ordering::Relaxed) {
        ring.wait(WAIT).expect("a ring goes on");
        while let Some(came) = ring.next(&mut octets) {
            let other = came.place ^ 1;
            let Some((to, packet)) = phones.get(other).zip(octets.get(..came.len)) else {
                continue;
            };
            ring.send(other, *to, packet);
        }
    }
}
