//! The limit of whatever is relayed: a loop over as many sockets that waits for what comes, and sends it on from the next socket of
//! the same call as it is.

use crate::ways::{self, Way};
use mio::{Events, Interest, Poll, Token};
use precedence::Precedence;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// Between two looks at whether it is to end.
const WAIT: Duration = Duration::from_millis(100);

/// The name that its thread begins with.
pub(crate) const NAME: &str = "bare";

/// The bare loop, on a thread of its own.
pub(crate) struct Bare {
    pub(crate) ports: Vec<u16>,
    ending: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Bare {
    /// So many phones are in each call.
    pub(crate) fn start(way: Way, call: usize, phones: &[u16]) -> Self {
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
                Way::Epoll => relay_by_epoll(sockets, (call, &phones), &told),
                Way::Uring => relay_by_ring(sockets, (call, &phones), &told),
            }
        };
        let thread = thread::Builder::new().name(NAME.to_owned()).spawn(relay);
        Self { ports, ending, thread: Some(thread.expect("there is room for a thread")) }
    }
}

impl Drop for Bare {
    fn drop(&mut self) {
        self.ending.store(true, Ordering::Relaxed);
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

/// Who hears what this one says: the next of the call.
const fn next_of(call: usize, at: usize) -> usize {
    let first = at - at % call;
    first + (at - first + 1) % call
}

/// Sends on what comes, until nobody wants it any more.
fn relay_by_epoll(
    sockets: Vec<UdpSocket>,
    (call, phones): (usize, &[SocketAddr]),
    ending: &AtomicBool,
) {
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
            let next = next_of(call, at);
            let Some((from, (other, to))) =
                sockets.get(at).zip(sockets.get(next).zip(phones.get(next)))
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
fn relay_by_ring(
    sockets: Vec<UdpSocket>,
    (call, phones): (usize, &[SocketAddr]),
    ending: &AtomicBool,
) {
    let mut ring = ways::ring(sockets);
    let mut octets = [0; 1_500];
    while !ending.load(Ordering::Relaxed) {
        ring.wait(WAIT).expect("a ring goes on");
        while let Some(came) = ring.next(&mut octets) {
            let other = next_of(call, came.place);
            let Some((to, packet)) = phones.get(other).zip(octets.get(..came.len)) else {
                continue;
            };
            ring.send(other, *to, packet);
        }
    }
}
