//! More than the server can bear: new calls are refused before those that are on would suffer.

use e2e::{Baresip, PhoneSetup, Picks, Server, Sipp, Site, prompt, soft, wait};
use sip_msg::StatusCode;
use softphone::{Answer, CallState, End, Phone, PhoneCall};
use std::net::{SocketAddr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// Messages that mean nothing and must all be answered.
struct Flood {
    ending: Arc<AtomicBool>,
    thread: JoinHandle<Answers>,
}

/// What the flood was told.
#[derive(Debug, Default)]
struct Answers {
    sent: u64,
    ok: u64,
    refused: u64,
}

impl Answers {
    /// Counts what has come until now.
    fn hear(&mut self, socket: &UdpSocket) {
        let mut octets = [0; 2_048];
        while let Ok(length) = socket.recv(&mut octets) {
            self.ok += u64::from(octets[..length].starts_with(b"SIP/2.0 200 "));
            self.refused += u64::from(octets[..length].starts_with(b"SIP/2.0 503 "));
        }
    }
}

impl Flood {
    fn begin(server: SocketAddr, from: &'static str) -> Self {
        let ending = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&ending);
        let thread = thread::spawn(move || {
            let socket = UdpSocket::bind((from, 0)).unwrap();
            socket.set_nonblocking(true).unwrap();
            let from = socket.local_addr().unwrap();
            let mut answers = Answers::default();
            for number in 0_u64.. {
                answers.hear(&socket);
                if told.load(Ordering::Relaxed) {
                    break;
                }
                let options = format!(
                    "OPTIONS sip:9000@{server} SIP/2.0\r\nVia: SIP/2.0/UDP {from};branch=z9hG4bK-{number}\r\n\
                     From: <sip:flood@{from}>;tag={number}\r\nTo: <sip:9000@{server}>\r\n\
                     Call-ID: flood-{number}\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n"
                );
                socket.send_to(options.as_bytes(), server).unwrap();
                answers.sent += 1;
                thread::sleep(Duration::from_millis(2));
            }
            answers
        });
        Self { ending, thread }
    }

    fn end(self) -> Answers {
        self.ending.store(true, Ordering::Relaxed);
        self.thread.join().unwrap()
    }
}

fn alarms(server: &Server) -> usize {
    server.status().0["alarms"].as_array().map_or(0, Vec::len)
}

/// A call that is taken: where no message may wait, one of them may be refused at any time.
async fn taken(phone: &Phone) -> PhoneCall {
    for _ in 0..50 {
        let call = phone.call("9000").await.unwrap();
        if call.answered().await.is_ok() {
            return call;
        }
    }
    panic!("none is taken");
}

#[tokio::test(flavor = "multi_thread")]
async fn new_calls_are_refused_under_load_and_nobody_who_talks_hears_of_it() {
    // No message may wait at all, so that any that come in a row are too many.
    let site = Site::of_one_queue("", 2).with_setting("overload.message_wait_max_ms = 0");
    let server = Server::start(site);
    let words = prompt("en/demo/leverans");
    let setup = PhoneSetup::of_agent(server.sip(), "1001", Picks::Up, &words);
    let _agent = Baresip::start(&setup);
    server.until_agent("1001", "ready");
    let mut talking = Sipp::dial(server.sip(), "0709000001");
    server.until_agent("1001", "talking");
    let (waiting, _events) = soft::switch_on(soft::caller(server.sip(), "0709000003")).await;
    let waits = taken(&waiting).await;

    let flood = Flood::begin(server.sip(), "127.0.0.1");
    wait::until_so("an alarm", || alarms(&server) == 1);
    let told = server.status().0["alarms"][0].clone();
    assert_eq!(told["about"], "load");
    assert!(told["what"].as_str().unwrap().contains("message_wait_max_ms is 0"), "{told}");
    let (phone, _events) = soft::switch_on(soft::caller(server.sip(), "0709000002")).await;
    // By now every second one is, or more of them.
    let mut attempts = Vec::new();
    while !attempts.iter().any(|state| matches!(state, CallState::Ended(_))) {
        assert!(attempts.len() < 20, "all are taken");
        let call = phone.call("9000").await.unwrap();
        attempts.push(
            call.until(|state| matches!(state, CallState::Answered(_) | CallState::Ended(_))).await,
        );
        call.hang_up().await;
    }
    assert_eq!(
        attempts.pop(),
        Some(CallState::Ended(End::Rejected(StatusCode::SERVICE_UNAVAILABLE)))
    );
    // Phones of agents register all the same, and who waits or talks goes on, and may hold and hang up.
    waits.hold().await.unwrap();
    waits.resume().await.unwrap();
    waits.hang_up().await;
    waits.ended().await;
    server.until("the caller who waited is gone", |status| status.calls().len() == 1);
    let agent = soft::agent(server.sip(), "1002", Answer::Manual);
    let (_second, _events) = soft::switch_on(agent).await;
    server.until_agent("1002", "ready");
    let now = talking.sound.heard().len();
    talking.sound.until_heard("the agent still", &words, now);
    flood.end();

    wait::until_so("the end of the alarm", || alarms(&server) == 0);
    let last = taken(&phone).await;
    server.until("a caller more", |status| status.calls().len() == 2);
    drop(last);
    talking.hang_up();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_floods_the_server_has_nobody_else_refused() {
    let limit = "limits.requests_per_source_per_second_max = 20";
    let server = Server::start(Site::of_one_queue("", 1).with_setting(limit));
    let began = Instant::now();
    let flood = Flood::begin(server.sip(), "127.0.1.9");
    wait::until_so("an alarm", || alarms(&server) == 1);
    let told = server.status().0["alarms"][0].clone();
    assert_eq!(told["about"], "source");
    assert!(told["what"].as_str().unwrap().starts_with("127.0.1.9 says too much"), "{told}");

    let (phone, _events) = soft::switch_on(soft::caller(server.sip(), "0709000002")).await;
    for _ in 0..3 {
        let call = phone.call("9000").await.unwrap();
        call.answered().await.unwrap();
        call.hang_up().await;
        call.ended().await;
    }
    let agent = soft::agent(server.sip(), "1001", Answer::Manual);
    let (_agent, _events) = soft::switch_on(agent).await;
    server.until_agent("1001", "ready");

    wait::until_so("many are not heard", || server.metric("sip_unheard_total") > 300.0);
    let answers = flood.end();
    // Two seconds' worth at once, and then a second's worth in each.
    let most = 20 * (began.elapsed().as_secs() + 3);
    assert!((1..=most).contains(&answers.ok), "{answers:?} of {most}");
    assert!((1..=most).contains(&answers.refused), "{answers:?} of {most}");
    assert!(answers.ok + answers.refused < answers.sent, "the others get no answer: {answers:?}");
    wait::until_so("the end of the alarm", || alarms(&server) == 0);
}
