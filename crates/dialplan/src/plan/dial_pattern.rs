//! Which numbers outside may be called over a trunk: an allow-list of prefixes.

use super::number_form::behind_code;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// One entry of an allow-list: all numbers that begin with `+46`, or the short number `112`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DialPattern(Arc<str>);

/// The text is neither a prefix nor a short number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoPattern;

/// Numbers that fraud lives on: Swedish pay numbers, satellites and networks of no country. A
/// shorter prefix does not open them; who wants one writes at least so much of it.
const DEAR: [&str; 13] = [
    "+46900", "+46939", "+46944", "+4699", "+808", "+870", "+878", "+881", "+882", "+883", "+888",
    "+979", "+991",
];

/// `+` and digits for a prefix, digits alone for one whole number.
impl FromStr for DialPattern {
    type Err = NoPattern;

    fn from_str(text: &str) -> Result<Self, NoPattern> {
        let digits = text.strip_prefix('+').unwrap_or(text);
        let fits = digits.bytes().all(|digit| digit.is_ascii_digit()) && digits.len() <= 15;
        (fits && !text.is_empty()).then(|| Self(text.into())).ok_or(NoPattern)
    }
}

/// As it is written.
impl fmt::Display for DialPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl DialPattern {
    /// The same as numbers in our form begin: `+4608` is `+468`.
    pub(crate) fn in_our_form(&self, country: Option<&str>) -> Self {
        let digits = self.0.strip_prefix('+');
        let ours = country.and_then(|country| Some((country, digits?.strip_prefix(country)?)));
        match ours {
            Some((country, inland)) => {
                Self(format!("+{country}{}", behind_code(country, inland)).into())
            }
            None => self.clone(),
        }
    }

    /// Whether `number`, which is in our form, begins with it, or is it.
    #[must_use]
    pub fn covers(&self, number: &str) -> bool {
        let is_prefix = self.0.starts_with('+');
        if is_prefix { number.starts_with(&*self.0) } else { number == &*self.0 }
    }

    /// How many characters of `number`, which is in our form, this entry allows; `None` if it does
    /// not allow it. The greatest wins.
    #[must_use]
    pub fn allows(&self, number: &str) -> Option<usize> {
        let fits = self.covers(number);
        let dear = DEAR.iter().find(|dear| number.starts_with(**dear));
        let opens = dear.is_none_or(|dear| self.0.len() >= dear.len());
        (fits && opens).then_some(self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allows(pattern: &str, number: &str) -> Option<usize> {
        pattern.parse::<DialPattern>().unwrap().allows(number)
    }

    #[test]
    fn a_prefix_allows_what_begins_with_it_and_a_short_number_only_itself() {
        assert_eq!(allows("+46", "+46812345"), Some(3));
        assert_eq!(allows("+468", "+46812345"), Some(4));
        assert_eq!(allows("+47", "+46812345"), None);
        assert_eq!(allows("112", "112"), Some(3));
        assert_eq!(allows("112", "1123"), None);
        assert_eq!(allows("46", "+46812345"), None);
        assert_eq!(allows("+", "+12025550100"), Some(1));
    }

    #[test]
    fn dear_numbers_are_open_only_where_they_are_written() {
        assert_eq!(allows("+46", "+46900123456"), None);
        assert_eq!(allows("+46900", "+46900123456"), Some(6));
        assert_eq!(allows("+469001", "+46900123456"), Some(7));
        assert_eq!(allows("+", "+883510001"), None);
        assert_eq!(allows("+8", "+881612345678"), None);
        assert_eq!(allows("+883", "+883510001"), Some(4));
    }

    #[test]
    fn other_texts_are_no_pattern() {
        for text in ["", "*21", "+46x", "46 8", "+1234567890123456"] {
            assert_eq!(text.parse::<DialPattern>(), Err(NoPattern), "{text}");
        }
    }
}
