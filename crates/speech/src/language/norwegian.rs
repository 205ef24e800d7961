//! Norwegian, as it is written in Bokmål.
//!
//! One counts *én, to, tre*; neuters are counted with *ett*. *Og* stands before the last two digits. Times go by 24 hours:
//! *klokken åtte*, *klokken åtte null fem*, *klokken åtte femten*, *midnatt*.

use crate::Currency;
use crate::Gender;
use crate::atom::{Amount, Atom, Scale, Unit, Word};
use crate::grammar::{Grammar, clock_of_24};
use crate::said::{Joint, Said};
use crate::telephone::Numbering;
use crate::words::{And, Forms, Noun, Thousands, Words};
use jiff::civil::Time;

#[derive(Debug)]
pub(crate) struct Norwegian;

// ANCHOR: words
static WORDS: Words = Words {
    below_twenty: [
        "null", "én", "to", "tre", "fire", "fem", "seks", "sju", "åtte", "ni", "ti", "elleve",
        "tolv", "tretten", "fjorten", "femten", "seksten", "sytten", "atten", "nitten",
    ],
    tens: ["tjue", "tretti", "førti", "femti", "seksti", "sytti", "åtti", "nitti"],
    tens_joint: Joint::Glued,
    other_one: Some((Gender::Neuter, "ett")),
    one_hundred: "ett",
    hundred: "hundre",
    thousand: "tusen",
    scale_joint: Joint::Space,
    rest_joint: Joint::Space,
    ordinal_joint: Joint::Space,
    and: And::BeforeLastTwo,
    commas_from: u64::MAX,
    thousands: Thousands::AsNeuters,
    million: Forms { one: "million", many: "millioner" },
    billion: Forms { one: "milliard", many: "milliarder" },
    ordinals: [
        "nulte",
        "første",
        "andre",
        "tredje",
        "fjerde",
        "femte",
        "sjette",
        "sjuende",
        "åttende",
        "niende",
        "tiende",
        "ellevte",
        "tolvte",
        "trettende",
        "fjortende",
        "femtende",
        "sekstende",
        "syttende",
        "attende",
        "nittende",
    ],
    ordinal_tens: [
        "tjuende",
        "trettiende",
        "førtiende",
        "femtiende",
        "sekstiende",
        "syttiende",
        "åttiende",
        "nittiende",
    ],
    ordinal_scales: ["hundrede", "tusende", "millionte", "milliardte"],
    weekdays: ["mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag"],
    callback: "Tilbakeringing",
    message: "Beskjed",
    months: [
        "januar",
        "februar",
        "mars",
        "april",
        "mai",
        "juni",
        "juli",
        "august",
        "september",
        "oktober",
        "november",
        "desember",
    ],
};
// ANCHOR_END: words

impl Grammar for Norwegian {
    fn words(&self) -> &'static Words {
        &WORDS
    }

    // ANCHOR: nouns
    fn word(&self, word: Word) -> Option<&'static str> {
        match word {
            Word::And => Some("og"),
            Word::Minus => Some("minus"),
            Word::Plus => Some("pluss"),
            Word::Star => Some("stjerne"),
            Word::Hash => Some("firkant"),
            Word::The => Some("den"),
            Word::Clock => Some("klokken"),
            Word::Midnight => Some("midnatt"),
            Word::Of | Word::Noon | Word::Am | Word::Pm | Word::Oh => None,
        }
    }

    fn noun(&self, unit: Unit) -> Noun {
        match unit {
            Unit::Hour => Noun::common("time", "timer"),
            Unit::Minute => Noun::neuter("minutt", "minutter"),
            Unit::Second => Noun::neuter("sekund", "sekunder"),
            Unit::Money(Currency::Nok) => Noun::common("krone", "kroner"),
            Unit::Money(Currency::Sek) => Noun::common("svensk krone", "svenske kroner"),
            Unit::Money(Currency::Dkk) => Noun::common("dansk krone", "danske kroner"),
            Unit::Money(Currency::Eur) => Noun::common("euro", "euro"),
            Unit::Money(Currency::Gbp) => Noun::neuter("pund", "pund"),
            Unit::Money(Currency::Usd) => Noun::common("dollar", "dollar"),
            Unit::Cent(Currency::Sek | Currency::Nok | Currency::Dkk) => Noun::neuter("øre", "øre"),
            Unit::Cent(Currency::Eur | Currency::Usd) => Noun::common("cent", "cent"),
            Unit::Cent(Currency::Gbp) => Noun::common("penny", "pence"),
        }
    }
    // ANCHOR_END: nouns

    fn numbering(&self) -> Numbering {
        Numbering::Norway
    }

    fn clock(&self, said: &mut Said, time: Time) {
        clock_of_24(self, said, time, None);
    }

    /// *Nitten hundre og nittini*; from the year 2000 on a number as any other, *to tusen og tjueseks*.
    fn year(&self, said: &mut Said, year: u64) {
        let [century, rest] = [year / 100, year % 100].map(u32::try_from);
        match (century, rest) {
            (Ok(century @ 11..20), Ok(rest)) => {
                said.space(Atom::Number(century));
                said.space(Atom::Scale(Scale::Hundred, Amount::Many));
                if rest > 0 {
                    said.space(Atom::Word(Word::And));
                    said.space(Atom::Number(rest));
                }
            }
            (Ok(_) | Err(_), _) => self.cardinal(said, self.counting(), year),
        }
    }
}
