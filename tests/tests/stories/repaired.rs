//! Phones that are gone without a word: what the centre takes for true comes to be so again, and why is written down.

use e2e::{Baresip, PhoneSetup, Picks, Server, Sipp, Site, prompt, wait};

fn phone(server: &Server, account: &str, picks: Picks) -> Baresip {
    let setup = PhoneSetup::of_agent(server.sip(), account, picks, &prompt("en/demo/leverans"));
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
}
