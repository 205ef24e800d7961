//! The one thread that receives datagrams, of all sockets.
//!
//! A caller or an agent waits for what is in them, so nothing else is done on it, and it has its turn
//! [with the calls](Precedence::Calls): a task beside others begins some milliseconds late when the cores are busy.

use crate::arrival::Deliver;
use crate::meters::Meters;
use crate::udp;
use clock::Moment;
use ids::FlowId;
use mio::net::UdpSocket;
use mio::{Events, Interest, Poll, Token, Waker};
use precedence::Precedence;
use sip_msg::MESSAGE_BYTES_MAX;
use sip_txn::{Hop, Rates, Transport};
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// How long to let the kernel be after it gave an error instead of a datagram.
const AFTER_ERROR: Duration = Duration::from_millis(5);

/// So many datagrams of a socket are read before another socket has its turn.
const IN_A_ROW_MAX: usize = 64;

/// The token of the waker, which no socket has.
const END: Token = Token(usize::MAX);

/// The thread. It ends when this is dropped.
pub(crate) struct Receiver {
    ending: Arc<AtomicBool>,
    waker: Waker,
    thread: Option<JoinHandle<()>>,
}

impl Receiver {
    /// Begins to receive. What a source sends beyond what `rates` leave it is not looked at.
    ///
    /// # Errors
    /// When the system gives no thread, or nothing to wait by.
    pub(crate) fn start(
        sockets: impl IntoIterator<Item = (std::net::UdpSocket, FlowId)>,
        (rates, meters): (Rates, Meters),
        deliver: impl Deliver,
    ) -> io::Result<Self> {
        let poll = Poll::new()?;
        let waker = Waker::new(poll.registry(), END)?;
        let mut receiving = Vec::new();
        for (at, (socket, flow)) in sockets.into_iter().enumerate() {
            let mut socket = UdpSocket::from_std(socket);
            poll.registry().register(&mut socket, Token(at), Interest::READABLE)?;
            receiving.push(Socket { socket, flow, is_ready: true });
        }
        let ending = Arc::new(AtomicBool::new(false));
        let receiving = Receiving {
            poll,
            sockets: receiving,
            ending: Arc::clone(&ending),
            buffer: vec![0; MESSAGE_BYTES_MAX],
            began: Instant::now(),
            rates,
            meters,
            deliver,
        };
        let thread = thread::Builder::new().name("sip-udp".to_owned()).spawn(|| {
            Precedence::Calls.take();
            receiving.run();
        })?;
        Ok(Self { ending, waker, thread: Some(thread) })
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.ending.store(true, Ordering::Release);
        // Nobody is woken who cannot be; the next datagram does it then.
        if self.waker.wake().is_ok()
            && let Some(thread) = self.thread.take()
        {
            // One that has panicked has ended too.
            let _ = thread.join();
        }
    }
}

/// A socket, and what is kept of it.
struct Socket {
    socket: UdpSocket,
    flow: FlowId,
    /// Whether there may be something in it: the kernel says once that there is.
    is_ready: bool,
}

/// What the thread owns.
struct Receiving<D> {
    poll: Poll,
    sockets: Vec<Socket>,
    ending: Arc<AtomicBool>,
    buffer: Vec<u8>,
    began: Instant,
    rates: Rates,
    meters: Meters,
    deliver: D,
}

impl<D: Deliver> Receiving<D> {
    fn run(mut self) {
        let mut events = Events::with_capacity(self.sockets.len() + 1);
        while !self.ending.load(Ordering::Acquire) {
            self.read_all();
            // Where something is left, it is only looked who else has something.
            let has_more = self.sockets.iter().any(|socket| socket.is_ready);
            if let Err(error) = self.poll.poll(&mut events, has_more.then_some(Duration::ZERO))
                && error.kind() != io::ErrorKind::Interrupted
            {
                tracing::error!(%error, "datagrams cannot be waited for");
                thread::sleep(AFTER_ERROR);
            }
            for event in &events {
                if let Some(socket) = self.sockets.get_mut(event.token().0) {
                    socket.is_ready = true;
                }
            }
        }
    }

    /// Some datagrams of each socket that has any.
    fn read_all(&mut self) {
        let now = Moment::ZERO + self.began.elapsed();
        let Self { sockets, buffer, rates, meters, deliver, .. } = self;
        for socket in sockets.iter_mut().filter(|socket| socket.is_ready) {
            for _ in 0..IN_A_ROW_MAX {
                let Some((datagram, hop)) = socket.read(buffer) else { break };
                if !rates.take_one(now, hop.source()) {
                    meters.too_many.increment(1);
                } else if let Some(reply) = udp::take(datagram, hop, meters, deliver) {
                    // A peer's error answered late or never is the peer's loss alone.
                    let _ = socket.socket.send_to(&reply, hop.peer);
                }
            }
        }
    }
}

impl Socket {
    /// The next datagram, and whence it came. None: another socket has its turn.
    fn read<'a>(&mut self, buffer: &'a mut [u8]) -> Option<(&'a [u8], Hop)> {
        match self.socket.recv_from(buffer) {
            Ok((length, peer)) => {
                let hop = Hop { transport: Transport::Udp, flow: self.flow, peer };
                Some((buffer.get(..length).unwrap_or_default(), hop))
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                self.is_ready = false;
                None
            }
            Err(error) => {
                // ICMP errors of earlier sends come up here; they say nothing of later ones.
                tracing::debug!(%error, "no datagram");
                thread::sleep(AFTER_ERROR);
                None
            }
        }
    }
}
