//! Offers before the final answer, from either side (RFC 3311 §5, RFC 3262 §5).
//!
//! A peer may change the media of a call that only rings, once the first offer of the call was
//! answered in a provisional answer and that was acknowledged. Each branch of an INVITE of ours has
//! an early dialog of its own; one offer of all of them is put to our user at a time.

use crate::leg::{Calling, Exchange, Ringing, State, Talking};
use crate::sdp_body::sdp;
use crate::{Event, ServerTxn, UserAgent};
use bytes::Bytes;
use clock::Moment;
use ids::LegId;
use sip_dialog::{Dialog, OutOfOrder};
use sip_msg::{Request, Response, StatusCode, Text};

/// An early dialog in which provisional answers to our INVITE were acknowledged.
#[derive(Debug)]
pub(crate) struct Early {
    pub(crate) dialog: Dialog,
    /// The number of the last one.
    pub(crate) sequence: u32,
    /// The peer's SDP as it was said last, if our offer is answered. Its 2xx need not repeat it.
    pub(crate) answer: Option<Bytes>,
    /// Our SDP, if the peer has offered anew since.
    pub(crate) said: Option<Bytes>,
    /// An offer of the peer that waits for our user.
    pub(crate) reoffer: Option<(ServerTxn, Box<Request>)>,
}

impl Early {
    /// The one that `response`, with the number after `sequence`, begins.
    pub(crate) fn new(invite: &Request, response: &Response, sequence: u32) -> Self {
        let dialog = Dialog::uac(invite, response);
        Self { dialog, sequence, answer: None, said: None, reoffer: None }
    }
}

/// Whether an offer comes at a good moment in a call that has no final answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EarlyTiming {
    /// The first offer is answered, and both know it.
    Good,
    /// Our offer is not answered: 491.
    Glare,
    /// An offer of the peer is not answered: 500.
    TooFast,
}

impl Calling {
    /// The early dialog of the branch with this tag.
    pub(crate) fn branch(&mut self, tag: Option<&Text>) -> Option<&mut Early> {
        let tag = tag?;
        self.early.iter_mut().find(|early| early.dialog.id.remote_tag == *tag)
    }

    /// Takes out the offer that our user was asked about.
    pub(crate) fn take_reoffer(&mut self) -> Option<(ServerTxn, Box<Request>)> {
        self.early.iter_mut().find_map(|early| early.reoffer.take())
    }
}

impl Ringing {
    /// The early dialog with the caller: it begins with what the caller first says in it.
    pub(crate) fn dialog(&mut self, local_tag: &Text) -> &mut Dialog {
        self.early.get_or_insert_with(|| Box::new(Dialog::uas(&self.request, local_tag)))
    }
}

impl UserAgent {
    /// The dialog that a peer's request belongs to. A branch of our INVITE that we know nothing of
    /// has none.
    pub(crate) fn dialog_of(&mut self, id: LegId, request: &Request) -> Option<&mut Dialog> {
        let leg = self.legs.get_mut(&id)?;
        match &mut leg.state {
            State::Ringing(ringing) => Some(ringing.dialog(&leg.key.1)),
            State::Calling(calling) => {
                calling.branch(request.from.tag().as_ref()).map(|early| &mut early.dialog)
            }
            State::Talking(talking) => Some(&mut talking.dialog),
            State::Leaving(_) => None,
        }
    }

    /// Takes note of the number of a peer's request in its dialog.
    ///
    /// # Errors
    /// [`OutOfOrder`] if a later request has passed it.
    pub(crate) fn check_number(&mut self, id: LegId, request: &Request) -> Result<(), OutOfOrder> {
        self.dialog_of(id, request).map_or(Ok(()), |dialog| dialog.check(request))
    }

    /// The peer's new Contact is where it is reached from now on.
    pub(crate) fn move_target(&mut self, id: LegId, request: &Request) {
        if let Some(dialog) = self.dialog_of(id, request) {
            dialog.refresh_target(&request.headers);
        }
    }

    /// Whether the peer may offer anew before the final answer (RFC 3311 §5.2). None: the leg has
    /// its final answer.
    pub(crate) fn early_timing(&self, id: LegId, request: &Request) -> Option<EarlyTiming> {
        match self.legs.get(&id).map(|leg| &leg.state)? {
            State::Ringing(_) if self.has_answered_early(id) => Some(EarlyTiming::Good),
            State::Ringing(_) => Some(EarlyTiming::TooFast),
            State::Calling(calling) => Some(calling.early_timing(request)),
            State::Talking(_) | State::Leaving(_) => None,
        }
    }

    /// An offer before the final answer, by PRACK or UPDATE. What else is to be said waits until it
    /// is answered.
    pub(crate) fn take_early_offer(
        &mut self,
        id: LegId,
        txn: ServerTxn,
        request: Box<Request>,
        offer: Bytes,
    ) {
        let place = match self.legs.get_mut(&id).map(|leg| &mut leg.state) {
            Some(State::Ringing(ringing)) => Some(&mut ringing.reoffer),
            Some(State::Calling(calling)) => {
                calling.branch(request.from.tag().as_ref()).map(|early| &mut early.reoffer)
            }
            Some(State::Talking(_) | State::Leaving(_)) | None => None,
        };
        if let Some(place) = place {
            *place = Some((txn, request));
            self.tell(Event::Reoffered { leg: id, sdp: Some(offer) });
        }
    }

    /// Our user has said yes to an offer before the final answer.
    pub(crate) fn agreed_early(&mut self, id: LegId, request: &Request, ours: &Bytes) {
        self.move_target(id, request);
        if let Some(State::Calling(calling)) = self.legs.get_mut(&id).map(|leg| &mut leg.state)
            && let Some(early) = calling.branch(request.from.tag().as_ref())
        {
            early.answer = sdp(&request.headers, &request.body);
            early.said = Some(ours.clone());
        }
    }

    /// The call comes to its final answer, or to its end, before that to an offer.
    pub(crate) fn close_early_offer(&mut self, now: Moment, id: LegId) {
        let waiting = match self.legs.get_mut(&id).map(|leg| &mut leg.state) {
            Some(State::Ringing(ringing)) => ringing.reoffer.take(),
            Some(State::Calling(calling)) => calling.take_reoffer(),
            Some(State::Talking(_) | State::Leaving(_)) | None => None,
        };
        if let Some((txn, request)) = waiting {
            self.respond(now, txn, request.reply(StatusCode::REQUEST_TERMINATED));
        }
    }

    /// Our INVITE was refused: its branches are over.
    pub(crate) fn end_branches(&mut self, now: Moment, id: LegId) {
        self.close_early_offer(now, id);
        if let Some(State::Calling(calling)) = self.legs.get_mut(&id).map(|leg| &mut leg.state) {
            calling.early.clear();
        }
    }

    /// A 2xx makes the early dialog of its branch that of the leg: its numbers go on (§13.2.2.4 of
    /// RFC 3261), and an offer that waits in it goes on waiting. Offers of other branches are over.
    /// Gives back the leg as it is from now on, and the peer's answer if it came before.
    pub(crate) fn confirm(
        &mut self,
        now: Moment,
        id: LegId,
        response: &Response,
    ) -> Option<(Talking, Option<Bytes>)> {
        let State::Calling(calling) = &mut self.legs.get_mut(&id)?.state else { return None };
        let invite = &calling.request;
        let tag = response.to.tag().unwrap_or_default();
        let known = calling.early.iter().position(|early| early.dialog.id.remote_tag == tag);
        let mut talking = Talking::new(Dialog::uac(invite, response));
        talking.said = Some(invite.body.clone());
        let early = known.map(|at| calling.early.swap_remove(at));
        self.close_early_offer(now, id);
        let Some(early) = early else { return Some((talking, None)) };
        talking.dialog.local_cseq = early.dialog.local_cseq;
        talking.dialog.remote_cseq = early.dialog.remote_cseq;
        if early.said.is_some() {
            talking.said = early.said;
        }
        if let Some((txn, request)) = early.reoffer {
            talking.exchange = Exchange::Theirs { txn, request };
        }
        Some((talking, early.answer))
    }
}

impl Calling {
    fn early_timing(&self, request: &Request) -> EarlyTiming {
        if self.early.iter().any(|early| early.reoffer.is_some()) {
            return EarlyTiming::TooFast;
        }
        let tag = request.from.tag();
        let mut of_branch =
            self.early.iter().filter(|early| Some(&early.dialog.id.remote_tag) == tag.as_ref());
        match of_branch.next().is_some_and(|early| early.answer.is_some()) {
            true => EarlyTiming::Good,
            false => EarlyTiming::Glare,
        }
    }
}
