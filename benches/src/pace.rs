//! How often something can be done in a second, and how long the slowest of a hundred times takes.

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

/// How many microseconds `timed` takes at most in ninety-nine of a hundred times; `after` is not timed.
/// It includes two looks at the clock.
pub(crate) fn p99_us<S, T>(
    subject: &mut S,
    mut timed: impl FnMut(&mut S) -> T,
    mut after: impl FnMut(&mut S, T),
) -> f64 {
    let mut took: Vec<Duration> = (0..SAMPLES)
        .map(|_| {
            let start = Instant::now();
            let result = timed(subject);
            let took = start.elapsed();
            after(subject, result);
            took
        })
        .collect();
    took.sort_unstable();
    let at = took.len() * 99 / 100;
    took.get(at).map_or(0.0, |took| took.as_secs_f64() * 1e6)
}
