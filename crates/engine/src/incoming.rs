//! A new INVITE: whom it is for, and whether we take it.

use crate::admission::TOO_MANY_UNACKNOWLEDGED;
use crate::call::{Call, Stage, Talked};
use crate::diversion::diverted_by;
use crate::ending::Ending;
use crate::engine::{Door, Engine, Timer};
use crate::identity;
use crate::io::Output;
use crate::line::{Line, Unusable};
use crate::outside::retry_after;
use crate::overload::Strain;
use crate::passage::Passage;
use crate::peer::Peer;
use crate::ports::PortPair;
use crate::rules::{Met, status_of};
use crate::trunks::Share;
use crate::whisper::Whispers;
use bytes::Bytes;
use clock::Moment;
use dialplan::Srtp;
use events::{CallEvent, Outcome, What};
use ids::{AgentId, CallId, LegId};
use ivr::Visit;
use media_protocol::Port;
use rand::Rng;
use sip_msg::{Headers, Name, Request, StatusCode};
use sip_txn::Hop;
use std::collections::VecDeque;
use std::net::IpAddr;
use std::sync::Arc;

/// Why a call to a number of ours is not taken.
enum Refusal {
    Draining,
    Overloaded(Strain),
    CallsMax(usize),
    TrunkFull { calls_max: u32 },
    SourceFull { calls_max: usize },
    Unacknowledged,
    NoPort,
    Sound(Unusable),
    ByRule(dialplan::Refusal),
}

impl Refusal {
    const fn status(&self) -> StatusCode {
        match self {
            Self::Draining
            | Self::Overloaded(_)
            | Self::CallsMax(_)
            | Self::TrunkFull { .. }
            | Self::SourceFull { .. }
            | Self::Unacknowledged
            | Self::NoPort => StatusCode::SERVICE_UNAVAILABLE,
            Self::Sound(unusable) => unusable.status(),
            Self::ByRule(refusal) => status_of(*refusal),
        }
    }

    fn headers(&self) -> Headers {
        match self {
            Self::Draining
            | Self::Overloaded(_)
            | Self::CallsMax(_)
            | Self::TrunkFull { .. }
            | Self::SourceFull { .. }
            | Self::Unacknowledged
            | Self::NoPort => retry_after(),
            Self::Sound(_) => Headers::default(),
            Self::ByRule(refusal) => {
                let mut headers = Headers::default();
                headers.push(Name::Reason, refusal.reason());
                headers
            }
        }
    }

    fn cause(&self) -> String {
        match self {
            Self::Draining => "the engine is stopping".to_owned(),
            Self::Overloaded(strain) => format!("too much load: {}", strain.told()),
            Self::CallsMax(max) => format!("calls_max reached at {max}"),
            Self::TrunkFull { calls_max } => {
                format!("calls_max of the trunk reached at {calls_max}")
            }
            Self::SourceFull { calls_max } => {
                format!("calls_per_source_max reached at {calls_max}")
            }
            Self::Unacknowledged => TOO_MANY_UNACKNOWLEDGED.to_owned(),
            Self::NoPort => "no free media port".to_owned(),
            Self::Sound(unusable) => unusable.cause().to_owned(),
            Self::ByRule(refusal) => format!("refused by the number as {}", refusal.word()),
        }
    }
}

/// The number that is called, and the rule of it that holds.
#[derive(Clone, Copy)]
struct Dialled<'a> {
    number: &'a Arc<str>,
    met: Option<&'a Met>,
}

/// Whose INVITE it is, and the way it came.
#[derive(Clone, Copy)]
struct Caller<'a> {
    peer: Peer,
    hop: Hop,
    request: &'a Request,
}

impl Engine {
    /// A new INVITE has come.
    pub(crate) fn incoming(&mut self, now: Moment, leg: LegId, hop: Hop, request: &Request) {
        let from_trunk = self.trunks.at(&self.plan, &self.carriers, hop).is_some();
        if !from_trunk && let Some(dialled) = self.short_code(&user_of(&request.uri)) {
            self.code_call(now, leg, hop, request, dialled);
            return;
        }
        let peer = match self.peer_of(now, hop, request) {
            Ok(peer) => peer,
            Err(refusal) => {
                self.turn_away(now, leg, request, (refusal.status, refusal.headers));
                return;
            }
        };
        if let Some(number) = identity::number_called(&self.plan, peer, request) {
            self.offered(now, leg, Caller { peer, hop, request }, &number);
        } else {
            self.direct_call(now, leg, hop, peer, request);
        }
    }

    /// A call to a number of ours: taken in, or refused with a reason.
    fn offered(&mut self, now: Moment, leg: LegId, caller: Caller<'_>, number: &Arc<str>) {
        let who = identity::caller(&self.plan, caller.peer, caller.request);
        let met = self.rule_met(now, number, &who);
        let unwanted = met.as_ref().and_then(Met::refusal).map(Refusal::ByRule);
        let has_share = self.check_share(caller.peer, caller.hop.peer.ip());
        let is_wanted = has_share.and_then(|()| unwanted.map_or(Ok(()), Err));
        let taken = is_wanted.and_then(|()| self.take_in(now, leg, caller));
        let to = Dialled { number, met: met.as_ref() };
        match taken {
            Ok(taken) => self.begin_call(now, caller, to, taken),
            Err(refusal) => self.refuse_call(now, leg, caller, to, &refusal),
        }
    }

    /// Whether one more call from there is within what the trunk or the address may have.
    fn check_share(&self, peer: Peer, source: IpAddr) -> Result<(), Refusal> {
        let Some(share) = Share::of(peer, source) else { return Ok(()) };
        let calls_on = self.trunks.calls_on(share);
        match share {
            Share::Trunk(trunk) => match self.plan.trunk(trunk).calls_max {
                Some(calls_max) if calls_on >= calls_max as usize => {
                    Err(Refusal::TrunkFull { calls_max })
                }
                Some(_) | None => Ok(()),
            },
            Share::Source(_) => match self.config.calls_per_source_max {
                calls_max if calls_on >= calls_max => Err(Refusal::SourceFull { calls_max }),
                _ => Ok(()),
            },
        }
    }

    /// The call has a row from here on, and is answered when that is on disk.
    fn begin_call(
        &mut self,
        now: Moment,
        caller: Caller<'_>,
        Dialled { number, met }: Dialled<'_>,
        (line, agent_port, body): (Line, Port, Bytes),
    ) {
        let Caller { peer, hop, request } = caller;
        let source = hop.peer.ip();
        let share = Share::of(peer, source);
        share.into_iter().for_each(|share| self.trunks.take(share));
        let (id, row) = self.record_offered(now, number, caller);
        self.belongs(id, request.call_id.clone());
        met.into_iter().for_each(|met| self.record_rule(now, id, met));
        let visit = self.begin_visit(now, number, met);
        self.calls.insert(Call {
            id,
            number: Arc::clone(number),
            source,
            share,
            from: agent_of(peer),
            caller: identity::caller(&self.plan, peer, request),
            known: None,
            choices: VecDeque::new(),
            whisper: Whispers::default(),
            passage: Passage::of(&self.plan, peer, request),
            line,
            agent_port,
            language: visit.language(),
            visit,
            music: None,
            queued: None,
            turn: 0,
            talked: Talked::Never,
            priority: None,
            message: None,
            promise: None,
            asked_again: false,
            takes_up: None,
            recording: None,
            forecast: None,
            stage: Stage::Recording { row, body },
            since: now,
        });
        agent_of(peer).into_iter().for_each(|agent| self.occupy(now, agent));
        self.journal.await_row(row, id);
        self.timers.set(Timer::LedgerWait(id), now + self.config.ledger_wait_max);
    }

    /// The call is refused, and that is written down as long as it does not become a flood.
    fn refuse_call(
        &mut self,
        now: Moment,
        leg: LegId,
        caller: Caller<'_>,
        Dialled { number, met }: Dialled<'_>,
        refusal: &Refusal,
    ) {
        let answer = (refusal.status(), refusal.headers());
        if self.admission.row_for_refusal(now) {
            self.ua.reject(now, leg, answer.0, answer.1);
            let (id, _) = self.record_offered(now, number, caller);
            let by_rule = met.filter(|_| matches!(refusal, Refusal::ByRule(_)));
            by_rule.into_iter().for_each(|met| self.record_rule(now, id, met));
            let ended = CallEvent::Ended { outcome: Outcome::Refused, cause: refusal.cause() };
            self.record(now, What::Call(id, ended));
        } else {
            self.counts.refused_unwritten();
            self.turn_away(now, leg, caller.request, answer);
        }
    }

    /// The first event of a call: its number, and that of the event.
    fn record_offered(
        &mut self,
        now: Moment,
        number: &str,
        Caller { peer, request, .. }: Caller<'_>,
    ) -> (CallId, u64) {
        let id = self.fresh_call();
        let trunk = match peer {
            Peer::Trunk(trunk) => Some(self.plan.trunk(trunk).name.clone()),
            Peer::Agent(_) | Peer::Stranger => None,
        };
        let offered = CallEvent::Offered {
            number: number.into(),
            caller: identity::caller(&self.plan, peer, request),
            trunk,
            diverted_by: diverted_by(&self.plan, peer, request),
            direction: events::Direction::In,
        };
        (id, self.record(now, What::Call(id, offered)))
    }

    /// Whether one more call from `source` may be answered, if need be in place of one that has gone
    /// too long without an ACK: else whoever forges an address could close it to its owner.
    fn make_room_for(&mut self, now: Moment, source: IpAddr) -> bool {
        if self.admission.has_room_for(source) {
            return true;
        }
        let Some(overdue) = self.admission.overdue_of(source, now) else { return false };
        self.end(now, overdue, Ending::Overdue);
        true
    }

    /// Ports and sound for a call, or why there is none.
    fn take_in(
        &mut self,
        now: Moment,
        leg: LegId,
        Caller { peer, hop, request }: Caller<'_>,
    ) -> Result<(Line, Port, Bytes), Refusal> {
        if self.door == Door::Draining {
            return Err(Refusal::Draining);
        }
        self.overload.take_one(now).map_err(Refusal::Overloaded)?;
        if self.calls_on() >= self.config.calls_max {
            return Err(Refusal::CallsMax(self.config.calls_max));
        }
        if !self.make_room_for(now, hop.peer.ip()) {
            return Err(Refusal::Unacknowledged);
        }
        let Some(pair) = self.ports.lend_pair() else {
            // Its ports are free in a moment, for whoever comes next.
            if let Some(overdue) = self.admission.overdue(now) {
                self.end(now, overdue, Ending::Overdue);
            }
            return Err(Refusal::NoPort);
        };
        let wish = self.protection_wished(peer);
        let answered = self.open_line((leg, pair.caller), hop, wish, request);
        if answered.is_err() {
            self.give_back(pair);
        }
        let (line, body) = answered.map_err(Refusal::Sound)?;
        Ok((line, pair.agent, body))
    }

    /// The line of a phone that calls us, and the session description of our 200.
    pub(crate) fn open_line(
        &mut self,
        (leg, port): (LegId, Port),
        hop: Hop,
        srtp: Srtp,
        request: &Request,
    ) -> Result<(Line, Bytes), Unusable> {
        let srtp = self.protection(hop, srtp)?;
        let codecs = self.config.codecs.clone();
        let sound = self.unsettled((port, hop), &codecs, srtp);
        let mut line = Line::new((leg, port), sound);
        let Some(offer) = sip_ua::offer_of(request) else {
            let body = line.offer();
            return Ok((line, body));
        };
        let (body, open) = line.answer(&offer, &self.own_ports)?;
        self.media(port.worker, open);
        Ok((line, body))
    }

    /// Whether the plan wants the sound of a peer's calls encrypted.
    pub(crate) fn protection_wished(&self, peer: Peer) -> Srtp {
        match peer {
            Peer::Agent(agent) => self.plan.agent(agent).srtp,
            Peer::Trunk(trunk) => self.plan.trunk(trunk).srtp,
            Peer::Stranger => Srtp::default(),
        }
    }

    /// Whether the sound of a leg over `hop` is encrypted, with fresh keys if it may be. They stand in
    /// the signalling, so that must be.
    pub(crate) fn protection(&mut self, hop: Hop, wish: Srtp) -> Result<sdp::Srtp, Unusable> {
        match (wish, hop.transport.is_secure()) {
            (Srtp::Off, _) | (Srtp::Optional, false) => Ok(sdp::Srtp::Never),
            (Srtp::Optional, true) => Ok(sdp::Srtp::Possible(self.fresh_keys())),
            (Srtp::Required, true) => Ok(sdp::Srtp::Required(self.fresh_keys())),
            (Srtp::Required, false) => Err(Unusable::Unprotected),
        }
    }

    fn fresh_keys(&mut self) -> sdp::Keys {
        let mut octets = [0; sdp::Keys::LEN];
        self.random.fill_bytes(&mut octets);
        sdp::Keys::new(octets)
    }

    pub(crate) fn give_back(&mut self, pair: PortPair) {
        self.ports.give_back(pair.caller);
        self.ports.give_back(pair.agent);
    }

    /// A visit of who has dialled a number of ours, and for whom a rule of it may hold.
    pub(crate) fn begin_visit(&self, now: Moment, number: &str, met: Option<&Met>) -> Visit {
        let local = self.plan.local(self.journal.wall(now));
        let visit = Visit::begin(Arc::clone(&self.walked), number, local)
            .expect("the number was found in this plan");
        match met.and_then(Met::goto) {
            Some(goto) => visit.by_rule(goto),
            None => visit,
        }
    }

    /// The ledger has everything up to `seq` on disk: calls whose row is among it are answered, and
    /// callers whose message is among it thanked.
    pub(crate) fn row_stored(&mut self, now: Moment, seq: u64) {
        for call in self.journal.stored(seq) {
            self.answer_call(now, call);
            self.message_stored(now, call, seq);
            self.callback_stored(now, call, seq);
            self.promise_stored(now, call, seq);
            self.attempt_stored(now, call, seq);
        }
        for (seq, ticket) in self.late_answers.stored(seq) {
            self.output(Output::Obeyed { ticket, seq, result: Ok(()) });
        }
    }

    /// Answers a call that was waiting for its row.
    pub(crate) fn answer_call(&mut self, now: Moment, id: CallId) {
        self.timers.clear(&Timer::LedgerWait(id));
        let Some(call) = self.calls.get_mut(id) else { return };
        let Stage::Recording { row, body } = &call.stage else { return };
        self.journal.forget_row(*row);
        let body = body.clone();
        let (leg, source) = (call.line.leg, call.source);
        if !self.make_room_for(now, source) {
            // A burst came in while the first of its rows were on their way to the disk.
            self.ua.reject(now, leg, StatusCode::SERVICE_UNAVAILABLE, retry_after());
            self.end(now, id, Ending::Unacknowledged);
            return;
        }
        if let Some(call) = self.calls.get_mut(id) {
            call.enter(now, Stage::Answering);
            call.from.into_iter().for_each(|agent| self.lamps.changed(now, agent));
        }
        self.admission.answered(source, now, id);
        self.ua.answer(now, leg, body);
        self.record(now, What::Call(id, CallEvent::Answered));
    }
}

/// The agent who calls one of our numbers, if it is one.
const fn agent_of(peer: Peer) -> Option<AgentId> {
    match peer {
        Peer::Agent(agent) => Some(agent),
        Peer::Trunk(_) | Peer::Stranger => None,
    }
}

/// Whom a Request-URI names.
pub(crate) fn user_of(uri: &sip_msg::Uri) -> String {
    uri.user_unescaped().map(|user| user.to_str_lossy().into_owned()).unwrap_or_default()
}
