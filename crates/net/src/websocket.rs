//! SIP over WebSocket (RFC 7118): agreeing on it, and one message a frame.

use crate::arrival::{Arrival, Deliver};
use crate::connection::{Context, End, LAST_WORD_MAX, Queue, take};
use crate::origins::Origins;
use bytes::Bytes;
use futures_util::{Sink, SinkExt, Stream, StreamExt};
use sip_msg::{Frame, MESSAGE_BYTES_MAX};
use sip_txn::Hop;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::mpsc::{Receiver, WeakSender};
use tokio::time::{Instant, timeout, timeout_at};
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tokio_tungstenite::tungstenite::http::{HeaderValue, StatusCode, header};
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Error, Message, Utf8Bytes};
use tokio_tungstenite::{WebSocketStream, accept_hdr_async_with_config};

/// The subprotocol of SIP (RFC 7118 §8.1).
const SUBPROTOCOL: &str = "sip";
/// Bytes read at once; each connection holds them.
const CHUNK_BYTES: usize = 8 * 1_024;
/// The name of the limit, and how we know that the peer has spoken.
const WS_SILENCE_MAX: &str = "ws_silence_max";
/// Bytes that may wait to be written: one message, and what the protocol puts around it.
const WRITE_BYTES_MAX: usize = 2 * MESSAGE_BYTES_MAX;

/// Agrees with a peer that has connected on speaking SIP in frames.
///
/// # Errors
/// [`Error::Http`] when the peer asked for something that it was refused, and another when it spoke
/// no HTTP or left.
pub(crate) async fn agree<S: AsyncRead + AsyncWrite + Unpin>(
    stream: S,
    origins: &Origins,
) -> Result<WebSocketStream<S>, Error> {
    let config = WebSocketConfig::default()
        .read_buffer_size(CHUNK_BYTES)
        .write_buffer_size(0)
        .max_write_buffer_size(WRITE_BYTES_MAX)
        .max_message_size(Some(MESSAGE_BYTES_MAX))
        .max_frame_size(Some(MESSAGE_BYTES_MAX));
    #[expect(clippy::result_large_err, reason = "the library says what a refusal is made of")]
    let judge = |request: &Request, response: Response| judge(request, response, origins);
    accept_hdr_async_with_config(stream, judge, Some(config)).await
}

/// Lets a peer in that speaks SIP and is no page of somebody else (RFC 7118 §4.1, RFC 6455 §10.2).
#[expect(clippy::result_large_err, reason = "the library says what a refusal is made of")]
fn judge(
    request: &Request,
    mut response: Response,
    origins: &Origins,
) -> Result<Response, ErrorResponse> {
    let mut claimed = request.headers().get_all(header::ORIGIN).iter();
    if let Some(origin) = claimed.find(|origin| !origins.admit(origin.as_bytes())) {
        tracing::info!(?origin, "a page of another origin was refused: see `origins`");
        return Err(refusal(StatusCode::FORBIDDEN, "this page may not speak SIP here"));
    }
    if !speaks_sip(request) {
        return Err(refusal(StatusCode::BAD_REQUEST, "the subprotocol must be sip"));
    }
    let subprotocol = HeaderValue::from_static(SUBPROTOCOL);
    response.headers_mut().insert(header::SEC_WEBSOCKET_PROTOCOL, subprotocol);
    Ok(response)
}

/// Whether `sip` is among the subprotocols that the peer would speak.
fn speaks_sip(request: &Request) -> bool {
    let offered = request.headers().get_all(header::SEC_WEBSOCKET_PROTOCOL);
    let mut each = offered.iter().filter_map(|line| line.to_str().ok());
    each.any(|line| line.split(',').any(|name| name.trim() == SUBPROTOCOL))
}

fn refusal(status: StatusCode, why: &str) -> ErrorResponse {
    let mut refusal = ErrorResponse::new(Some(why.to_owned()));
    *refusal.status_mut() = status;
    let length = HeaderValue::from(why.len());
    refusal.headers_mut().insert(header::CONTENT_LENGTH, length);
    refusal.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    refusal
}

/// Messages both ways over an open WebSocket, until either side ends it.
pub(crate) async fn talk<S: AsyncRead + AsyncWrite + Unpin, D: Deliver>(
    socket: WebSocketStream<S>,
    hop: Hop,
    queue: Queue,
    context: &Context<D>,
) -> End {
    let Queue { replies, mut messages } = queue;
    let (mut output, input) = socket.split();
    let end = tokio::select! {
        end = read(input, hop, &replies, context) => end,
        end = write(&mut output, &mut messages, context) => end,
    };
    // Whether the peer hears that we take leave is all the same to us.
    let _ = timeout(LAST_WORD_MAX, output.close()).await;
    end
}

/// Reads frames until the connection ends. The pings of ours make every peer that is there speak, so
/// that one which is silent for long is gone; a stranger gains no time by answering them.
async fn read<D: Deliver>(
    mut input: impl Stream<Item = Result<Message, Error>> + Unpin,
    hop: Hop,
    replies: &WeakSender<Bytes>,
    context: &Context<D>,
) -> End {
    let mut limit = "first_message_max";
    let mut until = Instant::now() + context.limits.first_message_max;
    let mut usefulness = context.usefulness();
    loop {
        let frame = match timeout_at(usefulness.wake_at(until), input.next()).await {
            Ok(Some(Ok(message))) => frame_in(message),
            Ok(Some(Err(Error::Capacity(_)))) => return End::Cut("message_bytes_max"),
            Ok(Some(Err(_)) | None) => return End::Peer,
            Err(_) if until <= Instant::now() => return End::Cut(limit),
            Err(_) => {
                usefulness.put_off();
                (context.deliver)(Arrival::Unused { hop });
                continue;
            }
        };
        let brought_a_message = matches!(frame, Some(Frame::Message(_)));
        if let Some(reply) = frame.and_then(|frame| take(frame, hop, context))
            && let Some(replies) = replies.upgrade()
            && replies.try_send(reply).is_err()
        {
            return End::Cut("write_queue_max");
        }
        if brought_a_message {
            usefulness.put_off();
        }
        if brought_a_message || limit == WS_SILENCE_MAX {
            limit = WS_SILENCE_MAX;
            until = Instant::now() + context.limits.ws_silence_max;
        }
    }
}

/// What came in one frame: RFC 7118 §4.2 puts one whole message into each. Line ends by themselves
/// keep the connection alive as on any stream (RFC 5626 §3.5.1); a ping the library has answered.
fn frame_in(message: Message) -> Option<Frame> {
    let bytes = match message {
        Message::Text(text) => Bytes::from(text),
        Message::Binary(bytes) => bytes,
        Message::Ping(_) | Message::Pong(_) | Message::Close(_) | Message::Frame(_) => return None,
    };
    let is_blank = bytes.iter().all(u8::is_ascii_whitespace);
    Some(if is_blank { Frame::Ping } else { Frame::Message(bytes) })
}

/// Writes what the queue brings until it is closed, and a ping whenever it brings nothing for long.
async fn write<D: Deliver>(
    output: &mut (impl Sink<Message> + Unpin),
    queue: &mut Receiver<Bytes>,
    context: &Context<D>,
) -> End {
    loop {
        let frame = match timeout(context.limits.ws_ping_every, queue.recv()).await {
            Ok(Some(bytes)) => frame_out(bytes),
            Ok(None) => return End::Dropped,
            Err(_) => Message::Ping(Bytes::new()),
        };
        let is_message = !frame.is_ping();
        match timeout(context.limits.write_max, output.send(frame)).await {
            Ok(Ok(())) if is_message => context.meters.sent.increment(1),
            Ok(Ok(())) => {}
            Ok(Err(_)) => return End::Peer,
            Err(_) => return End::Cut("write_max"),
        }
    }
}

/// Text where the message is text, since pages read that more easily (RFC 7118 §4.2).
fn frame_out(bytes: Bytes) -> Message {
    match Utf8Bytes::try_from(bytes.clone()) {
        Ok(text) => Message::Text(text),
        Err(_) => Message::Binary(bytes),
    }
}
