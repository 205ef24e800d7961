//! Real sockets on loopback, kind peers and hostile ones.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

use bytes::Bytes;
use ids::FlowId;
use net::{Arrival, Limits, Listener, Listening, Net, UDP_FLOW};
use sip_msg::Message;
use sip_txn::{Hop, Transport};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream, UdpSocket};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::time::timeout;

/// Longer than anything here may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// Any port.
const LOOPBACK: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

fn options(call_id: &str) -> String {
    format!(
        "OPTIONS sip:ping@127.0.0.1 SIP/2.0\r\n\
         Via: SIP/2.0/TCP 127.0.0.1:9;branch=z9hG4bK{call_id}\r\n\
         From: <sip:a@example.test>;tag=1\r\nTo: <sip:ping@127.0.0.1>\r\n\
         Call-ID: {call_id}\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n"
    )
}

/// The sockets under test, and what they tell.
struct Centre {
    net: Net,
    arrivals: UnboundedReceiver<Arrival>,
}

impl Centre {
    fn start(limits: Limits) -> Self {
        Self::at(LOOPBACK, limits)
    }

    fn at(listening: impl Into<Listening>, limits: Limits) -> Self {
        let (told, arrivals) = unbounded_channel();
        let deliver = move |arrival| drop(told.send(arrival));
        let net = Net::bind(listening, limits, deliver).unwrap();
        Self { net, arrivals }
    }

    fn address(&self) -> SocketAddr {
        self.net.local_addr()
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address()).await.unwrap()
    }

    /// From the loopback address that ends so.
    async fn connect_from(&self, last: u8) -> TcpStream {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(SocketAddr::from(([127, 0, 0, last], 0))).unwrap();
        socket.connect(self.address()).await.unwrap()
    }

    async fn arrival(&mut self) -> Arrival {
        timeout(PATIENCE, self.arrivals.recv()).await.unwrap().unwrap()
    }

    /// The next arrival, which must be a message: its Call-ID and its way back.
    async fn message(&mut self) -> (String, Hop) {
        match self.arrival().await {
            Arrival::Message { hop, message } => match *message {
                Message::Request(request) => (request.call_id.to_string(), hop),
                Message::Response(response) => (response.call_id.to_string(), hop),
            },
            other @ (Arrival::FlowClosed(_)
            | Arrival::Unreachable { .. }
            | Arrival::Unused { .. }
            | Arrival::Certified { .. }) => {
                panic!("no message but {other:?}")
            }
        }
    }

    async fn closed(&mut self) -> FlowId {
        match self.arrival().await {
            Arrival::FlowClosed(flow) => flow,
            other @ (Arrival::Message { .. }
            | Arrival::Unreachable { .. }
            | Arrival::Unused { .. }
            | Arrival::Certified { .. }) => {
                panic!("no end but {other:?}")
            }
        }
    }
}

/// What the peer reads until the connection is closed.
async fn rest(stream: &mut TcpStream) -> String {
    let mut read = Vec::new();
    // A reset is an end like any other.
    let _ = timeout(PATIENCE, stream.read_to_end(&mut read)).await.unwrap();
    String::from_utf8(read).unwrap()
}

async fn read_some(stream: &mut TcpStream) -> String {
    let mut buffer = [0; 2_048];
    let length = timeout(PATIENCE, stream.read(&mut buffer)).await.unwrap().unwrap();
    String::from_utf8_lossy(buffer.get(..length).unwrap()).into_owned()
}

async fn datagram(socket: &UdpSocket) -> String {
    let mut buffer = [0; 2_048];
    let length = timeout(PATIENCE, socket.recv(&mut buffer)).await.unwrap().unwrap();
    String::from_utf8_lossy(buffer.get(..length).unwrap()).into_owned()
}

#[tokio::test]
async fn a_datagram_comes_in_and_its_answer_goes_back() {
    let mut centre = Centre::start(Limits::default());
    let phone = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    phone.connect(centre.address()).await.unwrap();
    phone.send(b"\r\n\r\n").await.unwrap();
    phone.send(&[0, 1, 0, 0]).await.unwrap();
    phone.send(options("first").as_bytes()).await.unwrap();
    let (call_id, hop) = centre.message().await;
    assert_eq!(call_id, "first", "keep-alives before it are not told");
    let back = Hop { transport: Transport::Udp, flow: UDP_FLOW, peer: phone.local_addr().unwrap() };
    assert_eq!(hop, back);
    centre.net.send(hop, Bytes::from_static(b"answer"));
    assert_eq!(datagram(&phone).await, "answer");
}

#[tokio::test]
async fn a_faulty_datagram_is_answered_and_not_told() {
    let mut centre = Centre::start(Limits::default());
    let phone = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    phone.connect(centre.address()).await.unwrap();
    phone.send(options("bad").replace("CSeq: 1", "CSeq: x").as_bytes()).await.unwrap();
    let answer = datagram(&phone).await;
    assert!(answer.starts_with("SIP/2.0 400 "), "{answer}");
    phone.send(b"nothing like SIP").await.unwrap();
    phone.send(options("good").as_bytes()).await.unwrap();
    assert_eq!(centre.message().await.0, "good");
}

#[tokio::test]
async fn a_stream_is_cut_into_messages_however_it_is_torn() {
    let mut centre = Centre::start(Limits::default());
    let mut phone = centre.connect().await;
    let both = format!("\r\n\r\n{}{}", options("one"), options("two"));
    for piece in both.as_bytes().chunks(97) {
        phone.write_all(piece).await.unwrap();
        phone.flush().await.unwrap();
    }
    let (first, hop) = centre.message().await;
    let (second, again) = centre.message().await;
    assert_eq!((first.as_str(), second.as_str()), ("one", "two"));
    assert_eq!(hop, again);
    assert_eq!((hop.transport, hop.flow), (Transport::Tcp, FlowId(2)));
    assert_eq!(read_some(&mut phone).await, "\r\n", "the keep-alive is answered");
    centre.net.send(hop, Bytes::from_static(b"answer"));
    assert_eq!(read_some(&mut phone).await, "answer");
    drop(phone);
    assert_eq!(centre.closed().await, FlowId(2));
}

#[tokio::test]
async fn a_message_to_a_connection_that_is_gone_tells_so() {
    let mut centre = Centre::start(Limits::default());
    let mut phone = centre.connect().await;
    phone.write_all(options("one").as_bytes()).await.unwrap();
    let (_, hop) = centre.message().await;
    drop(phone);
    assert_eq!(centre.closed().await, hop.flow);
    centre.net.send(hop, Bytes::from_static(b"late"));
    assert_eq!(centre.closed().await, hop.flow);
}

#[tokio::test]
async fn one_connection_is_opened_for_all_messages_to_a_peer() {
    let mut centre = Centre::start(Limits::default());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let peer = listener.local_addr().unwrap();
    let hop = Hop { transport: Transport::Tcp, flow: Hop::NO_FLOW, peer };
    centre.net.send(hop, Bytes::from_static(b"one "));
    centre.net.send(hop, Bytes::from_static(b"two "));
    let (mut stream, _) = timeout(PATIENCE, listener.accept()).await.unwrap().unwrap();
    stream.write_all(options("back").as_bytes()).await.unwrap();
    let (_, back) = centre.message().await;
    assert_eq!((back.peer, back.flow), (peer, FlowId(2)));
    centre.net.send(hop, Bytes::from_static(b"three"));
    let mut read = String::new();
    while read.len() < "one two three".len() {
        read += &read_some(&mut stream).await;
    }
    assert_eq!(read, "one two three");
    drop(stream);
    assert_eq!(centre.closed().await, FlowId(2));
}

#[tokio::test]
async fn a_peer_that_takes_no_connection_is_told_unreachable() {
    let mut centre = Centre::start(Limits::default());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let peer = listener.local_addr().unwrap();
    drop(listener);
    let hop = Hop { transport: Transport::Tcp, flow: Hop::NO_FLOW, peer };
    centre.net.send(hop, Bytes::from_static(b"lost"));
    let arrival = centre.arrival().await;
    assert!(matches!(arrival, Arrival::Unreachable { peer: at } if at == peer), "{arrival:?}");
    centre.net.send(Hop { transport: Transport::Wss, ..hop }, Bytes::from_static(b"lost"));
    assert!(matches!(centre.arrival().await, Arrival::Unreachable { .. }));
}

#[tokio::test]
async fn one_source_can_not_take_every_connection() {
    let limits = Limits { connections_per_source_max: 2, ..Limits::default() };
    let mut centre = Centre::start(limits);
    let mut kept = [centre.connect().await, centre.connect().await];
    let mut refused = centre.connect().await;
    assert_eq!(rest(&mut refused).await, "");
    for (at, phone) in kept.iter_mut().enumerate() {
        phone.write_all(options(&at.to_string()).as_bytes()).await.unwrap();
        assert_eq!(centre.message().await.0, at.to_string());
    }
    // A place that becomes free is given to the next.
    drop(kept);
    centre.closed().await;
    centre.closed().await;
    let mut phone = centre.connect().await;
    phone.write_all(options("next").as_bytes()).await.unwrap();
    assert_eq!(centre.message().await.0, "next");
}

#[tokio::test]
async fn a_source_that_opens_connections_all_the_time_is_not_let_in_and_another_is() {
    let limits = Limits { connections_per_source_per_second_max: 1, ..Limits::default() };
    let mut centre = Centre::start(limits);
    let (began, mut taken) = (Instant::now(), 0);
    for call_id in 0..20 {
        let mut phone = centre.connect_from(2).await;
        let _ = phone.write_all(options(&call_id.to_string()).as_bytes()).await;
        tokio::select! {
            (said, _) = centre.message() => {
                assert_eq!(said, call_id.to_string());
                drop(phone);
                centre.closed().await;
                taken += 1;
            }
            said = rest(&mut phone) => assert_eq!(said, ""),
        }
    }
    // Two at once; the slower the machine, the more.
    assert!((2..=3 + began.elapsed().as_secs()).contains(&taken), "{taken} of 20");
    let mut phone = centre.connect_from(3).await;
    phone.write_all(options("another").as_bytes()).await.unwrap();
    assert_eq!(centre.message().await.0, "another");
}

#[tokio::test]
async fn all_sources_together_can_not_take_more_connections_than_there_are() {
    let limits = Limits { connections_max: 2, ..Limits::default() };
    let mut centre = Centre::start(limits);
    let mut kept = [centre.connect_from(2).await, centre.connect_from(3).await];
    let mut refused = centre.connect_from(4).await;
    assert_eq!(rest(&mut refused).await, "");
    for (at, phone) in kept.iter_mut().enumerate() {
        phone.write_all(options(&at.to_string()).as_bytes()).await.unwrap();
        assert_eq!(centre.message().await.0, at.to_string());
    }
    drop(kept);
    centre.closed().await;
    centre.closed().await;
    let mut phone = centre.connect_from(4).await;
    phone.write_all(options("next").as_bytes()).await.unwrap();
    assert_eq!(centre.message().await.0, "next");
}

#[tokio::test]
async fn a_stranger_who_says_nothing_is_cut_off() {
    let limits = Limits { first_message_max: Duration::from_millis(50), ..Limits::default() };
    let mut centre = Centre::start(limits);
    let mut phone = centre.connect().await;
    // Keep-alives gain no time.
    phone.write_all(b"\r\n\r\n").await.unwrap();
    assert_eq!(rest(&mut phone).await, "\r\n");
    assert_eq!(centre.closed().await, FlowId(2));
}

#[tokio::test]
async fn a_message_that_never_ends_is_cut_off() {
    let limits = Limits { message_max: Duration::from_millis(50), ..Limits::default() };
    let mut centre = Centre::start(limits);
    let mut phone = centre.connect().await;
    phone.write_all(options("whole").as_bytes()).await.unwrap();
    centre.message().await;
    phone.write_all(b"OPTIONS sip:").await.unwrap();
    assert_eq!(rest(&mut phone).await, "");
    assert_eq!(centre.closed().await, FlowId(2));
}

#[tokio::test]
async fn half_a_keep_alive_is_no_message_begun() {
    let limits = Limits { message_max: Duration::from_millis(50), ..Limits::default() };
    let mut centre = Centre::start(limits);
    let mut phone = centre.connect().await;
    phone.write_all(format!("{}\r\n", options("one")).as_bytes()).await.unwrap();
    centre.message().await;
    phone.write_all(b"\r\n\r\n\r\n").await.unwrap();
    assert_eq!(read_some(&mut phone).await.trim(), "");
    tokio::time::sleep(Duration::from_millis(150)).await;
    phone.write_all(options("two").as_bytes()).await.unwrap();
    assert_eq!(centre.message().await.0, "two");
}

#[tokio::test]
async fn a_stream_without_lengths_is_told_why_and_closed() {
    let mut centre = Centre::start(Limits::default());
    let mut phone = centre.connect().await;
    let endless = options("x").replace("Content-Length: 0\r\n", "");
    phone.write_all(endless.as_bytes()).await.unwrap();
    let answer = rest(&mut phone).await;
    assert!(answer.starts_with("SIP/2.0 400 "), "{answer}");
    assert_eq!(centre.closed().await, FlowId(2));
}

#[tokio::test]
async fn a_peer_that_reads_nothing_is_cut_off_and_no_one_else() {
    let limits = Limits { write_queue_max: 8, ..Limits::default() };
    let mut centre = Centre::start(limits);
    let mut deaf = centre.connect().await;
    deaf.write_all(options("deaf").as_bytes()).await.unwrap();
    let (_, to_deaf) = centre.message().await;
    let mut phone = centre.connect().await;
    phone.write_all(options("phone").as_bytes()).await.unwrap();
    let (_, to_phone) = centre.message().await;
    let large = Bytes::from(vec![b'x'; 60_000]);
    let cut = loop {
        centre.net.send(to_deaf, large.clone());
        tokio::task::yield_now().await;
        if let Ok(Arrival::FlowClosed(flow)) = centre.arrivals.try_recv() {
            break flow;
        }
    };
    assert_eq!(cut, to_deaf.flow);
    centre.net.send(to_phone, Bytes::from_static(b"still here"));
    assert_eq!(read_some(&mut phone).await, "still here");
}

#[tokio::test]
async fn what_was_handed_over_leaves_before_the_end() {
    let mut centre = Centre::start(Limits::default());
    let mut phone = centre.connect().await;
    phone.write_all(options("one").as_bytes()).await.unwrap();
    let (_, hop) = centre.message().await;
    centre.net.send(hop, Bytes::from_static(b"goodbye"));
    centre.net.close().await;
    assert_eq!(rest(&mut phone).await, "goodbye");
}

#[tokio::test]
async fn a_port_that_is_taken_is_an_error() {
    let centre = Centre::start(Limits::default());
    let taken = Net::bind(centre.address(), Limits::default(), drop::<Arrival>);
    assert_eq!(taken.unwrap_err().kind(), std::io::ErrorKind::AddrInUse);
}

#[tokio::test]
async fn who_is_closed_lets_go_of_its_port() {
    let centre = Centre::start(Limits::default());
    let address = centre.address();
    drop(centre);
    // Connections are let go of a moment later, by their task.
    std::net::UdpSocket::bind(address).unwrap();
}

#[tokio::test]
async fn a_crowd_at_one_address_does_not_keep_another_from_its_turn() {
    const CROWD: usize = 200;
    let limits = Limits::default();
    let more = vec![Listener::bind(LOOPBACK, &limits).unwrap()];
    let (told, mut arrivals) = unbounded_channel();
    let (let_on, held) = std::sync::mpsc::channel::<()>();
    let held = std::sync::Arc::new(std::sync::Mutex::new(held));
    // Nobody is heard until all have spoken.
    let deliver = move |arrival| {
        if let Arrival::Message { hop, .. } = arrival {
            let _ = held.lock().unwrap().recv();
            told.send(hop.flow).unwrap();
        }
    };
    let net = Net::bind(Listening { more, ..LOOPBACK.into() }, limits, deliver).unwrap();
    let addresses: Vec<SocketAddr> = net.ours().listeners().collect();
    let phone = UdpSocket::bind(LOOPBACK).await.unwrap();
    for _ in 0..CROWD {
        phone.send_to(options("crowd").as_bytes(), addresses[0]).await.unwrap();
    }
    phone.send_to(options("one").as_bytes(), addresses[1]).await.unwrap();
    drop(let_on);
    let mut before = 0;
    while timeout(PATIENCE, arrivals.recv()).await.unwrap().unwrap() == UDP_FLOW {
        before += 1;
    }
    assert!(before < CROWD, "all of the crowd were heard first");
}

#[tokio::test]
async fn it_is_asked_whether_a_quiet_connection_is_needed_and_keep_alives_do_not_hide_it() {
    let limits = Limits { unused_max: Duration::from_millis(200), ..Limits::default() };
    let mut centre = Centre::start(limits);
    let mut phone = centre.connect().await;
    phone.write_all(options("one").as_bytes()).await.unwrap();
    let (_, hop) = centre.message().await;
    for _ in 0..2 {
        phone.write_all(b"\r\n\r\n").await.unwrap();
        let asked = centre.arrival().await;
        assert!(matches!(asked, Arrival::Unused { hop: of } if of == hop), "{asked:?}");
    }
    centre.net.close_flow(hop.flow);
    loop {
        match centre.arrival().await {
            Arrival::Unused { .. } => {}
            Arrival::FlowClosed(flow) => break assert_eq!(flow, hop.flow),
            other @ (Arrival::Message { .. }
            | Arrival::Certified { .. }
            | Arrival::Unreachable { .. }) => panic!("no end but {other:?}"),
        }
    }
    assert_eq!(rest(&mut phone).await, "\r\n\r\n", "the keep-alives were answered");
}

#[tokio::test]
async fn a_drip_of_bytes_or_of_blanks_does_not_hold_a_connection() {
    let limits = Limits { message_max: Duration::from_millis(400), ..Limits::default() };
    let mut centre = Centre::start(limits);
    let mut stranger = centre.connect().await;
    let mut phone = centre.connect().await;
    phone.write_all(options("known").as_bytes()).await.unwrap();
    assert_eq!(centre.message().await.0, "known");
    let began = tokio::time::Instant::now();
    stranger.write_all(b"OPTIONS").await.unwrap();
    phone.write_all(b"OPTIONS").await.unwrap();
    let ended = async {
        loop {
            tokio::time::sleep(Duration::from_millis(50)).await;
            // The ends come in whatever order.
            let blank = stranger.write_all(b" ").await.is_err();
            if phone.write_all(b"\r\n ").await.is_err() && blank {
                break;
            }
        }
    };
    timeout(PATIENCE, ended).await.unwrap();
    assert!(began.elapsed() >= Duration::from_millis(400));
}

#[tokio::test]
async fn a_phone_that_asks_by_stun_is_told_how_it_is_seen() {
    let centre = Centre::start(Limits::default());
    let phone = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    phone.connect(centre.address()).await.unwrap();
    let request = [&[0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42][..], b"twelve bytes"].concat();
    phone.send(&request).await.unwrap();
    let mut answer = [0; 64];
    let length = timeout(PATIENCE, phone.recv(&mut answer)).await.unwrap().unwrap();
    let port = (phone.local_addr().unwrap().port() ^ 0x2112).to_be_bytes();
    let head = [1, 1, 0, 12, 0x21, 0x12, 0xa4, 0x42];
    let mapped = [0, 0x20, 0, 8, 0, 1, port[0], port[1], 127 ^ 0x21, 0x12, 0xa4, 1 ^ 0x42];
    assert_eq!(answer.get(..length).unwrap(), [&head[..], b"twelve bytes", &mapped].concat());
}

#[tokio::test]
async fn a_connection_of_ours_begins_at_the_address_that_its_peer_is_told() {
    let limits = Limits::default();
    let [first, second] =
        ["127.0.0.2:0", "127.0.0.1:0"].map(|at| at.parse::<SocketAddr>().unwrap());
    let more = vec![Listener::bind(second, &limits).unwrap()];
    let centre = Centre::at(Listening { more, ..first.into() }, limits);
    let carrier = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let peer = carrier.local_addr().unwrap();
    let hop = Hop { transport: Transport::Tcp, flow: Hop::NO_FLOW, peer };
    centre.net.send(hop, Bytes::from(options("connection")));
    let (_, from) = timeout(PATIENCE, carrier.accept()).await.unwrap().unwrap();
    assert_eq!(from.ip(), centre.net.ours().at(hop).ip());
    assert_eq!(from.ip(), first.ip());
}

#[tokio::test]
async fn several_addresses_are_listened_at_and_each_answers_by_itself() {
    let limits = Limits::default();
    let further: SocketAddr = "[::1]:0".parse().unwrap();
    let more = vec![Listener::bind(further, &limits).unwrap()];
    let mut centre = Centre::at(Listening { more, ..LOOPBACK.into() }, limits);
    let addresses: Vec<SocketAddr> = centre.net.ours().listeners().collect();
    assert_eq!((addresses.len(), addresses[0]), (2, centre.address()));
    for (at, address) in addresses.iter().enumerate() {
        let phone = UdpSocket::bind((address.ip(), 0)).await.unwrap();
        phone.connect(address).await.unwrap();
        phone.send(options("datagram").as_bytes()).await.unwrap();
        let (_, hop) = centre.message().await;
        assert_eq!((hop.flow, hop.entrance(2)), (FlowId(1 + at as u64), Some(at)));
        // A connected socket hears nobody but the address that it asked.
        centre.net.send(hop, Bytes::from_static(b"answer"));
        assert_eq!(datagram(&phone).await, "answer");
        centre.net.send(Hop { flow: Hop::NO_FLOW, ..hop }, Bytes::from_static(b"question"));
        assert_eq!(datagram(&phone).await, "question");

        let mut phone = TcpStream::connect(address).await.unwrap();
        phone.write_all(options("connection").as_bytes()).await.unwrap();
        let (_, hop) = centre.message().await;
        assert_eq!((hop.transport, hop.entrance(2)), (Transport::Tcp, Some(at)));
        centre.net.send(hop, Bytes::from_static(b"answer"));
        assert_eq!(read_some(&mut phone).await, "answer");
        drop(phone);
        assert_eq!(centre.closed().await, hop.flow);
    }
}
