//! One party of a call of an earlier run: the one in the caller's place, or the other.

use super::{Interrupted, leg};
use crate::calls::Owner;
use crate::carriers::prover;
use crate::engine::Engine;
use crate::line::Line;
use crate::peer::Peer;
use crate::ports::PortPair;
use bytes::Bytes;
use clock::Moment;
use events::SavedLeg;
use ids::{CallId, LegId};
use media_protocol::Port;
use sip_msg::Text;
use sip_txn::Hop;

/// One party's leg.
#[derive(Debug)]
pub(super) struct Side {
    pub(super) leg: LegId,
    pub(super) hop: Hop,
    /// The line of this process, once a re-INVITE is sent over it.
    pub(super) line: Option<Line>,
}

impl Side {
    /// Whether the party has taken the sound of this process.
    pub(super) fn has_answered(&self) -> bool {
        self.line.as_ref().is_some_and(Line::is_open)
    }
}

impl Engine {
    /// Makes a dialog anew. None if it cannot be.
    pub(super) fn recall_side(
        &mut self,
        now: Moment,
        (id, peer): (CallId, Peer),
        saved: &SavedLeg,
    ) -> Option<Side> {
        let outlived = leg::read(saved)?;
        let hop = outlived.hop;
        let leg = self.ua.go_on_with(now, outlived)?;
        // A carrier that we have called may ask who we are.
        if let (true, Peer::Trunk(trunk)) = (saved.is_ours, peer)
            && let Some(prover) = prover(self.plan.trunk(trunk))
        {
            self.ua.may_prove(leg, prover);
        }
        self.calls.own(leg, Owner::Interrupted(id));
        Some(Side { leg, hop, line: None })
    }

    /// Everybody gets a line. Gives what each is to be sent; none where somebody cannot have one.
    pub(super) fn offers(
        &mut self,
        call: &mut Interrupted,
        pair: PortPair,
    ) -> Option<Vec<(LegId, Bytes)>> {
        call.ports_left = [Some(pair.caller), Some(pair.agent)];
        let [of_caller, of_other] = &mut call.ports_left;
        let caller = (&mut call.caller, &mut call.saved.leg);
        let mut offers = vec![self.offer_to(caller, call.peer, of_caller)?];
        if let (Some(other), Some(talk)) = (&mut call.other, &mut call.saved.talk) {
            let peer = other.who.peer();
            offers.push(self.offer_to((&mut other.side, &mut talk.leg), peer, of_other)?);
        }
        Some(offers)
    }

    fn offer_to(
        &mut self,
        (side, saved): (&mut Side, &mut SavedLeg),
        peer: Peer,
        port: &mut Option<Port>,
    ) -> Option<(LegId, Bytes)> {
        let wish = self.protection_wished(peer);
        let srtp = self.protection(side.hop, wish).ok()?;
        let port = port.take()?;
        let codecs = self.config.codecs.clone();
        let mut sound = self.unsettled((port, side.hop), &codecs, srtp);
        sound.goes_on(saved.sdp_id, saved.sdp_version);
        let line = side.line.insert(Line::new((side.leg, port), sound));
        let offer = line.offer();
        saved.sdp_version = line.described().version;
        Some((side.leg, offer))
    }

    /// The leg ends, if it has not. Nothing is said where it is gone.
    pub(super) fn let_side_go(&mut self, now: Moment, side: Side, reason: &'static str) {
        self.ua.hang_up(now, side.leg, Some(Text::from(reason)));
        self.calls.disown(side.leg);
        side.line.into_iter().for_each(|line| self.close(line));
    }
}
