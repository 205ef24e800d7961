//! Ends a leg as its state asks (§15), and loses one whose connection broke.

use crate::leg::{InviteKind, State, Wish};
use crate::purpose::Purpose;
use crate::{EndCause, Event, UserAgent, way};
use clock::Moment;
use ids::LegId;
use sip_msg::{Method, Name, StatusCode, Text};

impl UserAgent {
    /// Ends the leg: CANCEL or BYE, or 480 to an INVITE that we have not answered. Nothing more is
    /// told of it. `reason` is the value of a Reason header (RFC 3326).
    pub fn hang_up(&mut self, now: Moment, leg: LegId, reason: Option<Text>) {
        match self.legs.get_mut(&leg).map(|leg| &mut leg.state) {
            Some(State::Ringing(_)) => {
                self.end_ringing(now, leg, StatusCode::TEMPORARILY_UNAVAILABLE, reason);
            }
            Some(State::Calling(calling)) => {
                calling.wish = Wish::Leave { reason: reason.clone() };
                let txn = calling.txn;
                self.close_early_offer(now, leg);
                self.transactions.cancel(now, txn, reason);
            }
            // §15: the one who answered waits for the ACK.
            Some(State::Talking(talking))
                if talking
                    .unacked
                    .as_ref()
                    .is_some_and(|unacked| unacked.of == InviteKind::First) =>
            {
                talking.wish = Wish::Leave { reason };
            }
            Some(State::Talking(_)) => self.send_bye(now, leg, reason),
            Some(State::Leaving(_)) | None => {}
        }
        self.settle(now);
    }

    /// Sends our BYE; the leg stays, untold, until it is answered.
    pub(crate) fn send_bye(&mut self, now: Moment, id: LegId, reason: Option<Text>) {
        self.close_exchange(now, id);
        let Some(leg) = self.legs.get_mut(&id) else { return };
        let State::Talking(talking) = &mut leg.state else { return };
        let mut bye = talking.dialog.request(Method::Bye);
        let hop = way::hop_inside(leg.hop, talking);
        leg.state = State::Leaving(talking.dialog.id.clone());
        if let Some(reason) = reason {
            bye.headers.push(Name::Reason, reason);
        }
        bye.headers.set(Name::UserAgent, self.config.user_agent.clone());
        self.deadlines.clear(&crate::user_agent::Timer::Unacked(id));
        self.deadlines.clear(&crate::user_agent::Timer::Offer(id));
        self.deadlines.clear(&crate::user_agent::Timer::Session(id));
        self.deadlines.clear(&crate::user_agent::Timer::Probe(id));
        self.forget_tries(id);
        self.keep_bye(id, hop, &bye);
        let txn = self.send_request(now, hop, bye);
        self.purposes.insert(txn, Purpose::Bye(id));
    }

    /// The connection of a leg broke: nothing can be said to the peer any more.
    pub(crate) fn lose_leg(&mut self, now: Moment, id: LegId) {
        let is_told = self.is_told(id);
        if let Some(State::Ringing(ringing)) = self.legs.get(&id).map(|leg| &leg.state) {
            let txn = ringing.txn;
            self.invites.remove(&txn);
        }
        self.close_early_offer(now, id);
        self.close_exchange(now, id);
        self.remove_leg(id);
        if is_told {
            self.tell(Event::Ended { leg: id, why: EndCause::Transport });
        }
    }
}
