//! Callbacks at a time: that is one of the clock on the wall, and stays so when that is set.

use super::{Stage, WorkItem};
use crate::engine::{Engine, Timer};
use clock::{Moment, WallTime};
use ids::CallId;

/// A clock that is this much off has been set, or has gone another way for long: times are reckoned anew.
const OFF_MIN: u64 = 1_000_000;

/// When a callback is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Due {
    /// By the clock of the centre.
    pub(super) wall: WallTime,
    /// When that shows it, as far as is known.
    pub(super) at: Moment,
}

impl Engine {
    /// The time that was asked for, so long after the promise was made. A ledger has milliseconds, and each slot begins at a second.
    pub(super) fn due_of(&self, now: Moment, promised: WallTime, due_ms: u64) -> Due {
        let due = i64::try_from(due_ms).unwrap_or(i64::MAX).saturating_mul(1_000);
        let due = promised.as_micros().saturating_add(due).saturating_add(999_999);
        let due = due - due.rem_euclid(1_000_000);
        Due { wall: WallTime::from_micros(due), at: self.moment(now, due) }
    }

    /// The clock has been looked at: what is due by it is due by what it shows now.
    pub(crate) fn look_at_due(&mut self, now: Moment) {
        let offset = self.journal.wall(Moment::ZERO).as_micros();
        let is_off = |known: i64| known.abs_diff(offset) >= OFF_MIN;
        let known = self.work_items.reckoned;
        if !known.is_none_or(is_off) {
            return;
        }
        self.work_items.reckoned = Some(offset);
        if let Some(known) = known {
            self.tell_times_anew(offset.saturating_sub(known));
        }
        for id in self.work_items.ids() {
            self.reckon_due(now, id);
        }
    }

    /// Reckons anew when a callback is due that has not been yet, and how long it is tried then.
    fn reckon_due(&mut self, now: Moment, id: CallId) {
        let due = self.work_items.get(id).and_then(WorkItem::callback).and_then(|it| it.due);
        let Some(due) = due.filter(|due| due.at > now) else { return };
        let at = self.moment(now, due.wall.as_micros());
        let Some(item) = self.work_items.get_mut(id) else { return };
        let Some(callback) = item.callback_mut() else { return };
        let window = callback.until.since(due.at);
        callback.due = Some(Due { at, ..due });
        callback.until = at.max(now) + window;
        let (until, is_stored) = (callback.until, callback.unstored.is_none());
        let waits = is_stored && matches!(item.stage, Stage::PutOff);
        self.timers.set(Timer::CallbackOver(id), until);
        if waits {
            self.line_up(now, id, None);
        }
    }
}
