//! How much is heard of each source in a second, so that none drowns the others.
//!
//! A source that has been quiet may say a good deal at once, and from then on so much a second (a token bucket, kept as the moment
//! at which all that was heard would have been due: the virtual scheduling of ITU-T I.371). Who has been quiet for as long as that takes is
//! as good as new, and is forgotten; so two tables are enough, of which the older is thrown away now and then.

use clock::{Duration, Moment};
use std::collections::BTreeMap;
use std::net::IpAddr;

/// What a quiet source may say at once: the messages of so many seconds.
const AT_ONCE: Duration = Duration::from_secs(2);

/// Sources that are remembered in as long as [`AT_ONCE`]. Over it nobody new is held to anything: so many addresses are no flood from
/// one, and what all of them say together has limits of its own.
const SOURCES_MAX: usize = 65_536;

/// What is heard of sources, and no more than `per_second_max` messages a second of each.
#[derive(Debug)]
pub struct Rates {
    /// Between two messages; none: whoever says whatever.
    each: Option<Duration>,
    lately: BTreeMap<IpAddr, Moment>,
    /// Those of the time before, who have not been heard since.
    before: BTreeMap<IpAddr, Moment>,
    turned_at: Moment,
}

impl Rates {
    /// So many messages of each source a second, and twice as many at once. 0: as many as there come.
    #[must_use]
    pub const fn new(per_second_max: u32) -> Self {
        let each = match per_second_max {
            0 => None,
            _ => Some(Duration::from_nanos(1_000_000_000 / per_second_max as u64)),
        };
        Self { each, lately: BTreeMap::new(), before: BTreeMap::new(), turned_at: Moment::ZERO }
    }

    /// Whether one more message of `source` is within what it may say. One that is not takes nothing of what it may say later.
    pub fn take_one(&mut self, now: Moment, source: IpAddr) -> bool {
        let Some(each) = self.each else { return true };
        self.turn(now);
        let known = self.lately.get(&source).or_else(|| self.before.get(&source));
        let due = known.map_or(now, |due| (*due).max(now));
        if due.since(now) >= AT_ONCE {
            return false;
        }
        if known.is_some() || self.lately.len() < SOURCES_MAX {
            self.lately.insert(source, due + each);
        }
        true
    }

    /// How many sources are remembered.
    #[must_use]
    pub fn len(&self) -> usize {
        self.lately.len() + self.before.len()
    }

    /// Whether none is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn turn(&mut self, now: Moment) {
        let passed = now.since(self.turned_at);
        if passed < AT_ONCE {
            return;
        }
        self.before = std::mem::take(&mut self.lately);
        if passed >= 2 * AT_ONCE {
            self.before.clear();
        }
        self.turned_at = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(number: u32) -> IpAddr {
        IpAddr::from(number.to_be_bytes())
    }

    fn at(millis: u64) -> Moment {
        Moment::ZERO + Duration::from_millis(millis)
    }

    /// How many of so many are heard, all at once.
    fn heard(rates: &mut Rates, now: Moment, source: IpAddr, count: u32) -> usize {
        (0..count).filter(|_| rates.take_one(now, source)).count()
    }

    #[test]
    fn a_source_may_say_twice_its_second_at_once_and_then_so_much_a_second() {
        let mut rates = Rates::new(100);
        assert_eq!(heard(&mut rates, at(500), source(1), 1_000), 200);
        assert_eq!(heard(&mut rates, at(600), source(1), 1_000), 10);
        // Whoever goes on all the time is heard as much as who keeps to it.
        let steadily: usize =
            (600..10_600).map(|now| heard(&mut rates, at(now), source(1), 5)).sum();
        assert_eq!(steadily, 1_000);
        assert_eq!(heard(&mut rates, at(600), source(2), 10), 10, "another is another");
    }

    #[test]
    fn who_has_been_quiet_is_forgotten_and_who_has_not_is_known_over_the_turn() {
        let mut rates = Rates::new(10);
        assert_eq!(heard(&mut rates, at(1_900), source(1), 100), 20);
        assert_eq!(heard(&mut rates, at(2_100), source(1), 100), 2);
        assert_eq!(heard(&mut rates, at(4_200), source(2), 1), 1);
        assert_eq!(rates.len(), 2);
        assert_eq!(heard(&mut rates, at(60_000), source(2), 1), 1);
        assert_eq!(rates.len(), 1);
        assert_eq!(heard(&mut rates, at(60_000), source(1), 100), 20);
    }

    #[test]
    fn from_forged_addresses_without_number_no_more_than_a_table_is_remembered() {
        let mut rates = Rates::new(1);
        for number in 0..200_000 {
            assert!(rates.take_one(at(100), source(number)));
        }
        assert_eq!(rates.len(), SOURCES_MAX);
        assert_eq!(heard(&mut rates, at(100), source(7), 9), 1);
    }

    #[test]
    fn without_a_limit_all_is_heard_and_nobody_remembered() {
        let mut rates = Rates::new(0);
        assert_eq!(heard(&mut rates, at(0), source(1), 10_000), 10_000);
        assert!(rates.is_empty());
    }
}
