//! Names by which the sound packs of Asterisk call what has another name here.
//!
//! Only what says the same is listed: their *all agents are busy, please hold* is no *call again later*.

use std::borrow::Cow;

/// A name there, and the one here.
const PHRASES: [(&str, &str); 21] = [
    ("queue-youarenext", "queue/first"),
    ("queue-thereare", "queue/place"),
    ("queue-callswaiting", "queue/in-line"),
    ("queue-holdtime", "queue/wait-about"),
    ("queue-minutes", "queue/minutes"),
    ("queue-thankyou", "thanks-for-waiting"),
    ("pbx-invalid", "invalid"),
    ("agent-loginok", "code/logged-in"),
    ("agent-loggedoff", "code/logged-out"),
    ("vm-intro", "voicemail/greeting"),
    ("vm-msgsaved", "voicemail/thanks"),
    ("vm-goodbye", "goodbye"),
    ("vm-and", "words/and"),
    ("beep", "tone"),
    ("hours", "time/hours"),
    ("minutes", "time/minutes"),
    ("seconds", "time/seconds"),
    ("dollars", "money/usd"),
    ("letters/plus", "words/plus"),
    ("letters/asterisk", "words/star"),
    ("digits/dollars", "money/usd"),
];

/// What stands behind `digits/` there, and the name here.
const DIGITS: [(&str, &str); 13] = [
    ("hundred", "numbers/hundred"),
    ("thousand", "numbers/thousand"),
    ("million", "numbers/millions"),
    ("h-hundred", "ordinals/hundred"),
    ("h-thousand", "ordinals/thousand"),
    ("h-million", "ordinals/million"),
    ("h-billion", "ordinals/billion"),
    ("minus", "words/minus"),
    ("star", "words/star"),
    ("pound", "words/hash"),
    ("a-m", "clock/am"),
    ("p-m", "clock/pm"),
    ("oh", "clock/oh"),
];

/// From Sunday on.
const DAYS: [&str; 7] =
    ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

/// From January on.
const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// Our name of what a recording of Asterisk's sound packs says, if it is one.
///
/// ```
/// assert_eq!(prompts::alias("queue-youarenext").as_deref(), Some("queue/first"));
/// assert_eq!(prompts::alias("digits/day-0").as_deref(), Some("weekdays/sunday"));
/// assert_eq!(prompts::alias("queue/first"), None);
/// ```
#[must_use]
pub fn alias(name: &str) -> Option<Cow<'static, str>> {
    match name.strip_prefix("digits/").and_then(digits) {
        None => find(&PHRASES, name).map(Cow::Borrowed),
        found => found,
    }
}

fn digits(name: &str) -> Option<Cow<'static, str>> {
    if let Some(found) = find(&DIGITS, name) {
        return Some(found.into());
    }
    if let Some(day) = name.strip_prefix("day-") {
        return Some(format!("weekdays/{}", nth(&DAYS, day)?).into());
    }
    if let Some(month) = name.strip_prefix("mon-") {
        return Some(format!("months/{}", nth(&MONTHS, month)?).into());
    }
    if let Some(number) = name.strip_prefix("h-") {
        return Some(format!("ordinals/{}", spoken(number).filter(|number| *number > 0)?).into());
    }
    Some(format!("numbers/{}", spoken(name)?).into())
}

/// The numbers that are recorded there: those that have a word of their own.
fn spoken(number: &str) -> Option<u8> {
    let plain = number.chars().all(|digit| digit.is_ascii_digit());
    let number =
        number.parse().ok().filter(|_| plain && (number == "0" || !number.starts_with('0')));
    number.filter(|number| matches!(number, 0..=20) || (*number < 100 && number % 10 == 0))
}

fn nth(names: &[&'static str], place: &str) -> Option<&'static str> {
    names.get(place.parse::<usize>().ok()?).copied()
}

fn find(names: &[(&str, &'static str)], name: &str) -> Option<&'static str> {
    names.iter().find(|(there, _)| *there == name).map(|(_, here)| *here)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_days_and_months_are_found_by_their_count() {
        for (there, here) in [
            ("digits/0", "numbers/0"),
            ("digits/20", "numbers/20"),
            ("digits/90", "numbers/90"),
            ("digits/h-1", "ordinals/1"),
            ("digits/h-30", "ordinals/30"),
            ("digits/day-6", "weekdays/saturday"),
            ("digits/mon-0", "months/january"),
            ("digits/mon-11", "months/december"),
            ("digits/oh", "clock/oh"),
        ] {
            assert_eq!(alias(there).as_deref(), Some(here));
        }
    }

    #[test]
    fn what_is_none_of_theirs_has_no_other_name() {
        for name in [
            "digits/21",
            "digits/100",
            "digits/07",
            "digits/+7",
            "digits/h-0",
            "digits/day-7",
            "digits/mon-12",
            "digits/",
            "welcome",
            "numbers/1",
        ] {
            assert_eq!(alias(name), None, "{name}");
        }
    }
}
