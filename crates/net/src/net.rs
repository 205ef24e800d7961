//! The sockets of one address, as the engine's thread sees them.

use crate::arrival::Arrival;
use crate::meters::Meters;
use crate::names::Names;
use crate::receiver::Receiver;
use crate::switchboard::{Entrance, Order, Switchboard};
use crate::{Door, Limits, Tls, udp};
use bytes::Bytes;
use ids::FlowId;
use sip_txn::{DOORS_MAX, Hop, LISTENERS_MAX, Local, Rates, Transport};
use socket2::{Domain, Protocol, Socket, Type};
use std::fmt;
use std::io;
use std::net::{SocketAddr, TcpListener, UdpSocket};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener as AsyncListener;
use tokio::sync::mpsc::{Sender, channel};
use tokio::task::JoinHandle;

/// The flow of the datagrams of the first listener; those of others count on from it.
pub const UDP_FLOW: FlowId = FlowId(1);

/// How often a free port is sought that is free for both transports.
const PORT_TRIES_MAX: usize = 16;
/// How long [`Net::close`] waits for peers to read what was sent to them last.
const CLOSE_MAX: Duration = Duration::from_secs(2);

/// Where to listen.
#[derive(Debug)]
pub struct Listening {
    /// For UDP and TCP. With port 0 any port is taken that is free for both.
    pub plain: SocketAddr,
    /// Further addresses for UDP and TCP: [`LISTENERS_MAX`] with the first.
    pub more: Vec<Listener>,
    /// Other addresses for connections, which [`listen`] has bound, and what is spoken there;
    /// [`DOORS_MAX`] of them. Peers are connected to with the TLS of the first [`Door::Tls`].
    pub doors: Vec<(TcpListener, Door)>,
}

/// One address, bound for UDP and TCP.
#[derive(Debug)]
pub struct Listener {
    udp: UdpSocket,
    tcp: TcpListener,
}

impl Listener {
    /// Binds it. With port 0 any port is taken that is free for both.
    ///
    /// # Errors
    /// If the address cannot be bound, as the kernel says it.
    pub fn bind(address: SocketAddr, limits: &Limits) -> io::Result<Self> {
        let (udp, tcp) = bind_both(address, limits)?;
        Ok(Self { udp, tcp })
    }

    /// The same once more, for one who may have to try again.
    ///
    /// # Errors
    /// If there are no descriptors left.
    pub fn try_clone(&self) -> io::Result<Self> {
        Ok(Self { udp: self.udp.try_clone()?, tcp: self.tcp.try_clone()? })
    }
}

impl From<SocketAddr> for Listening {
    fn from(plain: SocketAddr) -> Self {
        Self { plain, more: Vec::new(), doors: Vec::new() }
    }
}

/// The addresses for SIP. Dropping it closes everything at once.
pub struct Net {
    /// Our addresses, as they are bound.
    ours: Local,
    /// The sockets for datagrams, by the place of their entrance.
    udp: Vec<UdpSocket>,
    udp_meters: Meters,
    tcp_meters: Meters,
    orders: Sender<Order>,
    names: Names,
    receiver: Receiver,
    switching: Task,
    /// They look for new certificates.
    renewing: Vec<Task>,
}

/// A task that ends with its owner.
struct Task(JoinHandle<()>);

impl Drop for Task {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Net {
    /// Binds all addresses and starts to receive. Must be called inside a Tokio runtime.
    ///
    /// `deliver` is called from the thread that receives datagrams and from the tasks of connections; it must not block.
    ///
    /// # Errors
    /// If an address cannot be bound or received from, as the kernel says it; or if there are too many.
    pub fn bind<D>(listening: impl Into<Listening>, limits: Limits, deliver: D) -> io::Result<Self>
    where
        D: Fn(Arrival) + Send + Sync + Clone + 'static,
    {
        let Listening { plain, more, doors } = listening.into();
        if more.len() >= LISTENERS_MAX || doors.len() > DOORS_MAX {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "too many addresses"));
        }
        let mut listeners = vec![Listener::bind(plain, &limits)?];
        listeners.extend(more);
        let ours = addresses(&listeners, &doors)?;
        let renewing = certificates(&doors).map(renew).collect();
        let tls = doors.iter().find_map(|(_, door)| match door {
            Door::Tls(tls) => Some(Arc::clone(tls)),
            Door::Tcp | Door::Ws(_) | Door::Wss(..) => None,
        });
        let (udp_meters, tcp_meters) = (Meters::new("udp"), Meters::new("tcp"));
        let (mut udp, mut datagrams, mut entrances) = (Vec::new(), Vec::new(), Vec::new());
        for (listener, flow) in listeners.into_iter().zip(1..) {
            datagrams.push((listener.udp.try_clone()?, FlowId(flow)));
            udp.push(listener.udp);
            entrances.push(entrance(listener.tcp, Door::Tcp)?);
        }
        for (listener, door) in doors {
            entrances.push(entrance(listener, door)?);
        }
        let rates = Rates::new(limits.datagrams_per_source_per_second_max);
        let receiver = Receiver::start(datagrams, (rates, udp_meters.clone()), deliver.clone())?;
        let (orders, taken) = channel(limits.orders_max);
        let names = Names::default();
        let switchboard = Switchboard::new(limits, deliver, (tls, names.clone()), ours);
        let switching = Task(tokio::spawn(switchboard.run(entrances, taken)));
        Ok(Self { ours, udp, udp_meters, tcp_meters, orders, names, receiver, switching, renewing })
    }

    /// The first address that was bound for UDP and TCP.
    #[must_use]
    pub fn local_addr(&self) -> SocketAddr {
        self.ours.plain()
    }

    /// All addresses that were bound, in the order in which flows count them.
    #[must_use]
    pub const fn ours(&self) -> &Local {
        &self.ours
    }

    /// The first address that was bound for connections of this transport, if any was.
    #[must_use]
    pub fn door_addr(&self, transport: Transport) -> Option<SocketAddr> {
        self.ours.doors().find(|(spoken, _)| *spoken == transport).map(|(_, address)| address)
    }

    /// From now on, whoever is at this address has to prove this name when a TLS connection is opened
    /// there, and not only the address.
    pub fn name_peer(&self, peer: SocketAddr, name: &str) {
        self.names.set(peer, name);
    }

    /// Hands one whole message over for sending. Never waits; what cannot be taken now is dropped
    /// and counted, as a network would.
    pub fn send(&self, hop: Hop, bytes: Bytes) {
        match hop.transport {
            Transport::Udp => self.send_datagram(hop, &bytes),
            Transport::Tcp | Transport::Tls | Transport::Ws | Transport::Wss => {
                if self.orders.try_send(Order::Send(hop, bytes)).is_err() {
                    self.tcp_meters.unsent.increment(1);
                }
            }
        }
    }

    /// Closes a connection that nobody needs; one that is gone is none.
    pub fn close_flow(&self, flow: FlowId) {
        // Over so many orders nothing is idle, and it is asked again.
        let _ = self.orders.try_send(Order::Close(flow));
    }

    fn send_datagram(&self, hop: Hop, bytes: &[u8]) {
        let Some(socket) = self.udp.get(self.ours.place(hop)) else { return };
        match socket.send_to(bytes, hop.peer) {
            Ok(_) => self.udp_meters.sent.increment(1),
            Err(error) => {
                self.udp_meters.unsent.increment(1);
                tracing::debug!(peer = %hop.peer, %error, "datagram not sent");
            }
        }
    }

    /// Takes nothing new, lets what was handed over leave, and closes; waits two seconds at most.
    pub async fn close(self) {
        let Self { orders, receiver, mut switching, renewing, .. } = self;
        drop((receiver, renewing));
        drop(orders);
        // Over time, it is ended when it is dropped here.
        let _ = tokio::time::timeout(CLOSE_MAX, &mut switching.0).await;
    }
}

impl fmt::Debug for Net {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Net").field("address", &self.local_addr()).finish_non_exhaustive()
    }
}

/// Binds both transports to one port.
fn bind_both(address: SocketAddr, limits: &Limits) -> io::Result<(UdpSocket, TcpListener)> {
    let mut tries_left = if address.port() == 0 { PORT_TRIES_MAX } else { 1 };
    loop {
        tries_left -= 1;
        let udp = udp::bind(address, limits)?;
        match listen(udp.local_addr()?, limits) {
            Ok(tcp) => return Ok((udp, tcp)),
            Err(error) if error.kind() == io::ErrorKind::AddrInUse && tries_left > 0 => {}
            Err(error) => return Err(error),
        }
    }
}

fn entrance(listener: TcpListener, door: Door) -> io::Result<Entrance> {
    Ok(Entrance { listener: AsyncListener::from_std(listener)?, door })
}

/// Where all of them are bound.
fn addresses(listeners: &[Listener], doors: &[(TcpListener, Door)]) -> io::Result<Local> {
    let plain = listeners.iter().map(|listener| (Transport::Tcp, &listener.tcp));
    let others = doors.iter().map(|(listener, door)| (door.transport(), listener));
    let mut bound = plain.chain(others);
    let (_, first) = bound.next().ok_or(io::ErrorKind::InvalidInput)?;
    bound.try_fold(Local::new(first.local_addr()?), |ours, (transport, listener)| {
        Ok(ours.and(transport, listener.local_addr()?))
    })
}

/// The certificates behind the doors, each once.
fn certificates(doors: &[(TcpListener, Door)]) -> impl Iterator<Item = &Arc<Tls>> {
    let all = move || doors.iter().filter_map(|(_, door)| door.tls());
    all()
        .enumerate()
        .filter(move |(at, tls)| !all().take(*at).any(|earlier| Arc::ptr_eq(earlier, tls)))
        .map(|(_, tls)| tls)
}

/// Takes new certificates over as they come.
fn renew(tls: &Arc<Tls>) -> Task {
    let tls = Arc::clone(tls);
    Task(tokio::spawn(async move { tls.keep_current().await }))
}

/// Listens for connections.
///
/// # Errors
/// If the address cannot be bound, as the kernel says it.
pub fn listen(address: SocketAddr, limits: &Limits) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    if address.is_ipv6() {
        socket.set_only_v6(true)?;
    }
    // Connections of an earlier run may linger for minutes; they are no reason not to start.
    socket.set_reuse_address(true)?;
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(limits.connections_waiting_max.into())?;
    Ok(socket.into())
}
