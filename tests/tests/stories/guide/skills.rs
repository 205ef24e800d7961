//! The page on skills: who is rung for whom, and when less will do.

use e2e::{Baresip, PhoneSetup, Picks, Server, Sipp, Site, Sound, prompt};

const SITE: &str = "docs/src/tasks/skills";

fn phone(server: &Server, account: &str) -> Baresip {
    let setup = PhoneSetup::of_agent(server.sip(), account, Picks::Up, &Sound::default());
    let phone = Baresip::start(&setup);
    server.until_agent(account, "ready");
    phone
}

#[test]
fn who_speaks_finnish_is_rung_though_another_has_been_idle_for_longer() {
    let server = Server::start(Site::copied_from(SITE));
    let _ana = phone(&server, "1001");
    let _bo = phone(&server, "1002");
    let mut caller = Sipp::dial(server.sip(), "0708000001");
    caller.sound.peer();
    caller.sound.press('2');
    server.until_agent("1002", "talking");
    assert_eq!(server.status().agent_state("1001"), "ready");
    // In English it is the turn of who has been idle.
    let mut other = Sipp::dial(server.sip(), "0708000002");
    other.sound.peer();
    other.sound.press('1');
    server.until_agent("1001", "talking");
    caller.hang_up();
    other.hang_up();
    let agents = server.until_closed(2);
    assert_eq!([&agents[0]["agent"], &agents[1]["agent"]], ["1002", "1001"]);
}

#[test]
fn a_beginner_is_rung_when_the_caller_has_waited_and_not_before() {
    let server = Server::start(Site::copied_from(SITE));
    let _cleo = phone(&server, "1003");
    let mut caller = Sipp::dial(server.sip(), "0708000003");
    caller.sound.peer();
    caller.sound.press('1');
    caller.sound.until_heard("the place", &prompt("en/queue/first"), 0);
    server.until_agent("1003", "talking");
    caller.hang_up();
    let row = &server.until_closed(1)[0];
    assert_eq!(row["agent"], "1003");
    assert!(row["wait_ms"].as_u64() >= Some(20_000), "rung too early: {row}");
}
