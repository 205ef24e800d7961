//! How long it may ring, on either side (§13.3.1.1, §16.6).
//!
//! Who is called says every minute that it still rings, so that no proxy between gives the call up;
//! and we give up an INVITE of ours of which nothing has been heard for as long as a proxy would.

use crate::leg::{State, Wish};
use crate::user_agent::Timer;
use crate::{Event, Unreachable, UserAgent};
use clock::{Duration, Moment};
use ids::LegId;

/// Timer C: how long after the last provisional answer an INVITE is given up. More than three
/// minutes (§16.6).
const PATIENCE: Duration = Duration::from_secs(190);

/// How often a caller hears that it still rings (§13.3.1.1).
const EVERY: Duration = Duration::from_secs(60);

impl UserAgent {
    /// Our INVITE goes out, or somebody works on it: 101 to 199.
    pub(crate) fn be_patient(&mut self, now: Moment, id: LegId) {
        self.deadlines.set(Timer::Ringing(id), now + PATIENCE);
    }

    /// Our caller has heard a provisional answer of ours.
    pub(crate) fn ask_for_patience(&mut self, now: Moment, id: LegId) {
        self.deadlines.set(Timer::Ringing(id), now + EVERY);
    }

    pub(crate) fn ringing_due(&mut self, now: Moment, id: LegId) {
        match self.legs.get_mut(&id).map(|leg| &mut leg.state) {
            Some(State::Ringing(ringing)) => {
                if let Some(status) = ringing.said {
                    self.say_progress(now, id, status, None);
                }
            }
            Some(State::Calling(calling)) if calling.wish == Wish::Stay => {
                calling.wish = Wish::Leave { reason: None };
                let txn = calling.txn;
                self.close_early_offer(now, id);
                self.transactions.cancel(now, txn, None);
                self.tell(Event::Unreachable { leg: id, why: Unreachable::TimedOut });
            }
            Some(State::Calling(_) | State::Talking(_) | State::Leaving(_)) | None => {}
        }
    }
}
