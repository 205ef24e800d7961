//! What must be recorded, so that every value of a kind can be said.

use crate::atom::Atom;
use crate::grammar::Grammar;
use crate::language::of_tag;
use crate::said::Said;
use crate::{Currency, DateForm, Gender, NUMBER_MAX, Value};
use jiff::civil::{Date, Time, Weekday};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::time::Duration;

/// A kind of value. What must be recorded to say it follows from the kind and the language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Numbers, with nouns of either gender.
    Number,
    /// Places in an order.
    Ordinal,
    /// Times of the day.
    Clock,
    /// Days of the week.
    Weekday,
    /// Dates in every form.
    Date,
    /// Amounts of a money.
    Money(Currency),
    /// Telephone numbers.
    Telephone,
    /// Digits one by one.
    Digits,
    /// How long something takes.
    Duration,
    /// What joins the items of a list; the items are of kinds of their own.
    List,
}

impl Kind {
    /// Every kind there is.
    pub const ALL: [Self; 15] = [
        Self::Number,
        Self::Ordinal,
        Self::Clock,
        Self::Weekday,
        Self::Date,
        Self::Money(Currency::Sek),
        Self::Money(Currency::Nok),
        Self::Money(Currency::Dkk),
        Self::Money(Currency::Eur),
        Self::Money(Currency::Gbp),
        Self::Money(Currency::Usd),
        Self::Telephone,
        Self::Digits,
        Self::Duration,
        Self::List,
    ];

    /// Values that need, together, every recording that one of this kind may need: the parts of a value are said
    /// alike whatever stands beside them.
    fn samples(self) -> Vec<Value> {
        match self {
            Self::Number => numbers(),
            Self::Ordinal => ordinals(),
            Self::Clock => minutes().map(Value::Clock).collect(),
            Self::Weekday => weekdays(),
            Self::Date => dates(),
            Self::Money(currency) => money(currency),
            Self::Telephone => vec![Value::Telephone("+998012345667".into())],
            Self::Digits => vec![Value::Digits("0123456789*#+".into())],
            Self::Duration => durations(),
            Self::List => vec![Value::List([1, 2, 3].map(Value::Number).to_vec())],
        }
    }
}

/// The names of the prompts that a value of this kind may be said with in a language, each once: what must be
/// recorded before it can be said.
///
/// ```
/// use speech::{Currency, Kind};
/// let needed: Vec<_> = speech::prompts("sv", Kind::Money(Currency::Sek)).collect();
/// assert!(needed.contains(&"money/sek-cents".into()));
/// assert!(!needed.contains(&"money/usd".into()));
/// ```
pub fn prompts(tag: &str, kind: Kind) -> impl Iterator<Item = Cow<'static, str>> {
    atoms(of_tag(tag), kind).into_iter().map(Atom::name)
}

/// Every prompt of this crate that a language may need, places and waits aside: its name, and the words to be spoken
/// for its recording.
///
/// ```
/// let swedish: Vec<_> = speech::recordings("sv").collect();
/// assert!(swedish.contains(&("numbers/21-common".into(), "tjugoen".to_owned())));
/// ```
pub fn recordings(tag: &str) -> impl Iterator<Item = (Cow<'static, str>, String)> {
    let grammar = of_tag(tag);
    let all: BTreeSet<Atom> = Kind::ALL.iter().flat_map(|kind| atoms(grammar, *kind)).collect();
    all.into_iter().filter_map(|atom| Some((atom.name(), grammar.text(atom)?)))
}

fn atoms(grammar: &dyn Grammar, kind: Kind) -> BTreeSet<Atom> {
    let mut atoms = BTreeSet::new();
    for value in kind.samples() {
        let mut said = Said::default();
        grammar.value(&mut said, &value);
        atoms.extend(said.atoms());
    }
    atoms
}

/// A number that is said by its digits, and has them all.
const BY_DIGITS: u64 = 9_876_543_210_123;

/// One of each kind of whole number.
fn wholes() -> impl Iterator<Item = u64> {
    let hundreds = (1..10).map(|count| count * 100);
    let scales = [1_000, 1_000_000, 1_000_000_000];
    let scaled = scales.into_iter().flat_map(|scale| (1..100).map(move |count| count * scale));
    (0..100).chain(hundreds).chain([101, BY_DIGITS]).chain(scaled)
}

fn numbers() -> Vec<Value> {
    let below_zero = Value::Number(-1);
    let by_gender = |gender| wholes().map(move |count| Value::Counted { count, gender });
    by_gender(Gender::Common).chain(by_gender(Gender::Neuter)).chain([below_zero]).collect()
}

fn ordinals() -> Vec<Value> {
    let behind = wholes().map(|whole| whole * 100 + 1).filter(|number| *number <= NUMBER_MAX);
    wholes().chain(behind).map(Value::Ordinal).collect()
}

fn minutes() -> impl Iterator<Item = Time> {
    let hours = (0..24).map(|hour| Time::constant(hour, 0, 0, 0));
    let rest = (1..60).map(|minute| Time::constant(9, minute, 0, 0));
    let afternoon = [Time::constant(0, 1, 0, 0), Time::constant(13, 1, 0, 0)];
    hours.chain(rest).chain(afternoon)
}

fn weekdays() -> Vec<Value> {
    let days = Weekday::Monday.cycle_forward().take(7);
    days.map(Value::Weekday).collect()
}

fn dates() -> Vec<Value> {
    let of = |year, month, day| Date::new(year, month, day).ok();
    let days = (1..=12).flat_map(|month| (1..=31).filter_map(move |day| of(2024, month, day)));
    let years = [1..100, 1_900..2_100].into_iter().flatten();
    let centuries = (1..100).flat_map(|century| [0, 1, 11].map(|rest| century * 100 + rest));
    let years = years.chain(centuries).filter_map(|year| of(year, 1, 1));
    let form = DateForm::WeekdayYear;
    days.chain(years).map(|date| Value::Date { date, form }).collect()
}

fn money(currency: Currency) -> Vec<Value> {
    let wholes = wholes().filter_map(|whole| i64::try_from(whole * 100).ok());
    let cents = wholes.chain(1..100).chain([101, -1]);
    cents.map(|cents| Value::Money { cents, currency }).collect()
}

fn durations() -> Vec<Value> {
    let hours = wholes().map(|hours| hours * 3_600);
    let seconds = (0..3_600).step_by(61).chain(0..60).chain(hours);
    seconds.map(|seconds| Value::Duration(Duration::from_secs(seconds))).collect()
}
