//! Answers to commands that are to outlive the process: each waits for its event to be on disk, for what
//! was said to be done has to be done after a power failure too.

use super::Command;
use ids::TicketId;
use std::collections::BTreeMap;

/// No more answers than this wait for the disk. What comes then is refused: nobody is told that something is done
/// which a power failure may undo.
const LATE_MAX: usize = 1_000;

/// Who waits for an answer, by the number of the event.
#[derive(Debug, Default)]
pub(crate) struct LateAnswers(BTreeMap<u64, TicketId>);

impl LateAnswers {
    /// Whether one more may wait.
    pub(super) fn have_room(&self) -> bool {
        self.0.len() < LATE_MAX
    }

    /// Keeps an answer back until this event is on disk.
    pub(super) fn keep_back(&mut self, seq: u64, ticket: TicketId) {
        self.0.insert(seq, ticket);
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
            Self::Queue(..)
            | Self::Message(..)
            | Self::Callback(..)
            | Self::RequestCallback(..) => true,
            Self::Agent(..) | Self::Call(..) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_wait_for_their_events_and_there_is_a_limit() {
        let mut late = LateAnswers::default();
        for seq in (1..).take(LATE_MAX) {
            assert!(late.have_room());
            late.keep_back(seq, TicketId(seq));
        }
        assert!(!late.have_room());
        assert_eq!(late.stored(2), BTreeMap::from([(1, TicketId(1)), (2, TicketId(2))]));
        assert!(late.have_room());
        assert_eq!(late.stored(2), BTreeMap::new());
    }
}
