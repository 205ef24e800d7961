//! Legs that outlive the process: what is to be known of one, and a leg made of that by another user agent.
//!
//! The peer has its half of the dialog still, and has missed the other for a while. What was written down may be older
//! than what was said last: whoever goes on with it sees to it that numbers rise (§12.2.1.1).

use crate::leg::{Leg, State, Talking};
use crate::{SessionUuid, UserAgent};
use clock::Moment;
use ids::LegId;
use sip_dialog::Dialog;
use sip_msg::Text;
use sip_txn::Hop;

/// A leg that is up, as another user agent can go on with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outlived {
    /// The dialog.
    pub dialog: Dialog,
    /// Where the peer was heard from.
    pub hop: Hop,
    /// Our Contact.
    pub contact: Text,
    /// The number of our end.
    pub session: SessionUuid,
}

impl UserAgent {
    /// What another user agent has to know to go on with this leg; none while the leg is not up, or is being taken down.
    #[must_use]
    pub fn outlived(&self, leg: LegId) -> Option<Outlived> {
        let leg = self.legs.get(&leg)?;
        let State::Talking(talking) = &leg.state else { return None };
        (!leg.state.is_unproved()).then(|| Outlived {
            dialog: talking.dialog.clone(),
            hop: leg.hop,
            contact: leg.contact.clone(),
            session: leg.session.ours(),
        })
    }

    /// What is said to the peer of a leg goes this way from now on: over another connection.
    pub fn goes_over(&mut self, leg: LegId, hop: Hop) {
        self.follow_flow(leg, hop);
    }

    /// Goes on with a leg of another user agent, whose media is gone: a [`reinvite`](Self::reinvite) is due. Until then
    /// the peer is answered in the leg as ever. The next request has the number behind that of the dialog, which must not have been
    /// used. None if there are `legs_max` legs, or it is here already.
    #[must_use]
    pub fn go_on_with(&mut self, now: Moment, outlived: Outlived) -> Option<LegId> {
        let Outlived { dialog, hop, contact, session } = outlived;
        let key = (dialog.id.call_id.clone(), dialog.id.local_tag.clone());
        if self.legs.len() >= self.config.legs_max || self.keys.contains_key(&key) {
            return None;
        }
        let id = self.new_leg_id();
        let state = State::Talking(Box::new(Talking::new(dialog)));
        let session = crate::session_id::SessionId::new(session);
        self.insert_leg(id, Leg { key, hop, contact, session, state });
        let timer = self.session_anew(now);
        self.run_session(now, id, timer);
        Some(id)
    }
}
