//! Our own addresses, as peers shall see them.

use crate::{Hop, Transport};
use std::net::SocketAddr;

/// How many addresses for UDP and TCP there may be: one in each network of a large machine.
pub const LISTENERS_MAX: usize = 8;

/// How many addresses for other transports there may be: one of each in each of these networks.
pub const DOORS_MAX: usize = 3 * LISTENERS_MAX;

/// Where peers reach us, for Via and Contact: one address or several for UDP and TCP, and perhaps
/// others for what has a port of its own.
///
/// Each is an *entrance*, and they are counted: those for UDP and TCP come first, the others behind
/// them, each kind in the order in which it was added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Local {
    plain: SocketAddr,
    more: [Option<SocketAddr>; LISTENERS_MAX - 1],
    doors: [Option<(Transport, SocketAddr)>; DOORS_MAX],
}

impl Local {
    /// One address for everything.
    #[must_use]
    pub const fn new(plain: SocketAddr) -> Self {
        Self { plain, more: [None; LISTENERS_MAX - 1], doors: [None; DOORS_MAX] }
    }

    /// The same, with one more address for a transport. UDP and TCP are one: who can be reached by
    /// one must be reachable by the other (RFC 3261 §18.2.1). Beyond [`LISTENERS_MAX`] of these and
    /// [`DOORS_MAX`] others nothing is added.
    #[must_use]
    pub fn and(mut self, transport: Transport, address: SocketAddr) -> Self {
        match transport {
            Transport::Udp | Transport::Tcp => fill(&mut self.more, address),
            Transport::Tls | Transport::Ws | Transport::Wss => {
                fill(&mut self.doors, (transport, address));
            }
        }
        self
    }

    /// The first address for UDP and TCP.
    #[must_use]
    pub const fn plain(&self) -> SocketAddr {
        self.plain
    }

    /// All addresses for UDP and TCP, in their order.
    pub fn listeners(&self) -> impl Iterator<Item = SocketAddr> {
        std::iter::once(self.plain).chain(self.more.iter().flatten().copied())
    }

    /// All addresses for other transports, in their order.
    pub fn doors(&self) -> impl Iterator<Item = (Transport, SocketAddr)> {
        self.doors.iter().flatten().copied()
    }

    /// How many entrances there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.listeners().count() + self.doors().count()
    }

    /// The address at which the peer at the other end of this hop reaches us.
    #[must_use]
    pub fn at(&self, hop: Hop) -> SocketAddr {
        let place = self.place(hop);
        self.entrances().nth(place).map_or(self.plain, |(_, address)| address)
    }

    /// The address for UDP and TCP that the peer at the other end of this hop can reach: that of the same
    /// network as [`Self::at`], or else the first that speaks its IP.
    #[must_use]
    pub fn plain_at(&self, hop: Hop) -> SocketAddr {
        let here = self.at(hop).ip();
        let same = self.listeners().find(|address| address.ip() == here);
        let speaks = || self.listeners().find(|address| address.is_ipv4() == here.is_ipv4());
        same.or_else(speaks).unwrap_or(self.plain)
    }

    /// The place of the entrance that a hop goes by: that of its flow; before there is a way, the first
    /// of its transport that speaks the peer's IP, or else the first that speaks it at all.
    #[must_use]
    pub fn place(&self, hop: Hop) -> usize {
        let speaks = |address: SocketAddr| address.is_ipv4() == hop.peer.is_ipv4();
        let fits = |(spoken, address): (Transport, SocketAddr)| {
            spoken == kind(hop.transport) && speaks(address)
        };
        let of_flow = || {
            let place = hop.entrance(self.count())?;
            self.entrances().nth(place).filter(|entrance| fits(*entrance)).map(|_| place)
        };
        of_flow()
            .or_else(|| self.entrances().position(fits))
            .or_else(|| self.listeners().position(speaks))
            .unwrap_or(0)
    }

    /// Every entrance, with the [kind] of what is spoken there.
    fn entrances(&self) -> impl Iterator<Item = (Transport, SocketAddr)> {
        self.listeners().map(|address| (Transport::Udp, address)).chain(self.doors())
    }
}

/// UDP stands for TCP too, which has the same entrance.
const fn kind(transport: Transport) -> Transport {
    match transport {
        Transport::Udp | Transport::Tcp => Transport::Udp,
        Transport::Tls | Transport::Ws | Transport::Wss => transport,
    }
}

fn fill<T>(places: &mut [Option<T>], value: T) {
    if let Some(free) = places.iter_mut().find(|place| place.is_none()) {
        *free = Some(value);
    }
}

impl From<SocketAddr> for Local {
    fn from(plain: SocketAddr) -> Self {
        Self::new(plain)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ids::FlowId;

    fn ours() -> Local {
        Local::new("192.0.2.1:5060".parse().unwrap())
            .and(Transport::Tls, "192.0.2.1:5061".parse().unwrap())
            .and(Transport::Udp, "10.0.0.1:5070".parse().unwrap())
            .and(Transport::Tls, "[2001:db8::1]:5061".parse().unwrap())
            .and(Transport::Tcp, "[2001:db8::1]:5060".parse().unwrap())
            .and(Transport::Tls, "10.0.0.1:5071".parse().unwrap())
    }

    fn told(transport: Transport, flow: u64, peer: &str) -> String {
        ours().at(Hop { transport, flow: FlowId(flow), peer: peer.parse().unwrap() }).to_string()
    }

    #[test]
    fn each_peer_is_told_the_address_that_it_came_in_by() {
        // The sockets for datagrams are flows 1 to 3, and connections count on in steps of six.
        assert_eq!(told(Transport::Udp, 1, "192.0.2.9:5060"), "192.0.2.1:5060");
        assert_eq!(told(Transport::Udp, 2, "10.0.0.9:5060"), "10.0.0.1:5070");
        assert_eq!(told(Transport::Tcp, 14, "10.0.0.9:40000"), "10.0.0.1:5070");
        assert_eq!(told(Transport::Tcp, 9, "[2001:db8::9]:40000"), "[2001:db8::1]:5060");
        assert_eq!(told(Transport::Tls, 10, "192.0.2.9:40000"), "192.0.2.1:5061");
        assert_eq!(told(Transport::Tls, 11, "[2001:db8::9]:40000"), "[2001:db8::1]:5061");
        assert_eq!(told(Transport::Tls, 12, "10.0.0.9:40000"), "10.0.0.1:5071");
    }

    #[test]
    fn a_peer_to_whom_there_is_no_way_yet_is_told_the_first_that_it_understands() {
        assert_eq!(told(Transport::Udp, 0, "[2001:db8::9]:5060"), "[2001:db8::1]:5060");
        assert_eq!(told(Transport::Tcp, 0, "10.0.0.9:5060"), "192.0.2.1:5060");
        assert_eq!(told(Transport::Tls, 0, "[2001:db8::9]:5061"), "[2001:db8::1]:5061");
        // There is no entrance for this at all.
        assert_eq!(told(Transport::Wss, 0, "[2001:db8::9]:443"), "[2001:db8::1]:5060");
        // One that is remembered of a listener that is no more.
        assert_eq!(told(Transport::Udp, 3, "10.0.0.9:5060"), "192.0.2.1:5060");
        assert_eq!(told(Transport::Udp, 4, "10.0.0.9:5060"), "192.0.2.1:5060");
    }

    #[test]
    fn a_peer_over_tls_is_told_the_plain_address_of_its_network() {
        let plain = |flow, peer: &str| {
            let hop =
                Hop { transport: Transport::Tls, flow: FlowId(flow), peer: peer.parse().unwrap() };
            ours().plain_at(hop).to_string()
        };
        assert_eq!(plain(12, "10.0.0.9:40000"), "10.0.0.1:5070");
        assert_eq!(plain(11, "[2001:db8::9]:40000"), "[2001:db8::1]:5060");
        let elsewhere = "[2001:db8::2]:5061".parse().unwrap();
        let hop = Hop {
            transport: Transport::Tls,
            flow: FlowId(0),
            peer: "[2001:db8::9]:1".parse().unwrap(),
        };
        let plain = Local::new("192.0.2.1:5060".parse().unwrap()).and(Transport::Tls, elsewhere);
        assert_eq!(plain.plain_at(hop), plain.plain());
    }

    #[test]
    fn entrances_beyond_the_limits_are_not_counted() {
        let address = ours().plain();
        let many = (0..100).fold(ours(), |local, _| {
            local.and(Transport::Udp, address).and(Transport::Wss, address)
        });
        assert_eq!(many.count(), LISTENERS_MAX + DOORS_MAX);
    }
}
