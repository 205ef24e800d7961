//! What differs between two plans, as operators read it.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use dialplan::{Checked, Plan, laid_out};
use expect_test::{Expect, expect};

fn plan(text: &str) -> Plan {
    let Checked { plan, faults } = Plan::check("t", text, &|_, _| true, &mut |_| Ok(String::new()));
    plan.unwrap_or_else(|| panic!("{faults}"))
}

const PLAN: &str = r#"
timezone = "Europe/Stockholm"
operator = "queue.support"
languages = ["sv", "en"]
country = "46"

[number.9000]
goto = "menu.main"
hours = "office"
closed = "say.closed"

[hours.office]
week = ["mon-fri 08:00-17:00"]
special = { "2026-12-23" = "08:00-12:00" }

[menu.main]
prompts = ["main-menu", "en:speak"]
keys = { 1 = "queue.support", 2 = "set.french", 3 = "hangup", 4 = "lookup.who", 5 = "confirm.number" }

[set.french]
needs = "french >= 3"
needs_for = "30s"
goto = "queue.support"

[lookup.who]
directory = "crm"
goto = "queue.support"

[confirm.number]
prompts = ["you-call-from", { phone = "caller" }]
yes = "queue.support"
no = "menu.main"

[directory.crm]
callers = [
    { number = "0701234567", name = "Anna" },
    { number = "0701234568", name = "Bo" },
]

[say.closed]
prompts = ["closed"]
goto = "callback.later"

[callback.later]
queue = "support"
window = "24h"
full = "hangup"

[queue.support]
wrap_up = "15s"
when = [{ waited = "5m", goto = "hangup" }]
at = [{ after = "1m", prompts = ["offer"], keys = { 1 = "hangup" } }]

[agent.1001]
name = "Ana"
secret = "hemligt"
queues = ["support"]
skills = { french = 4 }

[trunk.carrier]
host = "sip.carrier.example"
user = "us"
secret = "carrier-secret"
dial = ["+46"]

[pause.lunch]
max = "1h"
at_max = "resume"

[disposition.sold]
digits = "1"
"#;

/// What is told when each of these pieces of the plan is replaced by another.
fn changes(replaced: &[(&str, &str)]) -> String {
    let mut text = PLAN.to_owned();
    for (before, now) in replaced {
        assert!(text.contains(before), "{before}");
        text = text.replacen(before, now, 1);
    }
    let changes = plan(&text).changes_from(&plan(PLAN));
    changes.iter().map(|change| format!("{change}\n")).collect()
}

fn check(replaced: &[(&str, &str)], expected: Expect) {
    expected.assert_eq(&changes(replaced));
}

#[test]
fn a_plan_does_not_differ_from_itself_however_it_is_written() {
    check(&[], expect![[""]]);
    assert_eq!(plan(&laid_out(PLAN)).changes_from(&plan(PLAN)), []);
    // Of other ids is the same plan still.
    let (front, agents) = PLAN.split_once("[agent.1001]").unwrap();
    let (top, rest) = front.split_once("[number.9000]").unwrap();
    let turned = format!("{top}[agent.1001]{agents}\n[number.9000]{rest}");
    assert_eq!(plan(&turned).changes_from(&plan(PLAN)), []);
}

#[test]
fn values_and_arrows_are_told_before_and_after() {
    check(
        &[
            ("wrap_up = \"15s\"", "wrap_up = \"30s\"\nring = \"25s\"\nstrategy = \"ring_all\""),
            ("3 = \"hangup\"", "3 = \"queue.support\", 6 = \"hangup\""),
            (
                "yes = \"queue.support\"",
                "yes_key = \"3\"\nquestion = \"right\"\ntries = 2\nyes = \"hangup\"",
            ),
            ("waited = \"5m\"", "waited = \"4m\""),
            ("keys = { 1 = \"hangup\" } }", "keys = { 2 = \"hangup\" } }"),
            ("fri 08:00-17:00", "thu 08:00-17:00"),
            ("\"08:00-12:00\"", "\"08:00-13:00\""),
            ("operator = \"queue.support\"", "operator = \"say.closed\""),
            ("[number.9000]", "[keys]\n9 = \"hangup\"\n[number.9000]"),
            ("french >= 3", "french >= 2"),
        ],
        expect![[r#"
            the top: operator leads to say.closed now, and led to queue.support
            the top: key 9 leads to hangup now
            hours office: fri 08:00-17:00 → closed
            hours office: 2026-12-23 08:00-12:00 → 08:00-13:00
            menu main: key 3 leads to queue.support now, and led to hangup
            menu main: key 6 leads to hangup now
            menu main: otherwise leads to say.closed now, and led to queue.support
            set french: needs french >= 3 → french >= 2
            confirm number: question confirm/right → right
            confirm number: tries 3 → 2
            confirm number: key 3 leads to hangup now
            confirm number: otherwise leads to say.closed now, and led to queue.support
            confirm number: key 1 leads nowhere now, and led to queue.support
            queue support: strategy longest_idle → ring_all
            queue support: ring 20s → 25s
            queue support: wrap_up 15s → 30s
            queue support: condition 1 (waited 5m, to hangup) → (waited 4m, to hangup)
            queue support: key 2 of announcement 1 leads to hangup now
            queue support: key 1 of announcement 1 leads nowhere now, and led to hangup
        "#]],
    );
}

#[test]
fn what_is_new_and_what_is_no_more_is_told_once() {
    check(
        &[
            ("[agent.1001]", "[agent.1002]"),
            ("[pause.lunch]", "[pause.meal]"),
            ("[number.9000]", "[number.9001]\ngoto = \"queue.support\"\n[number.9000]"),
        ],
        expect![[r#"
            short codes: *13 pause lunch → pause meal
            number 9001 is new
            agent 1002 is new
            pause meal is new
            agent 1001 is no more
            pause lunch is no more
        "#]],
    );
}

#[test]
fn secrets_and_callers_are_never_told() {
    let changed = [
        ("hemligt", "annat"),
        ("carrier-secret", "verysecret"),
        ("\"Bo\"", "\"Bosse\""),
        ("{ number = \"0701234567\"", "{ number = \"0707654321\""),
    ];
    let told = changes(&changed);
    for private in
        ["hemligt", "annat", "carrier-secret", "verysecret", "0701", "0707", "Bosse", "Anna"]
    {
        assert!(!told.contains(private), "{told}");
    }
    check(
        &changed,
        expect![[r#"
        agent 1001: secret is another one
        trunk carrier: secret is another one
        directory crm: callers: 1 new, 1 no more, 1 changed
    "#]],
    );
}

#[test]
fn people_and_trunks_are_told_in_the_words_of_the_file() {
    check(
        &[
            (
                "skills = { french = 4 }",
                "skills = { french = 5, product = 2 }\ncapacity = 2\nsrtp = \"required\"",
            ),
            ("dial = [\"+46\"]", "dial = [\"+46\", \"+47\"]\nwants = \"national\""),
            ("at_max = \"resume\"", "at_max = \"log_out\""),
            ("digits = \"1\"", "digits = \"2\""),
            ("goto = \"callback.later\"", "goto = \"hangup\""),
            (
                "languages = [\"sv\", \"en\"]",
                "languages = [\"sv\", \"en\"]\nstrangers = \"welcome\"",
            ),
        ],
        expect![[r#"
            the top: strangers refused → welcome
            short codes: *172 file as sold, not said before
            short codes: *171 file as sold is taken out
            say closed: goto leads to hangup now, and led to callback.later
            agent 1001: skill french 4 → 5
            agent 1001: skill product 2, not said before
            agent 1001: capacity 1 → 2
            agent 1001: srtp optional → required
            trunk carrier: wants plus → national
            trunk carrier: dial +46 → +46, +47
            pause lunch: at_max resume → log_out
        "#]],
    );
}

#[test]
fn holidays_are_told_by_their_names() {
    let kept = "[holidays.sverige]\ncountry = \"se\"\n\n[hours.office]\nholidays = \"sverige\"\n";
    check(
        &[
            ("[hours.office]\n", kept),
            (
                "\"2026-12-23\" = \"08:00-12:00\"",
                "\"2026-12-23\" = \"week\", julafton = \"09:00-11:00\"",
            ),
        ],
        expect![[r#"
            holidays sverige is new
            hours office: 2026-12-23 08:00-12:00 → week
            hours office: holidays sverige, not said before
            hours office: red_days closed, not said before
            hours office: eves closed, not said before
            hours office: half_days week, not said before
            hours office: julafton 09:00-11:00, not said before
        "#]],
    );
}
