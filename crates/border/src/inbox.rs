//! Many producers, one reader, a bound, and no waiting on either side but the reader's own sleep.

#![expect(unsafe_code, reason = "who has taken the pile empties its places")]

use crate::bell::Bell;
use crate::pile::Pile;
use crate::places::{NONE, Place, Places};
use crate::sync::{Arc, AtomicUsize, Ordering, thread};
use std::fmt;
use std::time::Duration;

struct Shared<T> {
    places: Places<T>,
    pile: Pile,
    /// Values that have been laid and not been read, for who asks how many.
    waiting: AtomicUsize,
    bell: Bell,
}

impl<T> Shared<T> {
    /// Takes the first value of a `row` that was taken from the pile, and leaves the rest.
    fn first(&self, row: &mut Place) -> Option<T> {
        let place = *row;
        if place == NONE {
            return None;
        }
        *row = self.places.after(place);
        // SAFETY: a place comes to a row from the pile alone, which was laid on after it had been filled, and
        // each is taken from there and from the row once.
        Some(unsafe { self.places.empty(place) })
    }

    /// Lets go of what is left of a row.
    fn clear(&self, row: &mut Place) {
        while self.first(row).is_some() {}
    }
}

impl<T> Drop for Shared<T> {
    fn drop(&mut self) {
        let mut row = self.pile.take(&self.places);
        self.clear(&mut row);
    }
}

/// Makes an inbox that holds at most `capacity` values (and never more than 2³² − 1), and the first of
/// its senders. Room for all of them is kept from the start.
#[must_use]
pub fn inbox<T>(capacity: usize) -> (Sender<T>, Inbox<T>) {
    let shared = Arc::new(Shared {
        places: Places::new(capacity),
        pile: Pile::new(),
        waiting: AtomicUsize::new(0),
        bell: Bell::new(),
    });
    (Sender { shared: Arc::clone(&shared) }, Inbox { shared, row: NONE })
}

/// The producers' side. Clones share one inbox.
///
/// A producer that is stopped in the middle holds up neither the reader nor another producer: at
/// worst it keeps one place of the capacity.
pub struct Sender<T> {
    shared: Arc<Shared<T>>,
}

impl<T> Sender<T> {
    /// Hands `value` over and wakes the reader. Values of one thread are read in the order in which it
    /// handed them over.
    ///
    /// # Errors
    /// Gives the value back when the inbox is full.
    pub fn try_send(&self, value: T) -> Result<(), T> {
        let place = self.shared.places.fill(value)?;
        // Before it is laid, so that the count never falls below nothing.
        self.shared.waiting.fetch_add(1, Ordering::Relaxed);
        self.shared.pile.lay(&self.shared.places, place);
        self.shared.bell.ring();
        Ok(())
    }

    /// How many values wait to be read.
    #[must_use]
    pub fn len(&self) -> usize {
        self.shared.waiting.load(Ordering::Relaxed)
    }

    /// Whether nothing waits to be read.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<T> Clone for Sender<T> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared) }
    }
}

impl<T> fmt::Debug for Sender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sender({} of {})", self.len(), self.shared.places.capacity())
    }
}

/// The reader's side: one thread, which sleeps here when nothing waits.
pub struct Inbox<T> {
    shared: Arc<Shared<T>>,
    /// What was taken from the pile, the oldest first.
    row: Place,
}

impl<T> Inbox<T> {
    /// Takes the oldest value, if any waits.
    #[must_use]
    pub fn take(&mut self) -> Option<T> {
        if self.row == NONE {
            self.row = self.shared.pile.take(&self.shared.places);
        }
        let value = self.shared.first(&mut self.row)?;
        self.shared.waiting.fetch_sub(1, Ordering::Relaxed);
        Some(value)
    }

    /// Sleeps until a value waits or `longest` is over. May wake early; the thread that calls it
    /// first is the reader for good.
    pub fn wait(&mut self, longest: Duration) {
        self.shared.bell.attend();
        if self.row == NONE && self.shared.pile.is_empty() {
            sleep(longest);
        }
    }
}

#[cfg(not(loom))]
fn sleep(longest: Duration) {
    thread::park_timeout(longest);
}

/// A model sleeps without end, so that a lost ring shows.
#[cfg(loom)]
fn sleep(_: Duration) {
    thread::park();
}

impl<T> Drop for Inbox<T> {
    fn drop(&mut self) {
        self.shared.clear(&mut self.row);
    }
}

impl<T> fmt::Debug for Inbox<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let waiting = self.shared.waiting.load(Ordering::Relaxed);
        write!(f, "Inbox({waiting} of {})", self.shared.places.capacity())
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn a_full_inbox_gives_the_value_back() {
        let (sender, mut inbox) = inbox(1);
        assert_eq!(sender.try_send(1), Ok(()));
        assert_eq!(sender.try_send(2), Err(2));
        assert_eq!(inbox.take(), Some(1));
        assert_eq!(inbox.take(), None);
    }

    #[test]
    fn a_sleeping_reader_is_woken_and_everything_arrives_in_order() {
        let (sender, mut inbox) = inbox(8);
        let producer = thread::spawn(move || {
            for value in 0..10_000_u32 {
                let mut value = value;
                while let Err(back) = sender.try_send(value) {
                    value = back;
                    thread::yield_now();
                }
            }
        });
        let mut expected = 0;
        while expected < 10_000 {
            match inbox.take() {
                Some(value) => {
                    assert_eq!(value, expected);
                    expected += 1;
                }
                // A lost wake-up would make this test hang, so it sleeps without end.
                None => inbox.wait(Duration::MAX),
            }
        }
        producer.join().unwrap();
    }
}
