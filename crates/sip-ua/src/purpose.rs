//! What our own requests are for, and so whom their answers concern.

use crate::leg::State;
use crate::prack::Acknowledged;
use crate::refer::ReferralId;
use crate::{ClientTxn, Event, Hop, Unreachable, UserAgent};
use bytes::Bytes;
use clock::Moment;
use ids::LegId;
use sip_dialog::Dialog;
use sip_msg::{Request, Response, Text};

/// What a request of ours is for.
#[derive(Debug)]
pub(crate) enum Purpose {
    /// The INVITE that begins a leg.
    Invite(LegId),
    /// The same, accepted: each copy of a 2xx wants its ACK again, each other branch an end.
    Accepted { invite: Box<Request>, acks: Vec<Acked> },
    /// An INVITE that changes a leg.
    Reinvite(LegId),
    /// The acknowledgement of a provisional answer (RFC 3262).
    Prack(Box<Acknowledged>),
    /// One whose answer changes nothing: a key.
    Untold,
    /// An UPDATE that keeps a leg alive (RFC 4028).
    Refresh(LegId),
    /// An OPTIONS that asks whether the peer is still there.
    Probe(LegId),
    /// A re-INVITE whose leg has ended meanwhile; a 2xx wants an ACK all the same.
    Orphan { dialog: Box<Dialog>, hop: Hop },
    /// A NOTIFY of what came of a REFER (RFC 3515).
    Report(ReferralId),
    /// The end of a leg.
    Bye(LegId),
    /// A request of our user, outside all legs.
    Outside,
}

/// An ACK that was sent, for the 2xx with this To tag.
#[derive(Debug)]
pub(crate) struct Acked {
    pub(crate) remote_tag: Text,
    pub(crate) hop: Hop,
    pub(crate) bytes: Bytes,
}

impl UserAgent {
    pub(crate) fn hear_response(
        &mut self,
        now: Moment,
        txn: ClientTxn,
        hop: Hop,
        response: Box<Response>,
    ) {
        let is_final = response.status.is_final();
        match self.purposes.get(&txn) {
            Some(Purpose::Invite(leg)) => self.hear_invite_response(now, *leg, txn, hop, response),
            Some(Purpose::Accepted { .. }) => self.hear_further_success(now, txn, hop, &response),
            Some(Purpose::Reinvite(leg)) => {
                self.hear_reinvite_response(now, *leg, txn, hop, &response);
            }
            Some(Purpose::Refresh(leg)) => self.hear_refresh_response(now, *leg, txn, &response),
            Some(Purpose::Probe(leg)) => self.hear_probe_response(now, *leg, txn, &response),
            Some(Purpose::Orphan { .. }) => self.hear_orphan_response(txn, &response),
            Some(Purpose::Bye(leg)) if is_final => {
                let leg = *leg;
                self.purposes.remove(&txn);
                if !self.prove_bye(now, leg, hop, &response) {
                    self.remove_leg(leg);
                }
            }
            Some(Purpose::Report(referral)) if is_final => {
                let referral = *referral;
                self.purposes.remove(&txn);
                self.hear_report_answered(now, referral, response.status.is_success());
            }
            Some(Purpose::Prack(_)) if is_final => {
                if let Some(Purpose::Prack(acknowledged)) = self.purposes.remove(&txn) {
                    self.hear_prack_response(now, *acknowledged, hop, &response);
                }
            }
            Some(Purpose::Untold) if is_final => {
                self.purposes.remove(&txn);
            }
            Some(Purpose::Outside) => {
                if is_final {
                    self.purposes.remove(&txn);
                }
                self.tell(Event::Response { txn, hop, response });
            }
            // Nothing to learn from a provisional answer to a BYE, or from an answer to the BYE
            // that ended another branch.
            Some(Purpose::Bye(_) | Purpose::Prack(_) | Purpose::Untold | Purpose::Report(_))
            | None => {}
        }
    }

    pub(crate) fn hear_failure(&mut self, now: Moment, txn: ClientTxn, why: Unreachable) {
        match self.purposes.remove(&txn) {
            Some(Purpose::Invite(leg)) => self.hear_invite_failure(now, leg, why),
            Some(Purpose::Reinvite(leg)) => self.hear_reinvite_failure(now, leg, why),
            Some(Purpose::Refresh(leg)) => self.unheard(now, leg, why),
            Some(Purpose::Bye(leg)) => {
                self.remove_leg(leg);
            }
            Some(Purpose::Report(referral)) => self.hear_report_answered(now, referral, false),
            Some(Purpose::Outside) => self.tell(Event::Failed { txn, why }),
            Some(
                Purpose::Accepted { .. }
                | Purpose::Orphan { .. }
                | Purpose::Prack(_)
                | Purpose::Untold
                // Its deadline decides.
                | Purpose::Probe(_),
            )
            | None => {}
        }
    }

    fn hear_orphan_response(&mut self, txn: ClientTxn, response: &Response) {
        if response.status.is_provisional() {
            return;
        }
        if let Some(Purpose::Orphan { dialog, hop }) = self.purposes.get(&txn)
            && response.status.is_success()
        {
            // §13.2.2.4: the INVITE's number, whatever was asked after it.
            let (ack, hop) = (dialog.ack(response.cseq), *hop);
            self.send_ack(hop, ack);
        } else {
            self.purposes.remove(&txn);
        }
    }

    /// A leg ends while its re-INVITE is out: the transaction must come to an end too.
    pub(crate) fn orphan(&mut self, now: Moment, txn: ClientTxn, dialog: &Dialog, hop: Hop) {
        self.purposes.insert(txn, Purpose::Orphan { dialog: Box::new(dialog.clone()), hop });
        self.transactions.cancel(now, txn, None);
        self.deadlines
            .set(crate::user_agent::Timer::Forget(txn), now + sip_txn::TIMEOUT + sip_txn::TIMEOUT);
    }

    /// Whether our user still wants to hear of the leg.
    pub(crate) fn is_told(&self, leg: LegId) -> bool {
        match self.legs.get(&leg).map(|leg| &leg.state) {
            Some(State::Ringing(_)) => true,
            Some(State::Calling(calling)) => calling.wish == crate::leg::Wish::Stay,
            Some(State::Talking(talking)) => talking.wish == crate::leg::Wish::Stay,
            Some(State::Leaving(_)) | None => false,
        }
    }
}
