//! A value that one thread renews and any thread reads, none waiting for another.
//!
//! The value lies in one of a few slots, and a word says in which. A reader says that it is in the
//! slot, looks whether the word still names it, and copies the pointer; the publisher writes only
//! into a slot that is not named and that nobody is in. So a reader that is stopped keeps one slot
//! from being used again, and nothing else.
#![expect(unsafe_code, reason = "a slot is written by one thread while no other is in it")]

use crate::sync::{Arc, AtomicUsize, Ordering, UnsafeCell, fence};
use std::fmt;

/// So many readers less one may be stopped in the middle of a look, each in another slot, before a
/// new value cannot be shown.
#[cfg(not(loom))]
const SLOTS: usize = 16;
/// Few, so that a model meets the publisher who finds no slot.
#[cfg(loom)]
const SLOTS: usize = 2;

struct Slot<T> {
    /// Readers who are in it.
    readers: AtomicUsize,
    value: UnsafeCell<Option<Arc<T>>>,
}

struct Shared<T> {
    /// The slot of the latest value.
    latest: AtomicUsize,
    slots: [Slot<T>; SLOTS],
}

// SAFETY: a slot's value is written by the one publisher while no reader is in it (see `publish`), and
// otherwise only read.
unsafe impl<T: Send + Sync> Send for Shared<T> {}
// SAFETY: as above.
unsafe impl<T: Send + Sync> Sync for Shared<T> {}

/// Shows a first value; gives the side that renews it and the side that reads it.
#[must_use]
pub fn published<T>(first: T) -> (Publisher<T>, Published<T>) {
    let mut first = Some(Arc::new(first));
    let slots = std::array::from_fn(|_| Slot {
        readers: AtomicUsize::new(0),
        value: UnsafeCell::new(first.take()),
    });
    let shared = Arc::new(Shared { latest: AtomicUsize::new(0), slots });
    (Publisher { shared: Arc::clone(&shared), latest: 0 }, Published { shared })
}

/// The side that renews the value: one thread.
pub struct Publisher<T> {
    shared: Arc<Shared<T>>,
    latest: usize,
}

impl<T> Publisher<T> {
    /// Puts `value` in place of the latest. Readers keep what they have loaded.
    ///
    /// # Errors
    /// Gives the value back when every other slot has a stopped reader in it: the latest stays shown,
    /// and publishing later may succeed.
    pub fn publish(&mut self, value: T) -> Result<(), T> {
        let mut slots = (0..).zip(&self.shared.slots);
        // Who has left a slot has read before: the order in which the slot is written after.
        let free = slots.find(|(number, slot)| {
            *number != self.latest && slot.readers.load(Ordering::Acquire) == 0
        });
        let Some((number, slot)) = free else { return Err(value) };
        let value = Some(Arc::new(value));
        // SAFETY: `latest` does not name this slot, and has not since the fence below, after which
        // nobody was in it. Who enters it now looks at `latest` before looking at the value, and finds
        // another number, or this one after it has been stored again below.
        let before = slot.value.with_mut(|slot| unsafe { std::mem::replace(&mut *slot, value) });
        self.shared.latest.store(number, Ordering::Release);
        self.latest = number;
        // Between naming this slot and looking for readers in others: whoever enters an old slot
        // unseen sees the new number.
        fence(Ordering::SeqCst);
        drop(before);
        Ok(())
    }
}

/// The readers' side. Clones read the same value.
pub struct Published<T> {
    shared: Arc<Shared<T>>,
}

impl<T> Published<T> {
    /// The latest value. Tries again only when a new one has just been published.
    #[must_use]
    pub fn load(&self) -> Arc<T> {
        loop {
            if let Some(value) = self.look() {
                return value;
            }
        }
    }

    fn look(&self) -> Option<Arc<T>> {
        let latest = self.shared.latest.load(Ordering::Acquire);
        let slot = self.shared.slots.get(latest)?;
        slot.readers.fetch_add(1, Ordering::AcqRel);
        // Between entering and looking again; see `publish`.
        fence(Ordering::SeqCst);
        let named = self.shared.latest.load(Ordering::Acquire) == latest;
        let value = if named {
            // SAFETY: the slot is named while this thread is in it, so the publisher does not write
            // into it before this thread has left.
            slot.value.with(|value| unsafe { (*value).clone() })
        } else {
            None
        };
        slot.readers.fetch_sub(1, Ordering::Release);
        value
    }
}

impl<T> Clone for Published<T> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared) }
    }
}

impl<T> fmt::Debug for Publisher<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Publisher").finish_non_exhaustive()
    }
}

impl<T: fmt::Debug> fmt::Debug for Published<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Published").field(&self.load()).finish()
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn a_reader_keeps_what_it_loaded_and_the_next_one_sees_the_new() {
        let (mut publisher, published) = published(1);
        let kept = published.load();
        assert_eq!(publisher.publish(2), Ok(()));
        assert_eq!((*kept, *published.load()), (1, 2));
    }

    #[test]
    fn what_nobody_reads_any_more_is_let_go() {
        let (mut publisher, published) = published(Arc::new(()));
        let first = Arc::downgrade(&published.load());
        for _ in 0..2 {
            assert!(publisher.publish(Arc::new(())).is_ok());
        }
        assert_eq!(first.strong_count(), 0);
    }
}
