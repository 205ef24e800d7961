//! Waiting for something to become true, with much time and a name for what is waited for.

use std::thread;
use std::time::{Duration, Instant};

/// How long anything may take. A test that is right never comes near it, even on a busy machine.
pub const LONG: Duration = Duration::from_secs(40);
/// How often is looked.
const LOOK_EVERY: Duration = Duration::from_millis(40);

/// Looks until there is something, and gives it.
///
/// # Panics
/// If there is nothing after [`LONG`], saying what was waited for.
pub fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(seen) = look() {
            return seen;
        }
        assert!(began.elapsed() < LONG, "waited {LONG:?} in vain: {what}");
        thread::sleep(LOOK_EVERY);
    }
}

/// Looks until it is so.
///
/// # Panics
/// As [`until`].
pub fn until_so(what: &str, mut look: impl FnMut() -> bool) {
    until(what, || look().then_some(()));
}
