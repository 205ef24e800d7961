//! `wire.steady`: half as many callers as the media plane is said to hold hear music for ten minutes, over real sockets and from sipp, while some
//! others talk: whether a packet is missing or comes twice, how even they are, and what the server takes in memory and open
//! files meanwhile.
//!
//! What is missing is held against what came; what the server takes in the second half of the time against the first.

use crate::evenness::Evenness;
use crate::figure::Figure;
use crate::scene::{Crowd, Scene, Sounds};
use crate::served::Server;
use crate::tally::Tally;
use crate::upkeep::Upkeep;
use std::thread;
use std::time::{Duration, Instant};

/// How long it takes if nobody says otherwise.
pub(crate) const MINUTES: u32 = 10;

/// Half of the least that `media.music.5ms` was on a core in the figures, and a few who talk.
const CROWD: Crowd = Crowd { hear_music: 1_915, talk: 25 };
/// How often what was heard is counted.
const TURN: Duration = Duration::from_secs(5);

pub(crate) fn run(length: Duration) -> Vec<Figure> {
    let scene = Scene::set(Server::start_beside, CROWD, "");
    scene.take();
    let upkeep = Upkeep::watch(scene.server.process(), length);
    let mut listener = Listener::default();
    let began = Instant::now();
    while began.elapsed() < length {
        thread::sleep(TURN);
        listener.hear(&scene, &scene.take());
    }
    let upkeep = upkeep.join().expect("the process was looked at");
    let mut figures = listener.figures("wire.steady");
    figures.extend(upkeep.figures("wire.steady"));
    figures
}

/// What was heard turn by turn.
#[derive(Debug, Default)]
pub(crate) struct Listener {
    music: Heard,
    talks: Heard,
}

#[derive(Debug, Default)]
struct Heard {
    tally: Tally,
    evenness: Vec<Evenness>,
}

impl Listener {
    pub(crate) fn hear(&mut self, scene: &Scene, sounds: &Sounds) {
        let even = scene.evenness_of(sounds);
        self.music.tally.music(&sounds.music);
        self.music.evenness.push(even.music);
        self.talks.tally.talks(&sounds.talks);
        self.talks.evenness.push(even.talks);
    }

    pub(crate) fn figures(&self, name: &str) -> Vec<Figure> {
        let of = |what: &str, heard: &Heard| heard.figures(&format!("{name}.{what}"));
        [of("music", &self.music), of("talk", &self.talks)].concat()
    }
}

impl Heard {
    fn figures(&self, name: &str) -> Vec<Figure> {
        let count = self.tally.count();
        let came = of_count(count.came);
        let in_time: f64 = self.evenness.iter().map(|turn| turn.in_time * turn.heard).sum();
        let most = |of: fn(&Evenness) -> f64| self.evenness.iter().map(of).fold(0.0, f64::max);
        vec![
            Figure::alone(format!("{name}.lines"), of_count(self.tally.lines()), ""),
            Figure::beside(format!("{name}.missing"), of_count(count.missing), "packets", came),
            Figure::beside(format!("{name}.twice"), of_count(count.again), "packets", came),
            Figure::beside(format!("{name}.in_time"), in_time, "packets", came),
            Figure::alone(format!("{name}.late"), most(|turn| turn.late_ms), "ms"),
            Figure::alone(format!("{name}.latest"), most(|turn| turn.latest_ms), "ms"),
        ]
    }
}

pub(crate) fn of_count(count: impl TryInto<u32>) -> f64 {
    f64::from(count.try_into().unwrap_or(u32::MAX))
}
