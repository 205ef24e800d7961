//! `acd.expected_wait`: how long it takes to say how long a caller will wait.
//!
//! 500 agents talk and 1,500 callers wait, with the same number of queues for each agent, in three
//! centres: 200 queues of which each agent serves five, 10 queues of which each serves two, and 10
//! that everybody serves. The answer looks at every agent who may take the call at a handful of
//! times; the limit is one look at 500 numbers that must be divided, as a chance must.

use crate::figure::Figure;
use acd::{Acd, AgentConfig, Config, Input, Output, QueueConfig, Waiting};
use clock::{Duration, Moment};
use ids::{AgentId, CallId, QueueId};
use std::hint::black_box;
use std::time::Instant;

const AGENTS: u32 = 500;
const WAITING: u32 = 1_500;
const MEASURE: Duration = Duration::from_secs(1);

/// A name, how many queues there are, and how many of them an agent serves.
const CENTRES: [(&str, u32, u32); 3] = [("200x5", 200, 5), ("10x2", 10, 2), ("10x10", 10, 10)];

/// Measures each centre.
#[must_use]
pub(crate) fn run() -> Vec<Figure> {
    let limit = one_look();
    let figures = CENTRES.map(|(name, queues, of_each)| {
        let (acd, now) = centre(queues, of_each);
        let first = u64::from(AGENTS) + 1;
        let mut asked = 0_u64;
        let took = micros(|| {
            asked += 1;
            let call = CallId(first + asked * 7 % u64::from(WAITING));
            let wait = acd.expected_wait(now, black_box(call));
            assert!(matches!(black_box(wait), Some(Ok(_))), "it is no guess: {wait:?}");
        });
        Figure::beside(format!("acd.expected_wait.{name}"), took, "µs", limit)
    });
    figures.into()
}

/// How long something takes, in microseconds.
fn micros(mut something: impl FnMut()) -> f64 {
    something();
    let (start, mut done) = (Instant::now(), 0.0);
    while start.elapsed() < MEASURE {
        something();
        done += 1.0;
    }
    start.elapsed().as_secs_f64() * 1e6 / done
}

/// As many divisions as there are agents.
fn one_look() -> f64 {
    let lasted: Vec<f64> = (1..=AGENTS).map(f64::from).collect();
    micros(|| {
        let sum: f64 = black_box(&lasted).iter().map(|lasted| black_box(240.0) / lasted).sum();
        black_box(sum);
    })
}

/// A centre whose agents have talked for different times, and whose callers wait.
fn centre(queues: u32, of_each: u32) -> (Acd, Moment) {
    let of_agent = |agent: u32| (0..of_each).map(move |nth| QueueId((agent + nth) % queues));
    let config = Config::new(
        (0..queues)
            .map(|queue| QueueConfig {
                waiting_max: usize::MAX,
                expected_talk: Some(Duration::from_secs(240)),
                ..QueueConfig::new(QueueId(queue))
            })
            .collect(),
        (0..AGENTS)
            .map(|agent| AgentConfig::new(AgentId(agent), of_agent(agent).collect()))
            .collect(),
    );
    let (mut acd, mut now, mut call) = (Acd::new(config), Moment::ZERO, CallId(0));
    for agent in 0..AGENTS {
        now += Duration::from_millis(500);
        acd.handle(now, Input::Reachable(AgentId(agent)));
        acd.handle(now, Input::LoggedIn(AgentId(agent)));
        call = call.next();
        acd.handle(now, Input::Queued(Waiting::new(call, QueueId(agent % queues), now)));
        connect(&mut acd, now);
    }
    for nth in 0..WAITING {
        call = call.next();
        acd.handle(now, Input::Queued(Waiting::new(call, QueueId(nth % queues), now)));
    }
    (acd, now)
}

fn connect(acd: &mut Acd, now: Moment) {
    let mut rung = None;
    while let Some(output) = acd.poll_output() {
        if let Output::Ring { reservation, .. } = output {
            rung = Some(reservation);
        }
    }
    let reservation = rung.expect("the agent is ready and a caller waits");
    acd.handle(now, Input::Accepted(reservation));
    acd.handle(now, Input::Connected(reservation));
    while acd.poll_output().is_some() {}
}
