//! A day of a site whose agents serve one, two or three queues, all of them with as many callers.

use crate::claims::Claims;
use acd::{
    Acd, AgentConfig, AgentState, Config, Input, Membership, Output, QueueConfig, ReservationEnd,
    RingsMax, Strategy, Waiting,
};
use clock::{Duration, Moment};
use ids::{AgentId, CallId, QueueId, ReservationId};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use std::collections::{BTreeMap, BTreeSet};

const QUEUES: u32 = 3;
/// How many agents serve each set of queues, by how many queues these are.
const OF_EACH_SET: [u32; 3] = [4, 2, 3];
const TALK_MEAN: f64 = 60.0;
const WRAP_UP: Duration = Duration::from_secs(5);
/// Longer than anybody needs to answer.
const RING_MAX: Duration = Duration::from_secs(15);
/// Of rings, how many are missed, and of callers, how many leave while it rings.
const MISSED: f64 = 0.04;
const LEAVES: f64 = 0.04;

/// What a site is like.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Site {
    pub(crate) strategy: Strategy,
    /// Of their time, how much agents are wanted for.
    pub(crate) load: f64,
    /// How long the first tier is asked alone, if there are two: every third agent is of the second one.
    pub(crate) tier_wait: Option<Duration>,
}

impl Site {
    pub(crate) fn agents() -> Vec<AgentConfig> {
        let sets = (1_u32..1 << QUEUES).map(|set| {
            let queues = (0..QUEUES).filter(move |queue| set & (1 << queue) != 0).map(QueueId);
            queues.collect::<Vec<_>>()
        });
        let all = sets.flat_map(|set| {
            let many = OF_EACH_SET[set.len() - 1] as usize;
            std::iter::repeat_n(set, many)
        });
        let mut all: Vec<_> = all.collect();
        // Neither those of one queue nor those of several stand first in the file.
        let mut random = StdRng::seed_from_u64(1);
        for at in (1..all.len()).rev() {
            all.swap(at, random.random_range(0..=at));
        }
        let all = (0..).zip(all).map(|(id, queues)| AgentConfig {
            rings_max: RingsMax { missed: 0, declined: 0, busy: 0, unreachable: 0 },
            weight: 1 + id % 3,
            ..AgentConfig::new(AgentId(id), queues)
        });
        all.collect()
    }

    fn config(self) -> Config {
        let queue = |id| QueueConfig {
            strategy: self.strategy,
            wrap_up: WRAP_UP,
            ring_max: RING_MAX,
            tier_waits: self.tier_wait.into_iter().collect(),
            ..QueueConfig::new(QueueId(id))
        };
        let agents = Self::agents().into_iter().map(|agent| {
            let tier = self.tier_of(agent.id);
            let queues = agent.queues.iter().map(|own| Membership { tier, ..*own }).collect();
            AgentConfig { queues, ..agent }
        });
        Config::new((0..QUEUES).map(queue).collect(), agents.collect())
    }

    pub(crate) fn tier_of(self, agent: AgentId) -> u8 {
        if self.tier_wait.is_some() && agent.0.is_multiple_of(3) { 2 } else { 1 }
    }

    fn between_calls(self) -> f64 {
        let agents = u32::try_from(Self::agents().len()).unwrap();
        TALK_MEAN / self.load / f64::from(agents)
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    Comes,
    Leaves(CallId),
    Answers(ReservationId),
    Ends(AgentId, CallId),
}

pub(crate) struct Day {
    site: Site,
    acd: Acd,
    random: StdRng,
    now: Moment,
    agenda: BTreeSet<(Moment, u64, Event)>,
    planned: u64,
    last: CallId,
    pub(crate) claims: Claims,
    /// Conversations and time in them, by agent.
    pub(crate) served: BTreeMap<AgentId, (u32, Duration)>,
}

impl Day {
    /// Plays a day of so many calls. Whenever somebody is rung, nobody may have a better claim.
    pub(crate) fn play(site: Site, calls: u64) -> Self {
        let mut day = Self {
            site,
            acd: Acd::new(site.config()),
            random: StdRng::seed_from_u64(11),
            now: Moment::ZERO,
            agenda: BTreeSet::new(),
            planned: 0,
            last: CallId(0),
            claims: Claims::new(site),
            served: Site::agents().iter().map(|agent| (agent.id, Default::default())).collect(),
        };
        for agent in Site::agents() {
            day.feed(Input::Reachable(agent.id));
            day.feed(Input::LoggedIn(agent.id));
        }
        day.plan(Duration::ZERO, Event::Comes);
        while day.last.0 < calls {
            day.go_on();
        }
        day
    }

    fn go_on(&mut self) {
        let (at, _, event) = *self.agenda.first().unwrap();
        match self.acd.poll_timeout().filter(|due| *due <= at) {
            Some(due) => {
                self.now = due;
                self.acd.handle_timeout(due);
                self.drain();
            }
            None => {
                self.agenda.pop_first();
                self.now = at;
                self.happen(event);
            }
        }
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::Comes => {
                self.last = self.last.next();
                let queue = QueueId(self.random.random_range(0..QUEUES));
                self.claims.comes(self.now, self.last, queue);
                self.feed(Input::Queued(Waiting::new(self.last, queue, self.now)));
                let pause = self.memoryless(self.site.between_calls());
                self.plan(pause, Event::Comes);
            }
            Event::Leaves(call) => {
                if self.acd.place(self.now, call).is_some() || self.claims.is_rung(call) {
                    self.claims.is_gone(call);
                    self.feed(Input::Abandoned(call));
                }
            }
            Event::Answers(reservation) => self.answers(reservation),
            Event::Ends(agent, call) => self.feed(Input::Ended(agent, call)),
        }
    }

    fn answers(&mut self, reservation: ReservationId) {
        let Some(found) = self.acd.reservation(reservation).copied() else { return };
        self.claims.is_gone(found.call);
        self.feed(Input::Accepted(reservation));
        self.feed(Input::Connected(reservation));
        let talk = self.memoryless(TALK_MEAN);
        let (calls, time) = self.served.get_mut(&found.agent).unwrap();
        *calls += 1;
        *time += talk;
        self.plan(talk, Event::Ends(found.agent, found.call));
    }

    fn feed(&mut self, input: Input) {
        self.acd.handle(self.now, input);
        self.drain();
    }

    fn drain(&mut self) {
        while let Some(output) = self.acd.poll_output() {
            match output {
                Output::Ring { reservation, agent, call } => {
                    self.claims.rings(self.now, agent, call);
                    self.rings(reservation, call);
                }
                Output::ReservationOver { agent, call, end, .. } => {
                    self.claims.ring_is_over(agent, call, end);
                }
                Output::AgentNow(agent, state) => {
                    let is_ready = state == AgentState::Ready;
                    self.claims.agent_is(self.now, agent, is_ready);
                }
                Output::StopRinging { .. }
                | Output::Connect { .. }
                | Output::WrapUpStarted { .. }
                | Output::WrapUpOver(_)
                | Output::Refuse(..)
                | Output::SentOn { .. } => {}
            }
        }
        self.claims.nobody_is_forgotten(self.now);
    }

    fn rings(&mut self, reservation: ReservationId, call: CallId) {
        if self.random.random_bool(LEAVES) {
            self.plan(Duration::from_secs(1), Event::Leaves(call));
        }
        if !self.random.random_bool(MISSED) {
            let rings = Duration::from_millis(self.random.random_range(1_000..5_000));
            self.plan(rings, Event::Answers(reservation));
        }
    }

    fn plan(&mut self, after: Duration, event: Event) {
        self.planned += 1;
        self.agenda.insert((self.now + after, self.planned, event));
    }

    fn memoryless(&mut self, mean: f64) -> Duration {
        let part: f64 = self.random.random();
        Duration::from_secs_f64(-(1.0 - part).ln() * mean)
    }
}

/// Whether the turn of a ring is used up by how it ended.
pub(crate) fn uses_up_a_turn(end: ReservationEnd) -> bool {
    end != ReservationEnd::TakenElsewhere
}
