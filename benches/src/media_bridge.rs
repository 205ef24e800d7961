//! `media.bridge`: how many calls of two who hear each other one core can relay, reckoned from the processor time that a call
//! takes of a worker in a second, and how late what is said comes to the other side.
//!
//! Some hundred calls are on, and everybody speaks all the time, spread over the frame. The limit is a bare loop over as many
//! sockets in the same run: it waits for what comes by epoll, and sends it on from the other socket of the call as it is.
//! Neither gathers packets, so both wake up for each few of them; a core that is full wakes up less often, and carries more.

use crate::busy::busy_of;
use crate::ears::{Ears, Heard};
use crate::evenness::Evenness;
use crate::figure::Figure;
use crate::voices::Voices;
use ids::LegId;
use media::{Config, Plane, Tell};
use media_protocol::{Codec, Command, ControlPath, Direction, Format};
use mio::net::UdpSocket;
use mio::{Events, Interest, Poll, Token};
use prompts::Store;
use std::net::{Ipv4Addr, SocketAddr};
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

/// Measures both.
#[must_use]
pub(crate) fn run() -> Vec<Figure> {
    let phones = Ears::open(Ipv4Addr::LOCALHOST, PHONES);
    let bare = Bare::start(&phones.ports());
    let limit = talk(&phones, &bare.ports, "bare");
    drop(bare);
    let (_plane, ports) = bridged(&phones.ports());
    let ours = talk(&phones, &ports, "media");
    let beside = |name: &str, of: fn(&Relayed) -> f64, unit| {
        Figure::beside(format!("media.bridge{name}"), of(&ours), unit, of(&limit))
    };
    vec![
        beside("", Relayed::capacity, "calls"),
        beside(".cpu", Relayed::cpu_ms, "cpu-ms/s"),
        beside(".late", |it| it.evenness.late_ms, "ms"),
        beside(".latest", |it| it.evenness.latest_ms, "ms"),
        Figure::beside(
            "media.bridge.missing",
            ours.evenness.missing,
            "packets",
            ours.evenness.heard,
        ),
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
fn bridged(phones: &[u16]) -> (Plane, Vec<u16>) {
    let store = Arc::new(Store::new(Vec::new()));
    let tell: Tell = Arc::new(|_| Ok(()));
    let config = Config { ports: PORTS_FIRST..=PORTS_FIRST + 6 * CALLS, ..Config::default() };
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
    fn start(phones: &[u16]) -> Self {
        let poll = Poll::new().expect("there is something to wait by");
        let mut sockets = Vec::new();
        for (at, phone) in phones.iter().enumerate() {
            let mut socket = UdpSocket::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))
                .expect("loopback has free ports");
            poll.registry()
                .register(&mut socket, Token(at), Interest::READABLE)
                .expect("a socket can be waited for");
            sockets.push((socket, SocketAddr::from((Ipv4Addr::LOCALHOST, *phone))));
        }
        let port = |(socket, _): &(UdpSocket, _)| socket.local_addr().expect("it is bound").port();
        let ports = sockets.iter().map(port).collect();
        let ending = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&ending);
        let relay = move || relay(poll, &sockets, &told);
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
fn relay(mut poll: Poll, sockets: &[(UdpSocket, SocketAddr)], ending: &AtomicBool) {
    let mut events = Events::with_capacity(1_024);
    let mut octets = [0; 1_500];
    while !ending.load(Ordering::Relaxed) {
        if poll.poll(&mut events, Some(Duration::from_millis(100))).is_err() {
            continue;
        }
        for event in &events {
            let Token(at) = event.token();
            let Some(((from, _), (other, to))) = sockets.get(at).zip(sockets.get(at ^ 1)) else {
                continue;
            };
            while let Ok((length, _)) = from.recv_from(&mut octets) {
                // What the other side does not take is missing there, and counted.
                let _ = other.send_to(octets.get(..length).unwrap_or_default(), *to);
            }
        }
    }
}
