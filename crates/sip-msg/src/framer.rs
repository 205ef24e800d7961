//! A byte stream to messages (RFC 3261 §18.3): each ends where its Content-Length says.

use crate::lines::{Lines, content_length};
use crate::name::Known;
use crate::{MESSAGE_BYTES_MAX, Name, Reject, RejectReason};
use bytes::{Buf as _, Bytes, BytesMut};
use memchr::memchr;
use thiserror::Error;

/// One thing found in a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Frame {
    /// An empty line twice: the peer asks whether we are there (RFC 5626 §4.4.1). Answer with CRLF.
    Ping,
    /// One whole message, for [`parse`](crate::parse()).
    Message(Bytes),
}

/// The stream cannot be followed any further: send the answer, if there is one, and close.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{reject}")]
pub struct FrameError {
    /// What is wrong, with the answer to send.
    pub reject: Reject,
}

/// Gathers bytes and cuts them into frames. Holds at most one message and what came in one push
/// after it; the bytes of a head are searched once, however slowly they drip in.
#[derive(Debug, Default)]
pub struct Framer {
    bytes: BytesMut,
    /// How far the end of the head has been searched for.
    searched: usize,
    /// How long the first message is, once its head is there.
    length: Option<usize>,
    is_lost: bool,
}

impl Framer {
    /// A framer at the start of a stream.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes bytes that have arrived. Call [`next`](Self::next) until it has no more before the
    /// next push: that is what bounds the memory.
    pub fn push(&mut self, bytes: &[u8]) {
        if !self.is_lost {
            self.bytes.extend_from_slice(bytes);
        }
    }

    /// The next frame, if it is all there.
    #[expect(clippy::should_implement_trait, reason = "`None` is not the end: more may be pushed")]
    pub fn next(&mut self) -> Option<Result<Frame, FrameError>> {
        if self.is_lost {
            return None;
        }
        if self.searched == 0 {
            match self.skip_blank_lines() {
                Blank::Ping => return Some(Ok(Frame::Ping)),
                Blank::Undecided => return None,
                Blank::Over => {}
            }
        }
        let length = match self.find_length() {
            Ok(length) => length?,
            Err(why) => return Some(Err(self.lose(why))),
        };
        if self.bytes.len() < length {
            return None;
        }
        self.searched = 0;
        self.length = None;
        Some(Ok(Frame::Message(self.bytes.split_to(length).freeze())))
    }

    /// Whether part of a message is waiting for the rest.
    #[must_use]
    pub fn is_inside(&self) -> bool {
        !self.bytes.is_empty()
    }

    /// Drops line ends between messages; two in a row are a ping.
    fn skip_blank_lines(&mut self) -> Blank {
        loop {
            match &self.bytes[..] {
                [b'\r', b'\n', b'\r', b'\n', ..] => {
                    self.bytes.advance(4);
                    return Blank::Ping;
                }
                [] | [b'\r'] | [b'\r', b'\n'] | [b'\r', b'\n', b'\r'] => return Blank::Undecided,
                [b'\r', b'\n', ..] => self.bytes.advance(2),
                [b'\n', ..] => self.bytes.advance(1),
                [_, ..] => return Blank::Over,
            }
        }
    }

    /// How long the first message is: head and body; `None` while the head is not all there.
    fn find_length(&mut self) -> Result<Option<usize>, RejectReason> {
        if self.length.is_none() {
            let Some(head) = self.find_head_end() else {
                let is_full = self.bytes.len() > MESSAGE_BYTES_MAX;
                return if is_full { Err(RejectReason::TooLarge) } else { Ok(None) };
            };
            let body = self.body_length(head)?;
            let length = head.saturating_add(body);
            if length > MESSAGE_BYTES_MAX {
                return Err(RejectReason::TooLarge);
            }
            self.length = Some(length);
        }
        Ok(self.length)
    }

    /// How many bytes the head has, with its empty line.
    fn find_head_end(&mut self) -> Option<usize> {
        while let Some(at) = memchr(b'\n', self.bytes.get(self.searched..)?) {
            let after = self.searched + at + 1;
            let blank = match self.bytes.get(after..)? {
                [b'\r', b'\n', ..] => 2,
                [b'\n', ..] => 1,
                // Not told yet: look again at this line end when more has come.
                [] | [b'\r'] => {
                    self.searched += at;
                    return None;
                }
                _ => 0,
            };
            if blank > 0 {
                return Some(after + blank);
            }
            self.searched = after;
        }
        self.searched = self.bytes.len();
        None
    }

    /// What Content-Length says. A stream needs it (RFC 3261 §20.14): without it the body of one
    /// message would be read as the next.
    fn body_length(&self, head: usize) -> Result<usize, RejectReason> {
        let mut lines = Lines::new(self.bytes.get(..head).unwrap_or_default());
        lines.start_line()?;
        let mut found = None;
        while let Some(line) = lines.header()? {
            if line.known != Some(Known::ContentLength) {
                continue;
            }
            let length = content_length(line.value.bytes())?;
            if found.is_some_and(|before| before != length) {
                return Err(RejectReason::Repeated(Name::ContentLength));
            }
            found = Some(length);
        }
        found.ok_or(RejectReason::LengthMissing)
    }

    fn lose(&mut self, why: RejectReason) -> FrameError {
        self.is_lost = true;
        let bytes = std::mem::take(&mut self.bytes).freeze();
        FrameError { reject: Reject::new(why, &bytes) }
    }
}

/// What stands before a message.
enum Blank {
    /// A whole ping.
    Ping,
    /// Nothing, or what may become a ping.
    Undecided,
    /// The message itself.
    Over,
}
