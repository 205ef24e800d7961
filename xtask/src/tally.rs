//! How many tests there were, as their runners said.

use std::fmt;
use std::ops::AddAssign;

/// Tests that have run.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    passed: u64,
    failed: u64,
    ignored: u64,
    /// Runners that ended badly: one that aborts has no summary.
    bad_ends: u64,
}

impl Tally {
    /// Takes in a line such as `test result: ok. 3 passed; 0 failed; 1 ignored; …`
    pub(crate) fn add(&mut self, line: &str) {
        let Some(summary) = line.trim().strip_prefix("test result: ") else { return };
        for part in summary.split([';', '.']) {
            let mut words = part.split_whitespace();
            let (Some(count), Some(what)) = (words.next(), words.next()) else { continue };
            let Ok(count) = count.parse::<u64>() else { continue };
            match what {
                "passed" => self.passed += count,
                "failed" => self.failed += count,
                "ignored" => self.ignored += count,
                _ => {}
            }
        }
    }

    /// Takes in how a runner has ended.
    pub(crate) fn ended(&mut self, well: bool) {
        self.bad_ends += u64::from(!well);
    }

    /// Whether there were tests, and all of them passed.
    pub(crate) const fn is_good(&self) -> bool {
        self.passed > 0 && self.failed == 0 && self.bad_ends == 0
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.ignored += other.ignored;
        self.bad_ends += other.bad_ends;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)?;
        if self.ignored > 0 {
            write!(f, ", {} skipped", self.ignored)?;
        }
        if self.bad_ends > 0 && self.failed == 0 {
            write!(f, ", and a runner ended badly")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn summaries_are_added_up_and_a_runner_that_ends_badly_is_no_good() {
        let mut tally = Tally::default();
        tally.add("test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out");
        assert!(tally.is_good());
        let mut other = Tally::default();
        other.add("test result: FAILED. 2 passed; 4 failed; 0 ignored; 0 measured");
        other.add("running 3 tests");
        other.ended(true);
        tally += other;
        assert_eq!(tally.to_string(), "5 passed, 4 failed, 1 skipped");
        assert!(!tally.is_good());
        let mut aborted = Tally::default();
        aborted.add("test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured");
        aborted.ended(false);
        assert!(!aborted.is_good());
    }
}
