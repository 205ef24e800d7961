//! The forms in which carriers write telephone numbers, and ours: `+46812345` (ITU-T E.164).

/// How a trunk writes numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberForm {
    /// `+46812345`
    Plus,
    /// `46812345`
    Digits,
    /// `0812345` within the country, `0046812345` abroad.
    National,
}

/// The most digits of a number (E.164 §6.1 has fifteen, and some carriers add a few).
pub(super) const DIGITS_MAX: usize = 18;

/// Without a plus, no more digits than this are a short number, such as 112 or 118118, and no
/// country and subscriber.
pub(crate) const SHORT_DIGITS_MAX: usize = 6;

/// Countries in which the zero in front is part of the number, from abroad too: Italy, Ivory Coast, Gabon, Congo and
/// San Marino (ITU-T Operational Bulletin, national numbering plans).
const ZERO_STAYS: [&str; 5] = ["39", "225", "241", "242", "378"];

/// Whether calls within a country have a zero in front that stands in no number from abroad.
pub(super) fn zero_goes(country: &str) -> bool {
    !ZERO_STAYS.contains(&country)
}

/// A number within the country, as it stands behind the country's code.
pub(super) fn behind_code<'n>(country: &str, inland: &'n str) -> &'n str {
    if zero_goes(country) { inland.trim_start_matches('0') } else { inland }
}

impl NumberForm {
    /// A number that was written in this form, in ours. What is no number in it is left as it is:
    /// an account, a short number, `anonymous`.
    #[must_use]
    pub fn read(self, country: Option<&str>, written: &str) -> String {
        let Some(number) = plain(written) else { return written.to_owned() };
        if let Some(digits) = number.strip_prefix('+') {
            return ours(country, digits);
        }
        if let Some(abroad) = number.strip_prefix("00").filter(|rest| !rest.is_empty()) {
            return ours(country, abroad);
        }
        match (self, number.strip_prefix('0'), country) {
            (Self::Digits | Self::National, Some(inland), Some(country)) if !inland.is_empty() => {
                format!("+{country}{}", behind_code(country, &number))
            }
            (Self::Digits, None, _) if number.len() > SHORT_DIGITS_MAX => ours(country, &number),
            (Self::Plus | Self::Digits | Self::National, _, _) => written.to_owned(),
        }
    }

    /// A number in our form, as this form writes it. A short number is the same in every form.
    #[must_use]
    pub fn write(self, country: Option<&str>, number: &str) -> String {
        let Some(digits) = number.strip_prefix('+') else { return number.to_owned() };
        match self {
            Self::Plus => number.to_owned(),
            Self::Digits => digits.to_owned(),
            Self::National => match country.and_then(|it| Some((it, digits.strip_prefix(it)?))) {
                // A second zero would lead abroad.
                Some((country, inland)) if zero_goes(country) => {
                    format!("0{}", behind_code(country, inland))
                }
                Some((_, inland)) => inland.to_owned(),
                None => format!("00{digits}"),
            },
        }
    }
}

/// A number in our form. People write `+46 (0)8 123 45`: the zero stands for calls within the country, and no number
/// has two forms, or a list of numbers that may be called would let one of them by.
fn ours(country: Option<&str>, digits: &str) -> String {
    let inland = country.and_then(|country| Some((country, digits.strip_prefix(country)?)));
    match inland.map(|(country, inland)| (country, behind_code(country, inland))) {
        Some((country, inland)) if !inland.is_empty() => format!("+{country}{inland}"),
        Some(_) | None => format!("+{digits}"),
    }
}

/// What somebody at a phone here has dialled, in our form: `0812345` and `0046812345` become
/// `+46812345`, a short number stays. `None` for what is no number: `*` codes, letters, and more
/// digits than a number has.
pub(crate) fn dialled(country: Option<&str>, text: &str) -> Option<String> {
    let number = plain(text)?;
    Some(match country {
        Some(_) => NumberForm::National.read(country, &number),
        None => NumberForm::Plus.read(None, &number),
    })
}

/// A number without what people write between its digits (RFC 3966 §5.1.1); `None` if there is
/// anything else, or nothing.
fn plain(text: &str) -> Option<String> {
    let number: String = text.chars().filter(|c| !"-.() ".contains(*c)).collect();
    let digits = number.strip_prefix('+').unwrap_or(&number);
    let fits = (1..=DIGITS_MAX).contains(&digits.len());
    (fits && digits.bytes().all(|digit| digit.is_ascii_digit())).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SWEDEN: Option<&str> = Some("46");

    #[test]
    fn what_a_carrier_writes_becomes_ours() {
        let cases = [
            (NumberForm::Plus, "+46812345", "+46812345"),
            (NumberForm::Plus, "0046812345", "+46812345"),
            (NumberForm::Plus, "9000", "9000"),
            (NumberForm::Plus, "0812345", "0812345"),
            (NumberForm::Digits, "46812345", "+46812345"),
            (NumberForm::Digits, "0812345", "+46812345"),
            (NumberForm::Digits, "112", "112"),
            (NumberForm::National, "0812345", "+46812345"),
            (NumberForm::National, "08-123 45", "+46812345"),
            (NumberForm::National, "004722334455", "+4722334455"),
            (NumberForm::Plus, "+46 (0)8-123 45", "+46812345"),
            (NumberForm::Digits, "460812345", "+46812345"),
            (NumberForm::National, "0046004722334455", "+464722334455"),
            (NumberForm::National, "112", "112"),
            (NumberForm::National, "anonymous", "anonymous"),
            (NumberForm::National, "0", "0"),
        ];
        for (form, written, ours) in cases {
            assert_eq!(form.read(SWEDEN, written), ours, "{form:?} {written}");
        }
    }

    #[test]
    fn in_some_countries_the_zero_is_part_of_the_number() {
        let italy = Some("39");
        assert_eq!(NumberForm::National.read(italy, "06 1234567"), "+39061234567");
        assert_eq!(dialled(italy, "+39061234567").as_deref(), Some("+39061234567"));
        assert_eq!(NumberForm::National.write(italy, "+39061234567"), "061234567");
        assert_eq!(NumberForm::National.write(italy, "+393331234567"), "3331234567");
    }

    #[test]
    fn ours_becomes_what_a_carrier_wants() {
        assert_eq!(NumberForm::Plus.write(SWEDEN, "+46812345"), "+46812345");
        assert_eq!(NumberForm::Digits.write(SWEDEN, "+46812345"), "46812345");
        assert_eq!(NumberForm::National.write(SWEDEN, "+46812345"), "0812345");
        assert_eq!(NumberForm::National.write(SWEDEN, "+4722334455"), "004722334455");
        assert_eq!(NumberForm::National.write(SWEDEN, "+4604722334455"), "04722334455");
        assert_eq!(NumberForm::National.write(SWEDEN, "112"), "112");
    }

    #[test]
    fn what_is_dialled_here_is_a_number_or_nothing() {
        assert_eq!(dialled(SWEDEN, "08-123 45").as_deref(), Some("+46812345"));
        assert_eq!(dialled(SWEDEN, "00883123").as_deref(), Some("+883123"));
        assert_eq!(dialled(SWEDEN, "+4604722334455").as_deref(), Some("+464722334455"));
        assert_eq!(dialled(SWEDEN, "112").as_deref(), Some("112"));
        assert_eq!(dialled(None, "0812345").as_deref(), Some("0812345"));
        for text in ["*21*0812345#", "", "+", "08123a", "1234567890123456789", "+46+8", "#31#0812"]
        {
            assert_eq!(dialled(SWEDEN, text), None, "{text}");
        }
    }
}
