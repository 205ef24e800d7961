//! What a caller who waits is told, and may choose, at stated times.

use super::{Goto, Phrase};
use std::collections::BTreeMap;
use std::time::Duration;

/// Something said to callers who have waited so long. With keys it is an offer: whoever presses one
/// leaves the queue, and whoever presses none goes on waiting where they stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// How long a caller has waited in the queue when it is said.
    pub after: Duration,
    /// How long after that it is said again and again; none: once.
    pub every: Option<Duration>,
    /// What is said; at least one phrase.
    pub prompts: Vec<Phrase>,
    /// Where each key leads; they count from its first word until other keys are offered.
    pub keys: BTreeMap<char, Goto>,
}

impl Offer {
    /// When it is next said to a caller who came `waited` ago, if it was not said later than then.
    #[must_use]
    pub fn next(&self, waited: Duration) -> Option<Duration> {
        if waited <= self.after {
            return Some(self.after);
        }
        let every = self.every.filter(|every| !every.is_zero())?;
        let rounds = (waited - self.after).as_micros().div_ceil(every.as_micros());
        Some(self.after + every * u32::try_from(rounds).ok()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offer_is_made_at_its_time_and_again_at_its_interval() {
        let seconds = Duration::from_secs;
        let once =
            Offer { after: seconds(30), every: None, prompts: Vec::new(), keys: BTreeMap::new() };
        let often = Offer { every: Some(seconds(20)), ..once.clone() };
        assert_eq!(once.next(seconds(0)), Some(seconds(30)));
        assert_eq!(once.next(seconds(30)), Some(seconds(30)));
        assert_eq!(once.next(seconds(31)), None);
        assert_eq!(often.next(seconds(31)), Some(seconds(50)));
        assert_eq!(often.next(seconds(50)), Some(seconds(50)));
        assert_eq!(often.next(Duration::from_micros(50_000_001)), Some(seconds(70)));
    }
}
