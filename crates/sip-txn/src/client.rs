//! Our own requests: what is kept beside their machines, and how they are moved.

use crate::invite_client::{self, InviteClient};
use crate::key::ClientKey;
use crate::non_invite_client::{self, NonInviteClient};
use crate::transactions::Txn;
use crate::{ClientTxn, Hop, Output, Transactions, offspring};
use bytes::Bytes;
use clock::Moment;
use sip_msg::{Method, Request, Response, Text};

/// A request of ours under way.
#[derive(Debug)]
pub(crate) struct Client {
    pub(crate) hop: Hop,
    key: ClientKey,
    /// The request as it was sent, for copies.
    bytes: Bytes,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Invite { machine: InviteClient, sketch: Box<Request>, cancel: Cancel },
    Other { machine: NonInviteClient, audience: Audience },
}

/// How far the wish to cancel has come.
#[derive(Debug)]
enum Cancel {
    NotWanted,
    /// Nothing was heard yet, so it must wait (§9.1).
    Waiting {
        reason: Option<Text>,
    },
    Sent,
}

/// Whom the answers interest: our CANCELs interest nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Audience {
    User,
    Nobody,
}

impl Transactions {
    /// Sends a request, with our Via on top, and repeats it as needed.
    pub fn send_request(&mut self, now: Moment, hop: Hop, mut request: Request) -> ClientTxn {
        let via = self.new_via(hop);
        request.via.insert(0, via);
        let kind = if request.method == Method::Invite {
            let machine = InviteClient::new(now, hop.transport);
            Kind::Invite { machine, sketch: offspring::sketch(&request), cancel: Cancel::NotWanted }
        } else {
            let machine = NonInviteClient::new(now, hop.transport);
            Kind::Other { machine, audience: Audience::User }
        };
        self.start(hop, &request, kind)
    }

    fn start(&mut self, hop: Hop, request: &Request, kind: Kind) -> ClientTxn {
        let txn = self.last_client.next();
        self.last_client = txn;
        let branch = request.via.first().and_then(|via| via.branch()).unwrap_or_default();
        let key = (branch, request.method.clone());
        let bytes = request.to_bytes();
        self.send(hop, bytes.clone());
        self.client_keys.insert(key.clone(), txn);
        self.join_flow(hop, Txn::Client(txn));
        self.clients.insert(txn, Client { hop, key, bytes, kind });
        self.settle_client(txn);
        txn
    }

    /// Asks for an INVITE of ours to end (§9.1). The CANCEL waits for the first provisional answer.
    /// If none of its answers ends the INVITE within 32 s, it times out.
    pub fn cancel(&mut self, now: Moment, txn: ClientTxn, reason: Option<Text>) {
        let Some(Client { kind: Kind::Invite { machine, cancel, .. }, .. }) =
            self.clients.get_mut(&txn)
        else {
            return;
        };
        match (&cancel, machine) {
            (Cancel::NotWanted, InviteClient::Calling { .. }) => {
                *cancel = Cancel::Waiting { reason }
            }
            (Cancel::NotWanted, InviteClient::Proceeding { .. }) => {
                *cancel = Cancel::Waiting { reason };
                self.send_cancel(now, txn);
            }
            (
                Cancel::NotWanted,
                InviteClient::Completed { .. }
                | InviteClient::Accepted { .. }
                | InviteClient::Terminated,
            )
            | (Cancel::Waiting { .. } | Cancel::Sent, _) => {}
        }
    }

    /// Sends the CANCEL that is waited for, if there is one and its time has come.
    fn send_cancel(&mut self, now: Moment, txn: ClientTxn) {
        let Some(client) = self.clients.get_mut(&txn) else { return };
        let hop = client.hop;
        let Kind::Invite { machine, sketch, cancel } = &mut client.kind else { return };
        if !matches!(machine, InviteClient::Proceeding { .. }) {
            return;
        }
        let reason = match cancel {
            Cancel::Waiting { reason } => reason.take(),
            Cancel::NotWanted | Cancel::Sent => return,
        };
        *cancel = Cancel::Sent;
        let (next, _) = machine.step(now, hop.transport, invite_client::Heard::Cancelled);
        *machine = next;
        let request = offspring::cancel(sketch, reason);
        self.settle_client(txn);
        let machine = NonInviteClient::new(now, hop.transport);
        self.start(hop, &request, Kind::Other { machine, audience: Audience::Nobody });
    }

    pub(crate) fn receive_response(&mut self, now: Moment, hop: Hop, response: Response) {
        // §8.1.3.3: with a second Via it was meant for somebody behind us, and we are no proxy.
        let branch = match response.via.as_slice() {
            [via] => via.branch(),
            [] | [_, _, ..] => None,
        };
        let txn = branch
            .and_then(|branch| {
                self.client_keys.get(&(branch.clone(), response.cseq_method.clone()))
            })
            .copied();
        match txn {
            Some(txn) => self.hear_response(now, txn, hop, response),
            None => self.hear_stray(hop, response),
        }
        self.assert_invariants();
    }

    fn hear_stray(&mut self, hop: Hop, response: Response) {
        self.counts.stray_responses += 1;
        let has_our_via = matches!(response.via.as_slice(), [via] if self.is_ours(hop, via));
        let is_answer = response.cseq_method == Method::Invite && response.status.is_success();
        if has_our_via && is_answer {
            self.outputs.push_back(Output::StrayAnswer { hop, response: Box::new(response) });
        }
    }

    fn hear_response(&mut self, now: Moment, txn: ClientTxn, hop: Hop, response: Response) {
        self.follow_flow(txn, hop);
        let Some(client) = self.clients.get_mut(&txn) else { return };
        let back = client.hop;
        let (tell, ack) = match &mut client.kind {
            Kind::Invite { machine, sketch, .. } => {
                let (next, act) = machine.step(now, back.transport, heard_by_invite(&response));
                *machine = next;
                (act.tells(), act.acknowledges().then(|| offspring::ack(sketch, &response)))
            }
            Kind::Other { machine, audience } => {
                let (next, act) = machine.step(now, back.transport, heard_by_other(&response));
                *machine = next;
                (act == non_invite_client::Act::Tell && *audience == Audience::User, None)
            }
        };
        if let Some(ack) = ack {
            self.send(back, ack.to_bytes());
        }
        if tell {
            self.outputs.push_back(Output::Response { txn, hop, response: Box::new(response) });
        }
        self.send_cancel(now, txn);
        self.settle_client(txn);
    }

    /// The answer shows which connection was opened for a request that had none.
    fn follow_flow(&mut self, txn: ClientTxn, hop: Hop) {
        let Some(client) = self.clients.get_mut(&txn) else { return };
        let old = client.hop;
        if old.flow == Hop::NO_FLOW && old.transport == hop.transport {
            client.hop.flow = hop.flow;
            self.leave_flow(old, Txn::Client(txn));
            self.join_flow(hop, Txn::Client(txn));
        }
    }

    pub(crate) fn client_due(&mut self, now: Moment, txn: ClientTxn) {
        let Some(client) = self.clients.get_mut(&txn) else { return };
        let (hop, bytes) = (client.hop, client.bytes.clone());
        let wanted = match &mut client.kind {
            Kind::Invite { machine, .. } => {
                let (next, act) = machine.step(now, hop.transport, invite_client::Heard::Due);
                *machine = next;
                match act {
                    invite_client::Act::Resend => Some(Output::Send { hop, bytes }),
                    invite_client::Act::TimeOut => Some(Output::TimedOut { txn }),
                    invite_client::Act::Nothing
                    | invite_client::Act::Tell
                    | invite_client::Act::TellAndAck
                    | invite_client::Act::Ack => None,
                }
            }
            Kind::Other { machine, audience } => {
                let (next, act) = machine.step(now, hop.transport, non_invite_client::Heard::Due);
                *machine = next;
                match act {
                    non_invite_client::Act::Resend => Some(Output::Send { hop, bytes }),
                    non_invite_client::Act::TimeOut => {
                        (*audience == Audience::User).then_some(Output::TimedOut { txn })
                    }
                    non_invite_client::Act::Nothing | non_invite_client::Act::Tell => None,
                }
            }
        };
        self.outputs.extend(wanted);
        self.settle_client(txn);
    }

    /// The transport failed under it.
    pub(crate) fn fail_client(&mut self, txn: ClientTxn) {
        let Some(client) = self.clients.get(&txn) else { return };
        let tell = match &client.kind {
            Kind::Invite { machine, .. } => machine.is_open(),
            Kind::Other { machine, audience } => machine.is_open() && *audience == Audience::User,
        };
        if tell {
            self.outputs.push_back(Output::Unsendable { txn });
        }
        self.forget_client(txn);
    }

    /// After a step: the next deadline, or the end.
    fn settle_client(&mut self, txn: ClientTxn) {
        let Some(client) = self.clients.get(&txn) else { return };
        let (deadline, over) = match &client.kind {
            Kind::Invite { machine, .. } => {
                (machine.deadline(), *machine == InviteClient::Terminated)
            }
            Kind::Other { machine, .. } => {
                (machine.deadline(), *machine == NonInviteClient::Terminated)
            }
        };
        if over {
            self.forget_client(txn);
        } else {
            self.wake(Txn::Client(txn), deadline);
        }
    }

    fn forget_client(&mut self, txn: ClientTxn) {
        self.wake(Txn::Client(txn), None);
        if let Some(client) = self.clients.remove(&txn) {
            self.client_keys.remove(&client.key);
            self.leave_flow(client.hop, Txn::Client(txn));
        }
    }
}

fn heard_by_invite(response: &Response) -> invite_client::Heard {
    if response.status.is_provisional() {
        invite_client::Heard::Provisional
    } else if response.status.is_success() {
        invite_client::Heard::Success
    } else {
        invite_client::Heard::Refusal
    }
}

fn heard_by_other(response: &Response) -> non_invite_client::Heard {
    if response.status.is_provisional() {
        non_invite_client::Heard::Provisional
    } else {
        non_invite_client::Heard::Final
    }
}
