//! Days made of chance: small centres, and what happens in them.

use crate::plain::Plain;
use acd::{AgentConfig, Config, Input, QueueConfig};
use clock::{Duration, Moment};
use ids::{AgentId, CallId, QueueId, ReservationId, SkillId};
use proptest::collection::vec;
use proptest::prelude::*;

const QUEUES: u32 = 3;
const AGENTS: u32 = 4;
const CALLS: u64 = 12;

/// A step of a day.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    Wait(Duration),
    Happens(Happening),
}

/// Something that happens. Reservations are picked from those that are on, or the last one.
#[derive(Clone, Debug)]
pub(crate) enum Happening {
    Certain(Input),
    Queued { call: CallId, queue: QueueId, priority: u8, age: Duration },
    Reservation { nth: usize, what: fn(ReservationId) -> Input },
}

impl Happening {
    pub(crate) fn input(&self, now: Moment, plain: &Plain) -> Option<Input> {
        match *self {
            Self::Certain(input) => Some(input),
            Self::Queued { call, queue, priority, age } => {
                Some(Input::Queued { call, queue, priority, arrived: now - age })
            }
            Self::Reservation { nth, what } => plain.nth_reservation(nth).map(what),
        }
    }
}

/// A day begins with everybody coming in, one after the other.
pub(crate) fn day() -> impl Strategy<Value = Vec<Step>> {
    let morning = (0..AGENTS).flat_map(|agent| {
        let certain = |input| Step::Happens(Happening::Certain(input));
        let second = Step::Wait(Duration::from_secs(1));
        let agent = AgentId(agent);
        [certain(Input::Reachable(agent)), certain(Input::LoggedIn(agent)), second]
    });
    let morning = Just(morning.collect::<Vec<_>>()).prop_shuffle();
    (morning, vec(step(), 1..120)).prop_map(|(morning, day)| [morning, day].concat())
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0..12u64).prop_map(|halves| Step::Wait(Duration::from_millis(halves * 500))),
        3 => happening_to_an_agent().prop_map(Step::Happens),
        4 => queued().prop_map(Step::Happens),
        1 => (1..=CALLS).prop_map(|call| {
            Step::Happens(Happening::Certain(Input::Abandoned(CallId(call))))
        }),
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
        8 => Just(Input::Ended as fn(AgentId) -> Input),
        1 => Just(Input::WrapUpEnded as fn(AgentId) -> Input),
    ];
    // One agent more than there is.
    (what, 0..=AGENTS).prop_map(|(what, agent)| Happening::Certain(what(AgentId(agent))))
}

fn queued() -> impl Strategy<Value = Happening> {
    (1..=CALLS, 0..=QUEUES, 0..3u8, 0..100u64).prop_map(|(call, queue, priority, age)| {
        let (call, queue, age) = (CallId(call), QueueId(queue), Duration::from_secs(age));
        Happening::Queued { call, queue, priority, age }
    })
}

fn happening_to_a_reservation() -> impl Strategy<Value = Happening> {
    let what = prop_oneof![
        2 => Just(Input::Accepted as fn(ReservationId) -> Input),
        3 => Just(Input::Connected as fn(ReservationId) -> Input),
        1 => Just(Input::Dropped as fn(ReservationId) -> Input),
        3 => Just(Input::Declined as fn(ReservationId) -> Input),
        1 => Just(Input::Failed as fn(ReservationId) -> Input),
    ];
    (what, 0..4usize).prop_map(|(what, nth)| Happening::Reservation { nth, what })
}

pub(crate) fn config() -> impl Strategy<Value = Config> {
    let queues = (0..QUEUES).map(queue).collect::<Vec<_>>();
    let agents = (0..AGENTS).map(agent).collect::<Vec<_>>();
    (queues, agents, 1..8usize).prop_map(|(queues, agents, waiting_max)| Config {
        waiting_max,
        ..Config::new(queues, agents)
    })
}

fn queue(id: u32) -> impl Strategy<Value = QueueConfig> {
    let times = (1..6u64, 0..5u64, 0..40u64);
    (times, 0..6usize, 0..3u8, 0..2u8).prop_map(move |(times, waiting_max, priority, level)| {
        QueueConfig {
            requirements: vec![(SkillId(0), level)],
            ring_max: Duration::from_secs(times.0),
            wrap_up: Duration::from_secs(times.1),
            decline_pause: Duration::from_secs(times.2),
            waiting_max,
            priority,
            ..QueueConfig::new(QueueId(id))
        }
    })
}

fn agent(id: u32) -> impl Strategy<Value = AgentConfig> {
    let own = proptest::option::of((0..10u64).prop_map(Duration::from_secs));
    (vec(0..QUEUES, 1..5), 0..4u8, own, 0..4u32).prop_map(
        move |(queues, level, wrap_up, missed_max)| AgentConfig {
            skills: vec![(SkillId(0), level)],
            wrap_up,
            missed_max,
            ..AgentConfig::new(AgentId(id), queues.into_iter().map(QueueId).collect())
        },
    )
}
