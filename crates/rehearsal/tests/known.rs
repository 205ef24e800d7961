//! Callers who are looked up by what they type, and what a mailbox outside does with them.

#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

use dialplan::trial::{AtDial, Trial, read_at, read_keys};
use dialplan::{Outside, Plan};
use expect_test::{Expect, expect};
use rehearsal::{Unheard, rehearse};
use std::sync::Arc;

const PLAN: &str = r#"
country = "46"
[number.9000]
goto = "collect.customer"
[collect.customer]
prompts = ["customer"]
into = "customer"
goto = "lookup.customer"
otherwise = "hangup"
[lookup.customer]
directory = "customers"
key = "customer"
read = { tier = "Contract Tier" }
goto = "branch.known"
vip = "queue.gold"
unknown = "collect.customer"
[branch.known]
when = [{ if = "known and company = 'Ek AB' and tier = 'silver'", goto = "queue.support" }]
otherwise = "hangup"
[number.9001]
goto = "lookup.early"
[lookup.early]
directory = "phones"
key = "customer"
goto = "hangup"
unknown = "queue.support"
[directory.phones]
callers = [{ number = "0701234567", name = "Anna" }]
[directory.customers]
file = "customers.csv"
by = "Customer"
[queue.support]
[queue.gold]
priority = 2
[agent.1001]
secret = "x"
queues = "all"
"#;

const ROWS: &str = "number,customer,name,company,vip,priority,contract tier\n\
    0701234567,10045,Anna,,yes,3,\n,00731,Bo,Ek AB,,,silver\n,,Nobody,,,,\n";

fn check(number: &str, keys: &str, expected: Expect) {
    let mut file = |asked: Outside<'_>| {
        let is_file = asked == Outside::Directory("customers.csv");
        is_file.then(|| ROWS.to_owned()).ok_or_else(|| "none here".to_owned())
    };
    let plan = Plan::parse("x", PLAN, &|_, _| true, &mut file);
    let plan = plan.unwrap_or_else(|faults| panic!("{faults}"));
    let trial = Trial {
        at: Some(read_at("2026-11-27 10:00").unwrap()),
        keys: read_keys(keys).unwrap(),
        ..Trial::of(number)
    };
    let now = jiff::Timestamp::UNIX_EPOCH;
    let told = rehearse(&Arc::new(plan), &trial, now, &Unheard).unwrap().to_string();
    let of_interest = |line: &&str| !line.contains(" key ") && !line.contains("says");
    let told: String =
        told.lines().filter(of_interest).map(|line| format!("{}\n", line.trim_end())).collect();
    expected.assert_eq(&told);
}

#[test]
fn a_customer_number_that_is_typed_brings_what_the_directory_knows() {
    check(
        "9000",
        "10045#",
        expect![[r#"
            somebody who withholds the number calls 9000 at 2026-11-27 10:00:00 (UTC)
                0.0 s  x:3   number.9000       is always open; speaks en
                6.0 s  x:5   collect.customer  notes customer: 10045
                6.0 s  x:5   collect.customer  leads to lookup.customer: typed
                6.0 s  x:10  lookup.customer   directory.customers: the caller is known, Anna, a very important person
                6.0 s  x:33  queue.gold        waits with priority 5
                6.0 s  x:33  queue.gold        the caller waits
        "#]],
    );
    check(
        "9000",
        "00731#",
        expect![[r#"
            somebody who withholds the number calls 9000 at 2026-11-27 10:00:00 (UTC)
                0.0 s  x:3   number.9000       is always open; speaks en
                6.0 s  x:5   collect.customer  notes customer: 00731
                6.0 s  x:5   collect.customer  leads to lookup.customer: typed
                6.0 s  x:10  lookup.customer   directory.customers: the caller is known, Bo
                6.0 s  x:10  lookup.customer   notes tier: silver
                6.0 s  x:17  branch.known      leads to queue.support: known and company = 'Ek AB' and tier = 'silver'
                6.0 s  x:32  queue.support     waits with priority 0
                6.0 s  x:32  queue.support     the caller waits
        "#]],
    );
}

#[test]
fn who_types_what_nobody_has_is_asked_again() {
    check(
        "9000",
        "731#10045#",
        expect![[r#"
            somebody who withholds the number calls 9000 at 2026-11-27 10:00:00 (UTC)
                0.0 s  x:3   number.9000       is always open; speaks en
                5.0 s  x:5   collect.customer  notes customer: 731
                5.0 s  x:5   collect.customer  leads to lookup.customer: typed
                5.0 s  x:10  lookup.customer   directory.customers: the caller is unknown
               11.0 s  x:5   collect.customer  notes customer: 10045
               11.0 s  x:5   collect.customer  leads to lookup.customer: typed
               11.0 s  x:10  lookup.customer   directory.customers: the caller is known, Anna, a very important person
               11.0 s  x:33  queue.gold        waits with priority 5
               11.0 s  x:33  queue.gold        the caller waits
        "#]],
    );
}

#[test]
fn who_has_typed_nothing_yet_is_unknown() {
    check(
        "9001",
        "",
        expect![[r#"
            somebody who withholds the number calls 9001 at 2026-11-27 10:00:00 (UTC)
                0.0 s  x:20  number.9001    is always open; speaks en
                0.0 s  x:22  lookup.early
                0.0 s  x:32  queue.support  waits with priority 0
                0.0 s  x:32  queue.support  the caller waits
        "#]],
    );
}

#[test]
fn a_mailbox_has_the_caller_unless_who_answers_must_take_the_call() {
    let outside = |confirm: bool| {
        let text = format!(
            "[number.9000]\ngoto = \"dial.a\"\n[dial.a]\nnumber = \"+46701\"\nconfirm = {confirm}\n\
             failed = \"queue.q\"\n[trunk.t]\nhost = \"192.0.2.1\"\ndial = [\"+46\"]\n[queue.q]\n\
             [agent.1]\nsecret = \"x\"\nqueues = \"all\"\n"
        );
        let plan = Plan::parse("x", &text, &|_, _| true, &mut |_| Err(String::new())).unwrap();
        let trial = Trial { dial: AtDial::Mailbox, ..Trial::of("9000") };
        let now = jiff::Timestamp::UNIX_EPOCH;
        let told = rehearse(&Arc::new(plan), &trial, now, &Unheard).unwrap();
        told.entries.last().unwrap().place.to_string()
    };
    assert_eq!(outside(false), "dial.a");
    assert_eq!(outside(true), "queue.q");
}
