//! Watches what the engine says in a story: it breaks no rule of SIP, and each dialog that it begins
//! belongs to a call.

use bytes::Bytes;
use clock::Moment;
use engine::Input;
use sip_audit::Auditor;
use sip_msg::{Message, Method, Text};
use std::collections::BTreeSet;

/// What has been heard and said.
#[derive(Default)]
pub(crate) struct Watch {
    auditor: Auditor,
    /// The Call-IDs that belong to calls.
    calls: BTreeSet<Text>,
}

impl Watch {
    pub(crate) fn hears(&mut self, now: Moment, input: &Input) {
        if let Input::Message { message, .. } = input {
            self.auditor.hears(now, message);
        } else if let Input::FlowClosed(_) | Input::Unreachable(_) = input {
            self.auditor.cut_off();
        }
    }

    pub(crate) fn says(&mut self, now: Moment, bytes: &Bytes, told: &str) {
        let said = || String::from_utf8_lossy(bytes);
        if let Err(breach) = self.auditor.says(now, bytes) {
            panic!("the engine breaks a rule: {breach}\n{}\n{told}", said());
        }
        if let Message::Request(request) = sip_msg::parse(bytes.clone()).unwrap()
            && request.method == Method::Invite
        {
            assert!(self.calls.contains(&request.call_id), "whose is this?\n{}\n{told}", said());
        }
    }

    /// The engine is gone and a new one is there.
    pub(crate) fn starts_anew(&mut self) {
        self.auditor.starts_anew();
        self.calls.clear();
    }

    pub(crate) fn belongs(&mut self, call_id: Text) {
        self.calls.insert(call_id);
    }

    pub(crate) fn finish(&self, now: Moment, told: &str) {
        if let Err(breach) = self.auditor.finish(now) {
            panic!("the engine breaks a rule: {breach}\n{told}");
        }
    }
}
