//! Whose turn it is: the one order of all calls.
//!
//! A call's score is the time it has waited, at the pace of its queue, plus
//! `priority × priority_step`. The calls of one queue grow at one pace, so two of them never change
//! places while they wait: their order is fixed when they arrive. A line of calls therefore stays
//! sorted by itself, and only the heads of lines ever need to be compared.

use crate::calls::Seat;
use crate::classes::ClassId;
use clock::{Duration, Moment};
use ids::{CallId, QueueId};
use std::cmp::Reverse;

/// A second of waiting counts for one second of score at this pace (in hundredths).
const USUAL_PACE: i64 = 100;

/// How a score is made of waiting and priority.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Scale {
    /// Hundredths of a second of score for each second of waiting.
    pub(crate) ageing: u32,
    /// What a step of priority is worth.
    pub(crate) step: Duration,
}

/// Where a call stands in its line: calls are served in ascending order. Of equal scores the
/// earlier arrival goes first, then the call with the lower number.
///
/// Of many thousands hardly one is in a cache when the turn comes, but the first of each line are: so what a decision
/// asks about the call is told here, beside what puts it in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Turn {
    /// What the score falls short of at any moment: the arrival on the line's own scale, less what
    /// the priority is worth, in hundredths of a microsecond.
    short: i64,
    /// The first arrival.
    pub(crate) arrived: Moment,
    /// The call.
    pub(crate) call: CallId,
    /// Where the caller is kept.
    pub(crate) seat: Seat,
    /// Which agents may take the call.
    pub(crate) class: ClassId,
    pub(crate) queue: QueueId,
    /// That of the queue and of the call together.
    pub(crate) priority: u16,
    /// The line's pace, the same for all in it.
    ageing: u16,
}

const _: () = assert!(size_of::<Turn>() == 40);

/// What a score is reckoned from, beside the moment: all that a decision asks of the most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Score {
    short: i64,
    ageing: u16,
}

impl Score {
    /// Below all others: of nobody.
    pub(crate) const NONE: Self = Self { short: i64::MAX, ageing: 0 };

    /// The score of one who has come, in hundredths of a microsecond.
    pub(crate) fn points(self, now: Moment) -> i64 {
        on_scale(now, self.ageing).saturating_sub(self.short)
    }
}

/// Where a call stands among those of all lines at a moment: the least is served first.
pub(crate) type Rank = (Reverse<i64>, Moment, CallId);

impl Turn {
    /// Of nobody, behind all others.
    pub(crate) const NOBODY: Self = Self {
        short: Score::NONE.short,
        arrived: Moment::MAX,
        call: CallId(u64::MAX),
        ageing: Score::NONE.ageing,
        seat: Seat::NONE,
        class: ClassId::NONE,
        queue: QueueId(u32::MAX),
        priority: 0,
    };

    /// The turn of a call of a class, that has no seat yet.
    pub(crate) fn new(call: CallId, arrived: Moment, of: (QueueId, ClassId), scale: Scale) -> Self {
        let (queue, class) = of;
        let ageing = u16::try_from(scale.ageing).unwrap_or(u16::MAX);
        let seat = Seat::NONE;
        let turn = Self { short: 0, arrived, call, seat, class, queue, priority: 0, ageing };
        turn.with_priority(0, scale)
    }

    /// The same of a caller who is kept here.
    pub(crate) const fn seated(self, seat: Seat) -> Self {
        Self { seat, ..self }
    }

    /// The same of a call of this class.
    pub(crate) const fn in_class(self, class: ClassId) -> Self {
        Self { class, ..self }
    }

    /// The same with this priority, of the queue and of the call together, where scores are made so.
    pub(crate) fn with_priority(self, priority: u16, scale: Scale) -> Self {
        let worth = micros(scale.step).saturating_mul(i64::from(priority));
        let ageing = u16::try_from(scale.ageing).unwrap_or(u16::MAX);
        let short = on_scale(self.arrived, ageing).saturating_sub(worth.saturating_mul(USUAL_PACE));
        Self { short, priority, ageing, ..self }
    }

    /// What the score is reckoned from.
    pub(crate) const fn scored(&self) -> Score {
        Score { short: self.short, ageing: self.ageing }
    }

    /// Those of one pace keep their order.
    pub(crate) const fn pace(&self) -> u16 {
        self.ageing
    }

    /// Where the call stands among those of all lines.
    pub(crate) fn rank(&self, now: Moment) -> Rank {
        (Reverse(self.points(now)), self.arrived, self.call)
    }

    /// The score: waited time at the line's pace, plus what the priority is worth.
    pub(crate) fn score(&self, now: Moment) -> Duration {
        Duration::from_micros(u64::try_from(self.points(now) / USUAL_PACE).unwrap_or_default())
    }

    /// For how long from now on calls that arrive go first that age at `ageing` and have this
    /// priority: in seconds, and by how much that grows a second.
    pub(crate) fn overtaken_for(&self, now: Moment, priority: u32, scale: Scale) -> (f64, f64) {
        let worth = 100.0 * scale.step.as_secs_f64() * f64::from(priority);
        let points = Duration::from_micros(u64::try_from(self.points(now)).unwrap_or(0));
        let (own, theirs) = (f64::from(self.ageing), f64::from(scale.ageing.max(1)));
        ((worth - points.as_secs_f64()) / theirs, (theirs - own) / theirs)
    }

    /// The score in hundredths of a microsecond.
    fn points(&self, now: Moment) -> i64 {
        self.scored().points(now.max(self.arrived))
    }
}

fn on_scale(moment: Moment, ageing: u16) -> i64 {
    moment.signed_micros().saturating_mul(i64::from(ageing))
}

fn micros(length: Duration) -> i64 {
    i64::try_from(length.as_micros()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const USUAL: Scale = Scale { ageing: 100, step: Duration::from_secs(30) };

    const OF: (QueueId, ClassId) = (QueueId(0), ClassId::NONE);

    fn turn(call: u64, second: u64, priority: u16) -> Turn {
        Turn::new(CallId(call), at(second), OF, USUAL).with_priority(priority, USUAL)
    }

    fn at(second: u64) -> Moment {
        Moment::ZERO + Duration::from_secs(second)
    }

    #[test]
    fn a_score_is_the_wait_and_what_the_priority_is_worth() {
        assert_eq!(turn(1, 40, 0).score(at(100)), Duration::from_secs(60));
        assert_eq!(turn(1, 40, 2).score(at(100)), Duration::from_secs(120));
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
        assert!(turn(2, 0, 0).rank(at(90)) < turn(1, 60, 2).rank(at(90)));
    }

    #[test]
    fn who_arrived_before_the_engine_started_goes_first_and_has_waited_since() {
        let before = Moment::ZERO - Duration::from_secs(3_600);
        let old = Turn::new(CallId(9), before, OF, USUAL);
        assert!(old < turn(1, 0, 0));
        assert_eq!(old.score(at(60)), Duration::from_secs(3_660));
    }

    #[test]
    fn a_line_that_ages_faster_is_overtaken_by_less() {
        let fast = Scale { ageing: 300, ..USUAL };
        let slow = turn(1, 0, 0);
        let fast = Turn::new(CallId(2), at(60), OF, fast);
        assert_eq!(fast.score(at(80)), Duration::from_secs(60));
        assert!(slow.rank(at(89)) < fast.rank(at(89)));
        assert!(slow.rank(at(91)) > fast.rank(at(91)));
    }
}
