//! What a `say` step says: recordings, and values of which it is not known before the call what they are.

use super::{Fact, Phrase, Plan, Value, ValueKind};
use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time, Weekday};
use speech::{Currency, DateForm, Gender, Kind, Wait};
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// One thing that a `say` step says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Saying {
    /// A recording.
    Phrase(Phrase),
    /// A value, in the caller's language.
    Value(SaidValue),
}

impl Saying {
    /// The values among what is said, in their order.
    pub fn values(sayings: &[Self]) -> impl Iterator<Item = &SaidValue> {
        sayings.iter().filter_map(|saying| match saying {
            Self::Value(value) => Some(value),
            Self::Phrase(_) => None,
        })
    }
}

/// A value that is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SaidValue {
    /// The name of the fact in the file.
    pub written: Arc<str>,
    /// What is said of it.
    pub fact: Fact,
    /// As what.
    pub form: SaidAs,
}

/// As what a value is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SaidAs {
    /// A number by itself, or before a noun of this gender.
    Number(Option<Gender>),
    /// A place in an order.
    Ordinal,
    /// An amount of money.
    Money(Currency, SaidAmount),
    /// A day.
    Date(DateForm),
    /// A time of the day.
    Time,
    /// A day of the week.
    Weekday,
    /// A telephone number, in groups.
    Phone,
    /// Digits one by one.
    Digits,
    /// A length of time.
    Duration(SaidUnit),
    /// A wait, rounded up as queues tell it.
    Wait,
}

/// What a number of money counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SaidAmount {
    /// Kronor, euros; a text may have hundredths behind a point or a comma.
    Whole,
    /// Öre, cents.
    Hundredths,
}

/// What a number of a length of time counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SaidUnit {
    /// Seconds.
    Seconds,
    /// Minutes.
    Minutes,
    /// Hours.
    Hours,
}

impl SaidAmount {
    /// Its words in the file.
    pub(crate) const WORDS: [(&'static str, Self); 2] =
        [("whole", Self::Whole), ("hundredths", Self::Hundredths)];
}

impl SaidUnit {
    /// Its words in the file.
    pub(crate) const WORDS: [(&'static str, Self); 3] =
        [("seconds", Self::Seconds), ("minutes", Self::Minutes), ("hours", Self::Hours)];

    const fn seconds(self) -> u64 {
        match self {
            Self::Seconds => 1,
            Self::Minutes => 60,
            Self::Hours => 3_600,
        }
    }
}

/// The words for how much of a date is said.
pub(crate) const DATE_FORMS: [(&str, DateForm); 4] = [
    ("day", DateForm::Day),
    ("weekday", DateForm::Weekday),
    ("year", DateForm::Year),
    ("weekday_year", DateForm::WeekdayYear),
];

/// The words for the gender of what is counted.
pub(crate) const GENDERS: [(&str, Gender); 2] =
    [("common", Gender::Common), ("neuter", Gender::Neuter)];

impl SaidAs {
    /// The keys by which values are written.
    pub(crate) const KEYS: [&'static str; 10] = [
        "number", "ordinal", "money", "date", "time", "weekday", "phone", "digits", "duration",
        "wait",
    ];

    /// The key by which it is written.
    const fn key(self) -> &'static str {
        match self {
            Self::Number(_) => "number",
            Self::Ordinal => "ordinal",
            Self::Money(..) => "money",
            Self::Date(_) => "date",
            Self::Time => "time",
            Self::Weekday => "weekday",
            Self::Phone => "phone",
            Self::Digits => "digits",
            Self::Duration(_) => "duration",
            Self::Wait => "wait",
        }
    }

    /// What goes with that key, with its word.
    fn with(self) -> Vec<(&'static str, &'static str)> {
        let mut with = Vec::new();
        match self {
            Self::Number(Some(gender)) => with.push(("gender", word(GENDERS, gender))),
            Self::Money(currency, amount) => {
                with.push(("currency", currency.code()));
                let usual = amount == SaidAmount::Whole;
                with.extend((!usual).then(|| ("amount", word(SaidAmount::WORDS, amount))));
            }
            Self::Date(form) => with.push(("form", word(DATE_FORMS, form))),
            Self::Duration(unit) => with.push(("unit", word(SaidUnit::WORDS, unit))),
            Self::Number(None)
            | Self::Ordinal
            | Self::Time
            | Self::Weekday
            | Self::Phone
            | Self::Digits
            | Self::Wait => {}
        }
        with
    }

    /// Whether a fact of this kind may come to be said so.
    #[must_use]
    pub fn takes(self, fact: Fact) -> bool {
        use ValueKind::{Date, Length, Number, Text, Time};
        // A bound of a wait is rounded up, or it is soon wrong.
        let is_wait = matches!(fact, Fact::ExpectedWait(_));
        match self {
            // Nobody waits who is at a step.
            _ if matches!(fact, Fact::OwnWait | Fact::Place | Fact::Waited) => false,
            Self::Wait => fact.kind() == Length,
            _ if is_wait => false,
            Self::Number(_) | Self::Ordinal | Self::Money(..) | Self::Digits => {
                matches!(fact.kind(), Number | Text)
            }
            Self::Date(_) => matches!(fact.kind(), Date | Text),
            Self::Time => matches!(fact.kind(), Time | Text),
            Self::Weekday => matches!(fact.kind(), Date | Text),
            Self::Phone => fact.kind() == Text,
            Self::Duration(_) => matches!(fact.kind(), Length | Number | Text),
        }
    }

    /// The recordings that any such value needs in a language, each once.
    #[must_use]
    pub fn prompts(self, tag: &str) -> Vec<Cow<'static, str>> {
        let kind = match self {
            Self::Number(_) => Kind::Number,
            Self::Ordinal => Kind::Ordinal,
            Self::Money(currency, _) => Kind::Money(currency),
            Self::Date(_) => Kind::Date,
            Self::Time => Kind::Clock,
            Self::Weekday => Kind::Weekday,
            Self::Phone => Kind::Telephone,
            Self::Digits => Kind::Digits,
            Self::Duration(_) => Kind::Duration,
            Self::Wait => return speech::wait_prompts(tag).collect(),
        };
        speech::prompts(tag, kind).collect()
    }
}

/// A value as it can be said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sayable {
    /// By the grammar of the language.
    Value(speech::Value),
    /// As a sentence about a wait.
    Wait(Wait),
}

impl Sayable {
    /// The recordings that say it in a language, in their order.
    #[must_use]
    pub fn prompts(&self, tag: &str) -> Vec<Cow<'static, str>> {
        match self {
            Self::Value(value) => speech::say(tag, value),
            Self::Wait(wait) => speech::wait(tag, *wait),
        }
    }

    /// Its words in a language, if they are the grammar's.
    #[must_use]
    pub fn words(&self, tag: &str) -> Option<String> {
        match self {
            Self::Value(value) => Some(speech::words(tag, value)),
            Self::Wait(_) => None,
        }
    }
}

/// As it could stand in the file.
impl fmt::Display for SaidValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{{ {} = {:?}", self.form.key(), self.written)?;
        self.form.with().into_iter().try_for_each(|(key, word)| write!(f, ", {key} = {word:?}"))?;
        f.write_str(" }")
    }
}

fn word<T: PartialEq, const N: usize>(words: [(&'static str, T); N], of: T) -> &'static str {
    words.into_iter().find(|(_, known)| *known == of).map_or("", |(word, _)| word)
}

impl SaidValue {
    /// What is to be said of this value; none: it can not be said as what the plan says it is.
    #[must_use]
    pub fn of(&self, plan: &Plan, value: &Value) -> Option<Sayable> {
        let said = match self.form {
            SaidAs::Number(None) => speech::Value::Number(number(value)?),
            SaidAs::Number(Some(gender)) => match u64::try_from(number(value)?) {
                Ok(count) => speech::Value::Counted { count, gender },
                // Nothing that can be counted is below zero.
                Err(_) => speech::Value::Number(number(value)?),
            },
            SaidAs::Ordinal => speech::Value::Ordinal(u64::try_from(number(value)?).ok()?),
            SaidAs::Money(currency, amount) => {
                speech::Value::Money { cents: cents(value, amount)?, currency }
            }
            SaidAs::Date(form) => speech::Value::Date { date: date(plan, value)?, form },
            SaidAs::Time => speech::Value::Clock(time(plan, value)?),
            SaidAs::Weekday => speech::Value::Weekday(weekday(plan, value)?),
            SaidAs::Phone => speech::Value::Telephone(phone(plan, value)?.into()),
            SaidAs::Digits => speech::Value::Digits(digits(value)?.into()),
            SaidAs::Duration(unit) => speech::Value::Duration(duration(value, unit)?),
            SaidAs::Wait => {
                let Value::Length(bound) = value else { return None };
                return Some(Sayable::Wait(Wait::rounded_up(*bound)));
            }
        };
        Some(Sayable::Value(said))
    }
}

fn text(value: &Value) -> Option<&str> {
    if let Value::Text(text) = value { Some(text) } else { None }
}

/// A whole number, with or without spaces between its digits.
fn number(value: &Value) -> Option<i64> {
    if let Value::Number(number) = value {
        return Some(*number);
    }
    let (sign, digits) = signed(text(value)?)?;
    let number: i64 = is_digits(&digits).then(|| digits.parse().ok())??;
    Some(sign * number)
}

/// The sign, and what is behind it without the spaces that part thousands.
fn signed(text: &str) -> Option<(i64, String)> {
    let text = text.trim();
    let minus = text.strip_prefix(['-', '\u{2212}']);
    let digits: String = minus.unwrap_or(text).chars().filter(|c| !c.is_whitespace()).collect();
    (!digits.is_empty()).then_some((if minus.is_some() { -1 } else { 1 }, digits))
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// An amount in hundredths. A third digit behind the point is none of an amount, or it parts thousands: nobody
/// can know, and so it is not said.
fn cents(value: &Value, amount: SaidAmount) -> Option<i64> {
    let whole = match (value, amount) {
        (Value::Number(cents), SaidAmount::Hundredths) => return Some(*cents),
        (Value::Number(whole), SaidAmount::Whole) => return whole.checked_mul(100),
        (_, SaidAmount::Hundredths) => return number(value),
        (_, SaidAmount::Whole) => text(value)?,
    };
    let (sign, digits) = signed(whole)?;
    let (whole, rest) = digits.split_once(['.', ',']).unwrap_or((&digits, "0"));
    let fits = is_digits(whole) && is_digits(rest) && rest.len() <= 2;
    let whole: i64 = fits.then(|| whole.parse().ok())??;
    let tenths = rest.parse::<i64>().ok()?;
    let cents = if rest.len() == 1 { tenths * 10 } else { tenths };
    Some(sign * whole.checked_mul(100)?.checked_add(cents)?)
}

/// `2026-12-24`, `20261224`, or a moment, whose day is that of the centre's clock.
fn date(plan: &Plan, value: &Value) -> Option<Date> {
    match value {
        Value::Date(date) => Some(*date),
        Value::Text(text) if text.len() == 8 && is_digits(text) => {
            let part = |from, to| text.get(from..to)?.parse::<i16>().ok();
            let (month, day) = (i8::try_from(part(4, 6)?).ok()?, i8::try_from(part(6, 8)?).ok()?);
            Date::new(part(0, 4)?, month, day).ok()
        }
        Value::Text(text) => moment(plan, text).map(DateTime::date).or_else(|| text.parse().ok()),
        Value::YesNo(_) | Value::Number(_) | Value::Length(_) | Value::Time(_) => None,
    }
}

/// `8:05`, `08:05:30`, or a moment, whose time is that of the centre's clock.
fn time(plan: &Plan, value: &Value) -> Option<Time> {
    match value {
        Value::Time(minute) => {
            let (hour, minute) = (i8::try_from(minute / 60).ok()?, i8::try_from(minute % 60).ok()?);
            Time::new(hour, minute, 0, 0).ok()
        }
        Value::Text(text) => moment(plan, text).map(DateTime::time).or_else(|| clock(text)),
        Value::YesNo(_) | Value::Number(_) | Value::Length(_) | Value::Date(_) => None,
    }
}

fn clock(text: &str) -> Option<Time> {
    let parts: Vec<_> = text.trim().split(':').collect();
    let part = |at: usize| {
        let part = parts.get(at)?;
        (is_digits(part) && part.len() <= 2).then(|| part.parse::<i8>().ok())?
    };
    match parts.len() {
        2 => Time::new(part(0)?, part(1)?, 0, 0).ok(),
        3 => Time::new(part(0)?, part(1)?, part(2)?, 0).ok(),
        _ => None,
    }
}

/// A date with a time by RFC 3339, at the centre's clock: with a zone it is brought there, without one it is that
/// clock's already.
fn moment(plan: &Plan, text: &str) -> Option<DateTime> {
    let text = text.trim();
    if !text.contains(['T', 't', ' ']) {
        return None;
    }
    let zoned = text.parse::<Timestamp>().ok().map(|at| plan.timezone.to_datetime(at));
    zoned.or_else(|| text.parse().ok())
}

/// `mon`, or a day.
fn weekday(plan: &Plan, value: &Value) -> Option<Weekday> {
    let named = text(value).and_then(|text| Fact::DAYS.iter().position(|day| *day == text));
    match named {
        Some(at) => Weekday::from_monday_zero_offset(i8::try_from(at).ok()?).ok(),
        None => date(plan, value).map(Date::weekday),
    }
}

/// The digits of a number, behind a plus or not, as people of the country say it.
fn phone(plan: &Plan, value: &Value) -> Option<String> {
    let parting = [' ', '-', '(', ')', '/', '.', '\u{a0}'];
    let number: String = text(value)?.chars().filter(|c| !parting.contains(c)).collect();
    let behind_plus = number.strip_prefix('+').unwrap_or(&number);
    let fits = is_digits(behind_plus) && behind_plus.len() <= speech::DIGITS_MAX;
    fits.then(|| plan.number_read(&number))
}

/// What a telephone can send, with spaces and dashes between.
fn digits(value: &Value) -> Option<String> {
    let written = match value {
        Value::Number(number) => number.to_string(),
        Value::YesNo(_) | Value::Text(_) | Value::Length(_) | Value::Time(_) | Value::Date(_) => {
            text(value)?.chars().filter(|c| !matches!(c, ' ' | '-' | '\u{a0}')).collect()
        }
    };
    let fits = !written.is_empty()
        && written.len() <= speech::DIGITS_MAX
        && written.chars().all(|c| c.is_ascii_digit() || matches!(c, '*' | '#' | '+'));
    fits.then_some(written)
}

fn duration(value: &Value, unit: SaidUnit) -> Option<Duration> {
    if let Value::Length(length) = value {
        return Some(*length);
    }
    let count = u64::try_from(number(value)?).ok()?;
    count.checked_mul(unit.seconds()).map(Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(form: SaidAs, value: &Value) -> Option<String> {
        let text =
            "country = \"46\"\ntimezone = \"Europe/Stockholm\"\n[number.1]\ngoto = \"hangup\"";
        let plan = Plan::parse("x", text, &|_, _| true, &mut |_| Err(String::new())).unwrap();
        let said = SaidValue { written: "x".into(), fact: Fact::Time, form };
        said.of(&plan, value)?.words("sv")
    }

    fn told(form: SaidAs, text: &str) -> String {
        said(form, &Value::Text(text.into())).unwrap_or_else(|| "-".to_owned())
    }

    #[test]
    fn amounts_are_said_as_other_programs_write_them() {
        let kronor = SaidAs::Money(Currency::Sek, SaidAmount::Whole);
        assert_eq!(told(kronor, "100.5"), "etthundra kronor och femtio öre");
        assert_eq!(told(kronor, "1 234,05"), "ettusen tvåhundratrettiofyra kronor och fem öre");
        assert_eq!(told(kronor, "-1"), "minus en krona");
        assert_eq!(said(kronor, &Value::Number(21)).as_deref(), Some("tjugoen kronor"));
        let ore = SaidAs::Money(Currency::Sek, SaidAmount::Hundredths);
        assert_eq!(told(ore, "150"), "en krona och femtio öre");
        assert_eq!(said(ore, &Value::Number(150)).as_deref(), Some("en krona och femtio öre"));
    }

    #[test]
    fn what_may_mean_two_amounts_is_not_said() {
        let kronor = SaidAs::Money(Currency::Sek, SaidAmount::Whole);
        for odd in
            ["", "-", "1.234", "1,234.50", "1e3", "12 kr", "1.", ".5", "99999999999999999999"]
        {
            assert_eq!(told(kronor, odd), "-", "{odd}");
        }
        assert_eq!(said(kronor, &Value::Number(i64::MAX)), None);
        assert_eq!(said(kronor, &Value::YesNo(true)), None);
    }

    #[test]
    fn days_and_times_are_those_of_the_centres_clock() {
        let day = SaidAs::Date(DateForm::Weekday);
        for same in ["2026-12-24", "20261224", "2026-12-23T23:30:00Z", "2026-12-24T10:00:00"] {
            assert_eq!(told(day, same), "torsdag den tjugofjärde december", "{same}");
            assert_eq!(told(SaidAs::Weekday, same), "torsdag", "{same}");
        }
        assert_eq!(told(SaidAs::Weekday, "mon"), "måndag");
        for odd in ["", "tomorrow", "2026-02-29", "20260229", "24/12/2026", "2026", "261224"] {
            assert_eq!(told(day, odd), "-", "{odd}");
        }
        for same in ["8:05", "08:05:30", "2026-12-24T07:05:00Z"] {
            assert_eq!(told(SaidAs::Time, same), "klockan åtta noll fem", "{same}");
        }
        assert_eq!(said(SaidAs::Time, &Value::Time(485)).as_deref(), Some("klockan åtta noll fem"));
        for odd in ["", "25:00", "8", "8.05", "8:5:6:7", "-8:05", "later"] {
            assert_eq!(told(SaidAs::Time, odd), "-", "{odd}");
        }
    }

    #[test]
    fn numbers_agree_with_what_they_count() {
        assert_eq!(told(SaidAs::Number(None), "21"), "tjugoett");
        assert_eq!(told(SaidAs::Number(Some(Gender::Common)), "21"), "tjugoen");
        assert_eq!(told(SaidAs::Number(Some(Gender::Common)), "-1"), "minus ett");
        assert_eq!(told(SaidAs::Ordinal, "21"), "tjugoförsta");
        assert_eq!(told(SaidAs::Ordinal, "-1"), "-");
        assert_eq!(told(SaidAs::Number(None), "1.5"), "-");
    }

    #[test]
    fn keys_are_said_one_by_one_and_letters_not_at_all() {
        assert_eq!(told(SaidAs::Phone, "+46 8-123 45"), told(SaidAs::Phone, "0812345"));
        assert_eq!(told(SaidAs::Digits, "12-34"), "ett två tre fyra");
        for odd in ["", "AB12", "12a", &"1".repeat(65)] {
            assert_eq!(told(SaidAs::Digits, odd), "-", "{odd}");
            assert_eq!(told(SaidAs::Phone, odd), "-", "{odd}");
        }
        assert_eq!(told(SaidAs::Phone, "+"), "-");
    }

    #[test]
    fn lengths_count_what_the_plan_says() {
        assert_eq!(told(SaidAs::Duration(SaidUnit::Minutes), "90"), "en timme och trettio minuter");
        assert_eq!(
            told(SaidAs::Duration(SaidUnit::Seconds), "90"),
            "en minut och trettio sekunder"
        );
        assert_eq!(told(SaidAs::Duration(SaidUnit::Hours), "9999999999999999999"), "-");
        assert_eq!(told(SaidAs::Duration(SaidUnit::Hours), "-1"), "-");
    }
}
