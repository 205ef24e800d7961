//! Who has been wrong too often: guesses cost the guesser a minute, and us no hashing.

use clock::{Deadlines, Duration, Moment};
use std::collections::BTreeMap;
use std::net::IpAddr;

/// Wrong credentials from one source until it is barred.
pub const FAILURES_MAX: u32 = 20;
/// How long wrong credentials are remembered, and how long a source is barred.
pub const FAILURES_WINDOW: Duration = Duration::from_secs(60);
/// Sources remembered at one time. Past it the one that would be forgotten first is forgotten.
pub const SOURCES_MAX: usize = 10_000;

/// Failures of each source, as [`Hop::source`](sip_txn::Hop::source) names it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tries {
    failures: BTreeMap<IpAddr, u32>,
    forget_at: Deadlines<IpAddr>,
}

impl Tries {
    /// Counts a failure. The one that is too many bars the source from now on.
    pub(crate) fn fail(&mut self, now: Moment, source: IpAddr) {
        let failures = self.failures.entry(source).or_default();
        *failures = failures.saturating_add(1);
        if *failures == 1 || *failures == FAILURES_MAX {
            self.forget_at.set(source, now + FAILURES_WINDOW);
        }
        if self.failures.len() > SOURCES_MAX {
            self.forget_due(Moment::from_micros(u64::MAX));
        }
    }

    /// Whether the source is barred.
    pub(crate) fn is_barred(&mut self, now: Moment, source: IpAddr) -> bool {
        while self.forget_due(now) {}
        self.failures.get(&source).is_some_and(|failures| *failures >= FAILURES_MAX)
    }

    /// Forgets one source whose time has come.
    fn forget_due(&mut self, now: Moment) -> bool {
        let due = self.forget_at.pop_due(now);
        due.is_some_and(|source| self.failures.remove(&source).is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GUESSER: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 66));

    #[test]
    fn a_guesser_is_barred_for_a_minute() {
        let mut tries = Tries::default();
        let start = Moment::from_micros(5);
        for _ in 0..FAILURES_MAX {
            assert!(!tries.is_barred(start, GUESSER));
            tries.fail(start, GUESSER);
        }
        assert!(tries.is_barred(start + FAILURES_WINDOW - Duration::from_micros(1), GUESSER));
        assert!(!tries.is_barred(start + FAILURES_WINDOW, GUESSER));
    }

    #[test]
    fn a_crowd_of_sources_does_not_grow_the_table() {
        let mut tries = Tries::default();
        let crowd = u32::try_from(SOURCES_MAX).unwrap() + 500;
        for source in 0..crowd {
            let now = Moment::from_micros(source.into());
            tries.fail(now, IpAddr::V4(source.into()));
        }
        assert_eq!((tries.failures.len(), tries.forget_at.len()), (SOURCES_MAX, SOURCES_MAX));
    }
}
