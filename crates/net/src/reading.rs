//! Bytes to a message, or to what must be sent back.

use crate::meters::count_rejected;
use bytes::Bytes;
use sip_msg::{Message, Reject, RejectReason, parse};
use std::net::SocketAddr;

/// What some bytes turned out to be.
pub(crate) enum Heard {
    /// A message without fault.
    Message(Box<Message>),
    /// A faulty one, with the answer to it if one is due.
    Faulty(Option<Bytes>),
}

/// Parses one whole message.
pub(crate) fn read_message(bytes: Bytes, peer: SocketAddr) -> Heard {
    match parse(bytes) {
        Ok(message) => Heard::Message(Box::new(message)),
        Err(reject) => Heard::Faulty(refuse(&reject, peer)),
    }
}

/// Counts a fault and says what to answer. The log gets no bytes of the message, which may hold
/// anybody's number.
pub(crate) fn refuse(reject: &Reject, peer: SocketAddr) -> Option<Bytes> {
    count_rejected(label(&reject.why));
    tracing::debug!(%peer, why = %reject.why, "message rejected");
    reject.response()
}

/// The fault as a metric's label: one of few, whatever the peer wrote.
const fn label(why: &RejectReason) -> &'static str {
    match why {
        RejectReason::Empty => "empty",
        RejectReason::StartLine => "start_line",
        RejectReason::RequestUri => "request_uri",
        RejectReason::Version => "version",
        RejectReason::Status => "status",
        RejectReason::UriTooLong => "uri_too_long",
        RejectReason::TooLarge => "too_large",
        RejectReason::TooManyHeaders => "too_many_headers",
        RejectReason::HeaderTooLong => "header_too_long",
        RejectReason::NoColon => "no_colon",
        RejectReason::BareCr => "bare_cr",
        RejectReason::HeadNotEnded => "head_not_ended",
        RejectReason::BodyShort => "body_short",
        RejectReason::LengthMissing => "length_missing",
        RejectReason::Bad(_) => "bad_header",
        RejectReason::Missing(_) => "missing_header",
        RejectReason::Repeated(_) => "repeated_header",
        RejectReason::MethodMismatch => "method_mismatch",
    }
}
