//! One datagram to one message.

use crate::lexer::{number, split_at_byte, split_digits, trim};
use crate::lines::{Line, Lines, Value, content_length};
use crate::name::Known;
use crate::text::Whole;
use crate::{
    CSEQ_MAX, Headers, MESSAGE_BYTES_MAX, Message, Method, Name, NameAddr, Reject, RejectReason,
    Request, Response, StatusCode, Text, URI_BYTES_MAX, Uri, Via,
};
use bytes::Bytes;
use memchr::memchr2;
use std::sync::Arc;

/// Headers that most messages have beside those with fields, to make room for at once.
const HEADERS_USUAL: usize = 12;

/// Hops that most messages have taken at most.
const VIAS_USUAL: usize = 3;

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
    let mut lines = Lines::new(datagram);
    let start = StartLine::parse(whole, lines.start_line()?)?;
    let mut head = Head::new();
    while let Some(Line { known, name, value }) = lines.header()? {
        let (whole, value) = match &value {
            Value::Plain(part) => (whole, *part),
            Value::Joined(value) => (Whole::of(value), &value[..]),
        };
        head.take(known, name, whole, value)?;
    }
    let body = match head.content_length {
        Some(length) => lines.body().get(..length),
        None => Some(lines.body()),
    };
    let Some(body) = body else { return Err(RejectReason::BodyShort) };
    head.finish(start, datagram.slice_ref(body))
}

enum StartLine {
    Request { method: Method, uri: Uri },
    Response { status: StatusCode, reason: Text },
}

impl StartLine {
    fn parse(whole: Whole<'_>, line: &[u8]) -> Result<Self, RejectReason> {
        let Some((first, rest)) = split_at_byte(line, b' ') else {
            return Err(RejectReason::StartLine);
        };
        if first.get(..4).is_some_and(|start| start.eq_ignore_ascii_case(b"SIP/")) {
            is_version_2(first)?;
            return Self::parse_response(whole, rest);
        }
        match Method::from_part(whole, first) {
            Some(method) => Self::parse_request(whole, method, rest),
            None => Err(RejectReason::StartLine),
        }
    }

    /// What follows the method: the URI and the version, with one space between.
    fn parse_request(whole: Whole<'_>, method: Method, rest: &[u8]) -> Result<Self, RejectReason> {
        let Some(at) = memchr2(b' ', b'\t', rest) else { return Err(RejectReason::StartLine) };
        let (uri, version) = rest.split_at_checked(at).unwrap_or_default();
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
    if version == b"SIP/2.0" || version.eq_ignore_ascii_case(b"SIP/2.0") {
        return Ok(());
    }
    let number = version.get(..4).filter(|start| start.eq_ignore_ascii_case(b"SIP/"));
    let number = number.and_then(|_| version.get(4..)).unwrap_or_default();
    let is_number = !number.is_empty() && number.iter().all(|b| b.is_ascii_digit() || *b == b'.');
    Err(if is_number { RejectReason::Version } else { RejectReason::StartLine })
}

/// What is gathered from the header lines.
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
    fn new() -> Self {
        Self {
            via: Vec::new(),
            from: None,
            to: None,
            call_id: None,
            cseq: None,
            max_forwards: None,
            content_length: None,
            headers: Headers::with_capacity(HEADERS_USUAL),
        }
    }

    fn take(
        &mut self,
        known: Option<Known>,
        name: &[u8],
        whole: Whole<'_>,
        value: &[u8],
    ) -> Result<(), RejectReason> {
        let name = match known {
            Some(Known::Via) => return self.take_vias(whole, value),
            Some(name @ Known::From) => {
                return once(&mut self.from, name, || address(whole, value));
            }
            Some(name @ Known::To) => return once(&mut self.to, name, || address(whole, value)),
            Some(name @ Known::CallId) => {
                return once(&mut self.call_id, name, || call_id(whole, value));
            }
            Some(name @ Known::CSeq) => return once(&mut self.cseq, name, || cseq(whole, value)),
            Some(name @ Known::MaxForwards) => {
                return once(&mut self.max_forwards, name, || hops(value));
            }
            Some(Known::ContentLength) => return self.take_length(content_length(value)?),
            Some(name) => Name::from(name),
            None => Name::Other(Text::part(whole, name)),
        };
        self.headers.push(name, Text::part(whole, value));
        Ok(())
    }

    fn take_vias(&mut self, whole: Whole<'_>, value: &[u8]) -> Result<(), RejectReason> {
        if self.via.is_empty() {
            self.via = Vec::with_capacity(VIAS_USUAL);
        }
        Via::read_list(whole, value, &mut self.via).map_err(|_| bad(Known::Via))
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
        let Some(from) = from else { return Err(RejectReason::Missing(Name::From)) };
        let Some(to) = to else { return Err(RejectReason::Missing(Name::To)) };
        let Some(call_id) = call_id else { return Err(RejectReason::Missing(Name::CallId)) };
        let Some((cseq, cseq_method)) = cseq else {
            return Err(RejectReason::Missing(Name::CSeq));
        };
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
#[inline]
fn once<T>(
    place: &mut Option<T>,
    name: Known,
    value: impl FnOnce() -> Option<T>,
) -> Result<(), RejectReason> {
    if place.is_some() {
        return Err(repeated(name));
    }
    *place = value();
    if place.is_some() { Ok(()) } else { Err(bad(name)) }
}

#[cold]
fn repeated(name: Known) -> RejectReason {
    RejectReason::Repeated(Name::from(name))
}

#[cold]
fn bad(name: Known) -> RejectReason {
    RejectReason::Bad(Name::from(name))
}

fn address(whole: Whole<'_>, value: &[u8]) -> Option<NameAddr> {
    NameAddr::parse_part(whole, value).ok()
}

fn call_id(whole: Whole<'_>, value: &[u8]) -> Option<Text> {
    let is_word = !value.is_empty() && memchr2(b' ', b'\t', value).is_none();
    is_word.then(|| Text::part(whole, value))
}

fn cseq(whole: Whole<'_>, part: &[u8]) -> Option<(u32, Method)> {
    let (sequence, method) = split_digits(part);
    let sequence = u32::try_from(number(sequence)?).ok().filter(|number| *number <= CSEQ_MAX)?;
    let is_spaced = matches!(method, [b' ' | b'\t', ..]);
    Method::from_part(whole, trim(method)).filter(|_| is_spaced).map(|method| (sequence, method))
}

/// More hops than a byte holds are as good as endless.
fn hops(value: &[u8]) -> Option<u8> {
    number(value).map(|hops| u8::try_from(hops).unwrap_or(u8::MAX))
}
