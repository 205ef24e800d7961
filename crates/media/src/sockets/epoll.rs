//! One poll over all sockets, and a call for each packet that comes or goes.
//!
//! Sockets are registered once and edge-triggered, so each is emptied when it is told ready, or
//! kept in mind until it is.

use crate::hearing::PACKET_MAX;
use mio::net::UdpSocket;
use mio::{Events, Interest, Poll, Token};
use std::io;
use std::net::SocketAddr;
use std::time::Duration;
use uring::Came;

/// The token of the waker; sockets have their place.
pub(crate) const WAKE: Token = Token(usize::MAX);

/// Sockets that one poll may tell ready.
const READY_MAX: usize = 256;

/// Packets taken from one socket before the others have their turn.
const PACKETS_IN_A_ROW_MAX: usize = 32;

/// Stale packets thrown away at once: more than a socket's buffer holds of them.
const STALE_MAX: usize = 4_096;

/// The sockets and the poll over them.
pub(crate) struct Epoll {
    poll: Poll,
    ready: Events,
    sockets: Vec<UdpSocket>,
    /// Sockets that are to be emptied, the last one first.
    turns: Vec<usize>,
    /// How many packets more the one may give whose turn it is.
    left: usize,
    /// Sockets that held more than was taken from them.
    unfinished: Vec<usize>,
    sends_failed: u64,
}

impl Epoll {
    /// Registers the sockets.
    pub(crate) fn new(poll: Poll, sockets: Vec<std::net::UdpSocket>) -> io::Result<Self> {
        let mut sockets: Vec<_> = sockets.into_iter().map(UdpSocket::from_std).collect();
        for (place, socket) in sockets.iter_mut().enumerate() {
            poll.registry().register(socket, Token(place), Interest::READABLE)?;
        }
        let room = sockets.len() + READY_MAX;
        Ok(Self {
            poll,
            ready: Events::with_capacity(READY_MAX),
            sockets,
            turns: Vec::with_capacity(room),
            left: PACKETS_IN_A_ROW_MAX,
            unfinished: Vec::with_capacity(room),
            sends_failed: 0,
        })
    }

    pub(crate) fn wait(&mut self, time: Duration) -> io::Result<()> {
        self.turns.append(&mut self.unfinished);
        let time = if self.turns.is_empty() { time } else { Duration::ZERO };
        match self.poll.poll(&mut self.ready, Some(time)) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => return Ok(()),
            polled => polled?,
        }
        let told = self.ready.iter().map(mio::event::Event::token);
        self.turns.extend(told.filter(|token| *token != WAKE).map(|Token(place)| place));
        // Who was unfinished and is told ready at once may be there twice.
        self.turns.sort_unstable();
        self.turns.dedup();
        Ok(())
    }

    /// The next packet of the socket whose turn it is. If it holds much, others go first and the rest is for later.
    pub(crate) fn next(&mut self, octets: &mut [u8; PACKET_MAX + 1]) -> Option<Came> {
        loop {
            let place = *self.turns.last()?;
            if self.left > 0
                && let Some((len, from)) = self.receive(place, octets)
            {
                self.left -= 1;
                return Some(Came { place, from, len });
            }
            if self.left == 0 {
                self.unfinished.push(place);
            }
            self.turns.pop();
            self.left = PACKETS_IN_A_ROW_MAX;
        }
    }

    pub(crate) fn throw_away(&self, place: usize) {
        let mut octets = [0; 1];
        for _ in 0..STALE_MAX {
            if self.receive(place, &mut octets).is_none() {
                return;
            }
        }
    }

    pub(crate) fn send(&mut self, place: usize, to: SocketAddr, packet: &[u8]) {
        let Some(socket) = self.sockets.get(place) else { return };
        // Sound that can not leave now is late; it is counted and forgotten.
        if socket.send_to(packet, to).is_err() {
            self.sends_failed += 1;
        }
    }

    pub(crate) const fn sends_failed(&self) -> u64 {
        self.sends_failed
    }

    fn receive(&self, place: usize, octets: &mut [u8]) -> Option<(usize, SocketAddr)> {
        self.sockets.get(place)?.recv_from(octets).ok()
    }
}
