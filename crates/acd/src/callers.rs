//! The callers in line and being rung, and the lines they stand in.

use crate::line::Line;
use crate::table::Table;
use crate::turn::Turn;
use crate::{Config, Position, QueueConfig, RefuseReason};
use clock::{Duration, Moment};
use ids::{AgentId, CallId, QueueId, ReservationId};
use std::collections::{BTreeMap, BTreeSet};

/// All callers who are with us.
#[derive(Clone, Debug)]
pub(crate) struct Callers {
    queues: Table<Queue>,
    calls: BTreeMap<CallId, Caller>,
    waiting: usize,
    waiting_max: usize,
    priority_step: Duration,
}

/// A queue and who stands in it.
#[derive(Clone, Debug)]
struct Queue {
    config: QueueConfig,
    /// Those who wait. Those being rung have left it, and come back to the same place.
    line: Line,
    /// Those who wait and those being rung, by first arrival.
    arrivals: BTreeSet<(Moment, CallId)>,
}

/// A caller who is with us.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    pub(crate) queue: QueueId,
    pub(crate) turn: Turn,
    /// That of the queue and of the call together.
    pub(crate) priority: u32,
    pub(crate) place: Place,
    /// Agents who turned the call down and have a pause from it.
    pub(crate) barred: BTreeSet<AgentId>,
}

/// Where a caller is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    InLine,
    Ringing(ReservationId),
}

impl Callers {
    pub(crate) fn new(config: &Config) -> Self {
        let queue = |config: &QueueConfig| Queue {
            config: config.clone(),
            line: Line::default(),
            arrivals: BTreeSet::new(),
        };
        Self {
            queues: Table::new(config.queues.iter().map(|each| (each.id.index(), queue(each)))),
            calls: BTreeMap::new(),
            waiting: 0,
            waiting_max: config.waiting_max,
            priority_step: config.priority_step,
        }
    }

    pub(crate) const fn priority_step(&self) -> Duration {
        self.priority_step
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

    /// Puts a new caller in line.
    pub(crate) fn join(&mut self, call: CallId, queue: QueueId, priority: u8, arrived: Moment) {
        let Some(found) = self.queues.get_mut(queue.index()) else { return };
        let priority = u32::from(priority) + u32::from(found.config.priority);
        let turn = Turn::new(call, arrived, priority, self.priority_step);
        found.line.insert(turn);
        found.arrivals.insert((arrived, call));
        self.waiting += 1;
        let barred = BTreeSet::new();
        self.calls.insert(call, Caller { queue, turn, priority, place: Place::InLine, barred });
    }

    /// Takes a caller out of the line to be rung at an agent.
    pub(crate) fn leave_line_for(&mut self, call: CallId, reservation: ReservationId) {
        let Some(caller) = self.calls.get_mut(&call) else { return };
        let Some(queue) = self.queues.get_mut(caller.queue.index()) else { return };
        if queue.line.remove(&caller.turn) {
            self.waiting -= 1;
        }
        caller.place = Place::Ringing(reservation);
    }

    /// Puts a caller who was being rung back at the old place.
    pub(crate) fn return_to_line(&mut self, call: CallId) {
        let Some(caller) = self.calls.get_mut(&call) else { return };
        let Some(queue) = self.queues.get_mut(caller.queue.index()) else { return };
        if caller.place != Place::InLine {
            queue.line.insert(caller.turn);
            self.waiting += 1;
            caller.place = Place::InLine;
        }
    }

    /// Takes a caller out for good.
    pub(crate) fn leave(&mut self, call: CallId) -> Option<Caller> {
        let caller = self.calls.remove(&call)?;
        let queue = self.queues.get_mut(caller.queue.index())?;
        queue.arrivals.remove(&(caller.turn.arrived, call));
        if caller.place == Place::InLine && queue.line.remove(&caller.turn) {
            self.waiting -= 1;
        }
        Some(caller)
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

    /// Those who wait in a queue, from the head on.
    pub(crate) fn line(&self, queue: QueueId) -> impl Iterator<Item = &Turn> {
        self.queues.get(queue.index()).into_iter().flat_map(|queue| queue.line.iter())
    }

    /// The head of a queue's line.
    pub(crate) fn head(&self, queue: QueueId) -> Option<&Turn> {
        self.queues.get(queue.index())?.line.first()
    }

    /// How many wait in a queue, not counting those being rung.
    pub(crate) fn waiting(&self, queue: QueueId) -> usize {
        self.queues.get(queue.index()).map_or(0, |queue| queue.line.len())
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

    /// The place of a caller who waits.
    pub(crate) fn position(&self, call: CallId) -> Option<Position> {
        let caller = self.calls.get(&call)?;
        let ahead = self.queues.get(caller.queue.index())?.line.ahead_of(&caller.turn)?;
        Some(Position::after(ahead))
    }
}
