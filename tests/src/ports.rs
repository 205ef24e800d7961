//! Free ports: none is fixed, so tests run beside each other and beside anything else.

use std::env;
use std::fs::File;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, UdpSocket};
use std::ops::RangeInclusive;
use std::process;
use std::sync::atomic::{AtomicU16, Ordering};

/// Ports for sound are sought here: below those that systems hand out by themselves, and beside
/// those of a demo and of a second one.
const SOUND_FIRST: u16 = 22_000;
const SOUND_BLOCKS: u16 = 50;
const SOUND_BLOCK: u16 = 200;

/// A loopback address whose port is free for UDP and for TCP.
#[must_use]
pub fn free() -> SocketAddr {
    free_at(Ipv4Addr::LOCALHOST.into())
}

/// An address of this host whose port is free for UDP and for TCP.
///
/// # Panics
/// If there is none.
#[must_use]
pub fn free_at(ip: IpAddr) -> SocketAddr {
    for _ in 0..1_000 {
        let udp = UdpSocket::bind((ip, 0)).expect("loopback has a free port");
        let address = udp.local_addr().expect("a bound socket has an address");
        // A pair of neighbours, for those who step over a taken port.
        if TcpListener::bind(address).is_ok() {
            return address;
        }
    }
    panic!("no port is free for UDP and TCP alike")
}

/// A block of ports for the sound of one server, nobody else's until it is dropped: of no other test
/// in this process, and of none in another that runs beside it.
#[derive(Debug)]
pub struct SoundPorts {
    range: RangeInclusive<u16>,
    /// Locked, for those beside us.
    _claim: File,
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

/// The lock on the block that begins there, unless somebody else has it. It goes with its holder.
fn claimed(first: u16) -> Option<File> {
    let name = env::temp_dir().join(format!("telefonist-test-ports-{first}"));
    let file = File::options().create(true).append(true).open(name).ok()?;
    file.try_lock().ok()?;
    Some(file)
}
