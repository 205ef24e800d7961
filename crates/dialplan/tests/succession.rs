//! A plan that takes the place of another while calls are on.

#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

use dialplan::{Goto, Outside, Plan, ShortCode, Source, Step, StepId};
use ids::{AgentId, PromptId, QueueId, SkillId};
use std::sync::Arc;

const BEFORE: &str = r#"
language = "sv"
languages = ["sv", "en"]
timezone = "Europe/Stockholm"
[number.9000]
goto = "menu.main"
[menu.main]
prompts = ["hello", "choose"]
keys = { 1 = "queue.sales", 2 = "set.french" }
[set.french]
needs = "french"
goto = "queue.support"
[queue.sales]
[queue.support]
[hours.day]
week = ["mon-fri 08:00-17:00"]
[number.9001]
goto = "queue.sales"
hours = "day"
[agent.1001]
secret = "x"
queues = ["sales"]
skills = { product = 3 }
[agent.1002]
secret = "x"
queues = ["sales", "support"]
supervises = "all"
skills = { french = 3 }
"#;

/// Everything stands elsewhere: sales, 1001 and the hours are gone, and others come before what is left.
const AFTER: &str = r#"
languages = ["de", "en", "sv"]
language = "de"
timezone = "Europe/Stockholm"
[number.9000]
goto = "say.first"
[say.first]
prompts = ["again"]
goto = "menu.main"
[menu.main]
prompts = ["choose"]
keys = { 1 = "queue.news", 2 = "set.german", 3 = "set.french" }
[set.german]
needs = "german"
goto = "queue.support"
[set.french]
needs = "french >= 2"
goto = "queue.support"
[queue.news]
[queue.support]
wrap_up = "1m"
[pause.lunch]
digits = "1"
[agent.1000]
secret = "x"
queues = "all"
skills = { german = 5 }
[agent.1002]
secret = "x"
queues = ["support"]
skills = { french = 3 }
"#;

fn plan(text: &str) -> Plan {
    after(None, text)
}

fn checked(before: Option<&Plan>, text: &str) -> dialplan::Checked {
    let recorded = |_: &str, _: &str| true;
    let mut secrets = |_: Outside<'_>| Err("all are in the text".to_owned());
    match before {
        None => Plan::check("dialplan.toml", text, &recorded, &mut secrets),
        Some(before) => Plan::check_after(before, "dialplan.toml", text, &recorded, &mut secrets),
    }
}

fn after(before: Option<&Plan>, text: &str) -> Plan {
    let checked = checked(before, text);
    checked.plan.unwrap_or_else(|| panic!("{}", checked.faults))
}

fn step(plan: &Plan, arrow: &str) -> StepId {
    let ids = (0..).map(StepId).take(plan.steps.len());
    ids.into_iter().find(|id| plan.arrow(Goto::Step(*id)) == arrow).unwrap()
}

fn prompt(plan: &Plan, id: Option<PromptId>) -> &str {
    plan.prompt_name(id.unwrap())
}

#[test]
fn what_has_the_same_name_keeps_its_id() {
    let before = plan(BEFORE);
    let after = after(Some(&before), AFTER);
    assert_eq!(after.queue_of("support"), before.queue_of("support"));
    assert_eq!(after.agent_of("1002"), before.agent_of("1002"));
    assert_eq!(after.language_of("sv"), before.language_of("sv"));
    assert_eq!(step(&after, "menu.main"), step(&before, "menu.main"));
    assert_eq!(after.prompt("choose"), before.prompt("choose"));
    assert_eq!(prompt(&after, after.prompt("choose")), "choose");
    assert_eq!(after.skills[0..2], before.skills[0..2]);
    // What is new stands behind.
    assert_eq!(after.queue_of("news"), Some(QueueId(2)));
    assert_eq!(after.agent_of("1000"), Some(AgentId(2)));
    assert_eq!(prompt(&after, after.prompt("again")), "again");
    assert_eq!(&*after.languages[2].tag, "de");
    assert_eq!(after.default_language, after.language_of("de").unwrap());
}

#[test]
fn the_rules_are_those_of_the_new_text() {
    let before = plan(BEFORE);
    let after = after(Some(&before), AFTER);
    let alone = plan(AFTER);
    let support = after.queue(after.queue_of("support").unwrap());
    assert_eq!(support.wrap_up.as_secs(), 60);
    let Step::Menu(menu) = after.step(step(&after, "menu.main")) else { panic!() };
    assert_eq!(after.arrow(menu.keys[&'1']), "queue.news");
    assert!(!after.numbers.contains_key("9001"), "{:?}", after.numbers);
    let german = after.agent(after.agent_of("1000").unwrap());
    let news = after.queue_of("news").unwrap();
    assert_eq!(german.queues, [after.queue_of("support").unwrap(), news]);
    let (id, level) = german.skills[0];
    assert_eq!((&*after.skills[id.index()], level), ("german", 5));
    assert_eq!(&*after.pauses.last().unwrap().name, "lunch");
    // Codes mean what the text says, and the pause of a plan without any has none any more.
    let lunch = ShortCode::Pause(after.pause_of("lunch").unwrap());
    assert_eq!(after.short_codes.of(lunch).map(|dialled| &**dialled), Some("*131"));
    assert_eq!(after.short_codes.of(ShortCode::Pause(before.pause_of("pause").unwrap())), None);
    assert_eq!(after.default_language, after.language_of("de").unwrap());
    assert_eq!(alone.default_language, alone.language_of("de").unwrap());
    let of_needs =
        |plan: &Plan| plan.demands.iter().map(|it| it.name.to_string()).collect::<Vec<_>>();
    assert_eq!(of_needs(&after), ["french", "german"]);
    let Step::Set(set) = after.step(step(&after, "set.german")) else { panic!() };
    assert_eq!(set.demand.map(|demand| demand.0), Some(1));
}

#[test]
fn what_is_gone_stays_for_those_who_are_in_it() {
    let before = plan(BEFORE);
    let after = after(Some(&before), AFTER);
    let sales = before.queue_of("sales").unwrap();
    assert_eq!(after.queue(sales), before.queue(sales));
    assert_eq!(after.gone.queues, [sales].into());
    assert_eq!(after.gone.agents, [AgentId(0)].into());
    // Nobody registers with it, or is called by it.
    assert_eq!(after.agent_of("1001"), None);
    assert!(after.agent(AgentId(0)).queues.is_empty());
    // Whoever served the queue and is there still serves it.
    assert!(after.agent(after.agent_of("1002").unwrap()).queues.contains(&sales));
    assert!(!after.agent(after.agent_of("1000").unwrap()).queues.contains(&sales));
    assert_eq!(after.hours, before.hours);
    assert_eq!(&*after.pauses[0].name, "pause");
    assert_eq!(prompt(&after, after.prompt("hello")), "hello");
    assert!(after.demand_sets.starts_with(&before.demand_sets), "{:?}", after.demand_sets);
    assert_eq!(after.skills[usize::try_from(SkillId(1).0).unwrap()], before.skills[1]);
}

#[test]
fn what_comes_back_is_what_it_was() {
    let before = plan(BEFORE);
    let between = after(Some(&before), AFTER);
    let back = after(Some(&between), BEFORE);
    for (was, is) in before.queues.iter().zip(&back.queues) {
        assert_eq!(was, is);
    }
    assert_eq!(back.agents[0..2], before.agents[0..2]);
    assert_eq!(back.gone.queues, [between.queue_of("news").unwrap()].into());
    assert_eq!(back.agent_of("1000"), None);
    assert_eq!(back.agent_of("1001"), Some(AgentId(0)));
    assert_eq!(step(&back, "menu.main"), step(&before, "menu.main"));
    let Step::Menu(menu) = back.step(step(&back, "menu.main")) else { panic!() };
    assert_eq!(back.arrow(menu.keys[&'1']), "queue.sales");
    assert_eq!(back.default_language, before.default_language);
}

#[test]
fn the_same_text_is_the_same_plan_however_often() {
    let first = plan(BEFORE);
    let mut last = first.clone();
    for _ in 0..20 {
        last = after(Some(&last), BEFORE);
    }
    assert_eq!(last.queues, first.queues);
    assert_eq!(last.agents, first.agents);
    assert_eq!(last.prompts, first.prompts);
    assert_eq!(last.pauses, first.pauses);
    assert_eq!(last.gone, dialplan::Gone::default());
    assert_eq!(last.numbers, first.numbers);
    assert_eq!(last.steps, first.steps);
}

#[test]
fn a_plan_with_a_fault_follows_nothing() {
    let before = plan(BEFORE);
    let checked =
        checked(Some(&before), &AFTER.replace("goto = \"menu.main\"", "goto = \"menu.mian\""));
    assert!(checked.plan.is_none());
    assert!(checked.faults.to_string().contains("did you mean `menu.main`?"), "{}", checked.faults);
}

#[test]
fn trunks_need_a_restart() {
    let trunk = "[trunk.out]\nhost = \"192.0.2.1\"\n";
    let before = plan(&format!("{BEFORE}{trunk}"));
    let same = checked(Some(&before), &format!("{AFTER}{trunk}"));
    assert!(same.plan.is_some(), "{}", same.faults);
    let other = trunk.replace("192.0.2.1", "192.0.2.2");
    let more = format!("{trunk}[trunk.more]\nhost = \"192.0.2.3\"\n");
    for (now, is_of) in [("", ""), (&other, "out"), (&more, "more")] {
        let text = format!("{AFTER}{now}");
        let checked = checked(Some(&before), &text);
        assert!(checked.plan.is_none());
        let told = checked.faults.iter().find(|fault| fault.id == "needs-restart");
        let (from, to) = told.unwrap_or_else(|| panic!("{}", checked.faults)).span;
        assert_eq!(&text[from..to], is_of);
    }
}

#[test]
fn what_calls_have_noted_goes_on_meaning_the_same() {
    let with = |values: &str| {
        format!(
            "[number.9000]\ngoto = \"set.a\"\n[set.a]\nvalues = {values}\ngoto = \"queue.q\"\n\
             [queue.q]\n[agent.1]\nsecret = \"x\"\nqueues = \"all\"\n"
        )
    };
    let before = plan(&with("{ matter = \"invoice\", tries = 1 }"));
    let next = after(Some(&before), &with("{ urgent = true, tries = \"one\" }"));
    let names: Vec<_> = next.variables.iter().map(|it| (&*it.name, it.kind.to_string())).collect();
    assert_eq!(
        names,
        [
            ("matter", "a text".to_owned()),
            ("tries", "a text".to_owned()),
            ("urgent", "yes or no".to_owned())
        ]
    );
}

#[test]
fn what_does_not_fit_beside_what_was_is_refused_and_nothing_of_it_is_mixed_up() {
    let noting = |letter: &str| {
        let values = (0..40).map(|at| format!("{letter}{at} = \"x\""));
        let values: Vec<String> = values.collect();
        let steps = values.chunks(8).enumerate().map(|(at, values)| {
            let next = if at == 4 {
                "queue.support".to_owned()
            } else {
                format!("set.{letter}{}", at + 1)
            };
            format!("[set.{letter}{at}]\nvalues = {{ {} }}\ngoto = \"{next}\"\n", values.join(", "))
        });
        let number = format!("[number.9009]\ngoto = \"set.{letter}0\"\n");
        format!("{BEFORE}{number}{}", steps.collect::<String>())
    };
    let before = plan(&noting("a"));
    let checked = checked(Some(&before), &noting("b"));
    assert!(checked.plan.is_none());
    assert!(checked.faults.iter().any(|fault| fault.id == "needs-restart"), "{}", checked.faults);
}

#[test]
fn a_list_of_callers_is_there_once_and_is_not_kept_when_it_is_taken_out() {
    let listed = |plan: &Plan, at: usize| match &plan.directories[at].source {
        Source::Listed(listed) => Arc::clone(listed),
        Source::Http(_) => panic!("it is a list"),
    };
    let with = |number: &str| {
        let callers = format!("callers = [{{ number = \"{number}\" }}]");
        let directory = format!("[directory.regulars]\n{callers}\n");
        BEFORE.replace(
            "[number.9001]\n",
            &format!("{directory}[number.9001]\ndirectory = \"regulars\"\n"),
        )
    };
    let first = plan(&with("+46701234567"));
    let same = after(Some(&first), &with("+46701234567"));
    assert!(Arc::ptr_eq(&listed(&first, 0), &listed(&same, 0)));
    let other = after(Some(&same), &with("+46707654321"));
    assert!(listed(&other, 0).contains_key("+46707654321") && listed(&other, 0).len() == 1);
    let gone = after(Some(&other), BEFORE);
    assert_eq!((gone.directories.len(), listed(&gone, 0).len()), (1, 0));
    assert!(listed(&other.without_lists(), 0).is_empty());
}

#[test]
fn key_0_leads_to_the_only_queue_that_the_new_text_has() {
    let with = |queue: &str| {
        format!(
            "[number.9000]\ngoto = \"say.a\"\n[say.a]\nprompts = [\"a\"]\ngoto = \"queue.{queue}\"\n\
             [queue.{queue}]\n[agent.1]\nsecret = \"x\"\nqueues = \"all\"\n"
        )
    };
    let before = plan(&with("q"));
    assert_eq!(before.keys.get(&'0'), Some(&Goto::Queue(QueueId(0))));
    let next = after(Some(&before), &with("r"));
    assert_eq!(next.keys.get(&'0'), Some(&Goto::Queue(QueueId(1))));
    let both = after(Some(&next), &format!("{}[queue.q]\n", with("r")));
    assert_eq!(both.keys.get(&'0'), None);
}
