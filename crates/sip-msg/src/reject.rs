//! What to do with bytes that are no message: answer without state, or drop.

use crate::lines::Lines;
use crate::name::Known;
use crate::print::{header, line, number};
use crate::{Name, StatusCode, Text};
use bytes::Bytes;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use thiserror::Error;

/// Bytes that were refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{why}")]
pub struct Reject {
    /// What is wrong with them.
    pub why: RejectReason,
    /// What an answer needs; `None` where there is nobody to answer.
    pub reply: Option<Box<ReplyTo>>,
}

/// What was wrong. Its words stand in the reason phrase of the answer, so that whoever reads a
/// trace at the other end sees the fault named.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RejectReason {
    /// Nothing but line ends: a keep-alive, not a fault (RFC 5626 §3.5.1).
    #[error("Keep-alive")]
    Empty,
    /// The first line is neither a request nor a response.
    #[error("Bad start line")]
    StartLine,
    /// The Request-URI is no URI.
    #[error("Bad Request-URI")]
    RequestUri,
    /// A version of SIP other than 2.0.
    #[error("Version Not Supported")]
    Version,
    /// A status outside 100 to 699.
    #[error("Bad status code")]
    Status,
    /// The Request-URI is longer than [`URI_BYTES_MAX`](crate::URI_BYTES_MAX).
    #[error("Request-URI Too Long")]
    UriTooLong,
    /// More than [`MESSAGE_BYTES_MAX`](crate::MESSAGE_BYTES_MAX), there or announced.
    #[error("Message Too Large")]
    TooLarge,
    /// More headers than [`HEADERS_MAX`](crate::HEADERS_MAX).
    #[error("Too many headers")]
    TooManyHeaders,
    /// A header longer than [`HEADER_BYTES_MAX`](crate::HEADER_BYTES_MAX).
    #[error("Header too long")]
    HeaderTooLong,
    /// A header line without a name and a colon.
    #[error("Bad header line")]
    NoColon,
    /// A carriage return without a line feed.
    #[error("Bare carriage return")]
    BareCr,
    /// No empty line after the headers.
    #[error("Headers not ended")]
    HeadNotEnded,
    /// The body is shorter than Content-Length says.
    #[error("Content-Length too large")]
    BodyShort,
    /// A stream without Content-Length, where nobody can tell the end of a message.
    #[error("Content-Length missing")]
    LengthMissing,
    /// The value of this header does not follow its grammar.
    #[error("Bad {0}")]
    Bad(Name),
    /// This header must be there.
    #[error("Missing {0}")]
    Missing(Name),
    /// This header may be there only once.
    #[error("Repeated {0}")]
    Repeated(Name),
    /// The method of `CSeq` is not that of the request.
    #[error("CSeq method differs")]
    MethodMismatch,
}

impl RejectReason {
    /// The status of the answer.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        match self {
            Self::Version => StatusCode::VERSION_NOT_SUPPORTED,
            Self::UriTooLong => StatusCode::REQUEST_URI_TOO_LONG,
            Self::TooLarge => StatusCode::MESSAGE_TOO_LARGE,
            Self::Empty
            | Self::StartLine
            | Self::RequestUri
            | Self::Status
            | Self::TooManyHeaders
            | Self::HeaderTooLong
            | Self::NoColon
            | Self::BareCr
            | Self::HeadNotEnded
            | Self::BodyShort
            | Self::LengthMissing
            | Self::Bad(_)
            | Self::Missing(_)
            | Self::Repeated(_)
            | Self::MethodMismatch => StatusCode::BAD_REQUEST,
        }
    }
}

/// The headers of a broken request that its answer repeats, unread.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReplyTo {
    /// Via lines, in order; at least one.
    pub via: Vec<Text>,
    /// From.
    pub from: Option<Text>,
    /// To.
    pub to: Option<Text>,
    /// Call-ID.
    pub call_id: Option<Text>,
    /// `CSeq`.
    pub cseq: Option<Text>,
}

impl Reject {
    pub(crate) fn new(why: RejectReason, datagram: &[u8]) -> Self {
        let reply = if why == RejectReason::Empty { None } else { ReplyTo::find(datagram) };
        Self { why, reply: reply.map(Box::new) }
    }

    /// The answer to send back where the bytes came from; `None` means drop.
    #[must_use]
    pub fn response(&self) -> Option<Bytes> {
        let reply = self.reply.as_deref()?;
        let mut out = Vec::with_capacity(512);
        line(&mut out, |out| {
            out.extend_from_slice(b"SIP/2.0 ");
            number(out, u64::from(self.why.status().code()));
            out.extend_from_slice(format!(" {}", self.why).as_bytes());
        });
        for via in &reply.via {
            header(&mut out, &Name::Via, |out| out.extend_from_slice(via.as_bytes()));
        }
        let to = reply.to.as_ref().map(|to| self.tagged(to, reply));
        let others = [
            (Name::From, &reply.from),
            (Name::To, &to),
            (Name::CallId, &reply.call_id),
            (Name::CSeq, &reply.cseq),
        ];
        for (name, value) in others {
            if let Some(value) = value {
                header(&mut out, &name, |out| out.extend_from_slice(value.as_bytes()));
            }
        }
        out.extend_from_slice(b"Content-Length: 0\r\n\r\n");
        Some(Bytes::from(out))
    }

    /// To with a tag, the same for every copy of a request (RFC 3261 §8.2.7). A To that is itself
    /// broken is left alone.
    fn tagged(&self, to: &Text, reply: &ReplyTo) -> Text {
        let is_tagged = to.as_bytes().windows(5).any(|part| part.eq_ignore_ascii_case(b";tag="));
        if is_tagged || self.why == RejectReason::Bad(Name::To) {
            return to.clone();
        }
        let mut hasher = DefaultHasher::new();
        (&reply.via, &reply.call_id, &reply.cseq).hash(&mut hasher);
        let mut tagged = to.as_bytes().to_vec();
        tagged.extend_from_slice(format!(";tag={:016x}", hasher.finish()).as_bytes());
        Text::from(Bytes::from(tagged))
    }
}

impl ReplyTo {
    /// Looks for what an answer needs, until the head ends or cannot be read further. There is none
    /// to a response, to an ACK, or where no Via says that this was meant for us.
    fn find(datagram: &[u8]) -> Option<Self> {
        let mut lines = Lines::new(datagram);
        let start = lines.start_line().ok()?;
        if start.get(..4).is_some_and(|start| start.eq_ignore_ascii_case(b"SIP/"))
            || start.starts_with(b"ACK ")
        {
            return None;
        }
        let mut reply = Self::default();
        while let Ok(Some(line)) = lines.header() {
            let value = Text::copied(line.value.bytes());
            match line.known {
                Some(Known::Via) => reply.via.push(value),
                Some(Known::From) => drop(reply.from.get_or_insert(value)),
                Some(Known::To) => drop(reply.to.get_or_insert(value)),
                Some(Known::CallId) => drop(reply.call_id.get_or_insert(value)),
                Some(Known::CSeq) => drop(reply.cseq.get_or_insert(value)),
                _ => {}
            }
        }
        (!reply.via.is_empty()).then_some(reply)
    }
}
