//! A phone's SIP socket: datagrams, or one connection to its server.

use crate::{PhoneConfig, arrival};
use bytes::Bytes;
use ids::FlowId;
use sip_msg::{Frame, Framer, MESSAGE_BYTES_MAX, Message, parse};
use sip_ua::{Hop, Transport};
use std::future::pending;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpSocket, TcpStream, UdpSocket};
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::time::timeout;

/// How long a connection may take to open.
const CONNECT_MAX: Duration = Duration::from_secs(2);
/// Messages that may wait to be written to the connection.
const WRITE_QUEUE_MAX: usize = 64;
/// Bytes read from a connection at once.
const CHUNK_BYTES: usize = 4 * 1_024;
/// The flow of datagrams; connections count up from it.
const UDP_FLOW: FlowId = FlowId(1);

/// What came in.
#[derive(Debug)]
pub(crate) enum Received {
    /// A message without fault, and when it came to the socket.
    Message { hop: Hop, message: Box<Message>, at: Instant },
    /// The connection is gone.
    Closed(FlowId),
    /// Nothing of use.
    Noise,
}

/// A phone's SIP socket.
pub(crate) enum Wire {
    Udp { socket: UdpSocket, server: SocketAddr },
    Tcp(TcpWire),
}

/// The connection to the server, while there is one.
pub(crate) struct TcpWire {
    server: SocketAddr,
    bind_ip: IpAddr,
    last_flow: FlowId,
    connection: Option<Connection>,
}

struct Connection {
    hop: Hop,
    input: OwnedReadHalf,
    framer: Framer,
    queue: Sender<Bytes>,
}

impl Wire {
    /// Binds or connects, and says our own address.
    pub(crate) async fn open(config: &PhoneConfig) -> io::Result<(Self, SocketAddr)> {
        let PhoneConfig { server, bind_ip, .. } = *config;
        if bind_ip.is_unspecified() {
            let why = "a phone tells peers its address, so it must be bound to one";
            return Err(io::Error::new(io::ErrorKind::InvalidInput, why));
        }
        match config.transport {
            Transport::Udp => {
                let socket = UdpSocket::bind((bind_ip, 0)).await?;
                arrival::ask(&socket)?;
                // Until the kernel has said so once, `try_send_to` takes the socket for full.
                socket.writable().await?;
                let address = socket.local_addr()?;
                Ok((Self::Udp { socket, server }, address))
            }
            Transport::Tcp => {
                let mut wire = TcpWire { server, bind_ip, last_flow: UDP_FLOW, connection: None };
                let address = wire.connect().await?;
                Ok((Self::Tcp(wire), address))
            }
            Transport::Tls | Transport::Ws | Transport::Wss => {
                Err(io::Error::new(io::ErrorKind::Unsupported, "a phone speaks UDP or TCP"))
            }
        }
    }

    /// The way to the server.
    pub(crate) fn hop(&self) -> Hop {
        match self {
            Self::Udp { server, .. } => {
                Hop { transport: Transport::Udp, flow: UDP_FLOW, peer: *server }
            }
            Self::Tcp(wire) => match &wire.connection {
                Some(connection) => connection.hop,
                None => Hop { transport: Transport::Tcp, flow: Hop::NO_FLOW, peer: wire.server },
            },
        }
    }

    /// Opens the connection again, if it is needed and gone.
    pub(crate) async fn reopen(&mut self) -> io::Result<()> {
        match self {
            Self::Tcp(wire) if wire.connection.is_none() => wire.connect().await.map(drop),
            Self::Tcp(_) | Self::Udp { .. } => Ok(()),
        }
    }

    /// Sends a message, or gives the hop back if there is no way to it. What a socket cannot take
    /// now is lost, as in any network.
    pub(crate) fn send(&self, hop: Hop, bytes: Bytes) -> Result<(), Hop> {
        match self {
            Self::Udp { socket, .. } => {
                if let Err(error) = socket.try_send_to(&bytes, hop.peer) {
                    tracing::debug!(%error, "a phone's datagram was not sent");
                }
                Ok(())
            }
            Self::Tcp(wire) => {
                let connection = wire.connection.as_ref().ok_or(hop)?;
                connection.queue.try_send(bytes).map_err(|_| hop)
            }
        }
    }

    /// What comes next. May be called anew at any time; nothing that came is lost by it.
    pub(crate) async fn receive(&mut self) -> Received {
        match self {
            Self::Udp { socket, .. } => receive_datagram(socket).await,
            Self::Tcp(wire) => match &mut wire.connection {
                None => pending().await,
                Some(connection) => {
                    let received = connection.receive().await;
                    if let Received::Closed(_) = received {
                        wire.connection = None;
                    }
                    received
                }
            },
        }
    }
}

async fn receive_datagram(socket: &UdpSocket) -> Received {
    if socket.readable().await.is_err() {
        return Received::Noise;
    }
    // Not kept over an await: hundreds of phones would each keep 64 kB.
    let mut buffer = [0; MESSAGE_BYTES_MAX];
    let Ok(arrival) = arrival::receive(socket, &mut buffer) else { return Received::Noise };
    let datagram = Bytes::copy_from_slice(buffer.get(..arrival.length).unwrap_or_default());
    let hop = Hop { transport: Transport::Udp, flow: UDP_FLOW, peer: arrival.peer };
    read(datagram, hop, arrival.at)
}

fn read(bytes: Bytes, hop: Hop, at: Instant) -> Received {
    match parse(bytes) {
        Ok(message) => Received::Message { hop, message: Box::new(message), at },
        Err(reject) => {
            tracing::debug!(why = %reject.why, "a phone could not read a message");
            Received::Noise
        }
    }
}

impl TcpWire {
    async fn connect(&mut self) -> io::Result<SocketAddr> {
        let socket = if self.bind_ip.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() };
        let socket = socket?;
        socket.bind(SocketAddr::new(self.bind_ip, 0))?;
        let stream = timeout(CONNECT_MAX, socket.connect(self.server)).await??;
        stream.set_nodelay(true)?;
        let address = stream.local_addr()?;
        self.last_flow = self.last_flow.next();
        let hop = Hop { transport: Transport::Tcp, flow: self.last_flow, peer: self.server };
        self.connection = Some(Connection::new(stream, hop));
        Ok(address)
    }
}

impl Connection {
    fn new(stream: TcpStream, hop: Hop) -> Self {
        let (input, output) = stream.into_split();
        let (queue, messages) = channel(WRITE_QUEUE_MAX);
        // Ends when the queue's other end is dropped with the connection.
        tokio::spawn(write(output, messages));
        Self { hop, input, framer: Framer::new(), queue }
    }

    async fn receive(&mut self) -> Received {
        loop {
            match self.framer.next() {
                Some(Ok(Frame::Message(bytes))) => return read(bytes, self.hop, Instant::now()),
                Some(Ok(Frame::Ping)) => {
                    // RFC 5626 §3.5.1: a single line end says that we are here.
                    let _ = self.queue.try_send(Bytes::from_static(b"\r\n"));
                }
                Some(Err(_)) => return Received::Closed(self.hop.flow),
                None => {
                    let mut chunk = [0; CHUNK_BYTES];
                    match self.input.read(&mut chunk).await {
                        Ok(0) | Err(_) => return Received::Closed(self.hop.flow),
                        Ok(length) => self.framer.push(chunk.get(..length).unwrap_or_default()),
                    }
                }
            }
        }
    }
}

async fn write(mut output: OwnedWriteHalf, mut messages: Receiver<Bytes>) {
    while let Some(bytes) = messages.recv().await {
        if output.write_all(&bytes).await.is_err() {
            return;
        }
    }
}
