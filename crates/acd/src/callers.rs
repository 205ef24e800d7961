//! The callers in line and being rung, and the lines they stand in.

use crate::classes::{ClassId, Classes};
use crate::line::Line;
use crate::table::Table;
use crate::turn::{Rank, Scale, Turn};
use crate::{Config, QueueConfig, RefuseReason, Waiting};
use clock::{Duration, Moment};
use ids::{AgentId, CallId, QueueId, ReservationId};
use std::collections::{BTreeMap, BTreeSet};

/// All callers who are with us.
#[derive(Clone, Debug)]
pub(crate) struct Callers {
    queues: Table<Queue>,
    /// By class: those who wait. Those being rung have left it, and come back to the same place.
    lines: Vec<Line>,
    /// By class: those being rung who may be rung at one more agent.
    open: Vec<Line>,
    /// Those who wait for one agent only, by the agent.
    held: BTreeMap<AgentId, Line>,
    /// The same, by class.
    held_in: Vec<Line>,
    calls: BTreeMap<CallId, Caller>,
    waiting: usize,
    waiting_max: usize,
    priority_step: Duration,
}

/// A queue and who is there.
#[derive(Clone, Debug)]
struct Queue {
    config: QueueConfig,
    /// Those who wait and those being rung, by first arrival.
    arrivals: BTreeSet<(Moment, CallId)>,
}

/// A caller who is with us.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    pub(crate) queue: QueueId,
    pub(crate) class: ClassId,
    pub(crate) turn: Turn,
    /// That of the queue and of the call together.
    pub(crate) priority: u32,
    /// When the call came to this queue.
    pub(crate) joined: Moment,
    pub(crate) place: Place,
    /// The attempts that are on.
    pub(crate) rings: Vec<ReservationId>,
    /// Agents who turned the call down and have a pause from it.
    pub(crate) barred: BTreeSet<AgentId>,
}

/// Where a caller is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// In the line of the class.
    InLine,
    /// Kept for one agent.
    HeldFor(AgentId),
    /// Being rung, at as many agents as it is to be.
    Ringing,
    /// Being rung, and at one more as soon as there is one.
    RingingMore,
}

impl Place {
    /// Whether who is there waits, and is not being rung.
    pub(crate) const fn is_waiting(self) -> bool {
        matches!(self, Self::InLine | Self::HeldFor(_))
    }
}

impl Callers {
    pub(crate) fn new(config: &Config, classes: &Classes) -> Self {
        let queue =
            |config: &QueueConfig| Queue { config: config.clone(), arrivals: BTreeSet::new() };
        Self {
            queues: Table::new(config.queues.iter().map(|each| (each.id.index(), queue(each)))),
            lines: vec![Line::default(); classes.len()],
            open: vec![Line::default(); classes.len()],
            held: BTreeMap::new(),
            held_in: vec![Line::default(); classes.len()],
            calls: BTreeMap::new(),
            waiting: 0,
            waiting_max: config.waiting_max,
            priority_step: config.priority_step,
        }
    }

    pub(crate) fn get(&self, call: CallId) -> Option<&Caller> {
        self.calls.get(&call)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (CallId, &Caller)> {
        self.calls.iter().map(|(call, caller)| (*call, caller))
    }

    pub(crate) fn queue_config(&self, queue: QueueId) -> Option<&QueueConfig> {
        self.queues.get(queue.index()).map(|queue| &queue.config)
    }

    pub(crate) fn queues(&self) -> impl Iterator<Item = QueueId> {
        self.queues.values().map(|queue| queue.config.id)
    }

    /// Whether one more caller may wait. Those being rung are counted: they may come back.
    pub(crate) fn room_in(&self, queue: QueueId) -> Result<(), RefuseReason> {
        let found = self.queues.get(queue.index()).ok_or(RefuseReason::QueueUnknown(queue))?;
        if found.arrivals.len() >= found.config.waiting_max {
            return Err(RefuseReason::QueueFull { waiting_max: found.config.waiting_max });
        }
        if self.calls.len() >= self.waiting_max {
            return Err(RefuseReason::CentreFull { waiting_max: self.waiting_max });
        }
        Ok(())
    }

    /// Lets a new caller in, who begins in this class.
    pub(crate) fn join(&mut self, now: Moment, new: &Waiting, class: ClassId) {
        let Some(found) = self.queues.get_mut(new.queue.index()) else { return };
        let priority = u32::from(new.priority) + u32::from(found.config.priority);
        let scale = Scale { ageing: found.config.ageing, step: self.priority_step };
        let arrived = new.arrived.min(now);
        let turn = Turn::new(new.call, arrived, priority, scale);
        found.arrivals.insert((arrived, new.call));
        let caller = Caller {
            queue: new.queue,
            class,
            turn,
            priority,
            joined: now,
            place: Place::InLine,
            rings: Vec::new(),
            barred: BTreeSet::new(),
        };
        self.calls.insert(new.call, caller);
        self.stand(new.call, Place::InLine);
    }

    /// One more agent is rung for a caller, who leaves the line.
    pub(crate) fn ring(&mut self, call: CallId, reservation: ReservationId, place: Place) {
        self.go(call, place);
        if let Some(caller) = self.calls.get_mut(&call) {
            caller.rings.push(reservation);
        }
    }

    /// An attempt is over. Answers how many are still on.
    pub(crate) fn stop(&mut self, call: CallId, reservation: ReservationId) -> usize {
        let Some(caller) = self.calls.get_mut(&call) else { return 0 };
        caller.rings.retain(|ring| *ring != reservation);
        caller.rings.len()
    }

    /// Moves a caller from where they are to another place.
    pub(crate) fn go(&mut self, call: CallId, place: Place) {
        if self.calls.get(&call).is_none_or(|caller| caller.place == place) {
            return;
        }
        self.unstand(call);
        self.stand(call, place);
    }

    /// The call has another priority of its own.
    pub(crate) fn set_priority(&mut self, call: CallId, priority: u8) {
        let Some(found) = self.calls.get(&call) else { return };
        let (place, arrived) = (found.place, found.turn.arrived);
        let Some(config) = self.queue_config(found.queue) else { return };
        let priority = u32::from(priority) + u32::from(config.priority);
        let scale = Scale { ageing: config.ageing, step: self.priority_step };
        self.unstand(call);
        if let Some(caller) = self.calls.get_mut(&call) {
            caller.priority = priority;
            caller.turn = Turn::new(call, arrived, priority, scale);
        }
        self.stand(call, place);
    }

    /// The caller's calls are now of this class.
    pub(crate) fn reclass(&mut self, call: CallId, class: ClassId) {
        let Some(place) = self.get(call).map(|caller| caller.place) else { return };
        self.unstand(call);
        if let Some(caller) = self.calls.get_mut(&call) {
            caller.class = class;
        }
        self.stand(call, place);
    }

    /// Takes a caller out for good.
    pub(crate) fn leave(&mut self, call: CallId) -> Option<Caller> {
        self.unstand(call);
        let caller = self.calls.remove(&call)?;
        let queue = self.queues.get_mut(caller.queue.index())?;
        queue.arrivals.remove(&(caller.turn.arrived, call));
        Some(caller)
    }

    /// Puts a caller where they are to be.
    fn stand(&mut self, call: CallId, place: Place) {
        let Some(caller) = self.calls.get_mut(&call) else { return };
        caller.place = place;
        let (class, turn) = (caller.class, caller.turn);
        if place.is_waiting() {
            self.waiting += 1;
        }
        for line in self.lines_at(place, class) {
            line.insert(turn);
        }
    }

    /// Takes a caller from where they are.
    fn unstand(&mut self, call: CallId) {
        let Some(caller) = self.calls.get_mut(&call) else { return };
        let place = std::mem::replace(&mut caller.place, Place::Ringing);
        let (class, turn) = (caller.class, caller.turn);
        if place.is_waiting() {
            self.waiting -= 1;
        }
        for line in self.lines_at(place, class) {
            line.remove(&turn);
        }
        if let Place::HeldFor(agent) = place
            && self.held.get(&agent).is_some_and(|line| line.len() == 0)
        {
            self.held.remove(&agent);
        }
    }

    /// The lines that those at a place stand in.
    fn lines_at(&mut self, place: Place, class: ClassId) -> impl Iterator<Item = &mut Line> {
        let lines = match place {
            Place::InLine => [self.lines.get_mut(class.0), None],
            Place::RingingMore => [self.open.get_mut(class.0), None],
            Place::HeldFor(agent) => {
                let of_class = self.held_in.get_mut(class.0);
                [Some(self.held.entry(agent).or_default()), of_class]
            }
            Place::Ringing => [None, None],
        };
        lines.into_iter().flatten()
    }

    /// Keeps a call away from an agent. Answers whether that is new.
    pub(crate) fn bar(&mut self, call: CallId, agent: AgentId) -> bool {
        self.calls.get_mut(&call).is_some_and(|caller| caller.barred.insert(agent))
    }

    /// Lets a call come to an agent again.
    pub(crate) fn unbar(&mut self, call: CallId, agent: AgentId) {
        if let Some(caller) = self.calls.get_mut(&call) {
            caller.barred.remove(&agent);
        }
    }

    /// Those of a class who wait, and those who are being rung and may be rung at one more agent.
    pub(crate) fn seeking(&self, class: ClassId) -> [Option<&Line>; 2] {
        [self.lines.get(class.0), self.open.get(class.0)]
    }

    /// Those who are kept for an agent.
    pub(crate) fn held_for(&self, agent: AgentId) -> Option<&Line> {
        self.held.get(&agent)
    }

    /// Those who wait in a queue, in the order of their places.
    pub(crate) fn in_order(&self, classes: &[ClassId]) -> Vec<Turn> {
        let lines = classes.iter().flat_map(|class| self.lines_of(*class));
        let mut all: Vec<_> = lines.flat_map(Line::iter).copied().collect();
        all.sort_unstable();
        all
    }

    /// How many wait in a queue, not counting those being rung.
    pub(crate) fn waiting(&self, classes: &[ClassId]) -> usize {
        classes.iter().flat_map(|class| self.lines_of(*class)).map(Line::len).sum()
    }

    /// The lines of a class: who waits for anybody, and who is kept for one agent.
    fn lines_of(&self, class: ClassId) -> impl Iterator<Item = &Line> {
        [self.lines.get(class.0), self.held_in.get(class.0)].into_iter().flatten()
    }

    /// How many wait in all queues together, not counting those being rung.
    pub(crate) const fn waiting_in_all(&self) -> usize {
        self.waiting
    }

    /// How many wait in a queue or are being rung from it.
    pub(crate) fn present(&self, queue: QueueId) -> usize {
        self.queues.get(queue.index()).map_or(0, |queue| queue.arrivals.len())
    }

    /// The first arrival of those who wait in a queue or are being rung from it.
    pub(crate) fn earliest_arrival(&self, queue: QueueId) -> Option<Moment> {
        self.queues.get(queue.index())?.arrivals.first().map(|(arrived, _)| *arrived)
    }

    /// How many who wait in a class go before one who stands there at this moment.
    pub(crate) fn ahead(&self, now: Moment, class: ClassId, rank: Rank) -> usize {
        let lines = self.lines_of(class);
        lines.map(|line| line.ahead(|other| other.rank(now) < rank)).sum()
    }

    /// The first few of those, each line by itself.
    pub(crate) fn first_ahead(
        &self,
        now: Moment,
        class: ClassId,
        rank: Rank,
        max: usize,
    ) -> impl Iterator<Item = &Turn> {
        let lines = self.lines_of(class);
        lines.flat_map(move |line| {
            line.iter().take_while(move |other| other.rank(now) < rank).take(max)
        })
    }

    /// How scores are made in a queue.
    pub(crate) fn scale(&self, queue: QueueId) -> Option<Scale> {
        let ageing = self.queue_config(queue)?.ageing;
        Some(Scale { ageing, step: self.priority_step })
    }
}
