//! Free ports: none is fixed, so tests run beside each other and beside anything else.
//!
//! Who has claimed a block listens at its first port by TCP, and hands out those behind it. The kernel gives that to one alone, of
//! whatever run on this machine, and takes it back with the process.

use std::iter::StepBy;
use std::mem;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, UdpSocket};
use std::ops::RangeInclusive;
use std::process;
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Mutex, PoisonError};

/// Ports for signals and for pages are sought here: below those that systems lend to whoever asks
/// for any port, or such a one takes ours between our look and the server's start.
const FIRST: u16 = 10_000;
const BLOCKS: u16 = 40;
const BLOCK: u16 = 250;
/// Ports for sound are sought here: beside those of a demo and of a second one, and below the lent
/// ones too.
const SOUND_FIRST: u16 = 22_000;
const SOUND_BLOCKS: u16 = 50;
const SOUND_BLOCK: u16 = 200;

/// A loopback address whose port is free for UDP and for TCP.
#[must_use]
pub fn free() -> SocketAddr {
    free_at(Ipv4Addr::LOCALHOST.into())
}

/// An address of this host whose port is free for UDP and for TCP, and that no other test is given; nor
/// is the next port, which some phones take for TLS.
///
/// # Panics
/// If there is none.
#[must_use]
pub fn free_at(ip: IpAddr) -> SocketAddr {
    static BLOCK_IN_USE: Mutex<Option<Ports>> = Mutex::new(None);
    let mut block = BLOCK_IN_USE.lock().unwrap_or_else(PoisonError::into_inner);
    for _ in 0..BLOCKS * BLOCK {
        let Some(port) = block.as_mut().and_then(|block| block.left.next()) else {
            let next = Ports::claim();
            // The old one stays claimed: its ports are in use until this process ends.
            if let Some(old) = block.replace(next) {
                mem::forget(old);
            }
            continue;
        };
        let address = SocketAddr::new(ip, port);
        if UdpSocket::bind(address).is_ok() && TcpListener::bind(address).is_ok() {
            return address;
        }
    }
    panic!("no port is free for UDP and TCP alike")
}

/// A block of ports that this process hands out one by one.
#[derive(Debug)]
struct Ports {
    left: StepBy<RangeInclusive<u16>>,
    /// For those beside us.
    _claim: TcpListener,
}

impl Ports {
    fn claim() -> Self {
        let own = u16::try_from(process::id() % u32::from(BLOCKS)).unwrap_or(0);
        (0..BLOCKS)
            .map(|step| FIRST + (own + step) % BLOCKS * BLOCK)
            .find_map(|first| {
                let behind = first + 2..=first + BLOCK - 1;
                Some(Self { left: behind.step_by(2), _claim: claimed(first)? })
            })
            .expect("a block of ports is unclaimed")
    }
}

/// A block of ports for the sound of one server, nobody else's until it is dropped: of no other test
/// in this process, and of none in another that runs beside it.
#[derive(Debug)]
pub struct SoundPorts {
    range: RangeInclusive<u16>,
    /// For those beside us.
    _claim: TcpListener,
}

impl SoundPorts {
    /// Claims a block.
    #[must_use]
    pub fn claim() -> Self {
        static NEXT: AtomicU16 = AtomicU16::new(0);
        let own = u16::try_from(process::id() % u32::from(SOUND_BLOCKS)).unwrap_or(0);
        for _ in 0..SOUND_BLOCKS {
            let block = (own + NEXT.fetch_add(1, Ordering::Relaxed)) % SOUND_BLOCKS;
            let first = SOUND_FIRST + block * SOUND_BLOCK;
            let range = first..=first + SOUND_BLOCK - 1;
            let Some(claim) = claimed(first) else { continue };
            if range.clone().all(|port| UdpSocket::bind((Ipv4Addr::LOCALHOST, port)).is_ok()) {
                return Self { range, _claim: claim };
            }
        }
        panic!("no block of ports is free for sound")
    }

    /// The ports.
    #[must_use]
    pub const fn range(&self) -> &RangeInclusive<u16> {
        &self.range
    }
}

/// The claim on the block that begins there, unless somebody else has it. It goes with its holder.
fn claimed(first: u16) -> Option<TcpListener> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, first)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_for_sound_is_one_servers_alone_until_it_is_dropped() {
        let ports = SoundPorts::claim();
        assert!(claimed(*ports.range().start()).is_none());
        assert_ne!(SoundPorts::claim().range(), ports.range());
    }
}
