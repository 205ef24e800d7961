//! What can be said: the values of variables, hours and queues, before any language.

use jiff::civil::{Date, Time, Weekday};
use std::fmt;
use std::time::Duration;

/// The largest number that is said in words; larger ones are said digit by digit.
pub const NUMBER_MAX: u64 = 999_999_999_999;

/// A value to be said.
///
/// ```
/// use speech::{Currency, Value};
/// let owed = Value::Money { cents: 10_050, currency: Currency::Sek };
/// assert_eq!(speech::words("sv", &owed), "etthundra kronor och femtio öre");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A number by itself, as one counts: *plats nummer ett*. Beyond [`NUMBER_MAX`] on either side it is said
    /// digit by digit.
    Number(i64),
    /// A number before the noun that it counts: *tjugoen minuter*, *tjugoett samtal*.
    Counted {
        /// How many.
        count: u64,
        /// The gender of what is counted.
        gender: Gender,
    },
    /// A place in an order: *tjugoförsta*.
    Ordinal(u64),
    /// A time of the day, to the minute; seconds are not said.
    Clock(Time),
    /// A day of the week.
    Weekday(Weekday),
    /// A day.
    Date {
        /// Which day.
        date: Date,
        /// How much of it is said.
        form: DateForm,
    },
    /// An amount.
    Money {
        /// In hundredths: öre, cents, pence. Below zero it is owed the other way.
        cents: i64,
        /// Of which money.
        currency: Currency,
    },
    /// A telephone number, digit by digit in the groups that people write it in. Whatever is neither a digit nor
    /// `+` is passed over.
    Telephone(Keys),
    /// Digits (and `*` and `#`), one by one.
    Digits(Keys),
    /// How long something takes: two units at most, what is less is dropped.
    Duration(Duration),
    /// Several values: *ett, två och tre*.
    List(Vec<Self>),
}

/// Keys of a telephone as a text. They may be somebody's number or secret, and print as the last two.
#[derive(Clone, PartialEq, Eq)]
pub struct Keys(String);

impl Keys {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<T: Into<String>> From<T> for Keys {
    fn from(text: T) -> Self {
        Self(text.into())
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Of a short number even two digits are much.
        let from = self.0.char_indices().rev().nth(1).map_or(0, |(at, _)| at);
        let shown = self.0.get(from..).filter(|_| self.0.chars().count() > 4);
        write!(f, "Keys(…{})", shown.unwrap_or_default())
    }
}

/// What a counted *one* agrees with, in languages where it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Gender {
    /// *En minut*; in Norwegian masculine and feminine.
    Common,
    /// *Ett samtal*.
    Neuter,
}

/// How much of a date is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DateForm {
    /// *Den tjugosjunde november*.
    Day,
    /// *Fredag den tjugosjunde november*.
    Weekday,
    /// *Den tjugosjunde november tjugohundratjugosex*.
    Year,
    /// *Fredag den tjugosjunde november tjugohundratjugosex*.
    WeekdayYear,
}

impl DateForm {
    pub(crate) const fn has_weekday(self) -> bool {
        matches!(self, Self::Weekday | Self::WeekdayYear)
    }

    pub(crate) const fn has_year(self) -> bool {
        matches!(self, Self::Year | Self::WeekdayYear)
    }
}

/// A money that has hundredths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Currency {
    /// Swedish kronor.
    Sek,
    /// Norwegian kroner.
    Nok,
    /// Danish kroner.
    Dkk,
    /// Euros.
    Eur,
    /// Pounds sterling.
    Gbp,
    /// US dollars.
    Usd,
}

impl Currency {
    /// Every money that can be said.
    pub const ALL: [Self; 6] = [Self::Sek, Self::Nok, Self::Dkk, Self::Eur, Self::Gbp, Self::Usd];

    /// The money of this code of ISO 4217, in capitals.
    ///
    /// ```
    /// assert_eq!(speech::Currency::of_code("SEK"), Some(speech::Currency::Sek));
    /// ```
    #[must_use]
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|currency| currency.code() == code)
    }

    /// The code of ISO 4217.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Sek => "SEK",
            Self::Nok => "NOK",
            Self::Dkk => "DKK",
            Self::Eur => "EUR",
            Self::Gbp => "GBP",
            Self::Usd => "USD",
        }
    }

    /// The code, as names of prompts have it.
    pub(crate) const fn small(self) -> &'static str {
        match self {
            Self::Sek => "sek",
            Self::Nok => "nok",
            Self::Dkk => "dkk",
            Self::Eur => "eur",
            Self::Gbp => "gbp",
            Self::Usd => "usd",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn peoples_numbers_print_as_their_last_two_digits() {
        let printed = |value: Value| format!("{value:?}");
        assert_eq!(printed(Value::Telephone("+46701234567".into())), "Telephone(Keys(…67))");
        assert_eq!(printed(Value::Digits("1234".into())), "Digits(Keys(…))");
        assert_eq!(printed(Value::Digits("".into())), "Digits(Keys(…))");
    }
}
