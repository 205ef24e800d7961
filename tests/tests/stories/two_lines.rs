//! An agent who takes a second caller on another line, with a phone that nobody here wrote.

use e2e::{Baresip, PhoneSetup, Picks, Server, Sipp, Site, Sound, prompt, wait};

/// One agent who may have two calls at once.
fn site() -> Site {
    Site::new(
        "language = \"sv\"\n[number.9000]\ngoto = \"queue.support\"\n\
         [queue.support]\nname = \"Support\"\nwrap_up = \"1m\"\n\
         [agent.1001]\nsecret = \"secret-1001\"\nqueues = [\"support\"]\ncapacity = 2\n",
    )
}

fn agents_words() -> Sound {
    prompt("en/demo/support")
}

/// A caller who says something, and whom the agent takes.
fn taken(server: &Server, agent: &mut Baresip, number: &str, words: &Sound) -> Sipp {
    let caller = Sipp::dial(server.sip(), number);
    caller.sound.say(words);
    agent.wait_for("CALL_INCOMING");
    agent.tell("accept", "");
    agent.wait_for("CALL_ESTABLISHED");
    caller.sound.until_heard("the agent", &agents_words(), 0);
    agent.until_heard("the caller", words, 0);
    caller
}

fn until_agent_has(server: &Server, calls: &[u64]) {
    let what = format!("the agent has calls {calls:?}");
    server.until(&what, |status| status.agent("1001")["calls"] == serde_json::json!(calls));
}

#[test]
fn an_agent_with_two_lines_talks_with_two_callers_and_the_third_waits_for_one_of_them_to_go() {
    let server = Server::start(site());
    let setup = PhoneSetup::of_agent(server.sip(), "1001", Picks::UpWhenTold, &agents_words());
    let mut agent = Baresip::start(&setup);
    server.until_agent("1001", "ready");

    let mut first = taken(&server, &mut agent, "0704000001", &prompt("sv/demo/menu"));
    let first_held = first.sound.heard().len();
    // The phone puts the first on hold to take the second.
    let mut second = taken(&server, &mut agent, "0704000002", &prompt("sv/demo/leverans"));
    wait::until_music("the first caller", first_held, || first.sound.heard());
    until_agent_has(&server, &[1, 2]);

    let mut third = Sipp::dial(server.sip(), "0704000003");
    wait::until_music("the third caller", 0, || third.sound.heard());
    server.until_calls(&["talking", "talking", "waiting"]);
    assert!(!agent.has_seen("CALL_INCOMING"), "a phone rings whose lines are all taken");

    second.hang_up();
    agent.wait_for("CALL_INCOMING");
    until_agent_has(&server, &[1, 3]);
    let status = server.until_agent("1001", "talking");
    assert_eq!(status.agent("1001")["capacity"], 2);
    third.hang_up();
    first.hang_up();
    // Once for all of them.
    server.until_agent("1001", "wrap_up");
    let rows = server.until_closed(3);
    let outcomes: Vec<_> = rows.iter().map(|row| row["outcome"].as_str().unwrap()).collect();
    assert_eq!(outcomes, ["answered", "answered", "abandoned"]);
}
