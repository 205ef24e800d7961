//! A centre that is slow and easy to believe: flat lists, and a search through all pairs of agent
//! and call after everything that happens.

use crate::occupancy::Hours;
use acd::{
    AgentConfig, AgentState, Condition, Config, Figures, Input, Kind, NotReadyReason, Presence,
    QueueConfig, Recalled, RefuseReason, Requirement, ReservationEnd, RingsMax, Strategy,
    VainRings, Waiting, Whom, WhyNot,
};
use clock::{Duration, Moment};
use ids::{AgentId, CallId, PauseId, QueueId, ReservationId};

#[derive(Clone, Debug)]
struct Agent {
    config: AgentConfig,
    logged_in: bool,
    away_from: Vec<QueueId>,
    reachable: bool,
    occupied: bool,
    pause: Option<PauseId>,
    /// The oldest first.
    talks: Vec<(CallId, QueueId)>,
    /// After-call work that is due once the agent neither talks nor is rung.
    owed: Duration,
    wrap_up_until: Option<Moment>,
    settling_until: Option<Moment>,
    vain: Vec<ReservationEnd>,
    idle_since: Moment,
    /// Rings that used up their turn.
    turns: Vec<ReservationId>,
    calls_today: u32,
    hours: Hours,
}

#[derive(Clone, Debug)]
struct Call {
    id: CallId,
    kind: Kind,
    queue: QueueId,
    need: usize,
    priority: u64,
    arrived: Moment,
    joined: Moment,
    /// How many changes of its need and its tiers have come.
    steps: usize,
    kept_for: Option<(AgentId, Moment)>,
    refused_by: Vec<(AgentId, Moment)>,
    /// When one more agent is to be rung beside those who are.
    one_more_at: Option<Moment>,
    /// Whether one more is wanted beside those who are.
    wants_more: bool,
    /// When a condition of the queue is to be looked at.
    looks: Vec<(Moment, usize)>,
}

#[derive(Clone, Debug)]
struct Reservation {
    id: ReservationId,
    agent: AgentId,
    call: CallId,
    until: Moment,
    answered: bool,
}

/// How many phones a call rings at: one, one after another, or all.
fn phones(strategy: Strategy) -> usize {
    match strategy {
        Strategy::RingAll => usize::MAX,
        Strategy::Progressive { .. } => 2,
        Strategy::LongestIdle
        | Strategy::LeastOccupied
        | Strategy::FewestCalls
        | Strategy::RoundRobin
        | Strategy::Linear
        | Strategy::Random
        | Strategy::WeightedRandom => 1,
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Plain {
    config: Config,
    agents: Vec<Agent>,
    calls: Vec<Call>,
    reservations: Vec<Reservation>,
    last: ReservationId,
    holding: Vec<Holding>,
    /// Calls to be looked at when nobody can be rung any more.
    marked: Vec<CallId>,
    /// Whom chance has fallen on in the real centre, among all who were rung in this step.
    pub(crate) fell_on: Vec<crate::Rung>,
    /// Who has been rung for whom since this was last emptied.
    pub(crate) rung: Vec<crate::Rung>,
    /// Who has been refused since this was last emptied.
    pub(crate) refused: Vec<crate::Refused>,
    /// Who has been sent on since this was last emptied.
    pub(crate) sent_on: Vec<crate::SentOn>,
}

/// A condition on the agents of a queue that holds.
#[derive(Clone, Debug)]
struct Holding {
    queue: QueueId,
    condition: usize,
    since: Moment,
    /// When those who wait are to be looked at.
    look_at: Option<Moment>,
}

/// A deadline, in the order in which those of the same moment are met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Due {
    Reservation(ReservationId),
    WrapUp(AgentId),
    Settled(AgentId),
    Forgotten(CallId, AgentId),
    Step(CallId),
    Released(CallId),
    OneMore(CallId),
    Condition(CallId, usize),
    Conditions(QueueId, usize),
}

impl Plain {
    pub(crate) fn new(config: Config) -> Self {
        let mut plain = Self {
            agents: config.agents.iter().cloned().map(Agent::new).collect(),
            calls: Vec::new(),
            reservations: Vec::new(),
            last: ReservationId(0),
            fell_on: Vec::new(),
            rung: Vec::new(),
            refused: Vec::new(),
            sent_on: Vec::new(),
            holding: Vec::new(),
            marked: Vec::new(),
            config,
        };
        plain.look_at_agents(Moment::ZERO);
        plain
    }

    pub(crate) fn handle(&mut self, now: Moment, input: Input) {
        self.then_match(now, |plain| plain.apply(now, input));
    }

    pub(crate) fn handle_timeout(&mut self, now: Moment) {
        while let Some((at, due)) = self.dues().into_iter().min()
            && at <= now
        {
            self.then_match(now, |plain| plain.meet(now, due));
        }
    }

    /// The centre is this one from now on.
    pub(crate) fn recast(&mut self, now: Moment, config: Config) {
        self.handle_timeout(now);
        self.then_match(now, |plain| plain.become_another(now, config));
    }

    fn become_another(&mut self, now: Moment, config: Config) {
        let before = std::mem::replace(&mut self.config, config);
        for config in self.config.agents.clone() {
            let Some(agent) = self.agents.iter_mut().find(|each| each.config.id == config.id)
            else {
                self.agents.push(Agent::new(config));
                continue;
            };
            let is_of = |queue: &QueueId| config.queues.iter().any(|each| each.queue == *queue);
            agent.away_from.retain(is_of);
            agent.config = config;
        }
        for queue in self.config.queues.clone() {
            if let Some(before) = before.queues.iter().find(|each| each.id == queue.id) {
                self.change_queue(now, before, &queue);
            }
        }
    }

    fn change_queue(&mut self, now: Moment, before: &QueueConfig, queue: &QueueConfig) {
        let changed = self.calls.clone().into_iter().map(|mut call| {
            if call.queue != queue.id {
                return call;
            }
            call.priority = call.priority - u64::from(before.priority) + u64::from(queue.priority);
            let waited = now.since(call.joined);
            call.steps = self.steps(&call).iter().filter(|step| **step <= waited).count();
            if phones(before.strategy) != phones(queue.strategy) {
                call.wants_more = false;
                call.one_more_at = None;
            }
            call
        });
        self.calls = changed.collect();
        if before.conditions != queue.conditions {
            self.change_conditions(now, before, queue);
        }
    }

    /// The agents are in the same ways for as long as before; a call has all looks that it would have if the
    /// conditions had always been these.
    fn change_conditions(&mut self, now: Moment, before: &QueueConfig, queue: &QueueConfig) {
        let (old, kept) = self.holding.drain(..).partition(|each| each.queue == queue.id);
        let old: Vec<Holding> = old;
        self.holding = kept;
        for (at, condition) in queue.conditions.iter().enumerate() {
            let Condition::EveryAgent { is, whom, lasting } = condition else { continue };
            let same = |each: &&Holding| matches!(before.conditions[each.condition], Condition::EveryAgent { is: it, .. } if it == *is);
            let Some(since) = old.iter().find(same).map(|each| each.since) else { continue };
            let look_at = Some(since + *lasting).filter(|at| *whom != Whom::Coming && *at > now);
            self.holding.push(Holding { queue: queue.id, condition: at, since, look_at });
        }
        let looks = |call: &Call| {
            let look = |(at, condition): (usize, &Condition)| {
                let after = match condition {
                    Condition::Waited(after) => *after,
                    Condition::EveryAgent { whom, lasting, .. } => {
                        let since = self.since(queue.id, at).filter(|_| *whom != Whom::Coming)?;
                        (since <= call.joined).then_some(*lasting)?
                    }
                    Condition::CallsPerAgent(_) | Condition::ExpectedWait { .. } => return None,
                };
                Some((call.joined + after, at)).filter(|(look_at, _)| *look_at > now)
            };
            let is_looked_at = call.kind == Kind::Caller;
            let conditions = queue.conditions.iter().enumerate().filter(|_| is_looked_at);
            conditions.filter_map(look).collect::<Vec<_>>()
        };
        let of_queue = |call: &Call| call.queue == queue.id;
        let all: Vec<_> = self.calls.iter().map(|it| of_queue(it).then(|| looks(it))).collect();
        for (call, looks) in self.calls.iter_mut().zip(all) {
            call.looks = looks.unwrap_or_else(|| std::mem::take(&mut call.looks));
        }
        self.mark_all(queue.id);
    }

    pub(crate) fn poll_timeout(&self) -> Option<Moment> {
        self.dues().into_iter().min().map(|(at, _)| at)
    }

    pub(crate) fn calls(&self) -> Vec<CallId> {
        self.calls.iter().map(|call| call.id).collect()
    }

    pub(crate) fn nth_reservation(&self, nth: usize) -> Option<ReservationId> {
        let known = self.reservations.get(nth).map(|reservation| reservation.id);
        known.or_else(|| (self.last.0 > 0).then_some(self.last))
    }

    pub(crate) fn place(&self, now: Moment, call: CallId) -> Option<u32> {
        let call = self.calls.iter().find(|each| each.id == call)?;
        if self.is_rung(call.id) {
            return None;
        }
        let on_duty = self.agents.iter().filter(|agent| agent.on_duty());
        let for_it: Vec<_> = on_duty.filter(|agent| self.suits(agent, call)).collect();
        let counts = |other: &&Call| match &for_it[..] {
            [] => other.queue == call.queue,
            agents => agents.iter().any(|agent| self.suits(agent, other)),
        };
        let waiting = self.calls.iter().filter(counts).filter(|other| !self.is_rung(other.id));
        let ahead = waiting.filter(|other| self.order(now, other) < self.order(now, call)).count();
        Some(u32::try_from(ahead).unwrap() + 1)
    }

    pub(crate) fn state_of(&self, agent: AgentId) -> AgentState {
        let found = self.agents.iter().find(|each| each.config.id == agent).unwrap();
        if let Some((call, _)) = found.talks.first() {
            AgentState::Talking(*call)
        } else if let Some(reservation) = self.ring_of(agent) {
            AgentState::Ringing(reservation)
        } else {
            found.state_aside()
        }
    }

    fn ring_of(&self, agent: AgentId) -> Option<ReservationId> {
        self.reservations.iter().find(|each| each.agent == agent).map(|each| each.id)
    }

    /// Whether there is room for one conversation more than those that are on or may come.
    fn has_room(&self, agent: &Agent) -> bool {
        let rings = usize::from(self.ring_of(agent.config.id).is_some());
        agent.talks.len() + rings < usize::from(agent.config.capacity)
    }

    fn can_be_rung(&self, agent: &Agent) -> bool {
        self.ring_of(agent.config.id).is_none()
            && self.has_room(agent)
            && agent.state_aside() == AgentState::Ready
    }

    pub(crate) fn nth_talk(&self, nth: usize) -> Option<(AgentId, CallId)> {
        let talks = |agent: &Agent| {
            let id = agent.config.id;
            agent.talks.iter().map(|(call, _)| (id, *call)).collect::<Vec<_>>()
        };
        self.agents.iter().flat_map(talks).nth(nth)
    }

    /// Whether it is true that this keeps an agent from a call.
    pub(crate) fn is_kept_by(&self, agent: AgentId, call: CallId, why: WhyNot) -> bool {
        let call = self.calls.iter().find(|each| each.id == call).unwrap();
        let agent = self.agents.iter().find(|each| each.config.id == agent).unwrap();
        let may_take = self.may_take(agent, call);
        match why {
            WhyNot::LacksSkill(_) | WhyNot::LaterTier(_) => {
                !agent.away_from.contains(&call.queue) && !self.suits(agent, call)
            }
            WhyNot::LeftQueue => agent.away_from.contains(&call.queue),
            WhyNot::KeptFor { agent: keeper, until } => {
                call.kept_for.map(|(keeper, until)| (keeper, Some(until))) == Some((keeper, until))
                    && keeper != agent.config.id
            }
            WhyNot::Is(told) => !self.can_be_rung(agent) && told == self.in_the_way(agent),
            WhyNot::TurnedDown { until } => {
                let refused = call.refused_by.iter().find(|(by, _)| *by == agent.config.id);
                refused.is_some_and(|(_, ends)| *ends == until) && !may_take
            }
            WhyNot::RungElsewhere => self.is_rung(call.id) && self.can_be_rung(agent) && may_take,
        }
    }

    /// What keeps somebody from being rung.
    fn in_the_way(&self, agent: &Agent) -> AgentState {
        let id = agent.config.id;
        match self.ring_of(id) {
            _ if !self.has_room(agent) => self.state_of(id),
            Some(reservation) => AgentState::Ringing(reservation),
            None => agent.state_aside(),
        }
    }

    fn apply(&mut self, now: Moment, input: Input) {
        match input {
            Input::LoggedIn(agent) => self.change(agent, |agent| {
                agent.logged_in = true;
                agent.pause = None;
                agent.vain.clear();
            }),
            Input::LoggedOut(agent) => {
                self.take_back(agent);
                self.change(agent, |agent| {
                    agent.logged_in = false;
                    agent.pause = None;
                    agent.owed = Duration::ZERO;
                    agent.wrap_up_until = None;
                });
            }
            Input::LeftQueue(agent, queue) => self.leave_queue(agent, queue),
            Input::JoinedQueue(agent, queue) => {
                self.change(agent, |agent| agent.away_from.retain(|each| *each != queue));
            }
            Input::Paused(agent, reason) => {
                self.take_back(agent);
                self.change(agent, |agent| agent.pause = Some(reason));
            }
            Input::Resumed(agent) => self.change(agent, |agent| agent.pause = None),
            Input::CameBack(agent) => self.change(agent, |agent| agent.vain.clear()),
            Input::Recalled(agent, recalled) => self.recall(now, agent, recalled),
            Input::DayBegan => self.agents.iter_mut().for_each(|agent| agent.calls_today = 0),
            Input::Reachable(agent) => self.change(agent, |agent| agent.reachable = true),
            Input::Unreachable(agent) => {
                self.take_back(agent);
                self.change(agent, |agent| agent.reachable = false);
            }
            Input::Occupied(agent) => {
                self.take_back(agent);
                self.change(agent, |agent| agent.occupied = true);
            }
            Input::Freed(agent) => self.change(agent, |agent| agent.occupied = false),
            Input::Queued(waiting) => self.queue(now, waiting),
            Input::Abandoned(call) | Input::TakenOut(call) => {
                self.calls.retain(|each| each.id != call);
                self.reservations.retain(|reservation| reservation.call != call);
            }
            Input::Prioritised(id, priority) => {
                let Some(call) = self.calls.iter().find(|each| each.id == id) else { return };
                let of_queue = self.queue_of(call).priority;
                self.call(id).priority = u64::from(priority) + u64::from(of_queue);
            }
            Input::TakenBack(id) => self.turn_down(now, id, ReservationEnd::Withdrawn),
            Input::Accepted(id) => self.accept(now, id),
            Input::Connected(id) => self.connect(id),
            Input::Dropped(id) => self.turn_down(now, id, ReservationEnd::Dropped),
            Input::Declined(id) => self.turn_down(now, id, ReservationEnd::Declined),
            Input::PassedOn(id, to) => self.pass_on(now, id, to),
            Input::Busy(id) => self.turn_down(now, id, ReservationEnd::Busy),
            Input::Failed(id) => self.settle(now, id, ReservationEnd::Unreachable, 5),
            Input::TookOver(agent, call, queue) => self.take_over(agent, call, queue),
            Input::GoesOnTalking(agent, call, queue, _) => self.go_on_talking(agent, call, queue),
            Input::Ended(agent, call) => self.end(agent, call),
            Input::WrapUpEnded(agent) => self.change(agent, |agent| agent.wrap_up_until = None),
            Input::WrapUpUntil(agent, until) => self.change(agent, |agent| {
                if agent.wrap_up_until.is_some() {
                    agent.wrap_up_until = Some(until);
                }
            }),
        }
    }

    fn meet(&mut self, now: Moment, due: Due) {
        match due {
            Due::Reservation(id) => {
                let reservation = self.reservations.iter().find(|each| each.id == id).unwrap();
                if reservation.answered {
                    return self.turn_down(now, id, ReservationEnd::Dropped);
                }
                self.settle(now, id, ReservationEnd::Missed, 1);
            }
            Due::WrapUp(agent) => self.change(agent, |agent| agent.wrap_up_until = None),
            Due::Settled(agent) => self.change(agent, |agent| agent.settling_until = None),
            Due::Forgotten(call, agent) => {
                let call = self.calls.iter_mut().find(|each| each.id == call).unwrap();
                call.refused_by.retain(|(refused_by, _)| *refused_by != agent);
            }
            Due::Step(call) => self.call(call).steps += 1,
            Due::Released(call) => self.call(call).kept_for = None,
            Due::OneMore(call) => {
                let call = self.call(call);
                call.one_more_at = None;
                call.wants_more = true;
            }
            Due::Condition(call, condition) => {
                self.call(call).looks.retain(|(_, each)| *each != condition);
                self.marked.push(call);
            }
            Due::Conditions(queue, condition) => {
                let is_it =
                    |each: &&mut Holding| (each.queue, each.condition) == (queue, condition);
                self.holding.iter_mut().find(is_it).unwrap().look_at = None;
                self.mark_all(queue);
            }
        }
    }

    fn dues(&self) -> Vec<(Moment, Due)> {
        let mut dues = Vec::new();
        for each in &self.reservations {
            dues.push((each.until, Due::Reservation(each.id)));
        }
        for each in &self.agents {
            dues.extend(each.wrap_up_until.map(|at| (at, Due::WrapUp(each.config.id))));
            dues.extend(each.settling_until.map(|at| (at, Due::Settled(each.config.id))));
        }
        for call in &self.calls {
            let refused_by = call.refused_by.iter();
            dues.extend(refused_by.map(|(agent, at)| (*at, Due::Forgotten(call.id, *agent))));
            let steps = self.steps(call);
            dues.extend(steps.get(call.steps).map(|at| (call.joined + *at, Due::Step(call.id))));
            dues.extend(call.kept_for.map(|(_, until)| (until, Due::Released(call.id))));
            dues.extend(call.one_more_at.map(|at| (at, Due::OneMore(call.id))));
            dues.extend(
                call.looks.iter().map(|(at, which)| (*at, Due::Condition(call.id, *which))),
            );
        }
        for each in &self.holding {
            let due = Due::Conditions(each.queue, each.condition);
            dues.extend(each.look_at.map(|at| (at, due)));
        }
        dues
    }

    /// When what a call needs changes, or one more tier is asked.
    fn steps(&self, call: &Call) -> Vec<Duration> {
        let queue = self.queue_of(call);
        let mut steps: Vec<_> = self.tiers_begin(queue);
        steps.extend(queue.needs[call.need].changes());
        steps.sort_unstable();
        steps.dedup();
        steps.retain(|step| !step.is_zero());
        steps
    }

    fn tiers_begin(&self, queue: &QueueConfig) -> Vec<Duration> {
        let waits = &queue.tier_waits;
        (0..waits.len()).map(|tier| waits[..=tier].iter().sum()).collect()
    }

    /// Whether what the call needs is what the agent can do, at the step where the call is.
    fn suits(&self, agent: &Agent, call: &Call) -> bool {
        let queue = self.queue_of(call);
        let waited = match call.steps {
            0 => Duration::ZERO,
            steps => self.steps(call)[steps - 1],
        };
        let Some(of) = agent.config.queues.iter().find(|each| each.queue == call.queue) else {
            return false;
        };
        let waits = self.tiers_begin(queue);
        let asked = 1 + waits.iter().filter(|begins| **begins <= waited).count();
        let tier_is_asked = asked > waits.len() || usize::from(of.tier) <= asked;
        let who = queue.needs[call.need].after(waited);
        tier_is_asked && !agent.away_from.contains(&call.queue) && agent.meets(who)
    }

    fn queue(&mut self, now: Moment, waiting: Waiting) {
        let Waiting { call: id, queue, need, .. } = waiting;
        if self.calls.iter().any(|each| each.id == id) {
            return;
        }
        let Some(config) = self.config.queues.iter().find(|each| each.id == queue) else {
            return self.refused.push((id, RefuseReason::QueueUnknown(queue)));
        };
        let priority = u64::from(waiting.priority) + u64::from(config.priority);
        let arrived = waiting.arrived.min(now);
        let mut call = Call {
            id,
            kind: waiting.kind,
            queue,
            need: if need < config.needs.len() { need } else { 0 },
            priority,
            arrived,
            joined: now,
            steps: 0,
            kept_for: None,
            refused_by: Vec::new(),
            one_more_at: None,
            wants_more: false,
            looks: Vec::new(),
        };
        let agent_ready =
            self.agents.iter().any(|agent| self.suits(agent, &call) && self.can_be_rung(agent));
        let must_wait = waiting.kind == Kind::Caller && !agent_ready;
        let present = self.callers_in(queue);
        if must_wait && self.is_sent_on(&call, present + 1) {
            return;
        }
        let config = self.queue_of(&call);
        if must_wait && !waiting.stood && present >= config.waiting_max {
            let waiting_max = config.waiting_max;
            return self.refused.push((id, RefuseReason::QueueFull { waiting_max }));
        }
        let callers = self.calls.iter().filter(|each| each.kind.is_on_the_line()).count();
        if must_wait && !waiting.stood && callers >= self.config.waiting_max {
            let waiting_max = self.config.waiting_max;
            return self.refused.push((id, RefuseReason::CentreFull { waiting_max }));
        }
        let is_full = present >= config.waiting_max || callers >= self.config.waiting_max;
        let may_not_wait = waiting.kind == Kind::Caller && !waiting.stood && is_full;
        call.kept_for = waiting.kept_for.and_then(|(agent, most)| {
            let found = self.agents.iter().find(|each| each.config.id == agent)?;
            let may_wait = !may_not_wait || self.can_be_rung(found);
            let may = found.on_duty() && self.suits(found, &call) && !most.is_zero() && may_wait;
            let has_given_it_back = waiting.given_back_by == Some(agent);
            (may && !has_given_it_back).then_some((agent, now + most))
        });
        if waiting.kind == Kind::Caller {
            self.set_looks(now, &mut call);
        }
        if let Some(by) = waiting.given_back_by {
            let pause = self.queue_of(&call).decline_pause;
            let is_there = self.agents.iter().any(|each| each.config.id == by);
            call.refused_by.extend((is_there && !pause.is_zero()).then(|| (by, now + pause)));
        }
        self.calls.push(call);
    }

    fn callers_in(&self, queue: QueueId) -> usize {
        let is_there = |each: &&Call| each.queue == queue && each.kind.is_on_the_line();
        self.calls.iter().filter(is_there).count()
    }

    /// Whether a call that comes meets a condition.
    fn is_sent_on(&mut self, call: &Call, present: usize) -> bool {
        let on_duty = self.on_duty_of(call.queue);
        let queue = self.queue_of(call);
        let met = queue.conditions.iter().enumerate().position(|(at, condition)| match condition {
            Condition::EveryAgent { whom, .. } => {
                *whom != Whom::Waiting && self.since(call.queue, at).is_some()
            }
            Condition::Waited(_) => false,
            Condition::CallsPerAgent(most) => present > on_duty * *most as usize,
            // No history has it: the plain centre cannot estimate.
            Condition::ExpectedWait { .. } => false,
        });
        let figures = Figures { waited: Duration::ZERO, present, on_duty, expected: None };
        self.sent_on.extend(met.map(|condition| (call.id, condition, figures)));
        met.is_some()
    }

    fn set_looks(&mut self, now: Moment, call: &mut Call) {
        for (at, condition) in self.queue_of(call).conditions.clone().iter().enumerate() {
            let after = match condition {
                Condition::Waited(after) => *after,
                Condition::EveryAgent { whom, lasting, .. }
                    if *whom != Whom::Coming && self.since(call.queue, at).is_some() =>
                {
                    *lasting
                }
                Condition::EveryAgent { .. }
                | Condition::CallsPerAgent(_)
                | Condition::ExpectedWait { .. } => continue,
            };
            if after.is_zero() {
                self.marked.push(call.id);
            } else {
                call.looks.push((now + after, at));
            }
        }
    }

    fn since(&self, queue: QueueId, condition: usize) -> Option<Moment> {
        let is_it = |each: &&Holding| (each.queue, each.condition) == (queue, condition);
        self.holding.iter().find(is_it).map(|each| each.since)
    }

    /// Notes which conditions on agents have begun or ceased to hold.
    fn look_at_agents(&mut self, now: Moment) {
        for queue in self.config.queues.clone() {
            for (at, condition) in queue.conditions.iter().enumerate() {
                let Condition::EveryAgent { is, whom, lasting } = *condition else { continue };
                let serving: Vec<_> =
                    self.serving(queue.id).map(|agent| self.presence_of(agent)).collect();
                let there = |each: &&Presence| **each != Presence::LoggedOut;
                let someone = is.has(Presence::LoggedOut) || serving.iter().any(|it| there(&it));
                let holds = someone && serving.iter().filter(there).all(|each| is.has(*each));
                let held = self.since(queue.id, at).is_some();
                self.holding.retain(|each| holds || (each.queue, each.condition) != (queue.id, at));
                if holds && !held {
                    let waits = whom != Whom::Coming;
                    let look_at = (waits && !lasting.is_zero()).then(|| now + lasting);
                    self.holding.push(Holding {
                        queue: queue.id,
                        condition: at,
                        since: now,
                        look_at,
                    });
                    if waits && lasting.is_zero() {
                        self.mark_all(queue.id);
                    }
                }
            }
        }
    }

    fn mark_all(&mut self, queue: QueueId) {
        let now = Moment::from_micros(1 << 50);
        let mut calls: Vec<_> = self
            .calls
            .iter()
            .filter(|call| call.queue == queue && !self.is_rung(call.id))
            .collect();
        calls.sort_by_key(|call| self.order(now, call));
        let calls: Vec<_> = calls.into_iter().map(|call| call.id).collect();
        self.marked.extend(calls);
    }

    /// Sends on those of the marked who wait and meet a condition.
    fn look_at_marked(&mut self, now: Moment) {
        for id in std::mem::take(&mut self.marked) {
            let found = self.calls.iter().find(|each| each.id == id && !self.is_rung(id));
            let Some(call) = found.filter(|each| each.kind == Kind::Caller) else { continue };
            let conditions = self.queue_of(call).conditions.iter().enumerate();
            let met = conditions.filter(|(at, condition)| match condition {
                Condition::Waited(after) => now >= call.joined + *after,
                Condition::EveryAgent { whom, lasting, .. } => {
                    let since = self.since(call.queue, *at).filter(|_| *whom != Whom::Coming);
                    since.is_some_and(|at| now >= at + *lasting && now >= call.joined + *lasting)
                }
                Condition::CallsPerAgent(_) | Condition::ExpectedWait { .. } => false,
            });
            let Some(condition) = met.map(|(at, _)| at).next() else { continue };
            let queue = call.queue;
            let figures = Figures {
                waited: now.since(call.joined),
                present: self.callers_in(queue),
                on_duty: self.on_duty_of(queue),
                expected: None,
            };
            self.sent_on.push((id, condition, figures));
            self.calls.retain(|each| each.id != id);
        }
    }

    /// The agents who might take any call of the queue, and have not left it.
    fn serving(&self, queue: QueueId) -> impl Iterator<Item = &Agent> {
        let config = self.config.queues.iter().find(|each| each.id == queue).unwrap();
        self.agents.iter().filter(move |agent| {
            (0..config.needs.len()).any(|need| {
                let mut call = Call {
                    id: CallId(0),
                    kind: Kind::Caller,
                    queue,
                    need,
                    priority: 0,
                    arrived: Moment::ZERO,
                    joined: Moment::ZERO,
                    steps: 0,
                    kept_for: None,
                    refused_by: Vec::new(),
                    one_more_at: None,
                    wants_more: false,
                    looks: Vec::new(),
                };
                (0..=self.steps(&call).len()).any(|steps| {
                    call.steps = steps;
                    self.suits(agent, &call)
                })
            })
        })
    }

    fn presence_of(&self, agent: &Agent) -> Presence {
        if !agent.logged_in {
            Presence::LoggedOut
        } else if !agent.reachable {
            Presence::Unreachable
        } else if agent.pause.is_some() {
            Presence::Paused
        } else if agent.too_many_in_vain().is_some() {
            Presence::NotReady
        } else {
            let state = agent.state_aside();
            if matches!(state, AgentState::WrapUp { .. }) {
                Presence::WrapUp
            } else if state == AgentState::Ready && self.has_room(agent) {
                Presence::Ready
            } else {
                Presence::Busy
            }
        }
    }

    fn on_duty_of(&self, queue: QueueId) -> usize {
        self.serving(queue).filter(|agent| agent.on_duty()).count()
    }

    fn accept(&mut self, now: Moment, id: ReservationId) {
        let Some(at) = self.reservations.iter().position(|each| each.id == id) else { return };
        if self.reservations[at].answered {
            return;
        }
        self.reservations[at].answered = true;
        self.reservations[at].until = now + Duration::from_secs(10);
        let call = self.reservations[at].call;
        self.others_were_slower(call, id);
        self.call(call).one_more_at = None;
        self.call(call).wants_more = false;
    }

    fn connect(&mut self, id: ReservationId) {
        let Some(reservation) = self.close(id) else { return };
        self.others_were_slower(reservation.call, id);
        let at = self.calls.iter().position(|call| call.id == reservation.call).unwrap();
        let call = self.calls.remove(at);
        self.change(reservation.agent, |agent| {
            agent.talks.push((call.id, call.queue));
            agent.vain.clear();
            agent.calls_today += 1;
        });
    }

    /// All other phones that ring for the call stop, which is nobody's turn.
    fn others_were_slower(&mut self, call: CallId, winner: ReservationId) {
        let (over, on) =
            self.reservations.drain(..).partition(|each| each.call == call && each.id != winner);
        self.reservations = on;
        let over: Vec<Reservation> = over;
        for agent in &mut self.agents {
            agent.turns.retain(|turn| over.iter().all(|ring| ring.id != *turn));
        }
    }

    fn turn_down(&mut self, now: Moment, id: ReservationId, end: ReservationEnd) {
        if let Some(reservation) = self.reservations.iter().find(|each| each.id == id).cloned() {
            let queue =
                self.queue_of(self.calls.iter().find(|c| c.id == reservation.call).unwrap());
            let pause = queue.decline_pause;
            let call = self.call(reservation.call);
            call.refused_by.retain(|(agent, _)| *agent != reservation.agent);
            if !pause.is_zero() {
                call.refused_by.push((reservation.agent, now + pause));
            }
        }
        self.settle(now, id, end, 1);
    }

    fn pass_on(&mut self, now: Moment, id: ReservationId, to: AgentId) {
        let Some(found) = self.reservations.iter().find(|each| each.id == id).cloned() else {
            return;
        };
        let call = self.calls.iter().find(|call| call.id == found.call).unwrap();
        let colleague = self.agents.iter().find(|each| each.config.id == to);
        let could = !found.answered
            && colleague.is_some_and(|it| self.may_take(it, call) && self.can_be_rung(it));
        if !could {
            return self.turn_down(now, id, ReservationEnd::Declined);
        }
        self.turn_down(now, id, ReservationEnd::PassedOn);
        self.ring(now, to, found.call);
    }

    fn settle(&mut self, now: Moment, id: ReservationId, end: ReservationEnd, seconds: u64) {
        if let Some(reservation) = self.close(id) {
            self.change(reservation.agent, |agent| {
                agent.settling_until = Some(now + Duration::from_secs(seconds));
                agent.vain.push(end);
            });
        }
    }

    fn take_over(&mut self, agent: AgentId, call: CallId, queue: QueueId) {
        let Some(found) = self.agents.iter().find(|each| each.config.id == agent) else { return };
        if !self.has_room(found) || found.talks.iter().any(|(each, _)| *each == call) {
            return;
        }
        self.change(agent, |agent| {
            agent.talks.push((call, queue));
            agent.wrap_up_until = None;
            agent.vain.clear();
            agent.calls_today += 1;
        });
    }

    fn go_on_talking(&mut self, agent: AgentId, call: CallId, queue: QueueId) {
        let Some(found) = self.agents.iter().find(|each| each.config.id == agent) else { return };
        if found.talks.len() == 8 || found.talks.iter().any(|(each, _)| *each == call) {
            return;
        }
        self.take_back(agent);
        self.change(agent, |agent| {
            agent.talks.push((call, queue));
            agent.wrap_up_until = None;
        });
    }

    fn end(&mut self, agent: AgentId, call: CallId) {
        let queues = self.config.queues.clone();
        self.change(agent, |agent| {
            let Some(at) = agent.talks.iter().position(|(each, _)| *each == call) else { return };
            let (_, queue) = agent.talks.remove(at);
            let queue = queues.iter().find(|each| each.id == queue).unwrap();
            let length = agent.config.wrap_up.unwrap_or(queue.wrap_up);
            if agent.logged_in {
                agent.owed = agent.owed.max(length);
            }
        });
    }

    fn recall(&mut self, now: Moment, id: AgentId, recalled: Recalled) {
        let is_rung = self.ring_of(id).is_some();
        self.change(id, |agent| {
            let is_busy = is_rung || !agent.talks.is_empty() || agent.wrap_up_until.is_some();
            if is_busy || agent.state_aside() == AgentState::Ready {
                return;
            }
            let VainRings { missed, declined, busy, unreachable } = recalled.vain;
            let times = |count: u32, end| vec![end; usize::try_from(count).unwrap()];
            agent.vain = [
                times(missed, ReservationEnd::Missed),
                times(declined, ReservationEnd::Declined),
                times(busy, ReservationEnd::Busy),
                times(unreachable, ReservationEnd::Unreachable),
            ]
            .concat();
            agent.calls_today = recalled.calls_today;
            let until = recalled.wrap_up_until;
            agent.wrap_up_until = until.filter(|until| agent.logged_in && *until > now);
        });
    }

    /// After-call work begins for all who neither talk nor are rung any more.
    fn begin_wrap_ups(&mut self, now: Moment) {
        for at in 0..self.agents.len() {
            let is_rung = self.ring_of(self.agents[at].config.id).is_some();
            let agent = &mut self.agents[at];
            if agent.talks.is_empty() && !is_rung && !agent.owed.is_zero() {
                agent.wrap_up_until = Some(now + std::mem::take(&mut agent.owed));
            }
        }
    }

    fn leave_queue(&mut self, agent: AgentId, queue: QueueId) {
        let Some(found) = self.agents.iter().find(|each| each.config.id == agent) else { return };
        let is_of = found.config.queues.iter().any(|each| each.queue == queue);
        if !is_of || found.away_from.contains(&queue) {
            return;
        }
        let rung_for = self.reservations.iter().find(|each| each.agent == agent);
        let call = rung_for.map(|rung| rung.call);
        if self.calls.iter().any(|each| Some(each.id) == call && each.queue == queue) {
            self.take_back(agent);
        }
        self.change(agent, |agent| agent.away_from.push(queue));
        for call in &mut self.calls {
            call.kept_for = call.kept_for.filter(|(keeper, _)| *keeper != agent);
        }
    }

    fn take_back(&mut self, agent: AgentId) {
        let rung = self.reservations.iter().find(|each| each.agent == agent).map(|each| each.id);
        rung.map(|id| self.close(id));
    }

    /// The end of a reservation. A call that still rings elsewhere wants another in its place.
    fn close(&mut self, id: ReservationId) -> Option<Reservation> {
        let at = self.reservations.iter().position(|reservation| reservation.id == id)?;
        let over = self.reservations.remove(at);
        let rings_on = self.is_rung(over.call);
        let queue = self.calls.iter().find(|call| call.id == over.call).map(|c| self.queue_of(c));
        let several = queue.is_some_and(|queue| phones(queue.strategy) != 1);
        let call = self.call(over.call);
        call.one_more_at = None;
        call.wants_more = rings_on && several;
        self.marked.push(over.call);
        Some(over)
    }

    fn change(&mut self, agent: AgentId, facts: impl FnOnce(&mut Agent)) {
        if let Some(agent) = self.agents.iter_mut().find(|each| each.config.id == agent) {
            facts(agent);
        }
    }

    fn call(&mut self, call: CallId) -> &mut Call {
        self.calls.iter_mut().find(|each| each.id == call).unwrap()
    }

    fn queue_of(&self, call: &Call) -> &QueueConfig {
        self.config.queues.iter().find(|queue| queue.id == call.queue).unwrap()
    }

    fn states(&self) -> Vec<AgentState> {
        self.agents.iter().map(|agent| self.state_of(agent.config.id)).collect()
    }

    /// Lets something happen, notes who has become idle, and rings whoever can be rung.
    fn then_match(&mut self, now: Moment, happen: impl FnOnce(&mut Self)) {
        let states = self.states();
        for (agent, state) in self.agents.iter_mut().zip(states) {
            agent.hours.note(now, state);
        }
        let before = self.idleness();
        happen(self);
        self.begin_wrap_ups(now);
        self.note_idle(now, &before);
        self.release_those_kept_for_nobody();
        while let Some((agent, call)) = self.next_match(now) {
            self.ring(now, agent, call);
        }
        self.look_at_agents(now);
        self.look_at_marked(now);
    }

    /// For each agent: whether they can be rung, whether they are, and how many conversations they have.
    fn idleness(&self) -> Vec<(bool, bool, usize)> {
        let of = |agent: &Agent| {
            let is_rung = self.ring_of(agent.config.id).is_some();
            (self.can_be_rung(agent), is_rung, agent.talks.len())
        };
        self.agents.iter().map(of).collect()
    }

    fn note_idle(&mut self, now: Moment, before: &[(bool, bool, usize)]) {
        let after = self.idleness();
        for (agent, (before, after)) in self.agents.iter_mut().zip(before.iter().zip(after)) {
            let ((was_open, was_rung, talks), (is_open, _, talks_now)) = (*before, after);
            if talks != talks_now || (is_open && !was_open && !was_rung) {
                agent.idle_since = now;
            }
        }
    }

    fn release_those_kept_for_nobody(&mut self) {
        let may_keep = |call: &Call| {
            call.kept_for.filter(|(keeper, _)| {
                let keeper = self.agents.iter().find(|agent| agent.config.id == *keeper).unwrap();
                keeper.on_duty() && self.suits(keeper, call)
            })
        };
        let kept: Vec<_> = self.calls.iter().map(may_keep).collect();
        for (call, kept_for) in self.calls.iter_mut().zip(kept) {
            call.kept_for = kept_for;
        }
    }

    fn ring(&mut self, now: Moment, agent: AgentId, call: CallId) {
        self.last = self.last.next();
        let found = self.calls.iter().find(|each| each.id == call).unwrap();
        let queue = self.queue_of(found).clone();
        let (id, until) = (self.last, now + queue.ring_max);
        let call_now = self.call(call);
        let was_kept = call_now.kept_for.take().is_some();
        call_now.wants_more = queue.strategy == Strategy::RingAll && !was_kept;
        let every =
            if let Strategy::Progressive { every } = queue.strategy { Some(every) } else { None };
        call_now.one_more_at = every.filter(|_| !was_kept).map(|every| now + every);
        self.reservations.push(Reservation { id, agent, call, until, answered: false });
        self.change(agent, |agent| agent.turns.push(id));
        self.rung.push((id, agent, call));
    }

    /// The pair that is brought together next. Of the calls that somebody ready may take, the one
    /// with the highest score; of those who may take it with the fewest conversations, the one whom the strategy
    /// chooses.
    fn next_match(&self, now: Moment) -> Option<(AgentId, CallId)> {
        let ready = |call: &Call| -> Vec<&Agent> {
            let ready = self.agents.iter().filter(|agent| self.can_be_rung(agent));
            ready.filter(|agent| self.may_take(agent, call)).collect()
        };
        let wanting = self.calls.iter().filter(|call| call.wants_more || !self.is_rung(call.id));
        let call = wanting
            .filter(|call| !ready(call).is_empty())
            .min_by_key(|call| self.order(now, call))?;
        let agents = ready(call);
        if matches!(self.queue_of(call).strategy, Strategy::Random | Strategy::WeightedRandom) {
            return self.fallen_on(call, &agents).map(|agent| (agent, call.id));
        }
        let agent = self.chosen(now, call, agents)?;
        Some((agent, call.id))
    }

    /// Whom chance fell on, of those with the fewest conversations. None if the real centre rang nobody for the call, or
    /// somebody else: the two do not agree then.
    fn fallen_on(&self, call: &Call, agents: &[&Agent]) -> Option<AgentId> {
        let fewest = agents.iter().map(|agent| agent.talks.len()).min()?;
        let next = self.last.next();
        let told = self.fell_on.iter().find(|(id, _, of)| (*id, *of) == (next, call.id));
        let (_, fell_on, _) = *told?;
        let might = |agent: &&Agent| agent.config.id == fell_on && agent.talks.len() == fewest;
        agents.iter().any(might).then_some(fell_on)
    }

    fn chosen(&self, now: Moment, call: &Call, agents: Vec<&Agent>) -> Option<AgentId> {
        let strategy = self.queue_of(call).strategy;
        let chosen = agents.into_iter().min_by_key(|agent| {
            let id = agent.config.id;
            let order = match strategy {
                Strategy::LongestIdle | Strategy::RingAll | Strategy::Progressive { .. } => {
                    (0, agent.idle_since, id)
                }
                Strategy::LeastOccupied => (agent.hours.millionths(now), agent.idle_since, id),
                Strategy::FewestCalls => (u64::from(agent.calls_today), agent.idle_since, id),
                Strategy::RoundRobin => {
                    (agent.turns.last().map_or(0, |turn| turn.0), Moment::ZERO, id)
                }
                Strategy::Linear => (0, Moment::ZERO, id),
                Strategy::Random | Strategy::WeightedRandom => unreachable!("it falls by lot"),
            };
            (agent.talks.len(), order)
        });
        chosen.map(|agent| agent.config.id)
    }

    fn may_take(&self, agent: &Agent, call: &Call) -> bool {
        let refused = |agent: &Agent| call.refused_by.iter().any(|(id, _)| *id == agent.config.id);
        let mut others =
            self.agents.iter().filter(|other| self.suits(other, call) && other.on_duty());
        let kept_from = call.kept_for.is_some_and(|(keeper, _)| keeper != agent.config.id);
        self.suits(agent, call)
            && !kept_from
            && (!refused(agent) || call.kind.is_on_the_line() && others.all(refused))
    }

    fn is_rung(&self, call: CallId) -> bool {
        self.reservations.iter().any(|reservation| reservation.call == call)
    }

    /// The smallest is served first: by score, by arrival, by number.
    fn order(&self, now: Moment, call: &Call) -> (i128, Moment, CallId) {
        let waited = i128::try_from(now.since(call.arrived).as_micros()).unwrap();
        let step = i128::try_from(self.config.priority_step.as_micros()).unwrap();
        let ageing = i128::from(self.queue_of(call).ageing);
        let score = waited * ageing + i128::from(call.priority) * step * 100;
        (-score, call.arrived, call.id)
    }
}

impl Agent {
    fn new(config: AgentConfig) -> Self {
        Self {
            config,
            logged_in: false,
            away_from: Vec::new(),
            reachable: false,
            occupied: false,
            pause: None,
            talks: Vec::new(),
            owed: Duration::ZERO,
            wrap_up_until: None,
            settling_until: None,
            vain: Vec::new(),
            idle_since: Moment::ZERO,
            turns: Vec::new(),
            calls_today: 0,
            hours: Hours::default(),
        }
    }

    fn meets(&self, who: &Requirement) -> bool {
        match who {
            Requirement::AtLeast(skill, least) => {
                let levels = self.config.skills.iter().filter(|(has, _)| has == skill);
                levels.map(|(_, level)| *level).max().unwrap_or(0) >= *least
            }
            Requirement::All(all) => all.iter().all(|who| self.meets(who)),
            Requirement::Any(any) => any.iter().any(|who| self.meets(who)),
            Requirement::Not(not) => !self.meets(not),
        }
    }

    /// What the agent is doing, calls of queues left aside.
    fn state_aside(&self) -> AgentState {
        if !self.logged_in {
            AgentState::LoggedOut
        } else if !self.reachable {
            AgentState::Unreachable
        } else if self.occupied {
            AgentState::Occupied
        } else if let Some(until) = self.wrap_up_until {
            AgentState::WrapUp { until }
        } else if let Some(reason) = self.pause {
            AgentState::NotReady(NotReadyReason::Paused(reason))
        } else if let Some(reason) = self.too_many_in_vain() {
            AgentState::NotReady(reason)
        } else if let Some(until) = self.settling_until {
            AgentState::NotReady(NotReadyReason::Settling { until })
        } else {
            AgentState::Ready
        }
    }

    fn on_duty(&self) -> bool {
        self.logged_in
            && self.reachable
            && self.pause.is_none()
            && self.too_many_in_vain().is_none()
    }

    fn too_many_in_vain(&self) -> Option<NotReadyReason> {
        let RingsMax { missed, declined, busy, unreachable } = self.config.rings_max;
        let count = |ends: &[ReservationEnd]| {
            u32::try_from(self.vain.iter().filter(|end| ends.contains(end)).count()).unwrap()
        };
        let over = |max: u32, ends: &[ReservationEnd]| max > 0 && count(ends) >= max;
        if over(missed, &[ReservationEnd::Missed]) {
            Some(NotReadyReason::MissedRing)
        } else if over(declined, &[ReservationEnd::Declined, ReservationEnd::Dropped]) {
            Some(NotReadyReason::DeclinedRing)
        } else if over(busy, &[ReservationEnd::Busy]) {
            Some(NotReadyReason::BusyPhone)
        } else if over(unreachable, &[ReservationEnd::Unreachable]) {
            Some(NotReadyReason::FailedPhone)
        } else {
            None
        }
    }
}
