//! `acd.strategy.STRATEGY.WHEN.WAITING`: how many times in a second one core decides whose phone rings, by each strategy and
//! with so many callers waiting, and how long that takes at most in ninety-nine of a hundred times.
//!
//! `talk_ends`: everybody talks, and one talk ends, so that somebody is rung for the caller whose turn it is.
//! `caller_comes`: everybody has nothing to do and whoever waits needs what nobody has, so that of all the agents who may
//! take the new call the strategy has to choose.
//!
//! Each figure is that of the slowest of six sites, the best of three rounds at each, which it names: 100, 1,000 and 10,000 agents, 10 and 200 queues, two
//! queues in three asking for a skill. Where all phones ring at once each phone is a decision: at these sites there are
//! from 5 to 10,000 of them for a call. Last comes how much longer a decision takes at 100,000 waiting than at
//! 100: `.growth` at the worse of the sites of 10,000 agents, `.growth.small` at the worst of the smaller ones, whose agents
//! all lie in the nearest caches while few wait.

use crate::centre::{Centre, Rung, Size, Tiers};
use crate::figure::Figure;
use crate::pace::{Samples, Timing, timing};
use acd::Strategy;
use clock::Duration;

const AGENTS: [u32; 3] = [100, 1_000, LARGE];
const LARGE: u32 = 10_000;
const QUEUES: [u32; 2] = [10, 200];
const WAITING: [u32; 4] = [10, 100, 1_000, 100_000];
/// All sites are measured so many times, one after the other, each from its beginning, and the best counts: what disturbs a
/// machine makes nothing faster, and does not last.
const ROUNDS: usize = 3;
/// Between these two the growth is measured.
const GROWS: [u32; 2] = [100, 100_000];

/// All of them; tiers are asked by the usual one.
pub(crate) const STRATEGIES: [(&str, Strategy, Tiers); 10] = [
    ("longest_idle", Strategy::LongestIdle, Tiers::One),
    ("least_occupied", Strategy::LeastOccupied, Tiers::One),
    ("fewest_calls", Strategy::FewestCalls, Tiers::One),
    ("round_robin", Strategy::RoundRobin, Tiers::One),
    ("linear", Strategy::Linear, Tiers::One),
    ("random", Strategy::Random, Tiers::One),
    ("weighted_random", Strategy::WeightedRandom, Tiers::One),
    ("ring_all", Strategy::RingAll, Tiers::One),
    ("progressive", Strategy::Progressive { every: Duration::from_secs(5) }, Tiers::One),
    ("tiers", Strategy::LongestIdle, Tiers::Two),
];

/// What was measured at each site with so many waiting.
type Measured = [(u32, Vec<(Size, Timing)>); WAITING.len()];

/// What makes somebody's phone ring.
#[derive(Clone, Copy)]
enum When {
    TalkEnds,
    CallerComes,
}

/// Measures every strategy at every site.
#[must_use]
pub(crate) fn run() -> Vec<Figure> {
    let mut figures = Vec::new();
    for (name, strategy, tiers) in STRATEGIES {
        for (when, word) in [(When::TalkEnds, "talk_ends"), (When::CallerComes, "caller_comes")] {
            let size = |waiting, agents, queues| Size {
                agents,
                queues,
                waiting,
                strategy,
                skills: true,
                tiers,
            };
            let sites = AGENTS.into_iter().flat_map(|agents| QUEUES.map(|it| (agents, it)));
            let sites: Vec<_> = sites.collect();
            let rounds = (0..ROUNDS).map(|_| {
                WAITING.map(|waiting| {
                    let all = sites.iter().map(|(agents, queues)| {
                        let size = size(waiting, *agents, *queues);
                        (size, round(when, size))
                    });
                    (waiting, all.collect::<Vec<_>>())
                })
            });
            let measured = rounds.reduce(better).expect("there are rounds");
            let name = format!("acd.strategy.{name}.{word}");
            figures.extend(measured.iter().map(|(waiting, all)| slowest(&name, *waiting, all)));
            let is_large = |site: &Size| site.agents == LARGE;
            figures.push(growth(format!("{name}.growth"), &measured, is_large));
            figures.push(growth(format!("{name}.growth.small"), &measured, |site| !is_large(site)));
        }
    }
    figures
}

/// Of two rounds the better at each site.
fn better(mut one: Measured, other: Measured) -> Measured {
    let both =
        one.iter_mut().zip(other).flat_map(|((_, one), (_, other))| one.iter_mut().zip(other));
    for ((_, one), (_, other)) in both {
        if other.per_second > one.per_second {
            *one = other;
        }
    }
    one
}

fn round(when: When, size: Size) -> Timing {
    let phones = |rung: &Rung| rung.phones;
    match when {
        When::TalkEnds => {
            let decide = |centre: &mut Centre| {
                centre.end_a_talk();
                centre.rung()
            };
            let mut centre = Centre::busy(size);
            timing(&mut centre, Samples::FEW, decide, phones, Centre::connect_and_replace)
        }
        When::CallerComes => {
            let decide = |centre: &mut Centre| {
                centre.arrive();
                centre.rung()
            };
            timing(&mut Centre::idle(size), Samples::FEW, decide, phones, Centre::talk)
        }
    }
}

fn slowest(name: &str, waiting: u32, all: &[(Size, Timing)]) -> Figure {
    let least =
        all.iter().min_by(|(_, one), (_, other)| one.per_second.total_cmp(&other.per_second));
    let (site, least) = least.expect("there are sites");
    let p99 = all.iter().map(|(_, timing)| timing.p99_us).fold(0.0, f64::max);
    let site = format!("{} agents, {} queues", site.agents, site.queues);
    Figure::slowest(format!("{name}.{waiting}"), least.per_second, p99, site)
}

/// By how much a decision takes longer when more wait, where that is worst of some sites.
fn growth(
    name: String,
    measured: &[(u32, Vec<(Size, Timing)>)],
    of: impl Fn(&Size) -> bool,
) -> Figure {
    let [few, many] = GROWS.map(|of| {
        let found = measured.iter().find(|(waiting, _)| *waiting == of);
        &found.expect("it is one of those measured").1
    });
    let both = few.iter().zip(many).filter(|((site, _), _)| of(site));
    let ratios = both.map(|((_, few), (_, many))| few.per_second / many.per_second);
    Figure::alone(name, ratios.fold(0.0, f64::max), "times")
}
