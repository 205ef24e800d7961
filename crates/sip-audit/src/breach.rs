//! The rules, one variant each.

use std::fmt;
use thiserror::Error;

/// What the watched agent should have kept to. Section numbers without an RFC are of RFC 3261.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Rule {
    /// What is said can be read.
    #[error("§7: what is said is a SIP message")]
    Readable,
    /// A length is said, and it is the body's.
    #[error("§20.14: Content-Length is the length of the body")]
    ContentLength,
    /// A header without which a message of this kind cannot be used.
    #[error("{0} is missing")]
    Header(Needed),

    /// A response answers a request.
    #[error("§8.2.6: a response answers a request")]
    AnswersSomething,
    /// Via, From, To, Call-ID and `CSeq` come back as they were.
    #[error("§8.2.6.2: Via, From and To of the request come back as they were")]
    Echo,
    /// Every response but 100 has a tag in To.
    #[error("§8.2.6.2: every response but 100 has a tag in To")]
    Tag,
    /// All responses to one request have the same tag.
    #[error("§8.2.6.2: all responses to one request have the same tag in To")]
    OneTag,
    /// Record-Route comes back where a dialog begins.
    #[error("§12.1.1: a response that begins a dialog repeats Record-Route")]
    RecordRoute,
    /// What is final is final.
    #[error("§17.2: nothing else follows a final answer")]
    FinalOnce,
    /// What is sent again is the same, byte by byte.
    #[error("§17: what is sent again is the same")]
    SameCopy,
    /// A 408 to anything but INVITE comes too late for anybody.
    #[error("RFC 4320 §4.2: no 408 to anything but INVITE")]
    NoTimeout,
    /// Nothing but INVITE is answered in steps.
    #[error("RFC 4320 §4.1: nothing but INVITE has a provisional answer other than 100")]
    NoProgress,
    /// A reliable provisional answer is for who knows of them.
    #[error("RFC 3262 §3: a reliable provisional answer is for who supports 100rel")]
    ReliableWanted,
    /// `RSeq` grows by one.
    #[error("RFC 3262 §3: RSeq grows by one")]
    RSeq,
    /// An INVITE is answered in the end.
    #[error("§13.3.1: an INVITE has a final answer in the end")]
    Answered,

    /// A branch begins with the magic cookie.
    #[error("§8.1.1.7: a branch begins with the magic cookie")]
    Cookie,
    /// A branch is used once.
    #[error("§8.1.1.7: a branch is used once")]
    FreshBranch,
    /// Each new request of a dialog has the next number.
    #[error("§12.2.1.1: each new request of a dialog has the next number")]
    CSeq,
    /// A request with a tag in To is in a dialog.
    #[error("§12.2: a request with a tag in To is in a dialog that there is")]
    InDialog,
    /// After a BYE nothing more is asked in the dialog.
    #[error("§15: after a BYE nothing more is asked in the dialog")]
    AfterBye,
    /// One INVITE at a time.
    #[error("§14.1: one INVITE at a time in a dialog")]
    OneInvite,
    /// Who answered waits for the ACK before BYE.
    #[error(
        "§15: who answered says BYE when the ACK has come or something else in the dialog, or after 64·T1"
    )]
    ByeAfterAck,
    /// An ACK has the number of an INVITE that was answered, and the tag of the answer.
    #[error("§17.1.1.3: an ACK acknowledges a final answer that was heard")]
    AcksSomething,
    /// The ACK of a 2xx is a transaction of its own, that of a refusal is not.
    #[error(
        "§13.2.2.4, §17.1.1.3: the ACK of a refusal has the branch of the INVITE, that of a 2xx has not"
    )]
    AckBranch,
    /// The ACK of a refusal goes where the INVITE went.
    #[error(
        "§17.1.1.3: the ACK of a refusal has Request-URI, Route and From of the INVITE, and To of the answer"
    )]
    AckLikeInvite,
    /// The ACK of a 2xx has the credentials of the INVITE.
    #[error("§13.2.2.4: the ACK of a 2xx has the credentials of the INVITE")]
    AckCredentials,
    /// A 2xx is acknowledged.
    #[error("§13.2.2.4: a 2xx is acknowledged")]
    Acknowledged,
    /// A CANCEL is for an INVITE that rings.
    #[error("§9.1: a CANCEL is for an INVITE that has a provisional answer and no final one")]
    CancelsSomething,
    /// A CANCEL is like its INVITE.
    #[error(
        "§9.1: a CANCEL has Request-URI, To, From and Route of its INVITE, and requires nothing"
    )]
    CancelLikeInvite,
    /// `RAck` names a reliable provisional answer that was heard, once.
    #[error("RFC 3262 §4, §7.2: RAck names a reliable provisional answer that was heard, once")]
    RAck,

    /// One offer at a time.
    #[error("RFC 3264 §4: no offer while another one is not answered")]
    OneOffer,
    /// An offer is answered, and an INVITE comes to a description of both.
    #[error(
        "§13.2.1, RFC 3311 §5.2: where an offer is to be answered or made there is a description"
    )]
    Description,
    /// Who describes a session, and which.
    #[error("RFC 3264 §8: the session has the same origin all the time")]
    Origin,
    /// The version grows by one with a change and only then.
    #[error("RFC 3264 §8: the version grows by one with a change, and only then")]
    Version,
}

/// A header that a message needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Needed {
    /// Its name.
    pub name: &'static str,
    /// Where that is said.
    pub section: &'static str,
}

impl fmt::Display for Needed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.section, self.name)
    }
}

/// A rule that was broken.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{rule}: not so by {said}")]
pub struct Breach {
    /// Which one.
    pub rule: Rule,
    /// By which message: `200 to INVITE 1 of CALL-ID`.
    pub said: String,
}
