//! How much of the room each source holds, so that none takes it from the others.

use std::collections::BTreeMap;
use std::net::IpAddr;

/// One source may hold this part of all transactions, unless configured otherwise.
const SHARE: usize = 8;
/// Yet so many in any case: a phone has few transactions, and all of them with one server.
const SHARE_MIN: usize = 64;

/// How many transactions one source may hold where `transactions_max` may live in all.
pub(crate) const fn share_of(transactions_max: usize) -> usize {
    let share = transactions_max / SHARE;
    if share < SHARE_MIN { SHARE_MIN } else { share }
}

/// Transactions that peers have opened here, by their source. Holds no source without any, so it
/// is never larger than they are many.
#[derive(Debug, Default)]
pub(crate) struct Shares {
    held: BTreeMap<IpAddr, usize>,
}

impl Shares {
    /// How many `source` holds.
    pub(crate) fn of(&self, source: IpAddr) -> usize {
        self.held.get(&source).copied().unwrap_or(0)
    }

    /// `source` has opened one.
    pub(crate) fn open(&mut self, source: IpAddr) {
        *self.held.entry(source).or_insert(0) += 1;
    }

    /// One of `source` is over.
    pub(crate) fn close(&mut self, source: IpAddr) {
        if let Some(held) = self.held.get_mut(&source) {
            *held = held.saturating_sub(1);
            if *held == 0 {
                self.held.remove(&source);
            }
        }
    }

    /// How many all sources hold together.
    pub(crate) fn total(&self) -> usize {
        self.held.values().sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_an_eighth_and_never_less_than_a_phone_needs() {
        assert_eq!(share_of(200_000), 25_000);
        assert_eq!(share_of(256), 64);
        assert_eq!(share_of(1), 64);
    }

    #[test]
    fn a_source_that_holds_nothing_is_not_remembered() {
        let mut shares = Shares::default();
        let source = IpAddr::from([192, 0, 2, 7]);
        shares.open(source);
        shares.open(source);
        assert_eq!((shares.of(source), shares.total()), (2, 2));
        shares.close(source);
        shares.close(source);
        shares.close(source);
        assert_eq!((shares.of(source), shares.held.len()), (0, 0));
    }
}
