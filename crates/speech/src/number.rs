//! Cardinals and ordinals, composed by a language's table of words.

use crate::Gender;
use crate::atom::{Amount, Atom, Scale, Word};
use crate::said::{Joint, Said};
use crate::words::{And, Thousands, Words, is_whole_ordinal};

const SCALES: [(u64, Scale); 3] =
    [(1_000_000_000, Scale::Billion), (1_000_000, Scale::Million), (1_000, Scale::Thousand)];

/// Says a number up to [`crate::NUMBER_MAX`].
pub(crate) fn cardinal(words: &'static Words, said: &mut Said, gender: Gender, number: u64) {
    if number == 0 {
        said.add(Joint::Space, Atom::Number(0));
        return;
    }
    let mut joint = Joint::Space;
    for (unit, scale) in SCALES {
        let count = number / unit % 1_000;
        if count > 0 {
            below_thousand(words, said, joint, gender_of(words, scale, gender, count), count);
            add_scale(words, said, scale, count);
            joint = if number >= words.commas_from { Joint::Comma } else { Joint::Space };
        }
    }
    match number % 1_000 {
        0 => {}
        rest @ 1..100 if number >= 1_000 => {
            add_and(words, said);
            below_hundred(words, said, Joint::Space, gender, small(rest));
        }
        rest => below_thousand(words, said, joint, gender, rest),
    }
}

/// Says the place in an order that a number up to [`crate::NUMBER_MAX`] is: a cardinal, the end of which is changed.
pub(crate) fn ordinal(words: &'static Words, said: &mut Said, number: u64) {
    let mut whole = Said::default();
    cardinal(words, &mut whole, Gender::Neuter, number);
    let Some((joint, last)) = whole.pop() else { return };
    match last {
        Atom::Number(rest) | Atom::Gendered(_, rest) => {
            let behind_hundreds = matches!(whole.last(), Some(Atom::Hundreds(_)));
            let joint = if behind_hundreds { words.ordinal_joint } else { joint };
            ordinal_below_hundred(words, &mut whole, joint, rest);
        }
        Atom::Hundreds(count) => {
            below_hundred(words, &mut whole, joint, Gender::Neuter, count);
            whole.add(words.scale_joint, Atom::OrdinalOf(Scale::Hundred));
        }
        Atom::Scale(scale, _) => whole.add(joint, Atom::OrdinalOf(scale)),
        Atom::Ordinal(_)
        | Atom::OrdinalOf(_)
        | Atom::Weekday(_)
        | Atom::Month(_)
        | Atom::Unit(..)
        | Atom::Word(_)
        | Atom::Pause => whole.add(joint, last),
    }
    said.append(whole);
}

/// *En miljon* and *en miljard* are nouns of common gender, whatever is counted.
const fn gender_of(words: &Words, scale: Scale, gender: Gender, count: u64) -> Gender {
    match (scale, words.thousands) {
        (Scale::Million | Scale::Billion, _) => Gender::Common,
        (Scale::Hundred | Scale::Thousand, Thousands::AsCounted) if count > 1 => gender,
        (Scale::Hundred | Scale::Thousand, Thousands::AsCounted | Thousands::AsNeuters) => {
            Gender::Neuter
        }
    }
}

fn add_scale(words: &Words, said: &mut Said, scale: Scale, count: u64) {
    let (joint, amount) = match scale {
        Scale::Hundred | Scale::Thousand => (words.scale_joint, Amount::Many),
        Scale::Million => (Joint::Space, words.million.amount(count)),
        Scale::Billion => (Joint::Space, words.billion.amount(count)),
    };
    said.add(joint, Atom::Scale(scale, amount));
}

fn add_and(words: &Words, said: &mut Said) {
    match words.and {
        And::BeforeLastTwo => said.add(Joint::Space, Atom::Word(Word::And)),
        And::Never => {}
    }
}

fn below_thousand(
    words: &'static Words,
    said: &mut Said,
    joint: Joint,
    gender: Gender,
    number: u64,
) {
    let (hundreds, rest) = (small(number / 100), small(number % 100));
    if hundreds == 0 {
        return below_hundred(words, said, joint, gender, rest);
    }
    said.add(joint, Atom::Hundreds(hundreds));
    if rest > 0 {
        add_and(words, said);
        below_hundred(words, said, words.rest_joint, gender, rest);
    }
}

pub(crate) fn below_hundred(
    words: &Words,
    said: &mut Said,
    joint: Joint,
    gender: Gender,
    number: u32,
) {
    let ends_in_one = number % 10 == 1 && number != 11;
    let other = words.other_one.is_some_and(|(other, _)| other == gender);
    let atom =
        if ends_in_one && other { Atom::Gendered(gender, number) } else { Atom::Number(number) };
    said.add(joint, atom);
}

fn ordinal_below_hundred(words: &Words, said: &mut Said, joint: Joint, number: u32) {
    if is_whole_ordinal(number) {
        said.add(joint, Atom::Ordinal(number));
    } else {
        said.add(joint, Atom::Number(number - number % 10));
        said.add(words.tens_joint, Atom::Ordinal(number % 10));
    }
}

/// A part of a number that is below a thousand.
fn small(part: u64) -> u32 {
    u32::try_from(part).expect("what is left of a thousand is small")
}
