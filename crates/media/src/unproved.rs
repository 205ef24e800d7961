//! What is sent to an address that nobody was heard at.
//!
//! A caller may name any address as its own. So that nobody can aim our sound at a third party,
//! there is only so much of it in the life of a stream: enough for a carrier whose sound takes
//! another way than its signalling and begins late.

use crate::peer::Target;
use std::net::SocketAddr;

/// Packets of one stream to addresses that nobody was heard at: ten seconds of sound.
pub(crate) const UNPROVED_PACKETS_MAX: u16 = 500;

/// How much of it one stream has left.
#[derive(Clone, Debug)]
pub(crate) struct Unproved {
    left: u16,
    withheld: u64,
}

impl Unproved {
    pub(crate) const fn new() -> Self {
        Self { left: UNPROVED_PACKETS_MAX, withheld: 0 }
    }

    /// Whereto the next packet may go. `None` withholds it.
    ///
    /// What is spent stays spent when the peer is heard: else it could speak once and then name a
    /// third party, again and again.
    pub(crate) const fn admit(&mut self, target: Target) -> Option<SocketAddr> {
        match target {
            Target::Proved(to) => Some(to),
            Target::Unproved(_) if self.left == 0 => {
                self.withheld += 1;
                None
            }
            Target::Unproved(to) => {
                self.left -= 1;
                Some(to)
            }
        }
    }

    /// Packets that were not sent.
    pub(crate) const fn withheld(&self) -> u64 {
        self.withheld
    }
}
