//! `wire.soak`: an hour of a usual day, over real sockets: callers hear a recording and are let go, wait for a moment and give up, or wait for one of ten
//! agents, talk, and are recorded; others are on all the time; phones register anew, and the plan is reloaded each
//! minute. Whether a call fails or a packet is missing, and what the server takes in memory and open files as time goes on.
//!
//! What is missing is held against what came; what the server takes in the second half of the time against the first.

use crate::figure::Figure;
use crate::scene::{Crowd, Scene};
use crate::served::Server;
use crate::sipp_calls::{Answers, Paced, Sipp};
use crate::steady::{Listener, of_count};
use crate::upkeep::Upkeep;
use softphone::{Answer, Phone, PhoneConfig, Voice};
use std::fmt::Write as _;
use std::net::{Ipv4Addr, UdpSocket};
use std::thread;
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;

/// How long it takes if nobody says otherwise.
pub(crate) const MINUTES: u32 = 60;

const CROWD: Crowd = Crowd { hear_music: 50, talk: 10 };
/// How often what was heard is counted.
const TURN: Duration = Duration::from_secs(5);
const RELOADED_EVERY: Duration = Duration::from_secs(60);
/// What comes to its end by itself may take so long.
const LAST: Duration = Duration::from_secs(15);

const AGENTS: u32 = 10;
const REGISTERED_FOR: Duration = Duration::from_secs(60);
const TALK: Duration = Duration::from_millis(2_000);

/// What callers dial, where they call from, and how many of them come in a second.
const CALLS: [(&str, Ipv4Addr, u32); 3] = [
    (INFORMED, Ipv4Addr::new(127, 0, 1, 1), 5),
    (GIVEN_UP, Ipv4Addr::new(127, 0, 1, 2), 5),
    (SERVED, Ipv4Addr::new(127, 0, 1, 3), 2),
];
const INFORMED: &str = "9300";
const GIVEN_UP: &str = "9100";
const SERVED: &str = "9400";

pub(crate) fn run(length: Duration) -> Vec<Figure> {
    let scene = Scene::set(Server::start_beside, CROWD, &plan(0));
    let runtime = Runtime::new().expect("a runtime can be started");
    let _agents: Vec<Phone> = (0..AGENTS).map(|agent| at_work(&runtime, &scene, agent)).collect();
    let unread = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).expect("loopback has free ports");
    let sound_port = unread.local_addr().expect("it is bound").port();
    let calls = CALLS.map(|(number, from, pace)| Paced {
        server: scene.server.sip,
        number,
        from,
        sound_port,
        pace,
        calls: pace * u32::try_from((length.saturating_sub(LAST)).as_secs()).unwrap_or(u32::MAX),
    });
    scene.take();

    let upkeep = Upkeep::watch(scene.server.process(), length);
    let begun = calls.map(|calls| match calls.number {
        GIVEN_UP => Sipp::paced(calls),
        _ => Sipp::prompted(calls),
    });
    let (mut listener, mut reloads, began) = (Listener::default(), 0, Instant::now());
    while began.elapsed() < length {
        thread::sleep(TURN);
        listener.hear(&scene, &scene.take());
        if began.elapsed() >= RELOADED_EVERY * (reloads + 1) {
            reloads += 1;
            scene.reload(&plan(reloads));
        }
    }
    let upkeep = upkeep.join().expect("the process was looked at");

    let mut figures = vec![Figure::alone("wire.soak.reloads", f64::from(reloads), "")];
    for (calls, sipp) in calls.into_iter().zip(begun) {
        let (well, failed) = match calls.number {
            GIVEN_UP => {
                let Answers { taken, refused } = sipp.answers();
                (of_count(taken.len()), of_count(refused.len()))
            }
            _ => {
                let (well, failed) = sipp.ends();
                (f64::from(well), f64::from(failed))
            }
        };
        let name = format!("wire.soak.calls.{}", calls.number);
        figures.push(Figure::beside(name.clone(), well, "calls", f64::from(calls.calls)));
        figures.push(Figure::alone(name + ".failed", failed, "calls"));
    }
    figures.extend(listener.figures("wire.soak"));
    figures.extend(upkeep.figures("wire.soak"));
    figures
}

/// An agent who answers at once, talks and hangs up, again and again.
fn at_work(runtime: &Runtime, scene: &Scene, agent: u32) -> Phone {
    let config = PhoneConfig {
        password: Some(format!("bench-{agent}")),
        registration: Some(REGISTERED_FOR),
        answer: Answer::After(Duration::ZERO),
        talk: Some(TALK + Duration::from_millis(100) * agent),
        voice: Voice::Silence,
        ..PhoneConfig::new(scene.server.sip, account(agent))
    };
    let (phone, mut events) = runtime.block_on(Phone::start(config)).expect("a phone finds a port");
    // Nobody looks at what it does, and it is not to be held up by that.
    runtime.spawn(async move { while events.next().await.is_some() {} });
    phone
}

fn account(agent: u32) -> String {
    (2_001 + agent).to_string()
}

/// What is in the plan beside the lines of those who are on; each edition has a name of its own in it.
fn plan(edition: u32) -> String {
    let mut plan = format!(
        "[number.{INFORMED}]\ngoto = \"say.closed\"\n\
         [say.closed]\nprompts = [\"closed\"]\ngoto = \"hangup\"\n\
         [number.{GIVEN_UP}]\ngoto = \"queue.given_up\"\n\
         [queue.given_up]\nwelcome = []\nwaiting_max = 1000\n\
         [number.{SERVED}]\ngoto = \"queue.served\"\n\
         [queue.served]\nname = \"Edition {edition}\"\nwrap_up = \"1s\"\nrecord = true\nwaiting_max = 1000\n"
    );
    for agent in 0..AGENTS {
        let account = account(agent);
        let _ =
            write!(plan, "[agent.{account}]\nsecret = \"bench-{agent}\"\nqueues = [\"served\"]\n");
    }
    plan
}
