//! Who answers an INVITE of which nothing is known any more: the process that sent it has ended, or gave it up long ago.
//!
//! The phone has a call that is on, with nobody in it, and says 200 until it is heard (§13.3.1.4). All that is needed to end the
//! call stands in that answer. Anybody can write one, too; so what is sent goes to where it came from and nowhere else, for a
//! dialog once, and for no more than [`ANSWERS_MAX`] of them in as long as copies come.

use crate::user_agent::UserAgent;
use crate::{Event, Hop};
use bytes::Bytes;
use clock::Moment;
use sip_dialog::{Dialog, DialogId};
use sip_msg::{Method, Name, Request, Response, Text};
use sip_txn::TIMEOUT;
use std::collections::VecDeque;

/// No more dialogs than this are ended so within [`TIMEOUT`]. Answers that our user does not take are not among them: a
/// stranger who makes up many keeps nobody else from being told that the call is over.
const ANSWERS_MAX: usize = 200;

/// Dialogs that were ended lately, the oldest first.
#[derive(Debug, Default)]
pub(crate) struct Strays {
    ended: VecDeque<Ended>,
}

#[derive(Debug)]
struct Ended {
    at: Moment,
    id: DialogId,
    /// For copies of the answer.
    ack: Bytes,
}

impl Strays {
    fn forget(&mut self, now: Moment) {
        while self.ended.front().is_some_and(|it| now.since(it.at) >= TIMEOUT) {
            self.ended.pop_front();
        }
    }
}

impl UserAgent {
    /// Somebody has answered an INVITE of which nothing is known.
    pub(crate) fn hear_stray(&mut self, hop: Hop, response: Box<Response>) {
        let (ours, theirs) = (response.from.tag(), response.to.tag());
        let (Some(ours), Some(_)) = (ours, theirs) else { return };
        // A late copy of what a leg that is on began with.
        if self.keys.contains_key(&(response.call_id.clone(), ours)) {
            return;
        }
        let id = dialog(&response).id;
        if let Some(ended) = self.strays.ended.iter().find(|it| it.id == id) {
            let ack = ended.ack.clone();
            return self.transactions.send(hop, ack);
        }
        self.tell(Event::StrayAnswer { hop, response });
    }

    /// Ends the call that somebody takes for one that is on, by what their answer says: ACK and BYE.
    pub fn end_stray(&mut self, now: Moment, hop: Hop, response: &Response, reason: Option<Text>) {
        self.strays.forget(now);
        if self.strays.ended.len() >= ANSWERS_MAX {
            return;
        }
        let mut dialog = dialog(response);
        let ack = self.transactions.send_ack(hop, dialog.ack(response.cseq));
        let mut bye = dialog.request(Method::Bye);
        if let Some(reason) = reason {
            bye.headers.push(Name::Reason, reason);
        }
        self.transactions.send_request(now, hop, bye);
        self.strays.ended.push_back(Ended { at: now, id: dialog.id, ack });
        self.settle(now);
    }
}

/// The dialog that this answer has begun, as its caller would have it.
fn dialog(response: &Response) -> Dialog {
    let nowhere = response.to.uri();
    let invite = Request::new(
        Method::Invite,
        nowhere,
        response.from.clone(),
        response.to.clone(),
        response.call_id.clone(),
        response.cseq,
    );
    Dialog::uac(&invite, response)
}
