//! Counts of messages that were not heard: they had no place among those that wait.

use engine::Unheard;
use metrics::{Counter, counter};

/// The counts, found once, so that counting costs no look-up.
pub(crate) struct UnheardCounts {
    refused: Counter,
    ignored: Counter,
    no_room: Counter,
}

impl UnheardCounts {
    pub(crate) fn new() -> Self {
        let of = |why: &'static str| counter!("sip_unheard_total", "why" => why);
        Self {
            refused: of("source_refused"),
            ignored: of("source_ignored"),
            no_room: of("no_room"),
        }
    }

    /// The source of one had said too much.
    pub(crate) fn of_source(&self, unheard: Unheard) {
        match unheard {
            Unheard::Refused => self.refused.increment(1),
            Unheard::Ignored => self.ignored.increment(1),
        }
    }

    /// There were too many that begin something.
    pub(crate) fn without_room(&self) {
        self.no_room.increment(1);
    }
}
