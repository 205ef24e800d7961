//! Asking a peer inside a leg whether it is still there (OPTIONS: RFC 3261 §11, §12.2).
//!
//! A phone that was unplugged says nothing of it, and a BYE may be lost: whoever has reason to doubt
//! asks. A peer that says anything but 481 or 408 is there; one that says nothing within
//! [`PROBE_MAX`] is not.

use crate::leg::State;
use crate::purpose::Purpose;
use crate::user_agent::Timer;
use crate::{ClientTxn, UserAgent, way};
use clock::{Duration, Moment};
use ids::LegId;
use sip_msg::{Method, Name, Response, StatusCode};

/// How long a peer may take to say that it is there: over UDP it is asked four times in that.
pub const PROBE_MAX: Duration = Duration::from_secs(6);

impl UserAgent {
    /// Asks whether the peer of a leg is still there, unless it is being asked already. If it is not,
    /// the leg ends with [`EndCause::DialogGone`](crate::EndCause::DialogGone).
    pub fn probe(&mut self, now: Moment, id: LegId) {
        if self.deadlines.of(&Timer::Probe(id)).is_some() {
            return;
        }
        let Some(leg) = self.legs.get_mut(&id) else { return };
        let State::Talking(talking) = &mut leg.state else { return };
        let mut options = talking.dialog.request(Method::Options);
        let hop = way::hop_inside(leg.hop, talking);
        options.headers.set(Name::UserAgent, self.config.user_agent.clone());
        let txn = self.send_request(now, hop, options);
        self.purposes.insert(txn, Purpose::Probe(id));
        self.deadlines.set(Timer::Probe(id), now + PROBE_MAX);
        self.settle(now);
    }

    pub(crate) fn hear_probe_response(
        &mut self,
        now: Moment,
        id: LegId,
        txn: ClientTxn,
        response: &Response,
    ) {
        if response.status.is_provisional() {
            return;
        }
        self.purposes.remove(&txn);
        let was_asked = self.deadlines.of(&Timer::Probe(id)).is_some();
        self.deadlines.clear(&Timer::Probe(id));
        let is_gone = matches!(
            response.status,
            StatusCode::CALL_DOES_NOT_EXIST | StatusCode::REQUEST_TIMEOUT
        );
        if was_asked && is_gone {
            self.dialog_gone(now, id, response.status);
        }
    }

    /// Nothing was said in time.
    pub(crate) fn probe_due(&mut self, now: Moment, id: LegId) {
        self.dialog_gone(now, id, StatusCode::REQUEST_TIMEOUT);
    }
}
