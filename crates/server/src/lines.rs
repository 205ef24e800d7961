//! What waits for the engine, in two lines: what belongs to something that is on goes first.
//!
//! The line of those that go later is not left to itself: who has waited in it for a while is taken by turns with the others, however
//! many of those there are, so that a caller who is to be refused is told so in good time.
//!
//! What came over a connection is heard before it is heard that the connection is gone. So the end of one whose messages stand in the second
//! line waits for the last of them: it hurries nobody, or whoever hangs up his connections would go before those who talk. To know it,
//! the messages of each are counted, for strangers may close connections as often as they like, and none of these is a reason
//! to go over the line.

use engine::Turn;
use ids::FlowId;
use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};

/// Who has waited for so long is taken by turns with those that go first.
const OLD: Duration = Duration::from_millis(10);

/// The two lines.
#[derive(Debug)]
pub(crate) struct Lines<T> {
    first: VecDeque<T>,
    later: VecDeque<Later<T>>,
    /// How much room they have.
    room: Room,
    /// What the second line has of each flow.
    of_flow: BTreeMap<FlowId, OfFlow<T>>,
    /// Whose turn it was last.
    last: Turn,
}

/// How much room there is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Room {
    /// For so many in the first line; more are left in the inbox, which has a limit of its own. There is room for whatever comes in a
    /// flood: who is to be refused is known as such only when taken out of the inbox.
    pub(crate) first: usize,
    /// For so many in the second one.
    pub(crate) later: usize,
    /// Nobody is put behind one who has stood in it for so long: to send one away at once costs a small part of what it costs to take one
    /// up and refuse it, so who is to be refused is told in good time however many come.
    pub(crate) longest: Duration,
}

/// One of the second line.
#[derive(Debug)]
struct Later<T> {
    came: Instant,
    /// When it was put in line. While the machine paused there was no line.
    stands_since: Instant,
    flow: FlowId,
    value: T,
}

/// What waits in the second line and came over one flow.
#[derive(Debug)]
struct OfFlow<T> {
    /// So many; never none.
    waiting: usize,
    /// What is told once the last of these is taken.
    end: Option<T>,
}

impl<T> Lines<T> {
    /// Two lines with so much room.
    pub(crate) const fn new(room: Room) -> Self {
        Self {
            first: VecDeque::new(),
            later: VecDeque::new(),
            room,
            of_flow: BTreeMap::new(),
            last: Turn::First,
        }
    }

    /// Whether one more may be put in line.
    pub(crate) fn have_room(&self) -> bool {
        self.first.len() < self.room.first
    }

    pub(crate) fn are_empty(&self) -> bool {
        self.first.is_empty() && self.later.is_empty()
    }

    /// Puts something in the first line.
    pub(crate) fn push_first(&mut self, value: T) {
        self.first.push_back(value);
    }

    /// Puts something in the second line that came at `came` over this flow, or gives it back when there is no room.
    pub(crate) fn push_later(
        &mut self,
        now: Instant,
        (came, flow): (Instant, FlowId),
        value: T,
    ) -> Result<(), T> {
        if !self.has_room_later(now) {
            return Err(value);
        }
        self.of_flow.entry(flow).or_insert(OfFlow { waiting: 0, end: None }).waiting += 1;
        self.later.push_back(Later { came, stands_since: now, flow, value });
        Ok(())
    }

    fn has_room_later(&self, now: Instant) -> bool {
        let Room { later: most, longest, .. } = self.room;
        let stands = |first: &Later<T>| now.saturating_duration_since(first.stands_since);
        self.later.len() < most && self.later.front().is_none_or(|first| stands(first) < longest)
    }

    /// Puts the end of a flow in the first line, but not before what came over it has been taken.
    pub(crate) fn push_end(&mut self, flow: FlowId, value: T) {
        match self.of_flow.get_mut(&flow) {
            // A flow ends once; that somebody was to be told something over one that is gone says the same again.
            Some(of_flow) => of_flow.end = Some(value),
            None => self.first.push_back(value),
        }
    }

    /// Takes what is next, and says of which line it is.
    pub(crate) fn take(&mut self, now: Instant) -> Option<(Turn, T)> {
        let came = self.later.front().map(|later| later.came);
        let is_old = came.is_some_and(|came| now.saturating_duration_since(came) >= OLD);
        let is_laters = self.first.is_empty() || (is_old && self.last == Turn::First);
        self.last = if is_laters { Turn::Later } else { Turn::First };
        let value = match self.last {
            Turn::First => self.first.pop_front(),
            Turn::Later => self.take_later(),
        };
        value.map(|value| (self.last, value))
    }

    fn take_later(&mut self) -> Option<T> {
        let Later { flow, value, .. } = self.later.pop_front()?;
        if let Some(of_flow) = self.of_flow.get_mut(&flow) {
            of_flow.waiting -= 1;
            if of_flow.waiting == 0 {
                let end = self.of_flow.remove(&flow).and_then(|of_flow| of_flow.end);
                self.first.extend(end);
            }
        }
        Some(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FLOW: FlowId = FlowId(1);
    const FIRST_MAX: usize = 1_000;
    const LATER_MAX: usize = 100;
    const LONGEST: Duration = Duration::from_millis(50);
    const ROOM: Room = Room { first: FIRST_MAX, later: LATER_MAX, longest: LONGEST };

    fn all(lines: &mut Lines<&'static str>, now: Instant) -> Vec<&'static str> {
        std::iter::from_fn(|| lines.take(now)).map(|(_, value)| value).collect()
    }

    #[test]
    fn what_goes_first_goes_first_and_each_line_keeps_its_order() {
        let (mut lines, now) = (Lines::new(ROOM), Instant::now());
        lines.push_later(now, (now, FLOW), "invite 1").unwrap();
        lines.push_first("bye 1");
        lines.push_later(now, (now, FLOW), "invite 2").unwrap();
        lines.push_first("bye 2");
        assert_eq!(all(&mut lines, now), ["bye 1", "bye 2", "invite 1", "invite 2"]);
        assert!(lines.are_empty());
    }

    #[test]
    fn who_has_waited_for_a_while_is_taken_by_turns_with_those_that_go_first() {
        let (mut lines, now) = (Lines::new(ROOM), Instant::now());
        ["bye 1", "bye 2", "bye 3"].into_iter().for_each(|bye| lines.push_first(bye));
        lines.push_later(now, (now, FLOW), "invite 1").unwrap();
        lines.push_later(now, (now, FLOW), "invite 2").unwrap();
        lines.push_later(now + OLD, (now + OLD, FLOW), "invite 3").unwrap();
        let taken = all(&mut lines, now + OLD);
        assert_eq!(taken, ["invite 1", "bye 1", "invite 2", "bye 2", "bye 3", "invite 3"]);
    }

    #[test]
    fn the_end_of_a_connection_waits_for_what_came_over_it_and_hurries_nothing() {
        let (mut lines, now) = (Lines::new(ROOM), Instant::now());
        for (flow, value) in [(7, "a 1"), (8, "b 1"), (7, "a 2"), (8, "b 2")] {
            lines.push_later(now, (now, FlowId(flow)), value).unwrap();
        }
        lines.push_first("bye 1");
        lines.push_end(FlowId(9), "c is gone");
        lines.push_end(FlowId(7), "a is gone");
        lines.push_end(FlowId(8), "b is gone");
        lines.push_first("bye 2");
        let told =
            ["bye 1", "c is gone", "bye 2", "a 1", "b 1", "a 2", "a is gone", "b 2", "b is gone"];
        assert_eq!(all(&mut lines, now), told);
        assert!(lines.are_empty() && lines.of_flow.is_empty());
    }

    #[test]
    fn an_end_that_is_told_twice_is_one_and_is_not_forgotten_where_the_line_is_full() {
        let (mut lines, now) = (Lines::new(ROOM), Instant::now());
        (0..LATER_MAX).for_each(|_| lines.push_later(now, (now, FLOW), "invite").unwrap());
        lines.push_end(FLOW, "is gone");
        lines.push_end(FLOW, "is gone");
        let taken = all(&mut lines, now);
        assert_eq!((taken.len(), taken.last()), (LATER_MAX + 1, Some(&"is gone")));
    }

    #[test]
    fn nobody_is_put_behind_one_who_has_stood_in_line_for_too_long() {
        let (mut lines, now) = (Lines::new(ROOM), Instant::now());
        let put = |lines: &mut Lines<_>, at, value| lines.push_later(at, (now, FLOW), value);
        // The machine has paused: both came long ago, and stand in line from now on.
        let woken = now + 9 * LONGEST;
        put(&mut lines, woken, "invite 1").unwrap();
        put(&mut lines, woken + LONGEST / 2, "invite 2").unwrap();
        assert_eq!(put(&mut lines, woken + LONGEST, "invite 3"), Err("invite 3"));
        assert_eq!(lines.take(woken + LONGEST), Some((Turn::Later, "invite 1")));
        put(&mut lines, woken + LONGEST, "invite 4").unwrap();
        assert_eq!(all(&mut lines, woken + LONGEST), ["invite 2", "invite 4"]);
    }

    #[test]
    fn both_lines_have_their_limit() {
        let (mut lines, now) = (Lines::new(ROOM), Instant::now());
        (0..LATER_MAX).for_each(|_| lines.push_later(now, (now, FLOW), "invite").unwrap());
        assert_eq!(lines.push_later(now, (now, FLOW), "one more"), Err("one more"));
        (0..FIRST_MAX - 1).for_each(|_| lines.push_first("bye"));
        assert!(lines.have_room());
        lines.push_first("bye");
        assert!(!lines.have_room());
    }
}
