//! Lengths of time: `20s`, `2m`, `1m30s`, `500ms`.

use std::time::Duration;

/// Units, the largest first: the order in which they may follow one another.
const UNITS: [(&str, u64); 4] = [("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];

/// Reads a length of time. Each unit at most once, larger ones first.
pub(crate) fn length(text: &str) -> Option<Duration> {
    let mut millis: u64 = 0;
    let mut rest = text;
    let mut units = UNITS.iter();
    while !rest.is_empty() {
        let (number, after) = split_where(rest, |letter| !letter.is_ascii_digit());
        let (unit, after) = split_where(after, |letter| letter.is_ascii_digit());
        let (_, factor) = units.by_ref().find(|(name, _)| *name == unit)?;
        millis = millis.checked_add(number.parse::<u64>().ok()?.checked_mul(*factor)?)?;
        rest = after;
    }
    (!text.is_empty()).then(|| Duration::from_millis(millis))
}

/// Writes a length of time as it is read; what is less than a millisecond is left out.
pub(crate) fn written(length: Duration) -> String {
    let mut millis = length.as_millis();
    let mut text = String::new();
    for (name, factor) in UNITS {
        let count = millis / u128::from(factor);
        millis %= u128::from(factor);
        if count > 0 {
            text.push_str(&format!("{count}{name}"));
        }
    }
    if text.is_empty() { "0s".to_owned() } else { text }
}

fn split_where(text: &str, ends: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(ends).unwrap_or(text.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_read_in_their_units() {
        assert_eq!(length("20s"), Some(Duration::from_secs(20)));
        assert_eq!(length("1m30s"), Some(Duration::from_secs(90)));
        assert_eq!(length("500ms"), Some(Duration::from_millis(500)));
        assert_eq!(length("1h"), Some(Duration::from_secs(3600)));
        assert_eq!(length("0s"), Some(Duration::ZERO));
    }

    #[test]
    fn lengths_are_written_as_they_are_read() {
        for text in ["20s", "1m30s", "500ms", "4h", "0s", "1h1m1s1ms"] {
            assert_eq!(written(length(text).unwrap()), text);
        }
        assert_eq!(written(Duration::from_secs(14_400)), "4h");
    }

    #[test]
    fn what_is_no_length_is_refused() {
        for text in ["", "20", "s", "20 s", "-1s", "30s1m", "1s1s", "1.5s", "99999999999999999999s"]
        {
            assert_eq!(length(text), None, "{text}");
        }
        assert_eq!(length("18446744073709551615h"), None);
    }
}
