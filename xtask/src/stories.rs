//! Tests that are told by themselves, as often as is wanted.

use crate::programs::{Program, Turn, shown};
use crate::tally::Tally;
use crate::{project, test};
use std::path::PathBuf;

/// Which of something that is made up by number, and how many: `VARIABLE_FROM` and `VARIABLE_COUNT` tell the story, and
/// `VARIABLE_TOLD` where it is to write what it has found.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Range {
    pub(crate) variable: &'static str,
    pub(crate) from: u64,
    pub(crate) count: u64,
}

impl Range {
    /// Where a story of these writes what it has found.
    pub(crate) fn told(self) -> PathBuf {
        project(&format!("target/{}.txt", self.variable.to_lowercase()))
    }
}

/// The end-to-end tests, which run the program itself.
pub(crate) const END_TO_END: &str = "e2e";

/// All tests, built in the same way as for `cargo xtask test`.
pub(crate) struct Stories(Vec<Program>);

impl Stories {
    pub(crate) fn built() -> Result<Self, String> {
        test::step(&["build", "--package", "server"], &[])?;
        Program::all().map(Self)
    }

    /// Has those tests of a package told whose names have one of these in them.
    pub(crate) fn tell(&self, package: &str, names: &[&str], range: Range) -> Result<(), String> {
        let folder = if package == END_TO_END { "tests" } else { package };
        let Range { variable, from, count } = range;
        let told = [(format!("{variable}_FROM"), from), (format!("{variable}_COUNT"), count)];
        let mut tally = Tally::default();
        for program in self.0.iter().filter(|program| program.is_of(&[folder])) {
            let mut command = program.command(Turn::Usual(None));
            command.arg("--quiet").args(names).env(format!("{variable}_TOLD"), range.told());
            command.envs(told.iter().map(|(name, number)| (name, number.to_string())));
            tally += shown(&mut command)?;
        }
        if tally.is_good() {
            return Ok(());
        }
        Err(format!(
            "{package}, {count} from {from}: {tally} of {}: something did not go well, see above",
            names.join(", ")
        ))
    }
}
