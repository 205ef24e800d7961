//! Answers of which nothing is remembered (§8.2.7), so that a flood from forged addresses takes no
//! room; and the 100 of an INVITE, which leaves only where its answer takes longer.

use crate::server::{is_silent_invite, note_source};
use crate::{Hop, Output, ServerTxn, Transactions};
use clock::Moment;
use sip_msg::{Method, Request, Response, StatusCode};

/// A 100 that leaves unless a better answer comes first.
#[derive(Debug)]
pub(crate) struct Trying {
    txn: ServerTxn,
    heard: Moment,
    response: Response,
}

impl Transactions {
    /// Answers a request with a final answer and forgets it at once: no copy of the answer is kept,
    /// and none is sent again. A copy of the request is a new request, so this is for answers that
    /// come out the same each time and change nothing: challenges, 404, 405, 481. Where something
    /// has been said to the request already, 100 included, it is answered like any other, since its
    /// client has stopped asking and would miss a lost answer (§8.2.7).
    pub fn reply_and_forget(&mut self, now: Moment, txn: ServerTxn, response: Response) {
        debug_assert!(response.status.is_final(), "whoever is told to wait must be remembered");
        match self.servers.get(&txn) {
            Some(server) if server.is_silent() => {
                let hop = server.hop;
                self.forget_server(txn);
                self.send_stateless(hop, response);
            }
            Some(_) => self.reply(now, txn, response),
            None => {}
        }
    }

    /// Answers a request that [was never received](Self::receive), and is known to belong to [no transaction](Self::knows), with
    /// 503, and forgets it: there is too much of its kind. An ACK is not answered.
    pub fn refuse_unheard(&mut self, hop: Hop, request: &Request) {
        if request.method != Method::Ack {
            let mut request = request.clone();
            note_source(&mut request, hop);
            self.turn_away(hop, &request);
        }
    }

    /// An answer to a request that is not remembered. Its To tag is the same for each copy.
    pub(crate) fn send_stateless(&mut self, hop: Hop, mut response: Response) {
        if response.to.tag().is_none() {
            response.to.set_tag(self.stateless_tag.clone());
        }
        self.counts.stateless += 1;
        self.send(hop, response.to_bytes());
    }

    /// Has a 100 ready for this INVITE.
    pub(crate) fn prepare_trying(&mut self, now: Moment, txn: ServerTxn, invite: &Request) {
        let response = invite.reply(StatusCode::TRYING);
        self.trying.push_back(Trying { txn, heard: now, response });
    }

    /// The next output but a 100 to an INVITE, to be asked until it says `None` before
    /// [`poll_trying`](Self::poll_trying): for a user that decides on an INVITE in the same step
    /// in which it hears of it.
    #[must_use]
    pub fn poll_but_trying(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// The next 100 to an INVITE to which nothing else has been said yet (§17.2.1).
    #[must_use]
    pub fn poll_trying(&mut self) -> Option<Output> {
        while let Some(Trying { txn, heard, response }) = self.trying.pop_front() {
            if self.servers.get(&txn).is_some_and(is_silent_invite) {
                self.reply(heard, txn, response);
                return self.outputs.pop_back();
            }
        }
        None
    }
}
