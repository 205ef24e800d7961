//! Who listens to calls that are on: when each packet came, as the kernel saw it come, so that who listens may be as late as
//! the load makes it.

use crate::seal::seal;
use media_protocol::MasterKey;
use nix::cmsg_space;
use nix::sys::socket::sockopt::{RcvBuf, ReceiveTimestampns};
use nix::sys::socket::{ControlMessageOwned, MsgFlags, SockaddrIn, recvmsg, setsockopt};
use nix::sys::time::TimeSpec;
use rtc_srtp::context::Context;
use rtp::Header;
use std::io::IoSliceMut;
use std::net::{Ipv4Addr, UdpSocket};
use std::os::fd::AsRawFd;
use std::sync::atomic::{AtomicBool, AtomicU16, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Between two rounds over all ears. Nothing depends on how exactly it is kept.
const ROUND: Duration = Duration::from_millis(5);
/// Room for a second of what the most laden ear hears.
const BUFFER_BYTES: usize = 1 << 20;
/// Longer packets are not of ours.
const PACKET_MAX: usize = 512;

/// One packet.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Heard {
    /// Which ear.
    pub(crate) ear: usize,
    /// The port it came from, which stands for the line.
    pub(crate) port: u16,
    /// Its RTP time.
    pub(crate) timestamp: u32,
    /// When it came.
    pub(crate) at_micros: i64,
    /// What was said in it, if it is a voice of ours.
    pub(crate) said: Option<Said>,
}

/// What our voices say: when they said it, and how many things before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) number: u32,
    pub(crate) at_micros: i64,
}

/// What a voice of ours begins with; no music does.
const OURS: [u8; 8] = *b"as said ";

impl Said {
    const LEN: usize = OURS.len() + 12;

    /// A frame of sound that says so.
    pub(crate) fn frame(self) -> [u8; 160] {
        let mut frame = [0xd5; 160];
        let said = [&OURS[..], &self.number.to_be_bytes(), &self.at_micros.to_be_bytes()].concat();
        frame.iter_mut().zip(said).for_each(|(octet, said)| *octet = said);
        frame
    }

    fn read(payload: &[u8]) -> Option<Self> {
        let (mark, said) = payload.get(..Self::LEN)?.split_at(OURS.len());
        let (number, at) = said.split_at(4);
        let number = u32::from_be_bytes(number.try_into().ok()?);
        let at_micros = i64::from_be_bytes(at.try_into().ok()?);
        (mark == OURS).then_some(Self { number, at_micros })
    }
}

/// A thread that listens at so many ports.
pub(crate) struct Ears {
    sockets: Arc<[UdpSocket]>,
    peers: Arc<[AtomicU16]>,
    heard: Arc<Mutex<Vec<Heard>>>,
    key: Option<MasterKey>,
    ending: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Ears {
    /// At the address that their signalling comes from: to any other a server says little.
    pub(crate) fn open(at: Ipv4Addr, count: usize) -> Self {
        Self::with(at, count, None)
    }

    /// Those that open what comes sealed with this key (SRTP).
    pub(crate) fn that_open(at: Ipv4Addr, count: usize, key: MasterKey) -> Self {
        Self::with(at, count, Some(key))
    }

    fn with(at: Ipv4Addr, count: usize, key: Option<MasterKey>) -> Self {
        let sockets: Arc<[UdpSocket]> = (0..count).map(|_| ear(at)).collect();
        let peers: Arc<[AtomicU16]> = (0..count).map(|_| AtomicU16::new(0)).collect();
        let heard = Arc::<Mutex<Vec<Heard>>>::default();
        let ending = Arc::new(AtomicBool::new(false));
        let listening = Listening {
            sockets: Arc::clone(&sockets),
            peers: Arc::clone(&peers),
            heard: Arc::clone(&heard),
            seal: key.as_ref().map(seal),
            ending: Arc::clone(&ending),
        };
        let thread = Some(thread::spawn(move || listening.run()));
        Self { sockets, peers, heard, key, ending, thread }
    }

    /// The port of each.
    pub(crate) fn ports(&self) -> Vec<u16> {
        let port = |socket: &UdpSocket| socket.local_addr().expect("it is bound").port();
        self.sockets.iter().map(port).collect()
    }

    /// The same sockets, for who speaks from them, and the port at which each is spoken to, once it has been.
    pub(crate) fn mouths(&self) -> (Arc<[UdpSocket]>, Arc<[AtomicU16]>) {
        (Arc::clone(&self.sockets), Arc::clone(&self.peers))
    }

    /// What they open with.
    pub(crate) const fn key(&self) -> Option<MasterKey> {
        self.key
    }

    /// What was heard since the last time.
    pub(crate) fn take(&self) -> Vec<Heard> {
        std::mem::take(&mut lock(&self.heard))
    }
}

impl Drop for Ears {
    fn drop(&mut self) {
        self.ending.store(true, Ordering::Relaxed);
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

struct Listening {
    sockets: Arc<[UdpSocket]>,
    peers: Arc<[AtomicU16]>,
    heard: Arc<Mutex<Vec<Heard>>>,
    seal: Option<Context>,
    ending: Arc<AtomicBool>,
}

impl Listening {
    fn run(mut self) {
        let mut heard = Vec::new();
        while !self.ending.load(Ordering::Relaxed) {
            for (ear, (socket, peer)) in self.sockets.iter().zip(&*self.peers).enumerate() {
                while let Some(packet) = hear(ear, socket, self.seal.as_mut()) {
                    peer.store(packet.port, Ordering::Relaxed);
                    heard.push(packet);
                }
            }
            lock(&self.heard).append(&mut heard);
            thread::sleep(ROUND);
        }
    }
}

fn ear(at: Ipv4Addr) -> UdpSocket {
    let socket = UdpSocket::bind((at, 0)).expect("loopback has free ports");
    setsockopt(&socket, ReceiveTimestampns, &true).expect("Linux tells when a packet came");
    setsockopt(&socket, RcvBuf, &BUFFER_BYTES).expect("a buffer can be asked for");
    socket
}

/// The next packet at an ear, if there is one.
fn hear(ear: usize, socket: &UdpSocket, seal: Option<&mut Context>) -> Option<Heard> {
    let mut octets = [0; PACKET_MAX];
    let mut told = cmsg_space!(TimeSpec);
    let mut into = [IoSliceMut::new(&mut octets)];
    let flags = MsgFlags::MSG_DONTWAIT;
    let came = recvmsg::<SockaddrIn>(socket.as_raw_fd(), &mut into, Some(&mut told), flags).ok()?;
    let at = came.cmsgs().ok()?.find_map(|told| {
        if let ControlMessageOwned::ScmTimestampns(at) = told { Some(at) } else { None }
    })?;
    let (port, length) = (came.address?.port(), came.bytes);
    let packet = octets.get(..length).filter(|packet| !rtp::is_rtcp(packet))?;
    let (header, payload) = Header::parse(packet)?;
    let at_micros = at.tv_sec() * 1_000_000 + at.tv_nsec() / 1_000;
    let said = match seal {
        // What it does not open says nothing.
        Some(seal) => {
            seal.decrypt_rtp(packet).ok().and_then(|it| Said::read(it.get(payload.start..)?))
        }
        None => packet.get(payload).and_then(Said::read),
    };
    Some(Heard { ear, port, timestamp: header.timestamp, at_micros, said })
}

/// The same clock by which the kernel says when something came.
pub(crate) fn now_micros() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
}

fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}
