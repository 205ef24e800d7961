//! A caller who leaves a queue without an agent: where the plan sends them then.

use super::Visit;
use super::waiting::Waiting;
use crate::EndReason;
use clock::Moment;

impl Visit {
    /// The queue has no room.
    pub(super) fn queue_refused(&mut self, now: Moment, waiting: Waiting) {
        self.end = EndReason::QueueFull;
        let full = self.plan.queue(waiting.queue).full;
        self.go(now, full);
    }

    /// The queue is closed.
    pub(super) fn queue_closed(&mut self, now: Moment, waiting: Waiting) {
        self.end = EndReason::QueueClosed;
        let closed = self.plan.queue(waiting.queue).closed;
        self.go(now, closed);
    }

    /// A condition of the queue is met.
    pub(super) fn sent_on(&mut self, now: Moment, waiting: Waiting, condition: usize) {
        let conditions = &self.plan.queue(waiting.queue).conditions;
        // Out of the queue it is in any case.
        let full = self.plan.queue(waiting.queue).full;
        let goto = conditions.get(condition).map_or(full, |condition| condition.goto);
        self.end = EndReason::SentOn;
        self.go(now, goto);
    }
}
