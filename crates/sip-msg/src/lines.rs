//! A datagram to lines: the start line, then headers with their folds opened (RFC 3261 §7.3.1).

use crate::lexer::{find_line_end, is_token, number, split_at_byte, trim, trim_end};
use crate::name::Known;
use crate::{HEADER_BYTES_MAX, HEADERS_MAX, MESSAGE_BYTES_MAX, Name, RejectReason};
use bytes::Bytes;
use std::sync::Arc;

/// Walks over the head of a message.
pub(crate) struct Lines<'a> {
    rest: &'a [u8],
    /// How many more headers there may be.
    left: usize,
}

/// One header line.
pub(crate) struct Line<'a> {
    /// Its name, if there is a word for it.
    pub(crate) known: Option<Known>,
    /// Its name as it stands, a token.
    pub(crate) name: &'a [u8],
    pub(crate) value: Value<'a>,
}

/// The value of a header, without white space at its ends. Sharing bytes costs more than reading
/// them, so a value is shared only by who keeps it.
pub(crate) enum Value<'a> {
    /// On one line: a part of the datagram.
    Plain(&'a [u8]),
    /// Folded, and joined again.
    Joined(Arc<Bytes>),
}

impl Value<'_> {
    /// Its bytes.
    pub(crate) fn bytes(&self) -> &[u8] {
        match self {
            Self::Plain(part) => part,
            Self::Joined(value) => value,
        }
    }
}

impl<'a> Lines<'a> {
    /// Starts at the first line that is not empty (RFC 3261 §7.5).
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        let blank = bytes.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        Self { rest: bytes.get(blank..).unwrap_or_default(), left: HEADERS_MAX }
    }

    /// The start line; to be asked for once, first.
    pub(crate) fn start_line(&mut self) -> Result<&'a [u8], RejectReason> {
        self.raw_line()
    }

    /// The next header; `None` after the last.
    #[inline]
    pub(crate) fn header(&mut self) -> Result<Option<Line<'a>>, RejectReason> {
        let line = self.raw_line()?;
        if line.is_empty() {
            return Ok(None);
        }
        let Some(left) = self.left.checked_sub(1) else {
            return Err(RejectReason::TooManyHeaders);
        };
        self.left = left;
        let Some((name, value)) = split_at_byte(line, b':') else {
            return Err(RejectReason::NoColon);
        };
        let Some((known, name)) = read_name(name) else { return Err(RejectReason::NoColon) };
        let value = trim_usual(value);
        if is_continuation(self.rest) {
            let (joined, rest) = join(value, self.rest)?;
            self.rest = rest;
            return Ok(Some(Line { known, name, value: Value::Joined(joined) }));
        }
        checked(value)?;
        Ok(Some(Line { known, name, value: Value::Plain(value) }))
    }

    /// What follows the empty line; to be asked for when the headers have ended.
    pub(crate) const fn body(&self) -> &'a [u8] {
        self.rest
    }

    #[inline]
    fn raw_line(&mut self) -> Result<&'a [u8], RejectReason> {
        let (line, rest) = split_line(self.rest)?;
        self.rest = rest;
        Ok(line)
    }
}

/// Splits after the first line and its end. A lone LF ends one too; a lone CR is refused, for two
/// programs may take it for different things.
#[inline]
fn split_line(bytes: &[u8]) -> Result<(&[u8], &[u8]), RejectReason> {
    let Some(at) = find_line_end(bytes) else { return Err(RejectReason::HeadNotEnded) };
    let (line, end) = bytes.split_at_checked(at).unwrap_or_default();
    match end {
        [b'\r', b'\n', rest @ ..] | [b'\n', rest @ ..] => Ok((line, rest)),
        [] | [b'\r'] => Err(RejectReason::HeadNotEnded),
        _ => Err(RejectReason::BareCr),
    }
}

/// Joins `value` with the lines that continue it, one space for each fold.
#[cold]
fn join<'a>(value: &[u8], mut rest: &'a [u8]) -> Result<(Arc<Bytes>, &'a [u8]), RejectReason> {
    let mut joined = value.to_vec();
    while is_continuation(rest) {
        let line;
        (line, rest) = split_line(rest)?;
        let more = trim(line);
        if !joined.is_empty() && !more.is_empty() {
            joined.push(b' ');
        }
        joined.extend_from_slice(more);
        checked(&joined)?;
    }
    Ok((Arc::new(Bytes::from(joined)), rest))
}

const fn is_continuation(line: &[u8]) -> bool {
    matches!(line, [b' ' | b'\t', ..])
}

/// Without white space at both ends, of which there mostly is one space before.
#[inline]
fn trim_usual(value: &[u8]) -> &[u8] {
    match value {
        [b' ', value @ ..] if !has_space_around(value) => value,
        _ => trim(value),
    }
}

#[inline]
fn has_space_around(value: &[u8]) -> bool {
    matches!(value, [..=b' ', ..] | [.., ..=b' '])
}

/// Reads what stands before the colon: a name, and perhaps white space.
#[inline]
fn read_name(before_colon: &[u8]) -> Option<(Option<Known>, &[u8])> {
    // What there is a word for is a token.
    match Known::of(before_colon) {
        Some(known) => Some((Some(known), before_colon)),
        None => read_other_name(before_colon),
    }
}

#[cold]
fn read_other_name(before_colon: &[u8]) -> Option<(Option<Known>, &[u8])> {
    let name = trim_end(before_colon);
    is_token(name).then(|| (Known::of(name), name))
}

fn checked(value: &[u8]) -> Result<(), RejectReason> {
    if value.len() > HEADER_BYTES_MAX { Err(RejectReason::HeaderTooLong) } else { Ok(()) }
}

/// How many bytes a Content-Length value says; both the datagram parser and the stream framer ask
/// here, so they cannot disagree where a message ends.
pub(crate) fn content_length(value: &[u8]) -> Result<usize, RejectReason> {
    let Some(length) = number(value) else {
        return Err(RejectReason::Bad(Name::ContentLength));
    };
    match usize::try_from(length) {
        Ok(length) if length <= MESSAGE_BYTES_MAX => Ok(length),
        Ok(_) | Err(_) => Err(RejectReason::TooLarge),
    }
}
