//! `acd.decisions`: how many calls one core hands to agents in a second; `acd.place`: how long it
//! takes to tell a caller the place.
//!
//! The centre has 500 agents and 200 queues. An agent serves the ten queues of a group and one that
//! all serve; every agent is talking. Ten callers wait in the common queue, more of them wait in
//! all queues. A turn is the whole life of a call in the core: a conversation ends, the decision
//! falls, the phone answers, both are connected, and a new caller takes the place in line. Callers
//! wait with three priorities, so that not every newcomer joins at the end.
//!
//! The limit is the least that anything sorted could do for a turn: a bare `BTreeMap` of as many
//! entries, out of which the first is taken and into which one is put. The core does the same to
//! its line, and besides keeps agents, reservations, deadlines and reasons; its share of the limit
//! should stay the same however many wait.

use crate::figure::Figure;
use acd::{Acd, AgentConfig, Config, Input, Output, QueueConfig, Waiting};
use clock::{Duration, Moment};
use ids::{AgentId, CallId, QueueId, ReservationId};
use std::collections::BTreeMap;
use std::hint::black_box;
use std::time::Instant;

const AGENTS: u32 = 500;
const QUEUES: u32 = 200;
/// Agents of one group serve the same queues.
const GROUPS: u32 = 20;
const QUEUES_OF_A_GROUP: u32 = QUEUES / GROUPS;
const WAITING: [u32; 3] = [10, 1_000, 100_000];
const MEASURE: Duration = Duration::from_secs(1);
/// Between two looks at the clock.
const TURNS_AT_ONCE: u32 = 500;

/// Measures decisions with so many waiting in all queues, and places with so many in one.
#[must_use]
pub(crate) fn run() -> Vec<Figure> {
    let mut figures = Vec::new();
    for waiting in WAITING {
        let limit = bare_map(waiting);
        let queues = if waiting < QUEUES { 1 } else { QUEUES };
        let mut centre = Centre::new(waiting, queues);
        let decisions = rate(|| centre.turn());
        figures.push(Figure::beside(format!("acd.decisions.{waiting}"), decisions, "1/s", limit));
        let mut centre = Centre::new(waiting, 1);
        let places = rate(|| centre.ask_for_a_place());
        figures.push(Figure::alone(format!("acd.place.{waiting}"), 1e9 / places, "ns"));
    }
    figures
}

/// How often something can be done in a second, once it is warm.
fn rate(mut something: impl FnMut()) -> f64 {
    (0..TURNS_AT_ONCE).for_each(|_| something());
    let (start, mut done) = (Instant::now(), 0.0);
    while start.elapsed() < MEASURE {
        (0..TURNS_AT_ONCE).for_each(|_| something());
        done += f64::from(TURNS_AT_ONCE);
    }
    done / start.elapsed().as_secs_f64()
}

/// Turns of a bare map of this size in a second.
fn bare_map(size: u32) -> f64 {
    let mut key = u64::from(size);
    let mut map: BTreeMap<u64, u64> = (0..key).map(|key| (key, key)).collect();
    rate(|| {
        key += 1;
        black_box(map.pop_first());
        map.insert(key, key);
    })
}

/// A centre with everybody talking and a given number waiting.
struct Centre {
    acd: Acd,
    now: Moment,
    last_call: CallId,
    next_agent: u32,
    next_place: u32,
    waiting: u32,
}

impl Centre {
    /// Callers wait in the first so many queues.
    fn new(waiting: u32, queues: u32) -> Self {
        let mut centre = Self {
            acd: Acd::new(config()),
            now: Moment::ZERO,
            last_call: CallId(0),
            next_agent: 0,
            next_place: 0,
            waiting,
        };
        centre.occupy_everybody();
        for nth in 0..waiting {
            centre.queue(QueueId(nth % queues));
        }
        centre
    }

    fn occupy_everybody(&mut self) {
        for agent in 0..AGENTS {
            self.feed(Input::Reachable(AgentId(agent)));
            self.feed(Input::LoggedIn(AgentId(agent)));
            self.queue(QueueId(0));
            self.connect();
        }
    }

    /// A conversation ends, and another begins with a caller whose place a new one takes.
    fn turn(&mut self) {
        self.now += Duration::from_millis(1);
        self.next_agent = (self.next_agent + 1) % AGENTS;
        self.feed(Input::Ended(AgentId(self.next_agent)));
        let queue = self.connect();
        self.queue(queue);
    }

    fn queue(&mut self, queue: QueueId) {
        self.last_call = self.last_call.next();
        let (call, arrived) = (self.last_call, self.now);
        let priority = u8::from(call.0 % 3 == 0) + u8::from(call.0 % 7 == 0);
        self.feed(Input::Queued(Waiting { priority, ..Waiting::new(call, queue, arrived) }));
    }

    /// The phone that was rung answers, and both are connected. Answers the caller's queue.
    fn connect(&mut self) -> QueueId {
        let reservation = self.rung().expect("an agent is free and a caller waits");
        let queue = self.acd.reservation(reservation).expect("it was just made").queue;
        self.feed(Input::Accepted(reservation));
        self.feed(Input::Connected(reservation));
        while self.acd.poll_output().is_some() {}
        queue
    }

    fn feed(&mut self, input: Input) {
        self.acd.handle(self.now, input);
    }

    fn rung(&mut self) -> Option<ReservationId> {
        let mut rung = None;
        while let Some(output) = self.acd.poll_output() {
            if let Output::Ring { reservation, .. } = output {
                rung = Some(reservation);
            }
        }
        rung
    }

    /// One of those who came last, and so has a long line ahead, asks for the place.
    fn ask_for_a_place(&mut self) {
        self.next_place = (self.next_place + 1) % self.waiting;
        let call = CallId(self.last_call.0 - u64::from(self.next_place / 2));
        black_box(self.acd.place(self.now, black_box(call)));
    }
}

fn config() -> Config {
    let queues = (0..QUEUES).map(|queue| QueueConfig::new(QueueId(queue)));
    let agents = (0..AGENTS).map(|agent| {
        let first = agent % GROUPS * QUEUES_OF_A_GROUP;
        let queues = (first..first + QUEUES_OF_A_GROUP).chain([0]).map(QueueId);
        AgentConfig::new(AgentId(agent), queues.collect())
    });
    Config {
        waiting_max: usize::MAX,
        ..Config::new(
            queues.map(|queue| QueueConfig { waiting_max: usize::MAX, ..queue }).collect(),
            agents.collect(),
        )
    }
}
