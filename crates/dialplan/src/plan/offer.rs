//! What a caller who waits is told, and may choose, at stated times.

use super::{Fact, Facts, Goto, Phrase, Test};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

/// Something said to callers who have waited so long: one of several announcements, by turns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// How long a caller has waited in the queue when it is said.
    pub after: Duration,
    /// How long after that it is said again and again; none: once.
    pub every: Option<Duration>,
    /// What is said; at least one.
    pub one_of: Vec<Announcement>,
}

/// One of the things that may be said. With keys it is an offer: whoever presses one leaves the queue, and whoever
/// presses none goes on waiting where they stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Announcement {
    /// What must be so.
    pub only: Option<Only>,
    /// How many turns it has, where the others have theirs.
    pub weight: u32,
    /// What is said; at least one phrase.
    pub prompts: Vec<Phrase>,
    /// Where each key leads; they count from its first word until other keys are offered.
    pub keys: BTreeMap<char, Goto>,
}

/// What must be so, that something is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Only {
    /// The test.
    pub test: Test,
    /// The same as it stands in the file.
    pub written: Arc<str>,
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

    /// How often it has been due before to a caller to whom it is said after `waited`.
    #[must_use]
    pub fn rounds_before(&self, waited: Duration) -> u32 {
        let Some(every) = self.every.filter(|every| !every.is_zero()) else { return 0 };
        let rounds = waited.saturating_sub(self.after).as_micros() / every.as_micros();
        u32::try_from(rounds).unwrap_or(u32::MAX)
    }

    /// Everything that must be known to choose, [`Fact::Turn`] among it where there is more than one to choose from.
    #[must_use]
    pub fn facts(&self) -> BTreeSet<Fact> {
        let mut facts = BTreeSet::new();
        let tests = self.one_of.iter().filter_map(|it| it.only.as_ref()).map(|only| &only.test);
        tests.for_each(|test| test.add_facts(&mut facts));
        if self.one_of.len() > 1 {
            facts.insert(Fact::Turn);
        }
        facts
    }

    /// Which of them is said, by its place, when it is this turn: the one whose turn it is, or else the next that
    /// `may_be` and against which nothing speaks. Of every so many turns as all weights together each has its weight, evenly spread.
    #[must_use]
    pub fn choose(
        &self,
        turn: u32,
        facts: &Facts,
        may_be: impl Fn(usize) -> bool,
    ) -> Option<usize> {
        let cycle = self.cycle();
        let first = turn as usize % cycle.len().max(1);
        let turns = cycle.iter().cycle().skip(first).take(cycle.len());
        let holds = |at: &&usize| {
            let announcement = self.one_of.get(**at);
            let only = announcement.and_then(|it| it.only.as_ref());
            only.is_none_or(|only| only.test.holds(facts) == Some(true))
        };
        turns.copied().find(|at| may_be(*at) && holds(&at))
    }

    /// Whose turn it is, one turn behind the other: each time whoever is furthest behind its share.
    fn cycle(&self) -> Vec<usize> {
        let all: u32 = self.one_of.iter().map(|it| it.weight).sum();
        let mut behind = vec![0_i64; self.one_of.len()];
        let mut turn = || {
            for (share, announcement) in behind.iter_mut().zip(&self.one_of) {
                *share += i64::from(announcement.weight);
            }
            // Of equal ones the first.
            let most =
                behind.iter().enumerate().max_by_key(|(at, it)| (**it, std::cmp::Reverse(*at)));
            let at = most.map_or(0, |(at, _)| at);
            behind.get_mut(at).into_iter().for_each(|share| *share -= i64::from(all));
            at
        };
        (0..all).map(|_| turn()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(weights: &[u32]) -> Offer {
        let one = |weight: &u32| Announcement {
            only: None,
            weight: *weight,
            prompts: Vec::new(),
            keys: BTreeMap::new(),
        };
        let one_of = weights.iter().map(one).collect();
        Offer { after: Duration::from_secs(30), every: None, one_of }
    }

    #[test]
    fn an_offer_is_made_at_its_time_and_again_at_its_interval() {
        let seconds = Duration::from_secs;
        let once = of(&[1]);
        let often = Offer { every: Some(seconds(20)), ..once.clone() };
        assert_eq!(once.next(seconds(0)), Some(seconds(30)));
        assert_eq!(once.next(seconds(30)), Some(seconds(30)));
        assert_eq!(once.next(seconds(31)), None);
        assert_eq!(often.next(seconds(31)), Some(seconds(50)));
        assert_eq!(often.next(seconds(50)), Some(seconds(50)));
        assert_eq!(often.next(Duration::from_micros(50_000_001)), Some(seconds(70)));
        assert_eq!((often.rounds_before(seconds(30)), often.rounds_before(seconds(70))), (0, 2));
    }

    #[test]
    fn each_announcement_has_its_weight_of_the_turns_evenly_spread() {
        let said = |offer: &Offer, turns: u32| -> Vec<usize> {
            (0..turns).filter_map(|turn| offer.choose(turn, &Facts::new(), |_| true)).collect()
        };
        assert_eq!(said(&of(&[1, 1, 1]), 4), [0, 1, 2, 0]);
        assert_eq!(said(&of(&[3, 1]), 8), [0, 0, 1, 0, 0, 0, 1, 0]);
        assert_eq!(said(&of(&[2, 1, 1]), 4), [0, 1, 2, 0]);
    }

    #[test]
    fn what_does_not_hold_leaves_its_turn_to_the_next() {
        let mut offer = of(&[1, 1, 1]);
        let only = || Some(Only { test: Test::Is(Fact::Vip), written: "vip".into() });
        offer.one_of[0].only = only();
        assert_eq!(offer.choose(0, &Facts::new(), |_| true), Some(1));
        assert_eq!(
            offer.choose(0, &[(Fact::Vip, super::super::Value::YesNo(true))].into(), |_| true),
            Some(0)
        );
        offer.one_of.iter_mut().for_each(|it| it.only = only());
        assert_eq!(offer.choose(0, &Facts::new(), |_| true), None);
    }
}
