//! Asking a peer inside a leg whether it is still there (OPTIONS: RFC 3261 §11, §12.2).
//!
//! A phone that was unplugged says nothing of it, and a BYE may be lost: whoever has reason to doubt
//! asks. A peer that says anything but 481 or 408 is there; one that says nothing within
//! [`PROBE_MAX`] is not.
//!
//! Some say that they are there whatever call they are asked about. So a peer that is doubted again has to show that it
//! knows this one: it is refreshed, which has to be refused outside a dialog (RFC 3311 §5.2, RFC 3261 §12.2.2).

use crate::leg::{Doubted, State};
use crate::purpose::Purpose;
use crate::user_agent::Timer;
use crate::{ClientTxn, UserAgent, way};
use clock::{Duration, Moment};
use ids::LegId;
use sip_msg::{Method, Name, Response, StatusCode};

/// How long a peer may take to say that it is there: over UDP it is asked four times in that.
pub const PROBE_MAX: Duration = Duration::from_secs(6);

/// A peer that has shown that it knows the leg need not do so again for so long: one that sends nothing in silence is
/// doubted again and again.
pub const TEST_EVERY: Duration = Duration::from_secs(300);

impl UserAgent {
    /// Asks whether the peer of a leg is still there, unless it is being asked already. If it is not,
    /// the leg ends with [`EndCause::DialogGone`](crate::EndCause::DialogGone).
    pub fn probe(&mut self, now: Moment, id: LegId) {
        if self.deadlines.of(&Timer::Probe(id)).is_some() {
            return;
        }
        let Some(talking) = self.talking(id) else { return };
        let is_to_show = match talking.doubted {
            Doubted::Never => false,
            Doubted::There => true,
            Doubted::Tested(at) => now.since(at) >= TEST_EVERY,
        };
        if is_to_show {
            talking.doubted = Doubted::Tested(now);
            self.refresh_now(now, id);
        } else {
            self.ask(now, id);
        }
        self.settle(now);
    }

    fn ask(&mut self, now: Moment, id: LegId) {
        let Some(leg) = self.legs.get_mut(&id) else { return };
        let State::Talking(talking) = &mut leg.state else { return };
        let mut options = talking.dialog.request(Method::Options);
        let hop = way::hop_inside(leg.hop, talking);
        options.headers.set(Name::UserAgent, self.config.user_agent.clone());
        let txn = self.send_request(now, hop, options);
        self.purposes.insert(txn, Purpose::Probe(id));
        self.deadlines.set(Timer::Probe(id), now + PROBE_MAX);
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
            return self.dialog_gone(now, id, response.status);
        }
        if let Some(talking) = self.talking(id)
            && talking.doubted == Doubted::Never
        {
            talking.doubted = Doubted::There;
        }
    }

    /// Nothing was said in time.
    pub(crate) fn probe_due(&mut self, now: Moment, id: LegId) {
        self.dialog_gone(now, id, StatusCode::REQUEST_TIMEOUT);
    }
}
