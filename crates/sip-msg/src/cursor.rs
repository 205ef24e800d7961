//! A walk over the bytes of a value, once and forwards.

use crate::Malformed;
use crate::lexer::{Kind, all_are, is, trim_start};

/// Where in a value a reader is. Readers that ask for the next byte by its place keep one number in
/// hand where a rest of the bytes would be two.
pub(crate) struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
    /// How much white space has been skipped so far.
    spaces: usize,
}

impl<'a> Cursor<'a> {
    /// At the start of `bytes`.
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0, spaces: 0 }
    }

    /// How far it has come.
    #[inline]
    pub(crate) const fn at(&self) -> usize {
        self.at
    }

    /// How much white space it has skipped.
    #[inline]
    pub(crate) const fn spaces(&self) -> usize {
        self.spaces
    }

    /// Goes back to where it has been.
    #[inline]
    pub(crate) const fn go_back(&mut self, at: usize) {
        self.at = at;
    }

    /// The next byte.
    #[inline]
    pub(crate) fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// Whether nothing is left.
    #[inline]
    pub(crate) const fn is_at_end(&self) -> bool {
        self.at >= self.bytes.len()
    }

    /// Steps over the next byte if it is this one.
    #[inline]
    pub(crate) fn eat(&mut self, byte: u8) -> bool {
        let is_next = self.peek() == Some(byte);
        if is_next {
            self.at += 1;
        }
        is_next
    }

    /// Steps over what may be part of a `kind`.
    #[inline]
    pub(crate) fn skip(&mut self, kind: Kind) {
        let mut at = self.at;
        while let Some(byte) = self.bytes.get(at)
            && is(*byte, kind)
        {
            at += 1;
        }
        self.at = at;
    }

    /// The same, made for what is long.
    #[inline]
    pub(crate) fn skip_many(&mut self, kind: Kind) {
        let mut rest = self.rest();
        while let Some((four, after)) = rest.split_first_chunk::<4>()
            && all_are(four, kind)
        {
            rest = after;
        }
        while let [byte, after @ ..] = rest
            && is(*byte, kind)
        {
            rest = after;
        }
        self.at = self.bytes.len() - rest.len();
    }

    /// Steps over what may be part of a `kind`, and gives it.
    #[inline]
    pub(crate) fn take(&mut self, kind: Kind) -> &'a [u8] {
        let start = self.at;
        self.skip(kind);
        self.since(start)
    }

    /// The same, made for what is long.
    #[inline]
    pub(crate) fn take_many(&mut self, kind: Kind) -> &'a [u8] {
        let start = self.at;
        self.skip_many(kind);
        self.since(start)
    }

    /// Steps over white space.
    #[inline]
    pub(crate) fn skip_space(&mut self) {
        if self.peek().is_some_and(|byte| byte <= b' ') {
            self.skip_spaces();
        }
    }

    #[cold]
    fn skip_spaces(&mut self) {
        let rest = self.rest();
        let skipped = rest.len() - trim_start(rest).len();
        self.at += skipped;
        self.spaces += skipped;
    }

    /// Steps over a string and its quotes; whether nothing in it is escaped.
    pub(crate) fn skip_quoted(&mut self) -> Result<bool, Malformed> {
        if !self.eat(b'"') {
            return Err(Malformed::Quote);
        }
        let mut is_plain = true;
        loop {
            self.skip_many(Kind::Quoted);
            if self.eat(b'"') {
                return Ok(is_plain);
            }
            is_plain = false;
            // An escape, of whatever follows.
            self.at += 2;
            if self.at > self.bytes.len() {
                return Err(Malformed::Quote);
            }
        }
    }

    /// Steps over `len` bytes, or to the end.
    #[inline]
    pub(crate) fn advance(&mut self, len: usize) {
        self.at = self.at.saturating_add(len).min(self.bytes.len());
    }

    /// What it has stepped over since it was there.
    #[inline]
    pub(crate) fn since(&self, start: usize) -> &'a [u8] {
        self.between(start, self.at)
    }

    /// What stands between two places.
    #[inline]
    pub(crate) fn between(&self, start: usize, end: usize) -> &'a [u8] {
        self.bytes.get(start..end).unwrap_or_default()
    }

    /// What is left.
    #[inline]
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }
}
