//! SIP over WebSocket on real sockets (RFC 7118): who is let in, and what goes to and fro.

#![expect(clippy::unwrap_used, clippy::wildcard_enum_match_arm, reason = "a test may fail")]

use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use net::{Arrival, Door, Limits, Listening, Net, Origins};
use sip_msg::{MESSAGE_BYTES_MAX, Message as Sip};
use sip_txn::{Hop, Transport};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::header::{ORIGIN, SEC_WEBSOCKET_PROTOCOL};
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, client_async};

/// Longer than anything here may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);
/// The page that is let in.
const DESK: &str = "https://desk.example.test";

/// What a browser's phone sends; nobody can be reached at its Via, and it has no Content-Length.
fn options(call_id: &str) -> String {
    format!(
        "OPTIONS sip:ping@127.0.0.1 SIP/2.0\r\n\
         Via: SIP/2.0/WS df7jal23ls0d.invalid;branch=z9hG4bK{call_id}\r\n\
         From: <sip:a@example.test>;tag=1\r\nTo: <sip:ping@127.0.0.1>\r\n\
         Call-ID: {call_id}\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\n\r\n"
    )
}

struct Centre {
    net: Net,
    arrivals: UnboundedReceiver<Arrival>,
}

type Phone = WebSocketStream<TcpStream>;

impl Centre {
    fn start(limits: Limits) -> Self {
        let (told, arrivals) = unbounded_channel();
        let deliver = move |arrival| drop(told.send(arrival));
        let any: SocketAddr = "127.0.0.1:0".parse().unwrap();
        let origins = Arc::new(Origins::new([DESK.to_owned()]));
        let doors = vec![(net::listen(any, &limits).unwrap(), Door::Ws(origins))];
        Self {
            net: Net::bind(Listening { doors, ..any.into() }, limits, deliver).unwrap(),
            arrivals,
        }
    }

    fn address(&self) -> SocketAddr {
        self.net.door_addr(Transport::Ws).unwrap()
    }

    /// Connects with these subprotocols and this origin; what is agreed on, or the answer's status.
    async fn ask(
        &self,
        subprotocols: &str,
        origin: Option<&str>,
    ) -> Result<(Phone, Option<String>), u16> {
        let mut request = format!("ws://{}/", self.address()).into_client_request().unwrap();
        if !subprotocols.is_empty() {
            request.headers_mut().insert(SEC_WEBSOCKET_PROTOCOL, subprotocols.parse().unwrap());
        }
        if let Some(origin) = origin {
            request.headers_mut().insert(ORIGIN, origin.parse().unwrap());
        }
        let stream = TcpStream::connect(self.address()).await.unwrap();
        match timeout(PATIENCE, client_async(request, stream)).await.unwrap() {
            Ok((phone, answer)) => {
                let agreed = answer.headers().get(SEC_WEBSOCKET_PROTOCOL);
                Ok((phone, agreed.map(|agreed| agreed.to_str().unwrap().to_owned())))
            }
            Err(Error::Http(answer)) => Err(answer.status().as_u16()),
            Err(other) => panic!("{other}"),
        }
    }

    async fn phone(&self) -> Phone {
        self.ask("sip", None).await.unwrap().0
    }

    async fn arrival(&mut self) -> Arrival {
        timeout(PATIENCE, self.arrivals.recv()).await.unwrap().unwrap()
    }

    /// The next message, passing over connections that ended: its Call-ID and its way back.
    async fn message(&mut self) -> (String, Hop) {
        loop {
            match self.arrival().await {
                Arrival::Message { hop, message } => match *message {
                    Sip::Request(request) => return (request.call_id.to_string(), hop),
                    Sip::Response(response) => return (response.call_id.to_string(), hop),
                },
                Arrival::FlowClosed(_) => {}
                other @ (Arrival::Unreachable { .. }
                | Arrival::Unused { .. }
                | Arrival::Certified { .. }) => {
                    panic!("no message but {other:?}")
                }
            }
        }
    }
}

async fn next(phone: &mut Phone) -> Option<Message> {
    timeout(PATIENCE, phone.next()).await.unwrap()?.ok()
}

#[tokio::test]
async fn text_and_binary_frames_each_bring_one_message_and_the_way_back_is_the_connection() {
    let mut centre = Centre::start(Limits::default());
    let mut phone = centre.phone().await;
    phone.send(Message::text(options("one"))).await.unwrap();
    let (one, hop) = centre.message().await;
    phone.send(Message::binary(options("two").into_bytes())).await.unwrap();
    let (two, again) = centre.message().await;
    assert_eq!((one.as_str(), two.as_str(), hop), ("one", "two", again));
    assert_eq!(hop.transport, Transport::Ws);
    centre.net.send(hop, Bytes::from_static(b"SIP/2.0 200 OK\r\n\r\n"));
    assert_eq!(next(&mut phone).await, Some(Message::text("SIP/2.0 200 OK\r\n\r\n")));
    // What is no text has to go as what it is.
    centre.net.send(hop, Bytes::from_static(b"SIP/2.0 200 \xff\r\n\r\n"));
    assert_eq!(next(&mut phone).await, Some(Message::binary(&b"SIP/2.0 200 \xff\r\n\r\n"[..])));
    drop(phone);
    assert!(matches!(centre.arrival().await, Arrival::FlowClosed(flow) if flow == hop.flow));
}

#[tokio::test]
async fn a_frame_that_was_sent_in_pieces_is_one_message() {
    let mut centre = Centre::start(Limits::default());
    let mut phone = centre.phone().await;
    // RFC 6455 §5.4: three frames, masked with zeros, in two writes that end in the midst of one.
    let message = options("torn");
    let mut wire = Vec::new();
    for (at, piece) in message.as_bytes().chunks(message.len() / 3 + 1).enumerate() {
        let opcode = if at == 0 { 1 } else { 0 };
        let fin = if at == 2 { 0x80 } else { 0 };
        wire.extend([fin | opcode, 0x80 | 126]);
        wire.extend(u16::try_from(piece.len()).unwrap().to_be_bytes());
        wire.extend([0; 4]);
        wire.extend(piece);
    }
    for part in wire.chunks(150) {
        phone.get_mut().write_all(part).await.unwrap();
    }
    assert_eq!(centre.message().await.0, "torn");
}

#[tokio::test]
async fn the_subprotocol_sip_is_echoed_and_without_it_nobody_is_let_in() {
    let centre = Centre::start(Limits::default());
    let agreed = |asked: &'static str| {
        let ask = centre.ask(asked, None);
        async move { ask.await.map(|(_, agreed)| agreed) }
    };
    assert_eq!(agreed("sip").await, Ok(Some("sip".to_owned())));
    assert_eq!(agreed("msrp, sip").await, Ok(Some("sip".to_owned())));
    assert_eq!(agreed("").await, Err(400));
    assert_eq!(agreed("msrp").await, Err(400));
}

#[tokio::test]
async fn a_page_of_another_origin_is_refused_and_who_is_no_page_is_not() {
    let centre = Centre::start(Limits::default());
    let status = |origin| {
        let ask = centre.ask("sip", origin);
        async move { ask.await.map(|_| ()) }
    };
    assert_eq!(status(None).await, Ok(()));
    assert_eq!(status(Some(DESK)).await, Ok(()));
    assert_eq!(status(Some("https://evil.example.test")).await, Err(403));
    assert_eq!(status(Some("null")).await, Err(403));
}

#[tokio::test]
async fn pings_and_line_ends_are_answered_and_our_own_show_who_is_gone() {
    let limits = Limits {
        ws_ping_every: Duration::from_millis(50),
        ws_silence_max: Duration::from_millis(1_500),
        ..Limits::default()
    };
    let mut centre = Centre::start(limits);
    let mut phone = centre.phone().await;
    let mut deaf = centre.phone().await;
    phone.send(Message::text(options("phone"))).await.unwrap();
    deaf.send(Message::text(options("deaf"))).await.unwrap();
    let flows = [centre.message().await, centre.message().await];
    let flow_of = |name| flows.iter().find(|(call_id, _)| call_id == name).unwrap().1.flow;

    phone.send(Message::Ping(Bytes::from_static(b"here?"))).await.unwrap();
    phone.send(Message::text("\r\n\r\n")).await.unwrap();
    let (mut pongs, mut line_ends, mut pings) = (0, 0, 0);
    // The library answers our pings while it reads; the deaf one reads nothing.
    let gone = loop {
        tokio::select! {
            heard = next(&mut phone) => match heard.expect("the phone that answers is kept") {
                Message::Pong(said) if &said[..] == b"here?" => pongs += 1,
                Message::Text(text) if text == "\r\n" => line_ends += 1,
                Message::Ping(_) => pings += 1,
                other => panic!("{other:?}"),
            },
            arrival = centre.arrivals.recv() => match arrival.unwrap() {
                Arrival::FlowClosed(flow) => break flow,
                other => panic!("{other:?}"),
            },
        }
    };
    assert_eq!(gone, flow_of("deaf"));
    assert_eq!((pongs, line_ends), (1, 1));
    assert!(pings > 1, "{pings} pings");
    phone.send(Message::text(options("still"))).await.unwrap();
    assert_eq!(centre.message().await.0, "still");
}

#[tokio::test]
async fn a_message_over_64_kilobytes_costs_the_connection_and_one_below_does_not() {
    let mut centre = Centre::start(Limits::default());
    let mut phone = centre.phone().await;
    let filled = |length: usize| {
        let start = options("large");
        let body = "x".repeat(length - start.len());
        Message::text(start + &body)
    };
    phone.send(filled(MESSAGE_BYTES_MAX - 1)).await.unwrap();
    let (call_id, hop) = centre.message().await;
    assert_eq!(call_id, "large");
    // The end may come while this is still being written.
    let _ = phone.send(filled(MESSAGE_BYTES_MAX + 1)).await;
    assert!(matches!(centre.arrival().await, Arrival::FlowClosed(flow) if flow == hop.flow));
}

#[tokio::test]
async fn who_does_not_agree_in_time_or_says_nothing_then_is_cut_and_others_go_on() {
    let limits = Limits {
        handshake_max: Duration::from_millis(300),
        first_message_max: Duration::from_millis(300),
        ..Limits::default()
    };
    let mut centre = Centre::start(limits);
    let mut silent = TcpStream::connect(centre.address()).await.unwrap();
    let mut slow = TcpStream::connect(centre.address()).await.unwrap();
    slow.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n").await.unwrap();
    for stranger in [&mut silent, &mut slow] {
        let mut rest = Vec::new();
        let _ = timeout(PATIENCE, stranger.read_to_end(&mut rest)).await.unwrap();
    }
    // A stranger gains no time by answering pings or sending some.
    let mut idle = centre.phone().await;
    idle.send(Message::Ping(Bytes::new())).await.unwrap();
    while next(&mut idle).await.is_some() {}
    let mut phone = centre.phone().await;
    phone.send(Message::text(options("phone"))).await.unwrap();
    assert_eq!(centre.message().await.0, "phone");
}

#[tokio::test]
async fn nobody_is_connected_to_by_websocket() {
    let mut centre = Centre::start(Limits::default());
    let peer = centre.address();
    for transport in [Transport::Ws, Transport::Wss] {
        centre.net.send(Hop { transport, flow: Hop::NO_FLOW, peer }, Bytes::from_static(b"x"));
        let arrival = centre.arrival().await;
        assert!(matches!(arrival, Arrival::Unreachable { peer: of } if of == peer), "{arrival:?}");
    }
}
