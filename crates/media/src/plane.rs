//! The plane as its owner holds it: one ring and one thread for each worker.

use crate::Config;
use crate::late::Late;
use crate::patience::Patience;
use crate::ports::{BoundPort, Pair, StartError, bind_all};
use crate::reader::ReaderThread;
use crate::recorders::Recorders;
use crate::reel::{Reels, Shelf};
use crate::sockets::{Bell, Opening, openings};
use crate::tape::{Piece, Tape};
use crate::worker::{Setup, Worker};
use crate::writer::WriterThread;
use media_protocol::{Command, Event, Port};
use precedence::Precedence;
use prompts::Store;
use rand::SeedableRng;
use rand::rngs::{StdRng, SysRng};
use rtrb::{Consumer, Producer, PushError, RingBuffer};
use std::fmt;
use std::io;
use std::net::{SocketAddr, UdpSocket};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// Commands that may wait for one worker. A worker takes them up within a millisecond, so a full
/// ring means that it is stuck.
pub const COMMANDS_MAX: usize = 8_192;

/// Where events go. Called on the workers' threads, so it must not wait; an event that it gives
/// back is offered again a little later.
pub type Tell = Arc<dyn Fn(Event) -> Result<(), Event> + Send + Sync>;

/// The ring of a worker is full: the command is given back.
#[derive(Debug, thiserror::Error)]
#[error("the ring to media worker {worker} is full at {COMMANDS_MAX} commands")]
pub struct RingFull {
    /// The worker whose ring is full.
    pub worker: u8,
    /// The command that was not taken.
    pub command: Command,
}

/// The running media plane. Dropping it stops the workers, and waits for no disk.
pub struct Plane {
    workers: Vec<Hand>,
    /// Only where recordings are kept.
    writer: Option<WriterThread>,
    /// The same.
    reader: Option<ReaderThread>,
    ending: Arc<AtomicBool>,
}

/// What a worker is told.
#[derive(Debug)]
pub(crate) enum Order {
    /// Something about a stream.
    Obey(Command),
    /// The clips are these from now on. Those that were there are still there, by the same ids.
    Restock(Arc<Store>),
}

/// The owner's end of one worker.
struct Hand {
    commands: Producer<Order>,
    bell: Bell,
    late: Arc<Late>,
    thread: JoinHandle<()>,
}

impl Plane {
    /// Binds the ports, starts the workers, and says which ports there are to lend. Ports are dealt
    /// to the workers in turn, each with its sockets at all addresses.
    ///
    /// # Errors
    /// When no port of the range can be bound, the folder of recordings can not be made, or the system
    /// refuses sockets or threads.
    pub fn start(
        config: &Config,
        store: &Arc<Store>,
        tell: &Tell,
    ) -> Result<(Self, Vec<Port>), StartError> {
        let count = config.workers.max(1);
        let shares = deal(bind_all(config)?, count);
        let ports = (0..count).zip(&shares).flat_map(|(worker, share)| {
            share.iter().map(move |port| Port { worker, number: port.number })
        });
        let mut ports: Vec<Port> = ports.collect();
        ports.sort_by_key(|port| port.number);
        let mut plane =
            Self { workers: Vec::new(), writer: None, reader: None, ending: Arc::default() };
        let (mut rings, mut shelves) = (Vec::new(), Vec::new());
        let epoch = Instant::now();
        let openings = openings(config.io, count)?;
        for ((number, ports), opening) in (0..count).zip(shares).zip(openings) {
            let (commands, orders) = RingBuffer::new(COMMANDS_MAX);
            let recordings = config.recordings.as_ref();
            let reels = recordings.map(|_| reels(ports.len(), &mut shelves));
            let (places, sockets) = sockets_of(ports);
            let setup = Setup {
                number,
                places,
                store: Arc::clone(store),
                commands: orders,
                tell: Arc::clone(tell),
                ending: Arc::clone(&plane.ending),
                epoch,
                late: Arc::default(),
                patience: Patience::of(config),
                tape: recordings.map(|_| tape(&mut rings)),
                reels,
                random: StdRng::try_from_rng(&mut SysRng).map_err(io::Error::other)?,
            };
            plane.workers.push(Hand::start(setup, commands, opening, sockets)?);
        }
        if let Some(folder) = &config.recordings {
            let talks = config.talks.as_deref().map(|talks| (talks, config.talk_form));
            let started = WriterThread::start((folder, talks), rings, Arc::clone(tell));
            let failed = |source| StartError::Recordings { folder: folder.clone(), source };
            plane.writer = Some(started.map_err(failed)?);
            plane.reader = Some(ReaderThread::start(folder, shelves).map_err(failed)?);
        }
        Ok((plane, ports))
    }

    /// Hands a command to a worker and wakes it.
    ///
    /// # Errors
    /// Gives the command back when the ring is full, or when there is no such worker.
    pub fn send(&mut self, worker: u8, command: Command) -> Result<(), RingFull> {
        let Some(hand) = self.workers.get_mut(usize::from(worker)) else {
            return Err(RingFull { worker, command });
        };
        if let Err(PushError::Full(Order::Obey(command))) = hand.commands.push(Order::Obey(command))
        {
            return Err(RingFull { worker, command });
        }
        // A worker that can not be woken wakes at its next frame.
        if let Err(error) = hand.bell.ring() {
            tracing::warn!(%error, worker, "media worker can not be woken");
        }
        Ok(())
    }

    /// Gives every worker another store, which has the clips of the one before by the same ids, and more. The caller keeps
    /// the one before for a moment, so that no worker has to let it go.
    ///
    /// # Errors
    /// Names the first worker whose ring is full; those before it have the new store, which is no harm: nobody is told to
    /// play what is new in it.
    pub fn restock(&mut self, store: &Arc<Store>) -> Result<(), u8> {
        for (number, hand) in (0..).zip(&mut self.workers) {
            hand.commands.push(Order::Restock(Arc::clone(store))).map_err(|_full| number)?;
        }
        Ok(())
    }

    /// How many workers there are. They are numbered from 0.
    #[must_use]
    pub fn workers(&self) -> u8 {
        self.workers.len().try_into().expect("they were counted by a byte")
    }

    /// How late the latest frames of all workers left, of those since this was last asked.
    #[must_use]
    pub fn late(&self) -> Duration {
        self.workers.iter().map(|hand| hand.late.take()).max().unwrap_or_default()
    }

    /// How many workers have ended though nobody told them: each is a fault, and silence for its
    /// streams.
    #[must_use]
    pub fn ended(&self) -> usize {
        self.workers.iter().filter(|hand| hand.thread.is_finished()).count()
    }

    /// Ends all streams where they are, waits for the workers to finish, and says who still has to do with the disk.
    pub fn stop(mut self) -> Recorders {
        self.end()
    }

    fn end(&mut self) -> Recorders {
        self.ending.store(true, Ordering::Release);
        for hand in self.workers.drain(..) {
            if hand.bell.ring().is_err() || hand.thread.join().is_err() {
                tracing::error!("a media worker ended badly");
            }
        }
        // Nobody fills the rings any more.
        let reader = self.reader.take().map(ReaderThread::end);
        let writer = self.writer.take().map(WriterThread::end);
        Recorders::new([reader, writer].into_iter().flatten().collect())
    }
}

impl Drop for Plane {
    fn drop(&mut self) {
        drop(self.end());
    }
}

impl fmt::Debug for Plane {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Plane({} workers)", self.workers.len())
    }
}

impl Hand {
    /// Starts the thread of a worker, and hears whether it has its sockets.
    fn start(
        setup: Setup,
        commands: Producer<Order>,
        (opening, bell): (Opening, Bell),
        sockets: Vec<UdpSocket>,
    ) -> Result<Self, StartError> {
        let (name, late) = (format!("media-{}", setup.number), Arc::clone(&setup.late));
        let (opened, told) = mpsc::channel();
        let thread = thread::Builder::new().name(name).spawn(move || {
            Precedence::Sound.take();
            let (sockets, error) = match opening.open(sockets) {
                Ok(sockets) => (Some(sockets), Ok(())),
                Err(error) => (None, Err(error)),
            };
            // Whoever has given up waiting for it does not want it either.
            if let (Ok(()), Some(sockets)) = (opened.send(error), sockets) {
                Worker::new(setup, sockets).run();
            }
        })?;
        told.recv().map_err(io::Error::other)??;
        Ok(Self { commands, bell, late, thread })
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

/// A way for what one worker records; its other end is added to `rings`.
fn tape(rings: &mut Vec<Consumer<Piece>>) -> Tape {
    let (tape, pieces) = Tape::new();
    rings.push(pieces);
    tape
}

/// A way for what one worker plays; its other end is added to `shelves`.
fn reels(streams_max: usize, shelves: &mut Vec<Shelf>) -> Reels {
    let (reels, shelf) = Reels::new(streams_max);
    shelves.push(shelf);
    reels
}

/// Deals the ports to the workers in turn.
fn deal(bound: Vec<BoundPort>, workers: u8) -> Vec<Vec<BoundPort>> {
    let mut shares: Vec<Vec<BoundPort>> = (0..workers).map(|_| Vec::new()).collect();
    let turns = (0..usize::from(workers)).cycle();
    for (port, turn) in bound.into_iter().zip(turns) {
        shares.get_mut(turn).expect("turns are taken over the shares").push(port);
    }
    shares
}
