//! Many producers, one reader, a bound, and no waiting on either side but the reader's own sleep.

use crossbeam_queue::ArrayQueue;
use std::fmt;
use std::sync::{Arc, OnceLock};
use std::thread::{self, Thread};
use std::time::Duration;

struct Shared<T> {
    ring: ArrayQueue<T>,
    reader: OnceLock<Thread>,
}

/// Makes an inbox that holds at most `capacity` values, and the first of its senders.
#[must_use]
pub fn inbox<T>(capacity: usize) -> (Sender<T>, Inbox<T>) {
    let shared = Arc::new(Shared { ring: ArrayQueue::new(capacity), reader: OnceLock::new() });
    (Sender { shared: Arc::clone(&shared) }, Inbox { shared })
}

/// The producers' side. Clones share one inbox.
pub struct Sender<T> {
    shared: Arc<Shared<T>>,
}

impl<T> Sender<T> {
    /// Hands `value` over and wakes the reader.
    ///
    /// # Errors
    /// Gives the value back when the inbox is full.
    pub fn try_send(&self, value: T) -> Result<(), T> {
        self.shared.ring.push(value)?;
        if let Some(reader) = self.shared.reader.get() {
            reader.unpark();
        }
        Ok(())
    }

    /// How many values wait to be read.
    #[must_use]
    pub fn len(&self) -> usize {
        self.shared.ring.len()
    }

    /// Whether nothing waits to be read.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.shared.ring.is_empty()
    }
}

impl<T> Clone for Sender<T> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared) }
    }
}

impl<T> fmt::Debug for Sender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sender({} of {})", self.shared.ring.len(), self.shared.ring.capacity())
    }
}

/// The reader's side: one thread, which sleeps here when nothing waits.
pub struct Inbox<T> {
    shared: Arc<Shared<T>>,
}

impl<T> Inbox<T> {
    /// Takes the oldest value, if any waits.
    #[must_use]
    pub fn take(&mut self) -> Option<T> {
        self.shared.ring.pop()
    }

    /// Sleeps until a value waits or `longest` is over. May wake early; the thread that calls it
    /// first is the reader for good.
    pub fn wait(&mut self, longest: Duration) {
        self.shared.reader.get_or_init(thread::current);
        // A value that came before the reader was known has woken nobody.
        if self.shared.ring.is_empty() {
            thread::park_timeout(longest);
        }
    }
}

impl<T> fmt::Debug for Inbox<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Inbox({} of {})", self.shared.ring.len(), self.shared.ring.capacity())
    }
}

#[cfg(test)]
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
