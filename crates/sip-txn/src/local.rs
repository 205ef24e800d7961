//! Our own addresses, as peers shall see them.

use crate::Transport;
use std::net::SocketAddr;

/// Where peers reach us, for Via and Contact: one address for what is in the clear, and perhaps
/// another for TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Local {
    plain: SocketAddr,
    tls: Option<SocketAddr>,
}

impl Local {
    /// One address for everything.
    #[must_use]
    pub const fn new(plain: SocketAddr) -> Self {
        Self { plain, tls: None }
    }

    /// The same, with an address of its own for TLS.
    #[must_use]
    pub const fn with_tls(self, tls: SocketAddr) -> Self {
        Self { tls: Some(tls), ..self }
    }

    /// The address for UDP and TCP.
    #[must_use]
    pub const fn plain(&self) -> SocketAddr {
        self.plain
    }

    /// The address at which a peer reaches us by this transport.
    #[must_use]
    pub const fn at(&self, transport: Transport) -> SocketAddr {
        match (transport, self.tls) {
            (Transport::Tls, Some(tls)) => tls,
            (Transport::Tls, None)
            | (Transport::Udp | Transport::Tcp | Transport::Ws | Transport::Wss, _) => self.plain,
        }
    }
}

impl From<SocketAddr> for Local {
    fn from(plain: SocketAddr) -> Self {
        Self::new(plain)
    }
}
