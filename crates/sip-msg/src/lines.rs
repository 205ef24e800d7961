//! A datagram to lines: the start line, then headers with their folds opened (RFC 3261 §7.3.1).

use crate::lexer::{number, split_at_byte, trim, trim_end};
use crate::{HEADER_BYTES_MAX, HEADERS_MAX, Name, RejectReason, Text};
use bytes::Bytes;
use memchr::memchr2;

/// Walks over the head of a message.
pub(crate) struct Lines<'a> {
    whole: &'a Bytes,
    rest: &'a [u8],
    headers: usize,
}

/// One header line.
pub(crate) struct Line<'a> {
    pub(crate) name: Name,
    pub(crate) value: Value<'a>,
}

/// The value of a header, without white space at its ends. Sharing bytes costs more than reading
/// them, so a value is shared only by who keeps it.
pub(crate) enum Value<'a> {
    /// On one line: a part of the datagram.
    Plain {
        /// The datagram.
        whole: &'a Bytes,
        /// The part.
        part: &'a [u8],
    },
    /// Folded, and joined again.
    Joined(Bytes),
}

impl Value<'_> {
    /// The bytes to share parts of, and those that are the value.
    pub(crate) fn parts(&self) -> (&Bytes, &[u8]) {
        match self {
            Self::Plain { whole, part } => (whole, part),
            Self::Joined(value) => (value, value),
        }
    }

    /// The value, shared.
    pub(crate) fn into_text(self) -> Text {
        match self {
            Self::Plain { whole, part } => Text::part(whole, part),
            Self::Joined(value) => Text::from(value),
        }
    }
}

impl<'a> Lines<'a> {
    /// Starts at the first line that is not empty (RFC 3261 §7.5).
    pub(crate) fn new(whole: &'a Bytes) -> Self {
        let blank = whole.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        Self { whole, rest: whole.get(blank..).unwrap_or_default(), headers: 0 }
    }

    /// The start line; to be asked for once, first.
    pub(crate) fn start_line(&mut self) -> Result<&'a [u8], RejectReason> {
        self.raw_line()
    }

    /// The next header; `None` after the last.
    pub(crate) fn header(&mut self) -> Result<Option<Line<'a>>, RejectReason> {
        let line = self.raw_line()?;
        if line.is_empty() {
            return Ok(None);
        }
        if self.headers == HEADERS_MAX {
            return Err(RejectReason::TooManyHeaders);
        }
        self.headers += 1;
        let (name, value) = split_at_byte(line, b':').ok_or(RejectReason::NoColon)?;
        let name = Name::from_part(self.whole, trim_end(name)).ok_or(RejectReason::NoColon)?;
        let value = self.unfold(trim(value))?;
        Ok(Some(Line { name, value }))
    }

    /// What follows the empty line; to be asked for when the headers have ended.
    pub(crate) const fn body(&self) -> &'a [u8] {
        self.rest
    }

    /// Cuts off one line. A lone LF ends one too; a lone CR is refused, for two programs may take
    /// it for different things.
    fn raw_line(&mut self) -> Result<&'a [u8], RejectReason> {
        let at = memchr2(b'\r', b'\n', self.rest).ok_or(RejectReason::HeadNotEnded)?;
        let (line, end) = self.rest.split_at_checked(at).unwrap_or_default();
        self.rest = match end {
            [b'\r', b'\n', rest @ ..] | [b'\n', rest @ ..] => rest,
            [b'\r'] => return Err(RejectReason::HeadNotEnded),
            _ => return Err(RejectReason::BareCr),
        };
        Ok(line)
    }

    /// Joins `value` with the lines that continue it, one space for each fold.
    fn unfold(&mut self, value: &'a [u8]) -> Result<Value<'a>, RejectReason> {
        if !self.is_continued() {
            return checked(value).map(|()| Value::Plain { whole: self.whole, part: value });
        }
        let mut joined = value.to_vec();
        while self.is_continued() {
            let more = trim(self.raw_line()?);
            if !joined.is_empty() && !more.is_empty() {
                joined.push(b' ');
            }
            joined.extend_from_slice(more);
            checked(&joined)?;
        }
        Ok(Value::Joined(Bytes::from(joined)))
    }

    const fn is_continued(&self) -> bool {
        matches!(self.rest, [b' ' | b'\t', ..])
    }
}

fn checked(value: &[u8]) -> Result<(), RejectReason> {
    if value.len() > HEADER_BYTES_MAX { Err(RejectReason::HeaderTooLong) } else { Ok(()) }
}

/// How many bytes a Content-Length value says; both the datagram parser and the stream framer ask
/// here, so they cannot disagree where a message ends.
pub(crate) fn content_length(value: &[u8]) -> Result<usize, RejectReason> {
    let length = number(trim(value)).ok_or(RejectReason::Bad(Name::ContentLength))?;
    usize::try_from(length)
        .ok()
        .filter(|length| *length <= crate::MESSAGE_BYTES_MAX)
        .ok_or(RejectReason::TooLarge)
}
