//! A centre of a given size for the benchmarks of the core: its agents, its queues, and callers in line.
//!
//! An agent serves the ten queues of a group and the one that all serve. Queues may ask for a skill:
//! two in three need a level of one of eight, and after ten minutes anybody will do; each agent has
//! three of the eight.

use acd::{
    Acd, AgentConfig, Config, Input, Need, Output, QueueConfig, Requirement, Reservation, Strategy,
    Waiting,
};
use clock::{Duration, Moment};
use ids::{AgentId, CallId, QueueId, ReservationId, SkillId};
use std::hint::black_box;

const QUEUES_OF_A_GROUP: u32 = 10;
const SKILLS: u32 = 8;
const SKILLS_OF_AN_AGENT: u32 = 3;
/// Levels go from 1 to this.
const LEVELS: u32 = 5;
const RELAXED_AFTER: Duration = Duration::from_secs(600);
/// From one turn to the next.
const STEP: Duration = Duration::from_millis(1);

/// What a centre is like.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Size {
    pub(crate) agents: u32,
    pub(crate) queues: u32,
    pub(crate) waiting: u32,
    pub(crate) strategy: Strategy,
    pub(crate) skills: bool,
}

/// The core of a centre, and where its story has got to.
pub(crate) struct Centre {
    acd: Acd,
    size: Size,
    now: Moment,
    last_call: CallId,
    next_agent: u32,
    next_queue: u32,
    next_place: u32,
}

impl Centre {
    /// Everybody is on duty and has nothing to do.
    pub(crate) fn idle(size: Size) -> Self {
        let mut centre = Self {
            acd: Acd::new(config(size)),
            size,
            now: Moment::ZERO,
            last_call: CallId(0),
            next_agent: 0,
            next_queue: 0,
            next_place: 0,
        };
        for agent in (0..size.agents).map(AgentId) {
            centre.feed(Input::Reachable(agent));
            centre.feed(Input::LoggedIn(agent));
        }
        centre
    }

    /// Everybody is talking, and callers wait in all queues, or, where they are fewer, in the first ones: the one
    /// that all serve is one of these.
    pub(crate) fn busy(size: Size) -> Self {
        let mut centre = Self::idle(size);
        for _ in 0..size.agents {
            centre.queue(QueueId(0));
            centre.connect();
        }
        for nth in 0..size.waiting {
            centre.queue(QueueId(nth % size.queues));
        }
        centre
    }

    /// A conversation ends: the decision whom to ring falls.
    pub(crate) fn end_a_talk(&mut self) {
        self.now += STEP;
        self.next_agent = (self.next_agent + 1) % self.size.agents;
        let agent = AgentId(self.next_agent);
        let call = self.acd.talks_of(agent).next().expect("everybody talks");
        self.feed(Input::Ended(agent, call));
    }

    /// What the core wants done: the ring is taken out of it, as an engine would.
    pub(crate) fn rung(&mut self) -> ReservationId {
        let mut rung = None;
        while let Some(output) = self.acd.poll_output() {
            if let Output::Ring { reservation, .. } = output {
                rung = Some(reservation);
            }
        }
        rung.expect("an agent is free and a caller waits")
    }

    /// The phone answers, both are connected, and a new caller takes the place in line.
    pub(crate) fn connect_and_replace(&mut self, reservation: ReservationId) {
        let queue = self.answer(reservation);
        self.queue(queue);
    }

    /// The whole life of a call in the core: a talk ends, the decision falls, the phone answers, both
    /// are connected, and a new caller takes the place in line.
    pub(crate) fn turn(&mut self) {
        self.end_a_talk();
        let reservation = self.rung();
        self.connect_and_replace(reservation);
    }

    /// A caller comes to one of the queues while agents have nothing to do: the decision who falls.
    pub(crate) fn arrive(&mut self) {
        self.now += STEP;
        if self.acd.poll_timeout().is_some_and(|at| at <= self.now) {
            self.acd.handle_timeout(self.now);
        }
        self.next_queue = (self.next_queue + 1) % self.size.queues;
        self.queue(QueueId(self.next_queue));
    }

    /// The phone answers, and the shortest of talks is over.
    pub(crate) fn talk(&mut self, reservation: ReservationId) {
        let Reservation { agent, call, .. } =
            *self.acd.reservation(reservation).expect("it was just made");
        self.answer(reservation);
        self.feed(Input::Ended(agent, call));
        while self.acd.poll_output().is_some() {}
    }

    /// One of those who came last, and so has a long line ahead, asks for the place.
    pub(crate) fn ask_for_a_place(&mut self) {
        self.next_place = (self.next_place + 1) % self.size.waiting;
        let call = CallId(self.last_call.0 - u64::from(self.next_place / 2));
        black_box(self.acd.place(self.now, black_box(call)));
    }

    fn connect(&mut self) {
        let reservation = self.rung();
        self.answer(reservation);
    }

    /// Answers the caller's queue.
    fn answer(&mut self, reservation: ReservationId) -> QueueId {
        let queue = self.acd.reservation(reservation).expect("it was just made").queue;
        self.feed(Input::Accepted(reservation));
        self.feed(Input::Connected(reservation));
        while self.acd.poll_output().is_some() {}
        queue
    }

    fn queue(&mut self, queue: QueueId) {
        self.last_call = self.last_call.next();
        let (call, arrived) = (self.last_call, self.now);
        // Not every newcomer joins at the end.
        let priority = u8::from(call.0 % 3 == 0) + u8::from(call.0 % 7 == 0);
        self.feed(Input::Queued(Waiting { priority, ..Waiting::new(call, queue, arrived) }));
    }

    fn feed(&mut self, input: Input) {
        self.acd.handle(self.now, input);
    }
}

fn config(size: Size) -> Config {
    let queues = (0..size.queues).map(|queue| QueueConfig {
        waiting_max: usize::MAX,
        strategy: size.strategy,
        needs: vec![if size.skills { need(queue) } else { Need::always(Requirement::ANYONE) }],
        ..QueueConfig::new(QueueId(queue))
    });
    let groups = (size.queues / QUEUES_OF_A_GROUP).max(1);
    let agents = (0..size.agents).map(|agent| {
        let first = agent % groups * QUEUES_OF_A_GROUP;
        let queues = (first..first + QUEUES_OF_A_GROUP).filter(|queue| *queue != 0).chain([0]);
        AgentConfig {
            skills: skills(agent / groups),
            weight: 1 + agent % 3,
            ..AgentConfig::new(AgentId(agent), queues.map(QueueId).collect())
        }
    });
    Config { waiting_max: usize::MAX, ..Config::new(queues.collect(), agents.collect()) }
}

/// Every third queue is for anybody.
fn need(queue: u32) -> Need {
    if queue.is_multiple_of(3) {
        return Need::always(Requirement::ANYONE);
    }
    let least = Requirement::AtLeast(SkillId(queue % SKILLS), level(queue));
    Need::always(least).then(RELAXED_AFTER, Requirement::ANYONE)
}

/// Those of each group have all skills among them.
fn skills(nth_of_group: u32) -> Vec<(SkillId, u8)> {
    let of = |nth: u32| {
        (SkillId((nth_of_group + nth * nth) % SKILLS), level(nth_of_group / SKILLS + nth))
    };
    (0..SKILLS_OF_AN_AGENT).map(of).collect()
}

fn level(of: u32) -> u8 {
    u8::try_from(1 + of % LEVELS).expect("levels are few")
}
