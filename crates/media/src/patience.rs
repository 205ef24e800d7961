//! How long a peer may send nothing before its line counts as dead.

use crate::Config;
use crate::hearing::Age;
use std::time::Duration;

/// A peer that has never been heard is given so many times the silence of one that has: some send
/// nothing until they are spoken to, and some probes never do.
const UNHEARD_PATIENCE: u32 = 5;

/// The times that a peer is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Patience {
    /// For one that should send.
    pub(crate) silence_max: Duration,
    /// For one that need not: a phone may die on hold too, and nothing else would end its call.
    pub(crate) hold_max: Duration,
}

impl Patience {
    pub(crate) const fn of(config: &Config) -> Self {
        Self { silence_max: config.silence_max, hold_max: config.hold_max }
    }

    /// With a peer that should send.
    pub(crate) const fn in_silence(self, age: Age) -> Duration {
        match age {
            Age::First => self.silence_max.saturating_mul(UNHEARD_PATIENCE),
            Age::Later => self.silence_max,
        }
    }
}
