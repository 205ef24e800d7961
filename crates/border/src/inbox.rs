//! Many producers, one reader, a bound, and no waiting on either side but the reader's own sleep.

use crate::bell::Bell;
use crate::pile::Pile;
use crate::sync::{Arc, AtomicUsize, Ordering, thread};
use std::collections::VecDeque;
use std::fmt;
use std::time::Duration;

struct Shared<T> {
    pile: Pile<T>,
    /// Values that are on the pile, in the reader's row, or about to be laid.
    waiting: AtomicUsize,
    capacity: usize,
    bell: Bell,
}

/// Makes an inbox that holds at most `capacity` values, and the first of its senders.
#[must_use]
pub fn inbox<T>(capacity: usize) -> (Sender<T>, Inbox<T>) {
    let shared = Arc::new(Shared {
        pile: Pile::new(),
        waiting: AtomicUsize::new(0),
        capacity,
        bell: Bell::new(),
    });
    (Sender { shared: Arc::clone(&shared) }, Inbox { shared, row: VecDeque::new() })
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
        // The count alone orders nothing: the pile does.
        if self.shared.waiting.fetch_add(1, Ordering::Relaxed) >= self.shared.capacity {
            self.shared.waiting.fetch_sub(1, Ordering::Relaxed);
            return Err(value);
        }
        self.shared.pile.lay(value);
        self.shared.bell.ring();
        Ok(())
    }

    /// How many values wait to be read.
    #[must_use]
    pub fn len(&self) -> usize {
        self.shared.waiting.load(Ordering::Relaxed).min(self.shared.capacity)
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
        write!(f, "Sender({} of {})", self.len(), self.shared.capacity)
    }
}

/// The reader's side: one thread, which sleeps here when nothing waits.
pub struct Inbox<T> {
    shared: Arc<Shared<T>>,
    /// What was taken from the pile, the oldest first.
    row: VecDeque<T>,
}

impl<T> Inbox<T> {
    /// Takes the oldest value, if any waits.
    #[must_use]
    pub fn take(&mut self) -> Option<T> {
        if self.row.is_empty() {
            self.shared.pile.take().for_each(|value| self.row.push_front(value));
        }
        let value = self.row.pop_front()?;
        self.shared.waiting.fetch_sub(1, Ordering::Relaxed);
        Some(value)
    }

    /// Sleeps until a value waits or `longest` is over. May wake early; the thread that calls it
    /// first is the reader for good.
    pub fn wait(&mut self, longest: Duration) {
        self.shared.bell.attend();
        if self.row.is_empty() && self.shared.pile.is_empty() {
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

impl<T> fmt::Debug for Inbox<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let waiting = self.shared.waiting.load(Ordering::Relaxed);
        write!(f, "Inbox({waiting} of {})", self.shared.capacity)
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
