//! The table of words that each language fills in, and the words of every atom made of it.

use crate::atom::{Amount, Scale, entry};
use crate::said::Joint;
use crate::{Gender, atom};

/// The words of a language that are the same kind of words in every one that we know.
#[derive(Debug)]
pub(crate) struct Words {
    /// 0 to 19, as one counts.
    pub(crate) below_twenty: [&'static str; 20],
    /// 20, 30, … 90.
    pub(crate) tens: [&'static str; 8],
    /// Between tens and ones: twenty-one, tjugoett.
    pub(crate) tens_joint: Joint,
    /// The *one* of the other gender, if it is another word.
    pub(crate) other_one: Option<(Gender, &'static str)>,
    /// The *one* of one hundred.
    pub(crate) one_hundred: &'static str,
    pub(crate) hundred: &'static str,
    pub(crate) thousand: &'static str,
    /// Between how many and what: one hundred, etthundra.
    pub(crate) scale_joint: Joint,
    /// Between hundreds and what is left; also between thousands and what is left, if it is a space.
    pub(crate) rest_joint: Joint,
    /// The same before an ordinal.
    pub(crate) ordinal_joint: Joint,
    /// Whether *and* stands before the last two digits.
    pub(crate) and: And,
    /// From here on, thousands are parted from what is left by a comma.
    pub(crate) commas_from: u64,
    /// How thousands are counted.
    pub(crate) thousands: Thousands,
    pub(crate) million: Forms,
    pub(crate) billion: Forms,
    /// 0 to 19.
    pub(crate) ordinals: [&'static str; 20],
    /// 20, 30, … 90.
    pub(crate) ordinal_tens: [&'static str; 8],
    /// The end of the hundredth, thousandth, millionth, billionth.
    pub(crate) ordinal_scales: [&'static str; 4],
    /// From Monday on.
    pub(crate) weekdays: [&'static str; 7],
    /// What phones and screens call somebody who is called back, and what a caller has left.
    pub(crate) callback: &'static str,
    pub(crate) message: &'static str,
    /// From January on.
    pub(crate) months: [&'static str; 12],
}

/// Whether *and* stands before the last two digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum And {
    Never,
    BeforeLastTwo,
}

/// How thousands are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Thousands {
    /// As what the whole number counts: tjugoentusen minuter. A single one is neuter even so.
    AsCounted,
    /// Always as neuters: tjueett tusen.
    AsNeuters,
}

/// The forms of what is counted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Forms {
    pub(crate) one: &'static str,
    pub(crate) many: &'static str,
}

impl Forms {
    /// One form for any number.
    pub(crate) const fn alike(form: &'static str) -> Self {
        Self { one: form, many: form }
    }

    /// The recording for so many of them.
    pub(crate) fn amount(self, count: u64) -> Amount {
        if count == 1 && self.one != self.many { Amount::One } else { Amount::Many }
    }

    pub(crate) const fn of(self, amount: Amount) -> &'static str {
        match amount {
            Amount::One => self.one,
            Amount::Many => self.many,
        }
    }
}

/// A noun that can be counted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Noun {
    pub(crate) gender: Gender,
    pub(crate) forms: Forms,
}

impl Noun {
    pub(crate) const fn common(one: &'static str, many: &'static str) -> Self {
        Self { gender: Gender::Common, forms: Forms { one, many } }
    }

    pub(crate) const fn neuter(one: &'static str, many: &'static str) -> Self {
        Self { gender: Gender::Neuter, forms: Forms { one, many } }
    }
}

impl Words {
    pub(crate) fn number(&'static self, number: u32) -> String {
        self.below_hundred(number, &self.below_twenty, &self.tens)
    }

    /// 1, 21, … with the other gender's *one*.
    pub(crate) fn gendered(&'static self, number: u32) -> Option<String> {
        let (_, one) = self.other_one?;
        match number / 10 {
            0 => Some(one.to_owned()),
            tens => Some(self.joined(entry(&self.tens, tens - 2), one)),
        }
    }

    pub(crate) fn hundreds(&'static self, count: u32) -> String {
        let count = if count == 1 { self.one_hundred } else { entry(&self.below_twenty, count) };
        match self.scale_joint {
            Joint::Glued => format!("{count}{}", self.hundred),
            Joint::Space | Joint::Hyphen | Joint::Comma => format!("{count} {}", self.hundred),
        }
    }

    pub(crate) const fn scale(&self, scale: Scale, amount: Amount) -> &'static str {
        match scale {
            Scale::Hundred => self.hundred,
            Scale::Thousand => self.thousand,
            Scale::Million => self.million.of(amount),
            Scale::Billion => self.billion.of(amount),
        }
    }

    pub(crate) fn ordinal(&'static self, number: u32) -> String {
        self.below_hundred(number, &self.ordinals, &self.ordinal_tens)
    }

    pub(crate) const fn ordinal_scale(&self, scale: Scale) -> &'static str {
        let [hundred, thousand, million, billion] = self.ordinal_scales;
        match scale {
            Scale::Hundred => hundred,
            Scale::Thousand => thousand,
            Scale::Million => million,
            Scale::Billion => billion,
        }
    }

    pub(crate) fn weekday(&'static self, day: u32) -> &'static str {
        entry(&self.weekdays, day - 1)
    }

    pub(crate) fn month(&'static self, month: u32) -> &'static str {
        entry(&self.months, month - 1)
    }

    /// Tens are cardinals unless nothing follows, so that `ones` and `whole_tens` may be ordinals.
    fn below_hundred(
        &'static self,
        number: u32,
        ones: &'static [&'static str],
        whole_tens: &'static [&'static str],
    ) -> String {
        match (number / 10, number % 10) {
            (0 | 1, _) => entry(ones, number).to_owned(),
            (tens, 0) => entry(whole_tens, tens - 2).to_owned(),
            (tens, rest) => self.joined(entry(&self.tens, tens - 2), entry(ones, rest)),
        }
    }

    fn joined(&self, tens: &str, ones: &str) -> String {
        match self.tens_joint {
            Joint::Glued => format!("{tens}{ones}"),
            Joint::Hyphen => format!("{tens}-{ones}"),
            Joint::Space | Joint::Comma => format!("{tens} {ones}"),
        }
    }
}

/// Whether an ordinal below a hundred has a recording of its own.
pub(crate) const fn is_whole_ordinal(number: u32) -> bool {
    number <= atom::ORDINAL_WHOLE_MAX || number.is_multiple_of(10)
}
