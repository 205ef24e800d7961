//! What the layer tells its user, and the names it gives to transactions.

use crate::Hop;
use bytes::Bytes;
use sip_msg::{Request, Response};

ids::define_id! {
    /// A request of ours and what is answered to it.
    ClientTxn(u64), "client-txn-"
}
ids::define_id! {
    /// A request of a peer and what we answer to it.
    ServerTxn(u64), "server-txn-"
}

/// What to do, or what has happened, in the order in which it came about.
#[derive(Clone, Debug, PartialEq)]
pub enum Output {
    /// Put these bytes on the wire.
    Send {
        /// Where to.
        hop: Hop,
        /// One whole message.
        bytes: Bytes,
    },
    /// A new request, of any method but ACK and CANCEL: answer with
    /// [`reply`](crate::Transactions::reply), and copies of it are answered here; or with
    /// [`reply_and_forget`](crate::Transactions::reply_and_forget), and they are new requests.
    /// An INVITE that is not answered before the outputs are drained is told 100.
    Request {
        /// The name to answer to.
        txn: ServerTxn,
        /// Where it came from.
        hop: Hop,
        /// The request, its top Via completed with `received` and `rport` (RFC 3581).
        request: Box<Request>,
    },
    /// An ACK that belongs to a 2xx, and so to a dialog.
    Ack {
        /// Where it came from.
        hop: Hop,
        /// The ACK.
        request: Box<Request>,
    },
    /// The peer wants this unanswered INVITE to end. Its CANCEL has been answered; the INVITE
    /// waits for a 487.
    Cancel {
        /// The INVITE.
        invite: ServerTxn,
    },
    /// An answer to a request of ours: every provisional one, 100 too, then the final one. An
    /// INVITE may hear further 2xx, copies and those of other branches (RFC 6026 §7.2).
    Response {
        /// The request.
        txn: ClientTxn,
        /// Where the answer came from.
        hop: Hop,
        /// The answer.
        response: Box<Response>,
    },
    /// A 2xx to an INVITE that is not ours any more: it was given up long ago, or another process has sent it. Whoever answers so
    /// takes the call for one that is on.
    StrayAnswer {
        /// Where it came from.
        hop: Hop,
        /// The answer.
        response: Box<Response>,
    },
    /// Nobody answered in time: timers B and F, or the patience after a CANCEL (§9.1).
    TimedOut {
        /// The request.
        txn: ClientTxn,
    },
    /// The transport failed before a final answer came.
    Unsendable {
        /// The request.
        txn: ClientTxn,
    },
    /// Our refusal of an INVITE was never acknowledged: timer H. Nothing needs to be done.
    AckMissing {
        /// The INVITE.
        txn: ServerTxn,
    },
}

/// How often the layer had to say no, or nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// New requests answered 503 because `transactions_max` was reached.
    pub refused: u64,
    /// New requests answered 503 because their source held `per_source_max` already.
    pub over_share: u64,
    /// Requests that came to us twice on different ways, answered 482 (§8.2.2.2).
    pub merged: u64,
    /// Responses to nothing we had asked: dropped, but for a [2xx to an INVITE](Output::StrayAnswer).
    pub stray_responses: u64,
    /// Requests answered without being remembered, those refused for want of room included.
    pub stateless: u64,
    /// CANCELs for nothing we knew, answered 481.
    pub stray_cancels: u64,
    /// Requests that our own user never answered, forgotten after the client must have given up.
    pub unanswered: u64,
}
