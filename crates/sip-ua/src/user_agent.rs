//! The user agent's face: what it holds, how time and messages reach it.

use crate::credentials::Provable;
use crate::leg::{Leg, LegKey, State};
use crate::purpose::Purpose;
use crate::refer::{ReferralId, Referred};
use crate::stray::Strays;
use crate::{ClientTxn, Config, Event, Hop, Output, ServerTxn, screen};
use clock::{Deadlines, Moment};
use ids::{FlowId, LegId};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use sip_msg::{Message, Method, Name, Request, Response, Text};
use sip_txn::{Counts, Transactions};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::net::SocketAddr;

/// A SIP user agent: client and server at once.
#[derive(Debug)]
pub struct UserAgent {
    pub(crate) config: Config,
    pub(crate) transactions: Transactions,
    pub(crate) random: StdRng,
    pub(crate) legs: BTreeMap<LegId, Leg>,
    pub(crate) keys: BTreeMap<LegKey, LegId>,
    /// INVITEs of peers that wait for our final answer.
    pub(crate) invites: BTreeMap<ServerTxn, LegId>,
    /// What each request of ours is for.
    pub(crate) purposes: BTreeMap<ClientTxn, Purpose>,
    /// Legs by connection; UDP sockets are not listed, since they do not break.
    flows: BTreeSet<(FlowId, LegId)>,
    /// What legs of ours can prove.
    pub(crate) provable: BTreeMap<LegId, Provable>,
    /// What peers have referred us to, and are told of.
    pub(crate) referrals: BTreeMap<ReferralId, Referred>,
    /// Answers to INVITEs that are none of ours any more.
    pub(crate) strays: Strays,
    pub(crate) deadlines: Deadlines<Timer>,
    outputs: VecDeque<Output>,
    next_leg: LegId,
}

/// What a deadline is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Timer {
    /// The 2xx of this leg wants to be sent again, or was never acknowledged.
    Unacked(LegId),
    /// A provisional answer wants to be sent again, or was never acknowledged.
    Unpracked(LegId),
    /// Nobody has answered our INVITE for too long, or our caller is to hear that it still rings.
    Ringing(LegId),
    /// The queued offer of this leg may go out.
    Offer(LegId),
    /// The leg is to be refreshed, or its session ends.
    Session(LegId),
    /// The peer has not said that it is still there.
    Probe(LegId),
    /// Whoever referred us here has been told of it for long enough.
    Report(ReferralId),
    /// No more copies of the 2xx to this INVITE will come.
    Forget(ClientTxn),
}

impl UserAgent {
    /// A user agent without legs. `random` makes tags, branches and Call-IDs: seed it from the
    /// system, since they must not be guessed.
    #[must_use]
    pub fn new(config: Config, mut random: StdRng) -> Self {
        let plain = config.local.plain();
        let usual = sip_txn::Config::new(plain, config.transactions_max);
        let per_source_max = config.transactions_per_source_max.unwrap_or(usual.per_source_max);
        let txn_config = sip_txn::Config { local: config.local, per_source_max, ..usual };
        let transactions = Transactions::new(txn_config, StdRng::from_rng(&mut random));
        let next_leg = config.first_leg;
        Self {
            config,
            transactions,
            random,
            legs: BTreeMap::new(),
            keys: BTreeMap::new(),
            invites: BTreeMap::new(),
            purposes: BTreeMap::new(),
            flows: BTreeSet::new(),
            provable: BTreeMap::new(),
            referrals: BTreeMap::new(),
            strays: Strays::default(),
            deadlines: Deadlines::default(),
            outputs: VecDeque::new(),
            next_leg,
        }
    }

    /// A message came in over `hop`.
    pub fn receive(&mut self, now: Moment, hop: Hop, message: Message) {
        self.transactions.receive(now, hop, message);
        self.settle(now);
    }

    /// Whether a message belongs to a leg or a transaction that lives. One that belongs to none begins something, or is a mistake.
    #[must_use]
    pub fn knows(&self, message: &Message) -> bool {
        let is_of_leg = match message {
            Message::Request(request) => self.leg_of(request).is_some(),
            Message::Response(response) => {
                response.from.tag().is_some_and(|ours| self.is_leg(&response.call_id, ours))
            }
        };
        is_of_leg || self.transactions.knows(message)
    }

    fn is_leg(&self, call_id: &Text, our_tag: Text) -> bool {
        self.keys.contains_key(&(call_id.clone(), our_tag))
    }

    /// Answers a request that was never received, and that we [know](Self::knows) nothing of, with 503.
    pub fn refuse_unheard(&mut self, now: Moment, hop: Hop, request: &Request) {
        self.transactions.refuse_unheard(hop, request);
        self.settle(now);
    }

    /// Whether any leg lives on this connection.
    #[must_use]
    pub fn has_legs_on(&self, flow: FlowId) -> bool {
        let mut on_it = self.flows.range((flow, LegId(0))..=(flow, LegId(u64::MAX)));
        on_it.next().is_some()
    }

    /// A connection broke. Legs on it are gone.
    pub fn flow_failed(&mut self, now: Moment, flow: FlowId) {
        self.transactions.flow_failed(flow);
        self.settle(now);
        let first = (flow, LegId(0));
        let hit: Vec<LegId> = self
            .flows
            .range(first..)
            .take_while(|(of, _)| *of == flow)
            .map(|(_, leg)| *leg)
            .collect();
        for leg in hit {
            self.lose_leg(now, leg);
        }
        self.settle(now);
    }

    /// No connection to `peer` could be opened: requests that wait for one fail.
    pub fn peer_unreachable(&mut self, now: Moment, peer: SocketAddr) {
        self.transactions.peer_unreachable(peer);
        self.settle(now);
    }

    /// Sends a request outside all legs (REGISTER, OPTIONS, …). Our name and, where they are
    /// missing, a From tag and a Call-ID are added.
    pub fn request(&mut self, now: Moment, hop: Hop, mut request: Request) -> ClientTxn {
        if request.from.tag().is_none() {
            request.from.set_tag(self.new_tag());
        }
        if request.call_id.is_empty() {
            request.call_id = self.new_tag();
        }
        request.headers.set(Name::UserAgent, self.config.user_agent.clone());
        let txn = self.transactions.send_request(now, hop, request);
        self.purposes.insert(txn, Purpose::Outside);
        self.settle(now);
        txn
    }

    /// Answers [`Event::Request`]. A To tag, if it is missing, and our name are added.
    pub fn reply(&mut self, now: Moment, txn: ServerTxn, response: Response) {
        self.respond(now, txn, response);
        self.settle(now);
    }

    /// The time has come to `now`: copies are sent, patience ends.
    pub fn handle_timeout(&mut self, now: Moment) {
        self.transactions.handle_timeout(now);
        self.settle(now);
        while let Some(timer) = self.deadlines.pop_due(now) {
            match timer {
                Timer::Unacked(leg) => self.unacked_due(now, leg),
                Timer::Unpracked(leg) => self.unpracked_due(now, leg),
                Timer::Ringing(leg) => self.ringing_due(now, leg),
                Timer::Offer(leg) => self.go_on(now, leg),
                Timer::Session(leg) => self.session_due(now, leg),
                Timer::Probe(leg) => self.probe_due(now, leg),
                Timer::Report(referral) => self.reports_due(now, referral),
                Timer::Forget(txn) => {
                    self.purposes.remove(&txn);
                }
            }
            self.settle(now);
        }
    }

    /// When [`handle_timeout`](Self::handle_timeout) is wanted next.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Moment> {
        match (self.transactions.poll_timeout(), self.deadlines.next()) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        }
    }

    /// What to do next, or what happened next.
    #[must_use]
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front().or_else(|| self.poll_trying())
    }

    /// Our Contact with this user, as a peer on `transport` shall see it.
    #[must_use]
    pub fn contact(&self, user: Text, hop: Hop) -> Text {
        crate::way::contact(user, &self.config.local, hop)
    }

    /// A fresh word that cannot be guessed: a tag, or a Call-ID.
    #[must_use]
    pub fn new_tag(&mut self) -> Text {
        self.transactions.new_token()
    }

    /// How many legs live, those being taken down included.
    #[must_use]
    pub fn legs_len(&self) -> usize {
        self.legs.len()
    }

    /// How many transactions live.
    #[must_use]
    pub fn transactions_len(&self) -> usize {
        self.transactions.len()
    }

    /// How often the transaction layer had to say no, or nothing.
    #[must_use]
    pub const fn counts(&self) -> Counts {
        self.transactions.counts()
    }

    /// Hands what the transactions say to whom it concerns, until they are silent.
    pub(crate) fn settle(&mut self, now: Moment) {
        while let Some(output) = self.transactions.poll_but_trying() {
            match output {
                sip_txn::Output::Send { hop, bytes } => {
                    self.outputs.push_back(Output::Send { hop, bytes })
                }
                sip_txn::Output::Request { txn, hop, request } => {
                    self.hear_request(now, txn, hop, request)
                }
                sip_txn::Output::Ack { request, .. } => self.hear_ack(now, &request),
                sip_txn::Output::Cancel { invite } => self.hear_cancel(now, invite),
                sip_txn::Output::Response { txn, hop, response } => {
                    self.hear_response(now, txn, hop, response)
                }
                sip_txn::Output::StrayAnswer { hop, response } => {
                    self.hear_stray(hop, response);
                }
                sip_txn::Output::TimedOut { txn } => {
                    self.hear_failure(now, txn, crate::Unreachable::TimedOut)
                }
                sip_txn::Output::Unsendable { txn } => {
                    self.hear_failure(now, txn, crate::Unreachable::Transport)
                }
                // A refusal has ended its leg already, whether it was acknowledged or not.
                sip_txn::Output::AckMissing { .. } => {}
            }
        }
        self.assert_invariants();
    }

    fn hear_request(&mut self, now: Moment, txn: ServerTxn, hop: Hop, request: Box<Request>) {
        if let Some(leg) = self.leg_of(&request) {
            return self.hear_inside(now, leg, txn, hop, request);
        }
        if let Err(refusal) = screen::outside(&request, &self.config) {
            return self.respond_and_forget(now, txn, *refusal);
        }
        // RFC 6665: the dialogs of subscriptions are kept by whoever has them, not here.
        let is_of_subscription = matches!(request.method, Method::Subscribe | Method::Notify);
        if request.to.tag().is_some() && !is_of_subscription {
            // §12.2.2: it means a dialog that we do not, or no longer, have.
            let response = request.reply(sip_msg::StatusCode::CALL_DOES_NOT_EXIST);
            return self.respond_and_forget(now, txn, response);
        }
        if request.method == Method::Invite {
            self.hear_invite(now, txn, hop, request);
        } else {
            self.tell(Event::Request { txn, hop, request });
        }
    }

    /// The leg that a peer's request is inside of: its To tag is ours, and its From tag the peer's.
    pub(crate) fn leg_of(&self, request: &Request) -> Option<LegId> {
        let from_tag = request.from.tag().unwrap_or_default();
        self.leg_named(&request.call_id, &request.to.tag()?, &from_tag)
    }

    /// The leg whose dialog has this Call-ID, our tag and the peer's.
    pub(crate) fn leg_named(
        &self,
        call_id: &Text,
        our_tag: &Text,
        from_tag: &Text,
    ) -> Option<LegId> {
        let leg = *self.keys.get(&(call_id.clone(), our_tag.clone()))?;
        let is_known = match &self.legs.get(&leg)?.state {
            State::Ringing(ringing) => *from_tag == ringing.request.from.tag().unwrap_or_default(),
            State::Talking(talking) => *from_tag == talking.dialog.id.remote_tag,
            State::Leaving(id) => *from_tag == id.remote_tag,
            // Whoever knows our tag has heard our INVITE; which of its branches it is shows later.
            State::Calling(_) => true,
        };
        is_known.then_some(leg)
    }

    /// Sends a response of ours, with what every one has.
    pub(crate) fn respond(&mut self, now: Moment, txn: ServerTxn, mut response: Response) {
        if response.to.tag().is_none() && response.status.code() > 100 {
            response.to.set_tag(self.new_tag());
        }
        response.headers.set(Name::Server, self.config.user_agent.clone());
        self.identify_response(&mut response);
        self.transactions.reply(now, txn, response);
    }

    /// Sends a request of a leg.
    pub(crate) fn send_request(
        &mut self,
        now: Moment,
        hop: Hop,
        mut request: Request,
    ) -> ClientTxn {
        self.identify_request(&mut request);
        self.transactions.send_request(now, hop, request)
    }

    /// Sends the ACK to a 2xx, and gives back what was sent.
    pub(crate) fn send_ack(&mut self, hop: Hop, mut ack: Request) -> bytes::Bytes {
        self.identify_request(&mut ack);
        self.transactions.send_ack(hop, ack)
    }

    pub(crate) fn tell(&mut self, event: Event) {
        self.outputs.push_back(Output::Event(event));
    }

    pub(crate) fn new_leg_id(&mut self) -> LegId {
        let leg = self.next_leg;
        self.next_leg = leg.next();
        leg
    }

    pub(crate) fn insert_leg(&mut self, id: LegId, leg: Leg) {
        self.keys.insert(leg.key.clone(), id);
        self.join_flow(id, leg.hop);
        self.legs.insert(id, leg);
    }

    pub(crate) fn join_flow(&mut self, id: LegId, hop: Hop) {
        if hop.transport.is_reliable() {
            self.flows.insert((hop.flow, id));
        }
    }

    /// The hop that the peer was heard from last is the one that the leg lives on: it may have
    /// opened a new connection, or its NAT a new port. Not to where a datagram says to be from,
    /// though, before an ACK has shown that the peer hears us where it called from.
    pub(crate) fn follow_flow(&mut self, id: LegId, hop: Hop) {
        let Some(leg) = self.legs.get_mut(&id) else { return };
        if leg.state.is_unproved() && !hop.transport.is_reliable() {
            return;
        }
        let old = std::mem::replace(&mut leg.hop, hop);
        self.flows.remove(&(old.flow, id));
        self.join_flow(id, hop);
    }

    /// Takes a leg away with all that points to it.
    pub(crate) fn remove_leg(&mut self, id: LegId) -> Option<Leg> {
        let leg = self.legs.remove(&id)?;
        if self.keys.get(&leg.key) == Some(&id) {
            self.keys.remove(&leg.key);
        }
        self.flows.remove(&(leg.hop.flow, id));
        self.provable.remove(&id);
        self.deadlines.clear(&Timer::Unacked(id));
        self.deadlines.clear(&Timer::Unpracked(id));
        self.deadlines.clear(&Timer::Ringing(id));
        self.deadlines.clear(&Timer::Offer(id));
        self.deadlines.clear(&Timer::Session(id));
        Some(leg)
    }

    pub(crate) fn random_millis(
        &mut self,
        range: std::ops::RangeInclusive<u64>,
    ) -> clock::Duration {
        clock::Duration::from_millis(self.random.random_range(range))
    }

    fn assert_invariants(&self) {
        debug_assert!(self.keys.len() <= self.legs.len());
        debug_assert!(self.flows.len() <= self.legs.len());
        debug_assert!(self.provable.keys().all(|leg| self.legs.contains_key(leg)));
        debug_assert!(self.referrals.len() <= self.config.legs_max);
        debug_assert!(self.invites.values().all(|leg| self.legs.contains_key(leg)));
    }
}
