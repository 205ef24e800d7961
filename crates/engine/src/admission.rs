//! Who is let in: the share that one address may have, and how many refusals are written down.

use clock::Moment;
use ids::CallId;
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::time::Duration;

/// For people: the address has reached `unacknowledged_per_source_max`.
pub(crate) const TOO_MANY_UNACKNOWLEDGED: &str =
    "too many calls from this address have not acknowledged our answer";

/// Calls that wait for the ACK of their phone, by the address they came from; and a budget for the
/// rows of calls that found no room.
#[derive(Debug)]
pub(crate) struct Admission {
    by_source: BTreeMap<IpAddr, BTreeSet<Answered>>,
    all: BTreeSet<Answered>,
    per_source_max: usize,
    rows: Rows,
}

/// A call whose ACK is to come, and since when.
type Answered = (Moment, CallId);

/// A phone acknowledges within a round trip; by now four copies of our 200 have been on their way.
/// A call without an ACK is not ended for that, but it gives way when its room is needed.
const ACK_OVERDUE: Duration = Duration::from_secs(4);

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
        Self { by_source: BTreeMap::new(), all: BTreeSet::new(), per_source_max, rows }
    }

    /// Whether one more call from `source` may be answered.
    pub(crate) fn has_room_for(&self, source: IpAddr) -> bool {
        self.by_source.get(&source).is_none_or(|calls| calls.len() < self.per_source_max)
    }

    /// The call of `source` that has gone longest without an ACK, if that is too long.
    pub(crate) fn overdue_of(&self, source: IpAddr, now: Moment) -> Option<CallId> {
        overdue(self.by_source.get(&source)?, now)
    }

    /// The same of all sources.
    pub(crate) fn overdue(&self, now: Moment) -> Option<CallId> {
        overdue(&self.all, now)
    }

    /// A call from `source` is answered, and its ACK is to come: what waits for our own disk is not
    /// held against the caller.
    pub(crate) fn answered(&mut self, source: IpAddr, at: Moment, call: CallId) {
        self.by_source.entry(source).or_default().insert((at, call));
        self.all.insert((at, call));
    }

    /// A call from `source` that was answered at `at` is acknowledged, or over before it was.
    pub(crate) fn acknowledged(&mut self, source: IpAddr, at: Moment, call: CallId) {
        self.all.remove(&(at, call));
        if let Some(calls) = self.by_source.get_mut(&source) {
            calls.remove(&(at, call));
            if calls.is_empty() {
                self.by_source.remove(&source);
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
        self.all.len()
    }
}

fn overdue(calls: &BTreeSet<Answered>, now: Moment) -> Option<CallId> {
    let (since, call) = *calls.first()?;
    (now.since(since) >= ACK_OVERDUE).then_some(call)
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
        admission.answered(source(1), second(0), CallId(1));
        admission.answered(source(1), second(1), CallId(2));
        assert!(!admission.has_room_for(source(1)));
        assert!(admission.has_room_for(source(2)));
        admission.acknowledged(source(1), second(0), CallId(1));
        assert!(admission.has_room_for(source(1)));
        admission.acknowledged(source(1), second(1), CallId(2));
        assert_eq!(admission.unacknowledged(), 0);
    }

    #[test]
    fn who_has_gone_longest_without_an_ack_gives_way_first() {
        let mut admission = Admission::new(2, 1);
        admission.answered(source(1), second(1), CallId(1));
        admission.answered(source(2), second(2), CallId(2));
        assert_eq!(admission.overdue(second(4)), None);
        assert_eq!(admission.overdue(second(5)), Some(CallId(1)));
        assert_eq!(admission.overdue_of(source(2), second(5)), None);
        assert_eq!(admission.overdue_of(source(2), second(6)), Some(CallId(2)));
        admission.acknowledged(source(1), second(1), CallId(1));
        assert_eq!(admission.overdue(second(6)), Some(CallId(2)));
    }

    fn second(n: u64) -> Moment {
        Moment::ZERO + Duration::from_secs(n)
    }

    #[test]
    fn refusals_over_the_budget_of_a_second_get_no_row() {
        let mut admission = Admission::new(1, 2);
        assert!(admission.row_for_refusal(second(5)));
        assert!(admission.row_for_refusal(second(5)));
        assert!(!admission.row_for_refusal(second(5)));
        assert!(admission.row_for_refusal(second(6)));
    }
}
