//! A centre of a given size for the benchmarks of the core: its agents, its queues, and callers in line.
//!
//! An agent serves the ten queues of a group and the one that all serve. Queues may ask for a skill:
//! two in three need a level of one of eight, and after ten minutes anybody will do; each agent has
//! three of the eight. Where there are two tiers every third agent is of the second one, who is asked when a call has waited
//! for a moment.

use acd::{
    Acd, AgentConfig, Config, Input, Membership, Need, Output, QueueConfig, Requirement,
    Reservation, Strategy, Waiting,
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
/// What nobody has.
const UNKNOWN_SKILL: SkillId = SkillId(SKILLS);
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
    pub(crate) tiers: Tiers,
}

/// When agents are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tiers {
    /// All at once.
    One,
    /// Those of the second after those of the first.
    Two,
}

/// The phones that a decision has rung.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rung {
    pub(crate) last: ReservationId,
    pub(crate) phones: u32,
}

/// The core of a centre, and where its story has got to.
pub(crate) struct Centre {
    acd: Acd,
    size: Size,
    now: Moment,
    last_call: CallId,
    /// Those with somebody who may take their calls at once.
    served: Vec<QueueId>,
    next_agent: u32,
    next_queue: usize,
    next_place: u32,
}

impl Centre {
    /// Everybody is on duty and has nothing to do; whoever waits, in all queues, needs what nobody has.
    pub(crate) fn idle(size: Size) -> Self {
        let nobody = Need::always(Requirement::AtLeast(UNKNOWN_SKILL, 1));
        let mut config = config(size);
        config.queues.iter_mut().for_each(|queue| queue.needs.push(nobody.clone()));
        let mut centre = Self::empty(size, config);
        (0..size.agents).for_each(|agent| centre.comes_in(AgentId(agent)));
        (0..size.waiting).for_each(|nth| centre.queue(QueueId(nth % size.queues), 1));
        while centre.acd.poll_output().is_some() {}
        centre.step();
        centre
    }

    fn empty(size: Size, config: Config) -> Self {
        Self {
            served: served(&config, size),
            acd: Acd::new(config),
            size,
            now: Moment::ZERO,
            last_call: CallId(0),
            next_agent: 0,
            next_queue: 0,
            next_place: 0,
        }
    }

    fn comes_in(&mut self, agent: AgentId) {
        self.feed(Input::Reachable(agent));
        self.feed(Input::LoggedIn(agent));
    }

    /// Time passes until the next turn.
    fn step(&mut self) {
        self.now += STEP;
        if self.acd.poll_timeout().is_some_and(|at| at <= self.now) {
            self.acd.handle_timeout(self.now);
        }
    }

    /// Everybody is talking, and callers wait in all queues, or, where they are fewer, in the first ones: the one
    /// that all serve is one of these.
    pub(crate) fn busy(size: Size) -> Self {
        let mut centre = Self::empty(size, config(size));
        // One by one, since all who have nothing to do may be rung for one call.
        for agent in (0..size.agents).map(AgentId) {
            centre.queue(QueueId(0), 0);
            centre.step();
            centre.comes_in(agent);
            let rung = centre.rung();
            centre.answer(rung.last);
        }
        (0..size.waiting).for_each(|nth| centre.queue(QueueId(nth % size.queues), 0));
        centre.step();
        centre
    }

    /// A conversation ends: the decision whom to ring falls.
    pub(crate) fn end_a_talk(&mut self) {
        self.next_agent = (self.next_agent + 1) % self.size.agents;
        let agent = AgentId(self.next_agent);
        let call = self.acd.talks_of(agent).next().expect("everybody talks");
        self.feed(Input::Ended(agent, call));
    }

    /// What the core wants done: the rings are taken out of it, as an engine would.
    pub(crate) fn rung(&mut self) -> Rung {
        let (mut last, mut phones) = (None, 0);
        while let Some(output) = self.acd.poll_output() {
            if let Output::Ring { reservation, .. } = output {
                last = Some(reservation);
                phones += 1;
            }
        }
        Rung { last: last.expect("an agent is free and a caller waits"), phones }
    }

    /// The phone answers, both are connected, and a new caller takes the place in line.
    pub(crate) fn connect_and_replace(&mut self, rung: Rung) {
        let queue = self.answer(rung.last);
        self.queue(queue, 0);
        self.step();
    }

    /// The whole life of a call in the core: a talk ends, the decision falls, the phone answers, both
    /// are connected, and a new caller takes the place in line.
    pub(crate) fn turn(&mut self) {
        self.end_a_talk();
        let rung = self.rung();
        self.connect_and_replace(rung);
    }

    /// A caller comes to one of the queues while agents have nothing to do: the decision who falls.
    pub(crate) fn arrive(&mut self) {
        self.next_queue = (self.next_queue + 1) % self.served.len();
        let queue = self.served.get(self.next_queue).expect("it is one of them");
        self.queue(*queue, 0);
    }

    /// The phone answers, and the shortest of talks is over.
    pub(crate) fn talk(&mut self, rung: Rung) {
        let Reservation { agent, call, .. } =
            *self.acd.reservation(rung.last).expect("it was just made");
        self.answer(rung.last);
        self.feed(Input::Ended(agent, call));
        while self.acd.poll_output().is_some() {}
        self.step();
    }

    /// One of those who came last, and so has a long line ahead, asks for the place.
    pub(crate) fn ask_for_a_place(&mut self) {
        self.next_place = (self.next_place + 1) % self.size.waiting;
        let call = CallId(self.last_call.0 - u64::from(self.next_place / 2));
        black_box(self.acd.place(self.now, black_box(call)));
    }

    /// Answers the caller's queue.
    fn answer(&mut self, reservation: ReservationId) -> QueueId {
        let queue = self.acd.reservation(reservation).expect("it was just made").queue;
        self.feed(Input::Accepted(reservation));
        self.feed(Input::Connected(reservation));
        while self.acd.poll_output().is_some() {}
        queue
    }

    fn queue(&mut self, queue: QueueId, need: usize) {
        self.last_call = self.last_call.next();
        let (call, arrived) = (self.last_call, self.now);
        // Not every newcomer joins at the end.
        let priority = u8::from(call.0 % 3 == 0) + u8::from(call.0 % 7 == 0);
        self.feed(Input::Queued(Waiting { priority, need, ..Waiting::new(call, queue, arrived) }));
    }

    fn feed(&mut self, input: Input) {
        self.acd.handle(self.now, input);
    }
}

fn config(size: Size) -> Config {
    let tier_waits = match size.tiers {
        Tiers::One => Vec::new(),
        Tiers::Two => vec![STEP],
    };
    let queues = (0..size.queues).map(|queue| QueueConfig {
        waiting_max: usize::MAX,
        strategy: size.strategy,
        needs: vec![need(queue, size)],
        tier_waits: tier_waits.clone(),
        ..QueueConfig::new(QueueId(queue))
    });
    let groups = (size.queues / QUEUES_OF_A_GROUP).max(1);
    let agents = (0..size.agents).map(|agent| {
        let first = agent % groups * QUEUES_OF_A_GROUP;
        let queues = (first..first + QUEUES_OF_A_GROUP).filter(|queue| *queue != 0).chain([0]);
        let tier = if agent % 3 == 2 { 2 } else { 1 };
        AgentConfig {
            skills: skills(agent / groups),
            weight: 1 + agent % 3,
            queues: queues.map(|queue| Membership { queue: QueueId(queue), tier }).collect(),
            ..AgentConfig::new(AgentId(agent), Vec::new())
        }
    });
    Config { waiting_max: usize::MAX, ..Config::new(queues.collect(), agents.collect()) }
}

fn need(queue: u32, size: Size) -> Need {
    let first = first_need(queue, size);
    if first == Requirement::ANYONE {
        return Need::always(first);
    }
    Need::always(first).then(RELAXED_AFTER, Requirement::ANYONE)
}

/// Every third queue is for anybody.
fn first_need(queue: u32, size: Size) -> Requirement {
    if !size.skills || queue.is_multiple_of(3) {
        return Requirement::ANYONE;
    }
    Requirement::AtLeast(SkillId(queue % SKILLS), level(queue))
}

/// The queues whose calls somebody of the first tier may take.
fn served(config: &Config, size: Size) -> Vec<QueueId> {
    let queues = config.queues.iter().map(|queue| queue.id);
    let served = queues.filter(|queue| {
        let need = first_need(queue.0, size);
        let mut agents = config.agents.iter().filter(|agent| need.is_met_by(&agent.skills));
        agents.any(|agent| agent.queues.contains(&Membership::from(*queue)))
    });
    served.collect()
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
