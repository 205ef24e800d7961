//! English, as it is said in Britain and in America.
//!
//! Times go by twelve hours with *a.m.* and *p.m.*: *eight a.m.*, *eight oh five a.m.*, *nine fifteen p.m.*; twelve sharp is
//! *noon* or *midnight*, for people disagree which of the two *twelve a.m.* is. Before and past the hour are not said.

use crate::atom::{Amount, Atom, Scale, Unit, Word};
use crate::grammar::{Grammar, day, month, positive, weekday};
use crate::said::{Joint, Said};
use crate::telephone::Numbering;
use crate::words::{And, Forms, Noun, Thousands, Words};
use crate::{Currency, DateForm};
use jiff::civil::{Date, Time};

/// Whose English.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum English {
    British,
    American,
}

static BRITISH: Words = Words {
    below_twenty: [
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
    ],
    tens: ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"],
    tens_joint: Joint::Hyphen,
    other_one: None,
    one_hundred: "one",
    hundred: "hundred",
    thousand: "thousand",
    scale_joint: Joint::Space,
    rest_joint: Joint::Space,
    ordinal_joint: Joint::Space,
    and: And::BeforeLastTwo,
    commas_from: 100_000,
    thousands: Thousands::AsNeuters,
    million: Forms::alike("million"),
    billion: Forms::alike("billion"),
    ordinals: [
        "zeroth",
        "first",
        "second",
        "third",
        "fourth",
        "fifth",
        "sixth",
        "seventh",
        "eighth",
        "ninth",
        "tenth",
        "eleventh",
        "twelfth",
        "thirteenth",
        "fourteenth",
        "fifteenth",
        "sixteenth",
        "seventeenth",
        "eighteenth",
        "nineteenth",
    ],
    ordinal_tens: [
        "twentieth",
        "thirtieth",
        "fortieth",
        "fiftieth",
        "sixtieth",
        "seventieth",
        "eightieth",
        "ninetieth",
    ],
    ordinal_scales: ["hundredth", "thousandth", "millionth", "billionth"],
    weekdays: ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
    callback: "Callback",
    message: "Message",
    months: [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
};

static AMERICAN: Words = Words { and: And::Never, commas_from: u64::MAX, ..BRITISH };

impl Grammar for English {
    fn words(&self) -> &'static Words {
        match self {
            Self::British => &BRITISH,
            Self::American => &AMERICAN,
        }
    }

    fn word(&self, word: Word) -> Option<&'static str> {
        match word {
            Word::And => Some("and"),
            Word::Minus => Some("minus"),
            Word::Plus => Some("plus"),
            Word::Star => Some("star"),
            Word::Hash if *self == Self::American => Some("pound"),
            Word::Hash => Some("hash"),
            Word::The => Some("the"),
            Word::Of => Some("of"),
            Word::Midnight => Some("midnight"),
            Word::Noon => Some("noon"),
            Word::Am => Some("a.m."),
            Word::Pm => Some("p.m."),
            Word::Oh => Some("oh"),
            Word::Clock => None,
        }
    }

    fn noun(&self, unit: Unit) -> Noun {
        match unit {
            Unit::Hour => Noun::neuter("hour", "hours"),
            Unit::Minute => Noun::neuter("minute", "minutes"),
            Unit::Second => Noun::neuter("second", "seconds"),
            Unit::Money(Currency::Sek) => Noun::neuter("Swedish krona", "Swedish kronor"),
            Unit::Money(Currency::Nok) => Noun::neuter("Norwegian krone", "Norwegian kroner"),
            Unit::Money(Currency::Dkk) => Noun::neuter("Danish krone", "Danish kroner"),
            Unit::Money(Currency::Eur) => Noun::neuter("euro", "euros"),
            Unit::Money(Currency::Gbp) => Noun::neuter("pound", "pounds"),
            Unit::Money(Currency::Usd) => Noun::neuter("dollar", "dollars"),
            // Also of those who write it with ø, which English voices read letter by letter.
            Unit::Cent(Currency::Sek | Currency::Nok | Currency::Dkk) => Noun::neuter("öre", "öre"),
            Unit::Cent(Currency::Eur | Currency::Usd) => Noun::neuter("cent", "cents"),
            Unit::Cent(Currency::Gbp) => Noun::neuter("penny", "pence"),
        }
    }

    fn numbering(&self) -> Numbering {
        Numbering::Elsewhere
    }

    fn clock(&self, said: &mut Said, time: Time) {
        let (hour, minute) = (positive(time.hour()), positive(time.minute()));
        match (hour, minute) {
            (0, 0) => return said.space(Atom::Word(Word::Midnight)),
            (12, 0) => return said.space(Atom::Word(Word::Noon)),
            (_, _) => said.space(Atom::Number((hour + 11) % 12 + 1)),
        }
        if (1..10).contains(&minute) {
            said.space(Atom::Word(Word::Oh));
        }
        if minute > 0 {
            said.space(Atom::Number(minute));
        }
        said.space(Atom::Word(if hour < 12 { Word::Am } else { Word::Pm }));
    }

    /// *Friday the twenty-seventh of November*, and in America *Friday November twenty-seventh*.
    fn date(&self, said: &mut Said, date: Date, form: DateForm) {
        if form.has_weekday() {
            said.space(weekday(date));
        }
        match self {
            Self::British => {
                said.space(Atom::Word(Word::The));
                said.space(day(date));
                said.space(Atom::Word(Word::Of));
                said.space(month(date));
            }
            Self::American => {
                said.space(month(date));
                said.space(day(date));
            }
        }
        self.year_of(said, date, form);
    }

    /// *Nineteen ninety-nine*, *nineteen oh-five*, *two thousand and one*, *twenty twenty-six*.
    fn year(&self, said: &mut Said, year: u64) {
        let [century, rest] = [year / 100, year % 100].map(u32::try_from);
        match (century, rest) {
            (Ok(century @ 10..100), Ok(rest)) if year % 1_000 >= 10 => {
                said.space(Atom::Number(century));
                match rest {
                    0 => said.space(Atom::Scale(Scale::Hundred, Amount::Many)),
                    1..10 => {
                        said.space(Atom::Word(Word::Oh));
                        said.add(Joint::Hyphen, Atom::Number(rest));
                    }
                    10.. => said.space(Atom::Number(rest)),
                }
            }
            (Ok(_) | Err(_), _) => self.cardinal(said, self.counting(), year),
        }
    }
}
