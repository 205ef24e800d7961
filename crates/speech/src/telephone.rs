//! Telephone numbers, cut into the groups that people write and say them in.
//!
//! Every digit is said by itself: read in pairs, *sextiotre* and *sexti tre* are taken for each other on a bad line. The
//! groups are heard as short pauses.

mod country;
mod sweden;

/// The most digits that are said of a number: one of the international network has fifteen (E.164 §6.2.1).
pub const DIGITS_MAX: usize = 64;

/// What is shorter behind 00 is no number of another country.
const ABROAD_LEN_MIN: usize = 6;

/// A key that is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    Digit(u32),
    Plus,
    Star,
    Hash,
}

/// Whose numbers are written as those at home.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Numbering {
    Sweden,
    Norway,
    Elsewhere,
}

/// The keys of a text; what is no key is passed over, and so is what is beyond [`DIGITS_MAX`].
pub(crate) fn keys(text: &str) -> Vec<Key> {
    let key = |letter: char| match letter {
        '+' => Some(Key::Plus),
        '*' => Some(Key::Star),
        '#' => Some(Key::Hash),
        _ => letter.to_digit(10).map(Key::Digit),
    };
    text.chars().filter_map(key).take(DIGITS_MAX).collect()
}

/// A number in its groups, none of which is empty.
pub(crate) fn groups(numbering: Numbering, number: &str) -> Vec<Vec<Key>> {
    let written: String = number.chars().filter(|letter| "+0123456789".contains(*letter)).collect();
    let cut = match (numbering, at_home(numbering, &written)) {
        (_, Number::Odd) => vec![written.clone()],
        (_, Number::Abroad(number)) => abroad(&number),
        (Numbering::Sweden, Number::AtHome(number)) => sweden::groups(&number),
        (Numbering::Norway, Number::AtHome(number)) => norwegian(&number),
        (Numbering::Elsewhere, Number::AtHome(number)) => threes(&number),
    };
    cut.iter().map(|group| keys(group)).filter(|group| !group.is_empty()).collect()
}

/// A number, as far as its grouping is concerned.
enum Number {
    /// As one dials it at home.
    AtHome(String),
    /// Its digits from the country's code on.
    Abroad(String),
    /// With a plus where no number has one.
    Odd,
}

/// How a number is dialled at home: +46 8 123 45 is 08 123 45 to a Swede.
fn at_home(numbering: Numbering, written: &str) -> Number {
    let dialled_abroad = || written.strip_prefix("00").filter(|rest| rest.len() >= ABROAD_LEN_MIN);
    let abroad = written.strip_prefix('+').or_else(dialled_abroad);
    match (numbering, abroad) {
        (_, None) if written.chars().all(|key| key.is_ascii_digit()) => {
            Number::AtHome(written.to_owned())
        }
        (_, None) => Number::Odd,
        (_, Some(digits)) if !digits.chars().all(|key| key.is_ascii_digit()) => Number::Odd,
        (Numbering::Sweden, Some(digits)) => match digits.strip_prefix("46") {
            Some(rest) => Number::AtHome(format!("0{}", rest.trim_start_matches('0'))),
            None => Number::Abroad(digits.to_owned()),
        },
        (Numbering::Norway, Some(digits)) => match digits.strip_prefix("47") {
            Some(rest) => Number::AtHome(rest.to_owned()),
            None => Number::Abroad(digits.to_owned()),
        },
        (Numbering::Elsewhere, Some(digits)) => Number::Abroad(digits.to_owned()),
    }
}

/// *Plus*, the country, and the rest by threes.
fn abroad(digits: &str) -> Vec<String> {
    let (country, rest) = digits.split_at(country::code_len(digits).min(digits.len()));
    let mut groups = vec![format!("+{country}")];
    groups.extend(threes(rest));
    groups
}

/// Eight digits: mobile and 800 numbers by three, two and three, others by twos; short ones by threes.
fn norwegian(number: &str) -> Vec<String> {
    match (number.len(), number.chars().next()) {
        (8, Some('4' | '8' | '9')) => cut(number, &[3, 2, 3]),
        (8, _) => cut(number, &[2, 2, 2, 2]),
        (_, _) => threes(number),
    }
}

/// By threes; the last group has two to four digits.
fn threes(number: &str) -> Vec<String> {
    match (number.len(), number.len() % 3) {
        (0..=4, _) => cut(number, &[number.len()]),
        (len, 1) => cut(number, &[vec![3; len / 3 - 1], vec![4]].concat()),
        (len, rest) => cut(number, &[vec![3; len / 3], vec![rest]].concat()),
    }
}

/// Groups of these lengths; what is left over is the last one.
fn cut(number: &str, lengths: &[usize]) -> Vec<String> {
    let mut rest = number;
    let mut groups = Vec::new();
    for length in lengths {
        let (group, after) = rest.split_at((*length).min(rest.len()));
        groups.push(group.to_owned());
        rest = after;
    }
    groups.push(rest.to_owned());
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut_by(numbering: Numbering, number: &str) -> String {
        let show = |key: &Key| match key {
            Key::Digit(digit) => digit.to_string(),
            Key::Plus => "+".to_owned(),
            Key::Star => "*".to_owned(),
            Key::Hash => "#".to_owned(),
        };
        let groups = groups(numbering, number);
        groups
            .iter()
            .map(|group| group.iter().map(show).collect::<String>())
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn swedes_hear_their_area_code_and_then_pairs_with_a_three_where_the_count_is_odd() {
        for (dialled, said) in [
            ("08-123 456 78", "08 123 456 78"),
            ("08 12 34 56", "08 12 34 56"),
            ("+4681234567", "08 123 45 67"),
            ("0046701234567", "070 123 45 67"),
            ("+46 (0)70 123 45 67", "070 123 45 67"),
            ("0701234567", "070 123 45 67"),
            ("031-12345", "031 123 45"),
            ("0520123456", "0520 12 34 56"),
            ("0771-123456", "0771 12 34 56"),
            ("020123456", "020 12 34 56"),
            ("010-1234567", "010 123 45 67"),
            ("112", "112"),
            ("1177", "1177"),
            ("11414", "114 14"),
            ("90000", "900 00"),
            ("+4722334455", "+47 223 344 55"),
            ("+12125550123", "+1 212 555 0123"),
            ("+358401234567", "+358 401 234 567"),
            ("070*123#45+67", "07012345+67"),
            ("", ""),
            ("anonymous", ""),
        ] {
            assert_eq!(cut_by(Numbering::Sweden, dialled), said, "{dialled}");
        }
    }

    #[test]
    fn norwegians_hear_pairs_and_mobiles_by_three_two_and_three() {
        for (dialled, said) in [
            ("22334455", "22 33 44 55"),
            ("+4798765432", "987 65 432"),
            ("80012345", "800 12 345"),
            ("02800", "028 00"),
            ("+46701234567", "+46 701 234 567"),
        ] {
            assert_eq!(cut_by(Numbering::Norway, dialled), said, "{dialled}");
        }
    }

    #[test]
    fn elsewhere_numbers_are_said_by_threes() {
        for (dialled, said) in [
            ("2125550123", "212 555 0123"),
            ("02079460958", "020 794 609 58"),
            ("+442079460958", "+44 207 946 0958"),
            ("5550123", "555 0123"),
            ("911", "911"),
            ("+", "+"),
        ] {
            assert_eq!(cut_by(Numbering::Elsewhere, dialled), said, "{dialled}");
        }
    }

    #[test]
    fn a_number_without_end_is_cut_off() {
        let endless = "7".repeat(10_000);
        assert_eq!(keys(&endless).len(), DIGITS_MAX);
        assert!(groups(Numbering::Sweden, &endless).len() > 1);
    }
}
