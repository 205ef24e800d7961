//! What waits, in its order, since the next in the chain has no room for it yet.

use std::collections::VecDeque;

/// A line with a limit. What is first in it is handed over first.
#[derive(Debug)]
pub(crate) struct Backlog<T> {
    waiting: VecDeque<T>,
    max: usize,
}

impl<T> Backlog<T> {
    pub(crate) const fn new(max: usize) -> Self {
        Self { waiting: VecDeque::new(), max }
    }

    /// Puts `value` at the end, or gives it back when there is no room.
    pub(crate) fn push(&mut self, value: T) -> Result<(), T> {
        if self.waiting.len() >= self.max {
            return Err(value);
        }
        self.waiting.push_back(value);
        Ok(())
    }

    /// Hands over from the front until `hand` gives something back.
    pub(crate) fn flush(&mut self, mut hand: impl FnMut(T) -> Result<(), T>) {
        while let Some(value) = self.waiting.pop_front() {
            if let Err(value) = hand(value) {
                self.waiting.push_front(value);
                return;
            }
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.waiting.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hands over to somebody who has room for so many.
    fn flush(backlog: &mut Backlog<u32>, room: usize) -> Vec<u32> {
        let mut taken = Vec::new();
        backlog.flush(|value| {
            if taken.len() == room {
                return Err(value);
            }
            taken.push(value);
            Ok(())
        });
        taken
    }

    #[test]
    fn what_waits_keeps_its_order_however_often_it_is_given_back() {
        let mut backlog = Backlog::new(8);
        for value in 1..=5 {
            backlog.push(value).unwrap();
        }
        assert!(flush(&mut backlog, 0).is_empty());
        assert_eq!(flush(&mut backlog, 2), [1, 2]);
        backlog.push(6).unwrap();
        assert_eq!(flush(&mut backlog, 8), [3, 4, 5, 6]);
        assert!(backlog.is_empty());
    }

    #[test]
    fn at_its_limit_it_gives_back_what_comes_and_keeps_what_it_has() {
        let mut backlog = Backlog::new(2);
        assert_eq!([1, 2, 3].map(|value| backlog.push(value)), [Ok(()), Ok(()), Err(3)]);
        assert_eq!(backlog.len(), 2);
        assert_eq!(flush(&mut backlog, 8), [1, 2]);
    }
}
