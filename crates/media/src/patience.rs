//! How long a peer may send nothing before its line counts as dead.

use crate::Config;
use std::time::Duration;

/// A peer that does not owe a packet every few milliseconds is given so many times the silence of one that speaks. One that
/// was never heard may send nothing until it is spoken to, and some probes never do. One whose last word was comfort noise says it
/// again every second, or with what its person hears in the background, which may be minutes: RFC 3389 §4 leaves that to it.
const PATIENCE_WITH_THE_QUIET: u32 = 5;

/// What was heard of a peer last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Last {
    Nothing,
    /// Comfort noise: it says nothing for now.
    Noise,
    /// Sound, or a key.
    Sound,
}

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
    pub(crate) const fn in_silence(self, last: Last) -> Duration {
        match last {
            Last::Nothing | Last::Noise => self.silence_max.saturating_mul(PATIENCE_WITH_THE_QUIET),
            Last::Sound => self.silence_max,
        }
    }

    /// With a peer that need not send. Nobody is on hold who was never heard.
    pub(crate) fn on_hold(self, last: Last) -> Duration {
        match last {
            Last::Nothing => self.in_silence(last).min(self.hold_max),
            Last::Noise | Last::Sound => self.hold_max,
        }
    }
}
