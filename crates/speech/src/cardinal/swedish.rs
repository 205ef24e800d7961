//! Swedish numbers: one word up to a thousand, and *ett* or *en* as the counted noun asks.

use super::{split, word};

/// What the last *one* agrees with.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Gender {
    Neuter,
    Common,
}

const TEENS: [&str; 20] = [
    "noll", "ett", "två", "tre", "fyra", "fem", "sex", "sju", "åtta", "nio", "tio", "elva", "tolv",
    "tretton", "fjorton", "femton", "sexton", "sjutton", "arton", "nitton",
];
const TENS: [&str; 10] =
    ["", "tio", "tjugo", "trettio", "fyrtio", "femtio", "sextio", "sjuttio", "åttio", "nittio"];

pub(super) fn cardinal(gender: Gender, number: u32) -> String {
    if number == 0 {
        return word(&TEENS, 0).to_owned();
    }
    let (billions, rest) = split(number, 1_000_000_000);
    let (millions, rest) = split(rest, 1_000_000);
    let (thousands, rest) = split(rest, 1_000);
    [
        counted(billions, "miljard"),
        counted(millions, "miljon"),
        thousand(gender, thousands),
        below_thousand(gender, rest),
    ]
    .into_iter()
    .filter(|part| !part.is_empty())
    .collect::<Vec<_>>()
    .join(" ")
}

/// *En miljon*, *två miljoner*: these are nouns of common gender, whatever is counted.
fn counted(count: u32, noun: &str) -> String {
    match count {
        0 => String::new(),
        1 => format!("en {noun}"),
        _ => format!("{} {noun}er", below_thousand(Gender::Common, count)),
    }
}

fn thousand(gender: Gender, count: u32) -> String {
    match count {
        0 => String::new(),
        1 => "ettusen".to_owned(),
        _ => {
            let count = below_thousand(gender, count);
            // Swedish writes no letter three times: ett + tusen is ettusen.
            let stem = if count.ends_with("tt") { count.strip_suffix('t') } else { None };
            format!("{}tusen", stem.unwrap_or(&count))
        }
    }
}

/// Nothing for 0, so that parts can be joined.
fn below_thousand(gender: Gender, number: u32) -> String {
    let (hundreds, rest) = split(number, 100);
    let hundreds = match hundreds {
        0 => String::new(),
        _ => format!("{}hundra", word(&TEENS, hundreds)),
    };
    hundreds + &below_hundred(gender, rest)
}

fn below_hundred(gender: Gender, number: u32) -> String {
    match number {
        0 => String::new(),
        1 if gender == Gender::Common => "en".to_owned(),
        1..20 => word(&TEENS, number).to_owned(),
        _ => {
            let (tens, ones) = split(number, 10);
            word(&TENS, tens).to_owned() + &below_hundred(gender, ones)
        }
    }
}
