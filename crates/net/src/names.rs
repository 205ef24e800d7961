//! The names that peers must prove to us over TLS, where they are known by more than their address.

use arc_swap::ArcSwap;
use rustls::pki_types::ServerName;
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;

/// No more names than this are kept: trunks have a few hosts each. A host over it must prove its
/// address.
const NAMES_MAX: usize = 4_096;

/// Names by address. All clones are one list, which is read and renewed without a lock: the thread that
/// sets a name is the one that hands out calls.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names(Arc<ArcSwap<HashMap<SocketAddr, ServerName<'static>>>>);

impl Names {
    /// From now on the peer at this address has to prove this name (RFC 5922 §4). A text that is no
    /// name of a host changes nothing.
    pub(crate) fn set(&self, peer: SocketAddr, name: &str) {
        let Ok(name) = ServerName::try_from(name.to_owned()) else { return };
        let names = self.0.load();
        if names.get(&peer) == Some(&name) {
            return;
        }
        if names.len() < NAMES_MAX || names.contains_key(&peer) {
            let mut renewed = HashMap::clone(&names);
            renewed.insert(peer, name);
            self.0.store(Arc::new(renewed));
        }
    }

    /// What the peer at this address has to prove.
    pub(crate) fn of(&self, peer: SocketAddr) -> ServerName<'static> {
        let names = self.0.load();
        names.get(&peer).cloned().unwrap_or_else(|| ServerName::IpAddress(peer.ip().into()))
    }
}
