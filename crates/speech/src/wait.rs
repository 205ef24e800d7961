//! An expected wait, as a sequence of prompts.

use crate::{Value, each_once, say};
use std::borrow::Cow;
use std::time::Duration;

const MINUTE_SECONDS: u64 = 60;
/// Up to so many minutes each is said by its number, later ones in fives: who waits long does not
/// count single minutes, and a bound is not known so well.
const SINGLE_MAX: u32 = 10;
const STEP: u32 = 5;
/// The longest wait that is said by its number, in minutes.
const MINUTES_MAX: u32 = 30;

const UNDER_A_MINUTE: &str = "queue/wait-under-a-minute";
const BEFORE_NUMBER: &str = "queue/wait-about";
const AFTER_NUMBER: &str = "queue/minutes";
const OVER_HALF_AN_HOUR: &str = "queue/wait-over-half-an-hour";
const LONGER: &str = "queue/wait-longer";

/// A wait as it is said: rounded up, never down, so that what is said holds wherever the bound does.
///
/// Shorter ones are less than longer ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wait {
    /// Less than a minute.
    UnderAMinute,
    /// About so many minutes: 2 to 10, 15, 20, 25 or 30.
    Minutes(u32),
    /// It may be more than half an hour. No bound is given.
    OverHalfAnHour,
}

impl Wait {
    /// What is said of a wait that is not expected to be longer than `bound`.
    ///
    /// ```
    /// use speech::Wait;
    /// use std::time::Duration;
    /// assert_eq!(Wait::rounded_up(Duration::from_secs(125)), Wait::Minutes(3));
    /// ```
    #[must_use]
    pub fn rounded_up(bound: Duration) -> Self {
        let whole = bound.as_secs().saturating_add(u64::from(bound.subsec_nanos() > 0));
        let minutes = u32::try_from(whole.div_ceil(MINUTE_SECONDS)).unwrap_or(u32::MAX);
        match minutes {
            0 | 1 => Self::UnderAMinute,
            2..=SINGLE_MAX => Self::Minutes(minutes),
            _ if minutes <= MINUTES_MAX => Self::Minutes(minutes.next_multiple_of(STEP)),
            _ => Self::OverHalfAnHour,
        }
    }

    /// How long that is at most; none where no bound is given.
    #[must_use]
    pub fn bound(self) -> Option<Duration> {
        match self {
            Self::UnderAMinute => Some(Duration::from_secs(MINUTE_SECONDS)),
            Self::Minutes(minutes) => {
                Some(Duration::from_secs(u64::from(minutes) * MINUTE_SECONDS))
            }
            Self::OverHalfAnHour => None,
        }
    }
}

/// The names of the prompts that tell a caller how long the wait is.
///
/// ```
/// use speech::Wait;
/// assert_eq!(speech::wait("sv", Wait::UnderAMinute), ["queue/wait-under-a-minute"]);
/// assert_eq!(
///     speech::wait("sv", Wait::Minutes(3)),
///     ["queue/wait-about", "numbers/3", "queue/minutes"]
/// );
/// ```
///
/// Swedish and English build the sentence alike (*Väntetiden är ungefär – tre – minuter*, *The
/// waiting time is about – three – minutes*), and so does, until it is taught better, every other
/// language tag. No number that is said here ends in one, so Swedish needs no *en* beside *ett*.
#[must_use]
pub fn wait(language: &str, wait: Wait) -> Vec<Cow<'static, str>> {
    match wait {
        Wait::UnderAMinute => vec![UNDER_A_MINUTE.into()],
        Wait::Minutes(minutes) => {
            let number = say(language, &Value::Number(minutes.into()));
            [BEFORE_NUMBER.into()].into_iter().chain(number).chain([AFTER_NUMBER.into()]).collect()
        }
        Wait::OverHalfAnHour => vec![OVER_HALF_AN_HOUR.into()],
    }
}

/// What is said before a wait that is longer than what was said before.
#[must_use]
pub fn longer(_language: &str) -> Vec<Cow<'static, str>> {
    vec![LONGER.into()]
}

/// Every prompt that [`wait`] and [`longer`] may name in this language, each once: what must be
/// recorded before a wait can be announced.
pub fn wait_prompts(language: &str) -> impl Iterator<Item = Cow<'static, str>> {
    let steps = (SINGLE_MAX + STEP..=MINUTES_MAX).step_by(5);
    let minutes = (2..=SINGLE_MAX).chain(steps).map(Wait::Minutes);
    let waits = [Wait::UnderAMinute].into_iter().chain(minutes).chain([Wait::OverHalfAnHour]);
    each_once(waits.flat_map(move |told| wait(language, told)).chain(longer(language)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Gender;
    use std::collections::BTreeSet;

    /// Bounds in seconds, and what is said of them in Swedish and in English: the names of the
    /// prompts, and the words of the numbers between them.
    const TELLING: &[(u64, &str, &str)] = &[
        (0, "under-a-minute", "under-a-minute"),
        (59, "under-a-minute", "under-a-minute"),
        (60, "under-a-minute", "under-a-minute"),
        (61, "about två minutes", "about two minutes"),
        (120, "about två minutes", "about two minutes"),
        (121, "about tre minutes", "about three minutes"),
        (240, "about fyra minutes", "about four minutes"),
        (299, "about fem minutes", "about five minutes"),
        (301, "about sex minutes", "about six minutes"),
        (420, "about sju minutes", "about seven minutes"),
        (480, "about åtta minutes", "about eight minutes"),
        (540, "about nio minutes", "about nine minutes"),
        (600, "about tio minutes", "about ten minutes"),
        (601, "about femton minutes", "about fifteen minutes"),
        (900, "about femton minutes", "about fifteen minutes"),
        (1_200, "about tjugo minutes", "about twenty minutes"),
        (1_201, "about tjugofem minutes", "about twenty-five minutes"),
        (1_800, "about trettio minutes", "about thirty minutes"),
        (1_801, "over-half-an-hour", "over-half-an-hour"),
        (7_200, "over-half-an-hour", "over-half-an-hour"),
    ];

    fn said(language: &str, gender: Gender, seconds: u64) -> String {
        let names = wait(language, Wait::rounded_up(Duration::from_secs(seconds)));
        let words = names.iter().map(|name| match name.strip_prefix("numbers/") {
            Some(number) => {
                let count = number.parse().unwrap_or(0);
                crate::words(language, &Value::Counted { count, gender })
            }
            None => name.trim_start_matches("queue/").trim_start_matches("wait-").to_owned(),
        });
        words.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn waits_are_said_rounded_up_in_swedish_and_in_english() {
        for (seconds, swedish, english) in TELLING {
            assert_eq!(said("sv", Gender::Common, *seconds), *swedish);
            // The recordings of places are the neuter ones, and sound alike here.
            assert_eq!(said("sv", Gender::Neuter, *seconds), *swedish);
            assert_eq!(said("en", Gender::Neuter, *seconds), *english);
        }
    }

    #[test]
    fn what_is_said_is_never_shorter_than_the_bound_nor_much_longer() {
        let mut before = Wait::UnderAMinute;
        for millis in (0..1_800_000).step_by(250) {
            let bound = Duration::from_millis(millis);
            let told = Wait::rounded_up(bound);
            assert!(told >= before, "{told:?} after {before:?}");
            let said = told.bound().unwrap_or(Duration::MAX);
            assert!(said >= bound && said - bound <= Duration::from_secs(300), "{bound:?}");
            before = told;
        }
    }

    #[test]
    fn a_bound_that_is_a_hair_over_a_minute_is_no_minute() {
        assert_eq!(Wait::rounded_up(Duration::from_millis(60_001)), Wait::Minutes(2));
        assert_eq!(Wait::rounded_up(Duration::MAX), Wait::OverHalfAnHour);
    }

    #[test]
    fn every_prompt_that_a_wait_needs_is_listed_once() {
        for language in ["sv", "en"] {
            let waits = (0..3_600).map(|seconds| Wait::rounded_up(Duration::from_secs(seconds)));
            let mut said: BTreeSet<_> = waits.flat_map(|told| wait(language, told)).collect();
            said.extend(longer(language));
            let listed: Vec<_> = wait_prompts(language).collect();
            assert_eq!(listed.len(), said.len());
            assert_eq!(listed.into_iter().collect::<BTreeSet<_>>(), said);
        }
    }
}
