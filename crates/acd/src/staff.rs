//! The agents, and which of them can be rung.
//!
//! Agents who may take the same calls form one profile. Those of a profile who can be rung [stand](Ready) in every order
//! that one of their queues chooses by, so that a call looks at the first of each profile only.

mod chosen;
mod recast;

use crate::agent::Agent;
use crate::bits::Bits;
use crate::census::Census;
use crate::chance::Chance;
use crate::class_set::ClassSet;
use crate::classes::{ClassId, Classes};
use crate::condition::{Condition, Presence, Presences};
use crate::front::Best;
use crate::occupancy::minute_of;
use crate::ready::{Measures, Ready};
use crate::strategy::Measure;
use crate::table::Table;
use crate::talks::Owed;
use crate::{AgentConfig, AgentState, Config, Strategy};
use clock::Moment;
use ids::{AgentId, CallId, QueueId};
use std::collections::{BTreeMap, BTreeSet};

/// All agents. Every change of a fact goes through [`Staff::update`], which keeps the orders of
/// the ready ones true to the facts; who can be rung and could not [stands](Staff::stand) there when no call was found
/// for them.
#[derive(Clone, Debug)]
pub(crate) struct Staff {
    agents: Table<Agent>,
    profiles: Vec<Profile>,
    known: BTreeMap<Vec<ClassId>, usize>,
    /// By class.
    serving: Vec<Serving>,
    /// Agents of each queue who are on duty.
    on_duty: Table<usize>,
    strategies: Table<Strategy>,
    ready: Ready,
    chance: Chance,
    census: Census,
}

/// Agents who may take the same calls.
#[derive(Clone, Debug)]
struct Profile {
    open: ClassSet,
    on_duty: BTreeSet<AgentId>,
    /// How many conversations these have room for.
    places: usize,
    queues: BTreeSet<QueueId>,
    /// Those of them whose agents are counted by how they are there.
    watched: Vec<QueueId>,
}

/// Who takes the calls of a class.
#[derive(Clone, Debug, Default)]
struct Serving {
    profiles: Bits,
    on_duty: usize,
    /// How many conversations these have room for.
    places: usize,
}

/// What a change of facts came to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Change {
    pub(crate) before: AgentState,
    pub(crate) after: AgentState,
    /// Whether the agent can be rung who could not.
    pub(crate) opened: bool,
    pub(crate) left_duty: bool,
    /// The after-call work that has begun.
    pub(crate) wrap_up: Option<Owed>,
}

impl Staff {
    pub(crate) fn new(config: &Config, classes: &Classes) -> Self {
        let mut staff = Self::without_agents(config, classes, Chance::new(config.seed));
        let agents: Vec<_> = config
            .agents
            .iter()
            .map(|agent| {
                let profile = staff.profile_of(agent, &BTreeSet::new(), classes);
                (agent.id.index(), Agent::new(agent.clone(), profile))
            })
            .collect();
        staff.agents = Table::new(agents);
        staff
    }

    fn without_agents(config: &Config, classes: &Classes, chance: Chance) -> Self {
        let queue = |queue: &crate::QueueConfig| queue.id.index();
        Self {
            agents: Table::new([]),
            profiles: Vec::new(),
            known: BTreeMap::new(),
            serving: vec![Serving::default(); classes.len()],
            on_duty: Table::new(config.queues.iter().map(|each| (queue(each), 0))),
            strategies: Table::new(config.queues.iter().map(|each| (queue(each), each.strategy))),
            ready: Ready::new(config.agents.iter().map(AgentConfig::room).max().unwrap_or(1)),
            chance,
            census: Census::new(watched(config)),
        }
    }

    pub(crate) fn get(&self, agent: AgentId) -> Option<&Agent> {
        self.agents.get(agent.index())
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Agent> {
        self.agents.values()
    }

    /// The classes of the calls that the agent may take.
    pub(crate) fn classes_of(&self, agent: &Agent) -> &ClassSet {
        const NONE: &ClassSet = &ClassSet::EMPTY;
        self.profiles.get(agent.profile).map_or(NONE, |profile| &profile.open)
    }

    /// Whether the agent may take calls of the class.
    pub(crate) fn is_open_to(&self, agent: &Agent, class: ClassId) -> bool {
        self.classes_of(agent).contains(class)
    }

    /// Changes facts about an agent, who keeps the place that being idle has earned only where a
    /// ring was taken back: that is, in going straight from being rung to where one can be rung, with as many
    /// conversations.
    pub(crate) fn update(
        &mut self,
        now: Moment,
        agent: AgentId,
        facts: impl FnOnce(&mut Agent),
    ) -> Option<Change> {
        let found = self.agents.get_mut(agent.index())?;
        let profile = self.profiles.get(found.profile)?;
        let (before, was_on_duty) = (found.state(), found.on_duty());
        let is_watched = !profile.watched.is_empty();
        let was_there = is_watched.then(|| found.presence());
        let (talks, was_rung) = (found.talks.len(), found.ring.is_some());
        let was_open = was_on_duty && found.is_free();
        let stood = std::mem::take(&mut found.stands);
        if stood {
            self.ready.remove(found);
        }
        // Whatever the queues choose by now: another configuration may choose by it.
        found.occupancy.note(now, before.into());
        facts(found);
        let wrap_up = found.begin_wrap_up(now);
        let (after, on_duty) = (found.state(), found.on_duty());
        let is_open = on_duty && found.is_free();
        if let Some(was_there) = was_there {
            self.census.change(&profile.watched, was_there, found.presence());
        }
        if found.talks.len() != talks || (is_open && !was_open && !was_rung) {
            found.idle_since = now;
        }
        if is_open && stood {
            self.stand(agent);
        }
        if on_duty != was_on_duty {
            self.count_duty(agent, on_duty);
        }
        let (opened, left_duty) = (is_open && !was_open, was_on_duty && !on_duty);
        Some(Change { before, after, opened, left_duty, wrap_up })
    }

    /// Puts an agent who can be rung where they stand among the others, unless they do already.
    pub(crate) fn stand(&mut self, agent: AgentId) {
        let Self { agents, ready, chance, .. } = self;
        let found = agents.get_mut(agent.index());
        let Some(found) = found.filter(|found| !found.stands && found.can_be_rung()) else {
            return;
        };
        set_marks(found, ready.measures(found.profile).iter().copied(), ready, chance);
        found.stands = true;
        ready.insert(found);
    }

    /// Has the agent serve all their queues but these.
    pub(crate) fn keep_away(
        &mut self,
        now: Moment,
        agent: AgentId,
        away_from: BTreeSet<QueueId>,
        classes: &Classes,
    ) {
        let Some(found) = self.agents.get(agent.index()) else { return };
        let on_duty = found.on_duty();
        let profile = self.profile_of(&found.config.clone(), &away_from, classes);
        if on_duty {
            self.count_duty(agent, false);
        }
        let Some(found) = self.agents.get_mut(agent.index()) else { return };
        if std::mem::take(&mut found.stands) {
            self.ready.remove(found);
        }
        let presence = found.presence();
        if let Some(old) = self.profiles.get(found.profile) {
            self.census.change(&old.watched, presence, Presence::LoggedOut);
        }
        found.note_time(now);
        found.away_from = away_from;
        found.profile = profile;
        if let Some(new) = self.profiles.get(profile) {
            self.census.change(&new.watched, Presence::LoggedOut, presence);
        }
        self.stand(agent);
        if on_duty {
            self.count_duty(agent, true);
        }
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

    /// A new day: nobody has had a call yet.
    pub(crate) fn begin_day(&mut self, now: Moment) {
        let ids: Vec<_> = self.iter().map(Agent::id).collect();
        for agent in ids {
            self.update(now, agent, |agent| agent.calls_today = 0);
        }
    }

    /// Of the agents who can be rung for calls of the class, and are none of `barred`, the one that
    /// the strategy chooses among those with the fewest conversations, and who would be next.
    pub(crate) fn choose(
        &mut self,
        now: Moment,
        class: ClassId,
        strategy: Strategy,
        barred: Option<&BTreeSet<AgentId>>,
    ) -> Option<(AgentId, Option<AgentId>)> {
        let measure = strategy.measure();
        if measure == Measure::Occupancy {
            self.measure_occupancy(now, class);
        }
        let profiles = &self.serving.get(class.index())?.profiles;
        let mut best = Best::NOBODY;
        for of in (0..self.ready.loads()).map(|load| (measure, load)) {
            let these = match barred {
                None => self.ready.first_two(of, profiles),
                Some(barred) => {
                    self.ready.first_two_of(of, profiles, |agent| !barred.contains(&agent))
                }
            };
            best = best.then(these);
            if best.second().is_some() {
                break;
            }
        }
        Some((best.first()?.agent, best.second().map(|key| key.agent)))
    }

    /// All who can be rung, the longest idle first.
    pub(crate) fn all_ready(&self) -> Vec<AgentId> {
        let mut ready: Vec<_> = self.iter().filter(|agent| agent.stands).collect();
        ready.sort_unstable_by_key(|agent| (agent.idle_since, agent.id()));
        ready.into_iter().map(Agent::id).collect()
    }

    /// Whether somebody can be rung for calls of the class.
    pub(crate) fn is_ready(&self, class: ClassId) -> bool {
        self.serving.get(class.index()).is_some_and(|serving| self.ready.has_any(&serving.profiles))
    }

    /// How many agents can be rung for calls of the class.
    fn ready(&self, class: ClassId) -> usize {
        let open =
            self.serving.get(class.index()).map(|serving| self.ready.open_of(&serving.profiles));
        open.iter().flat_map(Bits::iter).map(|profile| self.ready.len(profile)).sum()
    }

    /// How many agents of the queue can be rung, for whichever of its calls.
    pub(crate) fn ready_of(&self, queue: QueueId) -> usize {
        let profiles = self.profiles.iter().enumerate();
        let profiles = profiles.filter(|(_, profile)| profile.queues.contains(&queue));
        profiles.map(|(at, _)| self.ready.len(at)).sum()
    }

    /// How many agents of the queue take calls, now or after what they are doing.
    pub(crate) fn on_duty(&self, queue: QueueId) -> usize {
        self.on_duty.get(queue.index()).copied().unwrap_or(0)
    }

    /// How many conversations the agents on duty have room for who may take calls of the class.
    pub(crate) fn places_of(&self, class: ClassId) -> usize {
        self.serving.get(class.index()).map_or(0, |serving| serving.places)
    }

    /// The agents on duty who may take calls of the class, by what else they may take, and how many conversations
    /// they have room for.
    pub(crate) fn on_duty_for(
        &self,
        class: ClassId,
    ) -> impl Iterator<Item = (&ClassSet, &BTreeSet<AgentId>, usize)> {
        let on_duty = self.serving(class).filter(|profile| !profile.on_duty.is_empty());
        on_duty.map(|profile| (&profile.open, &profile.on_duty, profile.places))
    }

    /// The classes that agents on duty may take who may take this one; none while there are none.
    pub(crate) fn rivals(&self, class: ClassId) -> Option<ClassSet> {
        let mut on_duty = self.serving(class).filter(|profile| !profile.on_duty.is_empty());
        let mut rivals = on_duty.next()?.open.clone();
        on_duty.for_each(|profile| rivals.add(&profile.open));
        Some(rivals)
    }

    /// The profiles whose agents may take calls of the class.
    fn serving(&self, class: ClassId) -> impl Iterator<Item = &Profile> {
        let serving = self.serving.get(class.index()).into_iter();
        serving.flat_map(|it| it.profiles.iter()).filter_map(|at| self.profiles.get(at))
    }

    /// Watched queues whose agents have changed since this was last asked.
    pub(crate) fn take_changed(&mut self) -> BTreeSet<QueueId> {
        self.census.take_changed()
    }

    /// Whether every agent of a watched queue is there in one of these ways, and one in fact.
    pub(crate) fn is_every_agent(&self, queue: QueueId, is: Presences) -> bool {
        self.census.is_every_agent(queue, is)
    }

    /// How those of a queue's agents are there who are not logged out of it, one by one.
    pub(crate) fn presences(&self, queue: QueueId) -> impl Iterator<Item = Presence> {
        let serves = move |agent: &&Agent| {
            self.profiles.get(agent.profile).is_some_and(|own| own.queues.contains(&queue))
        };
        let presences = self.iter().filter(serves).map(Agent::presence);
        presences.filter(|presence| *presence != Presence::LoggedOut)
    }

    /// Whether every agent on duty who may take calls of the class is one of `barred`.
    pub(crate) fn nobody_but(&self, class: ClassId, barred: &BTreeSet<AgentId>) -> bool {
        let on_duty = self.serving.get(class.index()).map_or(0, |serving| serving.on_duty);
        let barred = barred.iter().filter_map(|agent| self.get(*agent));
        let counts = |agent: &&Agent| agent.on_duty() && self.is_open_to(agent, class);
        barred.filter(counts).count() >= on_duty
    }

    /// Whether an agent can be rung for calls of the class who is none of `barred`.
    pub(crate) fn is_ready_beside(&self, class: ClassId, barred: &BTreeSet<AgentId>) -> bool {
        let barred = barred.iter().filter_map(|agent| self.get(*agent));
        let counts = |agent: &&Agent| agent.can_be_rung() && self.is_open_to(agent, class);
        barred.filter(counts).count() < self.ready(class)
    }

    /// Whether the orders of the agents who can be rung are true to the facts.
    pub(crate) fn index_is_true(&self) -> bool {
        let standing = (0..self.profiles.len()).flat_map(|profile| self.ready.agents(profile));
        let mut standing: Vec<_> = standing.collect();
        standing.sort_unstable();
        let open = self.iter().filter(|agent| agent.can_be_rung()).map(Agent::id);
        let all_stand = self.iter().all(|agent| agent.stands == agent.can_be_rung());
        all_stand && open.eq(standing) && self.ready.is_true()
    }

    /// Brings the occupancies of a class to those of this minute.
    fn measure_occupancy(&mut self, now: Moment, class: ClassId) {
        let Self { agents, ready, serving, .. } = self;
        let Some(serving) = serving.get(class.index()) else { return };
        for profile in ready.open_of(&serving.profiles).iter() {
            if !ready.turn_to(minute_of(now), profile) {
                continue;
            }
            for load in 0..ready.loads() {
                ready.put_anew((Measure::Occupancy, load), profile, |key| {
                    let Some(agent) = agents.get_mut(key.agent.index()) else { return key };
                    agent.note_time(now);
                    let occupancy = agent.occupancy.millionths();
                    if let Some(mark) = agent.marks.get_mut(Measure::Occupancy.index()) {
                        *mark = occupancy;
                    }
                    agent.key(Measure::Occupancy)
                });
            }
        }
    }

    /// Counts an agent who goes on or off duty.
    fn count_duty(&mut self, agent: AgentId, on_duty: bool) {
        let Some(found) = self.agents.get(agent.index()) else { return };
        let Some(profile) = self.profiles.get_mut(found.profile) else { return };
        if on_duty {
            profile.on_duty.insert(agent);
        } else {
            profile.on_duty.remove(&agent);
        }
        let room = found.config.room();
        let count = |count: usize, by: usize| if on_duty { count + by } else { count - by };
        profile.places = count(profile.places, room);
        for class in profile.open.iter() {
            let Some(serving) = self.serving.get_mut(class.index()) else { continue };
            serving.on_duty = count(serving.on_duty, 1);
            serving.places = count(serving.places, room);
        }
        for queue in &profile.queues {
            let Some(on_duty) = self.on_duty.get_mut(queue.index()) else { continue };
            *on_duty = count(*on_duty, 1);
        }
    }

    /// The profile of an agent who is at work for all their queues but these.
    fn profile_of(
        &mut self,
        agent: &AgentConfig,
        away_from: &BTreeSet<QueueId>,
        classes: &Classes,
    ) -> usize {
        let at_work = agent.queues.iter().map(|each| each.queue);
        let at_work = at_work.filter(|queue| !away_from.contains(queue)).collect();
        let open = classes.open_to(agent, &at_work);
        if let Some(known) = self.known.get(&open) {
            return *known;
        }
        let profile = self.profiles.len();
        for class in &open {
            if let Some(serving) = self.serving.get_mut(class.index()) {
                serving.profiles.insert(profile);
            }
        }
        let queues: BTreeSet<_> =
            open.iter().filter_map(|class| classes.get(*class)).map(|class| class.queue).collect();
        let strategies = queues.iter().filter_map(|queue| self.strategies.get(queue.index()));
        let measures: BTreeSet<_> = strategies.map(|strategy| strategy.measure()).collect();
        let mut measures: Measures = measures.into_iter().collect();
        if measures.is_empty() {
            // Who serves no queue stands somewhere too.
            measures.push(Measure::Idle);
        }
        self.ready.add_profile(measures);
        self.known.insert(open.clone(), profile);
        self.profiles.push(Profile {
            open: ClassSet::of(&open),
            on_duty: BTreeSet::new(),
            places: 0,
            watched: self.census.watched(&queues),
            queues,
        });
        profile
    }
}

/// The queues with a condition on their agents.
fn watched(config: &Config) -> impl Iterator<Item = QueueId> {
    let on_agents = |condition: &Condition| matches!(condition, Condition::EveryAgent { .. });
    let queues = config.queues.iter();
    queues.filter(move |queue| queue.conditions.iter().any(on_agents)).map(|queue| queue.id)
}

/// Says where an agent who can be rung stands in these orders.
fn set_marks(
    agent: &mut Agent,
    measures: impl Iterator<Item = Measure>,
    ready: &Ready,
    chance: &mut Chance,
) {
    for measure in measures {
        let mark = match measure {
            Measure::Idle | Measure::Listed => 0,
            Measure::Occupancy => agent.occupancy.millionths(),
            Measure::Calls => u64::from(agent.calls_today),
            Measure::Turn => agent.last_turn.0,
            Measure::Chance | Measure::WeightedChance => {
                let weight = if measure == Measure::Chance { 1 } else { agent.config.weight };
                let used = ready.used((measure, agent.talks.len()), agent.profile);
                used.saturating_add(chance.wait(weight))
            }
        };
        if let Some(place) = agent.marks.get_mut(measure.index()) {
            *place = mark;
        }
    }
}
