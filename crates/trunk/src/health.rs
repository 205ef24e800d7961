//! Whether each host of a trunk is there, asked by OPTIONS now and again.

use clock::{Duration, Moment};
use sip_txn::ClientTxn;
use std::collections::BTreeMap;
use std::net::SocketAddr;

/// A host that has not answered by now is taken not to be there. Its answer still counts when it
/// comes: RFC 4320 §4.1 gives it half a minute.
pub(crate) const PATIENCE: Duration = Duration::from_secs(5);

/// The OPTIONS that are out.
#[derive(Debug, Default)]
pub(crate) struct Health {
    /// Those that wait to be named after their transaction, and those that have been.
    out: BTreeMap<SocketAddr, Asked>,
}

#[derive(Clone, Copy, Debug)]
struct Asked {
    txn: Option<ClientTxn>,
    since: Moment,
    /// Whether the host was taken to be gone for want of an answer.
    is_overdue: bool,
}

impl Health {
    /// Begins to ask a host. False if it has not answered the last time yet.
    pub(crate) fn ask(&mut self, now: Moment, peer: SocketAddr) -> bool {
        if self.out.contains_key(&peer) {
            return false;
        }
        self.out.insert(peer, Asked { txn: None, since: now, is_overdue: false });
        true
    }

    pub(crate) fn sent(&mut self, peer: SocketAddr, txn: ClientTxn) {
        if let Some(asked) = self.out.get_mut(&peer) {
            asked.txn = Some(txn);
        }
    }

    /// The host that this answer, or its absence, is of; it can be asked again.
    pub(crate) fn take(&mut self, txn: ClientTxn) -> Option<SocketAddr> {
        let (peer, _) = self.out.iter().find(|(_, asked)| asked.txn == Some(txn))?;
        let peer = *peer;
        self.out.remove(&peer);
        Some(peer)
    }

    /// Hosts whose answer is overdue by now, each told once.
    pub(crate) fn overdue(&mut self, now: Moment) -> Vec<SocketAddr> {
        let late = self
            .out
            .iter_mut()
            .filter(|(_, asked)| !asked.is_overdue && now.since(asked.since) >= PATIENCE);
        late.map(|(peer, asked)| {
            asked.is_overdue = true;
            *peer
        })
        .collect()
    }

    /// When the next answer will be overdue.
    pub(crate) fn next(&self) -> Option<Moment> {
        let waiting = self.out.values().filter(|asked| !asked.is_overdue);
        waiting.map(|asked| asked.since + PATIENCE).min()
    }
}
