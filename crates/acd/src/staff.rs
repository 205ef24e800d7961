//! The agents, and which of them are ready.
//!
//! Agents who may serve the same queues form one profile. The ready ones of a profile stand in
//! the order of their idleness, so that a call looks at the first of each profile only.

use crate::agent::Agent;
use crate::table::Table;
use crate::{AgentConfig, AgentState, Config, QueueConfig};
use clock::Moment;
use ids::{AgentId, CallId, QueueId};
use std::collections::{BTreeMap, BTreeSet};

/// All agents. Every change of a fact goes through [`Staff::update`], which keeps the order of
/// the ready ones true to the facts.
#[derive(Clone, Debug)]
pub(crate) struct Staff {
    agents: Table<Agent>,
    profiles: Vec<Profile>,
    serving: Table<Serving>,
}

/// Agents who may serve the same queues.
#[derive(Clone, Debug)]
struct Profile {
    queues: Vec<QueueId>,
    /// The longest idle first, then the lower number.
    ready: BTreeSet<(Moment, AgentId)>,
}

/// Who serves a queue.
#[derive(Clone, Debug, Default)]
struct Serving {
    profiles: Vec<usize>,
    on_duty: usize,
}

/// What a change of facts came to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Change {
    pub(crate) before: AgentState,
    pub(crate) after: AgentState,
    pub(crate) left_duty: bool,
}

impl Staff {
    pub(crate) fn new(config: &Config) -> Self {
        let queues = Table::new(config.queues.iter().map(|queue| (queue.id.index(), queue)));
        let serving = queues.values().map(|queue| (queue.id.index(), Serving::default()));
        let mut serving = Table::new(serving);
        let mut profiles: Vec<Profile> = Vec::new();
        let mut known = BTreeMap::new();
        let agents: Vec<_> = config
            .agents
            .iter()
            .map(|agent| {
                let queues = may_serve(agent, &queues);
                let profile = *known
                    .entry(queues)
                    .or_insert_with_key(|queues| add_profile(&mut profiles, &mut serving, queues));
                (agent.id.index(), Agent::new(agent.clone(), profile))
            })
            .collect();
        Self { agents: Table::new(agents), profiles, serving }
    }

    pub(crate) fn get(&self, agent: AgentId) -> Option<&Agent> {
        self.agents.get(agent.index())
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Agent> {
        self.agents.values()
    }

    /// The queues that the agent may serve.
    pub(crate) fn queues_of(&self, agent: &Agent) -> &[QueueId] {
        self.profiles.get(agent.profile).map_or(&[], |profile| &profile.queues)
    }

    /// Changes facts about an agent, who keeps the place that being idle has earned only where a
    /// ring was taken back: that is, in going straight from ringing to ready.
    pub(crate) fn update(
        &mut self,
        now: Moment,
        agent: AgentId,
        facts: impl FnOnce(&mut Agent),
    ) -> Option<Change> {
        let agent = self.agents.get_mut(agent.index())?;
        let profile = self.profiles.get_mut(agent.profile)?;
        let (before, was_on_duty) = (agent.state(), agent.on_duty());
        if before == AgentState::Ready {
            profile.ready.remove(&(agent.idle_since, agent.id()));
        }
        facts(agent);
        let (after, on_duty) = (agent.state(), agent.on_duty());
        if after == AgentState::Ready {
            if !matches!(before, AgentState::Ready | AgentState::Ringing(_)) {
                agent.idle_since = now;
            }
            profile.ready.insert((agent.idle_since, agent.id()));
        }
        if on_duty != was_on_duty {
            for queue in &profile.queues {
                let Some(serving) = self.serving.get_mut(queue.index()) else { continue };
                serving.on_duty = if on_duty { serving.on_duty + 1 } else { serving.on_duty - 1 };
            }
        }
        Some(Change { before, after, left_duty: was_on_duty && !on_duty })
    }

    /// Changes the set of calls that keep away from the agent. It is no part of the agent's state.
    pub(crate) fn update_bars(
        &mut self,
        agent: AgentId,
        f: impl FnOnce(&mut BTreeSet<CallId>) -> bool,
    ) {
        if let Some(agent) = self.agents.get_mut(agent.index()) {
            f(&mut agent.barred_from);
        }
    }

    /// Of the ready agents of a queue for whom `open` holds, the longest idle two.
    pub(crate) fn longest_idle(
        &self,
        queue: QueueId,
        open: impl Fn(AgentId) -> bool,
    ) -> Option<(AgentId, Option<AgentId>)> {
        let mut first: Option<(Moment, AgentId)> = None;
        let mut second = None;
        for profile in &self.serving.get(queue.index())?.profiles {
            let Some(profile) = self.profiles.get(*profile) else { continue };
            for ready in profile.ready.iter().filter(|(_, agent)| open(*agent)).take(2) {
                if first.is_none_or(|first| *ready < first) {
                    second = first.replace(*ready);
                } else if second.is_none_or(|second| *ready < second) {
                    second = Some(*ready);
                }
            }
        }
        first.map(|(_, agent)| (agent, second.map(|(_, agent)| agent)))
    }

    /// All who are ready, the longest idle first.
    pub(crate) fn all_ready(&self) -> Vec<AgentId> {
        let mut ready: Vec<_> =
            self.profiles.iter().flat_map(|p| p.ready.iter().copied()).collect();
        ready.sort_unstable();
        ready.into_iter().map(|(_, agent)| agent).collect()
    }

    /// How many agents of the queue are ready.
    pub(crate) fn ready(&self, queue: QueueId) -> usize {
        let profiles = self.serving.get(queue.index()).map_or(&[][..], |serving| &serving.profiles);
        profiles.iter().filter_map(|at| self.profiles.get(*at)).map(|p| p.ready.len()).sum()
    }

    /// How many agents of the queue take calls, now or after what they are doing.
    pub(crate) fn on_duty(&self, queue: QueueId) -> usize {
        self.serving.get(queue.index()).map_or(0, |serving| serving.on_duty)
    }

    /// Whether every agent on duty for the queue is one of `barred`.
    pub(crate) fn nobody_but(&self, queue: QueueId, barred: &BTreeSet<AgentId>) -> bool {
        let barred = barred.iter().filter_map(|agent| self.get(*agent));
        barred.filter(|agent| agent.on_duty()).count() >= self.on_duty(queue)
    }

    /// Whether the order of the ready agents is true to the facts.
    pub(crate) fn index_is_true(&self) -> bool {
        let indexed = self.profiles.iter().flat_map(|profile| &profile.ready);
        let indexed: BTreeSet<_> = indexed.copied().collect();
        let ready = self.iter().filter(|agent| agent.state() == AgentState::Ready);
        indexed == ready.map(|agent| (agent.idle_since, agent.id())).collect()
    }
}

/// The queues of an agent that there are and for which the skills reach, in order.
fn may_serve(agent: &AgentConfig, queues: &Table<&QueueConfig>) -> Vec<QueueId> {
    let reaches = |queue: &&QueueId| {
        let queue = queues.get(queue.index());
        queue.is_some_and(|queue| agent.lacks(&queue.requirements).is_none())
    };
    let queues: BTreeSet<_> = agent.queues.iter().filter(reaches).copied().collect();
    queues.into_iter().collect()
}

fn add_profile(
    profiles: &mut Vec<Profile>,
    serving: &mut Table<Serving>,
    queues: &[QueueId],
) -> usize {
    let profile = profiles.len();
    for queue in queues {
        if let Some(serving) = serving.get_mut(queue.index()) {
            serving.profiles.push(profile);
        }
    }
    profiles.push(Profile { queues: queues.to_vec(), ready: BTreeSet::new() });
    profile
}
