//! Where a message came from, or goes.

use ids::FlowId;
use std::fmt;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};

/// What carries a message, by the name that stands in Via.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Transport {
    /// Datagrams: the only one where we must repeat what may have been lost.
    Udp,
    /// A plain stream.
    Tcp,
    /// A stream inside TLS.
    Tls,
    /// WebSocket (RFC 7118).
    Ws,
    /// WebSocket inside TLS (RFC 7118).
    Wss,
}

impl Transport {
    /// Whether the transport itself repeats what is lost, so that transactions need not (§17).
    #[must_use]
    pub const fn is_reliable(self) -> bool {
        match self {
            Self::Udp => false,
            Self::Tcp | Self::Tls | Self::Ws | Self::Wss => true,
        }
    }

    /// Whether nobody on the way can read along.
    #[must_use]
    pub const fn is_secure(self) -> bool {
        match self {
            Self::Udp | Self::Tcp | Self::Ws => false,
            Self::Tls | Self::Wss => true,
        }
    }

    /// The name in Via: `UDP`, `TCP`, …
    #[must_use]
    pub const fn via_name(self) -> &'static str {
        match self {
            Self::Udp => "UDP",
            Self::Tcp => "TCP",
            Self::Tls => "TLS",
            Self::Ws => "WS",
            Self::Wss => "WSS",
        }
    }

    /// The value of a `transport` parameter in a URI; `None` for UDP, which goes without saying.
    #[must_use]
    pub const fn uri_param(self) -> Option<&'static str> {
        match self {
            Self::Udp => None,
            Self::Tcp => Some("tcp"),
            Self::Tls => Some("tls"),
            // RFC 7118 §5: the parameter is `ws` for both; `sips` tells them apart.
            Self::Ws | Self::Wss => Some("ws"),
        }
    }
}

impl fmt::Display for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.via_name())
    }
}

/// One step to or from a neighbour: the transport, our end of it and the neighbour's address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hop {
    /// What carries the message.
    pub transport: Transport,
    /// The listening socket (UDP) or the connection (all others). `FlowId(0)` says that there is
    /// no connection yet and one to `peer` should be opened.
    pub flow: FlowId,
    /// The neighbour's address, as the socket saw it.
    pub peer: SocketAddr,
}

impl Hop {
    /// The flow that stands for "no connection yet".
    pub const NO_FLOW: FlowId = FlowId(0);

    /// By which of `count` entrances this hop goes, counted from 0; none if there is no way yet.
    ///
    /// Flows are numbered in steps: those of datagrams are the numbers of their entrances, counted
    /// from 1, and connections are each a whole number of steps behind the entrance that it came by.
    #[must_use]
    pub fn entrance(self, count: usize) -> Option<usize> {
        let before = usize::try_from(self.flow.0.checked_sub(1)?).ok()?;
        before.checked_rem(count)
    }

    /// Whom limits and memories of a neighbour are held against: its IPv4 address, or the /64 of
    /// its IPv6 address, since whoever has one of those has the 2**64 beside it. An IPv4 address
    /// inside an IPv6 one is meant as itself.
    #[must_use]
    pub const fn source(self) -> IpAddr {
        match self.peer.ip().to_canonical() {
            IpAddr::V4(ip) => IpAddr::V4(ip),
            IpAddr::V6(ip) => IpAddr::V6(Ipv6Addr::from_bits(ip.to_bits() >> 64 << 64)),
        }
    }
}

impl fmt::Display for Hop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.transport, self.peer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(peer: &str) -> String {
        let peer = peer.parse().unwrap();
        Hop { transport: Transport::Udp, flow: FlowId(1), peer }.source().to_string()
    }

    #[test]
    fn neighbours_in_ipv6_are_one_source_and_in_ipv4_each_is_its_own() {
        assert_eq!(source("192.0.2.7:5060"), "192.0.2.7");
        assert_eq!(source("[::ffff:192.0.2.7]:9"), "192.0.2.7");
        assert_eq!(source("[2001:db8:0:1:2:3:4:5]:5060"), "2001:db8:0:1::");
        assert_eq!(source("[2001:db8:0:1::9]:5061"), "2001:db8:0:1::");
    }
}
