//! The page on changes while calls are on: they are seen before, refused with a fault, and taken back.

use super::called_as_tried;
use e2e::{Ran, Server, Sipp, Site, prompt, run};
use std::fs;

const SITE: &str = "docs/src/tasks/reload";

/// What a person types, in the folder of the site.
fn tell(server: &Server, words: &[&str]) -> Ran {
    let socket = server.site().data().join("control.sock");
    run(&[words, &["--socket", socket.to_str().unwrap()]].concat())
}

fn write(server: &Server, before: &str, after: &str) {
    let file = server.site().folder().join("dialplan.toml");
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.contains(before), "{text}");
    fs::write(file, text.replace(before, after)).unwrap();
}

/// The lines that the page shows behind a command.
fn shown(begins: &str) -> Vec<String> {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/src/tasks/reload.md");
    let page = fs::read_to_string(page).unwrap();
    let (_, block) = page.split_once(begins).expect("the page shows it");
    let (block, _) = block.split_once("```").unwrap();
    block.lines().skip(1).map(|line| line.trim().to_owned()).filter(|it| !it.is_empty()).collect()
}

#[test]
fn the_plan_goes_as_its_tests_say() {
    called_as_tried(SITE, "callers are welcomed and wait for support");
}

#[test]
fn a_change_is_seen_before_comes_into_force_while_a_caller_waits_and_is_taken_back() {
    let server = Server::start(Site::copied_from(SITE));
    let folder = server.site().folder().to_str().unwrap().to_owned();
    let data = server.site().data().to_str().unwrap().to_owned();
    let mut waiting = Sipp::dial(server.sip(), "0708000051");
    waiting.sound.until_heard("the place", &prompt("en/queue/first"), 0);

    write(&server, "announce_place = \"30s\"", "announce_place = \"10s\"");
    let diff = run(&["diff", &folder, "--running", &data]);
    for line in shown("$ telefonist diff") {
        assert!(diff.out.contains(&line), "the page shows `{line}`:\n{}", diff.out);
    }
    let ran = tell(&server, &["reload"]);
    assert_eq!(ran.code, Some(0), "{}{}", ran.out, ran.err);
    server.until_calls(&["waiting"]);

    // A fault is refused, and the plan in force stays.
    write(&server, "goto = \"queue.support\"", "goto = \"queue.suport\"");
    let ran = tell(&server, &["reload"]);
    assert_eq!(ran.code, Some(1), "{}", ran.out);
    let said = format!("{}{}", ran.out, ran.err).replace(&format!("{folder}/"), "");
    for line in shown("$ telefonist reload") {
        assert!(said.contains(&line), "the page shows `{line}`:\n{said}");
    }
    let mut other = Sipp::dial(server.sip(), "0708000052");
    other.sound.until_heard("the welcome", &prompt("en/welcome"), 0);
    server.until_calls(&["waiting", "waiting"]);

    let ran = tell(&server, &["plan", "rollback", "1", &folder, "--data", &data]);
    assert_eq!(ran.code, Some(0), "{}{}", ran.out, ran.err);
    let plan = fs::read_to_string(server.site().folder().join("dialplan.toml")).unwrap();
    assert!(plan.contains("announce_place = \"30s\""), "{plan}");
    server.until_calls(&["waiting", "waiting"]);
    waiting.hang_up();
    other.hang_up();
    server.until_closed(2);
}
