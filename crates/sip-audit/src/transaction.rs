//! One request, and all that was said to it.

use bytes::Bytes;
use clock::{Duration, Moment};
use sip_msg::{Host, Method, Name, NameAddr, Request, Response, Text, Via};
use std::collections::{BTreeMap, BTreeSet};

/// 64·T1: the longest time for which anybody waits for an answer or for an ACK (RFC 3261 §17).
pub(crate) const PATIENCE: Duration = Duration::from_secs(32);

/// T4, which is timer I: how long a refused INVITE is known after its ACK (RFC 3261 §17.2.1).
const AFTER_ACK: Duration = Duration::from_secs(5);

/// What makes a request one among those of a Call-ID.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Transaction {
    pub(crate) from_tag: Option<Text>,
    pub(crate) cseq: u32,
    pub(crate) method: Method,
    pub(crate) branch: Option<Text>,
    /// Two peers may choose the same branch (RFC 3261 §17.2.3).
    sent_by: Option<(Host, Option<u16>)>,
}

impl Transaction {
    pub(crate) fn of(request: &Request) -> Self {
        Self {
            from_tag: request.from.tag(),
            cseq: request.cseq,
            method: request.method.clone(),
            branch: branch(&request.via),
            sent_by: sent_by(&request.via),
        }
    }

    pub(crate) fn answered_by(response: &Response) -> Self {
        Self {
            from_tag: response.from.tag(),
            cseq: response.cseq,
            method: response.cseq_method.clone(),
            branch: branch(&response.via),
            sent_by: sent_by(&response.via),
        }
    }

    pub(crate) fn with_method(&self, method: Method) -> Self {
        Self { method, ..self.clone() }
    }
}

fn branch(via: &[Via]) -> Option<Text> {
    via.first().and_then(|via| via.branch())
}

fn sent_by(via: &[Via]) -> Option<(Host, Option<u16>)> {
    via.first().map(|via| (via.host(), via.port()))
}

/// A request of a peer, and what the agent has said to it.
#[derive(Debug)]
pub(crate) struct Answered {
    pub(crate) request: Request,
    pub(crate) to_tag: Option<Text>,
    pub(crate) last: Option<(u16, Bytes)>,
    /// When it was first answered for good.
    pub(crate) ended: Option<Moment>,
    pub(crate) rseq: Option<u32>,
    /// The provisional answers with these numbers.
    pub(crate) reliable: BTreeMap<u32, Bytes>,
    /// When the first ACK of its final answer was heard.
    pub(crate) acknowledged: Option<Moment>,
    /// The agent has offered in an answer to it.
    pub(crate) has_offered: bool,
    /// Its connection may be broken, so that it need not be answered.
    pub(crate) is_cut_off: bool,
}

impl Answered {
    pub(crate) fn new(request: &Request) -> Self {
        Self {
            request: request.clone(),
            to_tag: None,
            last: None,
            ended: None,
            rseq: None,
            reliable: BTreeMap::new(),
            acknowledged: None,
            has_offered: false,
            is_cut_off: false,
        }
    }

    /// RFC 3262 §3.
    pub(crate) fn speaks_100rel(&self) -> bool {
        [Name::Supported, Name::Require].into_iter().any(|header| {
            self.request.headers.tokens(header).any(|token| token.eq_ignore_case("100rel"))
        })
    }

    pub(crate) fn has_sdp(&self) -> bool {
        has_sdp(self.request.headers.get(Name::ContentType), &self.request.body)
    }

    /// Whether the agent may have forgotten it, so that a copy is a new request (§17.2).
    pub(crate) fn may_be_forgotten(&self, now: Moment) -> bool {
        let is_refused = self.status().is_some_and(|status| status >= 300);
        self.ended.is_some_and(|at| now.since(at) >= PATIENCE)
            || is_refused && self.acknowledged.is_some_and(|at| now.since(at) >= AFTER_ACK)
    }

    pub(crate) fn status(&self) -> Option<u16> {
        self.last.as_ref().map(|(status, _)| *status)
    }
}

/// A request of the agent, and what has been heard to it.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) request: Request,
    pub(crate) bytes: Bytes,
    pub(crate) at: Moment,
    pub(crate) has_rung: bool,
    pub(crate) last: Option<u16>,
    /// `RSeq` of reliable answers, each with the tag of who said it.
    pub(crate) reliable: BTreeSet<(Option<Text>, u32)>,
    /// The tags of each 2xx that was heard, and whether that was acknowledged.
    pub(crate) successes: BTreeMap<Option<Text>, bool>,
    /// Who refused it last.
    pub(crate) refused_by: Option<NameAddr>,
    /// When its first 2xx was heard.
    pub(crate) succeeded: Option<Moment>,
}

impl Asked {
    pub(crate) fn new(now: Moment, request: &Request, bytes: &Bytes) -> Self {
        Self {
            request: request.clone(),
            bytes: bytes.clone(),
            at: now,
            has_rung: false,
            last: None,
            reliable: BTreeSet::new(),
            successes: BTreeMap::new(),
            refused_by: None,
            succeeded: None,
        }
    }

    pub(crate) fn has_sdp(&self) -> bool {
        has_sdp(self.request.headers.get(Name::ContentType), &self.request.body)
    }
}

/// Whether a body is a session description, or has one among its parts.
pub(crate) fn has_sdp(content_type: Option<&Text>, body: &Bytes) -> bool {
    let contains =
        |text: &[u8]| text.windows(15).any(|it| it.eq_ignore_ascii_case(b"application/sdp"));
    content_type.is_some_and(|kind| contains(kind.as_bytes()) || contains(body)) && !body.is_empty()
}

/// A number that stands alone in a header.
pub(crate) fn number(value: Option<&Text>) -> Option<u32> {
    value?.as_str()?.trim().parse().ok()
}
