//! An agent's phone calls a number outside: its leg, the leg over a trunk, and the sound between.

use crate::calls::Owner;
use crate::engine::{Door, Engine};
use crate::incoming::user_of;
use crate::line::{CODECS, Line};
use crate::outside::retry_after;
use crate::peer::Peer;
use crate::ports::PortPair;
use crate::trunks::Share;
use crate::way_out::NoWayOut;
use bytes::Bytes;
use clock::Moment;
use ids::{AgentId, LegId, TrunkId};
use media_protocol::Command;
use sdp::LocalSession;
use sip_msg::{Headers, Request, Response, StatusCode, Text};
use sip_ua::Hop;
use std::collections::BTreeMap;

/// RFC 3326: the other side ended the call.
const NORMAL_CLEARING: &str = "Q.850;cause=16;text=\"Normal call clearing\"";

/// A call out.
#[derive(Debug)]
struct CallOut {
    agent: AgentId,
    /// The number called, in our form.
    number: String,
    trunk: TrunkId,
    /// Trunks that were tried, the present one among them.
    tried: Vec<TrunkId>,
    hop: Hop,
    /// The agent's INVITE and the way it came.
    invite: Box<Request>,
    from: Hop,
    outer: LegId,
    /// What we offered outside.
    session: LocalSession,
    stage: Stage,
}

#[derive(Debug)]
enum Stage {
    /// The other side has not answered.
    Ringing(PortPair),
    /// Both sides are up.
    Talking(Box<Sides>),
}

/// The lines of both sides.
#[derive(Debug)]
struct Sides {
    inner: Line,
    outer: Line,
}

/// All calls out, by the agent's leg.
#[derive(Debug, Default)]
pub(crate) struct CallingOut(BTreeMap<LegId, CallOut>);

impl CallingOut {
    pub(crate) fn legs(&self) -> Vec<LegId> {
        self.0.keys().copied().collect()
    }

    fn is_calling(&self, agent: AgentId) -> bool {
        self.0.values().any(|call| call.agent == agent)
    }

    /// The line of a leg that is up; `call` is the agent's leg.
    pub(crate) fn line_mut(&mut self, call: LegId, leg: LegId) -> Option<&mut Line> {
        match &mut self.0.get_mut(&call)?.stage {
            Stage::Ringing(_) => None,
            Stage::Talking(sides) => {
                let Sides { inner, outer } = &mut **sides;
                [inner, outer].into_iter().find(|line| line.leg == leg)
            }
        }
    }
}

impl Engine {
    /// Who calls a number that is none of ours, if that may go out at all: an agent, who proves it.
    /// What comes in over a trunk never goes out again.
    pub(crate) fn caller_out(
        &mut self,
        now: Moment,
        peer: Peer,
        hop: Hop,
        request: &Request,
    ) -> Result<Option<AgentId>, Box<Response>> {
        let known = match peer {
            Peer::Stranger if self.number_outside(&user_of(&request.uri)).is_some() => {
                self.known_peer(now, hop, request)?
            }
            Peer::Stranger | Peer::Trunk(_) | Peer::Agent(_) => peer,
        };
        Ok(match known {
            Peer::Agent(agent) => Some(agent),
            Peer::Stranger | Peer::Trunk(_) => None,
        })
    }

    /// An agent, who has proved it, dials a number that is none of ours.
    pub(crate) fn call_out(
        &mut self,
        now: Moment,
        leg: LegId,
        from: Hop,
        request: &Request,
        agent: AgentId,
    ) {
        let dialled = user_of(&request.uri);
        if self.door == Door::Draining {
            return self.ua.reject(now, leg, StatusCode::SERVICE_UNAVAILABLE, retry_after());
        }
        if self.calling_out.is_calling(agent) {
            return self.ua.reject(now, leg, StatusCode::BUSY_HERE, Headers::default());
        }
        let way = self.may_call_out(now, agent, &dialled).and_then(|number| {
            let way = self.way_out(now, &number, &[])?;
            Ok((number, way))
        });
        match way {
            Ok((number, way)) => self.begin_call_out(now, leg, from, request, (agent, number), way),
            Err(no_way) => self.refuse_call_out(now, leg, no_way),
        }
    }

    fn refuse_call_out(&mut self, now: Moment, leg: LegId, no_way: NoWayOut) {
        let headers = match no_way {
            NoWayOut::NotAllowed | NoWayOut::NotListed | NoWayOut::TooOften => Headers::default(),
            NoWayOut::NoTrunk => retry_after(),
        };
        self.ua.reject(now, leg, no_way.status(), headers);
    }

    fn begin_call_out(
        &mut self,
        now: Moment,
        leg: LegId,
        from: Hop,
        request: &Request,
        (agent, number): (AgentId, String),
        (trunk, hop): (TrunkId, Hop),
    ) {
        let Some(pair) = self.ports.lend_pair() else {
            return self.ua.reject(now, leg, StatusCode::SERVICE_UNAVAILABLE, retry_after());
        };
        let session = self.session(pair.agent, &CODECS, sdp::Srtp::Never);
        let mut call = CallOut {
            agent,
            number,
            trunk,
            tried: vec![trunk],
            hop,
            invite: Box::new(request.clone()),
            from,
            outer: leg,
            session,
            stage: Stage::Ringing(pair),
        };
        call.outer = self.invite_outside(now, leg, &mut call);
        self.calls.own(leg, Owner::Out(leg));
        self.calling_out.0.insert(leg, call);
        // Nobody shall ring the phone meanwhile.
        self.acd.handle(now, acd::Input::Occupied(agent));
    }

    /// Sends the INVITE over the present trunk, whose share the call takes.
    fn invite_outside(&mut self, now: Moment, inner: LegId, call: &mut CallOut) -> LegId {
        let offer = call.session.offer(sdp::Direction::SendRecv);
        let mut invite = self.invite_out((call.trunk, call.hop), &call.number, call.agent, offer);
        // RFC 5853 §3.4: a loop over two centres ends some time.
        invite.max_forwards = call.invite.max_forwards.map(|left| left.saturating_sub(1));
        let outer = self.ua.invite(now, invite);
        self.trunks.take(Share::Trunk(call.trunk));
        self.calls.own(outer, Owner::Out(inner));
        outer
    }

    /// The other side rings.
    pub(crate) fn out_rings(&mut self, now: Moment, call: LegId, leg: LegId) {
        if self.calling_out.0.get(&call).is_some_and(|out| out.outer == leg) {
            self.ua.ring(now, call);
        }
    }

    /// The other side has answered: so do we, and the two hear each other.
    pub(crate) fn out_answered(&mut self, now: Moment, call: LegId, sdp: Option<&Bytes>) {
        let Some(out) = self.calling_out.0.get_mut(&call) else { return };
        let Stage::Ringing(pair) = out.stage else { return };
        let (outer_leg, source) = (out.outer, out.hop.peer.ip());
        let mut outer = Line::new((outer_leg, pair.agent), out.session.clone(), source);
        let (from, invite) = (out.from, out.invite.clone());
        let srtp = self.plan.agent(out.agent).srtp;
        let agreed = sdp.and_then(|sdp| outer.agree(sdp, &self.own_ports).ok());
        let answered = self.open_line((call, pair.caller), from, srtp, &invite);
        let (Some(open), Ok((inner, body))) = (agreed, answered) else {
            return self.end_call_out(now, call, Some(StatusCode::NOT_ACCEPTABLE_HERE));
        };
        self.media(pair.agent.worker, open);
        if let Some(out) = self.calling_out.0.get_mut(&call) {
            out.stage = Stage::Talking(Box::new(Sides { inner, outer }));
        }
        self.bridge_out(call);
        self.ua.answer(now, call, body);
    }

    /// The agent's phone has acknowledged our 200; the sound may have been settled only now.
    pub(crate) fn out_established(&mut self, now: Moment, call: LegId, answer: Option<Bytes>) {
        let Some(answer) = answer else { return };
        match self.take_answer(call, &answer) {
            Ok(()) => self.bridge_out(call),
            Err(_) => self.end_call_out(now, call, None),
        }
    }

    /// The two hear each other, once the sound of both is settled.
    fn bridge_out(&mut self, call: LegId) {
        let Some(out) = self.calling_out.0.get(&call) else { return };
        if let Stage::Talking(sides) = &out.stage
            && sides.inner.is_open()
            && sides.outer.is_open()
        {
            let (worker, b) = (sides.inner.port.worker, sides.outer.leg);
            self.media(worker, Command::Bridge { a: call, b });
        }
    }

    /// The other side does not take the call: another trunk may, if it was the trunk's fault.
    pub(crate) fn out_refused(&mut self, now: Moment, call: LegId, response: Option<&Response>) {
        let status = response.map_or(StatusCode::REQUEST_TIMEOUT, |response| response.status);
        let is_the_trunks = matches!(status.code(), 401 | 407 | 408 | 430 | 500..=599);
        let Some(out) = self.calling_out.0.get(&call) else { return };
        let (trunk, peer, outer) = (out.trunk, out.hop.peer, out.outer);
        self.calls.disown(outer);
        if !is_the_trunks {
            // §8.1.3.4: where the call may go is ours to say, and not the carrier's.
            let told =
                if status.code() < 400 { StatusCode::TEMPORARILY_UNAVAILABLE } else { status };
            return self.end_call_out(now, call, Some(told));
        }
        if matches!(status.code(), 408 | 503)
            && let Some(carrier) = self.carriers.get_mut(trunk)
        {
            carrier.call_failed(now, peer, response);
        }
        self.try_next_trunk(now, call);
    }

    fn try_next_trunk(&mut self, now: Moment, call: LegId) {
        let Some(mut out) = self.calling_out.0.remove(&call) else { return };
        self.trunks.give_back(Share::Trunk(out.trunk));
        match self.way_out(now, &out.number, &out.tried) {
            Ok((trunk, hop)) => {
                (out.trunk, out.hop) = (trunk, hop);
                out.tried.push(trunk);
                out.outer = self.invite_outside(now, call, &mut out);
                self.calling_out.0.insert(call, out);
            }
            Err(no_way) => {
                self.trunks.take(Share::Trunk(out.trunk));
                self.calling_out.0.insert(call, out);
                self.refuse_call_out(now, call, no_way);
                self.end_call_out(now, call, None);
            }
        }
    }

    /// One leg is gone by itself: so is the other.
    pub(crate) fn out_leg_gone(&mut self, now: Moment, call: LegId, leg: LegId) {
        self.calls.disown(leg);
        self.end_call_out(now, call, Some(StatusCode::TEMPORARILY_UNAVAILABLE));
    }

    /// Ends a call out. An agent's INVITE that has no answer yet gets `status`.
    pub(crate) fn end_call_out(&mut self, now: Moment, call: LegId, status: Option<StatusCode>) {
        let Some(out) = self.calling_out.0.remove(&call) else { return };
        let is_ringing = matches!(out.stage, Stage::Ringing(_));
        for leg in [call, out.outer] {
            if self.calls.owner(leg).is_none() {
                continue;
            }
            self.calls.disown(leg);
            match status.filter(|_| is_ringing && leg == call) {
                Some(status) => self.ua.reject(now, leg, status, Headers::default()),
                None => self.ua.hang_up(now, leg, Some(Text::from(NORMAL_CLEARING))),
            }
        }
        match out.stage {
            Stage::Ringing(pair) => self.give_back(pair),
            Stage::Talking(sides) => {
                self.close(sides.inner);
                self.close(sides.outer);
            }
        }
        self.trunks.give_back(Share::Trunk(out.trunk));
        self.acd.handle(now, acd::Input::Freed(out.agent));
    }
}
