//! What people read when steps that decide, note, collect and fetch have faults.

use dialplan::Plan;
use expect_test::{Expect, expect};

/// A plan in which all is well, with these steps, of which callers come to the first.
fn plan(first: &str, steps: &str) -> String {
    format!(
        r#"country = "46"
languages = ["sv", "en"]
timezone = "Europe/Stockholm"
[number.9000]
goto = "{first}"
[hours.office]
week = ["mon-fri 08:00-17:00"]
[queue.support]
[queue.billing]
[agent.1001]
secret = "x"
queues = "all"
{steps}"#
    )
}

/// One line for each fault: where, how bad, which, what, and what to do.
fn faults_of(text: &str) -> String {
    let checked = Plan::check("x", text, &|_, _| true, &mut |_| Err("none here".to_owned()));
    let lines = checked.faults.iter().map(|fault| {
        let help = fault.suggestion.as_deref().map(|told| format!(" ({told})")).unwrap_or_default();
        let (line, column, id) = (fault.line, fault.column, fault.id);
        format!("{line}:{column} {:?} {id}: {}{help}\n", fault.severity, fault.message)
    });
    lines.collect()
}

fn check(first: &str, steps: &str, expected: Expect) {
    expected.assert_eq(&faults_of(&plan(first, steps)));
}

/// Each test with its faults.
fn check_tests(tests: &[&str], expected: Expect) {
    let branch = |test: &str| {
        plan(
            "branch.a",
            &format!(
                "[branch.a]\nwhen = [{{ if = \"{test}\", goto = \"queue.support\" }}]\n\
                 otherwise = \"queue.billing\"\n"
            ),
        )
    };
    let told = tests.iter().map(|test| {
        let faults = faults_of(&branch(test));
        let unused = |line: &&str| line.contains("unused-hours");
        let faults: String = faults.split_inclusive('\n').filter(|line| !unused(line)).collect();
        format!("{test}\n{faults}")
    });
    expected.assert_eq(&told.collect::<String>());
}

#[test]
fn a_test_may_ask_all_this() {
    check_tests(
        &[
            "vip and open.office",
            "not known or name is unknown and withheld",
            "(queue.support.waiting > 5 or queue.billing.agents_ready = 0)",
            "queue.support.expected_wait > 1m30s",
            "queue.support.waiting <= queue.billing.waiting",
            "not queue.support.open and queue.support.agents_on_duty >= 2",
            "caller starts with '070' and caller ends with '67'",
            "company contains 'AB' or dialled = '9000' and language != 'en'",
            "time >= 16:30 and weekday = 'fri' and date < '2026-12-24'",
            "vip = yes and withheld = no",
        ],
        expect![[r#"
            vip and open.office
            2:20 Warning unused-language: nobody is ever spoken to in `en` (name it as `language` of a number or a `speak`, or take it out)
            not known or name is unknown and withheld
            2:20 Warning unused-language: nobody is ever spoken to in `en` (name it as `language` of a number or a `speak`, or take it out)
            (queue.support.waiting > 5 or queue.billing.agents_ready = 0)
            2:20 Warning unused-language: nobody is ever spoken to in `en` (name it as `language` of a number or a `speak`, or take it out)
            queue.support.expected_wait > 1m30s
            2:20 Warning unused-language: nobody is ever spoken to in `en` (name it as `language` of a number or a `speak`, or take it out)
            queue.support.waiting <= queue.billing.waiting
            2:20 Warning unused-language: nobody is ever spoken to in `en` (name it as `language` of a number or a `speak`, or take it out)
            not queue.support.open and queue.support.agents_on_duty >= 2
            2:20 Warning unused-language: nobody is ever spoken to in `en` (name it as `language` of a number or a `speak`, or take it out)
            caller starts with '070' and caller ends with '67'
            2:20 Warning unused-language: nobody is ever spoken to in `en` (name it as `language` of a number or a `speak`, or take it out)
            company contains 'AB' or dialled = '9000' and language != 'en'
            2:20 Warning unused-language: nobody is ever spoken to in `en` (name it as `language` of a number or a `speak`, or take it out)
            time >= 16:30 and weekday = 'fri' and date < '2026-12-24'
            2:20 Warning unused-language: nobody is ever spoken to in `en` (name it as `language` of a number or a `speak`, or take it out)
            vip = yes and withheld = no
            2:20 Warning unused-language: nobody is ever spoken to in `en` (name it as `language` of a number or a `speak`, or take it out)
        "#]],
    );
}

#[test]
fn a_test_is_checked_to_the_letter() {
    check_tests(
        &[
            "open.office and",
            "vip or (known",
            "vip known",
            "caller",
            "vop",
            "open.offise",
            "queue.suport.waiting > 1",
            "queue.support.waitin > 1",
            "queue.support.waiting > 5m",
            "queue.support.waiting",
            "queue.support.expected_wait > 5",
            "queue.support.waiting > queue.support.expected_wait",
            "caller > '070'",
            "vip starts with 'x'",
            "caller starts '070'",
            "caller starts with 070",
            "caller = '070",
            "caller is 5",
            "time > 25:00",
            "weekday = 'monday'",
            "date = '24/12'",
            "dialled = '9001'",
            "language = 'swedish'",
            "vip = 1",
            "5 < queue.support.waiting",
            "",
        ],
        expect![[r#"
            open.office and
            14:32 Error bad-test: it ends too early: the name of something that may be so is missing here (write it as "vip and (queue.support.waiting > 5 or caller starts with '+4670')")
            vip or (known
            14:30 Error bad-test: it ends too early: a `)` is missing here (write it as "vip and (queue.support.waiting > 5 or caller starts with '+4670')")
            vip known
            14:21 Error bad-test: `known`: `and`, `or` or the end of it is missing here (write it as "vip and (queue.support.waiting > 5 or caller starts with '+4670')")
            caller
            14:17 Error wrong-type: `caller` is a text, and not yes or no (compare it with something, such as "caller = 'text'")
            vop
            14:17 Error undefined-fact: `vop` is nothing that can be asked (did you mean `vip`?)
            open.offise
            14:17 Error undefined-fact: `open.offise` is nothing that can be asked (did you mean `open.office`?)
            queue.suport.waiting > 1
            14:17 Error undefined-fact: `queue.suport.waiting` is nothing that can be asked (did you mean `queue.support.waiting`?)
            queue.support.waitin > 1
            14:17 Error undefined-fact: `queue.support.waitin` is nothing that can be asked (did you mean `queue.support.waiting`?)
            queue.support.waiting > 5m
            14:41 Error wrong-type: `queue.support.waiting` is a number, and `5m` is a length of time (write such as "queue.support.waiting > 5")
            queue.support.waiting
            14:17 Error wrong-type: `queue.support.waiting` is a number, and not yes or no (compare it with something, such as "queue.support.waiting > 5")
            queue.support.expected_wait > 5
            14:47 Error wrong-type: `queue.support.expected_wait` is a length of time, and `5` is a number (write such as "queue.support.expected_wait > 5m")
            queue.support.waiting > queue.support.expected_wait
            14:41 Error wrong-type: `queue.support.waiting` is a number, and `queue.support.expected_wait` is a length of time (write such as "queue.support.waiting > 5")
            caller > '070'
            14:17 Error wrong-type: `caller` is a text: it is neither more nor less than another (compare it by = or !=)
            vip starts with 'x'
            14:17 Error wrong-type: `vip` is yes or no, and no text (write such as "vip" or "not vip")
            caller starts '070'
            14:31 Error bad-test: `'070'`: `with` is missing here (write it as "vip and (queue.support.waiting > 5 or caller starts with '+4670')")
            caller starts with 070
            14:36 Error bad-test: `070`: a text in quotes is missing here (write it as "vip and (queue.support.waiting > 5 or caller starts with '+4670')")
            caller = '070
            14:26 Error bad-test: `'070`: the quote does not end (write it as "vip and (queue.support.waiting > 5 or caller starts with '+4670')")
            caller is 5
            14:27 Error bad-test: `5`: `known` or `unknown` is missing here (write it as "vip and (queue.support.waiting > 5 or caller starts with '+4670')")
            time > 25:00
            14:24 Error bad-test: `25:00`: what it is compared with is missing here: a number, a text in quotes, a length such as 5m, a time such as 16:30, yes or no, or a name (write it as "vip and (queue.support.waiting > 5 or caller starts with '+4670')")
            weekday = 'monday'
            14:27 Error bad-choice: `monday` is nothing that `weekday` can be (it is one of mon, tue, wed, thu, fri, sat, sun)
            date = '24/12'
            14:24 Error bad-date: `24/12` is no date (write year, month and day, such as '2026-12-24')
            dialled = '9001'
            14:27 Error bad-choice: `9001` is nothing that `dialled` can be (did you mean `9000`?)
            language = 'swedish'
            14:28 Error bad-choice: `swedish` is nothing that `language` can be (it is one of sv, en)
            vip = 1
            14:23 Error wrong-type: `vip` is yes or no, and `1` is a number (write such as "vip" or "not vip")
            5 < queue.support.waiting
            14:17 Error bad-test: `5`: the name of something that may be so is missing here (write it as "vip and (queue.support.waiting > 5 or caller starts with '+4670')")

            14:17 Error bad-test: it ends too early: the name of something that may be so is missing here (write it as "vip and (queue.support.waiting > 5 or caller starts with '+4670')")
        "#]],
    );
}

#[test]
fn a_branch_says_when_and_where_to() {
    check(
        "branch.a",
        "[branch.a]\n",
        expect![[r#"
        6:8 Warning unused-hours: no number and no queue keeps the hours `office`
        8:8 Warning unreachable-queue: no number leads to `queue.support`
        9:8 Warning unreachable-queue: no number leads to `queue.billing`
        13:9 Error missing-key: `branch.a` has no `when`
        13:9 Error missing-key: `branch.a` has no `otherwise`
    "#]],
    );
    check(
        "branch.a",
        "[branch.a]\nwhen = []\notherwise = \"hangup\"\n",
        expect![[r#"
        6:8 Warning unused-hours: no number and no queue keeps the hours `office`
        8:8 Warning unreachable-queue: no number leads to `queue.support`
        9:8 Warning unreachable-queue: no number leads to `queue.billing`
        14:8 Error out-of-range: `branch.a` must have 1 to 16 of `when`
    "#]],
    );
    check(
        "branch.a",
        "[branch.a]
when = [{ if = \"vip\" }, { goto = \"hangup\" }, { if = \"vip\", goto = \"queue.no\", then = 1 }, 5]
otherwise = \"hangup\"
",
        expect![[r#"
            14:9 Error missing-key: `branch.a.when` has no `goto`
            14:25 Error missing-key: `branch.a.when` has no `if`
            14:67 Error undefined-queue: there is no `queue.no` (an arrow leads to "kind.name", or to "hangup")
            14:79 Error unknown-key: `then` is not known in `branch.a.when` (known here: goto, if)
            14:91 Error wrong-type: `branch.a.when` must be a table, and this is a whole number
        "#]],
    );
}

#[test]
fn a_branch_that_leads_back_asks_nobody_anything() {
    check(
        "branch.a",
        "[branch.a]
when = [{ if = \"vip and open.office\", goto = \"branch.b\" }]
otherwise = \"queue.support\"
[branch.b]
when = [{ if = \"known\", goto = \"branch.a\" }]
otherwise = \"queue.billing\"
",
        expect![[r#"
            13:9 Error loop-without-input: `branch.a` leads back to itself and asks the caller nothing: branch.a → branch.b → branch.a (lead one of these arrows to a menu or "hangup")
        "#]],
    );
}

#[test]
fn what_only_a_branch_leads_to_is_reached_and_an_expected_wait_is_not_asked_of_all() {
    let waits = |count: usize| -> String {
        (0..count).map(|at| format!(" or queue.q{at}.expected_wait > 1m")).collect()
    };
    let queues: String = (0..5).map(|at| format!("[queue.q{at}]\n")).collect::<Vec<_>>().concat();
    let with = |count| {
        format!(
            "[branch.a]\nwhen = [{{ if = \"open.office{}\", goto = \"say.c\" }}]\n\
             otherwise = \"queue.support\"\n[say.c]\nprompts = [\"x\"]\ngoto = \"queue.billing\"\n{queues}",
            waits(count)
        )
    };
    check(
        "branch.a",
        &with(4),
        expect![[r#"
            2:20 Warning unused-language: nobody is ever spoken to in `en` (name it as `language` of a number or a `speak`, or take it out)
            16:6 Warning no-operator: key 0 leads to no person from `say.c`: to which of 7 queues is not said (write `operator = "queue.NAME"` at the top, or "none" if no key is to lead to one)
            19:8 Warning unreachable-queue: no number leads to `queue.q0`
            20:8 Warning unreachable-queue: no number leads to `queue.q1`
            21:8 Warning unreachable-queue: no number leads to `queue.q2`
            22:8 Warning unreachable-queue: no number leads to `queue.q3`
            23:8 Warning unreachable-queue: no number leads to `queue.q4`
        "#]],
    );
    check(
        "branch.a",
        &with(5),
        expect![[r#"
        14:16 Error too-many: a branch may ask for the expected wait of at most 4 queues
        19:8 Warning unreachable-queue: no number leads to `queue.q0`
        20:8 Warning unreachable-queue: no number leads to `queue.q1`
        21:8 Warning unreachable-queue: no number leads to `queue.q2`
        22:8 Warning unreachable-queue: no number leads to `queue.q3`
        23:8 Warning unreachable-queue: no number leads to `queue.q4`
    "#]],
    );
}

#[test]
fn a_variable_has_one_kind_and_a_name_of_its_own() {
    check(
        "set.a",
        "[set.a]
values = { matter = 'invoice', caller = 'x', '2nd' = 1, and = 2, half = 0.5 }
goto = \"set.b\"
[set.b]
values = { matter = 1 }
goto = \"branch.c\"
[branch.c]
when = [
    { if = \"matter > 1\", goto = \"queue.support\" },
    { if = \"mattar = 'x'\", goto = \"queue.support\" },
    { if = \"open.office and matter = 'order'\", goto = \"queue.support\" },
]
otherwise = \"queue.billing\"
",
        expect![[r#"
            14:32 Error bad-variable: `caller` can not be the name of a variable (write letters, digits, _ and -, a letter first, and no word of tests)
            14:46 Error bad-variable: `2nd` can not be the name of a variable (write letters, digits, _ and -, a letter first, and no word of tests)
            14:57 Error bad-variable: `and` can not be the name of a variable (write letters, digits, _ and -, a letter first, and no word of tests)
            14:73 Error wrong-type: `half` must be a text, a whole number, true or false, and this is a broken number
            17:12 Error variable-kind: `matter` is a text elsewhere, and a number here (let it be of one kind everywhere, or give one of them another name)
            21:13 Error wrong-type: `matter` is a text: it is neither more nor less than another (compare it by = or !=)
            22:13 Error undefined-fact: `mattar` is nothing that can be asked (did you mean `matter`?)
        "#]],
    );
}

#[test]
fn what_is_shown_is_set_somewhere() {
    let text = plan("set.a", "[set.a]\nvalues = { matter = 'x' }\ngoto = \"hangup\"\n");
    let told = faults_of(&format!("show = [\"matter\", \"mater\", \"x\"]\n{text}"));
    let errors = told.lines().filter(|line| line.contains("Error")).collect::<Vec<_>>().join("\n");
    expect![[r#"
        1:19 Error undefined-variable: no step sets `mater` (did you mean `matter`?)
        1:28 Error undefined-variable: no step sets `x` (set it with `values` of a `set` step, or take it out)"#]].assert_eq(&errors);
}

#[test]
fn a_plan_has_no_more_variables_than_it_may() {
    let values: Vec<_> = (0..65).map(|at| format!("v{at} = {at}")).collect();
    let text = plan(
        "set.a",
        &format!("[set.a]\nvalues = {{ {} }}\ngoto = \"queue.support\"\n", values.join(", ")),
    );
    let told = faults_of(&text);
    let errors = told.lines().filter(|line| line.contains("Error")).collect::<Vec<_>>().join("\n");
    expect!["14:632 Error too-many: a plan may have at most 64 variables"].assert_eq(&errors);
}

#[test]
fn digits_are_collected_into_something_and_can_be_what_they_must_be() {
    check(
        "collect.a",
        "[collect.a]
into = \"caller\"
digits_min = 5
digits_max = 4
end_key = \"5\"
check = \"person\"
goto = \"collect.b\"
[collect.b]
prompts = [\"x\"]
digits_max = 21
check = \"date\"
pattern = \"[0-9\"
end_key = \"none\"
goto = \"queue.support\"
otherwise = \"queue.billing\"
[collect.c]
prompts = [\"x\"]
into = \"pin\"
secret = true
confirm = true
goto = \"branch.d\"
[branch.d]
when = [
    { if = \"pin = '1234' or pin starts with '1'\", goto = \"hangup\" },
    { if = \"open.office and pin is known\", goto = \"hangup\" },
]
otherwise = \"hangup\"
",
        expect![[r##"
            13:10 Error missing-key: `collect.a` has no `prompts`
            13:10 Error out-of-range: `collect.a` has a `digits_min` above its `digits_max` (write 4 or less, or a greater `digits_max`)
            14:8 Error bad-variable: `caller` can not be the name of a variable (write letters, digits, _ and -, a letter first, and no word of tests)
            17:11 Error bad-key: `5` is a digit, and can not end digits (write "#", "*", or "none")
            18:9 Error bad-choice: `person` is nothing that `check` can be (write one of "personal_number", "organisation_number", "date", "phone")
            20:10 Error missing-key: `collect.b` has no `into`
            22:14 Error out-of-range: `digits_max` must be from 1 to 20 (write 20, the most)
            24:11 Error check-twice: `collect.b` has both `check` and `pattern` (take one of them out)
            24:11 Error bad-pattern: `[0-9` is no pattern of keys: unclosed character class (write a regular expression such as "[1-4][0-9]{2}")
            28:10 Error secret-told: `collect.c` would read aloud what is secret (take `confirm` out, or `secret`)
            36:13 Error secret-told: `pin` is secret, and this would tell what it is (take it out, or `secret` of the step that collects it)
            36:29 Error secret-told: `pin` is secret, and this would tell what it is (take it out, or `secret` of the step that collects it)
        "##]],
    );
}

#[test]
fn what_another_program_is_asked_is_checked() {
    check(
        "http.a",
        "[http.a]
goto = \"queue.support\"
[http.b]
url = \"https://{caller}.example/\"
headers = { Host = \"x\", X-Key = \"a\\nb\" }
headers_env = { Authorization = \"NONE\" }
read = { caller = \"a.b\", sum = \"a..b\", n = \"a as integer\", ok = \"a.b as number\" }
timeout = \"10s\"
goto = \"http.c\"
failed = \"hangup\"
[http.c]
url = \"http://crm.example/{callr}/{queue.support.waiting}\"
body = { a = \"{ok}\", b = \"{no\" }
goto = \"http.b\"
unknown = \"queue.billing\"
failed = \"hangup\"
",
        expect![[r#"
            6:8 Warning unused-hours: no number and no queue keeps the hours `office`
            9:8 Warning unreachable-queue: no number leads to `queue.billing`
            13:7 Error missing-key: `http.a` has no `url`
            13:7 Error missing-key: `http.a` has no `failed`
            15:7 Error loop-without-input: `http.b` leads back to itself and asks the caller nothing: http.b → http.c → http.b (lead one of these arrows to a menu or "hangup")
            15:7 Warning unreachable-step: no number leads to `http.b`
            16:7 Error bad-url: `https://{caller}.example/` is no address that can be asked (write it as "https://crm.example/customers/{caller}")
            17:13 Error bad-header: `Host` can not be a header here (write a name such as "X-Api-Key")
            17:33 Error bad-header: `a
            b` can not stand in a header
            18:33 Error secret-missing: none here (start with NONE=… in the environment)
            19:10 Error bad-variable: `caller` can not be the name of a variable (write letters, digits, _ and -, a letter first, and no word of tests)
            19:32 Error bad-read: `a..b` is no place in an answer (write it as "account.balance as number", or as text, or as yes or no)
            19:44 Error bad-read: `a as integer` is no place in an answer (write it as "account.balance as number", or as text, or as yes or no)
            20:11 Error out-of-range: `timeout` must be from 100ms to 5s
            23:7 Warning unreachable-step: no number leads to `http.c`
            24:7 Error undefined-fact: `{callr}` stands for nothing that is known of a call (did you mean `caller`?)
            24:7 Error undefined-fact: `{queue.support.waiting}` stands for nothing that is known of a call (there are caller, withheld, known, vip, name, company, dialled, language, time, weekday, date, week, odd_week, month, caller, ok)
        "#]],
    );
}

#[test]
fn entries_of_several_keys_can_be_pressed_and_ends_have_causes() {
    let text = plan(
        "menu.a",
        "[menu.a]
prompts = [\"x\"]
keys = { \"1[0-9]\" = \"hangup.b\", \"[0-5]{2}\" = \"queue.support\", ab = \"hangup\", \"x\" = \"hangup\", \"[1\" = \"hangup\", \"7*\" = \"queue.no\" }
into = \"and\"
[hangup.b]
cause = \"bussy\"
[hangup.c]
prompts = [\"x\"]
",
    );
    expect![[r##"
        16:33 Error operator-key-taken: key 0 is the operator's everywhere in this plan (let no entry begin with it, or choose another `operator_key` at the top)
        16:63 Error bad-key: `ab` is nothing that a telephone sends (the keys are 0 to 9, "*", "#" and A to D, and patterns of several of them, such as "2[0-9]{2}"; a key * in a pattern is \*)
        16:78 Error bad-key: `x` is no key of a telephone (the keys are 0 to 9, "*", "#" and A to D)
        16:94 Error bad-pattern: `[1` is no pattern of keys: unclosed character class (write a regular expression such as "[1-4][0-9]{2}")
        16:111 Error bad-key: `7*` is nothing that a telephone sends (the keys are 0 to 9, "*", "#" and A to D, and patterns of several of them, such as "2[0-9]{2}"; a key * in a pattern is \*)
        16:118 Error undefined-queue: there is no `queue.no` (an arrow leads to "kind.name", or to "hangup")
        17:8 Error bad-variable: `and` can not be the name of a variable (write letters, digits, _ and -, a letter first, and no word of tests)
        19:9 Error bad-choice: `bussy` is nothing that `cause` can be (write one of "normal", "unknown_number", "busy", "no_answer", "rejected", "congestion", "unavailable")
        20:9 Error missing-key: `hangup.c` has no `cause`
    "##]].assert_eq(&faults_of(&format!("operator = \"queue.billing\"\n{text}")));
}

#[test]
fn nobody_returns_who_was_not_sent_and_a_part_that_asks_may_be_used_again() {
    let parts = "[say.part]\nprompts = [\"x\"]\ngoto = \"return\"\n\
                 [menu.part]\nprompts = [\"x\"]\nkeys = { 1 = \"return\" }\n";
    // Used twice, one behind the other, and again when that is wanted.
    check(
        "sub.a",
        &format!(
            "[sub.a]\ncall = \"menu.part\"\ngoto = \"sub.b\"\n\
             [sub.b]\ncall = \"say.part\"\ngoto = \"branch.c\"\n\
             [branch.c]\nwhen = [{{ if = \"open.office\", goto = \"sub.a\" }}, {{ if = \"vip\", goto = \"queue.billing\" }}]\n\
             otherwise = \"queue.support\"\n{parts}"
        ),
        expect![[r#"
            2:20 Warning unused-language: nobody is ever spoken to in `en` (name it as `language` of a number or a `speak`, or take it out)
            22:6 Warning no-operator: key 0 leads to no person from `say.part`: to which of 2 queues is not said (write `operator = "queue.NAME"` at the top, or "none" if no key is to lead to one)
        "#]],
    );
    check(
        "sub.a",
        &format!(
            "[sub.a]\ncall = \"say.part\"\ngoto = \"branch.c\"\n\
             [branch.c]\nwhen = [{{ if = \"open.office\", goto = \"sub.a\" }}, {{ if = \"vip\", goto = \"menu.part\" }}]\n\
             otherwise = \"retrun\"\n{parts}"
        ),
        expect![[r#"
            13:6 Error loop-without-input: `sub.a` leads back to itself and asks the caller nothing: sub.a → branch.c → sub.a (lead one of these arrows to a menu or "hangup")
            18:13 Error undefined-step: there is no `retrun` (did you mean `return`?)
        "#]],
    );
    check(
        "say.part",
        &format!("[sub.a]\ncall = \"menu.part\"\ngoto = \"hangup\"\n{parts}"),
        expect![[r#"
            6:8 Warning unused-hours: no number and no queue keeps the hours `office`
            8:8 Warning unreachable-queue: no number leads to `queue.support`
            9:8 Warning unreachable-queue: no number leads to `queue.billing`
            13:6 Warning unreachable-step: no number leads to `sub.a`
            16:6 Error return-to-nowhere: callers come to `say.part` whom no `sub` has sent, and it returns them (lead its arrow elsewhere, or come to it by a `sub` alone)
            19:7 Warning unreachable-step: no number leads to `menu.part`
        "#]],
    );
}

#[test]
fn a_value_is_said_as_what_it_can_be_and_what_is_secret_is_not_said() {
    check(
        "collect.pin",
        r#"[collect.pin]
prompts = ["pin"]
into = "pin"
secret = true
goto = "say.all"
[say.all]
prompts = [
    "hello",
    { digits = "pin" },
    { number = "vip" },
    { duration = "queue.support.expected_wait" },
    { date = "time" },
    { money = "dialled" },
    { money = "dialled", currency = "kr" },
    { date = "date", unit = "minutes" },
    { phone = "calller" },
    7,
]
goto = "say.bye"
[say.bye]
prompts = "bye"
otherwise = "hangup"
"#,
        expect![[r#"
            6:8 Warning unused-hours: no number and no queue keeps the hours `office`
            8:8 Warning unreachable-queue: no number leads to `queue.support`
            9:8 Warning unreachable-queue: no number leads to `queue.billing`
            18:6 Error missing-key: `say.all` says a value, and has no `otherwise` for when it is not known (write where callers go then, such as `otherwise = "queue.support"`)
            21:16 Error secret-told: `pin` is secret, and this would tell what it is (take it out, or `secret` of the step that collects it)
            22:16 Error wrong-type: `vip` is yes or no, and can not be said so (yes and no have no words here: ask for it in a branch)
            23:18 Error wrong-type: `queue.support.expected_wait` is a length of time, and can not be said so (a wait is rounded up, or it is soon wrong: say it as `wait`)
            24:14 Error wrong-type: `time` is a time of day, and can not be said so (say it as time)
            25:5 Error missing-key: `say.all.prompts` has no `currency`
            26:37 Error bad-choice: `kr` is nothing that `currency` can be (write one of "SEK", "NOK", "DKK", "EUR", "GBP", "USD")
            27:22 Error unknown-key: `unit` is not known in `say.all.prompts` (known here: date, digits, duration, form, money, number, ordinal, phone, time, wait, weekday)
            28:15 Error undefined-fact: `calller` is nothing that can be asked (did you mean `caller`?)
            29:5 Error wrong-type: `prompts` must be the name of a recording, or a value such as { number = "points" }, and this is a whole number
            34:13 Error nothing-said: `say.bye` says no value, so that nobody goes there (take it out, or write `goto`)
        "#]],
    );
}

#[test]
fn every_language_needs_the_recordings_of_what_is_said() {
    let text = plan(
        "say.now",
        "[say.now]\nprompts = [{ time = \"time\" }]\ngoto = \"queue.support\"\notherwise = \"hangup\"\n",
    );
    let recorded = |tag: &str, name: &str| tag == "sv" || !name.starts_with("clock/");
    let checked = Plan::check("x", &text, &recorded, &mut |_| Err("none here".to_owned()));
    let told: Vec<_> = checked.faults.iter().map(|fault| fault.message.as_str()).collect();
    let missing = told.iter().filter(|it| it.starts_with("not recorded in `en`: clock/"));
    assert_eq!(missing.count(), 1, "{told:?}");
    assert!(!told.iter().any(|it| it.contains("`sv`")), "{told:?}");
}
