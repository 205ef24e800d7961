//! When queues are open: by their hours, or as somebody keeps them by hand, which counts until somebody
//! says otherwise, over restarts too.

use crate::call::{Call, Stage, Talked};
use crate::desk::DeskTimer;
use crate::engine::Engine;
use clock::{Duration, Moment, WallTime};
use dialplan::AtClosing;
use events::{By, CallEvent, Kept, QueueEvent, SavedQueue, What};
use ids::{CallId, QueueId};
use jiff::civil::DateTime;
use snapshot::ByHandNow;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What is known of each queue's being open.
#[derive(Debug, Default)]
pub(crate) struct Openings {
    by_hand: BTreeMap<QueueId, ByHand>,
    /// How each queue was at the last look at the clock; empty before the first.
    seen: Vec<Kept>,
}

/// How somebody keeps a queue.
#[derive(Clone, Debug)]
struct ByHand {
    kept: Kept,
    by: By,
    at: WallTime,
}

/// How a caller finds a queue closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// On coming to it.
    Coming,
    /// While waiting in it.
    Waiting,
}

impl Engine {
    /// Whether callers may come to a queue.
    pub(crate) fn opening(&self, now: Moment, queue: QueueId) -> Kept {
        self.opening_at(self.plan.local(self.journal.wall(now)), queue)
    }

    fn opening_at(&self, local: DateTime, queue: QueueId) -> Kept {
        let by_hand = self.openings.by_hand.get(&queue).map(|it| it.kept);
        let by_hours = || match self.plan.queue(queue).hours {
            Some(hours) if !self.plan.hours(hours).open_at(local) => Kept::Closed,
            Some(_) | None => Kept::Open,
        };
        by_hand.unwrap_or_else(by_hours)
    }

    /// How long a queue is still open; none while nothing closes it.
    pub(crate) fn closes_in(&self, now: Moment, queue: QueueId) -> Option<Duration> {
        match self.openings.by_hand.get(&queue).map(|it| it.kept) {
            Some(Kept::Open) => None,
            Some(Kept::Closed) => Some(Duration::ZERO),
            None => {
                let hours = self.plan.queue(queue).hours?;
                self.plan.closes_in(hours, self.journal.wall(now))
            }
        }
    }

    /// Whether whoever waits in a queue has to leave it, since it is closed.
    pub(crate) fn must_leave(&self, now: Moment, queue: QueueId) -> bool {
        let leaves = self.plan.queue(queue).at_closing == AtClosing::Leave;
        leaves && self.opening(now, queue) == Kept::Closed
    }

    /// Who keeps a queue open or closed, if somebody does.
    pub(crate) fn kept_by_hand(&self, queue: QueueId) -> Option<ByHandNow> {
        self.openings.by_hand.get(&queue).map(|it| ByHandNow {
            by: it.by.to_string(),
            since: jiff::Timestamp::from_microsecond(it.at.as_micros()).unwrap_or_default(),
        })
    }

    /// What earlier runs have left of queues that are kept by hand. Those that the plan has no more are
    /// left out.
    pub(crate) fn recall_queues(&mut self, saved: Vec<SavedQueue>) {
        for SavedQueue { queue, kept, by, at } in saved {
            if let Some(queue) = self.plan.queue_of(&queue) {
                self.openings.by_hand.insert(queue, ByHand { kept, by, at });
            }
        }
    }

    /// Somebody keeps a queue so, or lets it follow its hours again. Saying it twice changes nothing.
    pub(crate) fn keep_queue(&mut self, now: Moment, queue: QueueId, kept: Option<Kept>, by: By) {
        if self.openings.by_hand.get(&queue).map(|it| it.kept) == kept {
            return;
        }
        let was = self.opening(now, queue);
        let event = match kept {
            Some(Kept::Closed) => QueueEvent::Closed { by: by.clone() },
            Some(Kept::Open) => QueueEvent::Opened { by: by.clone() },
            None => QueueEvent::ByHours { by: by.clone() },
        };
        let at = self.journal.wall(now);
        match kept {
            Some(kept) => self.openings.by_hand.insert(queue, ByHand { kept, by, at }),
            None => self.openings.by_hand.remove(&queue),
        };
        let name = Arc::clone(&self.plan.queue(queue).name);
        self.record(now, What::Queue(name, event));
        self.follow_opening(now, queue, was);
    }

    /// Looks at the clock: which queues have closed since.
    pub(crate) fn look_at_openings(&mut self, now: Moment) {
        if self.plan.queues.iter().all(|queue| queue.hours.is_none()) {
            // The plan has let them go: what was closed by them is open.
            let was = std::mem::take(&mut self.openings.seen);
            for (queue, was) in (0..).map(QueueId).zip(was).take(self.plan.queues.len()) {
                self.follow_opening(now, queue, was);
            }
            return;
        }
        let wall = self.journal.wall(now);
        let local = self.plan.local(wall);
        let queues = (0..).map(QueueId).take(self.plan.queues.len());
        let is: Vec<_> = queues.map(|queue| self.opening_at(local, queue)).collect();
        let was = std::mem::replace(&mut self.openings.seen, is);
        for (place, queue) in (0..).map(QueueId).take(self.plan.queues.len()).enumerate() {
            // One that has not been looked at before may have people in it: it had no hours.
            self.follow_opening(now, queue, was.get(place).copied().unwrap_or(Kept::Open));
        }
        self.desks.timers.set(DeskTimer::Openings, now + crate::shift::until_minute(wall));
    }

    /// A queue may have closed or opened: those who wait there leave it, where the plan says so, and callbacks are kept
    /// or over.
    fn follow_opening(&mut self, now: Moment, queue: QueueId, was: Kept) {
        match (was, self.opening(now, queue)) {
            (Kept::Open, Kept::Closed) => self.callbacks_follow_closing(now, queue),
            (Kept::Closed, Kept::Open) => self.callbacks_follow_opening(now, queue),
            (Kept::Open, Kept::Open) | (Kept::Closed, Kept::Closed) => {}
        }
        if was == Kept::Closed || !self.must_leave(now, queue) {
            return;
        }
        let there = self.calls.iter().filter(|call| {
            call.talked != Talked::CalledBack && call.queued.is_some_and(|(of, _)| of == queue)
        });
        let there: Vec<&Call> = there.collect();
        let of =
            |is: fn(&Stage) -> bool| there.iter().filter(move |it| is(&it.stage)).map(|it| it.id);
        // Those who are rung for last: no phone that is let go rings for somebody who leaves too.
        let waiting = of(|stage| matches!(stage, Stage::Waiting));
        let rung_for = of(|stage| matches!(stage, Stage::Ringing(_)));
        let leaving: Vec<CallId> = waiting.chain(rung_for).collect();
        for id in leaving {
            self.leave_closed(now, id, queue);
        }
    }

    /// Whether it is a customer who was called back, and waits for the agent.
    pub(crate) fn is_called_back(&self, id: CallId) -> bool {
        self.calls.get(id).is_some_and(|call| call.talked == Talked::CalledBack)
    }

    fn leave_closed(&mut self, now: Moment, id: CallId, queue: QueueId) {
        self.out_of_queue(now, id);
        self.found_closed(now, id, queue, Found::Waiting);
    }

    /// The caller, who is in the plan alone, goes on by the queue's arrow.
    pub(crate) fn found_closed(&mut self, now: Moment, id: CallId, queue: QueueId, how: Found) {
        let queue = self.plan.queue(queue);
        let found = CallEvent::FoundClosed {
            queue: Arc::clone(&queue.name),
            to: self.plan.arrow(queue.closed).into(),
            entered: how == Found::Waiting,
        };
        self.record(now, What::Call(id, found));
        self.visit(now, id, ivr::Input::QueueClosed);
    }

    /// The agent is lost before the two could talk, and the caller waits again; or leaves the queue, if it
    /// has closed meanwhile.
    pub(crate) fn returned(&mut self, now: Moment, id: CallId) {
        self.visit(now, id, ivr::Input::Returned);
        let Some(call) = self.calls.get(id).filter(|call| call.is_in_queue()) else { return };
        if let Some((queue, _)) = call.queued
            && call.talked != Talked::CalledBack
            && self.must_leave(now, queue)
        {
            self.leave_closed(now, id, queue);
        }
    }
}
