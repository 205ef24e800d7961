//! Which threads have their turn first, where the system lets us say so.
//!
//! What shares the cores with a thread that sleeps most of the time and is due at once when it wakes keeps it waiting for as
//! long as threads are let run in a row: some milliseconds for each that is before it. Linux has a niceness for each thread
//! (`setpriority(2)`), which whoever starts us allows (`LimitNICE=` of systemd, `RLIMIT_NICE`).

use std::sync::Once;

/// What a thread is for, the first in turn first. Threads that ask for nothing come after them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Precedence {
    /// Sound, which is due each few milliseconds and takes little.
    Sound,
    /// Signalling, which a caller or an agent waits for: before what is written down of it, and before what is shown.
    Calls,
}

impl Precedence {
    /// As little as is enough: below are the threads of the system itself.
    const fn nice(self) -> i32 {
        match self {
            Self::Sound => -11,
            Self::Calls => -6,
        }
    }

    /// Asks for it on behalf of the thread that calls; who may not have it goes on without.
    pub fn take(self) {
        static TOLD: Once = Once::new();
        // On Linux `None` is the thread alone.
        if let Err(error) = rustix::process::setpriority_process(None, self.nice()) {
            TOLD.call_once(|| {
                tracing::info!(%error, "sound and calls have their turn like all else: LimitNICE=-11 lets them go first");
            });
        }
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use std::thread;

    fn nice() -> i32 {
        rustix::process::getpriority_process(None).expect("a thread knows its own")
    }

    #[test]
    fn a_thread_goes_first_alone_or_goes_on_as_it_was() {
        let before = nice();
        let raised = thread::spawn(|| {
            Precedence::Calls.take();
            nice()
        });
        let raised = raised.join().expect("it does not panic");
        assert!(raised == -6 || raised == before, "{raised}");
        assert_eq!(nice(), before, "nobody else's turn has changed");
    }
}
