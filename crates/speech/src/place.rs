//! A place in a queue, as a sequence of prompts.

use crate::{Value, each_once, say};
use std::borrow::Cow;

/// The last place that is said by its number. Callers further back are told that they are many:
/// a three-digit number is no news that anyone wants to hear every half minute.
pub const PLACE_MAX: u32 = 99;

const FIRST: &str = "queue/first";
const BEFORE_NUMBER: &str = "queue/place";
const AFTER_NUMBER: &str = "queue/in-line";
const MANY: &str = "queue/many";

/// The names of the prompts that tell a caller the place in the queue; 1 is the head.
///
/// ```
/// assert_eq!(speech::place("sv", 1), ["queue/first"]);
/// assert_eq!(speech::place("sv", 7), ["queue/place", "numbers/7", "queue/in-line"]);
/// assert_eq!(speech::place("sv", 100), ["queue/many"]);
/// ```
///
/// Swedish and English build the sentence alike (*Du har plats nummer – sju – i kön*, *You are
/// number – seven – in line*), and so does, until it is taught better, every other language tag.
/// Place 0 does not exist; it is said as the head.
#[must_use]
pub fn place(language: &str, place: u32) -> Vec<Cow<'static, str>> {
    match place {
        0 | 1 => vec![FIRST.into()],
        2..=PLACE_MAX => {
            let number = say(language, &Value::Number(place.into()));
            [BEFORE_NUMBER.into()].into_iter().chain(number).chain([AFTER_NUMBER.into()]).collect()
        }
        _ => vec![MANY.into()],
    }
}

/// Every prompt that [`place`] may name in this language, each once: what must be recorded before
/// a queue can be announced.
pub fn place_prompts(language: &str) -> impl Iterator<Item = Cow<'static, str>> {
    each_once((1..=PLACE_MAX + 1).flat_map(move |told| place(language, told)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_head_is_told_so() {
        assert_eq!(place("sv", 1), ["queue/first"]);
        assert_eq!(place("sv", 0), ["queue/first"]);
    }

    #[test]
    fn a_place_is_said_by_its_number() {
        assert_eq!(place("sv", 2), ["queue/place", "numbers/2", "queue/in-line"]);
        assert_eq!(place("en", 99), ["queue/place", "numbers/99", "queue/in-line"]);
    }

    #[test]
    fn the_far_end_is_told_that_it_is_long() {
        assert_eq!(place("en", 100), ["queue/many"]);
        assert_eq!(place("en", u32::MAX), ["queue/many"]);
    }

    #[test]
    fn every_prompt_that_a_place_needs_is_listed_once() {
        for language in ["sv", "en"] {
            let said: BTreeSet<_> = (1..=200).flat_map(|told| place(language, told)).collect();
            let listed: Vec<_> = place_prompts(language).collect();
            assert_eq!(listed.len(), said.len());
            assert_eq!(listed.into_iter().collect::<BTreeSet<_>>(), said);
        }
    }
}
