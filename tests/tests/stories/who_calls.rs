//! Who calls: what a directory says reaches the agent's phone, and a directory that is silent holds nobody up.

use e2e::{Baresip, Crm, PhoneSetup, Picks, Server, Sipp, SippCall, Site, prompt};
use serde_json::Value;
use std::fs;

/// Two numbers and a queue that keeps calls for the agent of a caller.
const PLAN: &str = r#"
language = "sv"
languages = ["sv", "en"]
country = "46"

[number.9000]
goto = "queue.support"
directory = "customers"

[queue.support]
name = "Support"
last_agent = "20s"
announce_place = "30s"

[directory.customers]
"#;

const AGENTS: &str = r#"
[agent.1001]
name = "Ana"
secret = "secret-1001"
queues = ["support"]

[agent.1002]
name = "Bo"
secret = "secret-1002"
queues = ["support"]
"#;

fn agent(server: &Server, account: &str, picks: Picks) -> Baresip {
    let voice = prompt("en/demo/leverans");
    Baresip::start(&PhoneSetup::of_agent(server.sip(), account, picks, &voice))
}

/// What came of looking up who calls.
fn looked_up(server: &Server, call: u64) -> Value {
    let story = server.story(call);
    let event = story.into_iter().find(|event| event["kind"] == "looked_up");
    event.unwrap()["detail"].clone()
}

#[test]
fn an_agents_phone_shows_name_company_and_queue_of_who_calls() {
    let site = Site::new(&format!("{PLAN}file = \"customers.csv\"\n{AGENTS}"));
    let rows = "number;name;company;language;vip;agent\n\
                070-700 00 10;\"Anna \"\"Ann\"\" Berg\";Berg & Co;en;yes;1002\n\
                not a number;Nobody;;;;\n";
    fs::write(site.folder().join("customers.csv"), rows).unwrap();
    let server = Server::start(site);
    let mut ana = agent(&server, "1001", Picks::UpWhenTold);
    let mut bo = agent(&server, "1002", Picks::UpWhenTold);
    server.until_agent("1001", "ready");
    server.until_agent("1002", "ready");
    // Ana has been idle as long as Bo, and the directory has the caller for Bo.
    let mut known = Sipp::dial(server.sip(), "0707000010");
    let rung = bo.wait_for("CALL_INCOMING");
    let shown = rung["peerdisplayname"].as_str().unwrap();
    for part in ["Anna", "Berg & Co", "Support"] {
        assert!(shown.contains(part), "{part} is not in {shown:?}");
    }
    let status = server.until_calls(&["ringing"]);
    assert_eq!(status.calls()[0]["name"], "Anna \"Ann\" Berg");
    bo.tell("accept", "");
    server.until_calls(&["talking"]);
    known.hang_up();
    // Somebody whom the directory does not know is nobody's in particular.
    let mut unknown = Sipp::dial(server.sip(), "0707000011");
    let rung = ana.wait_for("CALL_INCOMING");
    let shown = rung["peerdisplayname"].as_str().unwrap();
    assert!(shown.contains("0707000011") && !shown.contains("Berg"), "{shown:?}");
    unknown.hang_up();
    let rows = server.until_closed(2);
    assert_eq!((&rows[0]["language"], &rows[1]["language"]), (&"en".into(), &"sv".into()));
    let known = looked_up(&server, 1);
    assert_eq!(
        (&known["name"], &known["company"]),
        (&"Anna \"Ann\" Berg".into(), &"Berg & Co".into())
    );
    assert_eq!(looked_up(&server, 2)["result"], "unknown");
}

#[test]
fn a_directory_that_does_not_answer_holds_up_nobody_else_and_its_caller_for_a_moment_only() {
    let crm = Crm::open(|path| match path {
        "/callers/%2B46707000020" => Some((200, r#"{"contact":{"full_name":"Cilla"}}"#)),
        "/callers/%2B46707000021" => None,
        _ => Some((404, "{}")),
    });
    let directory = format!(
        "url = \"http://{}/callers/{{number}}\"\ntimeout = \"2s\"\n\
         fields = {{ name = \"contact.full_name\" }}\n",
        crm.address()
    );
    let server = Server::start(Site::new(&format!("{PLAN}{directory}{AGENTS}")));
    let mut ana = agent(&server, "1001", Picks::UpWhenTold);
    server.until_agent("1001", "ready");
    // The first one's answer never comes; who calls after that is known at once and rings first.
    let mut unheard = Sipp::dial(server.sip(), "0707000021");
    crm.until_asked("/callers/%2B46707000021");
    let mut known =
        Sipp::call(SippCall { server: server.sip(), number: "9000", caller: "0707000020" });
    let rung = ana.wait_for("CALL_INCOMING");
    assert!(rung["peerdisplayname"].as_str().unwrap().contains("Cilla"), "{rung}");
    // The other goes on without, and hears where they stand.
    unheard.sound.until_heard("the place", &prompt("sv/queue/first"), 0);
    assert_eq!(looked_up(&server, 1)["result"], "failed");
    assert_eq!(looked_up(&server, 2)["result"], "found");
    known.hang_up();
    unheard.hang_up();
    server.until_closed(2);
}

/// What an agent is told of who calls 9002 and presses 1.
const TOLD: &str = r#"
[number.9002]
goto = "menu.matter"
directory = "customers"

[menu.matter]
prompts = ["en:demo/speak"]
keys = { 1 = "set.delivery" }

[set.delivery]
whisper = "thanks-for-waiting"
goto = "queue.support"
"#;

#[test]
fn an_agent_is_told_who_calls_and_for_what_before_the_two_hear_each_other() {
    let site = Site::new(&format!("{PLAN}file = \"customers.csv\"\n{AGENTS}{TOLD}"));
    let rows = "number,name,whisper\n070-700 00 10,Anna Berg,goodbye\n";
    fs::write(site.folder().join("customers.csv"), rows).unwrap();
    let server = Server::start(site);
    let mut ana = agent(&server, "1001", Picks::UpWhenTold);
    server.until_agent("1001", "ready");
    let mut caller =
        Sipp::call(SippCall { server: server.sip(), number: "9002", caller: "0707000010" });
    caller.sound.until_heard("the menu", &prompt("en/demo/speak"), 0);
    caller.sound.press('1');
    ana.wait_for("CALL_INCOMING");
    ana.tell("accept", "");
    let who = ana.until_heard("who calls", &prompt("sv/goodbye"), 0);
    let what = ana.until_heard("for what", &prompt("sv/thanks-for-waiting"), who);
    let words = prompt("en/demo/support");
    caller.sound.say(&words);
    ana.until_heard("the caller behind it", &words, what);
    caller.sound.until_heard("the agent", &prompt("en/demo/leverans"), 0);
    for told in ["sv/goodbye", "sv/thanks-for-waiting"] {
        let found = prompt(told).find_in(&caller.sound.heard());
        assert!(found.rho < 0.5, "the caller hears what the agent is told: {told}, {found:?}");
    }
    caller.hang_up();
    server.until_closed(1);
}
