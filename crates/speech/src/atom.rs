//! What is recorded once and joined with others: the atoms of which every value is said.

use crate::{Currency, Gender};
use std::borrow::Cow;

/// A recording. Its name is the same in every language, its words are the language's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Atom {
    /// 0 to 99, as one counts.
    Number(u32),
    /// 1, 21, … 91 before a noun of the gender that is not the one of counting.
    Gendered(Gender, u32),
    /// One hundred to nine hundred, by how many.
    Hundreds(u32),
    /// Behind how many of them there are.
    Scale(Scale, Amount),
    /// 0 to 31, which dates have whole, and the tens above.
    Ordinal(u32),
    /// The last part of the hundredth, the two thousandth …
    OrdinalOf(Scale),
    /// Counted from Monday as 1.
    Weekday(u32),
    /// Counted from January as 1.
    Month(u32),
    /// What is counted.
    Unit(Unit, Amount),
    /// A word by itself.
    Word(Word),
    /// A short silence, between the groups of a telephone number and the items of a list.
    Pause,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Scale {
    Hundred,
    Thousand,
    Million,
    Billion,
}

/// Whether a noun stands for one or for more. Where both sound alike, the recording is of [`Amount::Many`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Amount {
    One,
    Many,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Unit {
    Hour,
    Minute,
    Second,
    /// Kronor, pounds …
    Money(Currency),
    /// Öre, pence …
    Cent(Currency),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Word {
    And,
    Minus,
    Plus,
    Star,
    Hash,
    /// Before a day of the month.
    The,
    /// Between a day and its month.
    Of,
    /// Before a time of the day.
    Clock,
    Midnight,
    Noon,
    /// Behind a time before noon.
    Am,
    /// Behind a time after noon.
    Pm,
    /// The zero of *eight oh five*.
    Oh,
}

/// The days in which a date is said whole; ordinals above are joined.
pub(crate) const ORDINAL_WHOLE_MAX: u32 = 31;

const WEEKDAYS: [&str; 7] =
    ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
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

impl Atom {
    /// The name of the prompt that has it.
    pub(crate) fn name(self) -> Cow<'static, str> {
        match self {
            Self::Number(number) => format!("numbers/{number}").into(),
            Self::Gendered(Gender::Common, number) => format!("numbers/{number}-common").into(),
            Self::Gendered(Gender::Neuter, number) => format!("numbers/{number}-neuter").into(),
            Self::Hundreds(count) => format!("numbers/{count}00").into(),
            Self::Scale(scale, amount) => scale_name(scale, amount).into(),
            Self::Ordinal(number) => format!("ordinals/{number}").into(),
            Self::OrdinalOf(scale) => format!("ordinals/{}", scale.name()).into(),
            Self::Weekday(day) => format!("weekdays/{}", entry(&WEEKDAYS, day - 1)).into(),
            Self::Month(month) => format!("months/{}", entry(&MONTHS, month - 1)).into(),
            Self::Unit(unit, amount) => unit.name(amount),
            Self::Word(word) => word.name().into(),
            Self::Pause => PAUSE.into(),
        }
    }
}

/// The short silence between groups. It is of no language.
pub const PAUSE: &str = "pause";

impl Scale {
    const fn name(self) -> &'static str {
        match self {
            Self::Hundred => "hundred",
            Self::Thousand => "thousand",
            Self::Million => "million",
            Self::Billion => "billion",
        }
    }
}

const fn scale_name(scale: Scale, amount: Amount) -> &'static str {
    match (scale, amount) {
        (Scale::Hundred, _) => "numbers/hundred",
        (Scale::Thousand, _) => "numbers/thousand",
        (Scale::Million, Amount::One) => "numbers/million",
        (Scale::Million, Amount::Many) => "numbers/millions",
        (Scale::Billion, Amount::One) => "numbers/billion",
        (Scale::Billion, Amount::Many) => "numbers/billions",
    }
}

impl Unit {
    fn name(self, amount: Amount) -> Cow<'static, str> {
        match (self, amount) {
            (Self::Hour, Amount::One) => "time/hour".into(),
            (Self::Hour, Amount::Many) => "time/hours".into(),
            (Self::Minute, Amount::One) => "time/minute".into(),
            (Self::Minute, Amount::Many) => "time/minutes".into(),
            (Self::Second, Amount::One) => "time/second".into(),
            (Self::Second, Amount::Many) => "time/seconds".into(),
            (Self::Money(of), Amount::One) => format!("money/{}-one", of.small()).into(),
            (Self::Money(of), Amount::Many) => format!("money/{}", of.small()).into(),
            (Self::Cent(of), Amount::One) => format!("money/{}-cent", of.small()).into(),
            (Self::Cent(of), Amount::Many) => format!("money/{}-cents", of.small()).into(),
        }
    }
}

impl Word {
    const fn name(self) -> &'static str {
        match self {
            Self::And => "words/and",
            Self::Minus => "words/minus",
            Self::Plus => "words/plus",
            Self::Star => "words/star",
            Self::Hash => "words/hash",
            Self::The => "words/the",
            Self::Of => "words/of",
            Self::Clock => "clock/clock",
            Self::Midnight => "clock/midnight",
            Self::Noon => "clock/noon",
            Self::Am => "clock/am",
            Self::Pm => "clock/pm",
            Self::Oh => "clock/oh",
        }
    }
}

/// What stands at a place of a table that is as long as the places there are.
pub(crate) fn entry(table: &'static [&'static str], place: u32) -> &'static str {
    usize::try_from(place)
        .ok()
        .and_then(|place| table.get(place))
        .expect("the table has a word for every place")
}
