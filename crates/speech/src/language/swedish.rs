//! Swedish.
//!
//! Numbers are one word up to a thousand. *Ett* or *en*, as what is counted asks; by themselves numbers are neuter.
//! Times go by 24 hours: *klockan åtta*, *klockan åtta noll fem*, *klockan tjugoett och femton*, *midnatt*.

use crate::Currency;
use crate::Gender;
use crate::atom::{Amount, Atom, Scale, Unit, Word};
use crate::grammar::{Grammar, clock_of_24};
use crate::said::{Joint, Said};
use crate::telephone::Numbering;
use crate::words::{And, Forms, Noun, Thousands, Words};
use jiff::civil::Time;

#[derive(Debug)]
pub(crate) struct Swedish;

static WORDS: Words = Words {
    below_twenty: [
        "noll", "ett", "två", "tre", "fyra", "fem", "sex", "sju", "åtta", "nio", "tio", "elva",
        "tolv", "tretton", "fjorton", "femton", "sexton", "sjutton", "arton", "nitton",
    ],
    tens: ["tjugo", "trettio", "fyrtio", "femtio", "sextio", "sjuttio", "åttio", "nittio"],
    tens_joint: Joint::Glued,
    other_one: Some((Gender::Common, "en")),
    one_hundred: "ett",
    hundred: "hundra",
    thousand: "tusen",
    scale_joint: Joint::Glued,
    rest_joint: Joint::Glued,
    ordinal_joint: Joint::Space,
    and: And::Never,
    commas_from: u64::MAX,
    thousands: Thousands::AsCounted,
    million: Forms { one: "miljon", many: "miljoner" },
    billion: Forms { one: "miljard", many: "miljarder" },
    ordinals: [
        "nollte",
        "första",
        "andra",
        "tredje",
        "fjärde",
        "femte",
        "sjätte",
        "sjunde",
        "åttonde",
        "nionde",
        "tionde",
        "elfte",
        "tolfte",
        "trettonde",
        "fjortonde",
        "femtonde",
        "sextonde",
        "sjuttonde",
        "artonde",
        "nittonde",
    ],
    ordinal_tens: [
        "tjugonde",
        "trettionde",
        "fyrtionde",
        "femtionde",
        "sextionde",
        "sjuttionde",
        "åttionde",
        "nittionde",
    ],
    ordinal_scales: ["hundrade", "tusende", "miljonte", "miljardte"],
    weekdays: ["måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag"],
    callback: "Återuppringning",
    message: "Meddelande",
    months: [
        "januari",
        "februari",
        "mars",
        "april",
        "maj",
        "juni",
        "juli",
        "augusti",
        "september",
        "oktober",
        "november",
        "december",
    ],
};

impl Grammar for Swedish {
    fn words(&self) -> &'static Words {
        &WORDS
    }

    fn word(&self, word: Word) -> Option<&'static str> {
        match word {
            Word::And => Some("och"),
            Word::Minus => Some("minus"),
            Word::Plus => Some("plus"),
            Word::Star => Some("stjärna"),
            Word::Hash => Some("fyrkant"),
            Word::The => Some("den"),
            Word::Clock => Some("klockan"),
            Word::Midnight => Some("midnatt"),
            Word::Of | Word::Noon | Word::Am | Word::Pm | Word::Oh => None,
        }
    }

    fn noun(&self, unit: Unit) -> Noun {
        match unit {
            Unit::Hour => Noun::common("timme", "timmar"),
            Unit::Minute => Noun::common("minut", "minuter"),
            Unit::Second => Noun::common("sekund", "sekunder"),
            Unit::Money(Currency::Sek) => Noun::common("krona", "kronor"),
            Unit::Money(Currency::Nok) => Noun::common("norsk krona", "norska kronor"),
            Unit::Money(Currency::Dkk) => Noun::common("dansk krona", "danska kronor"),
            Unit::Money(Currency::Eur) => Noun::common("euro", "euro"),
            Unit::Money(Currency::Gbp) => Noun::neuter("pund", "pund"),
            Unit::Money(Currency::Usd) => Noun::common("dollar", "dollar"),
            Unit::Cent(Currency::Sek | Currency::Nok | Currency::Dkk) => Noun::neuter("öre", "öre"),
            Unit::Cent(Currency::Eur | Currency::Usd) => Noun::common("cent", "cent"),
            Unit::Cent(Currency::Gbp) => Noun::common("penny", "pence"),
        }
    }

    fn numbering(&self) -> Numbering {
        Numbering::Sweden
    }

    fn clock(&self, said: &mut Said, time: Time) {
        clock_of_24(self, said, time, Some(Word::And));
    }

    /// *Nittonhundranittionio*, *tjugohundratjugosex*.
    fn year(&self, said: &mut Said, year: u64) {
        let [century, rest] = [year / 100, year % 100].map(u32::try_from);
        match (century, rest) {
            (Ok(century @ 11..100), Ok(rest)) => {
                said.space(Atom::Number(century));
                said.add(Joint::Glued, Atom::Scale(Scale::Hundred, Amount::Many));
                if rest > 0 {
                    said.add(Joint::Glued, Atom::Number(rest));
                }
            }
            (Ok(_) | Err(_), _) => self.cardinal(said, self.counting(), year),
        }
    }
}
