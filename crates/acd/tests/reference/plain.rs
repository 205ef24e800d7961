//! A centre that is slow and easy to believe: flat lists, and a search through all pairs of agent
//! and call after everything that happens.

use acd::{AgentConfig, AgentState, Config, Input, NotReadyReason, QueueConfig, RefuseReason};
use clock::{Duration, Moment};
use ids::{AgentId, CallId, QueueId, ReservationId};

#[derive(Clone, Debug)]
struct Agent {
    config: AgentConfig,
    logged_in: bool,
    reachable: bool,
    occupied: bool,
    talking: Option<(CallId, QueueId)>,
    wrap_up_until: Option<Moment>,
    settling_until: Option<Moment>,
    missed: u32,
    idle_since: Moment,
}

#[derive(Clone, Debug)]
struct Call {
    id: CallId,
    queue: QueueId,
    priority: u64,
    arrived: Moment,
    refused_by: Vec<(AgentId, Moment)>,
}

#[derive(Clone, Debug)]
struct Reservation {
    id: ReservationId,
    agent: AgentId,
    call: CallId,
    until: Moment,
    answered: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Plain {
    config: Config,
    agents: Vec<Agent>,
    calls: Vec<Call>,
    reservations: Vec<Reservation>,
    last: ReservationId,
    /// Who has been rung for whom since this was last emptied.
    pub(crate) rung: Vec<crate::Rung>,
    /// Who has been refused since this was last emptied.
    pub(crate) refused: Vec<crate::Refused>,
}

/// A deadline, in the order in which those of the same moment are met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Due {
    Reservation(ReservationId),
    WrapUp(AgentId),
    Settled(AgentId),
    Forgotten(CallId, AgentId),
}

impl Plain {
    pub(crate) fn new(config: Config) -> Self {
        let agents = config.agents.iter().map(|config| Agent {
            config: config.clone(),
            logged_in: false,
            reachable: false,
            occupied: false,
            talking: None,
            wrap_up_until: None,
            settling_until: None,
            missed: 0,
            idle_since: Moment::ZERO,
        });
        Self {
            agents: agents.collect(),
            calls: Vec::new(),
            reservations: Vec::new(),
            last: ReservationId(0),
            rung: Vec::new(),
            refused: Vec::new(),
            config,
        }
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

    pub(crate) fn place(&self, call: CallId) -> Option<u32> {
        let call = self.calls.iter().find(|each| each.id == call)?;
        if self.ringing_for(call.id) {
            return None;
        }
        let ahead = self.waiting().filter(|other| other.queue == call.queue);
        let ahead = ahead.filter(|other| self.order(other) < self.order(call)).count();
        Some(u32::try_from(ahead).unwrap() + 1)
    }

    pub(crate) fn state_of(&self, agent: AgentId) -> AgentState {
        let ringing = self.reservations.iter().find(|reservation| reservation.agent == agent);
        let agent = self.agents.iter().find(|each| each.config.id == agent).unwrap();
        if let Some((call, _)) = agent.talking {
            AgentState::Talking(call)
        } else if let Some(reservation) = ringing {
            AgentState::Ringing(reservation.id)
        } else if !agent.logged_in {
            AgentState::LoggedOut
        } else if !agent.reachable {
            AgentState::Unreachable
        } else if agent.occupied {
            AgentState::Occupied
        } else if let Some(until) = agent.wrap_up_until {
            AgentState::WrapUp { until }
        } else if agent.missed_too_often() {
            AgentState::NotReady(NotReadyReason::MissedRing)
        } else if let Some(until) = agent.settling_until {
            AgentState::NotReady(NotReadyReason::Settling { until })
        } else {
            AgentState::Ready
        }
    }

    fn apply(&mut self, now: Moment, input: Input) {
        match input {
            Input::LoggedIn(agent) => self.change(agent, |agent| {
                agent.logged_in = true;
                agent.missed = 0;
            }),
            Input::LoggedOut(agent) => {
                self.take_back(agent);
                self.change(agent, |agent| {
                    agent.logged_in = false;
                    agent.wrap_up_until = None;
                });
            }
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
            Input::Queued { call, queue, priority, arrived } => {
                self.queue(call, queue, priority, arrived);
            }
            Input::Abandoned(call) => {
                self.calls.retain(|each| each.id != call);
                self.reservations.retain(|reservation| reservation.call != call);
            }
            Input::Accepted(id) => {
                for each in self.reservations.iter_mut().filter(|each| each.id == id) {
                    if !each.answered {
                        each.answered = true;
                        each.until = now + Duration::from_secs(10);
                    }
                }
            }
            Input::Connected(id) => self.connect(id),
            Input::Dropped(id) | Input::Declined(id) => self.turn_down(now, id),
            Input::Failed(id) => self.settle(now, id, Duration::from_secs(5)),
            Input::Ended(agent) => self.end(now, agent),
            Input::WrapUpEnded(agent) => self.change(agent, |agent| agent.wrap_up_until = None),
        }
    }

    fn meet(&mut self, now: Moment, due: Due) {
        match due {
            Due::Reservation(id) => {
                let reservation = self.reservations.iter().find(|each| each.id == id).unwrap();
                let agent = reservation.agent;
                if reservation.answered {
                    return self.turn_down(now, id);
                }
                self.change(agent, |agent| agent.missed += 1);
                self.settle(now, id, Duration::from_secs(1));
            }
            Due::WrapUp(agent) => self.change(agent, |agent| agent.wrap_up_until = None),
            Due::Settled(agent) => self.change(agent, |agent| agent.settling_until = None),
            Due::Forgotten(call, agent) => {
                let call = self.calls.iter_mut().find(|each| each.id == call).unwrap();
                call.refused_by.retain(|(refused_by, _)| *refused_by != agent);
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
        }
        dues
    }

    fn queue(&mut self, call: CallId, queue: QueueId, priority: u8, arrived: Moment) {
        if self.calls.iter().any(|each| each.id == call) {
            return;
        }
        let Some(config) = self.config.queues.iter().find(|each| each.id == queue) else {
            return self.refused.push((call, RefuseReason::QueueUnknown(queue)));
        };
        let agent_ready = self.agents.iter().any(|agent| {
            agent.serves(config) && self.state_of(agent.config.id) == AgentState::Ready
        });
        let present = self.calls.iter().filter(|each| each.queue == queue).count();
        if !agent_ready && present >= config.waiting_max {
            let waiting_max = config.waiting_max;
            return self.refused.push((call, RefuseReason::QueueFull { waiting_max }));
        }
        if !agent_ready && self.calls.len() >= self.config.waiting_max {
            let waiting_max = self.config.waiting_max;
            return self.refused.push((call, RefuseReason::CentreFull { waiting_max }));
        }
        let priority = u64::from(priority) + u64::from(config.priority);
        self.calls.push(Call { id: call, queue, priority, arrived, refused_by: Vec::new() });
    }

    fn connect(&mut self, id: ReservationId) {
        let Some(reservation) = self.close(id) else { return };
        let at = self.calls.iter().position(|call| call.id == reservation.call).unwrap();
        let call = self.calls.remove(at);
        self.change(reservation.agent, |agent| {
            agent.talking = Some((call.id, call.queue));
            agent.missed = 0;
        });
    }

    fn turn_down(&mut self, now: Moment, id: ReservationId) {
        if let Some(reservation) = self.reservations.iter().find(|each| each.id == id).cloned() {
            let call = self.calls.iter_mut().find(|each| each.id == reservation.call).unwrap();
            let queue = self.config.queues.iter().find(|queue| queue.id == call.queue).unwrap();
            call.refused_by.retain(|(agent, _)| *agent != reservation.agent);
            if !queue.decline_pause.is_zero() {
                call.refused_by.push((reservation.agent, now + queue.decline_pause));
            }
        }
        self.settle(now, id, Duration::from_secs(1));
    }

    fn settle(&mut self, now: Moment, id: ReservationId, length: Duration) {
        if let Some(reservation) = self.close(id) {
            self.change(reservation.agent, |agent| agent.settling_until = Some(now + length));
        }
    }

    fn end(&mut self, now: Moment, agent: AgentId) {
        let queues = self.config.queues.clone();
        self.change(agent, |agent| {
            let Some((_, queue)) = agent.talking.take() else { return };
            let queue = queues.iter().find(|each| each.id == queue).unwrap();
            let length = agent.config.wrap_up.unwrap_or(queue.wrap_up);
            if agent.logged_in && !length.is_zero() {
                agent.wrap_up_until = Some(now + length);
            }
        });
    }

    fn take_back(&mut self, agent: AgentId) {
        self.reservations.retain(|reservation| reservation.agent != agent);
    }

    fn close(&mut self, id: ReservationId) -> Option<Reservation> {
        let at = self.reservations.iter().position(|reservation| reservation.id == id)?;
        Some(self.reservations.remove(at))
    }

    fn change(&mut self, agent: AgentId, facts: impl FnOnce(&mut Agent)) {
        if let Some(agent) = self.agents.iter_mut().find(|each| each.config.id == agent) {
            facts(agent);
        }
    }

    fn states(&self) -> Vec<AgentState> {
        self.agents.iter().map(|agent| self.state_of(agent.config.id)).collect()
    }

    /// Lets something happen, notes who has become idle, and rings whoever can be rung: the
    /// longest idle first, each for the call with the highest score.
    fn then_match(&mut self, now: Moment, happen: impl FnOnce(&mut Self)) {
        let before = self.states();
        happen(self);
        let after = self.states();
        for (agent, states) in self.agents.iter_mut().zip(before.iter().zip(&after)) {
            let was_idle = matches!(states.0, AgentState::Ready | AgentState::Ringing(_));
            if *states.1 == AgentState::Ready && !was_idle {
                agent.idle_since = now;
            }
        }
        while let Some((agent, call, ring_max)) = self.next_match() {
            self.last = self.last.next();
            let (id, until) = (self.last, now + ring_max);
            self.reservations.push(Reservation { id, agent, call, until, answered: false });
            self.rung.push((id, agent, call));
        }
    }

    fn next_match(&self) -> Option<(AgentId, CallId, Duration)> {
        let idle = self.agents.iter().filter(|a| self.state_of(a.config.id) == AgentState::Ready);
        let mut idle: Vec<_> = idle.collect();
        idle.sort_by_key(|agent| (agent.idle_since, agent.config.id));
        idle.into_iter().find_map(|agent| {
            let open = self.waiting().filter(|call| self.may_take(agent, call));
            let call = open.min_by_key(|call| self.order(call))?;
            let queue = self.config.queues.iter().find(|queue| queue.id == call.queue)?;
            Some((agent.config.id, call.id, queue.ring_max))
        })
    }

    fn may_take(&self, agent: &Agent, call: &Call) -> bool {
        let queue = self.config.queues.iter().find(|queue| queue.id == call.queue).unwrap();
        let refused = |agent: &Agent| call.refused_by.iter().any(|(id, _)| *id == agent.config.id);
        let mut others = self.agents.iter().filter(|other| other.serves(queue) && other.on_duty());
        agent.serves(queue) && (!refused(agent) || others.all(refused))
    }

    fn waiting(&self) -> impl Iterator<Item = &Call> {
        self.calls.iter().filter(|call| !self.ringing_for(call.id))
    }

    fn ringing_for(&self, call: CallId) -> bool {
        self.reservations.iter().any(|reservation| reservation.call == call)
    }

    /// The moment since when a call seems to have waited; the smallest is served first.
    fn order(&self, call: &Call) -> (i64, Moment, CallId) {
        let worth = call.priority * u64::try_from(self.config.priority_step.as_micros()).unwrap();
        let arrived = i64::try_from(call.arrived.as_micros()).unwrap();
        (arrived - i64::try_from(worth).unwrap(), call.arrived, call.id)
    }
}

impl Agent {
    fn serves(&self, queue: &QueueConfig) -> bool {
        let can = |(skill, level): &(_, u8)| {
            self.config.skills.iter().any(|(has, how_well)| has == skill && how_well >= level)
        };
        self.config.queues.contains(&queue.id) && queue.requirements.iter().all(can)
    }

    fn on_duty(&self) -> bool {
        self.logged_in && self.reachable && !self.missed_too_often()
    }

    fn missed_too_often(&self) -> bool {
        self.config.missed_max > 0 && self.missed >= self.config.missed_max
    }
}
