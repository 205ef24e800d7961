//! The codes of countries (E.164), as far as their length is concerned.

/// The zones and countries whose code has two digits. Those of 1 and 7 have one, all others three.
const OF_TWO: [&str; 44] = [
    "20", "27", "30", "31", "32", "33", "34", "36", "39", "40", "41", "43", "44", "45", "46", "47",
    "48", "49", "51", "52", "53", "54", "55", "56", "57", "58", "60", "61", "62", "63", "64", "65",
    "66", "81", "82", "84", "86", "90", "91", "92", "93", "94", "95", "98",
];

/// How many of the first digits are the country's.
pub(super) fn code_len(digits: &str) -> usize {
    match digits.get(..1) {
        Some("1" | "7") => 1,
        _ if digits.get(..2).is_some_and(|two| OF_TWO.contains(&two)) => 2,
        _ => 3,
    }
}
