//! Which counts have been used with which nonce (RFC 7616 §3.4 `nc`).

use crate::nonce::Stamp;
use clock::Moment;
use std::collections::BTreeMap;

/// Nonces in use at one time. Past it the oldest is given up, and whoever uses it is asked again.
pub const NONCES_MAX: usize = 16_384;

/// The highest count used with each nonce.
#[derive(Clone, Debug, Default)]
pub(crate) struct Counts {
    used: BTreeMap<Stamp, u32>,
    /// Nonces up to this one are not remembered any more, so none of them may be trusted.
    given_up: Option<Stamp>,
}

impl Counts {
    /// Uses `count` with the nonce of `stamp`. False if it is not higher than the last one, or if
    /// the last one is not known any more.
    #[must_use]
    pub(crate) fn use_up(&mut self, stamp: Stamp, count: u32) -> bool {
        if let Some(last) = self.used.get_mut(&stamp) {
            let grows = count > *last;
            *last = count.max(*last);
            return grows;
        }
        if self.given_up.is_some_and(|given_up| stamp <= given_up) {
            return false;
        }
        self.used.insert(stamp, count);
        if self.used.len() > NONCES_MAX {
            self.given_up = self.used.pop_first().map(|(stamp, _)| stamp);
        }
        true
    }

    /// Forgets nonces made before `start`, which nobody may use any more.
    pub(crate) fn forget_before(&mut self, start: Moment) {
        while self.used.first_key_value().is_some_and(|(stamp, _)| stamp.made_at < start) {
            self.used.pop_first();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stamp(micros: u64) -> Stamp {
        Stamp { made_at: Moment::from_micros(micros), number: 0 }
    }

    #[test]
    fn a_count_is_used_once_and_must_grow() {
        let mut counts = Counts::default();
        assert!(counts.use_up(stamp(1), 1));
        assert!(!counts.use_up(stamp(1), 1));
        assert!(counts.use_up(stamp(1), 3));
        assert!(!counts.use_up(stamp(1), 2));
        assert!(counts.use_up(stamp(2), 1));
    }

    #[test]
    fn a_full_table_gives_the_oldest_up_and_never_trusts_it_again() {
        let mut counts = Counts::default();
        let all = u64::try_from(NONCES_MAX).unwrap() + 1;
        for micros in 1..=all {
            assert!(counts.use_up(stamp(micros), 1));
        }
        assert_eq!(counts.used.len(), NONCES_MAX);
        assert!(!counts.use_up(stamp(1), 2), "given up");
        assert!(counts.use_up(stamp(2), 2), "still known");
        counts.forget_before(Moment::from_micros(all));
        assert_eq!(counts.used.len(), 1);
    }
}
