//! Trunks as far as calls in are concerned: from where they come, and how many are on.

use crate::carriers::Carriers;
use crate::peer::Peer;
use dialplan::{Plan, Trunk, TrunkTransport};
use ids::{FlowId, TrunkId};
use sip_txn::Hop;
use std::collections::BTreeMap;
use std::net::IpAddr;

/// How many connections with a client certificate are remembered. Shells let in no more connections
/// than that; one over it is not known by its certificate.
const CERTIFIED_MAX: usize = 10_000;

/// Whose share a call takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Share {
    /// A trunk's `calls_max`.
    Trunk(TrunkId),
    /// A stranger's `calls_per_source_max`.
    Source(IpAddr),
}

impl Share {
    /// The share that a call of `peer` from `source` takes. An agent has one phone to speak into.
    pub(crate) const fn of(peer: Peer, source: IpAddr) -> Option<Self> {
        match peer {
            Peer::Trunk(trunk) => Some(Self::Trunk(trunk)),
            Peer::Stranger => Some(Self::Source(source)),
            Peer::Agent(_) => None,
        }
    }
}

/// What is known of the trunks of the plan.
#[derive(Debug, Default)]
pub(crate) struct Trunks {
    /// Calls that are on, by whose share they take.
    calls: BTreeMap<Share, usize>,
    /// The names in the client certificates of connections that are up.
    certified: BTreeMap<FlowId, Vec<String>>,
}

impl Trunks {
    /// The trunk at the other end of `hop`, by the addresses that the plan writes, or where none are
    /// written, by those that it was found at: the first of the file where several are there.
    pub(crate) fn at(&self, plan: &Plan, carriers: &Carriers, hop: Hop) -> Option<TrunkId> {
        let trunks = (0..).map(TrunkId).zip(&plan.trunks);
        let mut there = trunks.filter(|(id, trunk)| self.is_at(trunk, *id, carriers, hop));
        there.next().map(|(id, _)| id)
    }

    fn is_at(&self, trunk: &Trunk, id: TrunkId, carriers: &Carriers, hop: Hop) -> bool {
        if let Some(name) = &trunk.known_by.certificate
            && hop.transport.is_secure()
            && self.certified.get(&hop.flow).is_some_and(|names| is_named(names, name))
        {
            return true;
        }
        // A carrier that is reached by TLS is believed over nothing less: an address on UDP can be
        // forged, and on TCP be taken over.
        let is_sealed = trunk.transport != Some(TrunkTransport::Tls) || hop.transport.is_secure();
        let source = hop.peer.ip();
        let written = &trunk.known_by.addresses;
        is_sealed
            && match written.is_empty() {
                true => carriers.is_at(id, source),
                false => written.iter().any(|network| network.contains(source)),
            }
    }

    /// A connection came up with a client certificate that has these names.
    pub(crate) fn certified(&mut self, flow: FlowId, names: Vec<String>) {
        if self.certified.len() < CERTIFIED_MAX {
            self.certified.insert(flow, names);
        }
    }

    pub(crate) fn flow_closed(&mut self, flow: FlowId) {
        self.certified.remove(&flow);
    }

    /// How many calls take this share.
    pub(crate) fn calls_on(&self, share: Share) -> usize {
        self.calls.get(&share).copied().unwrap_or(0)
    }

    /// A call takes its share.
    pub(crate) fn take(&mut self, share: Share) {
        *self.calls.entry(share).or_default() += 1;
    }

    /// The call is over.
    pub(crate) fn give_back(&mut self, share: Share) {
        let Some(calls) = self.calls.get_mut(&share) else { return };
        *calls = calls.saturating_sub(1);
        if *calls == 0 {
            self.calls.remove(&share);
        }
    }

    /// How many calls take any share, for the books of the simulation.
    pub(crate) fn shares(&self) -> usize {
        self.calls.values().sum()
    }
}

/// RFC 5922 §7.2: names are compared whole and without regard to case; wildcards match nothing.
fn is_named(names: &[String], wanted: &str) -> bool {
    names.iter().any(|name| name.eq_ignore_ascii_case(wanted))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand::rngs::StdRng;
    use sip_txn::Transport;

    fn plan(trunk: &str) -> Plan {
        let text = format!("[number.1]\ngoto = \"hangup\"\n[trunk.t]\n{trunk}");
        Plan::parse("t", &text, &|_, _| true, &mut |_| Err(String::new())).unwrap()
    }

    fn at(trunks: &Trunks, plan: &Plan, hop: Hop) -> Option<TrunkId> {
        let carriers = Carriers::of(plan, &mut StdRng::from_seed([1; 32]));
        trunks.at(plan, &carriers, hop)
    }

    fn hop(transport: Transport, peer: &str) -> Hop {
        Hop { transport, flow: FlowId(7), peer: peer.parse().unwrap() }
    }

    #[test]
    fn a_trunk_is_known_by_its_address_and_a_secure_one_over_nothing_less_than_tls() {
        let trunks = Trunks::default();
        let plain = plan("host = \"192.0.2.7\"\n");
        assert_eq!(at(&trunks, &plain, hop(Transport::Udp, "192.0.2.7:4000")), Some(TrunkId(0)));
        assert_eq!(
            at(&trunks, &plain, hop(Transport::Udp, "[::ffff:192.0.2.7]:1")),
            Some(TrunkId(0))
        );
        assert_eq!(at(&trunks, &plain, hop(Transport::Udp, "192.0.2.8:5060")), None);
        let ranges = plan("host = \"192.0.2.7\"\naddresses = \"198.51.100.0/24\"\n");
        assert_eq!(at(&trunks, &ranges, hop(Transport::Udp, "192.0.2.7:5060")), None);
        assert_eq!(
            at(&trunks, &ranges, hop(Transport::Udp, "198.51.100.9:5060")),
            Some(TrunkId(0))
        );
        let secure = plan("host = \"192.0.2.7\"\ntransport = \"tls\"\n");
        assert_eq!(at(&trunks, &secure, hop(Transport::Udp, "192.0.2.7:5061")), None);
        assert_eq!(at(&trunks, &secure, hop(Transport::Tls, "192.0.2.7:5061")), Some(TrunkId(0)));
    }

    #[test]
    fn a_certificate_names_a_trunk_as_long_as_its_connection_lives() {
        let mut trunks = Trunks::default();
        let plan = plan("host = \"carrier.example\"\ncertificate = \"sbc.carrier.example\"\n");
        let there = hop(Transport::Tls, "203.0.113.9:40000");
        assert_eq!(at(&trunks, &plan, there), None);
        trunks.certified(FlowId(7), vec!["*.carrier.example".to_owned()]);
        assert_eq!(at(&trunks, &plan, there), None, "RFC 5922 §7.2");
        trunks.certified(FlowId(7), vec!["SBC.carrier.example".to_owned()]);
        assert_eq!(at(&trunks, &plan, there), Some(TrunkId(0)));
        trunks.flow_closed(FlowId(7));
        assert_eq!(at(&trunks, &plan, there), None);
    }
}
