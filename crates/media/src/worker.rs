//! The thread around the streams: one poll over all sockets, the clock, the ring of commands.
//!
//! Sockets are registered once and edge-triggered, so each is emptied when it is told ready, or
//! kept in mind until it is. The loop never waits but in the poll.

use crate::Tell;
use crate::counts::Publisher;
use crate::hearing::PACKET_MAX;
use crate::late::Late;
use crate::patience::Patience;
use crate::plane::Order;
use crate::ports::{BoundPort, Pair};
use crate::reel::Reels;
use crate::streams::{Streams, Wire};
use crate::tape::Tape;
use clock::Moment;
use media_protocol::{Command, Event};
use mio::net::UdpSocket;
use mio::{Events, Interest, Poll, Token, Waker};
use prompts::Store;
use rand::SeedableRng;
use rand::rngs::{StdRng, SysRng};
use rtrb::Consumer;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// The token of the waker; sockets have their place.
const WAKE: Token = Token(usize::MAX);

/// Sockets that one poll may tell ready.
const READY_MAX: usize = 256;

/// Commands obeyed before the frames that are due have their turn.
const COMMANDS_IN_A_ROW_MAX: usize = 64;

/// Packets taken from one socket before the frames that are due have their turn.
const PACKETS_IN_A_ROW_MAX: usize = 32;

/// Stale packets thrown away when a port is lent: more than a socket's buffer holds of them.
const STALE_MAX: usize = 4_096;

const PUBLISHED_EVERY: Duration = Duration::from_secs(1);

/// How soon an event that was given back is offered again.
const OFFERED_AGAIN_AFTER: Duration = Duration::from_millis(5);

/// What a worker is given.
pub(crate) struct Setup {
    pub(crate) number: u8,
    pub(crate) ports: Vec<BoundPort>,
    pub(crate) store: Arc<Store>,
    pub(crate) commands: Consumer<Order>,
    pub(crate) tell: Tell,
    pub(crate) ending: Arc<AtomicBool>,
    pub(crate) epoch: Instant,
    pub(crate) late: Arc<Late>,
    pub(crate) patience: Patience,
    pub(crate) tape: Option<Tape>,
    pub(crate) reels: Option<Reels>,
}

/// One worker.
pub(crate) struct Worker {
    poll: Poll,
    sockets: Sockets,
    streams: Streams,
    commands: Consumer<Order>,
    tell: Tell,
    given_back: Option<Event>,
    /// Sockets that held more than was taken from them.
    unfinished: Vec<usize>,
    /// Those of the round before, while they are emptied.
    resumed: Vec<usize>,
    /// What a packet is received into.
    octets: Box<[u8; PACKET_MAX + 1]>,
    publisher: Publisher,
    publish_at: Moment,
    epoch: Instant,
    late: Arc<Late>,
    ending: Arc<AtomicBool>,
}

/// The sockets by their place, and behind them those for reports in the same order.
struct Sockets {
    all: Vec<UdpSocket>,
    sends_failed: u64,
}

impl Worker {
    /// Registers the sockets, and gives the waker for the other end.
    pub(crate) fn new(setup: Setup) -> io::Result<(Self, Waker)> {
        let poll = Poll::new()?;
        let waker = Waker::new(poll.registry(), WAKE)?;
        let (places, mut all) = sockets_of(setup.ports);
        for (place, socket) in all.iter_mut().enumerate() {
            poll.registry().register(socket, Token(place), Interest::READABLE)?;
        }
        let random = StdRng::try_from_rng(&mut SysRng).map_err(io::Error::other)?;
        let recordings = (setup.tape, setup.reels);
        let worker = Self {
            poll,
            sockets: Sockets { all, sends_failed: 0 },
            streams: Streams::new(&places, setup.store, setup.patience, random, recordings),
            commands: setup.commands,
            tell: setup.tell,
            given_back: None,
            unfinished: Vec::with_capacity(READY_MAX),
            resumed: Vec::with_capacity(READY_MAX),
            octets: Box::new([0; PACKET_MAX + 1]),
            publisher: Publisher::new(setup.number),
            publish_at: Moment::ZERO,
            epoch: setup.epoch,
            late: setup.late,
            ending: setup.ending,
        };
        Ok((worker, waker))
    }

    /// Works until told to end.
    pub(crate) fn run(mut self) {
        let mut ready = Events::with_capacity(READY_MAX);
        while !self.ending.load(Ordering::Acquire) {
            self.take_commands();
            self.send_due();
            self.tell_events();
            self.publish();
            let wait = self.wait();
            match self.poll.poll(&mut ready, Some(wait)) {
                Ok(()) => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => {
                    tracing::error!(%error, "media worker can not poll");
                    return;
                }
            }
            self.receive(&ready);
        }
    }

    fn now(&self) -> Moment {
        Moment::ZERO + self.epoch.elapsed()
    }

    fn take_commands(&mut self) {
        for taken in 1_usize.. {
            if self.streams.is_backed_up() {
                return;
            }
            // A crowd of commands makes no frame late.
            if taken.is_multiple_of(COMMANDS_IN_A_ROW_MAX) {
                self.send_due();
            }
            let command = match self.commands.pop() {
                Ok(Order::Obey(command)) => command,
                Ok(Order::Restock(store)) => {
                    self.streams.restock(store);
                    continue;
                }
                Err(_empty) => return,
            };
            if let Command::Open { port, address, .. } = &command
                && let Some(place) = self.streams.place_of(*port, *address)
            {
                self.sockets.throw_away(place);
            }
            let now = self.now();
            self.streams.handle(now, command, &mut self.sockets);
        }
    }

    fn send_due(&mut self) {
        let now = self.now();
        self.streams.handle_timeout(now, &mut self.sockets);
        self.late.was(self.streams.take_late());
    }

    /// Hands events over until one is given back.
    fn tell_events(&mut self) {
        while let Some(event) = self.given_back.take().or_else(|| self.streams.poll_output()) {
            if let Err(event) = (self.tell)(event) {
                self.given_back = Some(event);
                return;
            }
        }
    }

    fn publish(&mut self) {
        let now = self.now();
        if now < self.publish_at {
            return;
        }
        self.publish_at = now + PUBLISHED_EVERY;
        let mut counts = self.streams.counts();
        counts.sends_failed = self.sockets.sends_failed;
        self.publisher.publish(counts, self.streams.len());
    }

    /// How long to sleep if nothing comes.
    fn wait(&self) -> Duration {
        if !self.unfinished.is_empty() {
            return Duration::ZERO;
        }
        let next =
            self.streams.poll_timeout().map_or(self.publish_at, |at| at.min(self.publish_at));
        let wait = next.since(self.now());
        if self.given_back.is_some() { wait.min(OFFERED_AGAIN_AFTER) } else { wait }
    }

    fn receive(&mut self, ready: &Events) {
        std::mem::swap(&mut self.unfinished, &mut self.resumed);
        // Who was unfinished and told ready at once may be there twice.
        self.resumed.sort_unstable();
        self.resumed.dedup();
        while let Some(place) = self.resumed.pop() {
            self.empty(place);
        }
        for event in ready {
            if event.token() != WAKE {
                self.empty(event.token().0);
            }
        }
    }

    /// Takes what a socket holds. If it holds much, others go first and the rest is for later.
    fn empty(&mut self, place: usize) {
        let now = self.now();
        self.streams.handle_timeout(now, &mut self.sockets);
        for _ in 0..PACKETS_IN_A_ROW_MAX {
            match self.sockets.receive(place, self.octets.as_mut_slice()) {
                Some((from, packet)) => {
                    self.streams.receive(now, place, (from, packet), &mut self.sockets);
                }
                None => return,
            }
        }
        self.unfinished.push(place);
    }
}

impl Sockets {
    /// The next packet at a socket. Longer ones than [`PACKET_MAX`] show as one octet more.
    fn receive<'a>(
        &self,
        place: usize,
        octets: &'a mut [u8],
    ) -> Option<(SocketAddr, &'a mut [u8])> {
        let (len, from) = self.all.get(place)?.recv_from(octets).ok()?;
        Some((from, octets.get_mut(..len)?))
    }

    /// Packets from before the port was lent are nobody's.
    fn throw_away(&self, place: usize) {
        self.clear(place);
        self.clear(self.all.len() / 2 + place);
    }

    fn clear(&self, socket: usize) {
        let mut octets = [0; 1];
        for _ in 0..STALE_MAX {
            if self.receive(socket, &mut octets).is_none() {
                return;
            }
        }
    }
}

impl Wire for Sockets {
    fn send(&mut self, socket: usize, to: SocketAddr, packet: &[u8]) {
        let Some(socket) = self.all.get(socket) else { return };
        // Sound that can not leave now is late; it is counted and forgotten.
        if socket.send_to(packet, to).is_err() {
            self.sends_failed += 1;
        }
    }
}

/// The addresses and port numbers of the sockets for sound, in the order of their places, and all sockets: behind
/// those for sound, in the same order, those for reports.
fn sockets_of(ports: Vec<BoundPort>) -> (Vec<SocketAddr>, Vec<UdpSocket>) {
    let of_port = |BoundPort { number, sockets }: BoundPort| {
        sockets.into_iter().map(move |(ip, pair)| (SocketAddr::new(ip, number), pair))
    };
    let (places, pairs): (Vec<_>, Vec<_>) = ports.into_iter().flat_map(of_port).unzip();
    let (mut sound, control): (Vec<_>, Vec<_>) =
        pairs.into_iter().map(|Pair { sound, control }| (sound, control)).unzip();
    sound.extend(control);
    (places, sound)
}
