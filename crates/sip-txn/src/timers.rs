//! The timers of RFC 3261 §17 and table 4, as RFC 6026 amended them.

use crate::Transport;
use clock::{Duration, Moment};

/// The estimate of a round trip.
pub const T1: Duration = Duration::from_millis(500);
/// The longest pause between two copies of the same message, an INVITE request excepted.
pub const T2: Duration = Duration::from_secs(4);
/// How long a message may linger in the network.
pub const T4: Duration = Duration::from_secs(5);
/// How long one side goes on trying, and the other goes on remembering: timers B, F, H, J, L, M.
pub const TIMEOUT: Duration = Duration::from_secs(32);
/// How long a client remembers an INVITE that was refused, to acknowledge copies of the answer.
pub(crate) const TIMER_D: Duration = Duration::from_secs(32);

/// The pause after which an unreliable transport may have lost a message, or none where nothing
/// can be lost: for timers D, I, J and K, which are zero on reliable transports.
pub(crate) const fn linger(transport: Transport, length: Duration) -> Duration {
    if transport.is_reliable() { Duration::ZERO } else { length }
}

/// When a message goes out again, and how long after that once more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resend {
    /// When the next copy is due.
    pub at: Moment,
    every: Duration,
    every_max: Duration,
}

impl Resend {
    /// First after T1, then doubling without end: timer A.
    #[must_use]
    pub fn doubling(now: Moment) -> Self {
        Self { at: now + T1, every: T1, every_max: TIMEOUT }
    }

    /// First after T1, then doubling up to T2: timers E and G, and the 2xx of §13.3.1.4.
    #[must_use]
    pub fn doubling_to_t2(now: Moment) -> Self {
        Self { at: now + T1, every: T1, every_max: T2 }
    }

    /// Every T2: timer E once a provisional answer has come (§17.1.2.2).
    #[must_use]
    pub fn every_t2(now: Moment) -> Self {
        Self { at: now + T2, every: T2, every_max: T2 }
    }

    /// The plan after a copy went out at `now`.
    #[must_use]
    pub fn next(self, now: Moment) -> Self {
        let every = self.every.saturating_mul(2).min(self.every_max);
        Self { at: now + every, every, ..self }
    }

    /// The plan for `transport`: reliable ones repeat nothing themselves.
    pub(crate) fn over(self, transport: Transport) -> Option<Self> {
        (!transport.is_reliable()).then_some(self)
    }
}

/// The earlier of the next copy and the end.
pub(crate) fn earlier(resend: Option<Resend>, until: Moment) -> Moment {
    resend.map_or(until, |resend| resend.at.min(until))
}
