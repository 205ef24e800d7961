//! One stream connection, from its opening to its end.

use crate::Limits;
use crate::arrival::{Arrival, Deliver};
use crate::handshakes::{Handshake, Handshakes};
use crate::meters::{Meters, count_cut};
use crate::origins::Origins;
use crate::patience::{Patience, Rest, Usefulness};
use crate::reading::{Heard, read_message, refuse};
use crate::{tls, websocket};
use bytes::Bytes;
use rustls::pki_types::ServerName;
use sip_msg::{Frame, FrameError, Framer};
use sip_txn::Hop;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::mpsc::{Receiver, Sender, WeakSender, channel};
use tokio::time::{Instant, timeout, timeout_at};
use tokio_rustls::{TlsAcceptor, TlsConnector};

/// Bytes read at once.
const CHUNK_BYTES: usize = 8 * 1_024;
/// How long answers to what came before are waited for when a connection has to be closed.
const LAST_ANSWERS_MAX: Duration = Duration::from_millis(100);
/// How long a peer may take to read why it is cut off.
pub(crate) const LAST_WORD_MAX: Duration = Duration::from_secs(1);

/// What every connection needs.
#[derive(Clone)]
pub(crate) struct Context<D> {
    pub(crate) limits: Limits,
    pub(crate) meters: Meters,
    pub(crate) deliver: D,
    pub(crate) opened: Opened,
    pub(crate) handshakes: Handshakes,
}

impl<D> Context<D> {
    /// When it is asked whether the connection is needed.
    pub(crate) const fn usefulness(&self) -> Usefulness {
        Usefulness::new(match self.opened {
            Opened::ByUs => None,
            Opened::ByPeer => Some(self.limits.unused_max),
        })
    }
}

/// Who has opened a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Opened {
    ByUs,
    ByPeer,
}

/// The near end of a connection's queue of messages to its peer. The far end is with the
/// switchboard, and dropping it there lets the connection end.
pub(crate) struct Queue {
    /// For answers that are made here; does not keep the queue open.
    pub(crate) replies: WeakSender<Bytes>,
    pub(crate) messages: Receiver<Bytes>,
}

/// A queue for at most `messages_max` messages.
pub(crate) fn queue(messages_max: usize) -> (Sender<Bytes>, Queue) {
    let (sender, messages) = channel(messages_max);
    let replies = sender.downgrade();
    (sender, Queue { replies, messages })
}

/// What became of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It was open, and is closed.
    Closed,
    /// It could not be opened.
    NeverOpened,
}

/// Opens a connection and runs it to its end. What waits in the queue leaves once it is open.
pub(crate) async fn open<D: Deliver>(
    hop: Hop,
    (our_end, opening): (OurEnd, Opening),
    queue: Queue,
    context: Context<D>,
) -> Outcome {
    let connected = timeout(context.limits.connect_max, connect(our_end, hop.peer));
    let stream = match connected.await {
        Ok(Ok(stream)) => stream,
        Ok(Err(error)) => return never_opened(hop, &error),
        Err(_) => return never_opened(hop, &io::ErrorKind::TimedOut.into()),
    };
    prepare(&stream);
    match opening {
        Opening::Plain => talk_plainly(stream, hop, queue, &context).await,
        Opening::Tls(connector, name) => {
            let agreed = connector.connect(name, stream);
            match timeout(context.limits.handshake_max, agreed).await {
                Ok(Ok(stream)) => talk(tokio::io::split(stream), hop, queue, &context).await,
                Ok(Err(error)) => never_opened(hop, &error),
                Err(_) => never_opened(hop, &io::ErrorKind::TimedOut.into()),
            }
        }
    }
}

async fn connect(our_end: OurEnd, peer: SocketAddr) -> io::Result<TcpStream> {
    match our_end {
        OurEnd::Any => TcpStream::connect(peer).await,
        OurEnd::At(ip) => {
            let socket = if ip.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
            socket.bind(SocketAddr::new(ip, 0))?;
            socket.connect(peer).await
        }
    }
}

/// Which address of ours a connection begins at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OurEnd {
    /// Whichever the system takes.
    Any,
    /// The one that the peer is told, of several.
    At(IpAddr),
}

/// How a connection of ours is begun.
pub(crate) enum Opening {
    Plain,
    /// With TLS, to a server that proves to have this name.
    Tls(TlsConnector, ServerName<'static>),
}

fn never_opened(hop: Hop, error: &io::Error) -> Outcome {
    // A certificate that is not believed is the operator's business, not only a phone that is off.
    if hop.transport.is_secure() {
        tracing::warn!(peer = %hop.peer, %error, "no TLS connection");
    } else {
        tracing::debug!(peer = %hop.peer, %error, "no connection");
    }
    Outcome::NeverOpened
}

/// Runs a connection that a peer has opened until either side ends it.
pub(crate) async fn accepted<D: Deliver>(
    stream: TcpStream,
    welcome: Welcome,
    hop: Hop,
    queue: Queue,
    context: Context<D>,
) -> Outcome {
    prepare(&stream);
    if welcome.tls.is_none() && welcome.origins.is_none() {
        return talk_plainly(stream, hop, queue, &context).await;
    }
    let until = Instant::now() + context.limits.handshake_max;
    let handshake = match context.handshakes.begin(hop.source(), &context.limits) {
        Ok(handshake) => handshake,
        Err(limit) => {
            count_cut(limit);
            return Outcome::Closed;
        }
    };
    let Some(acceptor) = welcome.tls else {
        let origins = welcome.origins.unwrap_or_default();
        return in_frames(stream, &origins, (until, handshake), (hop, queue, &context)).await;
    };
    let stream = match timeout_at(until, acceptor.accept(stream)).await {
        Ok(Ok(stream)) => stream,
        Ok(Err(error)) => {
            count_cut("tls");
            tracing::debug!(peer = %hop.peer, %error, "no agreement on TLS");
            return Outcome::Closed;
        }
        Err(_) => {
            count_cut("handshake_max");
            return Outcome::Closed;
        }
    };
    if let Some([certificate, ..]) = stream.get_ref().1.peer_certificates() {
        let names = tls::names(certificate);
        (context.deliver)(Arrival::Certified { flow: hop.flow, names });
    }
    match welcome.origins {
        None => {
            drop(handshake);
            talk(tokio::io::split(stream), hop, queue, &context).await
        }
        Some(origins) => {
            in_frames(stream, &origins, (until, handshake), (hop, queue, &context)).await
        }
    }
}

/// What a peer that connects has to agree on before it may speak.
pub(crate) struct Welcome {
    /// TLS.
    pub(crate) tls: Option<TlsAcceptor>,
    /// WebSocket, and the pages that may.
    pub(crate) origins: Option<Arc<Origins>>,
}

/// The same over a WebSocket, which has to be agreed on until then.
async fn in_frames<D: Deliver>(
    stream: impl AsyncRead + AsyncWrite + Unpin,
    origins: &Origins,
    (until, handshake): (Instant, Handshake),
    (hop, queue, context): (Hop, Queue, &Context<D>),
) -> Outcome {
    match timeout_at(until, websocket::agree(stream, origins)).await {
        Ok(Ok(socket)) => {
            drop(handshake);
            let end = websocket::talk(socket, hop, queue, context).await;
            count_end(hop, &end);
        }
        Ok(Err(error)) => {
            count_cut("websocket");
            tracing::debug!(peer = %hop.peer, %error, "no agreement on WebSocket");
        }
        Err(_) => count_cut("handshake_max"),
    }
    Outcome::Closed
}

async fn talk_plainly<D: Deliver>(
    stream: TcpStream,
    hop: Hop,
    queue: Queue,
    context: &Context<D>,
) -> Outcome {
    talk(stream.into_split(), hop, queue, context).await
}

/// Messages both ways over an open connection, until either side ends it.
async fn talk<D: Deliver>(
    (input, mut output): (impl AsyncRead + Unpin, impl AsyncWrite + Unpin),
    hop: Hop,
    queue: Queue,
    context: &Context<D>,
) -> Outcome {
    let Queue { replies, mut messages } = queue;
    let end = tokio::select! {
        end = read(input, hop, &replies, context) => end,
        end = write(&mut output, &mut messages, context) => end,
    };
    if let End::Lost(reply) = &end {
        // The engine may be about to answer what could be read.
        let _ = timeout(LAST_ANSWERS_MAX, write(&mut output, &mut messages, context)).await;
        // It may not be read any more, and that is all the same to us.
        let reply = reply.as_deref().unwrap_or_default();
        let _ = timeout(LAST_WORD_MAX, output.write_all(reply)).await;
    }
    // TLS takes leave with a word of its own.
    let _ = timeout(LAST_WORD_MAX, output.shutdown()).await;
    count_end(hop, &end);
    Outcome::Closed
}

fn count_end(hop: Hop, end: &End) {
    match end {
        End::Cut(limit) => count_cut(limit),
        End::Lost(_) | End::Peer | End::Dropped => {}
    }
    tracing::debug!(peer = %hop.peer, flow = %hop.flow, ?end, "connection closed");
}

/// Why a connection ended.
#[derive(Debug)]
pub(crate) enum End {
    /// The peer closed or reset it.
    Peer,
    /// We did, because a limit was met.
    Cut(&'static str),
    /// We did, because no one can tell where the next message begins. This is to be said before.
    Lost(Option<Bytes>),
    /// We did, because the server stops.
    Dropped,
}

/// Small messages must leave at once, and a peer that vanished without a word must be noticed.
fn prepare(stream: &TcpStream) {
    let alive = socket2::TcpKeepalive::new()
        .with_time(Duration::from_secs(60))
        .with_interval(Duration::from_secs(10))
        .with_retries(3);
    // Without either the connection works all the same.
    let _ = stream.set_nodelay(true);
    let _ = socket2::SockRef::from(stream).set_tcp_keepalive(&alive);
}

/// Reads messages until the connection ends.
async fn read<D: Deliver>(
    mut input: impl AsyncRead + Unpin,
    hop: Hop,
    replies: &WeakSender<Bytes>,
    context: &Context<D>,
) -> End {
    let mut framer = Framer::default();
    let mut patience = Patience::new(&context.limits);
    let mut usefulness = context.usefulness();
    let mut chunk = vec![0; CHUNK_BYTES];
    loop {
        let wake_at = usefulness.wake_at(patience.until);
        let length = match timeout_at(wake_at, input.read(&mut chunk)).await {
            Ok(Ok(0) | Err(_)) => return End::Peer,
            Ok(Ok(length)) => length,
            Err(_) if patience.until <= Instant::now() => return End::Cut(patience.limit),
            Err(_) => 0,
        };
        if usefulness.is_due() {
            usefulness.put_off();
            (context.deliver)(Arrival::Unused { hop });
        }
        if length == 0 {
            continue;
        }
        let arrived = chunk.get(..length).unwrap_or_default();
        framer.push(arrived);
        while let Some(frame) = framer.next() {
            let frame = match frame {
                Ok(frame) => frame,
                Err(FrameError { reject }) => return End::Lost(refuse(&reject, hop.peer)),
            };
            patience.heard(&frame);
            match &frame {
                Frame::Message(_) => usefulness.put_off(),
                Frame::Ping => {}
            }
            if let Some(reply) = take(frame, hop, context)
                && let Some(replies) = replies.upgrade()
                && replies.try_send(reply).is_err()
            {
                return End::Cut("write_queue_max");
            }
        }
        patience.pause(Rest::of(arrived, &framer));
    }
}

/// Delivers one frame, or says what to send back.
pub(crate) fn take<D: Deliver>(frame: Frame, hop: Hop, context: &Context<D>) -> Option<Bytes> {
    match frame {
        Frame::Ping => {
            context.meters.blank.increment(1);
            // RFC 5626 §3.5.1: a single line end says that the flow is alive.
            Some(Bytes::from_static(b"\r\n"))
        }
        Frame::Message(bytes) => match read_message(bytes, hop.peer) {
            Heard::Message(message) => {
                context.meters.received.increment(1);
                (context.deliver)(Arrival::Message { hop, message });
                None
            }
            Heard::Faulty(reply) => reply,
        },
    }
}

/// Writes what the queue brings until it is closed.
async fn write<D: Deliver>(
    output: &mut (impl AsyncWrite + Unpin),
    queue: &mut Receiver<Bytes>,
    context: &Context<D>,
) -> End {
    while let Some(bytes) = queue.recv().await {
        match timeout(context.limits.write_max, output.write_all(&bytes)).await {
            Ok(Ok(())) => context.meters.sent.increment(1),
            Ok(Err(_)) => return End::Peer,
            Err(_) => return End::Cut("write_max"),
        }
    }
    End::Dropped
}
