//! The process ends, and another one goes on with its calls: nobody is hung up on who can be taken up.
//!
//! What the next process has to know is in the ledger already, or is handed over with the last outputs. The phones that rang for
//! callers stop, for that process rings them itself; what nobody could take up ends, and is told so.

use crate::call::Stage;
use crate::ending::Ending;
use crate::engine::Engine;
use clock::Moment;
use ids::{CallId, LegId};

impl Engine {
    /// Leaves the calls to the next process.
    pub(crate) fn leave_calls(&mut self, now: Moment) {
        self.drain(now);
        self.stop_items(now);
        for id in self.calls.ids() {
            self.touch_call(id);
        }
        for id in self.directs.ids() {
            self.touch_call(id);
        }
        self.save_calls();
        for id in self.calls.ids() {
            if self.is_saved(id) {
                self.stop_phones(now, id);
            } else {
                self.end(now, id, Ending::Stopped);
            }
        }
        self.hand_directs_over(now);
        self.end_all_summons(now);
        for leg in self.codes.legs() {
            self.end_code(now, leg);
        }
    }

    /// The phones that ring for a caller, or have been picked up and not been heard, are let go; and so is an agent's in a browser, which
    /// nobody can reach again.
    fn stop_phones(&mut self, now: Moment, id: CallId) {
        let legs: Vec<LegId> = match self.calls.get(id).map(|call| &call.stage) {
            Some(Stage::Ringing(ringing)) => {
                let attempts = ringing.attempts.values();
                attempts.flat_map(|attempt| attempt.legs.keys().copied()).collect()
            }
            Some(Stage::Connecting(talk)) => vec![talk.line.leg],
            Some(Stage::Talking(talk)) if !self.is_saved_talking(id) => vec![talk.line.leg],
            Some(
                Stage::Recording { .. }
                | Stage::Answering
                | Stage::InPlan
                | Stage::Waiting
                | Stage::Talking(_),
            )
            | None => Vec::new(),
        };
        self.release_phones(now, legs, None);
    }
}
