//! The agents' desks: who has a phone, who has said what about being at work.

use crate::after_call::AfterCall;
use crate::engine::Engine;
use crate::io::Output;
use crate::pausing::PauseOn;
use crate::shift::Shifts;
use acd::{
    AgentConfig, AgentState, Membership, Need, NotReadyReason, QueueConfig, Requirement, RingsMax,
    Strategy,
};
use clock::{Deadlines, Duration, Moment, WallTime};
use dialplan::{LogIn, Plan};
use events::{AgentEvent, BindingChange, SavedBinding, SavedDesk, What};
use ids::{AgentId, QueueId};
use snapshot::PhoneNow;
use std::collections::{BTreeMap, BTreeSet};

/// What the acd must know of the plan.
pub(crate) fn acd_config(plan: &Plan, seed: &[u8; 32]) -> acd::Config {
    let queues = (0..).map(QueueId).zip(&plan.queues).map(|(id, queue)| QueueConfig {
        id,
        strategy: strategy(queue.strategy),
        needs: needs(plan, queue),
        tier_waits: queue.tiers.clone(),
        ageing: queue.ageing,
        ring_max: queue.ring,
        wrap_up: queue.wrap_up,
        waiting_max: usize::try_from(queue.waiting_max).unwrap_or(usize::MAX),
        // The visit hands the queue's priority over with each call.
        priority: 0,
        decline_pause: queue.decline_pause,
        expected_talk: queue.expected_talk,
        confidence: queue.confidence,
        conditions: queue.conditions.iter().map(crate::overflow::condition).collect(),
    });
    let agents = (0..).map(AgentId).zip(&plan.agents).map(|(id, agent)| AgentConfig {
        id,
        skills: agent.skills.clone(),
        wrap_up: agent.wrap_up,
        rings_max: rings_max(agent.rings_max),
        capacity: agent.capacity,
        weight: agent.weight,
        queues: agent.queues.iter().map(|queue| membership(agent, *queue)).collect(),
    });
    // Or every start of a server would let chance fall alike.
    let [a, b, c, d, e, f, g, h, ..] = *seed;
    acd::Config {
        seed: u64::from_le_bytes([a, b, c, d, e, f, g, h]),
        ..acd::Config::new(queues.collect(), agents.collect())
    }
}

/// What calls of a queue need, for each set of demands that they can come with.
fn needs(plan: &Plan, queue: &dialplan::Queue) -> Vec<Need> {
    plan.demand_sets.iter().map(|demands| need(plan, queue, *demands)).collect()
}

/// The queue's own steps, and the demands as long as they are insisted on.
fn need(plan: &Plan, queue: &dialplan::Queue, demands: dialplan::Demands) -> Need {
    let demands: Vec<_> = demands.iter().filter_map(|it| plan.demands.get(it.index())).collect();
    let after = |waited: Duration| {
        let of_queue = queue.relax.iter().take_while(|(after, _)| *after <= waited).last();
        let of_queue = of_queue.map_or(&queue.requirement, |(_, who)| who);
        let insisted = demands.iter().filter(|it| it.lasts.is_none_or(|lasts| waited < lasts));
        let all = insisted.map(|demand| &demand.requirement).chain([of_queue]);
        match &all.map(requirement).collect::<Vec<_>>()[..] {
            [one] => one.clone(),
            all => Requirement::All(all.to_vec()),
        }
    };
    let relaxed = queue.relax.iter().map(|(after, _)| *after);
    let changes: BTreeSet<_> = relaxed.chain(demands.iter().filter_map(|it| it.lasts)).collect();
    let first = Need::always(after(Duration::ZERO));
    changes.into_iter().fold(first, |need, at| need.then(at, after(at)))
}

fn requirement(who: &dialplan::Requirement) -> Requirement {
    let each = |of: &[dialplan::Requirement]| of.iter().map(requirement).collect();
    match who {
        dialplan::Requirement::AtLeast(skill, least) => Requirement::AtLeast(*skill, *least),
        dialplan::Requirement::All(of) => Requirement::All(each(of)),
        dialplan::Requirement::Any(of) => Requirement::Any(each(of)),
        dialplan::Requirement::Not(not) => Requirement::Not(Box::new(requirement(not))),
    }
}

fn membership(agent: &dialplan::Agent, queue: QueueId) -> Membership {
    let tier = agent.tiers.iter().find(|(of, _)| *of == queue).map_or(1, |(_, tier)| *tier);
    Membership { queue, tier }
}

const fn rings_max(max: dialplan::RingsMax) -> RingsMax {
    let dialplan::RingsMax { missed, declined, busy, unreachable } = max;
    RingsMax { missed, declined, busy, unreachable }
}

const fn strategy(strategy: dialplan::Strategy) -> Strategy {
    match strategy {
        dialplan::Strategy::LongestIdle => Strategy::LongestIdle,
        dialplan::Strategy::LeastOccupied => Strategy::LeastOccupied,
        dialplan::Strategy::FewestCalls => Strategy::FewestCalls,
        dialplan::Strategy::RoundRobin => Strategy::RoundRobin,
        dialplan::Strategy::Linear => Strategy::Linear,
        dialplan::Strategy::Random => Strategy::Random,
        dialplan::Strategy::WeightedRandom => Strategy::WeightedRandom,
        dialplan::Strategy::RingAll => Strategy::RingAll,
        dialplan::Strategy::Progressive { every } => Strategy::Progressive { every },
    }
}

/// One agent's desk. What the agent is doing is derived by the acd; here is only what was said,
/// and since when the state has been what it is.
#[derive(Debug)]
pub(crate) struct Desk {
    log_in: LogIn,
    pub(crate) said: Option<Said>,
    pub(crate) state: AgentState,
    pub(crate) since: Moment,
    /// Calls of the agent's own that are on.
    own_calls: u32,
    /// The phone that the agent has chosen.
    pub(crate) chosen: Option<u8>,
    /// The phones that are there, for who looks.
    pub(crate) phones: Vec<PhoneNow>,
    /// The pause that is on.
    pub(crate) pause: Option<PauseOn>,
    /// The calls of queues that may be filed, and the work that they lead to.
    pub(crate) after_call: AfterCall,
    /// Whether the agent is known to have missed too often, and has not come back since.
    pub(crate) is_out: bool,
    /// What the ledger has of it.
    pub(crate) saved: Option<SavedDesk>,
}

impl Desk {
    /// Nobody is there yet.
    fn new(now: Moment) -> Self {
        Self {
            log_in: LogIn::default(),
            said: None,
            state: AgentState::LoggedOut,
            since: now,
            own_calls: 0,
            chosen: None,
            phones: Vec::new(),
            pause: None,
            after_call: AfterCall::default(),
            is_out: false,
            saved: None,
        }
    }
}

/// The agent's last word by short code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Said {
    In,
    Out,
}

/// What is due at a desk, whatever calls are on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum DeskTimer {
    /// The agent has paused for as long as the pause may be.
    PauseMax(AgentId),
    /// The agent who was taken out after rings in vain comes back.
    Return(AgentId),
    /// A shift may begin or end.
    Shifts,
    /// A queue may open or close.
    Openings,
}

/// All desks.
#[derive(Debug)]
pub(crate) struct Desks {
    by_agent: BTreeMap<AgentId, Desk>,
    pub(crate) timers: Deadlines<DeskTimer>,
    pub(crate) shifts: Shifts,
    /// Of whom something else may be to be remembered since the input began.
    pub(crate) touched: BTreeSet<AgentId>,
}

impl Desks {
    pub(crate) fn of(plan: &Plan) -> Self {
        let mut desks = Self {
            by_agent: BTreeMap::new(),
            timers: Deadlines::default(),
            shifts: Shifts::default(),
            touched: BTreeSet::new(),
        };
        desks.follow(Moment::ZERO, plan);
        desks
    }

    /// The plan is this one from now on: who is new has a desk, and nobody's is cleared.
    pub(crate) fn follow(&mut self, now: Moment, plan: &Plan) {
        for (id, agent) in (0..).map(AgentId).zip(&plan.agents) {
            let desk = self.by_agent.entry(id).or_insert_with(|| Desk::new(now));
            desk.log_in = agent.log_in;
        }
    }

    /// Everybody who has one.
    pub(crate) fn all(&self) -> impl Iterator<Item = AgentId> {
        self.by_agent.keys().copied()
    }

    pub(crate) fn get(&self, agent: AgentId) -> Option<&Desk> {
        self.by_agent.get(&agent)
    }

    /// Whether a call of the agent's own is on, that of no queue.
    pub(crate) fn is_on_own_call(&self, agent: AgentId) -> bool {
        self.get(agent).is_some_and(|desk| desk.own_calls > 0)
    }

    /// Something else may be to be remembered of the agent.
    pub(crate) fn touch(&mut self, agent: AgentId) {
        self.touched.insert(agent);
    }

    /// What the agent has said counts no longer.
    pub(crate) fn unsay(&mut self, agent: AgentId) {
        self.touch(agent);
        if let Some(desk) = self.by_agent.get_mut(&agent) {
            desk.said = None;
        }
    }

    pub(crate) fn get_mut(&mut self, agent: AgentId) -> Option<&mut Desk> {
        self.by_agent.get_mut(&agent)
    }
}

impl Engine {
    /// Does what is due at the desks.
    pub(crate) fn look_at_desks(&mut self, now: Moment) {
        while let Some(timer) = self.desks.timers.pop_due(now) {
            match timer {
                DeskTimer::PauseMax(agent) => self.paused_too_long(now, agent),
                DeskTimer::Return(agent) => self.returns(now, agent),
                DeskTimer::Shifts => self.look_at_shifts(now),
                DeskTimer::Openings => self.look_at_openings(now),
            }
        }
    }

    /// What the acd says, carried to whom it concerns.
    pub(crate) fn hear_acd(&mut self, now: Moment, output: acd::Output) {
        match output {
            acd::Output::Ring { reservation, agent, call } => {
                self.ring_agent(now, reservation, agent, call);
            }
            acd::Output::StopRinging { reservation, why } => {
                self.stop_ringing(now, reservation, why);
            }
            acd::Output::Connect { call, .. } => self.connect(now, call),
            acd::Output::AgentNow(agent, state) => self.agent_now(now, agent, state),
            acd::Output::ReservationOver { reservation, agent, call, end } => {
                self.reservation_over(now, reservation, agent, call, end);
            }
            acd::Output::WrapUpStarted { agent, call, queue, until } => {
                self.wrap_up_started(now, agent, (call, queue), until);
            }
            acd::Output::WrapUpOver(agent) => self.wrap_up_over(now, agent),
            acd::Output::SentOn { call, queue, condition, figures } => {
                self.sent_on(now, (call, queue), condition, figures);
            }
            acd::Output::Refuse(call, reason) => self.refused_by_queue(now, call, reason),
        }
    }

    /// What the registrar says: an agent has a phone, or has none any more.
    pub(crate) fn hear_registrar(&mut self, now: Moment, output: registrar::Output) {
        match output {
            registrar::Output::PhonesChanged(account) => {
                if let Some(agent) = self.plan.agent_of(&account.to_str_lossy()) {
                    self.phones_changed(now, agent);
                    self.reach_over_new_connections(now, agent);
                }
            }
            registrar::Output::Reachable(account) => {
                if let Some(agent) = self.plan.agent_of(&account.to_str_lossy()) {
                    self.agent_reachable(now, agent);
                }
            }
            registrar::Output::Unreachable(account) => {
                if let Some(agent) = self.plan.agent_of(&account.to_str_lossy()) {
                    self.record_agent(now, agent, AgentEvent::Unreachable);
                    self.acd.handle(now, acd::Input::Unreachable(agent));
                }
            }
            registrar::Output::Save(binding, until) => {
                let until = self.journal.wall(until);
                self.output(Output::Binding(BindingChange::Kept { binding, until }));
            }
            registrar::Output::Forget(id) => {
                self.output(Output::Binding(BindingChange::Gone(id)));
            }
        }
    }

    /// Phones that an earlier run knew are rung from the first call on. What is left of each binding
    /// goes by the wall clock, the only one that ran on in between.
    pub(crate) fn restore(&mut self, now: Moment, bindings: &[(SavedBinding, WallTime)]) {
        let wall = self.journal.wall(now);
        for (binding, until) in bindings {
            let left = until.as_micros().saturating_sub(wall.as_micros());
            let left = Duration::from_micros(u64::try_from(left).unwrap_or(0));
            self.registrar.restore(now, binding, left);
        }
    }

    /// The first phone of the agent is there. Where the plan says so, that is coming to work.
    fn agent_reachable(&mut self, now: Moment, agent: AgentId) {
        self.record_agent(now, agent, AgentEvent::Reachable);
        let comes_to_work = self.desks.get(agent).is_some_and(|desk| match desk.log_in {
            LogIn::Registration => desk.said.is_none() && desk.state == AgentState::LoggedOut,
            LogIn::Code => false,
        });
        if comes_to_work && self.is_on_shift(agent) {
            self.comes(now, agent);
        }
        self.acd.handle(now, acd::Input::Reachable(agent));
    }

    /// The agent says "here" by short code; also the way back after missed rings.
    pub(crate) fn log_in(&mut self, now: Moment, agent: AgentId) {
        self.say(agent, Said::In);
        self.comes(now, agent);
    }

    /// The agent says "gone" by short code.
    pub(crate) fn log_out(&mut self, now: Moment, agent: AgentId) {
        self.say(agent, Said::Out);
        self.goes(now, agent);
    }

    /// The agent is at work.
    pub(crate) fn comes(&mut self, now: Moment, agent: AgentId) {
        self.record_agent(now, agent, AgentEvent::LoggedIn);
        self.acd.handle(now, acd::Input::LoggedIn(agent));
    }

    /// The agent goes home.
    pub(crate) fn goes(&mut self, now: Moment, agent: AgentId) {
        self.choose(agent, None);
        self.record_agent(now, agent, AgentEvent::LoggedOut);
        self.acd.handle(now, acd::Input::LoggedOut(agent));
    }

    /// The agent is on a call of their own, and perhaps on several.
    pub(crate) fn occupy(&mut self, now: Moment, agent: AgentId) {
        let Some(desk) = self.desks.by_agent.get_mut(&agent) else { return };
        desk.own_calls += 1;
        if desk.own_calls == 1 {
            self.acd.handle(now, acd::Input::Occupied(agent));
        }
        self.lamps.changed(now, agent);
    }

    /// One of the agent's own calls is over.
    pub(crate) fn release(&mut self, now: Moment, agent: AgentId) {
        let Some(desk) = self.desks.by_agent.get_mut(&agent) else { return };
        desk.own_calls = desk.own_calls.saturating_sub(1);
        if desk.own_calls == 0 {
            self.acd.handle(now, acd::Input::Freed(agent));
        }
        self.lamps.changed(now, agent);
    }

    fn say(&mut self, agent: AgentId, said: Said) {
        if let Some(desk) = self.desks.by_agent.get_mut(&agent) {
            desk.said = Some(said);
        }
    }

    fn agent_now(&mut self, now: Moment, agent: AgentId, state: AgentState) {
        let Some(desk) = self.desks.get_mut(agent) else { return };
        let before = std::mem::replace(&mut desk.state, state);
        self.desks.touch(agent);
        self.lamps.changed(now, agent);
        self.follow_pause(now, agent, state);
        // The end of a state may be moved, and one of several conversations be over: that is no other state.
        if is_same(before, state) {
            return;
        }
        if let Some(desk) = self.desks.get_mut(agent) {
            desk.since = now;
        }
        self.record_state(now, agent, state);
        self.follow_taking_out(now, agent, state);
    }

    fn record_state(&mut self, now: Moment, agent: AgentId, state: AgentState) {
        let mut pause = None;
        if let AgentState::NotReady(NotReadyReason::Paused(reason)) = state {
            pause = Some(self.plan.pause(reason).name.clone());
        }
        let mut call = None;
        if let AgentState::Talking(on) = state {
            call = Some(on.0);
        }
        let event = AgentEvent::State { state: crate::view::word(state), pause, call };
        self.record_agent(now, agent, event);
    }

    pub(crate) fn record_agent(&mut self, now: Moment, agent: AgentId, event: AgentEvent) {
        self.desks.touch(agent);
        let account = self.plan.agent(agent).account.clone();
        self.record(now, What::Agent(account, event));
    }
}

/// Whether an agent who goes from one to the other goes on doing the same.
fn is_same(before: AgentState, after: AgentState) -> bool {
    match (before, after) {
        (AgentState::WrapUp { .. }, AgentState::WrapUp { .. })
        | (AgentState::Talking(_), AgentState::Talking(_)) => true,
        _ => before == after,
    }
}
