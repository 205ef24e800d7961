//! The HTTP surface over a real loopback socket, asked byte by byte.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail by panicking as well")]

use api::{ClientError, Condition, Health, Numbers, Shared, TraceForm, fetch_status};
use jiff::Timestamp;
use metrics_exporter_prometheus::PrometheusBuilder;
use snapshot::Snapshot;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

struct Server {
    addr: SocketAddr,
    stop: oneshot::Sender<()>,
    served: JoinHandle<std::io::Result<()>>,
}

fn centre() -> Snapshot {
    let mut centre = Snapshot::empty("Kundtjänst", Timestamp::UNIX_EPOCH);
    centre.totals.offered = 7;
    centre
}

async fn start(bind: &str, condition: Condition) -> Server {
    let recorder = PrometheusBuilder::new().build_recorder();
    let shared = Shared {
        snapshot: Arc::new(|| Arc::new(centre())),
        metrics: recorder.handle(),
        messages: api::Messages::none(),
        recordings: api::Recordings::none(),
        past: api::Past::none(),
        trace: Arc::new(|call, form, numbers| {
            (call.0 == 7).then(|| format!("{form:?} {numbers:?}").into())
        }),
        control: None,
        health: Arc::new(move || Health {
            status: condition,
            details: BTreeMap::from([("ledger", "writing".to_owned())]),
        }),
    };
    metrics::with_local_recorder(&recorder, || metrics::counter!("calls_total").increment(3));
    let listener = TcpListener::bind(bind).await.unwrap();
    let addr = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel();
    let served = tokio::spawn(api::serve(listener, shared, async {
        let _ = stopped.await;
    }));
    Server { addr: SocketAddr::from(([127, 0, 0, 1], addr.port())), stop, served }
}

/// Sends `request`, whose lines end in `\n` for reading, and gives back all that comes.
async fn ask(addr: SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(addr).await.unwrap();
    stream.write_all(request.replace('\n', "\r\n").as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

async fn get(addr: SocketAddr, path: &str) -> String {
    ask(addr, &format!("GET {path} HTTP/1.1\nHost: localhost\nConnection: close\n\n")).await
}

fn body(answer: &str) -> &str {
    answer.split_once("\r\n\r\n").unwrap().1
}

#[tokio::test]
async fn a_healthy_centre_says_ok_and_what_its_parts_do() {
    let server = start("127.0.0.1:0", Condition::Ok).await;
    let answer = get(server.addr, "/healthz").await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    assert_eq!(body(&answer), r#"{"status":"ok","ledger":"writing"}"#);
}

#[tokio::test]
async fn a_failing_centre_answers_503() {
    let server = start("127.0.0.1:0", Condition::Failing).await;
    let answer = get(server.addr, "/healthz").await;
    assert!(answer.starts_with("HTTP/1.1 503 "), "{answer}");
    assert_eq!(body(&answer), r#"{"status":"failing","ledger":"writing"}"#);
}

#[tokio::test]
async fn metrics_are_prometheus_text() {
    let server = start("127.0.0.1:0", Condition::Ok).await;
    let answer = get(server.addr, "/metrics").await;
    assert!(answer.contains("content-type: text/plain; version=0.0.4"), "{answer}");
    assert!(body(&answer).contains("\ncalls_total 3\n"), "{answer}");
}

#[tokio::test]
async fn the_status_comes_through_our_own_client_as_it_was_published() {
    let server = start("127.0.0.1:0", Condition::Ok).await;
    assert_eq!(fetch_status(server.addr).await.unwrap(), centre());
}

#[tokio::test]
async fn every_answer_forbids_browsers_to_guess_and_to_keep() {
    let server = start("127.0.0.1:0", Condition::Ok).await;
    for path in ["/healthz", "/metrics", "/status", "/nothing"] {
        let answer = get(server.addr, path).await;
        assert!(answer.contains("\r\nx-content-type-options: nosniff\r\n"), "{answer}");
        assert!(answer.contains("\r\ncache-control: no-store\r\n"), "{answer}");
        assert!(answer.contains("\r\ncontent-security-policy: default-src 'none'"), "{answer}");
    }
}

#[tokio::test]
async fn unknown_paths_and_methods_are_answered_in_json() {
    let server = start("127.0.0.1:0", Condition::Ok).await;
    let unknown = get(server.addr, "/etc/passwd").await;
    assert!(unknown.starts_with("HTTP/1.1 404 "), "{unknown}");
    assert_eq!(
        body(&unknown),
        concat!(
            r#"{"error":"there are /healthz, /metrics, /status, /calls/ID/trace, "#,
            r#"and /api/v1 where tokens are set"}"#
        )
    );
    let posted = "POST /status HTTP/1.1\nHost: localhost\nConnection: close\n\n";
    let posted = ask(server.addr, posted).await;
    assert!(posted.starts_with("HTTP/1.1 405 "), "{posted}");
    assert_eq!(body(&posted), r#"{"error":"everything here is read with GET"}"#);
}

#[tokio::test]
async fn on_loopback_a_stranger_s_host_name_is_refused() {
    let server = start("127.0.0.1:0", Condition::Ok).await;
    for host in ["Host: evil.example", "Host: localhost\nHost: evil.example", "Accept: */*"] {
        let request = format!("GET /status HTTP/1.1\n{host}\nConnection: close\n\n");
        let answer = ask(server.addr, &request).await;
        assert!(answer.starts_with("HTTP/1.1 421 "), "{host}: {answer}");
        assert!(!answer.contains("Kundtj"), "{answer}");
    }
}

#[tokio::test]
async fn on_all_addresses_any_host_name_will_do() {
    let server = start("0.0.0.0:0", Condition::Ok).await;
    let request = "GET /status HTTP/1.1\nHost: acd.example\nConnection: close\n\n";
    assert!(ask(server.addr, request).await.starts_with("HTTP/1.1 200 "));
}

#[tokio::test]
async fn garbage_is_answered_with_400_and_the_next_one_is_served() {
    let server = start("127.0.0.1:0", Condition::Ok).await;
    let answer = ask(server.addr, "INVITE sip:9000@localhost SIP/2.0\n\n").await;
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
    assert!(get(server.addr, "/healthz").await.starts_with("HTTP/1.1 200 "));
}

#[tokio::test]
async fn the_server_ends_although_a_connection_sits_there_with_half_a_request() {
    let server = start("127.0.0.1:0", Condition::Ok).await;
    let mut half = TcpStream::connect(server.addr).await.unwrap();
    half.write_all(b"GET /sta").await.unwrap();
    // Another answer shows that the half request has been accepted before it.
    get(server.addr, "/healthz").await;
    server.stop.send(()).unwrap();
    server.served.await.unwrap().unwrap();
    assert!(TcpStream::connect(server.addr).await.is_err(), "nobody listens any more");
}

#[tokio::test]
async fn where_nobody_listens_the_client_says_not_reached() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    drop(listener);
    let error = fetch_status(addr).await.unwrap_err();
    assert!(matches!(error, ClientError::NotReached { .. }), "{error}");
    assert!(error.to_string().starts_with(&format!("no server answers at {addr}: ")), "{error}");
}

/// Takes one connection, reads what comes first, writes `answer` and closes.
async fn stranger(answer: &'static [u8]) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = [0; 1024];
        let _ = stream.read(&mut request).await.unwrap();
        stream.write_all(answer).await.unwrap();
    });
    addr
}

#[tokio::test]
async fn a_stranger_on_the_port_is_told_apart_from_a_server_of_ours() {
    for answer in [
        &b"HTTP/1.0 200 OK\r\n\r\n<html>hello</html>"[..],
        b"HTTP/1.1 404 Not Found\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/1.0 200 OK\r\n\r\n{\"at\":\"2026-11-22T00:00:00Z\",\"sit",
        b"",
    ] {
        let error = fetch_status(stranger(answer).await).await.unwrap_err();
        assert!(matches!(error, ClientError::NotOurs { .. }), "{error}");
    }
}

#[tokio::test]
async fn a_server_that_never_answers_is_left_after_two_seconds() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    let error = fetch_status(addr).await.unwrap_err();
    assert!(matches!(error, ClientError::TimedOut(_)), "{error}");
    drop(listener);
}

#[tokio::test]
async fn what_was_said_in_a_call_is_had_in_two_forms_and_with_numbers_only_when_asked() {
    let server = start("127.0.0.1:0", Condition::Ok).await;
    let fetch =
        |call, form, numbers| api::fetch_trace(server.addr, ids::CallId(call), form, numbers);
    let ladder = fetch(7, TraceForm::Ladder, Numbers::Masked).await.unwrap();
    assert_eq!(ladder, b"Ladder Masked");
    let pcap = fetch(7, TraceForm::Pcap, Numbers::Shown).await.unwrap();
    assert_eq!(pcap, b"Pcap Shown");
    let unknown = fetch(8, TraceForm::Ladder, Numbers::Masked).await.unwrap_err();
    assert!(unknown.to_string().starts_with("no messages of this call are kept"), "{unknown}");
    assert!(get(server.addr, "/calls/x/trace").await.starts_with("HTTP/1.1 404 "));
}

#[tokio::test]
async fn a_server_that_the_network_reaches_shows_no_numbers() {
    let server = start("0.0.0.0:0", Condition::Ok).await;
    let refused = get(server.addr, "/calls/7/trace?numbers").await;
    assert!(refused.starts_with("HTTP/1.1 403 "), "{refused}");
    assert!(get(server.addr, "/calls/7/trace").await.ends_with("Ladder Masked"));
}
