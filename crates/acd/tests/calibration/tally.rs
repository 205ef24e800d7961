//! What was told beside what came.

use clock::Duration;

/// All waits that were told, and those of which nothing was.
#[derive(Default)]
pub(crate) struct Tally {
    /// Bound and wait, in seconds.
    told: Vec<(f64, f64)>,
    silent: u32,
    busy: f64,
    staffed: f64,
}

impl Tally {
    /// This was told, and the wait was that long. Of who gave up in less than the bound nobody knows
    /// how long it would have been; who gave up later was told too little.
    pub(crate) fn told(&mut self, bound: Duration, came: Duration, gave_up: bool) {
        if !gave_up || came > bound {
            self.told.push((bound.as_secs_f64(), came.as_secs_f64()));
        }
    }

    pub(crate) fn silent(&self) -> f64 {
        let told = count(self.told.len());
        100.0 * f64::from(self.silent) / (told + f64::from(self.silent)).max(1.0)
    }

    pub(crate) fn not_told(&mut self) {
        self.silent += 1;
    }

    /// So long agents were busy, of so long that they were there.
    pub(crate) fn worked(&mut self, busy: Duration, staffed: Duration) {
        self.busy += busy.as_secs_f64();
        self.staffed += staffed.as_secs_f64();
    }

    /// How many in a hundred waits were no longer than told.
    pub(crate) fn held(&self) -> f64 {
        self.percent(|bound, came| came <= bound)
    }

    /// How many in a hundred were told nearly: within a minute, or within two fifths.
    pub(crate) fn near(&self) -> f64 {
        self.percent(|bound, came| (bound - came).abs() <= (came * 0.4).max(60.0))
    }

    fn percent(&self, is: impl Fn(f64, f64) -> bool) -> f64 {
        let found = self.told.iter().filter(|(bound, came)| is(*bound, *came)).count();
        100.0 * count(found) / count(self.told.len()).max(1.0)
    }

    pub(crate) fn row(&self, name: &str) -> String {
        let middle = |mut of: Vec<f64>| {
            of.sort_by(f64::total_cmp);
            of.get(of.len() / 2).copied().unwrap_or(0.0)
        };
        let bounds = middle(self.told.iter().map(|(bound, _)| *bound).collect());
        let waits = middle(self.told.iter().map(|(_, came)| *came).collect());
        format!(
            "| {name} | {:.0} % | {} | {:.0} s | {:.0} s | {:.1} % | {:.1} % | {:.1} % |",
            100.0 * self.busy / self.staffed.max(1.0),
            self.told.len(),
            waits,
            bounds,
            self.held(),
            self.near(),
            self.silent(),
        )
    }
}

fn count(number: usize) -> f64 {
    f64::from(u32::try_from(number).unwrap())
}
