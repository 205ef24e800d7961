//! Commands over the control socket and over HTTP, and the events that they leave, with real phones.

use e2e::{Baresip, PhoneSetup, Picks, Ran, Server, Sipp, Site, Sound, prompt, run, wait};
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::time::Duration;

/// SHA-256 of `desk`.
const DESK: &str = "[[token]]\nname = \"desk\"\n\
    sha256 = \"49be417ad74080a0031b636b44cfc26fdd0065492d6cd3b033960c4414955cf7\"\n\
    scopes = [\"read\", \"agents\", \"calls\"]";

/// The program told to do this with the server's control socket.
fn tell(server: &Server, words: &[&str]) -> Ran {
    let socket = server.site().data().join("control.sock");
    let socket = socket.to_str().expect("temporary folders have plain names").to_owned();
    run(&[words, &["--socket", &socket]].concat())
}

/// A phone in hand of an agent who waits for a call.
fn at_work(server: &Server, account: &str) -> Baresip {
    let sound = Sound::default();
    let phone =
        Baresip::start(&PhoneSetup::of_agent(server.sip(), account, Picks::UpWhenTold, &sound));
    server.until_agent(account, "ready");
    phone
}

#[test]
fn a_call_is_taken_back_from_a_phone_that_rings_and_ended_with_a_goodbye() {
    let server = Server::start(Site::of_one_queue("wrap_up = \"1s\"", 2));
    let mut first = at_work(&server, "1001");
    let mut second = at_work(&server, "1002");
    let caller = Sipp::dial(server.sip(), "0701000001");
    first.wait_for("CALL_INCOMING");
    let ran = tell(&server, &["call", "requeue", "1"]);
    assert_eq!((ran.code, ran.out.trim()), (Some(0), "done"), "{}", ran.err);
    second.wait_for("CALL_INCOMING");
    first.wait_for("CALL_CLOSED");
    // Nothing is counted against them.
    server.until_agent("1001", "ready");

    assert_eq!(tell(&server, &["call", "withdraw", "1"]).code, Some(0));
    let goodbye = prompt("sv/goodbye").part(0, 8_000);
    caller.sound.until_heard("the beginning of the goodbye", &goodbye, 0);
    let rows = server.until_closed(1);
    assert_eq!(rows[0]["outcome"], "withdrawn");
    let story = server.story(1);
    let by: Vec<_> = story.iter().filter(|event| event["kind"] == "command_obeyed").collect();
    assert_eq!(by.len(), 2, "{story:?}");
    assert!(by.iter().all(|event| event["detail"]["by"] == "socket"), "{by:?}");
}

#[test]
fn why_a_call_waits_and_why_it_went_where_it_went_is_explained() {
    let server = Server::start(Site::of_one_queue("wrap_up = \"1s\"", 1));
    let caller = Sipp::dial(server.sip(), "0701000001");
    server.until_calls(&["waiting"]);
    let ran = tell(&server, &["explain", "1"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(ran.out.starts_with("call 1 is waiting\n"), "{}", ran.out);
    assert!(ran.out.contains("place 1, agents by longest_idle"), "{}", ran.out);
    assert!(ran.out.contains("agent 1001: logged out"), "{}", ran.out);

    let ran = tell(&server, &["explain", "--agent", "1001"]);
    assert!(ran.out.starts_with("agent 1001 is logged_out"), "{}", ran.out);
    assert!(ran.out.contains("were the agent ready now: call 1 "), "{}", ran.out);

    let sound = Sound::default();
    let mut phone =
        Baresip::start(&PhoneSetup::of_agent(server.sip(), "1001", Picks::UpWhenTold, &sound));
    phone.wait_for("CALL_INCOMING");
    let ran = tell(&server, &["explain", "1"]);
    assert!(ran.out.contains("agent 1001: ringing, call 1"), "{}", ran.out);
    assert_eq!(tell(&server, &["call", "withdraw", "1"]).code, Some(0));
    server.until_closed(1);
    let ran = tell(&server, &["explain", "1"]);
    assert!(ran.out.starts_with("call 1 is over\n"), "{}", ran.out);
    assert!(ran.out.contains("as the only call that the agent could take"), "{}", ran.out);
    assert_eq!(tell(&server, &["explain", "7"]).code, Some(1));
    drop(caller);
}

#[test]
fn calls_that_are_over_are_explained_also_after_a_power_failure() {
    let server = Server::start(Site::of_one_queue("wrap_up = \"1s\"", 2));
    let mut ana = at_work(&server, "1001");
    let mut first = Sipp::dial(server.sip(), "0701000001");
    ana.wait_for("CALL_INCOMING");
    ana.tell("accept", "");
    server.until_calls(&["talking"]);
    // Two wait for her, and the second gives up.
    let mut second = Sipp::dial(server.sip(), "0701000002");
    server.until_calls(&["talking", "waiting"]);
    let mut third = Sipp::dial(server.sip(), "0701000003");
    server.until_calls(&["talking", "waiting", "waiting"]);
    third.hang_up();
    server.until_calls(&["talking", "waiting"]);
    // Then it is the first one's turn.
    first.hang_up();
    ana.wait_for("CALL_INCOMING");
    ana.tell("accept", "");
    server.until_calls(&["talking"]);
    second.hang_up();
    server.until_closed(3);

    let site = server.kill();
    let data = site.data();
    let data = data.to_str().unwrap();
    let of_the_disk = run(&["explain", "3", "--data", data]);
    let server = Server::start(site);
    let over = tell(&server, &["explain", "3"]);
    assert_eq!(of_the_disk.out, over.out, "the ledger and the server say the same");
    for part in [
        "call 3 is over",
        "left unserved",
        "queue support: place 2",
        "before it: call 2",
        "agent 1001: talking, call 1",
        "agent 1002: logged out",
    ] {
        assert!(over.out.contains(part), "{part} is not in\n{}", over.out);
    }
    let served = tell(&server, &["explain", "2"]).out;
    assert!(served.contains("rang at agent 1001 for queue support"), "{served}");
    assert!(served.contains("as the only call that the agent could take"), "{served}");
    let rung = tell(&server, &["explain", "--agent", "1001"]).out;
    assert!(rung.contains("rung for\n  call 1  ") && rung.contains("  call 2  "), "{rung}");
    // What the agent was doing while the two waited is told as well, by the disk and by the server.
    let call: serde_json::Value =
        serde_json::from_str(&tell(&server, &["explain", "3", "--json"]).out).unwrap();
    let moment = call["unserved"][0]["arrived"].as_str().unwrap();
    let then = ["explain", "--agent", "1001", "--at", moment];
    let then_of_the_disk = run(&[&then[..], &["--data", data]].concat());
    let then = tell(&server, &then);
    assert_eq!(then_of_the_disk.out, then.out, "the ledger and the server say the same");
    for part in ["agent 1001 was talking at", "is ready", "rang at agent 1001", "is talking"] {
        assert!(then.out.contains(part), "{part} is not in\n{}", then.out);
    }
    assert!(!then.out.contains("call 2"), "that was later:\n{}", then.out);
    let yet_to_come = ["explain", "--agent", "1001", "--at", "2999-01-01T00:00:00Z"];
    assert_eq!(tell(&server, &yet_to_come).code, Some(1));
    assert_eq!(run(&["explain", "9", "--data", data]).code, Some(1));
}

#[test]
fn what_is_refused_is_said_with_its_remedy_and_an_exit_code() {
    let server = Server::start(Site::of_one_queue("", 1));
    let ran = tell(&server, &["agent", "ready", "1001"]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.err.contains("agent 1001 is logged out: log the agent in"), "{}", ran.err);
    assert_eq!(tell(&server, &["call", "show", "7"]).code, Some(1));
    assert!(tell(&server, &["agent", "list"]).out.contains("1001"));
    let nobody = run(&["queue", "list", "--socket", "/nowhere/control.sock"]);
    assert_eq!(nobody.code, Some(3), "{}", nobody.err);
}

#[test]
fn an_agent_leaves_and_joins_a_queue_and_a_call_is_filed_from_the_command_line() {
    let filed = "wrap_up = \"60s\"\n[disposition.sold]\ndigits = \"1\"";
    let server = Server::start(Site::of_one_queue(filed, 1));
    let mut phone = at_work(&server, "1001");
    assert_eq!(tell(&server, &["agent", "leave", "1001", "support"]).code, Some(0));
    let _caller = Sipp::dial(server.sip(), "0701000001");
    server.until_calls(&["waiting"]);
    assert_eq!(tell(&server, &["agent", "join", "1001", "support"]).code, Some(0));
    phone.wait_for("CALL_INCOMING");
    phone.tell("accept", "");
    server.until_calls(&["talking"]);
    let ran = tell(&server, &["agent", "file", "1001", "sold"]);
    assert_eq!((ran.code, ran.out.trim()), (Some(0), "done"), "{}", ran.err);
    assert_eq!(tell(&server, &["call", "withdraw", "1"]).code, Some(0));
    server.until_agent("1001", "wrap_up");
    assert_eq!(tell(&server, &["agent", "extend-wrap-up", "1001"]).code, Some(0));
    assert_eq!(tell(&server, &["agent", "end-wrap-up", "1001"]).code, Some(0));
    server.until_agent("1001", "ready");
    let nothing_on = tell(&server, &["agent", "end-wrap-up", "1001"]);
    assert!(nothing_on.err.contains("agent 1001 has no wrap-up on"), "{}", nothing_on.err);
}

#[test]
fn a_queue_that_is_closed_by_hand_stays_closed_when_the_server_is_killed_until_it_is_opened() {
    let server = Server::start(Site::of_one_queue("at_closing = \"leave\"", 1));
    let waits = Sipp::dial(server.sip(), "0701000001");
    server.until_calls(&["waiting"]);
    assert_eq!(tell(&server, &["queue", "close", "support"]).code, Some(0));
    // Whoever has closed it sees it closed, and not a moment later.
    let listed = tell(&server, &["queue", "list"]).out;
    assert!(listed.contains("closed"), "{listed}");
    let closed = prompt("sv/closed").part(0, 8_000);
    waits.sound.until_heard("that it is closed", &closed, 0);
    let rows = server.until_closed(1);
    assert_eq!(rows[0]["outcome"], "closed");

    // Its last event is on disk, and so is what came before.
    let server = Server::start(server.kill());
    let shown = tell(&server, &["queue", "show", "support"]).out;
    assert!(shown.contains("\"closed\"") && shown.contains("\"by\": \"socket\""), "{shown}");
    let mut phone = at_work(&server, "1001");
    let comes = Sipp::dial(server.sip(), "0701000002");
    comes.sound.until_heard("that it is closed", &closed, 0);
    server.until_closed(2);

    assert_eq!(tell(&server, &["queue", "auto", "support"]).code, Some(0));
    let _served = Sipp::dial(server.sip(), "0701000003");
    phone.wait_for("CALL_INCOMING");
}

#[test]
fn what_was_said_to_be_done_to_a_queue_is_done_after_a_power_failure() {
    let mut server = Server::start(Site::of_one_queue("", 1));
    for (command, state) in [("close", "closed"), ("auto", "open"), ("close", "closed")] {
        assert_eq!(tell(&server, &["queue", command, "support"]).code, Some(0));
        server = Server::start(server.kill());
        let shown = tell(&server, &["queue", "show", "support"]).out;
        assert!(shown.contains(&format!("\"state\": \"{state}\"")), "{shown}");
    }
}

#[test]
fn agents_are_after_a_kill_what_they_were_before_it() {
    let filed = "wrap_up = \"5m\"\n[disposition.sold]\ndigits = \"1\"\n[pause.lunch]\ndigits = \"2\"\nmax = \"1h\"";
    let server = Server::start(Site::of_one_queue(filed, 3));
    let _pauses = at_work(&server, "1001");
    let _gone = at_work(&server, "1002");
    assert_eq!(tell(&server, &["agent", "pause", "1001", "lunch"]).code, Some(0));
    assert_eq!(tell(&server, &["agent", "logout", "1002"]).code, Some(0));
    let mut works = at_work(&server, "1003");
    let mut caller = Sipp::dial(server.sip(), "0701000001");
    works.wait_for("CALL_INCOMING");
    works.tell("accept", "");
    server.until_calls(&["talking"]);
    caller.hang_up();
    server.until_agent("1003", "wrap_up");
    server.until_closed(1);

    // Nobody registers anew: the phones have done so for an hour.
    let server = Server::start(server.kill());
    server.until_agent("1001", "paused");
    server.until_agent("1002", "logged_out");
    server.until_agent("1003", "wrap_up");
    assert_eq!(tell(&server, &["agent", "file", "1003", "sold"]).code, Some(0));
    assert_eq!(tell(&server, &["agent", "end-wrap-up", "1003"]).code, Some(0));
    let _served = Sipp::dial(server.sip(), "0701000002");
    works.wait_for("CALL_INCOMING");
}

#[test]
fn of_two_phones_of_an_agent_the_chosen_one_rings_and_the_other_when_it_is_gone() {
    let server = Server::start(Site::of_one_queue("", 1));
    let mut first = at_work(&server, "1001");
    let sound = Sound::default();
    let setup = PhoneSetup::of_agent(server.sip(), "1001", Picks::UpWhenTold, &sound);
    let mut second = Baresip::start(&setup);
    wait::until_so("both phones are there", || {
        tell(&server, &["agent", "show", "1001"]).out.contains("\"phone\": 2")
    });
    assert_eq!(tell(&server, &["agent", "phone", "1001", "2"]).code, Some(0));
    let shown = tell(&server, &["agent", "show", "1001"]).out;
    assert!(shown.contains("\"user_agent\": \"baresip"), "{shown}");
    let caller = Sipp::dial(server.sip(), "0701000001");
    second.wait_for("CALL_INCOMING");
    assert_eq!(tell(&server, &["call", "withdraw", "1"]).code, Some(0));
    second.wait_for("CALL_CLOSED");
    assert!(!first.has_seen("CALL_INCOMING"), "the other phone does not ring");
    server.until_closed(1);
    drop(caller);

    second.switch_off();
    wait::until_so("the second phone is gone", || {
        !tell(&server, &["agent", "show", "1001"]).out.contains("\"phone\": 2")
    });
    let _caller = Sipp::dial(server.sip(), "0701000002");
    first.wait_for("CALL_INCOMING");
    assert_eq!(tell(&server, &["agent", "phone", "1001", "2"]).code, Some(1));
}

#[test]
fn an_agent_is_logged_out_over_http_and_a_listener_hears_who_did_it() {
    let server = Server::start(Site::of_one_queue("", 1).with_setting(DESK));
    let _phone = at_work(&server, "1001");
    let mut stream = TcpStream::connect(server.http()).expect("the server is there");
    stream.set_read_timeout(Some(Duration::from_secs(10))).expect("a time-out can be set");
    let ask = "GET /api/v1/events?agent=1001&after=1-0 HTTP/1.1\r\nHost: localhost\r\n\
        Authorization: Bearer desk\r\n\r\n";
    stream.write_all(ask.as_bytes()).expect("the server listens");

    let token = server.site().folder().join("desk.token");
    fs::write(&token, "desk\n").expect("a temporary folder can be written");
    let (http, token) = (server.http().to_string(), token.to_str().expect("plain").to_owned());
    let over_http = ["--http", &http, "--token-file", &token];
    let ran = run(&[&["agent", "logout", "1001"][..], &over_http].concat());
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    server.until_agent("1001", "logged_out");

    let mut told = String::new();
    for line in BufReader::new(stream).lines() {
        told.push_str(&line.expect("the stream goes on until we have heard enough"));
        if told.contains("\"by\":\"token:desk\"") {
            break;
        }
    }
    let at = |part: &str| told.find(part).unwrap_or_else(|| panic!("{part} is missing in {told}"));
    assert!(at("\"reachable\"") < at("\"logged_in\""));
    assert!(at("\"logged_in\"") < at("\"logged_out\""));
    assert!(at("\"logged_out\"") < at("\"command_obeyed\""));
}
