//! What the user agent tells its user.

use crate::{Referral, ReferralId};
use bytes::Bytes;
use ids::LegId;
use sip_msg::{Request, Response, StatusCode, Text};
use sip_txn::{ClientTxn, Hop, ServerTxn};

/// What to do, or what has happened. Messages keep their order, and events theirs; an event may
/// come before a message that was sent because of the same thing.
#[derive(Clone, Debug, PartialEq)]
pub enum Output {
    /// Put these bytes on the wire.
    Send {
        /// Where to.
        hop: Hop,
        /// One whole message.
        bytes: Bytes,
    },
    /// Something happened.
    Event(Event),
}

/// Something that happened.
///
/// Each leg comes to exactly one end that is told: `Cancelled`, `Rejected`, `Unreachable` or
/// `Ended`. A leg that our own side hung up or rejected tells nothing more.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// A new INVITE, already checked. Answer with `ring`, `answer`, `reject` or `hang_up`.
    Incoming {
        /// The new leg.
        leg: LegId,
        /// Where it came from.
        hop: Hop,
        /// The INVITE.
        request: Box<Request>,
        /// The leg whose place it is to take (RFC 3891), of those that may be replaced: answer, and
        /// hang that one up; or reject, and leave it.
        replaces: Option<LegId>,
    },
    /// The caller gave up before our final answer. The leg is gone.
    Cancelled {
        /// The leg.
        leg: LegId,
    },
    /// The ACK for our 200 came: both sides know that the leg is up.
    Established {
        /// The leg.
        leg: LegId,
        /// The SDP in the ACK: the peer's answer, where the INVITE made no offer and our 200 did.
        answer: Option<Bytes>,
    },
    /// A 100 to our INVITE: somebody is there, and nothing more is known.
    Trying {
        /// The leg.
        leg: LegId,
    },
    /// A provisional answer over 100 to our INVITE.
    Progress {
        /// The leg.
        leg: LegId,
        /// 101–199.
        status: StatusCode,
        /// Early media, if any.
        sdp: Option<Bytes>,
    },
    /// A 2xx to our INVITE; its ACK is sent.
    Answered {
        /// The leg.
        leg: LegId,
        /// The peer's SDP.
        sdp: Option<Bytes>,
        /// The whole answer.
        response: Box<Response>,
    },
    /// A final answer other than 2xx to our INVITE, 401 and 407 too. The leg is gone.
    Rejected {
        /// The leg.
        leg: LegId,
        /// The whole answer.
        response: Box<Response>,
    },
    /// No final answer at all to our INVITE. The leg is gone.
    Unreachable {
        /// The leg.
        leg: LegId,
        /// Why.
        why: Unreachable,
    },
    /// A key was pressed at the peer's phone, and came by INFO.
    Pressed {
        /// The leg.
        leg: LegId,
        /// One of `0`–`9`, `*`, `#` and `A`–`D`.
        key: char,
    },
    /// The peer wants to change the media (re-INVITE, or UPDATE with SDP). Answer with
    /// `accept_reinvite` or `refuse_reinvite`.
    Reoffered {
        /// The leg.
        leg: LegId,
        /// The peer's offer; `None` asks for an offer of ours.
        sdp: Option<Bytes>,
    },
    /// The peer's SDP to an offer of ours inside the leg: to our re-INVITE, or in the ACK to our
    /// answer of a re-INVITE that had none.
    Reanswered {
        /// The leg.
        leg: LegId,
        /// The peer's answer.
        sdp: Option<Bytes>,
    },
    /// Our re-INVITE was refused for good; the leg goes on as it was.
    ReinviteFailed {
        /// The leg.
        leg: LegId,
        /// The peer's refusal.
        status: StatusCode,
    },
    /// The peer wants us to call somebody (RFC 3515). Answer with `accept_referral` and tell what
    /// comes of it with `notify_referral`, or with `refuse_referral`.
    Referred {
        /// The leg.
        leg: LegId,
        /// The name to answer to.
        referral: ReferralId,
        /// Whom.
        to: Box<Referral>,
    },
    /// A leg that was up, or that we had answered, is gone.
    Ended {
        /// The leg.
        leg: LegId,
        /// Why.
        why: EndCause,
    },
    /// A request outside all legs (REGISTER, OPTIONS, …): answer with `reply`. SUBSCRIBE
    /// and NOTIFY may be inside a dialog that its user keeps.
    Request {
        /// The name to answer to.
        txn: ServerTxn,
        /// Where it came from.
        hop: Hop,
        /// The request.
        request: Box<Request>,
    },
    /// An answer to a request of ours outside all legs; provisional ones too.
    Response {
        /// The request.
        txn: ClientTxn,
        /// Where the answer came from.
        hop: Hop,
        /// The answer.
        response: Box<Response>,
    },
    /// Somebody has answered an INVITE that is none of ours any more, and takes the call for one that is on: end it with
    /// [`end_stray`](crate::UserAgent::end_stray), if it is somebody whom we call.
    StrayAnswer {
        /// Where it came from.
        hop: Hop,
        /// The answer.
        response: Box<Response>,
    },
    /// A request of ours outside all legs got no final answer.
    Failed {
        /// The request.
        txn: ClientTxn,
        /// Why.
        why: Unreachable,
    },
}

/// Why nobody answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreachable {
    /// Nothing came in 32 seconds, no end came after a CANCEL, or it rang for 190 seconds without
    /// another word.
    TimedOut,
    /// The transport failed.
    Transport,
    /// Nothing was sent: `legs_max` legs are there already.
    LegsMax,
}

/// Why a leg that was up is gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EndCause {
    /// The peer hung up.
    Bye {
        /// The value of its Reason header (RFC 3326).
        reason: Option<Text>,
    },
    /// Our 200 (§13.3.1.4), or a provisional answer before it (RFC 3262 §3), was never
    /// acknowledged.
    AckMissing,
    /// The connection that carried the leg broke.
    Transport,
    /// Nobody has refreshed the leg in time (RFC 4028 §10).
    SessionExpired,
    /// The peer no longer knows the leg: 481, 408 or silence to a request of ours inside it.
    DialogGone,
}
