//! Phones that rang when the process before this one ended, and are answered now: they have a call with nobody in it, which is ended.

use crate::ending::NORMAL_CLEARING;
use crate::engine::Engine;
use clock::Moment;
use sip_msg::{Response, Text};
use sip_txn::Hop;

impl Engine {
    /// Somebody has answered an INVITE that we know nothing of. That is taken from those alone whom we call: a trunk, and a phone that
    /// is registered where this came from. To anybody else nothing is sent, for anybody can write such an answer, in anybody's
    /// name.
    pub(crate) fn end_stray(&mut self, now: Moment, hop: Hop, response: &Response) {
        let is_trunk = || self.trunks.at(&self.plan, &self.carriers, hop).is_some();
        if is_trunk() || self.registrar.has_phone_at(hop.peer.ip()) {
            self.ua.end_stray(now, hop, response, Some(Text::from(NORMAL_CLEARING)));
        }
    }
}
