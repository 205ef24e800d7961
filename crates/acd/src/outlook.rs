//! What is learned of the queues, for who asks how long it takes.

use crate::table::Table;
use crate::{Config, QueueConfig};
use clock::{Duration, Moment};
use estimate::{Arrivals, Habits, Talks};
use ids::QueueId;
use std::collections::BTreeMap;

/// What each queue is like.
#[derive(Clone, Debug)]
pub(crate) struct Outlook {
    queues: Table<QueueOutlook>,
}

#[derive(Clone, Debug)]
struct QueueOutlook {
    /// How long its talks last, as far as the operator knows.
    word: Option<Duration>,
    habits: Habits,
    /// By priority, of which there are some hundreds at most.
    arrivals: BTreeMap<u32, Arrivals>,
}

impl Outlook {
    pub(crate) fn new(config: &Config) -> Self {
        let queue = |queue: &QueueConfig| (queue.id.index(), QueueOutlook::new(queue));
        Self { queues: Table::new(config.queues.iter().map(queue)) }
    }

    /// Takes another configuration on. What has been learned of a queue stays.
    pub(crate) fn recast(&mut self, config: &Config) {
        let mut before = std::mem::replace(self, Self::new(config));
        for queue in &config.queues {
            let at = queue.id.index();
            if let Some((new, old)) = self.queues.get_mut(at).zip(before.queues.take(at)) {
                new.keep(old);
            }
        }
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

impl QueueOutlook {
    fn new(queue: &QueueConfig) -> Self {
        Self {
            word: queue.expected_talk,
            habits: Habits::new(queue.expected_talk, queue.wrap_up),
            arrivals: BTreeMap::new(),
        }
    }

    /// Keeps what has been learned before. Until a talk has been seen, the operator's last word on talks and
    /// after-call work counts.
    fn keep(&mut self, before: Self) {
        let told = before.word.map_or(0.0, |_| Talks::WORD);
        let fresh = std::mem::replace(&mut self.habits, before.habits);
        if self.habits.talks.weight() <= told {
            self.habits.talks = fresh.talks;
            self.habits.wrap_up = fresh.wrap_up;
        } else {
            // What has been seen stands on the word that was given then.
            self.word = before.word;
        }
        self.arrivals = before.arrivals;
    }
}
