//! Whose turn it is: the one order of all calls.
//!
//! A call's score is the time it has waited plus `priority × priority_step`. All scores grow at
//! the same pace, so two calls never change places while they wait: their order is that of the
//! moment since when they *seem* to have waited, and is fixed when they arrive. A line of calls
//! therefore stays sorted by itself, and only the heads of lines ever need to be compared.

use clock::{Duration, Moment};
use ids::CallId;

/// The highest priority: that of the queue and that of the call, both at their top.
const PRIORITY_MAX: u32 = 2 * u8::MAX as u32;

/// Where a call stands among all others: calls are served in ascending order. Of equal scores the
/// earlier arrival goes first, then the call with the lower number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Turn {
    /// The arrival, put off by what the call lacks in priority. (Put off rather than brought
    /// forward, because time does not run below zero.)
    handicapped: Moment,
    /// The first arrival.
    pub(crate) arrived: Moment,
    /// The call.
    pub(crate) call: CallId,
}

impl Turn {
    pub(crate) fn new(call: CallId, arrived: Moment, priority: u32, step: Duration) -> Self {
        let lacks = PRIORITY_MAX.saturating_sub(priority);
        Self { handicapped: arrived + step.saturating_mul(lacks), arrived, call }
    }

    /// The score at `now`: waited time plus what the priority is worth.
    pub(crate) fn score(&self, now: Moment, step: Duration) -> Duration {
        // As far as the handicap falls short of the greatest, so far the priority lifts.
        let worth = (self.arrived + step.saturating_mul(PRIORITY_MAX)).since(self.handicapped);
        now.since(self.arrived).saturating_add(worth)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STEP: Duration = Duration::from_secs(30);

    fn turn(call: u64, second: u64, priority: u32) -> Turn {
        Turn::new(CallId(call), Moment::ZERO + Duration::from_secs(second), priority, STEP)
    }

    #[test]
    fn a_score_is_the_wait_and_what_the_priority_is_worth() {
        let now = Moment::ZERO + Duration::from_secs(100);
        assert_eq!(turn(1, 40, 0).score(now, STEP), Duration::from_secs(60));
        assert_eq!(turn(1, 40, 2).score(now, STEP), Duration::from_secs(120));
    }

    #[test]
    fn priority_overtakes_as_far_as_it_is_worth_and_no_farther() {
        assert!(turn(2, 59, 2) < turn(1, 0, 0));
        assert!(turn(2, 61, 2) > turn(1, 0, 0));
    }

    #[test]
    fn equal_scores_go_by_arrival_then_by_number() {
        assert!(turn(2, 0, 0) < turn(1, 60, 2));
        assert!(turn(1, 0, 0) < turn(2, 0, 0));
    }
}
