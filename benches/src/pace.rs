//! How often something can be done in a second, and how long it takes one by one.

use std::time::{Duration, Instant};

const MEASURE: Duration = Duration::from_secs(1);
/// Between two looks at the clock.
const TURNS_AT_ONCE: u32 = 500;
/// Of the times that are looked at one by one.
const SAMPLES: u32 = 100_000;

/// How often `something` can be done in a second, once it is warm.
pub(crate) fn rate(mut something: impl FnMut()) -> f64 {
    (0..TURNS_AT_ONCE).for_each(|_| something());
    let (start, mut done) = (Instant::now(), 0.0);
    while start.elapsed() < MEASURE {
        (0..TURNS_AT_ONCE).for_each(|_| something());
        done += f64::from(TURNS_AT_ONCE);
    }
    done / start.elapsed().as_secs_f64()
}

/// How long something takes, one by one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Timing {
    /// How often it could be done in a second, were there nothing in between.
    pub(crate) per_second: f64,
    /// What it takes at most in ninety-nine of a hundred times, in microseconds.
    pub(crate) p99_us: f64,
}

/// Looks at the clock before and after `timed`, which is counted in; `after` is not.
pub(crate) fn timing<S, T>(
    subject: &mut S,
    mut timed: impl FnMut(&mut S) -> T,
    mut after: impl FnMut(&mut S, T),
) -> Timing {
    let mut took: Vec<Duration> = (0..SAMPLES)
        .map(|_| {
            let start = Instant::now();
            let result = timed(subject);
            let took = start.elapsed();
            after(subject, result);
            took
        })
        .collect();
    let all: Duration = took.iter().sum();
    took.sort_unstable();
    let p99 = took.get(took.len() * 99 / 100).copied().unwrap_or_default();
    Timing { per_second: f64::from(SAMPLES) / all.as_secs_f64(), p99_us: p99.as_secs_f64() * 1e6 }
}
