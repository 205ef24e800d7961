//! What a ring may hold, what comes out of it, and that there is none.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

/// How much may be under way at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Packets that have come and were not taken yet, of all sockets together: a power of two, 1–32,768. What comes
    /// beyond it waits in the sockets.
    pub received_max: u16,
    /// Packets to be sent of which the kernel was not told yet, 1–4,096. The one that is one too many has it told of all.
    pub sent_max: u16,
    /// Octets of the longest packet. A longer one is not sent, and of a longer one that comes there are so many.
    pub packet_max: u16,
    /// How long what has come may wait for more, so that several are taken at once: what wakes the thread costs more than
    /// a packet does. Zero: it does not wait. Before Linux 6.12 it never does.
    pub gather: Duration,
}

/// The kernel gives no ring of the kind that is needed.
#[derive(Debug, thiserror::Error)]
#[error(
    "the system gives no io_uring ({0}): it takes Linux 6.1 or later, kernel.io_uring_disabled = 0, \
     and a container that does not forbid it"
)]
pub struct Unsupported(#[from] io::Error);

/// A packet that has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Came {
    /// The place of the socket that it came to.
    pub place: usize,
    /// Who sent it.
    pub from: SocketAddr,
    /// How many octets there are of it.
    pub len: usize,
}
