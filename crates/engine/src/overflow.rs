//! Overflow: callers who are sent on by a condition of their queue.

use crate::call::Stage;
use crate::engine::Engine;
use acd::{Condition, Figures, Presence, Whom};
use clock::{Duration, Moment};
use dialplan::{Goto, When};
use events::{CallEvent, What};
use ids::{CallId, QueueId};
use std::sync::Arc;

/// A condition of the plan as the acd knows it.
pub(crate) fn condition(condition: &dialplan::Condition) -> Condition {
    match &condition.when {
        When::EveryAgent { is, whom, lasting } => Condition::EveryAgent {
            is: is.iter().map(|presence| presence_of(*presence)).collect(),
            whom: whom_of(*whom),
            lasting: *lasting,
        },
        When::Waited(after) => Condition::Waited(*after),
        When::CallsPerAgent(most) => Condition::CallsPerAgent(*most),
        When::ExpectedWait { longer_than, whom } => {
            Condition::ExpectedWait { longer_than: *longer_than, whom: whom_of(*whom) }
        }
    }
}

const fn presence_of(presence: dialplan::Presence) -> Presence {
    match presence {
        dialplan::Presence::LoggedOut => Presence::LoggedOut,
        dialplan::Presence::Unreachable => Presence::Unreachable,
        dialplan::Presence::Paused => Presence::Paused,
        dialplan::Presence::MissedRing => Presence::NotReady,
        dialplan::Presence::WrapUp => Presence::WrapUp,
        dialplan::Presence::Busy => Presence::Busy,
    }
}

const fn whom_of(whom: dialplan::Whom) -> Whom {
    match whom {
        dialplan::Whom::Coming => Whom::Coming,
        dialplan::Whom::Waiting => Whom::Waiting,
        dialplan::Whom::All => Whom::All,
    }
}

fn milliseconds(length: Duration) -> u64 {
    u64::try_from(length.as_millis()).unwrap_or(u64::MAX)
}

impl Engine {
    /// The caller has chosen to leave the queue, and goes on in the plan.
    pub(crate) fn left_by_key(&mut self, now: Moment, id: CallId, (key, to): (char, Goto)) {
        let was_in = self.calls.get(id).filter(|call| call.is_in_queue());
        let Some((queue, _)) = was_in.and_then(|call| call.queued) else { return };
        self.out_of_queue(now, id);
        let queue = Arc::clone(&self.plan.queue(queue).name);
        let to = self.plan.arrow(to).into();
        if let Some(call) = self.calls.get_mut(id) {
            call.remember_choice(&queue, key);
        }
        self.record(now, What::Call(id, CallEvent::LeftByKey { queue, key, to }));
    }

    /// Takes a caller who waits, or is being rung for, out of the queue; then they are nowhere but in the
    /// plan.
    pub(crate) fn out_of_queue(&mut self, now: Moment, id: CallId) {
        self.acd.handle(now, acd::Input::TakenOut(id));
        self.record_unserved(now, id);
        // The phones first: they ring for a call that waits.
        self.settle(now);
        if let Some(call) = self.calls.get_mut(id) {
            call.enter(now, Stage::InPlan);
        }
    }

    /// The acd has let a caller out of a queue, or not in at all: the plan says where to. The first
    /// arrival is kept for whichever queue comes next.
    pub(crate) fn sent_on(
        &mut self,
        now: Moment,
        (id, queue): (CallId, QueueId),
        condition: usize,
        figures: Figures,
    ) {
        self.record_unserved(now, id);
        let Some(call) = self.calls.get_mut(id) else { return };
        let entered = matches!(call.stage, Stage::Waiting);
        if entered {
            call.enter(now, Stage::InPlan);
        }
        let queue = self.plan.queue(queue);
        if let Some(met) = queue.conditions.get(condition) {
            let sent_on = CallEvent::SentOn {
                queue: Arc::clone(&queue.name),
                condition: met.when.word().into(),
                to: self.plan.arrow(met.goto).into(),
                entered,
                waited_ms: milliseconds(figures.waited),
                callers: u32::try_from(figures.present).unwrap_or(u32::MAX),
                agents: u32::try_from(figures.on_duty).unwrap_or(u32::MAX),
                expected_ms: figures.expected.map(milliseconds),
            };
            self.record(now, What::Call(id, sent_on));
        }
        self.visit(now, id, ivr::Input::SentOn(condition));
    }
}
