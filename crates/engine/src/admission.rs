//! Who is let in: the share that one address may have, and how many refusals are written down.

use clock::Moment;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Duration;

/// For people: the address has reached `unacknowledged_per_source_max`.
pub(crate) const TOO_MANY_UNACKNOWLEDGED: &str =
    "too many calls from this address have not acknowledged our answer";

/// Calls that wait for the ACK of their phone, by the address they came from; and a budget for the
/// rows of calls that found no room.
#[derive(Debug)]
pub(crate) struct Admission {
    unacknowledged: BTreeMap<IpAddr, usize>,
    per_source_max: usize,
    rows: Rows,
}

/// Rows written in the current second.
#[derive(Debug)]
struct Rows {
    max: u32,
    written: u32,
    since: Moment,
}

impl Admission {
    pub(crate) const fn new(per_source_max: usize, rows_per_second_max: u32) -> Self {
        let rows = Rows { max: rows_per_second_max, written: 0, since: Moment::ZERO };
        Self { unacknowledged: BTreeMap::new(), per_source_max, rows }
    }

    /// Whether one more call from `source` may be answered.
    pub(crate) fn has_room_for(&self, source: IpAddr) -> bool {
        self.unacknowledged.get(&source).is_none_or(|calls| *calls < self.per_source_max)
    }

    /// A call from `source` is answered, and its ACK is to come: what waits for our own disk is not
    /// held against the caller.
    pub(crate) fn answered(&mut self, source: IpAddr) {
        *self.unacknowledged.entry(source).or_default() += 1;
    }

    /// A call from `source` is acknowledged, or over before it was.
    pub(crate) fn acknowledged(&mut self, source: IpAddr) {
        if let Some(calls) = self.unacknowledged.get_mut(&source) {
            *calls -= 1;
            if *calls == 0 {
                self.unacknowledged.remove(&source);
            }
        }
    }

    /// Whether a refusal at `now` still gets a row.
    pub(crate) fn row_for_refusal(&mut self, now: Moment) -> bool {
        if now.since(self.rows.since) >= Duration::from_secs(1) {
            self.rows.since = now;
            self.rows.written = 0;
        }
        self.rows.written = self.rows.written.saturating_add(1);
        self.rows.written <= self.rows.max
    }

    /// How many calls are not acknowledged.
    pub(crate) fn unacknowledged(&self) -> usize {
        self.unacknowledged.values().sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;

    fn source(last: u8) -> IpAddr {
        IpAddr::V4(Ipv4Addr::new(192, 0, 2, last))
    }

    #[test]
    fn one_address_does_not_keep_another_out() {
        let mut admission = Admission::new(2, 1);
        admission.answered(source(1));
        admission.answered(source(1));
        assert!(!admission.has_room_for(source(1)));
        assert!(admission.has_room_for(source(2)));
        admission.acknowledged(source(1));
        assert!(admission.has_room_for(source(1)));
        admission.acknowledged(source(1));
        assert_eq!(admission.unacknowledged(), 0);
    }

    #[test]
    fn refusals_over_the_budget_of_a_second_get_no_row() {
        let mut admission = Admission::new(1, 2);
        let second = |n: u64| Moment::ZERO + Duration::from_secs(n);
        assert!(admission.row_for_refusal(second(5)));
        assert!(admission.row_for_refusal(second(5)));
        assert!(!admission.row_for_refusal(second(5)));
        assert!(admission.row_for_refusal(second(6)));
    }
}
