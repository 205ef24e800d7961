//! What is said is made of recordings that are listed, and their words make up what was to be said.

use jiff::civil::{Date, Time};
use proptest::prelude::*;
use speech::{
    ATOMS_MAX, Currency, DIGITS_MAX, DateForm, Gender, Kind, LANGUAGES, PAUSE, Value, prompts,
    recordings, say, words,
};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;
use std::time::Duration;

/// What is written and not heard. Where three of a letter would meet, two are written.
fn heard(words: &str) -> String {
    let mut letters: Vec<char> = Vec::new();
    for letter in words.chars().filter(|letter| !" -,".contains(*letter)) {
        if !letters.ends_with(&[letter, letter]) {
            letters.push(letter);
        }
    }
    letters.into_iter().collect()
}

fn texts(tag: &str) -> BTreeMap<String, String> {
    recordings(tag).map(|(name, text)| (name.into_owned(), text)).collect()
}

fn gender() -> impl Strategy<Value = Gender> {
    prop::sample::select(vec![Gender::Common, Gender::Neuter])
}

/// Numbers of every length alike.
fn number() -> impl Strategy<Value = u64> {
    prop_oneof![
        0..100_u64,
        0..10_000_u64,
        0..10_000_000_u64,
        0..10_000_000_000_000_u64,
        any::<u64>()
    ]
}

fn date() -> impl Strategy<Value = Date> {
    (-9_999..=9_999_i16, 1..=12_i8, 1..=28_i8)
        .prop_map(|(year, month, day)| Date::constant(year, month, day))
}

fn time() -> impl Strategy<Value = Time> {
    (0..24_i8, 0..60_i8).prop_map(|(hour, minute)| Time::constant(hour, minute, 0, 0))
}

fn form() -> impl Strategy<Value = DateForm> {
    use DateForm::{Day, Weekday, WeekdayYear, Year};
    prop::sample::select(vec![Day, Weekday, Year, WeekdayYear])
}

fn currency() -> impl Strategy<Value = Currency> {
    prop::sample::select(Currency::ALL.to_vec())
}

fn item() -> impl Strategy<Value = (Kind, Value)> {
    prop_oneof![
        any::<i64>().prop_map(|number| (Kind::Number, Value::Number(number))),
        (number(), gender())
            .prop_map(|(count, gender)| (Kind::Number, Value::Counted { count, gender })),
        number().prop_map(|number| (Kind::Ordinal, Value::Ordinal(number))),
        time().prop_map(|time| (Kind::Clock, Value::Clock(time))),
        date().prop_map(|date| (Kind::Weekday, Value::Weekday(date.weekday()))),
        (date(), form()).prop_map(|(date, form)| (Kind::Date, Value::Date { date, form })),
        (any::<i64>(), currency()).prop_map(|(cents, currency)| (
            Kind::Money(currency),
            Value::Money { cents, currency }
        )),
        (-100_000..100_000_i64, currency()).prop_map(|(cents, currency)| (
            Kind::Money(currency),
            Value::Money { cents, currency }
        )),
        "[+]?[0-9*# -]{0,20}".prop_map(|number| (Kind::Telephone, Value::Telephone(number.into()))),
        ".{0,200}".prop_map(|number| (Kind::Telephone, Value::Telephone(number.into()))),
        ".{0,200}".prop_map(|digits| (Kind::Digits, Value::Digits(digits.into()))),
        number().prop_map(|s| (Kind::Duration, Value::Duration(Duration::from_secs(s)))),
    ]
}

/// A value, and the kinds whose recordings it may need.
fn value() -> impl Strategy<Value = (Vec<Kind>, Value)> {
    let list = prop::collection::vec(item(), 0..200).prop_map(|items| {
        let (mut kinds, values): (Vec<_>, Vec<_>) = items.into_iter().unzip();
        kinds.push(Kind::List);
        (kinds, Value::List(values))
    });
    prop_oneof![9 => item().prop_map(|(kind, value)| (vec![kind], value)), 1 => list]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn the_words_of_the_recordings_make_up_what_is_said((kinds, value) in value()) {
        for tag in LANGUAGES {
            let texts = &TEXTS[tag];
            let names = say(tag, &value);
            prop_assert!(names.len() <= ATOMS_MAX);
            let listed: BTreeSet<&String> = kinds.iter().flat_map(|kind| &LISTED[&(tag, *kind)]).collect();
            let mut together = String::new();
            for name in &names {
                prop_assert!(listed.contains(&name.clone().into_owned()), "{tag} {value:?}: {name} is not listed");
                if name != PAUSE {
                    let text = texts.get(&**name);
                    prop_assert!(text.is_some(), "{tag} {value:?}: {name} has no words");
                    together += text.map_or("", String::as_str);
                }
            }
            prop_assert_eq!(heard(&together), heard(&words(tag, &value)), "{} {:?}", tag, value);
        }
    }
}

/// The words of every recording, by language and name.
static TEXTS: LazyLock<BTreeMap<&str, BTreeMap<String, String>>> =
    LazyLock::new(|| LANGUAGES.into_iter().map(|tag| (tag, texts(tag))).collect());

/// The names that are listed, by language and kind.
static LISTED: LazyLock<BTreeMap<(&str, Kind), BTreeSet<String>>> = LazyLock::new(|| {
    let all = LANGUAGES.into_iter().flat_map(|tag| Kind::ALL.map(|kind| (tag, kind)));
    all.map(|key| (key, prompts(key.0, key.1).map(Cow::into_owned).collect())).collect()
});

#[test]
fn no_two_recordings_of_a_language_go_by_one_name() {
    for tag in LANGUAGES {
        let all: Vec<_> = recordings(tag).collect();
        assert_eq!(all.len(), texts(tag).len(), "{tag}");
        assert!(all.iter().all(|(_, text)| !text.is_empty()), "{tag}");
        assert!((200..300).contains(&all.len()), "{tag} needs {} recordings", all.len());
    }
}

#[test]
fn recordings_that_sound_alike_are_made_once() {
    // What stands for one in a language with forms for it is not asked of one without.
    let swedish = texts("sv");
    assert!(!swedish.contains_key("money/eur-one") && swedish.contains_key("money/eur"));
    assert!(
        swedish.contains_key("numbers/21-common") && !texts("en").contains_key("numbers/21-common")
    );
    assert!(texts("nb").contains_key("numbers/21-neuter"));
    assert!(!swedish.contains_key("words/of"));
}

#[test]
fn what_is_longer_than_anyone_listens_is_cut_off() {
    let endless = Value::List(vec![Value::Digits("1".repeat(10_000).into()); 10_000]);
    assert_eq!(say("sv", &endless).len(), ATOMS_MAX);
    assert_eq!(say("sv", &Value::Digits("1".repeat(10_000).into())).len(), DIGITS_MAX);
}
