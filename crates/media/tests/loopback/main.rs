//! The plane with real sockets and threads, on loopback. What streams do is told in the stories of
//! the crate; here it is shown that the worker carries it out, in whichever way it waits at its sockets. Nothing is judged
//! by the clock.

mod by_epoll;
mod by_the_best;

use ids::{ClipId, LegId, PlayId};
use media::{Config, Plane, StartError, Tell};
use media_protocol::{
    Clock, Codec, Command, ControlPath, Digit, Direction, Event, Format, Port, Then,
};
use prompts::{Clip, FRAME_LEN, Pcm, Store};
use rtp::{Header, TelephoneEvent, g711};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::ops::RangeInclusive;
use std::sync::atomic::{AtomicBool, AtomicU16, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Duration;

/// Long enough for the busiest machine; nothing waits this long unless the test fails.
const PATIENCE: Duration = Duration::from_secs(20);

/// Where phones and ports are, but for those of the stories that say otherwise.
const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

const HELLO: ClipId = ClipId(0);
const TUNE: ClipId = ClipId(1);

/// Forty ports that no other test of this file asks for.
fn some_ports() -> RangeInclusive<u16> {
    static NEXT: AtomicU16 = AtomicU16::new(27_000);
    let first = NEXT.fetch_add(40, Ordering::Relaxed);
    first..=first + 39
}

fn config() -> Config {
    Config { ports: some_ports(), ..Config::default() }
}

/// Frame `n` of a clip is filled with this sample in A-law.
const fn filling(clip: u8, frame: u8) -> u8 {
    0x80 + 16 * clip + frame
}

fn store() -> Arc<Store> {
    let clip = |name, clip, frames| {
        let samples = (0..frames).flat_map(|n| [g711::alaw_decode(filling(clip, n)); FRAME_LEN]);
        Clip::encode(name, &Pcm::new(samples.collect()))
    };
    Arc::new(Store::new(vec![clip("hello", 0, 10), clip("tune", 1, 4)]))
}

/// A plane, its ports and what it tells.
struct House {
    plane: Plane,
    ports: Vec<Port>,
    events: mpsc::Receiver<Event>,
}

impl House {
    fn open(config: &Config) -> Self {
        let (sender, events) = mpsc::channel();
        let tell: Tell =
            Arc::new(move |event| sender.send(event).map_err(|mpsc::SendError(event)| event));
        let (plane, ports) = Plane::start(config, &store(), &tell).expect("ports are free");
        Self { plane, ports, events }
    }

    fn send(&mut self, command: Command) {
        self.plane.send(0, command).expect("the ring has room");
    }

    /// Opens the stream on the port of its number, and says where its peer is to send.
    fn stream(&mut self, leg: u64, phone: &Phone, format: Format) -> SocketAddr {
        let place = usize::try_from(leg).expect("legs are few");
        let port = *self.ports.get(place).expect("ports are many");
        let (remote, address) = (phone.address(), phone.address().ip());
        let format = Format { remote, signalled_from: address, ..format };
        self.send(Command::Open { stream: LegId(leg), port, address, format });
        SocketAddr::new(address, port.number)
    }

    fn play(&mut self, leg: u64, clips: &[ClipId], then: Then) {
        let (stream, play) = (LegId(leg), PlayId(1));
        self.send(Command::Play { stream, play, clips: clips.into(), then });
    }

    /// Waits until every command is carried out: the last one is answered, and they keep their order.
    fn until_obeyed(&mut self) {
        self.stream(9, &Phone::new(), pcma());
        self.send(Command::Close { stream: LegId(9) });
        self.wait_for(|event| matches!(event, Event::Closed { stream: LegId(9), .. }));
    }

    /// The next event that is wanted; others are let go.
    fn wait_for(&self, wanted: impl Fn(&Event) -> bool) -> Event {
        loop {
            let event = self.events.recv_timeout(PATIENCE).expect("the event is told");
            if wanted(&event) {
                return event;
            }
        }
    }
}

/// A telephone: one socket.
struct Phone(UdpSocket);

impl Phone {
    fn new() -> Self {
        Self::at(HERE)
    }

    fn at(ip: IpAddr) -> Self {
        let socket = UdpSocket::bind((ip, 0)).expect("loopback has ports");
        socket.set_read_timeout(Some(PATIENCE)).expect("a timeout can be set");
        Self(socket)
    }

    fn address(&self) -> SocketAddr {
        self.0.local_addr().expect("it is bound")
    }

    fn say(&self, to: SocketAddr, number: u16, payload_type: u8, payload: &[u8]) {
        let timestamp = 160 * u32::from(number);
        let header = Header { marker: false, payload_type, sequence: number, timestamp, ssrc: 9 };
        let packet = [&header.encode()[..], payload].concat();
        self.0.send_to(&packet, to).expect("loopback takes it");
    }

    /// To the place that the socket is connected with.
    fn say_there(&self, number: u16, payload_type: u8, payload: &[u8]) {
        let to = self.0.peer_addr().expect("it is connected");
        self.say(to, number, payload_type, payload);
    }

    /// The next packet of sound.
    fn hear(&self) -> (Header, Vec<u8>) {
        loop {
            let packet = self.take().0;
            if !rtp::is_rtcp(&packet) {
                let (header, payload) = Header::parse(&packet).expect("RTP");
                return (header, packet.get(payload).unwrap_or_default().to_vec());
            }
        }
    }

    fn take(&self) -> (Vec<u8>, SocketAddr) {
        let mut octets = [0; 2_000];
        let (len, from) = self.0.recv_from(&mut octets).expect("a packet comes");
        (octets.get(..len).unwrap_or_default().to_vec(), from)
    }
}

fn pcma() -> Format {
    Format {
        remote: SocketAddr::from(([0, 0, 0, 0], 0)),
        signalled_from: Ipv4Addr::LOCALHOST.into(),
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

fn pcmu() -> Format {
    Format { codec: Codec::Pcmu, payload_type: 0, ..pcma() }
}
