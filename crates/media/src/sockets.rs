//! The sockets of a worker, and the two ways in which the system is asked for what comes to them and told of what is
//! to be sent. Whoever works with them does not see which it is.

mod bell;
mod epoll;

use crate::hearing::PACKET_MAX;
use crate::streams::Wire;
use crate::{Io, StartError};
pub(crate) use bell::Bell;
use epoll::Epoll;
use std::io;
use std::net::{SocketAddr, UdpSocket};
use std::time::Duration;
use uring::{Came, Limits, Prepared, Ring, Unsupported};

/// What may be under way of a worker's packets by io_uring. Those that come are taken a few dozen at a time, so they
/// are never as many while the worker works; those that are to be sent leave together, as many as are made in some ten
/// microseconds.
const LIMITS: Limits = Limits {
    received_max: 1_024,
    sent_max: 64,
    packet_max: 1_501,
    // A hundredth of a frame, which nobody hears.
    gather: Duration::from_micros(200),
};

// By the octet more it is seen that a packet is too long.
const _: () = assert!(LIMITS.packet_max as usize == PACKET_MAX + 1);

/// The way that was chosen, before a thread has it and its sockets.
#[derive(Debug)]
pub(crate) enum Opening {
    Epoll(mio::Poll),
    Uring(Box<Prepared>),
}

/// The sockets of a worker, by their place.
pub(crate) enum Sockets {
    Epoll(Box<Epoll>),
    Uring(Box<Ring>),
}

/// Asks the system for the same way for each of the workers, and says in the log which it is. With each goes the bell
/// that wakes who waits there.
pub(crate) fn openings(io: Io, workers: u8) -> Result<Vec<(Opening, Bell)>, StartError> {
    let ask = || (0..workers).map(|_| by_uring()).collect();
    if let Some(openings) = if_wanted(io, ask)? {
        tracing::info!("sound goes by io_uring");
        return Ok(openings);
    }
    tracing::info!("sound goes by epoll");
    Ok((0..workers).map(|_| by_epoll()).collect::<io::Result<_>>()?)
}

/// What io_uring gives, if it is to be that; `None` if it is to be the other way.
fn if_wanted<T>(
    io: Io,
    ask: impl FnOnce() -> Result<T, Unsupported>,
) -> Result<Option<T>, Unsupported> {
    match io {
        Io::Epoll => Ok(None),
        Io::Uring => ask().map(Some),
        Io::Best => Ok(ask()
            .inspect_err(|refused| tracing::info!(%refused, "each packet takes a call of its own"))
            .ok()),
    }
}

fn by_uring() -> Result<(Opening, Bell), Unsupported> {
    let (prepared, bell) = Prepared::new(LIMITS)?;
    Ok((Opening::Uring(Box::new(prepared)), Bell::Uring(bell)))
}

fn by_epoll() -> io::Result<(Opening, Bell)> {
    let poll = mio::Poll::new()?;
    let bell = mio::Waker::new(poll.registry(), epoll::WAKE)?;
    Ok((Opening::Epoll(poll), Bell::Epoll(bell)))
}

impl Opening {
    /// Begins to receive, on the thread that is going to.
    pub(crate) fn open(self, sockets: Vec<UdpSocket>) -> io::Result<Sockets> {
        match self {
            Self::Epoll(poll) => Ok(Sockets::Epoll(Box::new(Epoll::new(poll, sockets)?))),
            Self::Uring(prepared) => Ok(Sockets::Uring(Box::new(prepared.open(sockets)?))),
        }
    }
}

impl Sockets {
    /// Waits until something has come or the bell rings, for so long at most. What was sent before has left by then.
    pub(crate) fn wait(&mut self, time: Duration) -> io::Result<()> {
        match self {
            Self::Epoll(epoll) => epoll.wait(time),
            Self::Uring(ring) => ring.wait(time),
        }
    }

    /// The next of the packets that have come, until `None`. Longer ones than [`PACKET_MAX`] show as one octet more.
    pub(crate) fn next(&mut self, octets: &mut [u8; PACKET_MAX + 1]) -> Option<Came> {
        match self {
            Self::Epoll(epoll) => epoll.next(octets),
            Self::Uring(ring) => ring.next(octets),
        }
    }

    /// What has come to a socket until now is nobody's.
    pub(crate) fn throw_away(&mut self, place: usize) {
        match self {
            Self::Epoll(epoll) => epoll.throw_away(place),
            Self::Uring(ring) => ring.throw_away(place),
        }
    }

    /// Tries again what the system has refused for no reason of ours. To be called once in a while.
    pub(crate) fn mend(&mut self) {
        match self {
            Self::Epoll(_) => {}
            Self::Uring(ring) => ring.mend(),
        }
    }

    /// Packets so far that the system did not take.
    pub(crate) const fn sends_failed(&self) -> u64 {
        match self {
            Self::Epoll(epoll) => epoll.sends_failed(),
            Self::Uring(ring) => ring.sends_failed(),
        }
    }
}

impl Wire for Sockets {
    fn send(&mut self, place: usize, to: SocketAddr, packet: &[u8]) {
        match self {
            Self::Epoll(epoll) => epoll.send(place, to, packet),
            Self::Uring(ring) => ring.send(place, to, packet),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused() -> Result<(), Unsupported> {
        Err(io::Error::from_raw_os_error(38).into())
    }

    #[test]
    fn the_best_is_io_uring_where_there_is_one_and_the_other_way_where_there_is_none() {
        assert_eq!(if_wanted(Io::Best, || Ok(())).unwrap(), Some(()));
        assert_eq!(if_wanted(Io::Best, refused).unwrap(), None);
    }

    #[test]
    fn io_uring_that_must_be_and_is_not_is_said_with_what_it_takes() {
        assert_eq!(if_wanted(Io::Uring, || Ok(())).unwrap(), Some(()));
        let error = StartError::from(if_wanted(Io::Uring, refused).unwrap_err()).to_string();
        assert!(error.contains("not implemented") && error.contains("Linux 6.1"), "{error}");
    }

    #[test]
    fn who_wants_epoll_asks_for_nothing_else() {
        let asked = if_wanted(Io::Epoll, || -> Result<(), _> { unreachable!("it is not wanted") });
        assert_eq!(asked.unwrap(), None);
    }
}
