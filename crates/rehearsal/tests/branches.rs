//! Made-up calls that come to branches.

#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

use dialplan::Plan;
use dialplan::trial::{Expectation, Figures, Trial, read_at, read_keys};
use expect_test::{Expect, expect};
use rehearsal::{Unheard, rehearse, verdict};
use std::sync::Arc;
use std::time::Duration;

const PLAN: &str = r#"
country = "46"
timezone = "Europe/Stockholm"

[number.9000]
goto = "branch.who"
directory = "regulars"

[branch.who]
when = [
    { if = "vip and name contains 'Berg'", goto = "queue.gold" },
    { if = "queue.support.waiting > 2 and queue.support.agents_ready = 0", goto = "branch.long" },
    { if = "weekday = 'fri' and time >= 09:00 and caller starts with '070'", goto = "queue.support" },
]
otherwise = "hangup"

[branch.long]
when = [{ if = "queue.support.expected_wait > 5m", goto = "queue.gold" }]
otherwise = "hangup"

[directory.regulars]
callers = [{ number = "+46707654321", name = "Anna Berg", vip = true }]

[queue.support]
[queue.gold]

[agent.1001]
secret = "x"
queues = "all"
"#;

#[test]
fn a_number_is_found_however_it_is_written() {
    let text = PLAN.replacen(
        "[number.9000]",
        "[number.\"+468123[45]X\"]\ngoto = \"branch.dialled\"\n[branch.dialled]\n\
         when = [{ if = \"dialled = '08-123 49'\", goto = \"hangup\" }]\n\
         otherwise = \"queue.gold\"\n[number.9000]",
        1,
    );
    let plan = Plan::parse("x", &text, &|_, _| true, &mut |_| Err(String::new())).unwrap();
    let trial =
        |to: &str| Trial { at: Some(read_at("2026-11-27 10:00").unwrap()), ..Trial::of(to) };
    let plan = Arc::new(plan);
    assert_eq!(trial("08-123 49").misfits(&plan), []);
    let told = |to: &str| {
        let now = jiff::Timestamp::UNIX_EPOCH;
        rehearse(&plan, &trial(to), now, &Unheard).map(|it| it.to_string()).unwrap_or_default()
    };
    expect![[r#"
        somebody who withholds the number calls 08-123 49 at 2026-11-27 10:00:00 (Europe/Stockholm)
            0.0 s  x:5  number.+468123[45]X  is always open; speaks en
            0.0 s  x:7  branch.dialled       leads to hangup: dialled = '08-123 49'
            0.0 s       hangup               the call is over
        somebody who withholds the number calls 00468123 50 at 2026-11-27 10:00:00 (Europe/Stockholm)
            0.0 s  x:5   number.+468123[45]X  is always open; speaks en
            0.0 s  x:7   branch.dialled       leads to queue.gold: otherwise
            0.0 s  x:30  queue.gold           waits with priority 0
            0.0 s  x:30  queue.gold           the caller waits
    "#]].assert_eq(&[told("08-123 49"), told("00468123 50"), told("0812360")].concat());
}

#[test]
fn who_is_asked_whether_it_is_right_answers_by_a_key_and_is_asked_nothing_of_what_is_not_known() {
    let text = PLAN.replacen(
        "[number.9000]",
        "[number.9001]\ngoto = \"confirm.number\"\n[confirm.number]\n\
         prompts = [\"you-call-from\", { phone = \"caller\" }]\nyes = \"queue.gold\"\n\
         no = \"hangup\"\notherwise = \"queue.support\"\n[number.9000]",
        1,
    );
    let plan = Plan::parse("x", &text, &|_, _| true, &mut |_| Err(String::new())).unwrap();
    let plan = Arc::new(plan);
    let told = |from: Option<&str>, keys: &str| {
        let trial = Trial {
            at: Some(read_at("2026-11-27 10:00").unwrap()),
            from: from.map(str::to_owned),
            keys: read_keys(keys).unwrap(),
            ..Trial::of("9001")
        };
        assert_eq!(trial.misfits(&plan), []);
        rehearse(&plan, &trial, jiff::Timestamp::UNIX_EPOCH, &Unheard).unwrap().to_string()
    };
    let caller = Some("070-765 43 21");
    expect![[r#"
        070-765 43 21 calls 9001 at 2026-11-27 10:00:00 (Europe/Stockholm)
            0.0 s  x:5   number.9001     is always open; speaks en
            0.0 s  x:7   confirm.number  says of caller “zero seven zero, seven six five, four three two one”
            0.0 s  x:7   confirm.number  says you-call-from, numbers/0, numbers/7, numbers/0, pause, numbers/7, numbers/6, numbers/5, pause, numbers/4, numbers/3, numbers/2, numbers/1, confirm/right
           42.5 s  x:7   confirm.number  key 5 is no choice here
           42.5 s  x:7   confirm.number  says of caller “zero seven zero, seven six five, four three two one”
           42.5 s  x:7   confirm.number  says invalid, you-call-from, numbers/0, numbers/7, numbers/0, pause, numbers/7, numbers/6, numbers/5, pause, numbers/4, numbers/3, numbers/2, numbers/1, confirm/right
           88.0 s  x:7   confirm.number  key 1 is a choice
           88.0 s  x:32  queue.gold      waits with priority 0
           88.0 s  x:32  queue.gold      the caller waits
        070-765 43 21 calls 9001 at 2026-11-27 10:00:00 (Europe/Stockholm)
            0.0 s  x:5  number.9001     is always open; speaks en
            0.0 s  x:7  confirm.number  says of caller “zero seven zero, seven six five, four three two one”
            0.0 s  x:7  confirm.number  says you-call-from (cut), numbers/0 (not heard), numbers/7 (not heard), numbers/0 (not heard), pause (not heard), numbers/7 (not heard), numbers/6 (not heard), numbers/5 (not heard), pause (not heard), numbers/4 (not heard), numbers/3 (not heard), numbers/2 (not heard), numbers/1 (not heard), confirm/right (not heard)
            1.0 s  x:7  confirm.number  key 2 is a choice
            1.0 s       hangup          the call is over
        somebody who withholds the number calls 9001 at 2026-11-27 10:00:00 (Europe/Stockholm)
            0.0 s  x:5   number.9001     is always open; speaks en
            0.0 s  x:7   confirm.number  leads to queue.support: caller is not known
            0.0 s  x:31  queue.support   waits with priority 0
            0.0 s  x:31  queue.support   the caller waits
        Nothing asked for the keys 1.
    "#]]
        .assert_eq(&[told(caller, "51"), told(caller, "2@1s"), told(None, "1")].concat());
}

#[test]
fn who_ends_digits_that_are_done_answers_nothing_of_what_comes_next() {
    let text = PLAN.replacen(
        "[number.9000]",
        "[number.9001]\ngoto = \"collect.day\"\n[collect.day]\nprompts = [\"day\"]\ninto = \"day\"\n\
         check = \"date\"\ngoto = \"confirm.day\"\n[confirm.day]\nprompts = [{ date = \"day\" }]\n\
         yes = \"queue.gold\"\nno = \"hangup\"\n[number.9000]",
        1,
    );
    let plan = Plan::parse("x", &text, &|_, _| true, &mut |_| Err(String::new())).unwrap();
    let trial = Trial {
        at: Some(read_at("2026-11-27 10:00").unwrap()),
        keys: read_keys("20261224#,1").unwrap(),
        ..Trial::of("9001")
    };
    let told = rehearse(&Arc::new(plan), &trial, jiff::Timestamp::UNIX_EPOCH, &Unheard).unwrap();
    let told = told.to_string();
    let behind = told.split_once("leads to confirm.day: typed\n").unwrap().1;
    // All lines are set in alike, and an expectation is not.
    let behind: String = behind.lines().map(|line| format!("{}\n", &line[3..])).collect();
    expect![[r#"
            7.0 s  x:12  confirm.day  says of day “the twenty-fourth of December”
            7.0 s  x:12  confirm.day  says words/the, ordinals/24, words/of, months/december, confirm/right
            7.5 s  x:12  confirm.day  key # does nothing
           22.5 s  x:12  confirm.day  key 1 is a choice
           22.5 s  x:36  queue.gold   waits with priority 0
           22.5 s  x:36  queue.gold   the caller waits
    "#]]
    .assert_eq(&behind);
}

fn check(from: Option<&str>, queue: &str, expected_wait: Option<u64>, expected: Expect) {
    let plan = Plan::parse("x", PLAN, &|_, _| true, &mut |_| Err(String::new())).unwrap();
    let trial = Trial {
        at: Some(read_at("2026-11-27 10:00").unwrap()),
        from: from.map(str::to_owned),
        queues: [("support".to_owned(), Figures::read(queue).unwrap())].into(),
        expected_wait: expected_wait.map(Duration::from_secs),
        ..Trial::of("9000")
    };
    let now = jiff::Timestamp::UNIX_EPOCH;
    let transcript = rehearse(&Arc::new(plan), &trial, now, &Unheard).unwrap();
    expected.assert_eq(&transcript.to_string());
}

#[test]
fn who_calls_and_how_queues_stand_decide_as_they_would_in_earnest() {
    check(
        Some("070-765 43 21"),
        "busy",
        None,
        expect![[r#"
        070-765 43 21 calls 9000 at 2026-11-27 10:00:00 (Europe/Stockholm)
            0.0 s  x:5   number.9000  is always open; speaks en
            0.0 s  x:5   number.9000  directory.regulars: the caller is known, Anna Berg, a very important person
            0.0 s  x:9   branch.who   leads to queue.gold: vip and name contains 'Berg'
            0.0 s  x:25  queue.gold   waits with priority 0
            0.0 s  x:25  queue.gold   the caller waits
    "#]],
    );
    check(
        Some("070-123 45 67"),
        "open",
        None,
        expect![[r#"
        070-123 45 67 calls 9000 at 2026-11-27 10:00:00 (Europe/Stockholm)
            0.0 s  x:5   number.9000    is always open; speaks en
            0.0 s  x:5   number.9000    directory.regulars: the caller is unknown
            0.0 s  x:9   branch.who     leads to queue.support: weekday = 'fri' and time >= 09:00 and caller starts with '070'
            0.0 s  x:24  queue.support  waits with priority 0
            0.0 s  x:24  queue.support  the caller waits
    "#]],
    );
    check(
        Some("070-123 45 67"),
        "busy,callers:3",
        None,
        expect![[r#"
        070-123 45 67 calls 9000 at 2026-11-27 10:00:00 (Europe/Stockholm)
            0.0 s  x:5   number.9000  is always open; speaks en
            0.0 s  x:5   number.9000  directory.regulars: the caller is unknown
            0.0 s  x:9   branch.who   leads to branch.long: queue.support.waiting > 2 and queue.support.agents_ready = 0
            0.0 s  x:17  branch.long  leads to hangup: otherwise
            0.0 s        hangup       the call is over
    "#]],
    );
    check(
        Some("070-123 45 67"),
        "busy,callers:3",
        Some(301),
        expect![[r#"
        070-123 45 67 calls 9000 at 2026-11-27 10:00:00 (Europe/Stockholm)
            0.0 s  x:5   number.9000  is always open; speaks en
            0.0 s  x:5   number.9000  directory.regulars: the caller is unknown
            0.0 s  x:9   branch.who   leads to branch.long: queue.support.waiting > 2 and queue.support.agents_ready = 0
            0.0 s  x:17  branch.long  leads to queue.gold: queue.support.expected_wait > 5m
            0.0 s  x:25  queue.gold   waits with priority 0
            0.0 s  x:25  queue.gold   the caller waits
    "#]],
    );
    check(
        None,
        "open",
        None,
        expect![[r#"
        somebody who withholds the number calls 9000 at 2026-11-27 10:00:00 (Europe/Stockholm)
            0.0 s  x:5  number.9000  is always open; speaks en
            0.0 s  x:5  number.9000  directory.regulars: the caller is unknown
            0.0 s  x:9  branch.who   leads to hangup: otherwise
            0.0 s       hangup       the call is over
    "#]],
    );
}

#[test]
fn where_all_have_logged_out_nobody_is_on_duty() {
    let text = "[number.9000]\ngoto = \"branch.duty\"\n[branch.duty]\n\
        when = [{ if = \"queue.support.agents_on_duty = 0\", goto = \"say.nobody\" }]\n\
        otherwise = \"queue.support\"\n[say.nobody]\nprompts = [\"goodbye\"]\n[queue.support]\n\
        [agent.1001]\nsecret = \"x\"\nqueues = \"all\"\n";
    let plan = Plan::parse("x", text, &|_, _| true, &mut |_| Err(String::new())).unwrap();
    let plan = Arc::new(plan);
    let led_to = |words: &str| {
        let queues = [("support".to_owned(), Figures::read(words).unwrap())].into();
        let trial = Trial { queues, ..Trial::of("9000") };
        let now = jiff::Timestamp::UNIX_EPOCH;
        let transcript = rehearse(&plan, &trial, now, &Unheard).unwrap();
        transcript.entries.last().unwrap().place.to_string()
    };
    assert_eq!(led_to("logged_out"), "hangup");
    assert_eq!(led_to("paused"), "queue.support");
    assert_eq!(led_to("logged_out,agents:1"), "queue.support");
}

#[test]
fn a_rule_of_the_number_refuses_or_leads_elsewhere_before_its_hours() {
    let text = PLAN.replacen(
        "[number.9000]",
        "[hours.never]\nweek = []\n[number.9001]\ngoto = \"queue.support\"\nhours = \"never\"\n\
         [[number.9001.when]]\nif = \"withheld and week = 48 and not odd_week\"\nrefuse = \"anonymous\"\n\
         [[number.9001.when]]\nif = \"listed.regulars\"\ngoto = \"queue.gold\"\n[number.9000]",
        1,
    );
    let plan = Plan::parse("x", &text, &|_, _| true, &mut |_| Err(String::new())).unwrap();
    let plan = Arc::new(plan);
    let told = |from: Option<&str>, expected: &[&str]| {
        let at = Some(read_at("2026-11-27 10:00").unwrap());
        let trial = Trial { at, from: from.map(str::to_owned), ..Trial::of("9001") };
        let transcript = rehearse(&plan, &trial, jiff::Timestamp::UNIX_EPOCH, &Unheard).unwrap();
        let expected: Vec<_> =
            expected.iter().map(|text| Expectation::read(text).unwrap()).collect();
        assert_eq!(verdict(&transcript, &expected), Ok(()), "{transcript}");
        transcript.to_string()
    };
    expect![[r#"
        somebody who withholds the number calls 9001 at 2026-11-27 10:00:00 (Europe/Stockholm)
            0.0 s  x:7  number.9001  refuses it as anonymous: withheld and week = 48 and not odd_week
            0.0 s  x:7  number.9001  the call is not answered
        0707654321 calls 9001 at 2026-11-27 10:00:00 (Europe/Stockholm)
            0.0 s  x:7   number.9001  is closed by hours.never; speaks en
            0.0 s  x:7   number.9001  leads to queue.gold: listed.regulars
            0.0 s  x:36  queue.gold   waits with priority 0
            0.0 s  x:36  queue.gold   the caller waits
        0701 calls 9001 at 2026-11-27 10:00:00 (Europe/Stockholm)
            0.0 s  x:7  number.9001  is closed by hours.never; speaks en
            0.0 s       say.closed   says closed
            3.0 s       hangup       the call is over: the number is closed
    "#]].assert_eq(
        &[
            told(None, &["refused:anonymous", "never:refused:busy", "never:queue.gold"]),
            told(Some("0707654321"), &["queue.gold", "never:refused"]),
            told(Some("0701"), &["never:refused", "never:queue.gold"]),
        ]
        .concat(),
    );
}
