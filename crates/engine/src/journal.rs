//! The journal: numbers what happens, and knows how much of it is on disk.

use clock::{Moment, WallAnchor, WallTime};
use events::{Event, What};
use ids::CallId;
use std::collections::BTreeMap;

/// Numbers events and stamps them with the wall clock.
#[derive(Debug, Default)]
pub(crate) struct Journal {
    anchor: WallAnchor,
    last: u64,
    /// Calls that are not answered before this event is on disk.
    awaited: BTreeMap<u64, CallId>,
}

impl Journal {
    /// Makes the next event.
    pub(crate) fn write(&mut self, at: WallTime, what: What) -> Event {
        self.last += 1;
        Event { seq: self.last, at, what }
    }

    /// The number of the last event; 0 before the first.
    pub(crate) const fn last(&self) -> u64 {
        self.last
    }

    /// `call` is to be told of when event `row` is on disk.
    pub(crate) fn await_row(&mut self, row: u64, call: CallId) {
        self.awaited.insert(row, call);
    }

    /// The call of `row` no longer waits for it.
    pub(crate) fn forget_row(&mut self, row: u64) {
        self.awaited.remove(&row);
    }

    /// The ledger has everything up to `seq` on disk. Gives the calls that waited for that.
    pub(crate) fn stored(&mut self, seq: u64) -> Vec<CallId> {
        let later = self.awaited.split_off(&seq.saturating_add(1));
        std::mem::replace(&mut self.awaited, later).into_values().collect()
    }

    /// How many calls wait for their row.
    pub(crate) fn rows_awaited(&self) -> usize {
        self.awaited.len()
    }

    /// The shell has read the wall clock.
    pub(crate) fn set_wall(&mut self, now: Moment, wall: WallTime) {
        self.anchor = WallAnchor { at: now, wall };
    }

    /// What the wall clock shows at `moment`.
    pub(crate) fn wall(&self, moment: Moment) -> WallTime {
        self.anchor.wall_at(moment)
    }
}
