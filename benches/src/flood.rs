//! `wire.flood`: three times as many calls come as the server can take, over real sockets, while others are on: some hear music,
//! some talk. How even the sound of those stays, how soon the others are refused, what the server takes in memory, and how
//! soon afterwards the line is as it was.
//!
//! First it is found out how many calls a second are all taken, in the same run. The calls are sipp's, from several
//! addresses, for one address may have only so much. Server, callers and listeners share the machine as they are,
//! none of them before another; so what the callers do is a part of the load.
//!
//! The limits are what was found before the flood, in the same run; for the refusals, a datagram there and back between two
//! threads under the same load.

use crate::ears::{Ears, Heard};
use crate::evenness::Evenness;
use crate::figure::Figure;
use crate::memory::resident_bytes_of;
use crate::probes::{Found, Probe, Probes};
use crate::round_trips::round_trips;
use crate::served::{Server, at_share, milliseconds};
use crate::sipp_calls::{Answers, Paced, STAY, Sipp};
use crate::voices::Voices;
use std::collections::BTreeSet;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// Calls that are on and hear music.
const HEAR_MUSIC: usize = 200;
/// Calls that are on and talk with somebody outside.
const TALK: usize = 25;
/// Addresses that the flood comes from.
const SOURCES: u8 = 8;
/// The first pace that is tried to see what the server can take, and how much more each further one is.
const PACE_FIRST: f64 = 160.0;
const PACE_STEP: f64 = 1.3;
const PACE_MAX: f64 = 8_000.0;
/// How long each is tried, and how long the server rests afterwards.
const TRY: Duration = Duration::from_secs(3);
const REST: Duration = Duration::from_secs(2);
/// So many times as many calls as the server can take.
const TIMES: f64 = 3.0;
const FLOOD: Duration = Duration::from_secs(20);
/// How often it is looked how much memory the server has meanwhile.
const LOOK: Duration = Duration::from_millis(100);
/// For so long as many calls come before it as the server can take: each is remembered for half a minute, which is no flood's doing.
const STEADY: Duration = Duration::from_secs(35);
const BEFORE: Duration = Duration::from_secs(5);
const AFTER: Duration = Duration::from_secs(8);
/// Who is answered later than that does not find the line as it was.
const USUAL: Duration = Duration::from_millis(100);
/// How long everybody who is on is given to arrive.
const SETTLE: Duration = Duration::from_secs(30);

/// Where those who are on call from, and those whom they talk with are.
const CALLERS: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);
const OTHERS: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 5);

const WAITING: &str = "9000";
const FLOODED: &str = "9100";
const TALKING: &str = "9200";

pub(crate) fn run() -> Vec<Figure> {
    let scene = Scene::set();
    let capacity = scene.capacity();
    thread::sleep(REST);
    scene.calls(capacity, STEADY);
    let found = scene.flooded(capacity);
    found.figures(capacity)
}

/// Calls that are on, and who listens to them.
struct Scene {
    server: Server,
    music: Ears,
    /// The two ends of talks.
    talks: [Ears; 2],
    /// What the calls of the flood are told, and nobody reads.
    unread: UdpSocket,
    _voices: [Voices; 2],
    _on: [Sipp; 2],
}

/// What was found.
struct Findings {
    offered: f64,
    answers: Answers,
    /// Of music and of talks, before and in the flood.
    music: [Evenness; 2],
    talks: [Evenness; 2],
    memory: Memory,
    trips: Vec<f64>,
    probes: Vec<Probe>,
    began: Instant,
    ended: Instant,
}

/// Bytes of the server in memory.
#[derive(Clone, Copy, Default)]
struct Memory {
    before: f64,
    /// The most in the first half of the flood, and in the second.
    halves: [f64; 2],
}

impl Memory {
    /// Looks at a process until the flood is over.
    fn watch(process: u32, before: f64) -> JoinHandle<Self> {
        thread::spawn(move || {
            let began = Instant::now();
            let mut memory = Self { before, ..Self::default() };
            while began.elapsed() < FLOOD {
                let [first, second] = &mut memory.halves;
                let half = if began.elapsed() < FLOOD / 2 { first } else { second };
                *half = half.max(resident_bytes_of(process));
                thread::sleep(LOOK);
            }
            memory
        })
    }
}

impl Scene {
    fn set() -> Self {
        let other = UdpSocket::bind((OTHERS, 0)).expect("a port is free");
        let others_at = other.local_addr().expect("it is bound");
        drop(other);
        let server = Server::start(&dialplan(others_at));
        let music = Ears::open(CALLERS, HEAR_MUSIC);
        let [near, far] = [CALLERS, OTHERS].map(|at| Ears::open(at, TALK));
        let others = Sipp::called(others_at, &far.ports());
        thread::sleep(Duration::from_millis(500));
        let wait = music.ports().into_iter().map(|port| (WAITING, port));
        let talk = near.ports().into_iter().map(|port| (TALKING, port));
        let calls: Vec<(&str, u16)> = wait.chain(talk).collect();
        let held = Sipp::held(server.sip, CALLERS, &calls);
        let voices = [&near, &far].map(|ears| Voices::speak(ears.mouths(), None));
        let talks = [near, far];
        let unread = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).expect("loopback has free ports");
        let scene = Self { server, music, talks, unread, _voices: voices, _on: [others, held] };
        scene.wait_for_all();
        scene
    }

    /// Waits until everybody who is on hears what is meant for them.
    fn wait_for_all(&self) {
        let over = Instant::now() + SETTLE;
        loop {
            thread::sleep(Duration::from_secs(1));
            let hear = ears_of(&self.music.take());
            let talk: usize = self.talks.iter().map(|ears| ears_of(&said(ears))).sum();
            if (hear, talk) == (HEAR_MUSIC, 2 * TALK) {
                return;
            }
            assert!(Instant::now() < over, "{hear} hear music, and {talk} somebody else");
        }
    }

    /// Calls a second of which all are taken.
    fn capacity(&self) -> f64 {
        let mut carried = 0.0;
        let mut pace = PACE_FIRST;
        while pace < PACE_MAX {
            // The machine has its hiccups: what fails is tried once more.
            if !self.carries(pace) && !self.carries(pace) {
                break;
            }
            carried = pace;
            pace *= PACE_STEP;
        }
        assert!(carried > 0.0, "not even {PACE_FIRST} calls a second are taken");
        carried
    }

    fn carries(&self, pace: f64) -> bool {
        let began = Instant::now();
        let answers = self.calls(pace, TRY);
        let lasted = began.elapsed();
        thread::sleep(REST);
        answers.refused.is_empty() && lasted < (TRY + STAY).mul_f64(1.2)
    }

    /// So many calls a second for so long, and what became of them.
    fn calls(&self, pace: f64, length: Duration) -> Answers {
        let each = pace / f64::from(SOURCES);
        let sound_port = self.unread.local_addr().expect("it is bound").port();
        let all: Vec<Sipp> = (0..SOURCES)
            .map(|source| {
                Sipp::paced(Paced {
                    server: self.server.sip,
                    number: FLOODED,
                    from: Ipv4Addr::new(127, 0, 1, source),
                    sound_port,
                    pace: whole(each),
                    calls: whole(each * length.as_secs_f64()),
                })
            })
            .collect();
        all.into_iter().map(Sipp::answers).fold(Answers::default(), Answers::and)
    }

    fn flooded(&self, capacity: f64) -> Findings {
        let sound_port = self.unread.local_addr().expect("it is bound").port();
        self.listen();
        let probes = Probes::begin(self.server.sip, FLOODED, sound_port);
        thread::sleep(BEFORE);
        let before = self.listen();
        let process = self.server.process();
        let memory = Memory::watch(process, resident_bytes_of(process));
        let trips = thread::spawn(|| round_trips(FLOOD));
        let began = Instant::now();
        let answers = self.calls(capacity * TIMES, FLOOD);
        let lasted = began.elapsed();
        let [music, talks] = self.listen();
        thread::sleep(AFTER);
        let made = answers.taken.len() + answers.refused.len();
        let [music_before, talks_before] = before;
        Findings {
            offered: count(made) / lasted.saturating_sub(STAY).as_secs_f64(),
            answers,
            music: [music_before, music],
            talks: [talks_before, talks],
            memory: memory.join().expect("memory was looked at"),
            trips: trips.join().expect("the round trips were made"),
            probes: probes.end(),
            began,
            ended: began + lasted.saturating_sub(STAY),
        }
    }

    /// How even the sound was since the last time.
    fn listen(&self) -> [Evenness; 2] {
        let [near, far] = self.talks.each_ref().map(said);
        // The ears of one end are counted on from those of the other.
        let far = far.into_iter().map(|packet| Heard { ear: TALK + packet.ear, ..packet });
        let talks: Vec<Heard> = near.into_iter().chain(far).collect();
        [Evenness::of_music(&self.music.take(), HEAR_MUSIC), Evenness::of_talks(&talks, 2 * TALK)]
    }
}

impl Findings {
    fn figures(self, capacity: f64) -> Vec<Figure> {
        let recovery = self.recovery();
        let Self { offered, answers, music, talks, memory, trips, probes, began, ended } = self;
        let lasted = (ended - began).as_secs_f64();
        let taken = count(answers.taken.len()) / lasted;
        let mut figures = vec![
            Figure::alone("wire.flood.capacity", capacity, "calls/s"),
            Figure::beside("wire.flood.offered", offered, "calls/s", capacity * TIMES),
            Figure::beside("wire.flood.taken", taken, "calls/s", capacity),
        ];
        for (name, [before, flooded]) in [("music", music), ("talk", talks)] {
            let name = format!("wire.flood.{name}");
            let share = |it: &Evenness| it.in_time * 100.0;
            figures.extend([
                Figure::beside(format!("{name}.in_time"), share(&flooded), "%", share(&before)),
                Figure::beside(format!("{name}.late"), flooded.late_ms, "ms", before.late_ms),
                Figure::beside(format!("{name}.latest"), flooded.latest_ms, "ms", before.latest_ms),
                Figure::beside(
                    format!("{name}.missing"),
                    flooded.missing,
                    "packets",
                    flooded.heard,
                ),
            ]);
        }
        let (refused, trips) = (sorted(answers.refused), sorted(trips));
        let waited =
            probes_of(&probes, |probe| probe.called_at >= began && probe.called_at < ended);
        let by_probes =
            sorted(waited.into_iter().filter(|it| it.0 == Found::Refused).map(|it| it.1).collect());
        for (label, share) in [("p50", 0.5), ("p99", 0.99), ("last", 1.0)] {
            for (of, times) in [("refusal", &refused), ("refusal.probed", &by_probes)] {
                if let Some((time, trip)) = at_share(times, share).zip(at_share(&trips, share)) {
                    figures.push(Figure::beside(
                        format!("wire.flood.{of}.{label}"),
                        time,
                        "ms",
                        trip,
                    ));
                }
            }
        }
        let lost = probes.iter().filter(|probe| probe.answer.is_none()).count();
        let mebibytes = |bytes: f64| bytes / f64::from(1 << 20);
        let [first_half, second_half] = memory.halves.map(mebibytes);
        figures.extend([
            Figure::alone("wire.flood.unanswered", count(lost), "calls"),
            Figure::beside("wire.flood.memory", second_half, "MiB", mebibytes(memory.before)),
            Figure::beside("wire.flood.memory.growth", second_half, "MiB", first_half),
            Figure::alone("wire.flood.recovery", recovery.as_secs_f64(), "s"),
        ]);
        figures
    }

    /// How long after the flood the last call was refused or answered late.
    fn recovery(&self) -> Duration {
        let is_usual =
            |probe: &Probe| matches!(probe.answer, Some((Found::Open, after)) if after <= USUAL);
        let after = self.probes.iter().filter(|probe| probe.called_at >= self.ended);
        let last = after.filter(|probe| !is_usual(probe)).map(|probe| probe.called_at).max();
        last.map_or(Duration::ZERO, |last| last - self.ended)
    }
}

fn probes_of(probes: &[Probe], of: impl Fn(&&Probe) -> bool) -> Vec<(Found, f64)> {
    let answers = probes.iter().filter(of).filter_map(|probe| probe.answer);
    answers.map(|(found, after)| (found, milliseconds(after))).collect()
}

/// What our voices have said to these ears.
fn said(ears: &Ears) -> Vec<Heard> {
    ears.take().into_iter().filter(|packet| packet.said.is_some()).collect()
}

/// How many ears that was heard by.
fn ears_of(heard: &[Heard]) -> usize {
    heard.iter().map(|packet| packet.ear).collect::<BTreeSet<_>>().len()
}

fn sorted(mut values: Vec<f64>) -> Vec<f64> {
    values.sort_by(f64::total_cmp);
    values
}

fn dialplan(others: SocketAddr) -> String {
    format!(
        "language = \"sv\"\ncountry = \"46\"\nstrangers = \"welcome\"\n\
         [number.{WAITING}]\ngoto = \"queue.waiting\"\n\
         [number.{FLOODED}]\ngoto = \"queue.flooded\"\n\
         [number.{TALKING}]\ngoto = \"dial.other\"\n\
         [queue.waiting]\nwelcome = []\nannounce_place = \"10m\"\nwaiting_max = 1000\n\
         [queue.flooded]\nwelcome = []\nannounce_place = \"10m\"\nwaiting_max = 10000\n\
         [dial.other]\nnumber = \"+46701234567\"\nper_hour_max = 10000\n\
         [trunk.others]\nhost = \"{others}\"\nhealth = \"0s\"\ndial = [\"+4670\"]\n\
         [agent.1001]\nsecret = \"bench-1001\"\nqueues = \"all\"\n"
    )
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "calls a second are few, and never less than none"
)]
const fn whole(number: f64) -> u32 {
    number as u32
}

fn count(number: usize) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}
