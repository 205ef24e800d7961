//! The rules of a language. Whatever most languages share is given here; a language says what differs.

use crate::atom::{Atom, Unit, Word};
use crate::said::{Joint, Said};
use crate::telephone::{self, Key, Numbering};
use crate::words::{Noun, Words};
use crate::{Currency, DateForm, Gender, NUMBER_MAX, Value, number};
use jiff::civil::{Date, Time};
use std::time::Duration;

const MINUTE_SECONDS: u64 = 60;
const HOUR_SECONDS: u64 = 3_600;
const CENTS: u64 = 100;

/// How values are said in a language: its words, and the rules by which they are joined.
pub(crate) trait Grammar: Sync {
    /// The table of words.
    fn words(&self) -> &'static Words;

    /// A word by itself; none where the language has no use for it.
    fn word(&self, word: Word) -> Option<&'static str>;

    /// What is counted.
    fn noun(&self, unit: Unit) -> Noun;

    /// Whose telephone numbers are written as those at home.
    fn numbering(&self) -> Numbering;

    /// The gender in which one counts: the *one* that [`Words::other_one`] is not.
    fn counting(&self) -> Gender {
        match self.words().other_one {
            Some((Gender::Neuter, _)) => Gender::Common,
            Some((Gender::Common, _)) | None => Gender::Neuter,
        }
    }

    /// A time of the day, such as *klockan åtta och femton*.
    fn clock(&self, said: &mut Said, time: Time);

    /// A year, behind its month.
    fn year(&self, said: &mut Said, year: u64) {
        self.cardinal(said, self.counting(), year);
    }

    /// A date, such as *fredag den tjugosjunde november*.
    fn date(&self, said: &mut Said, date: Date, form: DateForm) {
        if form.has_weekday() {
            said.space(weekday(date));
        }
        said.space(Atom::Word(Word::The));
        said.space(day(date));
        said.space(month(date));
        self.year_of(said, date, form);
    }

    /// The year of a date, if it is to be said. Years before the first have no words here.
    fn year_of(&self, said: &mut Said, date: Date, form: DateForm) {
        match u64::try_from(date.year()) {
            Ok(year @ 1..) if form.has_year() => self.year(said, year),
            Ok(_) | Err(_) => {}
        }
    }

    /// A number of whole things.
    fn cardinal(&self, said: &mut Said, gender: Gender, number: u64) {
        if number > NUMBER_MAX {
            self.keys(said, &telephone::keys(&number.to_string()));
        } else {
            number::cardinal(self.words(), said, gender, number);
        }
    }

    /// A place in an order.
    fn ordinal(&self, said: &mut Said, number: u64) {
        if number > NUMBER_MAX {
            self.cardinal(said, self.counting(), number);
        } else {
            number::ordinal(self.words(), said, number);
        }
    }

    /// So many of something.
    fn counted(&self, said: &mut Said, count: u64, unit: Unit) {
        let noun = self.noun(unit);
        self.cardinal(said, noun.gender, count);
        said.space(Atom::Unit(unit, noun.forms.amount(count)));
    }

    /// What follows is below zero.
    fn minus(&self, said: &mut Said, number: i64) {
        if number < 0 {
            said.space(Atom::Word(Word::Minus));
        }
    }

    /// An amount of money.
    fn money(&self, said: &mut Said, cents: i64, currency: Currency) {
        self.minus(said, cents);
        let (whole, rest) = (cents.unsigned_abs() / CENTS, cents.unsigned_abs() % CENTS);
        if whole > 0 || rest == 0 {
            self.counted(said, whole, Unit::Money(currency));
        }
        if whole > 0 && rest > 0 {
            said.space(Atom::Word(Word::And));
        }
        if rest > 0 {
            self.counted(said, rest, Unit::Cent(currency));
        }
    }

    /// How long something takes.
    fn duration(&self, said: &mut Said, time: Duration) {
        let seconds = time.as_secs();
        let (larger, smaller) = if seconds < HOUR_SECONDS {
            ((seconds / MINUTE_SECONDS, Unit::Minute), (seconds % MINUTE_SECONDS, Unit::Second))
        } else {
            let minutes = seconds % HOUR_SECONDS / MINUTE_SECONDS;
            ((seconds / HOUR_SECONDS, Unit::Hour), (minutes, Unit::Minute))
        };
        if larger.0 > 0 {
            self.counted(said, larger.0, larger.1);
        }
        if larger.0 > 0 && smaller.0 > 0 {
            said.space(Atom::Word(Word::And));
        }
        if smaller.0 > 0 || larger.0 == 0 {
            self.counted(said, smaller.0, smaller.1);
        }
    }

    /// Keys one by one.
    fn keys(&self, said: &mut Said, keys: &[Key]) {
        for key in keys {
            said.space(match key {
                Key::Digit(digit) => Atom::Number(*digit),
                Key::Plus => Atom::Word(Word::Plus),
                Key::Star => Atom::Word(Word::Star),
                Key::Hash => Atom::Word(Word::Hash),
            });
        }
    }

    /// A telephone number in its groups.
    fn telephone(&self, said: &mut Said, number: &str) {
        for (at, group) in telephone::groups(self.numbering(), number).iter().enumerate() {
            if at > 0 {
                said.space(Atom::Pause);
            }
            self.keys(said, group);
        }
    }

    /// Several values: pauses between them, and *and* before the last.
    fn list(&self, said: &mut Said, values: &[Value]) {
        for (at, value) in values.iter().enumerate() {
            if at > 0 && at + 1 == values.len() {
                said.space(Atom::Word(Word::And));
            } else if at > 0 {
                said.space(Atom::Pause);
            }
            self.value(said, value);
        }
    }

    /// Any value.
    fn value(&self, said: &mut Said, value: &Value) {
        match value {
            Value::Number(number) => {
                self.minus(said, *number);
                self.cardinal(said, self.counting(), number.unsigned_abs());
            }
            Value::Counted { count, gender } => self.cardinal(said, *gender, *count),
            Value::Ordinal(number) => self.ordinal(said, *number),
            Value::Clock(time) => self.clock(said, *time),
            Value::Weekday(day) => {
                said.space(Atom::Weekday(positive(day.to_monday_one_offset())));
            }
            Value::Date { date, form } => self.date(said, *date, *form),
            Value::Money { cents, currency } => self.money(said, *cents, *currency),
            Value::Telephone(number) => self.telephone(said, number.as_str()),
            Value::Digits(digits) => self.keys(said, &telephone::keys(digits.as_str())),
            Value::Duration(time) => self.duration(said, *time),
            Value::List(values) => self.list(said, values),
        }
    }

    /// The words of an atom as they are recorded; none for a pause, and for words that the language lacks.
    fn text(&self, atom: Atom) -> Option<String> {
        let words = self.words();
        Some(match atom {
            Atom::Number(number) => words.number(number),
            Atom::Gendered(_, number) => words.gendered(number)?,
            Atom::Hundreds(count) => words.hundreds(count),
            Atom::Scale(scale, amount) => words.scale(scale, amount).to_owned(),
            Atom::Ordinal(number) => words.ordinal(number),
            Atom::OrdinalOf(scale) => words.ordinal_scale(scale).to_owned(),
            Atom::Weekday(day) => words.weekday(day).to_owned(),
            Atom::Month(month) => words.month(month).to_owned(),
            Atom::Unit(unit, amount) => self.noun(unit).forms.of(amount).to_owned(),
            Atom::Word(word) => self.word(word)?.to_owned(),
            Atom::Pause => return None,
        })
    }
}

/// The time of the day by 24 hours, which is how it is said in Scandinavia: the hour, and behind *zero*, a word or
/// nothing the minute.
pub(crate) fn clock_of_24(grammar: &dyn Grammar, said: &mut Said, time: Time, and: Option<Word>) {
    let (hour, minute) = (positive(time.hour()), positive(time.minute()));
    if (hour, minute) == (0, 0) {
        return said.space(Atom::Word(Word::Midnight));
    }
    said.space(Atom::Word(Word::Clock));
    // "Klokken ett": an hour is a neuter of its own, also where one counts "én, to".
    let gender = if hour == 1 { Gender::Neuter } else { grammar.counting() };
    number::below_hundred(grammar.words(), said, Joint::Space, gender, hour);
    match (minute, and) {
        (0, _) => return,
        (1..10, _) => said.space(Atom::Number(0)),
        (_, Some(word)) => said.space(Atom::Word(word)),
        (_, None) => {}
    }
    said.space(Atom::Number(minute));
}

/// The day of a date as an ordinal.
pub(crate) fn day(date: Date) -> Atom {
    Atom::Ordinal(positive(date.day()))
}

/// The month of a date.
pub(crate) fn month(date: Date) -> Atom {
    Atom::Month(positive(date.month()))
}

/// The weekday of a date.
pub(crate) fn weekday(date: Date) -> Atom {
    Atom::Weekday(positive(date.weekday().to_monday_one_offset()))
}

/// A part of a date or a time, none of which is below zero.
pub(crate) fn positive(part: i8) -> u32 {
    u32::try_from(part).expect("days, months, hours and minutes are not below zero")
}
