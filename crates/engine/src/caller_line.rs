//! The caller's line, established.

use crate::call::Stage;
use crate::ending::Ending;
use crate::engine::Engine;
use crate::line::Unusable;
use bytes::Bytes;
use clock::Moment;
use ids::{CallId, LegId};

impl Engine {
    /// The caller's phone has acknowledged our 200: sound can flow.
    pub(crate) fn caller_established(
        &mut self,
        now: Moment,
        id: CallId,
        leg: LegId,
        answer: Option<Bytes>,
    ) {
        if let Some(answer) = answer
            && let Err(unusable) = self.take_answer(leg, &answer)
        {
            self.end(now, id, Ending::Unusable(unusable));
            return;
        }
        let Some(call) = self.calls.get_mut(id) else { return };
        if !matches!(call.stage, Stage::Answering) {
            return;
        }
        if !call.line.is_open() {
            // Our 200 made the offer, and the ACK had to bring the answer (RFC 3261 §13.2.1).
            self.end(now, id, Ending::Unusable(Unusable::Malformed));
            return;
        }
        let (source, answered_at) = (call.source, call.since);
        call.enter(now, Stage::InPlan);
        self.admission.acknowledged(source, answered_at, id);
        self.visit(now, id, ivr::Input::Answered);
    }
}
