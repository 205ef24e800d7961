//! What a day came to.

use clock::Duration;
use snapshot::Totals;
use std::collections::BTreeMap;

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
    /// How often each kind of event was recorded.
    pub seen: BTreeMap<String, u64>,
    /// Datagrams that the network lost.
    pub lost: u64,
}
