//! Which dialogs are a call's, told for whoever keeps what is said in it.
//!
//! Each INVITE that goes out for a call does so by here, so that none is missed.

use crate::engine::Engine;
use crate::io::Output;
use clock::Moment;
use ids::{CallId, LegId};
use sip_msg::Text;
use sip_ua::OutgoingInvite;

impl Engine {
    /// Sends an INVITE for a call.
    pub(crate) fn invite(&mut self, now: Moment, call: CallId, invite: OutgoingInvite) -> LegId {
        let call_id = invite.call_id.clone().unwrap_or_else(|| self.ua.new_tag());
        self.belongs(call, call_id.clone());
        self.ua.invite(now, OutgoingInvite { call_id: Some(call_id), ..invite })
    }

    /// What is said with this Call-ID is said in this call.
    pub(crate) fn belongs(&mut self, call: CallId, call_id: Text) {
        self.output(Output::Dialog { call, call_id });
    }
}
