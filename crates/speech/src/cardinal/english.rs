//! English numbers, as they are said in America and in Britain.

use super::{split, word};

/// How the parts are joined.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Manner {
    American,
    British,
}

const TEENS: [&str; 20] = [
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
];
const TENS: [&str; 10] =
    ["", "ten", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
const UNITS: [(u32, &str); 3] =
    [(1_000_000_000, "billion"), (1_000_000, "million"), (1_000, "thousand")];
/// From here on the British form parts its groups by commas.
const COMMAS_MIN: u32 = 100_000;

pub(super) fn cardinal(manner: Manner, number: u32) -> String {
    let mut said = String::new();
    let mut rest = number;
    for (unit, name) in UNITS {
        let (count, below) = split(rest, unit);
        if count > 0 {
            said += joint(manner, number, rest, &said);
            said += &format!("{} {name}", below_thousand(manner, count));
        }
        rest = below;
    }
    if rest > 0 || number == 0 {
        said += joint(manner, number, rest, &said);
        said += &below_thousand(manner, rest);
    }
    said
}

/// What stands between what has been said and what is left to say.
fn joint(manner: Manner, number: u32, rest: u32, said: &str) -> &'static str {
    match manner {
        _ if said.is_empty() => "",
        Manner::British if rest < 100 => " and ",
        Manner::British if number >= COMMAS_MIN => ", ",
        Manner::American | Manner::British => " ",
    }
}

fn below_thousand(manner: Manner, number: u32) -> String {
    match (split(number, 100), manner) {
        ((0, rest), _) => below_hundred(rest),
        ((hundreds, 0), _) => format!("{} hundred", word(&TEENS, hundreds)),
        ((hundreds, rest), Manner::American) => {
            format!("{} hundred {}", word(&TEENS, hundreds), below_hundred(rest))
        }
        ((hundreds, rest), Manner::British) => {
            format!("{} hundred and {}", word(&TEENS, hundreds), below_hundred(rest))
        }
    }
}

fn below_hundred(number: u32) -> String {
    match split(number, 10) {
        (0 | 1, _) => word(&TEENS, number).to_owned(),
        (tens, 0) => word(&TENS, tens).to_owned(),
        (tens, ones) => format!("{}-{}", word(&TENS, tens), word(&TEENS, ones)),
    }
}
