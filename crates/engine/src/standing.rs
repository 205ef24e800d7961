//! Where a caller stands and how long it will take: asked of the distributor, told to the visit,
//! recorded as it was said.

use crate::call::Stage;
use crate::engine::Engine;
use acd::Unsure;
use clock::{Duration, Moment};
use events::{CallEvent, WaitUntold, What};
use ids::{CallId, QueueId};
use ivr::Input;
use speech::Wait;

impl Engine {
    /// Tells the visit which place the caller has, and for how long. Who is being rung for has none: a
    /// call in place five may be rung for when only that agent has the skills.
    pub(crate) fn tell_place(&mut self, now: Moment, id: CallId) {
        let Some(call) = self.calls.get(id) else { return };
        let (place, queue) = match &call.stage {
            Stage::Waiting => (self.acd.place(now, id), call.visit.queue()),
            Stage::Recording { .. }
            | Stage::Answering
            | Stage::InPlan
            | Stage::Ringing(_)
            | Stage::Connecting(_)
            | Stage::Talking(_) => (None, None),
        };
        let (Some(place), Some(queue)) = (place.map(acd::Position::number), queue) else { return };
        let wait = self.wait_to_tell(now, id, queue);
        if let Some(call) = self.calls.get_mut(id) {
            call.visit.handle(now, Input::Place { place, wait });
        }
    }

    /// How long the caller will wait at most, if the queue tells it and it is no guess.
    fn wait_to_tell(&mut self, now: Moment, id: CallId, queue: QueueId) -> Option<Duration> {
        if !self.plan.queue(queue).announce_wait {
            return None;
        }
        match self.acd.wait_to_say(now, id)? {
            Ok(bound) => Some(bound),
            Err(unsure) => {
                self.wait_untold(now, id, why(unsure));
                None
            }
        }
    }

    /// Records a wait that is being told.
    pub(crate) fn wait_told(
        &mut self,
        now: Moment,
        id: CallId,
        place: u32,
        (said, longer): (Wait, bool),
    ) {
        let Some(call) = self.calls.get(id) else { return };
        let Some(queue) = call.visit.queue() else { return };
        let seconds = |bound: Duration| u32::try_from(bound.as_secs()).unwrap_or(u32::MAX);
        let told = CallEvent::WaitTold {
            place,
            at_most_s: said.bound().map(seconds),
            confidence: self.plan.queue(queue).confidence,
            longer,
        };
        self.record(now, What::Call(id, told));
    }

    /// Records that nothing is said of the wait.
    pub(crate) fn wait_untold(&mut self, now: Moment, id: CallId, why: WaitUntold) {
        self.record(now, What::Call(id, CallEvent::WaitUntold { why }));
    }
}

/// The reason as events tell it.
pub(crate) const fn why(unsure: Unsure) -> WaitUntold {
    match unsure {
        Unsure::NobodyOnDuty => WaitUntold::NobodyOnDuty,
        Unsure::TooFewTalks => WaitUntold::TooFewTalks,
        Unsure::TooWide => WaitUntold::TooWide,
        Unsure::TooLong => WaitUntold::TooLong,
    }
}
