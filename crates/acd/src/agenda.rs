//! What is due, and when.
//!
//! Those who wait may have a deadline each, a hundred thousand of them. The few of agents and of rings, which
//! come and go with every decision, are kept apart: to find one of them does not cost more the more callers wait.

use clock::{Deadlines, Moment};
use ids::{AgentId, CallId, QueueId, ReservationId};

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

    /// When it is due.
    pub(crate) fn of(&self, due: Due) -> Option<Moment> {
        if due.is_of_waiting() { self.many.of(&due) } else { self.few.of(&due) }
    }

    /// The earliest deadline of all.
    pub(crate) fn next(&self) -> Option<Moment> {
        [self.few.next(), self.many.next()].into_iter().flatten().min()
    }

    /// Takes out one that is not later than `now`, the earliest first.
    pub(crate) fn pop_due(&mut self, now: Moment) -> Option<Due> {
        let few_first = match (self.few.next(), self.many.next()) {
            (Some(few), Some(many)) => few <= many,
            (few, _) => few.is_some(),
        };
        if few_first { self.few.pop_due(now) } else { self.many.pop_due(now) }
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
                match at.map(Moment::from_micros) {
                    Some(at) => {
                        agenda.set(due, at);
                        plain.set(due, at);
                    }
                    None => {
                        agenda.clear(due);
                        plain.clear(&due);
                    }
                }
                prop_assert_eq!(agenda.of(due), plain.of(&due));
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
