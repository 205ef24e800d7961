//! Numbers that are written for many at once: `08123456XX`, `2[0-4]X`, `+468123*`.
//!
//! `X` is any digit, `[0-4]` one of these, and `*` at the end any further digits, none too. A number that is
//! written out is the pattern of itself alone, so that numbers and patterns can be compared.

use super::number_form::{DIGITS_MAX, zero_goes};
use std::fmt;

/// A number, or many.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NumberPattern {
    plus: Plus,
    digits: Vec<Digits>,
    rest: Rest,
}

/// Whether it begins with the sign of an international number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Plus {
    With,
    Without,
}

/// What may follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rest {
    Nothing,
    AnyDigits,
}

/// Some of the ten digits, one bit each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Digits(u16);

impl Digits {
    const ALL: Self = Self(0x3ff);

    fn one(digit: char) -> Option<Self> {
        digit.to_digit(10).map(|digit| Self(1 << digit))
    }

    const fn is_within(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    const fn is_one(self) -> bool {
        self.0.count_ones() == 1
    }

    fn each(self) -> impl Iterator<Item = u32> {
        (0..10).filter(move |digit| self.0 & (1 << digit) != 0)
    }
}

/// Finding out whether patterns leave something of another one is given up after so many steps.
const STEPS_MAX: u32 = 20_000;

/// The digits of a country's code.
fn code_of(country: &str) -> Vec<Digits> {
    country.chars().filter_map(Digits::one).collect()
}

impl NumberPattern {
    /// Reads a number or a pattern; `None` for what is neither, such as `support` or `*99`.
    pub(crate) fn read(written: &str) -> Option<Self> {
        let (plus, behind) = match written.strip_prefix('+') {
            Some(behind) => (Plus::With, behind),
            None => (Plus::Without, written),
        };
        let (rest, mut letters) = match behind.strip_suffix('*') {
            Some(before) => (Rest::AnyDigits, before.chars()),
            None => (Rest::Nothing, behind.chars()),
        };
        let mut digits = Vec::new();
        while let Some(letter) = letters.next() {
            digits.push(match letter {
                'X' => Digits::ALL,
                '[' => one_of(&mut letters)?,
                // What people write between digits (RFC 3966 §5.1.1).
                '-' | '.' => continue,
                digit => Digits::one(digit)?,
            });
        }
        // A star alone is a key of a telephone.
        let is_there = !digits.is_empty() || (plus == Plus::With && rest == Rest::AnyDigits);
        (is_there && digits.len() <= DIGITS_MAX).then_some(Self { plus, digits, rest })
    }

    /// The zero of calls within the country stands in no number of ours: `+46 (0)8 123`.
    fn drop_zero_inland(&mut self, country: Option<&str>) {
        let country = country.filter(|country| zero_goes(country));
        let code = country.map(code_of).unwrap_or_default();
        let is_ours = self.plus == Plus::With && !code.is_empty() && self.digits.starts_with(&code);
        if is_ours {
            let inland = self.digits.split_off(code.len());
            let zeros = inland.iter().take_while(|digit| **digit == Digits(1)).count();
            // Zeros alone are no number within the country.
            let kept = if zeros == inland.len() && self.rest == Rest::Nothing { 0 } else { zeros };
            self.digits.extend(inland.into_iter().skip(kept));
        }
    }

    /// The same in our form, as [`dialled`](super::dialled) has it of what is dialled: `08123XX` is `+468123XX`.
    pub(crate) fn in_our_form(mut self, country: Option<&str>) -> Self {
        let leading = self.digits.iter().take_while(|digit| **digit == Digits(1)).count();
        // `0` and `00` by themselves are short numbers.
        let is_short = self.rest == Rest::Nothing && self.digits.len() <= leading.min(2);
        if self.plus == Plus::Without && !is_short {
            match (leading, country) {
                (0, _) | (1, None) => {}
                (1, Some(country)) => {
                    let trunk_prefix = usize::from(zero_goes(country));
                    self.digits.splice(..trunk_prefix, code_of(country));
                    self.plus = Plus::With;
                }
                _ => {
                    self.digits.drain(..2);
                    self.plus = Plus::With;
                }
            }
        }
        self.drop_zero_inland(country);
        self
    }

    /// Whether it is a number that is written out.
    pub(crate) fn is_one_number(&self) -> bool {
        self.rest == Rest::Nothing && self.digits.iter().all(|digit| digit.is_one())
    }

    /// One of its numbers: where several digits fit, `filler`, or the nearest that does behind it.
    pub(crate) fn example(&self, filler: u32) -> String {
        let plus = if self.plus == Plus::With { "+" } else { "" };
        let one = |digits: &Digits| {
            let behind = digits.each().find(|digit| *digit >= filler);
            behind.or_else(|| digits.each().next()).unwrap_or(filler).to_string()
        };
        format!("{plus}{}", self.digits.iter().map(one).collect::<String>())
    }

    /// Whether all its numbers are numbers of `other`.
    pub(crate) fn is_within(&self, other: &Self) -> bool {
        let digits = || self.digits.iter().zip(&other.digits).all(|(one, of)| one.is_within(*of));
        let long_enough = match (self.rest, other.rest) {
            (_, Rest::AnyDigits) => self.digits.len() >= other.digits.len(),
            (Rest::Nothing, Rest::Nothing) => self.digits.len() == other.digits.len(),
            (Rest::AnyDigits, Rest::Nothing) => false,
        };
        self.plus == other.plus && long_enough && digits()
    }

    /// The numbers that are of both, if there are any.
    pub(crate) fn both(&self, other: &Self) -> Option<Self> {
        let (short, long) =
            if self.digits.len() <= other.digits.len() { (self, other) } else { (other, self) };
        let meets = short.digits.len() == long.digits.len() || short.rest == Rest::AnyDigits;
        if self.plus != other.plus || !meets {
            return None;
        }
        let shorter = short.digits.iter().chain(std::iter::repeat(&Digits::ALL));
        let digits = long.digits.iter().zip(shorter).map(|(one, other)| Digits(one.0 & other.0));
        let digits: Vec<Digits> = digits.collect();
        let rest = if self.rest == other.rest { self.rest } else { Rest::Nothing };
        // Of `20*` and `20`, the latter; of `20*` and `200*`, as many as both leave open.
        digits.iter().all(|digit| digit.0 != 0).then_some(Self { plus: self.plus, digits, rest })
    }

    /// Whether each of its numbers certainly is of one of the others. What takes long to find out counts as no.
    pub(crate) fn is_covered_by(&self, others: &[&Self]) -> bool {
        let rows: Vec<&Self> = others.iter().copied().filter(|it| it.plus == self.plus).collect();
        let mut steps = 0;
        self.is_covered_from(0, &rows, &mut steps)
    }

    /// The same of numbers whose first `at` digits are those of all the rows.
    fn is_covered_from(&self, at: usize, rows: &[&Self], steps: &mut u32) -> bool {
        *steps += 1;
        if rows.is_empty() || *steps > STEPS_MAX {
            return false;
        }
        if rows.iter().any(|row| row.rest == Rest::AnyDigits && row.digits.len() <= at) {
            return true;
        }
        let is_end = at >= self.digits.len();
        if is_end && !rows.iter().any(|row| row.digits.len() == at) {
            return false;
        }
        if is_end && self.rest == Rest::Nothing {
            return true;
        }
        let next = self.digits.get(at).copied().unwrap_or(Digits::ALL);
        let with = |digit: u32| {
            let has = |row: &&&Self| row.digits.get(at).is_some_and(|it| it.0 & (1 << digit) != 0);
            rows.iter().filter(has).copied().collect::<Vec<_>>()
        };
        let mut seen: Vec<Vec<&Self>> = Vec::new();
        for digit in next.each() {
            let left = with(digit);
            // Digits that leave the same rows leave the same question.
            let is_known = seen.iter().any(|known| same(known, &left));
            if !is_known && !self.is_covered_from(at + 1, &left, steps) {
                return false;
            }
            if !is_known {
                seen.push(left);
            }
        }
        true
    }
}

fn same(one: &[&NumberPattern], other: &[&NumberPattern]) -> bool {
    one.len() == other.len() && one.iter().zip(other).all(|(a, b)| std::ptr::eq(*a, *b))
}

/// The inside of `[0-4]` or `[135]`, up to its end.
fn one_of(letters: &mut std::str::Chars<'_>) -> Option<Digits> {
    let (inside, behind) = letters.as_str().split_once(']')?;
    *letters = behind.chars();
    let mut digits = 0;
    let mut inside = inside.chars().peekable();
    while let Some(first) = inside.next().map(|letter| letter.to_digit(10)) {
        let first = first?;
        let last = match inside.next_if_eq(&'-') {
            Some(_) => inside.next()?.to_digit(10)?,
            None => first,
        };
        if last < first {
            return None;
        }
        (first..=last).for_each(|digit| digits |= 1 << digit);
    }
    (digits != 0).then_some(Digits(digits))
}

/// As it could be written.
impl fmt::Display for NumberPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.plus == Plus::With {
            f.write_str("+")?;
        }
        for digits in &self.digits {
            match (*digits == Digits::ALL, digits.is_one()) {
                (true, _) => f.write_str("X")?,
                (false, true) => digits.each().try_for_each(|digit| write!(f, "{digit}"))?,
                (false, false) => {
                    f.write_str("[")?;
                    digits.each().try_for_each(|digit| write!(f, "{digit}"))?;
                    f.write_str("]")?;
                }
            }
        }
        if self.rest == Rest::AnyDigits { f.write_str("*") } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    impl NumberPattern {
        fn fits(&self, number: &str) -> bool {
            let number = Self::read(number).filter(Self::is_one_number);
            number.is_some_and(|number| number.is_within(self))
        }
    }

    fn pattern(text: &str) -> NumberPattern {
        NumberPattern::read(text).unwrap()
    }

    #[test]
    fn a_pattern_fits_the_numbers_it_is_written_for() {
        assert!(pattern("08123456XX").fits("0812345678"));
        assert!(!pattern("08123456XX").fits("081234567"));
        assert!(pattern("2[0-24]X").fits("249") && !pattern("2[0-24]X").fits("239"));
        assert!(pattern("+468123*").fits("+468123") && pattern("+468123*").fits("+46812345"));
        assert!(!pattern("+468123*").fits("468123") && !pattern("XXX").fits("+46"));
        assert!(pattern("+*").fits("+1") && pattern("08-12X").fits("08123"));
    }

    #[test]
    fn other_names_are_no_pattern() {
        for text in ["", "+", "*", "*99", "#31#", "support", "20xx", "2[", "2[]", "2[4-0]", "2*1"] {
            assert_eq!(NumberPattern::read(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_written_nationally_is_written_internationally() {
        let ours = |text: &str| pattern(text).in_our_form(Some("46")).to_string();
        assert_eq!(ours("08123456XX"), "+468123456XX");
        assert_eq!(ours("0046812[12]*"), "+46812[12]*");
        assert_eq!(ours("+4608X"), "+468X");
        assert_eq!(ours("00460812X"), "+46812X");
        assert_eq!(ours("0*"), "+46*");
        assert_eq!(ours("00*"), "+*");
        assert_eq!(pattern("06X").in_our_form(Some("39")).to_string(), "+3906X");
        assert_eq!(ours("20XX"), "20XX");
        assert_eq!(ours("0"), "0");
        assert_eq!(ours("XXXX"), "XXXX");
        assert_eq!(pattern("08X").in_our_form(None).to_string(), "08X");
        assert_eq!(pattern("0046X").in_our_form(None).to_string(), "+46X");
    }

    #[test]
    fn several_may_leave_nothing_of_another() {
        let covered = |text: &str, by: &[&str]| {
            let by: Vec<_> = by.iter().map(|text| pattern(text)).collect();
            pattern(text).is_covered_by(&by.iter().collect::<Vec<_>>())
        };
        assert!(covered("20X", &["20[0-4]", "20[5-9]"]));
        assert!(!covered("20X", &["20[0-4]", "20[6-9]"]));
        assert!(covered("2*", &["2", "2X*"]) && !covered("2*", &["2X*"]));
        assert!(!covered("2*", &["2", "2X", "2XX"]));
    }

    fn any_pattern() -> impl Strategy<Value = NumberPattern> {
        "[12X]{0,2}(\\[12\\]|[12X])\\*?".prop_map(|text| pattern(&text))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]
        #[test]
        fn patterns_are_what_their_numbers_are(
            (a, b, c) in (any_pattern(), any_pattern(), any_pattern()), number in "[123]{1,5}",
        ) {
            let (in_a, in_b) = (a.fits(&number), b.fits(&number));
            let both = a.both(&b);
            prop_assert_eq!(both.as_ref().is_some_and(|it| it.fits(&number)), in_a && in_b);
            if a.is_within(&b) && in_a {
                prop_assert!(in_b);
            }
            if a.is_covered_by(&[&b, &c]) && in_a {
                prop_assert!(in_b || c.fits(&number), "{a} by {b} and {c}");
            }
            if a.is_within(&b) {
                prop_assert!(a.is_covered_by(&[&b]), "{a} by {b}");
            }
        }
    }
}
