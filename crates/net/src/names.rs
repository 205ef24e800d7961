//! The names that peers must prove to us over TLS, where they are known by more than their address.

use rustls::pki_types::ServerName;
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

/// No more names than this are kept: trunks have a few hosts each. A host over it must prove its
/// address.
const NAMES_MAX: usize = 4_096;

/// Names by address. All clones are one list.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names(Arc<Mutex<HashMap<SocketAddr, ServerName<'static>>>>);

impl Names {
    /// From now on the peer at this address has to prove this name (RFC 5922 §4). A text that is no
    /// name of a host changes nothing.
    pub(crate) fn set(&self, peer: SocketAddr, name: &str) {
        let Ok(name) = ServerName::try_from(name.to_owned()) else { return };
        let mut names = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if names.len() < NAMES_MAX || names.contains_key(&peer) {
            names.insert(peer, name);
        }
    }

    /// What the peer at this address has to prove.
    pub(crate) fn of(&self, peer: SocketAddr) -> ServerName<'static> {
        let names = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        names.get(&peer).cloned().unwrap_or_else(|| ServerName::IpAddress(peer.ip().into()))
    }
}
