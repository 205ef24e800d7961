//! What a queue is like, as its calls have shown.

use crate::{AgedMean, Talks};
use clock::Duration;

/// What a queue is like.
#[derive(Clone, Debug)]
pub struct Habits {
    /// How long its talks last.
    pub talks: Talks,
    /// How long the after-call work behind them lasts.
    pub wrap_up: AgedMean,
    /// How long a phone rings until agent and caller hear each other.
    pub pick_up: AgedMean,
    impatience: Impatience,
}

/// Callers who gave up, and the seconds that all have waited.
#[derive(Clone, Copy, Debug, Default)]
struct Impatience {
    left: f64,
    waited: f64,
}

impl Habits {
    /// What is left of the past when the next caller has waited.
    const FADE: f64 = 0.995;
    /// Phones ring so long, before it is known.
    const PICK_UP: Duration = Duration::from_secs(5);

    /// What can be said before the first call: the operator's word for a talk, if there is one, and
    /// the after-call work that is set.
    #[must_use]
    pub fn new(expected_talk: Option<Duration>, wrap_up: Duration) -> Self {
        Self {
            talks: Talks::new(expected_talk),
            wrap_up: AgedMean::of(wrap_up, 5.0),
            pick_up: AgedMean::of(Self::PICK_UP, 5.0),
            impatience: Impatience::default(),
        }
    }

    /// A caller has waited so long and was served.
    pub fn served(&mut self, waited: Duration) {
        self.waited(waited, 0.0);
    }

    /// A caller has waited so long and gave up.
    pub fn gave_up(&mut self, waited: Duration) {
        self.waited(waited, 1.0);
    }

    fn waited(&mut self, waited: Duration, left: f64) {
        let before = self.impatience;
        self.impatience = Impatience {
            left: before.left * Self::FADE + left,
            waited: before.waited * Self::FADE + waited.as_secs_f64(),
        };
    }

    /// How many of the waiting give up a second.
    #[must_use]
    pub fn impatience(&self) -> f64 {
        // An hour of waiting that nobody left, so that one caller's haste is no rule.
        self.impatience.left / (self.impatience.waited + 3_600.0)
    }

    /// How long an agent has to do with a call, in seconds: from the first ring until free again.
    #[must_use]
    pub fn handling(&self) -> f64 {
        self.pick_up.seconds() + self.talks.mean() + self.wrap_up.seconds()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn impatience_is_leavers_over_time_waited() {
        let mut habits = Habits::new(None, Duration::ZERO);
        for caller in 0..2_000 {
            let waited = Duration::from_secs(60);
            if caller % 10 == 0 { habits.gave_up(waited) } else { habits.served(waited) }
        }
        // One in ten leaves in sixty seconds: one in six hundred a second.
        assert!((habits.impatience() * 600.0 - 1.0).abs() < 0.4, "{}", habits.impatience());
    }

    #[test]
    fn a_call_costs_an_agent_its_ring_its_talk_and_its_after_call_work() {
        let habits = Habits::new(Some(Duration::from_secs(200)), Duration::from_secs(20));
        assert!((habits.handling() - 225.0).abs() < 1e-6);
    }
}
