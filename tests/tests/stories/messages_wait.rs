//! Messages that wait in a queue: an agent's phone rings, the agent hears what the caller said, and is done with
//! it by a key; also after a power failure.

use e2e::{Baresip, PhoneSetup, Picks, Server, Sipp, SippCall, Site, Sound, prompt, run, wait};
use serde_json::Value;
use std::thread;
use std::time::Duration;

const PLAN: &str = "language = \"sv\"\n[number.9000]\ngoto = \"voicemail.office\"\n\
    [voicemail.office]\nsilence = \"2s\"\nqueue = \"support\"\n\
    [queue.support]\nname = \"Support\"\nwrap_up = \"0s\"\ndecline_pause = \"1s\"\n\
    [agent.1001]\nname = \"Anna\"\nsecret = \"secret-1001\"\nqueues = [\"support\"]\n";

/// What the caller says, known and long enough.
fn message() -> Sound {
    prompt("en/welcome").repeated(4)
}

/// A caller leaves a message and hangs up.
fn leave_message(server: &Server) {
    let call = SippCall { server: server.sip(), number: "9000", caller: "0701000088" };
    let mut caller = Sipp::call(call);
    let greeting = prompt("sv/voicemail/greeting").part(0, 8_000);
    caller.sound.until_heard("the greeting", &greeting, 0);
    caller.sound.say(&message());
    wait::until_so("a message is being recorded", || {
        server.status().0["voicemails"][0]["recording"] == 1
    });
    thread::sleep(Duration::from_secs(6));
    caller.hang_up();
    server.until("the message waits", |status| status.0["queues"][0]["messages"] == 1);
}

fn agent(server: &Server) -> Baresip {
    let setup = PhoneSetup::of_agent(server.sip(), "1001", Picks::UpWhenTold, &Sound::default());
    Baresip::start(&setup)
}

fn told(server: &Server, arguments: &[&str]) -> Value {
    let socket = server.site().data().join("control.sock");
    let socket = socket.to_str().expect("temporary folders have plain names").to_owned();
    let ran = run(&[arguments, &["--json", "--socket", &socket]].concat());
    serde_json::from_str(&ran.out)
        .unwrap_or_else(|error| panic!("{error}: {} {}", ran.out, ran.err))
}

#[test]
fn a_message_waits_over_a_power_failure_is_heard_by_an_agent_and_done_by_a_key() {
    let server = Server::start(Site::new(PLAN));
    let mut anna = agent(&server);
    server.until_agent("1001", "ready");
    told(&server, &["agent", "logout", "1001"]);
    leave_message(&server);
    wait::until_so("it is on disk", || told(&server, &["message", "list"])[0]["waits_as"] == 2);
    let why = told(&server, &["explain", "2"]);
    assert_eq!(why["standing"]["obstacles"]["logged_out"], 1, "{why}");

    // The phone is known to the next run, and that its agent has logged out.
    let server = Server::start(server.kill());
    let waits = server.until("it waits again", |status| status.0["queues"][0]["messages"] == 1);
    let [call] = &waits.0["calls"].as_array().expect("there is a list")[..] else {
        panic!("{waits:?}")
    };
    assert_eq!((&call["id"], &call["caller"]), (&2.into(), &"…88".into()));
    assert!(call["waiting_s"].as_u64() >= Some(6), "since the caller's arrival: {call}");
    assert_eq!(waits.0["queues"][0]["waiting"], 0, "no caller waits");

    server.until_agent("1001", "logged_out");
    told(&server, &["agent", "login", "1001"]);
    let rings = anna.wait_for("CALL_INCOMING");
    assert_eq!(rings["peerdisplayname"], "Meddelande Support: 0701000088", "{rings}");
    anna.tell("accept", "");
    anna.until_heard("that it is a message", &prompt("sv/voicemail/message"), 0);
    let said = anna.until_heard("what the caller said", &prompt("en/welcome"), 0);
    let heard = prompt("sv/voicemail/heard");
    let keys = anna.until_heard("which keys there are", &heard.part(0, 16_000), said);
    anna.tell("sndcode", "1");
    anna.until_heard("it again", &prompt("en/welcome"), keys);
    server.until_agent("1001", "talking");
    anna.tell("sndcode", "2");
    anna.until_heard("that it is done", &prompt("sv/voicemail/done").part(0, 8_000), keys);
    anna.wait_for("CALL_CLOSED");

    wait::until_so("the list says so", || {
        told(&server, &["message", "list"])[0]["done_by"] == "phone"
    });
    server.until_agent("1001", "ready");
    let rows = server.until_closed(2);
    assert_eq!((&rows[0]["outcome"], &rows[0]["direction"]), (&"voicemail".into(), &"in".into()));
    let item = &rows[1];
    assert_eq!((&item["outcome"], &item["direction"]), (&"answered".into(), &"message".into()));
    assert_eq!((&item["agent"], &item["queue"]), (&"1001".into(), &"support".into()));
    let kinds = server.kinds(2);
    for kind in ["offered", "queued", "rang", "connected", "message_queued", "ended"] {
        assert!(kinds.iter().any(|it| it == kind), "{kind} in {kinds:?}");
    }
}

#[test]
fn a_message_that_an_agent_gives_back_too_often_is_set_aside_and_stays_in_the_list() {
    let server = Server::start(Site::new(&PLAN.replace("\nqueue =", "\nheard_max = 2\nqueue =")));
    let mut anna = agent(&server);
    server.until_agent("1001", "ready");
    leave_message(&server);
    for times in 1..=2 {
        anna.wait_for("CALL_INCOMING");
        anna.tell("accept", "");
        server.until_agent("1001", "talking");
        anna.tell("hangup", "");
        wait::until_so("it is given back", || {
            told(&server, &["message", "list"])[0]["given_back"] == times
        });
    }
    server.until("nothing waits", |status| status.0["queues"][0]["messages"] == 0);
    let listed = told(&server, &["message", "list"]);
    assert!(listed[0]["set_aside_at"].is_string() && listed[0]["done_at"].is_null(), "{listed}");
    assert_eq!(server.status().0["voicemails"][0]["messages"], 1);
    assert_eq!(server.metric("messages_set_aside_total"), 1.0);
}
