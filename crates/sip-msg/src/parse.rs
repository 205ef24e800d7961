//! One datagram to one message.

use crate::lexer::{number, trim};
use crate::lines::{Line, Lines, Value, content_length};
use crate::text::Whole;
use crate::{
    CSEQ_MAX, Headers, MESSAGE_BYTES_MAX, Message, Method, Name, NameAddr, Reject, RejectReason,
    Request, Response, StatusCode, Text, URI_BYTES_MAX, Uri, Via,
};
use bytes::Bytes;
use memchr::{memchr, memchr2};
use std::sync::Arc;

/// Headers that most messages have beside those with fields, to make room for at once.
const HEADERS_USUAL: usize = 12;

/// Parses the one message in `datagram`. The body is as long as Content-Length says, or reaches to
/// the end where there is none; bytes beyond it are ignored (RFC 3261 §18.3).
///
/// # Errors
/// [`Reject`] says what is wrong, and holds the answer to send if there should be one.
pub fn parse(datagram: Bytes) -> Result<Message, Reject> {
    let datagram = Arc::new(datagram);
    parse_message(&datagram).map_err(|why| Reject::new(why, &datagram))
}

fn parse_message(datagram: &Arc<Bytes>) -> Result<Message, RejectReason> {
    if datagram.iter().all(|byte| matches!(byte, b'\r' | b'\n' | 0)) {
        return Err(RejectReason::Empty);
    }
    if datagram.len() > MESSAGE_BYTES_MAX {
        return Err(RejectReason::TooLarge);
    }
    let whole = Whole::of(datagram);
    let mut lines = Lines::new(whole, datagram);
    let start = StartLine::parse(whole, lines.start_line()?)?;
    let mut head = Head::default();
    while let Some(line) = lines.header()? {
        head.take(line)?;
    }
    let body = match head.content_length {
        Some(length) => lines.body().get(..length).ok_or(RejectReason::BodyShort)?,
        None => lines.body(),
    };
    head.finish(start, datagram.slice_ref(body))
}

enum StartLine {
    Request { method: Method, uri: Uri },
    Response { status: StatusCode, reason: Text },
}

impl StartLine {
    fn parse(whole: Whole<'_>, line: &[u8]) -> Result<Self, RejectReason> {
        let at = memchr(b' ', line).ok_or(RejectReason::StartLine)?;
        let (first, rest) = line.split_at_checked(at).ok_or(RejectReason::StartLine)?;
        let rest = rest.get(1..).ok_or(RejectReason::StartLine)?;
        if first.get(..4).is_some_and(|start| start.eq_ignore_ascii_case(b"SIP/")) {
            is_version_2(first)?;
            return Self::parse_response(whole, rest);
        }
        let method = Method::from_part(whole, first).ok_or(RejectReason::StartLine)?;
        Self::parse_request(whole, method, rest)
    }

    /// What follows the method: the URI and the version, with one space between.
    fn parse_request(whole: Whole<'_>, method: Method, rest: &[u8]) -> Result<Self, RejectReason> {
        let at = memchr2(b' ', b'\t', rest).ok_or(RejectReason::StartLine)?;
        let (uri, version) = rest.split_at_checked(at).ok_or(RejectReason::StartLine)?;
        is_version_2(version.get(1..).unwrap_or_default())?;
        if uri.len() > URI_BYTES_MAX {
            return Err(RejectReason::UriTooLong);
        }
        let uri = Uri::parse_part(whole, uri).map_err(|_| RejectReason::RequestUri)?;
        Ok(Self::Request { method, uri })
    }

    /// What follows the version: a code of three digits and the reason, which may be missing.
    fn parse_response(whole: Whole<'_>, rest: &[u8]) -> Result<Self, RejectReason> {
        let (code, reason) = rest.split_at_checked(3).ok_or(RejectReason::Status)?;
        let code = number(code).and_then(|code| u16::try_from(code).ok());
        let status = code.and_then(StatusCode::new).ok_or(RejectReason::Status)?;
        match reason {
            [] => Ok(Self::Response { status, reason: Text::default() }),
            [b' ', reason @ ..] => Ok(Self::Response { status, reason: Text::part(whole, reason) }),
            _ => Err(RejectReason::Status),
        }
    }
}

/// `SIP/2.0`, in any case (RFC 3261 §7.1). Another number is another fault than no version at all.
fn is_version_2(version: &[u8]) -> Result<(), RejectReason> {
    if version.eq_ignore_ascii_case(b"SIP/2.0") {
        return Ok(());
    }
    let number = version.get(..4).filter(|start| start.eq_ignore_ascii_case(b"SIP/"));
    let number = number.and_then(|_| version.get(4..)).unwrap_or_default();
    let is_number = !number.is_empty() && number.iter().all(|b| b.is_ascii_digit() || *b == b'.');
    Err(if is_number { RejectReason::Version } else { RejectReason::StartLine })
}

/// What is gathered from the header lines.
#[derive(Default)]
struct Head {
    via: Vec<Via>,
    from: Option<NameAddr>,
    to: Option<NameAddr>,
    call_id: Option<Text>,
    cseq: Option<(u32, Method)>,
    max_forwards: Option<u8>,
    content_length: Option<usize>,
    headers: Headers,
}

impl Head {
    #[expect(clippy::wildcard_enum_match_arm, reason = "a header without a field is kept unread")]
    fn take(&mut self, Line { name, value }: Line<'_>) -> Result<(), RejectReason> {
        let (whole, part) = value.parts();
        match name {
            Name::Via => {
                let vias = Via::parse_list(whole, part, &mut self.via);
                vias.map_err(|_| RejectReason::Bad(name))
            }
            Name::From => once(&mut self.from, name, NameAddr::parse_part(whole, part).ok()),
            Name::To => once(&mut self.to, name, NameAddr::parse_part(whole, part).ok()),
            Name::CallId => once(&mut self.call_id, name, call_id(value)),
            Name::CSeq => once(&mut self.cseq, name, cseq(whole, part)),
            Name::MaxForwards => once(&mut self.max_forwards, name, hops(part)),
            Name::ContentLength => self.take_length(content_length(part)?),
            name => {
                if self.headers.is_empty() {
                    self.headers = Headers::with_capacity(HEADERS_USUAL);
                }
                self.headers.push(name, value.to_text());
                Ok(())
            }
        }
    }

    /// Saying the same length twice does no harm; two lengths are two messages to two readers.
    fn take_length(&mut self, length: usize) -> Result<(), RejectReason> {
        match self.content_length.replace(length) {
            Some(before) if before != length => Err(RejectReason::Repeated(Name::ContentLength)),
            Some(_) | None => Ok(()),
        }
    }

    fn finish(self, start: StartLine, body: Bytes) -> Result<Message, RejectReason> {
        let Self { via, from, to, call_id, cseq, max_forwards, headers, content_length: _ } = self;
        if via.is_empty() {
            return Err(RejectReason::Missing(Name::Via));
        }
        let from = from.ok_or(RejectReason::Missing(Name::From))?;
        let to = to.ok_or(RejectReason::Missing(Name::To))?;
        let call_id = call_id.ok_or(RejectReason::Missing(Name::CallId))?;
        let (cseq, cseq_method) = cseq.ok_or(RejectReason::Missing(Name::CSeq))?;
        match start {
            StartLine::Request { method, .. } if method != cseq_method => {
                Err(RejectReason::MethodMismatch)
            }
            StartLine::Request { method, uri } => Ok(Message::Request(Request {
                method,
                uri,
                via,
                from,
                to,
                call_id,
                cseq,
                max_forwards,
                headers,
                body,
            })),
            StartLine::Response { status, reason } => Ok(Message::Response(Response {
                status,
                reason,
                via,
                from,
                to,
                call_id,
                cseq,
                cseq_method,
                headers,
                body,
            })),
        }
    }
}

/// Fills `place`, which must be empty.
fn once<T>(place: &mut Option<T>, name: Name, value: Option<T>) -> Result<(), RejectReason> {
    if place.is_some() {
        return Err(RejectReason::Repeated(name));
    }
    *place = Some(value.ok_or(RejectReason::Bad(name))?);
    Ok(())
}

fn call_id(value: Value<'_>) -> Option<Text> {
    let (_, part) = value.parts();
    (!part.is_empty() && memchr2(b' ', b'\t', part).is_none()).then(|| value.to_text())
}

fn cseq(whole: Whole<'_>, part: &[u8]) -> Option<(u32, Method)> {
    let at = memchr2(b' ', b'\t', part)?;
    let (sequence, method) = part.split_at_checked(at)?;
    let sequence = u32::try_from(number(sequence)?).ok().filter(|number| *number <= CSEQ_MAX)?;
    Some((sequence, Method::from_part(whole, trim(method))?))
}

/// More hops than a byte holds are as good as endless.
fn hops(value: &[u8]) -> Option<u8> {
    number(value).map(|hops| u8::try_from(hops).unwrap_or(u8::MAX))
}
