//! What wakes a worker from another thread.

use std::io;

/// The bell at a worker's door, by the way in which it waits.
#[derive(Debug)]
pub(crate) enum Bell {
    Epoll(mio::Waker),
    Uring(uring::Bell),
}

impl Bell {
    /// Wakes the worker, or has it not sleep when it is about to.
    pub(crate) fn ring(&self) -> io::Result<()> {
        match self {
            Self::Epoll(waker) => waker.wake(),
            Self::Uring(bell) => bell.ring(),
        }
    }
}
