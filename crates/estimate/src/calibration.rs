//! Whether what was said of waits was true: what was said, laid beside what came.

use clock::Duration;

/// How a wait ended of which something had been said, counted from the moment when it was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Came {
    /// An agent answered after so long.
    Served(Duration),
    /// The caller gave up after so long.
    GaveUp(Duration),
    /// It was ended by something else, or goes on: nobody knows how long it would have been.
    Unknown,
}

/// All that was said, and what came.
#[derive(Clone, Debug, Default)]
pub struct Calibration {
    /// Bound and wait in seconds, where both are known.
    known: Vec<(f64, f64)>,
    told: u32,
    silent: u32,
}

impl Calibration {
    /// What [`Calibration::cells`] are, for the head of a table.
    pub const HEADINGS: [&str; 7] =
        ["told", "known", "middle wait", "middle bound", "held", "near", "said nothing"];

    /// A wait was said to be no longer than `bound`, or to have none; this came.
    ///
    /// Of who gave up in less than the bound nobody knows how long it would have been; who gave up
    /// later was told too little.
    pub fn told(&mut self, bound: Option<Duration>, came: Came) {
        self.told += 1;
        let Some(bound) = bound else { return };
        let came = match came {
            Came::Served(after) => Some(after),
            Came::GaveUp(after) => Some(after).filter(|after| *after > bound),
            Came::Unknown => None,
        };
        self.known.extend(came.map(|came| (bound.as_secs_f64(), came.as_secs_f64())));
    }

    /// Nothing was said, though it was asked.
    pub const fn untold(&mut self) {
        self.silent += 1;
    }

    /// How many times a wait was told.
    #[must_use]
    pub const fn times_told(&self) -> u32 {
        self.told
    }

    /// How many of those had a bound beside which a wait can be laid.
    #[must_use]
    pub const fn known(&self) -> usize {
        self.known.len()
    }

    /// How many in a hundred waits were no longer than told; none while none is known.
    #[must_use]
    pub fn held(&self) -> Option<f64> {
        self.percent(|bound, came| came <= bound)
    }

    /// How many in a hundred were told nearly: within a minute, or within two fifths of the wait; none
    /// while none is known.
    #[must_use]
    pub fn near(&self) -> Option<f64> {
        self.percent(|bound, came| (bound - came).abs() <= (came * 0.4).max(60.0))
    }

    /// How many in a hundred times nothing was said; none while nothing was asked.
    #[must_use]
    pub fn silent(&self) -> Option<f64> {
        let asked = f64::from(self.told) + f64::from(self.silent);
        (asked > 0.0).then(|| 100.0 * f64::from(self.silent) / asked)
    }

    /// The middle one of the waits that are known, in seconds.
    #[must_use]
    pub fn middle_wait(&self) -> Option<f64> {
        middle(self.known.iter().map(|(_, came)| *came))
    }

    /// The middle one of the bounds of those, in seconds.
    #[must_use]
    pub fn middle_bound(&self) -> Option<f64> {
        middle(self.known.iter().map(|(bound, _)| *bound))
    }

    fn percent(&self, is: impl Fn(f64, f64) -> bool) -> Option<f64> {
        let found = self.known.iter().filter(|(bound, came)| is(*bound, *came)).count();
        (!self.known.is_empty()).then(|| 100.0 * number(found) / number(self.known.len()))
    }

    /// The cells of a row of a table, under [`Calibration::HEADINGS`].
    #[must_use]
    pub fn cells(&self) -> [String; 7] {
        let in_seconds =
            |of: Option<f64>| of.map_or_else(|| "–".to_owned(), |of| format!("{of:.0} s"));
        let percent =
            |of: Option<f64>| of.map_or_else(|| "–".to_owned(), |of| format!("{of:.1} %"));
        [
            self.told.to_string(),
            self.known.len().to_string(),
            in_seconds(self.middle_wait()),
            in_seconds(self.middle_bound()),
            percent(self.held()),
            percent(self.near()),
            percent(self.silent()),
        ]
    }
}

fn middle(of: impl Iterator<Item = f64>) -> Option<f64> {
    let mut sorted: Vec<f64> = of.collect();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied()
}

fn number(of: usize) -> f64 {
    f64::from(u32::try_from(of).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn seconds(length: u64) -> Duration {
        Duration::from_secs(length)
    }

    #[test]
    fn nothing_said_is_neither_right_nor_wrong() {
        let nothing = Calibration::default();
        assert_eq!(nothing.cells(), ["0", "0", "–", "–", "–", "–", "–"]);
    }

    #[test]
    fn who_gives_up_early_says_nothing_of_the_bound_and_late_that_it_did_not_hold() {
        let mut all = Calibration::default();
        all.told(Some(seconds(120)), Came::GaveUp(seconds(119)));
        assert_eq!((all.times_told(), all.known()), (1, 0));
        all.told(Some(seconds(120)), Came::GaveUp(seconds(121)));
        assert_eq!((all.known(), all.held()), (1, Some(0.0)));
    }

    #[test]
    fn a_bound_holds_to_its_last_second_and_is_near_within_a_minute_or_two_fifths() {
        let mut all = Calibration::default();
        all.told(Some(seconds(120)), Came::Served(seconds(120)));
        all.told(Some(seconds(120)), Came::Served(seconds(59)));
        all.told(Some(seconds(1_400)), Came::Served(seconds(1_000)));
        all.told(Some(seconds(1_401)), Came::Served(seconds(1_000)));
        assert_eq!((all.held(), all.near()), (Some(100.0), Some(50.0)));
    }

    #[test]
    fn a_wait_without_a_bound_is_told_and_a_silent_one_is_not() {
        let mut all = Calibration::default();
        all.told(None, Came::Served(seconds(2_000)));
        all.told(Some(seconds(60)), Came::Unknown);
        all.untold();
        all.untold();
        assert_eq!(all.cells(), ["2", "0", "–", "–", "–", "–", "50.0 %"]);
    }
}
