//! `[overload]`: how much load is borne before new calls are refused.

use crate::memory;
use engine::LoadLimits;
use serde::Deserialize;
use std::time::Duration;

/// The table as it is written.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct OverloadSettings {
    /// Milliseconds that a SIP message may wait for the engine.
    message_wait_max_ms: u32,
    /// Milliseconds that sound may be late.
    frames_late_max_ms: u32,
    /// Events that may wait for the ledger.
    unwritten_max: u32,
    /// Mebibytes of memory; 0: four fifths of what there is.
    memory_max_mib: u32,
}

impl Default for OverloadSettings {
    fn default() -> Self {
        Self {
            message_wait_max_ms: 100,
            frames_late_max_ms: 40,
            unwritten_max: 20_000,
            memory_max_mib: 0,
        }
    }
}

/// Nobody is put in a line in which messages have stood for this part of what they may wait.
const LINE: u32 = 2;

impl OverloadSettings {
    /// How long messages that begin something may stand in line until nobody is put behind them.
    pub(crate) fn line_max(&self) -> Duration {
        Duration::from_millis(self.message_wait_max_ms.into()) / LINE
    }

    pub(crate) fn limits(&self) -> LoadLimits {
        let millis = |figure: u32| Duration::from_millis(figure.into());
        LoadLimits {
            message_wait_max: millis(self.message_wait_max_ms),
            frames_late_max: millis(self.frames_late_max_ms),
            unwritten_max: self.unwritten_max as usize,
            memory_max: match self.memory_max_mib {
                0 => memory::there_is().map_or(u64::MAX, |bytes| bytes / 5 * 4),
                mebibytes => u64::from(mebibytes) << 20,
            },
        }
    }
}
