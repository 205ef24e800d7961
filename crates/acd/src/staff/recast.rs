//! The same agents in a centre of another configuration.
//!
//! Who may take what, and where those stand who can be rung, follows from the configuration and from the facts about
//! each agent. So the facts are kept, and all that follows from them is made anew.

use super::{Staff, set_marks};
use crate::agent::Agent;
use crate::classes::Classes;
use crate::condition::Presence;
use crate::strategy::Measure;
use crate::table::Table;
use crate::{AgentConfig, AgentState, Config};
use clock::Moment;
use ids::AgentId;
use std::collections::BTreeSet;

/// The orders in which an agent has a place by chance, which is not drawn again.
const OF_CHANCE: [Measure; 2] = [Measure::Chance, Measure::WeightedChance];

/// How far chance has been used up, by load and measure.
type Used = Vec<[u64; Measure::COUNT]>;

impl Staff {
    /// Takes another configuration on. Answers whose state it has changed, and to what.
    pub(crate) fn recast(
        &mut self,
        now: Moment,
        config: &Config,
        classes: &Classes,
    ) -> Vec<(AgentId, AgentState)> {
        let empty = Self::without_agents(config, classes, self.chance.clone());
        let mut before = std::mem::replace(self, empty);
        let used = before.used_up();
        let configs = Table::new(config.agents.iter().map(|each| (each.id.index(), each)));
        let (mut agents, mut kept, mut changed) = (Vec::new(), Vec::new(), Vec::new());
        for config in configs.values() {
            let found = before.agents.take(config.id.index());
            let mut agent = found.unwrap_or_else(|| Agent::new((*config).clone(), 0));
            let was = agent.state();
            kept.push((config.id, before.keep_chances(&mut agent, config, &used)));
            self.take_on(now, &mut agent, config, classes);
            if agent.state() != was {
                changed.push((config.id, agent.state()));
            }
            agents.push((config.id.index(), agent));
        }
        self.agents = Table::new(agents);
        self.use_up(&used);
        for (agent, keeps) in kept {
            self.find_place(agent, &keeps);
        }
        changed
    }

    /// The agent is of another configuration from now on.
    fn take_on(&mut self, now: Moment, agent: &mut Agent, config: &AgentConfig, classes: &Classes) {
        let was_open = agent.can_be_rung();
        agent.note_time(now);
        agent.recast(config.clone());
        agent.profile = self.profile_of(&agent.config, &agent.away_from, classes);
        if agent.can_be_rung() && !was_open {
            agent.idle_since = now;
        }
    }

    /// Puts an agent where the facts say.
    fn find_place(&mut self, agent: AgentId, keeps: &BTreeSet<Measure>) {
        let Some(found) = self.agents.get_mut(agent.index()) else { return };
        let Some(profile) = self.profiles.get(found.profile) else { return };
        self.census.change(&profile.watched, Presence::LoggedOut, found.presence());
        found.stands = found.can_be_rung();
        if found.stands {
            let Self { ready, chance, .. } = self;
            let measures = ready.measures(found.profile).iter();
            let fresh = measures.copied().filter(|measure| !keeps.contains(measure));
            set_marks(found, fresh, ready, chance);
            ready.insert(found);
        }
        if found.on_duty() {
            self.count_duty(agent, true);
        }
    }

    /// Has an agent who can be rung keep what chance has given them, counted from where most of it has been used up.
    /// Answers in which orders.
    fn keep_chances(
        &self,
        agent: &mut Agent,
        config: &AgentConfig,
        used: &Used,
    ) -> BTreeSet<Measure> {
        let load = agent.talks.len();
        let Some(used) = used.get(load).filter(|_| agent.stands) else { return BTreeSet::new() };
        let same_weight = agent.config.weight == config.weight;
        let keeps = OF_CHANCE.into_iter().filter(|measure| {
            let same = same_weight || *measure == Measure::Chance;
            same && self.ready.measures(agent.profile).contains(measure)
        });
        let keeps: BTreeSet<_> = keeps.collect();
        for measure in &keeps {
            let used = used.get(measure.index()).copied().unwrap_or(0);
            let here = self.ready.used((*measure, load), agent.profile);
            if let Some(mark) = agent.marks.get_mut(measure.index()) {
                *mark = mark.saturating_add(used - here.min(used));
            }
        }
        keeps
    }

    /// How far chance has been used up at most in any profile.
    fn used_up(&self) -> Used {
        let most = |load, measure| {
            let all = (0..self.profiles.len()).map(|at| self.ready.used((measure, load), at));
            all.max().unwrap_or(0)
        };
        let of_load = |load| {
            let mut used = [0; Measure::COUNT];
            for measure in OF_CHANCE {
                if let Some(used) = used.get_mut(measure.index()) {
                    *used = most(load, measure);
                }
            }
            used
        };
        (0..self.ready.loads()).map(of_load).collect()
    }

    /// Chance has been used up so far in all profiles.
    fn use_up(&mut self, used: &Used) {
        for (load, used) in used.iter().enumerate() {
            for (profile, measure) in
                (0..self.profiles.len()).flat_map(|profile| OF_CHANCE.map(|it| (profile, it)))
            {
                let used = used.get(measure.index()).copied().unwrap_or(0);
                self.ready.set_used((measure, load), profile, used);
            }
        }
    }
}
