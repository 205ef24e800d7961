//! The day of the centre, by which calls, visits and the time of agents are counted.
//!
//! Another plan may tell days by another clock. What counts of its day has happened before, and the ledger has it: that is read beside
//! the run, as it is after some event, and what happened since is kept back and added. Until then the day by the old clock
//! is shown.

use crate::engine::Engine;
use crate::io::Output;
use clock::{Moment, WallTime};
use events::{Day, Event};

/// A clock that is set back by less does not take the centre back to the day before.
const SET_BACK_MAX: i64 = 3_600_000_000;

/// No more events than this are kept back: then the ledger is to have more of them.
const KEPT_MAX: usize = 50_000;

/// A day that is counted by another clock than before, and is read in the ledger.
#[derive(Debug)]
pub(crate) struct DayToCome {
    began: WallTime,
    ends: WallTime,
    /// The ledger is to have everything up to this event.
    after: u64,
    /// What happened since.
    kept: Vec<Event>,
}

impl Engine {
    /// Looks at the calendar before calls are handed out or counted: a new day by the centre's own clock
    /// begins at nought for everybody.
    pub(crate) fn turn_day(&mut self, now: Moment) {
        let today = self.plan.local(self.journal.wall(now)).date();
        if self.today.replace(today).is_some_and(|before| before != today) {
            self.acd.handle(now, acd::Input::DayBegan);
        }
    }

    /// When the day is over that is shown, or that is to be.
    pub(crate) fn day_turns_at(&self) -> WallTime {
        let to_come = self.day_to_come.as_ref().map(|day| day.ends);
        to_come.map_or(self.counts.ends, |ends| ends.min(self.counts.ends))
    }

    /// What is shown of the day begins at nought with each.
    pub(crate) fn turn_counts(&mut self, wall: WallTime) {
        // What the ledger has of a day is not counted from nought.
        if self.day_to_come.as_ref().is_some_and(|day| wall < day.ends) {
            return;
        }
        // One that was over before it could be read has another one behind it, which began while the old clock's goes on.
        if self.day_to_come.take().is_some()
            && let Some(day) = self.plan.day_of(wall)
            && day != (self.counts.began, self.counts.ends)
        {
            return self.ask_for_day(day);
        }
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

    /// Days are told by the clock of the plan in force, whichever that was before.
    pub(crate) fn follow_clock(&mut self, now: Moment) {
        let Some(day) = self.plan.day_of(self.journal.wall(now)) else { return };
        let awaited = self.day_to_come.as_ref().map(|day| (day.began, day.ends));
        if awaited == Some(day) {
            return;
        }
        self.day_to_come = None;
        if day != (self.counts.began, self.counts.ends) {
            self.ask_for_day(day);
        }
    }

    fn ask_for_day(&mut self, (began, ends): (WallTime, WallTime)) {
        let after = self.journal.last();
        self.day_to_come = Some(DayToCome { began, ends, after, kept: Vec::new() });
        self.output(Output::ReadDay { began, ends, after });
    }

    /// Something has happened that the ledger may not have when the day is read.
    pub(crate) fn keep_back(&mut self, event: &Event) {
        let Some(day) = &mut self.day_to_come else { return };
        day.kept.push(event.clone());
        if day.kept.len() >= KEPT_MAX {
            let day = (day.began, day.ends);
            self.ask_for_day(day);
        }
    }

    /// What the ledger has of a day, up to this event.
    pub(crate) fn take_day(&mut self, mut day: Day, last: u64) {
        let is_it = |it: &mut DayToCome| (it.began, it.ends) == (day.began, day.ends);
        let awaited = self.day_to_come.take_if(|it| is_it(it) && it.after <= last);
        let Some(DayToCome { kept, .. }) = awaited else { return };
        for Event { at, what, .. } in kept.iter().filter(|event| event.seq > last) {
            day.happened(*at, what);
        }
        // The ledger knows nothing of them.
        day.are_refused_unwritten(self.counts.unwritten);
        self.counts = day;
    }
}
