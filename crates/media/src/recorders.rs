//! The threads that have to do with recordings on disk, once they were told to end: they end when the disk has let them, which one
//! that hangs never does.

use std::fmt;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// How often a thread that has not ended is looked at again.
const LOOKED_AT_EVERY: Duration = Duration::from_millis(5);

/// Threads that are about to end. Letting go of this waits for none of them.
#[must_use = "recordings are whole when these have finished"]
pub struct Recorders {
    ending: Vec<JoinHandle<()>>,
}

/// A thread is still waiting for the disk, and is left behind.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the disk of recordings has not answered within {within:?}: what is not on it is left to the next start"
)]
pub struct Hung {
    within: Duration,
}

impl Recorders {
    pub(crate) const fn new(ending: Vec<JoinHandle<()>>) -> Self {
        Self { ending }
    }

    /// Waits until all that was recorded is on disk, at most so long.
    ///
    /// # Errors
    /// When the disk takes longer. What was recorded until then is found by the next start, as after a kill.
    pub fn finish(self, within: Duration) -> Result<(), Hung> {
        let until = Instant::now() + within;
        for thread in self.ending {
            while !thread.is_finished() {
                if Instant::now() >= until {
                    return Err(Hung { within });
                }
                thread::sleep(LOOKED_AT_EVERY);
            }
            let name = thread.thread().name().unwrap_or_default().to_owned();
            if thread.join().is_err() {
                tracing::error!(name, "a thread of recordings ended badly");
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Recorders {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Recorders({} threads)", self.ending.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;

    #[test]
    fn a_disk_that_hangs_is_waited_for_no_longer_than_was_said() {
        let within = Duration::from_millis(50);
        let (done, disk) = mpsc::channel::<()>();
        let write = thread::spawn(move || assert!(disk.recv().is_err()));
        let read = thread::spawn(|| {});
        let began = Instant::now();
        assert_eq!(Recorders::new(vec![read, write]).finish(within), Err(Hung { within }));
        assert!(began.elapsed() >= within);
        assert!(began.elapsed() < Duration::from_secs(5));
        drop(done);
    }

    #[test]
    fn a_disk_that_is_slow_is_waited_for() {
        let write = thread::spawn(|| thread::sleep(Duration::from_millis(50)));
        assert_eq!(Recorders::new(vec![write]).finish(Duration::from_secs(60)), Ok(()));
    }
}
