//! The conditions of a centre of another configuration: what is known of the old ones is carried over.
//!
//! A condition that stays in a list, wherever it stands there, goes on as it was. A new one counts as if it had always
//! been there, but holds since now: a caller who has waited for longer than it says is sent on at once.

use super::Acd;
use crate::agenda::Due;
use crate::condition::Presences;
use crate::table::Table;
use crate::{Condition, Config, Kind};
use clock::Moment;
use ids::{CallId, QueueId};
use std::collections::{BTreeMap, BTreeSet};

/// The conditions that a queue had, and those that it has.
struct Lists {
    old: Vec<Condition>,
    new: Vec<Condition>,
}

impl Acd {
    /// Carries over what is known of the conditions, before the queues have the new ones. Answers the queues whose
    /// calls are to be looked at.
    pub(in crate::acd) fn recast_conditions(
        &mut self,
        now: Moment,
        config: &Config,
    ) -> Vec<QueueId> {
        let lists = self.changed_lists(config);
        for (queue, lists) in &lists {
            self.recast_holding(now, *queue, lists);
        }
        self.conditions.to_ask.retain_mut(|(call, condition)| {
            let caller = self.callers.get(*call);
            let Some(lists) = caller.and_then(|caller| lists.get(&caller.turn.queue)) else {
                return true;
            };
            let old = lists.old.get(*condition);
            let Some(at) = lists.new.iter().position(|new| Some(new) == old) else { return false };
            *condition = at;
            true
        });
        let listed: BTreeSet<_> = self.conditions.to_ask.iter().copied().collect();
        let of_changed = self.callers.iter().filter(|(_, caller)| {
            caller.kind == Kind::Caller && lists.contains_key(&caller.turn.queue)
        });
        let calls: Vec<_> = of_changed.map(|(id, it)| (id, it.turn.queue, it.joined)).collect();
        for (call, queue, joined) in calls {
            if let Some(lists) = lists.get(&queue) {
                self.recast_looks(now, (call, queue, joined), lists, &listed);
            }
        }
        lists.into_keys().collect()
    }

    fn changed_lists(&self, config: &Config) -> BTreeMap<QueueId, Lists> {
        let queues = Table::new(config.queues.iter().map(|each| (each.id.index(), each)));
        let changed = queues.values().filter_map(|queue| {
            let old = &self.callers.queue_config(queue.id)?.conditions;
            let lists = || Lists { old: old.clone(), new: queue.conditions.clone() };
            (*old != queue.conditions).then(|| (queue.id, lists()))
        });
        changed.collect()
    }

    /// A queue's agents have been in these ways for as long as they have, whatever the number of the condition.
    fn recast_holding(&mut self, now: Moment, queue: QueueId, lists: &Lists) {
        let mut since = Vec::new();
        for (at, condition) in lists.old.iter().enumerate() {
            self.agenda.clear(Due::Conditions(queue, at));
            let held = self.conditions.holding.remove(&(queue, at));
            since.extend(ways(condition).zip(held));
        }
        for (at, condition) in lists.new.iter().enumerate() {
            let Condition::EveryAgent { is, whom, lasting } = condition else { continue };
            let Some((_, since)) = since.iter().find(|(ways, _)| ways == is) else { continue };
            self.conditions.holding.insert((queue, at), *since);
            if whom.is_waiting() && *since + *lasting > now {
                self.agenda.set(Due::Conditions(queue, at), *since + *lasting);
            }
        }
    }

    /// When a call is looked at. What is due is so when all calls of the queue are.
    fn recast_looks(
        &mut self,
        now: Moment,
        (call, queue, joined): (CallId, QueueId, Moment),
        lists: &Lists,
        listed: &BTreeSet<(CallId, usize)>,
    ) {
        for condition in 0..lists.old.len() {
            self.agenda.clear(Due::Condition(call, condition));
        }
        for (at, condition) in lists.new.iter().enumerate() {
            let look_at = self.conditions.look_at(now, (queue, at), condition, joined);
            let is_listed = listed.contains(&(call, at));
            if let Some(look_at) = look_at.filter(|look_at| *look_at > now && !is_listed) {
                self.agenda.set(Due::Condition(call, at), look_at);
            }
        }
    }
}

/// The ways that a condition on agents names.
const fn ways(condition: &Condition) -> Option<Presences> {
    match condition {
        Condition::EveryAgent { is, .. } => Some(*is),
        Condition::Waited(_) | Condition::CallsPerAgent(_) | Condition::ExpectedWait { .. } => None,
    }
}
