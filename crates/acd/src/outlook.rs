//! What is learned of the queues, for who asks how long it takes.

use crate::table::Table;
use crate::{Config, QueueConfig};
use clock::{Duration, Moment};
use estimate::{Arrivals, Habits};
use ids::QueueId;
use std::collections::BTreeMap;

/// What each queue is like.
#[derive(Clone, Debug)]
pub(crate) struct Outlook {
    queues: Table<QueueOutlook>,
}

#[derive(Clone, Debug)]
struct QueueOutlook {
    habits: Habits,
    /// By priority, of which there are some hundreds at most.
    arrivals: BTreeMap<u32, Arrivals>,
}

impl Outlook {
    pub(crate) fn new(config: &Config) -> Self {
        let queue = |queue: &QueueConfig| QueueOutlook {
            habits: Habits::new(queue.expected_talk, queue.wrap_up),
            arrivals: BTreeMap::new(),
        };
        Self { queues: Table::new(config.queues.iter().map(|each| (each.id.index(), queue(each)))) }
    }

    pub(crate) fn habits(&self, queue: QueueId) -> Option<&Habits> {
        self.queues.get(queue.index()).map(|queue| &queue.habits)
    }

    /// How fast calls come to a queue, by priority: calls a second.
    pub(crate) fn rates(&self, now: Moment, queue: QueueId) -> impl Iterator<Item = (u32, f64)> {
        let found = self.queues.get(queue.index());
        let arrivals = found.into_iter().flat_map(|queue| &queue.arrivals);
        arrivals.map(move |(priority, arrivals)| (*priority, arrivals.rate(now)))
    }

    pub(crate) fn arrived(&mut self, now: Moment, queue: QueueId, priority: u32) {
        let Some(found) = self.queues.get_mut(queue.index()) else { return };
        let begin = || Arrivals::new(Moment::ZERO);
        found.arrivals.entry(priority).or_insert_with(begin).note(now);
    }

    pub(crate) fn served(&mut self, queue: QueueId, waited: Duration, rang: Duration) {
        self.note(queue, |habits| {
            habits.served(waited);
            habits.pick_up.note(rang);
        });
    }

    pub(crate) fn gave_up(&mut self, queue: QueueId, waited: Duration) {
        self.note(queue, |habits| habits.gave_up(waited));
    }

    pub(crate) fn talked(&mut self, queue: QueueId, length: Duration) {
        self.note(queue, |habits| habits.talks.note(length));
    }

    pub(crate) fn wrapped_up(&mut self, queue: QueueId, length: Duration) {
        self.note(queue, |habits| habits.wrap_up.note(length));
    }

    fn note(&mut self, queue: QueueId, note: impl FnOnce(&mut Habits)) {
        if let Some(queue) = self.queues.get_mut(queue.index()) {
            note(&mut queue.habits);
        }
    }
}
