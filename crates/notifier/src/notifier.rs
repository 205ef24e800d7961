//! The notifier itself: its subscriptions, and what it is told besides SUBSCRIBEs.

use crate::config::{COME_BACK_AFTER, STEP_MAX};
use crate::seen::Seen;
use crate::subscription::{DialogKey, Over, Owed, Subscription};
use crate::{Config, Package};
use clock::{Deadlines, Moment};
use ids::{AgentId, FlowId, SubscriptionId};
use rand::RngExt;
use rand::rngs::StdRng;
use sip_msg::Request;
use sip_txn::Hop;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// A NOTIFY that is to be sent. What came of it is told with [`Notifier::answered`] or
/// [`Notifier::failed`].
#[derive(Clone, Debug, PartialEq)]
pub struct Notify {
    /// Of this subscription.
    pub subscription: SubscriptionId,
    /// The way.
    pub hop: Hop,
    /// The NOTIFY.
    pub request: Box<Request>,
}

/// Who watches whom.
#[derive(Debug)]
pub struct Notifier {
    pub(crate) config: Config,
    pub(crate) random: StdRng,
    pub(crate) subscriptions: BTreeMap<SubscriptionId, Subscription>,
    pub(crate) by_dialog: BTreeMap<DialogKey, SubscriptionId>,
    pub(crate) by_watched: BTreeSet<(AgentId, SubscriptionId)>,
    pub(crate) by_watcher: BTreeSet<(AgentId, SubscriptionId)>,
    /// Subscriptions by connection; UDP sockets are not listed, since they do not break.
    pub(crate) by_flow: BTreeSet<(FlowId, SubscriptionId)>,
    /// What was seen last of those who are watched.
    pub(crate) seen: BTreeMap<AgentId, Seen>,
    /// Subscriptions whose NOTIFY has no answer yet, those that it ended too.
    pub(crate) unanswered: BTreeSet<SubscriptionId>,
    pub(crate) ends: Deadlines<SubscriptionId>,
    pub(crate) turns: Deadlines<SubscriptionId>,
    pub(crate) door: Door,
    pub(crate) outputs: VecDeque<Notify>,
    pub(crate) next: SubscriptionId,
}

/// Whether new subscriptions are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Door {
    Open,
    Closed,
}

impl Notifier {
    /// A notifier of which nobody has asked anything yet. `random` makes tags: seed it from the
    /// system, since they must not be guessed.
    #[must_use]
    pub fn new(config: Config, random: StdRng) -> Self {
        Self {
            config,
            random,
            subscriptions: BTreeMap::new(),
            by_dialog: BTreeMap::new(),
            by_watched: BTreeSet::new(),
            by_watcher: BTreeSet::new(),
            by_flow: BTreeSet::new(),
            seen: BTreeMap::new(),
            unanswered: BTreeSet::new(),
            ends: Deadlines::default(),
            turns: Deadlines::default(),
            door: Door::Open,
            outputs: VecDeque::new(),
            next: SubscriptionId(1),
        }
    }

    /// Whether anybody watches this agent.
    #[must_use]
    pub fn is_watched(&self, agent: AgentId) -> bool {
        self.watchers(agent).next().is_some()
    }

    /// How many subscriptions there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.subscriptions.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.subscriptions.is_empty()
    }

    /// What is to be seen of an agent now. Who watches them is told, unless it is what was seen
    /// before.
    pub fn see(&mut self, now: Moment, agent: AgentId, seen: Seen) {
        if !self.is_watched(agent) {
            return;
        }
        let before = self.seen.insert(agent, seen.clone()).unwrap_or(Seen::NOBODY);
        let (is_same_line, is_same) = (before.calls == seen.calls, before == seen);
        for id in self.watchers(agent).collect::<Vec<_>>() {
            let Some(subscription) = self.subscriptions.get_mut(&id) else { continue };
            let is_news = match subscription.event.package {
                Package::Dialog => !is_same_line,
                Package::Presence => !is_same,
                Package::MessageSummary => false,
            };
            if is_news {
                subscription.owe(Owed::Change);
                self.plan_turn(now, id);
            }
        }
    }

    /// Whether anybody is told anything over this connection.
    #[must_use]
    pub fn tells_over(&self, flow: FlowId) -> bool {
        let first = (flow, SubscriptionId(0));
        self.by_flow.range(first..).next().is_some_and(|(of, _)| *of == flow)
    }

    /// A connection has closed: nobody can be told anything over it any more.
    pub fn flow_closed(&mut self, flow: FlowId) {
        let first = (flow, SubscriptionId(0));
        let over_it = self.by_flow.range(first..).take_while(|(of, _)| *of == flow);
        for (_, id) in over_it.copied().collect::<Vec<_>>() {
            self.remove(id);
        }
        self.assert_invariants();
    }

    /// Ends every subscription and takes no more.
    pub fn close(&mut self, now: Moment) {
        self.door = Door::Closed;
        for id in self.subscriptions.keys().copied().collect::<Vec<_>>() {
            // Not all at the same time.
            let least = COME_BACK_AFTER.as_secs();
            let retry_after_s = self.random.random_range(least..=2 * least);
            self.end(now, id, Over::Probation { retry_after_s });
        }
        self.assert_invariants();
    }

    /// Ends what has run out, and writes what is due to be told.
    pub fn handle_timeout(&mut self, now: Moment) {
        while let Some(id) = self.ends.pop_due(now) {
            self.end(now, id, Over::Timeout);
        }
        for _ in 0..STEP_MAX {
            if !self.has_room() {
                break;
            }
            let Some(id) = self.turns.pop_due(now) else { break };
            self.write(now, id);
        }
        self.assert_invariants();
    }

    /// When [`handle_timeout`](Self::handle_timeout) wants to be called.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Moment> {
        let turn = self.turns.next().filter(|_| self.has_room());
        [self.ends.next(), turn].into_iter().flatten().min()
    }

    /// The next NOTIFY to be sent.
    #[must_use]
    pub fn poll_output(&mut self) -> Option<Notify> {
        self.outputs.pop_front()
    }

    /// Whether one more NOTIFY may be on its way.
    fn has_room(&self) -> bool {
        self.unanswered.len() < self.config.at_once_max
    }

    fn watchers(&self, agent: AgentId) -> impl Iterator<Item = SubscriptionId> + '_ {
        let first = (agent, SubscriptionId(0));
        let of_agent = self.by_watched.range(first..).take_while(move |(whom, _)| *whom == agent);
        of_agent.map(|(_, id)| *id)
    }

    pub(crate) fn subscriptions_of(&self, agent: AgentId) -> usize {
        let first = (agent, SubscriptionId(0));
        self.by_watcher.range(first..).take_while(|(by, _)| *by == agent).count()
    }

    pub(crate) fn insert(&mut self, subscription: Subscription) -> SubscriptionId {
        let id = self.next;
        self.next = id.next();
        self.by_dialog.insert(subscription.key(), id);
        self.by_watched.insert((subscription.whom, id));
        self.by_watcher.insert((subscription.by, id));
        if subscription.hop.transport.is_reliable() {
            self.by_flow.insert((subscription.hop.flow, id));
        }
        self.subscriptions.insert(id, subscription);
        id
    }

    /// The way back to a subscriber is now this one.
    pub(crate) fn follow_flow(&mut self, id: SubscriptionId, hop: Hop) {
        let Some(subscription) = self.subscriptions.get_mut(&id) else { return };
        let before = std::mem::replace(&mut subscription.hop, hop);
        self.by_flow.remove(&(before.flow, id));
        if hop.transport.is_reliable() {
            self.by_flow.insert((hop.flow, id));
        }
    }

    /// Takes a subscription away with all that points to it.
    pub(crate) fn remove(&mut self, id: SubscriptionId) {
        let Some(subscription) = self.subscriptions.remove(&id) else { return };
        self.by_dialog.remove(&subscription.key());
        self.by_watched.remove(&(subscription.whom, id));
        self.by_watcher.remove(&(subscription.by, id));
        self.by_flow.remove(&(subscription.hop.flow, id));
        self.ends.clear(&id);
        self.turns.clear(&id);
        if !self.is_watched(subscription.whom) {
            self.seen.remove(&subscription.whom);
        }
    }

    pub(crate) fn assert_invariants(&self) {
        debug_assert_eq!(self.by_dialog.len(), self.subscriptions.len());
        debug_assert_eq!(self.by_watched.len(), self.subscriptions.len());
        debug_assert_eq!(self.by_watcher.len(), self.subscriptions.len());
        debug_assert!(self.by_flow.len() <= self.subscriptions.len());
        debug_assert!(self.seen.len() <= self.subscriptions.len());
        debug_assert!(self.ends.len() <= self.subscriptions.len());
        debug_assert!(self.turns.len() <= self.subscriptions.len());
        debug_assert!(self.unanswered.len() <= self.config.at_once_max);
        debug_assert!(self.subscriptions.len() <= self.config.subscriptions_max);
    }
}
