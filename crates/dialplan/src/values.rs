//! Values that TOML keeps as text: lengths of time, weeks, dates, names.

mod clock_times;
mod length;
mod week;

pub(crate) use clock_times::{Said, clock_times};
pub(crate) use length::{length, written};
pub(crate) use week::{day_spans, time_of_day, week_line};

/// Whether `text` can be dialled: what a phone sends in the user part of a request.
pub(crate) fn is_dialled(text: &str) -> bool {
    is_made_of(text, "+*#._-")
}

/// Whether `text` can be an account: what a phone registers with.
pub(crate) fn is_account(text: &str) -> bool {
    is_made_of(text, "+._-")
}

/// Whether `text` is a language tag (BCP 47) as far as a folder name goes: `sv`, `en-GB`.
pub(crate) fn is_language(text: &str) -> bool {
    let mut parts = text.split('-');
    let first = parts.next().unwrap_or("");
    let letters = first.bytes().all(|letter| letter.is_ascii_lowercase());
    let rest = |part: &str| (1..=8).contains(&part.len()) && is_made_of(part, "");
    letters && (2..=3).contains(&first.len()) && parts.all(rest)
}

/// Whether `text` is the calling code of a country (ITU-T E.164): one to three digits.
pub(crate) fn is_country(text: &str) -> bool {
    let digits = text.bytes().all(|digit| digit.is_ascii_digit());
    digits && (1..=3).contains(&text.len()) && !text.starts_with('0')
}

/// Whether `text` is the name of a host (RFC 1123 §2.1).
pub(crate) fn is_host(text: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && is_made_of(label, "-_")
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    text.len() <= 253 && text.strip_suffix('.').unwrap_or(text).split('.').all(label)
}

/// Whether `text` is a key of a telephone.
pub(crate) fn key(text: &str) -> Option<char> {
    let mut letters = text.chars();
    let key = letters.next().filter(|key| "0123456789*#ABCD".contains(*key))?;
    letters.next().is_none().then_some(key)
}

fn is_made_of(text: &str, marks: &str) -> bool {
    let fits = |letter: char| letter.is_ascii_alphanumeric() || marks.contains(letter);
    !text.is_empty() && text.chars().all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_names_are_told_from_others() {
        assert_eq!(key("5"), Some('5'));
        assert_eq!(key("#"), Some('#'));
        assert_eq!(key("10"), None);
        assert_eq!(key("x"), None);
        assert!(is_dialled("+46812345") && is_dialled("*11") && !is_dialled("46 8"));
        assert!(is_account("1001") && !is_account("*11") && !is_account(""));
        assert!(is_language("sv") && is_language("en-GB"));
        assert!(is_country("46") && !is_country("+46") && !is_country("0") && !is_country(""));
        assert!(is_host("sip.carrier.example") && is_host("sbc-1") && !is_host("a..b"));
        assert!(!is_host("") && !is_host("-a.example") && !is_host("sip:carrier.example"));
        assert!(!is_language("Swedish") && !is_language("sv_SE") && !is_language("sv-"));
    }
}
