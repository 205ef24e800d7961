//! Whether two numbers are the same one, however they are written.

/// Fewer digits than this are told apart by all of them: an extension is no end of a longer number.
const WHOLE_MIN: usize = 7;
/// What may stand before a number: a country's code.
const COUNTRY_MAX: usize = 3;

/// A number as it counts: its digits, without zeros at the beginning, which a trunk or a network wants. What has no
/// digits counts as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Number(String);

impl Number {
    /// Reads a number; none if there is nothing in it.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        let significant = digits.trim_start_matches('0');
        let counts = if significant.is_empty() { text.trim() } else { significant };
        (!counts.is_empty()).then(|| Self(counts.to_owned()))
    }

    /// Whether `text` is this number, with or without a country's code. A text in which a number is one word among
    /// others is none.
    pub(crate) fn is(&self, text: &str) -> bool {
        let looks_so = |letter: char| letter.is_ascii_digit() || " +-().".contains(letter);
        let Some(other) = Self::read(text) else { return false };
        if self.0 == other.0 {
            return text.trim() == self.0 || text.chars().all(looks_so);
        }
        let (long, short) =
            if self.0.len() > other.0.len() { (&self.0, &other.0) } else { (&other.0, &self.0) };
        text.chars().all(looks_so)
            && short.len() >= WHOLE_MIN
            && long.len() - short.len() <= COUNTRY_MAX
            && long.ends_with(short.as_str())
    }

    /// What every way to write it without separators ends with.
    pub(crate) fn ending(&self) -> &str {
        let begins = self.0.char_indices().rev().nth(WHOLE_MIN - 1).map_or(0, |(at, _)| at);
        self.0.get(begins..).unwrap_or(&self.0)
    }

    /// As it counts, with what may be a country's code left away, for a hash that is the same for each way to write it.
    pub(crate) fn stable(&self) -> &str {
        let begins = self.0.char_indices().rev().nth(WHOLE_MIN + 1).map_or(0, |(at, _)| at);
        self.0.get(begins..).unwrap_or(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_known_in_each_of_its_forms_and_no_other_is_taken_for_it() {
        let number = Number::read("+46 70-123 45 67").unwrap();
        for same in ["+46701234567", "0701234567", "0046701234567", "46701234567", "070-123 45 67"]
        {
            assert!(number.is(same), "{same}");
        }
        for other in ["0701234568", "1234567", "", "+46701234567 or so", "anonymous", "01234567"] {
            assert!(!number.is(other), "{other}");
        }
        let extension = Number::read("1001").unwrap();
        assert!(extension.is("1001") && !extension.is("+4681001") && !extension.is("46701001"));
        assert!(Number::read("anonymous").unwrap().is("anonymous"));
        assert_eq!(Number::read(" "), None);
    }

    #[test]
    fn each_form_has_the_same_end() {
        for same in ["+46701234567", "0701234567", "0046701234567"] {
            let number = Number::read(same).unwrap();
            assert_eq!((number.ending(), number.stable()), ("1234567", "701234567"));
        }
    }
}
