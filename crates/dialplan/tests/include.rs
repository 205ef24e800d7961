//! Several files are one plan.

#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

use dialplan::{Checked, Faults, INCLUDED_MAX, Origins, Outside, Plan, TEXT_BYTES_MAX};
use expect_test::{Expect, expect};
use std::collections::BTreeMap;

const SITE: &str = "/etc/telefonist/dialplan.toml";

/// A site of these files, whose plan is the first one.
fn check(files: &[(&str, &str)]) -> Checked {
    check_after(files, None)
}

/// The same, perhaps in the place of another plan.
fn check_after(files: &[(&str, &str)], before: Option<&Plan>) -> Checked {
    let texts: BTreeMap<&str, &str> = files.iter().copied().collect();
    let mut site = |source: Outside<'_>| match source {
        Outside::Part(name) => texts
            .get(name)
            .map(|text| (*text).to_owned())
            .ok_or_else(|| format!("{name}: no such file")),
        Outside::Folder(folder) => {
            let names: Vec<_> = texts.keys().filter_map(|name| name.strip_prefix(folder)).collect();
            let names: Vec<_> = names.into_iter().filter(|name| !name.contains('/')).collect();
            // As the disk has them: in no order that says anything.
            let listed = names.into_iter().rev().collect::<Vec<_>>().join("\n");
            if listed.is_empty() { Err(format!("{folder}: no such folder")) } else { Ok(listed) }
        }
        Outside::Env(_) | Outside::File(_) => Ok("secret".to_owned()),
        Outside::Directory(_)
        | Outside::Calendar(_)
        | Outside::CalendarAt { .. }
        | Outside::CalendarNews(_)
        | Outside::OtherWords { .. }
        | Outside::Text { .. } => Err("nothing".to_owned()),
    };
    let (_, plan) = files.first().unwrap();
    match before {
        Some(before) => Plan::check_after(before, SITE, plan, &|_, _| true, &mut site),
        None => Plan::check(SITE, plan, &|_, _| true, &mut site),
    }
}

fn told(faults: &Faults) -> String {
    let lines = faults.iter().map(|fault| {
        let file = fault.file.trim_start_matches("/etc/telefonist/");
        let help = fault.suggestion.as_deref().map(|told| format!(" ({told})")).unwrap_or_default();
        format!("{file}:{}:{} {}: {}{help}\n", fault.line, fault.column, fault.id, fault.message)
    });
    lines.collect()
}

fn check_faults(files: &[(&str, &str)], expected: Expect) {
    expected.assert_eq(&told(&check(files).faults));
}

const NUMBERS: &str = "timezone = \"Europe/Stockholm\"\ninclude = [\"queues.toml\", \"agents/*.toml\"]\n\
    [number.9000]\ngoto = \"queue.support\"\n";
const QUEUES: &str = "[queue.support]\n[queue.sales]\n";
const ANA: &str = "[agent.1001]\nsecret_env = \"ANA\"\nqueues = \"all\"\n";
const BO: &str = "[agent.1002]\nsecret_env = \"BO\"\nqueues = \"all\"\n";

#[test]
fn the_files_of_a_list_and_of_a_pattern_are_one_plan_in_their_order() {
    let checked = check(&[
        (
            "dialplan.toml",
            &NUMBERS.replace("support\"\n", "support\"\n[number.9001]\ngoto = \"queue.sales\"\n"),
        ),
        ("queues.toml", QUEUES),
        ("agents/bo.toml", BO),
        ("agents/ana.toml", ANA),
        ("agents/notes.txt", "no plan at all"),
        ("agents/.hidden.toml", "nor this"),
    ]);
    assert_eq!(told(&checked.faults), "");
    let plan = checked.plan.unwrap();
    let accounts: Vec<_> = plan.agents.iter().map(|agent| &*agent.account).collect();
    assert_eq!(accounts, ["1001", "1002"]);
    let queues: Vec<_> = plan.queues.iter().map(|queue| &*queue.name).collect();
    assert_eq!(queues, ["support", "sales"]);
}

#[test]
fn a_file_that_is_named_comes_before_those_that_a_pattern_finds() {
    let plan = NUMBERS.replace("queues.toml\"", "agents/bo.toml\", \"./*.toml\"");
    let checked = check(&[
        ("dialplan.toml", &plan),
        ("queues.toml", "[queue.support]\n"),
        ("agents/ana.toml", ANA),
        ("agents/bo.toml", BO),
    ]);
    assert_eq!(told(&checked.faults), "");
    let plan = checked.plan.unwrap();
    let accounts: Vec<_> = plan.agents.iter().map(|agent| &*agent.account).collect();
    assert_eq!(accounts, ["1002", "1001"]);
}

#[test]
fn every_fault_names_the_file_and_line_it_is_in() {
    check_faults(
        &[
            ("dialplan.toml", &NUMBERS.replace("queue.support", "queue.suport")),
            ("queues.toml", "[queue.support]\n# åäö\nring = \"soon\"\n"),
            ("agents/ana.toml", ANA),
            ("agents/bo.toml", "[agent.1002]\nsecret_env = \"BO\"\nqueues = [\"sales\"]\ntirs = 1"),
        ],
        expect![[r#"
            dialplan.toml:4:8 undefined-queue: there is no `queue.suport` (did you mean `queue.support`?)
            queues.toml:3:8 bad-length: `soon` is no length of time (write it as "20s", "2m", "1m30s" or "500ms")
            agents/bo.toml:3:11 undefined-queue: there is no queue `sales`
            agents/bo.toml:4:1 unknown-key: `tirs` is not known in `agent.1002` (did you mean `tiers`?)
        "#]],
    );
}

#[test]
fn faults_are_drawn_with_the_lines_of_their_file() {
    let faults = check(&[
        ("dialplan.toml", NUMBERS),
        ("queues.toml", "[queue.support]\nrnig = \"20s\"\nsecret = \"hush\"\n"),
        ("agents/ana.toml", ANA),
    ]);
    expect![[r#"
        unknown-key

          × `rnig` is not known in `queue.support`
           ╭─[/etc/telefonist/queues.toml:2:1]
         1 │ [queue.support]
         2 │ rnig = "20s"
           · ──┬─
           ·   ╰── here
         3 │ secret = "****"
           ╰────
          help: known here: ageing, alert_info, announce_place, announce_wait, at, at_closing, closed,
                confidence, decline_pause, digits, disposition, expected_talk, full, hours, last_agent,
                last_agent_within, music, name, needs, pause_key, priority, record, record_announce,
                record_key, redial_window, relax, reminder, ring, ring_next, skills, strategy, survey,
                tiers, waiting_max, welcome, when, whisper, whisper_wait, wrap_up, wrap_up_max,
                wrap_up_step
        unknown-key

          × `secret` is not known in `queue.support`
           ╭─[/etc/telefonist/queues.toml:3:1]
         2 │ rnig = "20s"
         3 │ secret = "****"
           · ───┬──
           ·    ╰── here
           ╰────
          help: known here: ageing, alert_info, announce_place, announce_wait, at, at_closing, closed,
                confidence, decline_pause, digits, disposition, expected_talk, full, hours, last_agent,
                last_agent_within, music, name, needs, pause_key, priority, record, record_announce,
                record_key, redial_window, relax, reminder, ring, ring_next, skills, strategy, survey,
                tiers, waiting_max, welcome, when, whisper, whisper_wait, wrap_up, wrap_up_max,
                wrap_up_step
    "#]].assert_eq(&faults.faults.to_string());
}

#[test]
fn what_stands_in_two_files_names_both() {
    check_faults(
        &[
            ("dialplan.toml", &format!("{NUMBERS}[short_codes]\nlog_in = \"*1\"\n")),
            (
                "queues.toml",
                &format!("{QUEUES}[number.9000]\ngoto = \"hangup\"\n[queue.support]\n"),
            ),
            ("agents/ana.toml", ANA),
            (
                "agents/bo.toml",
                &format!(
                    "timezone = \"UTC\"\n{ANA}[short_codes]\nlog_out = \"*2\"\n[queue.sales]\n\
                     ring = \"20s\"\n"
                ),
            ),
        ],
        expect![[r#"
            queues.toml:2:8 unreachable-queue: no number leads to `queue.sales`
            queues.toml:3:9 duplicate-number: `number.9000` is written twice, also in /etc/telefonist/dialplan.toml:3 (take one of the two away, or give it another name)
            queues.toml:5:8 duplicate-key: `support` is written twice, also in line 1 (take one of the two away, or give it another name)
            agents/bo.toml:1:1 duplicate-key: `timezone` is written twice, also in /etc/telefonist/dialplan.toml:1 (take one of the two away, or give it another name)
            agents/bo.toml:2:8 duplicate-key: `agent.1001` is written twice, also in /etc/telefonist/agents/ana.toml:1 (take one of the two away, or give it another name)
            agents/bo.toml:5:2 duplicate-key: `short_codes` is written twice, also in /etc/telefonist/dialplan.toml:5 (take one of the two away, or give it another name)
            agents/bo.toml:7:8 duplicate-key: `queue.sales` is written twice, also in /etc/telefonist/queues.toml:2 (take one of the two away, or give it another name)
        "#]],
    );
}

#[test]
fn what_can_not_be_included_says_why() {
    let include = |list: &str| format!("include = {list}\n[number.9000]\ngoto = \"hangup\"\n");
    let plan = include(
        "[\"/etc/passwd\", \"../other.toml\", \"a\\\\b\", \"gone.toml\", \"gone/*.toml\", \
         \"dialplan.toml\", \"a.toml\", \"a.toml\", \"*.tml\", \"[a.toml\", \"*/a.toml\", 3]",
    );
    check_faults(
        &[("dialplan.toml", &plan), ("a.toml", "[say.a]\nprompts = [\"a\"]\n")],
        expect![[r#"
            dialplan.toml:1:12 bad-include: `/etc/passwd` is no file beside this one or below (write a name such as "queues.toml" or "agents/*.toml")
            dialplan.toml:1:27 bad-include: `../other.toml` is no file beside this one or below (write a name such as "queues.toml" or "agents/*.toml")
            dialplan.toml:1:44 bad-include: `a\b` is no file beside this one or below (write a name such as "queues.toml" or "agents/*.toml")
            dialplan.toml:1:52 include-missing: gone.toml: no such file (the names are those of files beside this one, or below)
            dialplan.toml:1:65 include-missing: gone/: no such folder (write a folder beside this file)
            dialplan.toml:1:80 included-twice: a file can not include itself (take it out of the list)
            dialplan.toml:1:107 included-twice: `a.toml` is included already (take one of the two away)
            dialplan.toml:1:117 included-nothing: there is no file `*.tml` (take it out of the list)
            dialplan.toml:1:126 bad-include: `[a.toml`: unclosed character class; missing ']' (`*` stands for any letters, `?` for one, `[ab]` for one of these)
            dialplan.toml:1:137 bad-include: `*/a.toml` is no file beside this one or below (write a name such as "queues.toml" or "agents/*.toml")
            dialplan.toml:1:149 wrong-type: `include` must be a text in quotes, and this is a whole number
        "#]],
    );
    check_faults(
        &[("dialplan.toml", &include("true"))],
        expect![[r#"
        dialplan.toml:1:11 wrong-type: `include` must be a list of texts in quotes, and this is true or false
    "#]],
    );
    check_faults(
        &[("dialplan.toml", &include("\"a.toml\"")), ("a.toml", "include = \"b.toml\"\n")],
        expect![[r#"
            a.toml:1:1 nested-include: a file that is included can not include others (put all names into the list of the first file)
        "#]],
    );
}

#[test]
fn files_are_bounded_in_number_and_in_bytes() {
    let many: Vec<String> = (0..INCLUDED_MAX + 2).map(|n| format!("f{n}.toml")).collect();
    let mut files: Vec<(&str, &str)> = many.iter().map(|name| (name.as_str(), "")).collect();
    files.insert(0, ("dialplan.toml", "include = \"f*.toml\"\n[number.9000]\ngoto = \"hangup\"\n"));
    check_faults(
        &files,
        expect![[r#"
        dialplan.toml:1:11 too-many: a plan may include at most 256 files (put several into one)
    "#]],
    );
    let long = "# ".repeat(TEXT_BYTES_MAX / 4);
    let plan = "include = [\"a.toml\", \"b.toml\"]\n[number.9000]\ngoto = \"hangup\"\n";
    check_faults(
        &[("dialplan.toml", plan), ("a.toml", &long), ("b.toml", &long)],
        expect![[r#"
        dialplan.toml:1:22 too-long: with `b.toml` the files are longer than 1048576 bytes together (include less)
    "#]],
    );
}

#[test]
fn what_is_no_toml_is_told_in_its_file_and_silences_only_what_follows_from_it() {
    check_faults(
        &[
            ("dialplan.toml", NUMBERS),
            ("queues.toml", "[queue.support\nring = \"soon\"\n[queue.sales]\nring = 3\n"),
            ("agents/ana.toml", "[agent.1001]\nname = Ana\nqueues = 7\n"),
        ],
        expect![[r#"
            queues.toml:1:15 syntax: unclosed table, expected `]`
            queues.toml:4:8 wrong-type: `ring` must be a length of time in quotes, such as "20s", and this is a whole number
            agents/ana.toml:1:8 no-secret: `agent.1001` has no secret for its phone to register with (write exactly one of `secret_env` (the name of an environment variable), `secret_file` (a file of the site) or `secret`)
            agents/ana.toml:2:8 syntax: string values must be quoted, expected literal string
            agents/ana.toml:3:10 wrong-type: `queues` must be a list of texts in quotes, and this is a whole number
        "#]],
    );
}

#[test]
fn a_plan_that_is_cut_into_files_is_the_same_plan() {
    const DEMO: &str = include_str!("../../../dialplans/demo/dialplan.toml");
    // But for the places where things stand.
    let placeless = |files: &[(&str, &str)]| {
        let mut plan = check(files).plan.unwrap();
        plan.origins = Origins::default();
        format!("{plan:?}")
    };
    let whole = placeless(&[("dialplan.toml", DEMO)]);
    let tables: Vec<_> = DEMO.match_indices("\n[").map(|(at, _)| at + 1).collect();
    for at in &tables {
        let (first, second) = DEMO.split_at(*at);
        let first = format!("include = \"rest.toml\"\n{first}");
        let cut = placeless(&[("dialplan.toml", &first), ("rest.toml", second)]);
        assert_eq!(cut, whole, "cut at {at}");
    }
    assert!(tables.len() > 20, "the tables of the demo are not found");
}

#[test]
fn a_plan_that_is_cut_into_files_while_calls_are_on_keeps_its_ids() {
    let before = check(&[(
        "dialplan.toml",
        &format!("{QUEUES}{ANA}{BO}[number.9000]\ngoto = \"queue.sales\"\n"),
    )]);
    let before = before.plan.unwrap();
    let files = [
        ("dialplan.toml", NUMBERS),
        ("queues.toml", "[queue.news]\n[queue.support]\n"),
        ("agents/ana.toml", "[agent.1000]\nsecret_env = \"EVA\"\nqueues = [\"news\"]\n"),
        ("agents/bo.toml", BO),
    ];
    let checked = check_after(&files, Some(&before));
    let after = checked.plan.unwrap();
    assert_eq!(after.queue_of("support"), before.queue_of("support"));
    assert_eq!(after.agent_of("1002"), before.agent_of("1002"));
    assert!(after.gone.queues.contains(&before.queue_of("sales").unwrap()));
    assert!(after.gone.agents.contains(&before.agent_of("1001").unwrap()));
    let wrong =
        [("dialplan.toml", NUMBERS), ("queues.toml", "[queue.support]\nrnig = 3\n"), files[3]];
    assert_eq!(
        told(&check_after(&wrong, Some(&before)).faults)
            .lines()
            .next()
            .map(|it| it.split_once(' ').unwrap().0),
        Some("queues.toml:2:1"),
    );
}
