//! Callers who wait, choose or talk while the server is killed, and are still there when it has been started again.

use e2e::{
    Baresip, Linphone, PhoneSetup, Picks, Registers, Server, Sipp, Site, Sound, Status, prompt,
    soft, wait,
};
use serde_json::Value;
use softphone::{Answer, CallState, PhoneCall};
use std::thread;
use std::time::Duration;
use tokio::time::timeout;

/// Callers who wait at once.
const CROWD: usize = 20;

/// Who answers an old ring is hung up on within this.
const SOON: Duration = Duration::from_secs(5);

/// The calls that are on, each with its place.
fn queue_of(status: &Status) -> Vec<(u64, u64)> {
    let number = |value: &Value| value.as_u64().expect("who waits has a number and a place");
    let calls = status.calls().iter();
    calls.map(|call| (number(&call["id"]), number(&call["place"]))).collect()
}

fn sound_of(call: &PhoneCall) -> Sound {
    Sound::of_alaw(&call.heard().alaw)
}

/// So many callers have come to the queue, and how they are reached is on disk.
fn until_on_disk(server: &Server, callers: u32) {
    wait::until_so("who waits is on disk", || {
        server.metric("ledger_calls_on_written_total") >= f64::from(callers)
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_while_the_server_is_killed_hears_music_again_and_is_answered_in_turn() {
    let server = Server::start(Site::of_one_queue("", 1));
    let mut first = Sipp::dial(server.sip(), "0705100001");
    server.until_calls(&["waiting"]);
    let (phone, _events) = soft::switch_on(soft::caller(server.sip(), "0705100002")).await;
    let second = phone.call("9000").await.unwrap();
    server.until_calls(&["waiting", "waiting"]);
    wait::until_music("the first", 0, || first.sound.heard());
    wait::until_music("the second", 0, || sound_of(&second));
    until_on_disk(&server, 2);
    let before = queue_of(&server.status());

    let site = server.kill();
    let (heard, second_heard) = (first.sound.heard().len(), sound_of(&second).len());
    first.sound.moves();
    let server = Server::start(site);
    server.until_calls(&["waiting", "waiting"]);
    wait::until_music("the first", heard, || first.sound.heard());
    wait::until_music("the second", second_heard, || sound_of(&second));
    assert_eq!(queue_of(&server.status()), before);

    let words = prompt("en/demo/leverans");
    let _agent = Baresip::start(&PhoneSetup::of_agent(server.sip(), "1001", Picks::Up, &words));
    let talking = server.until_calls(&["talking", "waiting"]);
    assert_eq!(talking.calls()[0]["id"], before[0].0);
    first.sound.until_heard("the agent", &words, heard);
    first.hang_up();
    second.hang_up().await;
    let rows = server.until_closed(2);
    assert_eq!((&rows[0]["outcome"], &rows[0]["agent"]), (&"answered".into(), &"1001".into()));
    assert_eq!(rows[1]["outcome"], "abandoned");
    let kinds = server.kinds(1);
    let count = |wanted: &str| kinds.iter().filter(|kind| *kind == wanted).count();
    assert_eq!((count("queued"), count("recovered"), count("ended")), (1, 1, 1), "{kinds:?}");
    server.until("all are counted", |status| status.total("offered") == 2);
}

#[test]
fn who_talks_while_the_server_is_killed_talks_on_with_the_same_agent() {
    let server = Server::start(Site::of_one_queue("wrap_up = \"10s\"", 1));
    let (agents_words, callers_words) = (prompt("en/demo/leverans"), prompt("en/demo/support"));
    let setup = PhoneSetup::of_agent(server.sip(), "1001", Picks::Up, &agents_words);
    let mut agent = Baresip::start(&setup);
    server.until_agent("1001", "ready");
    let mut caller = Sipp::dial(server.sip(), "0705400001");
    caller.sound.say(&callers_words);
    server.until_agent("1001", "talking");
    caller.sound.until_heard("the agent", &agents_words, 0);
    let told = agent.until_heard("the caller", &callers_words, 0);
    // Once for the place in the queue, and once for the talk.
    until_on_disk(&server, 2);

    let site = server.kill();
    let heard = caller.sound.heard().len();
    caller.sound.moves();
    let server = Server::start(site);
    // The agent is busy from the start, and rung by nobody.
    let mut waits = Sipp::dial(server.sip(), "0705400002");
    server.until_calls(&["talking", "waiting"]);
    let now = server.until_agent("1001", "talking");
    assert_eq!((now.total("offered"), now.total("answered")), (2, 1));
    caller.sound.peer();
    caller.sound.say(&callers_words);
    caller.sound.until_heard("the agent again", &agents_words, heard);
    agent.until_heard("the caller again", &callers_words, told);

    // What ends ends as ever, with after-call work.
    agent.tell("hangup", "");
    caller.ended();
    server.until_agent("1001", "wrap_up");
    waits.hang_up();
    let rows = server.until_closed(2);
    assert_eq!((&rows[0]["outcome"], &rows[0]["agent"]), (&"answered".into(), &"1001".into()));
    assert_eq!(rows[0]["cause"], "agent hung up");
    let kinds = server.kinds(1);
    let count = |wanted: &str| kinds.iter().filter(|kind| *kind == wanted).count();
    let once = (count("connected"), count("recovered"), count("ended"));
    assert_eq!(once, (1, 1, 1), "{kinds:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crowd_that_waits_while_the_server_is_killed_is_back_in_the_same_order() {
    let server = Server::start(Site::of_one_queue("", 1));
    let mut phones = Vec::new();
    let mut calls = Vec::new();
    for number in 0..CROWD {
        let config = soft::caller(server.sip(), &format!("07052000{number:02}"));
        let (phone, events) = soft::switch_on(config).await;
        let call = phone.call("9000").await.unwrap();
        server.until("one more waits", |status| {
            status.call_states().iter().filter(|state| **state == "waiting").count() == number + 1
        });
        phones.push((phone, events));
        calls.push(call);
    }
    wait::until_music("the last", 0, || sound_of(calls.last().unwrap()));
    until_on_disk(&server, u32::try_from(CROWD).unwrap());
    let before = queue_of(&server.status());

    let site = server.kill();
    let heard: Vec<usize> = calls.iter().map(|call| sound_of(call).len()).collect();
    let server = Server::start(site);
    server.until_calls(&["waiting"; CROWD]);
    assert_eq!(queue_of(&server.status()), before);
    for (call, heard) in calls.iter().zip(heard) {
        wait::until_music("everybody", heard, || sound_of(call));
        assert!(matches!(call.state(), CallState::Answered(_)));
    }
    for call in &calls {
        call.hang_up().await;
    }
    let rows = server.until_closed(CROWD);
    assert!(rows.iter().all(|row| row["outcome"] == "abandoned"), "{rows:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_gone_when_the_server_is_there_again_is_written_down_as_gone() {
    let server = Server::start(Site::of_one_queue("", 1));
    let vanishes = Sipp::dial(server.sip(), "0705300001");
    server.until_calls(&["waiting"]);
    let (phone, _events) = soft::switch_on(soft::caller(server.sip(), "0705300002")).await;
    let hangs_up = phone.call("9000").await.unwrap();
    server.until_calls(&["waiting", "waiting"]);
    wait::until_music("who will hang up", 0, || sound_of(&hangs_up));
    until_on_disk(&server, 2);

    let site = server.kill();
    vanishes.vanish();
    // It says so again and again until somebody answers.
    hangs_up.hang_up().await;
    let server = Server::start(site);
    let rows = server.until_closed(2);
    let gone: Vec<_> = rows.iter().map(|row| (&row["outcome"], &row["cause"])).collect();
    let lost = (&"interrupted".into(), &"gone after a restart".into());
    assert_eq!(gone[0], lost);
    let heard_first = (&"abandoned".into(), &"caller hung up".into());
    assert!(gone[1] == lost || gone[1] == heard_first, "{rows:#?}");
}

#[test]
fn colleagues_who_talk_while_the_server_is_killed_talk_on() {
    let server = Server::start(Site::of_one_queue("", 2));
    let words = [prompt("en/demo/leverans"), prompt("en/demo/support")];
    let [mut first, mut second] =
        [("1001", &words[0]), ("1002", &words[1])].map(|(account, words)| {
            let setup = PhoneSetup::of_agent(server.sip(), account, Picks::UpWhenTold, words);
            let phone = Baresip::start(&setup);
            server.until_agent(account, "ready");
            phone
        });
    first.dial("1002");
    second.wait_for("CALL_INCOMING");
    second.tell("accept", "");
    first.until_heard("the colleague", &words[1], 0);
    second.until_heard("the one who called", &words[0], 0);
    until_on_disk(&server, 1);

    let site = server.kill();
    let (told, heard) = (first.hears().len(), second.hears().len());
    let server = Server::start(site);
    // Nobody rings at them meanwhile.
    let mut waits = Sipp::dial(server.sip(), "0705500001");
    server.until_calls(&["waiting", "talking"]);
    for account in ["1001", "1002"] {
        server.until_agent(account, "occupied");
    }
    first.until_heard("the colleague again", &words[1], told);
    second.until_heard("the one who called again", &words[0], heard);

    waits.hang_up();
    second.tell("hangup", "");
    first.wait_for("CALL_CLOSED");
    server.until_agent("1001", "ready");
    server.until_agent("1002", "ready");
    let row = &server.until_closed(2)[0];
    assert_eq!((&row["direction"], &row["outcome"]), (&"internal".into(), &"answered".into()));
    assert_eq!(row["cause"], "called party hung up");
}

#[test]
fn who_is_in_a_menu_while_the_server_is_killed_hears_it_again_and_chooses() {
    let plan = "language = \"en\"\n[number.9000]\ngoto = \"menu.main\"\n[menu.main]\n\
                prompts = [\"demo/menu\"]\nkeys = { 1 = \"queue.support\" }\ntimeout = \"1m\"\n\
                [queue.support]\n[agent.1001]\nsecret = \"secret-1001\"\nqueues = \"all\"\n";
    let server = Server::start(Site::new(plan));
    let menu = prompt("en/demo/menu").part(0, 12_000);
    let mut caller = Sipp::dial(server.sip(), "0705700001");
    caller.sound.until_heard("the menu", &menu, 0);
    until_on_disk(&server, 1);

    let site = server.kill();
    let heard = caller.sound.heard().len();
    caller.sound.moves();
    let server = Server::start(site);
    caller.sound.until_heard("the menu again", &menu, heard);
    caller.sound.peer();
    caller.sound.press('1');
    server.until_calls(&["waiting"]);
    caller.hang_up();
    let row = &server.until_closed(1)[0];
    assert_eq!((&row["outcome"], &row["queue"]), (&"abandoned".into(), &"support".into()));
    let kinds = server.kinds(1);
    let count = |wanted: &str| kinds.iter().filter(|kind| *kind == wanted).count();
    let once = (count("answered"), count("recovered"), count("chose"), count("ended"));
    assert_eq!(once, (1, 1, 1, 1), "{kinds:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_answers_a_phone_that_rang_when_the_server_was_killed_has_no_dead_call() {
    let server = Server::start(Site::of_one_queue("", 1));
    let config = soft::agent(server.sip(), "1001", Answer::Manual);
    let (_agent, mut rings) = soft::switch_on(config).await;
    server.until_agent("1001", "ready");
    let mut caller = Sipp::dial(server.sip(), "0705500001");
    let before = rings.incoming().await.unwrap();
    until_on_disk(&server, 1);

    let site = server.kill();
    caller.sound.moves();
    let server = Server::start(site);
    // The same caller has the phone rung anew.
    let after = rings.incoming().await.unwrap();
    before.accept().await;
    timeout(SOON, before.ended()).await.expect("nobody is in the call that rang before");
    after.accept().await;
    server.until_calls(&["talking"]);
    assert!(matches!(after.state(), CallState::Answered(_)));
    caller.hang_up();
    let rows = server.until_closed(1);
    assert_eq!((&rows[0]["outcome"], &rows[0]["agent"]), (&"answered".into(), &"1001".into()));
}

/// The agent's phone comes by a connection, which is gone with the server: it registers anew, and is asked over that.
fn talks_on_over_another_connection(server: Server, setup: PhoneSetup) {
    let (agents_words, callers_words) = (setup.voice.clone(), prompt("en/demo/support"));
    let registers = Registers::AgainAfter(6);
    let mut agent = Baresip::start(&PhoneSetup { registers, ..setup });
    server.until_agent("1001", "ready");
    let mut caller = Sipp::dial(server.sip(), "0705400011");
    caller.sound.say(&callers_words);
    server.until_agent("1001", "talking");
    caller.sound.until_heard("the agent", &agents_words, 0);
    let told = agent.until_heard("the caller", &callers_words, 0);
    until_on_disk(&server, 2);

    // One that comes while nobody is there tries again half a minute later, and one that does not come within four seconds of
    // the start is waited for no more: it has just come, and comes again between two and four seconds after a quick start.
    agent.wait_for_next("REGISTER_OK");
    let site = server.kill();
    let heard = caller.sound.heard().len();
    caller.sound.moves();
    thread::sleep(Duration::from_secs(2));
    let server = Server::start(site);
    server.until_agent("1001", "talking");
    caller.sound.peer();
    caller.sound.say(&callers_words);
    caller.sound.until_heard("the agent again", &agents_words, heard);
    agent.until_heard("the caller again", &callers_words, told);
    agent.tell("hangup", "");
    caller.ended();
    let row = &server.until_closed(1)[0];
    assert_eq!((&row["outcome"], &row["cause"]), (&"answered".into(), &"agent hung up".into()));
    let kinds = server.kinds(1);
    let count = |wanted: &str| kinds.iter().filter(|kind| *kind == wanted).count();
    assert_eq!((count("connected"), count("recovered")), (1, 1), "{kinds:?}");
}

#[test]
fn who_talks_on_tcp_while_the_server_is_killed_talks_on_over_another_connection() {
    let server = Server::start(Site::of_one_queue("", 1));
    let words = prompt("en/demo/leverans");
    let setup = PhoneSetup::of_agent(server.sip(), "1001", Picks::Up, &words);
    talks_on_over_another_connection(server, PhoneSetup { transport: "tcp", ..setup });
}

#[test]
fn who_talks_on_tls_while_the_server_is_killed_talks_on_over_another_connection() {
    let server = Server::start(Site::of_one_queue("", 1).with_tls());
    let words = prompt("en/demo/leverans");
    let setup = PhoneSetup {
        server: server.tls(),
        transport: "tls",
        ca: Some(server.site().ca()),
        ..PhoneSetup::of_agent(server.sip(), "1001", Picks::Up, &words)
    };
    talks_on_over_another_connection(server, setup);
}

/// Our sound has a new key after the start, which the re-INVITE tells; linphone takes it.
#[test]
fn who_talks_in_encrypted_sound_while_the_server_is_killed_talks_on_by_a_new_key() {
    let site = Site::new(
        "language = \"sv\"\n[number.9000]\ngoto = \"queue.support\"\n[queue.support]\n\
         [agent.1001]\nsecret = \"secret-1001\"\nqueues = [\"support\"]\nsrtp = \"required\"\n",
    );
    let server = Server::start(site.with_tls());
    let (agents_words, callers_words) = (prompt("en/demo/leverans"), prompt("en/demo/support"));
    let ca = server.site().ca();
    let agent = Linphone::start_sealed(server.tls(), "1001", &ca, &agents_words);
    server.until_agent("1001", "ready");
    let mut caller = Sipp::dial(server.sip(), "0705400021");
    caller.sound.say(&callers_words);
    server.until_agent("1001", "talking");
    caller.sound.until_heard("the agent", &agents_words, 0);
    let told = agent.until_heard("the caller", &callers_words, 0);
    until_on_disk(&server, 2);

    let site = server.kill();
    let heard = caller.sound.heard().len();
    caller.sound.moves();
    let server = Server::start(site);
    server.until_agent("1001", "talking");
    caller.sound.peer();
    caller.sound.say(&callers_words);
    caller.sound.until_heard("the agent again", &agents_words, heard);
    agent.until_heard("the caller again", &callers_words, told);
    assert!(server.metric("media_packets_received_total") > 50.0);
    caller.hang_up();
    let row = &server.until_closed(1)[0];
    assert_eq!((&row["outcome"], &row["cause"]), (&"answered".into(), &"caller hung up".into()));
    let kinds = server.kinds(1);
    let count = |wanted: &str| kinds.iter().filter(|kind| *kind == wanted).count();
    assert_eq!((count("connected"), count("recovered")), (1, 1), "{kinds:?}");
}
