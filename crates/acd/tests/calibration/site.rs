//! The sites.

use acd::{AgentConfig, Config, QueueConfig};
use clock::Duration;
use ids::{AgentId, QueueId};

/// A queue and its callers.
#[derive(Clone, Copy)]
pub(crate) struct Line {
    /// The mean length of its talks in seconds, and the spread beside it.
    pub(crate) talk: f64,
    pub(crate) spread: f64,
    pub(crate) wrap_up: u64,
    pub(crate) priority: u8,
    /// How much of the calls are its.
    pub(crate) part: f64,
}

/// A centre and its callers.
pub(crate) struct Site {
    pub(crate) name: &'static str,
    pub(crate) lines: Vec<Line>,
    /// The queues of each agent.
    pub(crate) agents: Vec<Vec<u32>>,
    /// How many conversations each may have at once.
    pub(crate) capacity: u8,
    /// How busy the agents would be if nobody gave up.
    pub(crate) load: f64,
    /// How long callers wait in the mean before they give up, in seconds.
    pub(crate) patience: f64,
    /// Calls in a day.
    pub(crate) calls: u64,
}

const USUAL: Line = Line { talk: 240.0, spread: 0.9, wrap_up: 20, priority: 0, part: 1.0 };
/// What a ring costs: some five seconds.
pub(crate) const RING: (f64, f64) = (2.0, 8.0);

impl Site {
    /// How long an agent has to do with a call in the mean, in seconds.
    fn handling(&self) -> f64 {
        let parts: f64 = self.lines.iter().map(|line| line.part).sum();
        let of = |line: &Line| line.part * (line.talk + seconds(line.wrap_up) + 5.0);
        self.lines.iter().map(of).sum::<f64>() / parts
    }

    /// From one call to the next in the mean, in seconds.
    pub(crate) fn between_calls(&self) -> f64 {
        let agents = f64::from(u32::try_from(self.agents.len()).unwrap());
        self.handling() / (self.load * agents * f64::from(self.capacity))
    }

    pub(crate) fn config(&self) -> Config {
        let queue = |(id, line): (u32, &Line)| QueueConfig {
            wrap_up: Duration::from_secs(line.wrap_up),
            priority: line.priority,
            // What an operator would guess, a good deal off.
            expected_talk: Some(Duration::from_secs_f64(line.talk * 1.3)),
            ..QueueConfig::new(QueueId(id))
        };
        let agent = |(id, queues): (u32, &Vec<u32>)| {
            let queues = queues.iter().copied().map(QueueId).collect();
            AgentConfig { capacity: self.capacity, ..AgentConfig::new(AgentId(id), queues) }
        };
        let queues = (0..).zip(&self.lines).map(queue).collect();
        Config::new(queues, (0..).zip(&self.agents).map(agent).collect())
    }
}

fn seconds(whole: u64) -> f64 {
    f64::from(u32::try_from(whole).unwrap())
}

fn site(name: &'static str, lines: Vec<Line>, agents: Vec<Vec<u32>>) -> Site {
    Site { name, lines, agents, capacity: 1, load: 0.88, patience: 900.0, calls: 2_500 }
}

pub(crate) fn one_queue() -> Site {
    let whole = site("one queue, 10 agents", vec![USUAL], vec![vec![0]; 10]);
    Site { load: 0.92, ..whole }
}

pub(crate) fn three_shared() -> Site {
    let lines = vec![
        Line { part: 2.0, ..USUAL },
        Line { talk: 120.0, spread: 0.6, wrap_up: 10, ..USUAL },
        Line { talk: 480.0, spread: 1.1, wrap_up: 60, ..USUAL },
    ];
    let agents = [vec![vec![0, 1]; 5], vec![vec![0, 2]; 8], vec![vec![0, 1, 2]; 5]].concat();
    let whole = site("three queues, 18 shared agents", lines, agents);
    Site { load: 0.89, ..whole }
}

pub(crate) fn priorities() -> Site {
    let lines = vec![
        Line { part: 3.0, ..USUAL },
        Line { priority: 4, part: 1.0, talk: 180.0, ..USUAL },
        Line { priority: 10, part: 0.3, talk: 150.0, ..USUAL },
    ];
    let whole = site("priorities 0, 4 and 10, 12 agents", lines, vec![vec![0, 1, 2]; 12]);
    Site { load: 0.905, ..whole }
}

pub(crate) fn specialists() -> Site {
    let lines = vec![Line { part: 4.0, ..USUAL }, Line { part: 1.0, talk: 420.0, ..USUAL }];
    let agents = [vec![vec![0]; 9], vec![vec![0, 1]; 4]].concat();
    let whole = site("4 specialists among 13 agents", lines, agents);
    Site { load: 0.935, ..whole }
}

/// An agent's after-call work comes once for all conversations, and holds none of them up.
pub(crate) fn two_at_once() -> Site {
    let whole = site("6 agents of two calls each", vec![USUAL], vec![vec![0]; 6]);
    Site { capacity: 2, load: 0.92, ..whole }
}

pub(crate) fn large() -> Site {
    let lines = vec![USUAL, Line { talk: 300.0, ..USUAL }, Line { talk: 150.0, ..USUAL }];
    let agents = (0..100_u32).map(|agent| match agent % 4 {
        0 => vec![0],
        1 => vec![0, 1],
        2 => vec![1, 2],
        _ => vec![0, 1, 2],
    });
    let whole = site("three queues, 100 agents", lines, agents.collect());
    Site { load: 0.99, calls: 3_000, ..whole }
}

pub(crate) fn impatient() -> Site {
    let whole = site("impatient callers, 10 agents", vec![USUAL], vec![vec![0]; 10]);
    Site { load: 1.1, patience: 180.0, ..whole }
}
