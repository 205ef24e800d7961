//! A router between one phone and the server, as in people's homes: the server sees the phone at a
//! port of the router, which is another one from time to time.

use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// The router, open until it is dropped. It carries SIP over UDP, and reads none of it.
#[derive(Debug)]
pub struct Nat {
    address: SocketAddr,
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

#[derive(Debug)]
struct Shared {
    server: SocketAddr,
    /// The socket that the phone sees.
    near: UdpSocket,
    /// The socket that the server sees.
    far: Mutex<Arc<UdpSocket>>,
    phone: Mutex<Option<SocketAddr>>,
    rings: AtomicU64,
    stop: AtomicBool,
}

impl Nat {
    /// Opens a router in front of `server`.
    #[must_use]
    pub fn open(server: SocketAddr) -> Self {
        let near = socket();
        let address = near.local_addr().expect("a bound socket has an address");
        let shared = Arc::new(Shared {
            server,
            near,
            far: Mutex::new(Arc::new(socket())),
            phone: Mutex::new(None),
            rings: AtomicU64::new(0),
            stop: AtomicBool::new(false),
        });
        let (out, back) = (Arc::clone(&shared), Arc::clone(&shared));
        let threads =
            vec![thread::spawn(move || out.carry_out()), thread::spawn(move || back.carry_back())];
        Self { address, shared, threads }
    }

    /// Where the phone finds the server.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Gives the phone another port. What is sent to the old one gets lost from now on.
    pub fn rebind(&self) {
        *self.shared.far.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(socket());
    }

    /// How many INVITEs have come through to the phone.
    #[must_use]
    pub fn rings(&self) -> u64 {
        self.shared.rings.load(Ordering::Relaxed)
    }
}

impl Drop for Nat {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::Relaxed);
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn far(&self) -> Arc<UdpSocket> {
        Arc::clone(&self.far.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn carry_out(&self) {
        let mut datagram = [0; 65_536];
        while !self.stop.load(Ordering::Relaxed) {
            let Ok((length, phone)) = self.near.recv_from(&mut datagram) else { continue };
            *self.phone.lock().unwrap_or_else(PoisonError::into_inner) = Some(phone);
            // A server that is just being started hears nothing.
            let _ = self.far().send_to(&datagram[..length], self.server);
        }
    }

    fn carry_back(&self) {
        let mut datagram = [0; 65_536];
        while !self.stop.load(Ordering::Relaxed) {
            // Looked up anew each time, so that an old socket is closed soon.
            let Ok((length, _)) = self.far().recv_from(&mut datagram) else { continue };
            let phone = *self.phone.lock().unwrap_or_else(PoisonError::into_inner);
            let Some(phone) = phone else { continue };
            if datagram.starts_with(b"INVITE ") {
                self.rings.fetch_add(1, Ordering::Relaxed);
            }
            let _ = self.near.send_to(&datagram[..length], phone);
        }
    }
}

fn socket() -> UdpSocket {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).expect("loopback has a free port");
    socket.set_read_timeout(Some(Duration::from_millis(50))).expect("this time is not zero");
    socket
}
