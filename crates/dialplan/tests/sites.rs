//! The sites that are shipped under `dialplans/` are what they say.

#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

use dialplan::{Goto, Outside, Plan, Source, Step, Why};
use std::path::Path;

/// Whether a phrase is among the recordings that are shipped; music needs no language.
fn recorded(language: &str, prompt: &str) -> bool {
    let prompts = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../prompts");
    let in_language = prompts.join(language).join(format!("{prompt}.wav"));
    in_language.exists() || prompts.join(format!("{prompt}.wav")).exists()
}

/// A shipped site, in which everything is recorded in every language and nothing is at fault.
fn shipped(site: &str) -> Plan {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../dialplans").join(site);
    let text = std::fs::read_to_string(folder.join("dialplan.toml")).unwrap();
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).map_err(|it| it.to_string());
    let mut outside = |asked: Outside<'_>| match asked {
        Outside::Part(name) | Outside::Calendar(name) => read(name),
        Outside::Folder(name) => {
            let entries = std::fs::read_dir(folder.join(name)).map_err(|it| it.to_string())?;
            let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
            Ok(names.collect::<Vec<_>>().join("\n"))
        }
        Outside::Env(_) | Outside::File(_) => Ok("secret".to_owned()),
        Outside::Directory(_)
        | Outside::CalendarAt { .. }
        | Outside::CalendarNews(_)
        | Outside::OtherWords { .. }
        | Outside::Text { .. } => Err("nothing".to_owned()),
    };
    let checked = Plan::check("dialplan.toml", &text, &recorded, &mut outside);
    assert!(checked.faults.is_empty(), "{}", checked.faults);
    checked.plan.unwrap()
}

#[test]
fn the_small_site_is_twelve_lines_and_complete() {
    let plan = shipped("small");
    assert_eq!(plan.numbers["9000"].goto, Goto::Queue(ids::QueueId(0)));
    assert_eq!(plan.agents.len(), 1);
}

#[test]
fn the_office_is_one_plan_of_five_files_that_knows_its_holidays() {
    let plan = shipped("office");
    let accounts: Vec<_> = plan.agents.iter().map(|agent| &*agent.account).collect();
    assert_eq!(accounts, ["1001", "1002"]);
    let holiday = |day: &str| match plan.hours[0].why(format!("{day}T09:00").parse().unwrap()) {
        Why::Holiday(holiday) => Some(holiday.name.to_owned()),
        Why::Week | Why::Special => None,
    };
    assert_eq!(holiday("2026-12-29").as_deref(), Some("klämdagar"));
    assert_eq!(holiday("2028-08-25").as_deref(), Some("sommarfesten"));
    assert_eq!(holiday("2028-06-23").as_deref(), Some("midsommarafton"));
    assert_eq!(holiday("2028-06-22"), None);
}

#[test]
fn callers_are_listed_by_their_number_in_our_form() {
    let text = r#"
        country = "46"
        [number.9000]
        goto = "queue.a"
        directory = "c"
        [directory.c]
        file = "c.csv"
        [queue.a]
        [agent.1001]
        secret = "x"
        queues = ["a"]
    "#;
    let mut site = |source: Outside<'_>| match source {
        Outside::Directory("c.csv") => Ok("number,name,vip,agent\n\
             070-123 45 67,\" Anna\u{202e}\n  Berg \",yes,1001\n"
            .to_owned()),
        Outside::Env(_)
        | Outside::File(_)
        | Outside::Directory(_)
        | Outside::Text { .. }
        | Outside::Part(_)
        | Outside::Calendar(_)
        | Outside::CalendarAt { .. }
        | Outside::CalendarNews(_)
        | Outside::OtherWords { .. }
        | Outside::Folder(_) => Err("nothing else".to_owned()),
    };
    let plan = Plan::parse("t", text, &|_, _| true, &mut site).unwrap();
    let directory = plan.directory(plan.numbers["9000"].directory.unwrap());
    let Source::Listed(listed) = &directory.source else { panic!("it is a file") };
    let known = &listed["+46701234567"];
    assert_eq!(known.name.as_deref(), Some("Anna Berg"));
    assert_eq!((known.vip, known.agent), (true, plan.agent_of("1001")));
}

#[test]
fn a_phrase_that_is_not_shipped_is_noticed() {
    assert!(recorded("sv", "demo/welcome") && recorded("en", "music"));
    assert!(!recorded("sv", "demo/unheard"));
}

#[test]
fn the_demo_has_three_queues_and_eight_agents_and_a_place_for_a_visitor() {
    let plan = shipped("demo");
    let titles: Vec<_> = plan.queues.iter().map(|queue| &*queue.title).collect();
    assert_eq!(titles, ["Faktura", "Leverans", "Support"]);
    assert_eq!(plan.agents.len(), 9);
    let visitor = plan.agent(plan.agent_of("1099").unwrap());
    assert_eq!((visitor.queues.len(), visitor.secret.password()), (3, Some("demo1099")));
}

#[test]
fn key_1_of_the_demo_leads_to_faktura_in_both_languages() {
    let plan = shipped("demo");
    let faktura = plan.queues.iter().position(|queue| &*queue.name == "faktura").unwrap();
    let menus = plan.steps.iter().filter_map(Step::menu);
    let leads: Vec<_> = menus.map(|menu| menu.keys[&'1']).collect();
    assert_eq!(leads, [Goto::Queue(ids::QueueId(u32::try_from(faktura).unwrap())); 2]);
}
