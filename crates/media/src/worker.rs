//! The thread around the streams: its sockets, the clock, the ring of commands.
//!
//! The loop never waits but for what comes to its sockets.

use crate::Tell;
use crate::counts::Publisher;
use crate::hearing::PACKET_MAX;
use crate::late::Late;
use crate::patience::Patience;
use crate::plane::Order;
use crate::reel::Reels;
use crate::sockets::Sockets;
use crate::streams::Streams;
use crate::tape::Tape;
use clock::Moment;
use media_protocol::{Command, Event};
use prompts::Store;
use rand::rngs::StdRng;
use rtrb::Consumer;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Commands obeyed before the frames that are due have their turn.
const COMMANDS_IN_A_ROW_MAX: usize = 64;

/// Packets taken before the frames that are due have their turn.
const PACKETS_IN_A_ROW_MAX: usize = 32;

const PUBLISHED_EVERY: Duration = Duration::from_secs(1);

/// How soon an event that was given back is offered again.
const OFFERED_AGAIN_AFTER: Duration = Duration::from_millis(5);

/// What a worker is given.
pub(crate) struct Setup {
    pub(crate) number: u8,
    /// The addresses and port numbers of the sockets for sound, in the order of their places.
    pub(crate) places: Vec<SocketAddr>,
    pub(crate) store: Arc<Store>,
    pub(crate) commands: Consumer<Order>,
    pub(crate) tell: Tell,
    pub(crate) ending: Arc<AtomicBool>,
    pub(crate) epoch: Instant,
    pub(crate) late: Arc<Late>,
    pub(crate) patience: Patience,
    pub(crate) tape: Option<Tape>,
    pub(crate) reels: Option<Reels>,
    pub(crate) random: StdRng,
}

/// One worker.
pub(crate) struct Worker {
    /// Those for sound by their place, and behind them in the same order those for reports.
    sockets: Sockets,
    places: usize,
    streams: Streams,
    commands: Consumer<Order>,
    tell: Tell,
    given_back: Option<Event>,
    /// What a packet is received into.
    octets: Box<[u8; PACKET_MAX + 1]>,
    publisher: Publisher,
    publish_at: Moment,
    epoch: Instant,
    late: Arc<Late>,
    ending: Arc<AtomicBool>,
}

impl Worker {
    pub(crate) fn new(setup: Setup, sockets: Sockets) -> Self {
        let recordings = (setup.tape, setup.reels);
        let (store, patience, random) = (setup.store, setup.patience, setup.random);
        Self {
            sockets,
            places: setup.places.len(),
            streams: Streams::new(&setup.places, store, patience, random, recordings),
            commands: setup.commands,
            tell: setup.tell,
            given_back: None,
            octets: Box::new([0; PACKET_MAX + 1]),
            publisher: Publisher::new(setup.number),
            publish_at: Moment::ZERO,
            epoch: setup.epoch,
            late: setup.late,
            ending: setup.ending,
        }
    }

    /// Works until told to end.
    pub(crate) fn run(mut self) {
        while !self.ending.load(Ordering::Acquire) {
            self.take_commands();
            self.send_due();
            self.tell_events();
            self.publish();
            if let Err(error) = self.sockets.wait(self.time_left()) {
                tracing::error!(%error, "media worker can not wait for what comes");
                return;
            }
            self.receive();
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
                // Packets from before the port was lent are nobody's.
                self.sockets.throw_away(place);
                self.sockets.throw_away(self.places + place);
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
        counts.sends_failed = self.sockets.sends_failed();
        self.publisher.publish(counts, self.streams.len());
        self.sockets.mend();
    }

    /// How long to sleep if nothing comes.
    fn time_left(&self) -> Duration {
        let next =
            self.streams.poll_timeout().map_or(self.publish_at, |at| at.min(self.publish_at));
        let time = next.since(self.now());
        if self.given_back.is_some() { time.min(OFFERED_AGAIN_AFTER) } else { time }
    }

    /// Takes what has come.
    fn receive(&mut self) {
        for taken in 1_usize.. {
            let Some(came) = self.sockets.next(&mut self.octets) else { return };
            // A crowd of packets makes no frame late.
            if taken.is_multiple_of(PACKETS_IN_A_ROW_MAX) {
                self.send_due();
            }
            let now = self.now();
            let Some(packet) = self.octets.get_mut(..came.len) else { continue };
            self.streams.receive(now, came.place, (came.from, packet), &mut self.sockets);
        }
    }
}
