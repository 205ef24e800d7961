//! `wire.rtp_flood`: somebody throws as many packets as they can at the ports of callers for ten minutes, over real sockets: garbage, pieces of
//! packets, what is too long, and sound and reports as nobody agreed on. Half of it comes from where nobody is, at callers who hear music; and half from the host of callers who
//! talk, where one of them may have gone to. How even the sound of all calls stays, what the media threads take of the
//! processor for it, and what the server takes in memory and open files.
//!
//! The limits are the same calls before it, in the same run; in memory the first half of the time beside the second.

use crate::busy::busy_of_thread;
use crate::ears::Heard;
use crate::figure::Figure;
use crate::scene::{CALLERS, Crowd, Scene};
use crate::served::Server;
use crate::steady::Listener;
use crate::upkeep::Upkeep;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use rtp::Header;
use std::collections::BTreeSet;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// How long it takes if nobody says otherwise.
pub(crate) const MINUTES: u32 = 10;

const CROWD: Crowd = Crowd { hear_music: 200, talk: 25 };
/// Ports that are thrown at, of callers who hear music and of callers who talk.
const TARGETS: usize = 4;
/// Where it comes from: nobody's host, and that of the callers.
const FROM: [Ipv4Addr; 2] = [Ipv4Addr::new(127, 0, 0, 66), CALLERS];
const BEFORE: Duration = Duration::from_secs(20);
/// How often what was heard is counted.
const TURN: Duration = Duration::from_secs(5);
/// The name that the threads of media workers begin with.
const WORKER: &str = "media";
/// The longest that is thrown: more than an Ethernet frame carries.
const LONG: usize = 1_600;

pub(crate) fn run(length: Duration) -> Vec<Figure> {
    let scene = Scene::set(Server::start_beside, CROWD, "");
    let process = scene.server.process();
    scene.take();
    let calm = heard_for(&scene, BEFORE);
    thread::sleep(TURN);
    let heard = scene.take();
    let near = heard.talks.iter().filter(|packet| packet.ear < CROWD.talk);
    let targets = [ports(heard.music.iter()), ports(near)];

    let upkeep = Upkeep::watch(process, length);
    let thrower = Thrower::begin(targets);
    let flooded = heard_for(&scene, length);
    let thrown = thrower.end();
    let upkeep = upkeep.join().expect("the process was looked at");

    let thrown = f64::from(u32::try_from(thrown).unwrap_or(u32::MAX)) / length.as_secs_f64();
    let mut figures = vec![
        Figure::alone("wire.rtp_flood.thrown", thrown, "1/s"),
        Figure::beside("wire.rtp_flood.cores", flooded.cores, "cores", calm.cores),
    ];
    figures.extend(calm.listener.figures("wire.rtp_flood.before"));
    figures.extend(flooded.listener.figures("wire.rtp_flood"));
    figures.extend(upkeep.figures("wire.rtp_flood"));
    figures
}

/// Some of the ports that these came from.
fn ports<'a>(heard: impl Iterator<Item = &'a Heard>) -> Vec<u16> {
    let ports: BTreeSet<u16> = heard.map(|packet| packet.port).collect();
    ports.into_iter().take(TARGETS).collect()
}

/// What was heard in a while, and how many cores the media threads have taken.
struct While {
    listener: Listener,
    cores: f64,
}

fn heard_for(scene: &Scene, length: Duration) -> While {
    let (mut listener, began) = (Listener::default(), Instant::now());
    let spent = || busy_of_thread(scene.server.process(), WORKER);
    let before = spent();
    while began.elapsed() < length {
        thread::sleep(TURN.min(length));
        listener.hear(scene, &scene.take());
    }
    let cores = (spent() - before).as_secs_f64() / began.elapsed().as_secs_f64();
    While { listener, cores }
}

/// Who throws.
struct Thrower {
    ending: Arc<AtomicBool>,
    thrown: Arc<AtomicU64>,
    thread: JoinHandle<()>,
}

impl Thrower {
    fn begin(targets: [Vec<u16>; 2]) -> Self {
        let (ending, thrown) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        let (told, counts) = (Arc::clone(&ending), Arc::clone(&thrown));
        let thread = thread::spawn(move || throw(&targets, &told, &counts));
        Self { ending, thrown, thread }
    }

    /// Throws no more; how many packets it has thrown.
    fn end(self) -> u64 {
        self.ending.store(true, Ordering::Relaxed);
        self.thread.join().expect("it does not fall over");
        self.thrown.load(Ordering::Relaxed)
    }
}

fn throw(targets: &[Vec<u16>; 2], ending: &AtomicBool, thrown: &AtomicU64) {
    let sockets = FROM.map(|from| UdpSocket::bind((from, 0)).expect("a port is free"));
    let mut random = StdRng::seed_from_u64(1);
    let throws = sockets.iter().zip(targets);
    let throws: Vec<(&UdpSocket, u16)> =
        throws.flat_map(|(from, at)| at.iter().map(move |port| (from, *port))).collect();
    for (socket, target) in throws.into_iter().cycle() {
        if ending.load(Ordering::Relaxed) {
            return;
        }
        let to = SocketAddr::from((Ipv4Addr::LOCALHOST, target));
        let sent = socket.send_to(&packet(&mut random), to).is_ok();
        thrown.fetch_add(u64::from(sent), Ordering::Relaxed);
    }
}

/// Something that may be thrown.
fn packet(random: &mut StdRng) -> Vec<u8> {
    let mut octets = vec![0; LONG];
    random.fill_bytes(&mut octets);
    let [sequence @ .., _, _, kind, cut] = random.next_u64().to_le_bytes();
    let [s0, s1, ..] = sequence;
    let header = Header {
        marker: kind & 0x80 != 0,
        payload_type: 8,
        sequence: u16::from_le_bytes([s0, s1]),
        timestamp: random.next_u32(),
        ssrc: random.next_u32(),
    };
    let sound = || [&header.encode()[..], &[0xd5; 160]].concat();
    match kind % 5 {
        // Nothing in particular, and too long.
        0 => octets,
        1 => octets.into_iter().take(cut.into()).collect(),
        // Sound, whole and cut off.
        2 => sound(),
        3 => sound().into_iter().take((cut % 13).into()).collect(),
        // A report.
        _ => [&[0x80, 200][..], octets.get(..usize::from(cut)).unwrap_or_default()].concat(),
    }
}
