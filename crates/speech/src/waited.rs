//! How long a caller has waited, as a sequence of prompts for the agent.

use crate::{Value, Wait, each_once, say};
use std::borrow::Cow;
use std::time::Duration;

const MINUTE_SECONDS: u64 = 60;

const UNDER_A_MINUTE: &str = "agent/waited-under-a-minute";
const A_MINUTE: &str = "agent/waited-a-minute";
const BEFORE_NUMBER: &str = "agent/waited-about";
const AFTER_NUMBER: &str = "queue/minutes";
const OVER_HALF_AN_HOUR: &str = "agent/waited-over-half-an-hour";

/// The names of the prompts that tell an agent how long the caller has waited, in whole minutes; the steps are
/// those of an expected [`Wait`], for who has waited long has not counted single minutes either.
///
/// ```
/// use std::time::Duration;
/// let waited = |seconds| speech::waited("sv", Duration::from_secs(seconds));
/// assert_eq!(waited(59), ["agent/waited-under-a-minute"]);
/// assert_eq!(waited(60), ["agent/waited-a-minute"]);
/// assert_eq!(waited(185), ["agent/waited-about", "numbers/3", "queue/minutes"]);
/// ```
#[must_use]
pub fn waited(language: &str, time: Duration) -> Vec<Cow<'static, str>> {
    let minutes = time.as_secs() / MINUTE_SECONDS;
    match Wait::rounded_up(Duration::from_secs(minutes.saturating_mul(MINUTE_SECONDS))) {
        _ if minutes == 0 => vec![UNDER_A_MINUTE.into()],
        Wait::UnderAMinute => vec![A_MINUTE.into()],
        Wait::Minutes(minutes) => {
            let number = say(language, &Value::Number(minutes.into()));
            [BEFORE_NUMBER.into()].into_iter().chain(number).chain([AFTER_NUMBER.into()]).collect()
        }
        Wait::OverHalfAnHour => vec![OVER_HALF_AN_HOUR.into()],
    }
}

/// Every prompt that [`waited`] may name in this language, each once.
pub fn waited_prompts(language: &str) -> impl Iterator<Item = Cow<'static, str>> {
    let minutes = (0..=31).map(|minutes| Duration::from_secs(minutes * MINUTE_SECONDS));
    each_once(minutes.flat_map(move |time| waited(language, time)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_prompt_that_may_be_said_is_listed_once() {
        for language in ["sv", "en"] {
            let times = (0..7_200).map(Duration::from_secs);
            let said: BTreeSet<_> = times.flat_map(|time| waited(language, time)).collect();
            let listed: Vec<_> = waited_prompts(language).collect();
            assert_eq!(listed.len(), said.len());
            assert_eq!(listed.into_iter().collect::<BTreeSet<_>>(), said);
        }
    }

    #[test]
    fn no_agent_is_told_that_somebody_has_waited_for_less_than_they_have() {
        for seconds in 0..7_200 {
            let said = waited("en", Duration::from_secs(seconds));
            let Some(number) = said.get(1) else { continue };
            let minutes: u64 = number.trim_start_matches("numbers/").parse().unwrap();
            assert!(minutes >= seconds / 60, "{seconds} s are told as {minutes} minutes");
            assert!(minutes < seconds / 60 + 5, "{seconds} s are told as {minutes} minutes");
        }
        assert_eq!(waited("sv", Duration::MAX), [OVER_HALF_AN_HOUR]);
    }
}
