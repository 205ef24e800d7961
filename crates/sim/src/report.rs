//! What a day came to.

use clock::Duration;
use snapshot::Totals;

/// What a day came to. Equal days have equal reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The seed of the day.
    pub seed: u64,
    /// Things that happened, one after the other.
    pub steps: u64,
    /// How much time passed, on the engine's own line.
    pub length: Duration,
    /// A fingerprint of every line of the transcript.
    pub fingerprint: u64,
    /// What became of the calls.
    pub totals: Totals,
    /// Rings, taken or not.
    pub rings: u64,
    /// Datagrams that the network lost.
    pub lost: u64,
}
