//! What is said in SIP, told to Homer as it is said.

use crate::exit::Fault;
use ids::CallId;
use sip_txn::Local;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use trace::{Numbers, Traced, hep};

/// A collector of HEP3. It is told by datagrams and never waited for.
#[derive(Debug)]
pub(crate) struct Homer {
    socket: UdpSocket,
    local: Local,
    numbers: Numbers,
}

impl Homer {
    /// The collector at this address. `local` has our own addresses.
    pub(crate) fn new(at: SocketAddr, local: Local, numbers: Numbers) -> Result<Self, Fault> {
        let any = match at.ip() {
            IpAddr::V4(_) => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
            IpAddr::V6(_) => IpAddr::V6(Ipv6Addr::UNSPECIFIED),
        };
        let open = || {
            let socket = UdpSocket::bind((any, 0))?;
            socket.connect(at)?;
            socket.set_nonblocking(true)?;
            Ok::<_, std::io::Error>(socket)
        };
        let socket = open().map_err(|error| Fault::found(format!("hep = \"{at}\": {error}")))?;
        Ok(Self { socket, local, numbers })
    }

    /// Tells one message, of this call if that is known. What cannot be told at once is lost and counted.
    pub(crate) fn tell(&self, traced: &Traced, call: Option<CallId>) {
        let packet = hep::packet(traced, call, &self.local, self.numbers);
        if packet.is_none_or(|packet| self.socket.send(&packet).is_err()) {
            metrics::counter!("hep_messages_lost_total").increment(1);
        }
    }
}
