//! A plan as a graph.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use dialplan::{Graph, Plan};
use expect_test::{Expect, expect};

fn check(text: &str, expected: Expect) {
    let plan = Plan::parse("t", text, &|_, _| true, &mut |_| Ok("x".to_owned())).unwrap();
    let graph = Graph::of(&plan);
    let mut drawn = String::new();
    for edge in &graph.edges {
        let (from, to) = (&graph.nodes[edge.from], &graph.nodes[edge.to]);
        drawn += &format!("{} -[{}]-> {}\n", from.name, edge.label, to.name);
    }
    expected.assert_eq(&drawn);
}

#[test]
fn arrows_say_what_makes_a_caller_take_them() {
    check(
        r#"
timezone = "Europe/Stockholm"
operator = "queue.support"
[keys]
9 = "say.closed"
[number.9000]
goto = "menu.main"
hours = "office"
[hours.office]
week = ["mon-fri 08:00-17:00"]
[menu.main]
prompts = ["main-menu"]
keys = { 1 = "queue.support", 2 = "queue.support", 3 = "say.closed" }
[say.closed]
prompts = ["goodbye"]
[queue.support]
full = "hangup"
[[queue.support.when]]
waited = "5m"
goto = "say.closed"
[[queue.support.when]]
every_agent = ["logged_out", "paused"]
goto = "say.closed"
[[queue.support.at]]
after = "1m"
prompts = ["welcome"]
keys = { 1 = "hangup" }
[agent.1]
secret = "x"
queues = "all"
"#,
        expect![[r#"
            number.9000 -[]-> menu.main
            number.9000 -[outside office]-> say.closed (built in)
            number.9000 -[0 at any time]-> queue.support
            number.9000 -[9 at any time]-> say.closed
            menu.main -[1, 2, otherwise]-> queue.support
            menu.main -[3]-> say.closed
            say.closed (built in) -[]-> hangup
            queue.support -[closed]-> say.closed (built in)
            queue.support -[waited 5m, every agent logged_out or paused]-> say.closed
            queue.support -[1 while waiting, full]-> hangup
            say.closed -[]-> hangup
        "#]],
    );
}

#[test]
fn a_known_caller_goes_another_way() {
    check(
        r#"
[number.9000]
goto = "lookup.who"
[lookup.who]
directory = "crm"
goto = "queue.support"
unknown = "hangup"
[directory.crm]
callers = [{ number = "0701234567", name = "Anna" }]
[queue.support]
[agent.1]
secret = "x"
queues = "all"
"#,
        expect![[r#"
            number.9000 -[]-> lookup.who
            number.9000 -[0 at any time]-> queue.support
            lookup.who -[known, vip]-> queue.support
            lookup.who -[unknown, failed]-> hangup
            queue.support -[closed]-> say.closed (built in)
            queue.support -[full]-> say.all-busy (built in)
            say.closed (built in) -[]-> hangup
            say.all-busy (built in) -[]-> hangup
        "#]],
    );
}
