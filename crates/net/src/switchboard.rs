//! Owns every stream connection: accepts and opens them, sorts messages onto them, sees them end.
//!
//! One task, so that the list of connections needs no lock. It never waits for a peer.

use crate::arrival::{Arrival, Deliver};
use crate::connection::{self, Context, Outcome};
use crate::meters::{connections_open, count_cut};
use bytes::Bytes;
use ids::FlowId;
use metrics::Gauge;
use sip_txn::{Hop, Transport};
use std::collections::HashMap;
use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::mpsc::{Receiver, Sender};
use tokio::task::{AbortHandle, Id, JoinError, JoinSet};

/// How long to take no connections after one could not be taken: files may have run out.
const AFTER_ERROR: Duration = Duration::from_millis(100);
/// How long peers may take to read what was sent before the server stopped.
const LINGER: Duration = Duration::from_secs(1);

/// A message that is to leave over a stream.
pub(crate) struct Order {
    pub(crate) hop: Hop,
    pub(crate) bytes: Bytes,
}

pub(crate) struct Switchboard<D> {
    context: Context<D>,
    connections: HashMap<FlowId, Connection>,
    by_peer: HashMap<SocketAddr, FlowId>,
    by_source: HashMap<IpAddr, usize>,
    tasks: JoinSet<Outcome>,
    flows: HashMap<Id, FlowId>,
    last_flow: FlowId,
    open: Gauge,
}

struct Connection {
    peer: SocketAddr,
    queue: Sender<Bytes>,
    task: AbortHandle,
}

/// Why a connection was not taken up: the name of the limit it would have passed.
struct Full(&'static str);

impl<D: Deliver> Switchboard<D> {
    /// A switchboard without connections, whose first will be named after `last_flow`.
    pub(crate) fn new(context: Context<D>, last_flow: FlowId) -> Self {
        Self {
            context,
            connections: HashMap::new(),
            by_peer: HashMap::new(),
            by_source: HashMap::new(),
            tasks: JoinSet::new(),
            flows: HashMap::new(),
            last_flow,
            open: connections_open(),
        }
    }

    /// Works until no orders can come any more, then lets the last messages leave.
    pub(crate) async fn run(mut self, listener: TcpListener, mut orders: Receiver<Order>) {
        loop {
            tokio::select! {
                order = orders.recv() => match order {
                    Some(order) => self.forward(order),
                    None => break,
                },
                accepted = accept(&listener) => self.accepted(accepted),
                Some(ended) = self.tasks.join_next_with_id() => self.ended(ended),
            }
        }
        drop(listener);
        self.connections.clear();
        let emptied = async { while self.tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(LINGER, emptied).await.is_err() {
            tracing::debug!("peers left messages unread at the end");
        }
    }

    /// Queues a message on its connection; opens one if the hop asks for it.
    fn forward(&mut self, Order { hop, bytes }: Order) {
        let flow = match hop.flow {
            Hop::NO_FLOW => match self.flow_to(hop.peer) {
                Ok(flow) => flow,
                Err(full) => return self.refuse(hop.peer, full),
            },
            flow => flow,
        };
        let Some(connection) = self.connections.get(&flow) else {
            self.context.meters.unsent.increment(1);
            return (self.context.deliver)(Arrival::FlowClosed(flow));
        };
        match connection.queue.try_send(bytes) {
            Ok(()) => {}
            // The connection has ended, and its task is about to say so.
            Err(TrySendError::Closed(_)) => self.context.meters.unsent.increment(1),
            Err(TrySendError::Full(_)) => {
                // A peer that reads nothing must not fill our memory.
                self.context.meters.unsent.increment(1);
                count_cut("write_queue_max");
                connection.task.abort();
            }
        }
    }

    /// The connection to `peer`, opened if there is none.
    fn flow_to(&mut self, peer: SocketAddr) -> Result<FlowId, Full> {
        if let Some(flow) = self.by_peer.get(&peer) {
            return Ok(*flow);
        }
        self.take_up(peer, connection::open_and_run)
    }

    fn refuse(&self, peer: SocketAddr, Full(limit): Full) {
        count_cut(limit);
        self.context.meters.unsent.increment(1);
        (self.context.deliver)(Arrival::Unreachable { peer });
    }

    fn accepted(&mut self, accepted: io::Result<(TcpStream, SocketAddr)>) {
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => return tracing::warn!(%error, "connection not accepted"),
        };
        let taken =
            self.take_up(peer, |hop, queue, context| connection::run(stream, hop, queue, context));
        if let Err(Full(limit)) = taken {
            count_cut(limit);
        }
    }

    /// Starts the task of a connection and lists it everywhere.
    fn take_up<F>(
        &mut self,
        peer: SocketAddr,
        life: impl FnOnce(Hop, connection::Queue, Context<D>) -> F,
    ) -> Result<FlowId, Full>
    where
        F: Future<Output = Outcome> + Send + 'static,
    {
        self.check_room_for(peer.ip())?;
        self.last_flow = self.last_flow.next();
        let flow = self.last_flow;
        let hop = Hop { transport: Transport::Tcp, flow, peer };
        let (queue, near_end) = connection::queue(self.context.limits.write_queue_max);
        let task = self.tasks.spawn(life(hop, near_end, self.context.clone()));
        self.flows.insert(task.id(), flow);
        self.connections.insert(flow, Connection { peer, queue, task });
        self.by_peer.insert(peer, flow);
        *self.by_source.entry(peer.ip()).or_default() += 1;
        self.open.increment(1);
        Ok(flow)
    }

    fn check_room_for(&self, source: IpAddr) -> Result<(), Full> {
        let limits = &self.context.limits;
        let of_source = self.by_source.get(&source).copied().unwrap_or_default();
        if self.connections.len() >= limits.connections_max {
            Err(Full("connections_max"))
        } else if of_source >= limits.connections_per_source_max {
            Err(Full("connections_per_source_max"))
        } else {
            Ok(())
        }
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
        (self.context.deliver)(match outcome {
            Outcome::Closed => Arrival::FlowClosed(flow),
            Outcome::NeverOpened => Arrival::Unreachable { peer },
        });
    }

    fn forget(&mut self, flow: FlowId) -> SocketAddr {
        let gone = self.connections.remove(&flow).expect("take_up listed every connection");
        if self.by_peer.get(&gone.peer) == Some(&flow) {
            self.by_peer.remove(&gone.peer);
        }
        let of_source = self.by_source.get_mut(&gone.peer.ip()).expect("take_up counted it");
        *of_source -= 1;
        if *of_source == 0 {
            self.by_source.remove(&gone.peer.ip());
        }
        self.open.decrement(1);
        gone.peer
    }
}

/// The next connection. After an error it rests, or a shortage of files would spin.
async fn accept(listener: &TcpListener) -> io::Result<(TcpStream, SocketAddr)> {
    let accepted = listener.accept().await;
    if accepted.is_err() {
        tokio::time::sleep(AFTER_ERROR).await;
    }
    accepted
}
