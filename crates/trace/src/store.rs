//! Rings of messages: one for each call, and a small one for all that belongs to none.

use crate::Traced;
use bytes::Bytes;
use ids::CallId;
use sip_msg::Text;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// How much is kept.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of messages in all calls together. Above it, the oldest call is forgotten.
    pub bytes_max: usize,
    /// Calls that are known. Above it, the oldest one is forgotten.
    pub calls_max: usize,
    /// Messages of one call. Above it, its oldest ones are forgotten.
    pub messages_per_call_max: usize,
    /// Dialogs of one call: its caller, and every phone that was rung for it.
    pub dialogs_per_call_max: usize,
    /// Messages that belong to no call, such as registrations. They wait here for a call that says
    /// that they are its.
    pub loose_max: usize,
}

impl Default for Limits {
    /// 32 MiB, which is about three thousand calls.
    fn default() -> Self {
        Self {
            bytes_max: 32 * 1024 * 1024,
            calls_max: 10_000,
            messages_per_call_max: 256,
            dialogs_per_call_max: 64,
            loose_max: 256,
        }
    }
}

/// The messages of one call.
#[derive(Clone, Debug, Default)]
pub struct CallTrace {
    /// What there is, in its order.
    pub messages: Vec<Traced>,
    /// How many before these were forgotten.
    pub forgotten: u64,
}

/// The latest messages of each call.
#[derive(Debug)]
pub struct Store {
    limits: Limits,
    calls: BTreeMap<CallId, Ring>,
    /// Which call a dialog belongs to, by its Call-ID.
    owners: BTreeMap<Text, CallId>,
    loose: VecDeque<(Text, Traced)>,
    bytes: usize,
}

#[derive(Debug, Default)]
struct Ring {
    messages: VecDeque<Traced>,
    dialogs: BTreeSet<Text>,
    forgotten: u64,
}

impl Store {
    /// An empty one.
    #[must_use]
    pub const fn new(limits: Limits) -> Self {
        Self {
            limits,
            calls: BTreeMap::new(),
            owners: BTreeMap::new(),
            loose: VecDeque::new(),
            bytes: 0,
        }
    }

    /// Keeps a message that has this Call-ID.
    pub fn keep(&mut self, call_id: Text, mut traced: Traced) {
        // What a socket read may be a small part of a large buffer.
        traced.bytes = Bytes::copy_from_slice(&traced.bytes);
        match self.owners.get(&call_id) {
            Some(call) => self.keep_for(*call, traced),
            None => {
                self.loose.push_back((call_id.detached(), traced));
                if self.loose.len() > self.limits.loose_max {
                    self.loose.pop_front();
                }
            }
        }
        self.forget_oldest();
    }

    /// A dialog with this Call-ID is part of this call: so are its messages, also those that came
    /// before that was known.
    pub fn belongs(&mut self, call: CallId, call_id: Text) {
        let ring = self.calls.entry(call).or_default();
        if ring.dialogs.len() >= self.limits.dialogs_per_call_max {
            return;
        }
        let call_id = call_id.detached();
        ring.dialogs.insert(call_id.clone());
        // A Call-ID that a peer uses for two calls tells them apart no more: the latest has it.
        if let Some(earlier) = self.owners.insert(call_id.clone(), call)
            && earlier != call
            && let Some(ring) = self.calls.get_mut(&earlier)
        {
            ring.dialogs.remove(&call_id);
        }
        let (own, loose): (VecDeque<_>, VecDeque<_>) =
            std::mem::take(&mut self.loose).into_iter().partition(|(of, _)| *of == call_id);
        self.loose = loose;
        for (_, traced) in own {
            self.keep_for(call, traced);
        }
        self.forget_oldest();
    }

    /// The messages of a call; `None` if it was never known or is forgotten.
    #[must_use]
    pub fn call(&self, call: CallId) -> Option<CallTrace> {
        let ring = self.calls.get(&call)?;
        let messages = ring.messages.iter().cloned().collect();
        Some(CallTrace { messages, forgotten: ring.forgotten })
    }

    /// The call that a dialog with this Call-ID belongs to, if any is known.
    #[must_use]
    pub fn owner(&self, call_id: &Text) -> Option<CallId> {
        self.owners.get(call_id).copied()
    }

    /// Bytes of messages that are kept for calls.
    #[must_use]
    pub const fn bytes(&self) -> usize {
        self.bytes
    }

    fn keep_for(&mut self, call: CallId, traced: Traced) {
        let ring = self.calls.entry(call).or_default();
        self.bytes += traced.bytes.len();
        ring.messages.push_back(traced);
        if ring.messages.len() > self.limits.messages_per_call_max
            && let Some(first) = ring.messages.pop_front()
        {
            self.bytes -= first.bytes.len();
            ring.forgotten += 1;
        }
    }

    fn forget_oldest(&mut self) {
        while self.bytes > self.limits.bytes_max || self.calls.len() > self.limits.calls_max {
            let Some((_, ring)) = self.calls.pop_first() else { return };
            self.bytes -= ring.messages.iter().map(|traced| traced.bytes.len()).sum::<usize>();
            for dialog in ring.dialogs {
                self.owners.remove(&dialog);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Way;
    use clock::WallTime;
    use ids::FlowId;
    use sip_txn::{Hop, Transport};

    const LIMITS: Limits = Limits {
        bytes_max: 20,
        calls_max: 3,
        messages_per_call_max: 3,
        dialogs_per_call_max: 2,
        loose_max: 2,
    };

    fn said(text: &'static str) -> Traced {
        let peer = "127.0.0.1:5062".parse().unwrap();
        let hop = Hop { transport: Transport::Udp, flow: FlowId(1), peer };
        Traced {
            at: WallTime::default(),
            way: Way::Said,
            hop,
            bytes: Bytes::from_static(text.as_bytes()),
        }
    }

    fn kept(store: &Store, call: u64) -> Option<(Vec<String>, u64)> {
        let trace = store.call(CallId(call))?;
        let text = |traced: &Traced| String::from_utf8(traced.bytes.to_vec()).unwrap();
        Some((trace.messages.iter().map(text).collect(), trace.forgotten))
    }

    #[test]
    fn messages_from_before_a_call_was_known_are_found_in_it() {
        let mut store = Store::new(LIMITS);
        store.keep("a".into(), said("INVITE"));
        store.keep("b".into(), said("REGISTER"));
        store.belongs(CallId(1), "a".into());
        store.keep("a".into(), said("200"));
        assert_eq!(kept(&store, 1), Some((vec!["INVITE".into(), "200".into()], 0)));
        assert_eq!(kept(&store, 2), None);
    }

    #[test]
    fn a_call_that_goes_on_and_on_forgets_its_oldest_messages_and_says_so() {
        let mut store = Store::new(LIMITS);
        store.belongs(CallId(1), "a".into());
        for text in ["1", "2", "3", "4", "5"] {
            store.keep("a".into(), said(text));
        }
        assert_eq!(kept(&store, 1), Some((vec!["3".into(), "4".into(), "5".into()], 2)));
        assert_eq!(store.bytes(), 3);
    }

    #[test]
    fn the_oldest_call_is_forgotten_when_all_have_too_much() {
        let mut store = Store::new(LIMITS);
        store.belongs(CallId(1), "a".into());
        store.belongs(CallId(2), "b".into());
        store.keep("a".into(), said("0123456789"));
        store.keep("b".into(), said("0123456789"));
        store.keep("b".into(), said("x"));
        assert_eq!(kept(&store, 1), None);
        assert_eq!(store.bytes(), 11);
        assert!(!store.owners.contains_key(&Text::from("a")));
    }

    #[test]
    fn strangers_and_dialogs_without_end_have_a_limit() {
        let mut store = Store::new(LIMITS);
        for text in ["1", "2", "3"] {
            store.keep("stranger".into(), said(text));
        }
        assert_eq!(store.loose.len(), 2);
        for dialog in ["a", "b", "c"] {
            store.belongs(CallId(1), dialog.into());
        }
        assert_eq!(store.owners.len(), 2);
    }

    #[test]
    fn calls_of_which_nothing_was_heard_have_a_limit_too() {
        let mut store = Store::new(LIMITS);
        for (call, dialog) in [(1, "a"), (2, "b"), (3, "c"), (4, "d")] {
            store.belongs(CallId(call), dialog.into());
        }
        assert_eq!(store.calls.keys().copied().collect::<Vec<_>>(), [2, 3, 4].map(CallId));
        assert_eq!(store.owners.len(), 3);
    }

    #[test]
    fn a_call_id_that_is_used_twice_is_the_latest_calls() {
        let mut store = Store::new(LIMITS);
        store.belongs(CallId(1), "a".into());
        store.belongs(CallId(2), "a".into());
        store.keep("a".into(), said("INVITE"));
        assert_eq!(kept(&store, 1), Some((vec![], 0)));
        assert_eq!(kept(&store, 2), Some((vec!["INVITE".into()], 0)));
    }
}
