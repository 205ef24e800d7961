//! A cheap-to-clone piece of text as it was on the wire: usually UTF-8, never assumed to be.

use bytes::Bytes;
use std::borrow::Cow;
use std::fmt::{self, Write as _};

/// Bytes that are meant as text. Compares, orders and hashes by its bytes; clones share them.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text(Bytes);

impl Text {
    /// Text of these bytes, which are copied.
    #[must_use]
    pub fn copied(bytes: &[u8]) -> Self {
        Self(Bytes::copy_from_slice(bytes))
    }

    /// The part of `whole` that `part` points at, shared and not copied.
    pub(crate) fn part(whole: &Bytes, part: &[u8]) -> Self {
        Self(whole.slice_ref(part))
    }

    /// The same, but a part that is one of `known` is not shared: it is in the program already.
    pub(crate) fn part_or_known(whole: &Bytes, part: &[u8], known: &[&'static str]) -> Self {
        let known = known.iter().find(|known| known.as_bytes() == part);
        known.map_or_else(|| Self::part(whole, part), |known| Self::from(*known))
    }

    /// The same text in memory of its own, so that keeping it does not keep a whole datagram.
    #[must_use]
    pub fn detached(&self) -> Self {
        Self::copied(&self.0)
    }

    /// The bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The bytes, shared.
    #[must_use]
    pub const fn bytes(&self) -> &Bytes {
        &self.0
    }

    /// The text as UTF-8, if it is that.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        std::str::from_utf8(&self.0).ok()
    }

    /// The text as UTF-8, with U+FFFD in place of what is not.
    #[must_use]
    pub fn to_str_lossy(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.0)
    }

    /// Whether both are the same but for the case of ASCII letters.
    #[must_use]
    pub fn eq_ignore_case(&self, other: &str) -> bool {
        self.0.eq_ignore_ascii_case(other.as_bytes())
    }

    /// How many bytes it has.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether it has none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<&'static str> for Text {
    fn from(text: &'static str) -> Self {
        Self(Bytes::from_static(text.as_bytes()))
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self(Bytes::from(text))
    }
}

impl From<Bytes> for Text {
    fn from(bytes: Bytes) -> Self {
        Self(bytes)
    }
}

impl From<&Self> for Text {
    fn from(text: &Self) -> Self {
        text.clone()
    }
}

impl AsRef<[u8]> for Text {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        *self.0 == *other.as_bytes()
    }
}

impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        *self.0 == *other.as_bytes()
    }
}

/// Fit for a log or a terminal: control characters are escaped, what is not UTF-8 shows as U+FFFD.
impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.to_str_lossy().chars() {
            if c.is_control() {
                write!(f, "{}", c.escape_default())?;
            } else {
                f.write_char(c)?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.to_str_lossy())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_from_the_wire_cannot_play_with_a_terminal() {
        let text = Text::copied(b"a\x1b[2J\r\nb\xff");
        assert_eq!(text.to_string(), "a\\u{1b}[2J\\r\\nb\u{fffd}");
        assert_eq!(text.as_str(), None);
    }

    #[test]
    fn text_compares_by_bytes_and_on_wish_without_case() {
        let text = Text::from("Invite");
        assert_eq!(text, "Invite");
        assert_ne!(text, "INVITE");
        assert!(text.eq_ignore_case("INVITE"));
        assert!(!text.eq_ignore_case("INVITED"));
    }
}
