//! How long to wait between attempts to write, and how often to speak of it.

use std::time::{Duration, Instant};

/// The first wait; each further one is twice as long.
const FIRST: Duration = Duration::from_millis(50);
/// No wait is longer: once there is room again, the events shall be on disk soon.
const LONGEST: Duration = Duration::from_secs(1);
/// A trouble that lasts is spoken of this often.
const SPEAK_EVERY: Duration = Duration::from_secs(60);

/// The wait before the next attempt.
#[derive(Debug)]
pub(crate) struct Backoff(Duration);

impl Backoff {
    pub(crate) const fn new() -> Self {
        Self(FIRST)
    }

    /// The wait that is due now.
    pub(crate) fn next(&mut self) -> Duration {
        let wait = self.0;
        self.0 = (wait * 2).min(LONGEST);
        wait
    }
}

/// Lets one line through each minute, so that a full disk is not filled by the log as well.
#[derive(Debug, Default)]
pub(crate) struct Patience {
    spoken: Option<Instant>,
}

impl Patience {
    /// Whether a line may be logged at `now`.
    pub(crate) fn may_speak(&mut self, now: Instant) -> bool {
        let due = self.spoken.is_none_or(|spoken| now.duration_since(spoken) >= SPEAK_EVERY);
        if due {
            self.spoken = Some(now);
        }
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_longest() {
        let mut backoff = Backoff::new();
        let waits: Vec<_> = (0..7).map(|_| backoff.next().as_millis()).collect();
        assert_eq!(waits, [50, 100, 200, 400, 800, 1000, 1000]);
    }

    #[test]
    fn a_lasting_trouble_is_told_once_a_minute() {
        let (mut patience, start) = (Patience::default(), Instant::now());
        assert!(patience.may_speak(start));
        assert!(!patience.may_speak(start + Duration::from_secs(59)));
        assert!(patience.may_speak(start + Duration::from_secs(60)));
        assert!(!patience.may_speak(start + Duration::from_secs(61)));
    }
}
