//! The tables of RFC checks, of behaviours and of faults name tests that are there.
//!
//! A cell of the last column is `crate`, then names of tests in backticks, then perhaps another
//! crate with its own; or `not yet`, with the reason behind a colon.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// What a cell begins with for which there is no test.
const NOT_YET: &str = "not yet";

/// How many behaviours there are.
const BEHAVIOURS: u32 = 31;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// The folder of a crate: most are under `crates`, the packages of tests and benches beside it.
fn folder(name: &str) -> Option<PathBuf> {
    let places = [root().join("crates").join(name), root().join(name)];
    places.into_iter().find(|place| place.join("Cargo.toml").is_file())
}

fn sources(folder: &Path, each: &mut impl FnMut(&str)) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("target") {
            sources(&path, each);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            each(&fs::read_to_string(&path).unwrap());
        }
    }
}

/// The names of a crate's tests: functions without arguments that an attribute `test` stands over,
/// inside a macro such as `proptest!` too.
fn tests_of(name: &str) -> BTreeSet<String> {
    let folder = folder(name).unwrap_or_else(|| panic!("there is no crate `{name}`"));
    let mut tests = BTreeSet::new();
    sources(&folder, &mut |text| {
        let mut marked = false;
        for line in text.lines().map(str::trim_start) {
            if line.starts_with("#[test]") || line.starts_with("#[tokio::test") {
                marked = true;
            } else if let Some((head, _)) = line.split_once('(').filter(|_| !line.starts_with('#'))
                && let Some((_, name)) = head.split_once("fn ")
            {
                if marked {
                    tests.insert(name.trim().to_owned());
                }
                marked = false;
            }
        }
    });
    tests
}

/// Crates and tests in the last column, each with its crate.
fn named(cell: &str) -> Vec<(String, String)> {
    let (mut owner, mut named) = (String::new(), Vec::new());
    for (place, part) in cell.split('`').enumerate() {
        let crate_or_comma = part.trim_matches([' ', ',', ';']);
        match place % 2 {
            0 if crate_or_comma.is_empty() => {}
            0 => crate_or_comma.clone_into(&mut owner),
            _ => named.push((owner.clone(), part.to_owned())),
        }
    }
    named
}

/// The rows of all tables of a page: the check, and the cell that says by what it is shown.
fn rows(page: &str) -> Vec<(String, String)> {
    let page = fs::read_to_string(root().join("docs/src").join(page)).unwrap();
    let cells = page.lines().filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |"));
    let rows = cells.map(|cells| cells.rsplit_once(" | ").unwrap());
    let rows = rows.filter(|(_, shown)| *shown != "shown by");
    rows.map(|(check, shown)| (check.to_owned(), shown.to_owned())).collect()
}

/// Each row is shown by tests that are there.
fn assert_shown(rows: Vec<(String, String)>) {
    let mut missing = Vec::new();
    let mut known = std::collections::BTreeMap::new();
    for (check, shown) in rows.into_iter().filter(|(_, shown)| !shown.starts_with(NOT_YET)) {
        let named = named(&shown);
        assert!(!named.is_empty(), "`{check}` is shown by nothing");
        for (owner, test) in named {
            let tests = known.entry(owner.clone()).or_insert_with(|| tests_of(&owner));
            if !tests.contains(&test) {
                missing.push(format!("{owner} `{test}` ({check})"));
            }
        }
    }
    assert!(missing.is_empty(), "tests that are not there: {missing:#?}");
}

#[test]
fn every_test_in_the_table_of_rfc_checks_is_there() {
    let rows = rows("rfc-checks.md");
    assert!(rows.len() > 60, "the rows are not found");
    assert_shown(rows);
}

#[test]
fn every_behaviour_has_a_test_that_is_there_or_a_reason() {
    let rows = rows("behaviours.md");
    let mut numbers: Vec<u32> = Vec::new();
    for (check, shown) in &rows {
        numbers.push(check.split_once(" | ").unwrap().0.parse().unwrap());
        let reason = shown.strip_prefix(NOT_YET);
        let is_told = reason.is_none_or(|why| why.starts_with(": ") && why.len() > 10);
        assert!(is_told, "`{check}` is not yet, for no reason");
    }
    assert!(numbers.is_sorted(), "the numbers are not in order");
    numbers.dedup();
    assert_eq!(numbers, Vec::from_iter(1..=BEHAVIOURS), "a behaviour is left out");
    assert_shown(rows);
}

#[test]
fn every_fault_has_a_test_that_is_there() {
    let rows = rows("faults.md");
    assert!(rows.len() > 15, "the rows are not found");
    assert_shown(rows);
}

#[test]
fn a_name_that_is_no_test_is_told_from_one_that_is() {
    let tests = tests_of("tests");
    assert!(tests.contains("a_name_that_is_no_test_is_told_from_one_that_is"));
    assert!(!tests.contains("tests_of") && !tests.contains("no_such_test"));
    let cell = "sip-ua `one`, `two`, net `three`";
    let named: Vec<String> = named(cell).iter().map(|(a, b)| format!("{a} {b}")).collect();
    assert_eq!(named, ["sip-ua one", "sip-ua two", "net three"]);
}
