//! What holds when many come at once, or without end.

use acd::{Acd, AgentConfig, AgentState, Config, Counts, Input, Output, QueueConfig};
use clock::{Duration, Moment};
use ids::{AgentId, CallId, QueueId, ReservationId};
use std::collections::{BTreeMap, BTreeSet};

fn centre(queues: u32, agents: u32) -> Acd {
    let all: Vec<_> = (0..queues).map(QueueId).collect();
    let agents = (0..agents).map(|agent| AgentConfig::new(AgentId(agent), all.clone()));
    let queues = all.iter().map(|queue| QueueConfig::new(*queue));
    let mut acd = Acd::new(Config::new(queues.collect(), agents.collect()));
    let agents: Vec<_> = acd.agents().map(|(agent, _)| agent).collect();
    for agent in agents {
        acd.handle(Moment::ZERO, Input::Reachable(agent));
        acd.handle(Moment::ZERO, Input::LoggedIn(agent));
    }
    acd
}

fn queued(now: Moment, call: u64, queue: u64, priority: u8) -> Input {
    let queue = QueueId(u32::try_from(queue).unwrap());
    Input::Queued { call: CallId(call), queue, priority, arrived: now }
}

fn rung(acd: &mut Acd) -> Vec<(ReservationId, AgentId, CallId)> {
    let outputs = std::iter::from_fn(|| acd.poll_output());
    let rung = outputs.filter_map(|output| match output {
        Output::Ring { reservation, agent, call } => Some((reservation, agent, call)),
        Output::StopRinging { .. }
        | Output::Connect { .. }
        | Output::AgentNow(..)
        | Output::ReservationOver { .. }
        | Output::WrapUpStarted { .. }
        | Output::WrapUpOver(_)
        | Output::Refuse(..) => None,
    });
    rung.collect()
}

#[test]
fn a_thousand_at_once_over_twenty_queues_never_ring_an_agent_twice() {
    let mut acd = centre(20, 50);
    let now = Moment::ZERO;
    (0..1_000).for_each(|call| acd.handle(now, queued(now, call, call % 20, 0)));
    let first = rung(&mut acd);
    let agents: BTreeSet<_> = first.iter().map(|(_, agent, _)| *agent).collect();
    assert_eq!((first.len(), agents.len()), (50, 50));

    let mut open: BTreeMap<_, _> = first.into_iter().map(|(id, agent, _)| (agent, id)).collect();
    let mut served = 0;
    while let Some((agent, reservation)) = open.pop_first() {
        acd.handle(now, Input::Accepted(reservation));
        acd.handle(now, Input::Connected(reservation));
        served += 1;
        assert_eq!(rung(&mut acd), [], "{agent} is talking");
        acd.handle(now, Input::Ended(agent));
        for (reservation, agent, _) in rung(&mut acd) {
            assert_eq!(open.insert(agent, reservation), None, "{agent} is rung twice");
        }
    }
    assert_eq!(served, 1_000);
    let counts = Counts { queued: 1_000, connected: 1_000, ..Counts::default() };
    assert_eq!(acd.counts(), counts);
    assert!(acd.agents().all(|(_, state)| state == AgentState::Ready));
}

#[test]
fn calls_of_priority_ten_without_end_hold_up_a_call_of_priority_none_for_five_minutes_only() {
    let mut acd = centre(1, 1);
    let second = |second| Moment::ZERO + Duration::from_secs(second);
    acd.handle(Moment::ZERO, queued(Moment::ZERO, 0, 0, 10));
    acd.handle(Moment::ZERO, queued(Moment::ZERO, 1, 0, 0));
    // Each second the agent is done with one of them, and another comes.
    let served = (1..).find(|at| {
        let now = second(*at);
        let (reservation, agent, call) = rung(&mut acd)[0];
        acd.handle(now, Input::Accepted(reservation));
        acd.handle(now, Input::Connected(reservation));
        acd.handle(now, queued(now, at + 1, 0, 10));
        acd.handle(now, Input::Ended(agent));
        call == CallId(1)
    });
    let bound = Config::PRIORITY_STEP.as_secs() * 10;
    assert!(served.is_some_and(|at| (bound - 1..=bound + 1).contains(&at)), "at {served:?} s");
}

#[test]
fn a_phone_that_refuses_by_itself_rings_once_a_second_and_no_more() {
    let mut acd = centre(1, 1);
    let mut now = Moment::ZERO;
    (0..100).for_each(|call| acd.handle(now, queued(now, call, 0, 0)));
    let mut rings = 0;
    while now <= Moment::ZERO + Duration::from_secs(10) {
        for (reservation, ..) in rung(&mut acd) {
            rings += 1;
            acd.handle(now, Input::Declined(reservation));
        }
        now = acd.poll_timeout().unwrap();
        acd.handle_timeout(now);
    }
    assert_eq!(rings, 11);
}
