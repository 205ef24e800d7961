//! A datagram to lines: the start line, then headers with their folds opened (RFC 3261 §7.3.1).

use crate::lexer::{find, find_line_end, is_token, number, trim, trim_end};
use crate::name::Known;
use crate::{HEADER_BYTES_MAX, HEADERS_MAX, MESSAGE_BYTES_MAX, Name, RejectReason};
use bytes::Bytes;
use std::sync::Arc;

/// Walks over the head of a message.
pub(crate) struct Lines<'a> {
    rest: &'a [u8],
    headers: usize,
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
        Self { rest: bytes.get(blank..).unwrap_or_default(), headers: 0 }
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
        if self.headers == HEADERS_MAX {
            return Err(RejectReason::TooManyHeaders);
        }
        self.headers += 1;
        let Some(colon) = find(line, b':') else { return Err(RejectReason::NoColon) };
        let (name, value) = line.split_at_checked(colon).unwrap_or_default();
        let value = value.get(1..).unwrap_or_default();
        let Some((known, name)) = read_name(name) else { return Err(RejectReason::NoColon) };
        Ok(Some(Line { known, name, value: self.unfold(trim(value))? }))
    }

    /// What follows the empty line; to be asked for when the headers have ended.
    pub(crate) const fn body(&self) -> &'a [u8] {
        self.rest
    }

    /// Cuts off one line. A lone LF ends one too; a lone CR is refused, for two programs may take
    /// it for different things.
    #[inline]
    fn raw_line(&mut self) -> Result<&'a [u8], RejectReason> {
        let at = find_line_end(self.rest).unwrap_or(self.rest.len());
        let (line, end) = self.rest.split_at_checked(at).unwrap_or_default();
        self.rest = match end {
            [b'\r', b'\n', rest @ ..] | [b'\n', rest @ ..] => rest,
            [] | [b'\r'] => return Err(RejectReason::HeadNotEnded),
            _ => return Err(RejectReason::BareCr),
        };
        Ok(line)
    }

    /// `value`, with the lines that continue it.
    #[inline]
    fn unfold(&mut self, value: &'a [u8]) -> Result<Value<'a>, RejectReason> {
        if self.is_continued() {
            return self.join(value);
        }
        checked(value)?;
        Ok(Value::Plain(value))
    }

    /// Joins `value` with those lines, one space for each fold.
    #[cold]
    fn join(&mut self, value: &[u8]) -> Result<Value<'a>, RejectReason> {
        let mut joined = value.to_vec();
        while self.is_continued() {
            let more = trim(self.raw_line()?);
            if !joined.is_empty() && !more.is_empty() {
                joined.push(b' ');
            }
            joined.extend_from_slice(more);
            checked(&joined)?;
        }
        Ok(Value::Joined(Arc::new(Bytes::from(joined))))
    }

    const fn is_continued(&self) -> bool {
        matches!(self.rest, [b' ' | b'\t', ..])
    }
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
    let Some(length) = number(trim(value)) else {
        return Err(RejectReason::Bad(Name::ContentLength));
    };
    match usize::try_from(length) {
        Ok(length) if length <= MESSAGE_BYTES_MAX => Ok(length),
        Ok(_) | Err(_) => Err(RejectReason::TooLarge),
    }
}
