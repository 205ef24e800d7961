//! `wire.answer_to_heard`: from the moment in which an agent's phone answers to the first packet of the agent's voice at the
//! caller's phone, and of the caller's at the agent's, over real sockets; on a line where callers wait with music, and on one
//! where they are in the middle of an announcement.
//!
//! Phones say something each 20 ms, so who is connected at some moment waits 10 ms for the next packet, and 20 ms now and then.
//! The limit is such a stream over a bare relay of this process, under the same load: from the same moments to the next packet that
//! comes out of it.

use crate::figure::Figure;
use crate::served::{Server, at_share, milliseconds};
use softphone::{Answer, CallState, Event, Heard, Listen, Phone, PhoneCall, PhoneConfig, Voice};
use std::fmt::Write as _;
use std::net::{SocketAddr, UdpSocket};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// What callers of the two lines hear when an agent answers.
const LINES: [&str; 2] = ["music", "announcement"];
/// Agents of a line.
const AGENTS: usize = 20;
/// Who waits on a line while all of its agents talk.
const WAITING: usize = 20;
/// How long phones ring at least. Each rings a millisecond longer than the one before, so that answers fall anywhere in the
/// 20 ms of their phones.
const RING: Duration = Duration::from_millis(100);
/// How long agents talk.
const TALK: Duration = Duration::from_millis(1_500);
/// How long everybody is given to arrive.
const SETTLE: Duration = Duration::from_secs(6);
/// How long is measured.
const MEASURE: Duration = Duration::from_secs(20);

/// Samples, and bytes, of a packet.
const FRAME: usize = 160;
const FRAME_TIME: Duration = Duration::from_millis(20);
/// Whole packets of one byte are a voice: so is told whose it is, among music and words, which are no such packets.
const FIRST_AGENT: u8 = 0x10;
const CALLER: u8 = 0x80;

/// A talk that is over, as the agent's phone has it.
#[derive(Clone, Copy, Debug)]
struct Talk {
    agent: usize,
    answered_at: Instant,
    /// When the caller was heard.
    heard_at: Option<Instant>,
}

/// An agent was heard by a caller.
#[derive(Clone, Copy, Debug)]
struct HeardAgent {
    agent: usize,
    at: Instant,
}

pub(crate) fn run() -> Vec<Figure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .expect("a runtime can be started");
    runtime.block_on(measure())
}

async fn measure() -> Vec<Figure> {
    let server = Server::start(&dialplan());
    let (talks, talked) = mpsc::channel();
    let (agents, agents_heard) = mpsc::channel();
    let mut crowd = JoinSet::new();
    for agent in 0..LINES.len() * AGENTS {
        crowd.spawn(work(server.sip, agent, talks.clone()));
    }
    for caller in 0..LINES.len() * (AGENTS + WAITING) {
        crowd.spawn(call_again(server.sip, caller, agents.clone()));
    }
    tokio::time::sleep(SETTLE).await;
    // What was measured while everybody arrived is not meant.
    while talked.try_recv().is_ok() || agents_heard.try_recv().is_ok() {}
    let relayed = thread::spawn(|| relayed(MEASURE));
    tokio::time::sleep(MEASURE).await;
    let talks: Vec<Talk> = talked.try_iter().collect();
    let agents_heard: Vec<HeardAgent> = agents_heard.try_iter().collect();
    let relayed = relayed.join().expect("the packets were relayed");
    crowd.shutdown().await;
    drop(server);
    let lines = LINES.iter().enumerate();
    lines.flat_map(|(line, name)| figures(line, name, &talks, &agents_heard, &relayed)).collect()
}

fn figures(
    line: usize,
    name: &str,
    talks: &[Talk],
    agents_heard: &[HeardAgent],
    relayed: &[Instant],
) -> Vec<Figure> {
    let name = format!("wire.answer_to_heard.{name}");
    let talks: Vec<&Talk> = talks.iter().filter(|talk| line_of(talk.agent) == line).collect();
    let at_agents = talks.iter().filter_map(|talk| Some(talk.heard_at? - talk.answered_at));
    let agents_heard = agents_heard.iter().filter(|heard| line_of(heard.agent) == line);
    let at_callers = agents_heard.filter_map(|heard| since_answer(&talks, heard));
    let limits = talks.iter().filter_map(|talk| next_after(relayed, talk.answered_at));
    let limits = sorted(limits);
    let mut figures = Vec::new();
    for (who, values) in [("caller", sorted(at_callers)), ("agent", sorted(at_agents))] {
        let name = format!("{name}.at_{who}");
        let samples = f64::from(u32::try_from(values.len()).unwrap_or(u32::MAX));
        figures.push(Figure::alone(format!("{name}.samples"), samples, ""));
        for (label, share) in [("p50", 0.5), ("p99", 0.99), ("last", 1.0)] {
            if let Some((value, limit)) = at_share(&values, share).zip(at_share(&limits, share)) {
                figures.push(Figure::beside(format!("{name}.{label}"), value, "ms", limit));
            }
        }
    }
    figures
}

/// How long after the answer an agent was heard; `None` of one who has not told of the talk yet.
fn since_answer(talks: &[&Talk], heard: &HeardAgent) -> Option<Duration> {
    let of_agent = talks.iter().filter(|talk| talk.agent == heard.agent);
    let since = of_agent.filter_map(|talk| heard.at.checked_duration_since(talk.answered_at));
    since.min().filter(|since| *since < TALK)
}

fn next_after(relayed: &[Instant], moment: Instant) -> Option<Duration> {
    let next = relayed.get(relayed.partition_point(|at| *at < moment))?;
    Some(*next - moment)
}

fn sorted(values: impl Iterator<Item = Duration>) -> Vec<f64> {
    let mut values: Vec<f64> = values.map(milliseconds).collect();
    values.sort_by(f64::total_cmp);
    values
}

/// An agent who answers, talks, hangs up, and tells when the caller was heard.
async fn work(server: SocketAddr, agent: usize, talks: mpsc::Sender<Talk>) {
    let nth = u8::try_from(agent).expect("agents are few");
    let config = PhoneConfig {
        password: Some(secret(agent)),
        registration: Some(Duration::from_secs(300)),
        answer: Answer::After(RING + Duration::from_millis(u64::from(nth))),
        talk: Some(TALK),
        voice: Voice::Clip([FIRST_AGENT + nth; FRAME].into()),
        listen: Listen::Record,
        ..PhoneConfig::new(server, account(agent))
    };
    let (_phone, mut events) = Phone::start(config).await.expect("a phone finds a port");
    let (mut rings, mut answered_at): (Option<PhoneCall>, Option<Instant>) = (None, None);
    while let Some(event) = events.next().await {
        match event {
            Event::Incoming(call) => rings = Some(call),
            Event::Changed { state: CallState::Answered(_), at, .. } => answered_at = Some(at),
            Event::Changed { state: CallState::Ended(_), .. } => {
                if let Some((call, answered_at)) = rings.take().zip(answered_at.take()) {
                    let voice = first_voice(&call.heard(), |byte| byte == CALLER);
                    let heard_at = voice.map(|(_, at)| at);
                    // The receiver ends before the crowd does.
                    let _ = talks.send(Talk { agent, answered_at, heard_at });
                }
            }
            Event::Changed { .. } | Event::Registered { .. } | Event::NotRegistered(_) => {}
        }
    }
}

/// A caller who calls again as soon as the call is over, and tells when an agent was heard.
async fn call_again(server: SocketAddr, caller: usize, heard: mpsc::Sender<HeardAgent>) {
    let config = PhoneConfig {
        voice: Voice::Clip([CALLER; FRAME].into()),
        listen: Listen::Record,
        ..PhoneConfig::new(server, format!("0700{caller:06}"))
    };
    let (phone, _events) = Phone::start(config).await.expect("a phone finds a port");
    loop {
        let Ok(call) = phone.call(number(caller % LINES.len())).await else {
            tokio::time::sleep(Duration::from_millis(100)).await;
            continue;
        };
        call.ended().await;
        if let Some((byte, at)) = first_voice(&call.heard(), is_agent) {
            let agent = usize::from(byte - FIRST_AGENT);
            // The receiver ends before the crowd does.
            let _ = heard.send(HeardAgent { agent, at });
        }
    }
}

fn is_agent(byte: u8) -> bool {
    (FIRST_AGENT..CALLER).contains(&byte) && usize::from(byte - FIRST_AGENT) < LINES.len() * AGENTS
}

/// The first packet of a voice, and when it came.
fn first_voice(heard: &Heard, is_wanted: impl Fn(u8) -> bool) -> Option<(u8, Instant)> {
    let began = heard.arrivals.first()?.timestamp;
    heard.arrivals.iter().find_map(|arrived| {
        let from = usize::try_from(arrived.timestamp.wrapping_sub(began)).ok()?;
        let packet = heard.alaw.get(from..from + FRAME)?;
        let byte = *packet.first()?;
        let is_voice = is_wanted(byte) && packet.iter().all(|other| *other == byte);
        is_voice.then_some((byte, arrived.at))
    })
}

/// When packets came that were sent each 20 ms and passed on by nothing but a loop.
fn relayed(length: Duration) -> Vec<Instant> {
    let [source, relay, sink] = [(); 3].map(|()| {
        let socket = UdpSocket::bind("127.0.0.1:0").expect("loopback has a port");
        let timeout = Some(Duration::from_secs(1));
        socket.set_read_timeout(timeout).expect("a time-out can be set");
        socket
    });
    let address = |socket: &UdpSocket| socket.local_addr().expect("a bound socket has an address");
    let (to_relay, to_sink) = (address(&relay), address(&sink));
    let began = Instant::now();
    let over = began + length;
    let passing_on = thread::spawn(move || {
        let mut bytes = [0; 1_500];
        while Instant::now() < over {
            if let Ok(length) = relay.recv(&mut bytes) {
                let _ = relay.send_to(bytes.get(..length).unwrap_or(&[]), to_sink);
            }
        }
    });
    let sending = thread::spawn(move || {
        for packet in 1.. {
            let due = began + FRAME_TIME * packet;
            if due >= over {
                break;
            }
            thread::sleep(due.saturating_duration_since(Instant::now()));
            let _ = source.send_to(&[0; FRAME + 12], to_relay);
        }
    });
    let (mut came, mut bytes) = (Vec::new(), [0; 1_500]);
    while Instant::now() < over {
        if sink.recv(&mut bytes).is_ok() {
            came.push(Instant::now());
        }
    }
    sending.join().expect("the source ends");
    passing_on.join().expect("the relay ends");
    came
}

/// Agents and callers are of the lines by turns.
const fn line_of(agent: usize) -> usize {
    agent % LINES.len()
}

fn account(agent: usize) -> String {
    format!("a{agent:04}")
}

fn secret(agent: usize) -> String {
    format!("bench-{agent}")
}

fn number(line: usize) -> String {
    format!("900{line}")
}

fn dialplan() -> String {
    // Far longer than anybody waits.
    let words = ["\"demo/menu\""; 12].join(", ");
    let mut text = String::from("language = \"sv\"\n");
    for (line, name) in LINES.iter().enumerate() {
        let welcome = if *name == "music" { "" } else { &words };
        let number = number(line);
        let _ = write!(
            text,
            "[number.{number}]\ngoto = \"queue.{name}\"\n[queue.{name}]\nwrap_up = \"0s\"\n\
             announce_place = \"0s\"\nwelcome = [{welcome}]\n",
        );
        for agent in (0..LINES.len() * AGENTS).filter(|agent| line_of(*agent) == line) {
            let (account, secret) = (account(agent), secret(agent));
            let _ = write!(
                text,
                "[agent.{account}]\nname = \"Agent {agent}\"\nsecret = \"{secret}\"\nqueues = [\"{name}\"]\n",
            );
        }
    }
    text
}
