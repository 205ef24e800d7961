//! Connections without end, half begun, dripping or forgotten: each meets its limit, others go on, and
//! all that was taken is given back.

use e2e::{Server, Site, http, ports, soft, wait};
use softphone::Answer;
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;

/// The longest limit of a connection that nobody uses is 30 s; a busy machine may look late.
const LET_GO_MAX: Duration = Duration::from_secs(60);

/// Connects from an address of its own.
async fn connect(source: u8, to: SocketAddr) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(SocketAddr::from(([127, 0, 1, source], 0))).unwrap();
    socket.connect(to).await.unwrap()
}

async fn connect_many(count: usize, source: u8, to: SocketAddr) -> Vec<TcpStream> {
    let mut all = Vec::new();
    for _ in 0..count {
        all.push(connect(source, to).await);
    }
    all
}

/// How long until the server closes it.
async fn closed_after(mut connection: TcpStream) -> Duration {
    let began = Instant::now();
    let mut rest = Vec::new();
    // A reset is an end like any other.
    let _ = timeout(LET_GO_MAX, connection.read_to_end(&mut rest)).await.expect("it is closed");
    began.elapsed()
}

/// One byte each 200 ms, never a whole message; how long until the server had enough.
async fn drip(mut connection: TcpStream) -> Duration {
    let began = Instant::now();
    let _ = connection.write_all(b"OPTIONS sip:9000@127.0.0.1 SIP/2.0\r\nSubject: ").await;
    while connection.write_all(b"x").await.is_ok() && began.elapsed() < LET_GO_MAX {
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    began.elapsed()
}

fn options(from: SocketAddr) -> String {
    format!(
        "OPTIONS sip:9000@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/TCP {from};branch=z9hG4bK-{0}\r\n\
         From: <sip:a@127.0.0.1>;tag=1\r\nTo: <sip:9000@127.0.0.1>\r\nCall-ID: {0}\r\n\
         CSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n",
        rand::random::<u64>()
    )
}

/// Asks once, and is answered.
async fn ask(connection: &mut TcpStream) {
    let question = options(connection.local_addr().unwrap());
    connection.write_all(question.as_bytes()).await.unwrap();
    assert!(read(connection).await.starts_with("SIP/2.0 200 "));
}

async fn read(connection: &mut TcpStream) -> String {
    let mut answer = vec![0; 4_096];
    let length = timeout(wait::LONG, connection.read(&mut answer)).await.unwrap().unwrap();
    String::from_utf8_lossy(&answer[..length]).into_owned()
}

/// How often a limit was met.
fn met(server: &Server, limit: &str) -> u64 {
    let (_, text) = http::get(server.http(), "/metrics").unwrap();
    let line = format!("sip_connections_cut_total{{limit=\"{limit}\"}} ");
    let count = text.lines().find_map(|of| of.strip_prefix(&line)?.parse().ok());
    count.unwrap_or(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_without_end_meet_their_limits_and_everything_is_given_back() {
    let ws = ports::free();
    let site = Site::of_one_queue("", 2).with_tls();
    let server = Server::start(site.with_setting(&format!("ws = {{ listen = \"{ws}\" }}")));
    let (phone, _events) =
        soft::switch_on(soft::over_tcp(soft::agent(server.sip(), "1001", Answer::Manual))).await;
    server.until_agent("1001", "ready");
    let files = server.descriptors();

    // One source holds 64, and the 36 over it are closed at once.
    let idle = connect_many(100, 1, server.sip()).await;
    // Half a handshake each: 32 of one source at once.
    let mut half = connect_many(40, 2, server.tls()).await;
    for connection in &mut half {
        let _ = connection.write_all(&[0x16, 0x03, 0x01]).await;
    }
    let dripping = tokio::spawn(drip(connect(3, server.sip()).await));
    let mut no_sip = connect(4, ws).await;
    let upgrade = format!(
        "GET / HTTP/1.1\r\nHost: {ws}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    );
    no_sip.write_all(upgrade.as_bytes()).await.unwrap();
    assert!(read(&mut no_sip).await.starts_with("HTTP/1.1 400 "));
    // It asks once, as anybody may, and then wants the connection for nothing.
    let mut forgotten = connect(5, server.sip()).await;
    ask(&mut forgotten).await;

    wait::until_so("the limits of one source are met", || {
        met(&server, "connections_per_source_max") == 36
            && met(&server, "handshakes_per_source_max") == 8
    });
    assert!(server.descriptors() < files + 64 + 32 + 8, "{} files", server.descriptors());
    // Meanwhile others come in, by connection and by datagram.
    ask(&mut connect(6, server.sip()).await).await;
    let (other, _events) = soft::switch_on(soft::agent(server.sip(), "1002", Answer::Manual)).await;
    server.until_agent("1002", "ready");

    let dripped = dripping.await.unwrap();
    assert!(dripped >= Duration::from_secs(9) && dripped < LET_GO_MAX, "{dripped:?}");
    for connection in half {
        closed_after(connection).await;
    }
    assert_eq!(met(&server, "handshake_max"), 32);
    closed_after(forgotten).await;
    for connection in idle {
        closed_after(connection).await;
    }
    assert_eq!((met(&server, "message_max"), met(&server, "unused_max")), (1, 1));
    assert_eq!(met(&server, "first_message_max"), 64);
    wait::until_so("all files are given back", || server.descriptors() <= files);
    // The phone that registered by its connection has said nothing for as long, and is kept.
    assert_eq!(server.status().agent_state("1001"), "ready");
    phone.stop().await;
    other.stop().await;
}
