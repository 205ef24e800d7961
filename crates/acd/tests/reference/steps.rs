//! Days made of chance: small centres, and what happens in them.

use crate::plain::Plain;
use acd::{
    Acd, AgentConfig, Condition, Config, Input, Kind, Membership, Need, Presence, QueueConfig,
    Recalled, Requirement, RingsMax, Strategy as By, VainRings, Waiting, Whom,
};
use clock::{Duration, Moment};
use ids::{AgentId, CallId, PauseId, QueueId, ReservationId, SkillId};
use proptest::collection::vec;
use proptest::prelude::*;
use std::ops::Range;

const QUEUES: u32 = 3;
const AGENTS: u32 = 4;
const CALLS: u64 = 12;
/// No other configuration has more of them.
const QUEUES_MAX: usize = QUEUES as usize + 2;
const AGENTS_MAX: usize = AGENTS as usize + 2;
const CONDITIONS_MAX: usize = 5;

/// A step of a day.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    Wait(Duration),
    Happens(Happening),
    Recast(Box<Recast>),
}

/// What another configuration has of each queue and each agent, and which of them it is asked for; the others stay.
#[derive(Clone, Debug)]
pub(crate) struct Recast {
    config: Config,
    queues: [bool; QUEUES_MAX],
    agents: [bool; AGENTS_MAX],
    priority_step: bool,
}

impl Recast {
    /// The centre as it is, changed so. Queues and agents that it has not yet come only in their order.
    pub(crate) fn of(&self, before: &Config) -> Config {
        let mut config = before.clone();
        for (new, _) in self.config.queues.iter().zip(self.queues).filter(|(_, asked)| *asked) {
            let (at, len) = (new.id.index(), config.queues.len());
            match config.queues.get_mut(at) {
                Some(old) => {
                    let kept = old.needs.split_off(old.needs.len().min(new.needs.len()));
                    let needs = [new.needs.clone(), kept].concat();
                    // Some conditions stay, at other places than before.
                    let mut conditions = [new.conditions.clone(), old.conditions.clone()].concat();
                    conditions.truncate(CONDITIONS_MAX);
                    *old = QueueConfig { needs, conditions, ..new.clone() };
                }
                None if at == len => config.queues.push(new.clone()),
                None => {}
            }
        }
        for (new, _) in self.config.agents.iter().zip(self.agents).filter(|(_, asked)| *asked) {
            let (at, len) = (new.id.index(), config.agents.len());
            match config.agents.get_mut(at) {
                Some(old) => *old = new.clone(),
                None if at == len => config.agents.push(new.clone()),
                None => {}
            }
        }
        config.waiting_max = self.config.waiting_max;
        if self.priority_step {
            config.priority_step = self.config.priority_step;
        }
        config
    }
}

/// Whoever knows what is on.
pub(crate) trait Known {
    fn nth_reservation(&self, nth: usize) -> Option<ReservationId>;
    fn nth_talk(&self, nth: usize) -> Option<(AgentId, CallId)>;
}

impl Known for Plain {
    fn nth_reservation(&self, nth: usize) -> Option<ReservationId> {
        self.nth_reservation(nth)
    }

    fn nth_talk(&self, nth: usize) -> Option<(AgentId, CallId)> {
        self.nth_talk(nth)
    }
}

impl Known for Acd {
    fn nth_reservation(&self, nth: usize) -> Option<ReservationId> {
        self.agents().filter_map(|(agent, _)| self.reservation_of(agent)).nth(nth)
    }

    fn nth_talk(&self, nth: usize) -> Option<(AgentId, CallId)> {
        let talks = |(agent, _)| self.talks_of(agent).map(move |call| (agent, call));
        self.agents().flat_map(talks).nth(nth)
    }
}

/// Something that happens. Reservations are picked from those that are on, or the last one.
#[derive(Clone, Debug)]
pub(crate) enum Happening {
    Certain(Input),
    Queued {
        waiting: Waiting,
        age: Duration,
    },
    /// This one of all conversations ends, or one that is not on.
    Ended(usize),
    WrapUpUntil(AgentId, Duration),
    /// So many calls today and missed rings, and after-call work that is on for so long.
    Recalled(AgentId, u32, Option<Duration>),
    Reservation {
        nth: usize,
        what: fn(ReservationId) -> Input,
    },
}

impl Happening {
    pub(crate) fn input(&self, now: Moment, known: &impl Known) -> Option<Input> {
        match *self {
            Self::Certain(input) => Some(input),
            Self::Queued { waiting, age } => {
                Some(Input::Queued(Waiting { arrived: now - age, ..waiting }))
            }
            Self::Ended(nth) => {
                let (agent, call) = known.nth_talk(nth).unwrap_or((AgentId(0), CallId(0)));
                Some(Input::Ended(agent, call))
            }
            Self::WrapUpUntil(agent, left) => Some(Input::WrapUpUntil(agent, now + left)),
            Self::Recalled(agent, count, left) => {
                let vain = VainRings { missed: count, ..VainRings::default() };
                let wrap_up_until = left.map(|left| now + left);
                let recalled = Recalled { vain, calls_today: count, wrap_up_until };
                Some(Input::Recalled(agent, recalled))
            }
            Self::Reservation { nth, what } => known.nth_reservation(nth).map(what),
        }
    }
}

/// Days of some hundred steps, which can be made shorter when they go wrong, and among them some of a thousand.
pub(crate) fn day() -> impl Strategy<Value = Vec<Step>> {
    prop_oneof![29 => day_of(1..120), 1 => day_of(1_000..1_001)]
}

/// A day begins with everybody coming in, one after the other.
fn day_of(steps: Range<usize>) -> impl Strategy<Value = Vec<Step>> {
    let morning = (0..AGENTS).flat_map(|agent| {
        let certain = |input| Step::Happens(Happening::Certain(input));
        let second = Step::Wait(Duration::from_secs(1));
        let agent = AgentId(agent);
        [certain(Input::Reachable(agent)), certain(Input::LoggedIn(agent)), second]
    });
    let morning = Just(morning.collect::<Vec<_>>()).prop_shuffle();
    (morning, vec(step(), steps)).prop_map(|(morning, day)| [morning, day].concat())
}

/// A day in whose course the centre becomes another one, more than once.
pub(crate) fn day_of_change() -> impl Strategy<Value = Vec<Step>> {
    let step = || prop_oneof![9 => step(), 1 => recast()];
    let rest = prop_oneof![29 => vec(step(), 1..90), 1 => vec(step(), 1_000)];
    (day_of(1..120), rest).prop_map(|(mut day, rest)| {
        day.truncate(60);
        [day, rest].concat()
    })
}

fn recast() -> impl Strategy<Value = Step> {
    let asked = prop_oneof![1 => Just(0.1), 2 => Just(0.5), 1 => Just(0.9)];
    let asked = asked.prop_flat_map(|part| {
        let asked = move || proptest::bool::weighted(part);
        (proptest::array::uniform5(asked()), proptest::array::uniform6(asked()), asked())
    });
    (centre(QUEUES + 2, AGENTS + 2), 1..60u64, asked).prop_map(|(config, step, asked)| {
        let (queues, agents, priority_step) = asked;
        let config = Config { priority_step: Duration::from_secs(step), ..config };
        Step::Recast(Box::new(Recast { config, queues, agents, priority_step }))
    })
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0..12u64).prop_map(|halves| Step::Wait(Duration::from_millis(halves * 500))),
        1 => (0..900u64).prop_map(|tenths| Step::Wait(Duration::from_millis(tenths * 100))),
        3 => happening_to_an_agent().prop_map(Step::Happens),
        4 => queued().prop_map(Step::Happens),
        1 => (1..=CALLS).prop_map(|call| {
            Step::Happens(Happening::Certain(Input::Abandoned(CallId(call))))
        }),
        1 => (1..=CALLS).prop_map(|call| {
            Step::Happens(Happening::Certain(Input::TakenOut(CallId(call))))
        }),
        1 => (1..=CALLS, 0..4u8).prop_map(|(call, priority)| {
            Step::Happens(Happening::Certain(Input::Prioritised(CallId(call), priority)))
        }),
        2 => (0..5usize).prop_map(|nth| Step::Happens(Happening::Ended(nth))),
        6 => happening_to_a_reservation().prop_map(Step::Happens),
    ]
}

fn happening_to_an_agent() -> impl Strategy<Value = Happening> {
    let what = prop_oneof![
        2 => Just(Input::LoggedIn as fn(AgentId) -> Input),
        2 => Just(Input::Reachable as fn(AgentId) -> Input),
        1 => Just(Input::LoggedOut as fn(AgentId) -> Input),
        1 => Just(Input::Unreachable as fn(AgentId) -> Input),
        1 => Just(Input::Occupied as fn(AgentId) -> Input),
        2 => Just(Input::Freed as fn(AgentId) -> Input),
        1 => Just(Input::WrapUpEnded as fn(AgentId) -> Input),
        1 => Just((|agent| Input::Paused(agent, PauseId(0))) as fn(AgentId) -> Input),
        2 => Just(Input::Resumed as fn(AgentId) -> Input),
        1 => Just(Input::CameBack as fn(AgentId) -> Input),
        1 => Just((|_| Input::DayBegan) as fn(AgentId) -> Input),
    ];
    // One agent and one queue more than there are at first.
    let plain = (what, 0..=AGENTS);
    let of_queue = (any::<bool>(), 0..=AGENTS, 0..=QUEUES);
    prop_oneof![
        12 => plain.prop_map(|(what, agent)| Happening::Certain(what(AgentId(agent)))),
        1 => (0..=AGENTS, 1..4u64, 0..QUEUES).prop_map(|(agent, call, queue)| {
            let (agent, call) = (AgentId(agent), CallId(CALLS + call));
            Happening::Certain(Input::TookOver(agent, call, QueueId(queue)))
        }),
        1 => (0..=AGENTS, 4..7u64, 0..QUEUES).prop_map(|(agent, call, queue)| {
            let (agent, call) = (AgentId(agent), CallId(CALLS + call));
            let queue = QueueId(queue);
            Happening::Certain(Input::GoesOnTalking(agent, call, queue, Moment::ZERO))
        }),
        2 => of_queue.prop_map(|(joins, agent, queue)| {
            let what = if joins { Input::JoinedQueue } else { Input::LeftQueue };
            Happening::Certain(what(AgentId(agent), QueueId(queue)))
        }),
        1 => (0..=AGENTS, 0..20u64).prop_map(|(agent, seconds)| {
            Happening::WrapUpUntil(AgentId(agent), Duration::from_secs(seconds))
        }),
        1 => (0..=AGENTS, 0..4u32, proptest::option::of(0..20u64)).prop_map(
            |(agent, count, left)| {
                Happening::Recalled(AgentId(agent), count, left.map(Duration::from_secs))
            },
        ),
    ]
}

fn queued() -> impl Strategy<Value = Happening> {
    let kept_for = proptest::option::weighted(0.3, (0..AGENTS, 0..30u64));
    let kind = prop_oneof![
        6 => Just(Kind::Caller),
        1 => Just(Kind::CalledBack),
        2 => Just(Kind::WorkItem),
    ];
    let given_back_by = proptest::option::weighted(0.2, (0..=AGENTS).prop_map(AgentId));
    let how = (kind, given_back_by, kept_for, proptest::bool::weighted(0.1));
    (1..=CALLS, 0..=QUEUES, 0..3u8, 0..100u64, 0..3usize, how).prop_map(
        |(call, queue, priority, age, need, (kind, given_back_by, kept_for, stood))| {
            let kept_for =
                kept_for.map(|(agent, most)| (AgentId(agent), Duration::from_secs(most)));
            let waiting = Waiting {
                priority,
                need,
                kind,
                kept_for,
                given_back_by,
                stood,
                ..Waiting::new(CallId(call), QueueId(queue), Moment::ZERO)
            };
            Happening::Queued { waiting, age: Duration::from_secs(age) }
        },
    )
}

fn happening_to_a_reservation() -> impl Strategy<Value = Happening> {
    let what = prop_oneof![
        2 => Just(Input::Accepted as fn(ReservationId) -> Input),
        5 => Just(Input::Connected as fn(ReservationId) -> Input),
        1 => Just(Input::Dropped as fn(ReservationId) -> Input),
        3 => Just(Input::Declined as fn(ReservationId) -> Input),
        1 => Just(Input::Busy as fn(ReservationId) -> Input),
        1 => Just((|id| Input::PassedOn(id, AgentId(0))) as fn(ReservationId) -> Input),
        1 => Just((|id| Input::PassedOn(id, AgentId(2))) as fn(ReservationId) -> Input),
        1 => Just(Input::Failed as fn(ReservationId) -> Input),
        1 => Just(Input::TakenBack as fn(ReservationId) -> Input),
    ];
    (what, 0..4usize).prop_map(|(what, nth)| Happening::Reservation { nth, what })
}

pub(crate) fn config() -> impl Strategy<Value = Config> {
    centre(QUEUES, AGENTS)
}

/// Any centre, with conditions on the expected wait too, which no plain centre can follow.
pub(crate) fn any_config() -> impl Strategy<Value = Config> {
    let expected = proptest::option::of((0..40u64, whom()));
    let talk = proptest::option::of((1..20u64).prop_map(Duration::from_secs));
    let more = vec((expected, talk), QUEUES as usize);
    (config(), more).prop_map(|(mut config, more)| {
        for (queue, (expected, talk)) in config.queues.iter_mut().zip(more) {
            queue.expected_talk = talk;
            queue.conditions.extend(expected.map(|(seconds, whom)| Condition::ExpectedWait {
                longer_than: Duration::from_secs(seconds),
                whom,
            }));
        }
        config
    })
}

fn centre(queues: u32, agents: u32) -> impl Strategy<Value = Config> {
    let of = queues;
    let queues = (0..queues).map(queue).collect::<Vec<_>>();
    let agents = (0..agents).map(|id| agent(id, of)).collect::<Vec<_>>();
    (queues, agents, 1..8usize).prop_map(|(queues, agents, waiting_max)| Config {
        waiting_max,
        ..Config::new(queues, agents)
    })
}

fn queue(id: u32) -> impl Strategy<Value = QueueConfig> {
    let times = (1..6u64, 0..5u64, 0..40u64);
    let waits = vec((0..20u64).prop_map(Duration::from_secs), 0..3);
    let needs = vec(need(), 1..3);
    let ageing = prop_oneof![3 => Just(100u32), 1 => 1..400u32];
    let how = (strategy(), vec(condition(), 0..4));
    (times, 0..6usize, 0..3u8, waits, needs, ageing, how).prop_map(
        move |(times, waiting_max, priority, tier_waits, needs, ageing, how)| QueueConfig {
            strategy: how.0,
            conditions: how.1,
            needs,
            tier_waits,
            ageing,
            ring_max: Duration::from_secs(times.0),
            wrap_up: Duration::from_secs(times.1),
            decline_pause: Duration::from_secs(times.2),
            waiting_max,
            priority,
            ..QueueConfig::new(QueueId(id))
        },
    )
}

fn strategy() -> impl Strategy<Value = By> {
    prop_oneof![
        2 => Just(By::LongestIdle),
        1 => Just(By::LeastOccupied),
        1 => Just(By::FewestCalls),
        1 => Just(By::RoundRobin),
        1 => Just(By::Linear),
        2 => Just(By::RingAll),
        1 => (1..4u64).prop_map(|every| By::Progressive { every: Duration::from_secs(every) }),
        2 => strategy_of_chance(),
    ]
}

fn strategy_of_chance() -> impl Strategy<Value = By> {
    prop_oneof![Just(By::Random), Just(By::WeightedRandom)]
}

fn condition() -> impl Strategy<Value = Condition> {
    let seconds = |most: u64| (0..most).prop_map(Duration::from_secs);
    let is = proptest::sample::subsequence(&Presence::ALL[..6], 1..4);
    prop_oneof![
        3 => (is, whom(), seconds(12)).prop_map(|(is, whom, lasting)| {
            Condition::EveryAgent { is: is.into_iter().collect(), whom, lasting }
        }),
        2 => seconds(60).prop_map(Condition::Waited),
        1 => (1..5u32).prop_map(Condition::CallsPerAgent),
    ]
}

fn whom() -> impl Strategy<Value = Whom> {
    prop_oneof![Just(Whom::Coming), Just(Whom::Waiting), Just(Whom::All)]
}

fn need() -> impl Strategy<Value = Need> {
    let later = (0..20u64).prop_map(Duration::from_secs);
    (requirement(), vec((later, requirement()), 0..3)).prop_map(|(first, later)| {
        later.into_iter().fold(Need::always(first), |need, (after, who)| need.then(after, who))
    })
}

fn requirement() -> impl Strategy<Value = Requirement> {
    let level =
        (0..2u32, 0..3u8).prop_map(|(skill, least)| Requirement::AtLeast(SkillId(skill), least));
    prop_oneof![
        2 => Just(Requirement::ANYONE),
        3 => level.clone(),
        1 => vec(level.clone(), 1..3).prop_map(Requirement::All),
        1 => vec(level.clone(), 1..3).prop_map(Requirement::Any),
        1 => level.prop_map(|who| Requirement::Not(Box::new(who))),
    ]
}

/// An agent of some of so many queues.
fn agent(id: u32, queues: u32) -> impl Strategy<Value = AgentConfig> {
    let own = proptest::option::weighted(0.3, (0..10u64).prop_map(Duration::from_secs));
    let queues = vec((0..queues, 1..4u8), 0..5);
    let rings_max = (0..4u32, 0..4u32, 0..3u32, 0..3u32);
    let skills = (0..4u8, 0..3u8);
    let shares = (prop_oneof![Just(1u8), 2..=3u8], 1..4u32);
    (queues, skills, own, rings_max, shares).prop_map(
        move |(queues, (first, second), wrap_up, rings_max, (capacity, weight))| {
            let (missed, declined, busy, unreachable) = rings_max;
            AgentConfig {
                capacity,
                weight,
                queues: queues
                    .into_iter()
                    .map(|(queue, tier)| Membership { queue: QueueId(queue), tier })
                    .collect(),
                skills: vec![(SkillId(0), first), (SkillId(1), second)],
                wrap_up,
                rings_max: RingsMax { missed, declined, busy, unreachable },
                ..AgentConfig::new(AgentId(id), Vec::new())
            }
        },
    )
}
