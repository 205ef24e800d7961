//! Symmetric RTP: to whom we listen and send.
//!
//! The address that a peer signals is the one to trust. Behind a NAT its packets come from another,
//! which is learned: from the IP address that was signalled, or from the one that the
//! signalling itself comes from. A packet from any other IP address is a stranger's, however many
//! there are. Within those two a stranger behind the same NAT can not be told from the peer by one
//! packet, so several in a row from one place are wanted before anything is believed or sent there:
//! a scanner that sprays all ports hits each too seldom.
//!
//! Where the peer was heard it is listened to, and nowhere else, while it speaks from there. When that
//! place has fallen silent, the peer may have gone to another: a NAT forgets, a telephone changes its
//! network. It is believed to have, again after several packets in a row, that go on where its stream
//! was (its SSRC and its numbers, which a stranger does not know), or that come from where it signalled.
//! A packet whose seal is right (SRTP) is the peer's by itself.
//!
//! Of two at the IP address that the peer signalled, the one at its port has the last word, also while the other is heard: a
//! phone that does not know that its call is over sends on to a port that is lent to the next one.

use clock::{Duration, Moment};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// Packets in a row from another place before it is taken for the peer's: 100 ms of speech.
const BELIEVED_AFTER: u8 = 5;

/// A peer that was not heard for so long may have gone to another place.
const QUIET: Duration = Duration::from_millis(500);

#[derive(Clone, Copy, Debug)]
enum Source {
    /// It was not heard yet.
    Unknown,
    /// The peer speaks from here.
    Known(SocketAddr),
}

/// What is to be thought of a packet by where it comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// The peer speaks from there.
    Peer,
    /// The peer may have begun to.
    Claimant,
    /// The peer may have, if it proves that it is the peer.
    Elsewhere,
    /// It does not.
    Stranger,
}

/// What a packet itself says for being the peer's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Claim {
    Nothing,
    /// It goes on where the peer's stream was.
    GoesOn,
    /// It was sealed with the peer's key.
    Proved,
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
    /// The other place that was spoken from last, and how many packets in a row.
    candidate: Option<(SocketAddr, u8)>,
    heard_at: Moment,
    moves: u64,
}

impl Peer {
    pub(crate) fn new(signalled: SocketAddr, signalled_from: IpAddr) -> Self {
        Self {
            signalled: canonical(signalled),
            signalled_from: signalled_from.to_canonical(),
            source: Source::Unknown,
            candidate: None,
            heard_at: Moment::ZERO,
            moves: 0,
        }
    }

    /// The peer signals where it listens, perhaps as before. Another address is learned anew.
    pub(crate) fn signal(&mut self, signalled: SocketAddr, signalled_from: IpAddr) {
        let anew = Self { moves: self.moves, ..Self::new(signalled, signalled_from) };
        if (anew.signalled, anew.signalled_from) != (self.signalled, self.signalled_from) {
            *self = anew;
        }
    }

    /// What is to be thought of a packet from here.
    pub(crate) fn standing(&self, now: Moment, from: SocketAddr) -> Standing {
        let from = canonical(from);
        let is_near = from.ip() == self.signalled.ip() || from.ip() == self.signalled_from;
        match self.source {
            Source::Unknown if is_near => Standing::Claimant,
            Source::Unknown => Standing::Stranger,
            Source::Known(place) if place == from => Standing::Peer,
            Source::Known(place) if from == self.signalled && place.ip() == from.ip() => {
                Standing::Claimant
            }
            Source::Known(_) if now.since(self.heard_at) < QUIET => Standing::Stranger,
            Source::Known(place) if is_near || place.ip() == from.ip() => Standing::Claimant,
            Source::Known(_) => Standing::Elsewhere,
        }
    }

    /// Whether a packet from here, who is no stranger, is the peer's. To be asked of well-formed
    /// packets only.
    pub(crate) fn hear(&mut self, now: Moment, from: SocketAddr, claim: Claim) -> bool {
        let from = canonical(from);
        let is_signalled = from == self.signalled;
        let is_peers = match (self.source, claim) {
            (Source::Known(place), _) if place == from => true,
            (Source::Unknown, _) if is_signalled => true,
            (Source::Unknown | Source::Known(_), Claim::Proved) => true,
            (Source::Unknown, Claim::Nothing | Claim::GoesOn)
            | (Source::Known(_), Claim::GoesOn) => self.insists(from),
            (Source::Known(_), Claim::Nothing) => is_signalled && self.insists(from),
        };
        if is_peers {
            if matches!(self.source, Source::Known(place) if place != from) {
                self.moves += 1;
            }
            self.source = Source::Known(from);
            // Who has the last word is counted also while the other one goes on in between.
            let (signalled, ip) = (self.signalled, from.ip());
            let may_follow = |at: SocketAddr| at == signalled && at != from && at.ip() == ip;
            self.candidate = self.candidate.filter(|(at, _)| may_follow(*at));
            self.heard_at = now;
        }
        is_peers
    }

    /// Whether a report from here may be the peer's: it comes from the IP address where the peer speaks, or may
    /// be expected to.
    pub(crate) fn may_report(&self, from: SocketAddr) -> bool {
        let ip = from.ip().to_canonical();
        match self.source {
            Source::Known(place) => ip == place.ip(),
            Source::Unknown => ip == self.signalled.ip() || ip == self.signalled_from,
        }
    }

    /// How often the peer went to another place.
    pub(crate) const fn moves(&self) -> u64 {
        self.moves
    }

    /// Whether so many packets in a row have come from here now that the peer is believed to be there.
    fn insists(&mut self, from: SocketAddr) -> bool {
        let before =
            self.candidate.filter(|(place, _)| *place == from).map_or(0, |(_, heard)| heard);
        let heard = before + 1;
        self.candidate = Some((from, heard));
        heard >= BELIEVED_AFTER
    }

    /// Where to send. `None` if the peer signalled nowhere: the unspecified address was the way to
    /// hold before RFC 3264 (§8.4), and to many at once no leg is ever sent.
    pub(crate) fn target(&self) -> Option<Target> {
        let named = self.signalled;
        if named.ip().is_unspecified() || named.port() == 0 || is_for_many(named.ip()) {
            return None;
        }
        Some(match self.source {
            Source::Known(place) => Target::Proved(place),
            Source::Unknown if named.ip() == self.signalled_from => Target::Proved(named),
            Source::Unknown => Target::Unproved(named),
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
