//! Answers to commands that are to outlive the process: each waits for its event to be on disk, for what
//! was said to be done has to be done after a power failure too.

use super::Command;
use ids::TicketId;
use std::collections::BTreeMap;

/// No more answers than this wait for the disk; the next is given at once.
const LATE_MAX: usize = 1_000;

/// Who waits for an answer, by the number of the event.
#[derive(Debug, Default)]
pub(crate) struct LateAnswers(BTreeMap<u64, TicketId>);

impl LateAnswers {
    /// Keeps an answer back until this event is on disk, if there is room.
    pub(super) fn keep_back(&mut self, seq: u64, ticket: TicketId) -> bool {
        let has_room = self.0.len() < LATE_MAX;
        if has_room {
            self.0.insert(seq, ticket);
        }
        has_room
    }

    /// Everything up to `seq` is on disk: who is answered now, with the numbers of their events.
    pub(crate) fn stored(&mut self, seq: u64) -> BTreeMap<u64, TicketId> {
        let later = self.0.split_off(&seq.saturating_add(1));
        std::mem::replace(&mut self.0, later)
    }
}

impl Command {
    /// Whether what it does is there after a restart.
    pub(super) const fn outlives_the_process(&self) -> bool {
        match self {
            Self::Queue(..) | Self::Message(..) => true,
            Self::Agent(..) | Self::Call(..) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_wait_for_their_events_and_past_the_limit_none_is_kept_back() {
        let mut late = LateAnswers::default();
        for seq in (1..).take(LATE_MAX) {
            assert!(late.keep_back(seq, TicketId(seq)));
        }
        assert!(!late.keep_back(5_000, TicketId(5_000)));
        assert_eq!(late.stored(2), BTreeMap::from([(1, TicketId(1)), (2, TicketId(2))]));
        assert!(late.keep_back(5_000, TicketId(5_000)));
        assert_eq!(late.stored(2), BTreeMap::new());
    }
}
