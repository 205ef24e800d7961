//! What was told beside what came, and how busy the agents were.

use clock::Duration;
use estimate::{Calibration, Came};

/// All waits that were told, and the work of the agents.
#[derive(Default)]
pub(crate) struct Tally {
    pub(crate) waits: Calibration,
    busy: f64,
    staffed: f64,
}

impl Tally {
    /// This was told, and the wait was that long.
    pub(crate) fn told(&mut self, bound: Option<Duration>, came: Duration, gave_up: bool) {
        let came = if gave_up { Came::GaveUp(came) } else { Came::Served(came) };
        self.waits.told(bound, came);
    }

    /// So long agents were busy, of so long that they were there.
    pub(crate) fn worked(&mut self, busy: Duration, staffed: Duration) {
        self.busy += busy.as_secs_f64();
        self.staffed += staffed.as_secs_f64();
    }

    /// How many of a hundred seconds agents were busy.
    pub(crate) fn occupancy(&self) -> f64 {
        100.0 * self.busy / self.staffed.max(1.0)
    }

    pub(crate) fn row(&self, name: &str) -> String {
        let cells = self.waits.cells().join(" | ");
        format!("| {name} | {:.1} % | {cells} |", self.occupancy())
    }
}
