//! What waits for the engine, in two lines: what belongs to something that is on goes first.
//!
//! The line of those that go later is not left to itself: who has waited in it for a while is taken by turns with the others, however
//! many of those there are, so that a caller who is to be refused is told so in good time.

use engine::Turn;
use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// As many wait in the first line; more are left in the inbox, which has a limit of its own.
const FIRST_MAX: usize = 1_024;

/// As many wait in the second one: some seconds of a flood of which each is refused.
const LATER_MAX: usize = 8_192;

/// Who has waited for so long is taken by turns with those that go first.
const OLD: Duration = Duration::from_millis(10);

/// The two lines.
#[derive(Debug)]
pub(crate) struct Lines<T> {
    first: VecDeque<T>,
    /// With the time at which each came.
    later: VecDeque<(Instant, T)>,
    /// Whose turn it was last.
    last: Turn,
}

impl<T> Lines<T> {
    pub(crate) const fn new() -> Self {
        Self { first: VecDeque::new(), later: VecDeque::new(), last: Turn::First }
    }

    /// Whether one more may be put in line.
    pub(crate) fn have_room(&self) -> bool {
        self.first.len() < FIRST_MAX
    }

    pub(crate) fn are_empty(&self) -> bool {
        self.first.is_empty() && self.later.is_empty()
    }

    /// Puts something in the first line.
    pub(crate) fn push_first(&mut self, value: T) {
        self.first.push_back(value);
    }

    /// Puts something in the second line that came at `came`, or gives it back when there is no room.
    pub(crate) fn push_later(&mut self, came: Instant, value: T) -> Result<(), T> {
        if self.later.len() >= LATER_MAX {
            return Err(value);
        }
        self.later.push_back((came, value));
        Ok(())
    }

    /// Has those of the second line go first that `are_meant`, behind all that do so already.
    pub(crate) fn hurry(&mut self, are_meant: impl Fn(&T) -> bool) {
        let later = std::mem::take(&mut self.later).into_iter();
        let (meant, others): (VecDeque<_>, VecDeque<_>) = later.partition(|(_, it)| are_meant(it));
        self.first.extend(meant.into_iter().map(|(_, value)| value));
        self.later = others;
    }

    /// Takes what is next, and says of which line it is.
    pub(crate) fn take(&mut self, now: Instant) -> Option<(Turn, T)> {
        let came = self.later.front().map(|(came, _)| *came);
        let is_old = came.is_some_and(|came| now.saturating_duration_since(came) >= OLD);
        let is_laters = self.first.is_empty() || (is_old && self.last == Turn::First);
        self.last = if is_laters { Turn::Later } else { Turn::First };
        let value = match self.last {
            Turn::First => self.first.pop_front(),
            Turn::Later => self.later.pop_front().map(|(_, value)| value),
        };
        value.map(|value| (self.last, value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(lines: &mut Lines<&'static str>, now: Instant) -> Vec<&'static str> {
        std::iter::from_fn(|| lines.take(now)).map(|(_, value)| value).collect()
    }

    #[test]
    fn what_goes_first_goes_first_and_each_line_keeps_its_order() {
        let (mut lines, now) = (Lines::new(), Instant::now());
        lines.push_later(now, "invite 1").unwrap();
        lines.push_first("bye 1");
        lines.push_later(now, "invite 2").unwrap();
        lines.push_first("bye 2");
        assert_eq!(all(&mut lines, now), ["bye 1", "bye 2", "invite 1", "invite 2"]);
        assert!(lines.are_empty());
    }

    #[test]
    fn who_has_waited_for_a_while_is_taken_by_turns_with_those_that_go_first() {
        let (mut lines, now) = (Lines::new(), Instant::now());
        ["bye 1", "bye 2", "bye 3"].into_iter().for_each(|bye| lines.push_first(bye));
        lines.push_later(now, "invite 1").unwrap();
        lines.push_later(now, "invite 2").unwrap();
        lines.push_later(now + OLD, "invite 3").unwrap();
        let taken = all(&mut lines, now + OLD);
        assert_eq!(taken, ["invite 1", "bye 1", "invite 2", "bye 2", "bye 3", "invite 3"]);
    }

    #[test]
    fn those_that_are_hurried_keep_their_order_and_so_do_the_others() {
        let (mut lines, now) = (Lines::new(), Instant::now());
        for value in ["a 1", "b 1", "a 2", "b 2"] {
            lines.push_later(now, value).unwrap();
        }
        lines.push_first("bye");
        lines.hurry(|value| value.starts_with('b'));
        lines.push_first("b is gone");
        assert_eq!(all(&mut lines, now), ["bye", "b 1", "b 2", "b is gone", "a 1", "a 2"]);
    }

    #[test]
    fn both_lines_have_their_limit() {
        let (mut lines, now) = (Lines::new(), Instant::now());
        (0..LATER_MAX).for_each(|_| lines.push_later(now, "invite").unwrap());
        assert_eq!(lines.push_later(now, "one more"), Err("one more"));
        (0..FIRST_MAX - 1).for_each(|_| lines.push_first("bye"));
        assert!(lines.have_room());
        lines.push_first("bye");
        assert!(!lines.have_room());
    }
}
