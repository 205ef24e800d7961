//! A line of callers that knows the place of each.
//!
//! A sorted list cut into chunks. Joining, leaving and asking for a place look at one chunk and
//! at the lengths of those before it: at 100,000 callers in one line some four hundred additions, which is
//! less than the cache misses of a balanced tree.

use crate::turn::Turn;
use smallvec::SmallVec;
use std::collections::VecDeque;

/// A chunk is cut in two when it has grown to this; early in tests, so that they see it happen.
const CHUNK_MAX: usize = if cfg!(test) { 4 } else { 256 };

/// Callers in the order of their turns. No chunk is empty, and two neighbours never have room in
/// half a chunk, so that there are not many of them.
#[derive(Clone, Debug, Default)]
#[repr(align(64))]
pub(crate) struct Line {
    /// Two lie in the line itself: one read from far memory less where there are many lines, which are short then.
    chunks: SmallVec<[VecDeque<Turn>; 2]>,
    len: usize,
}

impl Line {
    pub(crate) const fn len(&self) -> usize {
        self.len
    }

    /// Whose turn is first.
    pub(crate) fn head(&self) -> Option<&Turn> {
        self.chunks.first()?.front()
    }

    /// The callers from the head on.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Turn> {
        self.chunks.iter().flatten()
    }

    /// Puts a caller where the turn belongs.
    pub(crate) fn insert(&mut self, turn: Turn) {
        self.len += 1;
        let at = self.chunk_for(&turn).min(self.chunks.len().saturating_sub(1));
        let Some(chunk) = self.chunks.get_mut(at) else {
            return self.chunks.push(VecDeque::from([turn]));
        };
        let place = chunk.partition_point(|other| *other < turn);
        if chunk.len() < CHUNK_MAX {
            return chunk.insert(place, turn);
        }
        // Callers mostly join at the end: there a new chunk keeps the old ones full.
        if place == chunk.len() {
            return self.chunks.insert(at + 1, VecDeque::from([turn]));
        }
        let mut back = chunk.split_off(CHUNK_MAX / 2);
        match place.checked_sub(chunk.len()) {
            Some(place) => back.insert(place, turn),
            None => chunk.insert(place, turn),
        }
        self.chunks.insert(at + 1, back);
    }

    /// Takes the first caller out, if there is one, and looks at no other.
    pub(crate) fn pop(&mut self) {
        if let Some(chunk) = self.chunks.first_mut() {
            chunk.pop_front();
            self.has_lost_one(0);
        }
    }

    /// Takes a caller out. Answers whether the caller was there.
    pub(crate) fn remove(&mut self, turn: &Turn) -> bool {
        let at = self.chunk_for(turn);
        let Some(chunk) = self.chunks.get_mut(at) else { return false };
        let Ok(place) = chunk.binary_search(turn) else { return false };
        chunk.remove(place);
        self.has_lost_one(at);
        true
    }

    /// A chunk has become shorter.
    fn has_lost_one(&mut self, at: usize) {
        let Some(chunk) = self.chunks.get(at) else { return };
        self.len -= 1;
        if chunk.is_empty() {
            self.chunks.remove(at);
        }
        self.join_with_next(at);
        self.join_with_next(at.wrapping_sub(1));
    }

    /// How many callers from the head on are ahead, where those who are not come behind all who are.
    pub(crate) fn ahead(&self, is_ahead: impl Fn(&Turn) -> bool) -> usize {
        let at = self.chunks.partition_point(|chunk| chunk.back().is_some_and(&is_ahead));
        let place = self.chunks.get(at).map_or(0, |chunk| chunk.partition_point(&is_ahead));
        self.chunks.iter().take(at).map(VecDeque::len).sum::<usize>() + place
    }

    /// The first chunk that does not end before the turn.
    fn chunk_for(&self, turn: &Turn) -> usize {
        self.chunks.partition_point(|chunk| chunk.back().is_some_and(|last| last < turn))
    }

    /// Chunks that have become short are joined, or patient callers would each keep one alive.
    fn join_with_next(&mut self, at: usize) {
        let length = |at: usize| self.chunks.get(at).map(VecDeque::len);
        let after = at.wrapping_add(1);
        let (Some(here), Some(next)) = (length(at), length(after)) else { return };
        if here + next > CHUNK_MAX / 2 {
            return;
        }
        let next = self.chunks.remove(after);
        self.chunks.get_mut(at).expect("its length was just asked").extend(next);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classes::ClassId;
    use crate::turn::Scale;
    use clock::{Duration, Moment};
    use ids::{CallId, QueueId};
    use proptest::prelude::*;

    #[derive(Clone, Copy, Debug)]
    enum Step {
        Join(u64),
        Leave(usize),
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            3 => (0..1_000u64).prop_map(Step::Join),
            2 => (0..100usize).prop_map(Step::Leave),
        ]
    }

    fn turn(call: u64, second: u64) -> Turn {
        let scale = Scale { ageing: 100, step: Duration::ZERO };
        Turn::new(CallId(call), Moment::from_micros(second), (QueueId(0), ClassId::at(0)), scale)
    }

    /// What the line says, beside a sorted list.
    fn agree(line: &Line, plain: &[Turn]) {
        assert!(line.iter().eq(plain));
        assert_eq!(line.len(), plain.len());
        for (ahead, turn) in plain.iter().enumerate() {
            assert_eq!(line.ahead(|other| other < turn), ahead);
        }
        assert_eq!(line.ahead(|other| *other < turn(0, 2_000)), plain.len());
        let lengths: Vec<_> = line.chunks.iter().map(VecDeque::len).collect();
        assert!(lengths.iter().all(|length| (1..=CHUNK_MAX).contains(length)), "{lengths:?}");
        assert!(lengths.windows(2).all(|two| two[0] + two[1] > CHUNK_MAX / 2), "{lengths:?}");
    }

    proptest! {
        #[test]
        fn a_line_is_a_sorted_list_that_knows_every_place(
            steps in proptest::collection::vec(step(), 0..200),
        ) {
            let (mut line, mut plain, mut last) = (Line::default(), Vec::new(), 0);
            for step in steps {
                match step {
                    Step::Join(second) => {
                        last += 1;
                        line.insert(turn(last, second));
                        plain.push(turn(last, second));
                        plain.sort_unstable();
                    }
                    Step::Leave(0) if !plain.is_empty() => {
                        plain.remove(0);
                        line.pop();
                    }
                    Step::Leave(place) if place < plain.len() => {
                        let gone = plain.remove(place);
                        prop_assert!(line.remove(&gone));
                        prop_assert!(!line.remove(&gone));
                    }
                    Step::Leave(_) => {}
                }
                agree(&line, &plain);
            }
        }
    }
}
