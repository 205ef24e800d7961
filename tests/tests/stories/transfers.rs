//! Agents who hand callers over, with phones that nobody here wrote.

use e2e::{Baresip, PhoneSetup, Picks, Server, Sipp, Site, Sound, prompt, run, wait};
use std::fs;

fn words_of(account: &str) -> Sound {
    prompt(if account == "1001" { "en/demo/support" } else { "en/demo/leverans" })
}

fn callers_words() -> Sound {
    prompt("sv/demo/menu")
}

/// Two agents of one queue; the first, who is rung first, answers at once.
fn site() -> Site {
    Site::of_one_queue("wrap_up = \"0s\"", 2)
}

fn at_work(server: &Server, account: &str, picks: Picks) -> Baresip {
    let phone =
        Baresip::start(&PhoneSetup::of_agent(server.sip(), account, picks, &words_of(account)));
    server.until_agent(account, "ready");
    phone
}

/// A caller who talks with the first agent.
fn in_talk(server: &Server, first: &mut Baresip) -> Sipp {
    let caller = Sipp::dial(server.sip(), "0704000001");
    caller.sound.say(&callers_words());
    first.wait_for("CALL_ESTABLISHED");
    server.until_agent("1001", "talking");
    caller.sound.until_heard("the first agent", &words_of("1001"), 0);
    first.until_heard("the caller", &callers_words(), 0);
    caller
}

/// The caller and the second agent hear each other.
fn talk_on(server: &Server, caller: &Sipp, second: &Baresip, since: usize) {
    caller.sound.until_heard("the second agent", &words_of("1002"), since);
    second.until_heard("the caller", &callers_words(), 0);
    server.until_agent("1001", "ready");
    server.until_agent("1002", "talking");
}

/// What the header Replaces has to say for the leg of the agent in the caller's call.
fn replaces(server: &Server, caller: &Sipp) -> String {
    let (http, file) = (server.http().to_string(), server.site().folder().join("call.pcap"));
    let answer = || {
        let ran = run(&["call", "trace", "1", "--http", &http, "--pcap", file.to_str().unwrap()]);
        assert_eq!(ran.code, Some(0), "{}", ran.err);
        let said = String::from_utf8_lossy(&fs::read(&file).unwrap()).into_owned();
        let mut answers = said.split("SIP/2.0 200 ").skip(1).map(str::to_owned);
        answers.find(|answer| {
            let head = answer.split("\r\n\r\n").next().unwrap_or_default();
            head.contains(" INVITE\r\n") && !head.contains(caller.call_id())
        })
    };
    let answer = wait::until("the agent's answer is put away", answer);
    let value = |name: &str| {
        let mut lines = answer.lines().filter_map(|line| line.split_once(": "));
        lines.find(|(of, _)| of.eq_ignore_ascii_case(name)).unwrap().1.to_owned()
    };
    let tag = |name: &str| value(name).split_once(";tag=").unwrap().1.to_owned();
    format!("{}%3Bto-tag%3D{}%3Bfrom-tag%3D{}", value("Call-ID"), tag("From"), tag("To"))
}

#[test]
fn an_agent_hands_a_caller_over_and_the_two_hear_each_other() {
    let server = Server::start(site());
    let mut first = at_work(&server, "1001", Picks::Up);
    let mut second = at_work(&server, "1002", Picks::UpWhenTold);
    let mut caller = in_talk(&server, &mut first);

    first.tell("transfer", &format!("sip:1002@{}", server.sip()));
    second.wait_for("CALL_INCOMING");
    let handed_over = caller.sound.heard().len();
    wait::until_music("the caller who is handed over", handed_over, || caller.sound.heard());
    second.tell("accept", "");
    second.wait_for("CALL_ESTABLISHED");
    first.wait_for("CALL_CLOSED");
    talk_on(&server, &caller, &second, handed_over);

    caller.hang_up();
    second.wait_for("CALL_CLOSED");
    server.until_agent("1002", "ready");
    let rows = server.until_closed(1);
    assert_eq!(rows.len(), 1);
    assert_eq!((&rows[0]["outcome"], &rows[0]["agent"]), (&"answered".into(), &"1001".into()));
    let story = server.story(1);
    let told = story.iter().find(|event| event["kind"] == "transferred").unwrap();
    assert_eq!((&told["detail"]["by"], &told["detail"]["to"]), (&"1001".into(), &"1002".into()));
}

#[test]
fn a_caller_whom_the_colleague_does_not_take_is_not_lost_where_the_phone_hangs_up_by_itself() {
    let server = Server::start(site());
    let mut first = at_work(&server, "1001", Picks::Up);
    let mut second = at_work(&server, "1002", Picks::UpWhenTold);
    let mut caller = in_talk(&server, &mut first);

    first.tell("transfer", &format!("sip:1002@{}", server.sip()));
    second.wait_for("CALL_INCOMING");
    second.tell("hangup", "");
    let told = |kind: &str| server.kinds(1).iter().any(|it| it == kind);
    wait::until_so("it is written", || told("transfer_failed"));
    // When it is told so, this phone hangs up.
    first.wait_for("TRANSFER_FAILED");
    second.wait_for("CALL_INCOMING");
    let back = caller.sound.heard().len();
    second.tell("accept", "");
    caller.sound.until_heard("the second agent", &words_of("1002"), back);
    second.until_heard("the caller", &callers_words(), 0);
    server.until_agent("1002", "talking");
    caller.hang_up();
    second.wait_for("CALL_CLOSED");
    let row = &server.until_closed(1)[0];
    assert_eq!((&row["outcome"], &row["agent"]), (&"answered".into(), &"1002".into()));
}

#[test]
fn an_agent_asks_a_colleague_and_joins_the_caller_with_the_colleague() {
    let server = Server::start(site());
    let mut first = at_work(&server, "1001", Picks::Up);
    let mut second = at_work(&server, "1002", Picks::Up);
    let mut caller = in_talk(&server, &mut first);

    first.tell("hold", "");
    let held = caller.sound.heard().len();
    wait::until_music("the caller who is held", held, || caller.sound.heard());
    first.dial("1002");
    second.wait_for("CALL_ESTABLISHED");
    first.wait_for("CALL_ESTABLISHED");
    second.until_heard("the agent who asks", &words_of("1001"), 0);
    first.until_heard("the colleague", &words_of("1002"), 0);

    let joined = caller.sound.heard().len();
    let at_second = second.hears().len();
    let replaces = replaces(&server, &caller);
    first.tell("transfer", &format!("<sip:0704000001@{}?Replaces={replaces}>", server.sip()));
    first.wait_for("CALL_CLOSED");
    first.wait_for("CALL_CLOSED");
    caller.sound.until_heard("the colleague", &words_of("1002"), joined);
    second.until_heard("the caller", &callers_words(), at_second);
    server.until_agent("1001", "ready");

    caller.hang_up();
    second.wait_for("CALL_CLOSED");
    let rows = server.until_closed(2);
    assert_eq!(rows[0]["cause"], "caller hung up");
    assert_eq!(rows[1]["cause"], "joined with call-1 by the agent");
    let outcomes = [&rows[0]["outcome"], &rows[1]["outcome"]];
    assert_eq!(outcomes, [&"answered", &"answered"]);
}
