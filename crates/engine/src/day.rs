//! The day of the centre, by which calls, visits and the time of agents are counted.

use crate::engine::Engine;
use clock::{Moment, WallTime};
use events::Day;

/// A clock that is set back by less does not take the centre back to the day before.
const SET_BACK_MAX: i64 = 3_600_000_000;

impl Engine {
    /// Looks at the calendar before calls are handed out or counted: a new day by the centre's own clock
    /// begins at nought for everybody.
    pub(crate) fn turn_day(&mut self, now: Moment) {
        let today = self.plan.local(self.journal.wall(now)).date();
        if self.today.replace(today).is_some_and(|before| before != today) {
            self.acd.handle(now, acd::Input::DayBegan);
        }
    }

    /// What is shown of the day begins at nought with each.
    pub(crate) fn turn_counts(&mut self, wall: WallTime) {
        let (began, ends) = (self.counts.began.as_micros(), self.counts.ends.as_micros());
        if (began.saturating_sub(SET_BACK_MAX)..ends).contains(&wall.as_micros()) {
            return;
        }
        if let Some((began, ends)) = self.plan.day_of(wall) {
            self.counts.turn(began, ends);
        }
    }

    /// What the ledger has counted of a day that is not over yet.
    pub(crate) fn recall_day(&mut self, day: Day) {
        if day.began == self.counts.began {
            self.counts = day;
        }
    }
}
