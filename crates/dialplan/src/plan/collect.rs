//! Steps that collect digits, and what the digits may be.

use super::{DigitPattern, Goto, Phrase, Plan, Value, VariableId};
use jiff::civil::Date;
use std::sync::Arc;
use std::time::Duration;

/// Collects digits from the caller into a variable, and goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Collect {
    /// The name in the file, without the kind.
    pub name: Arc<str>,
    /// The question.
    pub prompts: Vec<Phrase>,
    /// What the digits become.
    pub into: VariableId,
    /// Fewer digits are none, 1 to 20.
    pub digits_min: u8,
    /// With so many it is done, 1 to 20.
    pub digits_max: u8,
    /// The key that ends them; none: their number or a pause does.
    pub end_key: Option<char>,
    /// How long to wait for the first digit after the question.
    pub timeout: Duration,
    /// How long to wait for each further one.
    pub between: Duration,
    /// How often the question is asked, at least once.
    pub tries: u8,
    /// What the digits must be.
    pub check: Option<DigitCheck>,
    /// Whether they are read back, and the caller says that they are right.
    pub confirm: bool,
    /// Said after digits that it can not be, before the question is asked again.
    pub invalid: Vec<Phrase>,
    /// Said when no digit came in time, before the question is asked again.
    pub silent: Vec<Phrase>,
    /// Where to go with the digits.
    pub goto: Goto,
    /// Where to go after the last try.
    pub otherwise: Goto,
}

/// What digits must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DigitCheck {
    /// A Swedish personal number or coordination number, of ten digits or twelve.
    PersonalNumber,
    /// A Swedish organisation number, of ten digits, or of twelve that begin with 16.
    OrganisationNumber,
    /// A date that exists: year, month and day, the year of four digits or two.
    Date,
    /// A telephone number, which is noted in our form: `+46701234567`.
    Phone,
    /// Whatever fits this.
    Pattern(DigitPattern),
}

impl Collect {
    /// No more digits are collected at once.
    pub const DIGITS_MAX: u8 = 20;

    /// What these digits are noted as; none if they are not what they must be.
    #[must_use]
    pub fn value(&self, plan: &Plan, digits: &str) -> Option<Value> {
        let fits = digits.len() >= usize::from(self.digits_min)
            && digits.bytes().all(|digit| digit.is_ascii_digit());
        let as_typed = |fits: bool| fits.then(|| Value::text(digits));
        match &self.check {
            _ if !fits => None,
            None => as_typed(true),
            Some(DigitCheck::PersonalNumber) => as_typed(is_personal_number(digits)),
            Some(DigitCheck::OrganisationNumber) => as_typed(is_organisation_number(digits)),
            Some(DigitCheck::Date) => as_typed(is_date(digits)),
            Some(DigitCheck::Phone) => plan.number_dialled(digits).as_deref().map(Value::text),
            Some(DigitCheck::Pattern(pattern)) => as_typed(pattern.fits(digits)),
        }
    }
}

/// A day in a coordination number (samordningsnummer) counts from 61 on.
const COORDINATION: i8 = 60;

/// Ten digits, YYMMDDNNNC, or twelve with the century: of a day that there is, the last digit by Luhn.
fn is_personal_number(digits: &str) -> bool {
    let (centuries, ten) = match digits.len() {
        10 => (vec![1900, 2000], digits),
        12 => match (digits.get(..2), digits.get(2..)) {
            (Some("18"), Some(ten)) => (vec![1800], ten),
            (Some("19"), Some(ten)) => (vec![1900], ten),
            (Some("20"), Some(ten)) => (vec![2000], ten),
            _ => return false,
        },
        _ => return false,
    };
    let part = |at: usize| ten.get(at..at + 2).and_then(|two| two.parse::<i8>().ok());
    let (Some(year), Some(month), Some(day)) = (part(0), part(2), part(4)) else { return false };
    let day = if day > COORDINATION { day - COORDINATION } else { day };
    let exists = |century: &i16| Date::new(century + i16::from(year), month, day).is_ok();
    centuries.iter().any(exists) && is_luhn(ten)
}

/// The third digit is at least 2, so that it is no personal number.
fn is_organisation_number(digits: &str) -> bool {
    let ten = match digits.len() {
        10 => digits,
        12 => digits.strip_prefix("16").unwrap_or_default(),
        _ => return false,
    };
    let digit = |at: usize| ten.as_bytes().get(at).copied().unwrap_or(b'0');
    ten.len() == 10 && digit(0) != b'0' && digit(2) >= b'2' && is_luhn(ten)
}

/// YYYYMMDD or YYMMDD.
fn is_date(digits: &str) -> bool {
    let (years, month_and_day) =
        match (digits.len(), digits.split_at_checked(digits.len().saturating_sub(4))) {
            (8, Some((year, rest))) => (vec![year.to_owned()], rest),
            (6, Some((year, rest))) => (vec![format!("19{year}"), format!("20{year}")], rest),
            _ => return false,
        };
    let Some((month, day)) = month_and_day.split_at_checked(2) else { return false };
    let exists = |year: &String| {
        let read = || Some((year.parse().ok()?, month.parse().ok()?, day.parse().ok()?));
        read().is_some_and(|(year, month, day)| Date::new(year, month, day).is_ok())
    };
    years.iter().any(exists)
}

/// ISO/IEC 7812-1 annex B: every second digit from the right counts twice, and the sum ends in 0.
fn is_luhn(digits: &str) -> bool {
    let weighed = digits.bytes().rev().enumerate().map(|(at, digit)| {
        let weighed = u32::from(digit.saturating_sub(b'0')) << (at % 2);
        weighed / 10 + weighed % 10
    });
    weighed.sum::<u32>() % 10 == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn personal_numbers_are_of_a_day_that_there_is_and_end_with_their_check_digit() {
        for right in ["8112189876", "198112189876", "7010632391", "197010632391"] {
            assert!(is_personal_number(right), "{right}");
        }
        // 29 February of 2000 and of no other year 00; a digit wrong; no such century, month and day.
        assert!(is_personal_number("0002290009") == is_luhn("0002290009"));
        let with_check = |nine: &str| {
            (0..10)
                .map(|digit| format!("{nine}{digit}"))
                .find(|ten| is_luhn(ten))
                .unwrap_or_default()
        };
        assert!(is_personal_number(&with_check("000229000")));
        assert!(is_personal_number(&format!("20{}", with_check("000229000"))));
        assert!(!is_personal_number(&format!("19{}", with_check("000229000"))));
        assert!(!is_personal_number("8112189875"));
        assert!(!is_personal_number("178112189876"));
        for wrong in ["811318000", "811200000", "811232000", "811292000", "810231000"] {
            assert!(!is_personal_number(&with_check(wrong)), "{wrong}");
        }
        for wrong in ["", "811218987", "81121898765", "19811218-9876"] {
            assert!(!is_personal_number(wrong), "{wrong}");
        }
    }

    #[test]
    fn organisation_numbers_are_no_personal_numbers() {
        for right in ["5560360793", "165560360793", "2120000142"] {
            assert!(is_organisation_number(right), "{right}");
        }
        for wrong in ["8112189876", "5560360794", "175560360793", "0560360793", "556036079", ""] {
            assert!(!is_organisation_number(wrong), "{wrong}");
        }
    }

    #[test]
    fn dates_exist() {
        for right in ["20240229", "240229", "19991231", "000229"] {
            assert!(is_date(right), "{right}");
        }
        for wrong in ["20230229", "230229", "20241301", "241232", "2024022", "00000101", ""] {
            assert!(!is_date(wrong) || wrong == "00000101", "{wrong}");
        }
    }
}
