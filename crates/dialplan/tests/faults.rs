//! What people read when a dialplan has faults.

use dialplan::{FAULTS_MAX, Outside, Plan, TEXT_BYTES_MAX};
use expect_test::{Expect, expect};

/// One line for each fault: where, how bad, which, what, and what to do.
fn faults_of(text: &str) -> String {
    let recorded = |_: &str, prompt: &str| !prompt.starts_with("unrecorded");
    faults_where(text, &recorded)
}

fn faults_where(text: &str, recorded: &dyn Fn(&str, &str) -> bool) -> String {
    let mut secrets = |source: Outside<'_>| {
        match source {
        Outside::Env("SET") => Ok("secret".to_owned()),
        Outside::Env(name) => Err(format!("the environment has no {name}")),
        Outside::Directory("customers.csv") => Ok("number;name;vip;agent;language\n\
             070-1234567;Anna;yes;1001;en\n\
             abc;Bo;;;\n\
             0701234567;Cia;no;;\n\
             0709999999;Dan;perhaps;;\n\
             0701111111;Eva;;1007;\n\
             0702222222;Finn;;;fr\n\
             0703333333;Gun\n"
            .to_owned()),
        Outside::Directory("spoken.csv") => Ok("number,whisper\n\
             0701,callers/anna\n0702,unrecorded-bo\n0703,unrecorded-cia\n0704,\n0705,unrecorded-bo\n"
            .to_owned()),
        Outside::Directory("nameless.csv") => Ok("name,company\nAnna,\n".to_owned()),
        Outside::Directory(name) | Outside::File(name) | Outside::Part(name) | Outside::Calendar(name) => {
            Err(format!("there is no file {name}"))
        }
        Outside::CalendarAt { url, .. } => Err(format!("{url} does not answer")),
        Outside::CalendarNews(_) | Outside::OtherWords { .. } => Err(String::new()),
        Outside::Text { prompt, .. } => Err(format!("there is no text of {prompt}")),
        Outside::Folder(name) => Err(format!("there is no folder {name}")),
    }
    };
    let checked = Plan::check("dialplan.toml", text, recorded, &mut secrets);
    assert_eq!(checked.plan.is_none(), checked.faults.any_error());
    let lines = checked.faults.iter().map(|fault| {
        let help = fault.suggestion.as_deref().map(|told| format!(" ({told})")).unwrap_or_default();
        let (line, column, id) = (fault.line, fault.column, fault.id);
        format!("{line}:{column} {:?} {id}: {}{help}\n", fault.severity, fault.message)
    });
    lines.collect()
}

fn check(text: &str, expected: Expect) {
    expected.assert_eq(&faults_of(text));
}

/// A plan in which all is well, with `more` behind it.
fn with(more: &str) -> String {
    format!(
        r#"timezone = "Europe/Stockholm"
[queue.support]
[agent.1001]
secret_env = "SET"
queues = "all"
[number.9000]
goto = "queue.support"
{more}"#
    )
}

#[test]
fn a_plan_without_faults_has_none() {
    check(&with(""), expect![[""]]);
}

#[test]
fn every_fault_is_told_at_once_and_in_order() {
    check(
        r#"langage = "en"
[number.9000]
goto = "queue.suport"
[queue.support]
ring = "soon"
wrap_up = 15
[agent.1001]
queues = ["support"]
[menue.main]
"#,
        expect![[r#"
            1:1 Error unknown-key: `langage` is not known at the top of the file (did you mean `language`?)
            3:8 Error undefined-queue: there is no `queue.suport` (did you mean `queue.support`?)
            5:8 Error bad-length: `soon` is no length of time (write it as "20s", "2m", "1m30s" or "500ms")
            6:11 Error wrong-type: `wrap_up` must be a length of time in quotes, such as "20s", and this is a whole number
            7:8 Error no-secret: `agent.1001` has no secret for its phone to register with (write exactly one of `secret_env` (the name of an environment variable), `secret_file` (a file of the site) or `secret`)
            9:2 Error unknown-key: `menue` is not known at the top of the file (did you mean `menu`?)
        "#]],
    );
}

#[test]
fn faults_are_drawn_with_their_line() {
    let text = with("[say.bye]\nprompts = [\"goodbye\"]\ngoto = \"hang-up\"\n");
    let mut set = |asked: Outside<'_>| match asked == Outside::Env("SET") {
        true => Ok("x".to_owned()),
        false => Err(String::new()),
    };
    let faults = Plan::parse("dialplan.toml", &text, &|_, _| true, &mut set);
    expect![[r#"
        undefined-step

          × there is no `hang-up`
            ╭─[dialplan.toml:10:8]
          9 │ prompts = ["goodbye"]
         10 │ goto = "hang-up"
            ·        ────┬────
            ·            ╰── here
            ╰────
          help: did you mean `hangup`?
    "#]]
    .assert_eq(&faults.unwrap_err().to_string());
}

#[test]
fn secrets_are_not_shown_in_excerpts() {
    let text = "[agent.1001]\nsecrt = \"open sesame\"\nqueues = \"all\"\n";
    let faults = Plan::parse("dialplan.toml", text, &|_, _| true, &mut |_| Ok("x".to_owned()));
    let faults = faults.unwrap_err();
    assert!(!faults.to_string().contains("sesame"));
    assert!(faults.to_string().contains("secrt = \"***********\""));
    assert!(!serde_json_of(&faults).contains("sesame"));
}

/// What a serialiser would be given, without depending on one.
fn serde_json_of(faults: &dialplan::Faults) -> String {
    format!("{:?}", faults.iter().collect::<Vec<_>>())
}

#[test]
fn what_is_no_toml_is_told_beside_the_rest() {
    check(
        &with("[say.bye]\nprompts = goodbye\ngoto = \"nowhere\"\n"),
        expect![[r#"
        9:11 Error syntax: string values must be quoted, expected literal string
        10:8 Error undefined-step: there is no `nowhere` (an arrow leads to "kind.name", or to "hangup")
    "#]],
    );
    check(
        &with("[say.bye\nprompts = [\"goodbye\"]\n"),
        expect![[r#"
            8:9 Error syntax: unclosed table, expected `]`
        "#]],
    );
}

#[test]
fn a_number_written_twice_is_a_fault() {
    check(
        &with("[number.9000]\ngoto = \"hangup\"\n"),
        expect![[r#"
            8:9 Error duplicate-number: `9000` is written twice, also in line 6 (take one of the two away, or give it another name)
        "#]],
    );
    check(
        &with("[number.1001]\ngoto = \"hangup\"\n"),
        expect![[r#"
        3:8 Error duplicate-number: `1001` is dialled for two things (numbers, accounts of agents and short codes must differ)
    "#]],
    );
    check(
        &with("[number.\"*11\"]\ngoto = \"hangup\"\n"),
        expect![[r#"
        8:9 Error duplicate-number: `*11` is dialled for two things (numbers, accounts of agents and short codes must differ)
    "#]],
    );
    check(
        &with("[number.\"08 123\"]\ngoto = \"hangup\"\n"),
        expect![[r#"
        8:9 Error bad-number: `08 123` can not be dialled (use digits, letters and + * # . _ - only, as the phone sends them)
    "#]],
    );
}

#[test]
fn secrets_are_exactly_one_and_found() {
    check(
        &with("[agent.1002]\nqueues = \"all\"\n"),
        expect![[r#"
        8:8 Error no-secret: `agent.1002` has no secret for its phone to register with (write exactly one of `secret_env` (the name of an environment variable), `secret_file` (a file of the site) or `secret`)
    "#]],
    );
    check(
        &with("[agent.1002]\nqueues = \"all\"\nsecret = \"a\"\nsecret_env = \"SET\"\n"),
        expect![[r#"
            8:8 Error two-secrets: `agent.1002` has more than one secret (write exactly one of `secret_env` (the name of an environment variable), `secret_file` (a file of the site) or `secret`)
        "#]],
    );
    check(
        &with("[agent.1002]\nqueues = \"all\"\nsecret_env = \"ANA_SECRET\"\n"),
        expect![[r#"
        10:14 Error secret-missing: the environment has no ANA_SECRET (start with ANA_SECRET=… in the environment)
    "#]],
    );
    check(
        &with("[agent.1002]\nqueues = \"all\"\nsecret_file = \"ana.txt\"\n"),
        expect![[r#"
        10:15 Error secret-missing: there is no file ana.txt (put the secret into `ana.txt`)
    "#]],
    );
    check(
        &with("[agent.1002]\nqueues = \"all\"\nsecret = \"\"\n"),
        expect![[r#"
        10:10 Error secret-missing: the secret is empty (write the secret that the phone or the carrier has)
    "#]],
    );
}

#[test]
fn arrows_lead_somewhere() {
    check(
        &with("[number.9001]\ngoto = \"support\"\n"),
        expect![[r#"
        9:8 Error undefined-step: there is no `support` (did you mean `queue.support`?)
    "#]],
    );
    check(
        &with("[number.9001]\ngoto = \"queue.sport\"\n"),
        expect![[r#"
        9:8 Error undefined-queue: there is no `queue.sport` (did you mean `queue.support`?)
    "#]],
    );
    check(
        &with("[number.9001]\ngoto = \"somewhere else\"\n"),
        expect![[r#"
        9:8 Error undefined-step: there is no `somewhere else` (an arrow leads to "kind.name", or to "hangup")
    "#]],
    );
    check(
        &with("[agent.1002]\nsecret = \"x\"\nqueues = [\"suport\", \"queue.support\"]\n"),
        expect![[r#"
            10:11 Error undefined-queue: there is no queue `suport` (did you mean `support`?)
            10:21 Error undefined-queue: there is no queue `queue.support` (did you mean `support`?)
        "#]],
    );
}

#[test]
fn callers_do_not_go_round_without_being_asked() {
    check(
        &with(
            r#"[number.9001]
goto = "say.a"
[say.a]
prompts = ["a"]
goto = "speak.b"
[speak.b]
language = "en"
goto = "say.a"
"#,
        ),
        expect![[r#"
            10:6 Error loop-without-input: `say.a` leads back to itself and asks the caller nothing: say.a → speak.b → say.a (lead one of these arrows to a menu or "hangup")
        "#]],
    );
    check(
        &with("[queue.b]\nfull = \"queue.c\"\n[queue.c]\nfull = \"queue.b\"\n"),
        expect![[r#"
            8:8 Error overflow-cycle: `queue.b` leads back to itself and asks the caller nothing: queue.b → queue.c → queue.b (let one of these queues send callers on to a voicemail, a menu or "hangup")
            8:8 Warning unreachable-queue: no number leads to `queue.b`
            10:8 Warning unreachable-queue: no number leads to `queue.c`
        "#]],
    );
}

#[test]
fn a_loop_by_any_arrow_of_a_lookup_is_told() {
    for arrow in ["goto", "vip", "unknown", "failed"] {
        let others = if arrow == "goto" { "" } else { "goto = \"queue.a\"\n" };
        let faults = faults_of(&with(&format!(
            "[number.9001]\ngoto = \"lookup.who\"\n[lookup.who]\ndirectory = \"d\"\n{others}{arrow} = \"say.a\"\n\
             [say.a]\nprompts = [\"a\"]\ngoto = \"lookup.who\"\n[directory.d]\ncallers = []\n"
        )));
        assert!(faults.contains("lookup.who → say.a → lookup.who"), "{arrow}: {faults}");
    }
}

#[test]
fn callers_who_answer_nothing_do_not_go_round_for_ever() {
    let round = |more: &str| {
        with(&format!(
            "[number.9001]\ngoto = \"menu.a\"\n[menu.a]\nprompts = [\"a\"]\n\
             keys = {{ 1 = \"queue.support\" }}\n{more}"
        ))
    };
    check(
        &round("otherwise = \"menu.a\"\n"),
        expect![[r#"
        10:7 Warning loop-in-silence: who answers nothing at `menu.a` comes back to it for ever: menu.a → menu.a (let `otherwise` lead to a queue or "hangup" in one of them)
    "#]],
    );
    // By digits, by what is to be confirmed, and by a part that comes back.
    check(
        &round(
            r#"otherwise = "collect.b"
[collect.b]
prompts = ["b"]
into = "b"
digits_max = 4
goto = "queue.support"
otherwise = "sub.c"
[sub.c]
call = "confirm.d"
goto = "menu.a"
[confirm.d]
prompts = ["d"]
yes = "queue.support"
no = "queue.support"
otherwise = "return"
"#,
        ),
        expect![[r#"
            10:7 Warning loop-in-silence: who answers nothing at `menu.a` comes back to it for ever: menu.a → collect.b → sub.c → menu.a (let `otherwise` lead to a queue or "hangup" in one of them)
        "#]],
    );
    // Somebody answers in a queue, and who gives up is gone.
    check(
        &round("otherwise = \"queue.b\"\n[queue.b]\nfull = \"menu.a\"\n"),
        expect![[r#"
        10:7 Warning no-operator: key 0 leads to no person from `menu.a`: to which of 2 queues is not said (write `operator = "queue.NAME"` at the top, or "none" if no key is to lead to one)
    "#]],
    );
    check(&round("otherwise = \"hangup\"\n"), expect![[""]]);
}

#[test]
fn to_which_of_several_queues_the_operator_key_leads_is_to_be_said() {
    let check = |top: &str, more: &str, expected: Expect| {
        let rest = r#"[queue.sales]
[number.9001]
goto = "say.a"
[say.a]
prompts = ["a"]
goto = "confirm.b"
[confirm.b]
prompts = ["b"]
question = ["c"]
yes_key = "0"
yes = "queue.sales"
no = "hangup"
[number.9002]
goto = "say.c"
[say.c]
prompts = ["a"]
goto = "queue.sales"
"#;
        check(&format!("{top}\n{}{more}", with(rest)), expected);
    };
    // Ahead of a question that takes the key itself it does something.
    check(
        "",
        "",
        expect![[r#"
        23:6 Warning no-operator: key 0 leads to no person from `say.c`: to which of 2 queues is not said (write `operator = "queue.NAME"` at the top, or "none" if no key is to lead to one)
    "#]],
    );
    check(
        "",
        "[keys]\n0 = \"hangup\"\n",
        expect![[r#"
        23:6 Warning no-operator: key 0 leads to no person from `say.c`: `keys` has another use of it (write `operator = "queue.NAME"` at the top, or "none" if no key is to lead to one)
    "#]],
    );
    check("", "[keys]\n9 = \"queue.sales\"\n", expect![[""]]);
    check("operator = \"none\"", "", expect![[""]]);
    check(
        "operator = \"none\"\noperator_key = \"*\"",
        "",
        expect![[r#"
        2:16 Warning no-operator: `operator_key` has no use where `operator` is "none" (take one of the two out)
    "#]],
    );
    check(
        "operator = \"queue.sale\"",
        "",
        expect![[r#"
        1:12 Error undefined-queue: there is no `queue.sale` (did you mean `queue.sales`?)
        18:11 Error operator-key-taken: key 0 is the operator's everywhere in this plan (choose another key here, or another `operator_key` at the top)
    "#]],
    );
}

#[test]
fn a_menu_that_asks_again_is_no_loop() {
    check(
        &with(
            r#"[number.9001]
goto = "say.a"
[say.a]
prompts = ["a"]
goto = "menu.b"
[menu.b]
prompts = ["b"]
keys = { 1 = "say.a" }
"#,
        )
        .replacen("timezone", "operator = \"none\"\ntimezone", 1),
        expect![[r#"
            14:7 Warning no-way-to-a-human: nothing that callers of `menu.b` choose leads to a human (let `operator` at the top of the file be a queue, or lead a key to one)
        "#]],
    );
}

#[test]
fn a_menu_has_keys_that_are_keys() {
    check(
        &with(
            r#"[number.9001]
goto = "menu.a"
[number.9002]
goto = "menu.b"
[menu.a]
prompts = []
keys = {}
tries = 0
timeout = "2h"
[menu.b]
prompts = ["b"]
keys = { 10 = "hangup", x = "hangup", 1 = 2 }
"#,
        ),
        expect![[r##"
            12:7 Error nothing-said: `menu.a` says nothing (name at least one recording in `prompts`)
            14:8 Error dead-end: `menu.a` has no key: its callers can not get on
            15:9 Error out-of-range: `tries` must be from 1 to 10 (write 1, the least)
            16:11 Error out-of-range: `timeout` must be from 1s to 60s
            19:25 Error bad-key: `x` is no key of a telephone (the keys are 0 to 9, "*", "#" and A to D)
            19:43 Error wrong-type: `1` must be a text in quotes, and this is a whole number
        "##]],
    );
}

#[test]
fn the_operator_key_is_the_operators() {
    let text = format!(
        "operator = \"queue.support\"\n{}",
        with("[number.9001]\ngoto=\"menu.a\"\n[menu.a]\nprompts=[\"a\"]\nkeys={0=\"hangup\"}\n")
    );
    check(
        &text,
        expect![[r#"
        13:9 Error operator-key-taken: key 0 is the operator's everywhere in this plan (choose another key here, or another `operator_key` at the top)
    "#]],
    );
}

#[test]
fn a_key_that_works_everywhere_is_not_the_operators_and_does_not_lead_back() {
    let keys = "[keys]\n0 = \"queue.support\"\n7 = \"return\"\nx = \"hangup\"\n";
    let text = format!("operator = \"return\"\n{}{keys}", with(""));
    check(
        &text,
        expect![[r##"
            1:12 Error return-to-nowhere: a key that works everywhere can not lead to "return" (lead it to a step, a queue or "hangup")
            10:5 Error operator-key-taken: key 0 is the operator's everywhere in this plan (choose another key here, or another `operator_key` at the top)
            11:5 Error return-to-nowhere: a key that works everywhere can not lead to "return" (lead it to a step, a queue or "hangup")
            12:1 Error bad-key: `x` is no key of a telephone (the keys are 0 to 9, "*", "#" and A to D)
        "##]],
    );
}

#[test]
fn a_key_of_the_top_is_shown_the_way_there() {
    check(
        &with("operator = \"queue.support\"\n"),
        expect![[r#"
        8:1 Error unknown-key: `operator` is not known in `number.9000` (move `operator` above the first `[` of the file)
    "#]],
    );
}

#[test]
fn what_nobody_reaches_is_a_warning() {
    check(
        &with("[say.lost]\nprompts = [\"a\"]\n[queue.lost]\n[hours.lost]\nweek = []\n"),
        expect![[r#"
            8:6 Warning unreachable-step: no number leads to `say.lost`
            10:8 Warning unreachable-queue: no number leads to `queue.lost`
            11:8 Warning unused-hours: no number and no queue keeps the hours `lost`
            11:8 Warning never-open: the hours `lost` never open (write spans into `week`, such as "mon-fri 08:00-17:00")
        "#]],
    );
}

#[test]
fn somebody_must_be_able_to_answer() {
    check(
        r#"[number.9000]
goto = "queue.a"
[number.9001]
goto = "queue.b"
[number.9002]
goto = "queue.c"
[queue.a]
[queue.b]
skills = { french = 4 }
[queue.c]
skills = { french = 3, billing = 2 }
[agent.1001]
secret = "x"
queues = ["b", "c"]
skills = { french = 3 }
[agent.1002]
secret = "x"
queues = ["c"]
skills = { billing = 9 }
"#,
        expect![[r#"
            7:8 Error queue-without-agents: nobody may answer the callers of `queue.a` (add "a" to the `queues` of an agent)
            9:12 Error skill-nobody-has: no agent of `queue.b` has french 4 (give the skill to an agent of the queue, or ask for less)
            10:8 Error queue-without-agents: nobody may answer the callers of `queue.c` (give all of its skills to one agent who has it among `queues`)
        "#]],
    );
}

#[test]
fn how_calls_come_to_agents_is_checked() {
    check(
        r#"[number.9000]
goto = "queue.a"
[queue.a]
strategy = "fastest"
ageing = 5
skills = { french = 4 }
relax = [{ after = "30s", skills = { german = 2 } }, { after = "20s" }, { skills = {} }]
tiers = ["20s", "soon"]
[agent.1001]
secret = "x"
queues = ["a"]
skills = { french = 4 }
tiers = { a = 3, b = 2 }
weight = 0
[agent.1002]
secret = "x"
queues = ["a"]
tiers = { a = 4 }
capacity = 9
[agent.1003]
secret = "x"
queues = ["a"]
capacity = 0
[queue.rings]
alert_info = "Bellcore-dr2"
"#,
        expect![[r#"
            4:12 Error bad-choice: `fastest` is nothing that `strategy` can be (write one of "longest_idle", "least_occupied", "fewest_calls", "round_robin", "linear", "random", "weighted_random", "ring_all", "progressive")
            5:10 Error out-of-range: `ageing` must be from 10 to 1000 (write 10, the least)
            7:54 Error relax-order: steps of `relax` must come later, one after the other
            7:73 Error missing-key: `relax` has no `after`
            8:17 Error bad-length: `soon` is no wait of a tier (write a length from 1s to 3600s, such as "20s")
            13:11 Error no-such-tier: `queue.a` has no tier 3 (give the queue `tiers`, one wait less than there are tiers)
            13:18 Error undefined-queue: there is no queue `b` (did you mean `a`?)
            14:10 Error out-of-range: `weight` must be from 1 to 100 (write 1, the least)
            18:11 Error no-such-tier: `queue.a` has no tier 4 (give the queue `tiers`, one wait less than there are tiers)
            19:12 Error out-of-range: `capacity` must be from 1 to 8 (write 8, the most)
            23:12 Error out-of-range: `capacity` must be from 1 to 8 (write 1, the least)
            24:8 Warning unreachable-queue: no number leads to `queue.rings`
            25:14 Error alert-info: `Bellcore-dr2` is no Alert-Info: an address in angle brackets, at most 200 characters in all (write what the phone's manual says, such as <http://127.0.0.1/Bellcore-dr2>)
        "#]],
    );
}

#[test]
fn what_calls_gather_must_be_met_where_they_come() {
    check(
        r#"[number.9000]
goto = "set.german"
[number.9001]
goto = "set.patient"
[set.german]
needs = "german >= 3"
goto = "queue.a"
[set.patient]
needs = "german >= 3"
needs_for = "1m"
goto = "queue.a"
[set.odd]
needs = "germann"
needs_for = "1s"
priority = 11
[set.idle]
needs_for = "1m"
goto = "hangup"
[queue.a]
[queue.b]
[agent.1001]
secret = "x"
queues = ["a", "b"]
[agent.1002]
secret = "x"
queues = ["b"]
skills = { german = 4 }
"#,
        expect![[r#"
            12:6 Error missing-key: `set.odd` has no `goto`
            12:6 Warning unreachable-step: no number leads to `set.odd`
            13:10 Error skill-nobody-has: no agent has germann 1 (give the skill to an agent, or ask for less)
            15:12 Error out-of-range: `priority` must be from 0 to 10 (write 10, the most)
            16:6 Warning unreachable-step: no number leads to `set.idle`
            17:13 Error needs-for-nothing: `set.idle` has `needs_for` and no `needs`
            19:8 Error demand-nobody-meets: nobody may answer callers who come to `queue.a` by `set.german` (give the skills to an agent of the queue, or let the needs end by `needs_for`)
            20:8 Warning unreachable-queue: no number leads to `queue.b`
        "#]],
    );
}

#[test]
fn calls_come_with_so_many_sets_of_needs_and_no_more() {
    let steps = (1..=9).map(|at| {
        format!(
            "[menu.m{at}]\nprompts = [\"x\"]\nkeys = {{ 1 = \"set.s{at}\", 2 = \"{next}\" }}\n\
             [set.s{at}]\nneeds = \"k\"\ngoto = \"{next}\"\n",
            next = if at < 9 { format!("menu.m{}", at + 1) } else { "queue.support".to_owned() }
        )
    });
    let more = format!(
        "[number.9001]\ngoto = \"menu.m1\"\n{}[agent.1002]\nsecret_env = \"SET\"\n\
         queues = \"all\"\nskills = {{ k = 1 }}\n",
        steps.collect::<String>()
    );
    check(
        &with(&more),
        expect![[r#"
            2:8 Error too-many: calls can come to queues with more than 32 different sets of needs (let fewer `set` steps with `needs` follow one another)
            61:6 Error too-many: more than 8 steps add to what calls need (use one step from several places)
        "#]],
    );
}

#[test]
fn directories_are_checked_row_by_row() {
    check(
        r#"country = "46"
languages = ["sv", "en"]
language = "sv"
[number.9000]
goto = "lookup.who"
directory = "customer"
[lookup.who]
directory = "customers"
goto = "queue.a"
failed = "say.nowhere"
[directory.customers]
file = "customers.csv"
[directory.lost]
file = "lost.csv"
[directory.nameless]
file = "nameless.csv"
timeout = "1s"
[directory.both]
file = "customers.csv"
url = "ftp://crm.example/"
[directory.none]
[directory.inside]
callers = [
    { number = "0701234567", name = "Anna", agent = "100" },
    { number = "+46701234567", language = "fr" },
    { number = "soon", prority = 1 },
    { name = "nobody" },
]
[directory.crm]
url = "https://crm.example/{number}"
token_env = "UNSET"
timeout = "1m"
fields = { nam = "x", company = 3 }
[queue.a]
[agent.1001]
secret = "x"
queues = ["a"]
"#,
        expect![[r#"
            6:13 Error undefined-directory: there is no directory `customer` (did you mean `customers`?)
            10:10 Error undefined-step: there is no `say.nowhere` (an arrow leads to "kind.name", or to "hangup")
            12:8 Warning row-left-out: customers.csv:3: `abc` is no telephone number (the row is left out)
            12:8 Warning row-left-out: customers.csv:4: the number stands above already (the row is left out)
            12:8 Warning row-left-out: customers.csv:5: `perhaps` in the column vip is neither yes nor no (the row is left out)
            12:8 Warning row-left-out: customers.csv:6: no agent `1007` (the row is left out)
            12:8 Warning row-left-out: customers.csv:7: `fr` is none of the plan's languages (the row is left out)
            12:8 Warning row-left-out: customers.csv:8: it has 2 fields, and the header has 5 (the row is left out)
            14:8 Error directory-missing: there is no file lost.csv
            16:8 Error bad-directory: nameless.csv: it has no column `number`
            17:11 Error no-url: `timeout` is of a directory with a `url` only
            18:12 Error directory-nowhere: `directory.both` must say in one way where it is (write exactly one of `callers`, `file` and `url`)
            20:7 Error bad-url: `ftp://crm.example/` is no address that callers can be looked up at (write it as "https://crm.example/callers/{number}")
            21:12 Error directory-nowhere: `directory.none` must say in one way where it is (write exactly one of `callers`, `file` and `url`)
            24:53 Error undefined-agent: there is no agent `100` (did you mean `1001`?)
            25:5 Error duplicate-number: `+46701234567` stands twice in this directory
            25:43 Error undefined-language: `fr` is none of the languages of this plan (the plan has sv, en; add others to `languages` at the top)
            26:16 Error bad-number: `soon` is no telephone number
            26:24 Error unknown-key: `prority` is not known in `callers` (did you mean `priority`?)
            27:5 Error missing-key: `callers` has no `number`
            31:13 Error secret-missing: the environment has no UNSET (start with UNSET=… in the environment)
            32:11 Error out-of-range: `timeout` must be from 100ms to 5s
            33:12 Error unknown-key: `nam` is nothing that is known of callers (write one of name, company, language, priority, vip, agent, whisper)
            33:33 Error wrong-type: `company` must be a text in quotes, and this is a whole number
        "#]],
    );
}

#[test]
fn what_agents_are_told_of_callers_is_recorded_in_their_language() {
    check(
        &with(
            r#"[number.9001]
directory = "rows"
goto = "set.matter"
[set.matter]
whisper = ["matter", "unrecorded-matter"]
goto = "queue.support"
[directory.rows]
file = "spoken.csv"
[directory.here]
callers = [{ number = "0701", whisper = "unrecorded-anna" }]
whispers = ["gold"]
[directory.crm]
url = "http://127.0.0.1/{number}"
whispers = ["gold", "unrecorded-gold"]
"#,
        ),
        expect![[r#"
            12:22 Error missing-prompt: `unrecorded-matter` is not recorded in `en` (put the recording into the folder of prompts as en/unrecorded-matter.wav, or its words into en/prompts.toml for `telefonist prompts build`)
            15:8 Warning missing-prompt: spoken.csv names what is not recorded in `en`: unrecorded-bo, unrecorded-cia (put recordings into the folder of prompts under en/)
            17:41 Error missing-prompt: `unrecorded-anna` is not recorded in `en` (put the recording into the folder of prompts as en/unrecorded-anna.wav, or its words into en/prompts.toml for `telefonist prompts build`)
            18:12 Error no-url: `whispers` is of a directory with a `url` only
            21:21 Error missing-prompt: `unrecorded-gold` is not recorded in `en` (put the recording into the folder of prompts as en/unrecorded-gold.wav, or its words into en/prompts.toml for `telefonist prompts build`)
        "#]],
    );
}

#[test]
fn what_is_needed_is_checked_to_the_letter() {
    let need = |needs: &str| {
        format!(
            r#"[number.9000]
goto = "queue.a"
[queue.a]
needs = "{needs}"
[agent.1001]
secret = "x"
queues = ["a"]
skills = {{ french = 4, product = 5 }}
"#
        )
    };
    let faults: String = [
        "french >= 4 and (product >= 5 or not trainee)",
        "anyone",
        "french and",
        "french = 4",
        "french >= 11",
        "(french or product",
        "french product",
        "or",
        "",
        "not not not not not not not not not french",
        "franch >= 2 or product",
    ]
    .map(|needs| format!("{needs}\n{}", faults_of(&need(needs))))
    .concat();
    expect![[r#"
        french >= 4 and (product >= 5 or not trainee)
        4:47 Warning not-in-vain: no agent has the skill `trainee`, so that `not` leaves nobody out
        anyone
        8:12 Warning unused-skill: no queue and no step asks for the skill `french`
        8:24 Warning unused-skill: no queue and no step asks for the skill `product`
        french and
        4:20 Error bad-need: it ends too early: the name of a skill is missing here (write it as "french >= 4 and (product >= 5 or not trainee)", or "anyone")
        french = 4
        4:17 Error bad-need: `=`: levels are compared by >=, >, <= or < (write it as "french >= 4 and (product >= 5 or not trainee)", or "anyone")
        french >= 11
        4:20 Error bad-need: `11`: a level is a number from 1 to 10 (write it as "french >= 4 and (product >= 5 or not trainee)", or "anyone")
        (french or product
        4:28 Error bad-need: it ends too early: a `)` is missing here (write it as "french >= 4 and (product >= 5 or not trainee)", or "anyone")
        french product
        4:17 Error bad-need: `product`: `and`, `or` or the end of it is missing here (write it as "french >= 4 and (product >= 5 or not trainee)", or "anyone")
        or
        4:10 Error bad-need: `or`: the name of a skill is missing here (write it as "french >= 4 and (product >= 5 or not trainee)", or "anyone")

        4:10 Error bad-need: it ends too early: the name of a skill is missing here (write it as "french >= 4 and (product >= 5 or not trainee)", or "anyone")
        not not not not not not not not not french
        4:42 Error bad-need: `not`: brackets and `not` stand too deep in one another (write it as "french >= 4 and (product >= 5 or not trainee)", or "anyone")
        franch >= 2 or product
        4:10 Error skill-nobody-has: no agent of `queue.a` has franch 2 (did you mean `french`?)
    "#]]
    .assert_eq(&faults);
}

#[test]
fn a_need_that_is_relaxed_lets_somebody_in() {
    check(
        r#"[number.9000]
goto = "queue.a"
[queue.a]
skills = { french = 1 }
needs = "french >= 3"
relax = [{ after = "30s", needs = "french >= 4" }, { after = "60s", needs = "anyone" }]
[agent.1001]
secret = "x"
queues = ["a"]
skills = { french = 4 }
[agent.1002]
secret = "x"
queues = ["a"]
skills = { french = 2 }
"#,
        expect![[r#"
            5:9 Error needs-twice: `queue.a` has both `skills` and `needs` (write all of it in `needs`, such as "french >= 4 and product >= 5")
            6:10 Warning relax-in-vain: this step of `relax` lets no agent in who was not asked before (ask for less, or take the step out)
        "#]],
    );
}

#[test]
fn a_tier_is_of_a_queue_that_the_agent_serves_and_that_has_as_many() {
    check(
        r#"[number.9000]
goto = "queue.a"
[number.9001]
goto = "queue.b"
[queue.a]
ring_next = "5s"
[queue.b]
relax = [{ after = "30s", skills = { german = 2 } }]
[agent.1001]
secret = "x"
queues = ["a"]
tiers = { a = 2, b = 1 }
[agent.1002]
secret = "x"
queues = ["b"]
"#,
        expect![[r#"
            6:13 Error ring-next-alone: `ring_next` is of the strategy "progressive" only (write `strategy = "progressive"`, or take `ring_next` out)
            8:38 Error skill-nobody-has: no agent of `queue.b` has german 2 (give the skill to an agent of the queue, or ask for less)
            12:11 Error no-such-tier: `queue.a` has no tier 2 (give the queue `tiers`, one wait less than there are tiers)
            12:18 Error tier-elsewhere: agent 1001 takes no calls of `b` (add "b" to the agent's `queues`, or take it out here)
        "#]],
    );
}

#[test]
fn every_phrase_is_recorded_in_every_language() {
    let text = format!(
        "languages = [\"sv\", \"en\"]\n{}",
        with(
            r#"[number.9001]
goto = "say.a"
[say.a]
prompts = ["unrecorded-a", "en:unrecorded-b", "de:c"]
"#
        )
    );
    check(
        &text,
        expect![[r#"
            12:12 Error missing-prompt: not recorded in `en`: unrecorded-a, unrecorded-b (put the recordings into the folder of prompts under en/, or the words of unrecorded-a, unrecorded-b into en/prompts.toml for `telefonist prompts build`)
            12:12 Error missing-prompt: `unrecorded-a` is not recorded in `sv` (put the recording into the folder of prompts as sv/unrecorded-a.wav, or its words into sv/prompts.toml for `telefonist prompts build`)
            12:47 Error undefined-language: `de` is none of the languages of this plan (the plan has sv, en; add others to `languages` at the top)
        "#]],
    );
}

#[test]
fn what_every_plan_says_is_recorded_too() {
    let recorded = |_: &str, prompt: &str| !prompt.starts_with("numbers/");
    expect![[r#"
        1:1 Error missing-prompt: what every plan says is not recorded in `en`: numbers/2, numbers/3, numbers/4, numbers/5, numbers/6 and 93 more (put recordings into the folder of prompts under en/; `telefonist prompts check` names each, `telefonist prompts build` speaks what has words)
    "#]].assert_eq(&faults_where(&with(""), &recorded));
}

#[test]
fn hours_say_how_they_are_written() {
    check(
        &with(
            r#"[number.9001]
goto = "hangup"
hours = "offce"
[number.9002]
goto = "hangup"
closed = "hangup"
[number.9003]
goto = "hangup"
hours = "office"
[hours.office]
week = ["mon-fry 08:00-17:00", "sat 8-12"]
closed = ["2026-02-30", "2026-12-24"]
special = { "2026-12-24" = "08:00-25:00", "2026-12-23" = "08:00-12:00" }
"#,
        ),
        expect![[r#"
            10:9 Error undefined-hours: there are no hours `offce` (did you mean `office`?)
            13:10 Error closed-without-hours: `number.9002` has `closed` and no `hours`: it never closes (name the opening hours with `hours`, or take `closed` away)
            18:9 Error bad-hours: `mon-fry 08:00-17:00` are no opening hours (`fry` is no day; write mon, tue, wed, thu, fri, sat or sun)
            18:32 Error bad-hours: `sat 8-12` are no opening hours (`8` is no time of day; write 08:00)
            19:11 Error bad-date: `2026-02-30` is no date (write year, month and day, such as "2026-12-24")
            20:28 Error bad-hours: `08:00-25:00` are no opening hours (`25:00` is no time of day; write 08:00)
        "#]],
    );
    check(
        "timezone = \"Europe/Stokholm\"\n[number.1]\ngoto = \"hangup\"\n",
        expect![[r#"
        1:12 Error bad-timezone: `Europe/Stokholm` is no time zone (did you mean `Europe/Stockholm`?)
    "#]],
    );
    check(
        "[number.1]\ngoto = \"hangup\"\nhours = \"h\"\n[hours.h]\nweek = [\"mon 08:00-17:00\"]\n",
        expect![[r#"
            4:8 Warning no-timezone: hours are read in UTC, since the plan names no time zone (write `timezone = "Europe/Stockholm"` at the top of the file)
        "#]],
    );
}

#[test]
fn holidays_have_days_and_are_kept_by_somebody() {
    check(
        &with("[holidays.a]\n[holidays.b]\ncountry = \"sweden\"\n"),
        expect![[r#"
            8:11 Error no-holidays: `holidays.a` has no day (write `country`, such as "se", the `file` or the `url` of a calendar, or days of your own as `red_days`, `eves` or `half_days`)
            10:11 Error bad-choice: `sweden` is nothing that `country` can be (write one of "se")
        "#]],
    );
    check(
        &with(
            "[holidays.a]\nred_days = [\"24/12\", \"2026-12-24\"]\neves = { \"2026-12-24\" = \"x\" }\n",
        ),
        expect![[r#"
            9:13 Error bad-date: `24/12` is no date (write year, month and day, such as "2026-12-24")
            10:10 Error duplicate-date: 2026-12-24 is written twice
        "#]],
    );
    let hours = "[hours.h]\nweek = [\"mon 08:00-17:00\"]\n";
    check(
        &with(&format!("{hours}holidays = \"sverge\"\n")),
        expect![[r#"
        8:8 Warning unused-hours: no number and no queue keeps the hours `h`
        10:12 Error undefined-holidays: there are no holidays `sverge` (write them as `[holidays.sverge]`, with `country` or days)
    "#]],
    );
    check(
        &with(&format!("[holidays.sverige]\ncountry = \"se\"\n{hours}holidays = \"sverge\"\n")),
        expect![[r#"
            10:8 Warning unused-hours: no number and no queue keeps the hours `h`
            12:12 Error undefined-holidays: there are no holidays `sverge` (did you mean `sverige`?)
        "#]],
    );
    check(
        &with(&format!("{hours}eves = \"closed\"\nhalf_days = \"noon\"\n")),
        expect![[r#"
            8:8 Warning unused-hours: no number and no queue keeps the hours `h`
            10:8 Error without-holidays: `eves` means nothing where no holidays are kept (name them: `holidays = "NAME"`, with `[holidays.NAME]` beside it)
            11:13 Error bad-hours: `noon` are no opening hours (write "closed", "week", or spans such as "08:00-12:00")
            11:13 Error without-holidays: `half_days` means nothing where no holidays are kept (name them: `holidays = "NAME"`, with `[holidays.NAME]` beside it)
        "#]],
    );
    check(
        &with(&format!(
            "[holidays.se]\ncountry = \"se\"\n{hours}holidays = \"se\"\n\
             closed = [\"julafon\", \"24/12\", \"julafton\"]\nspecial = {{ julafton = \"week\" }}\n"
        )),
        expect![[r#"
            10:8 Warning unused-hours: no number and no queue keeps the hours `h`
            13:11 Error bad-date: `julafon` is no date and no holiday of `se` (did you mean `julafton`?)
            13:22 Error bad-date: `24/12` is no date and no holiday of `se` (write year, month and day, such as "2026-12-24")
            14:13 Error duplicate-date: `julafton` is written twice
        "#]],
    );
}

#[test]
fn hours_open_now_and_then_and_once_at_a_time() {
    check(
        &with("[hours.h]\nweek = []\n[shift.s]\nweek = []\n"),
        expect![[r#"
            8:8 Warning unused-hours: no number and no queue keeps the hours `h`
            8:8 Warning never-open: the hours `h` never open (write spans into `week`, such as "mon-fri 08:00-17:00")
            10:8 Warning never-open: the shift `s` never begins (write spans into `week`, such as "mon-fri 08:00-17:00")
            10:8 Warning unused-shift: no agent works the shift `s`
        "#]],
    );
    check(
        &with(
            "[holidays.se]\ncountry = \"se\"\n[hours.h]\nweek = []\nholidays = \"se\"\n\
             half_days = \"08:00-12:00\"\nred_days = \"closed\"\n",
        ),
        expect![[r#"
            10:8 Warning unused-hours: no number and no queue keeps the hours `h`
            10:8 Warning never-open: the hours `h` never open (write spans into `week`, such as "mon-fri 08:00-17:00")
        "#]],
    );
    check(
        &with(
            "[hours.h]\nweek = [\"mon-fri 08:00-12:00, 12:00-17:00\", \"mon 16:00-20:00\"]\n\
             special = { \"2026-12-23\" = \"10:00-14:00, 08:00-12:00\" }\n",
        ),
        expect![[r#"
            8:8 Warning unused-hours: no number and no queue keeps the hours `h`
            9:45 Warning spans-overlap: what opens at 16:00 is open already (write the two as one span, or let one end where the other begins)
            10:28 Warning spans-overlap: what opens at 10:00 is open already (write the two as one span, or let one end where the other begins)
        "#]],
    );
    // A night that is longer than it seems, and one that ends where the morning begins.
    check(
        &with(
            "[hours.h]\nweek = [\"sun 22:00-06:00\", \"mon 05:30-17:00\"]\n\
             [hours.i]\nweek = [\"tue-wed 09:00-17:00\", \"mon,sun 20:00-10:00\"]\n\
             [hours.j]\nweek = [\"mon-sun 00:00-06:00, 22:00-24:00\", \"mon-fri 06:00-17:00\"]\n\
             [hours.k]\nweek = [\"mon-sun 22:00-06:00\", \"mon-sun 06:00-22:00\"]\n",
        ),
        expect![[r#"
            8:8 Warning unused-hours: no number and no queue keeps the hours `h`
            9:28 Warning spans-overlap: what opens at 05:30 is open already (write the two as one span, or let one end where the other begins)
            10:8 Warning unused-hours: no number and no queue keeps the hours `i`
            11:32 Warning spans-overlap: what opens at 09:00 is open already (write the two as one span, or let one end where the other begins)
            12:8 Warning unused-hours: no number and no queue keeps the hours `j`
            14:8 Warning unused-hours: no number and no queue keeps the hours `k`
        "#]],
    );
}

#[test]
fn an_empty_plan_can_not_be_called() {
    check(
        "",
        expect![[r#"
        1:1 Error no-number: no number can be dialled (write `[number.9000]` with `goto = "…"`)
    "#]],
    );
}

#[test]
fn faults_without_end_are_counted() {
    let text: String = (0..FAULTS_MAX + 50).map(|n| format!("[say.s{n}]\n")).collect();
    let checked = Plan::check("x", &text, &|_, _| true, &mut |_| Err(String::new()));
    assert_eq!(checked.faults.len(), FAULTS_MAX);
    assert!(checked.faults.untold() > 0);
    assert!(checked.faults.to_string().ends_with("more faults\n"));
}

/// A plan that can be used, with more warnings than are told.
fn with_many_warnings(more: &str) -> String {
    let unreached = (0..FAULTS_MAX + 50).map(|n| format!("[say.s{n}]\nprompts = [\"a\"]\n"));
    let called = "[number.9000]\ngoto = \"say.s0\"\n";
    format!("{more}{called}{}", unreached.collect::<String>())
}

#[test]
fn what_is_allowed_leaves_room_for_what_is_not() {
    let check = |more: &str| {
        let text = with_many_warnings(more);
        Plan::check("x", &text, &|_, _| true, &mut |_| Err(String::new()))
    };
    let told = check("");
    assert_eq!((told.faults.len(), told.faults.untold()), (FAULTS_MAX, 49));
    assert!(
        told.plan.is_some() && !told.faults.any_error(),
        "warnings, however many, forbid nothing"
    );
    let told = check("allow = [\"unreachable-step\"]\n");
    assert_eq!((told.faults.len(), told.faults.untold()), (0, 0), "{}", told.faults);
    let told = check("[say.last]\nprompts = [\"a\"]\ngoto = \"say.lost\"\n");
    let errors = told.faults.iter().filter(|fault| fault.id == "undefined-step");
    assert_eq!(errors.count(), 1, "an error is told before any warning");
}

#[test]
fn a_text_without_end_is_refused() {
    let text = " ".repeat(TEXT_BYTES_MAX + 1);
    expect![[r#"
        1:1 Error too-long: the file is longer than 1048576 bytes
    "#]]
    .assert_eq(&faults_of(&text));
}

#[test]
fn a_word_for_encryption_that_is_none_is_told_with_those_there_are() {
    check(
        &with("[agent.1002]\nsecret = \"s\"\nqueues = \"all\"\nsrtp = \"mandatory\"\n"),
        expect![[r#"
            11:8 Error bad-choice: `mandatory` is nothing that `srtp` can be (write one of "off", "optional", "required")
        "#]],
    );
}

#[test]
fn keys_of_a_trunk_are_not_sent_in_the_clear() {
    let trunk = "[trunk.t]\nhost = \"sip.carrier.example\"\nsrtp = \"required\"\n";
    check(&with(trunk), expect![[""]]);
    check(&with(&format!("{trunk}transport = \"tls\"\n")), expect![[""]]);
    check(
        &with(&format!("{trunk}transport = \"udp\"\n")),
        expect![[r#"
        10:8 Error srtp-in-the-clear: `srtp` is required where the signalling is in the clear (write transport = "tls", or srtp = "off")
    "#]],
    );
}

#[test]
fn a_trunk_is_proved_by_a_user_and_a_secret() {
    check(&with("[trunk.t]\nhost = \"sip.carrier.example\"\n"), expect![[""]]);
    let of_user = |user: &str| {
        with(&format!(
            "[trunk.t]\nhost = \"sip.carrier.example\"\nsecret = \"x\"\nuser = \"{user}\"\n"
        ))
    };
    check(&of_user("acme+1@carrier.example"), expect![[""]]);
    check(
        &of_user("acme "),
        expect![[r#"
        11:8 Error bad-account: `acme ` can not be a user (write the name that the carrier gave you, without blanks)
    "#]],
    );
    check(
        &of_user(""),
        expect![[r#"
        11:8 Error bad-account: `` can not be a user (write the name that the carrier gave you, without blanks)
    "#]],
    );
    check(
        &with("[trunk.t]\nhost = \"sip.carrier.example\"\nregister = true\nexpires = \"5m\"\n"),
        expect![[r#"
            8:8 Error no-user: `trunk.t` registers and has no `user` (write the `user` that the carrier gave you)
        "#]],
    );
    check(
        &with("[trunk.t]\nhost = \"sip.carrier.example\"\nuser = \"acme\"\n"),
        expect![[r#"
        8:8 Error no-secret: `trunk.t` has no secret for its `user` (write exactly one of `secret_env` (the name of an environment variable), `secret_file` (a file of the site) or `secret`)
    "#]],
    );
    check(
        &with("[trunk.t]\nhost = \"192.0.2.7\"\nuser = \"1001\"\nsecret = \"x\"\ndigest = true\n"),
        expect![[r#"
            10:8 Error duplicate-user: `1001` is the user of somebody else too (give `trunk.t` a user of its own)
        "#]],
    );
    check(
        &with("[trunk.t]\nhost = \"192.0.2.7\"\nexpires = \"5m\"\n"),
        expect![[r#"
        10:11 Error expires-without-register: `trunk.t` has `expires` and does not register (write `register = true`, or take `expires` away)
    "#]],
    );
}

#[test]
fn a_trunk_is_somewhere_and_its_calls_come_from_somewhere() {
    check(
        &with("[trunk.t]\ndial = [\"+46\"]\n"),
        expect![[r#"
        8:8 Error missing-key: `trunk.t` has no `host`
    "#]],
    );
    check(
        &with("[trunk.t]\nhost = \"192.0.2.256\"\naddresses = [\"192.0.2.0/24\", \"0.0.0.0/0\"]\n"),
        expect![[r#"
            9:8 Error bad-host: `192.0.2.256` is no host (write a name or an address, with a port behind a colon if it is not the usual one: "sip.carrier.example", "192.0.2.7:5080")
            10:30 Error bad-address: `0.0.0.0/0` does not fit into `addresses` (write an address or a range such as "192.0.2.0/24")
        "#]],
    );
    check(
        &with(
            "[trunk.t]\nhost = \"carrier.example\"\ntransport = \"sctp\"\ncertificate = \"a b\"\n",
        ),
        expect![[r#"
            10:13 Error bad-choice: `sctp` is nothing that `transport` can be (write one of "udp", "tcp", "tls")
            11:15 Error bad-host: `a b` is no name of a host (write it such as "sip.carrier.example")
        "#]],
    );
}

#[test]
fn numbers_of_a_trunk_have_a_form_and_a_country() {
    check(
        &with("[trunk.t]\nhost = \"192.0.2.7\"\nsends = \"national\"\nwants = \"e164\"\n"),
        expect![[r#"
            10:9 Error no-country: national numbers are of a country, and the plan names none (write `country = "46"` at the top of the file)
            11:9 Error bad-choice: `e164` is nothing that `wants` can be (write one of "plus", "digits", "national")
        "#]],
    );
    check(
        &with("[trunk.t]\nhost = \"192.0.2.7\"\ndial = [\"46\", \"*21\", \"+46x\"]\n"),
        expect![[r#"
            10:15 Error bad-prefix: `*21` does not fit into `dial` (write a prefix with its country such as "+46", or a short number such as "112")
            10:22 Error bad-prefix: `+46x` does not fit into `dial` (write a prefix with its country such as "+46", or a short number such as "112")
        "#]],
    );
    check(
        &format!("country = \"+46\"\nstrangers = \"maybe\"\n{}", with("")),
        expect![[r#"
        1:11 Error bad-country: `+46` is no calling code of a country (write its digits without plus or zeros, such as "46")
        2:13 Error bad-choice: `maybe` is nothing that `strangers` can be (write one of "welcome", "refused")
    "#]],
    );
    check(
        &with("[trunk.t]\nhost = \"192.0.2.7\"\nhealth = \"1s\"\ncalls_max = 0\n"),
        expect![[r#"
            10:10 Error out-of-range: `health` must be at least 5s, or 0s for never
            11:13 Error out-of-range: `calls_max` must be from 1 to 100000 (write 1, the least)
        "#]],
    );
}

#[test]
fn the_hash_of_a_password_stands_in_its_place_and_alone() {
    let sha256 = "5e".repeat(32);
    let hashed = format!("ha1_sha256 = \"{sha256}\"\n");
    let agent = |lines: &str| with(&format!("[agent.1002]\nqueues = \"all\"\n{lines}"));
    check(&agent(&hashed), expect![[r#""#]]);
    check(
        &agent(&format!("{hashed}secret_env = \"SET\"\n")),
        expect![[r#"
        8:8 Error two-secrets: `agent.1002` has a secret beside its hash (keep the `ha1` lines and take the secret out)
    "#]],
    );
    check(
        &agent("ha1_md5 = \"xyzzy\"\n"),
        expect![[r#"
        10:11 Error bad-ha1: `ha1_md5` is not 32 hex digits (paste what `telefonist ha1 ACCOUNT` prints)
    "#]],
    );
}

#[test]
fn what_agents_dial_is_dialled_for_one_thing() {
    check(
        &with(
            r#"[short_codes]
resume = "*131"
[pause.coffee]
digits = "1"
[pause.lunch]
digits = "1"
[pause.training]
[pause.other]
digits = "12345"
[disposition.sold]
digits = "one""#,
        ),
        expect![[r#"
            11:10 Error duplicate-number: `*131` is dialled for two things (numbers, accounts of agents and short codes must differ)
            13:10 Error duplicate-number: `*131` is dialled for two things (numbers, accounts of agents and short codes must differ)
            16:10 Error bad-digits: `12345` can not be dialled behind a short code (write one to 4 digits, such as "1")
            18:10 Error bad-digits: `one` can not be dialled behind a short code (write one to 4 digits, such as "1")
        "#]],
    );
}

#[test]
fn a_pause_that_does_something_at_its_end_has_one() {
    check(
        &with("[pause.coffee]\nat_max = \"resume\""),
        expect![[r#"
        9:10 Error at-max-alone: `pause.coffee` has `at_max` and no `max` (write how long the pause may be, such as `max = "15m"`)
    "#]],
    );
}

#[test]
fn calls_that_have_to_be_filed_can_be() {
    check(
        &with(
            r#"[queue.sales]
disposition = "required"
wrap_up = "0s"
[number.9001]
goto = "queue.sales"
[agent.1002]
secret_env = "SET"
queues = ["sales"]
wrap_up = "0s"
[queue.more]
wrap_up = "5m"
wrap_up_max = "1m"
[number.9002]
goto = "queue.more""#,
        ),
        expect![[r#"
            8:8 Error no-disposition: calls of `queue.sales` are filed as nothing (write `[disposition.NAME]` for each thing that becomes of calls)
            8:8 Error no-time-to-file: `queue.sales` leaves no time to file its calls (give it a `wrap_up`, or let `disposition` be "optional")
            13:8 Error no-time-to-file: agent 1002 has no time to file the calls of `queue.sales` (take the agent's `wrap_up` out, or let it be longer)
            17:8 Error wrap-up-max-below: `wrap_up_max` of `queue.more` is below its `wrap_up` (let it be as long at least)
        "#]],
    );
}

#[test]
fn a_key_does_one_thing_to_a_recording() {
    check(
        &with(
            "[queue.kept]\nrecord = true\nrecord_key = \"*\"\npause_key = \"*\"\n\
             [queue.keyless]\npause_key = \"11\"\n\
             [number.9001]\ngoto = \"queue.kept\"\n[number.9002]\ngoto = \"queue.keyless\"",
        ),
        expect![[r##"
            11:13 Error recording-keys: key * is to pause recordings and to begin and end them (use another key for one of the two)
            13:13 Error bad-key: `11` is no key of a telephone (the keys are 0 to 9, "*", "#" and A to D)
        "##]],
    );
}

#[test]
fn what_announces_a_recording_is_recorded_itself() {
    check(
        &with(
            "[queue.kept]\nrecord = true\nrecord_announce = [\"told\", \"unrecorded-told\"]\n\
             [number.9001]\ngoto = \"queue.kept\"",
        ),
        expect![[r#"
            10:28 Error missing-prompt: `unrecorded-told` is not recorded in `en` (put the recording into the folder of prompts as en/unrecorded-told.wav, or its words into en/prompts.toml for `telefonist prompts build`)
        "#]],
    );
}

#[test]
fn a_supervisor_listens_to_queues_that_there_are_and_may_take_no_calls() {
    check(
        &with(
            r#"[number."*201001"]
goto = "queue.support"
[agent.1099]
secret_env = "SET"
queues = []
supervises = ["support", "suport"]"#,
        ),
        expect![[r#"
            8:9 Error duplicate-number: `*201001` is dialled for two things (numbers, accounts of agents and short codes must differ)
            13:26 Error undefined-queue: there is no queue `suport` (did you mean `support`?)
        "#]],
    );
    // Where nobody supervises a queue the number is nobody else's.
    check(&with("[number.\"*201001\"]\ngoto = \"queue.support\""), expect![[""]]);
}

#[test]
fn what_is_said_to_those_who_dial_codes_is_recorded() {
    check(
        &with(
            r#"[pause.coffee]
prompts = ["unrecorded-coffee"]
[disposition.sold]
prompts = ["unrecorded-sold"]"#,
        ),
        expect![[r#"
            9:12 Error missing-prompt: `unrecorded-coffee` is not recorded in `en` (put the recording into the folder of prompts as en/unrecorded-coffee.wav, or its words into en/prompts.toml for `telefonist prompts build`)
            11:12 Error missing-prompt: `unrecorded-sold` is not recorded in `en` (put the recording into the folder of prompts as en/unrecorded-sold.wav, or its words into en/prompts.toml for `telefonist prompts build`)
        "#]],
    );
}

#[test]
fn an_agent_works_in_a_shift_that_there_is() {
    check(
        &with(
            r#"[shift.early]
week = ["mon-fri 07:00-15:00"]
[agent.1002]
secret_env = "SET"
queues = "all"
shift = "erly"
[agent.1003]
secret_env = "SET"
queues = "all"
shift = "some other"
[shift.late]
week = ["mon"]"#,
        ),
        expect![[r#"
            13:9 Error undefined-shift: there is no shift `erly` (did you mean `early`?)
            17:9 Error undefined-shift: there is no shift `some other` (write it as `[shift.some other]`)
            19:9 Error bad-hours: `mon` are no opening hours (write days and hours, such as "mon-fri 08:00-17:00")
        "#]],
    );
}

/// A plan in which the support queue has these conditions.
fn when(conditions: &str) -> String {
    with(&format!("[[queue.support.when]]\n{conditions}[say.bye]\nprompts = [\"bye\"]\n"))
}

#[test]
fn a_condition_says_one_thing_and_where_to_go() {
    check(
        &when(
            r#"every_agent = ["logged_out", "lost"]
goto = "say.bye"
[[queue.support.when]]
waited = "3m"
calls_per_agent = 4
goto = "say.bye"
[[queue.support.when]]
goto = "say.by"
[[queue.support.when]]
waited = "3m"
on = "join"
[[queue.support.when]]
every_agent = []
goto = "say.bye"
[[queue.support.when]]
every_agent = ["busy"]
on = "join"
lasting = "5s"
goto = "say.bye"
[[queue.support.when]]
calls_per_agnt = 4
goto = "say.bye"
[[queue.support.when]]
expected_wait = "0s"
on = "both"
lasting = "5s"
goto = "say.bye"
"#,
        ),
        expect![[r#"
            9:30 Error bad-choice: `lost` is no way for an agent to be (write some of "logged_out", "unreachable", "paused", "missed_ring", "wrap_up", "busy")
            11:1 Error two-conditions: `waited` and `calls_per_agent` in one condition (write a `[[queue.NAME.when]]` for each)
            15:1 Error no-condition: `queue.support.when` does not say when (write one of every_agent, waited, calls_per_agent, expected_wait)
            17:1 Error missing-key: `queue.support.when` has no `goto`
            19:6 Error not-of-this-condition: `on` belongs to `every_agent` and `expected_wait` (take it out)
            20:1 Error no-condition: `every_agent` is empty: no agent can be so
            26:11 Error not-of-this-condition: `lasting` is about callers who wait (take `lasting` or `on` out)
            28:1 Error no-condition: `queue.support.when` does not say when (write one of every_agent, waited, calls_per_agent, expected_wait)
            29:1 Error unknown-key: `calls_per_agnt` is not known in `queue.support.when` (did you mean `calls_per_agent`?)
            32:17 Error out-of-range: `expected_wait` must be from 1s to 86400s
            34:11 Error not-of-this-condition: `lasting` belongs to `every_agent` (take it out)
        "#]],
    );
}

#[test]
fn an_overflow_that_leads_back_is_a_loop() {
    check(
        &with(
            r#"[[queue.support.when]]
waited = "3m"
goto = "say.bye"
[[queue.support.when]]
every_agent = ["logged_out"]
goto = "queue.back"
[say.bye]
prompts = ["bye"]
goto = "queue.back"
[queue.back]
[[queue.back.when]]
waited = "3m"
goto = "queue.support"
"#,
        ),
        expect![[r#"
            14:6 Error overflow-cycle: `say.bye` leads back to itself and asks the caller nothing: say.bye → queue.back → queue.support → say.bye (let one of these queues send callers on to a voicemail, a menu or "hangup")
            17:8 Error overflow-cycle: `queue.back` leads back to itself and asks the caller nothing: queue.back → queue.support → queue.back (let one of these queues send callers on to a voicemail, a menu or "hangup")
        "#]],
    );
}

#[test]
fn a_menu_on_the_way_of_an_overflow_breaks_the_loop() {
    check(
        &with(
            r#"[[queue.support.when]]
waited = "3m"
goto = "menu.stay"
[menu.stay]
prompts = ["stay"]
keys = { 1 = "queue.support" }
"#,
        ),
        expect![[r#""#]],
    );
}

#[test]
fn a_number_outside_is_one_that_a_trunk_may_carry_and_none_of_ours() {
    check(
        &with(
            r#"[[queue.support.when]]
waited = "3m"
goto = "dial.unlisted"
[dial.unlisted]
number = "+358912345"
failed = "dial.nonsense"
[dial.nonsense]
number = "dial here"
ring = "1s"
failed = "dial.ours"
[dial.ours]
number = "9000"
failed = "dial.nothing"
[dial.nothing]
per_hour_max = 0
failed = "dial.listed"
[dial.listed]
number = "+46812345"
failed = "dial.unlisted"
[trunk.carrier]
host = "192.0.2.1"
dial = ["+46"]
"#,
        ),
        expect![[r#"
            11:7 Error loop-without-input: `dial.unlisted` leads back to itself and asks the caller nothing: dial.unlisted → dial.nonsense → dial.ours → dial.nothing → dial.listed → dial.unlisted (lead one of these arrows to a menu or "hangup")
            12:10 Error number-not-listed: no trunk may carry a call to `+358912345` (write its beginning into `dial` of a trunk)
            15:10 Error bad-number: `dial here` can not be dialled (use digits, letters and + * # . _ - only, as the phone sends them)
            15:10 Error number-not-listed: no trunk may carry a call to `dial here` (write its beginning into `dial` of a trunk)
            16:8 Error out-of-range: `ring` must be from 5s to 300s
            19:10 Error dials-itself: `9000` is a number of this plan: the call would come back (lead the arrow to where that number leads)
            21:7 Error missing-key: `dial.nothing` has no `number`
            22:16 Error out-of-range: `per_hour_max` must be from 1 to 10000 (write 1, the least)
        "#]],
    );
}

#[test]
fn a_call_out_names_trunks_that_are_there_and_may_carry_it() {
    check(
        &with(
            r#"[[queue.support.when]]
waited = "3m"
goto = "dial.one"
[dial.one]
number = "+46812345"
trunk = "carier"
failed = "dial.two"
[dial.two]
number = "+46812345"
trunk = ["carrier", "trunk.mobile"]
failed = "dial.three"
[dial.three]
number = "+46812345"
trunk = ["mobile", "carrier"]
failed = "dial.four"
[dial.four]
number = "+46812345"
trunk = []
[trunk.carrier]
host = "192.0.2.1"
dial = ["+46"]
[trunk.mobile]
host = "192.0.2.2"
dial = ["+467"]
"#,
        ),
        expect![[r#"
            13:9 Error undefined-trunk: there is no trunk `carier` (did you mean `carrier`?)
            17:21 Error undefined-trunk: there is no trunk `trunk.mobile` (did you mean `mobile`?)
            21:10 Error number-not-listed: `trunk.mobile` may not carry a call to `+46812345` (write the number's beginning into `dial` of `trunk.mobile`)
            25:9 Error bad-choice: `trunk` names no trunk (name one, or take `trunk` out: any that may carry the number does)
        "#]],
    );
}

#[test]
fn what_is_to_be_confirmed_has_two_keys_and_two_ways() {
    check(
        &with(
            r#"[number.9001]
goto = "set.order"
[set.order]
values = { order = "7" }
goto = "confirm.nothing"
[confirm.nothing]
prompts = []
yes = "confirm.same"
[confirm.same]
prompts = ["a", { digits = "ordr" }]
question = ["a"]
yes_key = "2"
yes = "confirm.letters"
no = "confirm.unasked"
[confirm.letters]
prompts = ["a", { time = "order" }]
question = ["a"]
no_key = "12"
yes = "queue.support"
no = "queue.suport"
[confirm.unasked]
prompts = ["a"]
no_key = "*"
yes = "queue.support"
no = "queue.support"
"#,
        ),
        expect![[r##"
            13:10 Error nothing-said: `confirm.nothing` says nothing (name at least one recording in `prompts`)
            13:10 Error missing-key: `confirm.nothing` has no `no`
            17:28 Error undefined-fact: `ordr` is nothing that can be asked (did you mean `order`?)
            21:6 Error bad-key: key 2 says both yes and no (choose another `yes_key` or `no_key`)
            25:10 Error bad-key: `12` is no key of a telephone (the keys are 0 to 9, "*", "#" and A to D)
            27:6 Error undefined-queue: there is no `queue.suport` (did you mean `queue.support`?)
            28:10 Error missing-key: `confirm.unasked` asks for key 1 or 2, and has others (write a `question` that names them, or take `yes_key` and `no_key` out)
        "##]],
    );
    check(
        r#"operator = "queue.support"
operator_key = "2"
timezone = "Europe/Stockholm"
[number.9000]
goto = "confirm.all"
[confirm.all]
prompts = ["a"]
yes = "queue.support"
no = "hangup"
[queue.support]
[agent.1001]
secret_env = "SET"
queues = "all"
"#,
        expect![[r#"
            9:6 Error operator-key-taken: key 2 is the operator's everywhere in this plan (choose another key here, or another `operator_key` at the top)
        "#]],
    );
}

#[test]
fn what_is_offered_in_a_queue_has_a_time_words_and_keys_that_lead_somewhere() {
    check(
        &with(
            r#"[[queue.support.at]]
prompts = ["unrecorded"]
[[queue.support.at]]
after = "0s"
every = "5s"
prompts = []
keys = {}
[[queue.support.at]]
after = "1m"
prompts = ["offer"]
keys = { 1 = "say.bye", x = "say.bye", 2 = "say.by" }
key = 1
[say.bye]
prompts = ["bye"]
"#,
        ),
        expect![[r##"
            8:1 Error missing-key: `queue.support.at` has no `after`
            9:12 Error missing-prompt: `unrecorded` is not recorded in `en` (put the recording into the folder of prompts as en/unrecorded.wav, or its words into en/prompts.toml for `telefonist prompts build`)
            10:1 Error nothing-said: `queue.support.at` says nothing (name at least one recording in `prompts`)
            11:9 Error out-of-range: `after` must be from 1s to 86400s
            12:9 Error out-of-range: `every` must be from 10s to 86400s
            14:8 Error dead-end: `queue.support.at` has no key: its callers can not get on
            18:25 Error bad-key: `x` is no key of a telephone (the keys are 0 to 9, "*", "#" and A to D)
            18:44 Error undefined-step: there is no `say.by` (did you mean `say.bye`?)
            19:1 Error unknown-key: `key` is not known in `queue.support.at` (did you mean `keys`?)
        "##]],
    );
}

#[test]
fn a_wait_is_told_behind_a_place() {
    check(
        &with(
            r#"[number.9001]
goto = "queue.told"
[queue.told]
announce_place = "0s"
announce_wait = true
confidence = 99
expected_talk = "1s"
"#,
        ),
        expect![[r#"
            12:17 Error wait-without-place: `announce_wait` is said after the place, and this queue never tells that (write a length for `announce_place`, such as "30s")
            13:14 Error out-of-range: `confidence` must be from 50 to 95 (write 95, the most)
            14:17 Error out-of-range: `expected_talk` must be from 5s to 14400s
        "#]],
    );
}

#[test]
fn what_tells_a_wait_must_be_recorded_where_one_is_told() {
    let recorded = |_: &str, prompt: &str| !prompt.starts_with("queue/wait");
    let told = "[number.9001]\ngoto = \"queue.told\"\n[queue.told]\nannounce_wait = true\n";
    expect![[r#"
        1:1 Error missing-prompt: what every plan says is not recorded in `en`: queue/wait-under-a-minute, queue/wait-about, queue/wait-over-half-an-hour, queue/wait-longer (put recordings into the folder of prompts under en/; `telefonist prompts check` names each, `telefonist prompts build` speaks what has words)
    "#]].assert_eq(&faults_where(&with(told), &recorded));
    assert_eq!(faults_where(&with(""), &recorded), faults_of(&with("")));
}

#[test]
fn a_queue_that_closes_leads_somewhere_and_keeps_hours_that_are_there() {
    check(
        r#"
timezone = "UTC"
[number.1]
goto = "queue.day"
[queue.day]
hours = "dya"
closed = "queue.night"
at_closing = "go"
[queue.night]
closed = "queue.day"
[hours.day]
week = ["mon-fri 08:00-17:00"]
[agent.1001]
secret = "s"
queues = ["day", "night"]
"#,
        expect![[r#"
            5:8 Error overflow-cycle: `queue.day` leads back to itself and asks the caller nothing: queue.day → queue.night → queue.day (let one of these queues send callers on to a voicemail, a menu or "hangup")
            6:9 Error undefined-hours: there are no hours `dya` (write them as `[hours.dya]`)
            8:14 Error bad-choice: `go` is nothing that `at_closing` can be (write one of "serve", "leave")
            11:8 Warning unused-hours: no number and no queue keeps the hours `day`
        "#]],
    );
}

#[test]
fn a_callback_waits_in_a_queue_that_there_is() {
    let text = with(
        r#"
        [number.9001]
        goto = "callback.lost"
        [callback.lost]
        [number.9002]
        goto = "callback.misspelt"
        [callback.misspelt]
        queue = "suport"
        window = "5m"
        attempts_max = 11
        retry = "5h"
        ring = "5s"
        priority = 11
        callbacks_max = 0
        may_type = "yes"
        atempts = 3
        [trunk.carrier]
        host = "192.0.2.1"
        dial = ["+46"]
        "#,
    );
    check(
        &text,
        expect![[r#"
            11:19 Error missing-key: `callback.lost` has no `queue`
            15:17 Error undefined-queue: there is no queue `suport` (did you mean `support`?)
            16:18 Error out-of-range: `window` must be from 600s to 172800s
            17:24 Error out-of-range: `attempts_max` must be from 1 to 10 (write 10, the most)
            18:17 Error out-of-range: `retry` must be from 60s to 14400s
            19:16 Error out-of-range: `ring` must be from 10s to 120s
            20:20 Error out-of-range: `priority` must be from 0 to 10 (write 10, the most)
            21:25 Error out-of-range: `callbacks_max` must be from 1 to 10000 (write 1, the least)
            22:20 Error wrong-type: `may_type` must be true or false, and this is a text
            23:9 Error unknown-key: `atempts` is not known in `callback.misspelt` (known here: ahead, ask_again, at_closing, attempts_max, callbacks_max, confirm, full, goto, may_type, mode, not_numbers, numbers, otherwise, per_number_a_day, priority, prompts, queue, requests_per_hour_max, retry, ring, slots, too_late, typed_numbers, unsure_margin, window)
        "#]],
    );
}

#[test]
fn a_callback_of_a_plan_without_a_queue_is_a_fault_and_no_panic() {
    check(
        "[number.9001]\ngoto = \"callback.a\"\n[callback.a]\nqueue = \"b\"\n",
        expect![[r#"
        3:11 Error callback-nowhere: `callback.a` can call nobody: no trunk has `dial` (write what may be called into `dial` of a trunk, such as "+46")
        4:9 Error undefined-queue: there is no queue `b`
    "#]],
    );
}

#[test]
fn a_callback_can_be_made_and_in_time_and_the_operator_key_is_another() {
    let text = format!(
        "operator = \"queue.support\"\noperator_key = \"2\"\n{}",
        with(
            r#"
        [number.9001]
        goto = "callback.office"
        [callback.office]
        queue = "support"
        window = "1h"
        retry = "30m"
        attempts_max = 4
        [number.9002]
        goto = "callback.own"
        [callback.own]
        queue = "support"
        may_type = false
        attempts_max = 3
        window = "20m"
        [trunk.inbound]
        host = "192.0.2.1"
        "#,
        )
    );
    check(
        &text,
        expect![[r#"
            13:19 Error callback-nowhere: `callback.office` can call nobody: no trunk has `dial` (write what may be called into `dial` of a trunk, such as "+46")
            13:19 Warning callback-window-short: `window` of `callback.office` is over before attempt 4 of `attempts_max` (let `attempts_max` be 3, `retry` shorter or `window` longer)
            13:19 Error operator-key-taken: key 2 is the operator's everywhere in this plan, and `callback.office` asks for it (choose another `operator_key` at the top)
            20:19 Error callback-nowhere: `callback.own` can call nobody: no trunk has `dial` (write what may be called into `dial` of a trunk, such as "+46")
            20:19 Error operator-key-taken: key 2 is the operator's everywhere in this plan, and `callback.own` asks for it (choose another `operator_key` at the top)
        "#]],
    );
}

#[test]
fn the_operator_key_is_none_of_those_that_choose_a_time() {
    let with_key = |key: &str, offered: u32, expected: Expect| {
        let callback = with(&format!(
            "[number.9001]\ngoto = \"callback.times\"\n[callback.times]\nqueue = \"support\"\nmay_type = false\n\
             ask_again = false\nslots = {{ offered = {offered} }}\n\
             [trunk.carrier]\nhost = \"192.0.2.1\"\ndial = [\"+46\"]\n"
        ));
        check(
            &format!("operator = \"queue.support\"\noperator_key = \"{key}\"\n{callback}"),
            expected,
        );
    };
    // Four times, and the caller's turn.
    with_key("6", 4, expect![[""]]);
    with_key(
        "5",
        4,
        expect![[r#"
        12:11 Error operator-key-taken: key 5 is the operator's everywhere in this plan, and `callback.times` asks for it (choose another `operator_key` at the top)
    "#]],
    );
    with_key(
        "3",
        1,
        expect![[r#"
        12:11 Error operator-key-taken: key 3 is the operator's everywhere in this plan, and `callback.times` asks for it (choose another `operator_key` at the top)
    "#]],
    );
    with_key("3", 0, expect![[""]]);
    with_key(
        "0",
        9,
        expect![[r#"
        16:21 Error out-of-range: `offered` must be from 0 to 8 (write 8, the most)
    "#]],
    );
}

#[test]
fn a_callback_that_a_queue_leads_to_by_itself_does_not_lead_back_to_it() {
    let round = |full: &str| {
        with(&format!(
            r#"
        [number.9001]
        goto = "queue.busy"
        [queue.busy]
        full = "callback.busy"
        [callback.busy]
        queue = "busy"
        {full}
        [trunk.carrier]
        host = "192.0.2.1"
        dial = ["+46"]
        "#
        ))
    };
    check(
        &round(""),
        expect![[r#"
            13:19 Error overflow-cycle: `callback.busy` leads back to itself and asks the caller nothing: callback.busy → queue.busy → callback.busy (let one of these queues send callers on to a voicemail, a menu or "hangup")
        "#]],
    );
    check(&round("full = \"hangup\""), expect![[""]]);
}

#[test]
fn what_a_callback_may_say_is_recorded_digits_among_it() {
    let text = with(
        r#"
        [number.9001]
        goto = "callback.office"
        [callback.office]
        queue = "support"
        prompts = ["unrecorded-offer"]
        [trunk.carrier]
        host = "192.0.2.1"
        dial = ["+46"]
        "#,
    );
    let recorded = |_: &str, prompt: &str| {
        let missing =
            ["unrecorded-offer", "callback/offer", "callback/agent", "numbers/0", "numbers/1"];
        !missing.contains(&prompt)
    };
    let told = faults_where(&text, &recorded);
    expect![[r#"
        1:1 Error missing-prompt: what every plan says is not recorded in `en`: callback/agent, numbers/0, numbers/1 (put recordings into the folder of prompts under en/; `telefonist prompts check` names each, `telefonist prompts build` speaks what has words)
        13:20 Error missing-prompt: `unrecorded-offer` is not recorded in `en` (put the recording into the folder of prompts as en/unrecorded-offer.wav, or its words into en/prompts.toml for `telefonist prompts build`)
    "#]].assert_eq(&told);
}

#[test]
fn a_queue_where_only_callbacks_wait_is_reached_with_what_calls_need() {
    let plan = |skills: &str| {
        with(&format!(
            r#"
        [number.9001]
        goto = "set.gold"
        [set.gold]
        needs = "gold"
        goto = "callback.office"
        [callback.office]
        queue = "back"
        full = "hangup"
        otherwise = "hangup"
        [queue.back]
        [agent.1002]
        secret_env = "SET"
        queues = ["back"]
        {skills}
        [agent.1003]
        secret_env = "SET"
        queues = ["support"]
        skills = {{ gold = 1 }}
        [trunk.carrier]
        host = "192.0.2.1"
        dial = ["+46"]
        "#
        ))
    };
    check(&plan("skills = { gold = 1 }"), expect![[""]]);
    check(
        &plan(""),
        expect![[r#"
        18:16 Error demand-nobody-meets: nobody may answer callers who come to `queue.back` by `set.gold` (give the skills to an agent of the queue, or let the needs end by `needs_for`)
    "#]],
    );
}

#[test]
fn messages_wait_in_a_queue_that_there_is_and_nowhere_else() {
    let text = with(
        r#"
        [number.9001]
        goto = "voicemail.office"
        [voicemail.office]
        queue = "suport"
        heard_max = 0
        [voicemail.lost]
        priority = 3
        heard_max = 2
        [number.9002]
        goto = "voicemail.lost"
        "#,
    );
    check(
        &text,
        expect![[r#"
            12:17 Error undefined-queue: there is no queue `suport` (did you mean `support`?)
            13:21 Error out-of-range: `heard_max` must be from 1 to 100 (write 1, the least)
            14:20 Error message-waits-nowhere: `priority` says how messages wait in a queue, and there is no `queue` (name a `queue` whose agents are to hear them, or drop `priority`)
            14:20 Error message-waits-nowhere: `heard_max` says how messages wait in a queue, and there is no `queue` (name a `queue` whose agents are to hear them, or drop `heard_max`)
        "#]],
    );
}

#[test]
fn a_queue_where_only_messages_wait_is_reached() {
    let text = with(
        r#"
        [number.9001]
        goto = "voicemail.office"
        [voicemail.office]
        queue = "messages"
        priority = 2
        heard_max = 5
        [queue.messages]
        [agent.1002]
        secret_env = "SET"
        queues = ["messages"]
        "#,
    );
    check(&text, expect![[r#""#]]);
}
