//! Messages handed to the network and taken from it.

use crate::phone::{Link, PhoneId, Presence};
use crate::site::ENGINE;
use crate::wire::{Letter, Posted};
use crate::world::{World, broken};
use bytes::Bytes;
use clock::Duration;
use engine::{Input, Turn};
use ids::FlowId;
use sip_msg::{Message, Text};
use sip_txn::{Hop, Transport};

impl World {
    pub(crate) fn post_from_engine(&mut self, hop: Hop, bytes: Bytes) {
        let judged = self.auditor.says(self.now, &bytes).map_err(broken);
        self.insist(judged);
        let message = read(bytes);
        let hop = self.opened(hop);
        match hop.transport {
            Transport::Udp => {}
            Transport::Tcp | Transport::Tls | Transport::Ws | Transport::Wss => {
                if self.connected(hop.flow).is_none() {
                    self.say(format_args!("engine has no connection for {}", gist(&message)));
                    if hop.flow == Hop::NO_FLOW {
                        self.engine.handle(self.engine_now(), Input::Unreachable(hop.peer));
                    }
                    return;
                }
            }
        }
        let Hop { transport, flow, peer } = hop;
        self.post(Letter { transport, flow, from: ENGINE, to: peer, message });
    }

    fn post(&mut self, letter: Letter) {
        let (to, gist) = (letter.to, gist(&letter.message));
        let from = letter.from;
        let posted = self.wire.post(self.now, letter, &mut self.agenda);
        let mark = match posted {
            Posted::Sent => "→",
            Posted::Doubled => "⇉",
            Posted::Lost => "✗",
        };
        self.say(format_args!("{from} {mark} {to} {gist}"));
    }

    pub(crate) fn deliver(&mut self, letter: Letter) {
        let Letter { transport, flow, from, to, message } = letter;
        if self.cut_off.contains(call_id(&message)) {
            return;
        }
        let Some(place) = self.phones.iter().position(|p| p.address == from || p.address == to)
        else {
            return;
        };
        let phone = PhoneId(place);
        let is_there = self.phone(phone).presence == Presence::There;
        let is_linked = match transport {
            Transport::Udp => true,
            Transport::Tcp | Transport::Tls | Transport::Ws | Transport::Wss => {
                self.connected(flow) == Some(phone)
            }
        };
        if !is_there || !is_linked {
            return;
        }
        let gist = gist(&message);
        self.say(format_args!("{to} gets {gist}"));
        if to == ENGINE && self.is_dead() {
            return;
        }
        if to == ENGINE {
            let hop = Hop { transport, flow, peer: from };
            self.auditor.hears(self.now, &message);
            let message = Box::new(message);
            self.feed(Input::Message { hop, message, turn: Turn::Later, waited: Duration::ZERO });
        } else {
            let hop = self.phone(phone).hop();
            self.phone_does(phone, |ua, now| ua.receive(now, hop, message));
        }
    }

    /// Where the process dies, a connection is opened to a phone that has lost its own with it, and the phone uses that.
    fn opened(&self, hop: Hop) -> Hop {
        let is_new = self.crashing.is_some() && hop.flow == Hop::NO_FLOW;
        let mut phones = self.phones.iter().filter(|phone| is_new && phone.address == hop.peer);
        match phones.find_map(|phone| phone.connection()) {
            Some(flow) => Hop { flow, ..hop },
            None => hop,
        }
    }

    fn connected(&self, flow: FlowId) -> Option<PhoneId> {
        let place = self.phones.iter().position(|phone| phone.link == Link::Connection(flow))?;
        Some(PhoneId(place))
    }

    pub(crate) fn post_from_phone(&mut self, phone: PhoneId, hop: Hop, bytes: Bytes) {
        let from = self.phone(phone).address;
        if self.phone(phone).presence == Presence::Away {
            return;
        }
        let Hop { transport, flow, peer } = hop;
        let message = read(bytes);
        self.post(Letter { transport, flow, from, to: peer, message });
    }
}

fn read(bytes: Bytes) -> Message {
    sip_msg::parse(bytes).expect("what a user agent of ours prints can be read")
}

const fn call_id(message: &Message) -> &Text {
    match message {
        Message::Request(request) => &request.call_id,
        Message::Response(response) => &response.call_id,
    }
}

/// `INVITE 1 of c1`, or `180 to INVITE 1 of c1`.
fn gist(message: &Message) -> String {
    match message {
        Message::Request(request) => {
            format!("{} {} of {}", request.method, request.cseq, request.call_id)
        }
        Message::Response(response) => format!(
            "{} to {} {} of {}",
            response.status.code(),
            response.cseq_method,
            response.cseq,
            response.call_id
        ),
    }
}
