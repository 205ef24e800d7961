//! Plans that are tried before they answer: the shipped sites pass their own tests, and the guide's pages
//! that try plans say what is true.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use e2e::{Ran, Site, program, run};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// The page on trying plans.
const TRYING: &str = "trying.md";

/// The folders, below the root, whose folders are sites.
const SHIPPED: [&str; 2] = ["dialplans", "docs/src/tasks"];

/// The sites in one of these folders, by their names.
fn sites_in(folder: &str) -> Vec<String> {
    let entries = fs::read_dir(root().join(folder)).unwrap().map(|entry| entry.unwrap());
    let sites = entries.filter(|entry| entry.path().is_dir());
    sites.map(|site| site.file_name().into_string().unwrap()).collect()
}

fn page(name: &str) -> String {
    fs::read_to_string(root().join("docs/src").join(name)).unwrap()
}

/// The fenced blocks of a page with this info string.
fn blocks<'p>(page: &'p str, info: &str) -> Vec<&'p str> {
    let fence = format!("\n```{info}\n");
    page.split(&fence).skip(1).filter_map(|rest| rest.split("```").next()).collect()
}

/// A folder with the plan of the page on trying plans and these tests.
fn site(tests: &str) -> TempDir {
    site_of(&page(TRYING), tests)
}

/// The same with the text of the page.
fn site_of(page: &str, tests: &str) -> TempDir {
    let site = tempfile::tempdir().unwrap();
    fs::write(site.path().join("dialplan.toml"), blocks(page, "toml dialplan")[0]).unwrap();
    fs::write(site.path().join("tests.toml"), tests).unwrap();
    site
}

/// A line of the page, called in the folder of the site.
fn call(site: &Path, line: &str) -> Ran {
    let line = line.replacen("telefonist", program().to_str().unwrap(), 1);
    let mut shell = Command::new("sh");
    shell.args(["-c", &line]).current_dir(site);
    shell.envs(["ANA_SECRET", "BO_SECRET", "KARI_SECRET"].map(|name| (name, "example")));
    let ran = shell.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ran { code: ran.status.code(), out: text(ran.stdout), err: text(ran.stderr) }
}

#[test]
fn every_shipped_site_is_without_fault_and_passes_its_own_tests() {
    let sites = SHIPPED.into_iter().flat_map(|folder| {
        sites_in(folder).into_iter().map(move |site| format!("{folder}/{site}"))
    });
    let sites: Vec<_> = sites.collect();
    assert!(sites.len() >= 6, "the shipped sites are not found");
    for shipped in sites {
        let site = Site::copied_from(&shipped);
        let ran = call(site.folder(), "telefonist check --json");
        assert_eq!(ran.out.trim(), "[]", "{shipped}: {}", ran.err);
        let ran = call(site.folder(), "telefonist test --json");
        assert_eq!(ran.code, Some(0), "{shipped}: {}{}", ran.out, ran.err);
        let tests: Value = serde_json::from_str(&ran.out).unwrap();
        assert!(tests.as_array().unwrap().len() >= 2, "{shipped} has tests");
    }
}

#[test]
fn every_call_of_the_page_on_trying_comes_out_as_it_is_shown() {
    let page = page(TRYING);
    let site = site_of(&page, "");
    assert!(come_out_as_shown(&page, site.path()) >= 1, "the examples are not found");
}

#[test]
fn every_call_of_the_tasks_comes_out_as_it_is_shown() {
    for task in sites_in("docs/src/tasks") {
        let page = page(&format!("tasks/{task}.md"));
        let site = Site::copied_from(&format!("docs/src/tasks/{task}"));
        assert!(
            come_out_as_shown(&page, site.folder()) >= 1,
            "the examples of {task} are not found"
        );
    }
}

/// Makes the calls of a page in the folder of its site, and says of how many it shows what they print.
fn come_out_as_shown(page: &str, site: &Path) -> usize {
    let mut shown = 0;
    for block in blocks(page, "console") {
        let (line, output) = block.split_once('\n').unwrap();
        let ran = call(site, line.strip_prefix("$ ").unwrap());
        assert_eq!(ran.code, Some(0), "{line}\n{}{}", ran.out, ran.err);
        assert!(ran.err.is_empty(), "{}", ran.err);
        if !output.is_empty() {
            shown += 1;
            // Where a plan is, is said as it was named: here the current folder.
            let out = ran.out.replace("./", "");
            assert_eq!(without_times(&out), without_times(output), "{line}");
        }
    }
    shown
}

/// The words of each row without its first column: recordings may be spoken anew. Columns are as wide as the
/// name of the plan.
fn without_times(output: &str) -> Vec<String> {
    let row = |line: &str| match line.split_once(" s  ") {
        Some((time, rest)) if time.starts_with("   ") => words(rest),
        Some(_) | None => words(line),
    };
    output.lines().map(row).collect()
}

fn words(row: &str) -> String {
    row.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_test_that_fails_says_where_the_call_and_the_expectation_part() {
    let test = |expect: &str| {
        format!(
            "[[test]]\nname = \"sales\"\nto = \"9000\"\nat = \"2026-11-27 10:00\"\nkeys = \"2\"\n\
             expect = [{expect}]\n[[test]]\nname = \"other\"\nto = \"9000\"\nexpect = [\"language:en\"]\n"
        )
    };
    let site = site(&test("\"menu.main\", \"queue.support\""));
    let ran = call(site.path(), "telefonist test");
    assert_eq!(ran.code, Some(1));
    for part in [
        "NOT          sales",
        "tests.toml:1: expected `queue.support` behind `menu.main`, and it did not come there:",
        "dialplan.toml:31  queue.sales",
        "as expected  other",
        "1 of 2 as expected",
    ] {
        assert!(ran.out.contains(part), "{part} is not in\n{}", ran.out);
    }
    assert_eq!(call(site.path(), "telefonist test . other").code, Some(0));
    let none = call(site.path(), "telefonist test . nowhere");
    assert!(none.code == Some(1) && none.err.contains("`nowhere`"), "{}", none.err);
    let never = call(
        site.path(),
        "telefonist simulate --at '2026-11-27 10:00' --keys 2 --expect never:menu.main",
    );
    assert_eq!(never.code, Some(1));
    let last = never.out.trim_end().lines().last().unwrap().to_owned();
    assert_eq!(last, "NOT AS EXPECTED: expected `never:menu.main`, and it came.");
}

#[test]
fn faults_of_the_tests_are_told_all_at_once_like_those_of_a_dialplan() {
    let site = site(
        r#"[[test]]
name = "many faults"
to = "9001"
at = "tomorrow"
keys = "1,x"
wait = 20
queue = { suport = "closed", sales = "clsed" }
known = { nme = "Anna" }
expct = ["queue.sales"]
expect = ["queue.sles", "said:welcom", "hangsup", "language:sv"]
"#,
    );
    let ran = call(site.path(), "telefonist test");
    assert_eq!(ran.code, Some(1));
    for (place, part) in [
        ("3:6", "`9000`"),
        ("4:6", "2026-12-24 10:00"),
        ("5:8", "no key of a telephone"),
        ("6:8", "length of time in quotes"),
        ("7:9", "`support`"),
        ("7:38", "`closed`"),
        ("8:11", "`name`"),
        ("9:1", "`expect`"),
        ("10:11", "`queue.sales`"),
        ("10:25", "`welcome`"),
        ("10:40", "`hangup`"),
        ("10:51", "it speaks en"),
    ] {
        assert!(ran.err.contains(&format!("tests.toml:{place}")), "{place} is not in\n{}", ran.err);
        assert!(ran.err.contains(part), "{part} is not in\n{}", ran.err);
    }
}

#[test]
fn every_fault_of_the_tests_is_explained() {
    let mut ids = BTreeSet::new();
    let folder = root().join("crates/dialplan/src/trial");
    for entry in fs::read_dir(folder).unwrap() {
        let text = fs::read_to_string(entry.unwrap().path()).unwrap();
        let ends = text.split("Misfit::new(").skip(1).map(str::trim_start);
        ids.extend(
            ends.filter_map(|rest| Some(rest.strip_prefix('"')?.split('"').next()?.to_owned())),
        );
    }
    assert!(ids.contains("bad-expectation"), "the faults are not found");
    let page = page(TRYING);
    let (_, table) = page.split_once("## Every fault of tests.toml").unwrap();
    let missing: Vec<_> = ids.iter().filter(|id| !table.contains(&format!("`{id}`"))).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn a_site_that_cannot_be_served_cannot_be_tried() {
    let site = tempfile::tempdir().unwrap();
    fs::write(site.path().join("dialplan.toml"), "[number.9000]\ngoto = \"queue.suport\"\n")
        .unwrap();
    let folder = site.path().to_str().unwrap();
    for command in ["simulate", "test"] {
        let ran = run(&[command, folder]);
        assert_eq!(ran.code, Some(1));
        assert!(ran.err.contains("dialplan.toml:2:8"), "{}", ran.err);
    }
}
