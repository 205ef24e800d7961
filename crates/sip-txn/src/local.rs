//! Our own addresses, as peers shall see them.

use crate::{Hop, Transport};
use std::net::SocketAddr;

/// How many addresses for UDP and TCP there may be: one in each network of a large machine.
pub const LISTENERS_MAX: usize = 8;

/// Where peers reach us, for Via and Contact: one address or several for UDP and TCP, and perhaps
/// others for what has a port of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Local {
    plain: SocketAddr,
    more: [Option<SocketAddr>; LISTENERS_MAX - 1],
    tls: Option<SocketAddr>,
    ws: Option<SocketAddr>,
    wss: Option<SocketAddr>,
}

impl Local {
    /// One address for everything.
    #[must_use]
    pub const fn new(plain: SocketAddr) -> Self {
        Self { plain, more: [None; LISTENERS_MAX - 1], tls: None, ws: None, wss: None }
    }

    /// The same, with one more address for UDP and TCP: the next listener, in the order in which
    /// [`Hop::listener`] counts them. Beyond [`LISTENERS_MAX`] nothing is added.
    #[must_use]
    pub fn and(mut self, plain: SocketAddr) -> Self {
        if let Some(free) = self.more.iter_mut().find(|address| address.is_none()) {
            *free = Some(plain);
        }
        self
    }

    /// The same, with this address for a transport. UDP and TCP are one: who can be reached by one
    /// must be reachable by the other (RFC 3261 §18.2.1).
    #[must_use]
    pub const fn with(self, transport: Transport, address: SocketAddr) -> Self {
        match transport {
            Transport::Udp | Transport::Tcp => Self { plain: address, ..self },
            Transport::Tls => Self { tls: Some(address), ..self },
            Transport::Ws => Self { ws: Some(address), ..self },
            Transport::Wss => Self { wss: Some(address), ..self },
        }
    }

    /// The first address for UDP and TCP.
    #[must_use]
    pub const fn plain(&self) -> SocketAddr {
        self.plain
    }

    /// The address at which the peer at the other end of this hop reaches us.
    #[must_use]
    pub fn at(&self, hop: Hop) -> SocketAddr {
        let own = match hop.transport {
            Transport::Udp | Transport::Tcp => None,
            Transport::Tls => self.tls,
            Transport::Ws => self.ws,
            Transport::Wss => self.wss,
        };
        own.unwrap_or_else(|| self.listener(hop))
    }

    /// The listener that a hop goes by; before there is a way, the first that speaks the peer's IP.
    fn listener(&self, hop: Hop) -> SocketAddr {
        let speaks = |address: &SocketAddr| address.is_ipv4() == hop.peer.is_ipv4();
        let count = self.listeners().count();
        let taken = hop.listener(count).and_then(|at| self.listeners().nth(at));
        let fitting = || self.listeners().find(speaks);
        taken.filter(speaks).or_else(fitting).unwrap_or(self.plain)
    }

    fn listeners(&self) -> impl Iterator<Item = SocketAddr> {
        std::iter::once(self.plain).chain(self.more.iter().flatten().copied())
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

    #[test]
    fn each_peer_is_told_the_address_that_it_came_in_by() {
        let local = Local::new("192.0.2.1:5060".parse().unwrap())
            .and("10.0.0.1:5070".parse().unwrap())
            .and("[2001:db8::1]:5060".parse().unwrap())
            .with(Transport::Tls, "192.0.2.1:5061".parse().unwrap());
        let told = |transport, flow, peer: &str| {
            let hop = Hop { transport, flow: FlowId(flow), peer: peer.parse().unwrap() };
            local.at(hop).to_string()
        };
        // The sockets for datagrams are flows 1 to 3, and connections count on in their steps.
        assert_eq!(told(Transport::Udp, 1, "192.0.2.9:5060"), "192.0.2.1:5060");
        assert_eq!(told(Transport::Udp, 2, "10.0.0.9:5060"), "10.0.0.1:5070");
        assert_eq!(told(Transport::Tcp, 8, "10.0.0.9:40000"), "10.0.0.1:5070");
        assert_eq!(told(Transport::Tcp, 9, "[2001:db8::9]:40000"), "[2001:db8::1]:5060");
        assert_eq!(told(Transport::Tls, 4, "192.0.2.9:40000"), "192.0.2.1:5061");
        // No way yet: the first that the peer understands.
        assert_eq!(told(Transport::Udp, 0, "[2001:db8::9]:5060"), "[2001:db8::1]:5060");
        assert_eq!(told(Transport::Tcp, 0, "10.0.0.9:5060"), "192.0.2.1:5060");
        // One that is remembered of a listener that is no more.
        assert_eq!(told(Transport::Udp, 3, "10.0.0.9:5060"), "192.0.2.1:5060");
    }
}
