//! What is due, and when.
//!
//! Those who wait may have a deadline each, a hundred thousand of them. The few of agents and of rings, which
//! come and go with every decision, are kept apart: to find one of them does not cost more the more callers wait.
//! So is when calls need less, which most of those have who wait, and which follows from facts about them: whoever takes
//! it away knows it.

use clock::{Deadlines, Moment};
use ids::{AgentId, CallId, QueueId, ReservationId};
use std::collections::BTreeSet;

/// What a deadline is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Due {
    /// The ring time is over, or an answered phone was not connected in time.
    Reservation(ReservationId),
    /// After-call work is over.
    WrapUp(AgentId),
    /// The phone has settled after a ring that came to nothing.
    Settled(AgentId),
    /// The call may come to the agent again.
    Unbar(CallId, AgentId),
    /// What the call needs is relaxed, or the next tier is asked.
    Relax(CallId),
    /// The call has been kept for one agent long enough.
    Release(CallId),
    /// The call is rung at one more agent.
    OneMore(CallId),
    /// The call may meet this condition of its queue.
    Condition(CallId, usize),
    /// All who wait may meet this condition of the queue.
    Conditions(QueueId, usize),
    /// The next call may be asked how long it is expected to wait.
    Question,
}

/// All deadlines: at most one for each thing. Equal ones come due in the order of [`Due`].
#[derive(Clone, Debug, Default)]
pub(crate) struct Agenda {
    /// Of agents and of rings.
    few: Deadlines<Due>,
    /// When calls need less.
    relaxing: BTreeSet<(Moment, CallId)>,
    /// Of calls that wait, and of queues.
    many: Deadlines<Due>,
}

impl Due {
    /// Whether each call that waits may have one; those sort behind all others.
    const fn is_of_waiting(self) -> bool {
        match self {
            Self::Reservation(_) | Self::WrapUp(_) | Self::Settled(_) | Self::Unbar(..) => false,
            Self::Relax(_)
            | Self::Release(_)
            | Self::OneMore(_)
            | Self::Condition(..)
            | Self::Conditions(..)
            | Self::Question => true,
        }
    }
}

impl Agenda {
    /// Sets a deadline, in place of the one that it had.
    pub(crate) fn set(&mut self, due: Due, at: Moment) {
        self.of_kind(due).set(due, at);
    }

    /// Takes a deadline away.
    pub(crate) fn clear(&mut self, due: Due) {
        self.of_kind(due).clear(&due);
    }

    /// The call needs less at this time.
    pub(crate) fn relax(&mut self, call: CallId, at: Moment) {
        self.relaxing.insert((at, call));
    }

    /// Takes that away, which was to be at this time.
    pub(crate) fn relax_no_more(&mut self, call: CallId, at: Moment) {
        self.relaxing.remove(&(at, call));
    }

    /// Calls need less at these times, and no others do.
    pub(crate) fn relax_anew(&mut self, all: impl Iterator<Item = (Moment, CallId)>) {
        self.relaxing = all.collect();
    }

    /// When it is due; not asked of what [relaxes](Self::relax).
    pub(crate) fn of(&self, due: Due) -> Option<Moment> {
        if due.is_of_waiting() { self.many.of(&due) } else { self.few.of(&due) }
    }

    /// The earliest deadline of all.
    pub(crate) fn next(&self) -> Option<Moment> {
        let relaxes = self.relaxing.first().map(|(at, _)| *at);
        [self.few.next(), relaxes, self.many.next()].into_iter().flatten().min()
    }

    /// Takes out one that is not later than `now`, the earliest first.
    pub(crate) fn pop_due(&mut self, now: Moment) -> Option<Due> {
        // Equal ones in the order of `Due`.
        let next = self.next().filter(|next| *next <= now)?;
        if self.few.next() == Some(next) {
            return self.few.pop_due(now);
        }
        if self.relaxing.first().is_some_and(|(at, _)| *at == next) {
            return self.relaxing.pop_first().map(|(_, call)| Due::Relax(call));
        }
        self.many.pop_due(now)
    }

    fn of_kind(&mut self, due: Due) -> &mut Deadlines<Due> {
        if due.is_of_waiting() { &mut self.many } else { &mut self.few }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn due() -> impl Strategy<Value = Due> {
        prop_oneof![
            (0..4u64).prop_map(|id| Due::Reservation(ReservationId(id))),
            (0..4u32).prop_map(|id| Due::WrapUp(AgentId(id))),
            (0..4u64).prop_map(|id| Due::OneMore(CallId(id))),
            (0..4u64).prop_map(|id| Due::Relax(CallId(id))),
            (0..4u64).prop_map(|id| Due::Condition(CallId(id), 0)),
            Just(Due::Question),
        ]
    }

    proptest! {
        #[test]
        fn it_is_one_set_of_deadlines(
            steps in proptest::collection::vec((due(), proptest::option::of(0..9u64)), 0..60),
        ) {
            let (mut agenda, mut plain) = (Agenda::default(), Deadlines::default());
            for (due, at) in steps {
                let was = plain.of(&due);
                let at = at.map(Moment::from_micros);
                match (due, was, at) {
                    (Due::Relax(call), was, at) => {
                        was.into_iter().for_each(|was| agenda.relax_no_more(call, was));
                        at.into_iter().for_each(|at| agenda.relax(call, at));
                    }
                    (_, _, Some(at)) => agenda.set(due, at),
                    (_, _, None) => agenda.clear(due),
                }
                match at {
                    Some(at) => plain.set(due, at),
                    None => drop(plain.clear(&due)),
                }
                if !matches!(due, Due::Relax(_)) {
                    prop_assert_eq!(agenda.of(due), plain.of(&due));
                }
                prop_assert_eq!(agenda.next(), plain.next());
            }
            for now in (0..9).map(Moment::from_micros) {
                while let Some(due) = plain.pop_due(now) {
                    prop_assert_eq!(agenda.pop_due(now), Some(due));
                }
                prop_assert_eq!(agenda.pop_due(now), None);
            }
        }
    }
}
