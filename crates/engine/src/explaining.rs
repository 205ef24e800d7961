//! Why a call waits, why it went where it went, and why an agent has none, in the names of the
//! dialplan.

use crate::command::Refusal;
use crate::engine::Engine;
use crate::io::Output;
use crate::view::word;
use acd::{AgentState, Decision, NotReadyReason, Rival, Rule, Standing, Strategy, WhyNot};
use clock::{Duration, Moment};
use events::{CallEvent, Name, What};
use ids::{AgentId, CallId, QueueId, ReservationId, TicketId};
use snapshot::{
    AgentExplained, CallExplained, DecisionExplained, Explained, HeadExplained, ObstacleExplained,
    RivalExplained, RuleExplained, StandingExplained,
};
use std::collections::BTreeMap;

/// What somebody wants explained.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum About {
    /// This call.
    Call(CallId),
    /// The agent of this account.
    Agent(Name),
}

impl Engine {
    /// Explains, and tells whoever has this ticket. Nothing changes by it.
    pub(crate) fn explain(&mut self, now: Moment, ticket: TicketId, about: &About) {
        let told = match about {
            About::Call(call) => self.explain_call(now, *call).map(Explained::Call),
            About::Agent(name) => self.explain_agent(now, name).map(Explained::Agent),
        };
        self.output(Output::Explained { ticket, told: told.map(Box::new) });
    }

    fn explain_call(&self, now: Moment, id: CallId) -> Result<CallExplained, Refusal> {
        let state = self.calls.get(id).map(|call| call.word().to_owned());
        let item = || self.work_items.get(id).map(|item| item.word().to_owned());
        let state = state.or_else(item);
        let direct = || self.directs.get(id).map(|call| call.word().to_owned());
        let state = state.or_else(direct);
        let known = self.acd.explain(now, id);
        if state.is_none() && known.is_none() {
            return Err(Refusal::UnknownCall(id));
        }
        let (standing, decisions) = known.map(|it| (it.standing, it.decisions)).unwrap_or_default();
        Ok(CallExplained {
            at: self.stamp(now),
            call: id.0,
            state,
            standing: standing.map(|standing| self.explain_standing(now, standing)),
            decisions: decisions.iter().map(|decision| self.explain_decision(decision)).collect(),
            unserved: Vec::new(),
        })
    }

    fn explain_standing(&self, now: Moment, standing: Standing) -> StandingExplained {
        let queue = self.plan.queue(standing.queue);
        let mut obstacles = BTreeMap::new();
        for (_, why) in &standing.agents {
            *obstacles.entry(obstacle(*why).to_owned()).or_default() += 1;
        }
        // Of many those first whose obstacle ends by itself, the soonest of them first.
        let mut agents: Vec<_> =
            standing.agents.iter().map(|(agent, why)| (*agent, *why)).collect();
        agents.sort_by_key(|(_, why)| until(*why).map_or((true, Moment::ZERO), |at| (false, at)));
        let listed = agents.into_iter().take(StandingExplained::AGENTS_MAX);
        StandingExplained {
            queue: queue.name.to_string(),
            strategy: strategy(standing.strategy).to_owned(),
            arrived: self.stamp(standing.arrived),
            waited_ms: millis(now.since(standing.arrived)),
            ageing: queue.ageing,
            priority: standing.priority,
            priority_ms: millis(standing.worth),
            score_ms: millis(standing.score),
            place: standing.place.map(acd::Position::number),
            before: standing.before.into_iter().map(rival).collect(),
            relaxes: standing.relaxes.map(|at| self.stamp(at)),
            agents: listed.map(|(agent, why)| self.explain_obstacle(agent, why)).collect(),
            obstacles,
        }
    }

    fn explain_obstacle(&self, agent: AgentId, why: WhyNot) -> ObstacleExplained {
        ObstacleExplained {
            agent: self.account_of(agent).to_string(),
            why: obstacle(why).to_owned(),
            with: self.what_it_is_about(agent, why),
            until: until(why).map(|until| self.stamp(until)),
        }
    }

    fn what_it_is_about(&self, agent: AgentId, why: WhyNot) -> Option<String> {
        match why {
            WhyNot::LacksSkill(skill) => {
                self.plan.skills.get(skill.index()).map(ToString::to_string)
            }
            WhyNot::LaterTier(tier) => Some(tier.to_string()),
            WhyNot::KeptFor { agent, .. } => Some(self.account_of(agent).to_string()),
            WhyNot::Is(AgentState::Talking(_)) => {
                let calls = self.acd.talks_of(agent).map(|call| call.0.to_string());
                Some(calls.collect::<Vec<_>>().join(", "))
            }
            WhyNot::Is(AgentState::Ringing(reservation)) => {
                self.calls.reserved(reservation).map(|call| call.0.to_string())
            }
            WhyNot::Is(AgentState::NotReady(NotReadyReason::Paused(pause))) => {
                Some(self.plan.pause(pause).name.to_string())
            }
            WhyNot::LeftQueue
            | WhyNot::Is(_)
            | WhyNot::TurnedDown { .. }
            | WhyNot::RungElsewhere => None,
        }
    }

    /// Why an agent is rung for a call, while that is remembered.
    pub(crate) fn why_rung(&self, reservation: ReservationId) -> Option<Box<DecisionExplained>> {
        let decision = self.acd.decision(reservation)?;
        Some(Box::new(self.explain_decision(decision)))
    }

    /// Records how a caller stood who has just left a queue unserved; of many who leave at once, of some.
    pub(crate) fn record_unserved(&mut self, now: Moment, id: CallId) {
        if let Some(stood) = self.acd.stood(id) {
            let stood = Box::new(self.explain_standing(now, *stood));
            self.record(now, What::Call(id, CallEvent::Unserved(stood)));
        }
    }

    fn explain_decision(&self, decision: &Decision) -> DecisionExplained {
        DecisionExplained {
            at: self.stamp(decision.at),
            queue: self.plan.queue(decision.queue).name.to_string(),
            agent: self.account_of(decision.agent).to_string(),
            conversations: u32::try_from(decision.talks).unwrap_or(u32::MAX),
            waited_ms: millis(decision.at.since(decision.arrived)),
            priority: decision.priority,
            score_ms: millis(decision.score),
            rule: match decision.rule {
                Rule::Strategy { strategy: by, idle, runner_up } => RuleExplained::Strategy {
                    strategy: strategy(by).to_owned(),
                    idle_ms: millis(idle),
                    runner_up: runner_up.map(|agent| self.account_of(agent).to_string()),
                },
                Rule::KeptFor => RuleExplained::KeptFor,
                Rule::PassedOn { by } => {
                    RuleExplained::PassedOn { by: self.account_of(by).to_string() }
                }
                Rule::HighestScore { rivals } => RuleExplained::HighestScore {
                    rivals: rivals.into_iter().flatten().map(rival).collect(),
                },
            },
        }
    }

    fn explain_agent(&self, now: Moment, name: &Name) -> Result<AgentExplained, Refusal> {
        let Some(id) = self.plan.agent_of(name) else {
            return Err(Refusal::UnknownAgent(name.clone()));
        };
        let agent = self.plan.agent(id);
        let seen = self.agent_view(now, id, agent);
        let queues = agent.queues.iter().take(AgentExplained::QUEUES_MAX);
        Ok(AgentExplained {
            at: self.stamp(now),
            agent: seen.id.to_string(),
            state: seen.state.into_owned(),
            since: seen.since,
            until: seen.until,
            calls: seen.calls,
            pause: seen.pause.map(|pause| pause.to_string()),
            logs_out: seen.logs_out,
            next: self.acd.next_for(now, id).map(rival),
            queues: queues.map(|queue| self.explain_head(id, *queue)).collect(),
            rung: Vec::new(),
        })
    }

    fn explain_head(&self, agent: AgentId, queue: QueueId) -> HeadExplained {
        let head = self.acd.first_waiting(queue);
        let why = head.and_then(|call| self.acd.what_keeps(agent, call));
        HeadExplained {
            queue: self.plan.queue(queue).name.to_string(),
            waiting: self.acd.waiting(queue),
            call: head.map(|call| call.0),
            obstacle: why.map(|why| self.explain_obstacle(agent, why)),
        }
    }
}

fn rival(rival: Rival) -> RivalExplained {
    RivalExplained { call: rival.call.0, score_ms: millis(rival.score) }
}

fn millis(length: Duration) -> u64 {
    u64::try_from(length.as_millis()).unwrap_or(u64::MAX)
}

/// When it ends by itself, where that is known.
const fn until(why: WhyNot) -> Option<Moment> {
    match why {
        WhyNot::KeptFor { until, .. } => until,
        WhyNot::TurnedDown { until }
        | WhyNot::Is(
            AgentState::WrapUp { until } | AgentState::NotReady(NotReadyReason::Settling { until }),
        ) => Some(until),
        WhyNot::LacksSkill(_)
        | WhyNot::LeftQueue
        | WhyNot::LaterTier(_)
        | WhyNot::Is(_)
        | WhyNot::RungElsewhere => None,
    }
}

/// One word for what keeps an agent from a call.
const fn obstacle(why: WhyNot) -> &'static str {
    match why {
        WhyNot::LacksSkill(_) => "lacks_skill",
        WhyNot::LeftQueue => "left_queue",
        WhyNot::LaterTier(_) => "later_tier",
        WhyNot::KeptFor { .. } => "kept_for",
        WhyNot::Is(state) => word(state),
        WhyNot::TurnedDown { .. } => "turned_down",
        WhyNot::RungElsewhere => "rung_elsewhere",
    }
}

/// The word of the dialplan.
const fn strategy(strategy: Strategy) -> &'static str {
    match strategy {
        Strategy::LongestIdle => "longest_idle",
        Strategy::LeastOccupied => "least_occupied",
        Strategy::FewestCalls => "fewest_calls",
        Strategy::RoundRobin => "round_robin",
        Strategy::Linear => "linear",
        Strategy::Random => "random",
        Strategy::WeightedRandom => "weighted_random",
        Strategy::RingAll => "ring_all",
        Strategy::Progressive { .. } => "progressive",
    }
}
