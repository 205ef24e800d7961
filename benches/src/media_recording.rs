//! `media.recording`: what a caller who leaves a message costs, in processor time a second of speech: of the
//! media worker, and of the one thread that writes all recordings (`.writer`).
//!
//! As many callers as may leave messages at once all speak, each packet at its time. The limit is the same worker
//! in the same run with the same packets, which it hears and lets go.

use crate::busy::busy_of;
use crate::figure::Figure;
use events::{Ani, Label, MessageLeft};
use ids::{LegId, MessageId};
use media::{Config, Plane, Tell};
use media_protocol::{Clock, Codec, Command, ControlPath, Direction, Format, Listening, Port};
use prompts::Store;
use rtp::{HEADER_LEN, Header};
use std::fs;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

/// Callers who speak at once.
const CALLERS: u16 = 200;
const PORTS_FIRST: u16 = 10_000;
const PACKET: Duration = Duration::from_millis(20);
const FRAME_LEN: usize = 160;
const SETTLE: Duration = Duration::from_millis(500);
const MEASURE: Duration = Duration::from_secs(5);

/// Measures both threads.
#[must_use]
pub(crate) fn run() -> Vec<Figure> {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let mut callers = Callers::open(folder.path());
    let heard = callers.speak();
    callers.record();
    let recorded = callers.speak();
    let files = fs::read_dir(folder.path()).expect("the folder is there").flatten();
    let written = files.filter(|file| file.metadata().is_ok_and(|it| it.len() > 10_000)).count();
    assert_eq!(written, usize::from(CALLERS), "each of them is recorded");
    let speech = f64::from(CALLERS) * MEASURE.as_secs_f64();
    let of = |spent: Duration| spent.as_secs_f64() * 1e6 / speech;
    vec![
        Figure::beside("media.recording", of(recorded.worker), "cpu-µs/s", of(heard.worker)),
        Figure::alone("media.recording.writer", of(recorded.writer), "cpu-µs/s"),
    ]
}

/// A worker, and callers who speak to it.
struct Callers {
    plane: Plane,
    sockets: Vec<(UdpSocket, SocketAddr)>,
    packets: u16,
}

/// Processor time.
struct Spent {
    worker: Duration,
    writer: Duration,
}

impl Callers {
    fn open(recordings: &std::path::Path) -> Self {
        let store = Arc::new(Store::new(Vec::new()));
        let tell: Tell = Arc::new(|_| Ok(()));
        let config = Config {
            ports: PORTS_FIRST..=PORTS_FIRST + 3 * CALLERS,
            recordings: Some(recordings.to_owned()),
            ..Config::default()
        };
        let (plane, ports) = Plane::start(&config, &store, &tell).expect("a worker starts");
        let mut callers = Self { plane, sockets: Vec::new(), packets: 0 };
        for (leg, port) in (0..u64::from(CALLERS)).map(LegId).zip(ports) {
            callers.admit(leg, port);
        }
        callers
    }

    fn admit(&mut self, stream: LegId, port: Port) {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).expect("loopback has free ports");
        let remote = socket.local_addr().expect("the socket is bound");
        let address: IpAddr = Ipv4Addr::LOCALHOST.into();
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
            direction: Direction::SendReceive,
            protection: None,
        };
        self.sockets.push((socket, SocketAddr::new(address, port.number)));
        self.send(Command::Open { stream, port, address, format });
    }

    /// What all say from now on is recorded.
    fn record(&mut self) {
        for caller in 0..u64::from(CALLERS) {
            let listening = Listening {
                length_max: Duration::from_secs(600),
                spoken_min: Duration::from_secs(1),
                hush: Duration::from_secs(60),
            };
            let (stream, message) = (LegId(caller), MessageId(caller));
            let label = Box::new(label(caller));
            self.send(Command::Record { stream, message, label, listening });
        }
    }

    /// All speak for a while.
    fn speak(&mut self) -> Spent {
        self.say(SETTLE);
        let (worker, writer) = (busy_of("media"), busy_of("recordings"));
        self.say(MEASURE);
        Spent { worker: busy_of("media") - worker, writer: busy_of("recordings") - writer }
    }

    fn say(&mut self, length: Duration) {
        let (start, mut due) = (Instant::now(), Duration::ZERO);
        while due < length {
            thread::sleep(due.saturating_sub(start.elapsed()));
            self.packets = self.packets.wrapping_add(1);
            let header = Header {
                marker: false,
                payload_type: 8,
                sequence: self.packets,
                timestamp: u32::from(self.packets) * 160,
                ssrc: 1,
            };
            let mut packet = [0x2a; HEADER_LEN + FRAME_LEN];
            packet[..HEADER_LEN].copy_from_slice(&header.encode());
            for (socket, to) in &self.sockets {
                let _ = socket.send_to(&packet, to);
            }
            due += PACKET;
        }
    }

    fn send(&mut self, command: Command) {
        self.plane.send(0, command).expect("the ring has room for these");
    }
}

/// Whose a recording is, as the engine says it.
fn label(call: u64) -> Label {
    let left = MessageLeft {
        voicemail: "office".into(),
        call,
        caller: Ani::new("0701234567"),
        name: None,
        company: None,
        language: "sv".into(),
        queue: None,
        waited_ms: 0,
        length_ms: 0,
        bytes: 0,
        packets_missed: 0,
    };
    Label { arrived_at: 0, left }
}
