//! Tests that are told by themselves, as often as is wanted.

use crate::project;
use std::path::PathBuf;
use std::process::Command;

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

/// Has those tests of a package told whose names have one of these in them.
pub(crate) fn tell(package: &str, names: &[&str], range: Range) -> Result<(), String> {
    if package == END_TO_END {
        run(&["build", "--quiet", "--package", "server"], range)?;
    }
    let test = ["test", "--quiet", "--no-fail-fast", "--package", package, "--"];
    run(&[&test[..], names].concat(), range)
}

fn run(arguments: &[&str], range: Range) -> Result<(), String> {
    let Range { variable, from, count } = range;
    let told = [(format!("{variable}_FROM"), from), (format!("{variable}_COUNT"), count)];
    let status = Command::new(env!("CARGO"))
        .args(arguments)
        .envs(told.iter().map(|(name, number)| (name, number.to_string())))
        .env(format!("{variable}_TOLD"), range.told())
        .status()
        .map_err(|error| format!("cargo cannot be run: {error}"))?;
    let what = arguments.join(" ");
    let failed =
        || format!("cargo {what}: with {count} from {from} something did not go well, see above");
    status.success().then_some(()).ok_or_else(failed)
}
