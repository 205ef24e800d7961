//! Numbers spelled out in words.

mod english;
mod swedish;

/// Which words a number is spelled out with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wording {
    /// Swedish, counting or before a neuter noun: *ett*, *tjugoett*. *Plats nummer ett*.
    SwedishNeuter,
    /// Swedish before a noun of common gender: *en*, *tjugoen*. *En minut*.
    SwedishCommon,
    /// English as it is said in America: *one hundred one*.
    AmericanEnglish,
    /// English as it is said in Britain: *one hundred and one*.
    BritishEnglish,
}

/// Spells a number out.
///
/// ```
/// use speech::{Wording, cardinal};
/// assert_eq!(cardinal(Wording::SwedishNeuter, 21_000), "tjugoettusen");
/// assert_eq!(cardinal(Wording::BritishEnglish, 121), "one hundred and twenty-one");
/// ```
#[must_use]
pub fn cardinal(wording: Wording, number: u32) -> String {
    match wording {
        Wording::SwedishNeuter => swedish::cardinal(swedish::Gender::Neuter, number),
        Wording::SwedishCommon => swedish::cardinal(swedish::Gender::Common, number),
        Wording::AmericanEnglish => english::cardinal(english::Manner::American, number),
        Wording::BritishEnglish => english::cardinal(english::Manner::British, number),
    }
}

/// Splits a number into how many whole units it holds and what is left.
const fn split(number: u32, unit: u32) -> (u32, u32) {
    (number / unit, number % unit)
}

/// The word at a place of a table that a remainder below the table's length picks.
fn word(table: &'static [&'static str], place: u32) -> &'static str {
    usize::try_from(place)
        .ok()
        .and_then(|place| table.get(place))
        .expect("the table has a word for every remainder")
}

#[cfg(test)]
mod tests {
    use super::*;
    use Wording::{AmericanEnglish, BritishEnglish, SwedishCommon, SwedishNeuter};

    /// The rows that tell something: a number, then its words in each wording.
    const TELLING: &[(u32, [&str; 4])] = &[
        (0, ["noll", "noll", "zero", "zero"]),
        (1, ["ett", "en", "one", "one"]),
        (12, ["tolv", "tolv", "twelve", "twelve"]),
        (18, ["arton", "arton", "eighteen", "eighteen"]),
        (20, ["tjugo", "tjugo", "twenty", "twenty"]),
        (21, ["tjugoett", "tjugoen", "twenty-one", "twenty-one"]),
        (40, ["fyrtio", "fyrtio", "forty", "forty"]),
        (99, ["nittionio", "nittionio", "ninety-nine", "ninety-nine"]),
        (100, ["etthundra", "etthundra", "one hundred", "one hundred"]),
        (101, ["etthundraett", "etthundraen", "one hundred one", "one hundred and one"]),
        (1_000, ["ettusen", "ettusen", "one thousand", "one thousand"]),
        (1_001, ["ettusen ett", "ettusen en", "one thousand one", "one thousand and one"]),
        (
            1_100,
            [
                "ettusen etthundra",
                "ettusen etthundra",
                "one thousand one hundred",
                "one thousand one hundred",
            ],
        ),
        (21_000, ["tjugoettusen", "tjugoentusen", "twenty-one thousand", "twenty-one thousand"]),
        (
            100_000,
            ["etthundratusen", "etthundratusen", "one hundred thousand", "one hundred thousand"],
        ),
        (
            101_000,
            [
                "etthundraettusen",
                "etthundraentusen",
                "one hundred one thousand",
                "one hundred and one thousand",
            ],
        ),
        (1_000_000, ["en miljon", "en miljon", "one million", "one million"]),
        (
            1_000_021,
            [
                "en miljon tjugoett",
                "en miljon tjugoen",
                "one million twenty-one",
                "one million and twenty-one",
            ],
        ),
        (
            21_000_000,
            ["tjugoen miljoner", "tjugoen miljoner", "twenty-one million", "twenty-one million"],
        ),
        (1_000_000_000, ["en miljard", "en miljard", "one billion", "one billion"]),
    ];

    #[test]
    fn numbers_are_spelled_as_they_are_said() {
        for (number, words) in TELLING {
            let wordings = [SwedishNeuter, SwedishCommon, AmericanEnglish, BritishEnglish];
            assert_eq!(wordings.map(|wording| cardinal(wording, *number)), *words);
        }
    }

    #[test]
    fn britain_parts_long_numbers_by_commas_and_short_ones_not() {
        let said = |number| cardinal(BritishEnglish, number);
        assert_eq!(said(99_999), "ninety-nine thousand nine hundred and ninety-nine");
        assert_eq!(
            said(999_999),
            "nine hundred and ninety-nine thousand, nine hundred and ninety-nine"
        );
        assert_eq!(said(1_021_001), "one million, twenty-one thousand and one");
    }

    #[test]
    fn two_numbers_are_never_said_alike() {
        for wording in [SwedishNeuter, SwedishCommon, AmericanEnglish, BritishEnglish] {
            let words: std::collections::BTreeSet<_> =
                (0..20_000).map(|number| cardinal(wording, number)).collect();
            assert_eq!(words.len(), 20_000, "{wording:?}");
        }
    }

    #[test]
    fn the_largest_number_has_words_too() {
        assert!(cardinal(SwedishNeuter, u32::MAX).starts_with("fyra miljarder "));
        assert!(cardinal(AmericanEnglish, u32::MAX).starts_with("four billion "));
    }
}
