//! Customers who are called back: they answer and say by a key that they are the customer, or do not.

use crate::agenda::Due;
use crate::caller::Caller;
use crate::phone::{PhoneId, Sound};
use crate::site::TRUNK;
use crate::world::{Mood, World};
use ids::LegId;
use media_protocol::Digit;
use rand::RngExt;
use sdp::Codec;
use sip_msg::{Headers, Request, StatusCode};
use std::net::SocketAddr;

/// What a customer does whose phone rings.
#[derive(Clone, Copy, Debug)]
pub(crate) enum CustomerDoes {
    Ring,
    Answer,
    Refuse(StatusCode),
    /// Presses the key that says who they are.
    Confirm,
}

/// A customer's phone that rings.
#[derive(Debug)]
pub(crate) struct Customer {
    invite: Box<Request>,
    sound: Sound,
}

impl World {
    /// Somebody is called over the trunk.
    pub(crate) fn customer_rung(&mut self, leg: LegId, request: &Request) {
        let number = request.uri.user().unwrap_or_default().to_str_lossy().into_owned();
        self.say(format_args!("customer {number} is called"));
        // A message that was held up may come when nobody remembers the call.
        if self.rang.insert(request.call_id.clone()) {
            *self.rung.entry(number).or_default() += 1;
        }
        let sound = Sound::new(SocketAddr::new(TRUNK, self.new_number()), vec![Codec::Pcma]);
        self.customers.insert(leg, Customer { invite: Box::new(request.clone()), sound });
        self.customer_will(leg, 1..=200, CustomerDoes::Ring);
        if self.mood != Mood::Wild {
            // Before the agent has had enough.
            self.customer_will(leg, 50..=200, CustomerDoes::Answer);
            return self.customer_will(leg, 400..=900, CustomerDoes::Confirm);
        }
        match self.people.random_range(0..10) {
            0..6 => {
                self.customer_will(leg, 300..=3_000, CustomerDoes::Answer);
                self.customer_will(leg, 3_500..=6_000, CustomerDoes::Confirm);
            }
            // A mailbox.
            6 => self.customer_will(leg, 300..=3_000, CustomerDoes::Answer),
            7 => {
                let busy = CustomerDoes::Refuse(StatusCode::BUSY_HERE);
                self.customer_will(leg, 1..=2_000, busy);
            }
            8 => {
                let no = CustomerDoes::Refuse(StatusCode::DECLINE);
                self.customer_will(leg, 1..=5_000, no);
            }
            // Nobody is there.
            _ => {}
        }
    }

    fn customer_will(
        &mut self,
        leg: LegId,
        millis: std::ops::RangeInclusive<u64>,
        does: CustomerDoes,
    ) {
        let at = self.in_millis(millis);
        self.agenda.put(at, Due::Customer(leg, does));
    }

    pub(crate) fn customer_does(&mut self, leg: LegId, does: CustomerDoes) {
        self.say(format_args!("customer at {leg} does {does:?}"));
        match does {
            CustomerDoes::Ring if self.customers.contains_key(&leg) => {
                self.phone_does(PhoneId::TRUNK, |ua, now| ua.ring(now, leg));
            }
            CustomerDoes::Ring => {}
            CustomerDoes::Answer => self.customer_answers(leg),
            CustomerDoes::Refuse(status) => {
                if self.customers.remove(&leg).is_some() {
                    self.phone_does(PhoneId::TRUNK, |ua, now| {
                        ua.reject(now, leg, status, Headers::new());
                    });
                }
            }
            CustomerDoes::Confirm => self.customer_confirms(leg),
        }
    }

    fn customer_answers(&mut self, leg: LegId) {
        let Some(Customer { invite, mut sound }) = self.customers.remove(&leg) else { return };
        let Some(answer) = sound.answer(&invite.body) else { return };
        self.phone_does(PhoneId::TRUNK, |ua, now| ua.answer(now, leg, answer));
        self.callers.insert(leg, Caller::called(invite.call_id, sound));
        self.will_leave(leg);
    }

    fn customer_confirms(&mut self, leg: LegId) {
        let Some(rtp) = self.callers.get(&leg).map(Caller::ear) else { return };
        let one = Digit::from_char('1').expect("every phone has it");
        let pressed = self.plane.press_somewhere(rtp, one);
        self.tell_media(pressed);
    }
}
