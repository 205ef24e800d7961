//! A telephone number that a caller is called back on.

use std::fmt;

/// A telephone number: up to [`Number::DIGITS_MAX`] digits, behind a plus or not. People's numbers are
/// private: it prints as its last two digits.
///
/// ```
/// let number = ivr::Number::new("+46701234567").expect("a plus and digits are a number");
/// assert_eq!(number.as_str(), "+46701234567");
/// assert_eq!(number.digits().count(), 11);
/// assert_eq!(format!("{number:?}"), "Number(…67)");
/// assert_eq!(ivr::Number::new("070-1234567"), None);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Number {
    /// The first `length` are the text; the rest are zero.
    bytes: [u8; Self::DIGITS_MAX + 1],
    length: u8,
}

impl Number {
    /// No number has more digits. (E.164 allows 15; whoever dials a prefix first needs more.)
    pub const DIGITS_MAX: usize = 20;

    /// Takes a text for a number. `None` for what has anything but digits behind a plus, and for too
    /// many or none of them.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('+').unwrap_or(text);
        let is_number = (1..=Self::DIGITS_MAX).contains(&digits.len())
            && digits.bytes().all(|byte| byte.is_ascii_digit());
        let mut bytes = [0; Self::DIGITS_MAX + 1];
        bytes.iter_mut().zip(text.bytes()).for_each(|(to, from)| *to = from);
        is_number.then_some(Self { bytes, length: u8::try_from(text.len()).ok()? })
    }

    /// What has been typed `before`, and this key. As it was if the key is no digit, or one too many.
    pub(crate) fn typed_on(before: Option<Self>, key: char) -> Option<Self> {
        let mut text = before.map_or_else(String::new, |number| number.as_str().to_owned());
        text.push(key);
        Self::new(&text).or(before)
    }

    /// The number, with its plus if it has one.
    #[must_use]
    pub fn as_str(&self) -> &str {
        let text = self.bytes.get(..usize::from(self.length)).unwrap_or_default();
        std::str::from_utf8(text).expect("`new` takes a plus and digits, which are ASCII")
    }

    /// Its digits, each from 0 to 9, in their order.
    pub fn digits(&self) -> impl Iterator<Item = u8> {
        self.bytes.into_iter().filter(u8::is_ascii_digit).map(|byte| byte - b'0')
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.as_str();
        // Of a short number even two digits are much.
        let shown = text.get(text.len().saturating_sub(2)..).filter(|_| text.len() > 4);
        write!(f, "Number(…{})", shown.unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_digits_and_not_too_many() {
        let longest = "1".repeat(Number::DIGITS_MAX);
        assert_eq!(Number::new(&longest).map(|it| it.digits().count()), Some(20));
        assert!(Number::new(&format!("+{longest}")).is_some());
        for text in ["", "+", "++46", "46+", "07x", "0 7", "*21", &format!("1{longest}")] {
            assert_eq!(Number::new(text), None, "{text}");
        }
    }

    #[test]
    fn a_key_too_many_is_not_typed() {
        let full = Number::new(&"1".repeat(Number::DIGITS_MAX));
        assert_eq!(Number::typed_on(full, '2'), full);
        assert_eq!(Number::typed_on(Number::new("07"), '0'), Number::new("070"));
        assert_eq!(Number::typed_on(None, 'A'), None);
    }

    #[test]
    fn a_short_number_is_not_shown_at_all() {
        assert_eq!(format!("{:?}", Number::new("112")), "Some(Number(…))");
    }
}
