//! Our own media address and ports, which no peer may name as its own: calls that send to each
//! other, or to themselves, would keep each other alive for ever.

use media_protocol::Port;
use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};

/// Where our own media plane listens.
#[derive(Debug)]
pub(crate) struct OwnPorts {
    address: IpAddr,
    numbers: BTreeSet<u16>,
}

impl OwnPorts {
    pub(crate) fn new(address: IpAddr, ports: &[Port]) -> Self {
        let numbers = ports.iter().map(|port| port.number).collect();
        Self { address: address.to_canonical(), numbers }
    }

    /// Whether what is sent there comes back to us.
    pub(crate) fn contain(&self, address: SocketAddr) -> bool {
        let ip = address.ip().to_canonical();
        // Another machine's loopback is our own, if our sockets are bound to all addresses.
        let is_ours = ip == self.address || (ip.is_loopback() && !self.address.is_loopback());
        is_ours && self.numbers.contains(&address.port())
    }
}
