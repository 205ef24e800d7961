//! Phones that are gone without a word: what the centre takes for true comes to be so again, and why is written down.

use e2e::{
    Baresip, LossyPath, PhoneSetup, Picks, Server, Sipp, SippAgent, SippCall, Site, prompt, wait,
};
use std::net::SocketAddr;

fn phone(server: &Server, account: &str, picks: Picks) -> Baresip {
    phone_at(server, server.sip(), account, picks)
}

/// The same, which reaches the server by this address.
fn phone_at(server: &Server, at: SocketAddr, account: &str, picks: Picks) -> Baresip {
    let setup = PhoneSetup::of_agent(at, account, picks, &prompt("en/demo/leverans"));
    let phone = Baresip::start(&setup);
    server.until_agent(account, "ready");
    phone
}

/// Why the call ended, by its row and by the log.
fn assert_ended(server: &Server, call: u64, outcome: &str, cause: &str) {
    let row = wait::until_within(2 * wait::LONG, &format!("call {call} is over"), || {
        let rows = server.calls();
        rows.into_iter().find(|row| row["id"] == call && row["outcome"].is_string())
    });
    assert_eq!((&row["outcome"], &row["cause"]), (&outcome.into(), &cause.into()), "{row}");
    let log = server.log();
    assert!(log.lines().any(|line| line.contains(cause)), "{cause}: {log}");
}

/// How many calls have been let go since their other end was gone, as it was found.
fn let_go(server: &Server, why: &str) -> f64 {
    server.metric(&format!("calls_let_go_total{{why=\"{why}\"}}"))
}

#[test]
fn callers_whose_phones_are_gone_without_a_word_leave_the_talk_and_the_queue() {
    let site = Site::of_one_queue("wrap_up = \"0s\"", 1).with_setting("rtp_timeout_s = 2");
    let server = Server::start(site);
    let mut agent = phone(&server, "1001", Picks::Up);
    let talks = Sipp::dial(server.sip(), "0705800003");
    server.until_agent("1001", "talking");
    agent.wait_for("CALL_ESTABLISHED");
    let waits = Sipp::dial(server.sip(), "0705800004");
    server.until_calls(&["talking", "waiting"]);
    let mut behind = Sipp::dial(server.sip(), "0705800005");
    server.until_calls(&["talking", "waiting", "waiting"]);
    behind.sound.peer();
    waits.sound.peer();

    waits.vanish();
    let now = server.until_calls(&["talking", "waiting"]);
    assert_eq!((&now.calls()[1]["id"], &now.calls()[1]["place"]), (&3.into(), &1.into()));
    assert_ended(&server, 2, "failed", "no sound from the caller's phone");
    talks.vanish();
    assert_ended(&server, 1, "answered", "no sound from the caller's phone");
    // The agent is free for who stood behind the dead.
    agent.wait_for("CALL_CLOSED");
    server.until_calls(&["talking"]);
    behind.hang_up();
    server.until_closed(3);
    server.until_agent("1001", "ready");
    assert_eq!(server.metric("calls_let_go_total"), 2.0);
    assert_eq!(let_go(&server, "no_sound"), 2.0);
}

#[test]
fn a_phone_that_refreshes_no_more_is_let_go_at_its_time_and_those_that_we_refresh_talk_on() {
    // The shortest time that there is: a call is over a minute after it was refreshed last.
    let site = Site::of_one_queue("wrap_up = \"0s\"", 1).with_setting("session_expires_s = 90");
    let server = Server::start(site);
    let mut agent = phone(&server, "1001", Picks::Up);
    let mut talks = Sipp::dial(server.sip(), "0705800021");
    server.until_agent("1001", "talking");
    agent.wait_for("CALL_ESTABLISHED");
    let call = SippCall { server: server.sip(), number: "9000", caller: "0705800022" };
    let will = "    Supported: timer\n    Session-Expires: 90;refresher=uac\n";
    // It says that it will, and never does; its sound goes on.
    let mut waits = Sipp::call_with(call, will);
    server.until_calls(&["talking", "waiting"]);

    assert_ended(&server, 2, "failed", "the caller's phone refreshed the call no more");
    waits.ended();
    assert_eq!(let_go(&server, "not_refreshed"), 1.0);
    // Their time would be over as well.
    server.until_calls(&["talking"]);
    let heard = talks.sound.heard().len();
    talks.sound.until_heard("the agent still", &prompt("en/demo/leverans"), heard);
    talks.hang_up();
    agent.wait_for("CALL_CLOSED");
    let rows = server.until_closed(2);
    assert_eq!(
        (&rows[0]["outcome"], &rows[0]["cause"]),
        (&"answered".into(), &"caller hung up".into())
    );
    assert_eq!(server.metric("calls_let_go_total"), 1.0);
}

#[test]
fn a_caller_whose_agents_goodbye_was_lost_is_let_go_and_the_agent_has_the_next_one() {
    // Sound may stop for a minute: that is not what tells. baresip says that it is there, whatever call it is asked about.
    let server = Server::start(Site::of_one_queue("wrap_up = \"0s\"", 1));
    let path = LossyPath::without("BYE", server.sip());
    let mut agent = phone_at(&server, path.address(), "1001", Picks::Up);
    let mut cut_off = Sipp::dial(server.sip(), "0705800031");
    server.until_agent("1001", "talking");
    agent.wait_for("CALL_ESTABLISHED");
    cut_off.sound.until_heard("the agent", &prompt("en/demo/leverans"), 0);
    agent.tell("hangup", "");
    cut_off.ended();
    assert!(path.fates().lost > 0, "it was said");
    assert_ended(&server, 1, "answered", "the agent's phone no longer knew the call");
    assert_eq!(let_go(&server, "not_known"), 1.0);

    let mut next = Sipp::dial(server.sip(), "0705800032");
    agent.wait_for("CALL_ESTABLISHED");
    server.until_agent("1001", "talking");
    next.hang_up();
    server.until_closed(2);
}

#[test]
fn a_caller_whose_agents_phone_has_forgotten_the_call_is_let_go_when_that_is_asked() {
    // sipp knows MD5 alone. Sound may stop for a minute: that is not what tells.
    let site = Site::of_one_queue("", 1).with_setting("digest = [\"MD5\"]");
    let server = Server::start(site);
    let mut caller = Sipp::dial(server.sip(), "0705800041");
    server.until_calls(&["waiting"]);
    // Of two phones that both speak when they have heard where to, neither would begin.
    caller.sound.peer();
    let mut agent = SippAgent::forgetful(server.sip(), "1001");
    agent.sound.say(&prompt("en/demo/leverans"));
    server.until_agent("1001", "talking");
    caller.sound.until_heard("the agent", &prompt("en/demo/leverans"), 0);
    agent.sound.cut();
    agent.asked();
    caller.ended();
    assert_ended(&server, 1, "answered", "the agent's phone no longer knew the call");
    assert_eq!(let_go(&server, "not_known"), 1.0);
    server.until_agent("1001", "wrap_up");
}
