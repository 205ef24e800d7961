//! A datagram to lines: the start line, then headers with their folds opened (RFC 3261 §7.3.1).

use crate::lexer::{Kind, number, split_kind, trim, trim_start};
use crate::text::Whole;
use crate::{HEADER_BYTES_MAX, HEADERS_MAX, Name, RejectReason, Text};
use bytes::Bytes;
use memchr::memchr2;
use std::sync::Arc;

/// Walks over the head of a message.
pub(crate) struct Lines<'a> {
    whole: Whole<'a>,
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
        whole: Whole<'a>,
        /// The part.
        part: &'a [u8],
    },
    /// Folded, and joined again.
    Joined(Arc<Bytes>),
}

impl Value<'_> {
    /// The bytes to share parts of, and those that are the value.
    pub(crate) fn parts(&self) -> (Whole<'_>, &[u8]) {
        match self {
            Self::Plain { whole, part } => (*whole, part),
            Self::Joined(value) => (Whole::of(value), value),
        }
    }

    /// The value, shared.
    #[inline]
    pub(crate) fn to_text(&self) -> Text {
        let (whole, part) = self.parts();
        Text::part(whole, part)
    }
}

impl<'a> Lines<'a> {
    /// Starts at the first line that is not empty (RFC 3261 §7.5); long values are shared from
    /// `whole`.
    pub(crate) fn new(whole: Whole<'a>, bytes: &'a [u8]) -> Self {
        let blank = bytes.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        Self { whole, rest: bytes.get(blank..).unwrap_or_default(), headers: 0 }
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
        let (name, rest) = split_kind(line, Kind::Token);
        let value = trim_start(rest).strip_prefix(b":").filter(|_| !name.is_empty());
        let value = self.unfold(trim(value.ok_or(RejectReason::NoColon)?))?;
        let name = Name::of_token(self.whole, name);
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

    /// `value`, with the lines that continue it.
    #[inline]
    fn unfold(&mut self, value: &'a [u8]) -> Result<Value<'a>, RejectReason> {
        if self.is_continued() {
            return self.join(value);
        }
        checked(value)?;
        Ok(Value::Plain { whole: self.whole, part: value })
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
