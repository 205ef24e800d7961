//! Agents who call each other, on phones that nobody here wrote.

use e2e::{Baresip, PhoneSetup, Picks, Server, Sipp, Site, Sound, prompt, wait};

/// Two agents, of whom only the second serves the queue.
fn site() -> Site {
    Site::new(
        "language = \"sv\"\n[number.9000]\ngoto = \"queue.support\"\n[number.9001]\n\
         goto = \"queue.other\"\n[queue.support]\nwrap_up = \"0s\"\n[queue.other]\n\
         [agent.1001]\nsecret = \"secret-1001\"\nqueues = [\"other\"]\n\
         [agent.1002]\nsecret = \"secret-1002\"\nqueues = [\"support\"]\n",
    )
}

fn words_of(account: &str) -> Sound {
    prompt(if account == "1001" { "en/demo/support" } else { "en/demo/leverans" })
}

/// Both at work, with phones that ring until told.
fn at_work(server: &Server) -> (Baresip, Baresip) {
    let phone = |account| {
        let words = words_of(account);
        let setup = PhoneSetup::of_agent(server.sip(), account, Picks::UpWhenTold, &words);
        let phone = Baresip::start(&setup);
        server.until_agent(account, "ready");
        phone
    };
    (phone("1001"), phone("1002"))
}

/// The first calls, the second answers, and both hear each other.
fn talk(server: &Server, first: &mut Baresip, second: &mut Baresip) {
    first.dial("1002");
    second.wait_for("CALL_INCOMING");
    server.until_agent("1002", "occupied");
    second.tell("accept", "");
    second.wait_for("CALL_ESTABLISHED");
    first.wait_for("CALL_ESTABLISHED");
    first.until_heard("the one called", &words_of("1002"), 0);
    second.until_heard("the one who called", &words_of("1001"), 0);
}

/// One of the two who talk holds and comes back, and the other one hangs up.
fn hold(server: &Server, call: u64, holds: &mut Baresip, waits: &mut Baresip, words: &Sound) {
    let told = |kind: &str| server.kinds(call).iter().any(|it| it == kind);
    holds.tell("hold", "");
    wait::until_so("the hold is written", || told("held"));
    let held = waits.hears().len();
    wait::until_music("who waits", held, || waits.hears());

    holds.tell("resume", "");
    wait::until_so("its end is written", || told("resumed"));
    let (resumed, packets) = (waits.hears().len(), holds.packets_received());
    waits.until_heard("who is back", words, resumed);
    wait::until_so("who is back hears, too", || holds.packets_received() > packets + 50);
    waits.tell("hangup", "");
    holds.wait_for("CALL_CLOSED");
    server.until_agent("1001", "ready");
    server.until_agent("1002", "ready");
}

#[test]
fn two_colleagues_hear_each_other_and_music_while_either_holds() {
    let server = Server::start(site());
    let (mut first, mut second) = at_work(&server);
    talk(&server, &mut first, &mut second);
    hold(&server, 1, &mut second, &mut first, &words_of("1002"));
    talk(&server, &mut first, &mut second);
    hold(&server, 2, &mut first, &mut second, &words_of("1001"));

    let rows = server.until_closed(2);
    for (row, cause) in rows.iter().zip(["caller hung up", "called party hung up"]) {
        assert_eq!((&row["direction"], &row["number"]), (&"internal".into(), &"1002".into()));
        assert_eq!((&row["outcome"], &row["agent"]), (&"answered".into(), &"1002".into()));
        assert_eq!(row["cause"], cause);
    }
}

#[test]
fn a_colleague_who_hangs_up_before_the_answer_stops_the_ringing() {
    let server = Server::start(site());
    let (mut first, mut second) = at_work(&server);
    first.dial("1002");
    second.wait_for("CALL_INCOMING");
    first.wait_for("CALL_RINGING");
    first.tell("hangup", "");
    second.wait_for("CALL_CLOSED");
    let row = &server.until_closed(1)[0];
    assert_eq!((&row["outcome"], &row["cause"]), (&"abandoned".into(), &"caller hung up".into()));
    server.until_agent("1001", "ready");
    server.until_agent("1002", "ready");
    // Nothing is left of it: the next call is like any other.
    talk(&server, &mut first, &mut second);
}

#[test]
fn a_colleague_who_does_not_want_to_is_rung_by_the_queue_again() {
    let server = Server::start(site());
    let (mut first, mut second) = at_work(&server);
    first.dial("1002");
    second.wait_for("CALL_INCOMING");
    second.tell("hangup", "");
    let closed = first.wait_for("CALL_CLOSED").to_string();
    assert!(closed.contains("486"), "{closed}");
    assert_eq!(server.until_closed(1)[0]["outcome"], "refused");
    server.until_agent("1002", "ready");

    let mut caller = Sipp::dial(server.sip(), "0703000001");
    second.wait_for("CALL_INCOMING");
    second.tell("accept", "");
    caller.sound.until_heard("the agent", &words_of("1002"), 0);
    caller.hang_up();
    assert_eq!(server.until_closed(2)[1]["outcome"], "answered");
}

#[test]
fn whoever_calls_the_queue_waits_for_an_agent_who_talks_with_a_colleague() {
    let server = Server::start(site());
    let (mut first, mut second) = at_work(&server);
    talk(&server, &mut first, &mut second);
    let mut caller = Sipp::dial(server.sip(), "0703000002");
    wait::until_music("the caller", 0, || caller.sound.heard());
    server.until("the caller waits", |status| status.queue("support")["waiting"] == 1);
    assert!(!second.has_seen("CALL_INCOMING"), "the phone rang in the middle of a talk");

    first.tell("hangup", "");
    second.wait_for("CALL_CLOSED");
    second.wait_for("CALL_INCOMING");
    second.tell("accept", "");
    let talked = caller.sound.heard().len();
    caller.sound.until_heard("the agent", &words_of("1002"), talked);
    caller.hang_up();
    let rows = server.until_closed(2);
    assert_eq!((&rows[1]["outcome"], &rows[1]["agent"]), (&"answered".into(), &"1002".into()));
}
