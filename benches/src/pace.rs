//! How often something can be done in a second, and how long it takes one by one.

use std::time::{Duration, Instant};

const MEASURE: Duration = Duration::from_secs(1);
/// Between two looks at the clock.
const TURNS_AT_ONCE: u32 = 500;

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

/// How often something is looked at one by one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Samples {
    pub(crate) most: usize,
    pub(crate) at_most: Duration,
}

impl Samples {
    /// For figures of one kind of site.
    pub(crate) const MANY: Self = Self { most: 100_000, at_most: Duration::from_secs(2) };
    /// For figures of many kinds of sites.
    pub(crate) const FEW: Self = Self { most: 20_000, at_most: Duration::from_millis(200) };
}

/// How long something takes, one by one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Timing {
    /// How often it could be done in a second, were there nothing in between.
    pub(crate) per_second: f64,
    /// What it takes at most in ninety-nine of a hundred times, in microseconds.
    pub(crate) p99_us: f64,
}

/// Looks at the clock before and after `timed`, which is counted in; `after` is not. What is done may be `many` things at
/// once, each of which has taken its part of the time.
pub(crate) fn timing<S, T>(
    subject: &mut S,
    samples: Samples,
    mut timed: impl FnMut(&mut S) -> T,
    many: impl Fn(&T) -> u32,
    mut after: impl FnMut(&mut S, T),
) -> Timing {
    let (mut took, mut all, mut done) = (Vec::new(), Duration::ZERO, 0.0);
    let begun = Instant::now();
    while took.len() < samples.most && begun.elapsed() < samples.at_most {
        let start = Instant::now();
        let result = timed(subject);
        let lasted = start.elapsed();
        let many = f64::from(many(&result));
        all += lasted;
        done += many;
        took.push(lasted.div_f64(many));
        after(subject, result);
    }
    took.sort_unstable();
    let p99 = took.get(took.len() * 99 / 100).copied().unwrap_or_default();
    Timing { per_second: done / all.as_secs_f64(), p99_us: p99.as_secs_f64() * 1e6 }
}
