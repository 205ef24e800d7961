//! A path for SIP over UDP that loses a part of what goes along it, and has as much come twice, both ways, by a seed.
//!
//! Phones are told the path's address instead of the server's. Like the session border controllers
//! of the field it writes itself into the Contact headers, so that whatever belongs to a call comes
//! along here too.

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// How often which became of a datagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fates {
    /// It came.
    pub once: u64,
    /// It came, and came again.
    pub twice: u64,
    /// It did not.
    pub lost: u64,
}

/// The path, open until it is dropped.
#[derive(Debug)]
pub struct LossyPath {
    address: SocketAddr,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

/// What does not come.
#[derive(Clone, Copy, Debug)]
enum Loses {
    /// This part, and as much comes twice.
    Share(f64),
    /// Requests of this method, and nothing else.
    All(&'static str),
}

#[derive(Debug)]
struct Shared {
    server: SocketAddr,
    /// The socket that phones see.
    near: UdpSocket,
    loses: Loses,
    random: Mutex<StdRng>,
    once: AtomicU64,
    twice: AtomicU64,
    lost: AtomicU64,
    stop: AtomicBool,
}

impl LossyPath {
    /// Opens a path to `server` that loses this share of all datagrams, 0 to ½, and doubles as many, chosen by `seed`.
    #[must_use]
    pub fn open(server: SocketAddr, share: f64, seed: u64) -> Self {
        Self::losing(Loses::Share(share), server, seed)
    }

    /// Opens a path to `server` that loses all requests of this method, and nothing else.
    #[must_use]
    pub fn without(method: &'static str, server: SocketAddr) -> Self {
        Self::losing(Loses::All(method), server, 0)
    }

    fn losing(loses: Loses, server: SocketAddr, seed: u64) -> Self {
        let near = socket();
        let address = near.local_addr().expect("a bound socket has an address");
        let shared = Arc::new(Shared {
            server,
            near,
            loses,
            random: Mutex::new(StdRng::seed_from_u64(seed)),
            once: AtomicU64::new(0),
            twice: AtomicU64::new(0),
            lost: AtomicU64::new(0),
            stop: AtomicBool::new(false),
        });
        let there = Arc::clone(&shared);
        let thread = Some(thread::spawn(move || there.carry_to_server()));
        Self { address, shared, thread }
    }

    /// Where phones find it.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// What became of all datagrams so far.
    #[must_use]
    pub fn fates(&self) -> Fates {
        let Shared { once, twice, lost, .. } = &*self.shared;
        let [once, twice, lost] = [once, twice, lost].map(|count| count.load(Ordering::Relaxed));
        Fates { once, twice, lost }
    }
}

impl Drop for LossyPath {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Shared {
    /// Each phone gets a socket of its own on the far side, by which the server knows it.
    fn carry_to_server(self: Arc<Self>) {
        let mut phones: BTreeMap<SocketAddr, Arc<UdpSocket>> = BTreeMap::new();
        let mut ways_back = Vec::new();
        let mut datagram = [0; 65_536];
        while !self.stop.load(Ordering::Relaxed) {
            let Ok((length, phone)) = self.near.recv_from(&mut datagram) else { continue };
            let far = phones.entry(phone).or_insert_with(|| {
                let far = Arc::new(socket());
                let (shared, theirs) = (Arc::clone(&self), Arc::clone(&far));
                ways_back.push(thread::spawn(move || shared.carry_to_phone(&theirs, phone)));
                far
            });
            let here = far.local_addr().expect("a bound socket has an address");
            let message = with_contact(&datagram[..length], phone, here);
            self.carry(far, &message, self.server);
        }
        for way in ways_back {
            let _ = way.join();
        }
    }

    fn carry_to_phone(&self, far: &UdpSocket, phone: SocketAddr) {
        let here = self.near.local_addr().expect("a bound socket has an address");
        let there = far.local_addr().expect("a bound socket has an address");
        let mut datagram = [0; 65_536];
        while !self.stop.load(Ordering::Relaxed) {
            let Ok((length, _)) = far.recv_from(&mut datagram) else { continue };
            let message = with_contact(&datagram[..length], self.server, here);
            self.carry(&self.near, &with_contact(&message, there, phone), phone);
        }
    }

    fn carry(&self, by: &UdpSocket, message: &[u8], to: SocketAddr) {
        let mut random = self.random.lock().unwrap_or_else(PoisonError::into_inner);
        let drawn = random.random::<f64>();
        drop(random);
        let (times, fate) = match self.loses {
            Loses::Share(share) if drawn < share => (0, &self.lost),
            Loses::Share(share) if drawn < 2.0 * share => (2, &self.twice),
            Loses::All(method) if message.starts_with(method.as_bytes()) => (0, &self.lost),
            Loses::Share(_) | Loses::All(_) => (1, &self.once),
        };
        fate.fetch_add(1, Ordering::Relaxed);
        for _ in 0..times {
            // A phone that was switched off hears nothing more.
            let _ = by.send_to(message, to);
        }
    }
}

/// The message with another address in its Contact headers.
fn with_contact(message: &[u8], from: SocketAddr, to: SocketAddr) -> Vec<u8> {
    let text = String::from_utf8_lossy(message);
    let lines = text.split_inclusive("\r\n").map(|line| {
        let is_contact = line.get(..8).is_some_and(|name| name.eq_ignore_ascii_case("contact:"));
        if is_contact { line.replace(&from.to_string(), &to.to_string()) } else { line.to_owned() }
    });
    lines.collect::<String>().into_bytes()
}

fn socket() -> UdpSocket {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).expect("loopback has a free port");
    socket.set_read_timeout(Some(Duration::from_millis(100))).expect("this time is not zero");
    socket
}
