//! Agents' phones that come over a connection, which is gone with the process that had it.
//!
//! Few of them can be connected to; most open a connection themselves when the one that they had is gone, and register over it. So such a
//! phone is waited for a moment, and asked over that. One that has not come by then is connected to where it said that it is.

use super::{Interrupted, Side};
use crate::engine::{Engine, Timer};
use crate::peer::Peer;
use bytes::Bytes;
use clock::{Duration, Moment};
use ids::{AgentId, CallId, LegId};
use sip_txn::{Hop, Transport};
use std::net::IpAddr;

/// A phone is waited for so long, while the one it talked with hears music.
const CONNECTS_WITHIN: Duration = Duration::from_secs(4);

impl Side {
    /// Whether its phone had a connection, and has no other yet.
    fn is_unconnected(&self) -> bool {
        self.hop.transport != Transport::Udp && self.hop.flow == Hop::NO_FLOW
    }
}

impl Interrupted {
    /// The agents whose phones had a connection and have no other yet, and the IP addresses at which these phones were.
    fn unconnected(&mut self) -> impl Iterator<Item = (AgentId, IpAddr, &mut Side)> {
        let own = match self.peer {
            Peer::Agent(agent) => Some((agent, self.saved.leg.peer.ip(), &mut self.caller)),
            Peer::Trunk(_) | Peer::Stranger => None,
        };
        let talk = self.saved.talk.as_ref();
        let others = self.other.as_mut().zip(talk).and_then(|(other, talk)| {
            Some((other.who.agent()?, talk.leg.peer.ip(), &mut other.side))
        });
        own.into_iter().chain(others).filter(|(_, _, side)| side.is_unconnected())
    }
}

impl Engine {
    /// The sound of this process is offered to everybody who can be told of it now.
    pub(super) fn reinvite_connected(
        &mut self,
        now: Moment,
        id: CallId,
        offers: Vec<(LegId, Bytes)>,
    ) {
        let Some(call) = self.recovery.interrupted.get_mut(&id) else { return };
        let (waited_for, agents): (Vec<LegId>, Vec<AgentId>) =
            call.unconnected().map(|(agent, _, side)| (side.leg, agent)).unzip();
        if !waited_for.is_empty() {
            self.recovery.unconnected.insert(id);
            self.timers.set(Timer::Unconnected(id), now + CONNECTS_WITHIN);
        }
        for (leg, offer) in offers.into_iter().filter(|(leg, _)| !waited_for.contains(leg)) {
            self.ua.reinvite(now, leg, offer);
        }
        // Where many are reached one after the other, a phone may have registered before its call had its turn.
        for agent in agents {
            self.reach_over_new_connections(now, agent);
        }
    }

    /// The agent has registered a phone: calls of an earlier run that went to one there over a connection go on over this one.
    pub(crate) fn reach_over_new_connections(&mut self, now: Moment, agent: AgentId) {
        if self.recovery.unconnected.is_empty() {
            return;
        }
        let account = &self.plan.agent(agent).account;
        let hops: Vec<Hop> = self.registrar.bindings(account).map(|phone| phone.hop).collect();
        let waiting: Vec<CallId> = self.recovery.unconnected.iter().copied().collect();
        for id in waiting {
            let Some(call) = self.recovery.interrupted.get_mut(&id) else { continue };
            for (_, ip, side) in call.unconnected().filter(|(whose, ..)| *whose == agent) {
                let is_it = |hop: &&Hop| hop.transport == side.hop.transport && hop.peer.ip() == ip;
                let Some(hop) = hops.iter().find(is_it) else { continue };
                side.hop = *hop;
                self.ua.goes_over(side.leg, *hop);
                if let Some(line) = &mut side.line {
                    self.ua.reinvite(now, side.leg, line.offer());
                }
            }
            if call.unconnected().next().is_none() {
                self.wait_for_connections_no_more(id);
            }
        }
    }

    /// Who has not come over a new connection is connected to.
    pub(crate) fn reach_unconnected(&mut self, now: Moment, id: CallId) {
        self.wait_for_connections_no_more(id);
        let Some(call) = self.recovery.interrupted.get_mut(&id) else { return };
        for (.., side) in call.unconnected() {
            if let Some(line) = &mut side.line {
                self.ua.reinvite(now, side.leg, line.offer());
            }
        }
    }

    pub(super) fn wait_for_connections_no_more(&mut self, id: CallId) {
        self.recovery.unconnected.remove(&id);
        self.timers.clear(&Timer::Unconnected(id));
    }
}
