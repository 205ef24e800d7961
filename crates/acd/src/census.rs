//! How the agents of a queue are there, counted.
//!
//! Counted only for queues with a condition on their agents, and changed with each change of one agent,
//! so that asking looks at seven numbers whatever the size of the centre.

use crate::condition::{Presence, Presences};
use ids::QueueId;
use std::collections::{BTreeMap, BTreeSet};

/// The agents of each watched queue who are not logged out, by how they are there.
#[derive(Clone, Debug, Default)]
pub(crate) struct Census {
    queues: BTreeMap<QueueId, [usize; Presence::ALL.len()]>,
    changed: BTreeSet<QueueId>,
}

impl Census {
    /// A census of these queues, with nobody there.
    pub(crate) fn new(watched: impl Iterator<Item = QueueId>) -> Self {
        let queues = watched.map(|queue| (queue, [0; Presence::ALL.len()])).collect();
        Self { queues, changed: BTreeSet::new() }
    }

    /// Those of these queues that are watched.
    pub(crate) fn watched(&self, queues: &BTreeSet<QueueId>) -> Vec<QueueId> {
        queues.iter().copied().filter(|queue| self.queues.contains_key(queue)).collect()
    }

    /// An agent of these queues is there in another way.
    pub(crate) fn change(&mut self, queues: &[QueueId], from: Presence, to: Presence) {
        if from == to {
            return;
        }
        for queue in queues {
            let Some(counts) = self.queues.get_mut(queue) else { continue };
            if let Some(count) = counts.get_mut(from.index()).filter(|_| is_counted(from)) {
                *count -= 1;
            }
            if let Some(count) = counts.get_mut(to.index()).filter(|_| is_counted(to)) {
                *count += 1;
            }
            self.changed.insert(*queue);
        }
    }

    /// Queues whose agents have changed since this was last asked.
    pub(crate) fn take_changed(&mut self) -> BTreeSet<QueueId> {
        std::mem::take(&mut self.changed)
    }

    /// Whether every agent is there in one of these ways, and one in fact.
    pub(crate) fn is_every_agent(&self, queue: QueueId, is: Presences) -> bool {
        let Some(counts) = self.queues.get(&queue) else { return false };
        let of = |named: bool| {
            let presences = Presence::ALL.iter().filter(|each| is.has(**each) == named);
            presences.filter_map(|each| counts.get(each.index())).sum::<usize>()
        };
        of(false) == 0 && (is.has(Presence::LoggedOut) || of(true) > 0)
    }
}

/// Who is logged out is not there to be counted.
const fn is_counted(presence: Presence) -> bool {
    !matches!(presence, Presence::LoggedOut)
}
