//! Sound before all else: where the system lets it, a worker's thread has its turn before whatever takes longer.
//!
//! A worker sleeps most of the time and is due each few milliseconds. What shares the cores with it, signalling of a flood of
//! calls among it, would keep it waiting for as long as such threads are let run in a row.

use std::sync::Once;

/// As little as is enough: below it are those of the system itself.
const NICE: i32 = -11;

/// Asks for it on behalf of the thread that calls; who may not have it goes on without.
pub(crate) fn raise() {
    static TOLD: Once = Once::new();
    // On Linux `None` is the thread alone.
    if let Err(error) = rustix::process::setpriority_process(None, NICE) {
        TOLD.call_once(|| {
            tracing::info!(%error, "sound has its turn like all else: LimitNICE=-11 lets it go first");
        });
    }
}
