//! The ways in which a media worker may ask the system for packets, as far as this machine gives them.

use media::Io;
use std::net::UdpSocket;
use std::time::Duration;
use uring::{Limits, Prepared, Ring};

/// Of a bare ring: as much as makes no difference to it.
const LIMITS: Limits = Limits {
    received_max: 1_024,
    sent_max: 64,
    packet_max: 1_500,
    gather: Duration::from_micros(200),
};

/// One way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// The one that a server takes if nobody says anything.
    Uring,
    Epoll,
}

impl Way {
    /// Those that there are on this machine, the better one first.
    pub(crate) fn all() -> Vec<Self> {
        let uring = Prepared::new(LIMITS).is_ok().then_some(Self::Uring);
        uring.into_iter().chain([Self::Epoll]).collect()
    }

    pub(crate) const fn io(self) -> Io {
        match self {
            Self::Uring => Io::Uring,
            Self::Epoll => Io::Epoll,
        }
    }

    /// What a figure's name has behind it.
    pub(crate) const fn suffix(self) -> &'static str {
        match self {
            Self::Uring => "",
            Self::Epoll => ".epoll",
        }
    }
}

/// A bare ring over some sockets, of the thread that calls.
pub(crate) fn ring(sockets: Vec<UdpSocket>) -> Ring {
    for socket in &sockets {
        socket.set_nonblocking(true).expect("a socket can be told not to wait");
    }
    let (prepared, _bell) = Prepared::new(LIMITS).expect("there is one on this machine");
    prepared.open(sockets).expect("there is memory for it")
}
