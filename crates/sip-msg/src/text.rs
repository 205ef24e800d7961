//! A cheap-to-clone piece of text as it was on the wire: usually UTF-8, never assumed to be.

use bytes::Bytes;
use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt::{self, Write as _};
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// Bytes that a text holds in itself. Tags, users, hosts and most values are no longer, and copying so
/// few costs less than sharing them.
const OWN_MAX: usize = 15;

/// Bytes that are meant as text. Compares, orders and hashes by its bytes. A clone of a short one is a
/// copy, a clone of a long one shares its bytes.
#[derive(Clone)]
pub struct Text(Kept);

#[derive(Clone)]
enum Kept {
    /// At most [`OWN_MAX`] bytes.
    Own(Own),
    /// Words of the program.
    Fixed(&'static [u8]),
    /// Memory of its own.
    Alone(Arc<[u8]>),
    /// A long part of something read.
    Shared { start: u32, len: u32, whole: Arc<Bytes> },
}

/// Bytes in place, laid out as two words: such move in few steps.
#[derive(Clone, Copy)]
#[repr(align(8))]
struct Own {
    bytes: [u8; OWN_MAX],
    len: u8,
}

impl Own {
    const EMPTY: Self = Self { bytes: [0; OWN_MAX], len: 0 };

    /// A copy, if there is room.
    #[inline]
    fn copy(text: &[u8]) -> Option<Self> {
        let mut own = Self::EMPTY;
        own.bytes.get_mut(..text.len())?.copy_from_slice(text);
        own.len = u8::try_from(text.len()).ok()?;
        Some(own)
    }
}

/// What long parts are shared from; without it they are copied.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Whole<'a>(Option<&'a Arc<Bytes>>);

impl<'a> Whole<'a> {
    /// Nothing can be shared.
    pub(crate) const NONE: Self = Self(None);

    /// Parts of this can.
    pub(crate) const fn of(bytes: &'a Arc<Bytes>) -> Self {
        Self(Some(bytes))
    }

    /// Shares `part`, if it is one.
    #[inline]
    fn share(self, part: &[u8]) -> Option<Kept> {
        let whole = self.0?;
        let start = part.as_ptr().addr().checked_sub(whole.as_ptr().addr())?;
        if start.checked_add(part.len())? > whole.len() {
            return None;
        }
        let (start, len) = (u32::try_from(start).ok()?, u32::try_from(part.len()).ok()?);
        Some(Kept::Shared { start, len, whole: Arc::clone(whole) })
    }
}

impl Kept {
    /// A copy, if it is short.
    #[inline]
    fn own(text: &[u8]) -> Option<Self> {
        Own::copy(text).map(Self::Own)
    }

    /// Of these bytes, however many; parts of them are not shared.
    fn alone(bytes: &[u8]) -> Self {
        Self::own(bytes).unwrap_or_else(|| Self::Alone(Arc::from(bytes)))
    }
}

impl Text {
    /// Text of these bytes, which are copied.
    #[must_use]
    #[inline(never)]
    pub fn copied(bytes: &[u8]) -> Self {
        Self(Kept::alone(bytes))
    }

    /// The part of `whole` that `part` points at, shared if it is long.
    pub(crate) fn part(whole: Whole<'_>, part: &[u8]) -> Self {
        if part.len() > OWN_MAX
            && let Some(shared) = whole.share(part)
        {
            return Self(shared);
        }
        Self::copied(part)
    }

    /// What long parts of this text are shared from.
    pub(crate) const fn whole(&self) -> Whole<'_> {
        match &self.0 {
            Kept::Own(_) | Kept::Fixed(_) | Kept::Alone(_) => Whole::NONE,
            Kept::Shared { whole, .. } => Whole::of(whole),
        }
    }

    /// The same text in memory of its own, so that keeping it does not keep a whole datagram.
    #[must_use]
    pub fn detached(&self) -> Self {
        match &self.0 {
            Kept::Own(_) | Kept::Fixed(_) | Kept::Alone(_) => self.clone(),
            Kept::Shared { .. } => Self::copied(self.as_bytes()),
        }
    }

    /// The bytes.
    #[must_use]
    #[inline]
    pub fn as_bytes(&self) -> &[u8] {
        match &self.0 {
            Kept::Own(own) => own.bytes.get(..usize::from(own.len)).unwrap_or_default(),
            Kept::Fixed(bytes) => bytes,
            Kept::Alone(bytes) => bytes,
            Kept::Shared { start, len, whole } => {
                let (start, len) = (*start as usize, *len as usize);
                whole.get(start..start + len).unwrap_or_default()
            }
        }
    }

    /// The text as UTF-8, if it is that.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        std::str::from_utf8(self.as_bytes()).ok()
    }

    /// The text as UTF-8, with U+FFFD in place of what is not.
    #[must_use]
    pub fn to_str_lossy(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(self.as_bytes())
    }

    /// Whether both are the same but for the case of ASCII letters.
    #[must_use]
    pub fn eq_ignore_case(&self, other: &str) -> bool {
        self.as_bytes().eq_ignore_ascii_case(other.as_bytes())
    }

    /// How many bytes it has.
    #[must_use]
    pub fn len(&self) -> usize {
        match &self.0 {
            Kept::Own(own) => own.len as usize,
            Kept::Fixed(bytes) => bytes.len(),
            Kept::Alone(bytes) => bytes.len(),
            Kept::Shared { len, .. } => *len as usize,
        }
    }

    /// Whether it has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Default for Text {
    fn default() -> Self {
        Self(Kept::Own(Own::EMPTY))
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl Eq for Text {}

impl Ord for Text {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_bytes().cmp(other.as_bytes())
    }
}

impl PartialOrd for Text {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Hash for Text {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_bytes().hash(state);
    }
}

impl From<&'static str> for Text {
    fn from(text: &'static str) -> Self {
        Self(Kept::Fixed(text.as_bytes()))
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self(Kept::alone(text.as_bytes()))
    }
}

impl From<Bytes> for Text {
    fn from(bytes: Bytes) -> Self {
        Self(Kept::alone(&bytes))
    }
}

impl From<&Self> for Text {
    fn from(text: &Self) -> Self {
        text.clone()
    }
}

impl AsRef<[u8]> for Text {
    fn as_ref(&self) -> &[u8] {
        self.as_bytes()
    }
}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        self.as_bytes() == other.as_bytes()
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
    fn a_text_takes_no_more_than_three_words_and_so_does_none() {
        assert_eq!(size_of::<Text>(), 24);
        assert_eq!(size_of::<Option<Text>>(), 24);
    }

    #[test]
    fn a_text_is_the_same_however_it_is_kept() {
        const WORDS: &str = "every good boy deserves fudge, and a bus";
        let read = Arc::new(Bytes::from_static(WORDS.as_bytes()));
        let whole = Whole::of(&read);
        for length in 0..=WORDS.len() {
            let part = &read[..length];
            let text = Text::part(whole, part);
            assert_eq!((text.as_bytes(), text.len()), (part, length));
            let fixed = Text::from(&WORDS[..length]);
            for other in [text.clone(), text.detached(), Text::copied(part), fixed] {
                assert_eq!(
                    (&other, other.cmp(&text), other.len()),
                    (&text, Ordering::Equal, length)
                );
                let end = &other.as_bytes()[length / 3..];
                assert_eq!(Text::part(other.whole(), end).as_bytes(), end);
            }
        }
    }

    #[test]
    fn a_long_part_is_shared_and_what_is_no_part_is_copied() {
        let read = Arc::new(Bytes::from(vec![b'x'; 100]));
        let part = Text::part(Whole::of(&read), &read[10..90]);
        assert_eq!(part.as_bytes().as_ptr(), read[10..].as_ptr());
        assert_ne!(part.detached().as_bytes().as_ptr(), read[10..].as_ptr());
        let elsewhere = [b'x'; 80];
        assert_eq!(Text::part(Whole::of(&read), &elsewhere), part);
    }

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
