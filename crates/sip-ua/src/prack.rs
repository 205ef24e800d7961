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
use sip_dialog::Dialog;
use sip_msg::{Method, Name, Request, Response, Text};

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

/// A provisional answer that a PRACK of ours acknowledges.
#[derive(Debug)]
pub(crate) struct Acknowledged {
    leg: LegId,
    /// The tag of the branch that gave it.
    branch: Text,
    /// The value of RAck.
    named: Text,
    /// How often credentials were sent for it.
    tries: u8,
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
        let tag = response.to.tag().unwrap_or_default();
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
        let named = Text::from(format!("{number} {invited} INVITE"));
        let prack = prack(&mut early.dialog, &named);
        let hop = way::next_hop(leg.hop, &early.dialog);
        self.send_prack(now, hop, prack, Acknowledged { leg: id, branch: tag, named, tries: 0 });
        Standing::New
    }

    fn send_prack(&mut self, now: Moment, hop: Hop, mut prack: Request, what: Acknowledged) {
        prack.headers.set(Name::UserAgent, self.config.user_agent.clone());
        let txn = self.send_request(now, hop, prack);
        self.purposes.insert(txn, Purpose::Prack(Box::new(what)));
    }

    /// A carrier may ask who we are here too; then the PRACK is sent again with credentials. Whatever
    /// else is said of it, the final answer to the INVITE decides.
    pub(crate) fn hear_prack_response(
        &mut self,
        now: Moment,
        what: Acknowledged,
        hop: Hop,
        response: &Response,
    ) {
        let Some(leg) = self.legs.get_mut(&what.leg) else { return };
        let State::Calling(calling) = &mut leg.state else { return };
        let Some(early) = calling.branch(Some(&what.branch)) else { return };
        let mut dialog = early.dialog.clone();
        let mut again = prack(&mut dialog, &what.named);
        let to = way::next_hop(leg.hop, &dialog);
        if !self.prove_once_more(what.leg, hop, response, &mut again, what.tries) {
            return;
        }
        if let Some(State::Calling(calling)) =
            self.legs.get_mut(&what.leg).map(|leg| &mut leg.state)
            && let Some(early) = calling.branch(Some(&what.branch))
        {
            early.dialog = dialog;
        }
        let tries = what.tries.saturating_add(1);
        self.send_prack(now, to, again, Acknowledged { tries, ..what });
    }
}

/// The next request of a dialog: a PRACK with this RAck.
fn prack(dialog: &mut Dialog, named: &Text) -> Request {
    let mut prack = dialog.request(Method::Prack);
    prack.headers.push(Name::RAck, named);
    prack
}
