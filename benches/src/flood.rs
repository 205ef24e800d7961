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

use crate::evenness::Evenness;
use crate::figure::Figure;
use crate::probes::{Found, Probe, Probes};
use crate::round_trips::round_trips;
use crate::scene::{Crowd, Even, Scene};
use crate::served::{Server, at_share, milliseconds};
use crate::sipp_calls::{Answers, Paced, STAY, Sipp};
use crate::upkeep::Upkeep;
use std::net::{Ipv4Addr, UdpSocket};
use std::thread;
use std::time::{Duration, Instant};

/// Calls that are on.
const CROWD: Crowd = Crowd { hear_music: 200, talk: 25 };
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
/// For so long as many calls come before it as the server can take: each is remembered for half a minute, which is no flood's doing.
const STEADY: Duration = Duration::from_secs(35);
const BEFORE: Duration = Duration::from_secs(5);
const AFTER: Duration = Duration::from_secs(8);
/// Who is answered later than that does not find the line as it was.
const USUAL: Duration = Duration::from_millis(100);
const FLOODED: &str = "9100";

pub(crate) fn run() -> Vec<Figure> {
    let line = Line::open();
    let capacity = line.capacity();
    thread::sleep(REST);
    line.calls(capacity, STEADY);
    let found = line.flooded(capacity);
    found.figures(capacity)
}

/// The line that is flooded, and the calls that are on.
struct Line {
    scene: Scene,
    /// What the calls of the flood are told, and nobody reads.
    unread: UdpSocket,
}

/// What was found.
struct Findings {
    offered: f64,
    answers: Answers,
    before: Even,
    flooded: Even,
    upkeep: Upkeep,
    trips: Vec<f64>,
    probes: Vec<Probe>,
    began: Instant,
    ended: Instant,
}

impl Line {
    fn open() -> Self {
        let scene = Scene::set(Server::start, CROWD, &dialplan());
        let unread = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0));
        Self { scene, unread: unread.expect("loopback has free ports") }
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
                    server: self.scene.server.sip,
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
        let probes = Probes::begin(self.scene.server.sip, FLOODED, sound_port);
        thread::sleep(BEFORE);
        let before = self.listen();
        let upkeep = Upkeep::watch(self.scene.server.process(), FLOOD);
        let trips = thread::spawn(|| round_trips(FLOOD));
        let began = Instant::now();
        let answers = self.calls(capacity * TIMES, FLOOD);
        let lasted = began.elapsed();
        let flooded = self.listen();
        thread::sleep(AFTER);
        let made = answers.taken.len() + answers.refused.len();
        Findings {
            offered: count(made) / lasted.saturating_sub(STAY).as_secs_f64(),
            answers,
            before,
            flooded,
            upkeep: upkeep.join().expect("the process was looked at"),
            trips: trips.join().expect("the round trips were made"),
            probes: probes.end(),
            began,
            ended: began + lasted.saturating_sub(STAY),
        }
    }

    /// How even the sound was since the last time.
    fn listen(&self) -> Even {
        self.scene.evenness_of(&self.scene.take())
    }
}

impl Findings {
    fn figures(self, capacity: f64) -> Vec<Figure> {
        let recovery = self.recovery();
        let Self { offered, answers, before, flooded, upkeep, trips, probes, began, ended } = self;
        let lasted = (ended - began).as_secs_f64();
        let taken = count(answers.taken.len()) / lasted;
        let mut figures = vec![
            Figure::alone("wire.flood.capacity", capacity, "calls/s"),
            Figure::beside("wire.flood.offered", offered, "calls/s", capacity * TIMES),
            Figure::beside("wire.flood.taken", taken, "calls/s", capacity),
        ];
        for (name, [before, flooded]) in
            [("music", [before.music, flooded.music]), ("talk", [before.talks, flooded.talks])]
        {
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
        let [first_half, second_half] = upkeep.halves.map(|most| mebibytes(most.bytes));
        figures.extend([
            Figure::alone("wire.flood.unanswered", count(lost), "calls"),
            Figure::beside("wire.flood.memory", second_half, "MiB", mebibytes(upkeep.before.bytes)),
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

fn sorted(mut values: Vec<f64>) -> Vec<f64> {
    values.sort_by(f64::total_cmp);
    values
}

fn dialplan() -> String {
    format!(
        "[number.{FLOODED}]\ngoto = \"queue.flooded\"\n\
         [queue.flooded]\nwelcome = []\nannounce_place = \"10m\"\nwaiting_max = 10000\n"
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
