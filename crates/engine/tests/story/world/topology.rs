//! What no story may show: that one leg knows of another (RFC 5853 §3.1, RFC 7092 §3.1.2).

use crate::phone::Phone;
use sip_msg::{Message, Method, Name, Text};
use std::collections::BTreeMap;
use std::net::IpAddr;

/// Which phone has seen each Call-ID and each tag.
#[derive(Debug, Default)]
pub(crate) struct Topology {
    call_ids: BTreeMap<Text, IpAddr>,
    tags: BTreeMap<Text, IpAddr>,
}

impl Topology {
    /// A message that is for the phone at `to` names no other phone's address, and neither its Call-ID
    /// nor its tags are those of another phone's call.
    pub(crate) fn check<'a>(
        &mut self,
        message: &Message,
        to: IpAddr,
        phones: impl Iterator<Item = &'a Phone>,
    ) {
        // A registration is answered with all phones of the account (RFC 3261 §10.3), which are its own.
        if matches!(message, Message::Response(response) if response.cseq_method == Method::Register)
        {
            return;
        }
        let bytes = message.to_bytes();
        let text = String::from_utf8_lossy(&bytes);
        for other in phones.map(|phone| phone.address.ip()).filter(|ip| *ip != to) {
            // With what may stand behind an address, for 10.0.1.1 is the beginning of 10.0.1.11.
            let is_named = [":", ";", ">", "\r", " "]
                .iter()
                .any(|end| text.contains(&format!("{other}{end}")));
            assert!(!is_named, "{to} learns of {other}:\n{text}");
        }
        let (call_id, from_to, via) = match message {
            Message::Request(request) => {
                assert!(!request.headers.has(Name::RecordRoute), "a route is shown:\n{text}");
                (&request.call_id, [&request.from, &request.to], &request.via)
            }
            Message::Response(response) => {
                (&response.call_id, [&response.from, &response.to], &response.via)
            }
        };
        assert_eq!(via.len(), 1, "a hop of another leg is shown:\n{text}");
        let owner = *self.call_ids.entry(call_id.clone()).or_insert(to);
        assert_eq!(owner, to, "two phones see one Call-ID:\n{text}");
        // What is refused without a trace has one tag for all.
        if matches!(message, Message::Response(response) if response.status.code() >= 300) {
            return;
        }
        for tag in from_to.into_iter().filter_map(|address| address.tag()) {
            let owner = *self.tags.entry(tag.clone()).or_insert(to);
            assert_eq!(owner, to, "two phones see one tag:\n{text}");
        }
    }
}
