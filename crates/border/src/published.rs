//! A value that one thread renews and any thread reads, none waiting for another.

use arc_swap::ArcSwap;
use std::fmt;
use std::sync::Arc;

/// The latest of a line of values.
pub struct Published<T> {
    latest: ArcSwap<T>,
}

impl<T> Published<T> {
    /// Publishes a first value.
    #[must_use]
    pub fn new(first: T) -> Self {
        Self { latest: ArcSwap::from_pointee(first) }
    }

    /// Puts `value` in place of the latest. Readers keep what they have loaded.
    pub fn store(&self, value: T) {
        self.latest.store(Arc::new(value));
    }

    /// The latest value.
    #[must_use]
    pub fn load(&self) -> Arc<T> {
        self.latest.load_full()
    }
}

impl<T: fmt::Debug> fmt::Debug for Published<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Published").field(&self.load()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_keeps_what_it_loaded_and_the_next_one_sees_the_new() {
        let published = Published::new(1);
        let kept = published.load();
        published.store(2);
        assert_eq!((*kept, *published.load()), (1, 2));
    }
}
