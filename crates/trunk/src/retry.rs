//! How long to wait after something failed (RFC 5626 §4.5): longer each time, and never as long as
//! the others that failed at the same moment.

use clock::Duration;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use sip_msg::{Name, Response};

/// The first wait.
const BASE: Duration = Duration::from_secs(2);

/// Waits grow no longer than this: a carrier that is back shall not be left alone for long.
const MAX: Duration = Duration::from_secs(120);

/// The wait after a no that will most likely stay one: a password that is wrong, a user that is not
/// known. Carriers lock out who asks more often.
pub(crate) const REFUSED: Duration = Duration::from_secs(600);

/// A carrier's own wish is heeded within these bounds.
const RETRY_AFTER_MAX: Duration = Duration::from_secs(3_600);

/// Waits that double.
#[derive(Debug)]
pub(crate) struct Retry {
    random: StdRng,
    failures: u32,
}

impl Retry {
    pub(crate) const fn new(random: StdRng) -> Self {
        Self { random, failures: 0 }
    }

    /// All is well: the next wait is the first one again.
    pub(crate) const fn succeeded(&mut self) {
        self.failures = 0;
    }

    /// The wait after one more failure.
    pub(crate) fn after_failure(&mut self) -> Duration {
        let doublings = self.failures.min(16);
        self.failures = self.failures.saturating_add(1);
        let wait = BASE.saturating_mul(1 << doublings).min(MAX);
        self.spread(wait)
    }

    /// Between half of a length and the whole of it.
    pub(crate) fn spread(&mut self, length: Duration) -> Duration {
        length.mul_f64(self.random.random_range(0.5..1.0))
    }

    pub(crate) fn fork(&mut self) -> StdRng {
        StdRng::from_rng(&mut self.random)
    }
}

/// Retry-After (RFC 3261 §20.33); what stands behind the number is passed over.
pub(crate) fn retry_after(response: &Response) -> Option<Duration> {
    let value = response.headers.get(Name::RetryAfter)?.as_str()?.trim();
    let digits = value.split(|letter: char| !letter.is_ascii_digit()).next()?;
    let wait = Duration::from_secs(digits.parse().ok()?);
    Some(wait.clamp(Duration::from_secs(1), RETRY_AFTER_MAX))
}
