//! Doubt whether an agent's phone is still there: nothing is heard from it.
//!
//! A phone that was unplugged, or whose BYE was lost, would keep its agent talking. So it is asked, and
//! the call ends where it does not answer, or knows nothing of the call. Callers are not asked: many a
//! carrier leaves such questions unanswered. A phone that has put the other on hold is asked and no more.

use crate::call::HeldBy;
use crate::calls::Owner;
use crate::direct::{Destination, Party, Side, Stage};
use crate::engine::Engine;
use clock::Moment;
use ids::LegId;
use sip_ua::Silence;

impl Engine {
    /// Nothing has come from a phone for a while. It may be on hold, or sends nothing in silence.
    pub(crate) fn doubt(&mut self, now: Moment, leg: LegId) {
        if let Some(silence) = self.silence(leg) {
            self.ua.probe(now, leg, silence);
        }
    }

    /// Why nothing comes from an agent's phone; `None` if it is nobody's who is asked.
    fn silence(&self, leg: LegId) -> Option<Silence> {
        let is_announced = match self.calls.owner(leg)? {
            Owner::Agent(id) => {
                let talk = self.calls.get(id).and_then(|call| call.talk());
                let talk = talk.or_else(|| self.work_items.get(id)?.talk())?;
                talk.held == Some(HeldBy::Agent)
            }
            Owner::Direct(call, side) => {
                let call = self.directs.get(call)?;
                let is_an_agents = match side {
                    Side::Caller => matches!(call.party, Party::Agent(_)),
                    Side::Called => matches!(call.to, Destination::Agent(_)),
                };
                if !is_an_agents {
                    return None;
                }
                matches!(&call.stage, Stage::Talking(talk) if talk.held == Some(side))
            }
            Owner::Caller(_)
            | Owner::Customer(_)
            | Owner::ShortCode
            | Owner::Referrer(_)
            | Owner::Interrupted(_) => return None,
        };
        Some(if is_announced { Silence::Announced } else { Silence::Unexplained })
    }
}
