//! Where peers come in: what has to be agreed on behind a listening address.

use crate::connection::Welcome;
use crate::{Origins, Tls};
use sip_txn::Transport;
use std::sync::Arc;

/// What is spoken at a listening address for connections.
#[derive(Clone, Debug)]
pub enum Door {
    /// SIP as it is.
    Tcp,
    /// SIP inside TLS.
    Tls(Arc<Tls>),
    /// SIP in the frames of WebSocket (RFC 7118), for the pages of these origins.
    Ws(Arc<Origins>),
    /// The same inside TLS.
    Wss(Arc<Tls>, Arc<Origins>),
}

impl Door {
    /// What carries the messages of whoever comes in here.
    #[must_use]
    pub const fn transport(&self) -> Transport {
        match self {
            Self::Tcp => Transport::Tcp,
            Self::Tls(_) => Transport::Tls,
            Self::Ws(_) => Transport::Ws,
            Self::Wss(..) => Transport::Wss,
        }
    }

    /// What TLS is spoken with, if it is.
    pub(crate) const fn tls(&self) -> Option<&Arc<Tls>> {
        match self {
            Self::Tcp | Self::Ws(_) => None,
            Self::Tls(tls) | Self::Wss(tls, _) => Some(tls),
        }
    }

    /// What a peer that comes in now has to agree on.
    pub(crate) fn welcome(&self) -> Welcome {
        let origins = match self {
            Self::Tcp | Self::Tls(_) => None,
            Self::Ws(origins) | Self::Wss(_, origins) => Some(Arc::clone(origins)),
        };
        Welcome { tls: self.tls().map(|tls| tls.acceptor()), origins }
    }
}
