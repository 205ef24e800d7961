//! `cargo xtask faults [--kills N] [--from N]`: whatever the guide's page on faults says goes wrong around a centre goes
//! wrong, by the tests that the page names.

use crate::stories::{self, Range, Stories};
use crate::{debian, project, tell, test};
use std::collections::BTreeMap;
use std::fs;

/// The page: the last cell of each row has names of tests, behind that of their crate.
const MATRIX: &str = "docs/src/faults.md";
/// As many as the usual tests try.
const KILLS: u64 = 30;

/// How often.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// At how many points to kill the process as it comes to write to its disk or its database
    #[arg(long, default_value_t = KILLS)]
    kills: u64,
    /// The first of them
    #[arg(long, default_value_t = 1)]
    from: u64,
}

pub(crate) fn run(args: &Args) -> Result<(), String> {
    befall(args.from, args.kills)
}

/// Has every fault befall the centre, and kills it at so many points, from that one on.
pub(crate) fn befall(from: u64, kills: u64) -> Result<(), String> {
    debian::install_missing(test::PACKAGES)?;
    let page = fs::read_to_string(project(MATRIX)).map_err(|error| format!("{MATRIX}: {error}"))?;
    let tests = tests_of(&page);
    let range = Range { variable: "KILLED", from, count: kills };
    let stories = Stories::built()?;
    for (package, names) in &tests {
        stories.tell(package, names, range)?;
    }
    let steps = fs::read_to_string(range.told()).unwrap_or_default();
    steps.lines().for_each(tell);
    let count: usize = tests.values().map(Vec::len).sum();
    tell(&format!("{count} tests, {kills} kill points from {from}: what was promised was kept"));
    Ok(())
}

/// The tests that a page names, by package.
fn tests_of(page: &str) -> BTreeMap<&str, Vec<&str>> {
    let rows = page.lines().filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |"));
    let mut tests: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (_, shown) in rows.filter_map(|row| row.rsplit_once(" | ")) {
        let mut package = "";
        for (place, part) in shown.split('`').enumerate() {
            match (place % 2, part.trim_matches([' ', ','])) {
                (0, "") => {}
                (0, "tests") => package = stories::END_TO_END,
                (0, owner) => package = owner,
                (_, name) => tests.entry(package).or_default().push(name),
            }
        }
    }
    tests
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_go_by_their_packages() {
        let page = "| what | holds | shown by |\n|---|---|---|\n| a | b | tests `one`, `two`, ledger `three` |\n\
                    | c | d | tests `four` |\n";
        let told = BTreeMap::from([("e2e", vec!["one", "two", "four"]), ("ledger", vec!["three"])]);
        assert_eq!(tests_of(page), told);
    }
}
