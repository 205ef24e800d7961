//! The operator's guide says what is true: its examples are checked by the program, its references
//! have every key, flag, metric and fault there is and no other, and its links lead somewhere.
//!
//! A block marked `toml dialplan` is a whole dialplan, one marked `toml settings` a whole
//! telefonist.toml. The pages under *Tasks* show files of the site that is in the folder of their name: such a site
//! is checked whole.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use e2e::{Site, program, run};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// At least so many things that an operator wants to do are shown step by step.
const TASKS_MIN: usize = 10;

/// A page of the guide, or the README.
struct Page {
    path: PathBuf,
    text: String,
}

/// A fenced block with the words behind its fence.
struct Block {
    info: String,
    /// The line of the fence, from 1.
    line: usize,
    text: String,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn page(path: &str) -> Page {
    let path = root().join(path);
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path:?}: {error}"));
    Page { path, text }
}

/// The folders with pages of the guide, below `docs/src`.
const FOLDERS: [&str; 2] = ["", "tasks/"];

/// Every page of the guide, by its name in the table of contents.
fn chapters() -> Vec<(String, Page)> {
    let of_folder = |folder: &'static str| {
        let entries = fs::read_dir(root().join("docs/src").join(folder)).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.filter(|name| name.ends_with(".md")).map(move |name| format!("{folder}{name}"))
    };
    let names = FOLDERS.into_iter().flat_map(of_folder);
    names.map(|name| (name.clone(), page(&format!("docs/src/{name}")))).collect()
}

/// The names of the pages that stand under *Tasks*.
fn tasks() -> Vec<String> {
    let contents = page("docs/src/SUMMARY.md").text;
    let (_, tasks) = contents.split_once("\n# Tasks\n").expect("there is a part of tasks");
    let (tasks, _) = tasks.split_once("\n# ").expect("it is not the last part");
    let links = tasks.split("](tasks/").skip(1).filter_map(|rest| rest.split_once(".md)"));
    links.map(|(name, _)| name.to_owned()).collect()
}

fn all_pages() -> Vec<Page> {
    chapters()
        .into_iter()
        .map(|(_, page)| page)
        .chain([page("README.md"), page("docs/architecture.md")])
        .collect()
}

impl Page {
    /// Fenced blocks, and the text between them.
    fn parts(&self) -> (Vec<Block>, String) {
        let (mut blocks, mut prose) = (Vec::new(), String::new());
        let mut open: Option<Block> = None;
        for (line, text) in (1..).zip(self.text.lines()) {
            match (text.strip_prefix("```"), open.take()) {
                (Some(_), Some(block)) => blocks.push(block),
                (Some(info), None) => {
                    open = Some(Block { info: info.trim().to_owned(), line, text: String::new() });
                }
                (None, Some(mut block)) => {
                    block.text.extend([text, "\n"]);
                    open = Some(block);
                }
                (None, None) => prose.extend([text, "\n"]),
            }
        }
        assert!(open.is_none(), "{}: a fence is not closed", self.path.display());
        (blocks, prose)
    }

    /// What stands under a heading, up to the next one of the same depth.
    fn section(&self, heading: &str) -> &str {
        let start = self.text.find(heading);
        let start = start.unwrap_or_else(|| panic!("{} lacks `{heading}`", self.path.display()));
        let body = &self.text[start + heading.len()..];
        body.split_once("\n## ").map_or(body, |(section, _)| section)
    }
}

/// Names in the first cells of tables: ``| `name` | …``.
fn names_in_tables(section: &str) -> BTreeSet<String> {
    let cells = section.lines().filter_map(|line| line.strip_prefix("| `")?.split_once(" | "));
    cells.flat_map(|(cell, _)| cell.split('`').step_by(2).map(str::to_owned)).collect()
}

/// The text of every source below a folder.
fn sources(folder: &Path, each: &mut impl FnMut(&str)) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, each);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            each(&fs::read_to_string(&path).unwrap());
        }
    }
}

/// The texts in quotes that follow one of these marks, in all sources below a folder.
fn literals_after(folder: &Path, marks: &[&str], found: &mut BTreeSet<String>) {
    sources(folder, &mut |text| {
        for mark in marks {
            let rests = text.split(mark).skip(1).map(str::trim_start);
            let literals = rests.filter_map(|rest| rest.strip_prefix('"')?.split_once('"'));
            found.extend(literals.map(|(literal, _)| literal.to_owned()));
        }
    });
}

/// Blocks with this info string, each with where it stands; those that show a file of a site are left out.
fn examples(info: &str) -> Vec<(String, String)> {
    let mut examples = Vec::new();
    for page in all_pages() {
        for block in page.parts().0.into_iter().filter(|block| block.info == info) {
            if block.text.starts_with("{{#include") {
                continue;
            }
            examples.push((format!("{}:{}", page.path.display(), block.line), block.text));
        }
    }
    examples
}

/// Values of `key = "…"` in a text.
fn values<'t>(text: &'t str, key: &str) -> Vec<&'t str> {
    let of_key = move |line: &'t str| line.trim_start().strip_prefix(key)?.split('"').nth(1);
    text.lines().filter_map(of_key).collect()
}

/// A site with this dialplan, whose secrets are where it says.
fn site_of(dialplan: &str, settings: Option<&str>) -> TempDir {
    let site = tempfile::tempdir().unwrap();
    let place = settings.and_then(|text| values(text, "dialplan").first().copied());
    fs::write(site.path().join(place.unwrap_or("dialplan.toml")), dialplan).unwrap();
    if let Some(settings) = settings {
        fs::write(site.path().join("telefonist.toml"), settings).unwrap();
    }
    for file in values(dialplan, "secret_file ") {
        let file = site.path().join(file);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, "for the example only\n").unwrap();
    }
    site
}

/// Every fault of a site with this dialplan, as JSON.
fn faults_of(dialplan: &str, settings: Option<&str>) -> String {
    let site = site_of(dialplan, settings);
    let mut check = Command::new(program());
    check.args(["check", "--json"]).arg(site.path());
    check.envs(values(dialplan, "secret_env").into_iter().map(|name| (name, "example")));
    let ran = check.output().unwrap();
    let (out, err) = (String::from_utf8(ran.stdout).unwrap(), String::from_utf8(ran.stderr));
    out.trim().to_owned() + &err.unwrap()
}

#[test]
fn every_dialplan_of_the_guide_is_without_fault() {
    let examples = examples("toml dialplan");
    assert!(examples.len() >= 10, "the dialplans of the guide are not found");
    for (place, text) in examples {
        assert_eq!(faults_of(&text, None), "[]", "{place}");
    }
}

#[test]
fn every_number_of_every_dialplan_of_the_guide_can_be_tried() {
    let mut tried = 0;
    for (place, text) in examples("toml dialplan") {
        let site = site_of(&text, None);
        let plan: toml::Table = text.parse().unwrap();
        let numbers = plan.get("number").and_then(toml::Value::as_table);
        for number in numbers.into_iter().flat_map(toml::Table::keys) {
            let mut simulate = Command::new(program());
            simulate.args(["simulate", "--json", "--wait", "3m", "--hangs-up-after", "10m"]);
            // Of a pattern one number is dialled.
            let number = &number.replace('X', "5");
            simulate.args(["--to", number, "--from", "+46701234567", "--keys", "1"]);
            simulate.arg(site.path());
            simulate.envs(values(&text, "secret_env").into_iter().map(|name| (name, "example")));
            let ran = simulate.output().unwrap();
            let err = String::from_utf8_lossy(&ran.stderr);
            assert!(ran.status.success() && err.is_empty(), "{place}, {number}: {err}");
            let told: Value = serde_json::from_slice(&ran.stdout).unwrap();
            let last = told["entries"].as_array().unwrap().last().unwrap();
            assert_eq!(last["kind"], "ends", "{place}, {number}: {told:#}");
            assert_ne!(last["how"], "steps_max", "{place}, {number}: {told:#}");
            tried += 1;
        }
    }
    assert!(tried >= 20, "the numbers of the guide are not found");
}

#[test]
fn every_settings_file_of_the_guide_is_without_fault() {
    let examples = examples("toml settings");
    assert!(examples.len() >= 3, "the settings of the guide are not found");
    let dialplan = "[number.9000]\ngoto = \"hangup\"\n";
    for (place, text) in examples {
        assert_eq!(faults_of(dialplan, Some(&text)), "[]", "{place}");
    }
}

/// The headings of the tables in the reference, with what the program calls them.
const TABLES: [(&str, &str); 30] = [
    ("## The top of the file\n", "at the top"),
    ("## [short_codes]\n", "`short_codes`"),
    ("## [number.NUM]\n", "`number.1`"),
    ("## [number.NUM.when]\n", "`number.1.when`"),
    ("## [hours.NAME]\n", "`hours.h`"),
    ("## [holidays.NAME]\n", "`holidays.x`"),
    ("## [say.NAME]\n", "`say.s`"),
    ("## [menu.NAME]\n", "`menu.m`"),
    ("## [speak.NAME]\n", "`speak.l`"),
    ("## [set.NAME]\n", "`set.s`"),
    ("## [branch.NAME]\n", "`branch.b`"),
    ("## [collect.NAME]\n", "`collect.c`"),
    ("## [confirm.NAME]\n", "`confirm.f`"),
    ("## [http.NAME]\n", "`http.h`"),
    ("## [hangup.NAME]\n", "`hangup.u`"),
    ("## [sub.NAME]\n", "`sub.b`"),
    ("## [lookup.NAME]\n", "`lookup.l`"),
    ("## [dial.NAME]\n", "`dial.d`"),
    ("## [voicemail.NAME]\n", "`voicemail.v`"),
    ("## [callback.NAME]\n", "`callback.c`"),
    ("## [directory.NAME]\n", "`directory.d`"),
    ("## [queue.NAME]\n", "`queue.q`"),
    ("## [queue.NAME.when]\n", "`queue.q.when`"),
    ("## [queue.NAME.at]\n", "`queue.q.at`"),
    ("## [queue.NAME.at.one_of]\n", "`queue.q.at.one_of`"),
    ("## [agent.ACCOUNT]\n", "`agent.2`"),
    ("## [trunk.NAME]\n", "`trunk.t`"),
    ("## [pause.NAME]\n", "`pause.p`"),
    ("## [disposition.NAME]\n", "`disposition.d`"),
    ("## [shift.NAME]\n", "`shift.e`"),
];

#[test]
fn every_key_of_the_dialplan_is_in_the_reference_and_no_other() {
    // Asks for a key that nobody has, in every table: the program answers with those there are.
    let headers = TABLES.map(|(_, place)| match place.split('`').nth(1) {
        Some(list) if [".when", ".at", ".one_of"].iter().any(|end| list.ends_with(end)) => {
            format!("[[{list}]]\nxyzzy_plugh = 0\n")
        }
        Some(table) => format!("[{table}]\nxyzzy_plugh = 0\n"),
        None => "xyzzy_plugh = 0\n".to_owned(),
    });
    let faults: Value = serde_json::from_str(&faults_of(&headers.concat(), None)).unwrap();
    let reference = page("docs/src/dialplan.md");
    let tables: BTreeSet<String> = TABLES[1..]
        .iter()
        .map(|(heading, _)| heading["## [".len()..].split(['.', ']']).next().unwrap().to_owned())
        .collect();
    let faults = faults.as_array().unwrap();
    for (heading, place) in TABLES {
        let here = |fault: &&Value| {
            fault["id"] == "unknown-key" && fault["message"].as_str().unwrap().contains(place)
        };
        let told = faults.iter().find(here).and_then(|fault| fault["suggestion"].as_str());
        let known = told.and_then(|told| told.strip_prefix("known here: ")).unwrap();
        let known: BTreeSet<_> = known.split(", ").map(str::to_owned).collect();
        let mut documented = names_in_tables(reference.section(heading));
        if place == "at the top" {
            documented.extend(tables.clone());
        }
        assert_eq!(documented, known, "{heading}");
    }
}

#[test]
fn every_key_of_the_settings_is_in_the_reference_and_no_other() {
    let page = page("docs/src/settings.md");
    let (top, _) = page.text.split_once("\n## ").expect("the page has sections");
    for (settings, documented) in
        [("xyzzy_plugh = 0\n", top), ("[tls]\nxyzzy_plugh = 0\n", page.section("## TLS\n"))]
    {
        let told = faults_of("", Some(settings));
        let (_, known) = told.split_once("expected one of ").expect("the keys there are");
        let known: BTreeSet<_> = known.split('`').skip(1).step_by(2).map(str::to_owned).collect();
        assert_eq!(names_in_tables(documented), known);
    }
}

#[test]
fn every_fault_is_explained() {
    let mut faults = BTreeSet::new();
    let marks = ["Flaw::error(", "Flaw::warning("];
    literals_after(&root().join("crates/dialplan/src"), &marks, &mut faults);
    assert!(faults.contains("unknown-key"), "the faults are not found");
    let explained = names_in_tables(page("docs/src/dialplan.md").section("## Every fault\n"));
    assert!(explained.is_superset(&faults), "{:?}", faults.difference(&explained));
}

#[test]
fn every_metric_is_explained_and_no_other() {
    let mut metrics = BTreeSet::new();
    for entry in fs::read_dir(root().join("crates")).unwrap() {
        let source = entry.unwrap().path().join("src");
        sources(&source, &mut |text| {
            // By our custom every counter, and nothing else, ends like this.
            let counters = text.split("_total\"").map(|before| before.rsplit('"').next().unwrap());
            let last = text.split("_total\"").count() - 1;
            metrics.extend(counters.take(last).map(|name| format!("{name}_total")));
        });
        let marks = ["gauge!(", "histogram!(", "const STREAMS: &str ="];
        literals_after(&source, &marks, &mut metrics);
    }
    assert_eq!(names_in_tables(&page("docs/src/metrics.md").text), metrics);
}

/// Flags in a help text or a section of the guide, without `--help` and `--version`.
fn flags(text: &str) -> BTreeSet<String> {
    let words = text.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-');
    let flags = words.filter(|word| word.len() > 2 && word.starts_with("--") && &word[2..3] != "-");
    flags.filter(|flag| !["--help", "--version"].contains(flag)).map(str::to_owned).collect()
}

fn help(command: &str) -> String {
    let words: Vec<&str> = command.split_whitespace().chain(["--help"]).collect();
    let ran = run(&words);
    assert_eq!(ran.code, Some(0), "there is no `telefonist {command}`");
    ran.out
}

/// The commands that a help text lists, each with the commands that it has itself.
fn commands(before: &str) -> Vec<String> {
    let usage = help(before);
    let Some((_, listed)) = usage.split_once("Commands:\n") else { return vec![before.to_owned()] };
    let listed = listed.lines().take_while(|line| !line.is_empty());
    let names = listed.filter_map(|line| line.split_whitespace().next());
    let names = names.filter(|name| *name != "help");
    names.flat_map(|name| commands(format!("{before} {name}").trim())).collect()
}

#[test]
fn every_flag_of_every_command_is_in_the_reference_and_no_other() {
    let reference = page("docs/src/commands.md");
    for command in commands("") {
        let section = reference.section(&format!("\n## {command}\n"));
        assert_eq!(flags(section), flags(&help(&command)), "telefonist {command}");
    }
}

/// The words behind `telefonist` where a line calls it, perhaps behind a prompt, a path or settings
/// of the environment.
fn call(line: &str) -> Option<Vec<&str>> {
    let mut words = line.split_whitespace().skip_while(|word| *word == "$" || is_setting(word));
    let program = words.next()?.rsplit(['/', '=']).next();
    (program == Some("telefonist")).then(|| words.take_while(|word| *word != "#").collect())
}

fn is_setting(word: &str) -> bool {
    word.contains('=') && !word.ends_with("telefonist")
}

#[test]
fn every_call_in_the_guide_can_be_made() {
    let mut calls = 0;
    let all = commands("");
    for page in all_pages() {
        let (blocks, prose) = page.parts();
        let spans = prose.split('`').skip(1).step_by(2).map(|span| span.replace('\n', " "));
        let of_blocks = blocks.iter().filter(|block| !block.info.starts_with("toml"));
        let lines = of_blocks.flat_map(|block| block.text.lines()).map(str::to_owned);
        for line in lines.chain(spans) {
            let parts = line.split("&&").filter_map(call).filter(|words| !words.is_empty());
            for words in parts {
                calls += 1;
                let made = words.join(" ");
                let given = flags(&made);
                let command = all.iter().find(|command| made.starts_with(command.as_str()));
                assert!(command.is_some() || words[0].starts_with("--"), "there is no {made}");
                let known = command.map(|command| flags(&help(command))).unwrap_or_default();
                assert!(given.is_subset(&known), "{}: {line}", page.path.display());
            }
        }
    }
    assert!(calls > 20, "the calls in the guide are not found");
}

/// What a heading is called in links, by mdBook and others alike.
fn anchor(heading: &str) -> String {
    let kept = |letter: &char| letter.is_alphanumeric() || matches!(letter, '-' | '_' | ' ');
    heading
        .trim()
        .to_lowercase()
        .chars()
        .filter(kept)
        .map(|it| if it == ' ' { '-' } else { it })
        .collect()
}

fn anchors(path: &Path) -> BTreeSet<String> {
    let page = Page { path: path.to_owned(), text: fs::read_to_string(path).unwrap() };
    let (_, prose) = page.parts();
    let headings = prose.lines().filter(|line| line.starts_with('#'));
    headings.map(|line| anchor(line.trim_start_matches('#'))).collect()
}

#[test]
fn every_link_leads_somewhere() {
    let mut broken = Vec::new();
    for page in all_pages() {
        let (_, prose) = page.parts();
        let targets = prose.split("](").skip(1).filter_map(|rest| rest.split_once(')'));
        for (target, _) in targets.filter(|(target, _)| !target.contains("://")) {
            let (file, place) = target.split_once('#').unwrap_or((target, ""));
            let file = match file {
                "" => page.path.clone(),
                file => page.path.parent().unwrap().join(file),
            };
            let there = file.exists() && (place.is_empty() || anchors(&file).contains(place));
            if !there {
                broken.push(format!("{}: {target}", page.path.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

/// A story that calls the site of a task.
fn story_of(task: &str) -> String {
    let file = format!("tests/tests/stories/guide/{}.rs", task.replace('-', "_"));
    let calls = format!("const SITE: &str = \"docs/src/tasks/{task}\";");
    let story = fs::read_to_string(root().join(&file)).unwrap_or_default();
    assert!(story.contains(&calls), "{file} does not call the site of tasks/{task}.md: {calls}");
    story
}

#[test]
fn every_task_has_a_site_that_is_shown_checked_tried_and_called() {
    let tasks = tasks();
    assert!(tasks.len() >= TASKS_MIN, "the tasks of the guide are not found");
    let told_of = fs::read_to_string(root().join("tests/tests/stories/guide/mod.rs")).unwrap();
    for task in &tasks {
        let page = page(&format!("docs/src/tasks/{task}.md"));
        for (info, file) in [("toml dialplan", "dialplan.toml"), ("toml tests", "tests.toml")] {
            let shown = format!("{{{{#include {task}/{file}}}}}\n");
            let is_shown = |block: &Block| block.info == info && block.text == shown;
            assert!(page.parts().0.iter().any(is_shown), "tasks/{task}.md does not show {file}");
        }
        let site = Site::copied_from(&format!("docs/src/tasks/{task}"));
        let ran = run(&["check", "--json", site.folder().to_str().unwrap()]);
        assert_eq!((ran.out.trim(), ran.err.as_str()), ("[]", ""), "tasks/{task}");
        let story = story_of(task);
        let is_test = |line: &str| line.starts_with("#[test]") || line.starts_with("#[tokio::test");
        assert!(story.lines().any(is_test), "no story of tasks/{task}.md is a test");
        assert!(told_of.contains(&format!("\nmod {};\n", task.replace('-', "_"))), "{task}");
    }
    let folders = fs::read_dir(root().join("docs/src/tasks")).unwrap().map(|it| it.unwrap().path());
    for folder in folders.filter(|path| path.is_dir()) {
        let name = folder.file_name().unwrap().to_str().unwrap();
        assert!(tasks.iter().any(|task| task == name), "no page shows the site {name}");
    }
}

#[test]
fn every_file_that_a_page_shows_is_there() {
    let shown = all_pages().into_iter().flat_map(|page| {
        let folder = page.path.parent().unwrap().to_owned();
        let shown = page.text.split("{{#include ").skip(1).filter_map(|rest| rest.split_once("}}"));
        let files = shown.map(|(name, _)| name.split(':').next().unwrap_or(name));
        files.map(|name| folder.join(name)).collect::<Vec<_>>()
    });
    let shown: Vec<_> = shown.collect();
    assert!(shown.len() >= 2 * TASKS_MIN, "what pages show is not found");
    let missing: Vec<_> = shown.iter().filter(|file| !file.is_file()).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn every_page_is_in_the_table_of_contents() {
    let contents = page("docs/src/SUMMARY.md").text;
    for (name, _) in chapters() {
        assert!(name == "SUMMARY.md" || contents.contains(&format!("({name})")), "{name}");
    }
}
