//! What holds when many come at once, or without end.

use acd::{
    Acd, AgentConfig, AgentState, Config, Counts, Input, Output, QueueConfig, Strategy, Waiting,
};
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
    Input::Queued(Waiting { priority, ..Waiting::new(CallId(call), queue, now) })
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
        | Output::SentOn { .. }
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
        let call = acd.talks_of(agent).next().unwrap();
        acd.handle(now, Input::Ended(agent, call));
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
        acd.handle(now, Input::Ended(agent, call));
        call == CallId(1)
    });
    let bound = Config::PRIORITY_STEP.as_secs() * 10;
    assert!(served.is_some_and(|at| (bound - 1..=bound + 1).contains(&at)), "at {served:?} s");
}

/// The bound of [`Config::priority_step`] where queues age differently.
#[test]
fn a_queue_that_ages_slowly_waits_for_a_fast_one_as_long_as_is_written_and_no_longer() {
    let (slow, fast, steps, kept_waiting) = (50, 150, 4, 20);
    let ageing = |id, ageing| QueueConfig { ageing, ..QueueConfig::new(QueueId(id)) };
    let agent = AgentConfig::new(AgentId(0), vec![QueueId(0), QueueId(1)]);
    let mut acd = Acd::new(Config::new(vec![ageing(0, slow), ageing(1, fast)], vec![agent]));
    acd.handle(Moment::ZERO, queued(Moment::ZERO, 0, 0, 0));
    let second = |second| Moment::ZERO + Duration::from_secs(second);
    // A call of the fast queue comes each second; the agent takes one each second, so that the first of
    // them has always waited for so long.
    (0..kept_waiting).for_each(|at| acd.handle(second(at), queued(second(at), at + 1, 1, steps)));
    acd.handle(second(kept_waiting), Input::Reachable(AgentId(0)));
    acd.handle(second(kept_waiting), Input::LoggedIn(AgentId(0)));
    let served = (kept_waiting..).find(|at| {
        let now = second(*at);
        let (reservation, agent, call) = rung(&mut acd)[0];
        acd.handle(now, Input::Accepted(reservation));
        acd.handle(now, Input::Connected(reservation));
        acd.handle(now, queued(now, at + 1, 1, steps));
        acd.handle(now + Duration::from_secs(1), Input::Ended(agent, call));
        call == CallId(0)
    });
    let step = Config::PRIORITY_STEP.as_secs();
    let worth = u64::from(fast) * kept_waiting + 100 * u64::from(steps) * step;
    let bound = worth / u64::from(slow);
    assert!(served.is_some_and(|at| (bound - 5..=bound + 1).contains(&at)), "{served:?} {bound}");
}

#[test]
fn chance_rings_each_as_often_as_their_weight_says() {
    for (strategy, shares) in [(Strategy::Random, [1, 1, 1]), (Strategy::WeightedRandom, [1, 2, 3])]
    {
        let queue = QueueConfig { strategy, ..QueueConfig::new(QueueId(0)) };
        // Two of them share a profile, the third has one of their own.
        let agents = (0..3).map(|agent: u32| AgentConfig {
            weight: agent + 1,
            ..AgentConfig::new(
                AgentId(agent),
                [0, 1].map(QueueId)[..2 - agent as usize / 2].to_vec(),
            )
        });
        let queues = vec![queue, QueueConfig::new(QueueId(1))];
        let mut acd = Acd::new(Config::new(queues, agents.collect()));
        for agent in (0..3).map(AgentId) {
            acd.handle(Moment::ZERO, Input::Reachable(agent));
            acd.handle(Moment::ZERO, Input::LoggedIn(agent));
        }
        let mut times = [0_u32; 3];
        for call in 0..6_000 {
            acd.handle(Moment::ZERO, queued(Moment::ZERO, call, 0, 0));
            let (_, agent, _) = rung(&mut acd)[0];
            times[agent.index()] += 1;
            acd.handle(Moment::ZERO, Input::Abandoned(CallId(call)));
        }
        let all: u32 = shares.iter().sum();
        for (times_rung, share) in times.into_iter().zip(shares) {
            let expected = 6_000 * share / all;
            assert!(times_rung.abs_diff(expected) < 150, "{strategy:?}: {times:?}");
        }
    }
}

#[test]
fn chance_is_as_fair_among_those_with_a_conversation_however_often_somebody_without_one_goes_first()
{
    let strategy = Strategy::WeightedRandom;
    let queue = QueueConfig { strategy, ..QueueConfig::new(QueueId(0)) };
    let agents = (0..4).map(|agent: u32| AgentConfig {
        weight: agent + 1,
        capacity: 2,
        ..AgentConfig::new(AgentId(agent), vec![QueueId(0)])
    });
    let mut acd = Acd::new(Config::new(vec![queue], agents.collect()));
    let now = Moment::ZERO;
    for agent in (0..4).map(AgentId) {
        acd.handle(now, Input::Reachable(agent));
        acd.handle(now, Input::LoggedIn(agent));
    }
    for agent in (0..3).map(AgentId) {
        acd.handle(now, Input::TookOver(agent, CallId(100_000 + u64::from(agent.0)), QueueId(0)));
    }
    let mut times = [0_u32; 4];
    for call in 0..12_000 {
        let comes_or_goes = if call % 2 == 0 { Input::Reachable } else { Input::Unreachable };
        acd.handle(now, comes_or_goes(AgentId(3)));
        acd.handle(now, queued(now, call, 0, 0));
        let (_, agent, _) = rung(&mut acd)[0];
        times[agent.index()] += 1;
        acd.handle(now, Input::Abandoned(CallId(call)));
    }
    assert_eq!(times[3], 6_000);
    for (times_rung, share) in times.into_iter().zip([1, 2, 3]) {
        assert!(times_rung.abs_diff(1_000 * share) < 150, "{times:?}");
    }
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
