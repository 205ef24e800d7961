//! The sockets of the port range, all bound at the start.

use crate::Config;
use socket2::{Domain, Protocol, Socket, Type};
use std::io;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::path::PathBuf;

/// Why the media plane can not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The range has no even port that is free.
    #[error("no free even UDP port in {first}–{last} on all addresses: choose another range")]
    NoPort {
        /// The first port of the range.
        first: u16,
        /// The last port of the range.
        last: u16,
    },
    /// The process may not open enough files.
    #[error(
        "out of file descriptors after {bound} media ports: raise the limit or narrow the range"
    )]
    FilesExhausted {
        /// How many ports were bound before that.
        bound: usize,
    },
    /// The address is not ours, or the system refuses for another reason.
    #[error("media port {address}: {error}")]
    Bind {
        /// The address and port.
        address: SocketAddr,
        /// What the system said.
        error: io::Error,
    },
    /// The folder of recordings can not be made or looked into.
    #[error("recordings in {}: {source}", folder.display())]
    Recordings {
        /// The folder.
        folder: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// There is to be io_uring, and there is none.
    #[error("sound can not go by io_uring: {0}")]
    NoUring(#[from] uring::Unsupported),
    /// A worker can not be set up.
    #[error("media worker: {0}")]
    Worker(#[from] io::Error),
}

/// One port, bound at every address, and the next one for reports.
#[derive(Debug)]
pub(crate) struct BoundPort {
    pub(crate) number: u16,
    pub(crate) sockets: Vec<(IpAddr, Pair)>,
}

/// The sockets of one port at one address.
#[derive(Debug)]
pub(crate) struct Pair {
    pub(crate) sound: UdpSocket,
    /// At the next port, where reports come (RFC 3550 §11) of peers that do not send them among the sound.
    pub(crate) control: UdpSocket,
}

/// Why a port is not bound at an address.
struct Refused {
    address: SocketAddr,
    error: io::Error,
}

/// Binds every even port of the range that is free at every address, and so is the odd one behind it.
pub(crate) fn bind_all(config: &Config) -> Result<Vec<BoundPort>, StartError> {
    let mut bound = Vec::new();
    let mut taken = 0_u32;
    let is_pair = |number: &u16| number.is_multiple_of(2) && number < config.ports.end();
    for number in config.ports.clone().filter(is_pair) {
        match bind_everywhere(number, config) {
            Ok(sockets) => bound.push(BoundPort { number, sockets }),
            Err(Refused { error, .. }) if error.kind() == io::ErrorKind::AddrInUse => taken += 1,
            Err(Refused { error, .. }) if is_out_of_files(&error) => {
                return Err(StartError::FilesExhausted { bound: bound.len() });
            }
            Err(Refused { address, error }) => return Err(StartError::Bind { address, error }),
        }
    }
    if bound.is_empty() {
        let (first, last) = (*config.ports.start(), *config.ports.end());
        return Err(StartError::NoPort { first, last });
    }
    if taken > 0 {
        tracing::warn!(taken, bound = bound.len(), "media ports held by others were stepped over");
    }
    Ok(bound)
}

/// Binds one port and the next at every address, or at none.
fn bind_everywhere(number: u16, config: &Config) -> Result<Vec<(IpAddr, Pair)>, Refused> {
    let bound = |ip: IpAddr, number| {
        let address = SocketAddr::new(ip, number);
        bind(address, config.tos).map_err(|error| Refused { address, error })
    };
    let pair = |ip: &IpAddr| {
        Ok((*ip, Pair { sound: bound(*ip, number)?, control: bound(*ip, number + 1)? }))
    };
    config.bind.iter().map(pair).collect()
}

fn bind(address: SocketAddr, tos: u8) -> io::Result<UdpSocket> {
    let socket = Socket::new(Domain::for_address(address), Type::DGRAM, Some(Protocol::UDP))?;
    if address.is_ipv6() {
        // A socket for both would stand in the way of one for IPv4 at the same port.
        socket.set_only_v6(true)?;
    }
    socket.set_nonblocking(true)?;
    let marked = match address {
        SocketAddr::V4(_) => socket.set_tos_v4(u32::from(tos)),
        SocketAddr::V6(_) => socket.set_tclass_v6(u32::from(tos)),
    };
    // A container may forbid it; speech then travels unmarked.
    if let Err(error) = marked {
        tracing::debug!(%error, "media packets are not marked");
    }
    socket.bind(&address.into())?;
    Ok(socket.into())
}

/// EMFILE and ENFILE, which have no kind of their own.
fn is_out_of_files(error: &io::Error) -> bool {
    matches!(error.raw_os_error(), Some(23 | 24))
}
