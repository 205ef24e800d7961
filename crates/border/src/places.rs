//! Places for values that are handed over: all made at the start, so that handing over takes no memory.
//!
//! An allocator may wait for another thread, and so would whoever asks it. A free place is taken from a
//! list and laid back on it (Treiber's stack, as the pile). Here several threads take places one by one,
//! so the head of the list counts the returns: who was held up between reading it and taking the
//! place that it named does not take it for the same list when that place is first again. (The count
//! comes round after 2³² returns, all of which the one thread would have to miss.)
#![expect(
    unsafe_code,
    reason = "a place is written by the thread that has taken it, and read by the reader"
)]
#![expect(clippy::indexing_slicing, reason = "every number of a place was given out here")]

use crate::sync::{AtomicU32, AtomicU64, Ordering, UnsafeCell};
use std::mem::MaybeUninit;

/// The number of a place.
pub(crate) type Place = u32;

/// No place.
pub(crate) const NONE: Place = Place::MAX;

/// The places, and the list of those that are free.
pub(crate) struct Places<T> {
    /// The first free place in the low half, how many have been given back in the high half.
    free: AtomicU64,
    /// What comes after each place in the list or on the pile in which it is.
    next: Box<[AtomicU32]>,
    /// Apart from `next`, so that places which are never used cost no memory.
    values: Box<[UnsafeCell<MaybeUninit<T>>]>,
}

// SAFETY: a value is written by the thread that has taken its place and read by the one that has taken
// the pile; between the two the place is in nobody's hands.
unsafe impl<T: Send> Send for Places<T> {}
// SAFETY: as above.
unsafe impl<T: Send> Sync for Places<T> {}

impl<T> Places<T> {
    /// Makes so many places, all free; never more than 2³² − 1.
    pub(crate) fn new(capacity: usize) -> Self {
        let capacity = Place::try_from(capacity).unwrap_or(NONE);
        let after = |place: Place| if place + 1 < capacity { place + 1 } else { NONE };
        Self {
            free: AtomicU64::new(u64::from(if capacity == 0 { NONE } else { 0 })),
            next: (0..capacity).map(|place| AtomicU32::new(after(place))).collect(),
            values: (0..capacity).map(|_| UnsafeCell::new(MaybeUninit::uninit())).collect(),
        }
    }

    pub(crate) fn capacity(&self) -> usize {
        self.values.len()
    }

    /// Takes a free place and puts `value` there. Tries again only when another thread has just taken one
    /// or given one back.
    ///
    /// # Errors
    /// Gives the value back when no place is free.
    pub(crate) fn fill(&self, value: T) -> Result<Place, T> {
        // Who gave a place back has read it before, and said what comes after it.
        let mut free = self.free.load(Ordering::Acquire);
        let place = loop {
            let (place, returns) = split(free);
            if place == NONE {
                return Err(value);
            }
            let rest = joined(self.after(place), returns);
            match self.free.compare_exchange_weak(free, rest, Ordering::Relaxed, Ordering::Acquire)
            {
                Ok(_) => break place,
                Err(other) => free = other,
            }
        };
        // SAFETY: this thread alone has the place.
        self.values[place as usize].with_mut(|slot| unsafe { (*slot).write(value) });
        Ok(place)
    }

    /// Takes the value out of a place and gives the place back.
    ///
    /// # Safety
    /// The place has been filled, what was written there is seen by this thread, and nobody else empties it.
    pub(crate) unsafe fn empty(&self, place: Place) -> T {
        // SAFETY: as this function's.
        let value = self.values[place as usize].with(|slot| unsafe { (*slot).assume_init_read() });
        let mut free = self.free.load(Ordering::Relaxed);
        loop {
            let (first, returns) = split(free);
            self.put_after(place, first);
            let all = joined(place, returns.wrapping_add(1));
            // Who takes the place sees that it has been read, and what comes after it.
            match self.free.compare_exchange_weak(free, all, Ordering::Release, Ordering::Relaxed) {
                Ok(_) => return value,
                Err(other) => free = other,
            }
        }
    }

    /// What comes after `place`.
    pub(crate) fn after(&self, place: Place) -> Place {
        self.next[place as usize].load(Ordering::Relaxed)
    }

    /// Puts `next` after `place`, which the caller has.
    pub(crate) fn put_after(&self, place: Place, next: Place) {
        self.next[place as usize].store(next, Ordering::Relaxed);
    }
}

/// The first free place, and the count of returns.
#[expect(clippy::cast_possible_truncation, reason = "the halves of a word")]
fn split(free: u64) -> (Place, u32) {
    (free as u32, (free >> 32) as u32)
}

fn joined(place: Place, returns: u32) -> u64 {
    u64::from(returns) << 32 | u64::from(place)
}
