//! How numbers, times, dates, money, places and waits are said in each language.
//!
//! [`say`] turns a [`Value`] into the names of recorded prompts, to be played one after the other, and [`words`] into what
//! they say together. [`prompts`] lists what must be recorded before a [`Kind`] of value can be said, and [`recordings`] the
//! words of each recording. [`place`] tells a place in a queue, [`wait`] an expected wait, [`waited`] one that is over, and
//! [`appointment`] a time that is agreed on.
//!
//! A language is one file under `language/`: a table of words, and the rules that are not those of most languages.

mod appointment;
mod atom;
mod grammar;
mod language;
mod number;
mod place;
mod recorded;
mod said;
mod telephone;
mod value;
mod wait;
mod waited;
mod words;

pub use appointment::{Appointment, appointment, appointment_prompts};
pub use atom::PAUSE;
pub use language::{LANGUAGES, knows};
pub use place::{PLACE_MAX, place, place_prompts};
pub use recorded::{Kind, prompts, recordings};
pub use said::ATOMS_MAX;
pub use telephone::DIGITS_MAX;
pub use value::{Currency, DateForm, Gender, Keys, NUMBER_MAX, Value};
pub use wait::{Wait, longer, wait, wait_prompts};
pub use waited::{waited, waited_prompts};

use std::borrow::Cow;
use std::collections::BTreeSet;

/// The names of the prompts that say a value in a language, in their order; [`ATOMS_MAX`] at most.
///
/// ```
/// use speech::{Gender, Value};
/// let minutes = Value::Counted { count: 121, gender: Gender::Common };
/// assert_eq!(speech::say("sv", &minutes), ["numbers/100", "numbers/21-common"]);
/// assert_eq!(speech::say("en", &minutes), ["numbers/100", "words/and", "numbers/21"]);
/// ```
#[must_use]
pub fn say(tag: &str, value: &Value) -> Vec<Cow<'static, str>> {
    said(tag, value).names()
}

/// The words that say a value in a language: those of its recordings, written together.
///
/// ```
/// use speech::Value;
/// assert_eq!(speech::words("sv", &Value::Number(21_000)), "tjugoettusen");
/// assert_eq!(speech::words("en", &Value::Number(121)), "one hundred and twenty-one");
/// assert_eq!(speech::words("nb", &Value::Ordinal(121)), "ett hundre og tjueførste");
/// ```
#[must_use]
pub fn words(tag: &str, value: &Value) -> String {
    said(tag, value).words(language::of_tag(tag))
}

/// A kind of work item, as phones and screens name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// Somebody who is called back.
    Callback,
    /// A message that a caller has left.
    Message,
}

/// What phones and screens call it in a language.
///
/// ```
/// assert_eq!(speech::shown("sv-FI", speech::Shown::Callback), "Återuppringning");
/// assert_eq!(speech::shown("en", speech::Shown::Message), "Message");
/// ```
#[must_use]
pub fn shown(tag: &str, what: Shown) -> &'static str {
    let words = language::of_tag(tag).words();
    match what {
        Shown::Callback => words.callback,
        Shown::Message => words.message,
    }
}

fn said(tag: &str, value: &Value) -> said::Said {
    let mut said = said::Said::default();
    language::of_tag(tag).value(&mut said, value);
    said
}

/// Names without those that have come before.
fn each_once(
    names: impl Iterator<Item = Cow<'static, str>>,
) -> impl Iterator<Item = Cow<'static, str>> {
    let mut seen = BTreeSet::new();
    names.filter(move |name| seen.insert(name.clone()))
}
