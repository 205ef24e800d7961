//! A number outside: over a trunk, and over the next one if that cannot.

use super::{Destination, DirectCall, Outside, Side, Stage};
use crate::calls::Owner;
use crate::engine::{Engine, Timer};
use crate::passage::Passage;
use crate::trunks::Share;
use crate::unsettled::Unsettled;
use clock::Moment;
use events::{AgentEvent, Name, NoWayOut};
use ids::{AgentId, CallId, LegId, TrunkId};
use media_protocol::Port;
use sdp::Codec;
use sip_msg::{Response, StatusCode};
use std::sync::Arc;

impl Engine {
    /// Where a call of the agent to what was dialled goes out. Counts the call.
    pub(super) fn find_way_out(
        &mut self,
        now: Moment,
        from: AgentId,
        dialled: &str,
    ) -> Result<Destination, NoWayOut> {
        let as_user = self.plan.agent(from).account.clone();
        let found = self.may_call_out(now, from, dialled).and_then(|number| {
            let ways = self.plan.ways_out(&number);
            self.outside_over(now, ways, (number, as_user))
        });
        let outside = found.inspect_err(|why| self.say_no_way_out(now, from, *why))?;
        Ok(Destination::Outside(outside))
    }

    /// The number, by the first of these trunks that can carry a call to it now.
    pub(super) fn outside_over(
        &self,
        now: Moment,
        mut untried: Vec<TrunkId>,
        (number, as_user): (String, Arc<str>),
    ) -> Result<Outside, NoWayOut> {
        let (trunk, hop) = self.way_out(now, &untried)?;
        untried.retain(|id| *id != trunk);
        Ok(Outside { number, trunk, hop, untried, as_user })
    }

    /// The name of the trunk by which somebody outside is called.
    pub(super) fn trunk_of(&self, destination: &Destination) -> Option<Name> {
        match destination {
            Destination::Agent(_) => None,
            Destination::Outside(outside) => Some(self.plan.trunk(outside.trunk).name.clone()),
        }
    }

    /// That an agent's phone tries to call where it may not is told, as long as it is no flood: it may
    /// be in the hands of somebody else.
    fn say_no_way_out(&mut self, now: Moment, from: AgentId, why: NoWayOut) {
        if self.admission.row_for_refusal(now) {
            self.record_agent(now, from, AgentEvent::CallOutRefused { why });
        }
    }

    /// Calls over the present trunk, whose share the call takes.
    pub(super) fn invite_over_trunk(
        &mut self,
        now: Moment,
        id: CallId,
        outside: &Outside,
        ((port, codecs), passage): ((Port, &[Codec]), &Passage),
    ) -> (LegId, Unsettled) {
        let wish = self.plan.trunk(outside.trunk).srtp;
        let srtp = self.protection(outside.hop, wish);
        let srtp = srtp.expect("no way out is found that cannot have the protection it requires");
        let mut sound = self.unsettled((port, outside.hop), codecs, srtp);
        let offer = sound.offer();
        let over = (outside.trunk, outside.hop);
        let invite = self.invite_out(over, &outside.number, &outside.as_user, (offer, passage));
        let leg = self.invite(now, id, invite);
        self.trunks.take(Share::Trunk(outside.trunk));
        self.calls.own(leg, Owner::Direct(id, Side::Called));
        (leg, sound)
    }

    /// The trunk could not carry the call: whether another one tries.
    pub(super) fn try_next_trunk(
        &mut self,
        now: Moment,
        id: CallId,
        status: StatusCode,
        response: Option<&Response>,
    ) -> bool {
        let is_the_trunks = matches!(status.code(), 401 | 407 | 408 | 430 | 500..=599);
        let Some(DirectCall { to: Destination::Outside(outside), passage, port, .. }) =
            self.directs.get_mut(id)
        else {
            return false;
        };
        if !is_the_trunks {
            return false;
        }
        let (mut outside, passage, port) = (outside.clone(), passage.clone(), *port);
        if matches!(status.code(), 408 | 503)
            && let Some(carrier) = self.carriers.get_mut(outside.trunk)
        {
            carrier.call_failed(now, outside.hop.peer, response);
        }
        let Ok((trunk, hop)) = self.way_out(now, &outside.untried) else {
            return false;
        };
        self.trunks.give_back(Share::Trunk(outside.trunk));
        (outside.trunk, outside.hop) = (trunk, hop);
        outside.untried.retain(|id| *id != trunk);
        let codecs = self.directs.get(id).map(|call| self.codecs_for(&call.caller));
        let over = ((port, &*codecs.unwrap_or_default()), &passage);
        let (leg, sound) = self.invite_over_trunk(now, id, &outside, over);
        self.timers.set(Timer::DirectNoSign(id), now + self.config.sign_max);
        if let Some(call) = self.directs.get_mut(id)
            && let Stage::Calling(calling) = &mut call.stage
        {
            calling.legs.insert(leg, sound);
            calling.unseen.insert(leg);
            call.to = Destination::Outside(outside);
        }
        true
    }
}
