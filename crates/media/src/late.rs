//! How late a worker is with its frames, for whoever watches the load.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// The latest that frames of a worker were since somebody looked.
#[derive(Debug, Default)]
pub(crate) struct Late(AtomicU64);

impl Late {
    /// Frames were so late.
    pub(crate) fn was(&self, late: Duration) {
        let micros = u64::try_from(late.as_micros()).unwrap_or(u64::MAX);
        if micros > self.0.load(Ordering::Relaxed) {
            self.0.fetch_max(micros, Ordering::Relaxed);
        }
    }

    /// How late the latest were since this was last asked.
    pub(crate) fn take(&self) -> Duration {
        Duration::from_micros(self.0.swap(0, Ordering::Relaxed))
    }
}
