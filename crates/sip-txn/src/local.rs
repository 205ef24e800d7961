//! Our own addresses, as peers shall see them.

use crate::Transport;
use std::net::SocketAddr;

/// Where peers reach us, for Via and Contact: one address for UDP and TCP, and perhaps others for
/// what has a port of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Local {
    plain: SocketAddr,
    tls: Option<SocketAddr>,
    ws: Option<SocketAddr>,
    wss: Option<SocketAddr>,
}

impl Local {
    /// One address for everything.
    #[must_use]
    pub const fn new(plain: SocketAddr) -> Self {
        Self { plain, tls: None, ws: None, wss: None }
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

    /// The address for UDP and TCP.
    #[must_use]
    pub const fn plain(&self) -> SocketAddr {
        self.plain
    }

    /// The address at which a peer reaches us by this transport.
    #[must_use]
    pub fn at(&self, transport: Transport) -> SocketAddr {
        let own = match transport {
            Transport::Udp | Transport::Tcp => None,
            Transport::Tls => self.tls,
            Transport::Ws => self.ws,
            Transport::Wss => self.wss,
        };
        own.unwrap_or(self.plain)
    }
}

impl From<SocketAddr> for Local {
    fn from(plain: SocketAddr) -> Self {
        Self::new(plain)
    }
}
