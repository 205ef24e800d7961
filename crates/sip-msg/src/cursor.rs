//! A walk over the bytes of a value, once and forwards.

use crate::Malformed;
use crate::lexer::{Kind, is, trim_start};

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

    /// Steps over these bytes if they are next.
    #[inline]
    pub(crate) fn eat_all(&mut self, bytes: &[u8]) -> bool {
        let is_next = self.rest().starts_with(bytes);
        if is_next {
            self.at += bytes.len();
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

    /// Steps over what may be part of a `kind`, and gives it.
    #[inline]
    pub(crate) fn take(&mut self, kind: Kind) -> &'a [u8] {
        let start = self.at;
        self.skip(kind);
        self.since(start)
    }

    /// Steps over a decimal number, and gives it; too large a one is the largest.
    #[inline]
    pub(crate) fn take_number(&mut self) -> Option<u32> {
        let mut number = None;
        while let Some(digit) = self.peek().map(|byte| byte.wrapping_sub(b'0'))
            && digit < 10
        {
            let before = number.unwrap_or(0_u32);
            number = Some(before.saturating_mul(10).saturating_add(u32::from(digit)));
            self.at += 1;
        }
        number
    }

    /// Steps over white space.
    #[inline]
    pub(crate) fn skip_space(&mut self) {
        if self.peek().is_some_and(|byte| byte <= b' ') {
            self.skip_spaces();
        }
    }

    /// Steps over a mark and the white space around it, if the mark is next.
    #[inline]
    pub(crate) fn eat_spaced(&mut self, mark: u8) -> bool {
        match self.peek() {
            Some(byte) if byte == mark => {
                self.at += 1;
                self.skip_space();
                true
            }
            Some(..=b' ') => self.eat_behind_space(mark),
            Some(_) | None => false,
        }
    }

    #[cold]
    fn eat_behind_space(&mut self, mark: u8) -> bool {
        self.skip_spaces();
        let is_next = self.eat(mark);
        if is_next {
            self.skip_spaces();
        }
        is_next
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
            self.skip(Kind::Quoted);
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
