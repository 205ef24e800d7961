//! `wire.free_to_invite`: from the moment in which an agent is free to the next INVITE at the agent's phone, over real
//! sockets, with callers always waiting and hearing music. Where wrap-up is zero, that is from the agent's BYE, and what
//! is measured is the way BYE → socket → engine → decision → socket → INVITE.
//!
//! In `.wrap_up` it ends by itself. When it is due is known from the BYE, which begins it when it has come to the engine:
//! so the way of the BYE is in the figure, as above, and what a timer is late.
//!
//! The limit is a UDP datagram there and back between two threads of this process, measured under
//! the same load: nothing over a socket can be quicker.

use crate::figure::Figure;
use crate::round_trips::round_trips;
use crate::served::{Server, at_share, milliseconds};
use softphone::{Answer, CallState, End, Event, Phone, PhoneConfig, Voice};
use std::fmt::Write as _;
use std::net::SocketAddr;
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
    wrap_up: Duration,
}

/// The peers were measured with the numbers of the first two.
const LOADS: [Load; 4] = [
    Load { agents: 50, queues: 1, waiting: 50, wrap_up: Duration::ZERO },
    Load { agents: 500, queues: 200, waiting: 100, wrap_up: Duration::ZERO },
    Load { agents: 500, queues: 200, waiting: 1_000, wrap_up: Duration::ZERO },
    Load { agents: 500, queues: 200, waiting: 1_000, wrap_up: Duration::from_secs(1) },
];

/// How long agents talk at least: longer than a silent phone takes to count as connected. Each takes
/// a little longer than the one before, so that they do not all hang up at once.
const TALK: Duration = Duration::from_millis(1_500);
const TALK_STEP: Duration = Duration::from_millis(3);
/// How long everybody is given to arrive.
const SETTLE: Duration = Duration::from_secs(6);
/// How long is measured.
const MEASURE: Duration = Duration::from_secs(12);
pub(crate) fn run() -> Vec<Figure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .expect("a runtime can be started");
    LOADS.iter().flat_map(|load| runtime.block_on(measure(*load))).collect()
}

async fn measure(load: Load) -> Vec<Figure> {
    let server = Server::start(&dialplan(load));
    let (samples, taken) = mpsc::channel();
    let mut crowd = JoinSet::new();
    for agent in 0..load.agents {
        crowd.spawn(work(server.sip, agent, load.wrap_up, samples.clone()));
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
    let of_what = if load.wrap_up.is_zero() { "" } else { ".wrap_up" };
    let name = format!("wire.free_to_invite.{}.{}{of_what}", load.agents, load.waiting);
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

/// An agent who answers at once, talks, hangs up, and notes how long after wrap-up the next INVITE came.
async fn work(
    server: SocketAddr,
    agent: usize,
    wrap_up: Duration,
    samples: mpsc::Sender<Duration>,
) {
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
                free_since = Some(at + wrap_up);
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

fn account(agent: usize) -> String {
    format!("a{agent:04}")
}

fn secret(agent: usize) -> String {
    format!("bench-{agent}")
}

fn number(queue: usize) -> String {
    format!("9{queue:03}")
}

fn dialplan(load: Load) -> String {
    let mut text = String::from("language = \"sv\"\n");
    for queue in 0..load.queues {
        let _ = write!(
            text,
            "[number.{number}]\ngoto = \"queue.q{queue}\"\n[queue.q{queue}]\nname = \"Queue {queue}\"\n\
             wrap_up = \"{wrap_up}s\"\nannounce_place = \"10m\"\n",
            number = number(queue),
            wrap_up = load.wrap_up.as_secs(),
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
