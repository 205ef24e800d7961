//! The callers in line and being rung, and how each of them stands; work items stand among them.

mod recast;

use crate::calls::Calls;
use crate::classes::{ClassId, Classes};
use crate::lines::Lines;
use crate::table::Table;
use crate::turn::{Scale, Turn};
use crate::{Config, Kind, QueueConfig, RefuseReason, Strategy, Waiting};
use clock::{Duration, Moment};
use ids::{AgentId, CallId, QueueId, ReservationId};
use smallvec::SmallVec;
use std::collections::BTreeSet;

/// All callers who are with us.
#[derive(Clone, Debug)]
pub(crate) struct Callers {
    queues: Table<Queue>,
    /// Beside the queues, since each decision reads one of these and few of the rest.
    ringing: Table<Ringing>,
    lines: Lines,
    calls: Calls,
    waiting_max: usize,
    priority_step: Duration,
    /// Work items of all queues.
    work_items: usize,
}

/// A queue and who is there.
#[derive(Clone, Debug)]
struct Queue {
    config: QueueConfig,
    /// Callers who wait and those being rung, by first arrival.
    arrivals: BTreeSet<(Moment, CallId)>,
    /// Work items that wait, and those that agents are rung for.
    work_items: usize,
}

/// How agents are rung for the calls of a queue.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ringing {
    pub(crate) strategy: Strategy,
    /// A phone rings no longer.
    pub(crate) ring_max: Duration,
}

impl Ringing {
    fn all(config: &Config) -> Table<Self> {
        let of = |queue: &QueueConfig| Self {
            strategy: queue.strategy,
            ring_max: queue.ring_max.max(QueueConfig::RING_MIN),
        };
        Table::new(config.queues.iter().map(|queue| (queue.id.index(), of(queue))))
    }
}

/// The attempts for one caller: mostly one, which takes no memory of its own.
pub(crate) type Rings = SmallVec<[ReservationId; 1]>;

/// A caller who is with us.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    pub(crate) turn: Turn,
    pub(crate) kind: Kind,
    /// Agents who turned the call down and have a pause from it.
    pub(crate) barred: BTreeSet<AgentId>,
    /// When the call came to this queue.
    pub(crate) joined: Moment,
}

/// Where a caller is, and what rings for them.
///
/// Of many thousands of callers hardly one is in a cache when the turn comes. A decision knows by the turn what it asks,
/// and of the caller it touches no more than this, which is kept apart from all else.
#[derive(Clone, Debug, Default)]
pub(crate) struct Whereabouts {
    pub(crate) place: Place,
    /// The attempts that are on.
    pub(crate) rings: Rings,
}

const _: () = assert!(size_of::<Whereabouts>() == 32);

/// Where a caller is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Place {
    /// In no line yet: has just come, and mostly is rung before there is need of one.
    #[default]
    Coming,
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

    /// Whether who is there seeks an agent, whoever it is.
    pub(crate) const fn is_seeking(self) -> bool {
        matches!(self, Self::Coming | Self::InLine | Self::RingingMore)
    }
}

impl Whereabouts {
    /// The caller who has this turn goes to another place.
    fn go(&mut self, lines: &mut Lines, turn: &Turn, place: Place) {
        if self.place != place {
            lines.take(self.place, turn);
            lines.put(place, *turn);
            self.place = place;
        }
    }
}

impl Callers {
    pub(crate) fn new(config: &Config, classes: &Classes) -> Self {
        let queue = |config: &QueueConfig| Queue {
            config: config.clone(),
            arrivals: BTreeSet::new(),
            work_items: 0,
        };
        Self {
            queues: Table::new(config.queues.iter().map(|each| (each.id.index(), queue(each)))),
            ringing: Ringing::all(config),
            lines: Lines::new(classes.len()),
            calls: Calls::default(),
            waiting_max: config.waiting_max,
            priority_step: config.priority_step,
            work_items: 0,
        }
    }

    pub(crate) fn get(&self, call: CallId) -> Option<&Caller> {
        self.calls.get(call)
    }

    /// Who has this turn.
    pub(crate) fn of(&self, turn: &Turn) -> Option<&Caller> {
        self.calls.at(turn.seat).filter(|caller| caller.turn.call == turn.call)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (CallId, &Caller)> {
        self.calls.iter()
    }

    /// Where they stand.
    pub(crate) const fn lines(&self) -> &Lines {
        &self.lines
    }

    pub(crate) fn queue_config(&self, queue: QueueId) -> Option<&QueueConfig> {
        self.queues.get(queue.index()).map(|queue| &queue.config)
    }

    /// How agents are rung for the calls of a queue.
    pub(crate) fn ringing(&self, queue: QueueId) -> Option<Ringing> {
        self.ringing.get(queue.index()).copied()
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
        if self.calls.len() - self.work_items >= self.waiting_max {
            return Err(RefuseReason::CentreFull { waiting_max: self.waiting_max });
        }
        Ok(())
    }

    /// Lets a new caller or work item in, which begins in this class.
    pub(crate) fn join(&mut self, now: Moment, new: &Waiting, class: ClassId) {
        let Some(found) = self.queues.get_mut(new.queue.index()) else { return };
        let priority = u16::from(new.priority) + u16::from(found.config.priority);
        let scale = Scale { ageing: found.config.ageing, step: self.priority_step };
        let arrived = new.arrived.min(now);
        match new.kind {
            Kind::Caller | Kind::CalledBack => {
                found.arrivals.insert((arrived, new.call));
            }
            Kind::WorkItem => {
                found.work_items += 1;
                self.work_items += 1;
            }
        }
        self.calls.insert(new.call, |seat| {
            let turn = Turn::new(new.call, arrived, (new.queue, class), scale);
            Caller {
                kind: new.kind,
                turn: turn.with_priority(priority, scale).seated(seat),
                joined: now,
                barred: BTreeSet::new(),
            }
        });
    }

    /// One more agent is rung for a caller, who leaves the line.
    pub(crate) fn ring(&mut self, turn: &Turn, reservation: ReservationId, place: Place) {
        let Some(is) = self.calls.whereabouts_mut(turn.seat) else { return };
        is.go(&mut self.lines, turn, place);
        is.rings.push(reservation);
    }

    /// An attempt is over. Answers how many are still on.
    pub(crate) fn stop(&mut self, call: CallId, reservation: ReservationId) -> usize {
        let Some(is) = self.whereabouts_mut(call) else { return 0 };
        is.rings.retain(|ring| *ring != reservation);
        is.rings.len()
    }

    /// All attempts but one are over. Answers which these are.
    pub(crate) fn stop_others(&mut self, call: CallId, winner: ReservationId) -> Rings {
        let Some(is) = self.whereabouts_mut(call) else { return Rings::new() };
        let mut others = std::mem::take(&mut is.rings);
        let kept = others.iter().position(|ring| *ring == winner).map(|at| others.remove(at));
        is.rings.extend(kept);
        others
    }

    /// Puts a caller who has come in line, unless they are somewhere already.
    pub(crate) fn stand(&mut self, call: CallId) {
        if self.place(call) == Some(Place::Coming) {
            self.go(call, Place::InLine);
        }
    }

    /// Moves a caller from where they are to another place.
    pub(crate) fn go(&mut self, call: CallId, place: Place) {
        let Some(turn) = self.get(call).map(|caller| caller.turn) else { return };
        if let Some(is) = self.calls.whereabouts_mut(turn.seat) {
            is.go(&mut self.lines, &turn, place);
        }
    }

    /// Where a caller is.
    pub(crate) fn place(&self, call: CallId) -> Option<Place> {
        self.calls.whereabouts(self.calls.seat(call)?).map(|is| is.place)
    }

    /// The attempts that are on for a caller.
    pub(crate) fn rings(&self, call: CallId) -> &[ReservationId] {
        let is = self.calls.seat(call).and_then(|seat| self.calls.whereabouts(seat));
        is.map_or(&[], |is| &is.rings)
    }

    /// Where the caller is who has this turn.
    pub(crate) fn place_of(&self, turn: &Turn) -> Option<Place> {
        self.calls.whereabouts(turn.seat).map(|is| is.place)
    }

    fn whereabouts_mut(&mut self, call: CallId) -> Option<&mut Whereabouts> {
        self.calls.whereabouts_mut(self.calls.seat(call)?)
    }

    /// A caller has another turn, in the same place.
    fn take_turn(&mut self, call: CallId, turn: Turn) {
        let place = self.place_of(&turn).unwrap_or_default();
        if let Some(caller) = self.calls.get_mut(call) {
            self.lines.take(place, &caller.turn);
            caller.turn = turn;
            self.lines.put(place, turn);
        }
    }

    /// The call has another priority of its own.
    pub(crate) fn set_priority(&mut self, call: CallId, priority: u8) {
        let Some(turn) = self.get(call).map(|caller| caller.turn) else { return };
        let Some(queue) = self.queues.get(turn.queue.index()) else { return };
        let scale = Scale { ageing: queue.config.ageing, step: self.priority_step };
        let priority = u16::from(priority) + u16::from(queue.config.priority);
        self.take_turn(call, turn.with_priority(priority, scale));
    }

    /// The caller's calls are now of this class.
    pub(crate) fn reclass(&mut self, call: CallId, class: ClassId) {
        if let Some(turn) = self.get(call).map(|caller| caller.turn) {
            self.take_turn(call, turn.in_class(class));
        }
    }

    /// Takes a caller out for good.
    pub(crate) fn leave(&mut self, call: CallId) -> Option<(Caller, Whereabouts)> {
        let (caller, was) = self.calls.remove(call)?;
        self.lines.take(was.place, &caller.turn);
        let queue = self.queues.get_mut(caller.turn.queue.index())?;
        match caller.kind {
            Kind::Caller | Kind::CalledBack => {
                queue.arrivals.remove(&(caller.turn.arrived, call));
            }
            Kind::WorkItem => {
                queue.work_items -= 1;
                self.work_items -= 1;
            }
        }
        Some((caller, was))
    }

    /// Keeps a call away from an agent. Answers whether that is new.
    pub(crate) fn bar(&mut self, call: CallId, agent: AgentId) -> bool {
        self.calls.get_mut(call).is_some_and(|caller| caller.barred.insert(agent))
    }

    /// Lets a call come to an agent again.
    pub(crate) fn unbar(&mut self, call: CallId, agent: AgentId) {
        if let Some(caller) = self.calls.get_mut(call) {
            caller.barred.remove(&agent);
        }
    }

    /// How many callers wait in a queue or are being rung from it.
    pub(crate) fn present(&self, queue: QueueId) -> usize {
        self.queues.get(queue.index()).map_or(0, |queue| queue.arrivals.len())
    }

    /// How many work items wait in a queue, or agents are rung for.
    pub(crate) fn work_items(&self, queue: QueueId) -> usize {
        self.queues.get(queue.index()).map_or(0, |queue| queue.work_items)
    }

    /// Which part of those in a queue are callers: they may lose patience. All of nobody.
    pub(crate) fn share_of_callers(&self, queue: QueueId) -> f64 {
        let count = |count: usize| u32::try_from(count).map_or(f64::MAX, f64::from);
        let (callers, items) = (count(self.present(queue)), count(self.work_items(queue)));
        if items > 0.0 { callers / (callers + items) } else { 1.0 }
    }

    /// The first arrival of the callers who wait in a queue or are being rung from it.
    pub(crate) fn earliest_arrival(&self, queue: QueueId) -> Option<Moment> {
        self.queues.get(queue.index())?.arrivals.first().map(|(arrived, _)| *arrived)
    }

    /// How scores are made in a queue.
    pub(crate) fn scale(&self, queue: QueueId) -> Option<Scale> {
        let ageing = self.queue_config(queue)?.ageing;
        Some(Scale { ageing, step: self.priority_step })
    }
}
