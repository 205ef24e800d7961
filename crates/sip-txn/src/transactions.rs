//! The layer: finds the machine a message belongs to, keeps the deadlines and the limits.

use crate::client::Client;
use crate::key::{ClientKey, MergeKey, ServerKey};
use crate::server::Server;
use crate::shares::{Shares, share_of};
use crate::stateless::Trying;
use crate::{ClientTxn, Counts, Hop, Local, Output, ServerTxn};
use bytes::Bytes;
use clock::{Deadlines, Moment};
use ids::FlowId;
use rand::RngExt;
use rand::rngs::StdRng;
use sip_msg::{Host, Message, Request, Text, Via};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::net::SocketAddr;
use std::sync::Arc;

/// What the layer is told at its start.
#[derive(Clone, Copy, Debug)]
pub struct Config {
    /// Our addresses as peers shall see them, for Via.
    pub local: Local,
    /// How many transactions may live at once. A new request over it is answered 503; one inside
    /// a dialog is let in up to twice this number, so that calls can end while others are refused.
    pub transactions_max: usize,
    /// How many of them one [source](Hop::source) may have opened, with the same rule for those
    /// inside dialogs. Whoever floods us refuses himself, and the others are served.
    pub per_source_max: usize,
}

impl Config {
    /// A layer of at most `transactions_max` transactions, an eighth of them from one source, or 64
    /// if that is more.
    #[must_use]
    pub const fn new(local: SocketAddr, transactions_max: usize) -> Self {
        Self {
            local: Local::new(local),
            transactions_max,
            per_source_max: share_of(transactions_max),
        }
    }
}

/// Either kind of transaction; orders deadlines and flows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Txn {
    Client(ClientTxn),
    Server(ServerTxn),
}

impl Txn {
    const FIRST: Self = Self::Client(ClientTxn(0));
}

/// All transactions of one user agent.
#[derive(Debug)]
pub struct Transactions {
    pub(crate) config: Config,
    pub(crate) random: StdRng,
    pub(crate) clients: BTreeMap<ClientTxn, Client>,
    pub(crate) client_keys: BTreeMap<ClientKey, ClientTxn>,
    pub(crate) servers: BTreeMap<ServerTxn, Server>,
    pub(crate) server_keys: BTreeMap<Arc<ServerKey>, ServerTxn>,
    pub(crate) merges: BTreeMap<Arc<MergeKey>, ServerTxn>,
    pub(crate) shares: Shares,
    pub(crate) deadlines: Deadlines<Txn>,
    /// Who hangs on which connection; UDP sockets are not listed, since they do not break.
    flows: BTreeSet<(FlowId, Txn)>,
    pub(crate) outputs: VecDeque<Output>,
    /// Holds what came in since the outputs were drained last.
    pub(crate) trying: VecDeque<Trying>,
    pub(crate) counts: Counts,
    pub(crate) last_client: ClientTxn,
    pub(crate) last_server: ServerTxn,
    /// The To tag of answers that leave no state behind: the same for copies of one request.
    pub(crate) stateless_tag: Text,
}

impl Transactions {
    /// A layer without transactions. `random` makes branches: seed it from the system, since they
    /// must not be guessed.
    #[must_use]
    pub fn new(config: Config, mut random: StdRng) -> Self {
        let stateless_tag = token(&mut random);
        Self {
            config,
            random,
            clients: BTreeMap::new(),
            client_keys: BTreeMap::new(),
            servers: BTreeMap::new(),
            server_keys: BTreeMap::new(),
            merges: BTreeMap::new(),
            shares: Shares::default(),
            deadlines: Deadlines::default(),
            flows: BTreeSet::new(),
            outputs: VecDeque::new(),
            trying: VecDeque::new(),
            counts: Counts::default(),
            last_client: ClientTxn(0),
            last_server: ServerTxn(0),
            stateless_tag,
        }
    }

    /// A message came in over `hop`.
    pub fn receive(&mut self, now: Moment, hop: Hop, message: Message) {
        match message {
            Message::Request(request) => self.receive_request(now, hop, request),
            Message::Response(response) => self.receive_response(now, hop, response),
        }
    }

    /// Whether a message belongs to a transaction that lives: a copy, an answer, an ACK to a refusal, or a CANCEL.
    #[must_use]
    pub fn knows(&self, message: &Message) -> bool {
        match message {
            Message::Request(request) => {
                ServerKey::of(request).is_some_and(|key| self.server_keys.contains_key(&key))
            }
            Message::Response(response) => {
                let branch = response.via.first().and_then(Via::branch);
                branch.is_some_and(|branch| {
                    self.client_keys.contains_key(&(branch, response.cseq_method.clone()))
                })
            }
        }
    }

    /// Sends an ACK to a 2xx. It has a branch of its own and no transaction (§13.2.2.4). Gives back
    /// what was sent: a copy of the 2xx wants a copy of the ACK.
    pub fn send_ack(&mut self, hop: Hop, mut ack: Request) -> Bytes {
        let via = self.new_via(hop);
        ack.via.insert(0, via);
        let bytes = ack.to_bytes();
        self.send(hop, bytes.clone());
        bytes
    }

    /// Sends bytes that an earlier call had given back.
    pub fn send(&mut self, hop: Hop, bytes: Bytes) {
        self.outputs.push_back(Output::Send { hop, bytes });
    }

    /// A connection broke. Our requests on it fail; requests that came on it have nobody left to
    /// be answered to and are forgotten, without a word.
    pub fn flow_failed(&mut self, flow: FlowId) {
        let hit: Vec<Txn> = self
            .flows
            .range((flow, Txn::FIRST)..)
            .take_while(|(of, _)| *of == flow)
            .map(|(_, txn)| *txn)
            .collect();
        for txn in hit {
            self.fail(txn);
        }
    }

    /// No connection to `peer` could be opened: our requests that wait for one fail.
    pub fn peer_unreachable(&mut self, peer: SocketAddr) {
        let waiting = self
            .flows
            .range((Hop::NO_FLOW, Txn::FIRST)..)
            .take_while(|(of, _)| *of == Hop::NO_FLOW);
        let hit: Vec<Txn> = waiting
            .map(|(_, txn)| *txn)
            .filter(|txn| self.hop_of(*txn).is_some_and(|hop| hop.peer == peer))
            .collect();
        for txn in hit {
            self.fail(txn);
        }
    }

    fn fail(&mut self, txn: Txn) {
        match txn {
            Txn::Client(txn) => self.fail_client(txn),
            Txn::Server(txn) => self.forget_server(txn),
        }
    }

    fn hop_of(&self, txn: Txn) -> Option<Hop> {
        match txn {
            Txn::Client(txn) => self.clients.get(&txn).map(|client| client.hop),
            Txn::Server(txn) => self.servers.get(&txn).map(|server| server.hop),
        }
    }

    /// The time has come to `now`: copies are sent, patience ends.
    pub fn handle_timeout(&mut self, now: Moment) {
        while let Some(txn) = self.deadlines.pop_due(now) {
            match txn {
                Txn::Client(txn) => self.client_due(now, txn),
                Txn::Server(txn) => self.server_due(now, txn),
            }
        }
    }

    /// When [`handle_timeout`](Self::handle_timeout) is wanted next.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Moment> {
        self.deadlines.next()
    }

    /// What to do next, or what happened next.
    #[must_use]
    pub fn poll_output(&mut self) -> Option<Output> {
        self.poll_but_trying().or_else(|| self.poll_trying())
    }

    /// How many transactions live.
    #[must_use]
    pub fn len(&self) -> usize {
        self.clients.len() + self.servers.len()
    }

    /// Whether none lives.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How often the layer had to say no, or nothing.
    #[must_use]
    pub const fn counts(&self) -> Counts {
        self.counts
    }

    /// A fresh word that cannot be guessed, for tags and Call-IDs too.
    #[must_use]
    pub fn new_token(&mut self) -> Text {
        token(&mut self.random)
    }

    /// Our Via, with a fresh branch, asking for the answer at the source port (RFC 3581).
    pub(crate) fn new_via(&mut self, hop: Hop) -> Via {
        let branch = format!("{}{:016x}", crate::key::MAGIC_COOKIE, self.random.random::<u64>());
        let local = self.config.local.at(hop);
        let host = Host::from(local.ip());
        Via::new(hop.transport.via_name(), host, Some(local.port()), branch.into())
            .with_param("rport", None)
    }

    /// Whether a Via is one that we write, or wrote, on requests of this way.
    pub(crate) fn is_ours(&self, hop: Hop, via: &Via) -> bool {
        let branch = via.branch().unwrap_or_default();
        let is_of_today = branch.as_bytes().starts_with(crate::key::MAGIC_COOKIE.as_bytes());
        let local = self.config.local.at(hop);
        let is_here = via.host() == Host::from(local.ip()) && via.port() == Some(local.port());
        is_of_today && is_here
    }

    pub(crate) fn join_flow(&mut self, hop: Hop, txn: Txn) {
        if hop.transport.is_reliable() {
            self.flows.insert((hop.flow, txn));
        }
    }

    pub(crate) fn leave_flow(&mut self, hop: Hop, txn: Txn) {
        self.flows.remove(&(hop.flow, txn));
    }

    /// Sets or clears the deadline of one machine.
    pub(crate) fn wake(&mut self, txn: Txn, at: Option<Moment>) {
        match at {
            Some(at) => self.deadlines.set(txn, at),
            None => {
                self.deadlines.clear(&txn);
            }
        }
    }

    pub(crate) fn assert_invariants(&self) {
        debug_assert_eq!(self.clients.len(), self.client_keys.len());
        debug_assert_eq!(self.servers.len(), self.server_keys.len());
        debug_assert!(self.merges.len() <= self.servers.len());
        // Where there are many, adding them up after each message would take too long.
        debug_assert!(self.servers.len() > 64 || self.shares.total() == self.servers.len());
        debug_assert!(self.flows.len() <= self.len());
        debug_assert!(self.deadlines.len() <= self.len());
    }
}

/// 64 random bits: tags need 32 (§19.3).
fn token(random: &mut StdRng) -> Text {
    Text::from(format!("{:016x}", random.random::<u64>()))
}
