//! Requests of peers: what is kept beside their machines, and how they are moved.

use crate::invite_server::{self, InviteServer};
use crate::key::{MergeKey, ServerKey, merge_key};
use crate::non_invite_server::{self, NonInviteServer};
use crate::transactions::Txn;
use crate::{Hop, Output, ServerTxn, Transactions};
use bytes::Bytes;
use clock::Moment;
use rand::RngExt;
use sip_msg::{Method, Name, Request, Response, StatusCode, Text};
use std::net::IpAddr;
use std::sync::Arc;

/// How long a refused client is asked to stay away, in seconds: spread, so that not all come back
/// at once.
const RETRY_AFTER_SECONDS: std::ops::RangeInclusive<u32> = 1..=5;

/// A request of a peer under way. It is kept for half a minute after its answer, and there are many
/// of them in a flood, so it holds no more than copies of the request need.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) hop: Hop,
    key: Arc<ServerKey>,
    merge: Option<Arc<MergeKey>>,
    said: Said,
    kind: Kind,
}

/// What has been said to a request.
#[derive(Debug)]
enum Said {
    Nothing,
    /// The last answer, for copies of the request.
    Last(Bytes),
    /// An answer that nobody is told again by this layer: a 2xx to an INVITE, which our user repeats, or a refusal that has been
    /// acknowledged. Half a minute is long to keep a session description for nothing.
    Enough,
}

#[derive(Debug)]
enum Kind {
    /// The tag is that of our last answer, for the answer to a CANCEL; from then on that of that.
    Invite {
        machine: InviteServer,
        cancel: Cancel,
        to_tag: Option<Text>,
    },
    Other {
        machine: NonInviteServer,
    },
}

impl Server {
    /// Whether nothing has been said to it yet.
    pub(crate) fn is_silent(&self) -> bool {
        matches!(self.said, Said::Nothing)
    }
}

/// Whether this is an INVITE to which nothing has been said yet.
pub(crate) fn is_silent_invite(server: &Server) -> bool {
    server.is_silent() && matches!(server.kind, Kind::Invite { .. })
}

/// Whether a CANCEL has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cancel {
    NotHeard,
    Heard,
}

/// What a new request is let in as.
enum Admission {
    Welcome,
    Merged,
    /// All the room is taken.
    Full,
    /// Its source has all the room that one may have.
    OverShare,
}

impl Transactions {
    pub(crate) fn receive_request(&mut self, now: Moment, hop: Hop, mut request: Request) {
        // By what the client wrote, before we write into it: a NAT may change ports on the way.
        let Some(key) = ServerKey::of(&request) else { return };
        note_source(&mut request, hop);
        let known = self.server_keys.get(&key).copied();
        match (&request.method, known) {
            (Method::Ack, Some(txn)) => self.hear_ack(now, txn, hop, request),
            (Method::Ack, None) => {
                self.outputs.push_back(Output::Ack { hop, request: Box::new(request) })
            }
            (Method::Cancel, Some(txn)) => self.hear_cancel(txn, hop, &request),
            (Method::Cancel, None) => self.answer_stray_cancel(hop, &request),
            (_, Some(txn)) => self.hear_copy(now, txn),
            (_, None) => self.admit(now, hop, request, key),
        }
        self.assert_invariants();
    }

    fn admit(&mut self, now: Moment, hop: Hop, request: Request, key: ServerKey) {
        match self.admission(hop, &request) {
            Admission::Welcome => {
                let txn = self.open(now, hop, &request, key);
                if request.method == Method::Invite {
                    self.prepare_trying(now, txn, &request);
                }
                self.outputs.push_back(Output::Request { txn, hop, request: Box::new(request) });
            }
            Admission::Merged => {
                self.counts.merged += 1;
                self.send_stateless(hop, request.reply(StatusCode::LOOP_DETECTED));
            }
            Admission::Full => {
                self.counts.refused += 1;
                self.turn_away(hop, &request);
            }
            Admission::OverShare => {
                self.counts.over_share += 1;
                self.turn_away(hop, &request);
            }
        }
    }

    /// There is no room: 503, of which nothing is remembered.
    pub(crate) fn turn_away(&mut self, hop: Hop, request: &Request) {
        let seconds = self.random.random_range(RETRY_AFTER_SECONDS);
        let response = request
            .reply(StatusCode::SERVICE_UNAVAILABLE)
            .with_header(Name::RetryAfter, seconds.to_string());
        self.send_stateless(hop, response);
    }

    /// §8.2.2.2, and our limits.
    fn admission(&self, hop: Hop, request: &Request) -> Admission {
        let times = if request.to.tag().is_some() { 2 } else { 1 };
        if self.len() >= self.config.transactions_max.saturating_mul(times) {
            Admission::Full
        } else if self.shares.of(hop.source()) >= self.config.per_source_max.saturating_mul(times) {
            Admission::OverShare
        } else if merge_key(request).is_some_and(|key| self.merges.contains_key(&key)) {
            Admission::Merged
        } else {
            Admission::Welcome
        }
    }

    fn open(&mut self, now: Moment, hop: Hop, request: &Request, key: ServerKey) -> ServerTxn {
        let txn = self.last_server.next();
        self.last_server = txn;
        let kind = if request.method == Method::Invite {
            Kind::Invite {
                machine: InviteServer::Proceeding,
                cancel: Cancel::NotHeard,
                to_tag: None,
            }
        } else {
            Kind::Other { machine: NonInviteServer::new(now) }
        };
        let merge = merge_key(request).filter(|key| !self.merges.contains_key(key)).map(Arc::new);
        let key = Arc::new(key);
        if let Some(merge) = merge.clone() {
            self.merges.insert(merge, txn);
        }
        self.server_keys.insert(key.clone(), txn);
        self.join_flow(hop, Txn::Server(txn));
        self.shares.open(hop.source());
        self.servers.insert(txn, Server { hop, key, merge, said: Said::Nothing, kind });
        self.settle_server(txn);
        txn
    }

    fn hear_copy(&mut self, now: Moment, txn: ServerTxn) {
        let Some(server) = self.servers.get_mut(&txn) else { return };
        let hop = server.hop;
        let repeat = match &mut server.kind {
            Kind::Invite { machine, .. } => {
                let (next, act) = machine.step(now, hop.transport, invite_server::Heard::Invite);
                *machine = next;
                act == invite_server::Act::Repeat
            }
            Kind::Other { machine } => {
                let (next, act) =
                    machine.step(now, hop.transport, non_invite_server::Heard::Request);
                *machine = next;
                act == non_invite_server::Act::Repeat
            }
        };
        if repeat && let Said::Last(answer) = &server.said {
            let answer = answer.clone();
            self.send(hop, answer);
        }
    }

    fn hear_ack(&mut self, now: Moment, txn: ServerTxn, hop: Hop, request: Request) {
        let Some(server) = self.servers.get_mut(&txn) else { return };
        let Kind::Invite { machine, .. } = &mut server.kind else { return };
        let (next, act) = machine.step(now, server.hop.transport, invite_server::Heard::Ack);
        *machine = next;
        if matches!(machine, InviteServer::Confirmed { .. }) {
            server.said = Said::Enough;
        }
        if act == invite_server::Act::TellAck {
            self.outputs.push_back(Output::Ack { hop, request: Box::new(request) });
        }
        self.settle_server(txn);
    }

    /// §9.2: a CANCEL is answered 200 whatever comes of it; it does something only before the final
    /// answer, and once.
    fn hear_cancel(&mut self, txn: ServerTxn, hop: Hop, request: &Request) {
        let own = self.stateless_tag.clone();
        let Some(server) = self.servers.get_mut(&txn) else { return };
        let (open, tag) = match &mut server.kind {
            // §8.2.6.2: a copy gets the tag that the first one got, whatever was said since.
            Kind::Invite { cancel: Cancel::Heard, to_tag, .. } => {
                (false, to_tag.clone().unwrap_or(own))
            }
            Kind::Invite { machine, cancel, to_tag } => {
                *cancel = Cancel::Heard;
                (matches!(machine, InviteServer::Proceeding), to_tag.get_or_insert(own).clone())
            }
            Kind::Other { .. } => (false, own),
        };
        let mut response = request.reply(StatusCode::OK);
        response.to.set_tag(tag);
        self.send(hop, response.to_bytes());
        if open {
            self.outputs.push_back(Output::Cancel { invite: txn });
        }
    }

    fn answer_stray_cancel(&mut self, hop: Hop, request: &Request) {
        self.counts.stray_cancels += 1;
        self.send_stateless(hop, request.reply(StatusCode::CALL_DOES_NOT_EXIST));
    }

    /// Answers a request. An answer that comes too late is let fall, and so are two that RFC 4320
    /// forbids to anything but INVITE: 408, and provisional ones other than 100.
    pub fn reply(&mut self, now: Moment, txn: ServerTxn, response: Response) {
        let Some(server) = self.servers.get_mut(&txn) else { return };
        let hop = server.hop;
        let send = match &mut server.kind {
            Kind::Invite { machine, .. } => {
                let (next, act) = machine.step(now, hop.transport, said_to_invite(response.status));
                *machine = next;
                act == invite_server::Act::Send
            }
            Kind::Other { machine } => match said_to_other(response.status) {
                Some(said) => {
                    let (next, act) = machine.step(now, hop.transport, said);
                    *machine = next;
                    act == non_invite_server::Act::Send
                }
                None => false,
            },
        };
        if send {
            let bytes = response.to_bytes();
            // Printing reserves more than it needs; what is kept is as long as the answer.
            server.said = match &server.kind {
                Kind::Invite { machine: InviteServer::Accepted { .. }, .. } => Said::Enough,
                Kind::Invite { .. } | Kind::Other { .. } => {
                    Said::Last(Bytes::copy_from_slice(&bytes))
                }
            };
            if let Kind::Invite { to_tag, cancel: Cancel::NotHeard, .. } = &mut server.kind {
                *to_tag = response.to.tag().as_ref().map(Text::detached);
            }
            self.send(hop, bytes);
            if is_challenge(response.status) {
                self.unmerge(txn);
            }
        }
        self.settle_server(txn);
    }

    /// Some clients answer a challenge without a new `CSeq`; that is no merged request.
    fn unmerge(&mut self, txn: ServerTxn) {
        if let Some(merge) = self.servers.get_mut(&txn).and_then(|server| server.merge.take()) {
            self.merges.remove(&merge);
        }
    }

    pub(crate) fn server_due(&mut self, now: Moment, txn: ServerTxn) {
        let Some(server) = self.servers.get_mut(&txn) else { return };
        let hop = server.hop;
        let last = match &server.said {
            Said::Last(bytes) => Some(bytes.clone()),
            Said::Nothing | Said::Enough => None,
        };
        match &mut server.kind {
            Kind::Invite { machine, .. } => {
                let (next, act) = machine.step(now, hop.transport, invite_server::Heard::Due);
                *machine = next;
                match act {
                    invite_server::Act::Repeat => {
                        last.into_iter().for_each(|bytes| self.send(hop, bytes));
                    }
                    invite_server::Act::TellAckMissing => {
                        self.outputs.push_back(Output::AckMissing { txn })
                    }
                    invite_server::Act::Nothing
                    | invite_server::Act::Send
                    | invite_server::Act::TellAck => {}
                }
            }
            Kind::Other { machine } => {
                let (next, act) = machine.step(now, hop.transport, non_invite_server::Heard::Due);
                *machine = next;
                if act == non_invite_server::Act::Unanswered {
                    self.counts.unanswered += 1;
                }
            }
        }
        self.settle_server(txn);
    }

    /// After a step: the next deadline, or the end.
    fn settle_server(&mut self, txn: ServerTxn) {
        let Some(server) = self.servers.get(&txn) else { return };
        let (deadline, over) = match &server.kind {
            Kind::Invite { machine, .. } => {
                (machine.deadline(), *machine == InviteServer::Terminated)
            }
            Kind::Other { machine } => {
                (machine.deadline(), *machine == NonInviteServer::Terminated)
            }
        };
        if over {
            self.forget_server(txn);
        } else {
            self.wake(Txn::Server(txn), deadline);
        }
    }

    pub(crate) fn forget_server(&mut self, txn: ServerTxn) {
        self.unmerge(txn);
        self.wake(Txn::Server(txn), None);
        if let Some(server) = self.servers.remove(&txn) {
            self.server_keys.remove(&server.key);
            self.leave_flow(server.hop, Txn::Server(txn));
            self.shares.close(server.hop.source());
        }
    }
}

/// Writes into the top Via where the request really came from (§18.2.1, RFC 3581 §4).
pub(crate) fn note_source(request: &mut Request, hop: Hop) {
    let Some(via) = request.via.first_mut() else { return };
    let source = hop.peer.ip();
    let mut params = via.params();
    let asked = params.has("rport");
    if asked {
        params.set("rport", Some(Text::from(hop.peer.port().to_string())));
    }
    if asked || via.host().ip() != Some(source) {
        params.set("received", Some(received(source)));
    } else {
        params.remove("received");
    }
    *via = via.with_params(params);
}

fn received(source: IpAddr) -> Text {
    Text::from(source.to_string())
}

fn is_challenge(status: StatusCode) -> bool {
    status == StatusCode::UNAUTHORIZED || status == StatusCode::PROXY_AUTHENTICATION_REQUIRED
}

fn said_to_invite(status: StatusCode) -> invite_server::Heard {
    if status.is_provisional() {
        invite_server::Heard::Provisional
    } else if status.is_success() {
        invite_server::Heard::Success
    } else {
        invite_server::Heard::Refusal
    }
}

/// RFC 4320 §4.1, §4.2.
fn said_to_other(status: StatusCode) -> Option<non_invite_server::Heard> {
    if status == StatusCode::TRYING {
        Some(non_invite_server::Heard::Provisional)
    } else if status.is_provisional() || status == StatusCode::REQUEST_TIMEOUT {
        None
    } else {
        Some(non_invite_server::Heard::Final)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_of_a_request_is_small() {
        assert!(size_of::<Server>() <= 192, "{} bytes", size_of::<Server>());
        assert!(size_of::<ServerKey>() <= 128, "{} bytes", size_of::<ServerKey>());
    }
}
