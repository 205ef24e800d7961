//! Owns every stream connection: accepts and opens them, sorts messages onto them, sees them end.
//!
//! One task, so that the list of connections needs no lock. It never waits for a peer.

use crate::arrival::{Arrival, Deliver};
use crate::connection::{self, Context, Opened, Opening, OurEnd, Outcome};
use crate::handshakes::Handshakes;
use crate::meters::{Meters, connections_open, count_cut};
use crate::names::Names;
use crate::{Door, Limits, Tls};
use bytes::Bytes;
use clock::Moment;
use ids::FlowId;
use metrics::Gauge;
use sip_txn::{Hop, Local, Rates, Transport};
use std::collections::HashMap;
use std::future::{Future, poll_fn};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::mpsc::{Receiver, Sender};
use tokio::task::{AbortHandle, Id, JoinError, JoinSet};

/// How long to take no connections after one could not be taken: files may have run out.
const AFTER_ERROR: Duration = Duration::from_millis(100);
/// How long peers may take to read what was sent before the server stopped.
const LINGER: Duration = Duration::from_secs(1);

/// What the switchboard is told to do.
pub(crate) enum Order {
    /// Send a message over a stream.
    Send(Hop, Bytes),
    /// Close a connection that nobody needs.
    Close(FlowId),
}

pub(crate) struct Switchboard<D> {
    limits: Limits,
    deliver: D,
    kinds: Kinds,
    /// What we speak TLS with to peers that we connect to, where there is a certificate.
    tls: Option<Arc<Tls>>,
    /// What peers must prove over TLS.
    names: Names,
    handshakes: Handshakes,
    connections: HashMap<FlowId, Connection>,
    by_peer: HashMap<(Transport, SocketAddr), FlowId>,
    by_source: HashMap<IpAddr, usize>,
    /// How many of each source were taken up of late.
    rates: Rates,
    began: Instant,
    tasks: JoinSet<Outcome>,
    flows: HashMap<Id, FlowId>,
    /// Our addresses, in the order in which flows count them.
    ours: Local,
    /// How many connections there have been.
    taken_up: u64,
}

/// What is counted of one kind of connection.
struct Kind {
    meters: Meters,
    open: Gauge,
}

impl Kind {
    fn new(transport: &'static str) -> Self {
        Self { meters: Meters::new(transport), open: connections_open(transport) }
    }
}

/// What is counted of each kind.
struct Kinds {
    tcp: Kind,
    tls: Kind,
    ws: Kind,
    wss: Kind,
}

impl Kinds {
    fn new() -> Self {
        let [tcp, tls, ws, wss] = ["tcp", "tls", "ws", "wss"].map(Kind::new);
        Self { tcp, tls, ws, wss }
    }

    const fn of(&self, transport: Transport) -> &Kind {
        match transport {
            // Datagrams never come here.
            Transport::Udp | Transport::Tcp => &self.tcp,
            Transport::Tls => &self.tls,
            Transport::Ws => &self.ws,
            Transport::Wss => &self.wss,
        }
    }
}

/// Where connections are taken up, and what is spoken there.
pub(crate) struct Entrance {
    pub(crate) listener: TcpListener,
    pub(crate) door: Door,
}

struct Connection {
    transport: Transport,
    peer: SocketAddr,
    queue: Sender<Bytes>,
    task: AbortHandle,
}

/// Why a connection was not taken up: the name of the limit it would have passed.
struct Full(&'static str);

impl<D: Deliver> Switchboard<D> {
    /// A switchboard without connections, for peers who come in at these addresses.
    pub(crate) fn new(
        limits: Limits,
        deliver: D,
        (tls, names): (Option<Arc<Tls>>, Names),
        ours: Local,
    ) -> Self {
        Self {
            rates: Rates::new(limits.connections_per_source_per_second_max),
            began: Instant::now(),
            limits,
            deliver,
            kinds: Kinds::new(),
            tls,
            names,
            handshakes: Handshakes::default(),
            connections: HashMap::new(),
            by_peer: HashMap::new(),
            by_source: HashMap::new(),
            tasks: JoinSet::new(),
            flows: HashMap::new(),
            ours,
            taken_up: 0,
        }
    }

    /// Works until no orders can come any more, then lets the last messages leave.
    pub(crate) async fn run(mut self, entrances: Vec<Entrance>, mut orders: Receiver<Order>) {
        loop {
            tokio::select! {
                order = orders.recv() => match order {
                    Some(Order::Send(hop, bytes)) => self.forward(hop, bytes),
                    Some(Order::Close(flow)) => self.close(flow),
                    None => break,
                },
                (door, accepted) = accept(&entrances) => self.accepted(door, accepted),
                Some(ended) = self.tasks.join_next_with_id() => self.ended(ended),
            }
        }
        drop(entrances);
        self.connections.clear();
        let emptied = async { while self.tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(LINGER, emptied).await.is_err() {
            tracing::debug!("peers left messages unread at the end");
        }
    }

    /// Queues a message on its connection; opens one if the hop asks for it.
    fn forward(&mut self, hop: Hop, bytes: Bytes) {
        let flow = match hop.flow {
            Hop::NO_FLOW => match self.flow_to(hop) {
                Ok(flow) => flow,
                Err(full) => return self.refuse(hop, full),
            },
            flow => flow,
        };
        let Some(connection) = self.connections.get(&flow) else {
            self.kind(hop.transport).meters.unsent.increment(1);
            return (self.deliver)(Arrival::FlowClosed(flow));
        };
        match connection.queue.try_send(bytes) {
            Ok(()) => {}
            // The connection has ended, and its task is about to say so.
            Err(TrySendError::Closed(_)) => self.kind(hop.transport).meters.unsent.increment(1),
            Err(TrySendError::Full(_)) => {
                // A peer that reads nothing must not fill our memory.
                self.kind(hop.transport).meters.unsent.increment(1);
                count_cut("write_queue_max");
                connection.task.abort();
            }
        }
    }

    /// Ends a connection that nobody needs, if it is still there.
    fn close(&self, flow: FlowId) {
        if let Some(connection) = self.connections.get(&flow) {
            count_cut("unused_max");
            connection.task.abort();
        }
    }

    /// The connection to the hop's peer, opened if there is none.
    fn flow_to(&mut self, hop: Hop) -> Result<FlowId, Full> {
        if let Some(flow) = self.by_peer.get(&(hop.transport, hop.peer)) {
            return Ok(*flow);
        }
        let opening = self.opening(hop)?;
        let (our_end, entrance) = (self.our_end(hop), self.ours.place(hop));
        self.take_up(hop, (Opened::ByUs, entrance), |hop, queue, context| {
            connection::open(hop, (our_end, opening), queue, context)
        })
    }

    /// Where a connection to the hop's peer begins. Of several addresses for UDP and TCP it is the one
    /// that the peer is told, as with datagrams: the others may be of networks that it does not reach.
    fn our_end(&self, hop: Hop) -> OurEnd {
        let own = self.ours.at(hop).ip();
        let speaks = |address: &SocketAddr| address.is_ipv4() == hop.peer.is_ipv4();
        let theirs = || self.ours.listeners().filter(speaks).map(|address| address.ip());
        let is_one = !own.is_unspecified() && theirs().any(|ip| ip == own);
        if is_one && theirs().any(|ip| ip != own) { OurEnd::At(own) } else { OurEnd::Any }
    }

    /// How a connection to the hop's peer is begun, if it can be.
    fn opening(&self, hop: Hop) -> Result<Opening, Full> {
        match hop.transport {
            Transport::Udp | Transport::Tcp => Ok(Opening::Plain),
            Transport::Tls => {
                let tls = self.tls.as_ref().ok_or(Full("tls_missing"))?;
                Ok(Opening::Tls(tls.connector(), self.names.of(hop.peer)))
            }
            // RFC 7118 §5: pages connect to us and cannot be connected to; where they say that they
            // are is a name that means nothing.
            Transport::Ws | Transport::Wss => Err(Full("ws_only_accepted")),
        }
    }

    fn refuse(&self, hop: Hop, Full(limit): Full) {
        count_cut(limit);
        self.kind(hop.transport).meters.unsent.increment(1);
        (self.deliver)(Arrival::Unreachable { peer: hop.peer });
    }

    fn accepted(
        &mut self,
        (door, entrance): (&Door, usize),
        accepted: io::Result<(TcpStream, SocketAddr)>,
    ) {
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => return tracing::warn!(%error, "connection not accepted"),
        };
        let welcome = door.welcome();
        let hop = Hop { transport: door.transport(), flow: Hop::NO_FLOW, peer };
        let taken = self.check_rate_of(hop.source()).and_then(|()| {
            self.take_up(hop, (Opened::ByPeer, entrance), |hop, queue, context| {
                connection::accepted(stream, welcome, hop, queue, context)
            })
        });
        if let Err(Full(limit)) = taken {
            count_cut(limit);
        }
    }

    /// Starts the task of a connection and lists it everywhere.
    fn take_up<F>(
        &mut self,
        hop: Hop,
        (opened, entrance): (Opened, usize),
        life: impl FnOnce(Hop, connection::Queue, Context<D>) -> F,
    ) -> Result<FlowId, Full>
    where
        F: Future<Output = Outcome> + Send + 'static,
    {
        let Hop { transport, peer, .. } = hop;
        self.check_room_for(hop.source())?;
        self.taken_up += 1;
        let flow = self.flow(entrance);
        let (queue, near_end) = connection::queue(self.limits.write_queue_max);
        let task =
            self.tasks.spawn(life(Hop { flow, ..hop }, near_end, self.context(transport, opened)));
        self.flows.insert(task.id(), flow);
        self.connections.insert(flow, Connection { transport, peer, queue, task });
        self.by_peer.insert((transport, peer), flow);
        *self.by_source.entry(hop.source()).or_default() += 1;
        self.kind(transport).open.increment(1);
        Ok(flow)
    }

    /// The next flow of this entrance, as [`Hop::entrance`] knows it.
    fn flow(&self, entrance: usize) -> FlowId {
        let (entrance, step) = (entrance as u64, self.ours.count() as u64);
        FlowId(1 + entrance + step * self.taken_up)
    }

    fn context(&self, transport: Transport, opened: Opened) -> Context<D> {
        Context {
            limits: self.limits.clone(),
            meters: self.kind(transport).meters.clone(),
            deliver: self.deliver.clone(),
            opened,
            handshakes: self.handshakes.clone(),
        }
    }

    const fn kind(&self, transport: Transport) -> &Kind {
        self.kinds.of(transport)
    }

    fn check_room_for(&self, source: IpAddr) -> Result<(), Full> {
        let of_source = self.by_source.get(&source).copied().unwrap_or_default();
        if self.connections.len() >= self.limits.connections_max {
            Err(Full("connections_max"))
        } else if of_source >= self.limits.connections_per_source_max {
            Err(Full("connections_per_source_max"))
        } else {
            Ok(())
        }
    }

    /// A connection costs more than a message, its end included; so a source that opens and closes them all the time is not let in so often.
    fn check_rate_of(&mut self, source: IpAddr) -> Result<(), Full> {
        let now = Moment::ZERO + self.began.elapsed();
        let is_within = self.rates.take_one(now, source);
        is_within.then_some(()).ok_or(Full("connections_per_source_per_second_max"))
    }

    /// A connection's task is over: by itself, cut off, or by a bug in it.
    fn ended(&mut self, ended: Result<(Id, Outcome), JoinError>) {
        let (task, outcome) = match ended {
            Ok(ended) => ended,
            Err(error) => {
                if error.is_panic() {
                    tracing::error!(%error, "a connection broke down");
                }
                (error.id(), Outcome::Closed)
            }
        };
        let flow = self.flows.remove(&task).expect("take_up listed every task it started");
        let peer = self.forget(flow);
        (self.deliver)(match outcome {
            Outcome::Closed => Arrival::FlowClosed(flow),
            Outcome::NeverOpened => Arrival::Unreachable { peer },
        });
    }

    fn forget(&mut self, flow: FlowId) -> SocketAddr {
        let gone = self.connections.remove(&flow).expect("take_up listed every connection");
        let way = (gone.transport, gone.peer);
        if self.by_peer.get(&way) == Some(&flow) {
            self.by_peer.remove(&way);
        }
        let hop = Hop { transport: gone.transport, flow, peer: gone.peer };
        let of_source = self.by_source.get_mut(&hop.source()).expect("take_up counted it");
        *of_source -= 1;
        if *of_source == 0 {
            self.by_source.remove(&hop.source());
        }
        self.kind(gone.transport).open.decrement(1);
        gone.peer
    }
}

/// The next connection at any entrance. After an error it rests, or a shortage of files would spin.
async fn accept(entrances: &[Entrance]) -> ((&Door, usize), io::Result<(TcpStream, SocketAddr)>) {
    let next = poll_fn(|context| {
        for (at, Entrance { listener, door }) in entrances.iter().enumerate() {
            if let Poll::Ready(accepted) = listener.poll_accept(context) {
                return Poll::Ready(((door, at), accepted));
            }
        }
        Poll::Pending
    });
    let (door, accepted) = next.await;
    if accepted.is_err() {
        tokio::time::sleep(AFTER_ERROR).await;
    }
    (door, accepted)
}
