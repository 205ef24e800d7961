//! When a call is looked at, because the time of a condition has come.

use super::Conditions;
use crate::Condition;
use crate::condition::EXPECTED_WAIT_EVERY;
use clock::Moment;
use ids::QueueId;

impl Conditions {
    /// When a call that joined the queue at a moment is looked at next for a condition of it; none where events of
    /// the queue alone lead to that.
    pub(super) fn look_at(
        &self,
        now: Moment,
        (queue, at): (QueueId, usize),
        condition: &Condition,
        joined: Moment,
    ) -> Option<Moment> {
        match condition {
            Condition::Waited(after) => Some(joined + *after),
            Condition::EveryAgent { whom, lasting, .. } => {
                let since = self.holding.get(&(queue, at)).filter(|_| whom.is_waiting())?;
                // Those who were here before have the deadline of the queue.
                (*since <= joined).then_some(joined + *lasting)
            }
            Condition::ExpectedWait { whom, .. } => {
                let every = EXPECTED_WAIT_EVERY.as_micros();
                let asked = now.since(joined).as_micros() / every;
                let next = u32::try_from(asked + 1).unwrap_or(u32::MAX);
                whom.is_waiting().then(|| joined + EXPECTED_WAIT_EVERY.saturating_mul(next))
            }
            Condition::CallsPerAgent(_) => None,
        }
    }
}
