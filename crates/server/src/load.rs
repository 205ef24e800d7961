//! How loaded the server is, as its callers feel it: measured by the engine's thread between two looks.

use crate::memory;
use engine::Load;
use metrics::{Gauge, gauge};
use std::time::Duration;

/// What was measured since the last look.
#[derive(Debug)]
pub(crate) struct Meter {
    message_wait: Duration,
    shown_wait: Gauge,
    shown_late: Gauge,
}

impl Meter {
    /// Nothing has been measured yet.
    pub(crate) fn new() -> Self {
        Self {
            message_wait: Duration::ZERO,
            shown_wait: gauge!("engine_message_wait_seconds"),
            shown_late: gauge!("media_frames_late_seconds"),
        }
    }

    /// A SIP message that has waited for so long is taken.
    pub(crate) fn taken(&mut self, waited: Duration) {
        self.message_wait = self.message_wait.max(waited);
    }

    /// All of it, beside what only others know; measuring begins anew.
    pub(crate) fn look(&mut self, frames_late: Duration, unwritten: usize) -> Load {
        let message_wait = std::mem::take(&mut self.message_wait);
        self.shown_wait.set(message_wait.as_secs_f64());
        self.shown_late.set(frames_late.as_secs_f64());
        Load { message_wait, frames_late, unwritten, memory: memory::in_use() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_wait_counts_until_somebody_looks() {
        let mut meter = Meter::new();
        meter.taken(Duration::from_secs(2));
        meter.taken(Duration::ZERO);
        let load = meter.look(Duration::from_millis(3), 7);
        assert_eq!(load.message_wait, Duration::from_secs(2));
        assert_eq!((load.frames_late, load.unwritten), (Duration::from_millis(3), 7));
        assert_eq!(meter.look(Duration::ZERO, 0).message_wait, Duration::ZERO);
    }
}
