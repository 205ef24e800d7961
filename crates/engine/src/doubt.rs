//! Doubt whether an agent's phone is still there: nothing is heard from it.
//!
//! A phone that was unplugged, or whose BYE was lost, would keep its agent talking. So it is asked, and
//! the call ends where it does not answer, or knows nothing of the call. Callers are not asked: many a
//! carrier leaves such questions unanswered.

use crate::calls::Owner;
use crate::direct::{Destination, Party, Side};
use crate::engine::Engine;
use clock::Moment;
use ids::LegId;

impl Engine {
    /// Nothing has come from a phone for a while. It may be on hold, or sends nothing in silence.
    pub(crate) fn doubt(&mut self, now: Moment, leg: LegId) {
        let is_an_agents = match self.calls.owner(leg) {
            Some(Owner::Agent(id)) => {
                let talk = self.calls.get(id).and_then(|call| call.talk());
                talk.or_else(|| self.work_items.get(id)?.talk()).is_some()
            }
            Some(Owner::Direct(call, side)) => {
                self.directs.get(call).is_some_and(|call| match side {
                    Side::Caller => matches!(call.party, Party::Agent(_)),
                    Side::Called => matches!(call.to, Destination::Agent(_)),
                })
            }
            Some(
                Owner::Caller(_)
                | Owner::Customer(_)
                | Owner::ShortCode
                | Owner::Summoned(_)
                | Owner::Referrer(_)
                | Owner::Interrupted(_),
            )
            | None => false,
        };
        if is_an_agents {
            self.ua.probe(now, leg);
        }
    }
}
