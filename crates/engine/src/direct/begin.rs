//! A phone of an agent calls: whether it may, and the first INVITE to the other side.

use super::{Calling, Destination, DirectCall, Party, Side, Stage};
use crate::calls::Owner;
use crate::engine::{Door, Engine, Timer};
use crate::incoming::user_of;
use crate::line::{Line, Unusable};
use crate::outside::retry_after;
use crate::passage::Passage;
use crate::peer::Peer;
use crate::phones::{Phones, Rung};
use crate::ports::PortPair;
use crate::way_out::status_of;
use bytes::Bytes;
use clock::Moment;
use events::{Ani, CallEvent, Direction, NoWayOut, What};
use ids::{AgentId, CallId, LegId};
use media_protocol::Port;
use sdp::Codec;
use sip_msg::{Headers, NameAddr, Request, Response, StatusCode, Text, Uri};
use sip_txn::Hop;
use std::collections::BTreeMap;

/// How many direct calls an agent may have at once: one, and one more while that is held.
const PER_AGENT_MAX: usize = 2;

/// Why a direct call is not made.
enum Refusal {
    /// Nobody of that name.
    Nobody,
    /// Who calls must prove it first, or has not.
    Unproved(Box<Response>),
    /// The agent has as many calls already as a person can have.
    Busy,
    /// No number outside that the agent may call, or no way there.
    NoWayOut(NoWayOut),
    /// There is no room for it now.
    NoRoom,
    Sound(Unusable),
    /// No phone of the one who is called can be rung.
    Unreachable,
}

impl Refusal {
    fn status(&self) -> StatusCode {
        match self {
            Self::Nobody => StatusCode::NOT_FOUND,
            Self::Unproved(response) => response.status,
            Self::Busy => StatusCode::BUSY_HERE,
            Self::NoWayOut(no_way) => status_of(*no_way),
            Self::NoRoom => StatusCode::SERVICE_UNAVAILABLE,
            Self::Sound(unusable) => unusable.status(),
            Self::Unreachable => StatusCode::TEMPORARILY_UNAVAILABLE,
        }
    }

    fn headers(&self) -> Headers {
        match self {
            Self::NoRoom | Self::NoWayOut(NoWayOut::NoTrunk) => retry_after(),
            Self::Unproved(response) => response.headers.clone(),
            Self::Nobody | Self::Busy | Self::NoWayOut(_) | Self::Sound(_) | Self::Unreachable => {
                Headers::default()
            }
        }
    }
}

impl Engine {
    /// An INVITE that is for no number of the plan. Whoever is not an agent has nobody else to call.
    pub(crate) fn direct_call(
        &mut self,
        now: Moment,
        leg: LegId,
        hop: Hop,
        peer: Peer,
        request: &Request,
    ) {
        let made = self
            .direct_caller(now, hop, peer, request)
            .and_then(|from| self.try_direct_call(now, leg, hop, from, request));
        if let Err(refusal) = made {
            self.turn_away(now, leg, request, (refusal.status(), refusal.headers()));
        }
    }

    /// The agent who calls. A stranger who dials a number outside may be one, and is asked to prove it;
    /// others get an answer, and no row in the ledger: scanners try thousands of numbers. What comes
    /// in over a trunk never goes out again.
    fn direct_caller(
        &mut self,
        now: Moment,
        hop: Hop,
        peer: Peer,
        request: &Request,
    ) -> Result<AgentId, Refusal> {
        let known = match peer {
            Peer::Stranger if self.number_outside(&user_of(&request.uri)).is_some() => {
                self.known_peer(now, hop, request).map_err(Refusal::Unproved)?
            }
            Peer::Stranger | Peer::Trunk(_) | Peer::Agent(_) => peer,
        };
        match known {
            Peer::Agent(from) => Ok(from),
            Peer::Stranger | Peer::Trunk(_) => Err(Refusal::Nobody),
        }
    }

    fn try_direct_call(
        &mut self,
        now: Moment,
        leg: LegId,
        hop: Hop,
        from: AgentId,
        request: &Request,
    ) -> Result<(), Refusal> {
        let dialled = user_of(&request.uri);
        let own_calls = self.directs.iter().filter(|call| call.is_of(from)).count();
        if own_calls >= PER_AGENT_MAX {
            return Err(Refusal::Busy);
        }
        if self.door == Door::Draining || self.calls_on() >= self.config.calls_max {
            return Err(Refusal::NoRoom);
        }
        let to = match self.plan.agent_of(&dialled) {
            Some(to) if to == from => return Err(Refusal::Nobody),
            Some(to) => Destination::Agent(to),
            None => self.find_way_out(now, from, &dialled).map_err(Refusal::NoWayOut)?,
        };
        let (caller, pair, body) = self.take_direct_in(leg, hop, from, request)?;
        let id = self.next_call;
        let passage = Passage::of(&self.plan, Peer::Agent(from), request);
        let codecs = self.codecs_for(&caller);
        let shown = self.shown(&Party::Agent(from));
        let who = (&shown, &passage);
        let rung = self.call_out(now, (id, &to), (pair.agent, &codecs), who);
        if rung.legs.is_empty() {
            self.close(caller);
            self.ports.give_back(pair.agent);
            return Err(Refusal::Unreachable);
        }
        self.next_call = id.next();
        let direction = match &to {
            Destination::Agent(_) => Direction::Internal,
            Destination::Outside(_) => Direction::Out,
        };
        let offered = CallEvent::Offered {
            number: dialled.as_str().into(),
            caller: Ani::new(self.plan.agent(from).account.to_string()),
            trunk: self.trunk_of(&to),
            diverted_by: None,
            direction,
        };
        self.record(now, What::Call(id, offered));
        self.calls.own(leg, Owner::Direct(id, Side::Caller));
        self.belongs(id, request.call_id.clone());
        self.timers.set(Timer::DirectNoSign(id), now + self.config.sign_max);
        self.timers.set(Timer::DirectRing(id), now + self.config.direct_ring_max);
        let calling = Calling::of(rung);
        let (stage, port) = (Stage::Calling(calling), pair.agent);
        let call = DirectCall {
            id,
            party: Party::Agent(from),
            from: Some(from),
            to,
            dialled,
            caller,
            passage,
            redirections: 0,
            body,
            port,
            transfer: None,
            stage,
            since: now,
        };
        call.agents().for_each(|agent| self.occupy(now, agent));
        self.directs.by_id.insert(id, call);
        Ok(())
    }

    /// Ports and sound for the caller's side. Where the agent is on another call, both calls' ports
    /// are of one worker, so that the two can be joined.
    fn take_direct_in(
        &mut self,
        leg: LegId,
        hop: Hop,
        from: AgentId,
        request: &Request,
    ) -> Result<(Line, PortPair, Bytes), Refusal> {
        let pair = self.worker_of_agent(from).and_then(|worker| self.ports.lend_pair_of(worker));
        let pair = pair.or_else(|| self.ports.lend_pair()).ok_or(Refusal::NoRoom)?;
        let srtp = self.plan.agent(from).srtp;
        match self.open_line((leg, pair.caller), hop, srtp, request) {
            Ok((line, body)) => Ok((line, pair, body)),
            Err(unusable) => {
                self.give_back(pair);
                Err(Refusal::Sound(unusable))
            }
        }
    }

    /// The worker that has the sound of the call in which the agent is.
    fn worker_of_agent(&self, agent: AgentId) -> Option<u8> {
        let of_queue = self.calls.iter().find(|call| call.agents().contains(&agent));
        let own = || self.directs.iter().find(|call| call.agents().any(|who| who == agent));
        let line = of_queue.map(|call| &call.line).or_else(|| own().map(|call| &call.caller));
        line.map(|line| line.port.worker)
    }

    /// Who is on the caller's side, as the other is shown it: the account of an agent, whatever the phone
    /// calls itself.
    pub(super) fn shown(&self, party: &Party) -> NameAddr {
        let address = |user: &str| {
            NameAddr::new(Uri::sip(Text::from(user.to_owned()), self.config.sip.plain()))
        };
        match party {
            Party::Agent(agent) => {
                let agent = self.plan.agent(*agent);
                address(&agent.account).with_display(agent.name.to_string())
            }
            Party::Outside(outside) => address(&outside.number),
            Party::Visitor(visitor) => {
                self.shown_caller(&visitor.caller, visitor.known.as_deref(), visitor.queued)
            }
        }
    }

    /// Calls the other side. Each of its legs says the same of who calls.
    pub(super) fn call_out(
        &mut self,
        now: Moment,
        (id, to): (CallId, &Destination),
        sound: (Port, &[Codec]),
        (shown, passage): (&NameAddr, &Passage),
    ) -> Rung {
        let to = match to {
            Destination::Agent(to) => *to,
            Destination::Outside(outside) => {
                let over = (sound, passage);
                return BTreeMap::from([self.invite_over_trunk(now, id, outside, over)]).into();
            }
        };
        let phones = self.phones_of(to);
        self.ring_for_direct(now, (id, to, phones), sound, (shown, passage))
    }

    /// Rings phones of an agent for somebody who calls the agent.
    fn ring_for_direct(
        &mut self,
        now: Moment,
        who: (CallId, AgentId, Phones),
        sound: (Port, &[Codec]),
        (shown, passage): (&NameAddr, &Passage),
    ) -> Rung {
        let id = who.0;
        let rung = self.ring_phones(now, who, shown, sound, passage);
        for leg in rung.legs.keys() {
            self.calls.own(*leg, Owner::Direct(id, Side::Called));
        }
        rung
    }

    /// None of the agent's phones that rang can take the call: the next ones ring, if there are any.
    pub(super) fn try_next_phone(&mut self, now: Moment, id: CallId, status: StatusCode) -> bool {
        let is_the_phones = !matches!(status.code(), 300..=399 | 486 | 600..=699);
        let Some(call) = self.directs.get_mut(id).filter(|_| is_the_phones) else { return false };
        let (Destination::Agent(to), Stage::Calling(calling)) = (&call.to, &mut call.stage) else {
            return false;
        };
        if !calling.legs.is_empty() {
            return false;
        }
        let who = (id, *to, std::mem::take(&mut calling.later));
        let (port, passage) = (call.port, call.passage.clone());
        let Some(call) = self.directs.get(id) else { return false };
        let codecs = self.codecs_for(&call.caller);
        let shown = self.shown(&call.party);
        let Rung { legs, later } =
            self.ring_for_direct(now, who, (port, &codecs), (&shown, &passage));
        if legs.is_empty() {
            return false;
        }
        self.timers.set(Timer::DirectNoSign(id), now + self.config.sign_max);
        if let Some(Stage::Calling(calling)) = self.directs.get_mut(id).map(|call| &mut call.stage)
        {
            calling.unseen = legs.keys().copied().collect();
            (calling.legs, calling.later) = (legs, later);
        }
        true
    }
}
