//! `wire.free_to_invite`: from an agent's BYE to the next INVITE at the agent's phone, over real
//! sockets, with callers always waiting and hearing music. Wrap-up is zero, so what is measured is
//! the way BYE → socket → engine → decision → socket → INVITE.
//!
//! The limit is a UDP datagram there and back between two threads of this process, measured under
//! the same load: nothing over a socket can be quicker.

use crate::figure::Figure;
use softphone::{Answer, CallState, End, Event, Phone, PhoneConfig, Voice};
use std::fmt::Write as _;
use std::net::{SocketAddr, UdpSocket};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// A centre to measure.
#[derive(Clone, Copy, Debug)]
struct Load {
    agents: usize,
    queues: usize,
    waiting: usize,
}

/// The peers were measured with the numbers of the first two.
const LOADS: [Load; 3] = [
    Load { agents: 50, queues: 1, waiting: 50 },
    Load { agents: 500, queues: 200, waiting: 100 },
    Load { agents: 500, queues: 200, waiting: 1_000 },
];

/// How long agents talk at least: longer than a silent phone takes to count as connected. Each takes
/// a little longer than the one before, so that they do not all hang up at once.
const TALK: Duration = Duration::from_millis(1_500);
const TALK_STEP: Duration = Duration::from_millis(3);
/// How long everybody is given to arrive.
const SETTLE: Duration = Duration::from_secs(6);
/// How long is measured.
const MEASURE: Duration = Duration::from_secs(12);
/// The place of the port that the server listens on; a free one is sought from here.
const PORT_FIRST: u16 = 25_060;

pub(crate) fn run() -> Vec<Figure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .expect("a runtime can be started");
    LOADS.iter().flat_map(|load| runtime.block_on(measure(*load))).collect()
}

async fn measure(load: Load) -> Vec<Figure> {
    let server = Server::start(load);
    let (samples, taken) = mpsc::channel();
    let mut crowd = JoinSet::new();
    for agent in 0..load.agents {
        crowd.spawn(work(server.sip, agent, samples.clone()));
    }
    for caller in 0..load.agents + load.waiting {
        crowd.spawn(call_again(server.sip, caller, caller % load.queues));
    }
    tokio::time::sleep(SETTLE).await;
    // What was measured while everybody arrived is not meant.
    while taken.try_recv().is_ok() {}
    let trips = thread::spawn(|| round_trips(MEASURE));
    tokio::time::sleep(MEASURE).await;
    let mut free_to_invite: Vec<f64> = taken.try_iter().map(milliseconds).collect();
    let mut limits = trips.join().expect("the round trips were made");
    crowd.shutdown().await;
    drop(server);
    figures(load, &mut free_to_invite, &mut limits)
}

fn figures(load: Load, values: &mut [f64], limits: &mut [f64]) -> Vec<Figure> {
    values.sort_by(f64::total_cmp);
    limits.sort_by(f64::total_cmp);
    let name = format!("wire.free_to_invite.{}.{}", load.agents, load.waiting);
    let mut figures = vec![Figure::alone(
        format!("{name}.samples"),
        f64::from(u32::try_from(values.len()).unwrap_or(u32::MAX)),
        "",
    )];
    for (label, share) in [("p50", 0.5), ("p99", 0.99)] {
        if let Some((value, limit)) = at_share(values, share).zip(at_share(limits, share)) {
            figures.push(Figure::beside(format!("{name}.{label}"), value, "ms", limit));
        }
    }
    figures
}

/// The value below which this share of the sorted values lies.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a share of a list's length lies within the list"
)]
fn at_share(sorted: &[f64], share: f64) -> Option<f64> {
    let place = (sorted.len() as f64 * share) as usize;
    sorted.get(place.min(sorted.len().saturating_sub(1))).copied()
}

fn milliseconds(length: Duration) -> f64 {
    length.as_secs_f64() * 1_000.0
}

/// An agent who answers at once, talks, hangs up, and notes how long the next INVITE took.
async fn work(server: SocketAddr, agent: usize, samples: mpsc::Sender<Duration>) {
    let config = PhoneConfig {
        password: Some(secret(agent)),
        registration: Some(Duration::from_secs(300)),
        answer: Answer::After(Duration::ZERO),
        talk: Some(TALK + TALK_STEP * u32::try_from(agent).unwrap_or(0)),
        voice: Voice::Mute,
        ..PhoneConfig::new(server, account(agent))
    };
    let (_phone, mut events) = Phone::start(config).await.expect("a phone finds a port");
    let mut free_since: Option<Instant> = None;
    while let Some(event) = events.next().await {
        match event {
            Event::Changed { state: CallState::Ended(End::HungUpHere), at, .. } => {
                free_since = Some(at);
            }
            Event::Incoming(call) => {
                if let Some(since) = free_since.take() {
                    // The receiver ends before the crowd does.
                    let _ = samples.send(call.began_at().saturating_duration_since(since));
                }
            }
            Event::Changed { .. } | Event::Registered { .. } | Event::NotRegistered(_) => {}
        }
    }
}

/// A caller who calls again as soon as the call is over.
async fn call_again(server: SocketAddr, caller: usize, queue: usize) {
    let config =
        PhoneConfig { voice: Voice::Mute, ..PhoneConfig::new(server, format!("0700{caller:06}")) };
    let (phone, _events) = Phone::start(config).await.expect("a phone finds a port");
    loop {
        match phone.call(number(queue)).await {
            Ok(call) => drop(call.ended().await),
            Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
        }
    }
}

/// Datagrams there and back, with a pause between two so that they are no load of their own.
fn round_trips(length: Duration) -> Vec<f64> {
    let echo = UdpSocket::bind("127.0.0.1:0").expect("loopback has a port");
    let address = echo.local_addr().expect("a bound socket has an address");
    let socket = UdpSocket::bind("127.0.0.1:0").expect("loopback has a port");
    let timeout = Some(Duration::from_secs(1));
    echo.set_read_timeout(timeout).expect("a time-out can be set");
    socket.set_read_timeout(timeout).expect("a time-out can be set");
    let over = Instant::now() + length;
    let answering = thread::spawn(move || {
        let mut bytes = [0; 1_500];
        while Instant::now() < over {
            if let Ok((length, from)) = echo.recv_from(&mut bytes) {
                let _ = echo.send_to(bytes.get(..length).unwrap_or(&[]), from);
            }
        }
    });
    let mut trips = Vec::new();
    let mut bytes = [0; 1_500];
    while Instant::now() < over {
        let sent = Instant::now();
        if socket.send_to(&[0; 800], address).is_ok() && socket.recv_from(&mut bytes).is_ok() {
            trips.push(milliseconds(sent.elapsed()));
        }
        thread::sleep(Duration::from_millis(5));
    }
    answering.join().expect("the echo ends");
    trips
}

fn account(agent: usize) -> String {
    format!("a{agent:04}")
}

fn secret(agent: usize) -> String {
    format!("bench-{agent}")
}

fn number(queue: usize) -> String {
    format!("9{queue:03}")
}

/// The program itself, in a folder of its own; stopped when dropped.
struct Server {
    child: Child,
    sip: SocketAddr,
    _folder: tempfile::TempDir,
}

impl Server {
    fn start(load: Load) -> Self {
        let folder = tempfile::tempdir().expect("there is room for a folder");
        std::fs::write(folder.path().join("dialplan.toml"), dialplan(load))
            .expect("and for a file");
        let settings = "rtp_ports = \"20000-32000\"\nrtp_timeout_s = 3600\n";
        std::fs::write(folder.path().join("telefonist.toml"), settings).expect("and another");
        let sip = SocketAddr::from(([127, 0, 0, 1], free_port(PORT_FIRST)));
        let http = SocketAddr::from(([127, 0, 0, 1], free_port(PORT_FIRST + 100)));
        let child = Command::new(program())
            .arg("serve")
            .arg(folder.path())
            .args(["--sip", &sip.to_string(), "--http", &http.to_string()])
            .env("RUST_LOG", "warn")
            .stdin(Stdio::null())
            .spawn()
            .expect("`cargo build --release -p server` has built the program");
        wait_until_it_listens(http);
        Self { child, sip, _folder: folder }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The figures are taken; nothing of this run is worth waiting for.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The program lies beside this one.
fn program() -> PathBuf {
    let own = std::env::current_exe().expect("a running program has a path");
    own.with_file_name("telefonist")
}

fn free_port(first: u16) -> u16 {
    let free = |port: &u16| {
        UdpSocket::bind(("127.0.0.1", *port)).is_ok()
            && std::net::TcpListener::bind(("127.0.0.1", *port)).is_ok()
    };
    (first..first + 100).find(free).expect("one of a hundred ports is free")
}

fn wait_until_it_listens(http: SocketAddr) {
    let over = Instant::now() + Duration::from_secs(20);
    while std::net::TcpStream::connect(http).is_err() {
        assert!(Instant::now() < over, "the server does not come up");
        thread::sleep(Duration::from_millis(50));
    }
}

fn dialplan(load: Load) -> String {
    let mut text = String::from("language = \"sv\"\n");
    for queue in 0..load.queues {
        let _ = write!(
            text,
            "[number.{number}]\ngoto = \"queue.q{queue}\"\n[queue.q{queue}]\nname = \"Queue {queue}\"\n\
             wrap_up = \"0s\"\nannounce_place = \"10m\"\n",
            number = number(queue),
        );
    }
    for agent in 0..load.agents {
        let queues: Vec<String> = (0..4.min(load.queues))
            .map(|step| format!("\"q{}\"", (agent + step * 50) % load.queues))
            .collect();
        let _ = write!(
            text,
            "[agent.{account}]\nname = \"Agent {agent}\"\nsecret = \"{secret}\"\nqueues = [{queues}]\n",
            account = account(agent),
            secret = secret(agent),
            queues = queues.join(", "),
        );
    }
    text
}
