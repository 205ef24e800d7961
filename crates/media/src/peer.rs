//! Symmetric RTP: to whom we listen and send.
//!
//! The address that a peer signals is the one to trust. Behind a NAT its packets come from another,
//! which is learned once: from the IP address that was signalled, or from the one that the
//! signalling itself comes from. A packet from any other IP address is a stranger's, however many
//! there are. Within those two a stranger behind the same NAT can not be told from the peer by one
//! packet, so several in a row from one place are wanted before anything is believed or sent there:
//! a scanner that sprays all ports hits each too seldom. And a peer that does speak from where it
//! signalled is always believed.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// Packets in a row from one unsignalled place before it is taken for the peer: 100 ms of speech.
const LEARNED_AFTER: u8 = 5;

#[derive(Clone, Copy, Debug)]
enum Source {
    /// Nothing came from the signalled address; `heard` packets came in a row from `candidate`.
    Unknown { candidate: Option<SocketAddr>, heard: u8 },
    /// The peer speaks from where it said.
    Signalled,
    /// The peer speaks from here.
    Learned(SocketAddr),
}

/// Where to send, and whether anybody is known to be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// The peer was heard from there, or its signalling is answered from there.
    Proved(SocketAddr),
    /// The peer named it, and it may be a third party's.
    Unproved(SocketAddr),
}

/// One peer's address.
#[derive(Clone, Debug)]
pub(crate) struct Peer {
    signalled: SocketAddr,
    signalled_from: IpAddr,
    source: Source,
}

impl Peer {
    pub(crate) fn new(signalled: SocketAddr, signalled_from: IpAddr) -> Self {
        Self {
            signalled: canonical(signalled),
            signalled_from: signalled_from.to_canonical(),
            source: Source::Unknown { candidate: None, heard: 0 },
        }
    }

    /// The peer signals where it listens, perhaps as before. Another address is learned anew.
    pub(crate) fn signal(&mut self, signalled: SocketAddr, signalled_from: IpAddr) {
        let anew = Self::new(signalled, signalled_from);
        if (anew.signalled, anew.signalled_from) != (self.signalled, self.signalled_from) {
            *self = anew;
        }
    }

    /// Whether this can not be the peer: it is known to speak from elsewhere, or no peer of this
    /// signalling would speak from here.
    pub(crate) fn is_stranger(&self, from: SocketAddr) -> bool {
        let from = canonical(from);
        let known = match self.source {
            Source::Unknown { .. } => {
                return from.ip() != self.signalled.ip() && from.ip() != self.signalled_from;
            }
            Source::Signalled => self.signalled,
            Source::Learned(learned) => learned,
        };
        from != known && from != self.signalled
    }

    /// Whether the peer is known to speak from here.
    pub(crate) fn is_known(&self, from: SocketAddr) -> bool {
        let from = canonical(from);
        match self.source {
            Source::Unknown { .. } => false,
            Source::Signalled => from == self.signalled,
            Source::Learned(learned) => from == learned,
        }
    }

    /// Whether a packet from here, who is no stranger, is the peer's. To be asked of well-formed
    /// packets only.
    pub(crate) fn hear(&mut self, from: SocketAddr) -> bool {
        let from = canonical(from);
        if from == self.signalled {
            self.source = Source::Signalled;
            return true;
        }
        match &mut self.source {
            Source::Signalled => false,
            Source::Learned(learned) => *learned == from,
            Source::Unknown { candidate, heard } => {
                *heard = if *candidate == Some(from) { *heard + 1 } else { 1 };
                *candidate = Some(from);
                let believed = *heard >= LEARNED_AFTER;
                if believed {
                    self.source = Source::Learned(from);
                }
                believed
            }
        }
    }

    /// Where to send. `None` if the peer signalled nowhere: the unspecified address was the way to
    /// hold before RFC 3264 (§8.4), and to many at once no leg is ever sent.
    pub(crate) fn target(&self) -> Option<Target> {
        let named = self.signalled;
        if named.ip().is_unspecified() || named.port() == 0 || is_for_many(named.ip()) {
            return None;
        }
        Some(match self.source {
            Source::Learned(learned) => Target::Proved(learned),
            Source::Signalled => Target::Proved(named),
            Source::Unknown { .. } if named.ip() == self.signalled_from => Target::Proved(named),
            Source::Unknown { .. } => Target::Unproved(named),
        })
    }
}

/// Whether an address is that of a group or of a whole network.
fn is_for_many(address: IpAddr) -> bool {
    address.is_multicast() || address == IpAddr::V4(Ipv4Addr::BROADCAST)
}

/// An IPv4 address that a socket for both families shows as IPv6 is the same place.
fn canonical(address: SocketAddr) -> SocketAddr {
    SocketAddr::new(address.ip().to_canonical(), address.port())
}
