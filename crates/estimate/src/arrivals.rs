//! How fast calls come.

use clock::{Duration, Moment};

/// What is looked back on: so many spans, and the one that is not over yet.
const SPANS: u64 = 6;
const SPAN: Duration = Duration::from_secs(300);

/// Calls that came in the last half hour.
#[derive(Clone, Debug)]
pub struct Arrivals {
    /// The number of the span that is on.
    span: u64,
    /// Calls by span, the one that is on last.
    calls: [u32; 7],
    since: Moment,
}

impl Arrivals {
    /// Nobody has come yet; looked out for from `since` on.
    #[must_use]
    pub fn new(since: Moment) -> Self {
        Self { span: span_of(since), calls: [0; 7], since }
    }

    /// A call comes.
    pub fn note(&mut self, now: Moment) {
        let passed = span_of(now).saturating_sub(self.span).min(SPANS + 1);
        for _ in 0..passed {
            self.calls.rotate_left(1);
            let [.., last] = &mut self.calls;
            *last = 0;
        }
        self.span = self.span.max(span_of(now));
        let [.., last] = &mut self.calls;
        *last = last.saturating_add(1);
    }

    /// Calls a second.
    #[must_use]
    pub fn rate(&self, now: Moment) -> f64 {
        let passed = span_of(now).saturating_sub(self.span).min(SPANS + 1);
        let kept = self.calls.iter().skip(usize::try_from(passed).unwrap_or(usize::MAX));
        let calls: u32 = kept.fold(0, |sum, calls| sum.saturating_add(*calls));
        let begins = span_of(now).saturating_sub(SPANS).saturating_mul(micros(SPAN));
        let begins = self.since.max(Moment::from_micros(begins));
        // In the first minute one call is no stream.
        let length = now.since(begins).max(Duration::from_secs(60));
        f64::from(calls) / length.as_secs_f64()
    }
}

fn span_of(moment: Moment) -> u64 {
    moment.as_micros() / micros(SPAN)
}

fn micros(length: Duration) -> u64 {
    u64::try_from(length.as_micros()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: u64) -> Moment {
        Moment::from_micros(second * 1_000_000)
    }

    #[test]
    fn the_pace_is_that_of_the_last_half_hour() {
        let mut arrivals = Arrivals::new(at(0));
        for call in 0..360 {
            arrivals.note(at(call * 10));
        }
        assert!((arrivals.rate(at(3_600)) - 0.1).abs() < 0.01);
        for call in 0..360 {
            arrivals.note(at(3_600 + call * 5));
        }
        assert!((arrivals.rate(at(5_400)) - 0.2).abs() < 0.01);
    }

    #[test]
    fn who_stops_coming_is_forgotten() {
        let mut arrivals = Arrivals::new(at(0));
        arrivals.note(at(10));
        assert!(arrivals.rate(at(20)) > 0.0);
        assert!(arrivals.rate(at(2_000)) < 0.001);
        assert!(arrivals.rate(at(9_000)) <= 0.0);
    }
}
