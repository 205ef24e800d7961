//! Answers of which nothing is remembered (§8.2.7): whoever floods us with requests that lead to
//! nothing takes no room from those who call.

use crate::leg::State;
use crate::{Output, ServerTxn, UserAgent};
use clock::Moment;
use ids::LegId;
use sip_msg::{Headers, Name, Response, StatusCode};

impl UserAgent {
    /// Answers [`Event::Request`](crate::Event::Request) with a final answer and forgets it. A copy
    /// of the request is told again, so this is for answers that come out the same each time and
    /// that nothing was done for: challenges, 403, 404, 405, and 200 to OPTIONS.
    pub fn reply_and_forget(&mut self, now: Moment, txn: ServerTxn, response: Response) {
        self.respond_and_forget(now, txn, response);
        self.settle(now);
    }

    /// Refuses a call like [`reject`](Self::reject), and forgets that it was there: if nothing has
    /// been said to the caller yet, the refusal is sent once, and a copy of the INVITE is a new
    /// call. For callers who prove nothing and of whom nothing is written down: numbers that nobody
    /// has, callers from nowhere, floods.
    pub fn turn_away(&mut self, now: Moment, leg: LegId, status: StatusCode, headers: Headers) {
        debug_assert!(status.code() >= 300, "a refusal is a final answer");
        let Some(State::Ringing(ringing)) = self.legs.get(&leg).map(|leg| &leg.state) else {
            return;
        };
        // The tag is not the leg's: a copy of the INVITE would get another.
        let (txn, mut response) = (ringing.txn, ringing.request.reply(status));
        for header in headers.iter() {
            response.headers.push(header.name.clone(), header.value.clone());
        }
        self.invites.remove(&txn);
        self.remove_leg(leg);
        self.respond_and_forget(now, txn, response);
        self.settle(now);
    }

    pub(crate) fn respond_and_forget(&mut self, now: Moment, txn: ServerTxn, response: Response) {
        let mut response = response;
        response.headers.set(Name::Server, self.config.user_agent.clone());
        self.transactions.reply_and_forget(now, txn, response);
    }

    /// The 100 of an INVITE that nobody has answered in the step in which it came.
    pub(crate) fn poll_trying(&mut self) -> Option<Output> {
        match self.transactions.poll_trying()? {
            sip_txn::Output::Send { hop, bytes } => Some(Output::Send { hop, bytes }),
            sip_txn::Output::Request { .. }
            | sip_txn::Output::Ack { .. }
            | sip_txn::Output::Cancel { .. }
            | sip_txn::Output::Response { .. }
            | sip_txn::Output::TimedOut { .. }
            | sip_txn::Output::Unsendable { .. }
            | sip_txn::Output::StrayAnswer { .. }
            | sip_txn::Output::AckMissing { .. } => None,
        }
    }
}
