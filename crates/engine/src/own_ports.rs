//! Our own media addresses and ports, which no peer may name as its own: calls that send to each
//! other, or to themselves, would keep each other alive for ever.

use crate::media_address::MediaAddress;
use media_protocol::Port;
use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};

/// Where our own media plane listens.
#[derive(Debug)]
pub(crate) struct OwnPorts {
    addresses: BTreeSet<IpAddr>,
    numbers: BTreeSet<u16>,
}

impl OwnPorts {
    pub(crate) fn new(addresses: &[MediaAddress], ports: &[Port]) -> Self {
        let both = addresses.iter().flat_map(|address| [address.told, address.bound]);
        Self {
            addresses: both.map(|ip| ip.to_canonical()).collect(),
            numbers: ports.iter().map(|port| port.number).collect(),
        }
    }

    /// Whether what is sent there comes back to us.
    pub(crate) fn contain(&self, address: SocketAddr) -> bool {
        let ip = address.ip().to_canonical();
        // Another machine's loopback is our own, if our sockets are bound to all addresses.
        let is_everywhere = || self.addresses.iter().any(|own| !own.is_loopback());
        let is_ours = self.addresses.contains(&ip) || (ip.is_loopback() && is_everywhere());
        is_ours && self.numbers.contains(&address.port())
    }
}
