//! Another phone of an agent takes over the call of the first (INVITE with Replaces: RFC 3891).

use super::{Of, Referrer};
use crate::calls::Owner;
use crate::direct::{Side, Stage};
use crate::engine::Engine;
use crate::line::Line;
use crate::outside::retry_after;
use crate::peer::Peer;
use clock::Moment;
use ids::{AgentId, LegId};
use media_protocol::Command;
use sip_msg::{Headers, Request, StatusCode, Text};
use sip_txn::Hop;

/// RFC 3326: tells the phone whose call was taken why.
const TAKEN_OVER: &str = "SIP;cause=200;text=\"Taken over by another phone\"";

/// An answer that refuses.
type Refusal = (StatusCode, Headers);

impl Engine {
    /// An INVITE that wants the place of a leg of ours. The agent who talks on that leg may have it on
    /// another phone, and nobody else.
    pub(crate) fn take_over(
        &mut self,
        now: Moment,
        leg: LegId,
        (hop, request): (Hop, &Request),
        replaced: LegId,
    ) {
        let taken = self
            .agent_who_calls(now, hop, request)
            .and_then(|agent| self.owned_by(agent, replaced))
            .and_then(|referrer| self.try_take_over(now, leg, (hop, request), referrer));
        if let Err(refusal) = taken {
            self.turn_away(now, leg, request, refusal);
        }
    }

    fn agent_who_calls(
        &mut self,
        now: Moment,
        hop: Hop,
        request: &Request,
    ) -> Result<AgentId, Refusal> {
        match self.known_peer(now, hop, request) {
            Ok(Peer::Agent(agent)) => Ok(agent),
            Ok(Peer::Trunk(_) | Peer::Stranger) => Err(plain(StatusCode::FORBIDDEN)),
            Err(response) => Err((response.status, response.headers)),
        }
    }

    fn owned_by(&self, agent: AgentId, replaced: LegId) -> Result<Referrer, Refusal> {
        let owner = self.referrer(replaced).filter(|owner| owner.by == agent);
        owner.ok_or_else(|| plain(StatusCode::FORBIDDEN))
    }

    fn try_take_over(
        &mut self,
        now: Moment,
        leg: LegId,
        (hop, request): (Hop, &Request),
        referrer: Referrer,
    ) -> Result<(), Refusal> {
        // The other party talks already: there is no time to ask for a description.
        if sip_ua::offer_of(request).is_none() {
            return Err(plain(StatusCode::NOT_ACCEPTABLE_HERE));
        }
        let full = || (StatusCode::SERVICE_UNAVAILABLE, retry_after());
        let worker = self.other_party(referrer).map(|(line, ..)| line.port.worker);
        let port = worker.and_then(|worker| self.ports.lend_of(worker)).ok_or_else(full)?;
        let srtp = self.plan.agent(referrer.by).srtp;
        let (line, body) = match self.open_line((leg, port), hop, srtp, request) {
            Ok(opened) => opened,
            Err(unusable) => {
                self.ports.give_back(port);
                return Err(plain(unusable.status()));
            }
        };
        self.ua.answer(now, leg, body);
        self.belongs(referrer.call, request.call_id.clone());
        self.swap_lines(now, referrer, line);
        Ok(())
    }

    /// The agent speaks on this line from here on; the old one ends.
    fn swap_lines(&mut self, now: Moment, referrer: Referrer, line: Line) {
        let (id, leg, worker) = (referrer.call, line.leg, line.port.worker);
        let Some(other) = self.other_party(referrer).map(|(line, ..)| line.leg) else { return };
        let owner = match referrer.of {
            Of::Queue => Owner::Agent(id),
            Of::Direct(side) => Owner::Direct(id, side),
        };
        let Some(old) = self.put_line(referrer, line) else { return };
        self.calls.own(leg, owner);
        self.calls.disown(old.leg);
        self.media(worker, Command::Unbridge { stream: old.leg });
        self.media(worker, Command::Bridge { a: other, b: leg });
        self.ua.hang_up(now, old.leg, Some(Text::from(TAKEN_OVER)));
        self.close(old);
        self.join_ends(other, leg);
        self.follow_hold(now, leg);
    }

    fn put_line(&mut self, referrer: Referrer, line: Line) -> Option<Line> {
        let port = line.port;
        match referrer.of {
            Of::Queue => {
                let call = self.calls.get_mut(referrer.call)?;
                call.agent_port = port;
                Some(std::mem::replace(&mut call.talk_mut()?.line, line))
            }
            Of::Direct(Side::Caller) => {
                let call = self.directs.get_mut(referrer.call)?;
                Some(std::mem::replace(&mut call.caller, line))
            }
            Of::Direct(Side::Called) => {
                let call = self.directs.get_mut(referrer.call)?;
                let Stage::Talking(talk) = &mut call.stage else { return None };
                call.port = port;
                Some(std::mem::replace(&mut talk.line, line))
            }
        }
    }
}

fn plain(status: StatusCode) -> Refusal {
    (status, Headers::default())
}
