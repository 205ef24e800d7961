//! Acknowledging the provisional answers that a peer wants acknowledged (RFC 3262 §4).
//!
//! Each branch of an INVITE that answers so has an early dialog of its own, with numbers of its own.
//! A copy of an answer was acknowledged before; one that comes before its predecessor waits for it to
//! be sent again.

use crate::early::Early;
use crate::leg::State;
use crate::purpose::Purpose;
use crate::sdp_body::sdp;
use crate::{Hop, UserAgent, way};
use clock::Moment;
use ids::LegId;
use sip_msg::{Method, Name, Request, Response};

/// The option tag.
pub(crate) const RELIABLE: &str = "100rel";

/// How many branches of one INVITE may have early dialogs; more are not acknowledged and give up.
const EARLY_MAX: usize = 8;

/// What a provisional answer is to us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// It is to be told.
    New,
    /// It is a copy, or out of its order: as if it had not come.
    PassedOver,
}

/// The number that an answer wants to be acknowledged by (§7.1).
fn sequence_of(response: &Response) -> Option<u32> {
    let mut options = response.headers.tokens(Name::Require);
    let is_reliable = options.any(|option| option.eq_ignore_case(RELIABLE));
    let number = response.headers.get(Name::RSeq)?.to_str_lossy().trim().parse::<u32>().ok()?;
    (is_reliable && number > 0).then_some(number)
}

impl UserAgent {
    /// Says in a request of ours that we acknowledge provisional answers.
    pub(crate) fn offer_prack(&self, request: &mut Request) {
        if self.config.allow.contains(&Method::Prack) {
            request.headers.push(Name::Supported, RELIABLE);
        }
    }

    /// Acknowledges a provisional answer to our INVITE, if it asks for it.
    pub(crate) fn hear_provisional(
        &mut self,
        now: Moment,
        id: LegId,
        response: &Response,
    ) -> Standing {
        let Some(number) = sequence_of(response) else { return Standing::New };
        let Some(leg) = self.legs.get_mut(&id) else { return Standing::PassedOver };
        let State::Calling(calling) = &mut leg.state else { return Standing::PassedOver };
        let tag = response.to.tag().cloned().unwrap_or_default();
        let known = calling.early.iter().position(|early| early.dialog.id.remote_tag == tag);
        let early = match known {
            Some(at) => calling.early.get_mut(at),
            None if calling.early.len() < EARLY_MAX => {
                // One below, so that the first is the next.
                calling.early.push(Early::new(&calling.request, response, number - 1));
                calling.early.last_mut()
            }
            None => None,
        };
        let Some(early) = early.filter(|early| early.sequence.checked_add(1) == Some(number))
        else {
            return Standing::PassedOver;
        };
        early.sequence = number;
        if early.answer.is_none() {
            early.answer = sdp(&response.headers, &response.body);
        }
        let invited = calling.request.cseq;
        let mut prack = early.dialog.request(Method::Prack);
        prack.headers.push(Name::RAck, format!("{number} {invited} INVITE"));
        let hop = way::next_hop(leg.hop, &early.dialog);
        self.send_prack(now, hop, prack);
        Standing::New
    }

    fn send_prack(&mut self, now: Moment, hop: Hop, mut prack: Request) {
        prack.headers.set(Name::UserAgent, self.config.user_agent.clone());
        let txn = self.send_request(now, hop, prack);
        self.purposes.insert(txn, Purpose::Untold);
    }
}
