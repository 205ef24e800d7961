//! When each stream's frame is due: the 20 ms are cut into slots of one, and each stream has one.
//!
//! The pace comes from the epoch and never from the last wake-up: slot *k* is due at `epoch + k`
//! ms, for ever. A late wake-up does what was missed, up to a bound; beyond it the frames are gone
//! and time goes on where it is.
//!
//! Waking up costs more than sending a few packets: while there are few streams they share slots that lie 4 ms apart, and more of them 2 ms.

use clock::Moment;
use std::time::Duration;

/// Slots in a cycle: a frame is 20 ms.
const SLOTS: u8 = 20;

/// How far apart the slots are that are in use, the widest first; all of them in the end.
const STEPS: [u64; 3] = [4, 2, 1];

/// Streams that a slot takes before others are used that lie nearer: as many packets as leave in one call, in a fifth of a millisecond.
const SHARED_BY: usize = 64;

/// How far back missed slots are still done: five frames. Phones buffer no more than that.
const CATCH_UP_SLOTS_MAX: u64 = 100;

/// A millisecond since the epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Slot(u64);

impl Slot {
    /// The slot that is running at `now`.
    pub(crate) const fn at(now: Moment) -> Self {
        Self(now.as_micros() / 1_000)
    }

    /// When it is due.
    pub(crate) const fn due(self) -> Moment {
        Moment::from_micros(self.0 * 1_000)
    }

    /// Its start in ticks of 8 kHz since the epoch; wraps, as RTP time does.
    pub(crate) const fn media_time(self) -> u32 {
        let [a, b, c, d, ..] = self.0.wrapping_mul(8).to_le_bytes();
        u32::from_le_bytes([a, b, c, d])
    }

    const fn place(self) -> usize {
        let [place, ..] = (self.0 % SLOTS as u64).to_le_bytes();
        place as usize
    }
}

/// Which streams, by their place among the sockets, are due in which slot.
#[derive(Debug)]
pub(crate) struct Schedule {
    members: [Vec<usize>; SLOTS as usize],
    next: Slot,
    skipped: u64,
    late: Duration,
}

impl Schedule {
    pub(crate) fn new() -> Self {
        Self {
            members: std::array::from_fn(|_| Vec::new()),
            next: Slot(0),
            skipped: 0,
            late: Duration::ZERO,
        }
    }

    /// Gives a stream the least loaded slot of those that are in use by now; among equals the one that is due first.
    pub(crate) fn admit(&mut self, now: Moment, stream: usize) {
        if self.is_empty() {
            // Nothing was missed while there was nobody.
            self.next = Slot(Slot::at(now).0 + 1);
        }
        let load = |slot: &Slot| self.members(*slot).len();
        let of = |step: u64| self.ahead().filter(move |slot| slot.0.is_multiple_of(step));
        let has_room = |step: &u64| of(*step).any(|slot| load(&slot) < SHARED_BY);
        let step = STEPS.into_iter().find(has_room).unwrap_or(1);
        let least = of(step).min_by_key(load);
        if let Some(members) = least.and_then(|slot| self.members.get_mut(slot.place())) {
            members.push(stream);
        }
    }

    /// Takes a stream out.
    pub(crate) fn dismiss(&mut self, stream: usize) {
        for slot in &mut self.members {
            slot.retain(|&member| member != stream);
        }
    }

    /// The next slot that is due and was not done yet.
    pub(crate) fn pop_due(&mut self, now: Moment) -> Option<Slot> {
        let current = Slot::at(now);
        if self.next > current || self.is_empty() {
            return None;
        }
        let oldest = current.0.saturating_sub(CATCH_UP_SLOTS_MAX);
        if self.next.0 < oldest {
            self.skipped += oldest - self.next.0;
            self.next = Slot(oldest);
        }
        let due = self.next;
        self.next = Slot(due.0 + 1);
        if !self.members(due).is_empty() {
            // Nobody wakes for a slot without a stream.
            self.late = self.late.max(now.since(due.due()));
        }
        Some(due)
    }

    /// The streams of a slot.
    pub(crate) fn members(&self, slot: Slot) -> &[usize] {
        self.members.get(slot.place()).map_or(&[], Vec::as_slice)
    }

    /// When the next slot with a stream in it is due.
    pub(crate) fn next_due(&self) -> Option<Moment> {
        self.ahead().find(|&slot| !self.members(slot).is_empty()).map(Slot::due)
    }

    /// How late the latest slot was done, of those since this was last asked.
    pub(crate) const fn take_late(&mut self) -> Duration {
        std::mem::replace(&mut self.late, Duration::ZERO)
    }

    /// Milliseconds that went by undone because the worker came too late.
    pub(crate) const fn skipped(&self) -> u64 {
        self.skipped
    }

    /// The slots of one frame, from the next one on.
    fn ahead(&self) -> impl Iterator<Item = Slot> + use<> {
        (self.next.0..self.next.0 + u64::from(SLOTS)).map(Slot)
    }

    fn is_empty(&self) -> bool {
        self.members.iter().all(Vec::is_empty)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn millis(millis: u64) -> Moment {
        Moment::ZERO + Duration::from_millis(millis)
    }

    /// Does what is due, and says how late the latest of it was.
    fn late_at(schedule: &mut Schedule, now: Moment) -> Duration {
        while schedule.pop_due(now).is_some() {}
        schedule.take_late()
    }

    #[test]
    fn a_worker_that_wakes_when_a_frame_is_due_is_not_late_however_long_it_slept() {
        let mut schedule = Schedule::new();
        schedule.admit(millis(5), 0);
        for _ in 0..3 {
            let due = schedule.next_due().unwrap();
            assert_eq!(late_at(&mut schedule, due), Duration::ZERO);
        }
    }

    #[test]
    fn few_streams_share_their_wake_ups_and_many_have_all_of_the_frame() {
        // In which of the 20 milliseconds there is somebody, and how many at the most.
        let spread = |streams: usize| {
            let mut schedule = Schedule::new();
            (0..streams).for_each(|stream| schedule.admit(millis(0), stream));
            let loads: Vec<_> = (1..=20).map(|slot| schedule.members(Slot(slot)).len()).collect();
            (loads.iter().filter(|load| **load > 0).count(), loads.into_iter().max())
        };
        assert_eq!(
            [40, 320, 321, 640, 641, 1_400].map(spread),
            [
                (5, Some(8)),
                (5, Some(64)),
                (6, Some(64)),
                (10, Some(64)),
                (11, Some(64)),
                (20, Some(70)),
            ]
        );
    }

    #[test]
    fn the_latest_frame_counts_until_somebody_asks() {
        let mut schedule = Schedule::new();
        schedule.admit(millis(0), 0);
        let due = schedule.next_due().unwrap();
        let late = Duration::from_millis(33);
        // The frame behind it is late by less.
        assert_eq!(late_at(&mut schedule, due + late), late);
        assert_eq!(late_at(&mut schedule, due + late), Duration::ZERO);
    }
}
