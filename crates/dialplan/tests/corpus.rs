//! A corpus of broken dialplans, one for each fault: what an operator reads, to the letter.
//!
//! `tests/corpus/ID.toml` has the fault ID, and `ID.txt` beside it what is told of it.
//! `UPDATE_EXPECT=1 cargo test -p dialplan --test corpus` writes the latter anew.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use dialplan::{ALLOWABLE, Checked, Outside, Plan, Severity, TEXT_BYTES_MAX};
use expect_test::expect_file;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus")
}

/// What the guide explains, and whether it is a warning.
fn explained() -> Vec<(String, bool)> {
    let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/src/dialplan.md");
    let guide = fs::read_to_string(guide).unwrap();
    let (_, table) = guide.split_once("\n## Every fault\n").unwrap();
    let rows = table.lines().filter_map(|line| line.strip_prefix("| `")?.split_once(" | "));
    let rows = rows.flat_map(|(names, what)| {
        let warning = what.starts_with("*Warning:*");
        names.split('`').step_by(2).map(move |name| (name.to_owned(), warning))
    });
    rows.collect()
}

/// The site around each of them.
fn asked(source: Outside<'_>) -> Result<String, String> {
    match source {
        Outside::Env("SET") => Ok("secret".to_owned()),
        Outside::Env(name) => Err(format!("the environment has no {name}")),
        Outside::Directory("customers.csv") => Ok("number,name\nabc,Anna\n".to_owned()),
        Outside::Directory("typed.csv") => Ok("customer,name\n10045,Anna\n".to_owned()),
        Outside::Directory("wide.csv") => {
            Ok("number;name;copmany;Created\n0701234567;Anna;Berg;2020\n".to_owned())
        }
        Outside::Directory("nameless.csv") => Ok("name,company\nAnna,\n".to_owned()),
        Outside::Text { prompt: "told-hours", .. } => Ok("We are open from 8 to 16:30.".to_owned()),
        Outside::Text { prompt, .. } => Err(format!("there is no text of {prompt}")),
        Outside::Calendar("meetings.ics") => Ok("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n\
             DTSTART:20260107T090000Z\r\nSUMMARY:Monthly meeting\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\n\
             DTSTART;VALUE=DATE:20261224\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
            .to_owned()),
        Outside::CalendarAt { url, .. } if url.ends_with("/old.ics") => {
            Ok("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20261224\r\nEND:VEVENT\r\n\
             END:VCALENDAR\r\n"
                .to_owned())
        }
        Outside::CalendarAt { .. } => {
            Err("its server answers 404 Not Found, and no copy of it is kept here".to_owned())
        }
        Outside::OtherWords { prompt: "changed-since", .. } => Ok(String::new()),
        Outside::OtherWords { .. } => Err(String::new()),
        Outside::CalendarNews(_) => {
            Ok("its server does not answer; the copy that is used is 3 days old".to_owned())
        }
        Outside::Calendar("page.ics") => Ok("<!DOCTYPE html>\n".to_owned()),
        Outside::Part("further.toml") => Ok("include = \"more.toml\"\n".to_owned()),
        Outside::Folder("") => Ok("dialplan.toml\nfurther.toml".to_owned()),
        Outside::Directory(name)
        | Outside::File(name)
        | Outside::Part(name)
        | Outside::Calendar(name)
        | Outside::Folder(name) => Err(format!("there is no file {name}")),
    }
}

fn check(id: &str) -> Checked {
    let mut text = fs::read_to_string(corpus().join(format!("{id}.toml"))).unwrap();
    if id == "too-long" {
        text.extend(["# ", &"x".repeat(TEXT_BYTES_MAX), "\n"]);
    }
    let recorded = |_: &str, prompt: &str| prompt != "unrecorded";
    if id == "needs-restart" {
        let before = text.replace("192.0.2.2", "192.0.2.1");
        let before = Plan::parse("dialplan.toml", &before, &recorded, &mut asked).unwrap();
        return Plan::check_after(&before, "dialplan.toml", &text, &recorded, &mut asked);
    }
    Plan::check("dialplan.toml", &text, &recorded, &mut asked)
}

#[test]
fn every_fault_is_told_as_it_was() {
    let mut wrong = Vec::new();
    for (id, warning) in explained() {
        let Checked { plan, faults } = check(&id);
        expect_file![corpus().join(format!("{id}.txt"))].assert_eq(&faults.to_string());
        let severity = if warning { Severity::Warning } else { Severity::Error };
        let is_it = |fault: &dialplan::Fault| fault.id == id && fault.severity == severity;
        if faults.is_empty() || !faults.iter().all(is_it) || plan.is_some() != warning {
            wrong.push(format!("{id} is not alone:\n{faults}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_fault_of_the_guide_has_its_file_and_no_file_is_of_another() {
    let files = fs::read_dir(corpus()).unwrap().map(|entry| entry.unwrap().path());
    let stems = |extension: &str| -> BTreeSet<String> {
        let files = fs::read_dir(corpus()).unwrap().map(|entry| entry.unwrap().path());
        let files = files.filter(|file| file.extension().is_some_and(|it| it == extension));
        files.map(|file| file.file_stem().unwrap().to_str().unwrap().to_owned()).collect()
    };
    let explained: BTreeSet<_> = explained().into_iter().map(|(id, _)| id).collect();
    assert_eq!(stems("toml"), explained);
    assert_eq!(stems("txt"), explained);
    assert_eq!(files.count(), explained.len() * 2);
}

#[test]
fn every_warning_of_the_guide_can_be_allowed_and_nothing_else() {
    let warnings =
        explained().into_iter().filter(|(id, warning)| *warning && id != "allow-in-vain");
    // It is an error as well, and a warning where the file of a directory names the recording.
    let warnings = warnings.map(|(id, _)| id).chain(["missing-prompt".to_owned()]);
    let allowable: BTreeSet<_> = ALLOWABLE.iter().map(|id| (*id).to_owned()).collect();
    assert_eq!(warnings.collect::<BTreeSet<_>>(), allowable);
}

#[test]
fn a_warning_is_allowed_for_the_whole_file() {
    for id in ALLOWABLE.into_iter().filter(|id| *id != "missing-prompt") {
        let text = fs::read_to_string(corpus().join(format!("{id}.toml"))).unwrap();
        let text = format!("allow = [\"{id}\"]\n{text}");
        let Checked { plan, faults } = Plan::check("x", &text, &|_, _| true, &mut asked);
        assert!(plan.is_some() && faults.is_empty(), "{id}: {faults}");
    }
}

#[test]
fn a_warning_is_allowed_in_its_table_and_nowhere_else() {
    let told = |text: &str| {
        let checked = Plan::check("x", text, &|_, _| true, &mut asked);
        checked.faults.iter().map(|fault| fault.id).collect::<Vec<_>>()
    };
    let plan = |first: &str, second: &str| {
        format!(
            "[number.9000]\ngoto = \"say.a\"\n[say.a]\nprompts = [\"x\"]\n\
             [say.b]\nprompts = [\"x\"]\n{first}\n[say.c]\nprompts = [\"x\"]\n{second}\n"
        )
    };
    let allow = "allow = [\"unreachable-step\"]";
    assert_eq!(told(&plan("", "")), ["unreachable-step", "unreachable-step"]);
    assert_eq!(told(&plan(allow, "")), ["unreachable-step"]);
    assert!(told(&plan(allow, allow)).is_empty());
    let of_another = "allow = [\"unused-hours\"]";
    assert_eq!(told(&plan(of_another, allow)), ["unreachable-step", "allow-in-vain"]);
}

#[test]
fn a_table_within_a_table_allows_for_itself() {
    let text = "[number.9000]\ngoto = \"queue.q\"\n[queue.q]\nring = \"5s\"\n\
         [[queue.q.when]]\nwaited = \"10s\"\ngoto = \"hangup\"\n\
         [[queue.q.when]]\nwaited = \"20s\"\ngoto = \"hangup\"\nallow = [\"shadowed-rule\"]\n\
         [[queue.q.when]]\nwaited = \"30s\"\ngoto = \"hangup\"\n\
         [agent.1]\nsecret_env = \"SET\"\nqueues = \"all\"\n";
    let told = |text: &str| {
        let checked = Plan::check("x", text, &|_, _| true, &mut asked);
        checked.faults.iter().map(|fault| (fault.id, fault.line)).collect::<Vec<_>>()
    };
    assert_eq!(told(text), [("shadowed-rule", 12)]);
    let of_queue = text.replacen("ring", "allow = [\"shadowed-rule\"]\nring", 1);
    assert!(told(&of_queue).is_empty());
}

#[test]
fn a_table_of_an_included_file_allows_for_itself() {
    let whole =
        "include = [\"more.toml\"]\n[number.9000]\ngoto = \"hangup\"\n[say.a]\nprompts = [\"x\"]\n";
    let part =
        "[say.b]\nprompts = [\"x\"]\nallow = [\"unreachable-step\"]\n[say.c]\nprompts = [\"x\"]\n";
    let mut outside = |named: Outside<'_>| {
        if named == Outside::Part("more.toml") { Ok(part.to_owned()) } else { asked(named) }
    };
    let checked = Plan::check("dialplan.toml", whole, &|_, _| true, &mut outside);
    let told: Vec<_> = checked.faults.iter().map(|it| (&*it.file, it.line, it.id)).collect();
    assert_eq!(
        told,
        [("dialplan.toml", 4, "unreachable-step"), ("more.toml", 4, "unreachable-step")]
    );
}
