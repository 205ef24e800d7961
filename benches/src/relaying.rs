//! A media worker with calls that are on, whose phones all speak all the time, and what relaying it was like, beside a bare loop
//! over as many sockets.
//!
//! How many calls a core can carry is reckoned from the processor time that one takes in a second. Neither the worker nor the bare
//! loop gathers packets, so both wake up for each few of them; a core that is full wakes up less often, and carries more.

use crate::bare_relay::{self, Bare};
use crate::busy::busy_of;
use crate::ears::{Ears, Heard};
use crate::evenness::Evenness;
use crate::figure::Figure;
use crate::voices::Voices;
use crate::ways::Way;
use ids::LegId;
use media::{Config, Plane, Tell};
use media_protocol::{Clock, Codec, Command, ControlPath, Direction, Format, Port, Protection};
use prompts::Store;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;

const PORTS_FIRST: u16 = 10_000;
const SETTLE: Duration = Duration::from_millis(500);
const MEASURE: Duration = Duration::from_secs(5);
/// The name that the threads of workers begin with.
const WORKER: &str = "media";

/// The calls that are on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Load {
    pub(crate) calls: u16,
    /// Who is in each.
    pub(crate) phones: u16,
    /// How it is seen in what phones hear when it should have come.
    pub(crate) evenness: fn(&[Heard], usize) -> Evenness,
}

impl Load {
    pub(crate) fn all(self) -> usize {
        usize::from(self.calls * self.phones)
    }
}

/// Measures in each way that there is, with the same phones.
pub(crate) fn in_each_way(load: Load, by: fn(Way, &Ears) -> Vec<Figure>) -> Vec<Figure> {
    let phones = Ears::open(Ipv4Addr::LOCALHOST, load.all());
    Way::all().into_iter().flat_map(|way| by(way, &phones)).collect()
}

/// What carrying all calls was like.
pub(crate) struct Relayed {
    load: Load,
    /// Processor time of whoever relayed, and of the thread that writes recordings.
    spent: Duration,
    written: Duration,
    evenness: Evenness,
}

impl Relayed {
    /// Milliseconds of processor time that a call takes in a second.
    fn cpu_ms(&self) -> f64 {
        self.of_a_call(self.spent)
    }

    /// So many calls fill a core.
    fn capacity(&self) -> f64 {
        1_000.0 / self.cpu_ms()
    }

    fn of_a_call(&self, spent: Duration) -> f64 {
        spent.as_secs_f64() * 1_000.0 / (f64::from(self.load.calls) * MEASURE.as_secs_f64())
    }

    /// What there is to say of it, beside the limit.
    pub(crate) fn figures(&self, name: &str, way: Way, limit: &Self) -> Vec<Figure> {
        let name = |of: &str| format!("{name}{}{of}", way.suffix());
        let beside = |of_what: &str, of: fn(&Self) -> f64, unit| {
            Figure::beside(name(of_what), of(self), unit, of(limit))
        };
        let (missing, heard) = (self.evenness.missing, self.evenness.heard);
        let mut figures = vec![
            beside("", Self::capacity, "calls"),
            beside(".cpu", Self::cpu_ms, "cpu-ms/s"),
            beside(".late", |it| it.evenness.late_ms, "ms"),
            beside(".latest", |it| it.evenness.latest_ms, "ms"),
            Figure::beside(name(".missing"), missing, "packets", heard),
        ];
        if !self.written.is_zero() {
            let written = self.of_a_call(self.written);
            figures.push(Figure::alone(name(".writer"), written, "cpu-ms/s"));
        }
        figures
    }
}

/// The limit: a bare loop.
pub(crate) fn bare(way: Way, load: Load, phones: &Ears) -> Relayed {
    let bare = Bare::start(way, load.phones.into(), &phones.ports());
    all_speak(load, phones, &bare.ports, bare_relay::NAME)
}

/// A worker, and the ports at which it hears the phones.
pub(crate) struct Calls {
    load: Load,
    plane: Plane,
    ports: Vec<Port>,
}

impl Calls {
    /// A worker with a stream for each phone. Talks that are recorded are kept in this folder.
    pub(crate) fn open(
        way: Way,
        load: Load,
        phones: &Ears,
        (talks, protection): (Option<&Path>, Option<&Arc<Protection>>),
    ) -> Self {
        let store = Arc::new(Store::new(Vec::new()));
        let tell: Tell = Arc::new(|_| Ok(()));
        let ports = PORTS_FIRST..=PORTS_FIRST + 3 * load.calls * load.phones;
        let recordings = talks.map(|folder| folder.join("messages"));
        let talks = talks.map(Path::to_owned);
        let config = Config { ports, io: way.io(), recordings, talks, ..Config::default() };
        let (plane, mut ports) = Plane::start(&config, &store, &tell).expect("a worker starts");
        ports.truncate(load.all());
        assert_eq!(ports.len(), load.all(), "there are ports enough");
        let mut calls = Self { load, plane, ports };
        for ((stream, port), phone) in (0..).map(LegId).zip(calls.ports.clone()).zip(phones.ports())
        {
            let remote = SocketAddr::from((Ipv4Addr::LOCALHOST, phone));
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
                protection: protection.cloned(),
            };
            let address = Ipv4Addr::LOCALHOST.into();
            calls.send(Command::Open { stream, port, address, format });
        }
        calls
    }

    /// The first two of each call hear each other.
    pub(crate) fn bridged(mut self) -> Self {
        for call in self.legs() {
            let [a, b] = [call(0), call(1)];
            self.send(Command::Bridge { a, b });
        }
        self
    }

    /// The legs of each call, by their number in it.
    pub(crate) fn legs(&self) -> Vec<impl Fn(u64) -> LegId + use<>> {
        let phones = u64::from(self.load.phones);
        let of = |call: u64| move |nth| LegId(call * phones + nth);
        (0..u64::from(self.load.calls)).map(of).collect()
    }

    /// Waits while the ring is full.
    pub(crate) fn send(&mut self, command: Command) {
        let mut left = Some(command);
        while let Some(command) = left.take() {
            if let Err(full) = self.plane.send(0, command) {
                thread::sleep(Duration::from_millis(1));
                left = Some(full.command);
            }
        }
    }

    /// All speak for a while.
    pub(crate) fn relayed(&self, phones: &Ears) -> Relayed {
        let ports: Vec<u16> = self.ports.iter().map(|port| port.number).collect();
        all_speak(self.load, phones, &ports, WORKER)
    }
}

/// All speak to these ports, behind which threads with such names relay it.
fn all_speak(load: Load, phones: &Ears, ports: &[u16], relay: &str) -> Relayed {
    let (mouths, peers) = phones.mouths();
    for (peer, port) in peers.iter().zip(ports) {
        peer.store(*port, Ordering::Relaxed);
    }
    let voices = Voices::speak((mouths, peers), phones.key());
    thread::sleep(SETTLE);
    phones.take();
    let before = [busy_of(relay), busy_of("recordings")];
    thread::sleep(MEASURE);
    let [spent, written] = [busy_of(relay) - before[0], busy_of("recordings") - before[1]];
    let heard = phones.take();
    drop(voices);
    // What is still on its way belongs to nobody.
    thread::sleep(SETTLE);
    phones.take();
    Relayed { load, spent, written, evenness: (load.evenness)(&heard, load.all()) }
}
