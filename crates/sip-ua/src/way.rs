//! Where messages inside a leg go, and where we say that ours may be sent.

use crate::leg::{Path, Talking};
use sip_dialog::Dialog;
use sip_msg::{NameAddr, Text, Uri};
use sip_txn::{Hop, Local, Transport};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// The hop of our next request inside a leg that lives on `hop`.
pub(crate) fn hop_inside(hop: Hop, talking: &Talking) -> Hop {
    match talking.path {
        Path::Unproved => hop,
        Path::Proved => next_hop(hop, &talking.dialog),
    }
}

/// The hop of the next request in `dialog`, of a leg that lives on `hop`.
///
/// A connection is kept to. Over UDP the route set or the peer's Contact says where to (§12.2.1.1),
/// unless it is a name, or cannot be true from where we stand: then the peer is behind a NAT, and
/// the address that it was heard from is the only one that works.
pub(crate) fn next_hop(hop: Hop, dialog: &Dialog) -> Hop {
    match (hop.transport, dialog.next_hop_addr()) {
        (Transport::Udp, Some(peer)) if is_plausible(peer, hop.peer) => Hop { peer, ..hop },
        (Transport::Udp | Transport::Tcp | Transport::Tls | Transport::Ws | Transport::Wss, _) => {
            hop
        }
    }
}

/// Whether a peer heard from `heard` may be reached at `named`: a public peer has no private
/// address, and both ends speak the same IP.
fn is_plausible(named: SocketAddr, heard: SocketAddr) -> bool {
    named.port() != 0
        && named.is_ipv4() == heard.is_ipv4()
        && !named.ip().is_unspecified()
        && !named.ip().is_multicast()
        && (!is_private(named.ip()) || is_private(heard.ip()))
}

fn is_private(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_private_v4(ip),
        IpAddr::V6(ip) => is_private_v6(ip),
    }
}

fn is_private_v4(ip: Ipv4Addr) -> bool {
    let [first, second, ..] = ip.octets();
    // RFC 6598: 100.64.0.0/10 lies between a carrier and its customers.
    ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || (first == 100 && second & 0xc0 == 64)
}

fn is_private_v6(ip: Ipv6Addr) -> bool {
    ip.is_loopback() || ip.is_unique_local() || ip.is_unicast_link_local()
}

/// Our Contact for the peer at the other end of `hop`.
pub(crate) fn contact(user: Text, local: &Local, hop: Hop) -> Text {
    let uri = Uri::sip(user, local.at(hop));
    Text::from(&NameAddr::new(match hop.transport.uri_param() {
        Some(name) => uri.with_param("transport", Some(Text::from(name))),
        None => uri,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_private_address_named_by_a_public_peer_is_behind_a_nat() {
        let plausible =
            |named: &str, heard: &str| is_plausible(named.parse().unwrap(), heard.parse().unwrap());
        assert!(plausible("127.0.0.1:5070", "127.0.0.1:40000"));
        assert!(plausible("192.168.1.9:5060", "10.0.0.1:5060"));
        assert!(plausible("198.51.100.7:5060", "203.0.113.9:5060"));
        assert!(!plausible("192.168.1.9:5060", "203.0.113.9:5060"));
        assert!(!plausible("100.64.3.4:5060", "203.0.113.9:5060"));
        assert!(!plausible("0.0.0.0:5060", "10.0.0.1:5060"));
        assert!(!plausible("10.0.0.1:0", "10.0.0.1:5060"));
        assert!(!plausible("[2001:db8::1]:5060", "10.0.0.1:5060"));
    }
}
